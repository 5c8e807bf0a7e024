//! Conditions that are never true, and those that always are.

use super::needed::Search;
use super::report::{always_true, never_true};
use super::truth::{Truth, Truths};
use super::walk::is_written_in;
use super::{Linter, Rows};
use crate::ir::logical::{Expr, ExprKind, Value};
use crate::source::Span;

/// Where a condition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// WHERE: rows pass of which it is true.
    Where,
    /// CHECK: messages pass of which it is not false.
    Check,
    /// WHEN of a CASE.
    When,
    /// Within a NOT or an OR.
    Within,
}

/// A condition that is looked at.
pub(super) struct Question<'e> {
    pub(super) place: Place,
    /// What is known of the rows without the condition.
    pub(super) start: Rows,
    /// What is known where those before it in an AND are true.
    here: Rows,
    /// These, and what they are.
    before: Vec<(&'e Expr, Truths)>,
}

/// Why a condition is never true.
pub(super) enum Reason<'e> {
    /// It follows from types, declarations and the CHECKs at these places.
    Declared(Vec<Span>),
    /// From these conditions, which rows have passed before.
    Passed(Vec<Span>),
    /// From these conditions beside it.
    Beside(Vec<&'e Expr>),
}

impl Linter<'_> {
    /// Warns if the condition, or a part of it, is never or always true. Gives whether it did.
    pub(super) fn condition(&mut self, expr: &Expr, place: Place, rows: &Rows) -> bool {
        self.judge(
            expr,
            &Question {
                place,
                start: rows.again(),
                here: rows.again(),
                before: Vec::new(),
            },
        )
    }

    fn judge<'e>(&mut self, expr: &'e Expr, question: &Question<'e>) -> bool {
        if is_deliberate(expr) {
            return false;
        }
        let parts_told = if let ExprKind::And(operands) = &expr.kind
            && has_parts(operands, expr)
        {
            self.judge_all(operands, question)
        } else if let ExprKind::Or(operands) = &expr.kind
            && has_parts(operands, expr)
        {
            let within = question.within();
            let judged = operands.iter().map(|operand| self.judge(operand, &within));
            judged.fold(false, |told, now| told | now)
        } else if let ExprKind::Not(operand) = &expr.kind
            && has_parts(std::slice::from_ref(operand), expr)
        {
            self.judge(operand, &question.within())
        } else {
            false
        };
        if parts_told || is_told_elsewhere(expr) {
            return true;
        }
        let warning = if question.here.known.again().can(expr, Truth::True) {
            let declared = question.start.declared.again();
            let otherwise = |truth| declared.can(expr, truth);
            let always = match question.place {
                Place::Check => !otherwise(Truth::False),
                Place::Where | Place::When | Place::Within => {
                    !otherwise(Truth::False) && !otherwise(Truth::Unknown)
                }
            };
            if !always {
                return false;
            }
            always_true(self.source, expr, question)
        } else {
            let reason = question.reason(expr, &self.search);
            never_true(self.source, expr, question, &reason)
        };
        self.warn(warning);
        true
    }

    /// The operands of an AND: each is looked at where those before it are true.
    fn judge_all<'e>(&mut self, operands: &'e [Expr], question: &Question<'e>) -> bool {
        let mut next = question.copy();
        let mut told = false;
        for operand in operands {
            told |= self.judge(operand, &next);
            next.here.known.assume(operand, Truths::TRUE);
            if next.here.known.impossible {
                return told;
            }
            next.before.push((operand, Truths::TRUE));
        }
        told
    }
}

impl<'e> Question<'e> {
    fn copy(&self) -> Self {
        Self {
            place: self.place,
            start: self.start.again(),
            here: self.here.again(),
            before: self.before.clone(),
        }
    }

    /// The question to a part that does not decide alone.
    fn within(&self) -> Self {
        Self {
            place: Place::Within,
            ..self.copy()
        }
    }

    fn reason(&self, expr: &Expr, search: &Search) -> Reason<'e> {
        if !self.start.declared.again().can(expr, Truth::True) {
            return Reason::Declared(self.start.declared.conditions(expr));
        }
        if !self.start.known.again().can(expr, Truth::True) {
            let declared = self.start.declared.conditions(expr);
            let known = self.start.known.conditions(expr).into_iter();
            return Reason::Passed(known.filter(|place| !declared.contains(place)).collect());
        }
        Reason::Beside(search.needed(expr, &self.before, &self.start.known))
    }
}

/// TRUE or FALSE as such, which is written on purpose.
pub(super) fn is_deliberate(expr: &Expr) -> bool {
    expr.literal().is_some_and(|value| *value != Value::Null)
}

/// Whether the operands were written as conditions of their own: those that BETWEEN, ANY and ALL
/// stand for were not. They have one place, which parentheses make a part of the whole's.
fn has_parts(operands: &[Expr], expr: &Expr) -> bool {
    let is_part = |operand: &Expr| operand.span != expr.span && is_written_in(operand, expr);
    let shares_place = |pair: &[Expr]| pair[0].span == pair[1].span;
    operands.iter().all(is_part) && !operands.windows(2).any(shares_place)
}

/// Whether the binder, or the room's own look at NULLs, has said what there is to say.
fn is_told_elsewhere(expr: &Expr) -> bool {
    let null = |expr: &Expr| expr.literal() == Some(&Value::Null);
    match &expr.kind {
        ExprKind::IsNull { operand, .. } => !operand.nullable,
        ExprKind::Compare { left, right, .. } => null(left) || null(right),
        ExprKind::InList { list, .. } => list.iter().any(null),
        ExprKind::And(operands) | ExprKind::Or(operands) => {
            let told = |operand| is_deliberate(operand) || is_told_elsewhere(operand);
            operands.iter().any(told)
        }
        ExprKind::Not(operand) => is_told_elsewhere(operand),
        ExprKind::Column(_)
        | ExprKind::Literal(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary { .. }
        | ExprKind::IsTruth { .. }
        | ExprKind::Case { .. }
        | ExprKind::Cast(_)
        | ExprKind::TryCast(_)
        | ExprKind::IsDistinct { .. }
        | ExprKind::Like { .. }
        | ExprKind::Access { .. }
        | ExprKind::Call { .. } => false,
    }
}
