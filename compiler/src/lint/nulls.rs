//! Tests for a NULL, and replacements of one, where there is never any.

use super::Linter;
use super::report::snippet;
use crate::diagnostics::{Diagnostic, code};
use crate::functions::Body;
use crate::ir::logical::{Expr, ExprKind};

impl Linter<'_> {
    /// Warns of IS NULL and COALESCE over what is never NULL.
    pub(super) fn null_test(&mut self, expr: &Expr) {
        let warning = if let ExprKind::IsNull { operand, negated } = &expr.kind
            && !operand.nullable
        {
            Some(self.never_null(expr, operand, *negated))
        } else if let ExprKind::Call {
            function,
            arguments,
        } = &expr.kind
            && function.body == Body::Coalesce
        {
            let first = arguments.iter().position(|argument| !argument.nullable);
            let behind = first.filter(|at| at + 1 < arguments.len());
            behind.map(|at| self.never_replaced(arguments, at))
        } else {
            None
        };
        if let Some(warning) = warning {
            self.warn(warning);
        }
    }

    fn never_null(&self, expr: &Expr, operand: &Expr, negated: bool) -> Diagnostic {
        let name = snippet(self.source, operand.span, "this");
        let truth = if negated { "always" } else { "never" };
        let message = format!("{name} is never NULL");
        let diagnostic =
            Diagnostic::new(code::NEVER_NULL, message, expr.span).at(format!("{truth} true"));
        declared_so(diagnostic.help("remove the test"), operand)
    }

    fn never_replaced(&self, arguments: &[Expr], at: usize) -> Diagnostic {
        let first = &arguments[at];
        let name = snippet(self.source, first.span, "this");
        let message = format!("{name} is never NULL");
        let diagnostic = Diagnostic::new(code::NEVER_NULL, message, first.span)
            .at("never NULL")
            .context(arguments[at + 1].span, "never used");
        let diagnostic = match at {
            0 => diagnostic.help(format!("write {name} alone")),
            _ => diagnostic.help("leave out what stands behind it"),
        };
        declared_so(diagnostic, first)
    }
}

/// A column is so because its table says it.
fn declared_so(diagnostic: Diagnostic, expr: &Expr) -> Diagnostic {
    if let ExprKind::Column(_) = expr.kind {
        return diagnostic.help("if messages may lack it, declare the column without NOT NULL");
    }
    diagnostic
}
