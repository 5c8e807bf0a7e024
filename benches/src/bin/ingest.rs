//! What receiving costs: a compiled pipeline beside a program written by hand, both fed by the
//! load broker, in CPU seconds of the process per million messages.
//!
//! `cargo run --release -p laminar-benches --bin ingest`; see `benches/README.md`.

use laminar_benches::ingest::contestants::{
    self, Contestant, Run, Transport, build, check, rumqttc,
};
use laminar_benches::ingest::mosquitto::Mosquitto;
use laminar_benches::ingest::packets::Packets;
use laminar_benches::ingest::{Load, Writes};
use laminarc::build::Cache;
use lexopt::prelude::*;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

const USAGE: &str = "\
usage: ingest [--quick] [--tsv] [--verbose] [--qos N]... [--window N]... [--rate N]...
              [--single] [--mosquitto] [--tls] [--messages N] [--rounds N] [--only NAME]
              [--binary PATH]
       ingest --idle SECONDS [--only NAME] [--binary PATH]
--rate 0 is unpaced; --single: one write for each message; --mosquitto: through one of our own;
--binary: instead of building the pipeline, with {qos} for the quality of service";

/// What to measure.
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are flags of the command line"
)]
struct Settings {
    tsv: bool,
    verbose: bool,
    mosquitto: bool,
    single: bool,
    tls: bool,
    idle: Option<u64>,
    qos: Vec<u8>,
    windows: Vec<usize>,
    rates: Vec<u32>,
    messages: usize,
    rounds: usize,
    only: Option<String>,
    binary: Option<String>,
    quick: bool,
}

/// How long one run may take.
const PATIENCE: Duration = Duration::from_mins(1);

fn main() -> ExitCode {
    let measured = settings()
        .map_err(|error| format!("{error}\n{USAGE}"))
        .and_then(|settings| measure_all(&settings));
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn settings() -> Result<Settings, lexopt::Error> {
    let mut settings = Settings {
        tsv: false,
        verbose: false,
        mosquitto: false,
        single: false,
        tls: false,
        idle: None,
        qos: Vec::new(),
        windows: Vec::new(),
        rates: Vec::new(),
        messages: 1_000_000,
        rounds: 3,
        only: None,
        binary: None,
        quick: false,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("quick") => settings.quick = true,
            Long("tsv") => settings.tsv = true,
            Long("verbose") => settings.verbose = true,
            Long("mosquitto") => settings.mosquitto = true,
            Long("tls") => settings.tls = true,
            Long("idle") => settings.idle = Some(parser.value()?.parse()?),
            Long("single") => settings.single = true,
            Long("qos") => settings.qos.push(parser.value()?.parse()?),
            Long("window") => settings.windows.push(parser.value()?.parse()?),
            Long("rate") => settings.rates.push(parser.value()?.parse()?),
            Long("messages") => settings.messages = parser.value()?.parse()?,
            Long("rounds") => settings.rounds = parser.value()?.parse()?,
            Long("only") => settings.only = Some(parser.value()?.string()?),
            Long("binary") => settings.binary = Some(parser.value()?.string()?),
            _ => return Err(argument.unexpected()),
        }
    }
    if settings.quick {
        (settings.messages, settings.rounds) = (50_000, 1);
    }
    Ok(settings)
}

fn measure_all(settings: &Settings) -> Result<(), String> {
    if let Some(seconds) = settings.idle {
        return measure_idle(Duration::from_secs(seconds), settings);
    }
    let loads = loads(settings);
    let mosquitto = settings.mosquitto.then(Mosquitto::start).transpose()?;
    let mut lines = Vec::new();
    for qos in 0..=2 {
        let ours: Vec<&Load> = loads.iter().filter(|load| load.qos == qos).collect();
        if ours.is_empty() {
            continue;
        }
        let contestants = contestants_for(qos, settings)?;
        let packets = Packets::new(qos, 4);
        for load in ours {
            let results = rounds(load, &contestants, &packets, mosquitto.as_ref(), settings)?;
            for (contestant, results) in contestants.iter().zip(&results) {
                lines.push(Line::new(load, contestant, results));
                if !settings.tsv {
                    lines.last().expect("it was just pushed").print();
                }
            }
        }
    }
    print_ratios(&lines, settings.tsv);
    Ok(())
}

/// What waiting costs.
fn measure_idle(time: Duration, settings: &Settings) -> Result<(), String> {
    for contestant in contestants_for(1, settings)? {
        let used = contestant.idle(time, settings.verbose)?;
        println!(
            "{:<8} {:.4} % of a core, {:.1} MiB, idle for {} s",
            contestant.name(),
            100.0 * used.cpu.as_secs_f64() / time.as_secs_f64(),
            mib(used.peak_memory_kib),
            time.as_secs()
        );
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "kibibytes of a process")]
fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

/// The runs of each contestant, who take turns.
fn rounds(
    load: &Load,
    contestants: &[Contestant],
    packets: &Packets,
    mosquitto: Option<&Mosquitto>,
    settings: &Settings,
) -> Result<Vec<Vec<Run>>, String> {
    let mut results = vec![Vec::new(); contestants.len()];
    for _ in 0..settings.rounds {
        for (contestant, results) in contestants.iter().zip(&mut results) {
            let run = match mosquitto {
                None if settings.tls => contestant.run_secure(load, packets, settings.verbose),
                None => contestant.run(load, packets, settings.verbose),
                Some(broker) => {
                    contestant.run_through(broker.port, load, packets, settings.verbose)
                }
            };
            let name = contestant.name();
            results.push(run.map_err(|error| format!("{name}, {}: {error}", title(load)))?);
        }
    }
    Ok(results)
}

fn contestants_for(qos: u8, settings: &Settings) -> Result<Vec<Contestant>, String> {
    let pipeline = if let Some(path) = &settings.binary {
        PathBuf::from(path.replace("{qos}", &qos.to_string()))
    } else {
        let cache = Cache::locate().map_err(|error| error.to_string())?;
        let transport = if settings.tls {
            Transport::Secure
        } else {
            Transport::Plain
        };
        build(qos, "3.1.1", transport, &cache)?
    };
    check(&pipeline)?;
    let mut all = vec![
        Contestant::Laminar(pipeline),
        Contestant::Rumqttc(rumqttc()?),
    ];
    if let Some(only) = &settings.only {
        all.retain(|contestant| contestant.name() == only);
    }
    Ok(all)
}

/// The cases to measure.
fn loads(settings: &Settings) -> Vec<Load> {
    let or = |given: &[usize], default: &[usize]| match given {
        [] => default.to_vec(),
        given => given.to_vec(),
    };
    let chosen = !(settings.qos.is_empty()
        && settings.windows.is_empty()
        && settings.rates.is_empty()
        && !settings.single
        && !settings.mosquitto);
    let qualities = if settings.qos.is_empty() {
        vec![0, 1, 2]
    } else {
        settings.qos.clone()
    };
    let rates = if settings.rates.is_empty() {
        vec![0]
    } else {
        settings.rates.clone()
    };
    let writes = if settings.single {
        Writes::Single
    } else {
        Writes::Many
    };
    let windows = or(
        &settings.windows,
        if settings.quick {
            &[20, 1000]
        } else {
            &[20, 100, 1000]
        },
    );
    let mut loads = Vec::new();
    for &qos in &qualities {
        for (index, &window) in windows.iter().enumerate() {
            if qos == 0 && index > 0 {
                continue;
            }
            for &rate in &rates {
                loads.push(load(settings, qos, window, rate, writes));
            }
        }
    }
    if !chosen {
        for (qos, window) in [(0, 1000), (1, 20), (1, 1000)] {
            loads.push(load(settings, qos, window, 0, Writes::Single));
        }
        let rates: &[u32] = if settings.quick {
            &[10_000]
        } else {
            &[1_000, 10_000, 100_000]
        };
        for &rate in rates {
            loads.push(load(settings, 1, 100, rate, Writes::Single));
        }
    }
    loads
}

fn load(settings: &Settings, qos: u8, window: usize, rate: u32, writes: Writes) -> Load {
    // Seconds that a paced run takes.
    let seconds = if settings.quick { 1 } else { 3 };
    let paced = usize::try_from(rate).expect("it fits") * seconds;
    Load {
        qos,
        window,
        rate: (rate > 0).then_some(rate),
        writes,
        messages: if rate > 0 { paced } else { settings.messages },
        patience: PATIENCE,
    }
}

fn title(load: &Load) -> String {
    let window = match load.qos {
        0 => "-".to_owned(),
        _ => load.window.to_string(),
    };
    let rate = load
        .rate
        .map_or("full".to_owned(), |rate| format!("{rate}/s"));
    let writes = match load.writes {
        Writes::Many => "many",
        Writes::Single => "single",
    };
    format!("{:<4}{window:<7}{rate:<10}{writes:<7}", load.qos)
}

/// A contestant's result in a case.
struct Line {
    case: String,
    name: &'static str,
    /// CPU seconds per million messages: the least of all rounds, and the median.
    cpu: f64,
    median: f64,
    rate: f64,
    memory_mib: f64,
}

impl Line {
    fn new(load: &Load, contestant: &Contestant, runs: &[Run]) -> Self {
        let mut cpu: Vec<f64> = runs.iter().map(contestants::Run::cpu_per_million).collect();
        cpu.sort_by(f64::total_cmp);
        let memory = runs.iter().map(|run| run.usage.peak_memory_kib).max();
        let memory_mib = mib(memory.unwrap_or(0));
        Self {
            case: title(load),
            name: contestant.name(),
            cpu: cpu.first().copied().unwrap_or(f64::NAN),
            median: cpu.get(cpu.len() / 2).copied().unwrap_or(f64::NAN),
            rate: runs.iter().map(Run::rate).fold(0.0, f64::max),
            memory_mib,
        }
    }

    fn print(&self) {
        println!(
            "{} {:<8} {:>8.3} s/M (median {:>7.3}) {:>9.0} messages/s {:>6.1} MiB",
            self.case, self.name, self.cpu, self.median, self.rate, self.memory_mib
        );
    }
}

fn print_ratios(lines: &[Line], tsv: bool) {
    if !tsv {
        println!("\nqos window rate     writes   ours     rumqttc  times   ours/s     rumqttc/s");
    }
    for pair in lines.chunk_by(|left, right| left.case == right.case) {
        let [ours, rival] = pair else {
            continue;
        };
        let times = rival.cpu / ours.cpu;
        if tsv {
            let case = ours.case.split_whitespace().collect::<Vec<_>>().join("\t");
            println!(
                "{case}\t{:.4}\t{:.4}\t{times:.2}\t{:.0}\t{:.0}\t{:.1}\t{:.1}",
                ours.cpu, rival.cpu, ours.rate, rival.rate, ours.memory_mib, rival.memory_mib
            );
        } else {
            println!(
                "{} {:<8.3} {:<8.3} {times:<7.1} {:<10.0} {:.0}",
                ours.case, ours.cpu, rival.cpu, ours.rate, rival.rate
            );
        }
    }
}
