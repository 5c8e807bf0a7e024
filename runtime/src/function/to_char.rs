//! `to_char` of instants: a template whose patterns are replaced by fields, in UTC and English.

use super::building::MAX_BYTES;
use super::time::{Instant, iso_day_of_week, iso_week, start_of};
use crate::error::Reason;
use crate::value::calendar::Civil;
use crate::value::time::DAY_MICROS;
use bumpalo::Bump;
use std::fmt::Write as _;

/// The patterns, with what each of them means: of two that a text begins with the first counts.
/// Lower case does as well, but for names, whose case is that of the result.
const PATTERNS: &[(&str, Field)] = &[
    ("A.D.", Field::Text("A.D.")),
    ("A.M.", Field::HalfDay(["A.M.", "P.M."])),
    ("AD", Field::Text("AD")),
    ("AM", Field::HalfDay(["AM", "PM"])),
    ("B.C.", Field::Text("A.D.")),
    ("BC", Field::Text("AD")),
    ("CC", Field::Number(Number::Century, 2)),
    ("DAY", Field::Name(Name::Day, 9)),
    ("DDD", Field::Number(Number::DayOfYear, 3)),
    ("DD", Field::Number(Number::Day, 2)),
    ("DY", Field::Name(Name::Day, 3)),
    ("D", Field::Number(Number::DayOfWeek, 1)),
    ("FF1", Field::Fraction(1)),
    ("FF2", Field::Fraction(2)),
    ("FF3", Field::Fraction(3)),
    ("FF4", Field::Fraction(4)),
    ("FF5", Field::Fraction(5)),
    ("FF6", Field::Fraction(6)),
    ("FX", Field::Text("")),
    ("HH24", Field::Number(Number::Hour, 2)),
    ("HH12", Field::Number(Number::HourOfHalf, 2)),
    ("HH", Field::Number(Number::HourOfHalf, 2)),
    ("IDDD", Field::Number(Number::IsoDayOfYear, 3)),
    ("ID", Field::Number(Number::IsoDayOfWeek, 1)),
    ("IW", Field::Number(Number::IsoWeek, 2)),
    ("IYYY", Field::Year(Number::IsoYear, 4)),
    ("IYY", Field::Year(Number::IsoYear, 3)),
    ("IY", Field::Year(Number::IsoYear, 2)),
    ("I", Field::Year(Number::IsoYear, 1)),
    ("J", Field::Number(Number::Julian, 0)),
    ("MI", Field::Number(Number::Minute, 2)),
    ("MM", Field::Number(Number::Month, 2)),
    ("MONTH", Field::Name(Name::Month, 9)),
    ("MON", Field::Name(Name::Month, 3)),
    ("MS", Field::Fraction(3)),
    ("OF", Field::Text("+00")),
    ("P.M.", Field::HalfDay(["A.M.", "P.M."])),
    ("PM", Field::HalfDay(["AM", "PM"])),
    ("Q", Field::Number(Number::Quarter, 1)),
    ("RM", Field::Roman),
    ("SSSSS", Field::Number(Number::SecondOfDay, 0)),
    ("SSSS", Field::Number(Number::SecondOfDay, 0)),
    ("SS", Field::Number(Number::Second, 2)),
    ("TZH", Field::Text("+00")),
    ("TZM", Field::Text("00")),
    ("TZ", Field::Text("UTC")),
    ("US", Field::Fraction(6)),
    ("WW", Field::Number(Number::Week, 2)),
    ("W", Field::Number(Number::WeekOfMonth, 1)),
    ("Y,YYY", Field::Thousands),
    ("YYYY", Field::Year(Number::Year, 4)),
    ("YYY", Field::Year(Number::Year, 3)),
    ("YY", Field::Year(Number::Year, 2)),
    ("Y", Field::Year(Number::Year, 1)),
];

/// What a pattern stands for.
#[derive(Clone, Copy, Debug)]
enum Field {
    /// A number, and how many digits it is filled up to.
    Number(Number, usize),
    /// The last digits of a year, and how many.
    Year(Number, u32),
    /// The year with a comma before its last three digits.
    Thousands,
    /// So many digits of the second's fraction.
    Fraction(u32),
    /// A name, and how many of its letters there is room for.
    Name(Name, usize),
    /// The month, as Romans wrote it.
    Roman,
    /// Before noon, and from then on.
    HalfDay([&'static str; 2]),
    /// The same for all instants, in the case of the pattern.
    Text(&'static str),
}

#[derive(Clone, Copy, Debug)]
enum Number {
    Year,
    IsoYear,
    Century,
    Quarter,
    Month,
    Week,
    IsoWeek,
    WeekOfMonth,
    Day,
    DayOfYear,
    IsoDayOfYear,
    DayOfWeek,
    IsoDayOfWeek,
    Julian,
    Hour,
    HourOfHalf,
    Minute,
    Second,
    SecondOfDay,
}

#[derive(Clone, Copy, Debug)]
enum Name {
    Month,
    Day,
}

pub(super) const MONTHS: [&str; 12] = [
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
pub(super) const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const ROMANS: [&str; 12] = [
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII",
];

/// `to_char(instant, template)`; NULL where the template is empty.
pub fn to_char<'m>(
    at: impl Instant,
    template: &str,
    arena: &'m Bump,
) -> Result<Option<&'m str>, Reason> {
    if template.is_empty() {
        return Ok(None);
    }
    let moment = Moment::new(at.micros());
    let mut out = String::new();
    let mut rest = template;
    while !rest.is_empty() {
        if out.len() > MAX_BYTES {
            return Err(Reason::TooLong);
        }
        let (fills, names, behind) = match rest.get(..2) {
            Some("FM" | "fm") => (false, true, &rest[2..]),
            Some("TM" | "tm") => (true, false, &rest[2..]),
            Some(_) | None => (true, true, rest),
        };
        if let Some((pattern, field)) = pattern_at(behind) {
            let (pattern, behind) = behind.split_at(pattern);
            let before = out.len();
            // in a language there are no columns of names
            let fills = fills && (names || !matches!(field, Field::Name(..)));
            moment.write(field, pattern, fills, &mut out);
            rest = ordinal(field, behind, before, &mut out);
        } else {
            rest = literal(behind, &mut out);
        }
    }
    Ok(Some(arena.alloc_str(&out)))
}

/// The length of the pattern that the text begins with, and what it means.
fn pattern_at(text: &str) -> Option<(usize, Field)> {
    let written = |pattern: &str| {
        let Some(start) = text.get(..pattern.len()) else {
            return false;
        };
        let is_name = matches!(pattern, "DAY" | "DY" | "MONTH" | "MON");
        let capital = || start.strip_prefix(&pattern[..1]) == Some(&pattern[1..].to_lowercase());
        start == pattern || start == pattern.to_lowercase() || is_name && capital()
    };
    let found = PATTERNS.iter().find(|(pattern, _)| written(pattern));
    found.map(|(pattern, field)| (pattern.len(), *field))
}

/// What stands for itself: a text in quotes, or one character. Gives what is behind it.
fn literal<'t>(text: &'t str, out: &mut String) -> &'t str {
    let mut characters = text.chars();
    match characters.next() {
        Some('"') => {
            while let Some(character) = characters.next() {
                match character {
                    '"' => break,
                    '\\' => out.push(characters.next().unwrap_or('\\')),
                    other => out.push(other),
                }
            }
        }
        // only a quote can be escaped outside of quotes
        Some('\\') if text[1..].starts_with('"') => out.extend(characters.next()),
        Some(other) => out.push(other),
        None => {}
    }
    characters.as_str()
}

/// Behind a number: `TH` or `th`; and `SP`, which PostgreSQL reads and passes over. Gives what is
/// behind it.
fn ordinal<'t>(field: Field, text: &'t str, before: usize, out: &mut String) -> &'t str {
    let is_upper = match text.get(..2) {
        Some("TH") => true,
        Some("th") => false,
        Some("SP") => return &text[2..],
        Some(_) | None => return text,
    };
    let is_number = match field {
        Field::Number(..) | Field::Year(..) | Field::Thousands | Field::Fraction(_) => true,
        Field::Name(..) | Field::Roman | Field::HalfDay(_) | Field::Text(_) => false,
    };
    if is_number {
        let ending = ordinal_ending(&out.as_bytes()[before..]);
        if is_upper {
            out.push_str(&ending.to_uppercase());
        } else {
            out.push_str(ending);
        }
    }
    &text[2..]
}

/// What makes a number an ordinal one.
pub(super) fn ordinal_ending(digits: &[u8]) -> &'static str {
    let is_teen = digits.len() > 1 && digits[digits.len() - 2] == b'1';
    match digits.last() {
        Some(b'1') if !is_teen => "st",
        Some(b'2') if !is_teen => "nd",
        Some(b'3') if !is_teen => "rd",
        Some(_) | None => "th",
    }
}

/// An instant, taken apart.
struct Moment {
    /// Since 1970-01-01.
    days: i64,
    day: Civil,
    /// Microseconds of the day.
    of_day: i64,
}

impl Moment {
    fn new(micros: i64) -> Self {
        let days = micros.div_euclid(DAY_MICROS);
        Self {
            days,
            day: Civil::from_days(days),
            of_day: micros.rem_euclid(DAY_MICROS),
        }
    }

    /// Writes the field in the case of its pattern, filled up to its width or not.
    fn write(&self, field: Field, pattern: &str, fills: bool, out: &mut String) {
        let is_lower = pattern.starts_with(|first: char| first.is_ascii_lowercase());
        let case = |text: &str| {
            if is_lower {
                text.to_lowercase()
            } else {
                text.to_owned()
            }
        };
        let width = |width| if fills { width } else { 0 };
        let written = match field {
            Field::Number(number, digits) => {
                write!(
                    out,
                    "{:0width$}",
                    self.number(number),
                    width = width(digits)
                )
            }
            Field::Year(year, digits) => {
                let number = self.number(year) % 10_i64.pow(digits);
                let width = width(digits as usize);
                write!(out, "{number:0width$}")
            }
            Field::Thousands => {
                let year = self.day.year;
                write!(out, "{},{:03}", year / 1_000, year % 1_000)
            }
            Field::Fraction(digits) => {
                let fraction = self.of_day % 1_000_000 / 10_i64.pow(6 - digits);
                write!(out, "{fraction:0width$}", width = digits as usize)
            }
            Field::Name(name, letters) => {
                let name = self.name(name);
                let name = &name[..name.len().min(letters)];
                let name = if is_lower {
                    name.to_lowercase()
                } else if pattern[1..].starts_with(|second: char| second.is_ascii_uppercase()) {
                    name.to_uppercase()
                } else {
                    name.to_owned()
                };
                write!(out, "{name:width$}", width = width(letters))
            }
            Field::Roman => {
                let month = case(ROMANS[self.day.month as usize - 1]);
                write!(out, "{month:width$}", width = width(4))
            }
            Field::HalfDay([before, after]) => {
                let is_before = self.number(Number::Hour) < 12;
                out.write_str(&case(if is_before { before } else { after }))
            }
            Field::Text(text) => out.write_str(&case(text)),
        };
        written.expect("a String takes it");
    }

    fn name(&self, name: Name) -> &'static str {
        match name {
            Name::Month => MONTHS[self.day.month as usize - 1],
            Name::Day => {
                let day = iso_day_of_week(self.days) - 1;
                DAYS[usize::try_from(day).expect("days of the week are counted from 1")]
            }
        }
    }

    fn number(&self, number: Number) -> i64 {
        let Civil { year, month, day } = self.day;
        let (month, day) = (i64::from(month), i64::from(day));
        let day_of_year = self.days - start_of(year, 1) + 1;
        let seconds = self.of_day / 1_000_000;
        let hour = seconds / 3_600;
        match number {
            Number::Year => year,
            Number::IsoYear => iso_week(self.days).0,
            Number::Century => (year + 99) / 100,
            Number::Quarter => (month - 1) / 3 + 1,
            Number::Month => month,
            Number::Week => (day_of_year - 1) / 7 + 1,
            Number::IsoWeek => iso_week(self.days).1,
            Number::WeekOfMonth => (day - 1) / 7 + 1,
            Number::Day => day,
            Number::DayOfYear => day_of_year,
            Number::IsoDayOfYear => (iso_week(self.days).1 - 1) * 7 + iso_day_of_week(self.days),
            Number::DayOfWeek => iso_day_of_week(self.days) % 7 + 1,
            Number::IsoDayOfWeek => iso_day_of_week(self.days),
            Number::Julian => self.days + super::time::JULIAN_EPOCH,
            Number::Hour => hour,
            Number::HourOfHalf => (hour + 11) % 12 + 1,
            Number::Minute => seconds / 60 % 60,
            Number::Second => seconds % 60,
            Number::SecondOfDay => seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::ToTimestamp;
    use crate::value::Timestamp;

    /// As PostgreSQL has it.
    #[test]
    fn templates_are_filled() {
        let arena = Bump::new();
        let march = "2024-03-05T14:07:09.123456Z";
        for (at, template, expected) in [
            (
                march,
                "HH HH12 HH24 MI SS MS US",
                "02 02 14 07 09 123 123456",
            ),
            (
                march,
                "FF1 FF2 FF3 FF4 FF5 FF6",
                "1 12 123 1234 12345 123456",
            ),
            (
                march,
                "SSSS SSSSS AM am A.M. p.m.",
                "50829 50829 PM pm P.M. p.m.",
            ),
            (
                march,
                "Y,YYY YYYY YYY YY Y|BC b.c.",
                "2,024 2024 024 24 4|AD a.d.",
            ),
            (
                march,
                "MONTH|Month|month|",
                "MARCH    |March    |march    |",
            ),
            (march, "MON|Mon|mon|DY|Dy|dy", "MAR|Mar|mar|TUE|Tue|tue"),
            (march, "DDD IDDD DD D ID W WW IW", "065 065 05 3 2 1 10 10"),
            (march, "CC J Q|RM|rm|", "21 2460375 1|III |iii |"),
            (march, "TZ tz TZH:TZM OF", "UTC utc +00:00 +00"),
            (march, "FMMonth, FMDAY FMMM FMHH24", "March, TUESDAY 3 14"),
            (march, "FMDDD FMYYYY FMRM FMMS", "65 2024 III 123"),
            (
                march,
                "DDth DDTH FMDDth MMth HH24th",
                "05th 05TH 5th 03rd 14th",
            ),
            (march, "Dth CCth ddspth MONth", "3rd 21st 05spth MAR"),
            (march, "\"YYYY \\\" \" YYYY\\\"\\MI", "YYYY \"  2024\"\\07"),
            (march, "TMMonth FXDD Ddd MOnth", "March 05 305 MOnth"),
            (
                "0099-01-01",
                "YYYY YYY Y,YYY CC FMYY",
                "0099 099 0,099 01 99",
            ),
            (
                "2024-12-30 00:30:00",
                "IYYY IYY IW ID IDDD HH12 am",
                "2025 025 01 1 001 12 am",
            ),
            ("2024-03-11 11:11:11", "DDth HH24th MMth", "11th 11th 03rd"),
            (march, "ü\"", "ü"),
        ] {
            let at = at.to_timestamp(6).expect("a timestamp");
            assert_eq!(
                to_char(at, template, &arena),
                Ok(Some(expected)),
                "{template}"
            );
        }
        let epoch = Timestamp(0);
        assert_eq!(to_char(epoch, "", &arena), Ok(None));
        let long = "month".repeat(MAX_BYTES / 5);
        assert_eq!(to_char(epoch, &long, &arena), Err(Reason::TooLong));
    }
}
