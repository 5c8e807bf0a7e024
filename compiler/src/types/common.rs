//! The type to which two types are brought where values of both meet.

use super::decimal::{Digits, MAX_PRECISION};
use super::{DataType, IntegerType, TimestampPrecision};

/// The type of which operands of types `a` and `b` are compared or calculated with: PostgreSQL's
/// rules, and for integers the smallest type that holds both. No type holds BIGINT UNSIGNED and a
/// signed one; these meet as BIGINT, and a value beyond it is a row error. None if the types do
/// not go together.
pub fn common_type(a: DataType, b: DataType) -> Option<DataType> {
    use DataType as T;
    match (a, b) {
        (a, b) if a == b => Some(a),
        (T::Integer(a), T::Integer(b)) => Some(T::Integer(common_integer(a, b))),
        (T::Float32 | T::Float64, T::Integer(_) | T::Float32 | T::Float64 | T::Decimal { .. })
        | (T::Integer(_) | T::Decimal { .. }, T::Float32 | T::Float64) => Some(T::Float64),
        (T::Decimal { .. } | T::Integer(_), T::Decimal { .. } | T::Integer(_)) => {
            Some(common_decimal(Digits::of(a)?, Digits::of(b)?))
        }
        (T::Timestamp(a), T::Timestamp(b)) => Some(T::Timestamp(finer(a, b))),
        (T::Timestamp(precision), T::Date) | (T::Date, T::Timestamp(precision)) => {
            Some(T::Timestamp(precision))
        }
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
        ) => None,
    }
}

/// The DECIMAL that a literal such as `12.50` or `1.5e3` is; None where it has too many digits, or
/// is no number.
pub fn decimal_of_digits(text: &str) -> Option<DataType> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent: i64 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let length = |text: &str| i64::try_from(text.len()).ok();
    let scale = length(fraction)?.checked_sub(exponent)?;
    let significant = length(digits.trim_start_matches('0'))?;
    let whole = match significant {
        0 => 0,
        digits => digits.checked_sub(scale)?.max(0),
    };
    let scale = scale.max(0);
    let precision = whole.checked_add(scale)?.max(1);
    let fits = precision <= MAX_PRECISION.into();
    fits.then_some(DataType::Decimal {
        precision: u8::try_from(precision).ok()?,
        scale: u8::try_from(scale).ok()?,
    })
}

/// The smallest integer type that holds all values of both, else BIGINT.
fn common_integer(a: IntegerType, b: IntegerType) -> IntegerType {
    use IntegerType as I;
    let (least, greatest) = (a.range().0.min(b.range().0), a.range().1.max(b.range().1));
    let by_width = [
        I::Int8,
        I::UInt8,
        I::Int16,
        I::UInt16,
        I::Int32,
        I::UInt32,
        I::Int64,
        I::UInt64,
    ];
    by_width
        .into_iter()
        .find(|integer| integer.range().0 <= least && greatest <= integer.range().1)
        .unwrap_or(I::Int64)
}

/// The DECIMAL that holds both; cut at 38 digits, where a value that needs more is a row error.
fn common_decimal(a: Digits, b: Digits) -> DataType {
    let scale = a.scale.max(b.scale);
    let precision = (a.whole().max(b.whole()) + scale).min(MAX_PRECISION);
    DataType::Decimal { precision, scale }
}

fn finer(a: TimestampPrecision, b: TimestampPrecision) -> TimestampPrecision {
    if a.digits() >= b.digits() { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_meet() {
        use IntegerType as I;
        let int = DataType::Integer;
        let dec = |precision, scale| DataType::Decimal { precision, scale };
        let ts = DataType::Timestamp;
        let cases = [
            (int(I::Int8), int(I::UInt8), Some(int(I::Int16))),
            (int(I::UInt8), int(I::UInt16), Some(int(I::UInt16))),
            (int(I::UInt32), int(I::Int8), Some(int(I::Int64))),
            (int(I::UInt64), int(I::Int8), Some(int(I::Int64))),
            (int(I::UInt64), int(I::UInt8), Some(int(I::UInt64))),
            (int(I::Int32), DataType::Float64, Some(DataType::Float64)),
            (int(I::Int32), DataType::Float32, Some(DataType::Float64)),
            (dec(10, 2), dec(5, 4), Some(dec(12, 4))),
            (dec(10, 2), int(I::Int32), Some(dec(12, 2))),
            (dec(38, 10), int(I::Int64), Some(dec(38, 10))),
            (dec(10, 2), DataType::Float32, Some(DataType::Float64)),
            (
                ts(TimestampPrecision::Seconds),
                ts(TimestampPrecision::Nanoseconds),
                Some(ts(TimestampPrecision::Nanoseconds)),
            ),
            (
                DataType::Date,
                ts(TimestampPrecision::Milliseconds),
                Some(ts(TimestampPrecision::Milliseconds)),
            ),
            (DataType::Text, int(I::Int32), None),
            (DataType::Boolean, int(I::Int32), None),
            (DataType::Date, DataType::Time, None),
        ];
        for (a, b, expected) in cases {
            assert_eq!(common_type(a, b), expected, "{a} with {b}");
            assert_eq!(common_type(b, a), expected, "{b} with {a}");
        }
    }

    #[test]
    fn literals_have_digits() {
        let dec = |precision, scale| Some(DataType::Decimal { precision, scale });
        assert_eq!(decimal_of_digits("12.50"), dec(4, 2));
        assert_eq!(decimal_of_digits("-0.5"), dec(1, 1));
        assert_eq!(decimal_of_digits("0"), dec(1, 0));
        assert_eq!(decimal_of_digits("1e3"), dec(4, 0));
        assert_eq!(decimal_of_digits("1.5e-3"), dec(4, 4));
        assert_eq!(decimal_of_digits("1.2345e2"), dec(5, 2));
        assert_eq!(decimal_of_digits("0e5"), dec(1, 0));
        assert_eq!(decimal_of_digits("0.000"), dec(3, 3));
        assert_eq!(decimal_of_digits("1e38"), None);
        assert_eq!(decimal_of_digits("1e-39"), None);
        assert_eq!(decimal_of_digits(""), None);
        assert_eq!(decimal_of_digits("1.2.3"), None);
    }
}
