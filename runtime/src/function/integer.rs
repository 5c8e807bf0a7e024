//! Functions over integers of any type.

use crate::error::Reason;
use bumpalo::Bump;

/// What the functions need to know of an integer type.
pub trait IntegerFunctions: Copy + TryFrom<u64> {
    /// The distance from zero.
    fn distance(self) -> u64;
    /// Its bits: 32 for types that have no more, 64 else (PostgreSQL has no narrower functions).
    fn bits(self) -> u64;
    /// How many of its own bits are set.
    fn ones(self) -> u32;
}

macro_rules! signed {
    ($($integer:ty as $wide:ty,)*) => { $(
        impl IntegerFunctions for $integer {
            fn distance(self) -> u64 {
                self.unsigned_abs().into()
            }

            fn bits(self) -> u64 {
                <$wide>::from(self).cast_unsigned().into()
            }

            fn ones(self) -> u32 {
                self.count_ones()
            }
        }
    )* };
}
signed!(i8 as i32, i16 as i32, i32 as i32, i64 as i64,);

macro_rules! unsigned {
    ($($integer:ty)*) => { $(
        impl IntegerFunctions for $integer {
            fn distance(self) -> u64 {
                self.into()
            }

            fn bits(self) -> u64 {
                self.into()
            }

            fn ones(self) -> u32 {
                self.count_ones()
            }
        }
    )* };
}
unsigned!(u8 u16 u32 u64);

/// `gcd(a, b)`: never below zero, and 0 for two zeros.
pub fn gcd<T: IntegerFunctions>(a: T, b: T) -> Result<T, Reason> {
    T::try_from(common_divisor(a.distance(), b.distance())).map_err(|_| Reason::Overflow)
}

/// `lcm(a, b)`: never below zero, and 0 where one of them is.
pub fn lcm<T: IntegerFunctions>(a: T, b: T) -> Result<T, Reason> {
    let (a, b) = (a.distance(), b.distance());
    let divisor = common_divisor(a, b).max(1);
    let multiple = (a / divisor).checked_mul(b).ok_or(Reason::Overflow)?;
    T::try_from(multiple).map_err(|_| Reason::Overflow)
}

/// Euclid's algorithm.
fn common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// `to_hex(integer)`: its bits, as two's complement below zero.
pub fn to_hex<T: IntegerFunctions>(value: T, arena: &Bump) -> &str {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let bits = value.bits();
    let len = (16 - bits.leading_zeros() / 4).max(1);
    let digit = |at: usize| {
        let shift = 4 * (usize::try_from(len).expect("at most 16") - 1 - at);
        DIGITS[usize::try_from(bits >> shift & 15).expect("below 16")]
    };
    let len = usize::try_from(len).expect("at most 16");
    let out = arena.alloc_slice_fill_with(len, digit);
    std::str::from_utf8(out).expect("hexadecimal is ASCII")
}

/// `bit_count(integer)`: how many bits are set, in two's complement of the type's own width.
pub fn bit_count<T: IntegerFunctions>(value: T) -> i64 {
    value.ones().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divisors_and_multiples() {
        assert_eq!(gcd(1071, 462), Ok(21));
        assert_eq!(gcd(-6_i64, 4), Ok(2));
        assert_eq!(gcd(0_u8, 0), Ok(0));
        assert_eq!(gcd(i32::MIN, 0), Err(Reason::Overflow));
        assert_eq!(gcd(i32::MIN, 6), Ok(2));
        assert_eq!(lcm(1071, 462), Ok(23_562));
        assert_eq!(lcm(-4, 6), Ok(12));
        assert_eq!(lcm(0, 5), Ok(0));
        assert_eq!(lcm(i32::MAX, 2), Err(Reason::Overflow));
        assert_eq!(lcm(i64::MIN, 1), Err(Reason::Overflow));
    }

    #[test]
    fn bits_are_shown() {
        let arena = Bump::new();
        assert_eq!(to_hex(2_147_483_647, &arena), "7fffffff");
        assert_eq!(to_hex(-1_i16, &arena), "ffffffff");
        assert_eq!(to_hex(-1_i64, &arena), "ffffffffffffffff");
        assert_eq!(to_hex(0_u8, &arena), "0");
        assert_eq!(to_hex(u64::MAX, &arena), "ffffffffffffffff");
        assert_eq!(bit_count(7_u8), 3);
        assert_eq!(bit_count(-1_i16), 16);
    }
}
