//! What follows from a condition that is known to be so.

use super::domain::Domain;
use super::facts::Facts;
use super::image::pulled;
use super::possible::{Like, opposite, orders, singles, truths_of_test, turned};
use super::set::Set;
use super::truth::{Truth, Truths};
use crate::ir::logical::{CompareOperator, Expr, ExprKind, Value};
use crate::source::Span;

/// So many alternatives are followed; from more nothing is learned.
const MAX_ALTERNATIVES: usize = 16;

impl Facts {
    /// Learns that the condition is one of these.
    pub(super) fn assume(&mut self, expr: &Expr, wanted: Truths) {
        if self.impossible || !self.step() {
            return;
        }
        match &expr.kind {
            ExprKind::Not(operand) => self.assume(operand, wanted.negated_if(true)),
            ExprKind::And(operands) => self.assume_all(operands, Truth::False, wanted),
            ExprKind::Or(operands) => self.assume_all(operands, Truth::True, wanted),
            ExprKind::Compare { op, left, right } => {
                self.assume_compared(*op, [left, right], wanted, expr.span);
            }
            ExprKind::IsNull { operand, negated } => {
                let wanted = wanted.negated_if(*negated);
                let values = if wanted.has(Truth::False) {
                    Set::all()
                } else {
                    Set::none()
                };
                self.narrow(operand, values, wanted.has(Truth::True), expr.span);
            }
            ExprKind::IsTruth {
                operand,
                value,
                negated,
            } => {
                let wanted = wanted.negated_if(*negated);
                let all = Truth::ALL.into_iter().filter(|truth| wanted.has(*truth));
                let truths = all.flat_map(|truth| truths_of_test(*value, truth));
                self.assume(operand, truths.fold(Truths::NONE, Truths::with));
            }
            ExprKind::InList {
                operand,
                list,
                negated,
            } => self.assume_in(operand, list, wanted.negated_if(*negated), expr.span),
            ExprKind::IsDistinct {
                left,
                right,
                negated,
            } => self.assume_distinct([left, right], wanted.negated_if(*negated), expr.span),
            ExprKind::Like { .. } => self.assume_like(expr, wanted),
            ExprKind::Column(_)
            | ExprKind::Literal(_)
            | ExprKind::Negate(_)
            | ExprKind::Binary { .. }
            | ExprKind::Case { .. }
            | ExprKind::Cast(_)
            | ExprKind::TryCast(_)
            | ExprKind::Access { .. }
            | ExprKind::Call { .. } => self.assume_boolean(expr, wanted, expr.span),
        }
    }

    /// Learns that the values of `expr` are among these.
    fn narrow(&mut self, expr: &Expr, values: Set, nullable: bool, because: Span) {
        let (expr, values) = pulled(expr, values);
        let before = self.domain(expr);
        let after = before.intersection(&Domain { nullable, values });
        if after != before {
            self.set(expr, after, &[because]);
        }
    }

    fn assume_boolean(&mut self, expr: &Expr, wanted: Truths, because: Span) {
        let truths = [(Truth::True, true), (Truth::False, false)];
        let values = truths.into_iter().filter(|(truth, _)| wanted.has(*truth));
        let values = values.map(|(_, value)| Set::one(&Value::Boolean(value)));
        let values = Set::union(values.collect::<Vec<_>>());
        self.narrow(expr, values, wanted.has(Truth::Unknown), because);
    }

    /// AND (`decisive` is FALSE) or OR (TRUE).
    fn assume_all(&mut self, operands: &[Expr], decisive: Truth, wanted: Truths) {
        let neutral = Truths::only(decisive.negated());
        let undecided = neutral.with(Truth::Unknown);
        if !wanted.has(decisive) {
            // none of them decided
            let each = if wanted.has(Truth::Unknown) {
                undecided
            } else {
                neutral
            };
            for operand in operands {
                self.assume(operand, each);
            }
            return;
        }
        if wanted.has(decisive.negated()) || operands.len() > MAX_ALTERNATIVES {
            return;
        }
        // one of them is the first that did: those before it did not
        let (before, first) = if wanted.has(Truth::Unknown) {
            (neutral, Truths::only(decisive).with(Truth::Unknown))
        } else {
            (undecided, Truths::only(decisive))
        };
        let mut rest = self.clone();
        let mut alternatives = Vec::new();
        for operand in operands {
            let mut alternative = rest.clone();
            alternative.assume(operand, first);
            alternatives.push(alternative);
            rest.assume(operand, before);
        }
        *self = self.either(alternatives);
    }

    fn assume_compared(
        &mut self,
        op: CompareOperator,
        [left, right]: [&Expr; 2],
        wanted: Truths,
        because: Span,
    ) {
        let ops = [(Truth::True, op), (Truth::False, opposite(op))];
        let ops: Vec<_> = ops
            .into_iter()
            .filter(|(truth, _)| wanted.has(*truth))
            .collect();
        let nullable = wanted.has(Truth::Unknown);
        let domains = [left, right].map(|operand| self.domain(operand));
        // where one is NULL the other may be anything
        let free = domains.each_ref().map(|domain| nullable && domain.nullable);
        let reached = |by: &Domain, turn: bool| {
            let ops = ops
                .iter()
                .map(|(_, op)| if turn { turned(*op) } else { *op });
            Set::union(ops.map(|op| by.values.reached_by(op)).collect::<Vec<_>>())
        };
        let for_left = if free[1] {
            Set::all()
        } else {
            reached(&domains[1], false)
        };
        let for_right = if free[0] {
            Set::all()
        } else {
            reached(&domains[0], true)
        };
        self.narrow(left, for_left, nullable, because);
        self.narrow(right, for_right, nullable, because);
        let constant = domains
            .iter()
            .any(|domain| domain.values.single().is_some());
        if !nullable && !constant {
            let now = Set::union(ops.iter().map(|(_, op)| orders(*op)).collect::<Vec<_>>());
            let orders = self.orders(left, right).intersection(&now);
            self.set_order((left, right), orders, because);
        }
    }

    fn assume_in(&mut self, operand: &Expr, list: &[Expr], wanted: Truths, because: Span) {
        let elements: Vec<Domain> = list.iter().map(|element| self.domain(element)).collect();
        let nullable = wanted.has(Truth::Unknown);
        if nullable && elements.iter().any(|element| element.nullable) {
            return;
        }
        let mut sets = Vec::new();
        if wanted.has(Truth::False) {
            sets.push(singles(elements.clone()).complement());
        }
        if wanted.has(Truth::True) {
            sets.extend(elements.into_iter().map(|element| element.values));
        }
        self.narrow(operand, Set::union(sets), nullable, because);
    }

    fn assume_distinct(&mut self, operands: [&Expr; 2], wanted: Truths, because: Span) {
        let distinct = match (wanted.has(Truth::True), wanted.has(Truth::False)) {
            (true, true) => return,
            (true, false) => true,
            (false, true) => false,
            (false, false) => {
                self.impossible = true;
                return;
            }
        };
        let [left, right] = operands;
        for (expr, other) in [(left, right), (right, left)] {
            let other = self.domain(other);
            if !distinct {
                self.narrow(expr, other.values, other.nullable, because);
            } else if other.values.is_empty() {
                self.narrow(expr, Set::all(), false, because);
            } else if other.values.single().is_some() && !other.nullable {
                self.narrow(expr, other.values.complement(), true, because);
            }
        }
    }

    fn assume_like(&mut self, expr: &Expr, wanted: Truths) {
        let Some(like) = Like::of(expr) else { return };
        let wanted = wanted.negated_if(like.negated);
        self.assume_boolean(&like.plain, wanted, expr.span);
        let nullable = wanted.has(Truth::Unknown);
        if nullable && like.pattern_nullable {
            return;
        }
        let mut sets = Vec::new();
        if wanted.has(Truth::True) {
            sets.push(like.matching);
        }
        if wanted.has(Truth::False) {
            sets.push(like.other);
        }
        self.narrow(like.operand, Set::union(sets), nullable, expr.span);
    }
}
