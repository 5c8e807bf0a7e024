//! Instants compared with days: a DATE beside a TIMESTAMP is the instant at which the day begins.

use super::Linter;
use super::possible::turned;
use super::report::snippet;
use crate::diagnostics::{Diagnostic, code};
use crate::ir::logical::{CompareOperator, Expr, ExprKind};
use crate::types::DataType;

impl Linter<'_> {
    /// Warns where the rest of the day probably was forgotten.
    pub(super) fn day_comparison(&mut self, expr: &Expr) {
        let found = compared(expr);
        let Some((instant, day)) = found.filter(|(instant, _)| !is_cut(instant)) else {
            return;
        };
        let name = snippet(self.source, instant.span, "the instant");
        let mut help = "to compare days, cast the instant: `CAST(… AS DATE)`".to_owned();
        if name.starts_with('`') {
            let name = name.trim_matches('`');
            help = format!("to compare days, write `CAST({name} AS DATE)`");
        }
        let message = "an instant is compared with the beginning of a day";
        self.warn(
            Diagnostic::new(code::DAY_COMPARED, message, day.span)
                .at("this `DATE` stands for 00:00:00 of the day, UTC")
                .context(instant.span, format!("`{}`", instant.data_type))
                .help(help),
        );
    }
}

/// An instant and a day that are compared so that its hours make a difference.
fn compared(expr: &Expr) -> Option<(&Expr, &Expr)> {
    if let ExprKind::Compare { op, left, right } = &expr.kind {
        return match (day(left), day(right)) {
            (None, Some(day)) => mistaken(*op).then_some((&**left, day)),
            (Some(day), None) => mistaken(turned(*op)).then_some((&**right, day)),
            (None, None) | (Some(_), Some(_)) => None,
        };
    }
    if let ExprKind::IsDistinct { left, right, .. } = &expr.kind {
        return match (day(left), day(right)) {
            (None, Some(day)) => Some((left, day)),
            (Some(day), None) => Some((right, day)),
            (None, None) | (Some(_), Some(_)) => None,
        };
    }
    if let ExprKind::InList { operand, list, .. } = &expr.kind
        && day(operand).is_none()
    {
        return list.iter().find_map(day).map(|day| (&**operand, day));
    }
    None
}

/// The day that was made an instant.
fn day(expr: &Expr) -> Option<&Expr> {
    if let ExprKind::Cast(operand) = &expr.kind
        && operand.data_type == DataType::Date
        && matches!(expr.data_type, DataType::Timestamp(_))
        && operand.span == expr.span
    {
        return Some(operand);
    }
    None
}

/// Whether the hours of the day make a difference: `<` and `>=` a day are what they seem.
fn mistaken(op: CompareOperator) -> bool {
    match op {
        CompareOperator::Equal
        | CompareOperator::NotEqual
        | CompareOperator::LessOrEqual
        | CompareOperator::Greater => true,
        CompareOperator::Less | CompareOperator::GreaterOrEqual => false,
    }
}

/// Whether the instant has been cut to a unit.
fn is_cut(expr: &Expr) -> bool {
    if let ExprKind::Cast(operand) = &expr.kind {
        return is_cut(operand);
    }
    if let ExprKind::Call { function, .. } = &expr.kind {
        return ["date_trunc", "date_bin", "make_timestamp"].contains(&function.name());
    }
    false
}
