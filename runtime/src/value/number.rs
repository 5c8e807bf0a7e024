//! Numbers from their text: exact, or correctly rounded once.

use crate::decode::json::Text;
use crate::error::Reason;

/// Powers of ten that an `i128` holds.
const POWERS: [i128; 39] = powers();

/// Powers of ten that a double holds exactly.
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// Powers of ten that a single-precision float holds exactly.
const EXACT_POWERS_32: [f32; 11] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10];

const fn powers() -> [i128; 39] {
    let mut powers = [1; 39];
    let mut index = 1;
    while index < powers.len() {
        powers[index] = powers[index - 1] * 10;
        index += 1;
    }
    powers
}

/// Ten to the `exponent`, which is at most 38.
pub(crate) fn power_of_ten(exponent: u8) -> i128 {
    POWERS[usize::from(exponent)]
}

/// The integer types of SQL.
pub trait Integer: Copy + itoa::Integer + TryFrom<i128> {
    /// The integer of this sign and magnitude, if the type has it.
    fn from_magnitude(negative: bool, magnitude: u64) -> Option<Self>;
}

macro_rules! integer {
    ($($integer:ty)*) => { $(
        impl Integer for $integer {
            #[inline]
            fn from_magnitude(negative: bool, magnitude: u64) -> Option<Self> {
                if negative {
                    Self::try_from(-i128::from(magnitude)).ok()
                } else {
                    Self::try_from(magnitude).ok()
                }
            }
        }
    )* };
}
integer!(i8 i16 i32 i64 u8 u16 u32 u64);

/// The integer that `text` (`-?[0-9]+`) stands for, if the type has it.
#[inline]
pub(crate) fn integer<T: Integer>(text: &[u8]) -> Option<T> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    T::from_magnitude(negative, magnitude(digits)?)
}

/// None above 2⁶⁴ - 1.
fn magnitude(digits: &[u8]) -> Option<u64> {
    let digits = &digits[digits.iter().take_while(|&&digit| digit == b'0').count()..];
    let value = |digits: &[u8]| {
        digits
            .iter()
            .fold(0, |value: u64, digit| value * 10 + u64::from(digit - b'0'))
    };
    match digits.len() {
        0..=19 => Some(value(digits)),
        20 => value(&digits[..19])
            .checked_mul(10)?
            .checked_add(value(&digits[19..])),
        _ => None,
    }
}

/// A decimal number's text, taken apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    /// Clamped to ±10⁹, which no number of fewer than 10⁹ digits can tell from the exact one.
    exponent: i64,
}

impl<'a> Parts<'a> {
    /// Reads `[+-]? digits [. digits] [(e|E) [+-]? digits]`, with digits on at least one side of
    /// the point: what PostgreSQL reads as a number, of which JSON's grammar is a part.
    pub(crate) fn parse(text: &'a [u8]) -> Option<Self> {
        let (negative, rest) = sign(text);
        let (whole, rest) = rest.split_at(crate::swar::digits(rest));
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => rest.split_at(crate::swar::digits(rest)),
            rest => (&[][..], rest),
        };
        let exponent = match rest {
            [] => 0,
            [b'e' | b'E', rest @ ..] => exponent(rest)?,
            _ => return None,
        };
        let has_digits = !whole.is_empty() || !fraction.is_empty();
        has_digits.then_some(Self {
            negative,
            whole,
            fraction,
            exponent,
        })
    }

    /// Whether the number is zero.
    pub(crate) fn is_zero(&self) -> bool {
        let zero = |digits: &[u8]| digits.iter().all(|&digit| digit == b'0');
        zero(self.whole) && zero(self.fraction)
    }
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [sign @ (b'-' | b'+'), rest @ ..] => (*sign == b'-', rest),
        rest => (false, rest),
    }
}

fn exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = sign(text);
    if digits.is_empty() || crate::swar::digits(digits) != digits.len() {
        return None;
    }
    let magnitude = magnitude(digits).map_or(1_000_000_000, |value| value.min(1_000_000_000));
    let magnitude = i64::try_from(magnitude).expect("it was clamped");
    Some(if negative { -magnitude } else { magnitude })
}

/// What becomes of a value exactly between two results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ties {
    /// Away from zero, as PostgreSQL's numeric.
    Away,
    /// To the greater result, so that a shift in time does not change the rounding.
    Up,
    /// Nothing is rounded: the digits are cut off.
    Cut,
}

/// The number times ten to the `scale`, rounded to an integer; None where it does not fit.
pub(crate) fn scaled(parts: &Parts<'_>, scale: i64, ties: Ties) -> Option<i128> {
    let mut digits = parts
        .whole
        .iter()
        .chain(parts.fraction)
        .map(|digit| digit - b'0');
    let whole_len = i64::try_from(parts.whole.len()).expect("a length fits");
    // How many of the digits stand before the point of the scaled number.
    let kept = whole_len + parts.exponent + scale;
    let mut value: i128 = 0;
    for _ in 0..kept.max(0) {
        match digits.next() {
            Some(digit) => value = value.checked_mul(10)?.checked_add(i128::from(digit))?,
            None if value == 0 => break,
            None => value = value.checked_mul(10)?,
        }
    }
    // Below zero, the first digit that is dropped is a zero that is not written.
    let first_dropped = if kept < 0 { Some(0) } else { digits.next() };
    let half_or_more = first_dropped.is_some_and(|digit| digit >= 5);
    let round_away = match (ties, parts.negative) {
        (Ties::Cut, _) => false,
        (Ties::Away, _) | (Ties::Up, false) => half_or_more,
        (Ties::Up, true) => {
            half_or_more && (first_dropped != Some(5) || digits.any(|digit| digit != 0))
        }
    };
    let magnitude = value.checked_add(i128::from(round_away))?;
    Some(if parts.negative {
        -magnitude
    } else {
        magnitude
    })
}

/// The number as a DECIMAL(`precision`, `scale`), ties rounded away from zero.
pub(crate) fn decimal(parts: &Parts<'_>, precision: u8, scale: u8) -> Result<i128, Reason> {
    scaled(parts, i64::from(scale), Ties::Away)
        .filter(|value| value.abs() < power_of_ten(precision))
        .ok_or(Reason::OutOfRange)
}

/// The double nearest to a JSON number; infinite where it is too large.
pub(crate) fn float64(text: &[u8]) -> f64 {
    if let Some((negative, mantissa, exponent)) = short(text)
        && mantissa <= 1 << 53
        && exponent.unsigned_abs() <= 22
    {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2⁵³")]
        let mantissa = mantissa as f64;
        let power = EXACT_POWERS[exponent.unsigned_abs() as usize];
        // Both operands are exact, so the one rounding is that of the operation.
        let value = if exponent < 0 {
            mantissa / power
        } else {
            mantissa * power
        };
        return if negative { -value } else { value };
    }
    ascii(text).parse().expect("a JSON number is a Rust float")
}

/// The double that a JSON number of at most 16 bytes stands for, if it has no
/// exponent and at most 15 digits: then both operands of the one division are exact, so that its
/// rounding is the only one (Clinger, "How to Read Floating Point Numbers Accurately", 1990).
#[inline(always)]
pub(crate) fn short_float64(text: Text<'_>, start: u32, len: u32) -> Option<f64> {
    let start = start as usize;
    match len {
        1..=8 => decimal_word(text.word(start), len),
        9..=16 => decimal_long_word(text.long_word(start), len),
        _ => None,
    }
}

/// Powers of ten for fractions of up to 15 digits, and their negatives.
const SHORT_POWERS: [f64; 32] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, -1e0,
    -1e1, -1e2, -1e3, -1e4, -1e5, -1e6, -1e7, -1e8, -1e9, -1e10, -1e11, -1e12, -1e13, -1e14, -1e15,
];

/// Bit 6 is set in letters, and in no digit, sign or point.
const LETTERS: u64 = u64::from_le_bytes([0x40; 8]);
/// Bit 4 is set in digits, and not in a sign, a point or nothing.
const DIGITS: u64 = u64::from_le_bytes([0x10; 8]);
/// Bit 1 is set in a point, and not in a sign or nothing.
const POINTS: u64 = u64::from_le_bytes([0x02; 8]);

/// The number in the `len` (1 to 8) lowest bytes of `word`.
#[inline(always)]
fn decimal_word(word: u64, len: u32) -> Option<f64> {
    // the last byte moves to the word's end; before the first are zeros, which count for nothing
    let right = word.wrapping_shl((8 * len).wrapping_neg());
    if right & LETTERS != 0 {
        return None;
    }
    let is_digit = right & DIGITS;
    // a sign and a point become zeros, too
    let digits = right & (is_digit - (is_digit >> 4));
    let point = right & POINTS & !(is_digit >> 3);
    // the digits before the point move up to those behind it
    let before = digits & point.saturating_sub(1);
    let digits = digits ^ before | before << 8;
    // eight where there is no point
    let fraction = point.leading_zeros() / 8 % 8;
    Some(quotient(eight_digits(digits), fraction, word))
}

/// The integer divided by the `fraction`-th power of ten, with the sign of the number whose text
/// starts `word`.
#[inline(always)]
fn quotient(integer: u64, fraction: u32, word: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "at most 15 digits")]
    let integer = integer.cast_signed() as f64;
    let sign = if word & 0x10 == 0 { 16 } else { 0 };
    integer / SHORT_POWERS[(fraction | sign) as usize % SHORT_POWERS.len()]
}

/// The same of up to 16 bytes with at most 15 digits.
#[inline(always)]
fn decimal_long_word(word: u128, len: u32) -> Option<f64> {
    let both = |word: u64| u128::from(word) << 64 | u128::from(word);
    let (first, _) = halves(word);
    let right = word.wrapping_shl((8 * len).wrapping_neg());
    if right & both(LETTERS) != 0 {
        return None;
    }
    let is_digit = right & both(DIGITS);
    if is_digit.count_ones() > 15 {
        return None;
    }
    let digits = right & (is_digit - (is_digit >> 4));
    let point = right & both(POINTS) & !(is_digit >> 3);
    let before = digits & point.saturating_sub(1);
    let digits = digits ^ before | before << 8;
    let fraction = point.leading_zeros() / 8 % 16;
    let (high, low) = halves(digits);
    let integer = eight_digits(high) * 100_000_000 + eight_digits(low);
    Some(quotient(integer, fraction, first))
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "that is the lower half")]
fn halves(word: u128) -> (u64, u64) {
    (word as u64, (word >> 64) as u64)
}

/// Eight digits (as numbers 0 to 9), the first in the lowest byte, as an integer: neighbours are
/// put together to pairs, those to fours, those to eight.
#[inline(always)]
pub(super) fn eight_digits(digits: u64) -> u64 {
    let pairs = (digits * 10) + (digits >> 8);
    let even = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let odd = (pairs >> 16 & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    even.wrapping_add(odd) >> 32
}

/// The single-precision float nearest to a JSON number: rounded once, not by way of a double.
pub(crate) fn float32(text: &[u8]) -> f32 {
    if let Some((negative, mantissa, exponent)) = short(text)
        && mantissa <= 1 << 24
        && exponent.unsigned_abs() <= 10
    {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2²⁴")]
        let mantissa = mantissa as f32;
        let power = EXACT_POWERS_32[exponent.unsigned_abs() as usize];
        let value = if exponent < 0 {
            mantissa / power
        } else {
            mantissa * power
        };
        return if negative { -value } else { value };
    }
    ascii(text).parse().expect("a JSON number is a Rust float")
}

/// Sign, digits and exponent of a JSON number of at most 19 digits whose exponent, if it is
/// written, has at most three.
#[inline]
fn short(text: &[u8]) -> Option<(bool, u64, i32)> {
    let (negative, digits) = sign(text);
    if digits.len() > 20 {
        return None;
    }
    let mut mantissa: u64 = 0;
    let mut count = 0;
    let mut point = None;
    for (index, &byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa
                    .wrapping_mul(10)
                    .wrapping_add(u64::from(byte - b'0'));
                count += 1;
            }
            b'.' => point = Some(count),
            _ => {
                let written = short_exponent(&digits[index + 1..])?;
                return (count <= 19).then(|| {
                    (
                        negative,
                        mantissa,
                        written - point.map_or(0, |at| count - at),
                    )
                });
            }
        }
    }
    (count <= 19).then(|| (negative, mantissa, -point.map_or(0, |at| count - at)))
}

fn short_exponent(text: &[u8]) -> Option<i32> {
    let (negative, digits) = sign(text);
    if digits.len() > 3 {
        return None;
    }
    let value = digits
        .iter()
        .fold(0, |value, digit| value * 10 + i32::from(digit - b'0'));
    Some(if negative { -value } else { value })
}

fn ascii(text: &[u8]) -> &str {
    std::str::from_utf8(text).expect("a JSON number is ASCII")
}
