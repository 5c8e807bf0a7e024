//! Casts between TIMESTAMP, DATE and TIME, and from text to them.

use super::{CastTo, trim};
use crate::error::Reason;
use crate::value::interval::{self, Malformed};
use crate::value::time::{self, DAY_MICROS, DAY_NANOS, Instant};
use crate::value::{Date, Interval, Time, Timestamp, TimestampNanos};

/// What can become a TIMESTAMP.
pub trait ToTimestamp {
    /// Rounded to `digits` (0, 3 or 6) behind the second, ties to the later instant.
    fn to_timestamp(self, digits: u8) -> Result<Timestamp, Reason>;
}

/// What can become a TIMESTAMP(9).
pub trait ToTimestampNanos {
    /// Exact.
    fn to_timestamp_nanos(self) -> Result<TimestampNanos, Reason>;
}

/// `CAST(value AS TIMESTAMP(digits))` for 0, 3 and 6 digits.
pub fn cast_timestamp(value: impl ToTimestamp, digits: u8) -> Result<Timestamp, Reason> {
    value.to_timestamp(digits)
}

/// `CAST(value AS TIMESTAMP(9))`
pub fn cast_timestamp_nanos(value: impl ToTimestampNanos) -> Result<TimestampNanos, Reason> {
    value.to_timestamp_nanos()
}

impl ToTimestamp for Timestamp {
    fn to_timestamp(self, digits: u8) -> Result<Timestamp, Reason> {
        time::round_micros(self.0, digits).map_err(overflow)
    }
}

impl ToTimestamp for TimestampNanos {
    fn to_timestamp(self, digits: u8) -> Result<Timestamp, Reason> {
        Ok(time::nanos_to_micros(self.0, digits))
    }
}

/// Midnight UTC.
impl ToTimestamp for Date {
    fn to_timestamp(self, _digits: u8) -> Result<Timestamp, Reason> {
        time::in_calendar(i64::from(self.0) * DAY_MICROS).map_err(overflow)
    }
}

/// A date, or a date and a time: see [`time::instant_of_text`].
impl ToTimestamp for &str {
    fn to_timestamp(self, digits: u8) -> Result<Timestamp, Reason> {
        instant(self, digits)?.timestamp(digits).map_err(overflow)
    }
}

impl ToTimestampNanos for TimestampNanos {
    fn to_timestamp_nanos(self) -> Result<TimestampNanos, Reason> {
        Ok(self)
    }
}

impl ToTimestampNanos for Timestamp {
    fn to_timestamp_nanos(self) -> Result<TimestampNanos, Reason> {
        let nanos = self.0.checked_mul(1_000);
        nanos.map(TimestampNanos).ok_or(Reason::Overflow)
    }
}

/// Midnight UTC.
impl ToTimestampNanos for Date {
    fn to_timestamp_nanos(self) -> Result<TimestampNanos, Reason> {
        let nanos = i64::from(self.0).checked_mul(DAY_NANOS);
        nanos.map(TimestampNanos).ok_or(Reason::Overflow)
    }
}

/// A date, or a date and a time: see [`time::instant_of_text`].
impl ToTimestampNanos for &str {
    fn to_timestamp_nanos(self) -> Result<TimestampNanos, Reason> {
        instant(self, 9)?.timestamp_nanos().map_err(overflow)
    }
}

fn instant(text: &str, digits: u8) -> Result<Instant, Reason> {
    time::instant_of_text(trim(text).as_bytes(), digits).ok_or(Reason::Cast)
}

/// A cast speaks of its type's range, not of a column's.
fn overflow(_out_of_range: Reason) -> Reason {
    Reason::Overflow
}

/// The day in UTC.
impl CastTo<Date> for Timestamp {
    fn cast_to(self) -> Result<Date, Reason> {
        days(self.0.div_euclid(DAY_MICROS))
    }
}

/// The day in UTC.
impl CastTo<Date> for TimestampNanos {
    fn cast_to(self) -> Result<Date, Reason> {
        days(self.0.div_euclid(DAY_NANOS))
    }
}

fn days(days: i64) -> Result<Date, Reason> {
    i32::try_from(days).map(Date).map_err(|_| Reason::Overflow)
}

/// The time of day in UTC.
impl CastTo<Time> for Timestamp {
    fn cast_to(self) -> Result<Time, Reason> {
        Ok(Time(self.0.rem_euclid(DAY_MICROS)))
    }
}

/// The time of day in UTC, cut off behind the microsecond: rounding could end in the next day.
impl CastTo<Time> for TimestampNanos {
    fn cast_to(self) -> Result<Time, Reason> {
        Ok(Time(self.0.rem_euclid(DAY_NANOS) / 1_000))
    }
}

impl CastTo<Date> for &str {
    fn cast_to(self) -> Result<Date, Reason> {
        time::date_of_text(trim(self).as_bytes()).ok_or(Reason::Cast)
    }
}

impl CastTo<Time> for &str {
    fn cast_to(self) -> Result<Time, Reason> {
        time::time_of_text(trim(self).as_bytes()).map_err(|reason| match reason {
            Reason::OutOfRange => Reason::Overflow,
            _malformed => Reason::Cast,
        })
    }
}

impl CastTo<Interval> for &str {
    fn cast_to(self) -> Result<Interval, Reason> {
        interval::parse(trim(self)).map_err(|malformed| match malformed {
            Malformed::Syntax => Reason::Cast,
            Malformed::Range => Reason::Overflow,
        })
    }
}

impl CastTo<Interval> for Time {
    fn cast_to(self) -> Result<Interval, Reason> {
        Ok(Interval {
            micros: self.0,
            ..Interval::ZERO
        })
    }
}

/// The time behind its days; one below zero counts back from midnight.
impl CastTo<Time> for Interval {
    fn cast_to(self) -> Result<Time, Reason> {
        Ok(Time(self.micros.rem_euclid(DAY_MICROS)))
    }
}
