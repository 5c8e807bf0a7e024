//! Functions over DOUBLEs, by the same C library that PostgreSQL calls. Arguments and results are
//! finite: what PostgreSQL gives as an infinity is an overflow here.

use crate::error::Reason;
use crate::operator::{divide, multiply};
use crate::value::number::{Parts, Ties, float64, scaled};
use std::f64::consts::{LN_2, PI};
use std::io::Write as _;

/// As PostgreSQL has it; `f64::to_degrees` rounds otherwise.
const RADIANS_PER_DEGREE: f64 = 0.017_453_292_519_943_295;

/// REAL and DOUBLE.
pub trait Float {
    /// The same without its sign.
    fn magnitude(self) -> Self;
}

impl Float for f32 {
    fn magnitude(self) -> Self {
        self.abs()
    }
}

impl Float for f64 {
    fn magnitude(self) -> Self {
        self.abs()
    }
}

/// `abs(x)` of a REAL or DOUBLE.
#[inline]
pub fn abs_float<T: Float>(value: T) -> T {
    value.magnitude()
}

macro_rules! total {
    ($($(#[$doc:meta])* $name:ident = $method:ident;)*) => { $(
        $(#[$doc])*
        #[inline]
        pub fn $name(x: f64) -> f64 {
            x.$method()
        }
    )* };
}

total! {
    /// `atan(x)`
    atan = atan;
    /// `cbrt(x)`
    cbrt = cbrt;
    /// `ceil(x)`
    ceil = ceil;
    /// `cos(x)`, of radians as all of its kind
    cos = cos;
    /// `floor(x)`
    floor = floor;
    /// `round(x)`: halves go to the even neighbour.
    round = round_ties_even;
    /// `sin(x)`
    sin = sin;
    /// `tan(x)`
    tan = tan;
    /// `tanh(x)`
    tanh = tanh;
    /// `trunc(x)`
    trunc = trunc;
}

/// `pi()`
pub fn pi() -> f64 {
    PI
}

/// `atan2(y, x)`
pub fn atan2(y: f64, x: f64) -> f64 {
    y.atan2(x)
}

/// `sign(x)`: -1, 0 or 1.
pub fn sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { 1.0_f64.copysign(x) }
}

/// `acos(x)`, of -1 to 1
pub fn acos(x: f64) -> Result<f64, Reason> {
    within(x.abs() <= 1.0, f64::acos, x)
}

/// `acosh(x)`, of 1 and above
pub fn acosh(x: f64) -> Result<f64, Reason> {
    within(x >= 1.0, area_cosine, x)
}

fn area_cosine(x: f64) -> f64 {
    if x < 2.0 {
        // near 1 the digits that matter are those of what is above it
        let above = x - 1.0;
        return (above + (above * (x + 1.0)).sqrt()).ln_1p();
    }
    if x < LARGE { x.acosh() } else { x.ln() + LN_2 }
}

/// `asinh(x)`
pub fn asinh(x: f64) -> f64 {
    if x.abs() < LARGE {
        x.asinh()
    } else {
        (x.abs().ln() + LN_2).copysign(x)
    }
}

/// From here on `x² + 1` is `x²` to the last digit; the standard library goes by `2x`, which may
/// overflow.
const LARGE: f64 = 1e10;

/// `asin(x)`, of -1 to 1
pub fn asin(x: f64) -> Result<f64, Reason> {
    within(x.abs() <= 1.0, f64::asin, x)
}

/// `atanh(x)`, between -1 and 1
pub fn atanh(x: f64) -> Result<f64, Reason> {
    // the standard library's is accurate for one sign alone
    within(x.abs() <= 1.0, |x| x.abs().atanh().copysign(x), x)
}

/// `cosh(x)`
pub fn cosh(x: f64) -> Result<f64, Reason> {
    finite(x.cosh())
}

/// `sinh(x)`
pub fn sinh(x: f64) -> Result<f64, Reason> {
    finite(x.sinh())
}

/// `cot(x)`
pub fn cot(x: f64) -> Result<f64, Reason> {
    finite(1.0 / x.tan())
}

/// `degrees(radians)`
pub fn degrees(radians: f64) -> Result<f64, Reason> {
    divide(radians, RADIANS_PER_DEGREE)
}

/// `radians(degrees)`
pub fn radians(degrees: f64) -> Result<f64, Reason> {
    multiply(degrees, RADIANS_PER_DEGREE)
}

/// `sqrt(x)`
pub fn sqrt(x: f64) -> Result<f64, Reason> {
    within(x >= 0.0, f64::sqrt, x)
}

/// `exp(x)`: neither infinite nor zero.
pub fn exp(x: f64) -> Result<f64, Reason> {
    not_vanished(x.exp())
}

/// `ln(x)`, of numbers above zero
pub fn ln(x: f64) -> Result<f64, Reason> {
    within(x > 0.0, f64::ln, x)
}

/// `log(x)`, `log10(x)`
pub fn log10(x: f64) -> Result<f64, Reason> {
    within(x > 0.0, f64::log10, x)
}

/// `log2(x)`
pub fn log2(x: f64) -> Result<f64, Reason> {
    within(x > 0.0, f64::log2, x)
}

/// `log(base, x)`
pub fn log_of_base(base: f64, x: f64) -> Result<f64, Reason> {
    let (base, x) = (ln(base)?, ln(x)?);
    if base == 0.0 {
        return Err(Reason::DivisionByZero);
    }
    finite(x / base)
}

/// `power(x, exponent)`
pub fn power(x: f64, exponent: f64) -> Result<f64, Reason> {
    let is_undefined = x == 0.0 && exponent < 0.0;
    let is_complex = x < 0.0 && exponent.fract() != 0.0;
    if is_undefined || is_complex {
        return Err(Reason::Argument);
    }
    let power = x.powf(exponent);
    if x == 0.0 {
        return Ok(power);
    }
    not_vanished(power)
}

/// `round(x, digits)`: the shortest decimal text of `x`, rounded to so many digits behind the
/// point (in front of it below zero), and halves away from zero.
pub fn round_to(x: f64, digits: i64) -> Result<f64, Reason> {
    to_digits(x, digits, Ties::Away)
}

/// `trunc(x, digits)`: the digits behind those are cut off.
pub fn trunc_to(x: f64, digits: i64) -> Result<f64, Reason> {
    to_digits(x, digits, Ties::Cut)
}

fn to_digits(x: f64, digits: i64, ties: Ties) -> Result<f64, Reason> {
    // beyond these no digit of any DOUBLE stands
    let digits = digits.clamp(-400, 400);
    let mut shortest = zmij::Buffer::new();
    let shortest = shortest.format_finite(x).as_bytes();
    let parts = Parts::parse(shortest).expect("a DOUBLE's text is a number");
    // A number of 17 digits that does not fit once scaled has nothing behind the last one kept.
    let Some(scaled) = scaled(&parts, digits, ties) else {
        return Ok(x);
    };
    let mut text = [0; 64];
    let mut rest = &mut text[..];
    write!(rest, "{scaled}e{}", -digits).expect("48 bytes are enough");
    let unused = rest.len();
    let rounded = float64(&text[..text.len() - unused]);
    finite(if scaled == 0 {
        0.0_f64.copysign(x)
    } else {
        rounded
    })
}

/// `width_bucket(x, low, high, count)`: in which of `count` equal parts of the range `x` lies, 0
/// before the first and `count + 1` behind the last. A range may run downwards.
#[expect(clippy::float_cmp, reason = "a range without width is exactly that")]
pub fn width_bucket(x: f64, low: f64, high: f64, count: i64) -> Result<i32, Reason> {
    let count = i32::try_from(count).map_err(|_| Reason::Overflow)?;
    if count <= 0 || low == high {
        return Err(Reason::Argument);
    }
    let (before, behind) = if low < high {
        (x < low, x >= high)
    } else {
        (x > low, x <= high)
    };
    if before {
        return Ok(0);
    }
    if behind {
        return count.checked_add(1).ok_or(Reason::Overflow);
    }
    // halves keep the differences finite
    let (width, offset) = (high / 2.0 - low / 2.0, x / 2.0 - low / 2.0);
    let (width, offset) = if (high - low).is_finite() {
        (high - low, x - low)
    } else {
        (width, offset)
    };
    #[expect(clippy::cast_possible_truncation, reason = "it is below the count")]
    let bucket = (f64::from(count) * (offset / width)) as i32;
    Ok(bucket.min(count - 1) + 1)
}

fn within(is_in_domain: bool, function: fn(f64) -> f64, x: f64) -> Result<f64, Reason> {
    if is_in_domain {
        finite(function(x))
    } else {
        Err(Reason::Argument)
    }
}

fn finite(value: f64) -> Result<f64, Reason> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(Reason::Overflow)
    }
}

/// A result that should not be zero, but may have become too small.
fn not_vanished(value: f64) -> Result<f64, Reason> {
    if value == 0.0 {
        return Err(Reason::Overflow);
    }
    finite(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(got: Result<f64, Reason>, want: Result<f64, Reason>) {
        assert_eq!(got.map(f64::to_bits), want.map(f64::to_bits), "{got:?}");
    }

    #[test]
    fn domains() {
        for failed in [
            acos(1.1),
            acosh(0.9),
            asin(-1.1),
            atanh(2.0),
            sqrt(-1.0),
            ln(0.0),
            log10(-1.0),
            log2(0.0),
            log_of_base(-2.0, 8.0),
            power(0.0, -1.0),
            power(-8.0, 1.0 / 3.0),
        ] {
            check(failed, Err(Reason::Argument));
        }
        check(atanh(-0.999_999_999_301_508_1), Ok(-10.887_622_334_730_42));
        check(
            acosh(1.000_000_000_232_830_6),
            Ok(2.157_918_643_715_905_4e-5),
        );
        check(acosh(f64::MAX), Ok(710.475_860_073_943_9));
        check(Ok(asinh(f64::MIN)), Ok(-710.475_860_073_943_9));
        for failed in [
            atanh(1.0),
            cosh(1000.0),
            sinh(-1000.0),
            cot(0.0),
            exp(1000.0),
            exp(-1000.0),
            power(10.0, 400.0),
            power(10.0, -400.0),
            degrees(1e308),
            radians(5e-324),
        ] {
            check(failed, Err(Reason::Overflow));
        }
        check(log_of_base(1.0, 2.0), Err(Reason::DivisionByZero));
    }

    #[test]
    fn values() {
        check(sqrt(2.0), Ok(std::f64::consts::SQRT_2));
        check(degrees(0.5), Ok(28.647_889_756_541_16));
        check(radians(45.0), Ok(std::f64::consts::FRAC_PI_4));
        check(power(9.0, 3.0), Ok(729.0));
        check(power(0.0, 0.0), Ok(1.0));
        check(power(-2.0, 3.0), Ok(-8.0));
        check(log_of_base(2.0, 64.0), Ok(6.0));
        check(log2(8.0), Ok(3.0));
        check(Ok(sign(-8.4)), Ok(-1.0));
        check(Ok(sign(-0.0)), Ok(0.0));
        check(Ok(round(2.5)), Ok(2.0));
        check(Ok(round(-3.5)), Ok(-4.0));
    }

    #[test]
    fn digits_of_doubles() {
        for (x, digits, rounded, cut) in [
            (2.675, 2, 2.68, 2.67),
            (-2.675, 2, -2.68, -2.67),
            (1.005, 2, 1.01, 1.0),
            (21.449_999, 1, 21.4, 21.4),
            (1234.5, -2, 1200.0, 1200.0),
            (1250.0, -2, 1300.0, 1200.0),
            (0.1, 20, 0.1, 0.1),
            (1e300, 5, 1e300, 1e300),
            (5e-324, 300, 0.0, 0.0),
            (5e-324, 324, 5e-324, 5e-324),
            (-0.4, 0, -0.0, -0.0),
            (4.5, i64::MIN, 0.0, 0.0),
            (4.5, i64::MAX, 4.5, 4.5),
        ] {
            check(round_to(x, digits), Ok(rounded));
            check(trunc_to(x, digits), Ok(cut));
        }
        check(round_to(f64::MAX, -308), Err(Reason::Overflow));
    }

    #[test]
    fn buckets() {
        for (x, low, high, count, bucket) in [
            (5.35, 0.024, 10.06, 5, Ok(3)),
            (0.0, 0.024, 10.06, 5, Ok(0)),
            (10.06, 0.024, 10.06, 5, Ok(6)),
            (5.35, 10.06, 0.024, 5, Ok(3)),
            (11.0, 10.0, 0.0, 5, Ok(0)),
            (0.0, 10.0, 0.0, 5, Ok(6)),
            (1.0, 0.0, 10.0, 0, Err(Reason::Argument)),
            (1.0, 3.0, 3.0, 5, Err(Reason::Argument)),
            (1.0, 0.0, 2.0, i64::MAX, Err(Reason::Overflow)),
            (0.0, f64::MIN, f64::MAX, 4, Ok(3)),
        ] {
            assert_eq!(
                width_bucket(x, low, high, count),
                bucket,
                "{x} {low} {high}"
            );
        }
    }
}
