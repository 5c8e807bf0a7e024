//! Expressions: operators and their precedence, by `PostgreSQL`'s table. A Pratt parser: each
//! operator has a binding power, and an operand extends as far as stronger operators follow it.

use super::cursor::{Parsed, Parser};
use super::operators::{Infix, power};
use super::quantified::{Before, takes_quantifier};
use super::report::abbreviated;
use super::tokens::Token;
use super::ways_out;
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{BinaryOperator, Expr, ExprKind, Text};
use crate::source::Span;
use crate::types::DataType;

/// The deepest expression accepted, in levels. Every later stage walks expressions recursively,
/// in the generated code even the Rust compiler: this keeps all of them far from the stack's end.
pub(super) const MAX_DEPTH: usize = 100;

/// Above this many operands, a chain of AND, of OR or of `||` becomes a balanced tree.
const MAX_PLAIN_CHAIN: usize = 16;

/// From this many operators in a row on, too many levels are too long a chain.
const MAX_LINKS: usize = MAX_DEPTH / 2;

/// An expression and how many levels it has.
pub(super) struct Tree {
    pub(super) expr: Expr,
    pub(super) depth: usize,
}

impl Parser<'_> {
    /// An expression.
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.tree().map(|tree| tree.expr)
    }

    /// An expression with its depth, as an operand of a larger one.
    pub(super) fn tree(&mut self) -> Parsed<Tree> {
        self.operand(power::OR)
    }

    /// The operand of a sign.
    pub(super) fn signed_operand(&mut self) -> Parsed<Tree> {
        self.operand(power::SIGN)
    }

    /// An operand and all operators behind it that bind at least as strongly as `least`.
    pub(super) fn operand(&mut self, least: u8) -> Parsed<Tree> {
        self.nesting += 1;
        if self.nesting > MAX_DEPTH {
            return Err(too_deep(self.peek().span));
        }
        let mut left = self.prefix(least)?;
        let mut last_power = None;
        let mut links = 0;
        while let Some((infix, power)) = self.infix() {
            if power < least {
                break;
            }
            links += 1;
            if links >= MAX_LINKS && left.depth >= MAX_DEPTH {
                return Err(too_long(self.peek().span));
            }
            let chained =
                matches!(power, power::COMPARISON | power::MATCH) && last_power == Some(power);
            if chained {
                return Err(self.chained_comparison());
            }
            last_power = Some(power);
            left = self.extend(left, infix, power)?;
        }
        self.nesting -= 1;
        Ok(left)
    }

    /// A node over operands of which the deepest has `depth` levels.
    pub(super) fn node(&self, kind: ExprKind, span: Span, depth: usize) -> Parsed<Tree> {
        if depth >= MAX_DEPTH {
            return Err(too_deep(self.previous_span()));
        }
        Ok(Tree {
            expr: Expr { kind, span },
            depth: depth + 1,
        })
    }

    /// Stands for an expression that was reported as not supported, so that the rest of the
    /// statement can be checked.
    pub(super) fn placeholder(&mut self, start: Span) -> Tree {
        let span = self.since(start);
        self.contain_unsupported(span);
        Tree {
            expr: Expr {
                kind: ExprKind::Unsupported,
                span,
            },
            depth: 1,
        }
    }

    fn prefix(&mut self, least: u8) -> Parsed<Tree> {
        let start = self.peek().span;
        if self.is_keyword("NOT") {
            if least > power::NOT {
                return Err(self
                    .expected("an operand")
                    .help("put parentheses around it: `(NOT …)`"));
            }
            self.advance();
            let operand = self.operand(power::NOT)?;
            let kind = ExprKind::Not(Box::new(operand.expr));
            return self.node(kind, self.since(start), operand.depth);
        }
        if self.accept_symbol("-") {
            let operand = self.signed_operand()?;
            let kind = ExprKind::Negate(Box::new(operand.expr));
            return self.node(kind, self.since(start), operand.depth);
        }
        if self.accept_symbol("~") {
            let operand = self.operand(power::OTHER + 1)?;
            let kind = ExprKind::BitNot(Box::new(operand.expr));
            return self.node(kind, self.since(start), operand.depth);
        }
        if self.accept_symbol("+") {
            let mut operand = self.signed_operand()?;
            operand.expr.span = self.since(start);
            return Ok(operand);
        }
        self.primary()
    }

    fn extend(&mut self, left: Tree, infix: Infix, power: u8) -> Parsed<Tree> {
        match infix {
            Infix::Chain(op) => self.chain(left, op, power),
            Infix::Binary(op) => self.binary(left, op, power),
            Infix::Is => self.is(left),
            Infix::Match => self.matching(left),
            Infix::Unsupported => self.refuse_operator(&left, power),
            Infix::DoubleColon => {
                self.advance();
                let (data_type, type_span) = self.data_type()?;
                self.cast_node(left, (data_type, type_span), false)
            }
            Infix::Subscript => self.subscript(left),
            Infix::Field => self.field(left),
            Infix::TimeZone => {
                let start = self.peek().span;
                self.accept_phrase("AT TIME ZONE");
                self.operand(power + 1)?;
                let help = "timestamps are instants in UTC; local time has no type";
                self.unsupported("`AT TIME ZONE`", self.since(start), help);
                Ok(self.placeholder(left.expr.span))
            }
            Infix::Collate => {
                let start = self.advance().span;
                self.any_name("a collation")?;
                let help = "leave it out: text is compared by its bytes";
                self.unsupported("`COLLATE`", self.since(start), help);
                Ok(self.placeholder(left.expr.span))
            }
        }
    }

    /// `a op b`
    fn binary(&mut self, left: Tree, op: BinaryOperator, power: u8) -> Parsed<Tree> {
        let token = self.advance();
        let op = self.comparison_of_others(op, token);
        if takes_quantifier(op) && self.is_quantifier() {
            return self.quantified(left, Before::Operator(op, token.span));
        }
        let right = self.operand(power + 1)?;
        let depth = left.depth.max(right.depth);
        let span = left.expr.span.to(right.expr.span);
        let kind = join(left.expr, op, token.span, right.expr);
        self.node(kind, span, depth)
    }

    /// Reports a comparison that is written otherwise here: the operator that is meant.
    fn comparison_of_others(&mut self, op: BinaryOperator, token: &Token) -> BinaryOperator {
        let next = self.peek().span;
        let touches = token.span.end == next.start;
        let (written, op, span) = match self.slice(token) {
            written @ ("==" | "=>") => (written, op, token.span),
            "=" if touches && self.is_symbol("<") => {
                self.advance();
                ("=<", BinaryOperator::LessOrEqual, token.span.to(next))
            }
            _ => return op,
        };
        let message = format!("there is no operator `{written}`");
        let help = match op {
            BinaryOperator::Equal => "equality is written `=`".to_owned(),
            other => format!("write `{}`", other.as_str()),
        };
        self.report(Diagnostic::new(code::SYNTAX, message, span).help(help));
        op
    }

    /// Behind `x`: `[subscript]`
    fn subscript(&mut self, operand: Tree) -> Parsed<Tree> {
        let opening = self.expect_symbol("[")?;
        if self.is_symbol(":") {
            return Err(self.no_slice());
        }
        let subscript = self.tree()?;
        if self.is_symbol(":") {
            return Err(self.no_slice());
        }
        self.expect_closing("]", opening)?;
        let depth = operand.depth.max(subscript.depth);
        let span = self.since(operand.expr.span);
        let kind = ExprKind::Subscript {
            operand: Box::new(operand.expr),
            subscript: Box::new(subscript.expr),
        };
        self.node(kind, span, depth)
    }

    fn no_slice(&self) -> Diagnostic {
        let message = "a slice of an array is not supported yet";
        Diagnostic::new(code::UNSUPPORTED, message, self.peek().span)
            .at("a subscript names one element")
            .help("take the elements one by one, or all of them with UNNEST")
    }

    /// `a AND b AND c …`, `a || b || c …`: read as one list, so that a long one need not become a
    /// deep tree.
    fn chain(&mut self, left: Tree, op: BinaryOperator, power: u8) -> Parsed<Tree> {
        let mut operands = vec![left];
        let mut op_spans = Vec::new();
        while self.infix() == Some((Infix::Chain(op), power)) {
            let token = self.advance();
            if self.slice(token) == "&&" {
                self.report(
                    Diagnostic::new(code::SYNTAX, "there is no operator `&&`", token.span)
                        .help("write `AND`"),
                );
            }
            op_spans.push(token.span);
            operands.push(self.operand(power + 1)?);
        }
        let tree = fold(operands, &op_spans, op);
        if tree.depth > MAX_DEPTH {
            return Err(too_deep(self.previous_span()));
        }
        Ok(tree)
    }

    /// Behind `x`: `IS [NOT] NULL | TRUE | FALSE | UNKNOWN | DISTINCT FROM y`
    fn is(&mut self, operand: Tree) -> Parsed<Tree> {
        self.advance();
        let negated = self.accept_keyword("NOT");
        let depth = operand.depth;
        let span = operand.expr.span;
        if self.accept_phrase("DISTINCT FROM") {
            let right = self.operand(power::IS + 1)?;
            let kind = ExprKind::IsDistinct {
                left: Box::new(operand.expr),
                right: Box::new(right.expr),
                negated,
            };
            return self.node(kind, self.since(span), depth.max(right.depth));
        }
        let operand = Box::new(operand.expr);
        let kind = if self.accept_keyword("NULL") {
            ExprKind::IsNull { operand, negated }
        } else {
            let value = if self.accept_keyword("TRUE") {
                Some(true)
            } else if self.accept_keyword("FALSE") {
                Some(false)
            } else if self.accept_keyword("UNKNOWN") {
                None
            } else {
                let what = "`NULL`, `TRUE`, `FALSE` or `UNKNOWN`";
                return Err(self.expected(what));
            };
            ExprKind::IsTruth {
                operand,
                value,
                negated,
            }
        };
        self.node(kind, self.since(span), depth)
    }

    /// Behind `x`: `[NOT] IN (…)`, `[NOT] BETWEEN a AND b`, `[NOT] [I]LIKE pattern [ESCAPE c]`
    fn matching(&mut self, operand: Tree) -> Parsed<Tree> {
        let negated = self.accept_keyword("NOT");
        if self.accept_keyword("IN") {
            self.in_list(operand, negated)
        } else if self.accept_keyword("BETWEEN") {
            self.between(operand, negated)
        } else {
            let any_case = self.accept_keyword("ILIKE");
            if !any_case {
                self.expect_keyword("LIKE")?;
            }
            self.like(operand, any_case, negated)
        }
    }

    fn in_list(&mut self, operand: Tree, negated: bool) -> Parsed<Tree> {
        let opening = self.peek().span;
        if self.is_symbol("(") && self.is_query() {
            self.skip_brackets();
            let help = "list the values: `IN (1, 2, 3)`";
            self.unsupported("a sub-query", self.since(opening), help);
            return Ok(self.placeholder(operand.expr.span));
        }
        if self.is_name() && !self.is_symbol("(") {
            let (value, array) = (operand.expr.span, self.slice(self.peek()));
            let value = abbreviated(self.source.slice(value));
            let not = if negated { "NOT " } else { "" };
            return Err(self
                .expected("`(`")
                .help("list the values: `IN (1, 2, 3)`")
                .help(format!("of an array, write `{not}{value} = ANY ({array})`")));
        }
        self.expect_symbol("(")?;
        if self.is_symbol(")") {
            return Err(self.empty_list(opening));
        }
        let mut list = Vec::new();
        let mut depth = operand.depth;
        loop {
            let item = self.tree()?;
            depth = depth.max(item.depth);
            list.push(item.expr);
            if !self.accept_symbol(",") {
                break;
            }
        }
        self.expect_end_of_list(opening)?;
        let span = self.since(operand.expr.span);
        let kind = ExprKind::InList {
            operand: Box::new(operand.expr),
            list,
            negated,
        };
        self.node(kind, span, depth)
    }

    /// `IN ()`, whose bracket is at `opening`.
    fn empty_list(&self, opening: Span) -> Diagnostic {
        let span = opening.to(self.peek().span);
        Diagnostic::new(code::SYNTAX, "the list of IN is empty", span)
            .at("nothing would match")
            .help("list at least one value: `IN ('a', 'b')`")
    }

    fn between(&mut self, operand: Tree, negated: bool) -> Parsed<Tree> {
        let symmetric = self.accept_keyword("SYMMETRIC");
        if !symmetric {
            self.accept_keyword("ASYMMETRIC");
        }
        let low = self.operand(power::MATCH + 1)?;
        self.expect_keyword("AND")?;
        let high = self.operand(power::MATCH + 1)?;
        let depth = operand.depth.max(low.depth).max(high.depth);
        let span = operand.expr.span.to(high.expr.span);
        let kind = ExprKind::Between {
            operand: Box::new(operand.expr),
            low: Box::new(low.expr),
            high: Box::new(high.expr),
            symmetric,
            negated,
        };
        self.node(kind, span, depth)
    }

    fn like(&mut self, operand: Tree, any_case: bool, negated: bool) -> Parsed<Tree> {
        if self.is_quantifier() {
            return self.quantified(operand, Before::Like { any_case, negated });
        }
        let pattern = self.operand(power::MATCH + 1)?;
        let escape = if self.accept_keyword("ESCAPE") {
            let text = self.text("an escape character such as '!'")?;
            escape_character(&text)?
        } else {
            Some('\\')
        };
        let depth = operand.depth.max(pattern.depth);
        let span = self.since(operand.expr.span);
        let kind = ExprKind::Like {
            operand: Box::new(operand.expr),
            pattern: Box::new(pattern.expr),
            any_case,
            escape,
            negated,
        };
        self.node(kind, span, depth)
    }

    /// An operator that is not supported yet, or that belongs to other languages.
    fn refuse_operator(&mut self, left: &Tree, power: u8) -> Parsed<Tree> {
        let start = self.peek().span;
        self.accept_keyword("NOT");
        let token = self.advance();
        self.accept_keyword("TO");
        let place = self.since(start);
        let right = self.operand(power + 1)?;
        let operator = self.slice(token).to_ascii_uppercase();
        let help = ways_out::of_operator(&operator);
        self.unsupported(format!("the operator `{operator}`"), place, help);
        Ok(self.placeholder(left.expr.span.to(right.expr.span)))
    }

    /// `operand` cast to a type that ends here.
    pub(super) fn cast_node(
        &self,
        operand: Tree,
        (data_type, type_span): (DataType, Span),
        tried: bool,
    ) -> Parsed<Tree> {
        let span = self.since(operand.expr.span);
        let kind = ExprKind::Cast {
            operand: Box::new(operand.expr),
            tried,
            data_type,
            type_span,
        };
        self.node(kind, span, operand.depth)
    }

    fn chained_comparison(&self) -> Diagnostic {
        let token = self.peek();
        let operator = self.slice(token).to_ascii_uppercase();
        let message = format!("`{operator}` cannot follow another comparison");
        Diagnostic::new(code::SYNTAX, message, token.span)
            .help("join comparisons by AND: `a < b AND b < c`")
    }
}

pub(super) fn join(left: Expr, op: BinaryOperator, op_span: Span, right: Expr) -> ExprKind {
    ExprKind::Binary {
        op,
        op_span,
        left: Box::new(left),
        right: Box::new(right),
    }
}

/// One tree over a chain of AND, OR or `||`. A short chain leans to the left, as it is read; a long
/// one is balanced, which keeps it flat and changes nothing: the operators are associative, and
/// the operands keep their order.
pub(super) fn fold(mut operands: Vec<Tree>, op_spans: &[Span], op: BinaryOperator) -> Tree {
    if operands.len() == 1 {
        return operands.remove(0);
    }
    let middle = if operands.len() <= MAX_PLAIN_CHAIN {
        operands.len() - 1
    } else {
        operands.len() / 2
    };
    let right = operands.split_off(middle);
    let left = fold(operands, &op_spans[..middle - 1], op);
    let right = fold(right, &op_spans[middle..], op);
    let span = left.expr.span.to(right.expr.span);
    Tree {
        depth: left.depth.max(right.depth) + 1,
        expr: Expr {
            kind: join(left.expr, op, op_spans[middle - 1], right.expr),
            span,
        },
    }
}

/// The character of `ESCAPE 'c'`; none for `ESCAPE ''`.
fn escape_character(text: &Text) -> Parsed<Option<char>> {
    let mut chars = text.value.chars();
    let first = chars.next();
    if chars.next().is_none() {
        return Ok(first);
    }
    Err(Diagnostic::new(
        code::LITERAL,
        "an escape is a single character, or nothing",
        text.span,
    )
    .help("write for example `ESCAPE '!'`"))
}

fn too_long(span: Span) -> Diagnostic {
    let message = format!("more than {} operators follow one another", MAX_DEPTH - 1);
    Diagnostic::new(code::NESTING, message, span)
        .at("one operator too many")
        .note("arithmetic goes from left to right, so that each operator is a level of its own")
        .help("put parts of the chain in parentheses: `(a + b + …) + (c + d + …)`")
        .help("or compute a part of it in a CREATE VIEW, and use its column here")
}

fn too_deep(span: Span) -> Diagnostic {
    let message = format!("an expression is nested more than {MAX_DEPTH} levels deep");
    Diagnostic::new(code::NESTING, message, span)
        .at("too deep from here on")
        .help("compute a part of it in a CREATE VIEW, and use its column here")
}
