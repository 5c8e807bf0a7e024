//! The types of the dialect, and what stands for each of them in `PostgreSQL`.

use laminarc::types::common::common_type;
use laminarc::types::{DataType, IntegerType, TimestampPrecision};

/// The types that expressions are made of, with the common ones first.
pub const TYPES: &[DataType] = &[
    DataType::Boolean,
    DataType::Integer(IntegerType::Int32),
    DataType::Integer(IntegerType::Int64),
    DataType::Float64,
    DataType::Text,
    DataType::Timestamp(TimestampPrecision::Microseconds),
    DataType::Integer(IntegerType::Int16),
    DataType::Float32,
    DataType::Date,
    DataType::Time,
    DataType::Interval,
    DECIMAL,
    WIDE_DECIMAL,
    DataType::Bytes,
    DataType::Json,
    DataType::Integer(IntegerType::Int8),
    DataType::Integer(IntegerType::UInt8),
    DataType::Integer(IntegerType::UInt16),
    DataType::Integer(IntegerType::UInt32),
    DataType::Integer(IntegerType::UInt64),
    DataType::Timestamp(TimestampPrecision::Seconds),
    DataType::Timestamp(TimestampPrecision::Milliseconds),
    DataType::Timestamp(TimestampPrecision::Nanoseconds),
];

/// A DECIMAL as payloads have them.
pub const DECIMAL: DataType = DataType::Decimal {
    precision: 10,
    scale: 2,
};

/// One with as many digits as there are.
pub const WIDE_DECIMAL: DataType = DataType::Decimal {
    precision: 38,
    scale: 10,
};

/// How many of [`TYPES`] are the common ones.
pub const COMMON: usize = 6;

/// The type in `PostgreSQL`. What it has no type for is a domain (see `prelude.sql`).
pub fn postgres(data_type: DataType) -> String {
    let name = match data_type {
        DataType::Boolean => "boolean",
        DataType::Integer(IntegerType::Int8) => "tinyint",
        DataType::Integer(IntegerType::Int16) => "int2",
        DataType::Integer(IntegerType::Int32) => "int4",
        DataType::Integer(IntegerType::Int64) => "int8",
        DataType::Integer(IntegerType::UInt8) => "utinyint",
        DataType::Integer(IntegerType::UInt16) => "usmallint",
        DataType::Integer(IntegerType::UInt32) => "uint",
        DataType::Integer(IntegerType::UInt64) => "ubigint",
        DataType::Float32 => "float4",
        DataType::Float64 => "float8",
        DataType::Decimal { precision, scale } => return format!("numeric({precision},{scale})"),
        DataType::Text => "text",
        DataType::Bytes => "bytea",
        DataType::Timestamp(TimestampPrecision::Seconds) => "timestamptz(0)",
        DataType::Timestamp(TimestampPrecision::Milliseconds) => "timestamptz(3)",
        DataType::Timestamp(TimestampPrecision::Microseconds | TimestampPrecision::Nanoseconds) => {
            "timestamptz"
        }
        DataType::Date => "date",
        DataType::Time => "time",
        DataType::Interval => "interval",
        DataType::Json => "json",
        DataType::Struct(_) | DataType::Array(_) => never_drawn(data_type),
    };
    name.to_owned()
}

/// What `PostgreSQL` calls the type of a value; that of a domain is the one below it.
pub fn tag(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "boolean",
        DataType::Integer(IntegerType::Int8 | IntegerType::Int16 | IntegerType::UInt8) => "int2",
        DataType::Integer(IntegerType::Int32 | IntegerType::UInt16) => "int4",
        DataType::Integer(IntegerType::Int64 | IntegerType::UInt32) => "int8",
        DataType::Float32 => "float4",
        DataType::Float64 => "float8",
        DataType::Integer(IntegerType::UInt64) | DataType::Decimal { .. } => "numeric",
        DataType::Text => "text",
        DataType::Bytes => "bytea",
        DataType::Timestamp(_) => "timestamptz",
        DataType::Date => "date",
        DataType::Time => "time",
        DataType::Interval => "interval",
        DataType::Json => "json",
        DataType::Struct(_) | DataType::Array(_) => never_drawn(data_type),
    }
}

/// Whether `PostgreSQL` has no such integers.
pub fn is_foreign(data_type: DataType) -> bool {
    match data_type {
        DataType::Integer(integer) => integer == IntegerType::Int8 || !integer.is_signed(),
        DataType::Boolean
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal { .. }
        | DataType::Text
        | DataType::Bytes
        | DataType::Timestamp(_)
        | DataType::Date
        | DataType::Time
        | DataType::Interval
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => false,
    }
}

/// No expression of a test is of a nested type: those of the two engines have little in common.
pub fn never_drawn(data_type: DataType) -> ! {
    unreachable!("no test draws a value of type {data_type}")
}

/// Short, for the names of columns.
pub fn short(data_type: DataType) -> String {
    let text = data_type.to_string().to_lowercase();
    text.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
        .trim_end_matches('_')
        .to_owned()
}

/// Whether values can be compared.
pub fn is_comparable(data_type: DataType) -> bool {
    data_type != DataType::Json
}

/// The type in which values of both meet. A TIMESTAMP(9) meets none but its own here: other times
/// would be row errors beyond the reach of nanoseconds.
pub fn meet(a: DataType, b: DataType) -> Option<DataType> {
    let nanoseconds = DataType::Timestamp(TimestampPrecision::Nanoseconds);
    common_type(a, b).filter(|_| a == b || (a != nanoseconds && b != nanoseconds))
}
