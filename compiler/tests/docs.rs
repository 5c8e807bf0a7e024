//! The SQL blocks of the documentation are tests: each type-checks without an error.

mod schemas;

use laminarc::diagnostics::{Severity, Style, render};
use laminarc::emit::{Identity, pipeline};
use laminarc::lower::lower;
use laminarc::source::SourceFile;
use laminarc::{check, check_with};
use std::fs;
use std::path::Path;

#[test]
fn every_sql_block_type_checks() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace");
    let sql_md = fs::read_to_string(root.join("docs/sql.md")).expect("docs/sql.md");
    let prelude = blocks(&sql_md, "sql")[0].1.clone();
    let (connection, table) = prelude
        .split_once("\n\n")
        .expect("a connection and a table");
    let mut failures = Vec::new();
    for file in [
        "docs/sql.md",
        "docs/deploying.md",
        "docs/infer.md",
        "docs/operations.md",
        "README.md",
    ] {
        let text = fs::read_to_string(root.join(file)).expect("a documentation file");
        let found = blocks(&text, "sql");
        assert!(!found.is_empty(), "{file} has no SQL block");
        for (line, block) in found {
            let sql = with_prelude(&block, connection, table);
            let source = SourceFile::new(format!("{file}:{line}"), sql);
            let (_, diagnostics) = check_with(&source, &schemas::of(&source, root));
            failures.extend(
                diagnostics
                    .iter()
                    .filter(|d| d.severity == Severity::Error)
                    .map(|d| render(d, &source, Style::Plain)),
            );
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// The README's Rust block is cut from what its first SQL block compiles to.
#[test]
fn the_readme_shows_the_code_that_is_generated() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace");
    let path = root.join("README.md");
    let text = fs::read_to_string(&path).expect("the README");
    let source = SourceFile::new("alerts.sql", blocks(&text, "sql")[0].1.clone());
    let plan = check(&source).0.expect("the README's SQL is accepted");
    let identity = Identity {
        sql_hash: "",
        compiler_version: "",
    };
    let generated = pipeline(&lower(&plan), &source, &identity);
    let excerpt = [
        item(&generated, "    ", "static NODES", ");"),
        item(
            &generated,
            "        ",
            "#[inline(always)]\n        fn line",
            "}",
        ),
        item(&generated, "    ", "/// Flow `temperature_alerts`", "}"),
    ]
    .join("\n");
    let shown = blocks(&text, "rust")[0].1.clone();
    if shown != excerpt && std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, text.replace(&shown, &excerpt)).expect("the README can be written");
    }
    assert_eq!(shown, excerpt);
}

/// The item that starts with `start` and ends with a line of `end`, both at this indentation,
/// without it.
fn item(generated: &str, indent: &str, start: &str, end: &str) -> String {
    let at = generated
        .find(&format!("\n{indent}{start}"))
        .unwrap_or_else(|| panic!("no {start} in\n{generated}"));
    let at = at + 1;
    let end = format!("\n{indent}{end}\n");
    let length = generated[at..].find(&end).expect("the item ends") + end.len();
    let lines = generated[at..at + length].lines();
    lines
        .map(|line| line.strip_prefix(indent).unwrap_or(line).to_owned() + "\n")
        .collect()
}

/// Puts the page's standing declarations in front of a block that uses but does not make them.
fn with_prelude(block: &str, connection: &str, table: &str) -> String {
    let needs_table = block.contains("sensor_data") && !block.contains("TABLE sensor_data");
    let needs_connection = (needs_table || block.contains("'mqtt_connection'"))
        && !block.contains("CREATE CONNECTION mqtt_connection");
    let mut sql = String::new();
    if needs_connection {
        sql += connection;
        sql += "\n";
    }
    if needs_table {
        sql += table;
        sql += "\n";
    }
    sql + block
}

/// Line number and text of each block fenced as `language`.
fn blocks(text: &str, language: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (at, line) in text.lines().enumerate() {
        match &mut open {
            None if line.strip_prefix("```") == Some(language) => {
                open = Some((at + 2, String::new()));
            }
            None => {}
            Some(_) if line == "```" => found.extend(open.take()),
            Some((_, block)) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    found
}
