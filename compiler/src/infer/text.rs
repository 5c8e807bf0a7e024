//! The forms that texts can have: times, numbers, switches. A form is kept as long as every text
//! has it. Each is narrower than what a column of it takes, so a column never rejects a text that
//! has its form.

/// The forms that all texts of a place have, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Forms(u32);

const RFC_3339: u32 = 1;
const DATE: u32 = 1 << 1;
const TIME: u32 = 1 << 2;
const NUMBER: u32 = 1 << 3;
const SWITCH: u32 = 1 << 4;
/// The bit of the first of [`PATTERNS`].
const FIRST_PATTERN: u32 = 5;

/// What devices write that is not RFC 3339, the likelier first.
const PATTERNS: [&str; 18] = [
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M%z",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%Y%m%d%H%M%S",
    "%Y%m%dT%H%M%S%z",
    "%Y%m%dT%H%M%S",
    "%a, %d %b %Y %H:%M:%S %z",
    "%a %b %d %H:%M:%S %Y",
    "%d %b %Y %H:%M:%S",
];

impl Default for Forms {
    /// Of no text: all of them.
    fn default() -> Self {
        Self(u32::MAX)
    }
}

impl Forms {
    /// Drops the forms that `text` does not have.
    pub(super) fn keep_those_of(&mut self, text: &str) {
        let mut keep = |bit: u32, has_it: fn(&str) -> bool| {
            if self.0 & bit != 0 && !has_it(text) {
                self.0 &= !bit;
            }
        };
        keep(RFC_3339, is_rfc3339);
        keep(DATE, |text| follows("%Y-%m-%d", text));
        keep(TIME, is_time);
        keep(NUMBER, super::json::is_number);
        keep(SWITCH, is_switch);
        for (at, pattern) in (FIRST_PATTERN..).zip(PATTERNS) {
            if self.0 & 1 << at != 0 && !follows(pattern, text) {
                self.0 &= !(1 << at);
            }
        }
    }

    /// Drops the forms that `other` does not have.
    pub(super) fn keep_common(&mut self, other: Self) {
        self.0 &= other.0;
    }

    /// `2026-11-22T10:15:00Z`
    pub(super) fn are_rfc3339(self) -> bool {
        self.0 & RFC_3339 != 0
    }

    /// `2026-11-22`
    pub(super) fn are_dates(self) -> bool {
        self.0 & DATE != 0
    }

    /// `10:15:00`
    pub(super) fn are_times(self) -> bool {
        self.0 & TIME != 0
    }

    /// `-1.5`
    pub(super) fn are_numbers(self) -> bool {
        self.0 & NUMBER != 0
    }

    /// `ON` and `OFF`, `yes` and `no`, `true` and `false`
    pub(super) fn are_switches(self) -> bool {
        self.0 & SWITCH != 0
    }

    /// The patterns that all texts follow.
    pub(super) fn patterns(self) -> Vec<&'static str> {
        (FIRST_PATTERN..)
            .zip(PATTERNS)
            .filter(|(at, _)| self.0 & 1 << at != 0)
            .map(|(_, pattern)| pattern)
            .collect()
    }
}

/// RFC 3339, or the same with a space for `T`, or without an offset.
fn is_rfc3339(text: &str) -> bool {
    let Some((seconds, rest)) = text.split_at_checked(19) else {
        return false;
    };
    if !follows("%Y-%m-%dT%H:%M:%S", seconds) && !follows("%Y-%m-%d %H:%M:%S", seconds) {
        return false;
    }
    let rest = match rest.strip_prefix('.') {
        None => rest,
        Some(rest) => {
            let digits = digits(rest);
            if !(1..=9).contains(&digits) {
                return false;
            }
            &rest[digits..]
        }
    };
    rest.is_empty() || offset(rest) == Some("")
}

/// `HH:MM` or `HH:MM:SS`, the latter with a fraction.
fn is_time(text: &str) -> bool {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_fraction = (1..=6).contains(&fraction.len()) && digits(fraction) == fraction.len();
    is_fraction && (follows("%H:%M:%S", clock) || follows("%H:%M", text))
}

fn is_switch(text: &str) -> bool {
    ["on", "off", "true", "false", "yes", "no"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(text))
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// From the day of the week of 0000-03-01 on, a Wednesday.
const WEEKDAYS: [&str; 7] = ["Wed", "Thu", "Fri", "Sat", "Sun", "Mon", "Tue"];

/// What a text tells by a pattern.
#[derive(Default)]
struct Told<'a> {
    year: u32,
    month: u32,
    day: u32,
    weekday: Option<&'a str>,
}

/// Whether `text` follows `pattern`, and tells a day that there is. Numbers have all their digits.
fn follows(pattern: &str, text: &str) -> bool {
    let mut told = Told::default();
    let mut rest = text;
    let mut wanted = pattern.chars();
    while let Some(c) = wanted.next() {
        let behind = match c {
            '%' => directive(wanted.next(), rest, &mut told),
            literal => rest.strip_prefix(literal),
        };
        match behind {
            Some(behind) => rest = behind,
            None => return false,
        }
    }
    rest.is_empty() && (!pattern.contains("%Y") || told.is_a_day())
}

/// Reads what `letter` stands for; gives what follows.
fn directive<'a>(letter: Option<char>, text: &'a str, told: &mut Told<'a>) -> Option<&'a str> {
    let (value, rest) = match letter? {
        'Y' => number(text, 4, 1..=9999)?,
        'm' => number(text, 2, 1..=12)?,
        'd' => number(text, 2, 1..=31)?,
        'H' => number(text, 2, 0..=23)?,
        'M' | 'S' => number(text, 2, 0..=59)?,
        'b' => {
            let (name, rest) = text.split_at_checked(3)?;
            let at = MONTHS.iter().position(|month| *month == name)?;
            (u32::try_from(at + 1).ok()?, rest)
        }
        'a' => {
            let (name, rest) = text.split_at_checked(3)?;
            told.weekday = Some(name);
            (0, rest)
        }
        'z' => (0, offset(text)?),
        other => unreachable!("no pattern here has %{other}"),
    };
    match letter? {
        'Y' => told.year = value,
        'm' | 'b' => told.month = value,
        'd' => told.day = value,
        _ => {}
    }
    Some(rest)
}

fn number(text: &str, length: usize, range: std::ops::RangeInclusive<u32>) -> Option<(u32, &str)> {
    let (number, rest) = text.split_at_checked(length)?;
    if digits(number) != length {
        return None;
    }
    let number = number
        .parse()
        .ok()
        .filter(|number| range.contains(number))?;
    Some((number, rest))
}

/// `Z`, `+02:00` or `+0200`; gives what follows.
fn offset(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('Z') {
        return Some(rest);
    }
    let rest = text.strip_prefix(['+', '-'])?;
    let (_, rest) = number(rest, 2, 0..=14)?;
    let (_, rest) = number(rest.strip_prefix(':').unwrap_or(rest), 2, 0..=59)?;
    Some(rest)
}

impl Told<'_> {
    fn is_a_day(&self) -> bool {
        let leap = self.year.is_multiple_of(4)
            && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        let days = match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        self.day <= days
            && self
                .weekday
                .is_none_or(|name| name == self.weekday_of_date())
    }

    /// Days are counted from 0000-03-01 on, so that a leap day ends its year.
    fn weekday_of_date(&self) -> &'static str {
        let (year, month) = if self.month > 2 {
            (self.year, self.month - 3)
        } else {
            (self.year - 1, self.month + 9)
        };
        // months of 31, 30, 31, 30 and 31 days from March on: 153 days in each five
        let days = 365 * year + year / 4 - year / 100 + year / 400;
        let days = days + (153 * month + 2) / 5 + self.day - 1;
        WEEKDAYS[days as usize % 7]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(texts: &[&str]) -> Forms {
        let mut forms = Forms::default();
        for text in texts {
            forms.keep_those_of(text);
        }
        forms
    }

    #[test]
    fn rfc_3339_is_told() {
        for good in [
            "2026-11-22T10:15:00Z",
            "2026-11-22 10:15:00",
            "2026-11-22T10:15:00.123456789+02:00",
            "2024-02-29T10:15:00-0330",
        ] {
            assert!(forms(&[good]).are_rfc3339(), "{good}");
        }
        for bad in [
            "",
            "2026-11-22",
            "2026-11-22T10:15",
            "2026-02-29T10:15:00Z",
            "2026-11-22T24:15:00Z",
            "2026-11-22T10:15:00.",
            "2026-11-22T10:15:00.1234567890",
            "2026-11-22T10:15:00 CET",
            "2026-11-22T10:15:00Zx",
            "ä026-11-22T10:15:00Z",
        ] {
            assert!(!forms(&[bad]).are_rfc3339(), "{bad}");
        }
    }

    #[test]
    fn dates_times_numbers_and_switches_are_told() {
        assert!(forms(&["2026-11-22", "2024-02-29"]).are_dates());
        assert!(!forms(&["2026-11-22", "2026-02-30"]).are_dates());
        assert!(forms(&["10:15", "10:15:30", "10:15:30.25"]).are_times());
        assert!(!forms(&["10:15.5"]).are_times());
        assert!(!forms(&["60:10"]).are_times());
        assert!(forms(&["1", "-1.5", "2e3"]).are_numbers());
        assert!(!forms(&["1", "01"]).are_numbers());
        assert!(forms(&["ON", "off"]).are_switches());
        assert!(!forms(&["ON", "auto"]).are_switches());
    }

    #[test]
    fn patterns_are_told() {
        let cases: [(&[&str], &[&str]); 7] = [
            (&["2019-08-08 16:26"], &["%Y-%m-%d %H:%M"]),
            (&["22.11.2026 10:15:30"], &["%d.%m.%Y %H:%M:%S"]),
            (
                &["02/03/2026 10:15:30"],
                &["%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"],
            ),
            (
                &["02/03/2026 10:15:30", "02/13/2026 10:15:30"],
                &["%m/%d/%Y %H:%M:%S"],
            ),
            (&["20261122101530"], &["%Y%m%d%H%M%S"]),
            (
                &["Sun, 22 Nov 2026 12:15:30 +0200"],
                &["%a, %d %b %Y %H:%M:%S %z"],
            ),
            (&["Mon, 22 Nov 2026 12:15:30 +0200"], &[]),
        ];
        for (texts, patterns) in cases {
            assert_eq!(forms(texts).patterns(), patterns, "{texts:?}");
        }
    }
}
