//! What is said of conditions that are never or always true.

use super::condition::{Place, Question, Reason};
use super::facts::Facts;
use super::possible::is_reversed;
use super::subject::why;
use super::truth::Truth;
use crate::diagnostics::{Diagnostic, code};
use crate::ir::logical::{CompareOperator, Expr, ExprKind};
use crate::source::{SourceFile, Span};

/// Longer texts are not repeated in a message.
const MAX_CHARACTERS: usize = 60;

/// So many places are marked beside the condition's.
pub(super) const MAX_MARKED: usize = 4;

/// Where no single thing is what the condition is about.
const WHATEVER: &str = "whatever the row holds";

pub(super) fn never_true(
    source: &SourceFile,
    expr: &Expr,
    question: &Question<'_>,
    reason: &Reason<'_>,
) -> Diagnostic {
    let diagnostic = match reason {
        Reason::Declared(checks) => {
            let declared = &question.start.declared;
            let text = why(source, declared, expr, "never has such a value");
            let text = text.unwrap_or_else(|| WHATEVER.to_owned());
            let diagnostic = alone(source, expr).at(text);
            marked(diagnostic, expr, checks, "every row has passed this check")
        }
        Reason::Passed(conditions) => {
            let diagnostic = alone(source, expr).at("excluded before");
            marked(
                diagnostic,
                expr,
                conditions,
                "only rows with this come here",
            )
        }
        Reason::Beside(others) => beside(source, expr, others),
    };
    let diagnostic = match consequence(expr, question) {
        Some(consequence) => diagnostic.note(consequence),
        None => diagnostic,
    };
    diagnostic.help(way_out(expr, reason))
}

fn alone(source: &SourceFile, expr: &Expr) -> Diagnostic {
    let name = snippet(source, expr.span, "this condition");
    Diagnostic::new(code::NEVER_TRUE, format!("{name} is never true"), expr.span)
}

/// A condition that contradicts others beside it.
fn beside(source: &SourceFile, expr: &Expr, others: &[&Expr]) -> Diagnostic {
    let places: Vec<Span> = others.iter().map(|other| other.span).collect();
    let diagnostic = match places.as_slice() {
        [place] => {
            let name = snippet(source, expr.span, "this condition");
            let other = snippet(source, *place, "another one");
            let message = format!("{name} is never true together with {other}");
            Diagnostic::new(code::NEVER_TRUE, message, expr.span)
        }
        _ => alone(source, expr),
    };
    let diagnostic = diagnostic.at("excluded by what else is asked for");
    marked(diagnostic, expr, &places, "asked for, too")
}

fn consequence(expr: &Expr, question: &Question<'_>) -> Option<&'static str> {
    let declared = question.start.declared.again();
    match question.place {
        Place::Where => Some("so no row passes"),
        Place::Check if declared.can(expr, Truth::Unknown) => {
            Some("so a message passes only where this is NULL")
        }
        Place::Check => Some("so every message is bad"),
        Place::When => Some("so this branch is never taken"),
        Place::Within => None,
    }
}

fn way_out(expr: &Expr, reason: &Reason<'_>) -> String {
    let is_equal = |expr: &Expr| {
        matches!(
            expr.kind,
            ExprKind::Compare {
                op: CompareOperator::Equal,
                ..
            } | ExprKind::InList { negated: false, .. }
        )
    };
    let text = match reason {
        Reason::Declared(_) if is_reversed(&Facts::none(), expr) => {
            "the lower end stands first: `BETWEEN low AND high`; BETWEEN SYMMETRIC takes both \
             orders"
        }
        Reason::Beside(others) if is_equal(expr) && others.iter().all(|o| is_equal(o)) => {
            "if either will do, write `OR`, or `IN (…)`"
        }
        Reason::Beside(_) => "correct one of them; if either will do, write `OR`",
        Reason::Declared(_) | Reason::Passed(_) => "correct it, or remove it",
    };
    text.to_owned()
}

pub(super) fn always_true(source: &SourceFile, expr: &Expr, question: &Question<'_>) -> Diagnostic {
    let name = snippet(source, expr.span, "this condition");
    let message = match question.place {
        Place::Check => format!("{name} is never false"),
        Place::Where | Place::When | Place::Within => format!("{name} is always true"),
    };
    let declared = &question.start.declared;
    let text = why(source, declared, expr, "has no other values");
    let text = text.unwrap_or_else(|| WHATEVER.to_owned());
    let checks = declared.conditions(expr);
    let diagnostic = Diagnostic::new(code::ALWAYS_TRUE, message, expr.span).at(text);
    let diagnostic = marked(diagnostic, expr, &checks, "every row has passed this check");
    let (consequence, help) = match question.place {
        Place::Where => ("so it keeps no row out", "correct it, or remove it"),
        Place::Check => ("so it rejects no message", "correct it, or remove it"),
        Place::When => (
            "so no branch behind it is ever taken",
            "correct it, or write ELSE",
        ),
        Place::Within => return diagnostic.help("correct it, or remove it"),
    };
    diagnostic.note(consequence).help(help)
}

/// A branch whose rows all go to the ones before it.
pub(super) fn unreachable(source: &SourceFile, expr: &Expr, takers: &[&Expr]) -> Diagnostic {
    let name = snippet(source, expr.span, "…");
    let name = name.trim_matches('`');
    let message = format!("the branch `WHEN {name}` is never taken");
    let places: Vec<Span> = takers.iter().map(|taker| taker.span).collect();
    let diagnostic = Diagnostic::new(code::NEVER_TRUE, message, expr.span);
    let diagnostic = diagnostic.at("all its rows are taken before");
    marked(diagnostic, expr, &places, "taken here")
        .note("of several branches whose conditions are true the first one is taken")
        .help("put the narrower condition first, or remove the branch")
}

fn marked(diagnostic: Diagnostic, expr: &Expr, places: &[Span], text: &str) -> Diagnostic {
    let shown = places
        .iter()
        .filter(|place| **place != expr.span && **place != Span::default());
    shown
        .take(MAX_MARKED)
        .fold(diagnostic, |diagnostic, place| {
            diagnostic.context(*place, text)
        })
}

/// The source under `span` in quotes, or `instead` where it is long.
pub(super) fn snippet(source: &SourceFile, span: Span, instead: &str) -> String {
    let words: Vec<&str> = source.slice(span).split_whitespace().collect();
    let text = words.join(" ");
    if text.is_empty() || text.chars().count() > MAX_CHARACTERS {
        return instead.to_owned();
    }
    format!("`{text}`")
}
