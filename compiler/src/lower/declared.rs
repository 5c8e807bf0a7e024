//! What a table declares, for those who ask about it while the pipeline runs.

use crate::ir::logical::{Expr, ExprKind, OutputColumn, Relation, Source, SourceColumn};
use crate::ir::physical::Declared;

/// All columns of a source, in declared order.
pub(super) fn declared(source: &Source) -> Vec<Declared> {
    match &source.rows {
        Relation::Project { columns, .. } => {
            let columns = columns.iter();
            columns
                .map(|(column, expr)| of(source, column, expr))
                .collect()
        }
        // without generated columns there is nothing to project
        Relation::Scan { .. }
        | Relation::Filter { .. }
        | Relation::Unnest { .. }
        | Relation::UnionAll { .. } => source
            .columns
            .iter()
            .cloned()
            .map(Declared::Column)
            .collect(),
    }
}

fn of(source: &Source, column: &OutputColumn, expr: &Expr) -> Declared {
    match self::column(source, column, expr) {
        Some(read) => Declared::Column(read.clone()),
        None => Declared::Computed {
            column: column.clone(),
            expression: expr.span,
        },
    }
}

/// The column of the message that a declared one is; None of one that is generated.
pub(super) fn column<'s>(
    source: &'s Source,
    column: &OutputColumn,
    expr: &Expr,
) -> Option<&'s SourceColumn> {
    let itself = |found: &&SourceColumn| found.name == column.name;
    match expr.kind {
        ExprKind::Column(index) => source.columns.get(index).filter(itself),
        _ => None,
    }
}
