//! Arithmetic on constants, with the runtime's rules: integers never wrap, floats stay finite and
//! do not vanish.

use super::Failure;
use crate::ir::logical::{Operator, Value};
use crate::types::DataType;

/// `left op right` of `data_type`; None where that is not folded.
pub(super) fn arithmetic(
    op: Operator,
    left: &Value,
    right: &Value,
    data_type: DataType,
) -> Result<Option<Value>, Failure> {
    let Some(op) = Arithmetic::of(op) else {
        return Ok(None);
    };
    match (left, right) {
        (&Value::Integer(left), &Value::Integer(right)) => {
            in_range(integers(op, left, right)?, data_type).map(Some)
        }
        (&Value::Float32(left), &Value::Float32(right)) => {
            let kept = keeps_size(op, left != 0.0, right != 0.0);
            let (left, right) = (f64::from(left), f64::from(right));
            // the exact result in binary64 rounds to the same binary32: 53 ≥ 2·24 + 2
            #[allow(
                clippy::cast_possible_truncation,
                reason = "rounding to binary32 is the operation"
            )]
            let result = floats(op, left, right)? as f32;
            finite32(unvanished(result, kept)?).map(Some)
        }
        (&Value::Float64(left), &Value::Float64(right)) => {
            let kept = keeps_size(op, left != 0.0, right != 0.0);
            finite64(unvanished(floats(op, left, right)?, kept)?).map(Some)
        }
        (
            Value::Null
            | Value::Boolean(_)
            | Value::Integer(_)
            | Value::Float32(_)
            | Value::Float64(_)
            | Value::Decimal(_)
            | Value::Text(_)
            | Value::Bytes(_)
            | Value::Timestamp(_)
            | Value::Date(_)
            | Value::Time(_)
            | Value::Interval { .. },
            _,
        ) => Ok(None),
    }
}

/// The operators that are folded.
#[derive(Clone, Copy)]
enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Arithmetic {
    fn of(op: Operator) -> Option<Self> {
        match op {
            Operator::Add => Some(Self::Add),
            Operator::Subtract => Some(Self::Subtract),
            Operator::Multiply => Some(Self::Multiply),
            Operator::Divide => Some(Self::Divide),
            Operator::Modulo => Some(Self::Modulo),
            Operator::BitAnd
            | Operator::BitOr
            | Operator::BitXor
            | Operator::ShiftLeft
            | Operator::ShiftRight
            | Operator::Concat
            | Operator::JsonGet
            | Operator::JsonGetText => None,
        }
    }
}

/// Whether the exact result cannot be zero, told from whether the operands are not. A sum or
/// difference is zero only where it is so exactly, and so is a remainder.
fn keeps_size(op: Arithmetic, left: bool, right: bool) -> bool {
    use Arithmetic as Op;
    match op {
        Op::Multiply => left && right,
        Op::Divide => left,
        Op::Add | Op::Subtract | Op::Modulo => false,
    }
}

/// `value`, which must not be zero where the exact result is not.
pub(super) fn unvanished<T: PartialEq + Default>(value: T, kept: bool) -> Result<T, Failure> {
    if kept && value == T::default() {
        return Err(Failure::Overflow);
    }
    Ok(value)
}

/// `-value`
pub(super) fn negate(value: Value, data_type: DataType) -> Result<Value, Failure> {
    match value {
        Value::Integer(value) => in_range(Some(-value), data_type),
        Value::Float32(value) => Ok(Value::Float32(-value)),
        Value::Float64(value) => Ok(Value::Float64(-value)),
        Value::Decimal(value) => Ok(Value::Decimal(-value)),
        Value::Interval {
            months,
            days,
            micros,
        } => {
            let negative = || {
                Some(Value::Interval {
                    months: months.checked_neg()?,
                    days: days.checked_neg()?,
                    micros: micros.checked_neg()?,
                })
            };
            negative().ok_or(Failure::Overflow)
        }
        other => unreachable!("minus takes a number or an interval, not {other:?}"),
    }
}

/// `abs(value)`
pub(super) fn abs(value: Value, data_type: DataType) -> Result<Value, Failure> {
    match value {
        Value::Integer(value) => in_range(Some(value.abs()), data_type),
        Value::Float32(value) => Ok(Value::Float32(value.abs())),
        Value::Float64(value) => Ok(Value::Float64(value.abs())),
        Value::Decimal(value) => Ok(Value::Decimal(value.abs())),
        other => unreachable!("abs takes a number, not {other:?}"),
    }
}

fn integers(op: Arithmetic, left: i128, right: i128) -> Result<Option<i128>, Failure> {
    use Arithmetic as Op;
    match op {
        Op::Add => Ok(left.checked_add(right)),
        Op::Subtract => Ok(left.checked_sub(right)),
        Op::Multiply => Ok(left.checked_mul(right)),
        Op::Divide | Op::Modulo if right == 0 => Err(Failure::DivisionByZero),
        Op::Divide => Ok(left.checked_div(right)),
        Op::Modulo => Ok(left.checked_rem(right)),
    }
}

fn floats(op: Arithmetic, left: f64, right: f64) -> Result<f64, Failure> {
    use Arithmetic as Op;
    match op {
        Op::Add => Ok(left + right),
        Op::Subtract => Ok(left - right),
        Op::Multiply => Ok(left * right),
        Op::Divide | Op::Modulo if right == 0.0 => Err(Failure::DivisionByZero),
        Op::Divide => Ok(left / right),
        Op::Modulo => Ok(left % right),
    }
}

/// An integer within the range of `data_type`.
pub(super) fn in_range(value: Option<i128>, data_type: DataType) -> Result<Value, Failure> {
    let DataType::Integer(integer) = data_type else {
        unreachable!("integer arithmetic gives an integer, not {data_type}");
    };
    let (least, greatest) = integer.range();
    value
        .filter(|value| (least..=greatest).contains(value))
        .map(Value::Integer)
        .ok_or(Failure::Overflow)
}

/// A finite DOUBLE.
pub(super) fn finite64(value: f64) -> Result<Value, Failure> {
    Some(value)
        .filter(|value| value.is_finite())
        .map(Value::Float64)
        .ok_or(Failure::Overflow)
}

/// A finite REAL.
pub(super) fn finite32(value: f32) -> Result<Value, Failure> {
    Some(value)
        .filter(|value| value.is_finite())
        .map(Value::Float32)
        .ok_or(Failure::Overflow)
}
