//! Replays the seeds of the fuzz targets, so that they hold with every toolchain.

#[path = "../../fuzz/src/lib.rs"]
mod checks;

use std::path::Path;

/// Gives each seed of a target to its check.
fn replay(target: &str, check: fn(&[u8])) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/seeds")
        .join(target);
    let files = std::fs::read_dir(&seeds).expect("the seeds are there");
    let mut files: Vec<_> = files
        .map(|file| file.expect("it can be read").path())
        .collect();
    files.sort();
    assert!(files.len() >= 10, "{} seeds of {target}", files.len());
    for file in files {
        println!("{}", file.display());
        check(&std::fs::read(&file).expect("a seed can be read"));
    }
}

#[test]
fn avro() {
    replay("avro", checks::avro);
}

#[test]
fn decode() {
    replay("decode", checks::decode);
}

#[test]
fn number() {
    replay("number", checks::number);
}

#[test]
fn text() {
    replay("text", checks::text);
}
