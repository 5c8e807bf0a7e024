//! What a pipeline counts. Workers and sinks add to the counters, and anyone reads them.
//!
//! For each flow, in messages: received = empty + emitted + filtered + rejected + in flight. A
//! message whose rows are made is in flight until the sink has done what it can for them.

mod counter;
mod sessions;

pub use counter::{Counter, Gauge, Histogram};
pub use sessions::{Presence, Sessions, State};

use crate::error::Reason;
use crate::spec::PipelineSpec;
use std::sync::Arc;

/// The counters of a pipeline, indexed as its [`PipelineSpec`] is.
#[derive(Debug)]
pub struct Metrics {
    /// By connection.
    pub connections: Vec<ConnectionMetrics>,
    /// By source table.
    pub tables: Vec<TableMetrics>,
    /// By sink.
    pub sinks: Vec<SinkMetrics>,
    /// Messages of a replay, which has no connection, on a topic that no table asked for.
    pub unmatched: Counter,
}

/// Counters of a connection.
#[derive(Debug, Default)]
pub struct ConnectionMetrics {
    /// Sessions that were opened and subscribed.
    pub connects: Counter,
    /// Attempts to connect that failed, and connections that were lost.
    pub failures: Counter,
    /// Messages that were skipped because they are larger than `max_packet_size`.
    pub oversized: Counter,
    /// Messages on a topic that no table asked for.
    pub unmatched: Counter,
    /// Batches that were handed over and are not confirmed.
    pub batches: Gauge,
    /// By batch, from the receipt of its first message until all its sinks have confirmed it, when
    /// its messages are acknowledged.
    pub lag: Histogram,
    /// The sessions that receive.
    pub receiving: Arc<Sessions>,
    /// The session that sinks and dead letters are published on.
    pub publishing: Arc<Sessions>,
}

/// Counters of a source table.
#[derive(Debug)]
pub struct TableMetrics {
    /// Messages.
    pub received: Counter,
    /// Bytes of their payloads.
    pub bytes: Counter,
    /// When the last one was received, in microseconds since 1970-01-01T00:00:00Z; 0: never.
    pub last_received_us: Gauge,
    /// Messages with an empty payload; part of `received`.
    pub empty: Counter,
    /// Messages that were bad as a whole or for at least one flow.
    pub rejected: Counter,
    /// The same by first reason: indexed by `Reason as usize`.
    pub reasons: Vec<Counter>,
    /// By flow.
    pub flows: Vec<FlowMetrics>,
    /// Its dead letters; each is confirmed once, whatever number of rows was refused.
    pub dead_letters: SinkMetrics,
}

/// Counters of a flow, in messages.
#[derive(Debug, Default)]
pub struct FlowMetrics {
    /// Gave at least one row, and the sink has done what it can for all of them.
    pub emitted: Counter,
    /// Gave at least one row, which the sink still has to confirm.
    pub in_flight: Gauge,
    /// WHERE was not true.
    pub filtered: Counter,
    /// Bad, as a whole or for this flow.
    pub rejected: Counter,
}

/// Counters of a sink, or of the dead letters of a table.
#[derive(Debug, Default)]
pub struct SinkMetrics {
    /// Rows that the sink confirmed: those that are where they were to go.
    pub rows: Counter,
    /// Deliveries that failed and were tried again.
    pub retries: Counter,
    /// Rows that the other side refused for good; not part of `rows`.
    pub refused: Counter,
    /// Batches that it was handed and has not confirmed.
    pub batches: Gauge,
}

impl Metrics {
    /// The counters of an outlet: the sinks come first, then the dead letters of each table.
    pub fn outlet(&self, outlet: usize) -> &SinkMetrics {
        let tables = || &self.tables[outlet - self.sinks.len()].dead_letters;
        self.sinks.get(outlet).unwrap_or_else(tables)
    }

    /// How many outlets there are.
    pub fn outlets(&self) -> usize {
        self.sinks.len() + self.tables.len()
    }

    /// All counters of a pipeline, at zero.
    pub fn new(spec: &PipelineSpec) -> Self {
        let table = |table: &crate::spec::TableSpec| TableMetrics {
            received: Counter::default(),
            bytes: Counter::default(),
            last_received_us: Gauge::default(),
            empty: Counter::default(),
            rejected: Counter::default(),
            reasons: Reason::ALL.iter().map(|_| Counter::default()).collect(),
            flows: table.flows.iter().map(|_| FlowMetrics::default()).collect(),
            dead_letters: SinkMetrics::default(),
        };
        Self {
            connections: spec
                .connections
                .iter()
                .map(|_| ConnectionMetrics::default())
                .collect(),
            tables: spec.tables.iter().map(table).collect(),
            sinks: spec.sinks.iter().map(|_| SinkMetrics::default()).collect(),
            unmatched: Counter::default(),
        }
    }
}
