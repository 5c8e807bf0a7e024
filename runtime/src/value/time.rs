//! Instants, dates and times of day from their text and from numbers.
//!
//! Fractions are rounded once, to the digits of the type; ties go to the later instant, wherever
//! the instant lies, so that a shift in time never changes the rounding.

use super::calendar::{Civil, DAY, FIRST_DAY, LAST_DAY};
use super::number::{Parts, Ties, power_of_ten, scaled};
use super::{Date, Time, TimeFormat, Timestamp, TimestampNanos, rfc3339};
use crate::error::Reason;

const NANOS_PER_SECOND: i64 = 1_000_000_000;
const MICROS_PER_SECOND: i64 = 1_000_000;

/// Microseconds in a day.
pub(crate) const DAY_MICROS: i64 = DAY * MICROS_PER_SECOND;
/// Nanoseconds in a day.
pub(crate) const DAY_NANOS: i64 = DAY * NANOS_PER_SECOND;

/// A point in time, as text can tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instant {
    /// Since 1970-01-01T00:00:00Z.
    pub(crate) seconds: i64,
    /// Below a thousand million.
    pub(crate) nanos: u32,
}

impl Instant {
    /// Rounded to `digits` (0, 3 or 6) behind the second.
    #[inline]
    pub(crate) fn timestamp(self, digits: u8) -> Result<Timestamp, Reason> {
        // by constants, since a division by a variable takes as long as all the rest
        let fraction = match digits {
            0 => (self.nanos + 500_000_000) / 1_000_000_000 * 1_000_000,
            3 => (self.nanos + 500_000) / 1_000_000 * 1_000,
            6 => (self.nanos + 500) / 1_000,
            other => unreachable!("a TIMESTAMP in microseconds of {other} digits"),
        };
        in_calendar(self.seconds * MICROS_PER_SECOND + i64::from(fraction))
    }

    /// To the nanosecond, in the years 1677 to 2262 that the type holds.
    pub(crate) fn timestamp_nanos(self) -> Result<TimestampNanos, Reason> {
        let nanos = i128::from(self.seconds) * i128::from(NANOS_PER_SECOND);
        i64::try_from(nanos + i128::from(self.nanos))
            .map(TimestampNanos)
            .map_err(|_| Reason::OutOfRange)
    }
}

/// Ten to the `exponent`, which is at most 18.
fn power(exponent: u8) -> i64 {
    i64::try_from(power_of_ten(exponent)).expect("18 digits fit")
}

/// Years 1 to 9999.
#[inline]
pub(crate) fn in_calendar(micros: i64) -> Result<Timestamp, Reason> {
    if (FIRST_DAY * DAY_MICROS..(LAST_DAY + 1) * DAY_MICROS).contains(&micros) {
        Ok(Timestamp(micros))
    } else {
        Err(Reason::OutOfRange)
    }
}

/// RFC 3339, and what the dialect allows besides: a space for `T`, `+0200`, no offset at all for
/// UTC, 1 to 9 fraction digits. A leap second is the first second of the next minute, as in
/// PostgreSQL.
#[inline]
pub(crate) fn rfc3339(text: &[u8]) -> Option<Instant> {
    rfc3339::usual(text).or_else(|| any_rfc3339(text))
}

/// The complete path.
pub(super) fn any_rfc3339(text: &[u8]) -> Option<Instant> {
    let (day, rest) = text.split_at_checked(10)?;
    let days = days(day)?;
    let [b'T' | b't' | b' ', rest @ ..] = rest else {
        return None;
    };
    let (clock, rest) = rest.split_at_checked(8)?;
    let (nanos, rest) = fraction(rest)?;
    Some(Instant {
        seconds: days * DAY + clock_seconds(clock)? - offset_seconds(rest)?,
        nanos,
    })
}

/// An instant as CAST reads it, which is more than messages may hold (PostgreSQL's liberties): a
/// date alone is its midnight, the seconds may be missing, an offset may be `+02` alone, and a
/// fraction may have any number of digits. It is rounded to `digits`.
pub(crate) fn instant_of_text(text: &[u8], digits: u8) -> Option<Instant> {
    let (day, rest) = text.split_at_checked(10)?;
    let midnight = days(day)? * DAY;
    let [separator, rest @ ..] = rest else {
        return Some(Instant {
            seconds: midnight,
            nanos: 0,
        });
    };
    if !matches!(separator, b'T' | b't' | b' ') {
        return None;
    }
    let (clock, rest) = clock_of_text(rest, digits)?;
    Some(Instant {
        seconds: midnight + clock.seconds - offset_of_text(rest)?,
        nanos: clock.nanos,
    })
}

/// A time of day as CAST reads it: `HH:MM` or `HH:MM:SS`, the latter with any number of fraction
/// digits. Of an instant it is the time as that is written, whatever its offset, as in PostgreSQL.
pub(crate) fn time_of_text(text: &[u8]) -> Result<Time, Reason> {
    let clock = match text.split_at_checked(10) {
        Some((day, [b'T' | b't' | b' ', rest @ ..])) if days(day).is_some() => rest,
        Some(_) | None => text,
    };
    match clock_of_text(clock, 6) {
        Some((clock, rest)) if offset_of_text(rest).is_some() => time_of_day(clock),
        Some(_) | None => Err(Reason::Time),
    }
}

/// A date as CAST reads it. Of an instant it is the date as that is written, whatever its offset,
/// as in PostgreSQL.
pub(crate) fn date_of_text(text: &[u8]) -> Option<Date> {
    let (day, _) = text.split_at_checked(10)?;
    instant_of_text(text, 6)?;
    date(day)
}

/// `YYYY-MM-DD`, of the years 1 to 9999.
pub(crate) fn date(text: &[u8]) -> Option<Date> {
    days(text).map(|days| Date(i32::try_from(days).expect("days of four-digit years fit")))
}

/// `HH:MM` or `HH:MM:SS`, the latter with up to 9 fraction digits.
pub(crate) fn time(text: &[u8]) -> Result<Time, Reason> {
    let (seconds, nanos) = time_parts(text).ok_or(Reason::Time)?;
    time_of_day(Instant { seconds, nanos })
}

/// Time since midnight, rounded to microseconds: that must not end in the next day.
fn time_of_day(clock: Instant) -> Result<Time, Reason> {
    let micros = clock.seconds * MICROS_PER_SECOND + (i64::from(clock.nanos) + 500) / 1_000;
    if micros < DAY_MICROS {
        Ok(Time(micros))
    } else {
        Err(Reason::OutOfRange)
    }
}

fn time_parts(text: &[u8]) -> Option<(i64, u32)> {
    if let [h0, h1, b':', m0, m1] = *text {
        return Some((clock_seconds(&[h0, h1, b':', m0, m1, b':', b'0', b'0'])?, 0));
    }
    let (clock, rest) = text.split_at_checked(8)?;
    let (nanos, rest) = fraction(rest)?;
    rest.is_empty().then_some((clock_seconds(clock)?, nanos))
}

/// Time since the epoch as a number in the unit of `format`; `digits` is 0, 3 or 6.
pub(crate) fn unix(
    number: &Parts<'_>,
    format: TimeFormat,
    digits: u8,
) -> Result<Timestamp, Reason> {
    unix_scaled(number, format, digits)
        .and_then(|value| value.checked_mul(power(6 - digits)))
        .ok_or(Reason::OutOfRange)
        .and_then(in_calendar)
}

/// The same in nanoseconds.
pub(crate) fn unix_nanos(number: &Parts<'_>, format: TimeFormat) -> Result<TimestampNanos, Reason> {
    unix_scaled(number, format, 9)
        .map(TimestampNanos)
        .ok_or(Reason::OutOfRange)
}

fn unix_scaled(number: &Parts<'_>, format: TimeFormat, digits: u8) -> Option<i64> {
    let unit = match format {
        TimeFormat::Rfc3339 | TimeFormat::Pattern(_) => {
            unreachable!("text is not read as a number")
        }
        TimeFormat::UnixSeconds => 0,
        TimeFormat::UnixMilliseconds => 3,
        TimeFormat::UnixMicroseconds => 6,
        TimeFormat::UnixNanoseconds => 9,
    };
    i64::try_from(scaled(number, i64::from(digits) - unit, Ties::Up)?).ok()
}

/// `value` rounded to a multiple of `unit`, ties up.
pub(crate) fn round_to(value: i64, unit: i64) -> Option<i64> {
    Some(value.checked_add(unit / 2)?.div_euclid(unit) * unit)
}

/// Rounds to `digits` (0, 3 or 6) behind the second.
pub(crate) fn round_micros(micros: i64, digits: u8) -> Result<Timestamp, Reason> {
    round_to(micros, power(6 - digits))
        .ok_or(Reason::OutOfRange)
        .and_then(in_calendar)
}

/// Nanoseconds to microseconds, rounded to `digits` (0, 3 or 6) behind the second.
pub(crate) fn nanos_to_micros(nanos: i64, digits: u8) -> Timestamp {
    let unit = power(9 - digits);
    // The quotient is small, so the sum is taken there and cannot overflow.
    let rounded = nanos.div_euclid(unit) + i64::from(nanos.rem_euclid(unit) >= (unit + 1) / 2);
    Timestamp(rounded * power(6 - digits))
}

fn days(text: &[u8]) -> Option<i64> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = *text else {
        return None;
    };
    let year = i64::from(two(y0, y1)?) * 100 + i64::from(two(y2, y3)?);
    let month = two(m0, m1)?;
    let day = two(d0, d1)?;
    (year >= 1).then_some(Civil { year, month, day }.days()?)
}

/// `HH:MM:SS`; the second may be 60.
fn clock_seconds(text: &[u8]) -> Option<i64> {
    let [h0, h1, b':', m0, m1, b':', s0, s1] = *text else {
        return None;
    };
    let (hour, minute, second) = (two(h0, h1)?, two(m0, m1)?, two(s0, s1)?);
    let exists = hour <= 23 && minute <= 59 && second <= 60;
    exists.then(|| i64::from(hour * 3_600 + minute * 60 + second))
}

/// Nanoseconds of `.` and 1 to 9 digits, 0 where there is no point; and what follows.
fn fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let [b'.', rest @ ..] = text else {
        return Some((0, text));
    };
    let (digits, rest) = rest.split_at(crate::swar::digits(rest));
    if !(1..=9).contains(&digits.len()) {
        return None;
    }
    let value = digits
        .iter()
        .fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    let missing = u32::try_from(9 - digits.len()).expect("at most 8");
    Some((value * 10_u32.pow(missing), rest))
}

/// The time since midnight that `text` begins with, rounded to `digits`; and what follows.
fn clock_of_text(text: &[u8], digits: u8) -> Option<(Instant, &[u8])> {
    let with_seconds = text.get(5) == Some(&b':');
    let (clock, rest) = text.split_at_checked(if with_seconds { 8 } else { 5 })?;
    if !with_seconds {
        let [h0, h1, b':', m0, m1] = *clock else {
            return None;
        };
        let seconds = clock_seconds(&[h0, h1, b':', m0, m1, b':', b'0', b'0'])?;
        return Some((Instant { seconds, nanos: 0 }, rest));
    }
    let seconds = clock_seconds(clock)?;
    let [b'.', rest @ ..] = rest else {
        return Some((Instant { seconds, nanos: 0 }, rest));
    };
    let (fraction, rest) = rest.split_at(crate::swar::digits(rest));
    let nanos = rounded_nanos(fraction, digits)?;
    let clock = Instant {
        seconds: seconds + nanos / NANOS_PER_SECOND,
        nanos: u32::try_from(nanos % NANOS_PER_SECOND).expect("below a second"),
    };
    Some((clock, rest))
}

/// A fraction's digits as nanoseconds, rounded once, to `digits`; None where there are none.
/// Since a fraction is never below zero, the first digit that is dropped decides.
fn rounded_nanos(fraction: &[u8], digits: u8) -> Option<i64> {
    let digit = |at: u8| {
        fraction
            .get(usize::from(at))
            .map_or(0, |digit| digit - b'0')
    };
    let kept = (0..digits).fold(0, |value, at| value * 10 + i64::from(digit(at)));
    let rounded = kept + i64::from(digit(digits) >= 5);
    (!fraction.is_empty()).then_some(rounded * power(9 - digits))
}

/// What [`offset_seconds`] takes, and `+02`.
fn offset_of_text(text: &[u8]) -> Option<i64> {
    match *text {
        [sign, h0, h1] => offset_seconds(&[sign, h0, h1, b'0', b'0']),
        _ => offset_seconds(text),
    }
}

/// Nothing, or all of what [`leading_offset`] takes.
fn offset_seconds(text: &[u8]) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let (seconds, rest) = leading_offset(text)?;
    rest.is_empty().then_some(seconds)
}

/// `Z`, `+02:00` or `+0200` at the start of `text`: seconds east of UTC; and what follows.
pub(super) fn leading_offset(text: &[u8]) -> Option<(i64, &[u8])> {
    let (sign, [h0, h1, m0, m1], rest) = match *text {
        [b'Z' | b'z', ref rest @ ..] => return Some((0, rest)),
        [sign, h0, h1, b':', m0, m1, ref rest @ ..] | [sign, h0, h1, m0, m1, ref rest @ ..] => {
            (sign, [h0, h1, m0, m1], rest)
        }
        _ => return None,
    };
    let (hour, minute) = (two(h0, h1)?, two(m0, m1)?);
    if hour > 23 || minute > 59 {
        return None;
    }
    let seconds = i64::from(hour * 3_600 + minute * 60);
    match sign {
        b'+' => Some((seconds, rest)),
        b'-' => Some((-seconds, rest)),
        _ => None,
    }
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    let both = tens.is_ascii_digit() && ones.is_ascii_digit();
    both.then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
}
