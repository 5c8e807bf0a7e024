//! All golden cases' generated code in one binary, run on the cases' messages.

#[path = "cases/mod.rs"]
mod cases;
#[path = "replay/run.rs"]
mod run;

use run::{Recorded, run};
use std::fs;
use std::path::Path;

#[test]
fn rows_are_as_recorded() {
    let mut differences = Vec::new();
    for (case, spec) in cases::CASES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/cases")
            .join(case);
        let messages = fs::read_to_string(folder.join("messages.jsonl"));
        let messages = messages.unwrap_or_else(|error| panic!("{case}: messages.jsonl: {error}"));
        let messages: Vec<_> = messages.lines().map(Recorded::parse).collect();
        let got = run(spec, &messages);
        assert!(
            got.contains('\n'),
            "{case}: its messages give nothing at all"
        );
        let path = folder.join("rows.jsonl");
        let want = fs::read_to_string(&path).unwrap_or_default();
        if want != got {
            differences.push(format!("{case}: recorded\n{want}now\n{got}"));
            if std::env::var_os("UPDATE_GOLDEN").is_some() {
                fs::write(&path, got).expect("a golden file can be written");
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// White space in front takes a message off the straight line; the rows must be the same.
#[test]
fn every_way_of_decoding_gives_the_same_rows() {
    for (case, spec) in cases::CASES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/cases")
            .join(case);
        let messages = fs::read_to_string(folder.join("messages.jsonl"));
        let mut messages: Vec<_> = messages
            .expect("a case has messages")
            .lines()
            .map(Recorded::parse)
            .collect();
        let want = run(spec, &messages);
        for message in &mut messages {
            if !message.payload.is_empty() {
                message.payload.insert(0, b' ');
            }
        }
        assert_eq!(run(spec, &messages), want, "{case}");
    }
}
