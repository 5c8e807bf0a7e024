//! `laminarc test`.

use std::fs;
use std::path::Path;

use super::end_to_end::sensor_alerts;
use super::support::{Run, Scratch, example, laminarc};

/// Every folder of `examples` is a test, but for those that are crates.
#[test]
fn every_example_gives_its_rows() {
    sensor_alerts();
    let run = laminarc(&["test", &example("")]);
    assert_eq!(run.code, 0, "{}\n{}", run.out, run.err);
    let folders = fs::read_dir(example("")).expect("it is in the repository");
    let is_pipeline = |folder: &Path| folder.join("pipeline.sql").is_file();
    let folders = folders
        .filter(|folder| is_pipeline(&folder.as_ref().expect("it can be read").path()))
        .count();
    assert!(folders >= 18, "only {folders} examples");
    assert!(
        run.out
            .contains(&format!("{folders} tests: {folders} passed in ")),
        "{}",
        run.out
    );
}

const SQL: &str = "CREATE TABLE t (x INT, at TIMESTAMP METADATA FROM 'received_at')
    WITH (connector = 'mqtt', broker = 'tcp://h', topic = 'a', qos = 0);
CREATE TABLE big (x INT) WITH (connector = 'file', path = '/no/such/folder/rows.jsonl');
INSERT INTO big SELECT x FROM t WHERE x > 9;
SELECT x, at FROM t WHERE x <> 5;
";

const INPUT: &str = r#"{"topic":"a","payload":"{\"x\":1}"}
{"topic":"a","payload":{"x":10}}
{"topic":"a","payload":{"x":"ten"}}
{"topic":"a","payload":{"x":2},"received_at":"2026-11-22T10:15:00Z"}
{"topic":"a","payload":{"x":5}}
"#;

const EXPECTED: &str = r#"{"x":1,"at":"2000-01-01T00:00:00Z"}
{"x":10,"at":"2000-01-01T00:00:00Z"}
{"x":2,"at":"2026-11-22T10:15:00Z"}
{"big":{"x":10}}
"#;

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn rows_are_compared_and_written() {
    let scratch = Scratch::new("test");
    let sql = scratch.file("p.sql", SQL.as_bytes());
    scratch.file("p.input.jsonl", INPUT.as_bytes());
    let test = |more: &[&str]| -> Run { laminarc(&[&["test", &scratch.text()], more].concat()) };
    let run = test(&[]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(
        run.out
            .contains("p.expected.jsonl is missing; --update writes it"),
        "{}",
        run.out
    );

    let run = test(&["--update"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.starts_with("updated "), "{}", run.out);
    let expected = scratch.path("p.expected.jsonl");
    assert_eq!(
        read(&expected),
        EXPECTED,
        "those of a sink are together, and no file was written"
    );
    let rejected = read(&scratch.path("p.rejected.jsonl"));
    assert!(
        rejected.starts_with("{\"t.rejected\":{\"reason\":\"wrong_kind\""),
        "{rejected}"
    );
    assert_eq!(rejected.lines().count(), 1);

    for run in [test(&[]), test(&["--update"]), laminarc(&["test", &sql])] {
        assert_eq!(run.code, 0, "{}", run.out);
        assert!(run.out.contains("ok "), "{}", run.out);
        assert!(run.out.contains("(4 rows, 1 rejected)"), "{}", run.out);
        assert!(run.out.contains("1 test: 1 passed in "), "{}", run.out);
    }

    fs::write(&expected, EXPECTED.replace("\"x\":2,", "\"x\":3,")).expect("it is ours");
    scratch.file("p.rejected.jsonl", b"");
    let run = test(&[]);
    assert_eq!(run.code, 1, "{}", run.out);
    let diff = "p.expected.jsonl: -1 expected, +1 came
    {\"x\":1,\"at\":\"2000-01-01T00:00:00Z\"}
    {\"x\":10,\"at\":\"2000-01-01T00:00:00Z\"}
  - {\"x\":3,\"at\":\"2026-11-22T10:15:00Z\"}
  + {\"x\":2,\"at\":\"2026-11-22T10:15:00Z\"}
    {\"big\":{\"x\":10}}
";
    assert!(run.out.contains(diff), "{}", run.out);
    assert!(
        run.out.contains("p.rejected.jsonl: -0 expected, +1 came\n"),
        "{}",
        run.out
    );
    assert!(run.out.contains("1 test: 1 failed in "), "{}", run.out);
    assert!(
        !run.out.contains('\x1b'),
        "colours where there is no terminal: {}",
        run.out
    );
}

#[test]
fn warnings_are_shown_beside_the_rows() {
    let scratch = Scratch::new("test_warnings");
    let sql = SQL.replace("x > 9", "x > 9 AND x < 5");
    scratch.file("p.sql", sql.as_bytes());
    scratch.file("p.input.jsonl", INPUT.as_bytes());
    scratch.file(
        "p.expected.jsonl",
        EXPECTED.replace("{\"big\":{\"x\":10}}\n", "").as_bytes(),
    );
    let run = laminarc(&["test", &scratch.text()]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(
        run.out.contains("(3 rows, 1 rejected, 1 warning)"),
        "{}",
        run.out
    );
    assert!(run.out.contains("warning[W0521]"), "{}", run.out);
    let run = laminarc(&["test", &scratch.text(), "--deny-warnings"]);
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(
        run.out.contains("1 warning, denied by --deny-warnings"),
        "{}",
        run.out
    );
    assert!(run.out.contains("1 test: 1 failed"), "{}", run.out);
}

#[test]
fn what_cannot_be_tested_is_told() {
    let scratch = Scratch::new("untestable");
    scratch.file("a/wrong.sql", SQL.replace("x > 9", "y > 9").as_bytes());
    scratch.file("a/wrong.input.jsonl", INPUT.as_bytes());
    scratch.file("b/no_input.sql", SQL.as_bytes());
    scratch.file("b/no_input.expected.jsonl", b"");
    scratch.file("c/no_record.sql", SQL.as_bytes());
    scratch.file("c/no_record.input.jsonl", b"{}\n");
    let untested = scratch.file("d/plain.sql", SQL.as_bytes());
    scratch.file("target/old.sql", SQL.as_bytes());
    let run = laminarc(&["test", &scratch.text()]);
    assert_eq!(run.code, 1, "{}", run.err);
    for expected in [
        "error[E0201]: no column `y`",
        "there are no recorded messages: ",
        "no_input.input.jsonl is missing",
        "no line is a record",
        &format!("without recorded messages, and not tested: {untested}\n"),
        "3 tests: 3 failed in ",
    ] {
        assert!(
            run.out.contains(expected),
            "{expected} is not in\n{}",
            run.out
        );
    }
    let places: Vec<_> = ["wrong.sql\n", "no_input.sql\n", "no_record.sql\n"]
        .iter()
        .map(|name| run.out.find(name).expect("each is named"))
        .collect();
    assert!(places.is_sorted(), "in their order: {}", run.out);

    let text = scratch.file("notes.txt", b"");
    let cases: [(&[&str], &str); 4] = [
        (&[&scratch.path("d")], "there is nothing to test"),
        (&["/no/such"], "there is no such file or folder"),
        (&[&text], "it is not a pipeline"),
        (&[&untested, "--target-cpu"], "--target-cpu"),
    ];
    for (arguments, expected) in cases {
        let run = laminarc(&[&["test"], arguments].concat());
        assert_eq!(run.code, 2, "{arguments:?}: {}{}", run.out, run.err);
        assert!(run.err.contains(expected), "{arguments:?}: {}", run.err);
    }
    assert!(!Path::new("/no/such/folder").exists());
}
