//! Function calls.

use super::coerce::{Operand, UntypedValue};
use super::expr::typed;
use super::operator::Place;
use super::scope::Scope;
use super::{Binder, Bound, Reported};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::functions::{
    AGGREGATES, Function, LATER, Nulls, Parameters, ResultType, SIGNATURES, Signature,
};
use crate::ir::ast::{self, Name};
use crate::ir::logical::{Expr, ExprKind};
use crate::source::Span;
use crate::types::DataType;
use crate::types::cast::{CastKind, cast_kind};

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
        let Some(signature) = SIGNATURES.iter().find(|signature| signature.name == lower) else {
            return Err(self.unknown_function(name, &lower));
        };
        let operands = self.operands(scope, arguments)?;
        let arguments = self.arguments(scope, signature, operands, name, span)?;
        let data_type = match signature.result {
            ResultType::Is(data_type) => data_type,
            ResultType::SameAsArguments => arguments[0].data_type,
        };
        let nullable = match signature.nulls {
            Nulls::Strict => arguments.iter().any(|argument| argument.nullable),
            Nulls::FirstNotNull => arguments.iter().all(|argument| argument.nullable),
            Nulls::Always => true,
        };
        let function = signature.function;
        Ok(typed(
            ExprKind::Call {
                function,
                arguments,
            },
            data_type,
            nullable,
            span,
        ))
    }

    fn arguments(
        &mut self,
        scope: &Scope,
        signature: &Signature,
        operands: Vec<Operand>,
        name: &Name,
        span: Span,
    ) -> Bound<Vec<Expr>> {
        let count = operands.len();
        let (least, most) = match signature.parameters {
            Parameters::Exactly(types) => (types.len(), types.len()),
            Parameters::OneNumber => (1, 1),
            Parameters::Common { min, max } => (min, max),
        };
        if !(least..=most).contains(&count) {
            return Err(self.report(wrong_count(signature, count, (least, most), span)));
        }
        match signature.parameters {
            Parameters::Exactly(types) => {
                let pairs = operands.into_iter().zip(types);
                let arguments: Vec<Bound<Expr>> = pairs
                    .map(|(operand, wanted)| self.argument(signature, operand, *wanted))
                    .collect();
                arguments.into_iter().collect()
            }
            Parameters::OneNumber => self.one_number(signature, operands, name),
            Parameters::Common { .. } if signature.function == Function::Nullif => {
                let place = Place {
                    symbol: "nullif",
                    span: name.span,
                };
                let data_type = super::coerce::common(&operands);
                let operands = self.comparable(scope, place, operands)?;
                let data_type = data_type.expect("comparable operands have a common type");
                Ok(operands
                    .into_iter()
                    .map(|operand| super::coerce::cast_to(operand, data_type))
                    .collect())
            }
            Parameters::Common { .. } => self.same_type(scope, signature.name, operands),
        }
    }

    fn argument(
        &mut self,
        signature: &Signature,
        operand: Operand,
        wanted: DataType,
    ) -> Bound<Expr> {
        let is_open = matches!(
            &operand,
            Operand::Literal(literal)
                if matches!(literal.value, UntypedValue::Null | UntypedValue::Text(_))
        );
        if is_open {
            return self.coerced(operand, wanted);
        }
        let expr = self.typed(operand)?;
        let kind = cast_kind(expr.data_type, wanted);
        if kind == Some(CastKind::Implicit) {
            return Ok(super::coerce::cast_to(expr, wanted));
        }
        let message = format!(
            "`{}` takes {wanted}, not `{}`",
            signature.name, expr.data_type
        );
        let mut diagnostic = Diagnostic::new(code::UNKNOWN_FUNCTION, message, expr.span)
            .at(format!("`{}`", expr.data_type));
        if kind.is_some() {
            let text = self.snippet(expr.span);
            diagnostic = diagnostic.help(format!("write `CAST({text} AS {wanted})`"));
        }
        Err(self.report(diagnostic))
    }

    fn one_number(
        &mut self,
        signature: &Signature,
        operands: Vec<Operand>,
        name: &Name,
    ) -> Bound<Vec<Expr>> {
        let operand = operands.into_iter().next().expect("the count was checked");
        let expr = match &operand {
            Operand::Literal(literal) if !matches!(literal.value, UntypedValue::Number(_)) => {
                self.coerced(operand, DataType::Float64)?
            }
            Operand::Typed(_) | Operand::Literal(_) => self.typed(operand)?,
        };
        match expr.data_type {
            DataType::Integer(_) | DataType::Float32 | DataType::Float64 => Ok(vec![expr]),
            DataType::Decimal { .. } => {
                let place = Place {
                    symbol: signature.name,
                    span: name.span,
                };
                Err(self.decimal_arithmetic(place))
            }
            DataType::Boolean
            | DataType::Text
            | DataType::Bytes
            | DataType::Timestamp(_)
            | DataType::Date
            | DataType::Time
            | DataType::Json => {
                let message = format!("`{}` takes a number", signature.name);
                let mut diagnostic = Diagnostic::new(code::UNKNOWN_FUNCTION, message, expr.span)
                    .at(format!("`{}`", expr.data_type));
                if expr.data_type == DataType::Text {
                    let text = self.snippet(expr.span);
                    diagnostic = diagnostic.help(format!("write `CAST({text} AS DOUBLE)`"));
                }
                Err(self.report(diagnostic))
            }
        }
    }

    fn unknown_function(&mut self, name: &Name, lower: &str) -> Reported {
        if LATER.contains(&lower) {
            let message = format!("function `{lower}` is not supported yet");
            return self.report(
                Diagnostic::new(code::UNSUPPORTED, message, name.span)
                    .at("not supported yet")
                    .note(format!("supported are {}", names().join(", "))),
            );
        }
        let message = format!("no function `{}`", name.text);
        let diagnostic = Diagnostic::new(code::UNKNOWN_FUNCTION, message, name.span);
        let diagnostic = diagnostic.at("unknown function");
        let known = || {
            names()
                .into_iter()
                .chain(AGGREGATES.iter().chain(LATER).copied())
        };
        self.report(match nearest(lower, known()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.note(format!("the functions are {}", names().join(", "))),
        })
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

fn names() -> Vec<&'static str> {
    SIGNATURES.iter().map(|signature| signature.name).collect()
}

fn wrong_count(
    signature: &Signature,
    count: usize,
    (least, most): (usize, usize),
    span: Span,
) -> Diagnostic {
    let arguments = |count: usize| match count {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        count => format!("{count} arguments"),
    };
    let wanted = if least == most {
        arguments(least)
    } else {
        format!("{least} to {}", arguments(most))
    };
    let message = format!("`{}` takes {wanted}, not {count}", signature.name);
    Diagnostic::new(code::UNKNOWN_FUNCTION, message, span).at(arguments(count))
}
