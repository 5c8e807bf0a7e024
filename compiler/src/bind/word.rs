//! Words where values belong: texts that lack their quotes, and keys that a cast binds to.

use super::coerce::Operand;
use super::operator::Place;
use super::scope::{Scope, unknown_column};
use super::{Binder, Bound};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{Expr, ExprKind, Literal, Name};

impl Binder<'_> {
    /// A value that something is compared with, or a key: a name that no column has is most
    /// likely a text that lacks its quotes.
    pub(super) fn value_or_word(&mut self, scope: &Scope, ast: &Expr) -> Bound<Operand> {
        let Some(word) = bare_word(scope, ast) else {
            return self.operand(scope, ast);
        };
        let help = format!(
            "if it is a text, put it in single quotes: `'{}'`",
            word.text
        );
        Err(self.report(unknown_column(scope, word).help(help)))
    }

    /// `json ->> 'key'::type`: the cast is of the key, since `::` binds more strongly.
    pub(super) fn cast_of_key(&mut self, left: &Expr, right: &Expr, place: Place) -> Bound<()> {
        let ExprKind::Cast {
            operand, type_span, ..
        } = &right.kind
        else {
            return Ok(());
        };
        let is_key = matches!(
            operand.kind,
            ExprKind::Literal(Literal::Text(_) | Literal::Number(_))
        );
        let postfix = right.span.start == operand.span.start;
        if !is_key || !postfix {
            return Ok(());
        }
        let (symbol, key) = (place.symbol, self.snippet(operand.span));
        let message = format!("`::` binds more strongly than `{symbol}`");
        let (json, data_type) = (self.snippet(left.span), self.snippet(*type_span));
        let operation = format!("{json} {symbol} {key}");
        Err(self.report(
            Diagnostic::new(code::OPERAND_TYPES, message, right.span)
                .at("the key is cast, not the value")
                .help(format!("write `({operation})::{data_type}`")),
        ))
    }
}

/// A name without quotes that nothing in `scope` has, and that resembles nothing in it.
fn bare_word<'a>(scope: &Scope, ast: &'a Expr) -> Option<&'a Name> {
    let ExprKind::Column {
        qualifier: None,
        name,
    } = &ast.kind
    else {
        return None;
    };
    let known = scope
        .columns
        .iter()
        .any(|column| name.matches(&column.name));
    if known || !scope.complete || name.quoted {
        return None;
    }
    unknown_column(scope, name).helps.is_empty().then_some(name)
}
