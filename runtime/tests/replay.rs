//! The whole process on recorded messages, and what its command line answers.

mod support;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Output, Stdio};

/// Runs the hand-made pipeline to its end; `input` is its standard input.
fn run(variables: &[(&str, &str)], arguments: &[&str], input: &str) -> Output {
    let mut child = support::command()
        .args(arguments)
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the example starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || {
        // A process that ends early does not read all.
        let _ = stdin.write_all(input.as_bytes());
    });
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("it does not panic");
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

const MESSAGES: &str = r#"{"topic":"first/a","payload":"one","x":[{}]}
{"topic":"second/a","payload_base64":"dHdv","qos":2,"retain":true}
not a record
{"topic":"third/a","payload":"for no table"}

{"topic":"first/a","payload":"bad"}
{"topic":"first/a","payload":"skip"}
{"topic":"first/a","payload":""}
{"payload":"without topic"}
{"topic":"second/b","payload":"three"}"#;

const ROWS: &str = r#"{"topic":"first/a","payload":"one","qos":0,"retain":false}
{"topic":"second/a","payload":"two","qos":2,"retain":true}
{"topic":"second/b","payload":"three","qos":0,"retain":false}
"#;

#[test]
fn recorded_messages_become_rows() {
    let output = run(&[], &["--replay", "-"], MESSAGES);
    assert_eq!(output.status.code(), Some(65), "some lines are no records");
    assert_eq!(text(&output.stdout), ROWS);
    let log = text(&output.stderr);
    for part in [
        "replay: line 3: not a JSON object with `topic` and `payload` (JSON error near byte 1)",
        "replay: line 9: there is no `topic`",
        "ERROR --replay: 2 lines are no records",
        "table first: 4 received, 10 bytes, 1 empty, 1 rejected (syntax 1)",
        "flow echo: 1 emitted, 1 filtered, 1 rejected",
        "table second: 2 received, 8 bytes\n",
        "sink out: 3 rows\n1 message matched no table\n",
    ] {
        assert!(log.contains(part), "{part} in {log}");
    }
}

#[test]
fn lines_that_are_no_records_are_told_by_the_exit_code() {
    let record = r#"{"topic":"first/a","payload":"x"}"#;
    let cases = [
        ("", 0, ""),
        ("\n \n", 0, ""),
        (record, 0, ""),
        ("[1]", 65, "ERROR --replay: no line is a record\n"),
        ("{}\nx", 65, "ERROR --replay: no line is a record\n"),
        (
            &format!("x\n{record}"),
            65,
            "ERROR --replay: 1 line is no record\n",
        ),
    ];
    for (input, code, error) in cases {
        let output = run(&[], &["--replay", "-"], input);
        assert_eq!(output.status.code(), Some(code), "{input}");
        let log = text(&output.stderr);
        assert!(log.contains(error), "{input}: {log}");
    }
}

#[test]
fn batches_of_any_size_give_the_same_rows() {
    for batch in ["1", "2", "3", "1000"] {
        let output = run(&[("BATCH", batch)], &["--replay", "-"], MESSAGES);
        assert_eq!(text(&output.stdout), ROWS, "batch size {batch}");
    }
}

#[test]
fn rows_of_network_sinks_are_printed_with_their_name() {
    // The variables of the broker and of the sink's topic are not even asked for.
    let output = run(&[("SINK", "mqtt")], &["--replay", "-"], MESSAGES);
    let rows: Vec<String> = ROWS
        .lines()
        .map(|row| format!("{{\"out\":{row}}}"))
        .collect();
    assert_eq!(text(&output.stdout).lines().collect::<Vec<_>>(), rows);
}

#[test]
fn topics_can_be_ignored() {
    let message = r#"{"topic":"third/a","payload":"x"}"#;
    let output = run(&[], &["--replay", "-", "--ignore-topics"], message);
    assert_eq!(text(&output.stdout).lines().count(), 2, "a row per table");
}

#[test]
fn rows_are_appended_to_files() {
    let path = std::env::temp_dir().join(format!("laminar-rows-{}", std::process::id()));
    let file = path.to_str().expect("the path is UTF-8");
    // what is there, and what of that is left: half of a row is not
    for (before, left) in [
        ("{\"a\":1}\n{\"torn", "{\"a\":1}\n"),
        ("{\"torn\":{}", ""),
        ("{\"whole\":{}}", "{\"whole\":{}}\n"),
        ("somebody's", "somebody's\n"),
    ] {
        std::fs::write(&path, before).expect("the folder is writable");
        for _ in 0..2 {
            let output = run(
                &[("SINK", "file"), ("FILE", file)],
                &["--replay", "-"],
                MESSAGES,
            );
            assert_eq!(output.stdout, b"");
        }
        let written = std::fs::read_to_string(&path).expect("it is there");
        assert_eq!(written, format!("{left}{ROWS}{ROWS}"));
    }
    std::fs::remove_file(&path).expect("it is ours");
}

#[test]
fn csv_is_appended_below_one_header() {
    let path = std::env::temp_dir().join(format!("laminar-csv-{}", std::process::id()));
    let header = "topic,payload,qos,retain\n";
    let file = path.to_str().expect("the path is UTF-8");
    let replay = || {
        run(
            &[("SINK", "csv"), ("FILE", file)],
            &["--replay", "-"],
            MESSAGES,
        )
    };
    let rows = "first/a,one,0,false\nsecond/a,two,2,true\nsecond/b,three,0,false\n";
    replay();
    let written = std::fs::read_to_string(&path).expect("it is there");
    assert_eq!(written, format!("{header}{rows}"));
    // an earlier process was cut off in a field
    std::fs::write(&path, format!("{header}{rows}first/a,\"on\n")).expect("it is writable");
    replay();
    let written = std::fs::read_to_string(&path).expect("it is there");
    assert_eq!(written, format!("{header}{rows}{rows}"));
    // rows of other columns
    std::fs::write(&path, "topic,payload\n").expect("it is writable");
    let refused = replay();
    std::fs::remove_file(&path).expect("it is ours");
    assert_eq!(refused.status.code(), Some(78));
    let log = text(&refused.stderr);
    let expected = "its first line is not the header `topic,payload,qos,retain` of these rows";
    assert!(log.contains(expected), "{log}");
}

#[test]
fn a_table_is_laid_out() {
    let output = run(&[("SINK", "table")], &["--replay", "-"], MESSAGES);
    let expected = " topic    | payload | qos | retain
----------+---------+-----+--------
 first/a  | one     |   0 | false
 second/a | two     |   2 | true
 second/b | three   |   0 | false
";
    assert_eq!(text(&output.stdout), expected);
}

#[test]
fn a_dry_run_prints_csv_as_text() {
    let variables = [("SINK", "csv"), ("FILE", "/nowhere/at/all")];
    let output = run(&variables, &["--replay", "-", "--dry-run"], MESSAGES);
    let printed = text(&output.stdout);
    let row = r#"{"out":"first/a,one,0,false"}"#;
    assert_eq!(printed.lines().next(), Some(row), "{printed}");
}

#[test]
fn a_full_disk_ends_a_replay_and_so_does_a_closed_pipe() {
    if !PathBuf::from("/dev/full").exists() {
        eprintln!("skipped: no /dev/full here");
        return;
    }
    let output = run(
        &[("SINK", "file"), ("FILE", "/dev/full")],
        &["--replay", "-"],
        MESSAGES,
    );
    assert_eq!(output.status.code(), Some(74));
    let log = text(&output.stderr);
    for part in [
        "sink `out`: appending rows to `/dev/full`",
        "cannot write to `/dev/full`: No space left on device (os error 28); trying again in 400",
        "ERROR cannot write to `/dev/full`: No space left on device (os error 28)\n",
        "sink out: 0 rows, 3 retries",
    ] {
        assert!(log.contains(part), "{part} in {log}");
    }

    let many = MESSAGES.lines().next().expect("there is one").to_owned() + "\n";
    let mut child = support::command()
        .args(["--replay", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the example starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("it is piped");
    let _ = stdin.write_all(many.repeat(20_000).as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert!(!text(&output.stderr).contains("panicked"));
}

#[test]
fn bad_data_under_fail_ends_with_65_after_the_rows_before_it() {
    let output = run(&[("BAD_DATA", "fail")], &["--replay", "-"], MESSAGES);
    assert_eq!(output.status.code(), Some(65));
    let before: Vec<&str> = ROWS.lines().take(2).collect();
    assert_eq!(text(&output.stdout).lines().collect::<Vec<_>>(), before);
}

/// Variables, arguments, and a part of what is said about them.
type Mistake<'m> = (&'m [(&'m str, &'m str)], &'m [&'m str], &'m str);

#[test]
fn mistakes_end_with_78_and_name_what_to_change() {
    let folder = std::env::temp_dir();
    let folder = folder.to_str().expect("the path is UTF-8");
    let cases: [Mistake<'_>; 9] = [
        (
            &[],
            &[],
            "connection `plant`, option `broker`: environment variable `BROKER` is not set",
        ),
        (
            &[("BROKER", "ssl:/h")],
            &[],
            "it must begin with `tcp://`, `ssl://`, `ws://` or `wss://`",
        ),
        (
            &[("BROKER", "tcp://h"), ("FIRST", "a#")],
            &[],
            "table `first`, option `topics`: `a#`",
        ),
        (
            &[("BROKER", "tcp://h"), ("SINK", "mqtt")],
            &[],
            "table `out`, option `topic`: environment",
        ),
        (
            &[],
            &["--replay", "/no/such/file"],
            "--replay: cannot open `/no/such/file`",
        ),
        (&[], &["--replay", folder], "directory"),
        (&[], &["--nonsense"], "--nonsense"),
        (
            &[
                ("BROKER", "tcp://h"),
                ("SINK", "file"),
                ("FILE", "/no/such/folder/f"),
            ],
            &["--check-config"],
            "there is no folder `/no/such/folder`",
        ),
        (
            &[("SINK", "file"), ("FILE", "/no/such/folder/f")],
            &["--replay", "-"],
            "there is no folder `/no/such/folder`",
        ),
    ];
    for (variables, arguments, expected) in cases {
        let output = run(variables, arguments, "");
        let log = text(&output.stderr);
        assert_eq!(output.status.code(), Some(78), "{expected}: {log}");
        assert!(log.contains(expected), "{expected} in {log}");
    }
}

#[test]
fn the_configuration_is_shown_without_secrets() {
    let variables = [
        ("BROKER", "ssl://in.the.sql"),
        ("CLIENT_ID", "me"),
        ("USERNAME", "u"),
        ("PASSWORD", "hunter2"),
        ("SINK", "mqtt"),
        ("OUT", "alerts"),
    ];
    let arguments = ["--check-config", "--broker", "plant=mqtt://[::1]"];
    let output = run(&variables, &arguments, "");
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    for part in [
        "broker = tcp://[::1]:1883",
        "client_id = me",
        "username = u",
        "password = [hidden]",
        "topics = first/#",
        "to = topic alerts on connection plant, qos 1",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(!shown.contains("hunter2"));
}

#[test]
fn it_says_what_it_is() {
    let cases = [
        ("--version", "hand_made (laminarc 0.0.0, runtime "),
        ("--help", "Usage: hand_made [OPTIONS]"),
        (
            "--about",
            "\n    at least once: rows are written before their messages are acknowledged\n",
        ),
        ("--about", "SELECT 1"),
    ];
    for (argument, expected) in cases {
        let output = run(&[], &[argument], "");
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains(expected), "{argument}");
        assert_eq!(text(&output.stderr), "");
    }
}

/// A dead letter is a line under its own name, in an envelope whatever the format; its topic is
/// not asked for.
#[test]
fn dead_letters_are_printed_with_their_name() {
    let variables = [("BAD_DATA", "dead_letter"), ("DEAD_FORMAT", "raw")];
    let messages = r#"{"topic":"first/a","payload":"one","received_at":"2026-01-02T03:04:05Z"}
{"topic":"first/a","payload":"bad { one","received_at":"2026-01-02T03:04:05.5Z"}
{"topic":"second/b","payload":"three"}"#;
    let output = run(&variables, &["--replay", "-"], messages);
    assert_eq!(output.status.code(), Some(0));
    let printed = text(&output.stdout);
    let mut lines: Vec<&str> = printed.lines().collect();
    lines.sort_unstable();
    let letter = [
        r#"{"first.dead_letter":{"reason":"syntax","#,
        r#""message":"the payload is not valid JSON, at byte 3: bad { one","#,
        r#""column":null,"offset":3,"size":null,"table":"first","topic":"first/a","#,
        r#""received_at":"2026-01-02T03:04:05.500Z","payload":"bad { one"}}"#,
    ];
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0], letter.concat());
    let counted = "table first: 2 received, 12 bytes, 1 rejected (syntax 1), 1 dead letter\n";
    assert!(text(&output.stderr).contains(counted));
}

#[test]
fn a_dry_run_writes_nothing_and_prints_what_is_rejected() {
    let path = std::env::temp_dir().join(format!("laminar-dry-{}", std::process::id()));
    let file = path.to_str().expect("the path is UTF-8");
    let arguments = [
        "--replay",
        "-",
        "--dry-run",
        "--received-at",
        "2026-11-22T10:15:00Z",
    ];
    for (sink, prefix) in [("file", "{\"out\":"), ("mqtt", "{\"out\":"), ("stdout", "")] {
        let output = run(&[("SINK", sink), ("FILE", file)], &arguments, MESSAGES);
        assert!(!path.exists(), "{sink}: a file was written");
        let printed = text(&output.stdout);
        let (rejected, rows): (Vec<&str>, Vec<&str>) = printed
            .lines()
            .partition(|line| line.starts_with("{\"first.rejected\":{\"reason\":\"syntax\","));
        let end = if prefix.is_empty() { "" } else { "}" };
        let expected: Vec<String> = ROWS
            .lines()
            .map(|row| format!("{prefix}{row}{end}"))
            .collect();
        assert_eq!(rows, expected, "{sink}");
        assert_eq!(rejected.len(), 1, "{printed}");
        let place = r#""offset":3,"size":null,"table":"first","topic":"first/a""#;
        let rest =
            format!("{place},\"received_at\":\"2026-11-22T10:15:00Z\",\"payload\":\"bad\"}}}}");
        assert!(rejected[0].ends_with(&rest), "{printed}");
        assert!(!text(&output.stderr).contains("dead letter"), "it has none");
    }
}
