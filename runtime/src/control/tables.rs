//! The system tables, as JSON lines.

mod columns;
mod schema;

pub use schema::arrow;

use super::facts::Facts;
use super::family;
use super::measures::families;
use crate::encode::Rows;
use crate::log::Entry;
use crate::metrics::{Sessions, State};
use crate::spec::{HistorySpec, PipelineSpec, SinkKind, SinkSpec, TableSpec};
use crate::value::Timestamp;
use std::sync::Arc;

/// A table that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemTable {
    /// How each source and sink is connected.
    ConnectorStatus,
    /// The last lines of the log.
    ConnectorLogs,
    /// The metrics.
    Metrics,
    /// The pipeline's tables.
    Tables,
    /// The columns of its sources.
    Columns,
}

impl SystemTable {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::ConnectorStatus,
        Self::ConnectorLogs,
        Self::Metrics,
        Self::Tables,
        Self::Columns,
    ];

    /// As SQL names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ConnectorStatus => "system.connector_status",
            Self::ConnectorLogs => "system.connector_logs",
            Self::Metrics => "system.metrics",
            Self::Tables => "system.tables",
            Self::Columns => "system.columns",
        }
    }

    /// Its rows, in parts.
    pub fn rows(self, facts: &Facts) -> Box<dyn Iterator<Item = Vec<u8>> + Send> {
        match self {
            Self::ConnectorStatus => Box::new(std::iter::once(connector_status(facts).bytes)),
            Self::ConnectorLogs => Box::new(logs(facts.logged.entries())),
            Self::Metrics => Box::new(std::iter::once(family::rows(&families(facts)).bytes)),
            Self::Tables => Box::new(std::iter::once(tables(facts.spec).bytes)),
            Self::Columns => Box::new(std::iter::once(columns::rows(facts.spec).bytes)),
        }
    }
}

/// Lines of the log that are written at a time.
const LINES: usize = 256;

fn logs(entries: Vec<Arc<Entry>>) -> impl Iterator<Item = Vec<u8>> + Send {
    let mut at = 0;
    std::iter::from_fn(move || {
        let end = entries.len().min(at + LINES);
        let part = &entries[at..end];
        at = end;
        if part.is_empty() {
            return None;
        }
        let mut rows = Rows::default();
        for entry in part {
            entry.write(&mut rows);
        }
        Some(rows.bytes)
    })
}

/// A row for each table at a broker.
fn connector_status(facts: &Facts) -> Rows {
    let mut rows = Rows::default();
    for (index, table) in facts.spec.tables.iter().enumerate() {
        source_status(&mut rows, facts, index, table);
    }
    for (index, sink) in facts.spec.sinks.iter().enumerate() {
        if let Some(connection) = sink.kind.connection() {
            sink_status(&mut rows, facts, (index, sink), connection);
        }
    }
    rows
}

fn source_status(rows: &mut Rows, facts: &Facts, index: usize, table: &TableSpec) {
    let connection = &facts.connections[table.connection];
    let sessions = &facts.metrics.connections[table.connection].receiving;
    let (state, counted) = (sessions.state(), &facts.metrics.tables[index]);
    let topics = if state.is_connected() {
        table.topics.len() as u64
    } else {
        0
    };
    let last = counted.last_received_us.get();
    let mut row = rows.row();
    row.field("{\"connector_name\":", "mqtt_source");
    row.field(",\"connection\":", connection.name);
    row.field(",\"table_name\":", table.name);
    row.field(",\"broker\":", connection.broker.as_str());
    row.field(",\"client_id\":", connection.client_id.as_str());
    row.field(",\"state\":", shown(&state));
    row.field(",\"connected_since\":", state.since.map(Timestamp::from));
    row.field(",\"subscription_count\":", topics);
    row.field(",\"messages_received\":", counted.received.get());
    row.field(",\"bytes_received\":", counted.bytes.get());
    row.field(",\"rejected\":", counted.rejected.get());
    row.field(",\"reconnect_attempts\":", sessions.reconnects.get());
    row.field(",\"last_error\":", state.last_error.as_deref());
    row.field(
        ",\"last_message_at\":",
        (last > 0).then_some(Timestamp(last)),
    );
    row.raw("}");
    row.end();
}

fn sink_status(
    rows: &mut Rows,
    facts: &Facts,
    (index, sink): (usize, &SinkSpec),
    connection: usize,
) {
    let sessions: &Sessions = &facts.metrics.connections[connection].publishing;
    let (state, counted) = (sessions.state(), &facts.metrics.sinks[index]);
    let connection = &facts.connections[connection];
    let mut row = rows.row();
    row.field("{\"connector_name\":", "mqtt_sink");
    row.field(",\"connection\":", connection.name);
    row.field(",\"table_name\":", sink.name);
    row.field(",\"broker\":", connection.broker.as_str());
    row.field(",\"client_id\":", connection.publisher_id.as_str());
    row.field(",\"state\":", shown(&state));
    row.field(",\"connected_since\":", state.since.map(Timestamp::from));
    row.raw(",\"subscription_count\":0,\"messages_received\":0,\"bytes_received\":0");
    row.field(",\"rejected\":", counted.refused.get());
    row.field(",\"reconnect_attempts\":", sessions.reconnects.get());
    row.field(",\"last_error\":", state.last_error.as_deref());
    row.raw(",\"last_message_at\":null}");
    row.end();
}

fn shown(state: &State) -> &'static str {
    if state.is_connected() {
        "connected"
    } else {
        "disconnected"
    }
}

/// A row for each source and sink.
fn tables(spec: &PipelineSpec) -> Rows {
    let mut rows = Rows::default();
    for source in spec.tables {
        let mut row = rows.row();
        row.field("{\"table_name\":", source.name);
        row.raw(",\"role\":\"source\",\"connector\":\"mqtt_source\"");
        row.field(",\"connection\":", spec.connections[source.connection].name);
        let history = source.history.map(history);
        row.field(",\"history\":", history.as_deref());
        row.raw("}");
        row.end();
    }
    for sink in spec.sinks {
        let connection = sink.kind.connection();
        let connection = connection.map(|index| spec.connections[index].name);
        let mut row = rows.row();
        row.field("{\"table_name\":", sink.name);
        row.field(",\"role\":\"sink\",\"connector\":", connector(&sink.kind));
        row.field(",\"connection\":", connection);
        row.raw(",\"history\":null}");
        row.end();
    }
    rows
}

/// What is kept of a source, as its option could say it.
fn history(spec: HistorySpec) -> String {
    let HistorySpec {
        max_bytes,
        max_age_ms,
    } = spec;
    match max_age_ms {
        Some(age) if age % 1_000 == 0 => format!("{} seconds within {max_bytes} B", age / 1_000),
        Some(age) => format!("{age} milliseconds within {max_bytes} B"),
        None => format!("{max_bytes} B"),
    }
}

pub(super) fn connector(kind: &SinkKind) -> &'static str {
    match kind {
        SinkKind::Stdout | SinkKind::Table { .. } | SinkKind::Csv { path: None, .. } => "stdout",
        SinkKind::Blackhole => "blackhole",
        SinkKind::File { .. } | SinkKind::Csv { path: Some(_), .. } | SinkKind::Files(_) => "file",
        SinkKind::Mqtt { .. } => "mqtt_sink",
        SinkKind::Webhook(_) => "webhook",
    }
}
