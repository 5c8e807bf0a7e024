//! All that the status page shows, as one JSON value.

use super::facts::Facts;
use super::process;
use super::tables::connector;
use crate::clock::now_us;
use crate::encode::{RowWriter, Rows};
use crate::error::Reason;
use crate::metrics::{ConnectionMetrics, Histogram, Sessions, SinkMetrics, TableMetrics};
use crate::samples::Rejected;
use crate::spec::{BadData, TableSpec};
use crate::value::Timestamp;
use std::time::SystemTime;

/// How the pipeline is right now. Times are in microseconds since 1970-01-01T00:00:00Z.
pub fn json(facts: &Facts) -> Vec<u8> {
    let mut rows = Rows::default();
    let mut row = rows.row();
    row.field("{\"pipeline\":", facts.spec.name);
    row.field(",\"now_us\":", now_us());
    row.field(",\"started_us\":", micros(facts.started));
    let cpu = process::cpu_time();
    let cpu = cpu.map(|time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    row.field(",\"cpu_us\":", cpu);
    row.field(",\"resident_bytes\":", process::resident_bytes());
    row.raw(",\"connections\":");
    list(&mut row, 0..facts.connections.len(), |row, index| {
        connection(row, facts, index);
    });
    row.raw(",\"tables\":");
    let tables = facts.spec.tables.iter().zip(&facts.metrics.tables);
    list(&mut row, tables, |row, (spec, counted)| {
        table(row, facts, spec, counted);
    });
    row.raw(",\"sinks\":");
    list(&mut row, 0..facts.spec.sinks.len(), |row, index| {
        sink(row, facts, index);
    });
    row.raw(",\"rejected\":");
    list(&mut row, facts.samples.rejected(), |row, it| {
        rejected(row, &it);
    });
    row.raw("}");
    row.end();
    rows.bytes
}

fn list<T>(
    row: &mut RowWriter<'_>,
    items: impl IntoIterator<Item = T>,
    each: impl Fn(&mut RowWriter<'_>, T),
) {
    row.raw("[");
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            row.raw(",");
        }
        each(row, item);
    }
    row.raw("]");
}

fn connection(row: &mut RowWriter<'_>, facts: &Facts, index: usize) {
    let (known, counted) = (&facts.connections[index], &facts.metrics.connections[index]);
    row.field("{\"name\":", known.name);
    row.field(",\"broker\":", known.broker.as_str());
    row.field(",\"client_id\":", known.client_id.as_str());
    row.field(",\"is_unverified\":", known.is_unverified);
    row.raw(",\"receiving\":");
    sessions(row, &counted.receiving);
    row.raw(",\"publishing\":");
    sessions(row, &counted.publishing);
    row.field(",\"oversized\":", counted.oversized.get());
    row.field(",\"unmatched\":", counted.unmatched.get());
    lag(row, counted);
    row.raw("}");
}

/// Null where there are none to be.
fn sessions(row: &mut RowWriter<'_>, sessions: &Sessions) {
    let state = sessions.state();
    if state.wanted == 0 {
        return row.raw("null");
    }
    row.field("{\"wanted\":", state.wanted);
    row.field(",\"open\":", state.open);
    row.field(",\"since_us\":", state.since.map(micros));
    row.field(",\"reconnects\":", sessions.reconnects.get());
    row.field(",\"last_error\":", state.last_error.as_deref());
    row.raw("}");
}

/// Batches by how long they took at most: counts that grow with the bounds, the last one is of all.
fn lag(row: &mut RowWriter<'_>, counted: &ConnectionMetrics) {
    row.raw(",\"lag\":{\"bounds_ms\":");
    list(row, Histogram::BOUNDS_MS, |row, bound| {
        row.field("", bound);
    });
    row.raw(",\"batches\":");
    list(row, counted.lag.cumulative(), |row, count| {
        row.field("", count);
    });
    row.raw("}");
}

fn table(row: &mut RowWriter<'_>, facts: &Facts, spec: &TableSpec, counted: &TableMetrics) {
    row.field("{\"name\":", spec.name);
    row.field(
        ",\"connection\":",
        facts.spec.connections[spec.connection].name,
    );
    row.raw(",\"topics\":");
    list(row, spec.topics, |row, topic| row.field("", *topic));
    row.field(",\"received\":", counted.received.get());
    row.field(",\"bytes\":", counted.bytes.get());
    row.field(",\"empty\":", counted.empty.get());
    row.field(",\"rejected\":", counted.rejected.get());
    row.raw(",\"reasons\":");
    let reasons = Reason::ALL.iter().zip(&counted.reasons);
    let seen = reasons.filter(|(_, count)| count.get() > 0);
    list(row, seen, |row, (reason, count)| {
        row.field("{\"reason\":", reason.name());
        row.field(",\"messages\":", count.get());
        row.raw("}");
    });
    let last = counted.last_received_us.get();
    row.field(",\"last_received_us\":", (last > 0).then_some(last));
    row.raw(",\"dead_letters\":");
    match spec.bad_data {
        BadData::DeadLetter(_) => delivered(row, &counted.dead_letters),
        BadData::Drop | BadData::Fail => row.raw("null"),
    }
    row.raw(",\"flows\":");
    let flows = spec.flows.iter().zip(&counted.flows);
    list(row, flows, |row, (flow, counted)| {
        row.field("{\"name\":", flow.name);
        row.field(",\"sink\":", facts.spec.sinks[flow.sink].name);
        row.field(",\"emitted\":", counted.emitted.get());
        row.field(",\"filtered\":", counted.filtered.get());
        row.field(",\"rejected\":", counted.rejected.get());
        row.field(",\"in_flight\":", counted.in_flight.count());
        row.raw("}");
    });
    row.raw("}");
}

fn delivered(row: &mut RowWriter<'_>, counted: &SinkMetrics) {
    row.field("{\"rows\":", counted.rows.get());
    row.field(",\"refused\":", counted.refused.get());
    row.field(",\"retries\":", counted.retries.get());
    row.field(",\"batches\":", counted.batches.count());
    row.raw("}");
}

fn sink(row: &mut RowWriter<'_>, facts: &Facts, index: usize) {
    let spec = &facts.spec.sinks[index];
    row.field("{\"name\":", spec.name);
    row.field(",\"connector\":", connector(&spec.kind));
    row.raw(",\"delivered\":");
    delivered(row, &facts.metrics.sinks[index]);
    row.raw(",\"last_rows\":");
    list(row, facts.samples.rows(index), |row, text| {
        row.field("", text.as_str());
    });
    row.raw("}");
}

fn rejected(row: &mut RowWriter<'_>, it: &Rejected) {
    row.field("{\"received_at\":", Timestamp(it.received_at_us));
    row.field(",\"table\":", it.table);
    row.field(",\"topic\":", it.topic.as_str());
    row.field(",\"why\":", it.why.as_str());
    row.field(",\"offset\":", it.offset.map(|offset| offset as u64));
    row.field(",\"before\":", it.payload.0.as_str());
    row.field(",\"behind\":", it.payload.1.as_str());
    row.raw("}");
}

fn micros(time: SystemTime) -> i64 {
    Timestamp::from(time).0
}
