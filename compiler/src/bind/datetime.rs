//! Instants, dates and times of day from their text forms, for literals and constant casts.
//!
//! RFC 3339 with the liberties of PostgreSQL: a space may stand for `T`, the seconds may be
//! missing, the offset may lack its colon or its minutes or be missing (then it is UTC), a bare
//! date is midnight UTC, and a fraction may have any number of digits: it is rounded once.

use super::literal::Problem;
use crate::types::TimestampPrecision;
use std::ops::Range;

/// Microseconds in a day.
const DAY_US: i64 = 86_400_000_000;
/// 0001-01-01, in days since the epoch.
const FIRST_DAY: i128 = -719_162;
/// 9999-12-31
const LAST_DAY: i128 = 2_932_896;
/// Nanoseconds in a second.
const SECOND_NS: i128 = 1_000_000_000;

/// The instant `text`, rounded to `precision`: microseconds since the epoch, nanoseconds at
/// precision 9.
pub(crate) fn timestamp(text: &str, precision: TimestampPrecision) -> Result<i64, Problem> {
    let mut scanner = Scanner { text, at: 0 };
    let days = scanner.date()?;
    let mut nanos = i128::from(days) * 86_400 * SECOND_NS;
    if !scanner.at_end() {
        scanner.separator()?;
        nanos += i128::from(scanner.time_ns(precision.digits())?);
        nanos -= i128::from(scanner.offset_s()?) * SECOND_NS;
    }
    scanner.end()?;
    instant(nanos, precision).ok_or_else(|| scanner.problem(0..text.len(), "is out of range"))
}

/// Days since the epoch of the date `text`, `2024-05-01`, or of an instant as it is written.
pub(crate) fn date(text: &str) -> Result<i32, Problem> {
    let mut scanner = Scanner { text, at: 0 };
    let days = scanner.date()?;
    if !scanner.at_end() {
        scanner.separator()?;
        scanner.time_ns(6)?;
        scanner.offset_s()?;
    }
    scanner.end()?;
    Ok(days)
}

/// Microseconds since midnight of the time `text`, `07:30:00.5`, or of an instant as it is written.
pub(crate) fn time(text: &str) -> Result<i64, Problem> {
    let mut scanner = Scanner { text, at: 0 };
    if text.as_bytes().get(4) == Some(&b'-') {
        scanner.date()?;
        scanner.separator()?;
    }
    let micros = scanner.time_ns(6)? / 1000;
    scanner.offset_s()?;
    scanner.end()?;
    if micros >= DAY_US {
        return Err(scanner.problem(0..text.len(), "rounded, this is the next day"));
    }
    Ok(micros)
}

/// Rounds nanoseconds since the epoch to a timestamp of `precision`, half away from the past as
/// the runtime does; None if the result does not fit.
pub(crate) fn instant(nanos: i128, precision: TimestampPrecision) -> Option<i64> {
    let (unit, per_tick) = match precision {
        TimestampPrecision::Seconds => (SECOND_NS, 1000),
        TimestampPrecision::Milliseconds => (1_000_000, 1000),
        TimestampPrecision::Microseconds => (1000, 1000),
        TimestampPrecision::Nanoseconds => (1, 1),
    };
    let rounded = (nanos + unit / 2).div_euclid(unit) * unit;
    let days = rounded.div_euclid(i128::from(DAY_US) * 1000);
    if !(FIRST_DAY..=LAST_DAY).contains(&days) {
        return None;
    }
    i64::try_from(rounded / per_tick).ok()
}

/// Days since the epoch of an instant in microseconds.
pub(crate) fn day_of(micros: i64) -> i64 {
    micros.div_euclid(DAY_US)
}

/// Microseconds since midnight UTC of an instant in microseconds.
pub(crate) fn time_of(micros: i64) -> i64 {
    micros.rem_euclid(DAY_US)
}

/// Microseconds since the epoch of a day's start; None beyond the range.
pub(crate) fn start_of_day(days: i32) -> Option<i64> {
    i64::from(days).checked_mul(DAY_US)
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar. Years are counted from
/// March so that the leap day comes last; 400 years have 146,097 days.
fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Reads `text` from left to right.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn rest(&self) -> &[u8] {
        &self.text.as_bytes()[self.at..]
    }

    fn at_end(&self) -> bool {
        self.at == self.text.len()
    }

    fn problem(&self, range: Range<usize>, text: &str) -> Problem {
        let end = (range.end..=self.text.len())
            .find(|&end| self.text.is_char_boundary(end))
            .unwrap_or(self.text.len());
        Problem {
            range: range.start..end,
            text: text.to_owned(),
        }
    }

    /// A problem with the next character, or with the end of the text.
    fn unexpected(&self, wanted: &str) -> Problem {
        let end = (self.at + 1).min(self.text.len());
        self.problem(self.at..end, wanted)
    }

    fn end(&self) -> Result<(), Problem> {
        if self.at_end() {
            return Ok(());
        }
        Err(self.problem(self.at..self.text.len(), "this does not belong here"))
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.rest().first() == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8) -> Result<(), Problem> {
        if self.eat(byte) {
            return Ok(());
        }
        Err(self.unexpected(&format!("expected `{}` here", char::from(byte))))
    }

    /// Exactly `count` digits.
    fn digits(&mut self, count: usize, what: &str) -> Result<i32, Problem> {
        let digits: Vec<u8> = self.rest().iter().take(count).copied().collect();
        if digits.len() < count || !digits.iter().all(u8::is_ascii_digit) {
            return Err(self.unexpected(&format!("expected {count} digits of the {what} here")));
        }
        self.at += count;
        Ok(digits
            .iter()
            .fold(0, |value, digit| value * 10 + i32::from(digit - b'0')))
    }

    /// Two digits between `least` and `greatest`.
    fn field(&mut self, what: &str, least: i32, greatest: i32) -> Result<i32, Problem> {
        let start = self.at;
        let value = self.digits(2, what)?;
        if (least..=greatest).contains(&value) {
            return Ok(value);
        }
        Err(self.problem(start..self.at, &format!("there is no {what} {value}")))
    }

    fn date(&mut self) -> Result<i32, Problem> {
        let year = self.digits(4, "year")?;
        if year == 0 {
            return Err(self.problem(0..4, "there is no year 0"));
        }
        self.expect(b'-')?;
        let month = self.field("month", 1, 12)?;
        self.expect(b'-')?;
        let start = self.at;
        let day = self.field("day", 1, 31)?;
        if day > days_in_month(year, month) {
            return Err(self.problem(start..self.at, "this month has no such day"));
        }
        Ok(days_from_civil(year, month, day))
    }

    fn separator(&mut self) -> Result<(), Problem> {
        if self.eat(b'T') || self.eat(b't') || self.eat(b' ') {
            return Ok(());
        }
        Err(self.unexpected("expected `T` or a space here"))
    }

    /// Nanoseconds since midnight, rounded to `digits` behind the second. Seconds may be left out,
    /// as in PostgreSQL.
    fn time_ns(&mut self, digits: u8) -> Result<i64, Problem> {
        let hour = self.field("hour", 0, 23)?;
        self.expect(b':')?;
        let minute = self.field("minute", 0, 59)?;
        let (mut second, mut fraction) = (0, 0);
        if self.eat(b':') {
            // a leap second is the first second of the next minute, as in PostgreSQL
            second = self.field("second", 0, 60)?;
            if self.eat(b'.') {
                fraction = self.fraction_ns(digits)?;
            }
        }
        let seconds = (hour * 60 + minute) * 60 + second;
        Ok(i64::from(seconds) * 1_000_000_000 + fraction)
    }

    /// The digits behind the point as nanoseconds, rounded to `kept` digits by the first one that
    /// is dropped.
    fn fraction_ns(&mut self, kept: u8) -> Result<i64, Problem> {
        let count = self
            .rest()
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        if count == 0 {
            return Err(self.unexpected("expected a digit here"));
        }
        let digits = &self.rest()[..count];
        let digit = |at: u8| {
            let digit = digits.get(usize::from(at));
            digit.map_or(0, |digit| i64::from(digit - b'0'))
        };
        let whole = (0..kept).fold(0, |value, at| value * 10 + digit(at));
        let rounded = whole + i64::from(digit(kept) >= 5);
        self.at += count;
        Ok(rounded * 10_i64.pow(u32::from(9 - kept)))
    }

    /// Seconds east of UTC.
    fn offset_s(&mut self) -> Result<i32, Problem> {
        if self.at_end() || self.eat(b'Z') || self.eat(b'z') {
            return Ok(0);
        }
        let sign = match self.rest().first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            Some(_) | None => return Err(self.unexpected("expected an offset such as `+02:00`")),
        };
        self.at += 1;
        let hours = self.field("offset hour", 0, 23)?;
        let minutes = if self.eat(b':') || !self.at_end() {
            self.field("offset minute", 0, 59)?
        } else {
            0
        };
        Ok(sign * (hours * 60 + minutes) * 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use TimestampPrecision::{Microseconds, Milliseconds, Nanoseconds, Seconds};

    #[test]
    fn timestamps_are_read() {
        let cases = [
            ("1970-01-01T00:00:00Z", Microseconds, 0),
            ("1970-01-02", Microseconds, DAY_US),
            (
                "2024-02-29 12:30:00.123456+02:00",
                Microseconds,
                1_709_202_600_123_456,
            ),
            (
                "2024-02-29T12:30:00.123456+0200",
                Milliseconds,
                1_709_202_600_123_000,
            ),
            ("2024-02-29T12:30:00.5Z", Seconds, 1_709_209_801_000_000),
            ("1970-01-01T00:00:00.0000000019Z", Nanoseconds, 2),
            ("1969-12-31T23:59:59.999999", Microseconds, -1),
            ("1970-01-01 01:00+01", Microseconds, 0),
            ("1969-12-31T23:59:60Z", Microseconds, 0),
            ("1970-01-01 00:00:00.4999999999", Seconds, 0),
            ("1970-01-01 00:00:00.4999999999", Nanoseconds, 500_000_000),
            ("9999-12-31T23:59:59Z", Seconds, 253_402_300_799_000_000),
        ];
        for (text, precision, expected) in cases {
            assert_eq!(timestamp(text, precision).ok(), Some(expected), "{text}");
        }
    }

    #[test]
    fn dates_and_times_are_those_of_an_instant_as_it_is_written() {
        let instant = "2024-02-29T23:30:00.5-05:00";
        assert_eq!(date(instant).ok(), date("2024-02-29").ok());
        assert_eq!(time(instant).ok(), time("23:30:00.5").ok());
        assert_eq!(time("10:00Z").ok(), time("10:00:00").ok());
        for text in [
            "2024-02-29T",
            "2024-02-30 10:00",
            "2024-02-29 10:00x",
            "2024-02-29",
        ] {
            assert!(time(text).is_err(), "{text}");
            assert!(date(text).is_err() || text == "2024-02-29", "{text}");
        }
    }

    #[test]
    fn mistakes_are_placed() {
        let cases = [
            ("2024-13-01", 5..7),
            ("2023-02-29", 8..10),
            ("2024-01-01X", 10..11),
            ("2024-01-01T25:00:00", 11..13),
            ("2024-01-01T10:00:00 ", 19..20),
            ("2024-1-1", 5..6),
            ("yesterday", 0..1),
            ("0000-01-01", 0..4),
            ("9999-12-31T23:59:59.9999999Z", 0..28),
        ];
        for (text, range) in cases {
            let problem = timestamp(text, Microseconds).expect_err(text);
            assert_eq!(problem.range, range, "{text}: {}", problem.text);
        }
    }
}
