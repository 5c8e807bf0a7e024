//! INTERVAL from its text, and its size, as the runtime has them.

use crate::ir::logical::Value;

const DAY: i64 = 24 * HOUR;
const HOUR: i64 = 60 * MINUTE;
const MINUTE: i64 = 60 * SECOND;
const SECOND: i64 = 1_000_000;

/// Microseconds, with months of 30 days and days of 24 hours: what comparisons go by.
pub(crate) fn size(months: i32, days: i32, micros: i64) -> i128 {
    let days = i128::from(months) * 30 + i128::from(days);
    days * i128::from(DAY) + i128::from(micros)
}

/// Why a text is no interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Malformed {
    /// It cannot be read.
    Syntax,
    /// Its parts are too large.
    Range,
}

/// An interval as PostgreSQL writes it or people do: `1 day 02:03:04.5`, `1 year 2 months`,
/// `-3 hours`, `90` (seconds), `1-2` (a year and two months), `P1DT2H`, each also with `ago`.
pub(crate) fn parse(text: &str) -> Result<Value, Malformed> {
    let lower = text.trim_matches(is_space).to_ascii_lowercase();
    let mut parts = Parts::default();
    match lower.strip_prefix('p') {
        Some(rest) => parts.iso(rest)?,
        None => parts.verbose(&joined_signs(&lower))?,
    }
    let narrow = |value: i64| i32::try_from(value).map_err(|_| Malformed::Range);
    Ok(Value::Interval {
        months: narrow(parts.months)?,
        days: narrow(parts.days)?,
        micros: parts.micros,
    })
}

/// White space of the C locale, as PostgreSQL has it.
fn is_space(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\u{b}'
}

/// What has been read so far.
#[derive(Default)]
struct Parts {
    months: i64,
    days: i64,
    micros: i64,
    /// Which units there were, as bits.
    seen: u32,
}

/// A unit by its names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Months(i64),
    Days(i64),
    Micros(i64),
}

/// The units with the bits that they take in [`Parts::seen`].
const UNITS: &[(&[&str], u32, Unit)] = &[
    (
        &["millennium", "millennia", "mil", "mils"],
        1,
        Unit::Months(12_000),
    ),
    (
        &["century", "centuries", "c", "cent"],
        2,
        Unit::Months(1_200),
    ),
    (&["decade", "decades", "dec", "decs"], 4, Unit::Months(120)),
    (&["year", "years", "y", "yr", "yrs"], 8, Unit::Months(12)),
    (&["month", "months", "mon", "mons"], 16, Unit::Months(1)),
    (&["week", "weeks", "w"], 32, Unit::Days(7)),
    (&["day", "days", "d"], 64, Unit::Days(1)),
    (
        &["hour", "hours", "h", "hr", "hrs"],
        128,
        Unit::Micros(HOUR),
    ),
    (
        &["minute", "minutes", "m", "min", "mins"],
        256,
        Unit::Micros(MINUTE),
    ),
    (
        &["second", "seconds", "s", "sec", "secs"],
        512,
        Unit::Micros(SECOND),
    ),
    (
        &["millisecond", "milliseconds", "ms", "msec", "msecs"],
        1_024,
        Unit::Micros(1_000),
    ),
    (
        &["microsecond", "microseconds", "us", "usec", "usecs"],
        2_048,
        Unit::Micros(1),
    ),
];

/// The bits of seconds and all below, and of a time of day.
const SECONDS: u32 = 512 | 1_024 | 2_048;
const CLOCK: u32 = 128 | 256 | SECONDS;

/// A sign may stand apart from its number: `1 month - 1 day`.
fn joined_signs(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let (mut rest, mut is_apart) = (text, true);
    while let Some(c) = rest.chars().next() {
        joined.push(c);
        rest = &rest[c.len_utf8()..];
        let behind = rest.trim_start_matches(is_space);
        if is_apart
            && matches!(c, '+' | '-')
            && behind.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        {
            rest = behind;
        }
        is_apart = is_space(c);
    }
    joined
}

impl Parts {
    /// Behind the `P`: `1y2m3dt4h5m6.5s`.
    fn iso(&mut self, mut rest: &str) -> Result<(), Malformed> {
        let mut time = false;
        let mut any = false;
        while !rest.is_empty() {
            if let Some(behind) = rest.strip_prefix('t') {
                if time {
                    return Err(Malformed::Syntax);
                }
                (time, rest) = (true, behind);
                continue;
            }
            let (number, behind) = Number::read(rest).ok_or(Malformed::Syntax)?;
            let (letter, behind) = behind.split_at_checked(1).ok_or(Malformed::Syntax)?;
            let (bits, unit) = match (time, letter) {
                (false, "y") => (8, Unit::Months(12)),
                (false, "m") => (16, Unit::Months(1)),
                (false, "w") => (32, Unit::Days(7)),
                (false, "d") => (64, Unit::Days(1)),
                (true, "h") => (128, Unit::Micros(HOUR)),
                (true, "m") => (256, Unit::Micros(MINUTE)),
                (true, "s") => (512, Unit::Micros(SECOND)),
                _ => return Err(Malformed::Syntax),
            };
            self.add(number, bits, unit)?;
            (any, rest) = (true, behind);
        }
        (any || time).then_some(()).ok_or(Malformed::Syntax)
    }

    /// Numbers with units, years with months, times of day.
    fn verbose(&mut self, text: &str) -> Result<(), Malformed> {
        let mut rest = text
            .strip_prefix('@')
            .unwrap_or(text)
            .trim_start_matches(is_space);
        let mut ago = false;
        if rest.is_empty() {
            return Err(Malformed::Syntax);
        }
        while !rest.is_empty() {
            if ago {
                return Err(Malformed::Syntax);
            }
            if rest == "ago" && self.seen != 0 {
                (ago, rest) = (true, "");
                continue;
            }
            rest = self.part(rest)?.trim_start_matches(is_space);
        }
        if ago {
            let negative = |value: i64| value.checked_neg().ok_or(Malformed::Range);
            self.months = negative(self.months)?;
            self.days = negative(self.days)?;
            self.micros = negative(self.micros)?;
        }
        Ok(())
    }

    /// One part; what follows it.
    fn part<'t>(&mut self, text: &'t str) -> Result<&'t str, Malformed> {
        let (number, behind) = Number::read(text).ok_or(Malformed::Syntax)?;
        if let Some(clock) = behind.strip_prefix(':') {
            return self.clock(number, clock);
        }
        if let Some(months) = behind.strip_prefix('-') {
            let rest = self.years_and_months(number, months)?;
            // behind a sign a fraction belongs to the months, which have none
            let is_signed = text.starts_with(['+', '-']);
            return if is_signed && rest.starts_with('.') {
                Err(Malformed::Syntax)
            } else {
                Ok(rest)
            };
        }
        let behind = behind.trim_start_matches(is_space);
        let word_end = behind.find(|c: char| !c.is_ascii_alphabetic());
        let (word, rest) = behind.split_at(word_end.unwrap_or(behind.len()));
        if behind.is_empty() || word == "ago" {
            self.add(number, 512, Unit::Micros(SECOND))?;
            return Ok(behind);
        }
        if word.is_empty() {
            // a number before a time of day counts days
            let digits = behind.trim_start_matches(['+', '-']);
            let digits = digits.trim_start_matches(|c: char| c.is_ascii_digit());
            if !digits.starts_with(':') {
                return Err(Malformed::Syntax);
            }
            self.add(number, 64, Unit::Days(1))?;
            return Ok(behind);
        }
        let found = UNITS.iter().find(|(names, ..)| names.contains(&word));
        let &(_, bits, unit) = found.ok_or(Malformed::Syntax)?;
        self.add(number, bits, unit)?;
        Ok(rest)
    }

    /// Behind `hours:`: `minutes[:seconds[.fraction]]`.
    fn clock<'t>(&mut self, hours: Number, text: &'t str) -> Result<&'t str, Malformed> {
        let two = |text: &'t str, most: i64| {
            let end = text
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(text.len());
            let (digits, rest) = text.split_at(end);
            let value = digits.parse::<i64>().ok().filter(|&value| value <= most);
            let value = value
                .filter(|_| digits.len() <= 2)
                .ok_or(Malformed::Syntax)?;
            Ok((value, rest))
        };
        if hours.fraction != 0.0 {
            return Err(Malformed::Syntax);
        }
        let (minutes, rest) = two(text, 59)?;
        let (mut seconds, mut fraction, mut rest) = (0, 0.0, rest);
        if let Some(behind) = rest.strip_prefix(':') {
            (seconds, rest) = two(behind, 60)?;
            if rest.starts_with('.') {
                let end = rest[1..].find(|c: char| !c.is_ascii_digit());
                let (digits, behind) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
                fraction = format!("0{digits}")
                    .parse()
                    .map_err(|_| Malformed::Syntax)?;
                rest = behind;
            }
        }
        self.take(CLOCK)?;
        let sign = if hours.negative { -1 } else { 1 };
        let whole = Number {
            fraction: 0.0,
            ..hours
        };
        self.scale(whole, Unit::Micros(HOUR))?;
        #[expect(clippy::cast_possible_truncation, reason = "a fraction of a second")]
        let fraction = (fraction * 1e6_f64).round_ties_even() as i64;
        let micros = minutes * MINUTE + seconds * SECOND + fraction;
        self.micros = self
            .micros
            .checked_add(sign * micros)
            .ok_or(Malformed::Range)?;
        Ok(rest)
    }

    /// Behind `years-`: the months, 0 to 11.
    fn years_and_months<'t>(&mut self, years: Number, text: &'t str) -> Result<&'t str, Malformed> {
        let end = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        let (digits, rest) = text.split_at(end);
        let months = digits.parse::<i64>().ok().filter(|&months| months < 12);
        let months = months.ok_or(Malformed::Syntax)?;
        // a third number would make it a date
        if years.fraction != 0.0 || rest.starts_with('-') {
            return Err(Malformed::Syntax);
        }
        self.take(8 | 16)?;
        self.scale(years, Unit::Months(12))?;
        let sign = if years.negative { -1 } else { 1 };
        self.months = self
            .months
            .checked_add(sign * months)
            .ok_or(Malformed::Range)?;
        Ok(rest)
    }

    fn add(&mut self, number: Number, bits: u32, unit: Unit) -> Result<(), Malformed> {
        let fractional_seconds = bits == 512 && number.fraction != 0.0;
        self.take(if fractional_seconds { SECONDS } else { bits })?;
        self.scale(number, unit)
    }

    /// Notes that units were there, each of which may be there once.
    fn take(&mut self, bits: u32) -> Result<(), Malformed> {
        if self.seen & bits != 0 {
            return Err(Malformed::Syntax);
        }
        self.seen |= bits;
        Ok(())
    }

    /// Adds so many of a unit. A fraction of a year is rounded to months, one of a month or week
    /// goes on as days and time.
    fn scale(&mut self, number: Number, unit: Unit) -> Result<(), Malformed> {
        let Number {
            whole, fraction, ..
        } = number;
        let added = |to: i64, count: i64| {
            let product = whole.checked_mul(count)?;
            to.checked_add(product)
        };
        match unit {
            Unit::Months(count) => {
                self.months = added(self.months, count).ok_or(Malformed::Range)?;
                if count == 1 {
                    return self.fraction_of_days(fraction * 30.0);
                }
                #[expect(clippy::cast_precision_loss, reason = "12,000 at most")]
                let months = (fraction * count as f64).round_ties_even();
                #[expect(clippy::cast_possible_truncation, reason = "12,000 at most")]
                let months = months as i64;
                self.months = self.months.checked_add(months).ok_or(Malformed::Range)?;
            }
            Unit::Days(count) => {
                self.days = added(self.days, count).ok_or(Malformed::Range)?;
                #[expect(clippy::cast_precision_loss, reason = "7 at most")]
                let days = fraction * count as f64;
                self.fraction_of_days(days)?;
            }
            Unit::Micros(count) => {
                self.micros = added(self.micros, count).ok_or(Malformed::Range)?;
                self.fraction_of_micros(fraction, count)?;
            }
        }
        Ok(())
    }

    /// A number of days below 31.
    fn fraction_of_days(&mut self, days: f64) -> Result<(), Malformed> {
        #[expect(clippy::cast_possible_truncation, reason = "31 at most")]
        let whole = days.trunc() as i64;
        self.days = self.days.checked_add(whole).ok_or(Malformed::Range)?;
        self.fraction_of_micros(days - days.trunc(), DAY)
    }

    /// A fraction of so many microseconds, rounded half towards zero.
    fn fraction_of_micros(&mut self, fraction: f64, of: i64) -> Result<(), Malformed> {
        #[expect(clippy::cast_precision_loss, reason = "a day at most")]
        let micros = fraction * of as f64;
        let rest = micros - micros.trunc();
        let rounded = micros.trunc() + if rest.abs() > 0.5 { rest.signum() } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, reason = "a day at most")]
        let micros = rounded as i64;
        self.micros = self.micros.checked_add(micros).ok_or(Malformed::Range)?;
        Ok(())
    }
}

/// A number with its sign in both parts.
#[derive(Clone, Copy)]
struct Number {
    negative: bool,
    whole: i64,
    fraction: f64,
}

impl Number {
    /// The number that `text` begins with, and what follows it.
    fn read(text: &str) -> Option<(Self, &str)> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let negative = text.starts_with('-');
        let end = |text: &str| {
            text.find(|c: char| !c.is_ascii_digit())
                .unwrap_or(text.len())
        };
        let (whole, rest) = unsigned.split_at(end(unsigned));
        let (digits, rest) = match rest.strip_prefix('.') {
            Some(fraction) => fraction.split_at(end(fraction)),
            None => ("", rest),
        };
        if whole.is_empty() && digits.is_empty() {
            return None;
        }
        let sign = if negative { -1 } else { 1 };
        let whole: i64 = if whole.is_empty() {
            0
        } else {
            whole.parse().ok()?
        };
        let fraction: f64 = format!("0.{digits}0").parse().ok()?;
        let number = Self {
            negative,
            whole: sign * whole,
            fraction: if negative { -fraction } else { fraction },
        };
        Some((number, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_intervals() {
        let interval = |months, days, micros| {
            Ok(Value::Interval {
                months,
                days,
                micros,
            })
        };
        let cases = [
            ("1 day 02:03:04.5", interval(0, 1, 7_384_500_000)),
            ("p1y2m3w4dt5h6m7.5s", interval(14, 25, 18_367_500_000)),
            ("-1-2", interval(-14, 0, 0)),
            ("1.5 months ago", interval(-1, -15, 0)),
            ("90", interval(0, 0, 90 * SECOND)),
            ("1 day 1 day", Err(Malformed::Syntax)),
            ("178956971 years", Err(Malformed::Range)),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), expected, "{text}");
        }
        assert_eq!(size(1, -30, 1), 1);
    }
}
