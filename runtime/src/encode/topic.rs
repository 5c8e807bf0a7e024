//! Values as parts of the topic that a row is published on.
//!
//! A part is the value's plain text, and nothing but a part: what would make levels or wildcards of
//! their own, or nothing at all, makes the row bad. Otherwise a sender could choose where its rows
//! are published.

use crate::error::Reason;
use crate::value::{Date, Decimal, Time, Timestamp, TimestampNanos, TimestampText, Verbatim, text};

/// The parts of each row's topic.
#[derive(Debug, Default)]
pub struct TopicParts {
    bytes: Vec<u8>,
    /// Where each part ends. Every row has as many.
    ends: Vec<usize>,
}

/// The longest topic, in bytes of UTF-8 (MQTT 5.0, §1.5.4).
const LONGEST: usize = u16::MAX as usize;

impl TopicParts {
    /// Appends a part.
    #[inline]
    pub fn push(&mut self, value: &impl TopicPart) {
        value.append(&mut self.bytes);
        self.ends.push(self.bytes.len());
    }

    /// The parts of a row, where each row has `count`.
    pub fn of_row(&self, row: usize, count: usize) -> impl Iterator<Item = &str> {
        (row * count..(row + 1) * count).map(|part| {
            let start = part.checked_sub(1).map_or(0, |before| self.ends[before]);
            let part = &self.bytes[start..self.ends[part]];
            std::str::from_utf8(part).expect("plain text is UTF-8")
        })
    }

    /// Forgets those behind the first `kept` of `rows` rows.
    pub fn truncate(&mut self, kept: usize, rows: usize) {
        let count = self.ends.len().checked_div(rows).unwrap_or_default();
        self.ends.truncate(kept * count);
        let end = self.ends.last().copied();
        self.bytes.truncate(end.unwrap_or_default());
    }

    /// Forgets all of them and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
}

/// A value that can be a part of a topic.
pub trait TopicPart {
    /// An error where it is none: NULL, an empty text, one with `+`, `#`, `/`, or what brokers may
    /// close the connection for (MQTT 5.0, §1.5.4): control characters, NUL among them, and code
    /// points that are no characters; or one of more than 65,535 bytes.
    fn check(&self) -> Result<(), Reason>;
    /// Appends a value that has been checked.
    fn append(&self, out: &mut Vec<u8>);
}

/// [`TopicPart::check`], for generated code.
#[inline]
pub fn topic_part(value: &impl TopicPart) -> Result<(), Reason> {
    value.check()
}

impl TopicPart for &str {
    fn check(&self) -> Result<(), Reason> {
        let bytes = self.as_bytes();
        let is_bad = bytes.is_empty()
            || bytes.len() > LONGEST
            || memchr::memchr3(b'+', b'#', b'/', bytes).is_some()
            || self.chars().any(is_no_text);
        if is_bad {
            Err(Reason::TopicPart)
        } else {
            Ok(())
        }
    }

    fn append(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }
}

/// Whether brokers may close the connection for a topic that has this. One that a sender can have
/// published would be sent again and again, and keep all others from their way.
fn is_no_text(letter: char) -> bool {
    let is_no_character =
        matches!(letter, '\u{fdd0}'..='\u{fdef}') || u32::from(letter) & 0xfffe == 0xfffe;
    letter.is_control() || is_no_character
}

/// NULL has no text.
impl<T: TopicPart> TopicPart for Option<T> {
    fn check(&self) -> Result<(), Reason> {
        self.as_ref().ok_or(Reason::TopicPart)?.check()
    }

    fn append(&self, out: &mut Vec<u8>) {
        if let Some(value) = self {
            value.append(out);
        }
    }
}

/// Values whose text is always a part.
macro_rules! plain {
    ($($value:ty: |$it:ident, $out:ident| $append:expr,)*) => { $(
        impl TopicPart for $value {
            #[inline]
            fn check(&self) -> Result<(), Reason> {
                Ok(())
            }

            fn append(&self, $out: &mut Vec<u8>) {
                let $it = *self;
                $append;
            }
        }
    )* };
}

macro_rules! integers {
    ($($integer:ty)*) => {
        plain!($($integer: |it, out| {
            out.extend_from_slice(itoa::Buffer::new().format(it).as_bytes());
        },)*);
    };
}
integers!(i8 i16 i32 i64 u8 u16 u32 u64);

plain! {
    bool: |it, out| out.extend_from_slice(if it { b"true" } else { b"false" }),
    Timestamp: |it, out| out.extend_from_slice(text::timestamp(it).as_bytes()),
    TimestampNanos: |it, out| out.extend_from_slice(text::timestamp_nanos(it).as_bytes()),
    Date: |it, out| out.extend_from_slice(text::date(it).as_bytes()),
    Time: |it, out| out.extend_from_slice(text::time(it).as_bytes()),
    Verbatim<'_>: |it, out| out.extend_from_slice(it.0),
}

impl<const SCALE: u8> TopicPart for Decimal<SCALE> {
    #[inline]
    fn check(&self) -> Result<(), Reason> {
        Ok(())
    }

    fn append(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(text::decimal(self.0, SCALE).as_bytes());
    }
}

impl TopicPart for TimestampText<'_> {
    #[inline]
    fn check(&self) -> Result<(), Reason> {
        Ok(())
    }

    fn append(&self, out: &mut Vec<u8>) {
        match self {
            Self::Canonical(text) => out.extend_from_slice(text),
            Self::Micros(value) => value.append(out),
            Self::Nanos(value) => value.append(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_parts_or_make_the_row_bad() {
        let long = "x".repeat(LONGEST);
        for good in [
            "a", "ä b", "$x", "-", " ", "\u{202e}", "\u{fdcf}", "\u{fffd}", &long,
        ] {
            assert_eq!(good.check(), Ok(()), "{good:.20}");
        }
        let long = "x".repeat(LONGEST + 1);
        let forbidden = [
            "\n",
            "a\tb",
            "\u{7f}",
            "\u{85}",
            "\u{fdd0}",
            "\u{ffff}",
            "\u{1fffe}",
        ];
        let bad = ["", "+", "a+", "#", "a#b", "/", "a/b", "\0", "a\0", &long];
        for bad in bad.into_iter().chain(forbidden) {
            assert_eq!(bad.check(), Err(Reason::TopicPart), "{bad:.20}");
            assert_eq!(Some(bad).check(), Err(Reason::TopicPart), "{bad:.20}");
        }
        assert_eq!(None::<i32>.check(), Err(Reason::TopicPart));
    }

    #[test]
    fn values_have_their_plain_text() {
        fn text(value: &impl TopicPart) -> String {
            assert_eq!(value.check(), Ok(()));
            let mut parts = TopicParts::default();
            parts.push(value);
            let text = parts.of_row(0, 1).next().expect("there is one");
            text.to_owned()
        }
        assert_eq!(text(&-128_i8), "-128");
        assert_eq!(text(&Some(u64::MAX)), "18446744073709551615");
        assert_eq!(text(&true), "true");
        assert_eq!(text(&Decimal::<2>(-150)), "-1.50");
        assert_eq!(text(&Date(0)), "1970-01-01");
        assert_eq!(text(&Time(1_000_000)), "00:00:01");
        assert_eq!(text(&Timestamp(500_000)), "1970-01-01T00:00:00.500Z");
        assert_eq!(text(&TimestampNanos(0)), "1970-01-01T00:00:00Z");
        assert_eq!(text(&TimestampText::Canonical(b"x")), "x");
        assert_eq!(
            text(&TimestampText::Micros(Timestamp(0))),
            "1970-01-01T00:00:00Z"
        );
        assert_eq!(text(&Verbatim(b"7")), "7");
    }

    #[test]
    fn rows_are_forgotten_with_their_parts() {
        let mut parts = TopicParts::default();
        for value in ["a", "bb", "c", "dd", "e", "ff"] {
            parts.push(&value);
        }
        parts.truncate(2, 3);
        parts.push(&"x");
        parts.push(&"y");
        let rows: Vec<Vec<&str>> = (0..3).map(|row| parts.of_row(row, 2).collect()).collect();
        assert_eq!(rows, [["a", "bb"], ["c", "dd"], ["x", "y"]]);
        parts.truncate(0, 3);
        parts.truncate(0, 0);
        assert!(parts.ends.is_empty() && parts.bytes.is_empty());
    }
}
