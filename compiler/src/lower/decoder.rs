//! What a table's decoder must find.

use crate::ir::logical::{Origin, PathStep, Source, SourceColumn};
use crate::ir::physical::Decoder;
use std::collections::BTreeSet;

/// The decoder for the columns `used` (indices into the source's columns).
pub(super) fn decoder(source: &Source, used: &BTreeSet<usize>) -> Decoder {
    let paths: BTreeSet<&Vec<PathStep>> = used
        .iter()
        .filter_map(|&column| path(&source.columns[column]))
        .collect();
    Decoder {
        slots: paths.into_iter().cloned().collect(),
    }
}

/// A column's place in the document, if it comes from there.
pub(super) fn path(column: &SourceColumn) -> Option<&Vec<PathStep>> {
    match &column.origin {
        Origin::Path { path, .. } => Some(path),
        Origin::Metadata(_) => None,
    }
}
