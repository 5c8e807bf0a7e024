//! Generated columns for those who ask for a table's messages. They are the row of a flow that no
//! file names, in a plan of its own: what is decoded for the flows of the file stays as it is.

use super::{Rows, declared, lowered};
use crate::ir::logical::{Flow, LogicalPlan, Relation, RowFormat, Sink, SinkKind, Source};
use crate::ir::physical::{Decoder, Generated};

/// What computes those of the source of this name; None where it has none, or nobody can ask.
pub(super) fn generated(plan: &LogicalPlan, name: &str) -> Option<Generated> {
    let source = plan.sources.iter().find(|source| source.name == name)?;
    let mut lowered = lowered(&asked(plan, source)?, Rows::Written);
    let mut table = lowered.tables.pop()?;
    if let Decoder::Json(decoder) = &mut table.decoder {
        // nobody is in such a hurry
        decoder.line = None;
    }
    Some(Generated {
        table,
        sink: lowered.sinks.pop()?,
    })
}

/// The plan of that flow.
pub(super) fn asked(plan: &LogicalPlan, source: &Source) -> Option<LogicalPlan> {
    source.history?;
    let Relation::Project { input, columns } = &source.rows else {
        // without generated columns there is nothing to project
        return None;
    };
    let columns = columns.iter();
    let columns = columns.filter(|(column, expr)| declared::column(source, column, expr).is_none());
    let columns: Vec<_> = columns.cloned().collect();
    if columns.is_empty() {
        return None;
    }
    let input = input.clone();
    let mut sources = plan.sources.clone();
    for source in &mut sources {
        // what breaks them was noted when it came
        source.checks.clear();
    }
    Some(LogicalPlan {
        sources,
        views: Vec::new(),
        sinks: vec![Sink {
            name: "those who ask".to_owned(),
            span: None,
            columns: Vec::new(),
            kind: SinkKind::Stdout {
                format: RowFormat::Json,
            },
        }],
        flows: vec![Flow {
            name: "generated".to_owned(),
            span: source.span,
            sink: 0,
            query: Relation::Project { input, columns },
            wrap_in_name: false,
            topic_parts: Vec::new(),
        }],
        ..plan.clone()
    })
}
