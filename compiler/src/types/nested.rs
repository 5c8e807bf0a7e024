//! The types of nested values.
//!
//! A type is handed around everywhere, so it is a word or two that can be copied. What a nested
//! type is made of is kept for good, once for each type that there ever was: a handful for a file,
//! and as many as different ones were written for whoever checks many.

use super::DataType;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// What a STRUCT is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StructType(&'static [Field]);

/// What an array is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArrayType(&'static DataType);

/// A field of a STRUCT.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Field {
    /// Its name, which is its key.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
}

static STRUCTS: Mutex<BTreeSet<&'static [Field]>> = Mutex::new(BTreeSet::new());
static ELEMENTS: Mutex<BTreeSet<&'static DataType>> = Mutex::new(BTreeSet::new());

impl StructType {
    /// The type with these fields, in this order.
    pub fn new(fields: Vec<Field>) -> Self {
        let mut known = STRUCTS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = known.get(fields.as_slice()) {
            return Self(same);
        }
        let kept: &'static [Field] = fields.leak();
        known.insert(kept);
        Self(kept)
    }

    /// Its fields, in declared order.
    pub fn fields(self) -> &'static [Field] {
        self.0
    }
}

impl ArrayType {
    /// The type of arrays with elements of this one.
    pub fn new(element: DataType) -> Self {
        let mut known = ELEMENTS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = known.get(&element) {
            return Self(same);
        }
        let kept: &'static DataType = Box::leak(Box::new(element));
        known.insert(kept);
        Self(kept)
    }

    /// The type of its elements.
    pub fn element(self) -> DataType {
        *self.0
    }
}

impl fmt::Display for StructType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("STRUCT<")?;
        for (at, field) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let plain = !field.name.is_empty()
                && field.name.chars().all(is_part)
                && !field.name.starts_with(|c: char| c.is_ascii_digit());
            if plain {
                write!(f, "{comma}{} {}", field.name, field.data_type)?;
            } else {
                let name = field.name.replace('"', "\"\"");
                write!(f, "{comma}\"{name}\" {}", field.data_type)?;
            }
        }
        f.write_str(">")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position() -> StructType {
        let field = |name: &str, data_type| Field {
            name: name.to_owned(),
            data_type,
        };
        StructType::new(vec![
            field("lat", DataType::Float64),
            field("tags", DataType::Array(ArrayType::new(DataType::Text))),
        ])
    }

    #[test]
    fn a_type_is_kept_once() {
        assert!(std::ptr::eq(position().fields(), position().fields()));
        let array = || ArrayType::new(DataType::Struct(position()));
        assert!(std::ptr::eq(array().0, array().0));
        assert_ne!(DataType::Array(array()), DataType::Struct(position()));
    }

    #[test]
    fn types_are_spelled_as_they_are_written() {
        let array = DataType::Array(ArrayType::new(DataType::Struct(position())));
        assert_eq!(array.to_string(), "STRUCT<lat DOUBLE, tags TEXT[]>[]");
        assert!(array.is_nested() && !array.has_timestamp());
    }
}
