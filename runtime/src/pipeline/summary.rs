//! What was counted, for a person: at the end of a run, and on the way.

use crate::error::Reason;
use crate::metrics::{Counter, Metrics, TableMetrics};
use crate::spec::{PipelineSpec, TableSpec};
use std::fmt::{self, Write as _};

/// A line per table, per flow, and per sink or connection where something is to be told.
pub fn summary(spec: &PipelineSpec, metrics: &Metrics) -> String {
    let mut text = String::new();
    for (table, counted) in spec.tables.iter().zip(&metrics.tables) {
        table_lines(&mut text, table, counted);
    }
    for (sink, counted) in spec.sinks.iter().zip(&metrics.sinks) {
        let (retries, refused) = (counted.retries.get(), counted.refused.get());
        let rows = Count(counted.rows.get(), "row", "rows");
        let _ = write!(text, "sink {}: {rows}", sink.name);
        let counts = [
            Count(retries, "retry", "retries"),
            Count(refused, "refused", "refused"),
        ];
        append_nonzero(&mut text, &counts);
        text.push('\n');
    }
    for (connection, counted) in spec.connections.iter().zip(&metrics.connections) {
        let counts = [
            Count(counted.connects.get(), "connect", "connects"),
            Count(counted.failures.get(), "failure", "failures"),
            Count(
                counted.oversized.get(),
                "message too large",
                "messages too large",
            ),
            unmatched(&counted.unmatched),
        ];
        if counts.iter().any(|count| count.0 > 0) {
            let _ = write!(text, "connection {}", connection.name);
            append_nonzero(&mut text, &counts);
            text.push('\n');
        }
    }
    let unmatched = unmatched(&metrics.unmatched);
    if unmatched.0 > 0 {
        let _ = writeln!(text, "{unmatched}");
    }
    text
}

/// A number with what it counts: one of it, and any other number of it.
struct Count(u64, &'static str, &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, one, many) = self;
        write!(f, "{count} {}", if *count == 1 { one } else { many })
    }
}

fn unmatched(counter: &Counter) -> Count {
    Count(
        counter.get(),
        "message matched no table",
        "messages matched no table",
    )
}

fn table_lines(text: &mut String, table: &TableSpec, counted: &TableMetrics) {
    let (received, bytes) = (counted.received.get(), counted.bytes.get());
    let bytes = Count(bytes, "byte", "bytes");
    let _ = write!(text, "table {}: {received} received, {bytes}", table.name);
    let counts = [
        Count(counted.empty.get(), "empty", "empty"),
        Count(counted.rejected.get(), "rejected", "rejected"),
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
        let rejected = Count(counted.rejected.get(), "rejected", "rejected");
        append_nonzero(text, &[rejected]);
        text.push('\n');
    }
}

fn append_nonzero(text: &mut String, counts: &[Count]) {
    for count in counts.iter().filter(|count| count.0 > 0) {
        let _ = write!(text, ", {count}");
    }
}
