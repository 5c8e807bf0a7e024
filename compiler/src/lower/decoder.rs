//! What a table's decoder must find.

use crate::ir::logical::{
    Format, JsonFormat, Origin, PathStep, Source, SourceColumn, TimestampFormat,
};
use crate::ir::physical::{Decoder, JsonDecoder, LineStep, LineValue};
use crate::types::DataType;
use std::collections::BTreeSet;

/// The most keys of a line: code for more is not worth the time it takes to compile.
const MOST_KEYS: usize = 40;

/// The longest key of a line, in bytes: with its punctuation it is compared in one go.
const LONGEST_KEY: usize = 56;

/// The decoder for the columns `used` (indices into the source's columns).
pub(super) fn decoder(source: &Source, used: &BTreeSet<usize>) -> Decoder {
    match &source.format {
        Format::Json(format) => Decoder::Json(json(source, *format, used)),
        Format::Raw(format) => Decoder::Raw(*format),
        Format::Avro(format) => Decoder::Avro(format.clone()),
    }
}

fn json(source: &Source, format: JsonFormat, used: &BTreeSet<usize>) -> JsonDecoder {
    let paths: BTreeSet<&Vec<PathStep>> = used
        .iter()
        .filter_map(|&column| path(&source.columns[column]))
        .collect();
    let slots: Vec<Vec<PathStep>> = paths.into_iter().cloned().collect();
    JsonDecoder {
        line: line(source, &slots),
        slots,
        validation: format.validation,
        trim: format.trim,
        root: format.root,
    }
}

/// A column's place in the document, if it comes from there.
pub(super) fn path(column: &SourceColumn) -> Option<&Vec<PathStep>> {
    match &column.origin {
        Origin::Path { path, .. } => Some(path),
        Origin::Metadata(_) => None,
    }
}

/// The declared top-level keys in order. None if that is not what messages can look like, or not
/// worth code of its own: a column is nested, is the whole message or a value of any kind, shares
/// its key, or there are many.
fn line(source: &Source, slots: &[Vec<PathStep>]) -> Option<Vec<LineStep>> {
    let mut keys = BTreeSet::new();
    let mut steps = Vec::new();
    for column in &source.columns {
        let Origin::Path { path, format } = &column.origin else {
            continue;
        };
        let [PathStep::Key(key)] = path.as_slice() else {
            return None;
        };
        if !keys.insert(key) || key.len() > LONGEST_KEY || needs_escape(key) {
            return None;
        }
        steps.push(LineStep {
            key: key.clone(),
            value: line_value(column.data_type, *format)?,
            slot: slots.binary_search(path).ok(),
        });
    }
    (1..=MOST_KEYS).contains(&steps.len()).then_some(steps)
}

/// Whether a key is written with escapes, of which there may be several ways.
fn needs_escape(key: &str) -> bool {
    key.bytes()
        .any(|byte| byte < b' ' || byte == b'"' || byte == b'\\')
}

/// The usual way to write a value of the type; what is written otherwise is not on the line.
fn line_value(data_type: DataType, format: Option<TimestampFormat>) -> Option<LineValue> {
    match data_type {
        DataType::Integer(_) | DataType::Float32 | DataType::Float64 | DataType::Decimal { .. } => {
            Some(LineValue::Number)
        }
        DataType::Text | DataType::Bytes | DataType::Date | DataType::Time | DataType::Interval => {
            Some(LineValue::String)
        }
        DataType::Timestamp(_) => match format {
            None | Some(TimestampFormat::Rfc3339) => Some(LineValue::String),
            Some(
                TimestampFormat::UnixSeconds
                | TimestampFormat::UnixMilliseconds
                | TimestampFormat::UnixMicroseconds
                | TimestampFormat::UnixNanoseconds,
            ) => Some(LineValue::Number),
        },
        DataType::Boolean => Some(LineValue::Word),
        DataType::Json | DataType::Struct(_) | DataType::Array(_) => None,
    }
}
