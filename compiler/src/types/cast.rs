//! The cast table: which type may become which, and how willingly.

use super::{DataType, IntegerType};

/// How a cast may come about, each kind including the ones before it (PostgreSQL, `pg_cast`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CastKind {
    /// Anywhere, unasked: never loses information.
    Implicit,
    /// When a value is stored into a column of that type (INSERT).
    Assignment,
    /// Only when CAST asks for it.
    Explicit,
}

/// The kind of the cast `from → to`, or None where there is none. A type casts to itself
/// implicitly.
pub fn cast_kind(from: DataType, to: DataType) -> Option<CastKind> {
    use CastKind::{Assignment, Explicit, Implicit};
    use DataType as T;
    if from == to {
        return Some(Implicit);
    }
    match (from, to) {
        (T::Integer(a), T::Integer(b)) if holds(b, a) => Some(Implicit),
        (T::Integer(_), T::Float64 | T::Decimal { .. })
        | (T::Float32 | T::Decimal { .. }, T::Float64)
        | (T::Timestamp(_) | T::Date, T::Timestamp(_))
        | (T::Time, T::Interval) => Some(Implicit),
        (T::Integer(_), T::Integer(_) | T::Float32)
        | (T::Float64 | T::Decimal { .. }, T::Float32)
        | (T::Float32 | T::Float64 | T::Decimal { .. }, T::Integer(_) | T::Decimal { .. })
        | (T::Timestamp(_), T::Date | T::Time)
        | (T::Interval, T::Time)
        // everything but nested values has a text form …
        | (
            T::Boolean
            | T::Integer(_)
            | T::Float32
            | T::Float64
            | T::Decimal { .. }
            | T::Bytes
            | T::Timestamp(_)
            | T::Date
            | T::Time
            | T::Interval
            | T::Json,
            T::Text,
        ) => Some(Assignment),
        (T::Text, T::Struct(_) | T::Array(_)) => None,
        // … which can be read back
        (T::Text, _)
        | (T::Boolean, T::Integer(_) | T::Json)
        | (T::Integer(_), T::Boolean | T::Json)
        | (T::Float32 | T::Float64 | T::Decimal { .. }, T::Json) => Some(Explicit),
        (
            T::Boolean
            | T::Integer(_)
            | T::Float32
            | T::Float64
            | T::Decimal { .. }
            | T::Bytes
            | T::Timestamp(_)
            | T::Date
            | T::Time
            | T::Interval
            | T::Json
            | T::Struct(_)
            | T::Array(_),
            _,
        ) => None,
    }
}

/// Whether every value of `inner` is one of `outer`.
fn holds(outer: IntegerType, inner: IntegerType) -> bool {
    let ((outer_min, outer_max), (inner_min, inner_max)) = (outer.range(), inner.range());
    outer_min <= inner_min && inner_max <= outer_max
}
