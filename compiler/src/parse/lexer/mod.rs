//! Text to lexemes: what SQL's comments, quotes, numbers and operators are.
//!
//! The command line has sqlparser's tokenizer ([`reference`]) for this. Macros have a small one of
//! our own ([`scan`]): who uses them waits for the build of all that they stand on, and the rest of
//! sqlparser, which nothing here needs, would be a third of it. Both see the same in every text;
//! the tests hold one to the other.

#[cfg(feature = "cli")]
mod reference;
#[cfg(any(test, not(feature = "cli")))]
mod scan;
#[cfg(all(test, feature = "cli"))]
mod tests;

use crate::source::Span;
#[cfg(feature = "cli")]
pub(super) use reference::lex;
#[cfg(not(feature = "cli"))]
pub(super) use scan::lex;

/// A part of the text that belongs together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lexeme {
    /// A keyword or an unquoted name.
    Word,
    /// `"name"`, with its content.
    Quoted(String),
    /// `'text'`, with its content.
    Text(String),
    /// `1`, `2.5`, `1e9`
    Number,
    /// `1L`
    LongNumber,
    /// An operator or punctuation.
    Symbol,
    /// `;`
    End,
    /// `N'text'`
    National,
    /// `X'1f'` or `0x1f`
    Hexadecimal,
    /// `$1`, `$name` or `?`
    Placeholder,
    /// A character that no lexeme begins with.
    Stray(char),
}

/// The lexemes of a text, as far as they go.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lexed {
    /// In their order, without white space and comments.
    pub(super) lexemes: Vec<(Lexeme, Span)>,
    /// Where what follows begins: the end of the text, or what has no end, such as an open quote.
    pub(super) end: usize,
    /// Whether that is the end of the text.
    pub(super) is_complete: bool,
}

/// Whether a name that is not quoted may begin with `c`.
fn starts_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Whether a name that is not quoted may go on with `c`.
fn continues_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}
