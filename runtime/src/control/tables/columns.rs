//! `system.columns`: what source tables declare.

use crate::encode::{Encode, Rows};
use crate::row::is_plain;
use crate::spec::{DeclaredColumn, Origin, PipelineSpec, Step};
use std::fmt::Write as _;

/// A row for each column of a source.
pub(super) fn rows(spec: &PipelineSpec) -> Rows {
    let mut rows = Rows::default();
    for table in spec.tables {
        for (position, column) in (1_u32..).zip(table.declared.columns) {
            let mut row = rows.row();
            row.field("{\"table_name\":", table.name);
            row.field(",\"column_name\":", column.name);
            row.field(",\"position\":", position);
            let data_type = column.data_type.to_string();
            row.field(",\"data_type\":", data_type.as_str());
            row.field(",\"nullable\":", !column.required);
            let (origin, source) = origin(column);
            row.field(",\"origin\":", origin);
            row.field(",\"source\":", source.as_str());
            row.raw("}");
            row.end();
        }
    }
    rows
}

/// What kind of source a column has, and which.
fn origin(column: &DeclaredColumn) -> (&'static str, String) {
    match column.origin {
        Origin::Key => ("payload", path(&[Step::Key(column.name)])),
        Origin::Payload(steps) => ("payload", path(steps)),
        Origin::Message(metadata) => ("metadata", metadata.to_string()),
        Origin::Computed(expression) => ("generated", expression.to_owned()),
    }
}

/// As `PATH` would say it.
fn path(steps: &[Step]) -> String {
    let mut text = "$".to_owned();
    for step in steps {
        match *step {
            Step::Key(key) if is_plain(key) => {
                let _ = write!(text, ".{key}");
            }
            Step::Key(key) => {
                let mut quoted = Vec::new();
                key.encode(&mut quoted);
                let _ = write!(text, ".{}", String::from_utf8_lossy(&quoted));
            }
            Step::Index(index) => {
                let _ = write!(text, "[{index}]");
            }
        }
    }
    text
}
