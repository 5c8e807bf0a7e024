//! What a cast makes of a set of values, and which values it makes a set of: for casts that keep
//! the order. The constants of the binder decide, so that the bounds are those of the runtime.

use super::domain::Domain;
use super::set::{Set, numbered};
use crate::bind::constant::{cast, compare};
use crate::ir::logical::{Expr, ExprKind, Value};
use crate::types::{DataType, IntegerType};
use std::ops::Bound::{self, Excluded, Included, Unbounded};

/// Takes the casts off `expr` that keep the order: what is under them, and its values for which
/// `expr` is in `wanted`.
pub(super) fn pulled(expr: &Expr, wanted: Set) -> (&Expr, Set) {
    if let ExprKind::Cast(operand) = &expr.kind
        && keeps_order(operand.data_type, expr.data_type)
        && let Some(before) = preimage(&wanted, operand.data_type, expr.data_type)
    {
        return pulled(operand, before);
    }
    (expr, wanted)
}

/// The values that a cast of such values can give.
pub(super) fn image(domain: &Domain, from: DataType, to: DataType) -> Domain {
    let anything = || Domain::of(to, domain.nullable);
    if !keeps_order(from, to) {
        return anything();
    }
    let end = |end: &Bound<Value>| match end {
        Unbounded => Unbounded,
        // a cast may bring neighbours together
        Included(value) | Excluded(value) => match cast(value.clone(), from, to) {
            Ok(Some(value)) => Included(value),
            Ok(None) | Err(_) => Unbounded,
        },
    };
    let ranges = domain.values.ranges();
    let sets = ranges.map(|(low, high)| Set::range(end(low), end(high)));
    let values = Set::union(sets.collect::<Vec<_>>());
    anything().intersection(&Domain {
        nullable: domain.nullable,
        values,
    })
}

/// Whether a cast never changes the order of two values; it may make them equal, or fail for
/// those that are too large or too small.
fn keeps_order(from: DataType, to: DataType) -> bool {
    use DataType as T;
    match (from, to) {
        (T::Integer(_), T::Integer(_) | T::Float64 | T::Decimal { .. })
        | (T::Decimal { .. }, T::Decimal { .. } | T::Float64)
        | (T::Timestamp(_), T::Timestamp(_) | T::Date)
        | (T::Date, T::Timestamp(_)) => true,
        (
            T::Boolean
            | T::Integer(_)
            | T::Float32
            | T::Float64
            | T::Decimal { .. }
            | T::Text
            | T::Bytes
            | T::Timestamp(_)
            | T::Date
            | T::Time
            | T::Interval
            | T::Json
            | T::Struct(_)
            | T::Array(_),
            _,
        ) => false,
    }
}

/// The values of a counted type whose cast is in the set; None if that cannot be told.
fn preimage(set: &Set, from: DataType, to: DataType) -> Option<Set> {
    let (like, least, greatest) = numbers(from)?;
    let compared = |number: i128, end: &Value| {
        let value = numbered(number, &like)?;
        match cast(value, from, to) {
            Ok(value) => compare(&value?, end),
            // what is too large fails, and so does what is too small: no row is left of it
            Err(_) => Some(number.cmp(&0)),
        }
    };
    let mut sets = Vec::new();
    for (low, high) in set.ranges() {
        let first = match low {
            Unbounded => least,
            Included(end) => first_that((least, greatest), |n| Some(compared(n, end)?.is_ge()))?,
            Excluded(end) => first_that((least, greatest), |n| Some(compared(n, end)?.is_gt()))?,
        };
        let behind = match high {
            Unbounded => greatest + 1,
            Included(end) => first_that((least, greatest), |n| Some(compared(n, end)?.is_gt()))?,
            Excluded(end) => first_that((least, greatest), |n| Some(compared(n, end)?.is_ge()))?,
        };
        if first < behind {
            let end = |number| numbered(number, &like).map_or(Unbounded, Included);
            sets.push(Set::range(end(first), end(behind - 1)));
        }
    }
    Some(Set::union(sets))
}

/// The least number from which on `holds`; the one behind the last if it never does. Constants
/// are mostly small, so the search starts at zero and goes outwards in growing steps.
fn first_that(
    (least, greatest): (i128, i128),
    holds: impl Fn(i128) -> Option<bool>,
) -> Option<i128> {
    let (mut low, mut high) = (least, greatest + 1);
    let mut step = 1;
    let downwards = holds(0)?;
    while step < greatest {
        let at = if downwards { -step } else { step };
        if at < low || at >= high {
            break;
        }
        match (holds(at)?, downwards) {
            (true, true) => high = at,
            (false, false) => low = at + 1,
            (false, true) => {
                low = at + 1;
                break;
            }
            (true, false) => {
                high = at;
                break;
            }
        }
        // a DECIMAL of 38 digits has numbers from which four times as much is too much
        step = step.saturating_mul(4);
    }
    if downwards {
        high = high.min(0);
    } else {
        low = low.max(1);
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle)? {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}

/// A value of a counted type, and the numbers of its least and greatest values.
fn numbers(data_type: DataType) -> Option<(Value, i128, i128)> {
    match data_type {
        DataType::Integer(integer) => {
            let (least, greatest) = integer.range();
            Some((Value::Integer(0), least, greatest))
        }
        DataType::Decimal { precision, .. } => {
            let most = 10_i128.pow(precision.into()) - 1;
            Some((Value::Decimal(0), -most, most))
        }
        DataType::Timestamp(_) => {
            let (least, greatest) = IntegerType::Int64.range();
            Some((Value::Timestamp(0), least, greatest))
        }
        DataType::Date => {
            let (least, greatest) = IntegerType::Int32.range();
            Some((Value::Date(0), least, greatest))
        }
        DataType::Boolean
        | DataType::Float32
        | DataType::Float64
        | DataType::Text
        | DataType::Bytes
        | DataType::Time
        | DataType::Interval
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => None,
    }
}
