//! What the compiler tells the user: collected in order, each with a place, a code and a way out.

mod codes;
mod render;
mod suggest;

pub use codes::{ALL, Code, code};
pub use render::{Style, counted, render, render_all};
pub use suggest::nearest;

use crate::source::Span;

/// How bad it is: an error stops the build, a warning does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Nothing is built.
    Error,
    /// Built all the same.
    Warning,
}

/// A marked piece of source with what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The piece.
    pub span: Span,
    /// What is said; may be empty.
    pub text: String,
    /// Whether it is what the diagnostic is about (`^^^`) or background (`---`).
    pub primary: bool,
}

/// One message. Texts are lower case, without a final stop, and make sense alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The documented code, such as `E0201`.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// The headline.
    pub message: String,
    /// Marked pieces of source, at least one of them primary.
    pub labels: Vec<Label>,
    /// Facts.
    pub notes: Vec<String>,
    /// Ways out.
    pub helps: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic about `span`; its severity follows from the code's letter.
    pub fn new(code: Code, message: impl Into<String>, span: Span) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            labels: vec![Label {
                span,
                text: String::new(),
                primary: true,
            }],
            notes: Vec::new(),
            helps: Vec::new(),
        }
    }

    /// Says something at the (first) primary place.
    #[must_use]
    pub fn at(mut self, text: impl Into<String>) -> Self {
        self.labels[0].text = text.into();
        self
    }

    /// Marks one more primary place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
            primary: true,
        });
        self
    }

    /// Marks a background place.
    #[must_use]
    pub fn context(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
            primary: false,
        });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a way out.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.helps.push(text.into());
        self
    }
}

/// Collects diagnostics. Whoever makes one must look at it: dropping it with unread entries is a
/// bug of the compiler and panics (the idea of `serde_derive`'s `Ctxt`).
#[derive(Debug, Default)]
pub struct Diagnostics {
    entries: Vec<Diagnostic>,
}

impl Diagnostics {
    /// An empty collector.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.entries.push(diagnostic);
    }

    /// Whether an error is among them.
    pub fn has_errors(&self) -> bool {
        self.entries.iter().any(|d| d.severity == Severity::Error)
    }

    /// How many errors are among them: compare before and after a step to know whether it failed.
    pub fn error_count(&self) -> usize {
        self.entries
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .count()
    }

    /// Hands them over, in order of their primary place in the file.
    #[must_use]
    pub fn finish(mut self) -> Vec<Diagnostic> {
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_by_key(|d| d.labels[0].span);
        entries
    }
}

impl Drop for Diagnostics {
    fn drop(&mut self) {
        assert!(
            self.entries.is_empty() || std::thread::panicking(),
            "diagnostics were dropped unread: {:?}",
            self.entries
        );
    }
}
