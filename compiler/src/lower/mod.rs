//! Logical to physical plan: views are inlined, constants folded, conjuncts ordered, and each
//! source table gets the decoder and columns that its flows need.

mod columns;
mod decoder;
mod fold;
mod inline;
mod order;

use crate::ir::logical::{LogicalPlan, SinkKind};
use crate::ir::physical::{PhysicalPlan, Table};
use inline::Inlined;
use std::collections::BTreeSet;

/// Plans decoders and flows. Cannot fail: whatever the binder accepted has a plan.
pub fn lower(plan: &LogicalPlan) -> PhysicalPlan {
    let flows: Vec<_> = plan
        .flows
        .iter()
        .map(|flow| inline::inline(plan, flow))
        .collect();
    let sources: BTreeSet<_> = flows.iter().map(|flow| flow.source).collect();
    let mut lowered = PhysicalPlan {
        name: plan.name.clone(),
        connections: plan.connections.clone(),
        sinks: plan.sinks.clone(),
        tables: sources
            .into_iter()
            .map(|source| table(plan, source, &flows))
            .collect(),
        secrets: plan.secrets.clone(),
    };
    drop_unused_sinks(&mut lowered);
    drop_unused_connections(&mut lowered);
    lowered
}

fn table(plan: &LogicalPlan, source: usize, flows: &[Inlined<'_>]) -> Table {
    let flows: Vec<_> = flows.iter().filter(|flow| flow.source == source).collect();
    let source = &plan.sources[source];
    let columns = columns::Columns::new(source, &flows);
    let decoder = decoder::decoder(source, columns.used());
    Table {
        name: source.name.clone(),
        span: source.span,
        connection: source.connection,
        topics: source.topics.clone(),
        qos: source.qos,
        batch_size: source.batch_size,
        batch_timeout_ms: source.batch_timeout_ms,
        bad_data: source.bad_data,
        columns: columns.physical(&decoder),
        skipped: columns.skipped(),
        not_null: columns.not_null(),
        flows: flows.into_iter().map(|flow| columns.flow(flow)).collect(),
        decoder,
    }
}

fn drop_unused_sinks(plan: &mut PhysicalPlan) {
    let flows = plan.tables.iter_mut().flat_map(|table| &mut table.flows);
    keep_used(&mut plan.sinks, flows.map(|flow| &mut flow.sink).collect());
}

fn drop_unused_connections(plan: &mut PhysicalPlan) {
    let tables = plan.tables.iter_mut().map(|table| &mut table.connection);
    let sinks = plan
        .sinks
        .iter_mut()
        .filter_map(|sink| match &mut sink.kind {
            SinkKind::Mqtt { connection, .. } => Some(connection),
            SinkKind::Stdout | SinkKind::Blackhole | SinkKind::File { .. } => None,
        });
    keep_used(&mut plan.connections, tables.chain(sinks).collect());
}

/// Drops the items that no index names, and moves the indices along.
fn keep_used<T>(items: &mut Vec<T>, indices: Vec<&mut usize>) {
    let used: BTreeSet<usize> = indices.iter().map(|index| **index).collect();
    for index in indices {
        *index = used.range(..*index).count();
    }
    let mut at = 0..;
    items.retain(|_| at.next().is_some_and(|at| used.contains(&at)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unused_items_are_dropped() {
        let mut items = vec!["a", "b", "c", "d"];
        let mut indices = [3, 1, 3];
        keep_used(&mut items, indices.iter_mut().collect());
        assert_eq!((items, indices), (vec!["b", "d"], [1, 0, 1]));
    }
}
