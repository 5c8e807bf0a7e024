//! `to_timestamp` and `to_date` of a text and a template, as lenient as PostgreSQL: separators need
//! not be the template's, numbers may be shorter, and what is left over does not matter.

use super::time::start_of;
use super::to_char::{DAYS, MONTHS};
use crate::error::Reason;
use crate::value::calendar::Civil;
use crate::value::time::{DAY_MICROS, in_calendar};
use crate::value::{Date, Timestamp};

/// The patterns; of two that a text begins with the first counts. Lower case does as well.
const PATTERNS: &[(&str, Pattern)] = &[
    ("A.M.", Pattern::HalfDay(["A.M.", "P.M."])),
    ("AM", Pattern::HalfDay(["AM", "PM"])),
    ("DAY", Pattern::DayName(&DAYS, usize::MAX)),
    ("DDD", Pattern::Number(Part::DayOfYear, 3)),
    ("DD", Pattern::Number(Part::Day, 2)),
    ("DY", Pattern::DayName(&DAYS, 3)),
    ("FF1", Pattern::Fraction(1)),
    ("FF2", Pattern::Fraction(2)),
    ("FF3", Pattern::Fraction(3)),
    ("FF4", Pattern::Fraction(4)),
    ("FF5", Pattern::Fraction(5)),
    ("FF6", Pattern::Fraction(6)),
    ("HH24", Pattern::Number(Part::Hour, 2)),
    ("HH12", Pattern::HourOfHalf),
    ("HH", Pattern::HourOfHalf),
    ("MI", Pattern::Number(Part::Minute, 2)),
    ("MM", Pattern::Number(Part::Month, 2)),
    ("MONTH", Pattern::MonthName(usize::MAX)),
    ("MON", Pattern::MonthName(3)),
    ("MS", Pattern::Milliseconds),
    ("P.M.", Pattern::HalfDay(["A.M.", "P.M."])),
    ("PM", Pattern::HalfDay(["AM", "PM"])),
    ("SSSSS", Pattern::Number(Part::SecondOfDay, 5)),
    ("SSSS", Pattern::Number(Part::SecondOfDay, 4)),
    ("SS", Pattern::Number(Part::Second, 2)),
    ("TZH", Pattern::OffsetHours),
    ("TZM", Pattern::Number(Part::OffsetMinute, 2)),
    ("US", Pattern::Fraction(6)),
    ("YYYY", Pattern::Number(Part::Year, 4)),
    ("YYY", Pattern::ShortYear(3)),
    ("YY", Pattern::ShortYear(2)),
    ("Y", Pattern::ShortYear(1)),
];

/// What a pattern reads.
#[derive(Clone, Copy, Debug)]
enum Pattern {
    /// A number of so many digits.
    Number(Part, usize),
    /// The last digits of a year near 2020.
    ShortYear(usize),
    /// The hour from noon or from midnight on.
    HourOfHalf,
    Milliseconds,
    /// Up to so many digits of the second's fraction.
    Fraction(usize),
    /// So many letters of a month's name.
    MonthName(usize),
    /// So many letters of a day's name, which is not compared with the date.
    DayName(&'static [&'static str; 7], usize),
    /// Before noon, and from then on.
    HalfDay([&'static str; 2]),
    OffsetHours,
}

/// What a text may say of an instant.
#[derive(Clone, Copy, Debug)]
enum Part {
    Year,
    Month,
    Day,
    DayOfYear,
    Hour,
    Minute,
    Second,
    SecondOfDay,
    Milliseconds,
    Microseconds,
    /// 1 from noon on.
    Half,
    OffsetHour,
    OffsetMinute,
}

/// How many kinds of [`Part`] there are.
const PARTS: usize = Part::OffsetMinute as usize + 1;

/// A piece of a template.
#[derive(Clone, Copy, Debug)]
enum Item {
    Pattern {
        pattern: Pattern,
        /// `FM` before it: as many digits as there are.
        fills: bool,
        /// `TH` behind it.
        ordinal: bool,
    },
    /// White space, or ASCII that is neither letter nor digit, outside of quotes.
    Separator,
    Character(char),
}

/// `to_timestamp(text, template)`
pub fn to_timestamp_by(text: &str, template: &str) -> Result<Timestamp, Reason> {
    in_calendar(read(text, template)?)
}

/// `to_date(text, template)`
pub fn to_date(text: &str, template: &str) -> Result<Date, Reason> {
    let Timestamp(micros) = to_timestamp_by(text, template)?;
    i32::try_from(micros.div_euclid(DAY_MICROS))
        .map(Date)
        .map_err(|_| Reason::Time)
}

fn read(text: &str, template: &str) -> Result<i64, Reason> {
    let items = items(template);
    let mut reader = Reader {
        rest: text,
        skipped: 0,
        behind_minus: false,
        parts: [0; PARTS],
        counts_to_noon: false,
        offset_sign: 1,
        precision: 6,
    };
    for (at, item) in items.iter().enumerate() {
        if reader.rest.is_empty() {
            break;
        }
        reader.item(*item, at == 0, items.get(at + 1))?;
    }
    reader.micros()
}

fn items(template: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut rest = template;
    while let Some(first) = rest.chars().next() {
        let behind = rest.strip_prefix("FM").or_else(|| rest.strip_prefix("fm"));
        let written = behind.unwrap_or(rest);
        let mut patterns = PATTERNS.iter();
        if let Some((pattern, meaning)) = patterns.find(|(pattern, _)| starts(written, pattern)) {
            let mut behind_it = &written[pattern.len()..];
            let ending = behind_it.strip_prefix("TH");
            let ending = ending.or_else(|| behind_it.strip_prefix("th"));
            let ordinal = ending.is_some();
            behind_it = ending.unwrap_or(behind_it);
            items.push(Item::Pattern {
                pattern: *meaning,
                fills: behind.is_some(),
                ordinal,
            });
            rest = behind_it;
        } else if behind.is_some() {
            rest = written;
        } else if first == '"' {
            rest = quoted(&rest[1..], &mut items);
        } else {
            let escaped = rest.strip_prefix('\\').filter(|rest| rest.starts_with('"'));
            rest = escaped.unwrap_or(rest);
            let character = rest.chars().next().expect("it is not empty");
            items.push(
                if is_separator(character) || character.is_ascii_whitespace() {
                    Item::Separator
                } else {
                    Item::Character(character)
                },
            );
            rest = &rest[character.len_utf8()..];
        }
    }
    items
}

/// What stands in quotes. Gives what is behind it.
fn quoted<'t>(text: &'t str, items: &mut Vec<Item>) -> &'t str {
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        items.push(Item::Character(match character {
            '"' => break,
            '\\' => characters.next().unwrap_or('\\'),
            other => other,
        }));
    }
    characters.as_str()
}

/// Whether a template begins with a pattern: in upper case, in lower case, or as a name.
fn starts(template: &str, pattern: &str) -> bool {
    let Some(start) = template.get(..pattern.len()) else {
        return false;
    };
    let is_name = matches!(pattern, "DAY" | "DY" | "MONTH" | "MON");
    let lower = pattern.to_lowercase();
    let is_capital = || start.strip_prefix(&pattern[..1]) == Some(&lower[1..]);
    start == pattern || start == lower || is_name && is_capital()
}

fn is_separator(character: char) -> bool {
    character.is_ascii_punctuation()
}

/// Whether a number ends here because no digit can follow.
fn ends_number(next: Option<&Item>) -> bool {
    match next {
        None | Some(Item::Separator) => true,
        Some(Item::Character(character)) => !character.is_ascii_digit(),
        Some(Item::Pattern { pattern, .. }) => match pattern {
            Pattern::Number(..)
            | Pattern::ShortYear(_)
            | Pattern::HourOfHalf
            | Pattern::Milliseconds
            | Pattern::Fraction(_) => false,
            Pattern::MonthName(_)
            | Pattern::DayName(..)
            | Pattern::HalfDay(_)
            | Pattern::OffsetHours => true,
        },
    }
}

struct Reader<'t> {
    rest: &'t str,
    /// Spaces and separators that were passed over beyond those of the template.
    skipped: i64,
    /// Whether the last character that was passed over is a minus.
    behind_minus: bool,
    /// What the text says; what is 0 is as good as not said.
    parts: [i64; PARTS],
    counts_to_noon: bool,
    offset_sign: i64,
    /// Digits of a second that the result is rounded to.
    precision: usize,
}

impl Reader<'_> {
    fn item(&mut self, item: Item, is_first: bool, next: Option<&Item>) -> Result<(), Reason> {
        if is_first || !matches!(item, Item::Character(_)) {
            self.skip_spaces();
        }
        match item {
            Item::Separator => {
                self.skipped -= 1;
                let mut characters = self.rest.chars();
                let first = characters.next();
                if first.is_some_and(|first| is_space(first) || is_separator(first)) {
                    self.behind_minus = first == Some('-');
                    self.rest = characters.as_str();
                    self.skipped += 1;
                }
            }
            Item::Character(_) if self.skipped > 0 => self.skipped -= 1,
            // whatever it is
            Item::Character(_) => self.skip(1),
            Item::Pattern {
                pattern,
                fills,
                ordinal,
            } => {
                let slurps = fills || ordinal || ends_number(next);
                self.pattern(pattern, slurps)?;
                if ordinal {
                    self.skip(2);
                }
                self.skipped = 0;
                self.skip_spaces();
            }
        }
        Ok(())
    }

    fn skip_spaces(&mut self) {
        while self.rest.starts_with(is_space) {
            self.skip(1);
            self.behind_minus = false;
            self.skipped += 1;
        }
    }

    fn skip(&mut self, characters: usize) {
        let mut rest = self.rest.chars();
        for _ in 0..characters {
            rest.next();
        }
        self.rest = rest.as_str();
    }

    fn pattern(&mut self, pattern: Pattern, slurps: bool) -> Result<(), Reason> {
        match pattern {
            Pattern::Number(part, digits) => {
                let (number, _) = self.number(digits, slurps)?;
                self.set(part, number)
            }
            Pattern::HourOfHalf => {
                self.counts_to_noon = true;
                let (hour, _) = self.number(2, slurps)?;
                self.set(Part::Hour, hour)
            }
            Pattern::ShortYear(digits) => {
                let (year, length) = self.number(digits, slurps)?;
                self.set(Part::Year, if length < 4 { near_2020(year) } else { year })
            }
            Pattern::Milliseconds => {
                let (number, length) = self.number(3, slurps)?;
                self.set(Part::Milliseconds, number * scale(length, 3))
            }
            Pattern::Fraction(digits) => {
                self.precision = digits;
                let (number, length) = self.number(digits, slurps)?;
                self.set(Part::Microseconds, number * scale(length, 6))
            }
            Pattern::MonthName(letters) => {
                let month = self.name(&MONTHS, letters)?;
                self.set(Part::Month, month + 1)
            }
            Pattern::DayName(names, letters) => self.name(names, letters).map(drop),
            Pattern::HalfDay(halves) => {
                self.counts_to_noon = true;
                let half = self.name(&halves, usize::MAX)?;
                self.set(Part::Half, half)
            }
            Pattern::OffsetHours => {
                // what a separator of the template took for itself may be the sign
                let mut negative = self.skipped > 0 && self.behind_minus;
                if self.rest.starts_with(['+', '-', ' ']) {
                    negative = self.rest.starts_with('-');
                    self.skip(1);
                }
                self.offset_sign = if negative { -1 } else { 1 };
                let (hours, _) = self.number(2, slurps)?;
                self.set(Part::OffsetHour, hours)
            }
        }
    }

    /// A number of `digits` digits, or of as many as there are; and its length.
    fn number(&mut self, digits: usize, slurps: bool) -> Result<(i64, usize), Reason> {
        self.rest = self.rest.trim_start_matches(is_space);
        let bytes = self.rest.as_bytes();
        let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
        let most = if slurps { bytes.len() } else { digits };
        let behind_sign = bytes.get(sign..most.min(bytes.len())).unwrap_or_default();
        let count = behind_sign
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        let length = sign + count;
        if count == 0 || !slurps && length < digits {
            return Err(Reason::Time);
        }
        let (number, rest) = self.rest.split_at(length);
        let number: i32 = number.parse().map_err(|_| Reason::Time)?;
        self.rest = rest;
        Ok((number.into(), length))
    }

    /// The place of the name that the text begins with, in so many letters, in any case.
    fn name(&mut self, names: &[&str], letters: usize) -> Result<i64, Reason> {
        let short = |name: &str| name.len().min(letters);
        let starts = |name: &&str| {
            let start = self.rest.get(..short(name));
            start.is_some_and(|start| start.eq_ignore_ascii_case(&name[..short(name)]))
        };
        let at = names.iter().position(starts).ok_or(Reason::Time)?;
        self.rest = &self.rest[short(names[at])..];
        Ok(i64::try_from(at).expect("there are few names"))
    }

    /// What was said before is not contradicted.
    fn set(&mut self, part: Part, value: i64) -> Result<(), Reason> {
        let known = &mut self.parts[part as usize];
        if *known != 0 && *known != value {
            return Err(Reason::Time);
        }
        *known = value;
        Ok(())
    }

    fn part(&self, part: Part) -> i64 {
        self.parts[part as usize]
    }

    fn micros(&self) -> Result<i64, Reason> {
        let fraction = self.part(Part::Milliseconds) * 1_000 + self.part(Part::Microseconds);
        // more digits than a second has room for are no fraction of it
        if !(0..1_000_000).contains(&fraction) {
            return Err(Reason::Time);
        }
        let unit = scale(self.precision, 6);
        let fraction = (fraction + unit / 2) / unit * unit;
        let (hours, minutes) = (self.part(Part::OffsetHour), self.part(Part::OffsetMinute));
        if !(0..16).contains(&hours) || !(0..60).contains(&minutes) {
            return Err(Reason::Time);
        }
        let offset = self.offset_sign * (hours * 60 + minutes) * 60;
        let seconds = self.second_of_day()? - offset;
        Ok(self.day()? * DAY_MICROS + seconds * 1_000_000 + fraction)
    }

    fn second_of_day(&self) -> Result<i64, Reason> {
        let seconds = self.part(Part::SecondOfDay);
        let mut hour = self.part(Part::Hour);
        let (mut minute, mut second) = (self.part(Part::Minute), self.part(Part::Second));
        if seconds != 0 {
            (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        }
        if self.counts_to_noon {
            if !(1..=12).contains(&hour) {
                return Err(Reason::Time);
            }
            hour = hour % 12 + 12 * self.part(Part::Half);
        }
        let exists =
            (0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second);
        let of_day = (hour * 60 + minute) * 60 + second;
        exists.then_some(of_day).ok_or(Reason::Time)
    }

    fn day(&self) -> Result<i64, Reason> {
        let year = self.part(Part::Year);
        if !(1..=9_999).contains(&year) {
            return Err(Reason::OutOfRange);
        }
        let (month, day) = (self.part(Part::Month), self.part(Part::Day));
        let of_year = self.part(Part::DayOfYear);
        if of_year != 0 && day == 0 {
            let (first, behind) = (start_of(year, 1), start_of(year + 1, 1));
            let day = first + of_year - 1;
            let exists = (first..behind).contains(&day);
            return exists.then_some(day).ok_or(Reason::Time);
        }
        let given = |part: i64| u32::try_from(if part == 0 { 1 } else { part });
        let (Ok(month), Ok(day)) = (given(month), given(day)) else {
            return Err(Reason::Time);
        };
        Civil { year, month, day }.days().ok_or(Reason::Time)
    }
}

fn is_space(character: char) -> bool {
    character.is_ascii_whitespace() || character == '\u{b}'
}

/// What makes a fraction of `length` digits one of `digits`.
fn scale(length: usize, digits: usize) -> i64 {
    let missing = digits.saturating_sub(length);
    10_i64.pow(u32::try_from(missing).expect("there are six digits"))
}

/// The year of these last digits that is near 2020.
fn near_2020(year: i64) -> i64 {
    match year {
        70..100 => year + 1_900,
        ..520 => year + 2_000,
        520..1_000 => year + 1_000,
        _ => year,
    }
}

#[cfg(test)]
#[path = "from_char_tests.rs"]
mod tests;
