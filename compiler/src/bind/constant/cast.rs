//! Casts of constants, with the runtime's rules.

use super::Failure;
use super::operator::{finite32, finite64, in_range, unvanished};
use crate::bind::{datetime, literal};
use crate::ir::logical::Value;
use crate::types::{DataType, TimestampPrecision};

/// `value` of type `from`, not NULL, as `to`; None where that is not folded.
pub(crate) fn cast(value: Value, from: DataType, to: DataType) -> Result<Option<Value>, Failure> {
    if from == to {
        return Ok(Some(value));
    }
    match value {
        Value::Null => Ok(Some(Value::Null)),
        Value::Text(text) if from == DataType::Text => literal::value_of_text(&text, to)
            .map(Some)
            .map_err(|problem| Failure::Cast(problem.text)),
        Value::Boolean(value) => Ok(boolean(value, to)),
        Value::Integer(value) => integer(value, to),
        Value::Float32(value) => float(f64::from(value), to),
        Value::Float64(value) => float(value, to),
        Value::Decimal(value) => decimal(value, from, to),
        Value::Timestamp(value) => timestamp(value, from, to),
        Value::Date(days) => date(days, to),
        Value::Time(micros) if to == DataType::Interval => Ok(Some(Value::Interval {
            months: 0,
            days: 0,
            micros,
        })),
        Value::Interval { micros, .. } if to == DataType::Time => {
            Ok(Some(Value::Time(datetime::time_of(micros))))
        }
        Value::Text(_) | Value::Bytes(_) | Value::Time(_) | Value::Interval { .. } => Ok(None),
    }
}

fn boolean(value: bool, to: DataType) -> Option<Value> {
    match to {
        DataType::Integer(_) => Some(Value::Integer(value.into())),
        DataType::Text | DataType::Json => Some(Value::Text(value.to_string())),
        DataType::Boolean
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal { .. }
        | DataType::Bytes
        | DataType::Timestamp(_)
        | DataType::Date
        | DataType::Time
        | DataType::Interval
        | DataType::Struct(_)
        | DataType::Array(_) => None,
    }
}

fn integer(value: i128, to: DataType) -> Result<Option<Value>, Failure> {
    match to {
        DataType::Integer(_) => in_range(Some(value), to).map(Some),
        DataType::Boolean => Ok(Some(Value::Boolean(value != 0))),
        DataType::Text | DataType::Json => Ok(Some(Value::Text(value.to_string()))),
        DataType::Float32 => parsed(literal::float32(&value.to_string()).map(Value::Float32)),
        DataType::Float64 => parsed(literal::float64(&value.to_string()).map(Value::Float64)),
        DataType::Decimal { precision, scale } => {
            let text = value.to_string();
            parsed(literal::decimal(&text, precision, scale).map(Value::Decimal))
        }
        DataType::Bytes
        | DataType::Timestamp(_)
        | DataType::Date
        | DataType::Time
        | DataType::Interval
        | DataType::Struct(_)
        | DataType::Array(_) => Ok(None),
    }
}

fn parsed(value: Result<Value, literal::Problem>) -> Result<Option<Value>, Failure> {
    value.map(Some).map_err(|_| Failure::Overflow)
}

fn float(value: f64, to: DataType) -> Result<Option<Value>, Failure> {
    match to {
        DataType::Integer(_) => {
            let rounded = value.round_ties_even();
            // beyond 2^64 in size no integer type fits, and below the conversion is exact
            let fits = rounded.abs() < 2.0_f64.powi(65);
            #[allow(
                clippy::cast_possible_truncation,
                reason = "whole and below 2^65: i128 holds it exactly"
            )]
            let whole = fits.then_some(rounded as i128);
            in_range(whole, to).map(Some)
        }
        #[allow(
            clippy::cast_possible_truncation,
            reason = "rounding to binary32 is the cast"
        )]
        DataType::Float32 => unvanished(value as f32, value != 0.0)
            .and_then(finite32)
            .map(Some),
        DataType::Float64 => finite64(value).map(Some),
        DataType::Boolean
        | DataType::Decimal { .. }
        | DataType::Text
        | DataType::Bytes
        | DataType::Timestamp(_)
        | DataType::Date
        | DataType::Time
        | DataType::Interval
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => Ok(None),
    }
}

fn decimal(value: i128, from: DataType, to: DataType) -> Result<Option<Value>, Failure> {
    let text = decimal_text(value, from);
    match to {
        DataType::Text | DataType::Json => Ok(Some(Value::Text(text))),
        DataType::Float32 => parsed(literal::float32(&text).map(Value::Float32)),
        DataType::Float64 => parsed(literal::float64(&text).map(Value::Float64)),
        DataType::Decimal { precision, scale } => {
            parsed(literal::decimal(&text, precision, scale).map(Value::Decimal))
        }
        DataType::Integer(_) => {
            // half away from zero, as PostgreSQL rounds numeric
            let whole = literal::decimal(&text, 38, 0).ok();
            in_range(whole, to).map(Some)
        }
        DataType::Boolean
        | DataType::Bytes
        | DataType::Timestamp(_)
        | DataType::Date
        | DataType::Time
        | DataType::Interval
        | DataType::Struct(_)
        | DataType::Array(_) => Ok(None),
    }
}

/// `-12.30` for -1230 at scale 2.
fn decimal_text(value: i128, data_type: DataType) -> String {
    let DataType::Decimal { scale, .. } = data_type else {
        unreachable!("a decimal value has a DECIMAL type, not {data_type}");
    };
    let digits = format!(
        "{:0>width$}",
        value.unsigned_abs(),
        width = usize::from(scale) + 1
    );
    let sign = if value < 0 { "-" } else { "" };
    let (whole, fraction) = digits.split_at(digits.len() - usize::from(scale));
    let point = if scale > 0 { "." } else { "" };
    format!("{sign}{whole}{point}{fraction}")
}

fn timestamp(value: i64, from: DataType, to: DataType) -> Result<Option<Value>, Failure> {
    let nanoseconds = DataType::Timestamp(TimestampPrecision::Nanoseconds);
    let nanos = i128::from(value) * if from == nanoseconds { 1 } else { 1000 };
    let micros = i64::try_from(nanos.div_euclid(1000)).map_err(|_| Failure::Overflow)?;
    match to {
        DataType::Timestamp(precision) => datetime::instant(nanos, precision)
            .map(|value| Some(Value::Timestamp(value)))
            .ok_or(Failure::Overflow),
        DataType::Date => i32::try_from(datetime::day_of(micros))
            .map(|days| Some(Value::Date(days)))
            .map_err(|_| Failure::Overflow),
        DataType::Time => Ok(Some(Value::Time(datetime::time_of(micros)))),
        DataType::Boolean
        | DataType::Integer(_)
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal { .. }
        | DataType::Text
        | DataType::Bytes
        | DataType::Interval
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => Ok(None),
    }
}

fn date(days: i32, to: DataType) -> Result<Option<Value>, Failure> {
    match to {
        DataType::Timestamp(precision) => datetime::start_of_day(days)
            .and_then(|micros| datetime::instant(i128::from(micros) * 1000, precision))
            .map(|value| Some(Value::Timestamp(value)))
            .ok_or(Failure::Overflow),
        DataType::Boolean
        | DataType::Integer(_)
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal { .. }
        | DataType::Text
        | DataType::Bytes
        | DataType::Date
        | DataType::Time
        | DataType::Interval
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => Ok(None),
    }
}
