//! Calls of functions that there are not: why, and what to write instead.

use super::metadata::declaration;
use super::{Binder, Reported};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::functions::{AGGREGATES, FOREIGN, Foreign, LATER, REFUSED, names};
use crate::ir::ast::{Expr, ExprKind, Literal, Name};

/// What other systems call a function that reads what comes with a message.
const METADATA_FUNCTIONS: [&str; 3] = ["meta", "metadata", "mqtt_metadata"];

/// The names of arguments that a call lacks, in a suggestion.
const STAND_INS: [&str; 3] = ["a", "b", "c"];

impl Binder<'_> {
    /// `lower` is `name` in lower case.
    pub(super) fn unknown_function(
        &mut self,
        name: &Name,
        lower: &str,
        arguments: &[Expr],
    ) -> Reported {
        let instead = self.instead(lower, arguments);
        let refused = REFUSED
            .iter()
            .find(|(names, ..)| instead.is_none() && names.contains(&lower));
        let diagnostic = if let Some((_, reason, help)) = refused {
            let message = format!("no function `{lower}` in a pipeline");
            let diagnostic = Diagnostic::new(code::UNKNOWN_FUNCTION, message, name.span)
                .at("not here")
                .note(*reason);
            if help.is_empty() {
                diagnostic
            } else {
                diagnostic.help(*help)
            }
        } else if LATER.contains(&lower) {
            let message = format!("function `{lower}` is not supported yet");
            Diagnostic::new(code::UNSUPPORTED, message, name.span)
                .at("not supported yet")
                .note("docs/functions.md lists the functions that there are")
        } else {
            let message = format!("no function `{}`", name.text);
            let diagnostic = Diagnostic::new(code::UNKNOWN_FUNCTION, message, name.span);
            let diagnostic = diagnostic.at("unknown function");
            let known = names()
                .into_iter()
                .chain(AGGREGATES.iter().chain(LATER).copied());
            match nearest(lower, known).filter(|_| instead.is_none()) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None if instead.is_some() => diagnostic,
                None => diagnostic.note("docs/functions.md lists the functions that there are"),
            }
        };
        self.report(match instead {
            Some(instead) => diagnostic.help(instead),
            None => diagnostic,
        })
    }

    /// What to write instead of a function of other systems.
    fn instead(&self, lower: &str, arguments: &[Expr]) -> Option<String> {
        let fits = |row: &&Foreign| {
            let counted = row.arguments.is_none_or(|count| count == arguments.len());
            counted && row.names.contains(&lower)
        };
        if let Some(row) = FOREIGN.iter().find(fits) {
            return Some(format!("write `{}`", self.filled(row.instead, arguments)));
        }
        let wanted = match arguments {
            [] => lower,
            [argument] if METADATA_FUNCTIONS.contains(&lower) => {
                if let ExprKind::Column { name, .. } = &argument.kind {
                    &name.text
                } else if let ExprKind::Literal(Literal::Text(text)) = &argument.kind {
                    &text.value
                } else {
                    return None;
                }
            }
            [_, ..] => return None,
        };
        declaration(wanted)
    }

    /// An argument as an operand of whatever operator.
    fn bracketed(&self, argument: &Expr) -> String {
        let text = self.snippet(argument.span);
        let is_single = matches!(
            argument.kind,
            ExprKind::Column { .. } | ExprKind::Literal(_) | ExprKind::Call { .. }
        );
        if is_single || text.starts_with('(') || text == "…" {
            return text;
        }
        format!("({text})")
    }

    /// A suggestion with the call's arguments in their places.
    fn filled(&self, instead: &str, arguments: &[Expr]) -> String {
        let mut filled = instead.to_owned();
        for (at, stand_in) in STAND_INS.iter().enumerate() {
            let place = format!("{{{}}}", at + 1);
            let argument = arguments.get(at).map(|argument| {
                // all that binds strongly begins with an operand
                if instead.starts_with('{') {
                    self.bracketed(argument)
                } else {
                    self.snippet(argument.span)
                }
            });
            filled = filled.replace(&place, argument.as_deref().unwrap_or(stand_in));
        }
        filled
    }
}
