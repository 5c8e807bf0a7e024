//! Avro schemas as data: what the writer of a message said about it.
//!
//! After the Avro 1.11 specification, "Schema Declaration". A logical type that is not valid for
//! what it stands on is ignored, as the specification asks.

mod canonical;
mod columns;
mod lock;
mod parse;
mod reference;
mod width;

pub use columns::{Column, columns, data_type};
pub use lock::{Lock, VERSION as LOCK_VERSION};
pub use parse::{Malformed, parse};
pub use reference::{Reference, Schemas};

use std::collections::BTreeMap;

/// A schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// What a message is.
    pub root: Type,
    /// Records, enums and fixed by their full names.
    pub named: BTreeMap<String, Named>,
    /// Full names in the order in which they are defined.
    order: Vec<String>,
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `int`
    Int,
    /// `long`
    Long,
    /// `float`
    Float,
    /// `double`
    Double,
    /// `bytes`
    Bytes,
    /// `string`
    String,
    /// `int` as days since 1970-01-01
    Date,
    /// `int` as milliseconds since midnight
    TimeMillis,
    /// `long` as microseconds since midnight
    TimeMicros,
    /// `long` as milliseconds since 1970
    TimestampMillis,
    /// `long` as microseconds since 1970
    TimestampMicros,
    /// `long` as nanoseconds since 1970
    TimestampNanos,
    /// `bytes` as a number, big-endian two's complement
    Decimal {
        /// Digits in all, up to 38.
        precision: u8,
        /// Digits behind the point.
        scale: u8,
    },
    /// `array`
    Array(Box<Type>),
    /// `map`
    Map(Box<Type>),
    /// A union
    Union(Vec<Type>),
    /// A record, enum or fixed
    Named(String),
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Named {
    /// `record`, `error`
    Record(Vec<Field>),
    /// `enum`, and its symbols
    Enum(Vec<String>),
    /// `fixed`: so many bytes
    Fixed(usize),
    /// `fixed` as a number
    Decimal {
        /// Its bytes.
        size: usize,
        /// Digits in all, up to 38.
        precision: u8,
        /// Digits behind the point.
        scale: u8,
    },
    /// `fixed(16)` as a UUID
    Uuid,
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub field_type: Type,
}

impl Schema {
    /// What `name` stands for.
    ///
    /// # Panics
    /// Where it is not one of the schema: [`parse`] leaves none.
    pub fn named(&self, name: &str) -> &Named {
        let found = self.named.get(name);
        found.unwrap_or_else(|| panic!("the schema defines {name}"))
    }

    /// The fields of a record; None where the type is none.
    pub fn fields(&self, of: &Type) -> Option<&[Field]> {
        match of {
            Type::Named(name) => match self.named(name) {
                Named::Record(fields) => Some(fields),
                Named::Enum(_) | Named::Fixed(_) | Named::Decimal { .. } | Named::Uuid => None,
            },
            _ => None,
        }
    }

    /// Whether a value of the type may hold another one of the same record.
    pub fn is_recursive(&self, of: &Type) -> bool {
        fn reaches(schema: &Schema, of: &Type, path: &mut Vec<String>) -> bool {
            match of {
                Type::Array(element) | Type::Map(element) => reaches(schema, element, path),
                Type::Union(branches) => branches.iter().any(|each| reaches(schema, each, path)),
                Type::Named(name) => {
                    let Named::Record(fields) = schema.named(name) else {
                        return false;
                    };
                    if path.contains(name) {
                        return true;
                    }
                    path.push(name.clone());
                    let mut fields = fields.iter();
                    let found = fields.any(|field| reaches(schema, &field.field_type, path));
                    path.pop();
                    found
                }
                _ => false,
            }
        }
        reaches(self, of, &mut Vec::new())
    }
}

impl Type {
    /// For a union of `null` and one other type: that, and its number in the union.
    pub fn optional(&self) -> Option<(&Type, u32)> {
        match self {
            Self::Union(branches) => match branches.as_slice() {
                [Self::Null, other] if *other != Self::Null => Some((other, 1)),
                [other, Self::Null] if *other != Self::Null => Some((other, 0)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// What tells the branch of a union from the others, and tags its values in JSON ("JSON Encoding"
/// of the specification): a union holds no two of the same.
pub fn branch_name(of: &Type) -> &str {
    match of {
        Type::Null => "null",
        Type::Boolean => "boolean",
        Type::Int | Type::Date | Type::TimeMillis => "int",
        Type::Long
        | Type::TimeMicros
        | Type::TimestampMillis
        | Type::TimestampMicros
        | Type::TimestampNanos => "long",
        Type::Float => "float",
        Type::Double => "double",
        Type::Bytes | Type::Decimal { .. } => "bytes",
        Type::String => "string",
        Type::Array(_) => "array",
        Type::Map(_) => "map",
        Type::Union(_) => "union",
        Type::Named(name) => name,
    }
}
