//! Instants, dates and times from numbers, and numbers from instants.

use super::time::Instant;
use crate::error::Reason;
use crate::value::calendar::Civil;
use crate::value::time::{DAY_MICROS, in_calendar};
use crate::value::{Date, Time, Timestamp, TimestampNanos};

/// 2000-01-01T00:00:00Z, from which PostgreSQL counts.
const EPOCH_2000: i64 = 946_684_800;

/// `to_timestamp(seconds)`, rounded to microseconds as PostgreSQL does.
pub fn to_timestamp(seconds: f64) -> Result<Timestamp, Reason> {
    #[expect(clippy::cast_precision_loss, reason = "exact")]
    let since_2000 = (seconds - EPOCH_2000 as f64) * 1e6;
    // far beyond the calendar, and within an `i64`
    if since_2000.abs() > 1e18 {
        return Err(Reason::OutOfRange);
    }
    #[expect(clippy::cast_possible_truncation, reason = "it was checked")]
    let since_2000 = since_2000.round_ties_even() as i64;
    in_calendar(since_2000 + EPOCH_2000 * 1_000_000)
}

fn of_multiple(value: i64, micros: i64) -> Result<Timestamp, Reason> {
    let micros = value.checked_mul(micros).ok_or(Reason::OutOfRange)?;
    in_calendar(micros)
}

/// `to_timestamp_seconds(seconds)`
pub fn to_timestamp_seconds(seconds: i64) -> Result<Timestamp, Reason> {
    of_multiple(seconds, 1_000_000)
}

/// `to_timestamp_millis(milliseconds)`
pub fn to_timestamp_millis(millis: i64) -> Result<Timestamp, Reason> {
    of_multiple(millis, 1_000)
}

/// `to_timestamp_micros(microseconds)`
pub fn to_timestamp_micros(micros: i64) -> Result<Timestamp, Reason> {
    in_calendar(micros)
}

/// `to_timestamp_nanos(nanoseconds)`
pub fn to_timestamp_nanos(nanos: i64) -> TimestampNanos {
    TimestampNanos(nanos)
}

/// `epoch_ms(instant)`: whole milliseconds, the last that had begun.
pub fn epoch_ms(at: impl Instant) -> i64 {
    in_units(at, 1_000)
}

/// `epoch_us(instant)`
pub fn epoch_us(at: impl Instant) -> i64 {
    in_units(at, 1_000_000)
}

/// `epoch_ns(instant)`: of the years 1677 to 2262, as many as there are in a BIGINT.
pub fn epoch_ns<T: Instant>(at: T) -> Result<i64, Reason> {
    let nanos = at.units().checked_mul(1_000_000_000 / T::PER_SECOND);
    nanos.ok_or(Reason::OutOfRange)
}

fn in_units<T: Instant>(at: T, per_second: i64) -> i64 {
    at.units().div_euclid(T::PER_SECOND / per_second)
}

/// `make_date(year, month, day)`, of the years 1 to 9999
pub fn make_date(year: i64, month: i64, day: i64) -> Result<Date, Reason> {
    let small = |value: i64| u32::try_from(value).map_err(|_| Reason::Argument);
    let civil = Civil {
        year,
        month: small(month)?,
        day: small(day)?,
    };
    if !(1..=9999).contains(&year) {
        return Err(Reason::Argument);
    }
    let days = civil.days().ok_or(Reason::Argument)?;
    i32::try_from(days).map(Date).map_err(|_| Reason::Argument)
}

/// `make_time(hour, minute, second)`
pub fn make_time(hour: i64, minute: i64, second: f64) -> Result<Time, Reason> {
    let micros = micros_of_day(hour, minute, second)?;
    if micros < DAY_MICROS {
        Ok(Time(micros))
    } else {
        Err(Reason::OutOfRange)
    }
}

/// `make_timestamp(year, month, day, hour, minute, second)`
pub fn make_timestamp(
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: f64,
) -> Result<Timestamp, Reason> {
    let Date(days) = make_date(year, month, day)?;
    let micros = micros_of_day(hour, minute, second)?;
    in_calendar(i64::from(days) * DAY_MICROS + micros)
}

/// Seconds are rounded to microseconds; 60 of them, and 24:00:00, are the start of what follows.
fn micros_of_day(hour: i64, minute: i64, second: f64) -> Result<i64, Reason> {
    let micros = (second * 1e6).round_ties_even();
    let exists =
        (0..=24).contains(&hour) && (0..60).contains(&minute) && (0.0..=6e7).contains(&micros);
    if !exists {
        return Err(Reason::Argument);
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most a minute")]
    let micros = micros as i64;
    let micros = (hour * 60 + minute) * 60_000_000 + micros;
    if micros <= DAY_MICROS {
        Ok(micros)
    } else {
        Err(Reason::Argument)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_from_numbers() {
        assert_eq!(
            to_timestamp(1_284_352_323.5),
            Ok(Timestamp(1_284_352_323_500_000))
        );
        assert_eq!(to_timestamp(-0.000_001), Ok(Timestamp(-1)));
        assert_eq!(to_timestamp(1e300), Err(Reason::OutOfRange));
        assert_eq!(to_timestamp(3e11), Err(Reason::OutOfRange));
        assert_eq!(to_timestamp_seconds(-1), Ok(Timestamp(-1_000_000)));
        assert_eq!(to_timestamp_seconds(i64::MAX), Err(Reason::OutOfRange));
        assert_eq!(to_timestamp_millis(1_500), Ok(Timestamp(1_500_000)));
        assert_eq!(to_timestamp_micros(i64::MAX), Err(Reason::OutOfRange));
        assert_eq!(to_timestamp_nanos(5), TimestampNanos(5));
    }

    #[test]
    fn numbers_from_instants() {
        assert_eq!(epoch_ms(Timestamp(-1)), -1);
        assert_eq!(epoch_ms(TimestampNanos(1_999_999)), 1);
        assert_eq!(epoch_us(TimestampNanos(-1)), -1);
        assert_eq!(epoch_us(Timestamp(7)), 7);
        assert_eq!(epoch_ns(Timestamp(7)), Ok(7_000));
        assert_eq!(epoch_ns(Timestamp(i64::MAX / 2)), Err(Reason::OutOfRange));
    }

    #[test]
    fn parts_of_the_calendar() {
        assert_eq!(make_date(1970, 1, 2), Ok(Date(1)));
        for (year, month, day) in [
            (2023, 2, 29),
            (2023, 13, 1),
            (2023, 0, 1),
            (0, 1, 1),
            (2023, 1, -1),
        ] {
            assert_eq!(make_date(year, month, day), Err(Reason::Argument));
        }
        assert_eq!(make_time(8, 15, 23.5), Ok(Time(29_723_500_000)));
        assert_eq!(make_time(8, 15, -1e-9), Ok(Time(29_700_000_000)));
        assert_eq!(make_time(8, 15, -1e-6), Err(Reason::Argument));
        assert_eq!(make_time(23, 59, 60.0), Err(Reason::OutOfRange));
        assert_eq!(make_time(8, 60, 0.0), Err(Reason::Argument));
        assert_eq!(
            make_timestamp(1970, 1, 1, 24, 0, 0.0),
            Ok(Timestamp(DAY_MICROS))
        );
        assert_eq!(
            make_timestamp(1970, 1, 1, 24, 0, 1.0),
            Err(Reason::Argument)
        );
        assert_eq!(
            make_timestamp(1970, 1, 1, 0, 0, 60.5),
            Err(Reason::Argument)
        );
    }
}
