//! Functions from and to lengths of time.

use super::time::{Instant, TimeField};
use crate::error::Reason;
use crate::value::calendar::{Civil, days_in_month};
use crate::value::time::DAY_MICROS;
use crate::value::{Decimal, Interval};

/// `date_bin(stride, instant, origin)`: the last multiple of the stride from the origin on that is
/// not later. A stride has no months, whose lengths differ, and is more than nothing.
pub fn date_bin<T: Instant>(stride: Interval, at: T, origin: T) -> Result<T, Reason> {
    let micros = i128::from(stride.days) * i128::from(DAY_MICROS) + i128::from(stride.micros);
    if stride.months != 0 || micros <= 0 {
        return Err(Reason::Argument);
    }
    if micros > i128::from(i64::MAX) {
        return Err(Reason::OutOfRange);
    }
    let stride = micros * i128::from(T::PER_SECOND / 1_000_000);
    let (at, origin) = (i128::from(at.units()), i128::from(origin.units()));
    let start = at - (at - origin).rem_euclid(stride);
    T::of_units(i64::try_from(start).ok())
}

/// `age(later, earlier)`: years and months, then days, then time. A day of a month that the earlier
/// one's month does not have is counted on from that month's end.
pub fn age(later: impl Instant, earlier: impl Instant) -> Interval {
    let (later, earlier) = (later.micros(), earlier.micros());
    if later >= earlier {
        return between(earlier, later);
    }
    let age = between(later, earlier);
    Interval::new(-age.months, -age.days, -age.micros)
}

fn between(earlier: i64, later: i64) -> Interval {
    let parts = |micros: i64| {
        let day = Civil::from_days(micros.div_euclid(DAY_MICROS));
        (day, micros.rem_euclid(DAY_MICROS))
    };
    let ((from, from_time), (to, to_time)) = (parts(earlier), parts(later));
    let mut micros = to_time - from_time;
    let mut days = i64::from(to.day) - i64::from(from.day);
    let mut months = (to.year - from.year) * 12 + i64::from(to.month) - i64::from(from.month);
    if micros < 0 {
        micros += DAY_MICROS;
        days -= 1;
    }
    if days < 0 {
        let length = days_in_month(from.year, from.month).expect("a month of the calendar");
        days += i64::from(length);
        months -= 1;
    }
    let small = |value: i64| i32::try_from(value).expect("the calendar has 9,999 years");
    Interval::new(small(months), small(days), micros)
}

/// `make_interval(years, months, weeks, days, hours, minutes)`
pub fn make_interval_whole(
    years: i64,
    months: i64,
    weeks: i64,
    days: i64,
    hours: i64,
    minutes: i64,
) -> Result<Interval, Reason> {
    make_interval(years, months, weeks, days, hours, minutes, 0.0)
}

/// `make_interval(years, months, weeks, days, hours, minutes, seconds)`; seconds are rounded to
/// microseconds.
pub fn make_interval(
    years: i64,
    months: i64,
    weeks: i64,
    days: i64,
    hours: i64,
    minutes: i64,
    seconds: f64,
) -> Result<Interval, Reason> {
    const LEAST: f64 = -9_223_372_036_854_775_808.0;
    let seconds = (seconds * 1e6).round_ties_even();
    let whole = |value: i64, unit: i64, more: i64| value.checked_mul(unit)?.checked_add(more);
    let make = || {
        let months = i32::try_from(whole(years, 12, months)?).ok()?;
        let days = i32::try_from(whole(weeks, 7, days)?).ok()?;
        let minutes = whole(hours, 60, minutes)?;
        if !(LEAST..-LEAST).contains(&seconds) {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
        let micros = whole(minutes, 60_000_000, seconds as i64)?;
        Some(Interval::new(months, days, micros))
    };
    make().ok_or(Reason::OutOfRange)
}

/// `extract(field FROM interval)` of a field without fraction. Parts do not become others: there
/// may be more than 24 hours.
pub fn extract_of_interval(field: TimeField, of: Interval) -> Decimal<0> {
    Decimal(field_micros(field, of) / 1_000_000)
}

/// The same of fields with six digits behind the point.
pub fn extract_micros_of_interval(field: TimeField, of: Interval) -> Decimal<6> {
    Decimal(field_micros(field, of))
}

/// `extract(milliseconds FROM interval)`
pub fn extract_millis_of_interval(of: Interval) -> Decimal<3> {
    Decimal(field_micros(TimeField::Second, of))
}

/// `date_part(field, interval)`
#[expect(clippy::cast_precision_loss, reason = "as PostgreSQL has it")]
pub fn date_part_of_interval(field: TimeField, of: Interval) -> f64 {
    let of_minute = of.micros % 60_000_000;
    let (second, fraction) = (
        (of_minute / 1_000_000) as f64,
        (of_minute % 1_000_000) as f64,
    );
    match field {
        TimeField::Second => second + fraction / 1e6,
        TimeField::Milliseconds => second * 1e3 + fraction / 1e3,
        TimeField::Epoch => {
            let (years, months) = (of.months / 12, of.months % 12);
            of.micros as f64 / 1e6
                + 365.25 * 86_400.0 * f64::from(years)
                + 30.0 * 86_400.0 * f64::from(months)
                + 86_400.0 * f64::from(of.days)
        }
        TimeField::Microseconds
        | TimeField::Minute
        | TimeField::Hour
        | TimeField::Day
        | TimeField::Dow
        | TimeField::IsoDow
        | TimeField::Doy
        | TimeField::Week
        | TimeField::Month
        | TimeField::Quarter
        | TimeField::Year
        | TimeField::IsoYear
        | TimeField::Decade
        | TimeField::Century
        | TimeField::Millennium
        | TimeField::Julian => field_micros(field, of) as f64 / 1e6,
    }
}

/// A field, times a million; what only dates have is 0. An epoch's year has 365.25 days, its month
/// 30.
fn field_micros(field: TimeField, of: Interval) -> i128 {
    let of_minute = i128::from(of.micros % 60_000_000);
    let (years, months) = (i128::from(of.months / 12), i128::from(of.months % 12));
    let whole = match field {
        TimeField::Microseconds => of_minute,
        TimeField::Milliseconds => return of_minute * 1_000,
        TimeField::Second => return of_minute,
        TimeField::Epoch => {
            // in quarters of days
            let days = years * 1_461 + months * 120 + i128::from(of.days) * 4;
            return days * 21_600_000_000 + i128::from(of.micros);
        }
        TimeField::Minute => (of.micros / 60_000_000 % 60).into(),
        TimeField::Hour => (of.micros / 3_600_000_000).into(),
        TimeField::Day => of.days.into(),
        TimeField::Month => months,
        TimeField::Quarter => months / 3 + 1,
        TimeField::Year => years,
        TimeField::Decade => years / 10,
        TimeField::Century => years / 100,
        TimeField::Millennium => years / 1_000,
        TimeField::Dow
        | TimeField::IsoDow
        | TimeField::Doy
        | TimeField::Week
        | TimeField::IsoYear
        | TimeField::Julian => 0,
    };
    whole * 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::{ToTimestamp, cast_text};
    use crate::value::{Timestamp, TimestampNanos};
    use bumpalo::Bump;

    fn at(text: &str) -> Timestamp {
        text.to_timestamp(6).expect("a timestamp")
    }

    /// As PostgreSQL has it.
    #[test]
    fn instants_in_bins() {
        let quarter = Interval::new(0, 0, 900_000_000);
        for (stride, instant, origin, expected) in [
            (
                quarter,
                "2020-02-11 15:44:17",
                "2001-01-01",
                "2020-02-11 15:30:00",
            ),
            (
                quarter,
                "2020-02-11 15:44:17",
                "2001-01-01 00:02:30",
                "2020-02-11 15:32:30",
            ),
            (
                quarter,
                "2000-02-11 15:44:17",
                "2001-01-01",
                "2000-02-11 15:30:00",
            ),
            (
                quarter,
                "2000-02-11 15:30:00",
                "2001-01-01",
                "2000-02-11 15:30:00",
            ),
            (
                Interval::new(0, 7, 0),
                "2026-11-29",
                "2001-01-01",
                "2026-11-23",
            ),
        ] {
            assert_eq!(
                date_bin(stride, at(instant), at(origin)),
                Ok(at(expected)),
                "{instant}"
            );
        }
        let any = at("2001-01-01");
        for stride in [
            Interval::ZERO,
            Interval::new(0, 0, -1),
            Interval::new(1, 0, 0),
        ] {
            assert_eq!(date_bin(stride, any, any), Err(Reason::Argument));
        }
        let long = Interval::new(0, i32::MAX, 0);
        assert_eq!(date_bin(long, any, any), Err(Reason::OutOfRange));
        let nanos = date_bin(
            Interval::new(0, 0, 1),
            TimestampNanos(-1),
            TimestampNanos(0),
        );
        assert_eq!(nanos, Ok(TimestampNanos(-1_000)));
        let first = date_bin(Interval::new(0, 40, 0), at("0001-01-02"), any);
        assert_eq!(first, Err(Reason::OutOfRange));
    }

    /// As PostgreSQL has it.
    #[test]
    fn ages() {
        let arena = Bump::new();
        for (later, earlier, expected) in [
            ("2001-04-10", "1957-06-13", "43 years 9 mons 27 days"),
            ("1957-06-13", "2001-04-10", "-43 years -9 mons -27 days"),
            ("2024-03-30", "2024-02-29", "1 mon 1 day"),
            (
                "2024-03-01 10:00:00",
                "2024-01-31 11:00:00",
                "1 mon 23:00:00",
            ),
            ("2023-03-01", "2023-01-31", "1 mon 1 day"),
            ("2026-01-01", "2026-01-01", "00:00:00"),
        ] {
            let age = age(at(later), at(earlier));
            assert_eq!(cast_text(age, &arena), expected, "{later} {earlier}");
        }
    }

    #[test]
    fn intervals_of_parts() {
        let made = make_interval(1, 2, 3, 4, 5, 6, 7.5);
        assert_eq!(made, Ok(Interval::new(14, 25, 18_367_500_000)));
        assert_eq!(
            make_interval_whole(0, 0, 0, 10, 0, 0),
            Ok(Interval::new(0, 10, 0))
        );
        for (years, weeks, minutes, seconds) in [
            (1 << 31, 0, 0, 0.0),
            (0, i64::MAX, 0, 0.0),
            (0, 0, i64::MAX, 0.0),
            (0, 0, 0, 1e13),
        ] {
            let made = make_interval(years, 0, weeks, 0, 0, minutes, seconds);
            assert_eq!(made, Err(Reason::OutOfRange));
        }
    }

    /// As PostgreSQL has it.
    #[test]
    fn fields_of_intervals() {
        let of = Interval::new(-1_235, 40, -123_456_789_012);
        for (field, expected) in [
            (TimeField::Hour, -34),
            (TimeField::Minute, -17),
            (TimeField::Microseconds, -36_789_012),
            (TimeField::Day, 40),
            (TimeField::Month, -11),
            (TimeField::Quarter, -2),
            (TimeField::Year, -102),
            (TimeField::Decade, -10),
            (TimeField::Century, -1),
            (TimeField::Millennium, 0),
        ] {
            assert_eq!(
                extract_of_interval(field, of),
                Decimal(expected),
                "{field:?}"
            );
        }
        let micros = |field| extract_micros_of_interval(field, of);
        assert_eq!(micros(TimeField::Second), Decimal(-36_789_012));
        assert_eq!(micros(TimeField::Epoch), Decimal(-3_244_054_656_789_012));
        assert_eq!(extract_millis_of_interval(of), Decimal(-36_789_012));
        let parts = |field| date_part_of_interval(field, of);
        assert_eq!(
            parts(TimeField::Epoch).to_bits(),
            (-3_244_054_656.789_012_f64).to_bits()
        );
        assert_eq!(
            parts(TimeField::Milliseconds).to_bits(),
            (-36_789.012_f64).to_bits()
        );
        assert_eq!(parts(TimeField::Year).to_bits(), (-102.0_f64).to_bits());
    }
}
