//! Which of the conditions before one exclude it.
//!
//! Each try assumes some of them anew, so that one after the other left out, as it is simplest,
//! takes the square of their number. Mostly one excludes alone, and they are tried first. Where
//! none does, the last from which on all exclude together is one of those that do; it is found by
//! bisection, and with it the next one, until those found exclude without the others.

use super::facts::Facts;
use super::report::MAX_MARKED;
use super::truth::{Truth, Truths};
use crate::ir::logical::Expr;
use std::cell::Cell;

/// So many conditions are assumed in all of a file. Beyond that warnings name no others.
const STEPS: usize = 20_000;

/// A condition that stands before, and what it is there.
type Step<'e> = (&'e Expr, Truths);

/// The search for conditions to blame.
pub(super) struct Search {
    steps: Cell<usize>,
}

impl Search {
    pub(super) fn new() -> Self {
        Self {
            steps: Cell::new(STEPS),
        }
    }

    /// Those of the conditions before it without which `expr` could be true, at most as many as
    /// are shown; none, if the search takes too long.
    pub(super) fn needed<'e>(
        &self,
        expr: &Expr,
        before: &[Step<'e>],
        start: &Facts,
    ) -> Vec<&'e Expr> {
        let needed = self.one(expr, before, start).unwrap_or_else(|| {
            let several = self.several(expr, before, start);
            several.unwrap_or_default()
        });
        needed.into_iter().map(|(expr, _)| expr).collect()
    }

    /// The nearest that excludes alone.
    fn one<'e>(&self, expr: &Expr, before: &[Step<'e>], start: &Facts) -> Option<Vec<Step<'e>>> {
        for step in before.iter().rev() {
            if self.excludes(&[*step], expr, start)? {
                return Some(vec![*step]);
            }
        }
        None
    }

    fn several<'e>(
        &self,
        expr: &Expr,
        before: &[Step<'e>],
        start: &Facts,
    ) -> Option<Vec<Step<'e>>> {
        let mut found: Vec<Step<'_>> = Vec::new();
        let excludes = |found: &[Step<'_>], rest: &[Step<'_>]| {
            let steps: Vec<Step<'_>> = found.iter().chain(rest).copied().collect();
            self.excludes(&steps, expr, start)
        };
        if !excludes(&found, before)? {
            return None;
        }
        let mut rest = before;
        while found.len() < MAX_MARKED && !excludes(&found, &[])? {
            // from the first one on they exclude; from behind the last one on they do not
            let (mut least, mut most) = (0, rest.len());
            while most - least > 1 {
                let middle = usize::midpoint(least, most);
                if excludes(&found, &rest[middle..])? {
                    least = middle;
                } else {
                    most = middle;
                }
            }
            found.push(rest[least]);
            rest = &rest[least + 1..];
        }
        Some(found)
    }

    /// Whether nothing is left for `expr` where these are so; None if that takes too long.
    fn excludes(&self, steps: &[Step<'_>], expr: &Expr, start: &Facts) -> Option<bool> {
        let left = self.steps.get().checked_sub(steps.len());
        self.steps.set(left.unwrap_or(0));
        left?;
        let mut facts = start.again();
        for (step, truths) in steps {
            facts.renew();
            facts.assume(step, *truths);
        }
        Some(!facts.again().can(expr, Truth::True))
    }
}
