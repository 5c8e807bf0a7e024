//! Secrets that stand in the file: whoever sees it sees them.

use super::{Binder, variable};
use crate::diagnostics::{Diagnostic, code};
use crate::source::Span;

impl Binder<'_> {
    /// Warns of a secret, and keeps it out of the SQL that the binary can tell.
    pub(super) fn secret(&mut self, message: &str, span: Span, help: &str) {
        self.plan.secrets.push(span);
        self.report(
            Diagnostic::new(code::PASSWORD, message, span)
                .at("readable for everyone who sees the file")
                .help(help),
        );
    }
}

/// Whether a URL names a user with a password.
pub(super) fn url_has_password(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map(|(user, _)| user);
    let password = user.and_then(|user| user.split_once(':'));
    password.is_some_and(|(_, password)| variable::says_something(password))
}
