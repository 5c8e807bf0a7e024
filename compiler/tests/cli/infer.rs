//! `laminarc infer` from files and from brokers.

use std::thread;
use std::time::{Duration, Instant};

use laminarc::demo::broker::Broker;

use super::support::{Scratch, TIMEOUT, example, laminarc, laminarc_with, messages};

const INPUT: &str = "sensor_alerts/pipeline.input.jsonl";

#[test]
fn tables_of_a_file_are_printed_and_compile() {
    let run = laminarc(&["infer", &example(INPUT)]);
    assert_eq!(run.code, 0, "{}", run.err);
    for expected in [
        "CREATE CONNECTION mqtt FROM mqtt_source",
        "reading_time TIMESTAMP",
        "topics = '[\"sensors/+/readings\"]'",
        "sensor TEXT METADATA FROM 'topic.2'",
    ] {
        assert!(
            run.out.contains(expected),
            "{expected} is not in\n{}",
            run.out
        );
    }
    assert!(run.err.contains("inferred 1 table from"), "{}", run.err);
    assert!(
        run.err.contains("payload is not JSON and is rejected"),
        "{}",
        run.err
    );
    let checked = laminarc_with(&["check", "-"], run.out.as_bytes(), |_| {});
    assert_eq!(checked.code, 0, "{}", checked.err);
    assert!(!checked.err.contains("warning"), "{}", checked.err);
}

#[test]
fn lines_can_be_payloads_and_messages_can_be_left_out() {
    let lines = "{\"t\":21.5}\nonline\n\n{\"t\":22}\n{\"u\":1}\n";
    let infer = |more: &[&str]| {
        let call = [&["infer", "-"], more].concat();
        laminarc_with(&call, lines.as_bytes(), |_| {})
    };
    let run = infer(&["--topic", "home/t"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("t DOUBLE"), "{}", run.out);
    assert!(run.out.contains("\"home/t\""), "{}", run.out);
    let note = "1 payload is not JSON and is rejected (on \"home/t\": online, wrong at byte 0)";
    assert!(run.err.contains(note), "{}", run.err);
    let run = infer(&["--topic", "home/t", "--limit", "3", "--strict"]);
    assert!(run.out.contains("t DOUBLE NOT NULL"), "{}", run.out);
    let run = infer(&["--topic", "home/t", "--topics", "other/#"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(
        run.err.contains("--topics and --limit leave messages out"),
        "{}",
        run.err
    );
    let run = infer(&[]);
    assert_eq!(run.code, 2, "{}", run.err);
    let note = "4 lines are no records; line 1: there must be one of";
    assert!(run.err.contains(note), "{}", run.err);
    assert!(
        run.err.contains("name their topic with --topic"),
        "{}",
        run.err
    );
}

#[test]
fn mistakes_have_a_way_out() {
    let scratch = Scratch::new("infer");
    let empty = scratch.file("empty.jsonl", b"");
    let folder = scratch.text();
    let cases: [(&[&str], &str); 9] = [
        (&["/no/such.jsonl"], "cannot read /no/such.jsonl"),
        (&[&folder], "directory"),
        (&[&empty], "is a JSON object"),
        (&[&empty, "--for", "3s"], "--for goes with a broker"),
        (
            &[&empty, "--topics", "a/#/b"],
            "`a/#/b` is not a topic filter",
        ),
        (&["tcp://h", "--topic", "a"], "--topic goes with a file"),
        (
            &["ssl://h.example:8883"],
            "mosquitto_sub -h h.example -p 8883",
        ),
        (&["http://h"], "`http://` is no broker's URL"),
        (
            &["tcp://127.0.0.1:1", "--for", "10ms"],
            "cannot listen to tcp://127.0.0.1:1: ",
        ),
    ];
    for (arguments, expected) in cases {
        let run = laminarc(&[&["infer"], arguments].concat());
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(expected), "{arguments:?}: {}", run.err);
        assert_eq!(run.out, "", "{arguments:?}");
    }
}

#[test]
fn a_broker_is_listened_to() {
    let broker = Broker::start().expect("loopback has a free port");
    let (url, sent) = (broker.url(), messages(INPUT));
    let limit = sent.len().to_string();
    let call = [
        "infer",
        &url,
        "--topics",
        "sensors/#",
        "--for",
        "30s",
        "--limit",
        &limit,
    ];
    let call: Vec<String> = call.iter().map(|&word| word.to_owned()).collect();
    let listening = thread::spawn(move || {
        let call: Vec<&str> = call.iter().map(String::as_str).collect();
        laminarc(&call)
    });
    let start = Instant::now();
    while !broker.has_subscriber(&sent[0].0) {
        assert!(start.elapsed() < TIMEOUT, "it did not subscribe");
        thread::sleep(Duration::from_millis(1));
    }
    for (topic, payload) in &sent {
        broker.publish(topic, payload.as_bytes(), 0);
    }
    let run = listening.join().expect("it does not panic");
    assert_eq!(run.code, 0, "{}", run.err);
    let of_file = laminarc(&["infer", &example(INPUT)]);
    let without_broker = |text: &str| text.split_once("-- ").map(|(_, rest)| rest.to_owned());
    assert_eq!(without_broker(&run.out), without_broker(&of_file.out));
    assert!(
        run.out.contains(&format!("broker = '{url}'")),
        "{}",
        run.out
    );
    let nothing = laminarc(&["infer", &url, "--for", "200ms"]);
    assert_eq!(nothing.code, 2, "{}", nothing.err);
}
