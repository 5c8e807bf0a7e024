//! Arithmetic on dates, times and intervals: PostgreSQL's table of what goes with what.

use super::arithmetic::binary;
use super::coerce::{Operand, cast_to};
use super::operator::Place;
use super::scope::Scope;
use super::{Binder, Bound, Reported};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::logical::{Expr, Operator};
use crate::source::Span;
use crate::types::{DataType, IntegerType, TimestampPrecision};

const INT: DataType = DataType::Integer(IntegerType::Int32);
const MICROSECONDS: DataType = DataType::Timestamp(TimestampPrecision::Microseconds);
const NANOSECONDS: DataType = DataType::Timestamp(TimestampPrecision::Nanoseconds);

/// An operator's operands, as what they are taken, and its result.
struct Row {
    left: DataType,
    right: DataType,
    result: DataType,
}

impl Binder<'_> {
    /// `left op right` where an operand is a date, a time or an interval.
    pub(super) fn temporal(
        &mut self,
        scope: &Scope,
        (op, place): (Operator, Place),
        [left, right]: [Operand; 2],
        span: Span,
    ) -> Bound<Operand> {
        let (Some(left_type), Some(right_type)) =
            (side(op, &left, &right), side(op, &right, &left))
        else {
            return Err(self.no_such_arithmetic(scope, place, [&left, &right]));
        };
        let Some(row) = row(op, left_type, right_type) else {
            return Err(self.no_such_arithmetic(scope, place, [&left, &right]));
        };
        let left = self.taken(left, row.left, place);
        let right = self.taken(right, row.right, place);
        Ok(binary(op, [left?, right?], row.result, span))
    }

    fn taken(&mut self, operand: Operand, data_type: DataType, place: Place) -> Bound<Expr> {
        match operand {
            Operand::Typed(expr) if data_type == INT => self.as_int(expr, place.symbol),
            Operand::Typed(expr) if is_timestamp(data_type) && is_timestamp(expr.data_type) => {
                // all but TIMESTAMP(9) are microseconds
                let nanoseconds = data_type == NANOSECONDS;
                Ok(if nanoseconds {
                    cast_to(expr, data_type)
                } else {
                    expr
                })
            }
            operand => self.coerced(operand, data_type),
        }
    }

    fn no_such_arithmetic(
        &mut self,
        scope: &Scope,
        place: Place,
        operands: [&Operand; 2],
    ) -> Reported {
        let [left, right] = operands.map(Operand::type_name);
        let symbol = place.symbol;
        let message = format!("operator `{symbol}` cannot take `{left}` with `{right}`");
        let mut diagnostic = Diagnostic::new(code::OPERAND_TYPES, message, place.span)
            .context(operands[0].span(), left.clone())
            .context(operands[1].span(), right.clone());
        for operand in operands {
            diagnostic = super::operator::declared_at(scope, diagnostic, operand);
        }
        let text = self.snippet(operands[1].span());
        let help = match (symbol, right.as_str()) {
            ("+" | "-", "INTERVAL" | "TIMESTAMP" | "DATE" | "TIME") => None,
            ("+" | "-", "TEXT") => Some(format!("name its type: `INTERVAL {text}`")),
            ("+" | "-", _) => Some(format!("say of what: `{symbol} INTERVAL '5 seconds'`")),
            _ => None,
        };
        self.report(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        })
    }
}

/// Whether arithmetic with it is this file's.
pub(super) fn is_temporal(operand: &Operand) -> bool {
    matches!(
        operand,
        Operand::Typed(expr) if is_timestamp(expr.data_type)
            || matches!(expr.data_type, DataType::Date | DataType::Time | DataType::Interval)
    )
}

fn is_timestamp(data_type: DataType) -> bool {
    matches!(data_type, DataType::Timestamp(_))
}

/// The type of an operand; that of a text or NULL follows from the other one.
fn side(op: Operator, operand: &Operand, other: &Operand) -> Option<DataType> {
    let other = match (operand, other) {
        (Operand::Typed(expr), _) => return Some(expr.data_type),
        (Operand::Literal(_), _) if operand.is_number() => return operand.number_type(),
        (Operand::Literal(_), Operand::Typed(other)) => other.data_type,
        (Operand::Literal(_), Operand::Literal(_)) => return None,
    };
    match op {
        // an interval, a time or a number of days
        Operator::Add if other == DataType::Date => None,
        Operator::Add => Some(DataType::Interval),
        Operator::Subtract => Some(other),
        Operator::Multiply | Operator::Divide => Some(DataType::Float64),
        Operator::Modulo
        | Operator::BitAnd
        | Operator::BitOr
        | Operator::BitXor
        | Operator::ShiftLeft
        | Operator::ShiftRight
        | Operator::Concat
        | Operator::JsonGet
        | Operator::JsonGetText => None,
    }
}

/// The table, from PostgreSQL's `pg_operator`.
fn row(op: Operator, left: DataType, right: DataType) -> Option<Row> {
    use DataType as T;
    let row = |left, right, result| {
        Some(Row {
            left,
            right,
            result,
        })
    };
    let (add, subtract) = (op == Operator::Add, op == Operator::Subtract);
    let either = add || subtract;
    let scales = matches!(op, Operator::Multiply | Operator::Divide);
    match (left, right) {
        (T::Timestamp(_), T::Interval) if either => row(kept(left), right, kept(left)),
        (T::Interval, T::Timestamp(_)) if add => row(left, kept(right), kept(right)),
        (T::Date, T::Interval) if either => row(left, right, MICROSECONDS),
        (T::Interval | T::Time, T::Date) | (T::Date, T::Time) if add => {
            row(left, right, MICROSECONDS)
        }
        (T::Date, T::Integer(_)) if either => row(left, INT, left),
        (T::Integer(_), T::Date) if add => row(INT, right, right),
        (T::Time | T::Interval, T::Interval) if either => row(left, right, left),
        (T::Interval, T::Time) if add => row(left, right, right),
        (T::Date, T::Date) if subtract => row(left, right, INT),
        (T::Time, T::Time) if subtract => row(left, right, T::Interval),
        (T::Timestamp(_) | T::Date, T::Timestamp(_) | T::Date) if subtract => {
            let common = if left == NANOSECONDS || right == NANOSECONDS {
                NANOSECONDS
            } else {
                MICROSECONDS
            };
            row(common, common, T::Interval)
        }
        (T::Interval, number) if scales && number.is_numeric() => row(left, T::Float64, left),
        (number, T::Interval) if op == Operator::Multiply && number.is_numeric() => {
            row(T::Float64, right, right)
        }
        (_, _) => None,
    }
}

/// What a TIMESTAMP becomes that an interval is added to: its microseconds count.
fn kept(timestamp: DataType) -> DataType {
    if timestamp == NANOSECONDS {
        NANOSECONDS
    } else {
        MICROSECONDS
    }
}
