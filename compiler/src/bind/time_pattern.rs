//! strftime patterns, such as `%d.%m.%Y %H:%M:%S`: read once, here; the generated code holds their
//! items. First each directive is looked at by itself, then all of them together must tell one
//! instant.

mod directive;
#[cfg(test)]
mod tests;
mod whole;

use super::{Binder, Bound, Reported};
use crate::connectors::TIMESTAMP_FORMATS;
use crate::ir::ast::Text;
use crate::ir::logical::{TimeItem, TimePattern};
use crate::source::{SourceFile, Span};
use std::ops::Range;

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    item: TimeItem,
    /// The bytes of the pattern that it stands for.
    range: Range<usize>,
}

/// A pattern in its literal.
#[derive(Clone, Copy)]
struct Literal<'a> {
    text: &'a Text,
    source: &'a SourceFile,
}

impl Literal<'_> {
    /// Where `range` of the pattern stands.
    fn span(&self, range: &Range<usize>) -> Span {
        self.text.span_within(self.source, range.clone())
    }

    /// What stands there.
    fn slice(&self, range: &Range<usize>) -> &str {
        &self.text.value[range.clone()]
    }
}

/// Whether a format is a pattern.
pub(super) fn is_one(format: &str) -> bool {
    format.contains('%')
}

/// Whether a format is a pattern that tells an instant.
pub(super) fn tells_an_instant(text: &Text, source: &SourceFile) -> bool {
    let (pieces, unknown) = directive::pieces(&text.value);
    let literal = Literal { text, source };
    is_one(&text.value) && unknown.is_empty() && whole::mistake(literal, &pieces).is_none()
}

/// All formats that there are, for messages.
pub(super) fn formats() -> String {
    let named = TIMESTAMP_FORMATS.iter().map(|name| format!("`'{name}'`, "));
    let named: String = named.collect();
    format!("{named}or a pattern such as `'%d.%m.%Y %H:%M:%S'`")
}

impl Binder<'_> {
    /// Reads a pattern.
    pub(super) fn time_pattern(&mut self, text: &Text) -> Bound<TimePattern> {
        let literal = Literal {
            text,
            source: self.source,
        };
        let (pieces, unknown) = directive::pieces(&text.value);
        for range in &unknown {
            self.report(directive::diagnostic(literal, range));
        }
        if !unknown.is_empty() {
            return Err(Reported);
        }
        if let Some(diagnostic) = whole::mistake(literal, &pieces) {
            return Err(self.report(diagnostic));
        }
        Ok(TimePattern {
            text: text.value.clone(),
            items: pieces.into_iter().map(|piece| piece.item).collect(),
        })
    }
}
