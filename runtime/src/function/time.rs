//! Functions over instants, which are read in UTC: fields of the calendar, and instants from them.

use crate::error::Reason;
use crate::value::calendar::{Civil, DAY};
use crate::value::time::{DAY_MICROS, in_calendar, nanos_to_micros};
use crate::value::{Decimal, Time, Timestamp, TimestampNanos};

/// TIMESTAMP of any precision, and TIME.
pub trait Instant: Copy {
    /// How many of its units make a second.
    const PER_SECOND: i64;

    /// Units since 1970-01-01T00:00:00Z.
    fn units(self) -> i64;

    /// The instant that is so many units after that, if the type has it.
    fn of_units(units: Option<i64>) -> Result<Self, Reason>;

    /// The same instant in microseconds, rounded.
    fn micros(self) -> i64;
}

impl Instant for Timestamp {
    const PER_SECOND: i64 = 1_000_000;

    fn units(self) -> i64 {
        self.0
    }

    fn of_units(units: Option<i64>) -> Result<Self, Reason> {
        units.ok_or(Reason::OutOfRange).and_then(in_calendar)
    }

    fn micros(self) -> i64 {
        self.0
    }
}

impl Instant for TimestampNanos {
    const PER_SECOND: i64 = 1_000_000_000;

    fn units(self) -> i64 {
        self.0
    }

    fn of_units(units: Option<i64>) -> Result<Self, Reason> {
        units.map(Self).ok_or(Reason::OutOfRange)
    }

    fn micros(self) -> i64 {
        nanos_to_micros(self.0, 6).0
    }
}

/// A time of day is that of 1970-01-01; only its fields are asked for.
impl Instant for Time {
    const PER_SECOND: i64 = 1_000_000;

    fn units(self) -> i64 {
        self.0
    }

    fn of_units(units: Option<i64>) -> Result<Self, Reason> {
        let of_day = units.filter(|units| (0..DAY_MICROS).contains(units));
        of_day.map(Self).ok_or(Reason::OutOfRange)
    }

    fn micros(self) -> i64 {
        self.0
    }
}

/// What `date_trunc` cuts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// A millionth of a second.
    Microseconds,
    /// A thousandth of a second.
    Milliseconds,
    /// 1 s
    Second,
    /// 60 s
    Minute,
    /// 3,600 s
    Hour,
    /// From midnight to midnight.
    Day,
    /// From Monday on.
    Week,
    /// A month of the calendar.
    Month,
    /// Three months.
    Quarter,
    /// A year of the calendar.
    Year,
    /// Ten years, the first of which ends with 0.
    Decade,
    /// A hundred years, the first of which ends with 01.
    Century,
    /// A thousand years, the first of which ends with 001.
    Millennium,
}

/// `date_trunc(unit, instant)`: the start of the unit that the instant lies in.
pub fn date_trunc<T: Instant>(unit: TimeUnit, at: T) -> Result<T, Reason> {
    let seconds = |seconds: i64| seconds * T::PER_SECOND;
    let multiple = |unit: i64| at.units().checked_sub(at.units().rem_euclid(unit));
    let days = at.units().div_euclid(seconds(DAY));
    let day = Civil::from_days(days);
    let month = |month| start_of(day.year, month);
    let year = |year| start_of(year, 1);
    let days = match unit {
        TimeUnit::Microseconds => return T::of_units(multiple(T::PER_SECOND / 1_000_000)),
        TimeUnit::Milliseconds => return T::of_units(multiple(T::PER_SECOND / 1_000)),
        TimeUnit::Second => return T::of_units(multiple(seconds(1))),
        TimeUnit::Minute => return T::of_units(multiple(seconds(60))),
        TimeUnit::Hour => return T::of_units(multiple(seconds(3_600))),
        TimeUnit::Day => days,
        TimeUnit::Week => days - (iso_day_of_week(days) - 1),
        TimeUnit::Month => month(day.month),
        TimeUnit::Quarter => month((day.month - 1) / 3 * 3 + 1),
        TimeUnit::Year => year(day.year),
        TimeUnit::Decade => year(day.year / 10 * 10),
        TimeUnit::Century => year((day.year + 99) / 100 * 100 - 99),
        TimeUnit::Millennium => year((day.year + 999) / 1_000 * 1_000 - 999),
    };
    T::of_units(days.checked_mul(seconds(DAY)))
}

/// The first day of a month.
pub(super) fn start_of(year: i64, month: u32) -> i64 {
    let day = Civil {
        year,
        month,
        day: 1,
    };
    day.days().expect("each month has a first day")
}

/// 1 for Monday to 7 for Sunday; 1970-01-01 was a Thursday.
pub(super) fn iso_day_of_week(days: i64) -> i64 {
    (days + 3).rem_euclid(7) + 1
}

/// A field of an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeField {
    /// With the seconds: up to 59,999,999.
    Microseconds,
    /// With the seconds and a fraction, up to 60,000.
    Milliseconds,
    /// Of the minute, with a fraction.
    Second,
    /// Of the hour.
    Minute,
    /// Of the day.
    Hour,
    /// Of the month.
    Day,
    /// From Sunday, 0, to Saturday.
    Dow,
    /// From Monday, 1, to Sunday.
    IsoDow,
    /// Of the year, from 1.
    Doy,
    /// The ISO 8601 week.
    Week,
    /// From 1.
    Month,
    /// From 1.
    Quarter,
    /// Of the calendar.
    Year,
    /// The year that the ISO 8601 week belongs to.
    IsoYear,
    /// The year divided by ten.
    Decade,
    /// From 1: the years 2001 to 2100 are the 21st.
    Century,
    /// From 1: the years 2001 to 3000 are the third.
    Millennium,
    /// Seconds since 1970-01-01T00:00:00Z, with a fraction.
    Epoch,
    /// Days since the start of 4714 BC, with a fraction.
    Julian,
}

/// Days from the start of 4714 BC to 1970-01-01, as PostgreSQL counts them.
pub(super) const JULIAN_EPOCH: i64 = 2_440_588;

/// `extract(field FROM instant)` of a field without fraction.
pub fn extract(field: TimeField, at: impl Instant) -> Decimal<0> {
    Decimal(field_micros(field, at.micros()) / 1_000_000)
}

/// `extract(second FROM instant)`, and so on of fields with six digits behind the point
pub fn extract_micros(field: TimeField, at: impl Instant) -> Decimal<6> {
    Decimal(field_micros(field, at.micros()))
}

/// `extract(milliseconds FROM instant)`
pub fn extract_millis(at: impl Instant) -> Decimal<3> {
    Decimal(field_micros(TimeField::Second, at.micros()))
}

/// `date_part(field, instant)`
#[expect(clippy::cast_precision_loss, reason = "as PostgreSQL has it")]
pub fn date_part(field: TimeField, at: impl Instant) -> f64 {
    let micros = at.micros();
    if field == TimeField::Julian {
        let (days, rest) = (micros.div_euclid(DAY_MICROS), micros.rem_euclid(DAY_MICROS));
        return (days + JULIAN_EPOCH) as f64 + rest as f64 / 1e6 / DAY as f64;
    }
    // second and fraction are added, which is not always the nearest number
    let of_minute = micros.rem_euclid(60_000_000);
    let (second, fraction) = (
        (of_minute / 1_000_000) as f64,
        (of_minute % 1_000_000) as f64,
    );
    match field {
        TimeField::Second => second + fraction / 1e6,
        TimeField::Milliseconds => second * 1e3 + fraction / 1e3,
        TimeField::Microseconds
        | TimeField::Epoch
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
        | TimeField::Julian => field_micros(field, micros) as f64 / 1e6,
    }
}

/// A field, times a million.
fn field_micros(field: TimeField, micros: i64) -> i128 {
    let of_minute = i128::from(micros.rem_euclid(60_000_000));
    let whole = match field {
        TimeField::Microseconds => of_minute,
        TimeField::Milliseconds => return of_minute * 1_000,
        TimeField::Second => return of_minute,
        TimeField::Epoch => return micros.into(),
        TimeField::Minute => micros.div_euclid(60_000_000).rem_euclid(60).into(),
        TimeField::Hour => micros.div_euclid(3_600_000_000).rem_euclid(24).into(),
        TimeField::Day
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
        | TimeField::Julian => day_field(field, micros.div_euclid(DAY_MICROS)).into(),
    };
    whole * 1_000_000
}

/// A field of a day; what is part of one is 0.
fn day_field(field: TimeField, days: i64) -> i64 {
    let Civil { year, month, day } = Civil::from_days(days);
    match field {
        TimeField::Microseconds
        | TimeField::Milliseconds
        | TimeField::Second
        | TimeField::Epoch
        | TimeField::Minute
        | TimeField::Hour => 0,
        TimeField::Day => day.into(),
        TimeField::Dow => iso_day_of_week(days) % 7,
        TimeField::IsoDow => iso_day_of_week(days),
        TimeField::Doy => days - start_of(year, 1) + 1,
        TimeField::Week => iso_week(days).1,
        TimeField::Month => month.into(),
        TimeField::Quarter => i64::from(month - 1) / 3 + 1,
        TimeField::Year => year,
        TimeField::IsoYear => iso_week(days).0,
        TimeField::Decade => year / 10,
        TimeField::Century => (year + 99) / 100,
        TimeField::Millennium => (year + 999) / 1_000,
        TimeField::Julian => days + JULIAN_EPOCH,
    }
}

/// The ISO 8601 year and week: those of the week's Thursday.
pub(super) fn iso_week(days: i64) -> (i64, i64) {
    let thursday = days - iso_day_of_week(days) + 4;
    let year = Civil::from_days(thursday).year;
    (year, (thursday - start_of(year, 1)) / 7 + 1)
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
