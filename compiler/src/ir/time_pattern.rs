//! How a TIMESTAMP column is written: a format that has a name, or a strftime pattern.

use super::logical::TimestampFormat;

/// How the values of a TIMESTAMP column are written in messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeFormat {
    /// `rfc3339`, `unix_s` …
    Named(TimestampFormat),
    /// Text that follows a pattern.
    Pattern(TimePattern),
}

/// A pattern that tells one instant: a date, and nothing twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimePattern {
    /// As written in the SQL.
    pub text: String,
    /// What it asks for, in its order.
    pub items: Vec<TimeItem>,
}

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeItem {
    /// This text; no two of them follow one another.
    Literal(String),
    /// `%Y`
    Year,
    /// `%y`
    YearOfCentury,
    /// `%m`
    Month,
    /// `%-m`
    MonthUnpadded,
    /// `%B`
    MonthName,
    /// `%b`
    MonthAbbreviation,
    /// `%d`
    Day,
    /// `%-d`
    DayUnpadded,
    /// `%e`
    DaySpaced,
    /// `%j`
    DayOfYear,
    /// `%A`
    WeekdayName,
    /// `%a`
    WeekdayAbbreviation,
    /// `%H`
    Hour,
    /// `%-H`
    HourUnpadded,
    /// `%I`
    HalfDayHour,
    /// `%-I`
    HalfDayHourUnpadded,
    /// `%p`
    HalfDay,
    /// `%M`
    Minute,
    /// `%-M`
    MinuteUnpadded,
    /// `%S`
    Second,
    /// `%-S`
    SecondUnpadded,
    /// `%f`
    Fraction,
    /// `%3f`, `%6f`, `%9f`
    FractionDigits(u8),
    /// `%.f`
    PointFraction,
    /// `%z`, `%:z`
    Offset,
    /// `%s`
    UnixSeconds,
}

/// What an item tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimePart {
    /// The year.
    Year,
    /// The month.
    Month,
    /// The day of the month.
    Day,
    /// The day of the year.
    DayOfYear,
    /// The weekday.
    Weekday,
    /// The hour of the day.
    Hour,
    /// The hour of a half day.
    HalfDayHour,
    /// AM or PM.
    HalfDay,
    /// The minute.
    Minute,
    /// The second.
    Second,
    /// What is behind the second.
    Fraction,
    /// The offset from UTC.
    Offset,
    /// All of it.
    UnixSeconds,
}

impl TimeItem {
    /// What it tells; None for a literal.
    pub fn part(&self) -> Option<TimePart> {
        match self {
            Self::Literal(_) => None,
            Self::Year | Self::YearOfCentury => Some(TimePart::Year),
            Self::Month | Self::MonthUnpadded | Self::MonthName | Self::MonthAbbreviation => {
                Some(TimePart::Month)
            }
            Self::Day | Self::DayUnpadded | Self::DaySpaced => Some(TimePart::Day),
            Self::DayOfYear => Some(TimePart::DayOfYear),
            Self::WeekdayName | Self::WeekdayAbbreviation => Some(TimePart::Weekday),
            Self::Hour | Self::HourUnpadded => Some(TimePart::Hour),
            Self::HalfDayHour | Self::HalfDayHourUnpadded => Some(TimePart::HalfDayHour),
            Self::HalfDay => Some(TimePart::HalfDay),
            Self::Minute | Self::MinuteUnpadded => Some(TimePart::Minute),
            Self::Second | Self::SecondUnpadded => Some(TimePart::Second),
            Self::Fraction | Self::FractionDigits(_) | Self::PointFraction => {
                Some(TimePart::Fraction)
            }
            Self::Offset => Some(TimePart::Offset),
            Self::UnixSeconds => Some(TimePart::UnixSeconds),
        }
    }

    /// Whether it takes as many digits as there are, up to a limit.
    pub fn takes_all_digits(&self) -> bool {
        match self {
            Self::MonthUnpadded
            | Self::DayUnpadded
            | Self::DaySpaced
            | Self::HourUnpadded
            | Self::HalfDayHourUnpadded
            | Self::MinuteUnpadded
            | Self::SecondUnpadded
            | Self::Fraction
            | Self::PointFraction
            | Self::UnixSeconds => true,
            Self::Literal(_)
            | Self::Year
            | Self::YearOfCentury
            | Self::Month
            | Self::MonthName
            | Self::MonthAbbreviation
            | Self::Day
            | Self::DayOfYear
            | Self::WeekdayName
            | Self::WeekdayAbbreviation
            | Self::Hour
            | Self::HalfDayHour
            | Self::HalfDay
            | Self::Minute
            | Self::Second
            | Self::FractionDigits(_)
            | Self::Offset => false,
        }
    }

    /// Whether its text can begin with a digit.
    pub fn begins_with_digit(&self) -> bool {
        match self {
            Self::Literal(text) => text.starts_with(|c: char| c.is_ascii_digit()),
            Self::Year
            | Self::YearOfCentury
            | Self::Month
            | Self::MonthUnpadded
            | Self::Day
            | Self::DayUnpadded
            | Self::DaySpaced
            | Self::DayOfYear
            | Self::Hour
            | Self::HourUnpadded
            | Self::HalfDayHour
            | Self::HalfDayHourUnpadded
            | Self::Minute
            | Self::MinuteUnpadded
            | Self::Second
            | Self::SecondUnpadded
            | Self::Fraction
            | Self::FractionDigits(_)
            | Self::UnixSeconds => true,
            Self::MonthName
            | Self::MonthAbbreviation
            | Self::WeekdayName
            | Self::WeekdayAbbreviation
            | Self::HalfDay
            | Self::PointFraction
            | Self::Offset => false,
        }
    }
}

impl TimePart {
    /// In a sentence: "tells the month twice".
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "the year",
            Self::Month => "the month",
            Self::Day => "the day of the month",
            Self::DayOfYear => "the day of the year",
            Self::Weekday => "the weekday",
            Self::Hour => "the hour",
            Self::HalfDayHour => "the hour of the half day",
            Self::HalfDay => "AM or PM",
            Self::Minute => "the minute",
            Self::Second => "the second",
            Self::Fraction => "the fraction of the second",
            Self::Offset => "the offset from UTC",
            Self::UnixSeconds => "the seconds since 1970",
        }
    }
}
