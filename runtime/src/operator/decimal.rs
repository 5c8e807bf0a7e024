//! Arithmetic on DECIMALs: exact, rounded once, half away from zero, to the scale that the compiler
//! gives the result. A result of more digits than its type has is an overflow. The usual sizes are
//! calculated in 128 bits, all others in 256.

use super::wide::Wide;
use crate::error::Reason;
use crate::value::Decimal;
use crate::value::number::power_of_ten;

/// A DECIMAL of any scale, or an integer.
pub trait Scaled {
    /// The value times ten to the scale, and the scale.
    fn parts(self) -> (i128, u8);
}

impl<const SCALE: u8> Scaled for Decimal<SCALE> {
    #[inline]
    fn parts(self) -> (i128, u8) {
        (self.0, SCALE)
    }
}

macro_rules! integer_parts {
    ($($integer:ty)*) => { $(
        /// A DECIMAL without digits behind the point.
        impl Scaled for $integer {
            #[inline]
            fn parts(self) -> (i128, u8) {
                (self.into(), 0)
            }
        }
    )* };
}
integer_parts!(i8 i16 i32 i64 u8 u16 u32 u64);

/// `a + b`; SCALE is the larger of both scales.
pub fn add_decimals<const SCALE: u8>(
    a: impl Scaled,
    b: impl Scaled,
    precision: u8,
) -> Result<Decimal<SCALE>, Reason> {
    sum(a.parts(), b.parts(), SCALE, precision).map(Decimal)
}

/// `a - b`; SCALE is the larger of both scales.
pub fn subtract_decimals<const SCALE: u8>(
    a: impl Scaled,
    b: impl Scaled,
    precision: u8,
) -> Result<Decimal<SCALE>, Reason> {
    let (b, scale) = b.parts();
    // a DECIMAL has at most 38 digits: its negative is one, too
    sum(a.parts(), (-b, scale), SCALE, precision).map(Decimal)
}

/// `a * b`
pub fn multiply_decimals<const SCALE: u8>(
    a: impl Scaled,
    b: impl Scaled,
    precision: u8,
) -> Result<Decimal<SCALE>, Reason> {
    product(a.parts(), b.parts(), SCALE, precision).map(Decimal)
}

/// `a / b`; SCALE is no smaller than that of `a`.
pub fn divide_decimals<const SCALE: u8>(
    a: impl Scaled,
    b: impl Scaled,
    precision: u8,
) -> Result<Decimal<SCALE>, Reason> {
    quotient(a.parts(), b.parts(), SCALE, precision).map(Decimal)
}

/// `a % b`, with the sign of `a`; SCALE is the larger of both scales.
pub fn modulo_decimals<const SCALE: u8>(
    a: impl Scaled,
    b: impl Scaled,
    precision: u8,
) -> Result<Decimal<SCALE>, Reason> {
    remainder(a.parts(), b.parts(), SCALE, precision).map(Decimal)
}

type Parts = (i128, u8);

fn sum((a, a_scale): Parts, (b, b_scale): Parts, scale: u8, precision: u8) -> Outcome {
    let (a_unit, b_unit) = (power_of_ten(scale - a_scale), power_of_ten(scale - b_scale));
    let narrow = a.checked_mul(a_unit).zip(b.checked_mul(b_unit));
    if let Some((a, b)) = narrow
        && let Some(sum) = a.checked_add(b)
    {
        return within(sum, precision);
    }
    // only one of the two is scaled, so that both have at most 76 digits
    let a_wide = Wide::product(a.unsigned_abs(), a_unit.unsigned_abs());
    let b_wide = Wide::product(b.unsigned_abs(), b_unit.unsigned_abs());
    let (negative, magnitude) = if (a < 0) == (b < 0) {
        (a < 0, a_wide.plus(b_wide))
    } else if a_wide >= b_wide {
        (a < 0, a_wide.minus(b_wide))
    } else {
        (b < 0, b_wide.minus(a_wide))
    };
    signed(negative, magnitude, precision)
}

fn product((a, a_scale): Parts, (b, b_scale): Parts, scale: u8, precision: u8) -> Outcome {
    let dropped = a_scale + b_scale - scale;
    if dropped == 0
        && let Some(product) = a.checked_mul(b)
    {
        return within(product, precision);
    }
    let exact = Wide::product(a.unsigned_abs(), b.unsigned_abs());
    let rounded = exact.divide_rounded(power_of_ten(dropped).unsigned_abs());
    signed((a < 0) != (b < 0), rounded, precision)
}

fn quotient((a, a_scale): Parts, (b, b_scale): Parts, scale: u8, precision: u8) -> Outcome {
    if b == 0 {
        return Err(Reason::DivisionByZero);
    }
    // one beyond 256 bits gives a quotient of at least 129, since the divisor has at most 127
    let dividend = Wide::product(
        a.unsigned_abs(),
        power_of_ten(scale - a_scale).unsigned_abs(),
    )
    .times(power_of_ten(b_scale).unsigned_abs())
    .ok_or(Reason::Overflow)?;
    let rounded = dividend.divide_rounded(b.unsigned_abs());
    signed((a < 0) != (b < 0), rounded, precision)
}

fn remainder((a, a_scale): Parts, (b, b_scale): Parts, scale: u8, precision: u8) -> Outcome {
    if b == 0 {
        return Err(Reason::DivisionByZero);
    }
    let scaled = |value: i128, from: u8| {
        Wide::product(
            value.unsigned_abs(),
            power_of_ten(scale - from).unsigned_abs(),
        )
    };
    let (dividend, divisor) = (scaled(a, a_scale), scaled(b, b_scale));
    // where the divisor has been scaled beyond 127 bits, the dividend has not been and is smaller
    let rest = match divisor.narrow().filter(|&divisor| divisor < 1 << 127) {
        Some(divisor) => dividend.divide(divisor).1.into(),
        None => dividend,
    };
    signed(a < 0, rest, precision)
}

/// The unscaled value of a result.
type Outcome = Result<i128, Reason>;

fn signed(negative: bool, magnitude: Wide, precision: u8) -> Outcome {
    let magnitude = magnitude.narrow().ok_or(Reason::Overflow)?;
    let value = i128::try_from(magnitude).map_err(|_| Reason::Overflow)?;
    within(if negative { -value } else { value }, precision)
}

#[inline]
fn within(value: i128, precision: u8) -> Outcome {
    let fits = value.unsigned_abs() < power_of_ten(precision).unsigned_abs();
    fits.then_some(value).ok_or(Reason::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_postgresqls() {
        let cases = include_str!("../../tests/decimals.txt").lines();
        let mut compared = 0;
        for case in cases.filter(|case| !case.starts_with('#')) {
            let fields: Vec<&str> = case.split(' ').collect();
            let [op, a_scale, b_scale, a, b, scale, precision, expected] = fields[..] else {
                panic!("a case has eight fields: {case}");
            };
            let small = |text: &str| text.parse::<u8>().expect("a scale");
            let number = |text: &str| text.parse::<i128>().expect("a number");
            let (a, b) = ((number(a), small(a_scale)), (number(b), small(b_scale)));
            let (scale, precision) = (small(scale), small(precision));
            let got = match op {
                "+" => sum(a, b, scale, precision),
                "-" => sum(a, (-b.0, b.1), scale, precision),
                "*" => product(a, b, scale, precision),
                "/" => quotient(a, b, scale, precision),
                "%" => remainder(a, b, scale, precision),
                other => panic!("no operator {other}"),
            };
            let expected = match expected {
                "overflow" => Err(Reason::Overflow),
                value => Ok(number(value)),
            };
            assert_eq!(got, expected, "{case}");
            compared += 1;
        }
        assert!(compared > 500, "{compared} cases");
    }

    #[test]
    fn limits() {
        let most = 10_i128.pow(38) - 1;
        assert_eq!(sum((most, 0), (1, 0), 0, 38), Err(Reason::Overflow));
        assert_eq!(sum((most, 10), (-most, 10), 10, 38), Ok(0));
        // what leaves 128 bits in between comes back
        let high = 10_i128.pow(28) * 9;
        assert_eq!(sum((high, 0), (-most, 10), 10, 38), Err(Reason::Overflow));
        let double = 19 * 10_i128.pow(27);
        assert_eq!(
            sum((double, 0), (-most, 10), 10, 38),
            Ok(9 * 10_i128.pow(37) + 1)
        );
        assert_eq!(
            sum((2 * 10_i128.pow(28), 0), (-most - 1, 10), 10, 39 - 1),
            Err(Reason::Overflow)
        );
        assert_eq!(sum((10_i128.pow(28), 0), (-1, 10), 10, 38), Ok(most));
        assert_eq!(product((most, 38), (most, 38), 38, 38), Ok(most - 1));
        assert_eq!(quotient((1, 0), (3, 0), 16, 38), Ok(3_333_333_333_333_333));
        assert_eq!(
            quotient((2, 0), (-3, 0), 16, 38),
            Ok(-6_666_666_666_666_667)
        );
        assert_eq!(quotient((most, 0), (1, 38), 38, 38), Err(Reason::Overflow));
        assert_eq!(quotient((0, 0), (1, 38), 38, 38), Ok(0));
        assert_eq!(
            quotient((1, 0), (0, 5), 16, 38),
            Err(Reason::DivisionByZero)
        );
        assert_eq!(
            remainder((1, 0), (0, 5), 5, 38),
            Err(Reason::DivisionByZero)
        );
        assert_eq!(remainder((-7, 0), (20, 1), 1, 38), Ok(-10));
        assert_eq!(remainder((5, 38), (most, 0), 38, 38), Ok(5));
    }
}
