//! What the broker does not take, or we do not, is counted and told, but not line by line.

mod support;

use support::{Broker, Pipeline, two_sessions_5};

fn start(broker: &Broker, variables: &[(&str, &str)]) -> Pipeline {
    let mut all = vec![("BROKER", broker.url.as_str())];
    all.extend_from_slice(variables);
    Pipeline::start(&all, &[])
}

/// That `kind` was told `total` times, by a line for few of them and a count for the others.
fn check_limited(log: &str, kind: &str, total: usize) {
    let (mut lines, mut left_out) = (0, 0);
    for (_, rest) in log.lines().filter_map(|line| line.split_once(kind)) {
        let count = rest
            .strip_prefix(" (")
            .and_then(|rest| rest.strip_suffix(" more)"));
        match count.map(|count| count.parse::<usize>().expect("a number")) {
            Some(count) => left_out += count,
            None => lines += 1,
        }
    }
    assert_eq!(lines + left_out, total, "{kind} in {log}");
    assert!(lines <= total / 2, "{lines} lines: {log}");
}

#[test]
fn rows_that_the_broker_refuses_are_counted_as_such() {
    const REFUSED: u8 = 40;
    for (qos, publish, answer) in [("1", 0x32, 0x40), ("2", 0x34, 0x50)] {
        let broker = Broker::new();
        let variables = [("MQTT", "5"), ("SINK", "mqtt"), ("OUT", "o"), ("QOS", qos)];
        let pipeline = start(&broker, &variables);
        let (mut source, mut sink) = two_sessions_5(&broker, &[]);
        for id in 1..=u16::from(REFUSED) + 10 {
            source.publish(0x32, "first/a", id, b"\0m");
        }
        let (mut rows, mut releases) = (0, if qos == "2" { 10 } else { 0 });
        while rows < REFUSED + 10 || releases > 0 {
            let packet = sink.packet();
            if packet[0] == 0x62 {
                releases -= 1;
                sink.send(&[0x70, 2, packet[2], packet[3]]);
                continue;
            }
            assert_eq!(packet[0], publish);
            let code = if rows < REFUSED { 0x87 } else { 0x00 };
            sink.send(&[answer, 3, packet[5], packet[6], code]);
            rows += 1;
        }
        for id in 1..=REFUSED + 10 {
            assert_eq!(source.packet(), [0x40, 2, 0, id]);
        }
        let ended = pipeline.stop();
        assert_eq!(ended.code, 0, "{}", ended.log);
        check_limited(
            &ended.log,
            "rows refused: not authorized",
            usize::from(REFUSED),
        );
        let counted = "sink out: 10 rows, 40 refused";
        assert!(ended.log.contains(counted), "{}", ended.log);
    }
}

#[test]
fn rows_that_are_too_large_for_the_broker_are_counted_as_refused() {
    let broker = Broker::new();
    let variables = [("MQTT", "5"), ("SINK", "mqtt"), ("OUT", "o")];
    let pipeline = start(&broker, &variables);
    // Maximum Packet Size 200
    let (mut source, mut sink) = two_sessions_5(&broker, &[0x27, 0, 0, 0, 200]);
    let large = [b"\0".as_slice(), &[b'x'; 500]].concat();
    for id in 1..=20 {
        source.publish(0x32, "first/a", id, &large);
    }
    source.publish(0x32, "first/a", 21, b"\0m");
    let row = sink.packet();
    sink.send(&[0x40, 2, row[5], row[6]]);
    for id in 1..=21 {
        assert_eq!(source.packet(), [0x40, 2, 0, id]);
    }
    let ended = pipeline.stop();
    check_limited(&ended.log, "rows are too large for the broker", 20);
    let counted = "sink out: 1 row, 20 refused";
    assert!(ended.log.contains(counted), "{}", ended.log);
}

#[test]
fn messages_that_are_too_large_are_counted_not_logged_each() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("MAX_PACKET", "100")]);
    let mut client = broker.accept_subscribed(0);
    for id in 1..=50 {
        client.publish(0x32, "first/large", id, &[b'x'; 200]);
    }
    client.publish(0x32, "first/a", 51, b"m");
    assert_eq!(pipeline.payload(), "m");
    for id in 1..=51 {
        assert_eq!(client.packet(), [0x40, 2, 0, id]);
    }
    let ended = pipeline.stop();
    check_limited(&ended.log, "larger than `max_packet_size` are not read", 50);
    for part in ["one of 218 bytes on `first/large`", "50 messages too large"] {
        assert!(ended.log.contains(part), "{part} in {}", ended.log);
    }
}
