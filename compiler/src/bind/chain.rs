//! `a || b || c …`: types from left to right, as it is written; a long chain becomes a balanced
//! tree, so that no later stage has to go down its whole length.

use super::arithmetic::binary;
use super::coerce::{Operand, cast_to};
use super::expr::typed;
use super::operator::Place;
use super::scope::Scope;
use super::{Binder, Bound};
use crate::ir::ast::{self, BinaryOperator};
use crate::ir::logical::{Expr, ExprKind, Operator, Value};
use crate::source::Span;
use crate::types::DataType;

/// Above this many operands, a chain becomes a balanced tree.
const MAX_PLAIN_CHAIN: usize = 16;

/// The operands of a chain, and where the operators between them stand.
#[derive(Default)]
struct Chain<'a> {
    operands: Vec<&'a ast::Expr>,
    links: Vec<Span>,
}

impl<'a> Chain<'a> {
    /// Adds `expr`: the parts of a `||` that stands in no parentheses one by one, else itself.
    fn add(&mut self, expr: &'a ast::Expr) {
        if let ast::ExprKind::Binary {
            op: BinaryOperator::Concat,
            op_span,
            left,
            right,
        } = &expr.kind
            && expr.span.start == left.span.start
        {
            self.add(left);
            self.links.push(*op_span);
            self.add(right);
        } else {
            self.operands.push(expr);
        }
    }
}

impl Binder<'_> {
    /// `left || right`, each of which may be a `||` again.
    pub(super) fn concat_chain(
        &mut self,
        scope: &Scope,
        place: Place,
        [left, right]: [&ast::Expr; 2],
    ) -> Bound<Operand> {
        let mut chain = Chain::default();
        chain.add(left);
        chain.links.push(place.span);
        chain.add(right);
        let bound: Vec<_> = chain
            .operands
            .iter()
            .map(|operand| self.operand(scope, operand))
            .collect();
        let bound: Bound<Vec<_>> = bound.into_iter().collect();
        let bound = bound?;
        let places = chain.links.iter().map(|span| Place {
            span: *span,
            ..place
        });
        if bound.len() > MAX_PLAIN_CHAIN {
            return self.long_chain(scope, places, bound);
        }
        let mut operands = bound.into_iter();
        let first = operands.next().expect("a chain has two operands at least");
        operands
            .zip(places)
            .try_fold(first, |left, (right, place)| {
                let span = left.span().to(right.span());
                self.concat(scope, place, [left, right], span)
            })
    }

    fn long_chain(
        &mut self,
        scope: &Scope,
        places: impl Iterator<Item = Place>,
        operands: Vec<Operand>,
    ) -> Bound<Operand> {
        let mut operands = operands.into_iter();
        let first = operands.next().expect("a long chain has operands");
        let mut left = first;
        // operands that are joined already, all of one type
        let mut joined: Vec<Expr> = Vec::new();
        for (right, place) in operands.zip(places) {
            let span = left.span().to(right.span());
            let Operand::Typed(pair) = self.concat(scope, place, [left, right], span)? else {
                unreachable!("what is joined has a type")
            };
            let data_type = pair.data_type;
            let ExprKind::Binary {
                left: before,
                right,
                ..
            } = pair.kind
            else {
                unreachable!("what is joined is a pair")
            };
            match joined.first().map(|first| first.data_type) {
                None => joined.push(*before),
                // bytes up to here, and a text from here on
                Some(other) if other != data_type => {
                    joined = vec![cast_to(balanced(joined), data_type)];
                }
                Some(_) => {}
            }
            joined.push(*right);
            left = stand_in(data_type, pair.nullable, span);
        }
        Ok(Operand::Typed(balanced(joined)))
    }
}

/// Stands for what is joined already, where the next operand's type is checked against it.
fn stand_in(data_type: DataType, nullable: bool, span: Span) -> Operand {
    typed(ExprKind::Literal(Value::Null), data_type, nullable, span)
}

/// The operands, which are of one type, joined in their order.
fn balanced(mut operands: Vec<Expr>) -> Expr {
    if operands.len() == 1 {
        return operands.remove(0);
    }
    let right = balanced(operands.split_off(operands.len() / 2));
    let left = balanced(operands);
    let (data_type, span) = (left.data_type, left.span.to(right.span));
    match binary(Operator::Concat, [left, right], data_type, span) {
        Operand::Typed(expr) => expr,
        Operand::Literal(_) => unreachable!("what is joined has a type"),
    }
}
