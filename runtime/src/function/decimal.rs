//! Rounding of DECIMALs. Results keep the scale; digits beyond those asked for are zeros.

use crate::error::Reason;
use crate::value::Decimal;
use crate::value::number::power_of_ten;

/// The most digits of a DECIMAL.
const MAX_DIGITS: u8 = 38;

/// What becomes of the digits that are given up.
#[derive(Clone, Copy)]
enum Towards {
    /// The nearest, and halves away from zero.
    Nearest,
    Zero,
    Greater,
    Less,
}

/// `round(decimal)`: halves go away from zero.
pub fn round_decimal<const SCALE: u8>(value: Decimal<SCALE>) -> Result<Decimal<SCALE>, Reason> {
    to_digits(value, 0, Towards::Nearest)
}

/// `round(decimal, digits)`
pub fn round_decimal_to<const SCALE: u8>(
    value: Decimal<SCALE>,
    digits: i64,
) -> Result<Decimal<SCALE>, Reason> {
    to_digits(value, digits, Towards::Nearest)
}

/// `trunc(decimal)`
pub fn trunc_decimal<const SCALE: u8>(value: Decimal<SCALE>) -> Result<Decimal<SCALE>, Reason> {
    to_digits(value, 0, Towards::Zero)
}

/// `trunc(decimal, digits)`
pub fn trunc_decimal_to<const SCALE: u8>(
    value: Decimal<SCALE>,
    digits: i64,
) -> Result<Decimal<SCALE>, Reason> {
    to_digits(value, digits, Towards::Zero)
}

/// `ceil(decimal)`
pub fn ceil_decimal<const SCALE: u8>(value: Decimal<SCALE>) -> Result<Decimal<SCALE>, Reason> {
    to_digits(value, 0, Towards::Greater)
}

/// `floor(decimal)`
pub fn floor_decimal<const SCALE: u8>(value: Decimal<SCALE>) -> Result<Decimal<SCALE>, Reason> {
    to_digits(value, 0, Towards::Less)
}

/// `sign(decimal)`: -1, 0 or 1.
pub fn sign_decimal<const SCALE: u8>(value: Decimal<SCALE>) -> Result<Decimal<SCALE>, Reason> {
    within(value.0.signum() * power_of_ten(SCALE))
}

/// Keeps `digits` digits behind the point; below zero, gives up digits in front of it.
fn to_digits<const SCALE: u8>(
    value: Decimal<SCALE>,
    digits: i64,
    towards: Towards,
) -> Result<Decimal<SCALE>, Reason> {
    let given_up = i64::from(SCALE).saturating_sub(digits);
    if given_up <= 0 {
        return Ok(value);
    }
    let given_up = u8::try_from(given_up).ok().filter(|at| *at <= MAX_DIGITS);
    let Some(given_up) = given_up else {
        return Ok(Decimal(0));
    };
    let unit = power_of_ten(given_up);
    let (quotient, rest) = (value.0 / unit, value.0 % unit);
    let step = match towards {
        Towards::Nearest => i128::from(rest.abs() >= unit - rest.abs()) * value.0.signum(),
        Towards::Zero => 0,
        Towards::Greater => i128::from(rest > 0),
        Towards::Less => -i128::from(rest < 0),
    };
    let rounded = (quotient + step).checked_mul(unit);
    within(rounded.ok_or(Reason::Overflow)?)
}

fn within<const SCALE: u8>(value: i128) -> Result<Decimal<SCALE>, Reason> {
    if value.abs() < power_of_ten(MAX_DIGITS) {
        Ok(Decimal(value))
    } else {
        Err(Reason::Overflow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_given_up() {
        let decimal = |value| Decimal::<3>(value);
        for (value, digits, rounded, cut) in [
            (12_345, 2, 12_350, 12_340),
            (-12_345, 2, -12_350, -12_340),
            (12_344, 2, 12_340, 12_340),
            (12_345, 3, 12_345, 12_345),
            (12_345, 9, 12_345, 12_345),
            (15_000, -1, 20_000, 10_000),
            (-15_000, -1, -20_000, -10_000),
            (12_345, -5, 0, 0),
            (12_345, i64::MIN, 0, 0),
        ] {
            let got = round_decimal_to(decimal(value), digits);
            assert_eq!(got, Ok(decimal(rounded)), "{value} {digits}");
            let got = trunc_decimal_to(decimal(value), digits);
            assert_eq!(got, Ok(decimal(cut)), "{value} {digits}");
        }
    }

    #[test]
    fn whole_numbers() {
        let decimal = |value| Decimal::<1>(value);
        for (value, floor, ceil, round, sign) in [
            (25, 20, 30, 30, 10),
            (-25, -30, -20, -30, -10),
            (24, 20, 30, 20, 10),
            (20, 20, 20, 20, 10),
            (0, 0, 0, 0, 0),
        ] {
            assert_eq!(floor_decimal(decimal(value)), Ok(decimal(floor)), "{value}");
            assert_eq!(ceil_decimal(decimal(value)), Ok(decimal(ceil)), "{value}");
            assert_eq!(round_decimal(decimal(value)), Ok(decimal(round)), "{value}");
            assert_eq!(sign_decimal(decimal(value)), Ok(decimal(sign)), "{value}");
        }
        let greatest = Decimal::<1>(power_of_ten(38) - 1);
        assert_eq!(ceil_decimal(greatest), Err(Reason::Overflow));
        assert_eq!(sign_decimal(Decimal::<38>(5)), Err(Reason::Overflow));
    }
}
