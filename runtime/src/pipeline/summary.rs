//! What was counted, for a person, at the end of a run.

use crate::error::Reason;
use crate::metrics::{Metrics, TableMetrics};
use crate::spec::{PipelineSpec, TableSpec};
use std::fmt::Write as _;

/// A line per table, per flow, and per sink or connection where something is to be told.
pub fn summary(spec: &PipelineSpec, metrics: &Metrics) -> String {
    let mut text = String::new();
    for (table, counted) in spec.tables.iter().zip(&metrics.tables) {
        table_lines(&mut text, table, counted);
    }
    for (sink, counted) in spec.sinks.iter().zip(&metrics.sinks) {
        let (retries, refused) = (counted.retries.get(), counted.refused.get());
        let _ = write!(text, "sink {}: {} rows", sink.name, counted.rows.get());
        append_nonzero(&mut text, &[("retries", retries), ("refused", refused)]);
        text.push('\n');
    }
    for (connection, counted) in spec.connections.iter().zip(&metrics.connections) {
        let counts = [
            ("connects", counted.connects.get()),
            ("failures", counted.failures.get()),
            ("messages too large", counted.oversized.get()),
            ("messages for no table", counted.unmatched.get()),
        ];
        if counts.iter().any(|(_, count)| *count > 0) {
            let _ = write!(text, "connection {}", connection.name);
            append_nonzero(&mut text, &counts);
            text.push('\n');
        }
    }
    text
}

fn table_lines(text: &mut String, table: &TableSpec, counted: &TableMetrics) {
    let (received, bytes) = (counted.received.get(), counted.bytes.get());
    let _ = write!(
        text,
        "table {}: {received} received, {bytes} bytes",
        table.name
    );
    let counts = [
        ("empty", counted.empty.get()),
        ("rejected", counted.rejected.get()),
    ];
    append_nonzero(text, &counts);
    let reasons = Reason::ALL.iter().zip(&counted.reasons);
    let reasons: Vec<String> = reasons
        .filter(|(_, count)| count.get() > 0)
        .map(|(reason, count)| format!("{} {}", reason.name(), count.get()))
        .collect();
    if !reasons.is_empty() {
        let _ = write!(text, " ({})", reasons.join(", "));
    }
    text.push('\n');
    for (flow, counted) in table.flows.iter().zip(&counted.flows) {
        let (emitted, filtered) = (counted.emitted.get(), counted.filtered.get());
        let _ = write!(
            text,
            "  flow {}: {emitted} emitted, {filtered} filtered",
            flow.name
        );
        append_nonzero(text, &[("rejected", counted.rejected.get())]);
        text.push('\n');
    }
}

fn append_nonzero(text: &mut String, counts: &[(&str, u64)]) {
    for (name, count) in counts.iter().filter(|(_, count)| *count > 0) {
        let _ = write!(text, ", {count} {name}");
    }
}
