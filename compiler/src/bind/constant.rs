//! What an expression without columns gives. The binder reports expressions that always fail, and
//! the lower stage folds with the same evaluator.
//!
//! The runtime evaluates the same operators over the values of messages; what both do must come
//! out the same. Casts and arithmetic exist twice for that, since the compiler does not link the
//! runtime, and `tests/agreement` compares the two. What is not worth a second implementation
//! stays an expression: text forms of floats and instants, nearly all functions, LIKE and the
//! clock.

mod cast;
mod operator;

pub(crate) use cast::cast;

use super::interval;
use crate::functions::{Body, Function};
use crate::ir::logical::{CompareOperator, Expr, ExprKind, Value};
use std::cmp::Ordering;

/// Why a constant expression always fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The divisor is zero.
    DivisionByZero,
    /// The result leaves its type's range.
    Overflow,
    /// A cast that the value does not allow, with what is wrong.
    Cast(String),
    /// An argument that the function does not take, with what it must be.
    Argument(String),
}

/// The value of `expr` if it is the same for every row; None if it depends on the row, always
/// fails, or is not folded.
pub(crate) fn fold(expr: &Expr) -> Option<Value> {
    evaluate(expr).ok().flatten()
}

/// As [`fold`], telling what always fails from what is not constant.
pub(crate) fn evaluate(expr: &Expr) -> Result<Option<Value>, Failure> {
    match &expr.kind {
        ExprKind::Column(_) | ExprKind::Like { .. } | ExprKind::Access { .. } => Ok(None),
        ExprKind::Literal(value) => Ok(Some(value.clone())),
        ExprKind::Not(operand) => strict1(operand, |value| Ok(Some(not(value)))),
        ExprKind::Negate(operand) => strict1(operand, |value| {
            operator::negate(value, expr.data_type).map(Some)
        }),
        ExprKind::Binary { op, left, right } => strict2(left, right, |left, right| {
            operator::arithmetic(*op, left, right, expr.data_type)
        }),
        ExprKind::Compare { op, left, right } => strict2(left, right, |left, right| {
            let ordering = compare(left, right);
            Ok(ordering.map(|ordering| Value::Boolean(holds(*op, ordering))))
        }),
        ExprKind::And(operands) => connective(operands, false),
        ExprKind::Or(operands) => connective(operands, true),
        ExprKind::IsNull { operand, negated } => {
            Ok(evaluate(operand)?.map(|value| Value::Boolean((value == Value::Null) != *negated)))
        }
        ExprKind::IsTruth {
            operand,
            value: wanted,
            negated,
        } => {
            let is = |value| value == wanted.map_or(Value::Null, Value::Boolean);
            Ok(evaluate(operand)?.map(|value| Value::Boolean(is(value) != *negated)))
        }
        ExprKind::InList {
            operand,
            list,
            negated,
        } => in_list(operand, list, *negated),
        ExprKind::Case {
            branches,
            otherwise,
        } => case(branches, otherwise.as_deref()),
        ExprKind::Cast(operand) => strict1(operand, |value| {
            cast(value, operand.data_type, expr.data_type)
        }),
        // where the operand fails, so does the whole: only the cast is tried
        ExprKind::TryCast(operand) => strict1(operand, |value| {
            let tried = cast(value, operand.data_type, expr.data_type);
            Ok(tried.unwrap_or(Some(Value::Null)))
        }),
        ExprKind::IsDistinct {
            left,
            right,
            negated,
        } => {
            let (Some(left), Some(right)) = (evaluate(left)?, evaluate(right)?) else {
                return Ok(None);
            };
            let same = match compare(&left, &right) {
                Some(ordering) => ordering.is_eq(),
                None => left == right,
            };
            Ok(Some(Value::Boolean(same == *negated)))
        }
        ExprKind::Call {
            function,
            arguments,
        } => call(function, arguments, expr),
    }
}

/// An operator that gives NULL for NULL.
fn strict1(
    operand: &Expr,
    apply: impl FnOnce(Value) -> Result<Option<Value>, Failure>,
) -> Result<Option<Value>, Failure> {
    match evaluate(operand)? {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(Value::Null)),
        Some(value) => apply(value),
    }
}

/// An operator that gives NULL if an operand is NULL. A NULL beside an operand that depends on
/// the row is not folded: that operand may fail.
fn strict2(
    left: &Expr,
    right: &Expr,
    apply: impl FnOnce(&Value, &Value) -> Result<Option<Value>, Failure>,
) -> Result<Option<Value>, Failure> {
    match (evaluate(left)?, evaluate(right)?) {
        (None, _) | (_, None) => Ok(None),
        (Some(Value::Null), Some(_)) | (Some(_), Some(Value::Null)) => Ok(Some(Value::Null)),
        (Some(left), Some(right)) => apply(&left, &right),
    }
}

fn not(value: Value) -> Value {
    match value {
        Value::Boolean(value) => Value::Boolean(!value),
        other => unreachable!("NOT takes a BOOLEAN, not {other:?}"),
    }
}

/// AND (`decisive` is false) and OR (true), left to right. Operands behind the decisive one are
/// never evaluated; before an operand that depends on the row nothing is decided.
fn connective(operands: &[Expr], decisive: bool) -> Result<Option<Value>, Failure> {
    let mut result = Value::Boolean(!decisive);
    for operand in operands {
        match evaluate(operand)? {
            None => return Ok(None),
            Some(Value::Boolean(value)) if value == decisive => {
                return Ok(Some(Value::Boolean(decisive)));
            }
            Some(Value::Null) => result = Value::Null,
            Some(_) => {}
        }
    }
    Ok(Some(result))
}

fn in_list(operand: &Expr, list: &[Expr], negated: bool) -> Result<Option<Value>, Failure> {
    let Some(operand) = evaluate(operand)? else {
        return Ok(None);
    };
    let mut found = Value::Boolean(false);
    for element in list {
        let Some(element) = evaluate(element)? else {
            return Ok(None);
        };
        if operand == Value::Null || element == Value::Null {
            found = Value::Null;
            continue;
        }
        match compare(&operand, &element) {
            None => return Ok(None),
            Some(Ordering::Equal) => return Ok(Some(Value::Boolean(!negated))),
            Some(Ordering::Less | Ordering::Greater) => {}
        }
    }
    Ok(Some(match found {
        Value::Boolean(found) => Value::Boolean(found != negated),
        null => null,
    }))
}

fn case(branches: &[(Expr, Expr)], otherwise: Option<&Expr>) -> Result<Option<Value>, Failure> {
    for (condition, result) in branches {
        match evaluate(condition)? {
            None => return Ok(None),
            Some(Value::Boolean(true)) => return evaluate(result),
            Some(_) => {}
        }
    }
    otherwise.map_or(Ok(Some(Value::Null)), evaluate)
}

fn call(function: &Function, arguments: &[Expr], expr: &Expr) -> Result<Option<Value>, Failure> {
    match function.body {
        Body::Runtime {
            name: "abs" | "abs_float",
            ..
        } => strict1(&arguments[0], |value| {
            operator::abs(value, expr.data_type).map(Some)
        }),
        Body::Runtime { name: "length", .. } => strict1(&arguments[0], |value| match value {
            Value::Text(text) => Ok(i32::try_from(text.chars().count())
                .ok()
                .map(|length| Value::Integer(length.into()))),
            other => unreachable!("length takes TEXT, not {other:?}"),
        }),
        Body::Coalesce => {
            for argument in arguments {
                match evaluate(argument)? {
                    None => return Ok(None),
                    Some(Value::Null) => {}
                    Some(value) => return Ok(Some(value)),
                }
            }
            Ok(Some(Value::Null))
        }
        Body::Nullif => {
            let (Some(left), Some(right)) = (evaluate(&arguments[0])?, evaluate(&arguments[1])?)
            else {
                return Ok(None);
            };
            let equal = compare(&left, &right) == Some(Ordering::Equal);
            Ok(Some(if equal { Value::Null } else { left }))
        }
        Body::Runtime { .. } | Body::Now | Body::Extreme { .. } | Body::Operator(_) => Ok(None),
    }
}

/// How two values of one type (or two integers) compare; None where one is NULL.
pub(crate) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => None,
        (Value::Boolean(left), Value::Boolean(right)) => Some(left.cmp(right)),
        (Value::Integer(left), Value::Integer(right))
        | (Value::Decimal(left), Value::Decimal(right)) => Some(left.cmp(right)),
        (Value::Float32(left), Value::Float32(right)) => left.partial_cmp(right),
        (Value::Float64(left), Value::Float64(right)) => left.partial_cmp(right),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Bytes(left), Value::Bytes(right)) => Some(left.cmp(right)),
        (Value::Timestamp(left), Value::Timestamp(right))
        | (Value::Time(left), Value::Time(right)) => Some(left.cmp(right)),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (
            &Value::Interval {
                months,
                days,
                micros,
            },
            &Value::Interval {
                months: other_months,
                days: other_days,
                micros: other_micros,
            },
        ) => {
            let other = interval::size(other_months, other_days, other_micros);
            Some(interval::size(months, days, micros).cmp(&other))
        }
        (left, right) => unreachable!("the binder gives one type to {left:?} and {right:?}"),
    }
}

fn holds(op: CompareOperator, ordering: Ordering) -> bool {
    match op {
        CompareOperator::Equal => ordering.is_eq(),
        CompareOperator::NotEqual => ordering.is_ne(),
        CompareOperator::Less => ordering.is_lt(),
        CompareOperator::LessOrEqual => ordering.is_le(),
        CompareOperator::Greater => ordering.is_gt(),
        CompareOperator::GreaterOrEqual => ordering.is_ge(),
    }
}

#[cfg(test)]
mod tests;
