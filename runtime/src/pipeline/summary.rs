//! What was counted, for a person: at the end of a run, and on the way.

use crate::error::Reason;
use crate::metrics::{Counter, Metrics, TableMetrics};
use crate::spec::{BadData, PipelineSpec, TableSpec};
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

/// The same in the log.
pub fn log(spec: &PipelineSpec, metrics: &Metrics) {
    for line in summary(spec, metrics).lines() {
        tracing::info!("{line}");
    }
}

/// What the tables of a connection have counted since the last time it was asked.
#[derive(Debug, Default)]
pub struct Recent {
    told: Vec<[u64; 4]>,
}

impl Recent {
    /// A line for each of the tables (their indices) that received something since; emitted and
    /// filtered are the sums of its flows.
    pub fn lines(
        &mut self,
        spec: &PipelineSpec,
        metrics: &Metrics,
        tables: impl Iterator<Item = usize>,
    ) -> Vec<String> {
        self.told.resize(spec.tables.len(), [0; 4]);
        let mut lines = Vec::new();
        for index in tables {
            let now = totals(&metrics.tables[index]);
            let told = std::mem::replace(&mut self.told[index], now);
            let since = std::array::from_fn(|at| now[at] - told[at]);
            let [received, emitted, filtered, rejected] = since;
            if received > 0 {
                lines.push(format!(
                    "table {}: {received} received, {emitted} emitted, {filtered} filtered, \
                     {rejected} rejected",
                    spec.tables[index].name
                ));
            }
        }
        lines
    }
}

fn totals(table: &TableMetrics) -> [u64; 4] {
    let emitted = table.flows.iter().map(|flow| flow.emitted.get()).sum();
    let filtered = table.flows.iter().map(|flow| flow.filtered.get()).sum();
    [
        table.received.get(),
        emitted,
        filtered,
        table.rejected.get(),
    ]
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
    if matches!(table.bad_data, BadData::DeadLetter(_)) {
        append_nonzero(text, &dead_letters(counted));
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

/// What became of the dead letters of a table.
fn dead_letters(table: &TableMetrics) -> [Count; 2] {
    let (delivered, retries) = (&table.dead_letters.rows, &table.dead_letters.retries);
    [
        Count(delivered.get(), "dead letter", "dead letters"),
        Count(
            retries.get(),
            "retry of a dead letter",
            "retries of dead letters",
        ),
    ]
}

fn append_nonzero(text: &mut String, counts: &[Count]) {
    for count in counts.iter().filter(|count| count.0 > 0) {
        let _ = write!(text, ", {count}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{DeclaredSpec, FlowSpec, SettingsSpec};

    const fn table(name: &'static str) -> TableSpec {
        TableSpec {
            name,
            connection: 0,
            topics: &[],
            qos: 0,
            batch_size: 1,
            batch_timeout_ms: 1,
            bad_data: BadData::Drop,
            columns: &[],
            sites: &[],
            flows: &[
                FlowSpec {
                    name: "a",
                    sink: 0,
                    guarantee: &[],
                },
                FlowSpec {
                    name: "b",
                    sink: 0,
                    guarantee: &[],
                },
            ],
            declared: DeclaredSpec::json(&[]),
            history: None,
            program: || unreachable!("nothing runs in these tests"),
        }
    }

    static PIPELINE: PipelineSpec = PipelineSpec {
        name: "p",
        sql: "",
        sql_hash: "",
        compiler_version: "",
        settings: SettingsSpec::DEFAULT,
        connections: &[],
        tables: &[table("t"), table("u")],
        sinks: &[],
    };

    #[test]
    fn recent_lines_tell_only_what_is_new() {
        let metrics = Metrics::new(&PIPELINE);
        let mut recent = Recent::default();
        let mut lines = || recent.lines(&PIPELINE, &metrics, 0..2);
        assert!(lines().is_empty(), "nothing was received");
        let counted = &metrics.tables[1];
        counted.received.add(3);
        counted.flows[0].emitted.add(2);
        counted.flows[1].emitted.add(1);
        counted.flows[1].filtered.add(1);
        counted.rejected.add(1);
        let expected = "table u: 3 received, 3 emitted, 1 filtered, 1 rejected";
        assert_eq!(lines(), [expected]);
        assert!(lines().is_empty(), "nothing new");
        counted.received.add(1);
        metrics.tables[0].received.add(1);
        assert_eq!(lines().len(), 2);
    }

    #[test]
    fn one_is_singular() {
        let metrics = Metrics::new(&PIPELINE);
        metrics.tables[0].bytes.add(1);
        metrics.unmatched.add(1);
        let text = summary(&PIPELINE, &metrics);
        assert!(text.starts_with("table t: 0 received, 1 byte\n"), "{text}");
        assert!(text.ends_with("\n1 message matched no table\n"), "{text}");
    }
}
