//! Instants from text that follows a strftime pattern.
//!
//! The compiler has read the pattern, and has seen to it that it tells a date and no part twice.
//! Here the text is walked once, item by item, and must end with the last one. Each item takes
//! its exact form and nothing else; nothing is allocated.

use super::calendar::{Civil, DAY};
use super::time::{Instant, leading_offset};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Letters of an abbreviated name.
const ABBREVIATED: usize = 3;

/// More seconds than the calendar has, and few enough to count them in microseconds.
const BEYOND_CALENDAR: i64 = 999_999_999_999;

/// A piece of a pattern. Numbers have as many digits as their part can have, `…Unpadded` ones one
/// or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeItem {
    /// This text.
    Literal(&'static str),
    /// `%Y`: 0001 to 9999
    Year,
    /// `%y`: 69 to 99 of 1900, 00 to 68 of 2000
    YearOfCentury,
    /// `%m`
    Month,
    /// `%-m`
    MonthUnpadded,
    /// `%B`: an English name, in any case of its letters
    MonthName,
    /// `%b`: its first three letters
    MonthAbbreviation,
    /// `%d`
    Day,
    /// `%-d`
    DayUnpadded,
    /// `%e`: as `%-d`; a single digit may have a space before it
    DaySpaced,
    /// `%j`: 001 to 366
    DayOfYear,
    /// `%A`: the date's weekday
    WeekdayName,
    /// `%a`: its first three letters
    WeekdayAbbreviation,
    /// `%H`
    Hour,
    /// `%-H`
    HourUnpadded,
    /// `%I`: 01 to 12
    HalfDayHour,
    /// `%-I`
    HalfDayHourUnpadded,
    /// `%p`: AM or PM, in any case of its letters
    HalfDay,
    /// `%M`
    Minute,
    /// `%-M`
    MinuteUnpadded,
    /// `%S`: up to 60, a leap second
    Second,
    /// `%-S`
    SecondUnpadded,
    /// `%f`: 1 to 9 digits behind the second
    Fraction,
    /// `%3f`, `%6f`, `%9f`: so many of them
    FractionDigits(u8),
    /// `%.f`: a point and 1 to 9 digits, or nothing
    PointFraction,
    /// `%z`, `%:z`: `Z`, `+02:00` or `+0200`
    Offset,
    /// `%s`: seconds since 1970-01-01T00:00:00Z
    UnixSeconds,
}

/// The instant that `text` tells.
pub(crate) fn instant(items: &[TimeItem], text: &[u8]) -> Option<Instant> {
    let (mut text, mut told) = (Text(text), Told::default());
    for item in items {
        told.read(*item, &mut text)?;
    }
    text.0.is_empty().then(|| told.instant())?
}

/// The text that is left to read.
struct Text<'t>(&'t [u8]);

/// What has been read so far.
#[derive(Default)]
struct Told {
    year: u32,
    month: u32,
    day: u32,
    day_of_year: Option<u32>,
    /// From Monday, which is 0.
    weekday: Option<u32>,
    /// Where `afternoon` counts, below 12.
    hour: u32,
    afternoon: bool,
    minute: u32,
    second: u32,
    nanos: u32,
    /// Seconds east of UTC.
    offset: i64,
    unix: Option<UnixSeconds>,
}

/// A number's sign is one of its fraction, too.
#[derive(Clone, Copy)]
struct UnixSeconds {
    negative: bool,
    magnitude: i64,
}

impl Told {
    fn read(&mut self, item: TimeItem, text: &mut Text<'_>) -> Option<()> {
        match item {
            TimeItem::Literal(literal) => text.literal(literal.as_bytes())?,
            TimeItem::Year => self.year = text.digits(4)?,
            TimeItem::YearOfCentury => self.year = full_year(text.digits(2)?),
            TimeItem::Month => self.month = text.digits(2)?,
            TimeItem::MonthUnpadded => self.month = text.unpadded()?,
            TimeItem::MonthName => self.month = text.name(&MONTHS, usize::MAX)? + 1,
            TimeItem::MonthAbbreviation => self.month = text.name(&MONTHS, ABBREVIATED)? + 1,
            TimeItem::Day => self.day = text.digits(2)?,
            TimeItem::DayUnpadded => self.day = text.unpadded()?,
            TimeItem::DaySpaced => self.day = text.spaced()?,
            TimeItem::DayOfYear => self.day_of_year = Some(text.digits(3)?),
            TimeItem::WeekdayName => self.weekday = Some(text.name(&WEEKDAYS, usize::MAX)?),
            TimeItem::WeekdayAbbreviation => {
                self.weekday = Some(text.name(&WEEKDAYS, ABBREVIATED)?);
            }
            TimeItem::Hour => self.hour = text.digits(2)?,
            TimeItem::HourUnpadded => self.hour = text.unpadded()?,
            TimeItem::HalfDayHour => self.hour = hour_of_half_day(text.digits(2)?)?,
            TimeItem::HalfDayHourUnpadded => self.hour = hour_of_half_day(text.unpadded()?)?,
            TimeItem::HalfDay => self.afternoon = text.name(&["AM", "PM"], 2)? == 1,
            TimeItem::Minute => self.minute = text.digits(2)?,
            TimeItem::MinuteUnpadded => self.minute = text.unpadded()?,
            TimeItem::Second => self.second = text.digits(2)?,
            TimeItem::SecondUnpadded => self.second = text.unpadded()?,
            TimeItem::Fraction => self.nanos = text.fraction(1, 9)?,
            TimeItem::FractionDigits(count) => {
                self.nanos = text.fraction(count.into(), count.into())?;
            }
            TimeItem::PointFraction => self.nanos = text.point_fraction()?,
            TimeItem::Offset => (self.offset, text.0) = leading_offset(text.0)?,
            TimeItem::UnixSeconds => self.unix = Some(text.unix_seconds()?),
        }
        Some(())
    }

    /// None where there is no such day or time of day.
    fn instant(&self) -> Option<Instant> {
        if let Some(unix) = self.unix {
            return Some(unix.instant(self.nanos));
        }
        let days = self.days()?;
        let weekday = (days + 3).rem_euclid(7);
        let hour = self.hour + if self.afternoon { 12 } else { 0 };
        let exists = self.weekday.is_none_or(|told| i64::from(told) == weekday)
            && hour <= 23
            && self.minute <= 59
            && self.second <= 60;
        let clock = hour * 3_600 + self.minute * 60 + self.second;
        exists.then(|| Instant {
            seconds: days * DAY + i64::from(clock) - self.offset,
            nanos: self.nanos,
        })
    }

    /// Days since 1970-01-01.
    fn days(&self) -> Option<i64> {
        let civil = |month, day| Civil {
            year: self.year.into(),
            month,
            day,
        };
        let days = match self.day_of_year {
            None => civil(self.month, self.day).days()?,
            Some(day) => {
                let (first, last) = (civil(1, 1).days()?, civil(12, 31).days()?);
                let days = first + i64::from(day) - 1;
                (first..=last).contains(&days).then_some(days)?
            }
        };
        (self.year >= 1).then_some(days)
    }
}

impl UnixSeconds {
    fn instant(self, nanos: u32) -> Instant {
        let (seconds, nanos) = match (self.negative, nanos) {
            (false, _) => (self.magnitude, nanos),
            (true, 0) => (-self.magnitude, 0),
            (true, _) => (-self.magnitude - 1, 1_000_000_000 - nanos),
        };
        Instant { seconds, nanos }
    }
}

impl Text<'_> {
    fn literal(&mut self, literal: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(literal)?;
        Some(())
    }

    /// A number of `count` digits, of which nine fit.
    fn digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let number = digits.iter().try_fold(0, |number, digit| {
            let value = digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?;
            Some(number * 10 + value)
        })?;
        self.0 = rest;
        Some(number)
    }

    /// A number of one or two digits.
    fn unpadded(&mut self) -> Option<u32> {
        self.digits(2).or_else(|| self.digits(1))
    }

    /// The same; or a space and one digit.
    fn spaced(&mut self) -> Option<u32> {
        match self.0 {
            [b' ', rest @ ..] => {
                self.0 = rest;
                self.digits(1)
            }
            _ => self.unpadded(),
        }
    }

    /// The index of the name that stands here, of which so many letters are written.
    fn name(&mut self, names: &[&str], letters: usize) -> Option<u32> {
        for (index, name) in (0..).zip(names) {
            let name = &name.as_bytes()[..letters.min(name.len())];
            if let Some((start, rest)) = self.0.split_at_checked(name.len())
                && start.eq_ignore_ascii_case(name)
            {
                self.0 = rest;
                return Some(index);
            }
        }
        None
    }

    /// Nanoseconds of `least` to `most` digits behind the point; `most` is at most 9.
    fn fraction(&mut self, least: usize, most: usize) -> Option<u32> {
        let count = crate::swar::digits(self.0).min(most);
        if count < least {
            return None;
        }
        let missing = u32::try_from(9 - count).expect("at most 9");
        Some(self.digits(count)? * 10_u32.pow(missing))
    }

    fn point_fraction(&mut self) -> Option<u32> {
        match self.0 {
            [b'.', b'0'..=b'9', ..] => {
                self.0 = &self.0[1..];
                self.fraction(1, 9)
            }
            _ => Some(0),
        }
    }

    /// One digit at least, and any number of them: what is beyond the calendar stays beyond it.
    fn unix_seconds(&mut self) -> Option<UnixSeconds> {
        let (negative, rest) = match self.0 {
            [b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let (digits, rest) = rest.split_at(crate::swar::digits(rest));
        self.0 = rest;
        let magnitude = digits.iter().fold(0, |number: i64, digit| {
            (number * 10 + i64::from(digit - b'0')).min(BEYOND_CALENDAR)
        });
        (!digits.is_empty()).then_some(UnixSeconds {
            negative,
            magnitude,
        })
    }
}

/// As POSIX has it.
fn full_year(year: u32) -> u32 {
    if year < 69 {
        2_000 + year
    } else {
        1_900 + year
    }
}

/// 12 is the first hour of either half.
fn hour_of_half_day(hour: u32) -> Option<u32> {
    (1..=12).contains(&hour).then_some(hour % 12)
}

#[cfg(test)]
mod tests {
    use super::super::calendar::{FIRST_DAY, LAST_DAY};
    use super::super::time::rfc3339;
    use super::*;

    /// `%Y-%m-%dT%H:%M:%S%.f%:z`
    const RFC_3339: &[TimeItem] = &[
        TimeItem::Year,
        TimeItem::Literal("-"),
        TimeItem::Month,
        TimeItem::Literal("-"),
        TimeItem::Day,
        TimeItem::Literal("T"),
        TimeItem::Hour,
        TimeItem::Literal(":"),
        TimeItem::Minute,
        TimeItem::Literal(":"),
        TimeItem::Second,
        TimeItem::PointFraction,
        TimeItem::Offset,
    ];

    /// The two know nothing of one another, and agree on what is in both of their languages.
    #[test]
    fn a_pattern_of_rfc_3339_reads_the_same() {
        for fraction in ["", ".5", ".123456789", ".1234567890", "."] {
            for offset in ["Z", "z", "+02:30", "-0230", "+23:59", ""] {
                let mut text = format!("2024-02-29T19:09:60{fraction}{offset}").into_bytes();
                for at in 0..text.len() {
                    let before = text[at];
                    for byte in 0..=255 {
                        text[at] = byte;
                        let told = instant(RFC_3339, &text);
                        let strict = text[10] == b'T' && text[19..].iter().copied().any(is_offset);
                        let expected = rfc3339(&text).filter(|_| strict);
                        assert_eq!(told, expected, "{}", text.escape_ascii());
                    }
                    text[at] = before;
                }
            }
        }
    }

    fn is_offset(byte: u8) -> bool {
        matches!(byte, b'Z' | b'z' | b'+' | b'-')
    }

    #[test]
    fn names_and_days_of_the_year() {
        const NAMES: &[TimeItem] = &[
            TimeItem::WeekdayName,
            TimeItem::WeekdayAbbreviation,
            TimeItem::MonthName,
            TimeItem::MonthAbbreviation,
            TimeItem::DayUnpadded,
            TimeItem::Literal(" "),
            TimeItem::Year,
        ];
        const ORDINAL: &[TimeItem] = &[TimeItem::Year, TimeItem::DayOfYear];
        let mut day_of_year = 0;
        for days in FIRST_DAY..=LAST_DAY {
            let Civil { year, month, day } = Civil::from_days(days);
            day_of_year = if (month, day) == (1, 1) {
                1
            } else {
                day_of_year + 1
            };
            // a year of each kind, in each century
            if year % 100 > 4 {
                continue;
            }
            // 0001-01-01 was a Monday
            let weekday = WEEKDAYS[usize::try_from((days - FIRST_DAY) % 7).expect("small")];
            let month = MONTHS[usize::try_from(month - 1).expect("small")];
            let named = format!(
                "{weekday}{}{month}{}{day} {year:04}",
                &weekday[..3],
                &month[..3]
            );
            let expected = Some(Instant {
                seconds: days * DAY,
                nanos: 0,
            });
            assert_eq!(instant(NAMES, named.as_bytes()), expected, "{named}");
            let ordinal = format!("{year:04}{day_of_year:03}");
            assert_eq!(instant(ORDINAL, ordinal.as_bytes()), expected, "{ordinal}");
        }
    }
}
