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
        let of = |sink: &'static str, first: &'static str, second: &'static str| {
            let all = [
                ("BROKER", url.as_str()),
                ("MQTT", version),
                ("QOS", qos),
                ("SINK", sink),
                ("OUT", "second/out"),
                ("FIRST", first),
                ("SECOND", second),
            ];
            Pipeline::start(&all, &[])
        };
        // One prints what the other publishes.
        let printer = of("stdout", "first/retained", "second/#");
        assert_eq!(printer.payload(), "hello");
        let publisher = of("mqtt", "third/#", "fourth/#");
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
        // More than the broker takes unconfirmed.
        let numbers: Vec<String> = (0..300).map(|number| format!("no {number}.")).collect();
        broker.publish("third/x", qos, &(numbers.join("\n") + "\n"));
        for number in numbers {
            let row = loop {
                let row = printer.row_within(PATIENCE).expect("no row is lost");
                if !row.contains("again") {
                    break row;
                }
            };
            assert!(row.contains(&number), "{version} {qos}: {number} in {row}");
        }
        assert_eq!(publisher.stop().code, 0);
        assert_eq!(printer.stop().code, 0);
    }
}

/// What a subscriber sees of dead letters at 3.1.1: an envelope, which the pipeline can replay.
#[test]
fn dead_letters_come_in_an_envelope_that_can_be_replayed() {
    let Some(broker) = Mosquitto::start("envelope") else {
        return;
    };
    broker.retain("first/retained", "hello");
    let url = broker.url();
    let variables = [
        ("BROKER", url.as_str()),
        ("BAD_DATA", "dead_letter"),
        ("DEAD", "dead/letters"),
        ("DEAD_FORMAT", "envelope"),
    ];
    let pipeline = Pipeline::start(&variables, &[]);
    assert_eq!(pipeline.payload(), "hello");
    let letters = broker.receive("dead/letters", 2, "%p", || {
        broker.publish("first/a", "1", "bad \"one\"\ngood\n");
        broker.publish("second/ü", "2", "bad two\n");
    });
    assert_eq!(pipeline.payload(), "good");
    assert_eq!(pipeline.stop().code, 0);
    let ends = [
        r#""topic":"first/a","received_at":"#,
        r#""payload":"bad \"one\""}"#,
        r#""table":"second","topic":"second/ü","#,
        r#""payload":"bad two"}"#,
    ];
    for (at, part) in ends.iter().enumerate() {
        assert!(letters[at / 2].contains(part), "{part} in {letters:?}");
    }
    let file = format!("laminar-letters-{}.jsonl", std::process::id());
    let path = std::env::temp_dir().join(file);
    std::fs::write(&path, letters.join("\n")).expect("the folder is writable");
    let text = path.to_str().expect("the path is text").to_owned();
    let sent = broker.receive("dead/letters", 2, "%p", || {
        let arguments = ["--replay", text.as_str(), "--with-sinks"];
        let ended = Pipeline::start(&variables, &arguments).wait();
        assert_eq!((ended.code, ended.rows.len()), (0, 0), "{}", ended.log);
        assert!(ended.log.contains("1 dead letter"), "{}", ended.log);
    });
    assert_eq!(sent, letters);
    let ended = Pipeline::start(&variables, &["--replay", &text]).wait();
    std::fs::remove_file(&path).expect("it was written");
    assert_eq!(ended.code, 0, "{}", ended.log);
    assert_eq!(ended.rows.len(), 2);
    let again = ended.rows[0].strip_prefix(r#"{"first.dead_letter":"#);
    assert_eq!(again, Some(format!("{}}}", letters[0]).as_str()));
}

/// At MQTT 5: the bytes as they came, and what is known of them in user properties.
#[test]
fn dead_letters_come_with_user_properties() {
    let Some(broker) = Mosquitto::start("properties") else {
        return;
    };
    broker.retain("first/retained", "hello");
    let url = broker.url();
    let variables = [
        ("BROKER", url.as_str()),
        ("MQTT", "5"),
        ("BAD_DATA", "dead_letter"),
        ("DEAD", "dead/letters"),
    ];
    let pipeline = Pipeline::start(&variables, &[]);
    assert_eq!(pipeline.payload(), "hello");
    let letters = broker.receive("dead/letters", 1, "%q|%r|%P|%p", || {
        broker.publish("first/a", "1", "bad 1\n");
    });
    assert_eq!(pipeline.stop().code, 0);
    let parts = [
        "1|0|reason:syntax message:the payload is not valid JSON, at byte 3: bad 1 offset:3 \
         table:first topic:first/a received_at:",
        "|bad 1",
    ];
    for part in parts {
        assert!(letters[0].contains(part), "{part} in {letters:?}");
    }
}

/// Many bad messages in a row neither hold up the good one behind them nor are any of them lost.
#[test]
fn ten_thousand_bad_messages_and_then_a_good_one() {
    const BAD: usize = 10_000;
    let Some(broker) = Mosquitto::start("many") else {
        return;
    };
    broker.retain("first/retained", "hello");
    let url = broker.url();
    for (version, format) in [("3.1.1", "envelope"), ("5", "raw")] {
        let variables = [
            ("BROKER", url.as_str()),
            ("MQTT", version),
            ("BAD_DATA", "dead_letter"),
            ("DEAD", "dead/letters"),
            ("DEAD_FORMAT", format),
        ];
        let pipeline = Pipeline::start(&variables, &[]);
        assert_eq!(pipeline.payload(), "hello");
        let idle = pipeline.resident_kilobytes();
        let lines: Vec<_> = (0..BAD)
            .map(|number| format!("bad {number:>200}.\n"))
            .collect();
        let mut most = None;
        let letters = broker.receive("dead/letters", BAD, "%p", || {
            broker.publish("first/a", "1", &(lines.concat() + "good\n"));
            assert_eq!(pipeline.payload(), "good");
            most = pipeline.resident_kilobytes();
        });
        for (number, letter) in letters.iter().enumerate() {
            assert!(
                letter.contains(&format!(" {number}.")),
                "{number}: {letter}"
            );
        }
        let ended = pipeline.stop();
        let counted = "10000 rejected (syntax 10000), 10000 dead letters";
        assert!(ended.log.contains(counted), "{}", ended.log);
        if let (Some(idle), Some(most)) = (idle, most) {
            assert!(most < idle + 20_000, "{idle} KB became {most} KB");
        }
    }
}
