//! The columns of a file in Arrow's words, and the first line of a spool, which keeps them.
//!
//! A spool may be finished by a later process whose SQL has other columns, so it says itself what
//! its rows are.

use crate::encode::Encode as _;
use crate::row::{Type, written};
use crate::spec::FieldSpec;
use arrow_ipc::convert::try_schema_from_flatbuffer_bytes;
use arrow_ipc::writer::{DictionaryTracker, IpcDataGenerator, IpcWriteOptions};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, TimeUnit};
use bumpalo::Bump;
use std::sync::Arc;

/// Arrow's name for the zone of instants.
const UTC: &str = "+00:00";
/// What marks texts that are JSON (Arrow's canonical extension types).
const EXTENSION: &str = "ARROW:extension:name";
const JSON: &str = "arrow.json";

/// The columns of rows with these fields.
pub(super) fn schema(fields: &[FieldSpec]) -> Schema {
    let columns = fields
        .iter()
        .map(|spec| field(spec.name, &spec.data_type, spec.nullable));
    Schema::new(columns.collect::<Fields>())
}

fn field(name: &str, data_type: &Type, nullable: bool) -> Field {
    let field = Field::new(name, arrow_type(data_type), nullable);
    if matches!(data_type, Type::Json) {
        let marks = [(EXTENSION, JSON), ("ARROW:extension:metadata", "")];
        return field.with_metadata(marks.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }
    field
}

/// Whether a column of texts holds JSON.
pub(super) fn is_json(field: &Field) -> bool {
    field
        .metadata()
        .get(EXTENSION)
        .is_some_and(|name| name == JSON)
}

fn arrow_type(data_type: &Type) -> DataType {
    match data_type {
        Type::Boolean => DataType::Boolean,
        Type::Int8 => DataType::Int8,
        Type::Int16 => DataType::Int16,
        Type::Int32 => DataType::Int32,
        Type::Int64 => DataType::Int64,
        Type::UInt8 => DataType::UInt8,
        Type::UInt16 => DataType::UInt16,
        Type::UInt32 => DataType::UInt32,
        Type::UInt64 => DataType::UInt64,
        Type::Float32 => DataType::Float32,
        Type::Float64 => DataType::Float64,
        Type::Decimal(precision, scale) => {
            let scale = i8::try_from(*scale).expect("a scale is at most 38");
            DataType::Decimal128(*precision, scale)
        }
        Type::Text | Type::Interval | Type::Json => DataType::Utf8,
        Type::Bytes => DataType::Binary,
        Type::Timestamp(9) => DataType::Timestamp(TimeUnit::Nanosecond, Some(UTC.into())),
        Type::Timestamp(_) => DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into())),
        Type::Date => DataType::Date32,
        Type::Time => DataType::Time64(TimeUnit::Microsecond),
        Type::Struct(fields) => {
            let fields = fields.iter().map(|(name, of)| field(name, of, true));
            DataType::Struct(fields.collect())
        }
        Type::Array(element) => DataType::List(Arc::new(field("element", element, true))),
    }
}

/// The first line of a spool of rows with these fields.
pub(super) fn head(fields: &[FieldSpec]) -> String {
    let message = IpcDataGenerator::default().schema_to_bytes_with_dictionary_tracker(
        &schema(fields),
        &mut DictionaryTracker::new(true),
        &IpcWriteOptions::default(),
    );
    let mut line = br#"{"arrow_schema":"#.to_vec();
    message.ipc_message.as_slice().encode(&mut line);
    line.extend_from_slice(b"}\n");
    String::from_utf8(line).expect("Base64 is text")
}

/// What the first line of a spool says of its columns.
pub(super) fn read_head(line: &[u8]) -> Result<Schema, ArrowError> {
    let arena = Bump::new();
    let mut schema = None;
    let read = written::values(line, &arena, |_, value| {
        let bytes = value.read(|row, column, _| row.bytes(column))?;
        schema = bytes.map(try_schema_from_flatbuffer_bytes);
        Ok(())
    });
    match (read, schema) {
        (Ok(()), Some(schema)) => schema,
        (_, _) => Err(ArrowError::ParseError("its first line is no schema".into())),
    }
}
