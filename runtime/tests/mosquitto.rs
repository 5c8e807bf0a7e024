//! The whole process against a real broker, where one is installed.

mod support;

use std::time::{Duration, Instant};
use support::mosquitto::Mosquitto;
use support::{PATIENCE, Pipeline};

#[test]
fn rows_come_in_order_at_every_version_and_quality_of_service() {
    let Some(broker) = Mosquitto::start("order") else {
        return;
    };
    broker.retain("first/retained", "hello");
    let url = broker.url();
    for version in ["3.1.1", "5"] {
        for qos in ["0", "1", "2"] {
            let variables = [("BROKER", url.as_str()), ("MQTT", version), ("QOS", qos)];
            let pipeline = Pipeline::start(&variables, &[]);
            assert_eq!(pipeline.payload(), "hello", "{version} {qos}");
            let numbers: Vec<String> = (0..500).map(|number| number.to_string()).collect();
            broker.publish("first/a", qos, &(numbers.join("\n") + "\n"));
            for number in numbers {
                assert_eq!(pipeline.payload(), number, "{version} {qos}");
            }
            let ended = pipeline.stop();
            assert_eq!(ended.code, 0, "{}", ended.log);
            assert_eq!(ended.rows, Vec::<String>::new());
        }
    }
}

#[test]
fn what_was_sent_meanwhile_comes_with_the_resumed_session() {
    let Some(broker) = Mosquitto::start("session") else {
        return;
    };
    let url = broker.url();
    for version in ["3.1.1", "5"] {
        let variables = [
            ("BROKER", url.as_str()),
            ("MQTT", version),
            ("CLEAN", "false"),
            ("CLIENT_ID", if version == "5" { "five" } else { "four" }),
        ];
        broker.retain("first/retained", "hello");
        let first = Pipeline::start(&variables, &[]);
        assert_eq!(first.payload(), "hello");
        assert_eq!(first.stop().code, 0);
        broker.retain("first/retained", "");
        broker.publish("first/a", "1", "one\ntwo\n");
        let second = Pipeline::start(&variables, &[]);
        assert_eq!(second.payload(), "one", "{version}");
        assert_eq!(second.payload(), "two", "{version}");
        // What was kept comes right behind CONNACK; this one comes behind the SUBACK, at which the
        // connection is logged.
        broker.publish("first/a", "1", "three\n");
        assert_eq!(second.payload(), "three", "{version}");
        let ended = second.stop();
        assert!(ended.log.contains("session resumed"), "{}", ended.log);
    }
}

#[test]
fn rows_are_published_and_come_back_unchanged() {
    let Some(broker) = Mosquitto::start("sink") else {
        return;
    };
    let url = broker.url();
    for (version, qos) in [
        ("3.1.1", "1"),
        ("3.1.1", "2"),
        ("5", "1"),
        ("5", "2"),
        ("5", "0"),
    ] {
        broker.retain("first/retained", "hello");
        let of = |sink: &'static str, first: &'static str| {
            let all = [
                ("BROKER", url.as_str()),
                ("MQTT", version),
                ("QOS", qos),
                ("SINK", sink),
                ("OUT", "second/out"),
                ("FIRST", first),
            ];
            Pipeline::start(&all, &[])
        };
        // One prints what the other publishes.
        let printer = of("stdout", "first/retained");
        assert_eq!(printer.payload(), "hello");
        let publisher = of("mqtt", "third/#");
        let deadline = Instant::now() + PATIENCE;
        let row = loop {
            broker.publish("third/x", qos, "again\n");
            if let Some(row) = printer.row_within(Duration::from_millis(200)) {
                break row;
            }
            assert!(Instant::now() < deadline, "nothing comes");
        };
        assert!(row.contains(r#""topic":"second/out""#), "{row}");
        assert!(
            row.contains(r#"{\"topic\":\"third/x\",\"payload\":\"again\""#),
            "{row}"
        );
        assert_eq!(publisher.stop().code, 0);
        assert_eq!(printer.stop().code, 0);
    }
}
