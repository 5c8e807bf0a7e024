//! One version of a pipeline takes over from another, again and again, under load: what the broker
//! confirmed to its publisher arrives, unaltered.

mod support;

use std::time::Duration;
use support::Pipeline;
use support::mosquitto::Mosquitto;
use support::oracle::{Collector, Publisher, all_that_arrives, check_balance, expect_subscribed};

/// Versions after the first.
const VERSIONS: u64 = 12;

/// Hands over from version to version, to `sink`. In between credentials are read again. Under way
/// are eight batches at most, which the sink should take in the 10 s that it is given.
fn hand_over(name: &str, sink: &str, batch: &str) {
    let Some(broker) = Mosquitto::start_persistent(name) else {
        return;
    };
    let file = std::env::temp_dir().join(format!("laminar-{name}.{}", std::process::id()));
    let (url, path) = (broker.url(), file.to_str().expect("text"));
    let variables = [
        ("BROKER", url.as_str()),
        ("CLEAN", "false"),
        ("CLIENT_ID", name),
        ("RETRY_MS", "5"),
        ("BATCH", batch),
        ("SINK", sink),
        ("FILE", path),
        ("OUT", "out"),
        ("BAD_DATA", "dead_letter"),
        ("DEAD", "dead"),
    ];
    let collector = Collector::start(broker.port());
    broker.retain("first/hello", "hello");
    let mut pipeline = Pipeline::start(&variables, &[]);
    expect_subscribed(&collector, &file);
    let publisher = Publisher::start(broker.port());
    let (mut logs, mut unfinished) = (Vec::new(), 0);
    for version in 1..=VERSIONS {
        publisher.expect_progress();
        if version % 3 == 0 {
            pipeline.signal("HUP");
            publisher.expect_progress();
        }
        let ended = pipeline.stop();
        // a machine that is busy with other things may make the broker too slow for a farewell
        assert!(matches!(ended.code, 0 | 75), "{version}: {}", ended.log);
        unfinished += usize::from(ended.code == 75);
        if ended.code == 0 {
            check_balance(&ended.log);
        }
        logs.push(ended.log);
        pipeline = Pipeline::start(&variables, &[]);
    }
    publisher.expect_progress();
    let kept = publisher.stop();
    let (counts, altered) = all_that_arrives(&collector, &file, kept);
    std::thread::sleep(Duration::from_millis(100));
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    logs.push(ended.log);
    let lost: Vec<_> = (0..kept).filter(|id| !counts.contains_key(id)).collect();
    let duplicates = counts.values().sum::<u64>() - counts.len() as u64;
    let (changed, missing) = (altered.len(), lost.len());
    println!(
        "{sink}: {VERSIONS} hand-overs ({unfinished} unfinished), {kept} published, {} arrived",
        counts.len()
    );
    println!("{sink}: {changed} altered, {missing} lost, {duplicates} duplicates");
    assert!(altered.is_empty(), "{altered:?}");
    let from = lost.first();
    assert!(lost.is_empty(), "from {from:?} on: {}", logs.concat());
    // a version ends with everything acknowledged, so that the next one gets nothing twice
    assert!(duplicates == 0 || unfinished > 0, "{}", logs.concat());
    let takes_over = |log: &&String| log.contains("session resumed");
    assert_eq!(
        logs.iter().skip(1).filter(takes_over).count(),
        logs.len() - 1
    );
    let _ = std::fs::remove_file(&file);
}

#[test]
fn rows_of_a_file_survive_hand_overs() {
    hand_over("hand-over-file", "file", "1000");
}

/// A mosquitto that writes its state for each message takes about 100 of them in a second.
#[test]
fn published_rows_survive_hand_overs() {
    hand_over("hand-over-mqtt", "mqtt", "50");
}
