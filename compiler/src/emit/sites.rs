//! The places in the SQL of expressions that can fail.

use super::literal;
use crate::source::{SourceFile, Span};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// Longest text of an expression that is kept, in characters.
const MAX_TEXT: usize = 120;

/// The sites of one table, in the order in which they were first named.
#[derive(Debug, Default)]
pub(super) struct Sites {
    spans: Vec<Span>,
}

impl Sites {
    /// The index of the expression at `span`.
    pub(super) fn at(&mut self, span: Span) -> Literal {
        let known = self.spans.iter().position(|known| *known == span);
        let index = known.unwrap_or_else(|| {
            // beyond 65,535 expressions the last one answers for all
            if u16::try_from(self.spans.len()).is_ok() {
                self.spans.push(span);
            }
            self.spans.len() - 1
        });
        Literal::usize_unsuffixed(index)
    }

    /// Whether no expression can fail.
    pub(super) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// `SiteSpec` constants.
    pub(super) fn specs(&self, source: &SourceFile) -> Vec<TokenStream> {
        self.spans.iter().map(|span| spec(source, *span)).collect()
    }
}

fn spec(source: &SourceFile, span: Span) -> TokenStream {
    let (line, column) = source.line_column(span.start);
    let (line, column) = (
        Literal::usize_unsuffixed(line),
        Literal::usize_unsuffixed(column),
    );
    let text = literal::text(&one_line(source.slice(span)));
    quote!(SiteSpec { line: #line, column: #column, text: #text })
}

/// The text with white space folded to single spaces, cut to [`MAX_TEXT`].
fn one_line(text: &str) -> String {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = folded.chars().take(MAX_TEXT).collect();
    if cut.len() < folded.len() {
        cut + "…"
    } else {
        cut
    }
}
