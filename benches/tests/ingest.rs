//! The load broker tells right from wrong, and both contestants are right.

use laminar_benches::data::WORKLOADS;
use laminar_benches::ingest::contestants::{Contestant, Transport, build};
use laminar_benches::ingest::packets::{Packets, RING};
use laminar_benches::ingest::pump::Pump;
use laminar_benches::ingest::{Load, Writes};
use laminar_benches::ours::Ours;
use laminarc::build::Cache;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const LOAD: Load = Load {
    qos: 1,
    window: 20,
    rate: None,
    writes: Writes::Many,
    messages: 3_000,
    patience: Duration::from_mins(1),
};

/// Runs a load; the broker itself compares the rows, and checks each acknowledgement.
fn check(contestant: &Contestant, load: Load, packets: &Packets) {
    let name = contestant.name();
    let run = contestant
        .run(&load, packets, false)
        .unwrap_or_else(|error| panic!("{name}, {load:?}: {error}"));
    let outcome = run.outcome;
    assert_eq!(outcome.sent, packets.count(load.messages));
    let acknowledged = if load.qos == 0 { 0 } else { outcome.sent };
    assert_eq!(outcome.acknowledged, acknowledged, "{name}, {load:?}");
    let expected = packets.expected(outcome.sent);
    assert_eq!((outcome.rows, outcome.digest), expected);
}

#[test]
fn both_publish_the_expected_rows() {
    let cache = Cache::locate().expect("there is a folder for it");
    let rumqttc = PathBuf::from(env!("CARGO_BIN_EXE_ingest_rumqttc"));
    let rumqttc = Contestant::Rumqttc(rumqttc);
    for qos in 0..=2 {
        let binary = build(qos, "3.1.1", Transport::Plain, &cache).expect("the pipeline builds");
        let ours = Contestant::Laminar(binary);
        let packets = Packets::new(qos, 4);
        for contestant in [&ours, &rumqttc] {
            for writes in [Writes::Many, Writes::Single] {
                for (window, rate) in [(20, None), (1_000, None), (100, Some(5_000))] {
                    let load = Load {
                        qos,
                        window,
                        rate,
                        writes,
                        ..LOAD
                    };
                    check(contestant, load, &packets);
                }
            }
        }
    }
}

#[test]
fn the_broker_speaks_mqtt_5_and_goes_around_the_identifiers() {
    let cache = Cache::locate().expect("there is a folder for it");
    let binary = build(1, "5", Transport::Plain, &cache).expect("the pipeline builds");
    let load = Load {
        messages: RING + 1_000,
        window: 1_000,
        ..LOAD
    };
    check(&Contestant::Laminar(binary), load, &Packets::new(1, 5));
}

#[test]
fn the_expected_rows_are_those_of_the_decoder() {
    let packets = Packets::new(0, 4);
    let messages = WORKLOADS[0].messages(RING);
    let mut ours = Ours::new(messages.table);
    let (mut rows, mut batch) = (0, Vec::new());
    for chunk in 0..messages.chunks() {
        rows += ours.run(&messages.chunk(chunk, &mut batch)).rows;
    }
    assert_eq!(packets.expected(RING).0, rows);
    assert_eq!(packets.expected(2 * RING).0, 2 * rows);
}

#[test]
fn wrong_acknowledgements_are_told() {
    let packets = Packets::new(2, 4);
    let now = Instant::now();
    let pump = |qos| {
        let mut pump = Pump::new(&packets, Load { qos, ..LOAD }, now);
        let bytes = pump.next(now).len();
        pump.wrote(bytes);
        assert!(pump.next(now).is_empty(), "the window is full");
        pump
    };
    assert!(pump(1).acknowledged(0x40, 2).is_err(), "not the first one");
    assert!(pump(1).acknowledged(0x50, 1).is_err(), "of another kind");

    assert!(pump(2).completed(1).is_err(), "before it was received");
    let mut twice = pump(1);
    assert!(twice.acknowledged(0x40, 1).is_ok());
    assert!(twice.acknowledged(0x40, 1).is_err(), "again");
    for id in 2..=20 {
        assert!(twice.acknowledged(0x40, id).is_ok());
    }
    assert!(twice.acknowledged(0x40, 21).is_err(), "before it was sent");
}
