//! `laminarc query` finds its engine, which is a program of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::support::Scratch;

/// Runs a copy of laminarc, which stands in `folder`, with this PATH.
fn query(folder: &Path, path: &Path, arguments: &[&str]) -> Output {
    let own = folder.join("laminarc");
    if !own.exists() {
        fs::copy(env!("CARGO_BIN_EXE_laminarc"), &own).expect("it can be copied");
    }
    let mut command = Command::new(own);
    command.arg("query").args(arguments).env("PATH", path);
    command.output().expect("it can be started")
}

/// A program in place of the engine, which prints its name and its arguments.
fn engine(folder: &Path, name: &str) -> PathBuf {
    fs::create_dir_all(folder).expect("the folder can be made");
    let path = folder.join("laminarc-query");
    let script = format!("#!/bin/sh\necho {name} \"$@\"\nexit 7\n");
    fs::write(&path, script).expect("it can be written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    path
}

#[test]
fn the_engine_is_beside_laminarc_or_on_the_path() {
    let scratch = Scratch::new("query");
    let [own, path] = ["own", "path"].map(|name| PathBuf::from(scratch.path(name)));
    fs::create_dir_all(&own).expect("the folder can be made");
    let none = query(&own, &path, &["SELECT 1"]);
    let said = String::from_utf8_lossy(&none.stderr);
    assert_eq!(none.status.code(), Some(2), "{said}");
    assert!(said.contains("`laminarc-query` is neither beside laminarc nor on the PATH"));
    assert!(
        said.contains("cargo install --locked --path compiler/query"),
        "{said}"
    );
    engine(&path, "far");
    let arguments = ["--addr", "x:1", "SELECT  1", "--help"];
    let far = query(&own, &path, &arguments);
    assert_eq!(far.stdout, b"far --addr x:1 SELECT  1 --help\n");
    assert_eq!(far.status.code(), Some(7), "the exit code is the engine's");
    engine(&own, "near");
    assert_eq!(query(&own, &path, &["--help"]).stdout, b"near --help\n");
    assert_eq!(query(&own, &path, &[]).stdout, b"near\n");
}
