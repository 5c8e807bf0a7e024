//! The command line from the outside: what it prints where, and its exit codes. Whoever installs
//! laminarc sees what these tests see.

mod broker;
#[cfg(target_os = "linux")]
mod cache;
mod end_to_end;
mod files;
mod help_files;
mod infer;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod older_cpu;
mod options;
mod package;
mod pipeline_tests;
#[cfg(unix)]
mod query;
#[cfg(target_os = "linux")]
mod reproducible;
mod schemas;
mod secrets;
#[cfg(target_os = "linux")]
mod stalled;
mod support;
mod wire;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use support::{Scratch, example, laminarc, laminarc_with};

#[test]
fn help_shows_examples_and_exit_codes() {
    let help = laminarc(&["--help"]);
    assert_eq!(help.code, 0);
    for text in [
        "Exit codes",
        "laminarc demo",
        "check",
        "build",
        "package",
        "run",
        "explain",
        "infer",
        "test",
        "new",
        "warm",
    ] {
        assert!(help.out.contains(text), "{text} is not in\n{}", help.out);
    }
    for command in [
        "check",
        "build",
        "package",
        "run",
        "explain",
        "infer",
        "test",
        "new",
        "demo",
        "lock",
        "cache",
        "completions",
        "man",
        "cache",
    ] {
        let help = laminarc(&[command, "--help"]);
        assert_eq!(help.code, 0, "{command}");
        assert!(
            help.out.contains("Example"),
            "{command} has no example:\n{}",
            help.out
        );
        assert!(
            help.out.contains(&format!("laminarc {command}")),
            "{}",
            help.out
        );
        assert_eq!(help.err, "", "{command}");
    }
    let version = laminarc(&["--version"]);
    assert_eq!(
        version.out,
        concat!("laminarc ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn mistakes_in_the_call_end_with_2() {
    let scratch = Scratch::new("usage");
    let folder = scratch.text();
    let latin1 = scratch.file("latin1.sql", b"-- one\n-- gr\xfc\xdfe\n");
    let huge = scratch.file("huge.sql", &vec![b' '; (16 << 20) + 1]);
    let pipeline = example("sensor_alerts/pipeline.sql");
    let behind = format!("laminarc run {pipeline} -- --replay x");
    let cases: [(&[&str], &str); 17] = [
        (
            &["build", &pipeline, "-o", "/dev/null"],
            "it is not a regular file",
        ),
        (&[], "Usage: laminarc <COMMAND>"),
        (&["chekc", &pipeline], "similar subcommand exists: 'check'"),
        (&["check"], "<FILE>"),
        (
            &["build", &pipeline, "--optimise"],
            "unexpected argument '--optimise'",
        ),
        (&["build", &pipeline, "--oot"], "did you mean `-o`?"),
        (&["run", &pipeline, "--replay", "x"], &behind),
        (
            &["explain", &pipeline, "--stage", "assembly"],
            "logical, physical, rust",
        ),
        (
            &["explain", &pipeline, "--cost", "--stage", "rust"],
            "cannot be used with",
        ),
        (&["demo", "--messages", "many"], "invalid value 'many'"),
        (&["check", "/no/such.sql"], "cannot read /no/such.sql: "),
        (&["check", &folder], "it is a folder, not a pipeline file"),
        (
            &["check", &latin1],
            "it is not UTF-8 text: line 2, byte 12 of the file",
        ),
        (&["check", &huge], "it is larger than 16 MiB"),
        (&["build", &pipeline, "-o", &folder], "it is a folder"),
        (
            &["build", &pipeline, "-o", "/no/such/folder/alerts"],
            "its folder is not there",
        ),
        (
            &["build", &pipeline, "-o", &pipeline],
            "it is the pipeline itself",
        ),
    ];
    for (arguments, expected) in cases {
        let run = laminarc(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(expected), "{arguments:?}: {}", run.err);
        assert_eq!(run.out, "", "{arguments:?}");
    }
}

#[test]
fn a_flood_of_mistakes_is_cut() {
    let scratch = Scratch::new("flood");
    let columns: Vec<String> = (0..1000).map(|at| format!("zz{at}")).collect();
    let sql = format!(
        "{}SELECT {} FROM sensor_data;",
        fs::read_to_string(example("sensor_alerts/pipeline.sql")).expect("it is there"),
        columns.join(",")
    );
    let run = laminarc(&["check", &scratch.file("flood.sql", sql.as_bytes())]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("messages are not shown"), "{}", run.err);
    assert!(run.err.contains("1000 errors"), "{}", run.err);
    assert_eq!(run.err.matches("error[E0201]").count(), 100);
}

#[test]
fn check_tells_mistakes_from_correct_pipelines() {
    let good = laminarc(&["check", &example("sensor_alerts/pipeline.sql")]);
    assert_eq!(good.code, 0, "{}", good.err);
    assert!(good.err.contains("ok "), "{}", good.err);
    assert!(good.err.contains("1 table, 1 flow, 1 sink"), "{}", good.err);
    assert_eq!(good.out, "");

    let scratch = Scratch::new("check");
    let text = fs::read_to_string(example("sensor_alerts/pipeline.sql")).expect("it is there");
    let text = text.replace("    temperature,\n", "    temprature,\n");
    let wrong = scratch.file("wrong.sql", text.as_bytes());
    let bad = laminarc(&["check", &wrong]);
    assert_eq!(bad.code, 1, "{}", bad.err);
    for expected in ["error[E", "temprature", "wrong.sql:", "1 error"] {
        assert!(
            bad.err.contains(expected),
            "{expected} is not in\n{}",
            bad.err
        );
    }
    assert!(
        !bad.err.contains('\x1b'),
        "colours where there is no terminal: {}",
        bad.err
    );
    assert_eq!(bad.out, "");
    for command in ["build", "run", "explain"] {
        assert_eq!(laminarc(&[command, &wrong]).code, 1, "{command}");
    }
}

/// A pipeline whose filter lets no row pass.
const DOUBTFUL: &str = "CREATE TABLE t (x TINYINT UNSIGNED)
    WITH (connector = 'mqtt', broker = 'tcp://h', topic = 'a', qos = 0);
SELECT x FROM t WHERE x < 0;
";

#[test]
fn warnings_are_denied_where_that_is_asked_for() {
    let scratch = Scratch::new("denied");
    let file = scratch.file("doubtful.sql", DOUBTFUL.as_bytes());
    let shown = laminarc(&["check", &file]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(shown.err.contains("warning[W0521]"), "{}", shown.err);
    assert!(
        shown.err.contains("1 flow, 1 sink, 1 warning\n"),
        "{}",
        shown.err
    );
    let output = scratch.path("doubtful");
    let calls: [&[&str]; 3] = [
        &["check", &file, "--deny-warnings"],
        &["build", &file, "-o", &output, "--deny-warnings"],
        &["run", &file, "--deny-warnings", "--", "--replay", "-"],
    ];
    for call in calls {
        let denied = laminarc(call);
        assert_eq!(denied.code, 1, "{call:?}: {}", denied.err);
        let summary = format!("error: {file}: 1 warning, denied by --deny-warnings");
        assert!(
            denied.err.contains("warning[W0521]"),
            "{call:?}: {}",
            denied.err
        );
        assert!(denied.err.contains(&summary), "{call:?}: {}", denied.err);
    }
    assert!(!Path::new(&output).exists(), "it was built all the same");
    let clean = example("sensor_alerts/pipeline.sql");
    let clean = laminarc(&["check", &clean, "--deny-warnings"]);
    assert_eq!(clean.code, 0, "{}", clean.err);
}

#[test]
fn check_reads_standard_input_and_starts_nothing() {
    let text = fs::read(example("sensor_alerts/pipeline.sql")).expect("it is there");
    let start = Instant::now();
    let run = laminarc_with(&["check", "-"], &text, |command| {
        command
            .env("PATH", "")
            .env_remove("HOME")
            .env_remove("LAMINAR_CACHE_DIR");
    });
    assert_eq!(run.code, 0, "{}", run.err);
    // The promise of 50 ms is for a release build on an idle machine.
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn explain_prints_each_stage() {
    let file = example("sensor_alerts/pipeline.sql");
    let cases: [(&[&str], &str); 5] = [
        (&[], "temperature_alerts"),
        (&["--stage", "physical"], "temperature_alerts"),
        (&["--stage", "logical"], "sensor_data"),
        (&["--stage", "rust"], "pub static PIPELINE: PipelineSpec"),
        (&["--cost"], "converted for the filter (1): temperature"),
    ];
    for (options, expected) in cases {
        let run = laminarc(&[&["explain", &file], options].concat());
        assert_eq!(run.code, 0, "{options:?}: {}", run.err);
        assert!(run.out.contains(expected), "{options:?}: {}", run.out);
    }
    let text = fs::read(&file).expect("it is there");
    let piped = laminarc_with(&["explain", "-", "--stage", "rust"], &text, |_| {});
    assert!(piped.out.contains("name: \"pipeline\""), "{}", piped.out);
    let default = laminarc(&["explain", &file]);
    assert_eq!(
        default.out,
        laminarc(&["explain", &file, "--stage", "physical"]).out
    );
}

#[test]
fn new_starts_a_project_once() {
    let scratch = Scratch::new("new");
    let project = scratch.path("alerts");
    let run = laminarc(&["new", &project]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err.contains(&format!("  cd {project}\n")),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("--replay pipeline.input.jsonl"),
        "{}",
        run.err
    );
    let check = laminarc(&["check", &format!("{project}/pipeline.sql")]);
    assert_eq!(check.code, 0, "{}", check.err);
    assert!(!check.err.contains("warning"), "{}", check.err);
    let again = laminarc(&["new", &project]);
    assert_eq!(again.code, 2, "{}", again.err);
    assert!(again.err.contains("it is not empty"), "{}", again.err);
    let spaced = scratch.path("a b/ü");
    let quoted = laminarc(&["new", &spaced]).err;
    assert!(quoted.contains(&format!("  cd '{spaced}'\n")), "{quoted}");
    let hint = laminarc(&["check", &project]);
    assert!(hint.err.contains("did you mean"), "{}", hint.err);
}

/// A stand-in for rustc that prints `text`, as a folder for the PATH.
fn stand_in(scratch: &Scratch, name: &str, text: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let script = format!("#!/bin/sh\ncat <<'END'\n{text}END\n");
    let path = scratch.file(&format!("{name}/rustc"), script.as_bytes());
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    format!("{}:/bin:/usr/bin", scratch.path(name))
}

#[test]
fn problems_with_the_machine_say_what_to_do() {
    let scratch = Scratch::new("machine");
    let old = "release: 1.70.0\nhost: x86_64-unknown-linux-gnu\n";
    let new = "release: 1.99.0\nhost: x86_64-unknown-linux-gnu\n";
    let (old, new) = (
        stand_in(&scratch, "old", old),
        stand_in(&scratch, "new", new),
    );
    let file = scratch.file("a-file", b"");
    let cases: [(&str, &str, &[&str]); 4] = [
        (
            "PATH",
            "/nowhere",
            &["`rustc` cannot be run", "https://rustup.rs"],
        ),
        (
            "PATH",
            &old,
            &[
                "needs Rust 1.95 or newer, and this is Rust 1.70.0",
                "rustup update",
            ],
        ),
        (
            "PATH",
            &new,
            &["`cargo` cannot be run", "https://rustup.rs"],
        ),
        ("LAMINAR_CACHE_DIR", &file, &["cannot create", "a-file"]),
    ];
    let pipeline = example("sensor_alerts/pipeline.sql");
    for (name, value, expected) in cases {
        let run = laminarc_with(
            &["build", &pipeline, "-o", &scratch.path("out")],
            b"",
            |command| {
                command
                    .env("LAMINAR_CACHE_DIR", scratch.path("cache"))
                    .env(name, value);
            },
        );
        assert_eq!(run.code, 2, "{name}={value}: {}", run.err);
        for text in expected {
            assert!(run.err.contains(text), "{text} is not in\n{}", run.err);
        }
    }
    let run = laminarc_with(&["warm"], b"", |command| {
        for name in [
            "LAMINAR_CACHE_DIR",
            "XDG_CACHE_HOME",
            "HOME",
            "LOCALAPPDATA",
        ] {
            command.env_remove(name);
        }
    });
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("set LAMINAR_CACHE_DIR"), "{}", run.err);
}
