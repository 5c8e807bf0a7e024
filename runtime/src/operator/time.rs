//! Arithmetic on dates, times and intervals. Each pair of types that PostgreSQL adds or subtracts
//! is an implementation of [`Plus`] or [`Minus`].

use crate::error::Reason;
use crate::value::calendar::Civil;
use crate::value::time::{self, DAY_MICROS, DAY_NANOS};
use crate::value::{Date, Interval, Time, Timestamp, TimestampNanos};
use std::ops::Range;

/// What can be added to what.
pub trait Plus<Other> {
    /// The type of the sum.
    type Sum;

    /// `self + other`
    fn plus(self, other: Other) -> Result<Self::Sum, Reason>;
}

/// What can be subtracted from what.
pub trait Minus<Other> {
    /// The type of the difference.
    type Difference;

    /// `self - other`
    fn minus(self, other: Other) -> Result<Self::Difference, Reason>;
}

/// `a + b` of dates, times and intervals.
pub fn add_times<A: Plus<B>, B>(a: A, b: B) -> Result<A::Sum, Reason> {
    a.plus(b)
}

/// `a - b` of dates, times and intervals.
pub fn subtract_times<A: Minus<B>, B>(a: A, b: B) -> Result<A::Difference, Reason> {
    a.minus(b)
}

/// `interval * factor`
pub fn multiply_interval(interval: Interval, factor: f64) -> Result<Interval, Reason> {
    interval.scaled(|part| part * factor)
}

/// `interval / divisor`
pub fn divide_interval(interval: Interval, divisor: f64) -> Result<Interval, Reason> {
    if divisor == 0.0 {
        return Err(Reason::DivisionByZero);
    }
    interval.scaled(|part| part / divisor)
}

/// `-interval`
pub fn negate_interval(interval: Interval) -> Result<Interval, Reason> {
    interval.negative()
}

/// `a + b` where it is known as `b + a`.
macro_rules! commutes {
    ($($a:ty, $b:ty;)*) => { $(
        impl Plus<$a> for $b {
            type Sum = <$a as Plus<$b>>::Sum;

            fn plus(self, other: $a) -> Result<Self::Sum, Reason> {
                other.plus(self)
            }
        }
    )* };
}
commutes!(
    Timestamp, Interval;
    TimestampNanos, Interval;
    Date, Interval;
    Date, i32;
    Date, Time;
    Time, Interval;
);

/// `a - interval` as `a + -interval`.
macro_rules! subtracts_interval {
    ($($a:ty)*) => { $(
        impl Minus<Interval> for $a {
            type Difference = <$a as Plus<Interval>>::Sum;

            fn minus(self, other: Interval) -> Result<Self::Difference, Reason> {
                self.plus(other.negative()?)
            }
        }
    )* };
}
subtracts_interval!(Timestamp TimestampNanos Date);

impl Plus<Interval> for Interval {
    type Sum = Interval;

    fn plus(self, other: Interval) -> Result<Interval, Reason> {
        Interval::plus(self, other)
    }
}

impl Minus<Interval> for Interval {
    type Difference = Interval;

    fn minus(self, other: Interval) -> Result<Interval, Reason> {
        Interval::minus(self, other)
    }
}

/// Months first, to the month's last day where it has no such day; then days; then time.
impl Plus<Interval> for Timestamp {
    type Sum = Timestamp;

    fn plus(self, other: Interval) -> Result<Timestamp, Reason> {
        let (day, of_day) = (self.0.div_euclid(DAY_MICROS), self.0.rem_euclid(DAY_MICROS));
        let micros = shifted(day, other)?
            .checked_mul(DAY_MICROS)
            .and_then(|micros| micros.checked_add(of_day)?.checked_add(other.micros));
        in_calendar(micros)
    }
}

/// As of microseconds.
impl Plus<Interval> for TimestampNanos {
    type Sum = TimestampNanos;

    fn plus(self, other: Interval) -> Result<TimestampNanos, Reason> {
        let (day, of_day) = (self.0.div_euclid(DAY_NANOS), self.0.rem_euclid(DAY_NANOS));
        let nanos = i128::from(shifted(day, other)?) * i128::from(DAY_NANOS)
            + i128::from(of_day)
            + i128::from(other.micros) * 1_000;
        let nanos = i64::try_from(nanos).map_err(|_| Reason::Overflow)?;
        Ok(TimestampNanos(nanos))
    }
}

/// From its midnight.
impl Plus<Interval> for Date {
    type Sum = Timestamp;

    fn plus(self, other: Interval) -> Result<Timestamp, Reason> {
        Timestamp(i64::from(self.0) * DAY_MICROS).plus(other)
    }
}

/// So many days later.
impl Plus<i32> for Date {
    type Sum = Date;

    fn plus(self, other: i32) -> Result<Date, Reason> {
        day_in_calendar(i64::from(self.0) + i64::from(other))
    }
}

/// So many days earlier.
impl Minus<i32> for Date {
    type Difference = Date;

    fn minus(self, other: i32) -> Result<Date, Reason> {
        day_in_calendar(i64::from(self.0) - i64::from(other))
    }
}

/// That time on that day.
impl Plus<Time> for Date {
    type Sum = Timestamp;

    fn plus(self, other: Time) -> Result<Timestamp, Reason> {
        in_calendar(Some(i64::from(self.0) * DAY_MICROS + other.0))
    }
}

/// The days between.
impl Minus<Date> for Date {
    type Difference = i32;

    fn minus(self, other: Date) -> Result<i32, Reason> {
        self.0.checked_sub(other.0).ok_or(Reason::Overflow)
    }
}

/// Days and time between.
impl Minus<Timestamp> for Timestamp {
    type Difference = Interval;

    fn minus(self, other: Timestamp) -> Result<Interval, Reason> {
        let micros = self.0.checked_sub(other.0).ok_or(Reason::Overflow)?;
        days_and_time(micros)
    }
}

/// Days and time between, cut off behind the microsecond.
impl Minus<TimestampNanos> for TimestampNanos {
    type Difference = Interval;

    fn minus(self, other: TimestampNanos) -> Result<Interval, Reason> {
        let nanos = i128::from(self.0) - i128::from(other.0);
        days_and_time(i64::try_from(nanos / 1_000).map_err(|_| Reason::Overflow)?)
    }
}

/// The interval's time of day later, round the clock; its days and months do not count.
impl Plus<Interval> for Time {
    type Sum = Time;

    fn plus(self, other: Interval) -> Result<Time, Reason> {
        let later = self.0 + other.micros % DAY_MICROS;
        Ok(Time(later.rem_euclid(DAY_MICROS)))
    }
}

/// As much earlier. The parts that do not count need no negative.
impl Minus<Interval> for Time {
    type Difference = Time;

    fn minus(self, other: Interval) -> Result<Time, Reason> {
        let earlier = self.0 - other.micros % DAY_MICROS;
        Ok(Time(earlier.rem_euclid(DAY_MICROS)))
    }
}

/// The time between, below zero where the other is later.
impl Minus<Time> for Time {
    type Difference = Interval;

    fn minus(self, other: Time) -> Result<Interval, Reason> {
        Ok(Interval {
            micros: self.0 - other.0,
            ..Interval::ZERO
        })
    }
}

/// The day that is an interval's months and days after `day`. It may be beyond the calendar's
/// years, and come back with the interval's time, but not beyond what PostgreSQL calculates with.
fn shifted(day: i64, by: Interval) -> Result<i64, Reason> {
    let day = if by.months == 0 {
        day
    } else {
        can_be_reached(months_later(day, by.months)?)?
    };
    if by.days == 0 {
        return Ok(day);
    }
    can_be_reached(day + i64::from(by.days))
}

fn months_later(day: i64, months: i32) -> Result<i64, Reason> {
    let civil = Civil::from_days(day);
    let months = civil.year * 12 + i64::from(civil.month) - 1 + i64::from(months);
    let month = u32::try_from(months.rem_euclid(12)).expect("a month of the year") + 1;
    let year = months.div_euclid(12);
    // 28 is the last day that every month has
    (28..=civil.day)
        .rev()
        .chain([civil.day])
        .find_map(|day| Civil { year, month, day }.days())
        .ok_or(Reason::Overflow)
}

/// From day 0 of the Julian period, in 4714 BC, up to the year 294276.
fn can_be_reached(day: i64) -> Result<i64, Reason> {
    const DAYS: Range<i64> = -2_440_588..106_762_940;
    DAYS.contains(&day).then_some(day).ok_or(Reason::Overflow)
}

fn days_and_time(micros: i64) -> Result<Interval, Reason> {
    let days = i32::try_from(micros / DAY_MICROS).map_err(|_| Reason::Overflow)?;
    Ok(Interval {
        months: 0,
        days,
        micros: micros % DAY_MICROS,
    })
}

/// Years 1 to 9999.
fn in_calendar(micros: Option<i64>) -> Result<Timestamp, Reason> {
    let micros = micros.ok_or(Reason::Overflow)?;
    time::in_calendar(micros).map_err(|_| Reason::Overflow)
}

fn day_in_calendar(days: i64) -> Result<Date, Reason> {
    in_calendar(days.checked_mul(DAY_MICROS))?;
    i32::try_from(days).map(Date).map_err(|_| Reason::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::{CastTo, ToText, ToTimestamp, cast_text};
    use bumpalo::Bump;

    /// The text of a result, or why there is none.
    fn shown<'m>(result: Result<impl ToText<'m>, Reason>, arena: &'m Bump) -> &'m str {
        match result {
            Ok(value) => cast_text(value, arena),
            Err(Reason::Overflow) => "overflow",
            Err(Reason::DivisionByZero) => "zero",
            Err(other) => panic!("{other}"),
        }
    }

    fn timestamp(text: &str) -> Timestamp {
        text.to_timestamp(6).expect("a timestamp")
    }

    fn of<T>(text: &'static str) -> T
    where
        &'static str: CastTo<T>,
    {
        text.cast_to().expect("a value")
    }

    #[test]
    fn results_are_postgresqls() {
        let arena = Bump::new();
        let cases = include_str!("../../tests/times.txt").lines();
        let mut compared = 0;
        for case in cases.filter(|case| !case.starts_with('#')) {
            let fields: Vec<&str> = case.split('|').collect();
            let [op, a_type, a, b_type, b, expected] = fields[..] else {
                panic!("a case has six fields: {case}");
            };
            let interval = of::<Interval>;
            let got = match (a_type, op, b_type) {
                ("timestamp", "+", _) => shown(add_times(timestamp(a), interval(b)), &arena),
                ("interval", "+", "timestamp") => {
                    shown(add_times(interval(a), timestamp(b)), &arena)
                }
                ("timestamp", "-", "interval") => {
                    shown(subtract_times(timestamp(a), interval(b)), &arena)
                }
                ("timestamp", ..) => shown(subtract_times(timestamp(a), timestamp(b)), &arena),
                ("date", "+", "interval") => shown(add_times(of::<Date>(a), interval(b)), &arena),
                ("date", "-", "interval") => {
                    shown(subtract_times(of::<Date>(a), interval(b)), &arena)
                }
                ("date", "+", "int") => shown(add_times(of::<Date>(a), of::<i32>(b)), &arena),
                ("date", _, "int") => shown(subtract_times(of::<Date>(a), of::<i32>(b)), &arena),
                ("date", "+", _) => shown(add_times(of::<Date>(a), of::<Time>(b)), &arena),
                ("date", ..) => shown(subtract_times(of::<Date>(a), of::<Date>(b)), &arena),
                ("time", "+", _) => shown(add_times(of::<Time>(a), interval(b)), &arena),
                ("time", _, "interval") => {
                    shown(subtract_times(of::<Time>(a), interval(b)), &arena)
                }
                ("time", ..) => shown(subtract_times(of::<Time>(a), of::<Time>(b)), &arena),
                (_, "+", _) => shown(add_times(interval(a), interval(b)), &arena),
                (_, "-", _) => shown(subtract_times(interval(a), interval(b)), &arena),
                (_, "*", _) => shown(multiply_interval(interval(a), of::<f64>(b)), &arena),
                _ => shown(divide_interval(interval(a), of::<f64>(b)), &arena),
            };
            assert_eq!(got, expected, "{case}");
            compared += 1;
        }
        assert!(compared > 500, "{compared} cases");
    }

    #[test]
    fn days_on_the_way_are_within_limits() {
        let there_and_back = |months, days| add_times(Timestamp(0), Interval::new(months, days, 0));
        let back = there_and_back(-80_000, 2_435_000);
        assert!(back.is_ok(), "4,697 BC on the way: {back:?}");
        assert_eq!(there_and_back(-80_300, 2_444_000), Err(Reason::Overflow));
        assert_eq!(there_and_back(4_000_000, -1), Err(Reason::Overflow));
    }

    /// No part of an interval is too large to go round the clock.
    #[test]
    fn times_go_round_the_clock() {
        let noon = Time(DAY_MICROS / 2);
        let least = Interval::new(i32::MIN, i32::MIN, i64::MIN);
        let rest = i64::MIN % DAY_MICROS;
        assert_eq!(subtract_times(noon, least), Ok(Time(noon.0 - rest)));
        assert_eq!(add_times(noon, least), Ok(Time(noon.0 + rest)));
        let most = Interval::new(i32::MAX, i32::MAX, i64::MAX);
        let rest = i64::MAX % DAY_MICROS;
        assert_eq!(subtract_times(noon, most), Ok(Time(noon.0 - rest)));
        assert_eq!(add_times(noon, most), Ok(Time(noon.0 + rest)));
    }

    #[test]
    fn nanoseconds_stay() {
        let interval = Interval::new(1, 1, 1);
        let sum = add_times(TimestampNanos(5), interval);
        assert_eq!(sum, Ok(TimestampNanos(32 * DAY_NANOS + 1_005)));
        let back = subtract_times(TimestampNanos(-1_500), TimestampNanos(0));
        assert_eq!(back, Ok(Interval::new(0, 0, -1)));
        let most = TimestampNanos(i64::MAX);
        assert_eq!(add_times(most, interval), Err(Reason::Overflow));
        assert_eq!(
            negate_interval(Interval::new(i32::MIN, 0, 0)),
            Err(Reason::Overflow)
        );
    }
}
