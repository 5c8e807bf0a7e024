//! ANY and ALL: an operator between one value and several.

use super::cursor::{Parsed, Parser};
use super::expression::{Tree, fold, join};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{BinaryOperator, Expr, ExprKind};
use crate::source::Span;

/// What stands before ANY or ALL.
#[derive(Clone, Copy)]
pub(super) enum Before {
    /// An operator, and where its token stands.
    Operator(BinaryOperator, Span),
    /// `[NOT] LIKE`, `[NOT] ILIKE`
    Like { any_case: bool, negated: bool },
}

/// The deepest operand that stands before a list of values, in levels: the comparisons with each
/// of them repeat it, and one within the other they would grow beyond measure.
const MAX_REPEATED_DEPTH: usize = 4;

/// Whether ANY may follow: behind what gives a BOOLEAN.
pub(super) fn takes_quantifier(op: BinaryOperator) -> bool {
    use BinaryOperator as B;
    match op {
        B::Equal
        | B::NotEqual
        | B::Less
        | B::LessOrEqual
        | B::Greater
        | B::GreaterOrEqual
        | B::Matches
        | B::MatchesAnyCase
        | B::MatchesNot
        | B::MatchesNotAnyCase => true,
        B::Add
        | B::Subtract
        | B::Multiply
        | B::Divide
        | B::Modulo
        | B::Power
        | B::BitAnd
        | B::BitOr
        | B::BitXor
        | B::ShiftLeft
        | B::ShiftRight
        | B::Concat
        | B::JsonGet
        | B::JsonGetText
        | B::And
        | B::Or => false,
    }
}

impl Parser<'_> {
    pub(super) fn is_quantifier(&self) -> bool {
        self.is_any_keyword(&["ANY", "SOME", "ALL"]) && self.is_symbol_at(1, "(")
    }

    /// Behind `x op`: `ANY (array)`, `ANY (ARRAY[a, b])`, `ALL (ARRAY[a, b])`
    pub(super) fn quantified(&mut self, left: Tree, before: Before) -> Parsed<Tree> {
        let start = self.peek().span;
        let all = self.is_keyword("ALL");
        self.advance();
        let opening = self.peek().span;
        if self.is_query() {
            self.skip_brackets();
            let help = "name the values: `= ANY (array)` takes an array";
            self.unsupported("a sub-query", self.since(opening), help);
            return Ok(self.placeholder(left.expr.span));
        }
        self.expect_symbol("(")?;
        if self.is_keyword("ARRAY") && self.is_symbol_at(1, "[") {
            return self.listed(left, before, all, opening);
        }
        let array = self.tree()?;
        self.expect_closing(")", opening)?;
        let span = self.since(left.expr.span);
        let (op, op_span) = match before {
            Before::Operator(op, op_span) if !all && !op.is_match() => (op, op_span),
            Before::Operator(op, _) if all && !op.is_match() => {
                let help = "turn it round: `x < ALL (a)` is `NOT x >= ANY (a)`";
                self.unsupported("`ALL`", self.since(start), help);
                return Ok(self.placeholder(left.expr.span));
            }
            Before::Operator(..) | Before::Like { .. } => {
                let help = "list the patterns: `LIKE ANY (ARRAY['a%', 'b%'])`";
                self.unsupported("an array of patterns", array.expr.span, help);
                return Ok(self.placeholder(left.expr.span));
            }
        };
        let depth = left.depth.max(array.depth);
        let kind = ExprKind::Any {
            op,
            op_span,
            left: Box::new(left.expr),
            array: Box::new(array.expr),
        };
        self.node(kind, span, depth)
    }

    /// `ARRAY[a, b])`: comparisons with each, joined by OR for ANY and by AND for ALL.
    fn listed(&mut self, left: Tree, before: Before, all: bool, opening: Span) -> Parsed<Tree> {
        let array = self.advance().span;
        let bracket = self.expect_symbol("[")?;
        let mut values = Vec::new();
        if self.is_symbol("]") {
            let span = array.to(self.peek().span);
            return Err(
                Diagnostic::new(code::SYNTAX, "the list of values is empty", span)
                    .at("nothing to compare with")
                    .help("list at least one value: `ARRAY['a', 'b']`"),
            );
        }
        loop {
            values.push(self.tree()?);
            if !self.accept_symbol(",") {
                break;
            }
        }
        self.expect_closing("]", bracket)?;
        self.expect_closing(")", opening)?;
        let span = self.since(left.expr.span);
        if let Before::Operator(op, _) = before
            && let Some(negated) = membership(op, all)
        {
            let depth = values.iter().map(|value| value.depth).max().unwrap_or(0);
            let kind = ExprKind::InList {
                operand: Box::new(left.expr),
                list: values.into_iter().map(|value| value.expr).collect(),
                negated,
            };
            return self.node(kind, span, depth.max(left.depth));
        }
        if values.len() > 1 && left.depth > MAX_REPEATED_DEPTH {
            return Err(too_deep(left.expr.span));
        }
        let op_spans = vec![array; values.len() - 1];
        let mut comparisons = Vec::new();
        for value in values {
            let depth = left.depth.max(value.depth);
            let kind = comparison(left.expr.clone(), before, value.expr);
            comparisons.push(self.node(kind, span, depth)?);
        }
        let joined_by = if all {
            BinaryOperator::And
        } else {
            BinaryOperator::Or
        };
        Ok(fold(comparisons, &op_spans, joined_by))
    }
}

/// Whether it is `IN` (false) or `NOT IN` (true).
fn membership(op: BinaryOperator, all: bool) -> Option<bool> {
    if op == BinaryOperator::Equal && !all {
        Some(false)
    } else if op == BinaryOperator::NotEqual && all {
        Some(true)
    } else {
        None
    }
}

fn comparison(left: Expr, before: Before, right: Expr) -> ExprKind {
    match before {
        Before::Operator(op, op_span) => join(left, op, op_span, right),
        Before::Like { any_case, negated } => ExprKind::Like {
            operand: Box::new(left),
            pattern: Box::new(right),
            any_case,
            escape: Some('\\'),
            negated,
        },
    }
}

fn too_deep(span: Span) -> Diagnostic {
    let message =
        format!("the operand of ANY is nested more than {MAX_REPEATED_DEPTH} levels deep");
    Diagnostic::new(code::NESTING, message, span)
        .at("compared with each value of the list")
        .help("compute it in a CREATE VIEW, and use its column here")
}
