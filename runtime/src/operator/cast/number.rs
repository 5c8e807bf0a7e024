//! Casts between numbers, to and from BOOLEAN, and from text to numbers.

use super::{CastTo, trim};
use crate::error::Reason;
use crate::value::number::{self, Parts, power_of_ten};
use crate::value::text::{self, Text};
use crate::value::{Decimal, Integer};
use std::fmt::Write;

macro_rules! integer_to_integers {
    ($from:ty: $($to:ty)*) => { $(
        impl CastTo<$to> for $from {
            #[inline]
            fn cast_to(self) -> Result<$to, Reason> {
                <$to>::try_from(self).map_err(|_| Reason::Overflow)
            }
        }
    )* };
}

macro_rules! integer_casts {
    ($($integer:ty)*) => { $(
        integer_to_integers!($integer: i8 i16 i32 i64 u8 u16 u32 u64);

        impl CastTo<f32> for $integer {
            #[inline]
            #[allow(clippy::cast_precision_loss, clippy::cast_lossless, reason = "SQL's rounding")]
            fn cast_to(self) -> Result<f32, Reason> {
                Ok(self as f32)
            }
        }

        impl CastTo<f64> for $integer {
            #[inline]
            #[allow(clippy::cast_precision_loss, clippy::cast_lossless, reason = "SQL's rounding")]
            fn cast_to(self) -> Result<f64, Reason> {
                Ok(self as f64)
            }
        }

        impl CastTo<bool> for $integer {
            #[inline]
            fn cast_to(self) -> Result<bool, Reason> {
                Ok(self != 0)
            }
        }

        impl CastTo<$integer> for bool {
            #[inline]
            fn cast_to(self) -> Result<$integer, Reason> {
                Ok(self.into())
            }
        }

        /// Rounds half to even.
        impl CastTo<$integer> for f32 {
            #[inline]
            fn cast_to(self) -> Result<$integer, Reason> {
                f64::from(self).cast_to()
            }
        }

        /// Rounds half to even.
        impl CastTo<$integer> for f64 {
            #[inline]
            fn cast_to(self) -> Result<$integer, Reason> {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "what is beyond i128 becomes its limit, which no SQL integer holds"
                )]
                let rounded = self.round_ties_even() as i128;
                <$integer>::try_from(rounded).map_err(|_| Reason::Overflow)
            }
        }

        /// Rounds half away from zero.
        impl<const SCALE: u8> CastTo<$integer> for Decimal<SCALE> {
            fn cast_to(self) -> Result<$integer, Reason> {
                let rounded = rescale(self.0, SCALE, 0).ok_or(Reason::Overflow)?;
                <$integer>::try_from(rounded).map_err(|_| Reason::Overflow)
            }
        }

        impl CastTo<$integer> for &str {
            fn cast_to(self) -> Result<$integer, Reason> {
                text_to_integer(self)
            }
        }

        impl ToDecimal for $integer {
            fn to_decimal(self, precision: u8, scale: u8) -> Result<i128, Reason> {
                rescaled(self.into(), 0, precision, scale)
            }
        }
    )* };
}
integer_casts!(i8 i16 i32 i64 u8 u16 u32 u64);

fn text_to_integer<T: Integer>(text: &str) -> Result<T, Reason> {
    let text = trim(text).as_bytes();
    let (text, digits) = match text {
        [b'-', digits @ ..] => (text, digits),
        [b'+', digits @ ..] | digits => (digits, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Reason::Cast);
    }
    number::integer(text).ok_or(Reason::Overflow)
}

impl CastTo<f64> for f32 {
    #[inline]
    fn cast_to(self) -> Result<f64, Reason> {
        Ok(self.into())
    }
}

impl CastTo<f32> for f64 {
    #[inline]
    fn cast_to(self) -> Result<f32, Reason> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the rounding that is asked for"
        )]
        let narrow = self as f32;
        let vanished = narrow == 0.0 && self != 0.0;
        let in_range = narrow.is_finite() && !vanished;
        in_range.then_some(narrow).ok_or(Reason::Overflow)
    }
}

impl<const SCALE: u8> CastTo<f64> for Decimal<SCALE> {
    fn cast_to(self) -> Result<f64, Reason> {
        Ok(number::float64(text::decimal(self.0, SCALE).as_bytes()))
    }
}

impl<const SCALE: u8> CastTo<f32> for Decimal<SCALE> {
    fn cast_to(self) -> Result<f32, Reason> {
        Ok(number::float32(text::decimal(self.0, SCALE).as_bytes()))
    }
}

macro_rules! text_to_float {
    ($($float:ty)*) => { $(
        /// A number must not vanish; infinities and NaN are no values.
        impl CastTo<$float> for &str {
            fn cast_to(self) -> Result<$float, Reason> {
                let text = trim(self);
                let parts = Parts::parse(text.as_bytes()).ok_or(Reason::Cast)?;
                let value: $float = text.parse().map_err(|_| Reason::Cast)?;
                let vanished = value == 0.0 && !parts.is_zero();
                let in_range = value.is_finite() && !vanished;
                in_range.then_some(value).ok_or(Reason::Overflow)
            }
        }
    )* };
}
text_to_float!(f32 f64);

/// The words for a truth value and how few of their letters will do.
const TRUTH_WORDS: [(&str, usize, bool); 8] = [
    ("true", 1, true),
    ("false", 1, false),
    ("yes", 1, true),
    ("no", 1, false),
    ("on", 2, true),
    ("off", 2, false),
    ("1", 1, true),
    ("0", 1, false),
];

/// `true`, `yes`, `on`, `1` and their opposites, in any case and cut short where that is clear.
impl CastTo<bool> for &str {
    fn cast_to(self) -> Result<bool, Reason> {
        let text = trim(self);
        let is_short_for = |&&(word, least, _): &&(&str, usize, bool)| {
            let start = word.get(..text.len());
            text.len() >= least && start.is_some_and(|start| start.eq_ignore_ascii_case(text))
        };
        let word = TRUTH_WORDS.iter().find(is_short_for);
        word.map(|&(_, _, value)| value).ok_or(Reason::Cast)
    }
}

/// What can become a DECIMAL.
pub trait ToDecimal {
    /// The value times ten to the `scale`, in at most `precision` digits.
    fn to_decimal(self, precision: u8, scale: u8) -> Result<i128, Reason>;
}

/// `CAST(value AS DECIMAL(precision, SCALE))`: excess digits are rounded, ties away from zero.
pub fn cast_decimal<const SCALE: u8, From: ToDecimal>(
    value: From,
    precision: u8,
) -> Result<Decimal<SCALE>, Reason> {
    value.to_decimal(precision, SCALE).map(Decimal)
}

impl<const FROM: u8> ToDecimal for Decimal<FROM> {
    fn to_decimal(self, precision: u8, scale: u8) -> Result<i128, Reason> {
        rescaled(self.0, FROM, precision, scale)
    }
}

/// By way of 6 significant digits, those that a REAL is sure to keep.
impl ToDecimal for f32 {
    fn to_decimal(self, precision: u8, scale: u8) -> Result<i128, Reason> {
        let mut digits = Text::new();
        write!(digits, "{self:.5e}").expect("a float of 6 digits is short");
        text_to_decimal(digits.as_str(), precision, scale)
    }
}

/// By way of 15 significant digits, those that a DOUBLE is sure to keep.
impl ToDecimal for f64 {
    fn to_decimal(self, precision: u8, scale: u8) -> Result<i128, Reason> {
        let mut digits = Text::new();
        write!(digits, "{self:.14e}").expect("a float of 15 digits is short");
        text_to_decimal(digits.as_str(), precision, scale)
    }
}

impl ToDecimal for &str {
    fn to_decimal(self, precision: u8, scale: u8) -> Result<i128, Reason> {
        text_to_decimal(trim(self), precision, scale)
    }
}

fn text_to_decimal(text: &str, precision: u8, scale: u8) -> Result<i128, Reason> {
    let parts = Parts::parse(text.as_bytes()).ok_or(Reason::Cast)?;
    number::decimal(&parts, precision, scale).map_err(|_| Reason::Overflow)
}

fn rescaled(value: i128, from: u8, precision: u8, scale: u8) -> Result<i128, Reason> {
    rescale(value, from, scale)
        .filter(|value| value.abs() < power_of_ten(precision))
        .ok_or(Reason::Overflow)
}

/// From scale `from` to scale `to`, ties away from zero.
fn rescale(value: i128, from: u8, to: u8) -> Option<i128> {
    if to >= from {
        return value.checked_mul(power_of_ten(to - from));
    }
    let unit = power_of_ten(from - to);
    let half_or_more = (value % unit).unsigned_abs() * 2 >= unit.unsigned_abs();
    Some(value / unit + if half_or_more { value.signum() } else { 0 })
}
