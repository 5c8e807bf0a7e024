//! `kill -9` of the pipeline, of a real broker, and of both, under load: what the broker confirmed
//! to its publisher arrives, unaltered, in the sink or the dead letters.
//!
//! Longer, with faults at random, by hand: `FAULTS_SECONDS=1800 FAULTS_SEED=1 cargo test
//! -p laminar-runtime --test kills -- --nocapture`, after `cargo build -p laminar-runtime
//! --examples`.

mod support;

use std::time::{Duration, Instant};
use support::Pipeline;
use support::mosquitto::Mosquitto;
use support::oracle::{Collector, Publisher, all_that_arrives, check_balance, expect_subscribed};

const ROUNDS: u64 = 10;

#[derive(Clone, Copy)]
enum Fault {
    Pipeline,
    Broker,
    Both,
    Freeze,
}

/// What goes wrong, in an order that a seed gives: some ten faults, or as many as a time holds.
struct Faults {
    state: u64,
    count: u64,
    until: Option<Instant>,
}

impl Default for Faults {
    fn default() -> Self {
        let number = |name| std::env::var(name).ok()?.parse::<u64>().ok();
        let seconds = number("FAULTS_SECONDS").map(Duration::from_secs);
        Self {
            state: number("FAULTS_SEED").unwrap_or(1).max(1),
            count: 0,
            until: seconds.map(|time| Instant::now() + time),
        }
    }
}

impl Faults {
    fn random(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state >> 16
    }

    /// None: it is enough. The first ones are each of them in turn.
    fn next(&mut self) -> Option<Fault> {
        let kinds = [Fault::Pipeline, Fault::Broker, Fault::Both, Fault::Freeze];
        let goes_on = self
            .until
            .map_or(self.count < ROUNDS, |until| Instant::now() < until);
        goes_on.then_some(())?;
        self.count += 1;
        let chosen = if self.count <= 4 {
            self.count
        } else {
            self.random()
        };
        let chosen = usize::try_from(chosen % 64).expect("small");
        Some(kinds[chosen % kinds.len()])
    }

    fn pause(&mut self) -> Duration {
        Duration::from_millis(self.random() % 200)
    }
}

fn survive(name: &str, sink: &str) {
    let Some(mut broker) = Mosquitto::start_persistent(name) else {
        return;
    };
    let file = std::env::temp_dir().join(format!("laminar-{name}.{}", std::process::id()));
    let (url, path) = (broker.url(), file.to_str().expect("text").to_owned());
    let variables = [
        ("BROKER", url.as_str()),
        ("CLEAN", "false"),
        ("CLIENT_ID", name),
        ("RETRY_MS", "5"),
        ("RETRY_MAX_MS", "100"),
        ("SINK", sink),
        ("ROTATE_S", "1"),
        ("ROTATE_SIZE", "4000"),
        ("FILE", path.as_str()),
        ("OUT", "out"),
        ("BAD_DATA", "dead_letter"),
        ("DEAD", "dead"),
    ];
    if matches!(sink, "files" | "gzip" | "zstd" | "parquet" | "arrow") {
        std::fs::create_dir(&file).expect("a folder can be made");
    }
    let collector = Collector::start(broker.port());
    broker.retain("first/hello", "hello");
    let mut pipeline = Pipeline::start(&variables, &[]);
    expect_subscribed(&collector, &file);
    let (publisher, mut faults) = (Publisher::start(broker.port()), Faults::default());
    while let Some(fault) = faults.next() {
        publisher.expect_progress();
        std::thread::sleep(faults.pause());
        match fault {
            Fault::Pipeline => {
                drop(pipeline);
                pipeline = Pipeline::start(&variables, &[]);
            }
            Fault::Broker => {
                broker.kill();
                std::thread::sleep(faults.pause());
                broker.revive();
            }
            Fault::Both => {
                broker.kill();
                drop(pipeline);
                pipeline = Pipeline::start(&variables, &[]);
                broker.revive();
            }
            Fault::Freeze => {
                pipeline.signal("STOP");
                std::thread::sleep(faults.pause());
                pipeline.signal("CONT");
            }
        }
    }
    publisher.expect_progress();
    let kept = publisher.stop();
    let (counts, altered) = all_that_arrives(&collector, &file, kept);
    let ended = pipeline.stop();
    let lost: Vec<_> = (0..kept).filter(|id| !counts.contains_key(id)).collect();
    let duplicates = counts.values().sum::<u64>() - counts.len() as u64;
    let (faulted, arrived) = (faults.count, counts.len());
    println!("{sink}: {faulted} faults, {kept} published, {arrived} arrived");
    let (changed, missing) = (altered.len(), lost.len());
    println!("{sink}: {changed} altered, {missing} lost, {duplicates} duplicates");
    assert!(altered.is_empty(), "{altered:?} of {}", ended.log);
    assert!(lost.is_empty(), "from {:?} on: {}", lost.first(), ended.log);
    assert_eq!(ended.code, 0, "{}", ended.log);
    check_balance(&ended.log);
    let _ = std::fs::remove_file(&file).or_else(|_| std::fs::remove_dir_all(&file));
}

#[test]
fn rows_of_finished_files_survive_kills_of_everything() {
    survive("kills-files", "files");
}

#[test]
fn rows_of_files_of_gzip_survive_kills_of_everything() {
    survive("kills-gzip", "gzip");
}

#[test]
fn rows_of_files_of_zstandard_survive_kills_of_everything() {
    survive("kills-zstd", "zstd");
}

#[test]
fn rows_of_parquet_files_survive_kills_of_everything() {
    survive("kills-parquet", "parquet");
}

#[test]
fn rows_of_arrow_files_survive_kills_of_everything() {
    survive("kills-arrow", "arrow");
}

#[test]
fn rows_of_csv_survive_kills_of_everything() {
    survive("kills-csv", "csv");
}

#[test]
fn rows_of_a_file_survive_kills_of_everything() {
    survive("kills-file", "file");
}

#[test]
fn published_rows_survive_kills_of_everything() {
    survive("kills-mqtt", "mqtt");
}
