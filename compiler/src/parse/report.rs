//! Saying what is wrong: what was expected, and what is not supported yet.

use super::cursor::Parser;
use super::tokens::{Kind, Token};
use crate::diagnostics::{Diagnostic, code};
use crate::source::Span;

/// Something of SQL that parses but that nothing stands for yet.
pub(super) struct Unsupported {
    what: String,
    span: Span,
    help: String,
    /// Whether [`ExprKind::Unsupported`] stands for it in the syntax tree.
    ///
    /// [`ExprKind::Unsupported`]: crate::ir::ast::ExprKind::Unsupported
    contained: bool,
}

impl Parser<'_> {
    /// A mistake at the next token, where `what` should stand.
    pub(super) fn expected(&self, what: &str) -> Diagnostic {
        let token = self.peek();
        let message = format!("expected {what}, found {}", self.describe(token));
        Diagnostic::new(code::SYNTAX, message, token.span).at(format!("expected {what}"))
    }

    /// What `token` is, in a message.
    fn describe(&self, token: &Token) -> String {
        let text = abbreviated(self.slice(token));
        match token.kind {
            Kind::End if text.is_empty() => "the end of the file".to_owned(),
            Kind::Text(_) => format!("the text {text}"),
            Kind::Number => format!("the number `{text}`"),
            Kind::Word | Kind::Quoted(_) | Kind::Symbol | Kind::Invalid(_) | Kind::End => {
                format!("`{text}`")
            }
        }
    }

    /// Reports a mistake that does not stop the statement from being read on.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports that `what` is not supported yet; `help` says what to do instead.
    pub(super) fn unsupported(&mut self, what: impl Into<String>, span: Span, help: &str) {
        self.unsupported.push(Unsupported {
            what: what.into(),
            span,
            help: help.to_owned(),
            contained: false,
        });
    }

    /// Notes that an expression of its own stands for what was reported last, within `span`.
    pub(super) fn contain_unsupported(&mut self, span: Span) {
        for entry in self.unsupported.iter_mut().rev() {
            let within = span.start <= entry.span.start && entry.span.end <= span.end;
            // whoever goes on behind a noted one takes quadratic time for `a || b || c …`
            if entry.contained || !within {
                break;
            }
            entry.contained = true;
        }
    }

    /// Whether the syntax tree says all that was written since the last
    /// [`Self::take_diagnostics`], but for expressions that it marks as not supported.
    pub(super) fn is_complete(&self) -> bool {
        self.diagnostics.is_empty() && self.unsupported.iter().all(|entry| entry.contained)
    }

    /// How much has been reported as unsupported so far.
    pub(super) fn unsupported_mark(&self) -> usize {
        self.unsupported.len()
    }

    /// Takes back what was reported as unsupported since `mark`.
    pub(super) fn forget_unsupported(&mut self, mark: usize) {
        self.unsupported.truncate(mark);
    }

    /// Closes what was reported as unsupported so far: later reports make a diagnostic of their
    /// own.
    pub(super) fn flush_unsupported(&mut self) {
        let diagnostic = merged(std::mem::take(&mut self.unsupported));
        self.diagnostics.extend(diagnostic);
    }

    /// What was reported since the last call. What is unsupported in one query makes one
    /// diagnostic: its parts usually have one cause, such as a query meant for another system.
    pub(super) fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        self.flush_unsupported();
        std::mem::take(&mut self.diagnostics)
    }
}

/// Places that one diagnostic marks at most.
pub(super) const MAX_PLACES: usize = 10;

/// Ways out that one diagnostic shows at most.
const MAX_HELPS: usize = 5;

/// One diagnostic for all of `entries`.
fn merged(mut entries: Vec<Unsupported>) -> Option<Diagnostic> {
    entries.sort_by_key(|entry| entry.span);
    let mut names: Vec<&str> = Vec::new();
    let mut helps: Vec<&str> = Vec::new();
    for entry in &entries {
        if !names.contains(&entry.what.as_str()) {
            names.push(&entry.what);
        }
        if !entry.help.is_empty() && !helps.contains(&entry.help.as_str()) {
            helps.push(&entry.help);
        }
    }
    let message = match names.as_slice() {
        [] => return None,
        [one] => format!("{one} is not supported yet"),
        [most @ .., last] if names.len() <= 5 => {
            format!("{} and {last} are not supported yet", most.join(", "))
        }
        [most @ .., _] => format!(
            "{} and {} more constructs are not supported yet",
            most[..4].join(", "),
            names.len() - 4
        ),
    };
    let mut diagnostic =
        Diagnostic::new(code::UNSUPPORTED, message, entries[0].span).at("not supported yet");
    for entry in entries.iter().take(MAX_PLACES).skip(1) {
        diagnostic = diagnostic.also(entry.span, "");
    }
    for help in helps.into_iter().take(MAX_HELPS) {
        diagnostic = diagnostic.help(help);
    }
    Some(diagnostic)
}

/// `value` as a SQL string literal.
pub(super) fn single_quoted(value: &str) -> String {
    format!("'{}'", abbreviated(value).replace('\'', "''"))
}

/// The beginning of `text`, on one line, for a message.
pub(super) fn abbreviated(text: &str) -> String {
    const MAX_CHARS: usize = 40;
    let mut short: String = text.chars().take(MAX_CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.replace(['\n', '\r', '\t'], " ")
}
