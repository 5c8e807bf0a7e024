//! Bad messages as dead letters, against a broker that does what a test wants it to do.

mod support;

use std::time::Duration;
use support::{Broker, Client, Ended, Pipeline, two_sessions, two_sessions_5};

fn start(broker: &Broker, variables: &[(&str, &str)]) -> Pipeline {
    let mut all = vec![
        ("BROKER", broker.url.as_str()),
        ("BAD_DATA", "dead_letter"),
        ("DEAD", "dead"),
    ];
    all.extend_from_slice(variables);
    Pipeline::start(&all, &[])
}

/// A PUBLISH at QoS 1 on a topic of four bytes: its identifier and what stands behind.
fn published(packet: &[u8]) -> ([u8; 2], &[u8]) {
    assert_eq!(packet[0] & !8, 0x32, "a PUBLISH at QoS 1: {packet:02x?}");
    let length = packet[1..].iter().position(|byte| byte & 0x80 == 0);
    let at = length.expect("a length") + 2;
    assert_eq!(&packet[at..at + 6], b"\0\x04dead", "{packet:02x?}");
    ([packet[at + 6], packet[at + 7]], &packet[at + 8..])
}

/// The next dead letter, without being confirmed: identifier and the rest.
fn letter(out: &mut Client) -> ([u8; 2], Vec<u8>) {
    let packet = out.packet();
    let (id, rest) = published(&packet);
    (id, rest.to_vec())
}

fn confirm(out: &mut Client, id: [u8; 2]) {
    out.send(&[0x40, 2, id[0], id[1]]);
}

/// The user properties and the payload behind the head of a PUBLISH of MQTT 5.
fn user_properties(rest: &[u8]) -> (Vec<(String, String)>, Vec<u8>) {
    let (mut length, mut at) = (0, 0);
    loop {
        length |= usize::from(rest[at] & 0x7f) << (7 * at);
        at += 1;
        if rest[at - 1] < 0x80 {
            break;
        }
    }
    let (mut properties, payload) = rest[at..].split_at(length);
    let mut found = Vec::new();
    while let [0x26, rest @ ..] = properties {
        let mut texts = Vec::new();
        properties = rest;
        for _ in 0..2 {
            let length = usize::from(properties[0]) << 8 | usize::from(properties[1]);
            let text = String::from_utf8(properties[2..2 + length].to_vec());
            texts.push(text.expect("properties are UTF-8"));
            properties = &properties[2 + length..];
        }
        let value = texts.pop().expect("two");
        found.push((texts.pop().expect("two"), value));
    }
    assert!(properties.is_empty(), "only user properties");
    (found, payload.to_vec())
}

fn check_log(ended: &Ended, parts: &[&str]) {
    assert_eq!(ended.code, 0, "{}", ended.log);
    for part in parts {
        assert!(ended.log.contains(part), "{part} in {}", ended.log);
    }
}

/// What is acknowledged while the dead letter of message 2 is not confirmed: at most message 1,
/// where it was not handed over together with that.
fn acknowledged_early(source: &mut Client) -> u8 {
    match source.quiet_for(Duration::from_millis(300)) {
        None => 0,
        Some(packet) => {
            assert_eq!(packet, [0x40, 2, 0, 1], "only what is done is acknowledged");
            source.expect_silence();
            1
        }
    }
}

/// That the messages behind `early` are acknowledged in their order.
fn acknowledged_behind(source: &mut Client, early: u8, last: u8) {
    for id in early + 1..=last {
        assert_eq!(source.packet(), [0x40, 2, 0, id]);
    }
}

#[test]
fn a_bad_message_is_acknowledged_when_its_dead_letter_is_confirmed() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("DEAD_FORMAT", "raw")]);
    let (mut source, mut out) = two_sessions(&broker);
    source.publish(0x32, "first/a", 1, b"good");
    source.publish(0x32, "first/a", 2, b"bad \xff\n");
    source.publish(0x32, "first/a", 3, b"good");
    source.publish(0x32, "first/a", 4, b"");
    assert_eq!(pipeline.payload(), "good");
    let (id, bytes) = letter(&mut out);
    assert_eq!(bytes, b"bad \xff\n", "the bytes as they came");
    let early = acknowledged_early(&mut source);
    confirm(&mut out, id);
    acknowledged_behind(&mut source, early, 4);
    assert_eq!(pipeline.payload(), "good");
    check_log(
        &pipeline.stop(),
        &[
            "table `first`: bad message on `first/a`: the payload is not valid JSON, at byte 3",
            "table first: 4 received, 14 bytes, 1 empty, 1 rejected (syntax 1), 1 dead letter\n",
            "flow echo: 2 emitted, 0 filtered, 1 rejected",
        ],
    );
}

#[test]
fn version_5_tells_what_is_known_in_user_properties() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("MQTT", "5")]);
    let (mut source, mut out) = two_sessions_5(&broker, &[]);
    // The properties of the original are empty.
    source.publish(0x32, "first/a", 1, b"\0bad {\n");
    let (id, rest) = letter(&mut out);
    let (properties, payload) = user_properties(&rest);
    assert_eq!(payload, b"bad {\n");
    let names: Vec<_> = properties.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "reason",
        "message",
        "offset",
        "table",
        "topic",
        "received_at",
    ];
    assert_eq!(names, expected);
    let value = |name: &str| {
        let found = properties.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).expect("it is there")
    };
    assert_eq!(value("reason"), "syntax");
    assert_eq!(value("offset"), "3");
    assert_eq!(value("table"), "first");
    assert_eq!(value("topic"), "first/a");
    assert!(value("message").starts_with("the payload is not valid JSON, at byte 3"));
    assert!(value("received_at").ends_with('Z'));
    source.expect_silence();
    confirm(&mut out, id);
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    check_log(&pipeline.stop(), &["1 dead letter"]);
}

#[test]
fn an_envelope_holds_text_or_base64_and_can_be_replayed() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("DEAD_FORMAT", "envelope")]);
    let (mut source, mut out) = two_sessions(&broker);
    let cases: [(&[u8], &str); 2] = [
        (b"bad \"q\"\n", r#","payload":"bad \"q\"\n"}"#),
        (b"bad \xff", r#","payload_base64":"YmFkIP8="}"#),
    ];
    for (payload, end) in cases {
        source.publish(0x32, "first/a", 1, payload);
        let (id, bytes) = letter(&mut out);
        let text = String::from_utf8(bytes).expect("an envelope is text");
        let start = r#"{"reason":"syntax","message":"the payload is not valid JSON, at byte 3: "#;
        assert!(text.starts_with(start), "{text}");
        let middle = r#","column":null,"offset":3,"size":null,"table":"first","topic":"first/a","#;
        assert!(text.contains(middle), "{text}");
        assert!(text.ends_with(end), "{text}");
        confirm(&mut out, id);
        assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    }
    check_log(&pipeline.stop(), &["2 dead letters"]);
}

#[test]
fn an_unconfirmed_dead_letter_is_sent_again_after_a_reconnect() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[]);
    let (mut source, mut out) = two_sessions(&broker);
    source.publish(0x32, "first/a", 1, b"bad");
    let (_, first) = letter(&mut out);
    drop(out);
    let mut out = broker.accept();
    assert_eq!(out.packet()[0], 0x10);
    out.send(&[0x20, 2, 0, 0]);
    let (id, again) = letter(&mut out);
    assert_eq!(again, first);
    source.expect_silence();
    confirm(&mut out, id);
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    check_log(
        &pipeline.stop(),
        &["1 dead letter, 1 retry of a dead letter"],
    );
}

#[test]
fn a_killed_process_has_acknowledged_no_unconfirmed_dead_letter() {
    let broker = Broker::new();
    let variables = [("CLEAN", "false"), ("CLIENT_ID", "me")];
    let pipeline = start(&broker, &variables);
    let (mut source, mut out) = two_sessions(&broker);
    source.publish(0x32, "first/a", 1, b"bad one");
    letter(&mut out);
    source.expect_silence();
    drop(pipeline);
    source.expect_end();
    // The broker delivers it again, and it becomes a dead letter again.
    let pipeline = start(&broker, &variables);
    let (mut source, mut out) = two_sessions(&broker);
    source.publish(0x3a, "first/a", 1, b"bad one");
    let (id, bytes) = letter(&mut out);
    assert_eq!(bytes, b"bad one");
    confirm(&mut out, id);
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    check_log(&pipeline.stop(), &["1 dead letter"]);
}

/// What the broker does not take blocks: nothing behind it is acknowledged, and nothing is lost.
#[test]
fn a_refused_dead_letter_is_tried_until_it_is_taken() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("MQTT", "5")]);
    let (mut source, mut out) = two_sessions_5(&broker, &[]);
    source.publish(0x32, "first/a", 1, b"\0bad");
    for _ in 0..2 {
        let (id, _) = letter(&mut out);
        // Not authorized
        out.send(&[0x40, 3, id[0], id[1], 0x87]);
        out.expect_end();
        out = broker.accept();
        assert_eq!(out.packet()[0], 0x10);
        out.send(&[0x20, 3, 0, 0, 0]);
    }
    source.expect_silence();
    let (id, _) = letter(&mut out);
    confirm(&mut out, id);
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    check_log(
        &pipeline.stop(),
        &[
            "the broker did not take a message: not authorized",
            "1 dead letter",
        ],
    );
}

/// A broker that closes the connection when it is sent a certain message, and has confirmed
/// nothing that was sent with it. Those ahead of it get through all the same, it is told which one
/// it is, and nothing is hurried.
#[test]
fn a_dead_letter_that_the_broker_cannot_bear_is_named() {
    const CLOSINGS: usize = 8;
    let broker = Broker::new();
    let pipeline = start(&broker, &[("RETRY_MS", "5"), ("RETRY_MAX_MS", "50")]);
    let (mut source, mut out) = two_sessions(&broker);
    for (id, payload) in (1..).zip([&b"bad 1"[..], b"bad poison", b"bad 3"]) {
        source.publish(0x32, "first/a", id, payload);
    }
    let mut sent = Vec::new();
    for _ in 0..CLOSINGS {
        let mut unconfirmed = Vec::new();
        let mut payloads = Vec::new();
        while !payloads.ends_with(&[b"bad poison".to_vec()]) {
            match out.quiet_for(Duration::from_millis(100)) {
                None => unconfirmed.drain(..).for_each(|id| confirm(&mut out, id)),
                Some(packet) => {
                    let (id, payload) = published(&packet);
                    unconfirmed.push(id);
                    payloads.push(payload.to_vec());
                }
            }
        }
        sent.push(payloads.len());
        drop(out);
        out = broker.accept();
        assert_eq!(out.packet()[0], 0x10);
        out.send(&[0x20, 2, 0, 0]);
    }
    // Three times together, then one after the other, then what is left of them alone.
    assert_eq!(sent, [2, 2, 2, 2, 1, 1, 1, 1]);
    let early = acknowledged_early(&mut source);
    for expected in [&b"bad poison"[..], b"bad 3"] {
        let (id, payload) = letter(&mut out);
        assert_eq!(payload, expected);
        confirm(&mut out, id);
    }
    acknowledged_behind(&mut source, early, 3);
    let ended = pipeline.stop();
    let named = "times in a row when it was sent one message, which holds up all behind it: \
                 10 bytes for `dead`, beginning with `bad poison`";
    assert_eq!(ended.log.matches(named).count(), 4, "{}", ended.log);
    check_log(&ended, &["for dead letters", "3 dead letters"]);
}

#[test]
fn a_message_that_is_too_large_is_a_dead_letter_by_its_head() {
    for (version, format) in [("3.1.1", "envelope"), ("5", "raw")] {
        let broker = Broker::new();
        let variables = [
            ("MAX_PACKET", "100"),
            ("DEAD_FORMAT", format),
            ("MQTT", version),
        ];
        let pipeline = start(&broker, &variables);
        let large = [b"\0".as_slice(), &[b'x'; 10_000]].concat();
        let (mut source, mut out) = match version {
            "5" => two_sessions_5(&broker, &[]),
            _ => two_sessions(&broker),
        };
        source.publish(0x32, "first/a", 1, b"\0good");
        source.publish(0x32, "first/large", 2, &large);
        source.publish(0x32, "second/a", 3, b"\0good");
        source.publish(0x32, "third/large", 4, &large);
        let (id, rest) = letter(&mut out);
        let text = String::from_utf8_lossy(&rest).into_owned();
        for part in ["oversized", "first/large", "xxxx"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(rest.len() < 5_000, "no more than the head: {}", rest.len());
        let early = acknowledged_early(&mut source);
        confirm(&mut out, id);
        acknowledged_behind(&mut source, early, 4);
        let ended = pipeline.stop();
        assert_eq!(ended.rows.len(), 2);
        let parts = [
            "1 rejected (oversized 1), 1 dead letter",
            "2 messages too large",
        ];
        check_log(&ended, &parts);
    }
}

#[test]
fn a_loop_is_found_at_the_start() {
    let broker = Broker::new();
    let cases = [
        (
            ("DEAD", "second/bad"),
            "table `first`, option `dead_letter_topic`: table `second` reads what is published on \
             `second/bad`, by its filter `second/#`",
        ),
        (
            ("DEAD", "dead/+"),
            "table `first`, option `dead_letter_topic`: `dead/+` is not a topic",
        ),
        (
            ("OUT", "first/x"),
            "table `out`, option `topic`: table `first` reads what is published on `first/x`",
        ),
    ];
    for (variable, expected) in cases {
        let all = [("SINK", "mqtt"), ("OUT", "o"), variable];
        for arguments in [[].as_slice(), &["--check-config"]] {
            let mut variables = vec![("BROKER", broker.url.as_str()), ("BAD_DATA", "dead_letter")];
            variables.push(("DEAD", "dead"));
            variables.extend(all);
            let ended = Pipeline::start(&variables, arguments).wait();
            assert_eq!(ended.code, 78, "{}", ended.log);
            assert!(ended.log.contains(expected), "{}", ended.log);
        }
    }
}

/// Dead letters that nobody confirms stop the reading, and memory does not grow with what is sent.
#[test]
fn unconfirmed_dead_letters_stop_reading_within_bounds() {
    const MESSAGES: usize = 20_000;
    let broker = Broker::new();
    let pipeline = start(&broker, &[("DEAD_FORMAT", "envelope")]);
    let (mut source, mut out) = two_sessions(&broker);
    let idle = pipeline.resident_kilobytes();
    let sender = std::thread::spawn(move || {
        for number in 0..MESSAGES {
            let payload = format!("bad {number:>3000}.");
            source.publish(0x30, "first/a", 0, payload.as_bytes());
        }
        source.publish(0x32, "first/a", 1, b"good");
        source
    });
    std::thread::sleep(Duration::from_secs(2));
    assert!(!sender.is_finished(), "60 MB are not read");
    if let (Some(idle), Some(most)) = (idle, pipeline.resident_kilobytes()) {
        assert!(most < idle + 20_000, "{idle} KB became {most} KB");
    }
    for number in 0..MESSAGES {
        let (id, bytes) = letter(&mut out);
        let end = format!(" {number}.\"}}");
        assert!(bytes.ends_with(end.as_bytes()), "{number} is next");
        confirm(&mut out, id);
    }
    assert_eq!(pipeline.payload(), "good");
    let mut source = sender.join().expect("all is sent");
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    check_log(&pipeline.stop(), &["20000 dead letters"]);
}
