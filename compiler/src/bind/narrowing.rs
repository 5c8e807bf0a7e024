//! INSERTs that round values, or cut a part of them off, on their way into the sink's type.

use super::Binder;
use super::query::Rows;
use super::relation::{SinkColumn, in_sql};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::logical::{Expr, ExprKind, Relation};
use crate::types::{DataType, IntegerType};

/// Functions whose results have nothing that could be rounded.
const ROUNDING: &[&str] = &[
    "ceil",
    "floor",
    "round",
    "trunc",
    "sign",
    "date_trunc",
    "date_bin",
];

impl Binder<'_> {
    /// Warns if the values of column `at` lose something in `target`. A CAST in the query says
    /// that this is meant.
    pub(super) fn warn_narrowed(&mut self, target: &SinkColumn, rows: &Rows, at: usize) {
        let Some(from) = rows.columns[at].known.map(|known| known.data_type) else {
            return;
        };
        let to = target.column.data_type;
        let Some(loss) = loss(from, to) else { return };
        let (span, mut text) = match rows.relation.as_ref().map(|relation| made(relation, at)) {
            Some(Made::Rounded) => return,
            Some(Made::By(expr)) => (expr.span, self.snippet(expr.span)),
            Some(Made::Otherwise) | None => (rows.spans[at], "…".to_owned()),
        };
        if text.contains('*') {
            text = in_sql(&rows.columns[at].name);
        }
        let name = &target.column.name;
        let message = format!("values lose something in column `{name}`: {loss}");
        self.report(
            Diagnostic::new(code::NARROWED, message, span)
                .at(format!("gives `{from}`"))
                .context(target.span, format!("declared `{to}` here"))
                .help(format!(
                    "to keep all of it, declare the column `{} {from}`",
                    in_sql(name)
                ))
                .help(format!("if that is meant, say so: `CAST({text} AS {to})`")),
        );
    }
}

/// What a column is made by.
enum Made<'r> {
    /// An expression.
    By(&'r Expr),
    /// What has rounded it already.
    Rounded,
    /// Anything else.
    Otherwise,
}

fn made(relation: &Relation, at: usize) -> Made<'_> {
    match relation {
        Relation::Project { input, columns } => {
            let expr = &columns[at].1;
            let below = if let ExprKind::Column(column) = expr.kind {
                made(input, column)
            } else {
                Made::Otherwise
            };
            if is_rounded(expr) || matches!(below, Made::Rounded) {
                return Made::Rounded;
            }
            Made::By(expr)
        }
        Relation::Filter { input, .. } => made(input, at),
        Relation::Scan { .. } | Relation::Unnest { .. } | Relation::UnionAll { .. } => {
            Made::Otherwise
        }
    }
}

fn is_rounded(expr: &Expr) -> bool {
    if let ExprKind::Call { function, .. } = &expr.kind {
        return ROUNDING.contains(&function.name());
    }
    false
}

/// What the cast from one type to the other, which an INSERT makes unasked, can lose.
fn loss(from: DataType, to: DataType) -> Option<String> {
    use DataType as T;
    match (from, to) {
        (T::Timestamp(fine), T::Timestamp(coarse)) if coarse.digits() < fine.digits() => {
            Some(match coarse.digits() {
                0 => "instants are rounded to the second".to_owned(),
                digits => format!("instants are rounded to {digits} digits of the second"),
            })
        }
        (T::Timestamp(_), T::Date) => Some("the time of day is cut off".to_owned()),
        (T::Timestamp(_), T::Time) => Some("the day is cut off".to_owned()),
        (T::Interval, T::Time) => Some("days and months are cut off".to_owned()),
        (T::Decimal { scale: fine, .. }, T::Decimal { scale, .. }) if scale < fine => {
            Some(rounded(scale))
        }
        (T::Float32 | T::Float64, T::Decimal { scale, .. }) => Some(rounded(scale)),
        (T::Decimal { scale: 1.., .. } | T::Float32 | T::Float64, T::Integer(_)) => {
            Some(rounded(0))
        }
        (T::Float64 | T::Decimal { .. }, T::Float32) => {
            Some("numbers are rounded to about 7 digits".to_owned())
        }
        (T::Integer(integer), T::Float32) if !fits_real(integer) => {
            Some("numbers are rounded to about 7 digits".to_owned())
        }
        (_, _) => None,
    }
}

fn rounded(scale: u8) -> String {
    match scale {
        0 => "numbers are rounded to whole ones".to_owned(),
        1 => "numbers are rounded to 1 digit behind the point".to_owned(),
        digits => format!("numbers are rounded to {digits} digits behind the point"),
    }
}

/// Whether a REAL, which has 24 bits for it, holds every value.
fn fits_real(integer: IntegerType) -> bool {
    integer.bits() <= 16
}
