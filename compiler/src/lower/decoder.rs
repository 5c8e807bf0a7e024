//! What a table's decoder must find.

use crate::ir::logical::{Origin, PathStep, Source, SourceColumn, TimestampFormat};
use crate::ir::physical::{Decoder, StraightStep, StraightValue};
use crate::types::DataType;
use std::collections::BTreeSet;

/// The decoder for the columns `used` (indices into the source's columns).
pub(super) fn decoder(source: &Source, used: &BTreeSet<usize>) -> Decoder {
    let paths: BTreeSet<&Vec<PathStep>> = used
        .iter()
        .filter_map(|&column| path(&source.columns[column]))
        .collect();
    let slots: Vec<Vec<PathStep>> = paths.into_iter().cloned().collect();
    Decoder {
        straight_line: straight_line(source, &slots),
        slots,
    }
}

/// A column's place in the document, if it comes from there.
pub(super) fn path(column: &SourceColumn) -> Option<&Vec<PathStep>> {
    match &column.origin {
        Origin::Path { path, .. } => Some(path),
        Origin::Metadata(_) => None,
    }
}

/// The declared top-level keys in order. None if that is not what messages can look like: a
/// column is nested, is the whole message or any JSON value, or shares its key.
fn straight_line(source: &Source, slots: &[Vec<PathStep>]) -> Option<Vec<StraightStep>> {
    let mut keys = BTreeSet::new();
    let mut steps = Vec::new();
    for column in &source.columns {
        let Origin::Path { path, format } = &column.origin else {
            continue;
        };
        let [PathStep::Key(key)] = path.as_slice() else {
            return None;
        };
        if !keys.insert(key) {
            return None;
        }
        steps.push(StraightStep {
            key: key.clone(),
            value: straight_value(column.data_type, *format)?,
            slot: slots.binary_search(path).ok(),
        });
    }
    (!steps.is_empty()).then_some(steps)
}

/// The usual way to write a value of the type; other ways take the reference path.
fn straight_value(data_type: DataType, format: Option<TimestampFormat>) -> Option<StraightValue> {
    match data_type {
        DataType::Boolean => Some(StraightValue::Boolean),
        DataType::Integer(_) | DataType::Float32 | DataType::Float64 | DataType::Decimal { .. } => {
            Some(StraightValue::Number)
        }
        DataType::Text | DataType::Bytes | DataType::Date | DataType::Time => {
            Some(StraightValue::String)
        }
        DataType::Timestamp(_) => match format {
            None | Some(TimestampFormat::Rfc3339) => Some(StraightValue::String),
            Some(
                TimestampFormat::UnixSeconds
                | TimestampFormat::UnixMilliseconds
                | TimestampFormat::UnixMicroseconds
                | TimestampFormat::UnixNanoseconds,
            ) => Some(StraightValue::Number),
        },
        DataType::Json => None,
    }
}
