//! What functions and operators can give at most, whatever they are given.

use super::set::Set;
use crate::bind::constant::fold;
use crate::functions::{Body, Function, Parameter};
use crate::ir::logical::{Access, Expr, ExprKind, Operator, Value};
use crate::types::DataType;
use std::ops::Bound::{Included, Unbounded};

/// The values, if there is more to say than the type does.
pub(super) fn of(expr: &Expr) -> Option<Set> {
    match &expr.kind {
        ExprKind::Access {
            access: Access::Cardinality | Access::Length,
            ..
        } => Some(from(0, expr.data_type)?),
        ExprKind::Binary { op, right, .. } if matches!(expr.data_type, DataType::Integer(_)) => {
            of_operator(*op, right)
        }
        ExprKind::Call {
            function,
            arguments,
        } => of_call(function, arguments, expr.data_type),
        ExprKind::Access { .. }
        | ExprKind::Binary { .. }
        | ExprKind::Column(_)
        | ExprKind::Literal(_)
        | ExprKind::Not(_)
        | ExprKind::Negate(_)
        | ExprKind::Compare { .. }
        | ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::IsNull { .. }
        | ExprKind::IsTruth { .. }
        | ExprKind::InList { .. }
        | ExprKind::Case { .. }
        | ExprKind::Cast(_)
        | ExprKind::TryCast(_)
        | ExprKind::IsDistinct { .. }
        | ExprKind::Like { .. } => None,
    }
}

/// A remainder of integers is smaller than its divisor, and bits that are masked out are zero.
fn of_operator(op: Operator, right: &Expr) -> Option<Set> {
    let Some(Value::Integer(right)) = fold(right) else {
        return None;
    };
    let (least, greatest) = match op {
        Operator::Modulo if right != 0 => (1 - right.abs(), right.abs() - 1),
        Operator::BitAnd if right >= 0 => (0, right),
        Operator::Modulo
        | Operator::BitAnd
        | Operator::Add
        | Operator::Subtract
        | Operator::Multiply
        | Operator::Divide
        | Operator::BitOr
        | Operator::BitXor
        | Operator::ShiftLeft
        | Operator::ShiftRight
        | Operator::Concat
        | Operator::JsonGet
        | Operator::JsonGetText => return None,
    };
    let ends = [least, greatest].map(|end| Included(Value::Integer(end)));
    let [low, high] = ends;
    Some(Set::range(low, high))
}

fn of_call(function: &Function, arguments: &[Expr], data_type: DataType) -> Option<Set> {
    let Body::Runtime { name, .. } = function.body else {
        return None;
    };
    match name {
        "length"
        | "octet_length"
        | "octet_length_of_bytes"
        | "bit_length"
        | "bit_length_of_bytes"
        | "strpos"
        | "ascii"
        | "abs"
        | "abs_float"
        | "haversine" => from(0, data_type),
        "date_part" | "extract" => {
            let (least, greatest) = of_field(function, arguments)?;
            let (low, high) = (number(least, data_type)?, number(greatest, data_type)?);
            Some(Set::range(Included(low), Included(high)))
        }
        _ => None,
    }
}

/// What a part of an instant can be.
fn of_field(function: &Function, arguments: &[Expr]) -> Option<(i64, i64)> {
    let Some(Parameter::Word(words)) = function.parameters.first() else {
        return None;
    };
    if !matches!(function.parameters.get(1), Some(Parameter::Timestamp)) {
        return None;
    }
    let Some(Value::Text(word)) = arguments.first()?.literal() else {
        return None;
    };
    match words.variant(word)? {
        "Hour" => Some((0, 23)),
        "Minute" => Some((0, 59)),
        "Day" => Some((1, 31)),
        "Month" => Some((1, 12)),
        "Quarter" => Some((1, 4)),
        "Week" => Some((1, 53)),
        "Dow" => Some((0, 6)),
        "IsoDow" => Some((1, 7)),
        "Doy" => Some((1, 366)),
        _ => None,
    }
}

/// The numbers of a type from this one on.
fn from(least: i64, data_type: DataType) -> Option<Set> {
    Some(Set::range(Included(number(least, data_type)?), Unbounded))
}

fn number(number: i64, data_type: DataType) -> Option<Value> {
    match data_type {
        DataType::Integer(_) => Some(Value::Integer(number.into())),
        DataType::Float32 if number == 0 => Some(Value::Float32(0.0)),
        // the numbers of this file are small
        DataType::Float64 => i32::try_from(number).ok().map(|n| Value::Float64(n.into())),
        DataType::Decimal { scale, .. } => {
            let scaled = i128::from(number).checked_mul(10_i128.pow(scale.into()));
            scaled.map(Value::Decimal)
        }
        DataType::Float32
        | DataType::Boolean
        | DataType::Text
        | DataType::Bytes
        | DataType::Timestamp(_)
        | DataType::Date
        | DataType::Time
        | DataType::Interval
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => None,
    }
}
