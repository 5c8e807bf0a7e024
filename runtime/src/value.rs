//! The Rust types of SQL values that have no type of their own in the standard library.
//!
//! BOOLEAN is `bool`, integers are `i8` … `u64`, REAL and DOUBLE are finite `f32` and `f64`, TEXT
//! is `&str`, BYTEA is `&[u8]`. NULL is `None` of an `Option` around these.

/// TIMESTAMP with 0, 3 or 6 fraction digits: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// TIMESTAMP(9): nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimestampNanos(pub i64);

/// DATE: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

/// TIME: microseconds since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// DECIMAL(p, SCALE): the value times ten to the SCALE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal<const SCALE: u8>(pub i128);

/// JSON: the bytes of a valid JSON value, as the sender wrote them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<'m>(pub &'m [u8]);

/// A value's text as the sender wrote it: a number, or a canonical timestamp with its quotes.
/// It was checked to be a value of the column's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verbatim<'m>(pub &'m [u8]);
