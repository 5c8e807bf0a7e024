//! RFC 3339 in its usual shapes, eight bytes at a time.
//!
//! The shapes are `YYYY-MM-DDTHH:MM:SS`, then nothing or a point and 1 to 9 digits, then `Z` or
//! `+HH:MM`. What stands before the fraction has fixed places, so it is read as words: XOR with a
//! template such as `0000-00-` turns every digit into its value and every separator into zero, and
//! all other bytes into something greater. Since each byte has its own greatest value, one sum
//! tells whether all of a word's bytes are within theirs. Neighbouring values then become numbers
//! of two digits by one multiplication.
//!
//! What has another shape, or is not a time at all, gives None here. That says nothing about the
//! text: the complete path in [`super::time`] decides, and is what this one is tested against.

use super::calendar::{DAY, FIRST_DAY};
use super::time::Instant;

const HIGH: u64 = 0x8080_8080_8080_8080;

/// Bytes of `YYYY-MM-DDTHH:MM:SS`.
const CLOCK_END: usize = 19;
/// Bytes of `+HH:MM`.
const OFFSET: usize = 6;

const DATE: Template = Template::new(*b"0000-00-", *b"9999-19-");
const DAY_AND_MINUTE: Template = Template::new(*b"00T00:00", *b"39T29:59");
const SECOND: Template = Template::new(*b":00\0\0\0\0\0", *b":69\0\0\0\0\0");
const EAST: Template = Template::new(*b"00:00\0\0\0", *b"29:59\0\0\0");
const DIGITS: Template = Template::new(*b"00000000", *b"99999999");

/// What may stand in a word.
#[derive(Clone, Copy)]
struct Template {
    /// Separators, and `0` for digits.
    zero: u64,
    /// How far each byte's greatest value is from 0x7f.
    room: u64,
}

impl Template {
    const fn new(zero: [u8; 8], greatest: [u8; 8]) -> Self {
        let mut room = [0x7f; 8];
        let mut at = 0;
        while at < room.len() {
            room[at] -= greatest[at] - zero[at];
            at += 1;
        }
        Self {
            zero: u64::from_le_bytes(zero),
            room: u64::from_le_bytes(room),
        }
    }

    /// The values of the digits, and which bytes of the word are none that may stand there: a bit
    /// of `HIGH` for each. The sums stay below 0x100, so that nothing carries.
    #[inline]
    fn values(self, word: u64) -> (u64, u64) {
        let values = word ^ self.zero;
        (values, (((values & !HIGH) + self.room) | values) & HIGH)
    }
}

/// The instant of a text in one of the usual shapes.
#[inline]
pub(super) fn usual(text: &[u8]) -> Option<Instant> {
    let (day, wrong_day) = DATE.values(word(text, 0)?);
    let (minute, wrong_minute) = DAY_AND_MINUTE.values(word(text, 8)?);
    // the byte behind the second is none of it
    let (second, wrong_second) = SECOND.values(word(text, 12)? >> 32 & 0x00ff_ffff);
    if wrong_day | wrong_minute | wrong_second != 0 {
        return None;
    }
    let (end, offset) = offset(text)?;
    let nanos = fraction(text, end)?;
    let (years, minutes, seconds) = (pairs(day), pairs(minute), pairs(second));
    let year = pair(years, 0) * 100 + pair(years, 2);
    let days = days(year, pair(years, 5), pair(minutes, 0))?;
    let (hour, minute, second) = (pair(minutes, 3), pair(minutes, 6), pair(seconds, 1));
    if hour > 23 || second > 60 {
        return None;
    }
    Some(Instant {
        seconds: days * DAY + i64::from(hour * 3_600 + minute * 60 + second) - offset,
        nanos,
    })
}

/// Eight bytes of `text`, the first of them lowest.
#[inline]
fn word(text: &[u8], at: usize) -> Option<u64> {
    text.get(at..)?
        .first_chunk()
        .copied()
        .map(u64::from_le_bytes)
}

/// In each byte, the number whose tens are that byte's value and whose ones are the next one's.
#[inline]
fn pairs(values: u64) -> u64 {
    // at most 99, so that nothing carries
    values * 10 + (values >> 8)
}

#[inline]
fn pair(pairs: u64, at: usize) -> u32 {
    u32::from(pairs.to_le_bytes()[at])
}

/// Where the offset begins, and the seconds that it is east of UTC.
#[inline]
fn offset(text: &[u8]) -> Option<(usize, i64)> {
    if let [.., b'Z'] = text {
        return Some((text.len() - 1, 0));
    }
    let end = text.len().checked_sub(OFFSET)?;
    let sign = match text[end] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    // what stands before the offset is longer than the two bytes that fill the word
    let (values, wrong) = EAST.values(word(text, end.checked_sub(2)?)? >> 24);
    let (hour, minute) = (pair(pairs(values), 0), pair(pairs(values), 3));
    let exists = wrong == 0 && hour <= 23;
    exists.then(|| (end, sign * i64::from(hour * 3_600 + minute * 60)))
}

/// Nanoseconds of what stands between the second and `end`: nothing, or `.` and 1 to 9 digits.
#[inline]
fn fraction(text: &[u8], end: usize) -> Option<u32> {
    if end == CLOCK_END {
        return Some(0);
    }
    let count = end.checked_sub(CLOCK_END + 1)?;
    if text[CLOCK_END] != b'.' || !(1..=9).contains(&count) {
        return None;
    }
    // the word that ends with the fraction, its digits moved to the front and zeros behind them
    let in_word = count.min(8);
    let last = word(text, CLOCK_END + 1 + in_word - 8)?;
    let (values, wrong) = DIGITS.values(last);
    let before = 64 - 8 * in_word;
    let (values, wrong) = (values >> before, wrong >> before);
    let ninth = if count == 9 { text[end - 1] } else { b'0' };
    let exists = wrong == 0 && ninth.is_ascii_digit();
    exists.then(|| eight_digits(values) * 10 + u32::from(ninth - b'0'))
}

/// The number of eight digits: pairs, then pairs of pairs, then both halves. The products' upper
/// halves hold the sum that is wanted; what is beyond them is not.
#[inline]
fn eight_digits(values: u64) -> u32 {
    const PAIRS: u64 = 0x0000_00ff_0000_00ff;
    let pairs = pairs(values);
    let (outer, inner) = (pairs & PAIRS, (pairs >> 16) & PAIRS);
    let sum = outer
        .wrapping_mul(100 + (1_000_000 << 32))
        .wrapping_add(inner.wrapping_mul(1 + (10_000 << 32)));
    u32::try_from(sum >> 32).expect("32 bits are left")
}

/// A month of a year that is no leap year.
#[derive(Clone, Copy)]
struct Month {
    /// Days of the year before it.
    before: u32,
    /// Its days.
    length: u32,
}

/// By number; there is no month 0.
const MONTHS: [Month; 13] = {
    let lengths = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut months = [Month {
        before: 0,
        length: 0,
    }; 13];
    let mut at = 1;
    while at < months.len() {
        months[at] = Month {
            before: months[at - 1].before + months[at - 1].length,
            length: lengths[at],
        };
        at += 1;
    }
    months
};

/// Days since 1970-01-01; None where the calendar has no such day. `year` has four digits.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "measured: as a call it is a third of the whole"
)]
fn days(year: u32, month: u32, day: u32) -> Option<i64> {
    let Month { before, length } = *MONTHS.get(month as usize)?;
    // of the years that 100 divides, 16 divides those that 400 divides
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(16));
    let length = length + u32::from(leap && month == 2);
    if day == 0 || day > length || year == 0 {
        return None;
    }
    let past = year - 1;
    let leap_days = past / 4 - past / 100 + past / 400 + u32::from(leap && month > 2);
    let since_year_1 = past * 365 + leap_days + before + day - 1;
    Some(FIRST_DAY + i64::from(since_year_1))
}

#[cfg(test)]
mod tests {
    use super::super::time::{any_rfc3339, rfc3339};
    use super::*;

    /// Both paths give the same; whether it is a time.
    #[track_caller]
    fn compare(text: &[u8]) -> bool {
        let complete = any_rfc3339(text);
        assert_eq!(rfc3339(text), complete, "{}", text.escape_ascii());
        if let Some(usual) = usual(text) {
            assert_eq!(Some(usual), complete, "{}", text.escape_ascii());
        }
        complete.is_some()
    }

    /// Every shape: two clocks, a fraction of up to ten digits, an end; and whether it is a usual
    /// one.
    fn shapes() -> Vec<(bool, Vec<u8>)> {
        let ends = [
            "Z", "+00:00", "-23:59", "z", "", "+0200", "+02", "+2:00", "Z ",
        ];
        let mut shapes = Vec::new();
        for clock in ["2024-02-29T19:59:60", "0001-10-30T10:08:05"] {
            for (at, end) in ends.iter().enumerate() {
                for digits in 0..=10 {
                    let point = if digits == 0 { "" } else { "." };
                    let text = format!("{clock}{point}{}{end}", &"9081726354"[..digits]);
                    if at == 0 {
                        shapes.push((false, text.replacen('T', " ", 1).into_bytes()));
                    }
                    shapes.push((at < 3 && digits < 10, text.into_bytes()));
                }
            }
        }
        shapes
    }

    #[test]
    fn every_byte_at_every_place_of_every_shape() {
        for (is_usual, mut text) in shapes() {
            assert_eq!(usual(&text).is_some(), is_usual, "{}", text.escape_ascii());
            compare(&text);
            for at in 0..text.len() {
                let before = text[at];
                for byte in 0..=255 {
                    text[at] = byte;
                    compare(&text);
                }
                text[at] = before;
                compare(&text[..at]);
                compare(&text[at..]);
                let without = [&text[..at], &text[at + 1..]].concat();
                compare(&without);
                let twice = [&text[..=at], &text[at..]].concat();
                compare(&twice);
            }
        }
    }

    #[test]
    fn every_day() {
        for year in 0..10_000 {
            let all = [4, 1900, 2000, 2023, 2024].contains(&year);
            for month in 0..20 {
                for day in 0..40 {
                    let edge = matches!(month, 1..=3 | 12) && matches!(day, 0 | 1 | 28..=32);
                    if all || edge {
                        compare(format!("{year:04}-{month:02}-{day:02}T00:00:00Z").as_bytes());
                    }
                }
            }
        }
    }

    #[test]
    fn every_time_of_day_and_every_offset() {
        for tens in 0..100 {
            for ones in 0..100 {
                for text in [
                    format!("2024-01-02T{tens:02}:{ones:02}:00Z"),
                    format!("2024-01-02T00:{tens:02}:{ones:02}Z"),
                    format!("2024-01-02T00:00:00+{tens:02}:{ones:02}"),
                    format!("2024-01-02T00:00:00.5-{tens:02}:{ones:02}"),
                ] {
                    compare(text.as_bytes());
                }
            }
        }
    }

    #[test]
    fn fractions_are_exact() {
        for digits in 1..=9_u32 {
            for of in 0..10_000_u64 {
                let number = of * 999_983 % 10_u64.pow(digits);
                let width = usize::try_from(digits).expect("small");
                let text = format!("2024-01-02T03:04:05.{number:0width$}Z");
                assert!(compare(text.as_bytes()), "{text}");
            }
        }
    }
}
