//! Rows as JSON lines, or as [`csv`]. The bytes depend on the values alone.
//!
//! - Integers: decimal. REAL and DOUBLE: the shortest digits that read back as the same value, a
//!   whole number with `.0` (`40.0`), very large and small ones with an exponent (`1e+300`).
//! - TEXT: only `"`, `\` and control characters are escaped; everything else stands as it is.
//! - TIMESTAMP: RFC 3339 with `Z` and the fewest of 0, 3, 6 or 9 fraction digits that are exact.
//!   DATE and TIME: ISO 8601. INTERVAL: PostgreSQL's text, `1 day 02:03:04.5`. BYTEA: Base64.
//!   DECIMAL: number text with all digits of its scale.
//! - JSON: as the sender wrote it, raw line breaks turned into spaces: a row is one line.

pub(crate) mod base64;
pub mod csv;
mod key;
mod out;
mod string;
mod topic;

pub use out::{Out, Output};
pub use topic::{TopicPart, TopicParts, topic_part};

pub use self::key::{Segment, segment};

use self::csv::CsvWriter;
use crate::value::{
    Date, Decimal, Interval, Json, Time, Timestamp, TimestampNanos, TimestampText, Verbatim,
    interval, text,
};

/// Encoded rows on their way to one sink.
#[derive(Debug, Default)]
pub struct Rows {
    /// Lines, each with its line feed. (A CSV field may hold others.)
    pub bytes: Vec<u8>,
    /// Where each row ends in `bytes`, its line feed included.
    pub ends: Vec<usize>,
    /// The values that each row gives for the path it goes to, between slashes.
    keys: Vec<u8>,
    /// Where those of each row end; empty where no path asks for any.
    key_ends: Vec<usize>,
    /// What of each row's topic is its own, where a sink publishes each on another.
    pub topics: TopicParts,
}

impl Rows {
    /// Starts a row. All its values are known by now: it is written whole or not at all.
    #[inline]
    pub fn row(&mut self) -> RowWriter<'_> {
        RowWriter { rows: self }
    }

    /// Starts a row of CSV.
    #[inline]
    pub fn csv(&mut self) -> CsvWriter<'_> {
        CsvWriter::new(self)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A row, with its line feed.
    pub fn get(&self, row: usize) -> &[u8] {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[row]]
    }

    /// The values that a row gives for the path it goes to, between slashes.
    pub fn key(&self, row: usize) -> &[u8] {
        let Some(&end) = self.key_ends.get(row) else {
            return &[];
        };
        let start = row.checked_sub(1).map_or(0, |before| self.key_ends[before]);
        &self.keys[start..end]
    }

    /// Adds a value for the path that the row goes to which is being written.
    fn add_key(&mut self, value: impl Segment) {
        let is_first = self.key_ends.len() == self.ends.len();
        if is_first {
            self.key_ends.push(0);
        } else {
            self.keys.push(b'/');
        }
        value.put(&mut self.keys);
        if let Some(end) = self.key_ends.last_mut() {
            *end = self.keys.len();
        }
    }

    /// Forgets the rows behind the first `rows`.
    pub fn truncate(&mut self, rows: usize) {
        self.topics.truncate(rows, self.ends.len());
        self.key_ends.truncate(rows);
        let key_end = self.key_ends.last().copied();
        self.keys.truncate(key_end.unwrap_or_default());
        self.ends.truncate(rows);
        let end = self.ends.last().copied();
        self.bytes.truncate(end.unwrap_or_default());
    }

    /// Forgets all rows and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.keys.clear();
        self.key_ends.clear();
        self.topics.clear();
    }

    /// The rows, each with its line feed.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| &self.bytes[start..end])
    }
}

/// A row being written.
#[derive(Debug)]
pub struct RowWriter<'o> {
    rows: &'o mut Rows,
}

impl RowWriter<'_> {
    /// Appends text that is JSON already: keys and punctuation.
    #[inline]
    pub fn raw(&mut self, text: &str) {
        self.rows.bytes.extend_from_slice(text.as_bytes());
    }

    /// Appends a value.
    #[inline]
    pub fn value(&mut self, value: impl Encode) {
        value.encode(&mut self.rows.bytes);
    }

    /// Appends text that is JSON already, such as `,"key":`, and the value behind it.
    #[inline]
    pub fn field(&mut self, before: &str, value: impl Encode) {
        self.raw(before);
        self.value(value);
    }

    /// Adds a value that [`segment`] allows for the path that the row goes to.
    #[inline]
    pub fn key(&mut self, value: impl Segment) {
        self.rows.add_key(value);
    }

    /// Appends a value to what of the row's topic is its own. It was checked before the row began.
    #[inline]
    pub fn topic(&mut self, value: &impl TopicPart) {
        self.rows.topics.push(value);
    }

    /// Ends the row with a line feed.
    #[inline]
    pub fn end(self) {
        self.rows.bytes.push(b'\n');
        self.rows.ends.push(self.rows.bytes.len());
    }
}

/// A value as JSON.
pub trait Encode {
    /// Appends the value.
    fn encode(self, out: &mut Vec<u8>);
}

/// NULL is `null`.
impl<T: Encode> Encode for Option<T> {
    #[inline]
    fn encode(self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.encode(out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

/// An array.
impl<T: Encode + Copy> Encode for &[Option<T>] {
    fn encode(self, out: &mut Vec<u8>) {
        let mut before = b'[';
        for element in self {
            out.push(std::mem::replace(&mut before, b','));
            element.encode(out);
        }
        if self.is_empty() {
            out.push(b'[');
        }
        out.push(b']');
    }
}

impl Encode for bool {
    fn encode(self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self { b"true" } else { b"false" });
    }
}

macro_rules! encode_integer {
    ($($integer:ty)*) => { $(
        impl Encode for $integer {
            fn encode(self, out: &mut Vec<u8>) {
                out.extend_from_slice(itoa::Buffer::new().format(self).as_bytes());
            }
        }
    )* };
}
encode_integer!(i8 i16 i32 i64 u8 u16 u32 u64);

macro_rules! encode_float {
    ($($float:ty)*) => { $(
        impl Encode for $float {
            fn encode(self, out: &mut Vec<u8>) {
                debug_assert!(self.is_finite(), "SQL floats are finite");
                out.extend_from_slice(zmij::Buffer::new().format_finite(self).as_bytes());
            }
        }
    )* };
}
encode_float!(f32 f64);

impl Encode for &str {
    fn encode(self, out: &mut Vec<u8>) {
        string::encode(self, out);
    }
}

impl Encode for &[u8] {
    fn encode(self, out: &mut Vec<u8>) {
        out.push(b'"');
        base64::encode(self, out);
        out.push(b'"');
    }
}

macro_rules! encode_quoted {
    ($($time:ident: $text:path,)*) => { $(
        impl Encode for $time {
            fn encode(self, out: &mut Vec<u8>) {
                quoted($text(self).as_bytes(), out);
            }
        }
    )* };
}
encode_quoted!(
    Timestamp: text::timestamp,
    TimestampNanos: text::timestamp_nanos,
    Date: text::date,
    Time: text::time,
    Interval: interval::text,
);

fn quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(text);
    out.push(b'"');
}

impl<const SCALE: u8> Encode for Decimal<SCALE> {
    fn encode(self, out: &mut Vec<u8>) {
        out.extend_from_slice(text::decimal(self.0, SCALE).as_bytes());
    }
}

impl Encode for Json<'_> {
    fn encode(self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(self.0);
        // Inside a string a line break is always escaped: a raw one is white space.
        if memchr::memchr2(b'\r', b'\n', self.0).is_some() {
            for byte in &mut out[start..] {
                if matches!(*byte, b'\r' | b'\n') {
                    *byte = b' ';
                }
            }
        }
    }
}

impl Encode for Verbatim<'_> {
    #[inline]
    fn encode(self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0);
    }
}

impl Encode for TimestampText<'_> {
    fn encode(self, out: &mut Vec<u8>) {
        match self {
            Self::Canonical(text) => quoted(text, out),
            Self::Micros(value) => value.encode(out),
            Self::Nanos(value) => value.encode(out),
        }
    }
}
