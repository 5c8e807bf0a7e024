//! Comparisons and connectives, and which operator does what.

use super::coerce::{Operand, Untyped, UntypedValue, common};
use super::expr::typed;
use super::pattern::Match;
use super::scope::Scope;
use super::{Binder, Bound};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{self, BinaryOperator, Name};
use crate::ir::logical::{CompareOperator, Expr, ExprKind, Operator};
use crate::source::Span;
use crate::types::DataType;

/// What an operator does.
enum Family {
    Arithmetic(Operator),
    /// `^`: the function `power`
    Power,
    /// `&`, `|`, `#`
    Bits(Operator),
    Shift(Operator),
    Concat,
    /// `->`, `->>`
    Json(Operator),
    /// `~`, `~*`, `!~`, `!~*`
    Match(Match),
    Compare(CompareOperator),
    And,
    Or,
}

fn family(op: BinaryOperator) -> Family {
    use BinaryOperator as Op;
    match op {
        Op::Add => Family::Arithmetic(Operator::Add),
        Op::Subtract => Family::Arithmetic(Operator::Subtract),
        Op::Multiply => Family::Arithmetic(Operator::Multiply),
        Op::Divide => Family::Arithmetic(Operator::Divide),
        Op::Modulo => Family::Arithmetic(Operator::Modulo),
        Op::Power => Family::Power,
        Op::BitAnd => Family::Bits(Operator::BitAnd),
        Op::BitOr => Family::Bits(Operator::BitOr),
        Op::BitXor => Family::Bits(Operator::BitXor),
        Op::ShiftLeft => Family::Shift(Operator::ShiftLeft),
        Op::ShiftRight => Family::Shift(Operator::ShiftRight),
        Op::Concat => Family::Concat,
        Op::JsonGet => Family::Json(Operator::JsonGet),
        Op::JsonGetText => Family::Json(Operator::JsonGetText),
        Op::Matches => Family::Match(Match::new(false, false)),
        Op::MatchesAnyCase => Family::Match(Match::new(true, false)),
        Op::MatchesNot => Family::Match(Match::new(false, true)),
        Op::MatchesNotAnyCase => Family::Match(Match::new(true, true)),
        Op::Equal => Family::Compare(CompareOperator::Equal),
        Op::NotEqual => Family::Compare(CompareOperator::NotEqual),
        Op::Less => Family::Compare(CompareOperator::Less),
        Op::LessOrEqual => Family::Compare(CompareOperator::LessOrEqual),
        Op::Greater => Family::Compare(CompareOperator::Greater),
        Op::GreaterOrEqual => Family::Compare(CompareOperator::GreaterOrEqual),
        Op::And => Family::And,
        Op::Or => Family::Or,
    }
}

/// The comparison that an operator is; the grammar lets no other one stand before ANY.
pub(super) fn comparison(op: BinaryOperator) -> CompareOperator {
    match family(op) {
        Family::Compare(op) => op,
        Family::Arithmetic(_)
        | Family::Power
        | Family::Bits(_)
        | Family::Shift(_)
        | Family::Concat
        | Family::Json(_)
        | Family::Match(_)
        | Family::And
        | Family::Or => unreachable!("`{}` is no comparison", op.as_str()),
    }
}

/// An operator where it stands, for diagnostics.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) symbol: &'static str,
    pub(super) span: Span,
}

impl Binder<'_> {
    /// `left op right`
    pub(super) fn binary(
        &mut self,
        scope: &Scope,
        (op, op_span): (BinaryOperator, Span),
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Bound<Operand> {
        let place = Place {
            symbol: op.as_str(),
            span: op_span,
        };
        let family = family(op);
        match family {
            Family::And | Family::Or => return self.connective(scope, op, left, right, span),
            Family::Concat => return self.concat_chain(scope, place, [left, right]),
            Family::Power => {
                let power = Name {
                    text: "power".to_owned(),
                    quoted: false,
                    span: op_span,
                };
                return self.call(scope, &power, &[left.clone(), right.clone()], span);
            }
            Family::Arithmetic(_)
            | Family::Bits(_)
            | Family::Shift(_)
            | Family::Json(_)
            | Family::Match(_)
            | Family::Compare(_) => {}
        }
        if let Family::Json(op) = family {
            self.cast_of_key(left, right, place)?;
            self.joined_before(scope, (op, place), left, span.end)?;
        }
        let takes_words = matches!(family, Family::Json(_) | Family::Compare(_));
        let left = if matches!(family, Family::Compare(_)) {
            self.value_or_word(scope, left)
        } else {
            self.operand(scope, left)
        };
        let right = if takes_words {
            self.value_or_word(scope, right)
        } else {
            self.operand(scope, right)
        };
        let (left, right) = (left?, right?);
        match family {
            Family::Compare(op) => {
                self.warn_null(place, &left, std::slice::from_ref(&right));
                self.warn_null(place, &right, std::slice::from_ref(&left));
                self.compare(scope, (op, place), left, right, span)
                    .map(Operand::Typed)
            }
            Family::Arithmetic(op) => self.arithmetic(scope, (op, place), left, right, span),
            Family::Bits(op) => self.bits(scope, (op, place), [left, right], span),
            Family::Shift(op) => self.shift(scope, (op, place), left, right, span),
            Family::Json(op) => self.json_get(scope, (op, place), left, right, span),
            Family::Match(wanted) => self.regex_match(scope, (wanted, place), [left, right], span),
            Family::And | Family::Or | Family::Concat | Family::Power => {
                unreachable!("these are bound above")
            }
        }
    }

    /// `a AND b AND c` as one node of three operands, and the same for OR. The comparisons that an
    /// ANY or ALL stands for stay one operand among others, as it was written.
    fn connective(
        &mut self,
        scope: &Scope,
        op: BinaryOperator,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Bound<Operand> {
        let is_expanded = |left: &ast::Expr, right: &ast::Expr| left.span == right.span;
        let expanded = is_expanded(left, right);
        let mut written = vec![right];
        let mut rest = left;
        while let ast::ExprKind::Binary {
            op: inner,
            left,
            right,
            ..
        } = &rest.kind
            && *inner == op
            && is_expanded(left, right) == expanded
        {
            written.push(right);
            rest = left;
        }
        written.push(rest);
        let mut operands = Vec::new();
        let mut failed = None;
        for operand in written.into_iter().rev() {
            let bound = self.operand(scope, operand);
            match bound.and_then(|operand| self.boolean(scope, operand, op.as_str())) {
                Ok(operand) => operands.push(operand),
                Err(reported) => failed = Some(reported),
            }
        }
        if let Some(reported) = failed {
            return Err(reported);
        }
        let nullable = operands.iter().any(|operand| operand.nullable);
        let kind = if op == BinaryOperator::And {
            ExprKind::And(operands)
        } else {
            ExprKind::Or(operands)
        };
        Ok(typed(kind, DataType::Boolean, nullable, span))
    }

    /// `left op right` as a BOOLEAN.
    pub(super) fn compare(
        &mut self,
        scope: &Scope,
        (op, place): (CompareOperator, Place),
        left: Operand,
        right: Operand,
        span: Span,
    ) -> Bound<Expr> {
        let mut operands = self.comparable(scope, place, vec![left, right])?;
        let right = Box::new(operands.pop().expect("two operands"));
        let left = Box::new(operands.pop().expect("two operands"));
        Ok(Expr {
            nullable: left.nullable || right.nullable,
            kind: ExprKind::Compare { op, left, right },
            data_type: DataType::Boolean,
            span,
        })
    }

    /// `left IS [NOT] DISTINCT FROM right`
    pub(super) fn is_distinct(
        &mut self,
        scope: &Scope,
        operands: [&ast::Expr; 2],
        negated: bool,
        span: Span,
    ) -> Bound<Operand> {
        let operands = self.operands(scope, operands)?;
        let place = Place {
            symbol: "IS DISTINCT FROM",
            span,
        };
        let mut operands = self.comparable(scope, place, operands)?;
        let right = Box::new(operands.pop().expect("two operands"));
        let left = Box::new(operands.pop().expect("two operands"));
        let kind = ExprKind::IsDistinct {
            left,
            right,
            negated,
        };
        Ok(typed(kind, DataType::Boolean, false, span))
    }

    /// The operands, all of one type that can be compared, or all integers.
    pub(super) fn comparable(
        &mut self,
        scope: &Scope,
        place: Place,
        operands: Vec<Operand>,
    ) -> Bound<Vec<Expr>> {
        let data_type = match common(&operands) {
            Ok(data_type) => data_type,
            Err((left, right)) => {
                let verb = "compare";
                let pair = (&operands[left.min(right)], &operands[left.max(right)]);
                return Err(self.mismatch(scope, place, verb, pair));
            }
        };
        if data_type == DataType::Json {
            return Err(self.json_comparison(place, &operands));
        }
        if data_type.is_nested() {
            return Err(self.nested_comparison(place, data_type));
        }
        let mut bound = Vec::new();
        for operand in operands {
            bound.push(match operand {
                // integers of different types are compared exactly, without a cast
                Operand::Typed(expr)
                    if matches!(
                        (expr.data_type, data_type),
                        (DataType::Integer(_), DataType::Integer(_))
                    ) =>
                {
                    expr
                }
                operand @ Operand::Typed(_) => self.coerced(operand, data_type)?,
                operand @ Operand::Literal(_) => self.beside(operand, data_type)?,
            });
        }
        Ok(bound)
    }

    /// A literal beside values of `data_type`; an integer keeps its own type among integers, so
    /// that comparing a TINYINT with 300 is false and no error.
    fn beside(&mut self, operand: Operand, data_type: DataType) -> Bound<Expr> {
        let is_number = matches!(
            &operand,
            Operand::Literal(Untyped {
                value: UntypedValue::Number(_),
                ..
            })
        );
        if is_number && matches!(data_type, DataType::Integer(_)) {
            return self.typed(operand);
        }
        self.coerced(operand, data_type)
    }

    /// Two operands that do not go together.
    pub(super) fn mismatch(
        &mut self,
        scope: &Scope,
        place: Place,
        verb: &str,
        (left, right): (&Operand, &Operand),
    ) -> super::Reported {
        let (left_name, right_name) = (left.type_name(), right.type_name());
        let symbol = place.symbol;
        let message =
            format!("operator `{symbol}` cannot {verb} `{left_name}` with `{right_name}`");
        let mut diagnostic = Diagnostic::new(code::OPERAND_TYPES, message, place.span)
            .context(left.span(), left_name)
            .context(right.span(), right_name);
        for operand in [left, right] {
            diagnostic = declared_at(scope, diagnostic, operand);
        }
        if let Some(help) = self.mismatch_help(left, right) {
            diagnostic = diagnostic.help(help);
        }
        self.report(diagnostic)
    }

    /// How to compare a text with a number.
    fn mismatch_help(&self, left: &Operand, right: &Operand) -> Option<String> {
        let is = |operand: &Operand, wanted: fn(DataType) -> bool| match operand {
            Operand::Typed(expr) => wanted(expr.data_type),
            Operand::Literal(literal) => match &literal.value {
                UntypedValue::Number(_) => wanted(DataType::Float64),
                UntypedValue::Text(_) | UntypedValue::Null => false,
            },
        };
        let (is_text, is_number) = (|t| t == DataType::Text, DataType::is_numeric);
        let text_and_number = [(left, right), (right, left)]
            .into_iter()
            .find(|(text, number)| is(text, is_text) && is(number, is_number));
        let Some((text, number)) = text_and_number else {
            let help = self.truth_help(left, right);
            let help = help.or_else(|| self.json_help(left, right));
            return help.or_else(|| self.units_help(left, right));
        };
        let name = self.snippet(text.span());
        // a whole number in a query says little of what devices send
        let wanted = match number {
            Operand::Typed(_) => number.type_name(),
            Operand::Literal(_) => DataType::Float64.to_string(),
        };
        Some(match text {
            Operand::Typed(Expr {
                kind: ExprKind::Column(_),
                ..
            }) => format!("declare `{name} {wanted}`, or write `CAST({name} AS {wanted})`"),
            Operand::Typed(_) | Operand::Literal(_) => {
                format!("write `CAST({name} AS {wanted})`")
            }
        })
    }

    /// How to compare what stands in JSON.
    fn json_help(&self, left: &Operand, right: &Operand) -> Option<String> {
        let (json, other) = [(left, right), (right, left)]
            .into_iter()
            .find(|(json, _)| json.type_name() == "JSON")?;
        let wanted = match other {
            Operand::Typed(expr) => expr.data_type,
            Operand::Literal(_) => DataType::Float64,
        };
        let name = self.snippet(json.span());
        // the last step may give the text of the value
        Some(match name.rsplit_once("->") {
            Some((before, key)) => format!("write `CAST({before}->>{key} AS {wanted})`"),
            None => "declare a column with PATH for the value inside".to_owned(),
        })
    }

    /// How to test a BOOLEAN, where it is compared with a number.
    fn truth_help(&self, left: &Operand, right: &Operand) -> Option<String> {
        let is_truth = |operand: &Operand| operand.type_name() == "BOOLEAN";
        let is_number = |operand: &Operand| match operand {
            Operand::Typed(expr) => expr.data_type.is_numeric(),
            Operand::Literal(literal) => matches!(literal.value, UntypedValue::Number(_)),
        };
        let (truth, _) = [(left, right), (right, left)]
            .into_iter()
            .find(|(truth, number)| is_truth(truth) && is_number(number))?;
        let name = self.snippet(truth.span());
        Some(format!(
            "a BOOLEAN is a condition itself: write `{name}` or `NOT {name}`"
        ))
    }

    pub(super) fn nested_comparison(
        &mut self,
        place: Place,
        data_type: DataType,
    ) -> super::Reported {
        let message = format!("operator `{}` cannot compare `{data_type}`", place.symbol);
        self.report(
            Diagnostic::new(code::OPERAND_TYPES, message, place.span)
                .at("not for nested values")
                .help("compare fields or elements: `s.field = …`, `a[1] = …`, `… = ANY(a)`"),
        )
    }

    fn json_comparison(&mut self, place: Place, operands: &[Operand]) -> super::Reported {
        let is_json = |operand: &&Operand| match operand {
            Operand::Typed(expr) => expr.data_type == DataType::Json,
            Operand::Literal(_) => false,
        };
        let json = operands
            .iter()
            .find(is_json)
            .map_or(place.span, Operand::span);
        let text = self.snippet(json);
        let message = format!("operator `{}` cannot compare JSON", place.symbol);
        self.report(
            Diagnostic::new(code::OPERAND_TYPES, message, place.span)
                .context(json, "JSON")
                .note("one JSON value can be written in many ways: order of keys, spaces, escapes")
                .help(format!("compare its text: `CAST({text} AS TEXT)`"))
                .help("or declare a column with PATH for the value inside"),
        )
    }
}

/// Marks where a bare column's type is declared.
pub(super) fn declared_at(scope: &Scope, diagnostic: Diagnostic, operand: &Operand) -> Diagnostic {
    if let Operand::Typed(expr) = operand
        && let Some(declared) = scope.declared(expr)
        && !diagnostic.labels.iter().any(|label| label.span == declared)
    {
        return diagnostic.context(declared, format!("declared `{}` here", expr.data_type));
    }
    diagnostic
}
