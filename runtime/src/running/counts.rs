//! Counters as plain numbers.

use crate::embedded::{ConnectionCounts, Counts, FlowCounts, TableCounts};
use crate::metrics::{ConnectionMetrics, Counter, Metrics, TableMetrics};
use crate::spec::{ConnectionSpec, PipelineSpec, TableSpec};

/// What was counted until now. The numbers are read one after another, while others may change.
pub(super) fn counts(spec: &PipelineSpec, metrics: &Metrics) -> Counts {
    let connections = metrics.connections.iter();
    let unmatched = connections.clone().map(|it| it.unmatched.get()).sum();
    let tables = spec.tables.iter().zip(&metrics.tables);
    let sum = |counter: fn(&crate::metrics::SinkMetrics) -> &Counter, sinks: &[usize]| {
        let sinks = sinks
            .iter()
            .map(|&sink| counter(&metrics.sinks[sink]).get());
        sinks.sum()
    };
    Counts {
        unmatched,
        tables: tables
            .map(|(table, counted)| TableCounts {
                flows: flows(spec, table, counted, &sum),
                ..of_table(table, counted)
            })
            .collect(),
        connections: spec
            .connections
            .iter()
            .zip(connections)
            .map(|(connection, counted)| of_connection(connection, counted))
            .collect(),
    }
}

fn of_table(table: &TableSpec, counted: &TableMetrics) -> TableCounts {
    TableCounts {
        table: table.name,
        received: counted.received.get(),
        bytes: counted.bytes.get(),
        empty: counted.empty.get(),
        rejected: counted.rejected.get(),
        flows: Vec::new(),
    }
}

fn flows(
    spec: &PipelineSpec,
    table: &TableSpec,
    counted: &TableMetrics,
    sum: &impl Fn(fn(&crate::metrics::SinkMetrics) -> &Counter, &[usize]) -> u64,
) -> Vec<FlowCounts> {
    let flows = table.flows.iter().zip(&counted.flows);
    flows
        .map(|(flow, counted)| {
            // that of its handler, and the one that the SQL names
            let named = spec.sinks.iter().enumerate();
            let sinks: Vec<_> = named
                .filter(|(_, sink)| sink.name == spec.sinks[flow.sink].name)
                .map(|(index, _)| index)
                .collect();
            FlowCounts {
                flow: flow.name,
                emitted: counted.emitted.get(),
                in_flight: counted.in_flight.count(),
                filtered: counted.filtered.get(),
                rejected: counted.rejected.get(),
                refused: sum(|sink| &sink.refused, &sinks),
                retries: sum(|sink| &sink.retries, &sinks),
            }
        })
        .collect()
}

fn of_connection(spec: &ConnectionSpec, counted: &ConnectionMetrics) -> ConnectionCounts {
    let sessions = [&counted.receiving, &counted.publishing].map(|sessions| sessions.state());
    let is_open = |state: &crate::metrics::State| state.open >= state.wanted;
    let is_wanted = sessions.iter().any(|state| state.wanted > 0);
    ConnectionCounts {
        connection: spec.name,
        is_connected: is_wanted && sessions.iter().all(is_open),
        connects: counted.connects.get(),
        failures: counted.failures.get(),
        oversized: counted.oversized.get(),
    }
}
