//! The SQL text and places in it.

use std::ops::Range;

/// A half-open range of bytes `[start, end)` in a [`SourceFile`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `range`.
    pub fn new(range: Range<usize>) -> Self {
        Self {
            start: offset(range.start),
            end: offset(range.end),
        }
    }

    /// The smallest span that covers `self` and `other`.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The range of byte offsets.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("a source file is below 4 GiB: SourceFile::new checks it")
}

/// A pipeline file: its display name and text, and where its lines start.
#[derive(Clone, Debug)]
pub struct SourceFile {
    name: String,
    text: String,
    line_starts: Vec<usize>,
}

impl SourceFile {
    /// The largest text accepted, in bytes. Far beyond any real pipeline, and it keeps a span at
    /// eight bytes.
    pub const MAX_BYTES: usize = 16 << 20;

    /// Wraps `text`; `name` is what diagnostics and generated comments show.
    ///
    /// # Panics
    /// If `text` exceeds [`SourceFile::MAX_BYTES`]: whoever reads a file checks that first.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let (name, text) = (name.into(), text.into());
        assert!(
            text.len() <= Self::MAX_BYTES,
            "the source text exceeds MAX_BYTES"
        );
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self {
            name,
            text,
            line_starts,
        }
    }

    /// What to call this file in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text under `span`.
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// Line and column of a byte offset, both counted from 1, columns in characters.
    pub fn line_column(&self, at: u32) -> (usize, usize) {
        let at = (at as usize).min(self.text.len());
        let line = self.line_starts.partition_point(|&start| start <= at);
        let start = self.line_starts[line - 1];
        (line, self.text[start..at].chars().count() + 1)
    }

    /// The byte offset of a line and column, both counted from 1, columns in characters. Places
    /// beyond the end of the line or file give that end.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let Some(&start) = self.line_starts.get(line.saturating_sub(1)) else {
            return self.text.len();
        };
        let end = self
            .line_starts
            .get(line)
            .copied()
            .unwrap_or(self.text.len());
        let line_text = &self.text[start..end];
        let in_line = line_text.char_indices().nth(column.saturating_sub(1));
        start + in_line.map_or(line_text.len(), |(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters() {
        let file = SourceFile::new("t.sql", "ab\nçd\n");
        assert_eq!(file.line_column(0), (1, 1));
        assert_eq!(file.line_column(3), (2, 1));
        assert_eq!(file.line_column(5), (2, 2));
        assert_eq!(file.offset(2, 2), 5);
        assert_eq!(file.offset(9, 1), file.text().len());
    }
}
