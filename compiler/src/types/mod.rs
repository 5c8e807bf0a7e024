//! SQL data types: data only. What may be cast into what is the table in [`cast`].

pub mod cast;
pub mod common;
pub mod decimal;

mod nested;

pub use nested::{ArrayType, Field, StructType};

use std::fmt;

/// The type of a column or expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataType {
    /// `BOOLEAN`
    Boolean,
    /// `TINYINT` … `BIGINT UNSIGNED`
    Integer(IntegerType),
    /// `REAL`: IEEE 754 binary32. Values are always finite.
    Float32,
    /// `FLOAT`, `DOUBLE PRECISION`: IEEE 754 binary64. Values are always finite.
    Float64,
    /// `DECIMAL(precision, scale)`: an `i128` scaled by a power of ten.
    Decimal {
        /// Digits in all, 1 to 38.
        precision: u8,
        /// Digits behind the point, at most `precision`.
        scale: u8,
    },
    /// `TEXT`: UTF-8.
    Text,
    /// `BYTEA`
    Bytes,
    /// `TIMESTAMP(n)`: an instant, `i64` microseconds since 1970-01-01T00:00:00Z; nanoseconds at
    /// precision 9.
    Timestamp(TimestampPrecision),
    /// `DATE`: `i32` days since 1970-01-01.
    Date,
    /// `TIME`: `i64` microseconds since midnight.
    Time,
    /// `INTERVAL`: months, days and microseconds.
    Interval,
    /// `JSON`: the bytes of a JSON value.
    Json,
    /// `STRUCT<name type, …>`: an object of a message.
    Struct(StructType),
    /// `type[]`: an array of a message.
    Array(ArrayType),
}

/// An integer's width and sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntegerType {
    /// `TINYINT`
    Int8,
    /// `SMALLINT`
    Int16,
    /// `INT`
    Int32,
    /// `BIGINT`
    Int64,
    /// `TINYINT UNSIGNED`
    UInt8,
    /// `SMALLINT UNSIGNED`
    UInt16,
    /// `INT UNSIGNED`
    UInt32,
    /// `BIGINT UNSIGNED`
    UInt64,
}

impl IntegerType {
    /// Least and greatest value.
    pub fn range(self) -> (i128, i128) {
        match self {
            Self::Int8 => (i8::MIN.into(), i8::MAX.into()),
            Self::Int16 => (i16::MIN.into(), i16::MAX.into()),
            Self::Int32 => (i32::MIN.into(), i32::MAX.into()),
            Self::Int64 => (i64::MIN.into(), i64::MAX.into()),
            Self::UInt8 => (0, u8::MAX.into()),
            Self::UInt16 => (0, u16::MAX.into()),
            Self::UInt32 => (0, u32::MAX.into()),
            Self::UInt64 => (0, u64::MAX.into()),
        }
    }

    /// Width in bits: 8, 16, 32 or 64.
    pub fn bits(self) -> u32 {
        match self {
            Self::Int8 | Self::UInt8 => 8,
            Self::Int16 | Self::UInt16 => 16,
            Self::Int32 | Self::UInt32 => 32,
            Self::Int64 | Self::UInt64 => 64,
        }
    }

    /// Whether values below zero exist.
    pub fn is_signed(self) -> bool {
        self.range().0 < 0
    }
}

/// Digits behind a timestamp's second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum TimestampPrecision {
    /// `TIMESTAMP(0)`
    Seconds,
    /// `TIMESTAMP(3)`
    Milliseconds,
    /// `TIMESTAMP`, `TIMESTAMP(6)`
    #[default]
    Microseconds,
    /// `TIMESTAMP(9)`: the only one that is stored in nanoseconds.
    Nanoseconds,
}

impl TimestampPrecision {
    /// 0, 3, 6 or 9.
    pub fn digits(self) -> u8 {
        match self {
            Self::Seconds => 0,
            Self::Milliseconds => 3,
            Self::Microseconds => 6,
            Self::Nanoseconds => 9,
        }
    }
}

impl DataType {
    /// STRUCT and arrays.
    pub fn is_nested(self) -> bool {
        matches!(self, Self::Struct(_) | Self::Array(_))
    }

    /// Whether it is a TIMESTAMP, or holds one.
    pub fn has_timestamp(self) -> bool {
        match self {
            Self::Timestamp(_) => true,
            Self::Struct(of) => of
                .fields()
                .iter()
                .any(|field| field.data_type.has_timestamp()),
            Self::Array(of) => of.element().has_timestamp(),
            Self::Boolean
            | Self::Integer(_)
            | Self::Float32
            | Self::Float64
            | Self::Decimal { .. }
            | Self::Text
            | Self::Bytes
            | Self::Date
            | Self::Time
            | Self::Interval
            | Self::Json => false,
        }
    }

    /// Integers, floats and decimals.
    pub fn is_numeric(self) -> bool {
        matches!(
            self,
            Self::Integer(_) | Self::Float32 | Self::Float64 | Self::Decimal { .. }
        )
    }
}

/// The SQL spelling, as diagnostics and plans show it.
impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("BOOLEAN"),
            Self::Integer(integer) => integer.fmt(f),
            Self::Float32 => f.write_str("REAL"),
            Self::Float64 => f.write_str("DOUBLE"),
            Self::Decimal { precision, scale } => write!(f, "DECIMAL({precision},{scale})"),
            Self::Text => f.write_str("TEXT"),
            Self::Bytes => f.write_str("BYTEA"),
            Self::Timestamp(TimestampPrecision::Microseconds) => f.write_str("TIMESTAMP"),
            Self::Timestamp(precision) => write!(f, "TIMESTAMP({})", precision.digits()),
            Self::Date => f.write_str("DATE"),
            Self::Time => f.write_str("TIME"),
            Self::Interval => f.write_str("INTERVAL"),
            Self::Json => f.write_str("JSON"),
            Self::Struct(of) => of.fmt(f),
            Self::Array(of) => write!(f, "{}[]", of.element()),
        }
    }
}

impl fmt::Display for IntegerType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Int8 => "TINYINT",
            Self::Int16 => "SMALLINT",
            Self::Int32 => "INT",
            Self::Int64 => "BIGINT",
            Self::UInt8 => "TINYINT UNSIGNED",
            Self::UInt16 => "SMALLINT UNSIGNED",
            Self::UInt32 => "INT UNSIGNED",
            Self::UInt64 => "BIGINT UNSIGNED",
        })
    }
}
