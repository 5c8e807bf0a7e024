//! The type to which two types are brought where values of both meet.

use super::{DataType, IntegerType, TimestampPrecision};

/// The most digits of a DECIMAL.
const MAX_PRECISION: u8 = 38;

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
            Some(common_decimal(digits(a)?, digits(b)?))
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
            | T::Json,
            _,
        ) => None,
    }
}

/// The DECIMAL that a literal such as `12.50` is; None with an exponent or too many digits.
pub fn decimal_of_digits(text: &str) -> Option<DataType> {
    let unsigned = text.trim_start_matches(['+', '-']);
    if unsigned.contains(['e', 'E']) {
        return None;
    }
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let scale = u8::try_from(fraction.len()).ok()?;
    let whole = u8::try_from(whole.trim_start_matches('0').len()).ok()?;
    let precision = whole.checked_add(scale).filter(|&p| p <= MAX_PRECISION)?;
    Some(DataType::Decimal {
        precision: precision.max(1),
        scale,
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

/// Digits before and behind the point.
fn digits(data_type: DataType) -> Option<(u8, u8)> {
    match data_type {
        DataType::Decimal { precision, scale } => Some((precision - scale, scale)),
        DataType::Integer(integer) => Some((integer_digits(integer), 0)),
        DataType::Boolean
        | DataType::Float32
        | DataType::Float64
        | DataType::Text
        | DataType::Bytes
        | DataType::Timestamp(_)
        | DataType::Date
        | DataType::Time
        | DataType::Json => None,
    }
}

fn integer_digits(integer: IntegerType) -> u8 {
    match integer {
        IntegerType::Int8 | IntegerType::UInt8 => 3,
        IntegerType::Int16 | IntegerType::UInt16 => 5,
        IntegerType::Int32 | IntegerType::UInt32 => 10,
        IntegerType::Int64 => 19,
        IntegerType::UInt64 => 20,
    }
}

/// The DECIMAL that holds both; cut at 38 digits, where a value that needs more is a row error.
fn common_decimal(a: (u8, u8), b: (u8, u8)) -> DataType {
    let scale = a.1.max(b.1);
    let precision = (a.0.max(b.0) + scale).min(MAX_PRECISION);
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
        assert_eq!(decimal_of_digits("1e3"), None);
    }
}
