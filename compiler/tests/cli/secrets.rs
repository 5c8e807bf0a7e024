//! A secret that the environment gives is nowhere but in the process that was given it: not in the
//! binary, the crate that it was built from, a package of it, or what all of them say.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::support::{Scratch, laminarc_with};

const CANARY: &str = "canary-3f8a71c2";

#[test]
fn a_secret_of_the_environment_is_in_no_file() {
    let scratch = Scratch::new("secrets");
    let sql = "CREATE CONNECTION plant FROM mqtt_source WITH (
                   broker = 'tcp://127.0.0.1:1', username = 'u',
                   password = '${CANARY}', max_reconnect_attempts = 1, reconnect_interval = 0.01
               );
               CREATE TABLE t (x INT) WITH (connector = 'mqtt', connection = 'plant', topic = 'a');
               SET control.token = '${CANARY}';
               SELECT x FROM t;";
    let file = scratch.file("secrets.sql", sql.as_bytes());
    let (binary, emitted, packed) = (
        scratch.path("secrets"),
        scratch.path("crate"),
        scratch.path("package"),
    );
    let calls: [&[&str]; 4] = [
        &["build", &file, "-o", &binary, "--emit-crate", &emitted],
        &["package", &file, "-o", &packed],
        &["explain", &file, "--stage", "rust"],
        &["explain", &file, "--graph", "svg"],
    ];
    for call in calls {
        let run = laminarc_with(call, b"", |command| {
            command.env("CANARY", CANARY);
        });
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(
            !run.out.contains(CANARY) && !run.err.contains(CANARY),
            "{call:?}"
        );
    }
    for argument in ["--about", "--check-config", "--help"] {
        let said = said(&binary, &[argument]);
        assert!(!said.contains(CANARY), "{argument}: {said}");
    }
    let failed = said(&binary, &[]);
    assert!(
        failed.contains("127.0.0.1:1"),
        "it tried to connect: {failed}"
    );
    assert!(!failed.contains(CANARY), "{failed}");
    assert_eq!(searched(Path::new(&binary)), 1);
    assert!(searched(Path::new(&emitted)) > 10);
    assert!(searched(Path::new(&packed)) > 4);
}

/// What a binary says that is given the secret.
fn said(binary: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(binary);
    let output = command.args(arguments).env("CANARY", CANARY).output();
    let output = output.expect("it was just built");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

/// Looks for the secret in a file, or in all files of a folder: how many there are.
fn searched(path: &Path) -> usize {
    if path.is_dir() {
        let entries = fs::read_dir(path).expect("it can be listed");
        return entries
            .map(|entry| searched(&entry.expect("it is there").path()))
            .sum();
    }
    let bytes = fs::read(path).expect("it can be read");
    let mut places = bytes.windows(CANARY.len());
    assert!(
        places.all(|place| place != CANARY.as_bytes()),
        "{}",
        path.display()
    );
    1
}
