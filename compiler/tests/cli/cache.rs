//! `laminarc cache`, and builds on machines where there is too little of something.

use std::fs;
use std::process::Command;

use super::support::{Run, Scratch, example, laminarc_with};

fn with_cache(arguments: &[&str], cache: &str) -> Run {
    laminarc_with(arguments, b"", |command| {
        command.env("LAMINAR_CACHE_DIR", cache);
    })
}

#[test]
fn the_cache_is_shown_and_cleaned() {
    let scratch = Scratch::new("cache");
    let cache = scratch.path("cache");
    scratch.file("cache/binaries/0123/alerts", &[1; 5_000]);
    scratch.file("cache/target/rustc-1/x", &vec![1; 100_000]);
    let shown = with_cache(&["cache"], &cache);
    assert_eq!(shown.code, 0, "{}", shown.err);
    for text in [
        "/cache: ",
        " today ",
        " binaries/0123 (binary)\n",
        " target/rustc-1 (compiled runtime and dependencies)\n",
    ] {
        assert!(shown.out.contains(text), "{text} is not in\n{}", shown.out);
    }
    let clean = |options: &[&str]| {
        let run = with_cache(&[&["cache", "clean"], options].concat(), &cache);
        assert_eq!(run.code, 0, "{}", run.err);
        run.err
    };
    let said = clean(&["--older-than", "1"]);
    assert!(said.contains("removed 0 parts"), "{said}");
    let said = clean(&["--larger-than", "50kB", "--older-than", "0"]);
    assert!(said.contains("removed 1 part from"), "{said}");
    assert!(fs::metadata(scratch.path("cache/target/rustc-1")).is_err());
    assert!(fs::metadata(scratch.path("cache/binaries/0123/alerts")).is_ok());
    let said = clean(&[]);
    assert!(said.contains("removed 1 part from"), "{said}");
    let wrong = with_cache(&["cache", "clean", "--larger-than", "5"], &cache);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("such as `500MB`"), "{}", wrong.err);
    // where nothing was ever built there is nothing to clean, and nothing is made
    let nowhere = scratch.path("nowhere");
    for arguments in [&["cache"][..], &["cache", "clean"]] {
        let run = with_cache(arguments, &nowhere);
        assert_eq!(run.code, 0, "{}", run.err);
    }
    assert!(fs::metadata(nowhere).is_err());
}

/// A cargo home without a registry, and a network that leads nowhere.
#[test]
fn without_dependencies_and_network_a_build_says_what_to_do() {
    let scratch = Scratch::new("offline");
    let pipeline = example("sensor_alerts/pipeline.sql");
    let run = laminarc_with(
        &["build", &pipeline, "-o", &scratch.path("out")],
        b"",
        |command| {
            // the toolchain stays where it is
            let rustup = rustup_home();
            command
                .env("LAMINAR_CACHE_DIR", scratch.path("cache"))
                .env("CARGO_HOME", scratch.path("cargo"))
                .env("CARGO_NET_RETRY", "0")
                .env("HTTPS_PROXY", "http://127.0.0.1:1")
                .env("https_proxy", "http://127.0.0.1:1");
            if let Some(rustup) = rustup {
                command.env("RUSTUP_HOME", rustup);
            }
        },
    );
    assert_eq!(run.code, 2, "{}", run.err);
    for text in [
        "are not on this machine and cannot be downloaded",
        "cargo says: ",
        "connect to the internet once and run `laminarc warm`",
        "HTTPS_PROXY",
    ] {
        assert!(run.err.contains(text), "{text} is not in\n{}", run.err);
    }
}

fn rustup_home() -> Option<String> {
    let output = Command::new("rustup")
        .args(["show", "home"])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// A file system of 1 MB in memory; None: making one is not allowed here.
struct Small(Scratch);

impl Small {
    fn mount() -> Option<Self> {
        let scratch = Scratch::new("small");
        let options = ["-t", "tmpfs", "-o", "size=1m", "tmpfs"];
        let mut mount = Command::new("mount");
        let mounted = mount.args(options).arg(scratch.text()).output();
        let is_mounted = mounted.is_ok_and(|output| output.status.success());
        is_mounted.then_some(Self(scratch))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.text()).output();
    }
}

#[test]
fn a_full_disk_is_told_with_a_way_out() {
    let Some(small) = Small::mount() else {
        eprintln!("SKIPPED: this user may not mount a file system");
        return;
    };
    let elsewhere = Scratch::new("full");
    let pipeline = example("sensor_alerts/pipeline.sql");
    let call = ["build", &pipeline, "-o", &elsewhere.path("out")];
    let run = with_cache(&call, &small.0.path("cache"));
    assert_eq!(run.code, 2, "{}", run.err);
    for text in [
        "the disk is full: no space left in",
        "set LAMINAR_CACHE_DIR to a folder on a larger disk",
        "`laminarc cache clean`",
    ] {
        assert!(run.err.contains(text), "{text} is not in\n{}", run.err);
    }
}

#[test]
fn a_cache_that_cannot_be_is_told_with_the_variable_that_names_another() {
    let scratch = Scratch::new("no-cache");
    let no_folder = scratch.file("file", b"");
    let pipeline = example("sensor_alerts/pipeline.sql");
    let run = with_cache(
        &["build", &pipeline, "-o", &scratch.path("alerts")],
        &no_folder,
    );
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("LAMINAR_CACHE_DIR"), "{}", run.err);
}
