//! Function calls.

use super::coerce::{Operand, UntypedValue, cast_to, common};
use super::expr::typed;
use super::operator::Place;
use super::scope::Scope;
use super::{Binder, Bound, Reported, constant};
use crate::diagnostics::{Diagnostic, code};
use crate::functions::{
    AGGREGATES, Body, Constant, Function, Nulls, Operator, Parameter, ResultType, overloads,
};
use crate::ir::ast::{self, BinaryOperator, Name};
use crate::ir::logical::{Expr, ExprKind, Value};
use crate::source::Span;
use crate::types::{ArrayType, DataType, IntegerType, TimestampPrecision};

/// The most digits of a DECIMAL.
const MAX_PRECISION: u8 = 38;

impl Binder<'_> {
    /// `name(arguments)`
    pub(super) fn call(
        &mut self,
        scope: &Scope,
        name: &Name,
        arguments: &[ast::Expr],
        span: Span,
    ) -> Bound<Operand> {
        let lower = name.text.to_ascii_lowercase();
        if AGGREGATES.contains(&lower.as_str()) {
            self.aggregates.push(span);
            return Err(Reported);
        }
        let candidates = overloads(&lower);
        let Some(first) = candidates.first() else {
            return Err(self.unknown_function(name, &lower, arguments));
        };
        if let (Body::Operator(operator), [left, right]) = (first.body, arguments) {
            let op = match operator {
                Operator::Modulo => BinaryOperator::Modulo,
            };
            return self.binary(scope, (op, name.span), left, right, span);
        }
        let operands = self.operands(scope, arguments)?;
        let function = self.overload(&lower, &candidates, &operands, span)?;
        let arguments = self.arguments(scope, function, &lower, operands, name, span)?;
        Ok(result(function, arguments, span))
    }

    /// The arguments of `function`, cast to what it takes; what is left out takes its default.
    fn arguments(
        &mut self,
        scope: &Scope,
        function: &'static Function,
        name: &str,
        operands: Vec<Operand>,
        place: &Name,
        span: Span,
    ) -> Bound<Vec<Expr>> {
        let mut arguments = match function.body {
            Body::Nullif => self.nullif(scope, operands, place)?,
            Body::Runtime { .. }
            | Body::Coalesce
            | Body::Now
            | Body::Extreme { .. }
            | Body::Operator(_) => self.matched(scope, function, name, operands)?,
        };
        let missing = function.parameters.len().saturating_sub(arguments.len());
        let defaults = &function.defaults[function.defaults.len() - missing..];
        arguments.extend(
            defaults
                .iter()
                .map(|default| default_argument(*default, span)),
        );
        self.check_regex(name, function, &arguments)?;
        Ok(arguments)
    }

    fn nullif(&mut self, scope: &Scope, operands: Vec<Operand>, name: &Name) -> Bound<Vec<Expr>> {
        let place = Place {
            symbol: "nullif",
            span: name.span,
        };
        let data_type = common(&operands);
        let operands = self.comparable(scope, place, operands)?;
        let data_type = data_type.expect("comparable operands have a common type");
        let cast = |operand| cast_to(operand, data_type);
        Ok(operands.into_iter().map(cast).collect())
    }

    /// Each operand as its parameter wants it; those of one kind are brought to one type.
    fn matched(
        &mut self,
        scope: &Scope,
        function: &'static Function,
        name: &str,
        operands: Vec<Operand>,
    ) -> Bound<Vec<Expr>> {
        let of_kind: Vec<_> = operands
            .iter()
            .enumerate()
            .filter(|(at, _)| is_kind(function.parameter(*at)))
            .map(|(_, operand)| operand.clone())
            .collect();
        let mut of_kind = self.same_kind(scope, function, name, of_kind)?.into_iter();
        let bound: Vec<Bound<Vec<Expr>>> = operands
            .into_iter()
            .enumerate()
            .map(|(at, operand)| {
                let parameter = function.parameter(at);
                let one = match parameter {
                    Parameter::Is(data_type) => self.coerced(operand, data_type),
                    Parameter::Number
                    | Parameter::Integer
                    | Parameter::Decimal
                    | Parameter::Timestamp
                    | Parameter::Comparable
                    | Parameter::Any => {
                        let expr = of_kind.next().expect("each was bound");
                        Ok(instant(parameter, expr))
                    }
                    Parameter::AsText => self.text_of(name, operand),
                    Parameter::Word(words) => self.word(name, words, operand),
                    Parameter::Key => self.json_key(operand),
                    Parameter::Path => return self.path_argument(name, operand),
                    Parameter::Filter => self.topic_filter(operand),
                    Parameter::Pattern => self.pattern_argument(operand),
                    Parameter::Flags => self.constant_text(name, "flags", operand),
                    Parameter::Template(of) => self.template(name, of, operand),
                };
                one.map(|expr| vec![expr])
            })
            .collect();
        let bound: Bound<Vec<_>> = bound.into_iter().collect();
        Ok(bound?.into_iter().flatten().collect())
    }

    /// Operands for parameters of one kind, brought to one type.
    fn same_kind(
        &mut self,
        scope: &Scope,
        function: &'static Function,
        name: &str,
        operands: Vec<Operand>,
    ) -> Bound<Vec<Expr>> {
        let open = |operand: &Operand| {
            matches!(operand, Operand::Literal(literal)
                if !matches!(literal.value, UntypedValue::Number(_)))
        };
        let kind = (0..function.parameters.len())
            .map(|at| function.parameter(at))
            .find_map(default_type);
        match kind {
            Some(data_type) if operands.iter().all(open) => {
                let coerced: Vec<_> = operands
                    .into_iter()
                    .map(|operand| self.coerced(operand, data_type))
                    .collect();
                coerced.into_iter().collect()
            }
            Some(_) | None => self.same_type(scope, &format!("`{name}`"), operands),
        }
    }

    /// Reports the aggregates of a query, together.
    pub(super) fn report_aggregates(&mut self) {
        let spans = std::mem::take(&mut self.aggregates);
        let Some((first, rest)) = spans.split_first() else {
            return;
        };
        let message = "aggregates are not supported yet: they need a window";
        let diagnostic = Diagnostic::new(code::UNSUPPORTED, message, *first).at("an aggregate");
        let add = |diagnostic: Diagnostic, span: &Span| diagnostic.also(*span, "an aggregate");
        self.report(
            rest.iter()
                .fold(diagnostic, add)
                .note("a stream has no end, so an aggregate must say over which time it counts")
                .help("select the rows themselves, and aggregate where they arrive"),
        );
    }
}

/// Whether the parameter takes several types.
fn is_kind(parameter: Parameter) -> bool {
    match parameter {
        Parameter::Number
        | Parameter::Integer
        | Parameter::Decimal
        | Parameter::Timestamp
        | Parameter::Comparable
        | Parameter::Any => true,
        Parameter::Is(_)
        | Parameter::AsText
        | Parameter::Key
        | Parameter::Path
        | Parameter::Filter
        | Parameter::Pattern
        | Parameter::Flags
        | Parameter::Template(_)
        | Parameter::Word(_) => false,
    }
}

/// The type of a text or NULL without a type of its own, where a parameter takes several.
pub(super) fn default_type(parameter: Parameter) -> Option<DataType> {
    match parameter {
        Parameter::Number => Some(DataType::Float64),
        Parameter::Integer => Some(DataType::Integer(IntegerType::Int32)),
        Parameter::Timestamp => Some(DataType::Timestamp(TimestampPrecision::Microseconds)),
        Parameter::Is(_)
        | Parameter::Decimal
        | Parameter::Comparable
        | Parameter::Any
        | Parameter::AsText
        | Parameter::Key
        | Parameter::Path
        | Parameter::Filter
        | Parameter::Pattern
        | Parameter::Flags
        | Parameter::Template(_)
        | Parameter::Word(_) => None,
    }
}

/// A DATE is its midnight where an instant is wanted.
fn instant(parameter: Parameter, expr: Expr) -> Expr {
    let wanted = (parameter == Parameter::Timestamp).then_some(parameter);
    match (expr.data_type, wanted.and_then(default_type)) {
        (DataType::Date, Some(timestamp)) => cast_to(expr, timestamp),
        (_, Some(_) | None) => expr,
    }
}

fn default_argument(default: Constant, span: Span) -> Expr {
    let (value, data_type) = match default {
        Constant::Integer(number) => (
            Value::Integer(number.into()),
            DataType::Integer(IntegerType::Int64),
        ),
        Constant::Text(text) => (Value::Text(text.to_owned()), DataType::Text),
    };
    Expr {
        kind: ExprKind::Literal(value),
        data_type,
        nullable: false,
        span,
    }
}

/// The call, typed.
pub(super) fn result(function: &'static Function, arguments: Vec<Expr>, span: Span) -> Operand {
    let is_nullable = |argument: &Expr| argument.nullable;
    let nullable = match function.nulls {
        Nulls::Strict => {
            let strict = function.strict_arguments(arguments.len());
            arguments[..strict].iter().any(is_nullable)
        }
        Nulls::PassedOver => arguments.iter().any(is_nullable),
        Nulls::FirstNotNull => arguments.iter().all(is_nullable),
        Nulls::StrictOrMissing | Nulls::Always => true,
    };
    let first = arguments.first().map(|argument| argument.data_type);
    let (data_type, rounded) = match function.result {
        ResultType::Is(data_type) => (data_type, data_type),
        ResultType::SameAsFirst => {
            let first = first.expect("a function of this kind has an argument");
            (first, first)
        }
        ResultType::SameAsLast => {
            let last = arguments
                .last()
                .expect("a function of this kind has an argument");
            (last.data_type, last.data_type)
        }
        ResultType::Instant => {
            let last = arguments.last().map(|argument| argument.data_type);
            let instant = match last {
                Some(DataType::Timestamp(TimestampPrecision::Nanoseconds)) => {
                    TimestampPrecision::Nanoseconds
                }
                _ => TimestampPrecision::Microseconds,
            };
            (DataType::Timestamp(instant), DataType::Timestamp(instant))
        }
        ResultType::Texts => {
            let texts = DataType::Array(ArrayType::new(DataType::Text));
            (texts, texts)
        }
        ResultType::Whole => rounded(first, Some(0)),
        ResultType::Rounded => rounded(first, constant_digits(&arguments)),
    };
    let call = ExprKind::Call {
        function,
        arguments,
    };
    let call = typed(call, data_type, nullable, span);
    match call {
        Operand::Typed(call) => Operand::Typed(cast_to(call, rounded)),
        literal @ Operand::Literal(_) => literal,
    }
}

/// The type of a DECIMAL that is rounded to so many digits, before and after those behind are
/// cut off.
fn rounded(argument: Option<DataType>, digits: Option<i128>) -> (DataType, DataType) {
    let Some(DataType::Decimal { precision, scale }) = argument else {
        unreachable!("only a DECIMAL is rounded so")
    };
    // 9.99 becomes 10.00
    let wider = DataType::Decimal {
        precision: (precision + 1).min(MAX_PRECISION),
        scale,
    };
    let kept = digits.and_then(|digits| u8::try_from(digits.max(0)).ok());
    match kept.filter(|kept| *kept < scale) {
        Some(kept) => {
            let cut = DataType::Decimal {
                precision: precision - scale + kept + 1,
                scale: kept,
            };
            (wider, cut)
        }
        None => (wider, wider),
    }
}

fn constant_digits(arguments: &[Expr]) -> Option<i128> {
    match constant::fold(arguments.get(1)?)? {
        Value::Integer(digits) => Some(digits),
        Value::Null
        | Value::Boolean(_)
        | Value::Float32(_)
        | Value::Float64(_)
        | Value::Decimal(_)
        | Value::Text(_)
        | Value::Bytes(_)
        | Value::Timestamp(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Interval { .. } => None,
    }
}
