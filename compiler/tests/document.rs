//! The connector's documentation, block by block: each is accepted, or ends in exactly one
//! diagnostic that says what is missing. The `_abbreviated` ones are as printed there, with `...`
//! for columns and options outside `WITH`; their namesakes are written out.

mod schemas;

use laminarc::check_with;
use laminarc::diagnostics::{Severity, Style, render};
use laminarc::source::SourceFile;
use std::fs;
use std::path::Path;

/// File, whether it stands alone, and the code of its only error.
const BLOCKS: &[(&str, bool, Option<&str>)] = &[
    ("connection", true, None),
    ("json", false, None),
    ("raw_bytes", false, None),
    ("avro", false, None),
    ("bare_topics", false, None),
    ("bare_topics_abbreviated", true, Some("E0005")),
    ("tls", true, None),
    ("last_will", true, None),
    ("persistent_session", true, None),
    ("batch", false, None),
    ("batch_abbreviated", false, Some("E0004")),
    ("parallel", false, None),
    ("parallel_abbreviated", false, Some("E0004")),
    ("connector_status", true, Some("E0206")),
    ("reconnect", true, None),
    ("dead_letter", false, None),
    ("dead_letter_abbreviated", false, Some("E0004")),
    ("connector_logs", true, Some("E0206")),
    ("message_rates", true, Some("E0401")),
    ("sensor_monitoring", false, None),
    ("fleet_tracking", false, None),
];

#[test]
fn every_block_is_accepted_or_has_one_clear_error() {
    let mut failures = Vec::new();
    for &(name, alone, expected) in BLOCKS {
        let mut text = if alone {
            String::new()
        } else {
            read("prelude")
        };
        if name == "message_rates" {
            text = read("connection");
        }
        text.push_str(&read(name));
        let source = SourceFile::new(format!("{name}.sql"), text);
        let (plan, diagnostics) = check_with(&source, &schemas::of(&source, &folder()));
        let errors: Vec<_> = diagnostics
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .collect();
        let codes: Vec<_> = errors.iter().map(|d| d.code.as_str()).collect();
        if codes != expected.into_iter().collect::<Vec<_>>() || plan.is_some() != codes.is_empty() {
            let texts: Vec<_> = errors
                .iter()
                .map(|d| render(d, &source, Style::Plain))
                .collect();
            failures.push(format!(
                "{name}: {expected:?} wanted, got\n{}",
                texts.join("\n")
            ));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}

#[test]
fn every_file_is_a_block() {
    for entry in fs::read_dir(folder()).expect("the folder can be read") {
        let path = entry.expect("an entry can be read").path();
        let stem = path
            .file_stem()
            .expect("a name")
            .to_str()
            .expect("UTF-8")
            .to_owned();
        let listed = stem == "prelude" || BLOCKS.iter().any(|(name, ..)| *name == stem);
        assert!(listed, "{stem}.sql is not in BLOCKS");
    }
}

fn read(name: &str) -> String {
    fs::read_to_string(folder().join(format!("{name}.sql"))).expect("the block is there")
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/document")
}
