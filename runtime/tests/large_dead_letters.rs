//! Dead letters that are larger than their broker takes: they are cut, and do not block for ever.

mod support;

use laminar_runtime::mqtt::property;
use support::{Broker, Client, Ended, Pipeline, two_sessions, two_sessions_5};

const PAYLOAD: usize = 20_000;

fn start(broker: &Broker, version: &str, format: &str) -> Pipeline {
    let variables = [
        ("BROKER", broker.url.as_str()),
        ("MQTT", version),
        ("BAD_DATA", "dead_letter"),
        ("DEAD", "dead"),
        ("DEAD_FORMAT", format),
        ("RETRY_MS", "1"),
        ("RETRY_MAX_MS", "5"),
    ];
    Pipeline::start(&variables, &[])
}

/// A bad message of many bytes, in MQTT 5 behind empty properties.
fn send(source: &mut Client, version: &str, id: u16) {
    let payload = format!("bad{}", "x\n".repeat(PAYLOAD / 2));
    let properties = if version == "5" { "\0" } else { "" };
    let all = format!("{properties}{}", &payload[..PAYLOAD]);
    source.publish(0x32, "first/a", id, all.as_bytes());
}

/// What stands in a PUBLISH behind the topic `dead`: identifier, properties (5), payload.
fn parsed<'p>(packet: &'p [u8], version: &str) -> ([u8; 2], &'p [u8], &'p [u8]) {
    assert_eq!(packet[0] & !8, 0x32, "a PUBLISH at QoS 1");
    let length = packet[1..].iter().position(|byte| byte & 0x80 == 0);
    let at = length.expect("a length") + 2;
    assert_eq!(&packet[at..at + 6], b"\0\x04dead");
    let (id, rest) = packet[at + 6..].split_first_chunk().expect("an identifier");
    let (properties, payload) = match version {
        "5" => property::split(rest).expect("properties"),
        _ => (&[][..], rest),
    };
    (*id, properties, payload)
}

fn user_property<'p>(properties: &'p [u8], name: &str) -> Option<&'p [u8]> {
    let mut all = property::split_all(properties);
    let found = all.find(|one| property::is_user_property(one, name))?;
    Some(&found[1 + 2 + name.len() + 2..])
}

fn confirm(out: &mut Client, id: [u8; 2]) {
    out.send(&[0x40, 2, id[0], id[1]]);
}

/// That the message is acknowledged now, and counted once.
fn finish(mut source: Client, pipeline: Pipeline) -> Ended {
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    for part in [
        "dead letters are too large for the broker, and cut",
        "1 dead letter",
    ] {
        assert!(ended.log.contains(part), "{part} in {}", ended.log);
    }
    ended
}

/// Maximum Packet Size in CONNACK: it is kept to from the first packet on.
#[test]
fn a_dead_letter_is_cut_to_what_the_broker_says_it_takes() {
    for largest in [1_000, 40] {
        let broker = Broker::new();
        let pipeline = start(&broker, "5", "raw");
        let [high, low] = u16::try_from(largest).expect("small").to_be_bytes();
        let (mut source, mut out) = two_sessions_5(&broker, &[0x27, 0, 0, high, low]);
        send(&mut source, "5", 1);
        let packet = out.packet();
        assert!(
            (largest - 8..=largest).contains(&packet.len()),
            "{}",
            packet.len()
        );
        let (id, properties, payload) = parsed(&packet, "5");
        let truncated = user_property(properties, "truncated");
        assert_eq!(truncated, Some(PAYLOAD.to_string().as_bytes()), "{largest}");
        let reason = user_property(properties, "reason");
        assert_eq!(reason.is_some(), largest == 1_000);
        assert!(
            payload.starts_with(&b"badx\nx\nx\n"[..payload.len().min(9)]),
            "{payload:?}"
        );
        source.expect_silence();
        confirm(&mut out, id);
        finish(source, pipeline);
    }
}

/// A broker that does not say what it takes and closes the connection at more. What is behind gets
/// through, too.
#[test]
fn a_dead_letter_that_the_connection_is_closed_at_is_cut_until_it_is_not() {
    let broker = Broker::new();
    let pipeline = start(&broker, "3.1.1", "envelope");
    let (mut source, mut out) = two_sessions(&broker);
    send(&mut source, "3.1.1", 1);
    source.publish(0x32, "first/a", 2, b"bad small");
    let mut sizes = Vec::new();
    let letter = loop {
        let packet = out.packet();
        if packet.len() <= 2_000 {
            break packet;
        }
        sizes.push(packet.len());
        drop(out);
        out = broker.accept();
        assert_eq!(out.packet()[0], 0x10);
        out.send(&[0x20, 2, 0, 0]);
    };
    sizes.dedup();
    assert!(
        sizes.len() == 2 && sizes[0] > PAYLOAD && sizes[1] <= 8_192,
        "{sizes:?}"
    );
    let (id, _, payload) = parsed(&letter, "3.1.1");
    let envelope: serde_json::Value = serde_json::from_slice(payload).expect("it is JSON");
    assert_eq!(envelope["truncated"], PAYLOAD);
    assert_eq!(envelope["reason"], "syntax");
    let head = envelope["payload"].as_str().expect("text");
    assert!(head.starts_with("badx\nx\n") && head.len() > 200, "{head}");
    confirm(&mut out, id);
    let small = out.packet();
    let (id, _, payload) = parsed(&small, "3.1.1");
    let envelope: serde_json::Value = serde_json::from_slice(payload).expect("it is JSON");
    assert_eq!(envelope["payload"], "bad small");
    assert_eq!(envelope.get("truncated"), None);
    confirm(&mut out, id);
    for id in 1..=2 {
        assert_eq!(source.packet(), [0x40, 2, 0, id]);
    }
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    assert!(ended.log.contains("2 dead letters"), "{}", ended.log);
}

/// A broker that answers PUBACK with the reason code 0x95, packet too large.
#[test]
fn a_dead_letter_that_is_refused_for_its_size_is_cut_at_once() {
    let broker = Broker::new();
    let pipeline = start(&broker, "5", "raw");
    let (mut source, mut out) = two_sessions_5(&broker, &[]);
    send(&mut source, "5", 1);
    let packet = out.packet();
    let (id, _, payload) = parsed(&packet, "5");
    assert_eq!(payload.len(), PAYLOAD);
    out.send(&[0x40, 3, id[0], id[1], 0x95]);
    out.expect_end();
    out = broker.accept();
    assert_eq!(out.packet()[0], 0x10);
    out.send(&[0x20, 3, 0, 0, 0]);
    let packet = out.packet();
    let (id, properties, payload) = parsed(&packet, "5");
    assert!(
        packet.len() <= 8_192 && payload.len() > 4_096,
        "{}",
        packet.len()
    );
    assert_eq!(user_property(properties, "truncated"), Some(&b"20000"[..]));
    confirm(&mut out, id);
    let ended = finish(source, pipeline);
    assert!(
        ended.log.contains("did not take a message: too large"),
        "{}",
        ended.log
    );
}

/// Where it is not the size, all of it arrives once the broker takes it.
#[test]
fn a_dead_letter_that_is_not_taken_however_small_it_is_becomes_whole_again() {
    let broker = Broker::new();
    let pipeline = start(&broker, "5", "raw");
    let (mut source, mut out) = two_sessions_5(&broker, &[]);
    send(&mut source, "5", 1);
    let mut sizes = Vec::new();
    for _ in 0..5 {
        let packet = out.packet();
        let (id, _, payload) = parsed(&packet, "5");
        sizes.push(payload.len());
        let code = if sizes.len() < 5 { 0x95 } else { 0 };
        out.send(&[0x40, 3, id[0], id[1], code]);
        if code != 0 {
            out.expect_end();
            out = broker.accept();
            assert_eq!(out.packet()[0], 0x10);
            out.send(&[0x20, 3, 0, 0, 0]);
        }
    }
    assert!(sizes[..4].is_sorted_by(|one, next| one > next), "{sizes:?}");
    assert_eq!((sizes[0], sizes[4]), (PAYLOAD, PAYLOAD), "{sizes:?}");
    finish(source, pipeline);
}
