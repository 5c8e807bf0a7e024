//! The types of decimal arithmetic.
//!
//! PostgreSQL's numeric has as many digits as a value takes; a DECIMAL has 38, and how many of them
//! stand behind the point belongs to the type. The scales are PostgreSQL's wherever they are the
//! same for all values, so that results are the same digit for digit as long as they fit; one that
//! does not fit is a row error.

use super::{DataType, IntegerType};

/// The most digits of a DECIMAL.
pub const MAX_PRECISION: u8 = 38;

/// Digits behind the point that a quotient has at least: what PostgreSQL gives one between 1 and
/// 10,000.
const QUOTIENT_SCALE: u8 = 16;

/// Digits behind the point that a product keeps where all of them would leave too little room
/// before it.
const PRODUCT_SCALE: u8 = 20;

/// A DECIMAL's precision and scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digits {
    /// In all.
    pub precision: u8,
    /// Behind the point.
    pub scale: u8,
}

impl Digits {
    /// Those of a DECIMAL or an integer type; None of others.
    pub fn of(data_type: DataType) -> Option<Self> {
        match data_type {
            DataType::Decimal { precision, scale } => Some(Self { precision, scale }),
            DataType::Integer(integer) => Some(Self {
                precision: integer_digits(integer),
                scale: 0,
            }),
            DataType::Boolean
            | DataType::Float32
            | DataType::Float64
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

    /// Before the point.
    pub fn whole(self) -> u8 {
        self.precision - self.scale
    }
}

impl From<Digits> for DataType {
    fn from(Digits { precision, scale }: Digits) -> Self {
        Self::Decimal { precision, scale }
    }
}

/// The type of `a + b` and `a - b`: the larger scale, and room for a carry.
pub fn sum(a: Digits, b: Digits) -> DataType {
    decimal(a.whole().max(b.whole()) + 1, a.scale.max(b.scale))
}

/// The type of `a * b`: both scales together. Where these would take the room of digits before the
/// point that the operands can have, the product is rounded to 20 digits behind it, or to the
/// larger scale if that is more.
pub fn product(a: Digits, b: Digits) -> DataType {
    let (whole, scale) = (a.whole() + b.whole(), a.scale + b.scale);
    let kept = PRODUCT_SCALE.max(a.scale).max(b.scale);
    let room = MAX_PRECISION.saturating_sub(whole);
    decimal(whole, scale.min(kept.max(room)))
}

/// The type of `a / b`: 16 digits behind the point, or as many as an operand has if that is more.
pub fn quotient(a: Digits, b: Digits) -> DataType {
    // the smallest divisor that is not zero moves all its scale before the point
    let whole = a.whole() + b.scale;
    decimal(whole, QUOTIENT_SCALE.max(a.scale).max(b.scale))
}

/// The type of `a % b`: the larger scale; no longer than either operand.
pub fn remainder(a: Digits, b: Digits) -> DataType {
    decimal(a.whole().min(b.whole()), a.scale.max(b.scale))
}

/// At least one digit, 38 at most.
fn decimal(whole: u8, scale: u8) -> DataType {
    DataType::Decimal {
        precision: (whole + scale).clamp(1, MAX_PRECISION),
        scale,
    }
}

/// The digits of the longest value.
fn integer_digits(integer: IntegerType) -> u8 {
    match integer {
        IntegerType::Int8 | IntegerType::UInt8 => 3,
        IntegerType::Int16 | IntegerType::UInt16 => 5,
        IntegerType::Int32 | IntegerType::UInt32 => 10,
        IntegerType::Int64 => 19,
        IntegerType::UInt64 => 20,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(precision: u8, scale: u8) -> Digits {
        Digits { precision, scale }
    }

    #[test]
    fn results_have_types() {
        let dec = |precision, scale| DataType::Decimal { precision, scale };
        let (price, factor, long) = (digits(10, 2), digits(5, 4), digits(38, 10));
        assert_eq!(sum(price, factor), dec(13, 4));
        assert_eq!(sum(long, price), dec(38, 10));
        assert_eq!(product(price, factor), dec(15, 6));
        assert_eq!(product(long, long), dec(38, 20));
        assert_eq!(product(digits(38, 16), digits(38, 16)), dec(38, 20));
        assert_eq!(product(digits(18, 18), digits(18, 18)), dec(36, 36));
        assert_eq!(product(digits(38, 30), digits(38, 30)), dec(38, 30));
        assert_eq!(product(digits(38, 38), digits(38, 38)), dec(38, 38));
        assert_eq!(quotient(price, factor), dec(28, 16));
        assert_eq!(quotient(digits(38, 0), digits(38, 20)), dec(38, 20));
        assert_eq!(remainder(price, factor), dec(5, 4));
        assert_eq!(remainder(digits(2, 2), digits(1, 0)), dec(2, 2));
    }

    #[test]
    fn integers_have_digits() {
        let of = |integer| Digits::of(DataType::Integer(integer));
        assert_eq!(of(IntegerType::Int64), Some(digits(19, 0)));
        assert_eq!(Digits::of(DataType::Float64), None);
    }
}
