//! Logical to physical plan: views are inlined, constants folded, conjuncts ordered, and each
//! source table gets the decoder and columns that its flows need.

mod branches;
mod columns;
mod declared;
mod decoder;
mod definitions;
mod fold;
mod generated;
mod guarantee;
mod inline;
mod order;
mod paths;
mod steps;

use crate::diagnostics::Diagnostics;
use crate::ir::logical::{Check, LogicalPlan, SinkKind, Source, Value};
use crate::ir::physical::{Flow, PhysicalPlan, Table};
use inline::Inlined;
use paths::Extended;
use std::collections::BTreeSet;

/// Reports flows that grow too large when their views are inlined: [`lower`] takes the others.
pub fn check(plan: &LogicalPlan, diagnostics: &mut Diagnostics) {
    check_flows(plan, diagnostics);
    if diagnostics.has_errors() {
        // what a flow takes of generated columns would be said twice
        return;
    }
    for source in &plan.sources {
        if let Some(asked) = generated::asked(plan, source) {
            check_flows(&asked, diagnostics);
        }
    }
}

fn check_flows(plan: &LogicalPlan, diagnostics: &mut Diagnostics) {
    let extended = Extended::new(plan);
    for flow in &extended.plan.flows {
        if let Err(diagnostic) = inline::inline(&extended, flow) {
            diagnostics.push(*diagnostic);
        }
    }
}

/// Plans decoders and flows whose rows are written to their sinks.
///
/// # Panics
///
/// If [`check`] has something to report.
pub fn lower(plan: &LogicalPlan) -> PhysicalPlan {
    let mut lowered = lowered(plan, Rows::Written);
    for table in &mut lowered.tables {
        table.generated = generated::generated(plan, &table.name).map(Box::new);
    }
    lowered
}

/// Plans decoders and flows whose rows are values in the hands of a program: their sinks ask for
/// nothing, and nothing is passed through as text.
///
/// # Panics
///
/// If [`check`] has something to report.
pub fn lower_to_values(plan: &LogicalPlan) -> PhysicalPlan {
    lowered(plan, Rows::Values)
}

/// What becomes of the rows of flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rows {
    /// They are written to their sinks.
    Written,
    /// They are handed over.
    Values,
}

fn lowered(plan: &LogicalPlan, rows: Rows) -> PhysicalPlan {
    let declared = &plan.sources;
    let extended = Extended::new(plan);
    let plan = &extended.plan;
    let branches: Vec<_> = plan
        .flows
        .iter()
        .flat_map(|flow| {
            let inlined = inline::inline(&extended, flow);
            inlined.unwrap_or_else(|error| panic!("a plan that is checked: {}", error.message))
        })
        .collect();
    let sources: BTreeSet<_> = branches.iter().map(|branch| branch.source).collect();
    let mut lowered = PhysicalPlan {
        name: plan.name.clone(),
        connections: plan.connections.clone(),
        sinks: plan.sinks.clone(),
        tables: sources
            .into_iter()
            .map(|source| Table {
                // without those that were added
                declared: declared::declared(&declared[source]),
                ..table(plan, source, &branches, rows)
            })
            .collect(),
        secrets: plan.secrets.clone(),
        settings: plan.settings.clone(),
    };
    drop_unused_sinks(&mut lowered);
    drop_unused_connections(&mut lowered);
    lowered
}

fn table(plan: &LogicalPlan, source: usize, branches: &[Inlined<'_>], rows: Rows) -> Table {
    let branches = branches.iter().filter(|branch| branch.source == source);
    let branches: Vec<_> = branches.collect();
    let source = &plan.sources[source];
    let checks = checks(source);
    let columns = columns::Columns::new(source, &branches, &checks, rows);
    let decoder = decoder::decoder(source, columns.used());
    Table {
        name: source.name.clone(),
        span: source.span,
        connection: source.connection,
        topics: source.topics.clone(),
        qos: source.qos,
        batch_size: source.batch_size,
        batch_timeout_ms: source.batch_timeout_ms,
        bad_data: source.bad_data.clone(),
        history: source.history,
        declared: Vec::new(),
        generated: None,
        columns: columns.physical(&decoder),
        skipped: columns.skipped(),
        checks: columns.checks(),
        flows: branches
            .chunk_by(|a, b| std::ptr::eq(a.flow, b.flow))
            .map(|branches| flow(plan, source, &columns, branches, rows))
            .collect(),
        decoder,
    }
}

/// The checks of a source with constants folded, but for those that are never false.
fn checks(source: &Source) -> Vec<Check> {
    let definitions = definitions::Definitions::new(source.columns.len());
    let folded = source.checks.iter().map(|check| {
        let mut check = check.clone();
        fold::fold(&mut check.expr, &definitions);
        check
    });
    let passes = |value: &Value| matches!(value, Value::Boolean(true) | Value::Null);
    folded
        .filter(|check| !check.expr.literal().is_some_and(passes))
        .collect()
}

/// The flow of these branches, all those that it has in the table.
fn flow(
    plan: &LogicalPlan,
    source: &Source,
    columns: &columns::Columns<'_>,
    branches: &[&Inlined<'_>],
    rows: Rows,
) -> Flow {
    let flow = branches[0].flow;
    let mut rows_of = plan.columns(&flow.query);
    // behind those that are declared stand a table's hidden ones
    rows_of.truncate(branches[0].width);
    let (connection, sink) = (&plan.connections[source.connection], &plan.sinks[flow.sink]);
    Flow {
        name: flow.name.clone(),
        span: flow.span,
        sink: flow.sink,
        columns: rows_of,
        branches: branches
            .iter()
            .map(|branch| columns.branch(branch))
            .collect(),
        wrap_in_name: flow.wrap_in_name,
        topic_parts: match rows {
            Rows::Written => flow.topic_parts.clone(),
            Rows::Values => Vec::new(),
        },
        guarantee: guarantee::guarantee(source, connection, sink),
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
            SinkKind::Stdout { .. }
            | SinkKind::Blackhole
            | SinkKind::File { .. }
            | SinkKind::Files(_)
            | SinkKind::Webhook(_) => None,
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
    use crate::source::SourceFile;
    use std::fmt::Write as _;

    #[test]
    fn unused_items_are_dropped() {
        let mut items = vec!["a", "b", "c", "d"];
        let mut indices = [3, 1, 3];
        keep_used(&mut items, indices.iter_mut().collect());
        assert_eq!((items, indices), (vec!["b", "d"], [1, 0, 1]));
    }

    const TABLE: &str = "CREATE CONNECTION c FROM mqtt_source WITH (broker = 'tcp://h:1883');
        CREATE TABLE t (v DOUBLE) WITH (connector = 'mqtt_source', connection = 'c',
            topics = '[\"t\"]', format = 'json');
        CREATE VIEW v0 AS SELECT v AS x, v AS y FROM t;";

    /// So many views on one another, each with `body` as its `x`: the steps of the flow, or the
    /// code of the error.
    fn stacked(count: usize, body: &str) -> Result<usize, &'static str> {
        let mut sql = TABLE.to_owned();
        for at in 1..=count {
            let below = at - 1;
            let view = format_args!("SELECT {body} AS x, y FROM v{below}");
            write!(sql, "CREATE VIEW v{at} AS {view};").expect("a String takes all");
        }
        let (plan, diagnostics) = crate::check(&SourceFile::new("t.sql", sql));
        let plan = plan.ok_or_else(|| diagnostics[0].code.as_str())?;
        Ok(lower(&plan).tables[0].flows[0].branches[0].steps.len())
    }

    #[test]
    fn stacked_views_compute_each_column_once() {
        assert_eq!(stacked(60, "x + x"), Ok(60));
        assert_eq!(stacked(90, "x + 1"), Ok(1));
        let shared = "CASE WHEN x > 0 THEN x + 1 ELSE x - 1 END";
        assert_eq!(stacked(60, shared), Ok(60));
        let cannot_fail = "CASE WHEN y > 0 THEN NULLIF(x, x) END";
        assert_eq!(stacked(60, cannot_fail), Ok(60));
    }

    #[test]
    fn views_that_grow_without_bound_are_an_error() {
        let conditional = "CASE WHEN y > 0 THEN x + 1 ELSE x - 1 END";
        assert_eq!(stacked(5, conditional), Ok(1));
        assert_eq!(stacked(60, conditional), Err("E0003"));
        assert_eq!(stacked(60, "COALESCE(y, x + x)"), Err("E0003"));
        assert_eq!(stacked(300, "x"), Err("E0003"));
        let deep = format!("{}x", "- ".repeat(90));
        assert_eq!(stacked(90, &deep), Err("E0003"));
    }
}
