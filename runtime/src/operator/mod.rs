//! SQL operators over values that are not NULL. What fails says why; generated code adds where.
//!
//! The semantics are PostgreSQL's: arithmetic that leaves its type's range is an error and never
//! wraps; integer division truncates towards zero and the remainder has the dividend's sign; a
//! division by zero is an error for floats too; and a float product or quotient of operands that
//! are not zero must not vanish. (Float operands are finite: so is every result.)

mod bits;
mod cast;
mod concatenation;
mod decimal;
mod json;
mod like;
mod time;
mod wide;

pub use bits::{Shift, shift_left, shift_right};
pub use cast::{
    CastTo, ToBytes, ToDecimal, ToJson, ToText, ToTimestamp, ToTimestampNanos, cast, cast_bytes,
    cast_decimal, cast_json, cast_text, cast_timestamp, cast_timestamp_nanos,
};
pub use concatenation::{concat_bytes, concat_text};
pub use decimal::{
    Scaled, add_decimals, divide_decimals, modulo_decimals, multiply_decimals, subtract_decimals,
};
pub use json::{JsonPlace, json_at, json_text_at};
pub use like::{ilike, like};
pub use time::{
    Minus, Plus, add_times, divide_interval, multiply_interval, negate_interval, subtract_times,
};

use crate::error::Reason;
use crate::value::Decimal;

/// Numbers that can be added, subtracted, multiplied and divided.
pub trait Arithmetic: Sized {
    /// `self + other`
    fn sum(self, other: Self) -> Result<Self, Reason>;
    /// `self - other`
    fn difference(self, other: Self) -> Result<Self, Reason>;
    /// `self * other`
    fn product(self, other: Self) -> Result<Self, Reason>;
    /// `self / other`
    fn quotient(self, other: Self) -> Result<Self, Reason>;
    /// `self % other`
    fn remainder(self, other: Self) -> Result<Self, Reason>;
}

/// Numbers that have a sign.
pub trait Signed: Sized {
    /// `-self`
    fn negated(self) -> Result<Self, Reason>;
    /// `self` without its sign.
    fn magnitude(self) -> Result<Self, Reason>;
}

/// `a + b`
#[inline]
pub fn add<T: Arithmetic>(a: T, b: T) -> Result<T, Reason> {
    a.sum(b)
}

/// `a - b`
#[inline]
pub fn subtract<T: Arithmetic>(a: T, b: T) -> Result<T, Reason> {
    a.difference(b)
}

/// `a * b`
#[inline]
pub fn multiply<T: Arithmetic>(a: T, b: T) -> Result<T, Reason> {
    a.product(b)
}

/// `a / b`
#[inline]
pub fn divide<T: Arithmetic>(a: T, b: T) -> Result<T, Reason> {
    a.quotient(b)
}

/// `a % b`
#[inline]
pub fn modulo<T: Arithmetic>(a: T, b: T) -> Result<T, Reason> {
    a.remainder(b)
}

/// `-a`
#[inline]
pub fn negate<T: Signed>(a: T) -> Result<T, Reason> {
    a.negated()
}

/// `abs(a)`
#[inline]
pub fn abs<T: Signed>(a: T) -> Result<T, Reason> {
    a.magnitude()
}

macro_rules! integer_arithmetic {
    ($($integer:ty)*) => { $(
        impl Arithmetic for $integer {
            #[inline]
            fn sum(self, other: Self) -> Result<Self, Reason> {
                self.checked_add(other).ok_or(Reason::Overflow)
            }

            #[inline]
            fn difference(self, other: Self) -> Result<Self, Reason> {
                self.checked_sub(other).ok_or(Reason::Overflow)
            }

            #[inline]
            fn product(self, other: Self) -> Result<Self, Reason> {
                self.checked_mul(other).ok_or(Reason::Overflow)
            }

            #[inline]
            fn quotient(self, other: Self) -> Result<Self, Reason> {
                if other == 0 {
                    return Err(Reason::DivisionByZero);
                }
                self.checked_div(other).ok_or(Reason::Overflow)
            }

            /// The least value modulo -1 is 0: only its quotient overflows.
            #[inline]
            fn remainder(self, other: Self) -> Result<Self, Reason> {
                if other == 0 {
                    return Err(Reason::DivisionByZero);
                }
                Ok(self.checked_rem(other).unwrap_or(0))
            }
        }
    )* };
}
integer_arithmetic!(i8 i16 i32 i64 u8 u16 u32 u64);

macro_rules! signed_integer {
    ($($integer:ty)*) => { $(
        impl Signed for $integer {
            #[inline]
            fn negated(self) -> Result<Self, Reason> {
                self.checked_neg().ok_or(Reason::Overflow)
            }

            #[inline]
            fn magnitude(self) -> Result<Self, Reason> {
                self.checked_abs().ok_or(Reason::Overflow)
            }
        }
    )* };
}
signed_integer!(i8 i16 i32 i64);

macro_rules! unsigned_integer {
    ($($integer:ty)*) => { $(
        impl Signed for $integer {
            #[inline]
            fn negated(self) -> Result<Self, Reason> {
                self.checked_neg().ok_or(Reason::Overflow)
            }

            #[inline]
            fn magnitude(self) -> Result<Self, Reason> {
                Ok(self)
            }
        }
    )* };
}
unsigned_integer!(u8 u16 u32 u64);

macro_rules! float_arithmetic {
    ($($float:ty)*) => { $(
        impl Arithmetic for $float {
            #[inline]
            fn sum(self, other: Self) -> Result<Self, Reason> {
                let sum = self + other;
                sum.is_finite().then_some(sum).ok_or(Reason::Overflow)
            }

            #[inline]
            fn difference(self, other: Self) -> Result<Self, Reason> {
                self.sum(-other)
            }

            #[inline]
            fn product(self, other: Self) -> Result<Self, Reason> {
                let product = self * other;
                let vanished = product == 0.0 && self != 0.0 && other != 0.0;
                let in_range = product.is_finite() && !vanished;
                in_range.then_some(product).ok_or(Reason::Overflow)
            }

            #[inline]
            fn quotient(self, other: Self) -> Result<Self, Reason> {
                if other == 0.0 {
                    return Err(Reason::DivisionByZero);
                }
                let quotient = self / other;
                let vanished = quotient == 0.0 && self != 0.0;
                let in_range = quotient.is_finite() && !vanished;
                in_range.then_some(quotient).ok_or(Reason::Overflow)
            }

            #[inline]
            fn remainder(self, other: Self) -> Result<Self, Reason> {
                if other == 0.0 {
                    return Err(Reason::DivisionByZero);
                }
                Ok(self % other)
            }
        }

        impl Signed for $float {
            #[inline]
            fn negated(self) -> Result<Self, Reason> {
                Ok(-self)
            }

            #[inline]
            fn magnitude(self) -> Result<Self, Reason> {
                Ok(self.abs())
            }
        }
    )* };
}
float_arithmetic!(f32 f64);

/// The range of a DECIMAL is symmetric: neither can fail.
impl<const SCALE: u8> Signed for Decimal<SCALE> {
    fn negated(self) -> Result<Self, Reason> {
        self.0.checked_neg().map(Self).ok_or(Reason::Overflow)
    }

    fn magnitude(self) -> Result<Self, Reason> {
        self.0.checked_abs().map(Self).ok_or(Reason::Overflow)
    }
}
