//! NOT NULL columns of sinks, and what queries give them.

use super::query::Rows;
use super::relation::SinkColumn;
use super::{Binder, Bound, Reported};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::logical::{Expr, ExprKind, Relation, Value};
use crate::source::Span;

impl Binder<'_> {
    /// A NOT NULL column takes only what cannot be NULL.
    pub(super) fn check_not_null(
        &mut self,
        target: &SinkColumn,
        rows: &Rows,
        at: usize,
        span: Span,
    ) -> Bound<()> {
        let nullable = rows.columns[at].known.ok_or(Reported)?.nullable;
        let sure = rows
            .relation
            .as_ref()
            .is_none_or(|relation| never_null(relation, at));
        if target.column.nullable || !nullable || sure {
            return Ok(());
        }
        let (name, text) = (
            &target.column.name,
            self.written(span, &rows.columns[at].name),
        );
        if rows.relation.as_ref().is_some_and(|rows| is_null(rows, at)) {
            return Err(self.report(always_null(target, span)));
        }
        let message = format!("column `{name}` is NOT NULL, but its value can be NULL");
        let mut diagnostic = Diagnostic::new(code::TYPE_MISMATCH, message, span)
            .at("can be NULL")
            .context(target.span, "declared NOT NULL here");
        if let Some(declared) = rows.columns[at].declared {
            diagnostic = diagnostic.context(declared, "declared without NOT NULL");
        }
        Err(self.report(
            diagnostic
                .help(format!(
                    "add `WHERE {text} IS NOT NULL`, or `coalesce({text}, …)`"
                ))
                .help("or declare the source's column NOT NULL: then a message without it is bad"),
        ))
    }
}

fn always_null(target: &SinkColumn, span: Span) -> Diagnostic {
    let name = &target.column.name;
    let message = format!("column `{name}` is NOT NULL, but its value is NULL");
    Diagnostic::new(code::TYPE_MISMATCH, message, span)
        .at("always NULL")
        .context(target.span, "declared NOT NULL here")
        .help("write a value in its place")
        .help(format!("or declare `{name}` without NOT NULL"))
}

/// Whether column `at` of the rows is the constant NULL.
fn is_null(relation: &Relation, at: usize) -> bool {
    match relation {
        Relation::Project { columns, .. } => {
            let (_, expr) = &columns[at];
            expr.kind == ExprKind::Literal(Value::Null)
        }
        Relation::Filter { input, .. } => is_null(input, at),
        Relation::Scan { .. } | Relation::Unnest { .. } | Relation::UnionAll { .. } => false,
    }
}

/// Whether column `at` of the rows is never NULL: because of what it is made of, or because a
/// filter lets no NULL through.
fn never_null(relation: &Relation, at: usize) -> bool {
    match relation {
        Relation::Scan { .. } => false,
        Relation::Filter { input, predicate } => {
            conjuncts(predicate).any(|conjunct| rejects_null(conjunct, at)) || never_null(input, at)
        }
        Relation::Project { input, columns } => {
            let (_, expr) = &columns[at];
            if let ExprKind::Column(inner) = expr.kind {
                return !expr.nullable || never_null(input, inner);
            }
            !expr.nullable
        }
        // what comes behind the input's columns is of the array
        Relation::Unnest {
            input, at: element, ..
        } => at < *element && never_null(input, at),
        Relation::UnionAll { inputs, .. } => inputs.iter().all(|input| never_null(input, at)),
    }
}

fn conjuncts(predicate: &Expr) -> std::slice::Iter<'_, Expr> {
    if let ExprKind::And(operands) = &predicate.kind {
        return operands.iter();
    }
    std::slice::from_ref(predicate).iter()
}

/// Whether the conjunct is not true for a row in which column `at` is NULL.
fn rejects_null(conjunct: &Expr, at: usize) -> bool {
    let is_column = |expr: &Expr| expr.kind == ExprKind::Column(at);
    match &conjunct.kind {
        ExprKind::IsNull { operand, negated } => *negated && is_column(operand),
        ExprKind::Compare { left, right, .. } => is_column(left) || is_column(right),
        ExprKind::InList { operand, .. } | ExprKind::Like { operand, .. } => is_column(operand),
        ExprKind::And(operands) => operands.iter().any(|operand| rejects_null(operand, at)),
        ExprKind::Column(_)
        | ExprKind::Literal(_)
        | ExprKind::Not(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary { .. }
        | ExprKind::Or(_)
        | ExprKind::IsTruth { .. }
        | ExprKind::Case { .. }
        | ExprKind::Cast(_)
        | ExprKind::TryCast(_)
        | ExprKind::IsDistinct { .. }
        | ExprKind::Access { .. }
        | ExprKind::Call { .. } => is_column(conjunct),
    }
}
