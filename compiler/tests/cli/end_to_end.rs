//! From SQL to a binary to rows: real builds. The first one compiles the runtime.

use std::fs;
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::support::{Scratch, example, example_lines, laminarc, laminarc_with};

/// The sensor-alert example as a binary, built once for all tests.
pub(crate) fn sensor_alerts() -> &'static str {
    static BINARY: OnceLock<String> = OnceLock::new();
    BINARY.get_or_init(|| {
        let path = format!("{}/sensor_alerts", env!("CARGO_TARGET_TMPDIR"));
        let run = laminarc(&["build", &example("sensor_alerts/pipeline.sql"), "-o", &path]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert_eq!(run.out, "", "a build prints nothing on standard output");
        path
    })
}

#[test]
fn a_built_pipeline_replays_its_messages() {
    let binary = sensor_alerts();
    let mut command = Command::new(binary);
    command.args(["--replay", &example("sensor_alerts/pipeline.input.jsonl")]);
    let output = command.output().expect("it was just built");
    assert!(output.status.success(), "{output:?}");
    let rows = String::from_utf8(output.stdout).expect("rows are UTF-8");
    let rows: Vec<_> = rows.lines().collect();
    assert_eq!(rows, example_lines("sensor_alerts/pipeline.expected.jsonl"));
    let size = fs::metadata(binary).expect("it is there").len();
    assert!(size < 3_000_000, "the binary has {size} bytes");
}

/// Of the two sets of features that there are, each pipeline gets the one that its brokers need.
#[test]
fn tls_and_web_socket_are_linked_where_a_broker_may_need_them() {
    let scratch = Scratch::new("transports");
    let sql = "CREATE TABLE t (x INT) WITH (connector = 'mqtt', broker = '${BROKER}', topic = 'a',
                   tls_verify = 'false', qos = 0);
               SELECT x FROM t;";
    let file = scratch.file("any.sql", sql.as_bytes());
    let any = scratch.path("any");
    let run = laminarc(&["build", &file, "-o", &any]);
    assert_eq!(run.code, 0, "{}", run.err);
    let check = |binary: &str, broker: &str| {
        let mut command = Command::new(binary);
        command.args(["--check-config", "--broker", broker]);
        let output = command.output().expect("it was just built");
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).expect("it prints UTF-8");
        (output.status.code(), text)
    };
    for broker in [
        "ssl://h:8883",
        "wss://h:443/mqtt",
        "ws://h:80/x",
        "tcp://h:1883",
    ] {
        let (code, text) = check(&any, broker);
        assert_eq!(code, Some(0), "{broker}: {text}");
        assert!(text.contains(&format!("broker = {broker}\n")), "{text}");
        let unchecked = text.contains("ANYBODY CAN PRETEND TO BE THE BROKER");
        assert_eq!(
            unchecked,
            broker.starts_with("wss") || broker.starts_with("ssl"),
            "{text}"
        );
        // a plain one says so, instead of speaking plainly
        let (code, text) = check(sensor_alerts(), broker);
        let fits = broker.starts_with("tcp");
        assert_eq!(code == Some(0), fits, "{broker}: {text}");
        assert_eq!(text.contains("without TLS and WebSocket"), !fits, "{text}");
    }
}

#[test]
fn an_unchanged_pipeline_is_not_built_again() {
    sensor_alerts();
    let scratch = Scratch::new("unchanged");
    let out = scratch.path("alerts");
    let build = || laminarc(&["build", &example("sensor_alerts/pipeline.sql"), "-o", &out]);
    let start = Instant::now();
    let run = build();
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("unchanged"), "built again: {}", run.err);
    // The promise of 0.1 s is for a release build on an idle machine.
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    // A running binary keeps its file: the new one takes its name, not its place.
    let before = fs::File::open(&out).expect("it was just built");
    assert_eq!(build().code, 0);
    let length = |file: &fs::File| file.metadata().expect("it is open").len();
    assert_eq!(
        length(&before),
        length(&fs::File::open(&out).expect("it is there"))
    );
    let left = fs::read_dir(scratch.text()).expect("it is there").count();
    assert_eq!(left, 1, "a temporary file was left beside the binary");
}

#[test]
fn the_output_is_named_after_the_pipeline() {
    sensor_alerts();
    let scratch = Scratch::new("named");
    let pipeline = fs::read(example("sensor_alerts/pipeline.sql")).expect("it is there");
    scratch.file("sensor_alerts/pipeline.sql", &pipeline);
    let run = laminarc_with(&["build", "sensor_alerts/pipeline.sql"], b"", |command| {
        command.current_dir(scratch.text());
    });
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(fs::metadata(scratch.path("pipeline")).is_ok_and(|found| found.is_file()));
}

#[test]
fn run_hands_over_to_the_pipeline() {
    let scratch = Scratch::new("run");
    let project = scratch.path("project");
    assert_eq!(laminarc(&["new", &project]).code, 0);
    let sql = format!("{project}/pipeline.sql");
    let messages = format!("{project}/pipeline.input.jsonl");
    let run = laminarc(&["run", &sql, "--", "--replay", &messages]);
    assert_eq!(run.code, 0, "{}", run.err);
    let readme = fs::read_to_string(format!("{project}/README.md")).expect("it is there");
    let promised: Vec<_> = readme
        .lines()
        .filter(|line| line.starts_with("{\"room\""))
        .collect();
    assert_eq!(promised.len(), 3);
    assert_eq!(run.out.lines().collect::<Vec<_>>(), promised);
    let test = laminarc(&["test", &project]);
    assert_eq!(test.code, 0, "{}", test.err);

    // The exit code is the pipeline's: 78 is its code for a mistake in its configuration.
    let run = laminarc(&[
        "run",
        &sql,
        "--",
        "--broker",
        "ftp://nowhere",
        "--check-config",
    ]);
    assert_eq!(run.code, 78, "{}", run.err);
}

#[test]
fn a_crate_can_be_written_beside_the_binary() {
    sensor_alerts();
    let scratch = Scratch::new("emit");
    let (pipeline, out) = (example("sensor_alerts/pipeline.sql"), scratch.path("out"));
    let folder = scratch.path("crate");
    let emit = |to: &str| laminarc(&["build", &pipeline, "-o", &out, "--emit-crate", to]);
    for _ in 0..2 {
        let run = emit(&folder);
        assert_eq!(run.code, 0, "{}", run.err);
    }
    let files = [
        "Cargo.toml",
        "Cargo.lock",
        "src/main.rs",
        "src/pipeline.rs",
        "runtime/src/lib.rs",
    ];
    for file in files {
        let path = format!("{folder}/{file}");
        assert!(fs::metadata(&path).is_ok(), "{file} is missing");
    }
    let source = fs::read_to_string(format!("{folder}/src/main.rs")).expect("it is there");
    assert!(source.contains("#![forbid(unsafe_code)]"), "{source}");
    scratch.file("taken/notes.txt", b"mine");
    let run = emit(&scratch.path("taken"));
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("it is not empty"), "{}", run.err);
}

#[test]
fn targets_and_cpus_that_cannot_be_built_for_are_refused() {
    let scratch = Scratch::new("targets");
    let (pipeline, out) = (example("sensor_alerts/pipeline.sql"), scratch.path("out"));
    let cases = [
        (
            ["--target", "sparc64-unknown-linux-gnu"],
            "rustup target add sparc64",
        ),
        (
            ["--target", "pdp11-unknown-unix"],
            "unknown target `pdp11-unknown-unix`",
        ),
        (["--target-cpu", "pentium-9"], "unknown CPU `pentium-9`"),
    ];
    for (option, expected) in cases {
        let run = laminarc(&[&["build", &pipeline, "-o", &out], &option[..]].concat());
        assert_eq!(run.code, 2, "{option:?}: {}", run.err);
        assert!(run.err.contains(expected), "{option:?}: {}", run.err);
        assert!(fs::metadata(&out).is_err(), "{option:?} left a file");
    }
}

#[test]
fn the_demo_ends_with_a_summary() {
    let run = laminarc(&["demo", "--messages", "20000"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let shown = format!("({} shown)", run.out.lines().count());
    for expected in [
        "20000 messages",
        "msg/s",
        "alerts",
        &shown,
        "What to try next",
        "cargo install --path compiler",
    ] {
        assert!(
            run.err.contains(expected),
            "{expected} is not in\n{}",
            run.err
        );
    }
    let line = run
        .err
        .lines()
        .find(|line| line.contains("that the sensors sent"));
    let numbers: Vec<u64> = line
        .expect("the summary counts alerts")
        .split(' ')
        .filter_map(|word| word.parse().ok())
        .collect();
    assert_eq!(numbers.len(), 2, "{line:?}");
    assert_eq!(numbers[0], numbers[1], "alerts were lost or invented");
    assert!(run.out.lines().count() > 0, "no alert was shown");
    for row in run.out.lines() {
        let row: serde_json::Value = serde_json::from_str(row).expect("rows are JSON");
        let temperature = row["temperature"].as_f64().expect("it is a number");
        assert!(!(-10.0..=40.0).contains(&temperature), "{row}");
    }
}
