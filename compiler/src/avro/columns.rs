//! The columns that a schema gives a table.

use super::{Named, Schema, Type};
use crate::types::{ArrayType, DataType, Field, IntegerType, StructType, TimestampPrecision};

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name: that of the record's field.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
    /// Whether it can be NULL.
    pub nullable: bool,
}

/// The name of the only column where a message is no record.
const VALUE: &str = "value";

/// The columns of a schema: the fields of its record, or one where it is something else.
pub fn columns(schema: &Schema) -> Vec<Column> {
    let column = |name: &str, of: &Type| {
        let (data_type, nullable) = data_type(schema, of);
        Column {
            name: name.to_owned(),
            data_type,
            nullable,
        }
    };
    match schema.fields(&schema.root) {
        Some(fields) => {
            let fields = fields.iter();
            fields
                .map(|field| column(&field.name, &field.field_type))
                .collect()
        }
        None => vec![column(VALUE, &schema.root)],
    }
}

/// What SQL calls the type, and whether it can be NULL. What SQL has no type for is JSON.
pub fn data_type(schema: &Schema, of: &Type) -> (DataType, bool) {
    if let Some((other, _)) = of.optional() {
        return (data_type(schema, other).0, true);
    }
    let data_type = match of {
        Type::Boolean => DataType::Boolean,
        Type::Int => DataType::Integer(IntegerType::Int32),
        Type::Long => DataType::Integer(IntegerType::Int64),
        Type::Float => DataType::Float32,
        Type::Double => DataType::Float64,
        Type::Bytes => DataType::Bytes,
        Type::String => DataType::Text,
        Type::Date => DataType::Date,
        Type::TimeMillis | Type::TimeMicros => DataType::Time,
        Type::TimestampMillis => DataType::Timestamp(TimestampPrecision::Milliseconds),
        Type::TimestampMicros => DataType::Timestamp(TimestampPrecision::Microseconds),
        Type::TimestampNanos => DataType::Timestamp(TimestampPrecision::Nanoseconds),
        Type::Decimal { precision, scale } => DataType::Decimal {
            precision: *precision,
            scale: *scale,
        },
        Type::Null => return (DataType::Json, true),
        // a union with null among several others is JSON, and NULL where it is null
        Type::Union(branches) => return (DataType::Json, branches.contains(&Type::Null)),
        Type::Array(element) if !schema.is_recursive(element) => {
            DataType::Array(ArrayType::new(self::data_type(schema, element).0))
        }
        Type::Map(_) | Type::Array(_) => DataType::Json,
        Type::Named(name) => match schema.named(name) {
            Named::Enum(_) | Named::Uuid => DataType::Text,
            Named::Fixed(_) => DataType::Bytes,
            Named::Decimal {
                precision, scale, ..
            } => DataType::Decimal {
                precision: *precision,
                scale: *scale,
            },
            Named::Record(_) if schema.is_recursive(of) => DataType::Json,
            Named::Record(fields) => {
                let field = |field: &super::Field| Field {
                    name: field.name.clone(),
                    data_type: self::data_type(schema, &field.field_type).0,
                };
                DataType::Struct(StructType::new(fields.iter().map(field).collect()))
            }
        },
    };
    (data_type, false)
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn types_are_those_of_sql() {
        let cases = [
            ("\"int\"", "INT"),
            ("\"bytes\"", "BYTEA"),
            (r#"["null", "float"]"#, "REAL NULL"),
            (r#"["string", "null"]"#, "TEXT NULL"),
            (r#"["null", "int", "string"]"#, "JSON NULL"),
            (r#"["int", "string"]"#, "JSON"),
            ("\"null\"", "JSON NULL"),
            (r#"{"type": "map", "values": "int"}"#, "JSON"),
            (
                r#"{"type": "array", "items": ["null", "long"]}"#,
                "BIGINT[]",
            ),
            (r#"{"type": "enum", "name": "e", "symbols": ["A"]}"#, "TEXT"),
            (r#"{"type": "fixed", "name": "f", "size": 3}"#, "BYTEA"),
            (
                r#"{"type": "fixed", "name": "u", "size": 16, "logicalType": "uuid"}"#,
                "TEXT",
            ),
            (r#"{"type": "string", "logicalType": "uuid"}"#, "TEXT"),
            (r#"{"type": "int", "logicalType": "date"}"#, "DATE"),
            (r#"{"type": "long", "logicalType": "time-micros"}"#, "TIME"),
            (
                r#"{"type": "long", "logicalType": "timestamp-millis"}"#,
                "TIMESTAMP(3)",
            ),
            (
                r#"{"type": "long", "logicalType": "local-timestamp-millis"}"#,
                "BIGINT",
            ),
            (
                r#"{"type": "fixed", "name": "d", "size": 8, "logicalType": "decimal",
                    "precision": 12, "scale": 3}"#,
                "DECIMAL(12,3)",
            ),
        ];
        for (text, expected) in cases {
            let schema = parse(text).expect("a schema");
            let [column] = &columns(&schema)[..] else {
                panic!("one column")
            };
            let null = if column.nullable { " NULL" } else { "" };
            assert_eq!(format!("{}{null}", column.data_type), expected, "{text}");
            assert_eq!(column.name, "value");
        }
    }

    #[test]
    fn fields_are_columns() {
        let schema = parse(
            r#"{"type": "record", "name": "r", "fields": [
                {"name": "p", "type": {"type": "record", "name": "pos", "fields": [
                    {"name": "lat", "type": "double"}, {"name": "alt", "type": ["null", "int"]}]}},
                {"name": "q", "type": ["null", "pos"]},
                {"name": "tree", "type": {"type": "record", "name": "node", "fields": [
                    {"name": "of", "type": {"type": "array", "items": "node"}}]}}]}"#,
        );
        let shown: Vec<_> = columns(&schema.expect("a schema"))
            .iter()
            .map(|column| format!("{} {} {}", column.name, column.data_type, column.nullable))
            .collect();
        assert_eq!(
            shown,
            [
                "p STRUCT<lat DOUBLE, alt INT> false",
                "q STRUCT<lat DOUBLE, alt INT> true",
                "tree JSON false"
            ]
        );
    }
}
