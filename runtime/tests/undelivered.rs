//! Rows that a sink does not take, and what becomes of their messages.

mod support;

use std::time::Duration;
use support::{Broker, Client, Pipeline, two_sessions, two_sessions_5};

fn start(broker: &Broker, variables: &[(&str, &str)]) -> Pipeline {
    let mut all = vec![("BROKER", broker.url.as_str()), ("DEAD", "dead")];
    all.extend_from_slice(variables);
    Pipeline::start(&all, &[])
}

/// The next PUBLISH of MQTT 5 at QoS 1: topic, identifier, and what stands behind as text.
fn published(out: &mut Client) -> (String, [u8; 2], String) {
    parsed(&out.packet())
}

fn parsed(packet: &[u8]) -> (String, [u8; 2], String) {
    assert_eq!(packet[0] & !8, 0x32, "a PUBLISH at QoS 1: {packet:02x?}");
    let length = packet[1..].iter().position(|byte| byte & 0x80 == 0);
    let at = length.expect("a length") + 4;
    let end = at + usize::from(packet[at - 1]);
    let topic = String::from_utf8_lossy(&packet[at..end]).into_owned();
    let rest = String::from_utf8_lossy(&packet[end + 2..]).into_owned();
    (topic, [packet[end], packet[end + 1]], rest)
}

fn answer(out: &mut Client, id: [u8; 2], code: u8) {
    out.send(&[0x40, 3, id[0], id[1], code]);
}

/// Some rows of a batch are refused for good; exactly their messages become dead letters, each
/// with its own bytes, and all are acknowledged in their order.
#[test]
fn messages_of_refused_rows_become_dead_letters() {
    const MESSAGES: u8 = 20;
    let broker = Broker::new();
    let variables = [
        ("MQTT", "5"),
        ("SINK", "mqtt"),
        ("OUT", "rows"),
        ("BAD_DATA", "dead_letter"),
    ];
    let pipeline = start(&broker, &variables);
    let (mut source, mut out) = two_sessions_5(&broker, &[]);
    for number in 1..=MESSAGES {
        let payload = match number % 3 {
            0 => format!("\0skip {number}"),
            _ => format!("\0m{number}."),
        };
        let topic = if number % 2 == 0 {
            "first/a"
        } else {
            "second/a"
        };
        source.publish(0x32, topic, number.into(), payload.as_bytes());
    }
    let (mut letters, mut rows, mut refused) = (Vec::new(), 0, Vec::new());
    while rows < 14 || letters.len() < refused.len() {
        let (topic, id, rest) = published(&mut out);
        if topic == "dead" {
            answer(&mut out, id, 0);
            letters.push(rest);
            continue;
        }
        assert_eq!(topic, "rows");
        rows += 1;
        if rows % 4 == 0 {
            let payload = rest.split_once(r#""payload":""#).expect("a row").1;
            refused.push(payload.split_once('"').expect("it ends").0.to_owned());
            answer(&mut out, id, 0x99);
        } else {
            answer(&mut out, id, 0);
        }
    }
    assert_eq!(refused.len(), 3);
    for (letter, payload) in letters.iter().zip(&refused) {
        let text = "sink `out` did not take a row of it: payload format not valid";
        assert!(letter.contains("undelivered"), "{letter}");
        assert!(letter.contains(text), "{letter}");
        assert!(letter.ends_with(payload), "{letter}: {payload}");
    }
    for number in 1..=MESSAGES {
        assert_eq!(source.packet(), [0x40, 2, 0, number]);
    }
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    let counted = "sink out: 11 rows, 3 refused";
    assert!(ended.log.contains(counted), "{}", ended.log);
}

/// A reason that may pass: the row is sent again so often, then its message is a dead letter.
#[test]
fn a_row_that_is_not_taken_is_tried_again_before() {
    let broker = Broker::new();
    let variables = [
        ("MQTT", "5"),
        ("SINK", "mqtt"),
        ("OUT", "rows"),
        ("BAD_DATA", "dead_letter"),
        ("RETRIES", "2"),
    ];
    let pipeline = start(&broker, &variables);
    let (mut source, mut out) = two_sessions_5(&broker, &[]);
    source.publish(0x32, "first/a", 1, b"\0m");
    for attempt in 0..3 {
        let (topic, id, _) = published(&mut out);
        assert_eq!(topic, "rows");
        // Quota exceeded
        answer(&mut out, id, 0x97);
        if attempt < 2 {
            out.expect_end();
            out = broker.accept();
            assert_eq!(out.packet()[0], 0x10);
            out.send(&[0x20, 3, 0, 0, 0]);
        }
    }
    source.expect_silence();
    let (topic, id, rest) = published(&mut out);
    assert_eq!(topic, "dead");
    assert!(
        rest.contains("quota exceeded") && rest.ends_with('m'),
        "{rest}"
    );
    answer(&mut out, id, 0);
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    let counted = "sink out: 0 rows, 2 retries, 1 refused";
    assert!(ended.log.contains(counted), "{}", ended.log);
}

/// Without dead letters it is tried for ever.
#[test]
fn without_a_topic_nothing_is_given_up() {
    let broker = Broker::new();
    let variables = [
        ("MQTT", "5"),
        ("SINK", "mqtt"),
        ("OUT", "rows"),
        ("RETRY_MS", "1"),
    ];
    let pipeline = start(&broker, &variables);
    let (mut source, mut out) = two_sessions_5(&broker, &[]);
    source.publish(0x32, "first/a", 1, b"\0m");
    for _ in 0..5 {
        let (_, id, _) = published(&mut out);
        answer(&mut out, id, 0x97);
        out.expect_end();
        out = broker.accept();
        assert_eq!(out.packet()[0], 0x10);
        out.send(&[0x20, 3, 0, 0, 0]);
    }
    let (_, id, _) = published(&mut out);
    answer(&mut out, id, 0);
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    assert_eq!(pipeline.stop().code, 0);
}

#[test]
fn a_refused_row_ends_the_process_where_bad_data_does() {
    let broker = Broker::new();
    let variables = [
        ("MQTT", "5"),
        ("SINK", "mqtt"),
        ("OUT", "rows"),
        ("BAD_DATA", "fail"),
        ("BATCH", "1"),
    ];
    let pipeline = start(&broker, &variables);
    let (mut source, mut out) = two_sessions_5(&broker, &[]);
    for id in 1..=3 {
        source.publish(0x32, "first/a", id, b"\0m");
    }
    for code in [0, 0x87, 0] {
        let (_, id, _) = published(&mut out);
        answer(&mut out, id, code);
    }
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    assert_eq!(source.packet(), [0xe0, 0], "nothing else is acknowledged");
    let ended = pipeline.wait();
    assert_eq!(ended.code, 65, "{}", ended.log);
    let told = "table `first`: sink `out` did not take a row: not authorized";
    assert!(ended.log.contains(told), "{}", ended.log);
}

/// Rows that wait for a sink which is stuck do not keep the process from its end for long.
#[test]
fn bad_data_ends_the_process_while_a_sink_is_stuck() {
    let broker = Broker::new();
    let variables = [("SINK", "mqtt"), ("OUT", "rows"), ("BAD_DATA", "fail")];
    let pipeline = start(&broker, &variables);
    let (mut source, mut out) = two_sessions(&broker);
    source.publish(0x32, "first/a", 1, b"good");
    // It is never confirmed.
    assert_eq!(published(&mut out).0, "rows");
    source.publish(0x32, "first/a", 2, b"bad");
    let ended = pipeline.wait();
    assert_eq!(ended.code, 65, "{}", ended.log);
    let told = "table `first`: bad message on `first/a`";
    assert!(ended.log.contains(told), "{}", ended.log);
    assert_eq!(source.any_packet(), None, "nothing is acknowledged");
}

/// `/dev/full` is a disk without room.
#[cfg(target_os = "linux")]
#[test]
fn rows_for_a_full_disk_become_dead_letters_after_their_retries() {
    for (retries, failures) in [
        ("0", "sink out: 0 rows, 2 refused"),
        ("1", "1 retry, 2 refused"),
    ] {
        let broker = Broker::new();
        let variables = [
            ("SINK", "file"),
            ("FILE", "/dev/full"),
            ("BAD_DATA", "dead_letter"),
            ("RETRIES", retries),
        ];
        let pipeline = start(&broker, &variables);
        let (mut source, mut out) = two_sessions(&broker);
        // They may come in one batch or in two.
        let mut letters = 0;
        source.publish(0x32, "first/a", 1, b"one");
        source.publish(0x32, "second/a", 2, b"two");
        while letters < 2 {
            let (topic, id, rest) = published(&mut out);
            letters += 1;
            assert_eq!(topic, "dead");
            assert_eq!(rest, ["one", "two"][letters - 1]);
            out.send(&[0x40, 2, id[0], id[1]]);
        }
        for id in 1..=2 {
            assert_eq!(source.packet(), [0x40, 2, 0, id]);
        }
        let ended = pipeline.stop();
        assert_eq!(ended.code, 0, "{}", ended.log);
        let counted = failures.split(", ").last().expect("a part");
        assert!(ended.log.contains(counted), "{}", ended.log);
        assert!(ended.log.contains("given up after"), "{}", ended.log);
    }
}

/// A disk with room for a part of a row: that row is a dead letter, and its half does not stay.
#[cfg(target_os = "linux")]
#[test]
fn of_rows_that_are_given_up_no_half_is_left() {
    const MESSAGES: u8 = 20;
    let broker = Broker::new();
    let name = format!("laminar-given-up.{}", std::process::id());
    let file = std::env::temp_dir().join(name);
    let mut command = std::process::Command::new("/bin/sh");
    // 4 KiB
    command.args(["-c", r#"ulimit -S -f 8; exec "$0""#]);
    command.arg(support::command().get_program());
    command.env_clear();
    let variables = [
        ("BROKER", broker.url.as_str()),
        ("SINK", "file"),
        ("FILE", file.to_str().expect("the path is UTF-8")),
        ("BAD_DATA", "dead_letter"),
        ("DEAD", "dead"),
        ("RETRIES", "0"),
    ];
    let pipeline = Pipeline::start_by(command, &variables, &[]);
    let (mut source, mut out) = two_sessions(&broker);
    let payload = |number: u8| format!("{number:>500}");
    for number in 1..=MESSAGES {
        source.publish(0x32, "first/a", number.into(), payload(number).as_bytes());
    }
    let row = |payload: &str| {
        format!("{{\"topic\":\"first/a\",\"payload\":\"{payload}\",\"qos\":1,\"retain\":false}}\n")
    };
    let fitting = 4096 / row(&payload(0)).len();
    let mut given_up = Vec::new();
    while given_up.len() + fitting < usize::from(MESSAGES) {
        let (_, id, letter) = published(&mut out);
        out.send(&[0x40, 2, id[0], id[1]]);
        given_up.push(letter);
    }
    for number in 1..=MESSAGES {
        assert_eq!(source.packet(), [0x40, 2, 0, number]);
    }
    assert_eq!(pipeline.stop().code, 0);
    let written = std::fs::read_to_string(&file).expect("it is there");
    std::fs::remove_file(&file).expect("it is ours");
    let kept = (1..=MESSAGES).map(payload);
    let kept = kept.filter(|payload| !given_up.contains(payload));
    let expected: String = kept.map(|payload| row(&payload)).collect();
    assert_eq!(written, expected);
}

/// The sink's broker cannot be reached: after the retries the messages become dead letters on
/// their own broker, while others come through once it is back.
#[test]
fn rows_for_a_broker_out_of_reach_become_dead_letters_after_their_retries() {
    let (broker, office) = (Broker::new(), Broker::new());
    let variables = [
        ("OUT_BROKER", office.url.as_str()),
        ("SINK", "mqtt"),
        ("OUT", "rows"),
        ("BAD_DATA", "dead_letter"),
        ("RETRIES", "2"),
    ];
    let pipeline = start(&broker, &variables);
    let (mut source, mut out) = two_sessions(&broker);
    // The first attempt has got a connection before there is anything to publish.
    let mut rows = office.accept();
    assert_eq!(rows.packet()[0], 0x10);
    rows.send(&[0x20, 2, 0, 0]);
    source.publish(0x32, "first/a", 1, b"one");
    source.publish(0x32, "first/a", 2, b"two");
    assert_eq!(published(&mut rows).0, "rows");
    drop(rows);
    // That it was closed while rows were sent may be the fault of one of them: it does not count.
    for _ in 0..3 {
        drop(office.accept());
    }
    for (id, payload) in [(1, "one"), (2, "two")] {
        let (topic, answered, rest) = published(&mut out);
        assert_eq!((topic.as_str(), rest.as_str()), ("dead", payload));
        if id == 1 {
            source.expect_silence();
        }
        out.send(&[0x40, 2, answered[0], answered[1]]);
    }
    for id in 1..=2 {
        assert_eq!(source.packet(), [0x40, 2, 0, id]);
    }
    let mut rows = office.accept();
    assert_eq!(rows.packet()[0], 0x10);
    rows.send(&[0x20, 2, 0, 0]);
    source.publish(0x32, "first/a", 3, b"three");
    let (topic, id, rest) = published(&mut rows);
    assert_eq!(topic, "rows");
    assert!(rest.contains("three"), "{rest}");
    rows.send(&[0x40, 2, id[0], id[1]]);
    assert_eq!(source.packet(), [0x40, 2, 0, 3]);
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    for part in ["rows are given up: ", "2 refused", "2 dead letters"] {
        assert!(ended.log.contains(part), "{part} in {}", ended.log);
    }
}

/// The broker closes the connection whenever it is sent a certain row, and has confirmed nothing
/// that was sent with it. That row alone becomes a dead letter, though all have been tried more
/// often than they may be.
#[test]
fn a_row_that_the_broker_cannot_bear_is_given_up_alone() {
    const MESSAGES: u8 = 20;
    let broker = Broker::new();
    let variables = [
        ("SINK", "mqtt"),
        ("OUT", "rows"),
        ("BAD_DATA", "dead_letter"),
        ("RETRIES", "3"),
        ("RETRY_MS", "5"),
        ("RETRY_MAX_MS", "50"),
    ];
    let pipeline = start(&broker, &variables);
    let (mut source, mut out) = two_sessions(&broker);
    for id in 1..=MESSAGES {
        let payload = if id == 7 { "poison" } else { "good" };
        source.publish(0x32, "first/a", id.into(), payload.as_bytes());
    }
    let (mut rows, mut letters) = (0, Vec::new());
    let mut unconfirmed: Vec<[u8; 2]> = Vec::new();
    while rows + 1 < MESSAGES || letters.is_empty() {
        let Some(packet) = out.quiet_for(Duration::from_millis(50)) else {
            for [high, low] in unconfirmed.drain(..) {
                out.send(&[0x40, 2, high, low]);
                rows += 1;
            }
            continue;
        };
        let (topic, id, rest) = parsed(&packet);
        if topic == "dead" {
            out.send(&[0x40, 2, id[0], id[1]]);
            letters.push(rest);
        } else if rest.contains("poison") {
            unconfirmed.clear();
            drop(out);
            out = broker.accept();
            assert_eq!(out.packet()[0], 0x10);
            out.send(&[0x20, 2, 0, 0]);
        } else {
            unconfirmed.push(id);
        }
    }
    assert_eq!(letters, ["poison"], "no other row is given up");
    for id in 1..=MESSAGES {
        assert_eq!(source.packet(), [0x40, 2, 0, id]);
    }
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    for part in ["rows are given up: 1", "1 refused", "1 dead letter"] {
        assert!(ended.log.contains(part), "{part} in {}", ended.log);
    }
}
