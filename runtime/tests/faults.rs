//! The whole process behind a network that fails: what was acknowledged is never lost.

mod support;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use support::mosquitto::Mosquitto;
use support::proxy::{Fault, Proxy};
use support::{Broker, Client, PATIENCE, Pipeline, peer};

/// A pipeline with a session that outlives its connections, and little patience between them.
fn start(url: &str, variables: &[(&str, &str)]) -> Pipeline {
    let mut all = vec![
        ("BROKER", url),
        ("CLEAN", "false"),
        ("CLIENT_ID", "faults"),
        ("RETRY_MS", "1"),
        ("RETRY_MAX_MS", "20"),
    ];
    all.extend_from_slice(variables);
    Pipeline::start(&all, &[])
}

#[test]
fn any_split_of_the_bytes_gives_the_same_rows() {
    let payloads: Vec<String> = (0..60).map(|number| "x".repeat(number * 7)).collect();
    let few = Duration::from_micros(20);
    for fault in [
        Fault::None,
        Fault::Pieces(1, Duration::ZERO),
        Fault::Pieces(3, few),
        Fault::Pieces(200, Duration::from_millis(1)),
    ] {
        let broker = Broker::new();
        let proxy = Proxy::new(&broker.url, &[fault]);
        let pipeline = start(&proxy.url, &[]);
        let mut client = broker.accept_subscribed(0);
        for (id, payload) in (1..).zip(&payloads) {
            let first = if id % 3 == 0 { 0x30 } else { 0x32 };
            client.publish(first, "first/a", id, payload.as_bytes());
        }
        for payload in payloads.iter().filter(|payload| !payload.is_empty()) {
            assert_eq!(&pipeline.payload(), payload, "{fault:?}");
        }
        for id in (1..=60).filter(|id| id % 3 != 0) {
            assert_eq!(client.packet(), [0x40, 2, 0, id], "{fault:?}");
        }
        assert_eq!(pipeline.stop().code, 0);
        assert_eq!(proxy.connections(), 1);
    }
}

/// A broker with one session, which keeps what is not acknowledged.
#[derive(Default)]
struct Session {
    has_state: bool,
    /// Payloads that wait, by identifier, and whether they were sent before.
    waiting: BTreeMap<u16, (String, bool)>,
}

impl Session {
    /// Serves a connection until it ends, or until nothing waits.
    fn serve(&mut self, client: &mut Client) {
        let Some(connect) = client.any_packet() else {
            return;
        };
        assert_eq!(connect[0], 0x10);
        if !client.try_send(&[0x20, 2, u8::from(self.has_state), 0]) {
            return;
        }
        self.has_state = true;
        let Some(subscribe) = client.any_packet() else {
            return;
        };
        client.try_send(&[0x90, 4, subscribe[2], subscribe[3], 1, 1]);
        for (id, (payload, was_sent)) in &mut self.waiting {
            let first = if *was_sent { 0x3a } else { 0x32 };
            *was_sent = true;
            client.try_send(&peer::publish(first, "first/a", *id, payload.as_bytes()));
        }
        while !self.waiting.is_empty()
            && let Some(packet) = client.any_packet()
        {
            match packet[..] {
                [0x40, 2, high, low] => {
                    // A message may be acknowledged once on each connection that it came on.
                    self.waiting.remove(&u16::from_be_bytes([high, low]));
                }
                [0xc0, 0] => drop(client.try_send(&[0xd0, 0])),
                _ => panic!("unexpected {packet:?}"),
            }
        }
    }
}

#[test]
fn a_connection_may_be_cut_at_every_byte() {
    // CONNACK, SUBACK and two messages at least.
    const BYTES: u16 = 4 + 6 + 2 * 20;
    for fault in [Fault::Cut, Fault::Reset] {
        let mut faults: Vec<Fault> = (0..BYTES).map(|bytes| fault(bytes.into())).collect();
        faults.push(Fault::None);
        let broker = Broker::new();
        let proxy = Proxy::new(&broker.url, &faults);
        let pipeline = start(&proxy.url, &[]);
        let mut session = Session::default();
        // the last connection is held: another would be one too many
        let mut held = None;
        for number in 1..=BYTES + 1 {
            let payload = format!("message {number:02}");
            session.waiting.insert(number, (payload, false));
            session.serve(held.insert(broker.accept()));
        }
        assert!(session.waiting.is_empty(), "the last connection is whole");
        let ended = pipeline.stop();
        assert_eq!(ended.code, 0, "{}", ended.log);
        for number in 1..=BYTES + 1 {
            let part = format!("\"message {number:02}\"");
            let count = ended.rows.iter().filter(|row| row.contains(&part)).count();
            assert!(count > 0, "message {number} is lost: {}", ended.log);
        }
        assert_eq!(proxy.connections(), usize::from(BYTES) + 1);
    }
}

#[test]
fn a_connection_that_only_seems_to_be_there_is_found_out() {
    let broker = Broker::new();
    // CONNACK, SUBACK, a message; then nothing, and no end either.
    let whole = 10 + peer::publish(0x32, "first/a", 1, b"before").len();
    let proxy = Proxy::new(&broker.url, &[Fault::BlackHole(whole), Fault::None]);
    let pipeline = start(&proxy.url, &[("KEEP_ALIVE", "1")]);
    let mut lost = broker.accept_subscribed(0);
    lost.publish(0x32, "first/a", 1, b"before");
    assert_eq!(pipeline.payload(), "before");
    let start = Instant::now();
    lost.publish(0x32, "first/a", 2, b"swallowed");
    let mut client = broker.accept_subscribed(1);
    let seconds = start.elapsed().as_secs_f64();
    assert!((0.9..6.0).contains(&seconds), "found out after {seconds} s");
    client.publish(0x3a, "first/a", 2, b"swallowed");
    assert_eq!(pipeline.payload(), "swallowed");
    assert_eq!(client.packet(), [0x40, 2, 0, 2]);
    let ended = pipeline.stop();
    assert!(ended.log.contains("does not answer pings"), "{}", ended.log);
}

#[test]
fn nothing_is_lost_between_a_real_broker_and_a_network_that_fails() {
    const MESSAGES: usize = 900;
    let Some(broker) = Mosquitto::start("faults") else {
        return;
    };
    broker.retain("first/retained", "hello");
    let faults = (0..40).map(|number| match number % 4 {
        0 => Fault::Reset(700 + number * 31),
        1 => Fault::Cut(61 + number * 17),
        2 => Fault::Cut(2_000 + number),
        _ => Fault::Reset(301 + number * 13),
    });
    let faults: Vec<Fault> = faults.chain([Fault::None]).collect();
    let proxy = Proxy::new(&broker.url(), &faults);
    let pipeline = start(&proxy.url, &[]);
    assert_eq!(pipeline.payload(), "hello");
    let numbers: Vec<String> = (0..MESSAGES).map(|number| format!("n{number}")).collect();
    broker.publish("first/a", "1", &(numbers.join("\n") + "\n"));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let deadline = Instant::now() + PATIENCE;
    while counts.len() < MESSAGES && Instant::now() < deadline {
        if let Some(row) = pipeline.row_within(Duration::from_millis(500)) {
            let (_, after) = row.split_once("\"payload\":\"").expect("it is a row");
            let payload = after.split_once('"').expect("it ends").0.to_owned();
            // The retained message comes again with each subscription.
            if payload != "hello" {
                *counts.entry(payload).or_default() += 1;
            }
        }
    }
    let ended = pipeline.stop();
    let missing: Vec<_> = numbers
        .iter()
        .filter(|n| !counts.contains_key(*n))
        .collect();
    assert!(missing.is_empty(), "{missing:?} of {}", ended.log);
    let duplicates = counts.values().sum::<usize>() - counts.len();
    let connections = proxy.connections();
    println!("{duplicates} duplicates of {MESSAGES} over {connections} connections");
    assert!(
        connections > 3,
        "{connections} connections: nothing was tested"
    );
}
