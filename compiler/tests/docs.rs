//! The SQL blocks of the documentation are tests: each type-checks without an error.

use laminarc::check;
use laminarc::diagnostics::{Severity, Style, render};
use laminarc::source::SourceFile;
use std::fs;
use std::path::Path;

#[test]
fn every_sql_block_type_checks() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace");
    let sql_md = fs::read_to_string(root.join("docs/sql.md")).expect("docs/sql.md");
    let prelude = blocks(&sql_md)[0].1.clone();
    let (connection, table) = prelude
        .split_once("\n\n")
        .expect("a connection and a table");
    let mut failures = Vec::new();
    for file in ["docs/sql.md", "README.md"] {
        let text = fs::read_to_string(root.join(file)).expect("a documentation file");
        let found = blocks(&text);
        assert!(!found.is_empty(), "{file} has no SQL block");
        for (line, block) in found {
            let sql = with_prelude(&block, connection, table);
            let source = SourceFile::new(format!("{file}:{line}"), sql);
            let (_, diagnostics) = check(&source);
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

/// Line number and text of each block fenced as `sql`.
fn blocks(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (at, line) in text.lines().enumerate() {
        match &mut open {
            None if line == "```sql" => open = Some((at + 2, String::new())),
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
