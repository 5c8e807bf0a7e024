//! Operators with two operands, and unary minus.

use super::coerce::{Operand, Untyped, UntypedValue, cast_to, common};
use super::expr::typed;
use super::scope::Scope;
use super::{Binder, Bound};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{self, BinaryOperator};
use crate::ir::logical::{ArithmeticOperator, CompareOperator, Expr, ExprKind};
use crate::source::Span;
use crate::types::{DataType, IntegerType};

/// What an operator does.
enum Family {
    Arithmetic(ArithmeticOperator),
    Compare(CompareOperator),
    And,
    Or,
}

fn family(op: BinaryOperator) -> Family {
    use BinaryOperator as Op;
    match op {
        Op::Add => Family::Arithmetic(ArithmeticOperator::Add),
        Op::Subtract => Family::Arithmetic(ArithmeticOperator::Subtract),
        Op::Multiply => Family::Arithmetic(ArithmeticOperator::Multiply),
        Op::Divide => Family::Arithmetic(ArithmeticOperator::Divide),
        Op::Modulo => Family::Arithmetic(ArithmeticOperator::Modulo),
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
        if let Family::And | Family::Or = family {
            return self.connective(scope, op, left, right, span);
        }
        let left = self.operand(scope, left);
        let right = self.operand(scope, right);
        let (left, right) = (left?, right?);
        match family {
            Family::Compare(op) => {
                self.warn_null(place, &left, std::slice::from_ref(&right));
                self.warn_null(place, &right, std::slice::from_ref(&left));
                self.compare(scope, (op, place), left, right, span)
                    .map(Operand::Typed)
            }
            Family::Arithmetic(op) => self.arithmetic(scope, (op, place), left, right, span),
            Family::And | Family::Or => unreachable!("connectives are bound above"),
        }
    }

    /// `a AND b AND c` as one node of three operands, and the same for OR.
    fn connective(
        &mut self,
        scope: &Scope,
        op: BinaryOperator,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Bound<Operand> {
        let mut written = vec![right];
        let mut rest = left;
        while let ast::ExprKind::Binary {
            op: inner,
            left,
            right,
            ..
        } = &rest.kind
            && *inner == op
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

    fn arithmetic(
        &mut self,
        scope: &Scope,
        (op, place): (ArithmeticOperator, Place),
        left: Operand,
        right: Operand,
        span: Span,
    ) -> Bound<Operand> {
        let operands = [left, right];
        if let Some(at) = operands.iter().position(|operand| !may_be_number(operand)) {
            return Err(self.not_a_number(scope, place, &operands, at));
        }
        let data_type = match common(&operands) {
            Ok(DataType::Text) => DataType::Float64,
            Ok(data_type) => data_type,
            Err(_) => {
                return Err(self.mismatch(scope, place, "take", (&operands[0], &operands[1])));
            }
        };
        if let DataType::Decimal { .. } = data_type {
            return Err(self.decimal_arithmetic(place));
        }
        let [left, right] = operands.map(|operand| self.coerced(operand, data_type));
        let (left, right) = (Box::new(left?), Box::new(right?));
        let nullable = left.nullable || right.nullable;
        Ok(typed(
            ExprKind::Arithmetic { op, left, right },
            data_type,
            nullable,
            span,
        ))
    }

    /// `-x`
    pub(super) fn negate(
        &mut self,
        scope: &Scope,
        operand: &ast::Expr,
        span: Span,
    ) -> Bound<Operand> {
        let operand = self.operand(scope, operand)?;
        if let Operand::Literal(Untyped {
            value: UntypedValue::Number(text),
            ..
        }) = &operand
        {
            // the sign belongs to the literal, so that -9223372036854775808 is one
            let text = match text.strip_prefix('-') {
                Some(positive) => positive.to_owned(),
                None => format!("-{text}"),
            };
            let value = UntypedValue::Number(text);
            return Ok(Operand::Literal(Untyped { value, span }));
        }
        let place = Place { symbol: "-", span };
        if !may_be_number(&operand) {
            return Err(self.not_a_number(scope, place, &[operand], 0));
        }
        let operand = match operand {
            Operand::Typed(expr) => expr,
            literal @ Operand::Literal(_) => self.coerced(literal, DataType::Float64)?,
        };
        let data_type = match operand.data_type {
            DataType::Integer(integer) => DataType::Integer(signed(integer)),
            DataType::Decimal { .. } => return Err(self.decimal_arithmetic(place)),
            other => other,
        };
        let nullable = operand.nullable;
        let operand = Box::new(cast_to(operand, data_type));
        Ok(typed(ExprKind::Negate(operand), data_type, nullable, span))
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
            if let Some(help) = self.truth_help(left, right) {
                return Some(help);
            }
            let is_instant = |t| matches!(t, DataType::Timestamp(_) | DataType::Date);
            let instant = is(left, is_instant) || is(right, is_instant);
            let number = is(left, is_number) || is(right, is_number);
            let help = "compare with an instant in quotes: `'2024-05-01T12:00:00Z'`";
            return (instant && number).then(|| help.to_owned());
        };
        let name = self.snippet(text.span());
        let wanted = number.type_name();
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

    /// An operand of arithmetic that is no number.
    fn not_a_number(
        &mut self,
        scope: &Scope,
        place: Place,
        operands: &[Operand],
        at: usize,
    ) -> super::Reported {
        let operand = &operands[at];
        let name = operand.type_name();
        let is_time = |operand: &Operand| match operand {
            Operand::Typed(expr) => matches!(
                expr.data_type,
                DataType::Timestamp(_) | DataType::Date | DataType::Time
            ),
            Operand::Literal(_) => false,
        };
        if operands.iter().any(is_time) && operands.len() == 2 && matches!(place.symbol, "+" | "-")
        {
            let message = "arithmetic on dates and times is not supported yet";
            return self.report(
                Diagnostic::new(code::UNSUPPORTED, message, place.span)
                    .at("not supported yet")
                    .context(operand.span(), name),
            );
        }
        let message = format!("operator `{}` takes numbers, not `{name}`", place.symbol);
        let mut diagnostic = Diagnostic::new(code::OPERAND_TYPES, message, place.span)
            .context(operand.span(), name.clone());
        diagnostic = declared_at(scope, diagnostic, operand);
        if name == "TEXT" {
            let text = self.snippet(operand.span());
            diagnostic = diagnostic.help(format!("write `CAST({text} AS DOUBLE)`"));
        }
        self.report(diagnostic)
    }

    pub(super) fn decimal_arithmetic(&mut self, place: Place) -> super::Reported {
        self.report(
            Diagnostic::new(
                code::UNSUPPORTED,
                "DECIMAL arithmetic is not supported yet",
                place.span,
            )
            .at("not supported yet")
            .help("calculate in floating point: `CAST(… AS DOUBLE)`"),
        )
    }
}

/// Marks where a bare column's type is declared.
fn declared_at(scope: &Scope, diagnostic: Diagnostic, operand: &Operand) -> Diagnostic {
    if let Operand::Typed(expr) = operand
        && let Some(declared) = scope.declared(expr)
    {
        return diagnostic.context(declared, format!("declared `{}` here", expr.data_type));
    }
    diagnostic
}

/// Whether arithmetic can take it: a number, or a literal that may stand for one.
fn may_be_number(operand: &Operand) -> bool {
    match operand {
        Operand::Typed(expr) => expr.data_type.is_numeric(),
        Operand::Literal(_) => true,
    }
}

/// The signed type that holds the negative of each value, as far as there is one.
fn signed(integer: IntegerType) -> IntegerType {
    match integer {
        IntegerType::UInt8 => IntegerType::Int16,
        IntegerType::UInt16 => IntegerType::Int32,
        IntegerType::UInt32 | IntegerType::UInt64 => IntegerType::Int64,
        signed @ (IntegerType::Int8
        | IntegerType::Int16
        | IntegerType::Int32
        | IntegerType::Int64) => signed,
    }
}
