//! Every expression is looked at where it was written, knowing what is known of the rows there.

use super::condition::{Place, is_deliberate};
use super::report::unreachable;
use super::truth::{Truth, Truths};
use super::{Linter, Rows};
use crate::ir::logical::{Expr, ExprKind};

impl Linter<'_> {
    /// Looks at the parts of an expression.
    pub(super) fn expression(&mut self, expr: &Expr, rows: &Rows) {
        self.null_test(expr);
        self.day_comparison(expr);
        if let ExprKind::Case {
            branches,
            otherwise,
        } = &expr.kind
        {
            let parts = expr.children();
            if parts.into_iter().all(|part| is_written_in(part, expr)) {
                self.case(branches, otherwise.as_deref(), rows);
            }
            return;
        }
        for child in expr.children() {
            if is_written_in(child, expr) {
                self.expression(child, rows);
            }
        }
    }

    /// A condition is reached where those before it were not true.
    fn case(&mut self, branches: &[(Expr, Expr)], otherwise: Option<&Expr>, rows: &Rows) {
        let mut rest = rows.again();
        let mut before: Vec<&Expr> = Vec::new();
        for (condition, result) in branches {
            self.expression(condition, &rest);
            let told = self.condition(condition, Place::When, rows) || is_deliberate(condition);
            if !told && !rest.known.again().can(condition, Truth::True) {
                let takers = self.takers(condition, &before, rows);
                let warning = unreachable(self.source, condition, &takers);
                self.warn(warning);
            }
            let mut taken = rest.again();
            taken.known.assume(condition, Truths::TRUE);
            self.expression(
                result,
                if taken.known.impossible {
                    &rest
                } else {
                    &taken
                },
            );
            let mut left = rest.again();
            left.known.assume(condition, Truths::NOT_TRUE);
            if left.known.impossible {
                // all rows are taken: the next branch was told of, if its condition says so itself
                self.behind_all(branches, condition, &before);
                return;
            }
            rest = left;
            before.push(condition);
        }
        if let Some(otherwise) = otherwise {
            self.expression(otherwise, &rest);
        }
    }

    /// The branch behind the one that takes what is left.
    fn behind_all(&mut self, branches: &[(Expr, Expr)], last: &Expr, before: &[&Expr]) {
        let behind = branches
            .iter()
            .skip(before.len() + 1)
            .map(|(condition, _)| condition);
        let Some(next) = behind.clone().next() else {
            return;
        };
        if !is_deliberate(last) {
            let warning = unreachable(self.source, next, &[last]);
            self.warn(warning);
        }
    }
    /// Those of the earlier conditions that leave nothing for this one.
    fn takers<'e>(&self, condition: &Expr, before: &[&'e Expr], rows: &Rows) -> Vec<&'e Expr> {
        let steps = before.iter().map(|expr| (*expr, Truths::NOT_TRUE));
        let steps: Vec<_> = steps.collect();
        self.search.needed(condition, &steps, &rows.known)
    }
}

/// Whether a part stands within what it is a part of, and was not put there by the binder.
pub(super) fn is_written_in(part: &Expr, whole: &Expr) -> bool {
    let (part, whole) = (part.span.range(), whole.span.range());
    whole.start <= part.start && part.end <= whole.end
}
