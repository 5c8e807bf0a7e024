//! The types of SQL, as data: what declared columns are read by.

use std::fmt;

/// The type of a declared column, or of a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// BOOLEAN
    Boolean,
    /// TINYINT
    Int8,
    /// SMALLINT
    Int16,
    /// INT
    Int32,
    /// BIGINT
    Int64,
    /// TINYINT UNSIGNED
    UInt8,
    /// SMALLINT UNSIGNED
    UInt16,
    /// INT UNSIGNED
    UInt32,
    /// BIGINT UNSIGNED
    UInt64,
    /// REAL
    Float32,
    /// DOUBLE
    Float64,
    /// DECIMAL(precision, scale)
    Decimal(u8, u8),
    /// TEXT
    Text,
    /// BYTEA
    Bytes,
    /// TIMESTAMP with so many digits behind the second: 0, 3, 6 or 9
    Timestamp(u8),
    /// DATE
    Date,
    /// TIME
    Time,
    /// INTERVAL
    Interval,
    /// JSON
    Json,
    /// STRUCT: names and types of its fields
    Struct(&'static [(&'static str, Type)]),
    /// An array, and the type of its elements
    Array(&'static Type),
}

/// As SQL spells it.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("BOOLEAN"),
            Self::Int8 => f.write_str("TINYINT"),
            Self::Int16 => f.write_str("SMALLINT"),
            Self::Int32 => f.write_str("INT"),
            Self::Int64 => f.write_str("BIGINT"),
            Self::UInt8 => f.write_str("TINYINT UNSIGNED"),
            Self::UInt16 => f.write_str("SMALLINT UNSIGNED"),
            Self::UInt32 => f.write_str("INT UNSIGNED"),
            Self::UInt64 => f.write_str("BIGINT UNSIGNED"),
            Self::Float32 => f.write_str("REAL"),
            Self::Float64 => f.write_str("DOUBLE"),
            Self::Decimal(precision, scale) => write!(f, "DECIMAL({precision},{scale})"),
            Self::Text => f.write_str("TEXT"),
            Self::Bytes => f.write_str("BYTEA"),
            Self::Timestamp(6) => f.write_str("TIMESTAMP"),
            Self::Timestamp(digits) => write!(f, "TIMESTAMP({digits})"),
            Self::Date => f.write_str("DATE"),
            Self::Time => f.write_str("TIME"),
            Self::Interval => f.write_str("INTERVAL"),
            Self::Json => f.write_str("JSON"),
            Self::Struct(fields) => {
                f.write_str("STRUCT<")?;
                for (at, (name, data_type)) in fields.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { ", " })?;
                    if is_plain(name) {
                        write!(f, "{name} {data_type}")?;
                    } else {
                        write!(f, "\"{}\" {data_type}", name.replace('"', "\"\""))?;
                    }
                }
                f.write_str(">")
            }
            Self::Array(element) => write!(f, "{element}[]"),
        }
    }
}

/// Whether a name needs no quotes.
pub(crate) fn is_plain(name: &str) -> bool {
    let is_first = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
    let is_other = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    name.starts_with(is_first) && name.chars().all(is_other)
}
