//! What sinks cost: a compiled pipeline replays messages that all become rows, once for each sink,
//! beside programs written by hand.
//!
//! `cargo run --release -p laminar-benches --bin sinks`; see `benches/README.md`.

use laminar_benches::data::{WORKLOADS, payload};
use laminar_benches::sinks::servers::{self, Server};
use laminar_benches::sinks::{arrived, by_hand};
use laminarc::build::{self, Cache};
use laminarc::diagnostics::{Style, render_all};
use laminarc::emit::{Identity, emit};
use laminarc::lower::lower;
use laminarc::source::SourceFile;
use lexopt::prelude::*;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

const USAGE: &str = "\
usage: sinks [--rows N] [--rounds N] [--only NAME] [--quick]
       sinks --sizes
--rows 1000000 and --rounds 3 by default; the round of the least CPU time counts
--quick: --rows 50000 --rounds 1, which shows that all works
--sizes: how many bytes of a binary each feature takes, instead";

/// A sink: its name and its options.
const SINKS: &[(&str, &str)] = &[
    ("blackhole", "connector = 'blackhole'"),
    ("stdout json", "connector = 'stdout'"),
    ("stdout csv", "connector = 'stdout', format = 'csv'"),
    ("stdout table", "connector = 'stdout', format = 'table'"),
    (
        "file json",
        "connector = 'file', path = '${OUT}/rows.jsonl'",
    ),
    (
        "file json, fsync off",
        "connector = 'file', path = '${OUT}/rows.jsonl', fsync = false",
    ),
    (
        "file csv",
        "connector = 'file', path = '${OUT}/rows.csv', format = 'csv'",
    ),
    (
        "file json, gzip",
        "connector = 'file', path = '${OUT}/rows.jsonl.gz', compression = 'gzip'",
    ),
    (
        "file json, zstd",
        "connector = 'file', path = '${OUT}/rows.jsonl.zst', compression = 'zstd'",
    ),
    (
        "file parquet",
        "connector = 'file', path = '${OUT}/rows.parquet', format = 'parquet'",
    ),
    (
        "file arrow",
        "connector = 'file', path = '${OUT}/rows.arrow', format = 'arrow'",
    ),
    (
        "mqtt_sink qos 1",
        "connector = 'mqtt_sink', connection = 'broker', topic = 'rows', qos = 1",
    ),
    (
        "webhook",
        "connector = 'webhook', url = 'http://127.0.0.1:${PORT}/rows', format = 'json_lines'",
    ),
];

/// What a pipeline may link: its broker, a condition, and its sink's options.
const FEATURES: &[(&str, &str, &str, &str)] = &[
    ("plain TCP", TCP, ALL, STDOUT),
    (
        "a table on standard output",
        TCP,
        ALL,
        "connector = 'stdout', format = 'table'",
    ),
    (
        "regular expressions",
        TCP,
        "sensor_id ~ '^s-[0-9]+$'",
        STDOUT,
    ),
    ("TLS and WebSocket", "ssl://localhost", ALL, STDOUT),
    (
        "a webhook",
        TCP,
        ALL,
        "connector = 'webhook', url = 'https://localhost/'",
    ),
    (
        "TLS, WebSocket and a webhook",
        "ssl://localhost",
        ALL,
        "connector = 'webhook', url = 'https://localhost/'",
    ),
    (
        "files of gzip",
        TCP,
        ALL,
        "connector = 'file', path = 'a.jsonl.gz', compression = 'gzip'",
    ),
    (
        "files of Zstandard",
        TCP,
        ALL,
        "connector = 'file', path = 'a.jsonl.zst', compression = 'zstd'",
    ),
    (
        "files of Arrow",
        TCP,
        ALL,
        "connector = 'file', path = 'a.arrow', format = 'arrow'",
    ),
    (
        "files of Parquet",
        TCP,
        ALL,
        "connector = 'file', path = 'a.parquet', format = 'parquet'",
    ),
    (
        "files of Parquet, Zstandard",
        TCP,
        ALL,
        "connector = 'file', path = 'a.parquet', format = 'parquet', compression = 'zstd'",
    ),
];

const TCP: &str = "tcp://localhost:1883";
const ALL: &str = "true";
const STDOUT: &str = "connector = 'stdout'";

struct Settings {
    sizes: bool,
    rows: usize,
    rounds: usize,
    only: Option<String>,
}

/// What a run took.
#[derive(Clone, Copy)]
struct Cost {
    wall: Duration,
    cpu: Duration,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, what, input, output] = arguments.as_slice()
        && flag == "--by-hand"
    {
        return match by_hand::run(what, Path::new(input), output) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error),
        };
    }
    let measured = settings()
        .map_err(|error| format!("{error}\n{USAGE}"))
        .and_then(|settings| measure_all(&settings));
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &str) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::from(2)
}

fn settings() -> Result<Settings, lexopt::Error> {
    let mut settings = Settings {
        sizes: false,
        rows: 1_000_000,
        rounds: 3,
        only: None,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("sizes") => settings.sizes = true,
            Long("quick") => (settings.rows, settings.rounds) = (50_000, 1),
            Long("rows") => settings.rows = parser.value()?.parse()?,
            Long("rounds") => settings.rounds = parser.value()?.parse()?,
            Long("only") => settings.only = Some(parser.value()?.string()?),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(settings)
}

fn measure_all(settings: &Settings) -> Result<(), String> {
    let cache = Cache::locate().map_err(|error| error.to_string())?;
    if settings.sizes {
        return print_sizes(&cache);
    }
    let folder = std::env::temp_dir().join(format!("laminar-sinks-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let measured = measure_in(&folder, settings, &cache);
    fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    measured
}

/// What the binary of one small table weighs.
fn print_sizes(cache: &Cache) -> Result<(), String> {
    println!("{:<32}{:>12}{:>14}", "a pipeline with", "bytes", "more");
    let mut plain = None;
    for (name, broker, condition, options) in FEATURES {
        let program = build_pipeline(broker, condition, options, cache)?;
        let bytes = fs::metadata(program)
            .map_err(|error| error.to_string())?
            .len();
        let more = bytes.saturating_sub(*plain.get_or_insert(bytes));
        println!("{name:<32}{bytes:>12}{more:>14}");
    }
    Ok(())
}

fn measure_in(folder: &Path, settings: &Settings, cache: &Cache) -> Result<(), String> {
    let input = folder.join("messages.jsonl");
    write_messages(&input, settings.rows).map_err(|error| error.to_string())?;
    let broker = servers::broker().map_err(|error| error.to_string())?;
    let server = servers::http().map_err(|error| error.to_string())?;
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    println!("{:<22}{:^24}{:^24}", "", "this", "by hand");
    let units = format!("{:>12}{:>12}", "rows/s", "CPU s/M");
    println!("{:<22}{units}{units}{:>12}", "sink", "CPU ratio");
    let wanted = |name: &str| {
        let only = settings.only.as_deref();
        only.is_none_or(|only| name.starts_with(only))
    };
    for (name, options) in SINKS.iter().filter(|(name, _)| wanted(name)) {
        let server = match *name {
            "mqtt_sink qos 1" => Some(&broker),
            "webhook" => Some(&server),
            _ => None,
        };
        let program = build_pipeline(TCP, ALL, options, cache)?;
        let ours = |out: &Path| {
            let mut command = Command::new(&program);
            command
                .args(["--replay".as_ref(), input.as_os_str()])
                .arg("--with-sinks")
                .env("OUT", out);
            if let Some(server) = server {
                command
                    .args(["--broker", &format!("tcp://127.0.0.1:{}", server.port)])
                    .env("PORT", server.port.to_string());
            }
            command
        };
        let ours = measure(folder, settings, server, ours)?;
        let has_rival = by_hand::PROGRAMS.iter().any(|(known, _)| known == name);
        let theirs = |out: &Path| {
            let mut command = Command::new(&own);
            command.args(["--by-hand", name]).arg(&input);
            match server {
                Some(server) => command.arg(server.port.to_string()),
                None => command.arg(out.join("rows")),
            };
            command
        };
        let theirs = has_rival.then(|| measure(folder, settings, server, theirs));
        print(name, ours, theirs.transpose()?, settings.rows);
    }
    Ok(())
}

/// The fastest of some runs, each into a folder of its own.
fn measure(
    folder: &Path,
    settings: &Settings,
    server: Option<&Server>,
    command: impl Fn(&Path) -> Command,
) -> Result<Cost, String> {
    let mut best: Option<Cost> = None;
    for _ in 0..settings.rounds {
        let out = folder.join("out");
        fs::create_dir_all(&out).map_err(|error| error.to_string())?;
        let taken = server.map_or(0, Server::rows);
        let (before, start) = (children_cpu()?, Instant::now());
        let mut command = command(&out);
        let output = command.stdin(Stdio::null()).stdout(Stdio::null()).output();
        let output = output.map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let cost = Cost {
            wall: start.elapsed(),
            cpu: children_cpu()?.saturating_sub(before),
        };
        if let Some(server) = server {
            expect_rows(server.rows() - taken, settings.rows)?;
        }
        check_files(&out, settings.rows)?;
        fs::remove_dir_all(&out).map_err(|error| error.to_string())?;
        best = best.filter(|best| best.cpu <= cost.cpu).or(Some(cost));
    }
    best.ok_or_else(|| "no round".to_owned())
}

/// CPU time of all processes that have ended, in the kernel's ticks of 10 ms.
fn children_cpu() -> Result<Duration, String> {
    let stat = fs::read_to_string("/proc/self/stat").map_err(|error| error.to_string())?;
    let behind_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let fields: Vec<u64> = behind_name
        .split(' ')
        .map(|field| field.parse().unwrap_or(0))
        .collect();
    let ticks = fields
        .get(13)
        .zip(fields.get(14))
        .map(|(user, system)| user + system);
    ticks
        .map(|ticks| Duration::from_millis(10 * ticks))
        .ok_or_else(|| "no times".to_owned())
}

/// Whoever writes files writes all rows, each once.
fn check_files(out: &Path, rows: usize) -> Result<(), String> {
    let (mut files, mut found) = (0, 0);
    for entry in fs::read_dir(out).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        found += arrived::rows(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        files += 1;
    }
    if files == 0 {
        return Ok(());
    }
    expect_rows(found, rows)
}

fn expect_rows(got: usize, rows: usize) -> Result<(), String> {
    if got == rows {
        return Ok(());
    }
    Err(format!("{got} rows of {rows} arrived"))
}

#[expect(clippy::cast_precision_loss, reason = "a number of rows")]
fn print(name: &str, ours: Cost, theirs: Option<Cost>, rows: usize) {
    let cells = |cost: Cost| {
        let rate = rows as f64 / cost.wall.as_secs_f64();
        let cpu = cost.cpu.as_secs_f64() / rows as f64 * 1e6;
        format!("{rate:>12.0}{cpu:>12.2}")
    };
    let beside = theirs.map(|theirs| {
        let ratio = ours.cpu.as_secs_f64() / theirs.cpu.as_secs_f64();
        format!("{}{ratio:>12.2}", cells(theirs))
    });
    println!("{name:<22}{}{}", cells(ours), beside.unwrap_or_default());
}

/// Messages of the flat workload, as a replay file.
fn write_messages(path: &Path, rows: usize) -> std::io::Result<()> {
    let messages = WORKLOADS[0].messages(rows);
    let mut out = BufWriter::new(fs::File::create(path)?);
    let mut buffer = Vec::new();
    for index in 0..messages.chunks() {
        for message in messages.chunk(index, &mut buffer).messages {
            let payload = String::from_utf8_lossy(payload(message));
            let payload = payload.replace('\\', "\\\\").replace('"', "\\\"");
            writeln!(
                out,
                "{{\"topic\":\"sensors/s/readings\",\"payload\":\"{payload}\"}}"
            )?;
        }
    }
    out.flush()
}

fn build_pipeline(
    broker: &str,
    condition: &str,
    options: &str,
    cache: &Cache,
) -> Result<PathBuf, String> {
    let w1 = include_str!("../../pipelines/w1.sql").replace(TCP, broker);
    let tables = w1.split("CREATE VIEW").next().unwrap_or(&w1);
    let sql = format!(
        "{tables}\nCREATE TABLE rows_out WITH ({options}) AS SELECT sensor_id, reading_time, \
         temperature, humidity, pressure FROM sensor_data WHERE {condition};\n"
    );
    let source = SourceFile::new("sinks.sql", sql.clone());
    let (plan, diagnostics) = laminarc::check(&source);
    let Some(plan) = plan else {
        return Err(render_all(&diagnostics, &source, Style::Plain));
    };
    let identity = Identity {
        sql_hash: &build::sql_hash(&sql),
        compiler_version: env!("CARGO_PKG_VERSION"),
    };
    let package = emit(&lower(&plan), &source, &identity);
    let options = build::Options {
        target_cpu: None,
        target: None,
    };
    let built = build::build(&package, &options, cache, &mut |_| {});
    Ok(built.map_err(|error| error.to_string())?.path)
}
