//! `laminarc demo`: builds the sensor-alert pipeline, feeds it from a broker of its own and shows
//! what comes out.

use std::env;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::child::{self, Child, Usage};
use super::commands;
use super::failure::Failure;
use super::input::Warnings;
use super::live::Live;
use super::progress::Progress;
use super::style::{BOLD, GREEN};
use crate::build::Options;
use crate::demo::broker::Broker;
use crate::demo::{self, Sensors};
use crate::diagnostics::counted;
use crate::source::SourceFile;

/// Messages a second while somebody watches.
const WATCHED_RATE: u32 = 20_000;

/// How long the pipeline may take to connect, or to acknowledge what it has been sent.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the demo until Ctrl-C, or until `messages` have been processed.
pub(super) fn run(messages: Option<u64>, rate: Option<u32>) -> Result<ExitCode, Failure> {
    anstream::eprintln!("{BOLD}The pipeline{BOLD:#} (examples/sensor_alerts/pipeline.sql):\n");
    let query = demo::PIPELINE
        .find("CREATE VIEW")
        .map_or("", |at| &demo::PIPELINE[at..]);
    query.lines().for_each(|line| eprintln!("    {line}"));
    eprintln!();

    let source = SourceFile::new("sensor_alerts.sql", demo::PIPELINE);
    let package = commands::package(&source, Warnings::Shown)?;
    let options = Options {
        target_cpu: Some("native".to_owned()),
        target: None,
    };
    let mut progress = Progress::new();
    let binary = commands::compile(&package, &options, &mut progress)?;
    let seconds = progress.elapsed().as_secs_f64();
    anstream::eprintln!("{GREEN}built{GREEN:#} for this machine in {seconds:.1} s");

    let broker = Broker::start()
        .map_err(|error| Failure::new(format!("cannot listen on 127.0.0.1: {error}")))?;
    let stop = child::stop_flag()
        .map_err(|error| Failure::new(format!("cannot listen to signals: {error}")))?;
    let mut child = Child::start(&binary.path, &["--broker", &broker.url()])?;
    let sensors = Sensors::new();
    wait_for_subscription(&broker, &mut child, sensors.topic(), &stop)?;
    anstream::eprintln!(
        "{GREEN}running{GREEN:#} against a broker at {}\n",
        broker.url()
    );

    let rate = rate.or_else(|| messages.is_none().then_some(WATCHED_RATE));
    let outcome = simulate(&broker, sensors, &mut child, messages, rate, &stop)?;
    summarize(&outcome);
    Ok(ExitCode::SUCCESS)
}

fn wait_for_subscription(
    broker: &Broker,
    child: &mut Child,
    topic: &str,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let start = Instant::now();
    while !broker.has_subscriber(topic) {
        if child.has_ended() || start.elapsed() > PATIENCE || stop.load(Ordering::Relaxed) {
            return Err(child.failure("the pipeline did not subscribe"));
        }
        thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

/// What a run gave.
struct Outcome {
    messages: u64,
    alerts: u64,
    alerts_sent: u64,
    /// How many of the alerts were shown.
    shown: u32,
    elapsed: Duration,
    usage: Option<Usage>,
}

/// Lets the sensors send while the caller's thread shows what comes out.
fn simulate(
    broker: &Broker,
    mut sensors: Sensors,
    child: &mut Child,
    messages: Option<u64>,
    rate: Option<u32>,
    stop: &AtomicBool,
) -> Result<Outcome, Failure> {
    let start = Instant::now();
    let done = AtomicBool::new(false);
    let mut live = Live::new();
    let watched = thread::scope(|scope| {
        scope.spawn(|| {
            send(
                broker,
                &mut sensors,
                messages.unwrap_or(u64::MAX),
                rate,
                stop,
            );
            done.store(true, Ordering::Release);
        });
        let watched = watch(broker, child, &mut live, &done, stop);
        // Whatever ended the watch ends the sending, which must not wait for a dead pipeline.
        stop.store(true, Ordering::Relaxed);
        if watched.is_err() {
            broker.disconnect_all();
        }
        watched
    });
    live.finish();
    watched?;
    let elapsed = start.elapsed();
    let usage = child.stop()?;
    // A short run is over before anything was shown.
    while live.wants_first_row()
        && let Some(row) = child.next_row()
    {
        live.row(&row);
    }
    Ok(Outcome {
        messages: broker.acknowledged(),
        alerts: child.lines(),
        alerts_sent: sensors.alerts(),
        shown: live.rows_shown(),
        elapsed,
        usage,
    })
}

/// Sends until `count` messages are out or `stop` is set, at `rate` a second if there is one.
fn send(broker: &Broker, sensors: &mut Sensors, count: u64, rate: Option<u32>, stop: &AtomicBool) {
    let start = Instant::now();
    while sensors.sent() < count && !stop.load(Ordering::Relaxed) {
        if let Some(rate) = rate {
            let due = Duration::from_secs_f64(to_f64(sensors.sent()) / f64::from(rate));
            let ahead = due.saturating_sub(start.elapsed());
            // Short naps would cost more than the messages.
            if ahead > Duration::from_millis(5) {
                thread::sleep(ahead);
            }
        }
        let (topic, payload) = sensors.read();
        broker.publish(topic, payload.as_bytes(), 1);
    }
}

/// Shows rows and rates until all is sent and acknowledged, or the pipeline ends.
fn watch(
    broker: &Broker,
    child: &mut Child,
    live: &mut Live,
    done: &AtomicBool,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let mut progress = (0, Instant::now());
    loop {
        let finished = done.load(Ordering::Acquire) && broker.drain(Duration::from_millis(50));
        if finished {
            return Ok(());
        }
        if child.has_ended() {
            // Ctrl-C on a terminal reaches the pipeline too.
            if stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            return Err(child.failure("the pipeline ended"));
        }
        child.note_memory();
        let messages = broker.acknowledged();
        if messages != progress.0 {
            progress = (messages, Instant::now());
        } else if progress.1.elapsed() > PATIENCE {
            return Err(child.failure("the pipeline stopped taking messages"));
        }
        if live.wants_row()
            && let Some(row) = child.next_row()
        {
            live.row(&row);
        }
        live.rate(messages, child.lines());
        thread::sleep(Duration::from_millis(20));
    }
}

fn summarize(outcome: &Outcome) {
    let seconds = outcome.elapsed.as_secs_f64();
    let rate = to_f64(outcome.messages) / seconds.max(1e-9);
    anstream::eprintln!(
        "\n{BOLD}{}{BOLD:#} in {seconds:.2} s: {BOLD}{rate:.0} msg/s{BOLD:#}, \
         each acknowledged after its row was written",
        counted(outcome.messages, "message"),
    );
    anstream::eprintln!(
        "{BOLD}{}{BOLD:#} of {} that the sensors sent ({} shown)",
        counted(outcome.alerts, "alert"),
        outcome.alerts_sent,
        outcome.shown,
    );
    if let Some(usage) = &outcome.usage {
        let per_million = usage.cpu.as_secs_f64() / to_f64(outcome.messages.max(1)) * 1e6;
        let megabytes = to_f64(usage.memory_bytes) / 1e6;
        anstream::eprintln!(
            "the pipeline's process: {per_million:.2} CPU s per million messages, \
             {megabytes:.1} MB of memory"
        );
    }
    eprintln!("\nWhat to try next:");
    eprintln!("  laminarc new alerts        your own project: a commented pipeline to change");
    eprintln!("  laminarc explain FILE      what a pipeline does; --stage rust shows the code");
    eprintln!("  laminarc build FILE        one executable to copy to where the broker is");
    if !is_on_path() {
        eprintln!("\n`laminarc` is not on the PATH; from its sources, this installs it:");
        eprintln!("  cargo install --path compiler");
    }
}

/// Whether a shell would find laminarc under its name.
fn is_on_path() -> bool {
    let name = format!("laminarc{}", env::consts::EXE_SUFFIX);
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(&name).is_file())
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn to_f64(number: u64) -> f64 {
    number as f64
}
