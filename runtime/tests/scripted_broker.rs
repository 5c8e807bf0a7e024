//! The whole process against a broker that does what a test wants it to do, good or bad.

mod support;

use std::time::{Duration, Instant};
use support::{Broker, Pipeline, two_sessions};

fn start(broker: &Broker, variables: &[(&str, &str)]) -> Pipeline {
    let mut all = vec![("BROKER", broker.url.as_str())];
    all.extend_from_slice(variables);
    Pipeline::start(&all, &[])
}

#[test]
fn messages_of_each_quality_of_service_become_rows_and_are_acknowledged() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("QOS", "2")]);
    let mut client = broker.accept_subscribed(0);
    client.publish(0x30, "first/a", 0, b"zero");
    assert_eq!(
        pipeline.row(),
        r#"{"topic":"first/a","payload":"zero","qos":0,"retain":false}"#
    );
    client.publish(0x33, "second/b", 7, b"one");
    assert_eq!(
        pipeline.row(),
        r#"{"topic":"second/b","payload":"one","qos":1,"retain":true}"#
    );
    assert_eq!(client.packet(), [0x40, 2, 0, 7]);
    client.publish(0x34, "first/a", 8, b"two");
    assert_eq!(pipeline.payload(), "two");
    assert_eq!(client.packet(), [0x50, 2, 0, 8]);
    client.publish(0x3c, "first/a", 8, b"two");
    assert_eq!(
        client.packet(),
        [0x50, 2, 0, 8],
        "the duplicate is acknowledged"
    );
    client.send(&[0x62, 2, 0, 8]);
    assert_eq!(client.packet(), [0x70, 2, 0, 8]);
    client.send(&[0x62, 2, 0, 99]);
    assert_eq!(
        client.packet(),
        [0x70, 2, 0, 99],
        "an unknown PUBREL is answered"
    );
    pipeline.expect_no_row();
    let ended = pipeline.stop();
    assert_eq!(client.packet(), [0xe0, 0], "DISCONNECT says farewell");
    assert_eq!(ended.code, 0, "{}", ended.log);
}

#[test]
fn what_gives_no_row_is_acknowledged_too() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[]);
    let mut client = broker.accept_subscribed(0);
    let payloads: [&[u8]; 4] = [b"bad \x1b[31m", b"skip", b"", b"good"];
    for (id, payload) in (1..).zip(payloads) {
        client.publish(0x32, "first/a", id, payload);
    }
    client.publish(0x32, "elsewhere", 5, b"for no table");
    assert_eq!(pipeline.payload(), "good");
    for id in 1..=5 {
        assert_eq!(client.packet(), [0x40, 2, 0, id], "in the order of receipt");
    }
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    for part in [
        "table `first`: bad message on `first/a`: the payload is not valid JSON, at byte 3",
        "bad \\u{1b}[31m",
        "table first: 4 received, 17 bytes, 1 empty, 1 rejected (syntax 1)",
        "flow echo: 1 emitted, 1 filtered, 1 rejected",
        "1 message matched no table",
    ] {
        assert!(ended.log.contains(part), "{part} in {}", ended.log);
    }
}

#[test]
fn nothing_is_acknowledged_before_the_sink_has_it() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("SINK", "mqtt"), ("OUT", "alerts")]);
    let (mut source, mut sink) = two_sessions(&broker);
    source.publish(0x32, "first/a", 1, b"m");
    source.publish(0x32, "first/a", 2, b"skip");
    let row = sink.packet();
    assert_eq!((row[0], &row[2..10]), (0x32, &b"\0\x06alerts"[..]));
    assert!(
        !row.ends_with(b"\n"),
        "a message is a row without its line end"
    );
    source.expect_silence();
    sink.send(&[0x40, 2, row[10], row[11]]);
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    assert_eq!(source.packet(), [0x40, 2, 0, 2]);
    assert_eq!(pipeline.stop().code, 0);
}

#[test]
fn batches_far_larger_than_the_window_and_the_output_limit_are_published() {
    const MESSAGES: u16 = 3_000;
    for qos in [0, 1, 2] {
        let broker = Broker::new();
        let text = qos.to_string();
        let variables = [("SINK", "mqtt"), ("OUT", "o"), ("QOS", text.as_str())];
        let pipeline = start(&broker, &variables);
        let (mut source, mut sink) = two_sessions(&broker);
        // Rows of a batch fill 512 KiB, and there are hundreds of them.
        let sender = std::thread::spawn(move || {
            for number in 1..=MESSAGES {
                let payload = format!("{number:>1000}");
                source.publish(0x30, "first/a", 0, payload.as_bytes());
            }
            source
        });
        let (mut number, mut done) = (0, 0);
        while done < MESSAGES {
            let packet = sink.packet();
            if packet[0] == 0x62 {
                done += 1;
                sink.send(&[0x70, 2, packet[2], packet[3]]);
                continue;
            }
            number += 1;
            assert_eq!(packet[0], 0x30 | qos << 1);
            let row = String::from_utf8_lossy(&packet);
            assert!(row.contains(&format!(" {number}\"")), "{number}: {row}");
            done += u16::from(qos < 2);
            // Before the identifier are two bytes of length and the topic.
            match qos {
                0 => {}
                1 => sink.send(&[0x40, 2, packet[6], packet[7]]),
                _ => sink.send(&[0x50, 2, packet[6], packet[7]]),
            }
        }
        let _source = sender.join().expect("all is sent");
        let ended = pipeline.stop();
        assert_eq!(ended.code, 0, "QoS {qos}: {}", ended.log);
        assert!(ended.log.contains("sink out: 3000 rows"), "{}", ended.log);
    }
}

#[test]
fn an_unconfirmed_row_is_sent_again_after_a_reconnect() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("SINK", "mqtt"), ("OUT", "alerts")]);
    let (mut source, mut sink) = two_sessions(&broker);
    source.publish(0x32, "first/a", 1, b"m");
    let row = sink.packet();
    drop(sink);
    let mut sink = broker.accept();
    assert_eq!(sink.packet()[0], 0x10);
    sink.send(&[0x20, 2, 0, 0]);
    let again = sink.packet();
    assert_eq!(again[0], 0x3a, "with the DUP flag");
    assert_eq!(again[1..], row[1..]);
    source.expect_silence();
    sink.send(&[0x40, 2, row[10], row[11]]);
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    assert_eq!(pipeline.stop().code, 0);
}

#[test]
fn it_comes_back_and_subscribes_again() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("CLEAN", "false"), ("CLIENT_ID", "me")]);
    for session_present in [0, 1, 0] {
        let mut client = broker.accept_subscribed(session_present);
        client.publish(0x32, "first/a", 1, b"m");
        assert_eq!(pipeline.payload(), "m");
        assert_eq!(client.packet(), [0x40, 2, 0, 1]);
        // Cut in the middle of a packet.
        client.send(&[0x32, 100, 0, 7, b'f']);
    }
    let mut last = broker.accept_subscribed(1);
    last.publish(0x30, "first/a", 0, b"m");
    assert_eq!(pipeline.payload(), "m");
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    for (part, count) in [("kept no session", 1), ("another client", 1)] {
        assert_eq!(ended.log.matches(part).count(), count, "{}", ended.log);
    }
    for part in [
        "closed the connection",
        "next attempt in",
        "session resumed",
        "the broker kept no session: messages sent in between are lost",
        "closed the connection (is another client connected as `me`?); next attempt in",
    ] {
        assert!(ended.log.contains(part), "{part} in {}", ended.log);
    }
}

#[test]
fn broken_brokers_are_left_and_tried_again() {
    let cases: [(&[u8], &str); 5] = [
        (
            &[
                0x32, 11, 0, 7, b'f', b'i', b'r', b's', b't', b'/', b'a', 0, 0,
            ],
            "identifier 0",
        ),
        (&[0x36, 3, 0, 1, b'a'], "quality of service 3"),
        (&[0x30, 4, 0, 2, 0xc3, 0x28], "not UTF-8"),
        (
            &[0x30, 0xff, 0xff, 0xff, 0xff, 0x7f],
            "more than four bytes",
        ),
        (&[0x20, 2, 0, 0], "a second CONNACK"),
    ];
    let broker = Broker::new();
    let pipeline = start(&broker, &[("RETRY_MS", "10")]);
    for (bytes, _) in cases {
        let mut client = broker.accept_subscribed(0);
        client.publish(0x30, "first/a", 0, b"before");
        client.send(bytes);
        client.expect_end();
        assert_eq!(pipeline.payload(), "before", "what came before counts");
    }
    let mut early = broker.accept();
    early.packet();
    early.publish(0x30, "first/a", 0, b"before CONNACK");
    early.expect_end();
    let mut denying = broker.accept();
    denying.packet();
    denying.send(&[0x20, 2, 0, 0]);
    denying.packet();
    drop(denying);
    let mut client = broker.accept_subscribed(0);
    client.publish(0x30, "first/a", 0, b"after");
    assert_eq!(pipeline.payload(), "after");
    let ended = pipeline.stop();
    let others = [
        "a packet before CONNACK",
        "closed the connection when it was asked for messages",
    ];
    for part in cases.iter().map(|(_, part)| *part).chain(others) {
        assert!(ended.log.contains(part), "{part} in {}", ended.log);
    }
}

#[test]
fn answers_to_nothing_do_not_end_a_source() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("MQTT", "5")]);
    let mut client = broker.accept();
    client.packet();
    client.send(&[0x20, 3, 0, 0, 0]);
    let subscribe = client.packet();
    client.send(&[0x90, 5, subscribe[2], subscribe[3], 0, 1, 1]);
    for first in [0x40, 0x50, 0x70] {
        for code in [0x80, 0x87, 0x90, 0x99] {
            client.send(&[first, 3, 0, 77, code]);
        }
    }
    client.publish(0x32, "first/a", 1, b"\0m");
    assert_eq!(pipeline.payload(), "m");
    assert_eq!(client.packet(), [0x40, 2, 0, 1]);
    assert_eq!(pipeline.stop().code, 0);
}

#[test]
fn an_oversized_message_is_skipped_without_a_reconnect() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("MAX_PACKET", "1000")]);
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "first/large", 1, &vec![b'x'; 2_000_000]);
    client.publish(0x32, "first/a", 2, b"next");
    assert_eq!(pipeline.payload(), "next");
    assert_eq!(client.packet(), [0x40, 2, 0, 1]);
    assert_eq!(client.packet(), [0x40, 2, 0, 2]);
    let ended = pipeline.stop();
    assert!(ended.log.contains("1 message too large"), "{}", ended.log);
    assert!(ended.log.contains(", 1 connect"), "{}", ended.log);
}

#[test]
fn a_message_larger_than_the_buffer_is_taken() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[]);
    let mut client = broker.accept_subscribed(0);
    for size in [300_000, 10, 1_000_000] {
        client.publish(0x32, "first/a", 1, &vec![b'x'; size]);
        assert_eq!(pipeline.payload().len(), size);
        assert_eq!(client.packet(), [0x40, 2, 0, 1]);
    }
    assert_eq!(pipeline.stop().code, 0);
}

#[test]
fn refusals_end_the_process_or_are_tried_again() {
    let cases: [(u8, Option<&str>); 4] = [
        (1, Some("version of MQTT")),
        (4, Some("bad user name or password")),
        (5, Some("not authorized")),
        (3, None),
    ];
    for (code, fatal) in cases {
        let broker = Broker::new();
        let variables = [
            ("USERNAME", "u"),
            ("PASSWORD", "hunter2"),
            ("RETRY_MS", "10"),
        ];
        let pipeline = start(&broker, &variables);
        let mut client = broker.accept();
        let connect = client.packet();
        assert!(
            connect.ends_with(b"\0\x01u\0\x07hunter2"),
            "the credentials are sent"
        );
        client.send(&[0x20, 2, 0, code]);
        if fatal.is_none() {
            broker.accept_subscribed(0);
            pipeline.signal("TERM");
        }
        let ended = pipeline.wait();
        assert_eq!(
            ended.code,
            if fatal.is_some() { 69 } else { 0 },
            "{}",
            ended.log
        );
        assert!(
            ended.log.contains(fatal.unwrap_or("not available")),
            "{}",
            ended.log
        );
        assert!(!ended.log.contains("hunter2"), "no password in the log");
    }
}

#[test]
fn a_refused_subscription_ends_the_process() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[]);
    let mut client = broker.accept();
    client.packet();
    client.send(&[0x20, 2, 0, 0]);
    let subscribe = client.packet();
    client.send(&[0x90, 4, subscribe[2], subscribe[3], 1, 0x80]);
    let ended = pipeline.wait();
    assert_eq!(ended.code, 69);
    assert!(
        ended.log.contains("refused the subscription to `second/#`"),
        "{}",
        ended.log
    );
}

#[test]
fn attempts_are_limited() {
    let broker = Broker::new();
    let url = broker.url.clone();
    drop(broker);
    let variables = [
        ("BROKER", url.as_str()),
        ("ATTEMPTS", "3"),
        ("RETRY_MS", "10"),
    ];
    let ended = Pipeline::start(&variables, &[]).wait();
    assert_eq!(ended.code, 69, "{}", ended.log);
    assert_eq!(
        ended.log.matches("next attempt in").count(),
        2,
        "{}",
        ended.log
    );
    assert!(
        ended.log.contains("given up after 3 attempts"),
        "{}",
        ended.log
    );
}

#[test]
fn pings_are_sent_while_idle_and_a_silent_broker_is_left() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("KEEP_ALIVE", "1")]);
    let mut client = broker.accept_subscribed(0);
    let start = Instant::now();
    assert_eq!(client.any_packet(), Some(vec![0xc0, 0]));
    assert!(
        start.elapsed() >= Duration::from_millis(900),
        "not before it is due"
    );
    client.send(&[0xd0, 0]);
    assert_eq!(client.any_packet(), Some(vec![0xc0, 0]));
    client.expect_end();
    broker.accept_subscribed(0);
    let ended = pipeline.stop();
    assert!(ended.log.contains("does not answer pings"), "{}", ended.log);
}

#[test]
fn a_stalled_sink_stops_reading_but_not_pings() {
    let broker = Broker::new();
    let variables = [
        ("KEEP_ALIVE", "1"),
        ("SINK", "mqtt"),
        ("OUT", "o"),
        ("BATCH", "1"),
    ];
    let pipeline = start(&broker, &variables);
    let (mut source, mut sink) = two_sessions(&broker);
    for id in 1..=100 {
        source.publish(0x32, "first/a", id, b"m");
    }
    // The sink's broker confirms nothing, so nothing is acknowledged; pings come nevertheless.
    // Their answers wait behind the messages that are not read.
    let mut rows = Vec::new();
    for _ in 0..3 {
        assert_eq!(source.ping(), Vec::<Vec<u8>>::new());
        rows.append(&mut sink.ping());
    }
    assert!(rows.len() < 100, "{} rows are under way", rows.len());
    let mut rows = rows.into_iter();
    for id in 1..=100 {
        let row = rows.next().unwrap_or_else(|| sink.packet());
        sink.send(&[0x40, 2, row[5], row[6]]);
        assert_eq!(source.packet(), [0x40, 2, 0, id]);
    }
    assert_eq!(pipeline.stop().code, 0);
}

#[test]
fn stopping_drains_and_a_second_signal_does_not_wait() {
    let broker = Broker::new();
    let variables = [("SINK", "mqtt"), ("OUT", "o")];
    let pipeline = start(&broker, &variables);
    let (mut source, mut sink) = two_sessions(&broker);
    source.publish(0x32, "first/a", 1, b"m");
    let row = sink.packet();
    pipeline.signal("INT");
    source.expect_silence();
    sink.send(&[0x40, 2, row[5], row[6]]);
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    assert_eq!(source.packet(), [0xe0, 0]);
    assert_eq!(pipeline.wait().code, 0);

    let pipeline = start(&broker, &variables);
    let (mut source, mut sink) = two_sessions(&broker);
    source.publish(0x32, "first/a", 1, b"m");
    sink.packet();
    pipeline.signal("TERM");
    source.expect_silence();
    assert_eq!(pipeline.stop().code, 75);
}

#[test]
fn bad_data_can_end_the_process() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("BAD_DATA", "fail")]);
    let mut client = broker.accept_subscribed(0);
    for (id, payload) in [(1, &b"good"[..]), (2, b"bad"), (3, b"late")] {
        client.publish(0x32, "first/a", id, payload);
    }
    assert_eq!(client.packet(), [0x40, 2, 0, 1]);
    assert_eq!(
        client.packet(),
        [0xe0, 0],
        "the bad message stays with the broker"
    );
    let ended = pipeline.wait();
    assert_eq!(ended.code, 65, "{}", ended.log);
    assert_eq!(ended.rows.len(), 1, "{:?}", ended.rows);
}

#[test]
fn mqtt_5_says_what_it_needs_and_reads_properties() {
    let broker = Broker::new();
    let variables = [
        ("MQTT", "5"),
        ("CLEAN", "false"),
        ("CLIENT_ID", "me"),
        ("WILL", "gone"),
    ];
    let pipeline = start(&broker, &variables);
    let mut client = broker.accept();
    let connect = client.packet();
    let expected: &[u8] =
        b"\0\x04MQTT\x05\x0c\0\x3c\x08\x21\x04\0\x11\0\0\x0e\x10\0\x02me\0\0\x04gone\0\x04gone";
    assert_eq!(connect[2..], *expected);
    client.send(&[0x20, 3, 0, 0, 0]);
    let subscribe = client.packet();
    client.send(&[0x90, 5, subscribe[2], subscribe[3], 0, 1, 1]);
    client.publish(0x32, "first/a", 1, b"\x07\x26\0\x01k\0\x01vm");
    assert_eq!(pipeline.payload(), "m");
    assert_eq!(client.packet(), [0x40, 2, 0, 1]);
    client.send(&[0xe0, 1, 0x8b]);
    client.expect_end();
    let ended = pipeline.stop();
    assert!(ended.log.contains("server shutting down"), "{}", ended.log);
}
