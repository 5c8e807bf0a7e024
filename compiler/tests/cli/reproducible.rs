//! The same SQL gives the same bytes, wherever it is built; and a binary tells what it is made of.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::end_to_end::sensor_alerts;
use super::support::{Scratch, example, laminarc_with};

/// Where cargo keeps what it downloads, for whoever runs this test.
fn cargo_home() -> PathBuf {
    let home = || std::env::var("HOME").expect("a home");
    std::env::var("CARGO_HOME").map_or_else(|_| Path::new(&home()).join(".cargo"), PathBuf::from)
}

fn mentions(binary: &[u8], text: &str) -> bool {
    binary
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

#[test]
fn two_builds_in_different_places_give_the_same_bytes() {
    let first = fs::read(sensor_alerts()).expect("it was built");
    let scratch = Scratch::new("another-place");
    let sql = fs::read(example("sensor_alerts/pipeline.sql")).expect("it is there");
    let pipeline = scratch.file("some/where/pipeline.sql", &sql);
    let (cache, cargo) = (scratch.path("a cache"), scratch.path("cargo"));
    std::os::unix::fs::symlink(cargo_home(), &cargo).expect("writable");
    let output = scratch.path("alerts");
    let run = laminarc_with(&["build", &pipeline, "-o", &output], b"", |command| {
        command
            .env("LAMINAR_CACHE_DIR", &cache)
            .env("CARGO_HOME", &cargo);
    });
    assert_eq!(run.code, 0, "{}", run.err);
    let second = fs::read(&output).expect("it was built");
    for (binary, place) in [(&first, "first"), (&second, "second")] {
        let ours = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folders = [
            ours.to_str().expect("it is UTF-8").to_owned(),
            scratch.text(),
            cargo_home().display().to_string(),
            "/.rustup/".to_owned(),
            "/registry/src/".to_owned() + "x",
            env!("CARGO_MANIFEST_DIR").to_owned(),
        ];
        for folder in folders {
            assert!(!mentions(binary, &folder), "{place}: {folder}");
        }
    }
    let differs = first.iter().zip(&second).filter(|(a, b)| a != b).count();
    let sizes = (first.len(), second.len());
    assert!(first == second, "{differs} bytes differ, of {sizes:?}");
}

fn about(arguments: &[&str]) -> String {
    let mut command = Command::new(sensor_alerts());
    let output = command.args(arguments).output().expect("it was built");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("it prints UTF-8")
}

#[test]
fn a_binary_knows_its_crates() {
    let lock = include_str!("../../../templates/Cargo.lock");
    let text = about(&["--about"]);
    let (_, list) = text.split_once("\nLinked crates:\n").expect("a list");
    let list = list.lines().take_while(|line| line.starts_with("  "));
    let list: Vec<(&str, &str)> = list
        .map(|line| line.trim().split_once(' ').expect("a name and a version"))
        .collect();
    for (name, version) in &list {
        let entry = format!("\nname = \"{name}\"\nversion = \"{version}\"\n");
        assert!(*name == "std" || lock.contains(&entry), "{name} {version}");
    }
    let names: Vec<&str> = list.iter().map(|(name, _)| *name).collect();
    for linked in ["laminar-runtime", "memchr", "std", "tokio", "tracing"] {
        assert!(names.contains(&linked), "{linked} is not in {names:?}");
    }
    // neither what other pipelines link, nor what only compiles
    for other in [
        "rustls",
        "ring",
        "parquet",
        "regex",
        "cc",
        "tokio-macros",
        "syn",
    ] {
        assert!(!names.contains(&other), "{other} is in {names:?}");
    }

    let bill: Value = serde_json::from_str(&about(&["--about", "--json"])).expect("JSON");
    assert_eq!(bill["bomFormat"], "CycloneDX");
    let components = bill["components"].as_array().expect("a list");
    let versions: BTreeMap<&str, &str> = components
        .iter()
        .map(|it| {
            (
                it["name"].as_str().expect("text"),
                it["version"].as_str().expect("text"),
            )
        })
        .collect();
    assert_eq!(versions, list.iter().copied().collect());
    let tokio = components.iter().find(|it| it["name"] == "tokio");
    let sum = tokio.expect("it is linked")["hashes"][0]["content"].as_str();
    assert!(lock.contains(sum.expect("a checksum")));
}
