//! INTERVAL: its text in both directions, its size, and multiples of it, all PostgreSQL's.

mod parse;

pub(crate) use parse::{Malformed, parse};

use super::Interval;
use super::text::Buffer;
use super::time::DAY_MICROS;
use crate::error::Reason;
use std::cmp::Ordering;
use std::fmt::Write as _;

/// The longest text is that of the largest negative parts.
const CAPACITY: usize = 72;

impl Interval {
    /// Of these parts.
    pub const fn new(months: i32, days: i32, micros: i64) -> Self {
        Self {
            months,
            days,
            micros,
        }
    }

    /// No time at all.
    pub(crate) const ZERO: Self = Self {
        months: 0,
        days: 0,
        micros: 0,
    };

    /// Microseconds, with months of 30 days and days of 24 hours: what comparisons go by.
    fn size(self) -> i128 {
        let days = i128::from(self.months) * 30 + i128::from(self.days);
        days * i128::from(DAY_MICROS) + i128::from(self.micros)
    }

    /// `self` and `other`, part by part.
    pub(crate) fn plus(self, other: Self) -> Result<Self, Reason> {
        let sum = || {
            Some(Self {
                months: self.months.checked_add(other.months)?,
                days: self.days.checked_add(other.days)?,
                micros: self.micros.checked_add(other.micros)?,
            })
        };
        sum().ok_or(Reason::Overflow)
    }

    /// `self` without `other`, part by part.
    pub(crate) fn minus(self, other: Self) -> Result<Self, Reason> {
        let difference = || {
            Some(Self {
                months: self.months.checked_sub(other.months)?,
                days: self.days.checked_sub(other.days)?,
                micros: self.micros.checked_sub(other.micros)?,
            })
        };
        difference().ok_or(Reason::Overflow)
    }

    /// The same back in time.
    pub(crate) fn negative(self) -> Result<Self, Reason> {
        let negative = || {
            Some(Self {
                months: self.months.checked_neg()?,
                days: self.days.checked_neg()?,
                micros: self.micros.checked_neg()?,
            })
        };
        negative().ok_or(Reason::Overflow)
    }

    /// `calculate` on each part. What is left of a month goes on as days of a thirtieth, what is
    /// left of a day as time, the way PostgreSQL does in floating point.
    pub(crate) fn scaled(self, calculate: impl Fn(f64) -> f64) -> Result<Self, Reason> {
        const DAY_SECONDS: f64 = 86_400.0;
        let to_micros = |seconds: f64| (seconds * 1e6).round_ties_even() / 1e6;
        let (months, days) = (calculate(self.months.into()), calculate(self.days.into()));
        let (whole_months, whole_days) = (integer(months)?, integer(days)?);
        let month_days = to_micros((months - f64::from(whole_months)) * 30.0);
        let mut seconds = to_micros(
            (days - f64::from(whole_days) + month_days - month_days.trunc()) * DAY_SECONDS,
        );
        let mut result = Self {
            months: whole_months,
            days: whole_days,
            micros: 0,
        };
        if seconds.abs() >= DAY_SECONDS {
            let more = integer(seconds / DAY_SECONDS)?;
            result.days = result.days.checked_add(more).ok_or(Reason::Overflow)?;
            seconds -= f64::from(more) * DAY_SECONDS;
        }
        let more = integer(month_days)?;
        result.days = result.days.checked_add(more).ok_or(Reason::Overflow)?;
        #[expect(clippy::cast_precision_loss, reason = "the factor is no more exact")]
        let micros = (calculate(self.micros as f64) + seconds * 1e6).round_ties_even();
        // -2⁶³ is the least, and 2⁶³ the first that is too large
        let in_range =
            (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&micros);
        if !in_range {
            return Err(Reason::Overflow);
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
        let micros = micros as i64;
        Ok(Self { micros, ..result })
    }
}

/// The whole part of `value`.
fn integer(value: f64) -> Result<i32, Reason> {
    let in_range = (f64::from(i32::MIN)..-f64::from(i32::MIN)).contains(&value);
    if !in_range {
        return Err(Reason::Overflow);
    }
    #[expect(clippy::cast_possible_truncation, reason = "that is what is asked for")]
    let whole = value as i32;
    Ok(whole)
}

impl PartialEq for Interval {
    fn eq(&self, other: &Self) -> bool {
        self.size() == other.size()
    }
}

impl Eq for Interval {}

impl PartialOrd for Interval {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Interval {
    fn cmp(&self, other: &Self) -> Ordering {
        self.size().cmp(&other.size())
    }
}

/// `1 year 2 mons -3 days +04:05:06.5`: parts that are zero are left out, and a part behind a
/// negative one tells its sign.
pub(crate) fn text(interval: Interval) -> Buffer<CAPACITY> {
    let mut text = Buffer::new();
    let (mut first, mut behind_negative) = (true, false);
    let units = [
        (interval.months / 12, "year"),
        (interval.months % 12, "mon"),
        (interval.days, "day"),
    ];
    for (value, unit) in units {
        if value == 0 {
            continue;
        }
        let space = if first { "" } else { " " };
        let plus = if behind_negative && value > 0 {
            "+"
        } else {
            ""
        };
        let plural = if value == 1 { "" } else { "s" };
        write!(text, "{space}{plus}{value} {unit}{plural}").expect("there is room for each part");
        (first, behind_negative) = (false, value < 0);
    }
    if first || interval.micros != 0 {
        let space = if first { "" } else { " " };
        let sign = match interval.micros {
            ..0 => "-",
            _ if behind_negative => "+",
            _ => "",
        };
        let micros = interval.micros.unsigned_abs();
        let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
        let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
        write!(
            text,
            "{space}{sign}{hours:02}:{minutes:02}:{:02}",
            seconds % 60
        )
        .expect("there is room for each part");
        if fraction != 0 {
            write!(text, ".{fraction:06}").expect("there is room for each part");
            text.trim_end(b'0');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_and_written_as_postgresql_does() {
        let mut compared = 0;
        for case in include_str!("../../tests/intervals.txt").lines().skip(1) {
            let (input, expected) = case.split_once('|').expect("a case has two fields");
            let parsed = parse(input).ok();
            let written = parsed.map(|interval| text(interval).as_str().to_owned());
            assert_eq!(written.as_deref().unwrap_or("none"), expected, "{input}");
            if let Some(interval) = parsed {
                let again = parse(text(interval).as_str()).expect("what we write can be read");
                let parts = |i: Interval| (i.months, i.days, i.micros);
                assert_eq!(parts(again), parts(interval), "{input}");
            }
            compared += 1;
        }
        assert!(compared > 70, "{compared} cases");
        assert_eq!(parse("").err(), Some(Malformed::Syntax));
    }

    #[test]
    fn months_have_thirty_days_where_they_are_compared() {
        let of = |text: &str| parse(text).expect(text);
        assert_eq!(of("1 month"), of("30 days"));
        assert_eq!(of("1 day"), of("24 hours"));
        assert!(of("1 month") < of("31 days"));
        assert!(of("-1 year") < of("-359 days"));
        assert!(of("1 month -30 days") == of("0"));
    }
}
