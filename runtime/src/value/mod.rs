//! The Rust types of SQL values that have no type of their own in the standard library, and the
//! conversions between values and their text.
//!
//! BOOLEAN is `bool`, integers are `i8` … `u64`, REAL and DOUBLE are finite `f32` and `f64`, TEXT
//! is `&str`, BYTEA is `&[u8]`. NULL is `None` of an `Option` around these.

mod access;
pub(crate) mod calendar;
pub(crate) mod digits;
pub(crate) mod interval;
pub(crate) mod number;
pub(crate) mod pattern;
mod rfc3339;
pub(crate) mod text;
pub(crate) mod time;

pub use access::JsonOwned;
pub use number::Integer;
pub use pattern::TimeItem;

/// TIMESTAMP with 0, 3 or 6 fraction digits: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// TIMESTAMP(9): nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimestampNanos(pub i64);

/// DATE: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

/// TIME: microseconds since midnight, below 86,400,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// INTERVAL: months, days and time are kept apart, since their lengths differ. Compared with
/// months of 30 days and days of 24 hours.
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    /// Months.
    pub months: i32,
    /// Days.
    pub days: i32,
    /// Microseconds.
    pub micros: i64,
}

/// DECIMAL(p, SCALE): the value times ten to the SCALE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal<const SCALE: u8>(pub i128);

/// JSON: the bytes of a valid JSON value, as the sender wrote them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<'m>(pub &'m [u8]);

/// A number's text as the sender wrote it, checked to be a value of the column's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verbatim<'m>(pub &'m [u8]);

/// A timestamp on its way to the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampText<'m> {
    /// The sender's text, which is letter for letter what printing the value would give.
    Canonical(&'m [u8]),
    /// A value to be printed.
    Micros(Timestamp),
    /// A value to be printed, TIMESTAMP(9).
    Nanos(TimestampNanos),
}

/// How a TIMESTAMP column's values are written in messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeFormat {
    /// RFC 3339 text.
    Rfc3339,
    /// Seconds since 1970-01-01T00:00:00Z.
    UnixSeconds,
    /// Milliseconds since then.
    UnixMilliseconds,
    /// Microseconds since then.
    UnixMicroseconds,
    /// Nanoseconds since then.
    UnixNanoseconds,
    /// Text that follows a pattern.
    Pattern(&'static [TimeItem]),
}
