//! Which overload of a function a call means, and what to say if none.

use super::call::default_type;
use super::coerce::{Operand, UntypedValue, conversion, number_type};
use super::{Binder, Bound};
use crate::diagnostics::{Diagnostic, code};
use crate::functions::{Function, Parameter, Words};
use crate::source::Span;
use crate::types::cast::{CastKind, cast_kind};
use crate::types::{DataType, IntegerType};

/// How well an argument fits a parameter, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It has the type.
    Exact,
    /// A text without a type of its own is not TEXT by preference.
    Open,
    /// It is cast, unasked.
    Implicit,
}

impl Binder<'_> {
    /// The function of this name whose parameters fit best: most exactly, and of several the first
    /// in its table.
    pub(super) fn overload(
        &mut self,
        name: &str,
        candidates: &[&'static Function],
        operands: &[Operand],
        span: Span,
    ) -> Bound<&'static Function> {
        let fits = |function: &&'static Function| {
            let fits: Option<Vec<Fit>> = operands
                .iter()
                .enumerate()
                .map(|(at, operand)| fit(function.parameter(at), operand))
                .collect();
            fits.map(|fits| {
                let count = |wanted| fits.iter().filter(|fit| **fit == wanted).count();
                (count(Fit::Implicit), count(Fit::Open))
            })
        };
        let counted: Vec<_> = candidates
            .iter()
            .filter(|function| {
                let (least, most) = function.arity();
                (least..=most).contains(&operands.len())
            })
            .copied()
            .collect();
        let best = counted
            .iter()
            .filter_map(|function| Some((fits(function)?, *function)))
            .min_by_key(|(fits, _)| *fits);
        match (best, counted.as_slice()) {
            (Some((_, function)), _) => Ok(function),
            (None, []) => Err(self.report(wrong_count(name, candidates, operands.len(), span))),
            (None, [only]) => Err(self.wrong_type(name, only, operands)),
            (None, _) => Err(self.no_overload(name, &counted, operands, span)),
        }
    }

    /// The first argument that does not fit the only function in question.
    fn wrong_type(
        &mut self,
        name: &str,
        function: &Function,
        operands: &[Operand],
    ) -> super::Reported {
        let (at, operand) = operands
            .iter()
            .enumerate()
            .find(|(at, operand)| fit(function.parameter(*at), operand).is_none())
            .expect("an argument does not fit");
        let (parameter, given) = (function.parameter(at), operand.type_name());
        let place = if operands.len() > 1 {
            format!(" as argument {}", at + 1)
        } else {
            String::new()
        };
        let message = format!("`{name}` takes {parameter}{place}, not `{given}`");
        let diagnostic = Diagnostic::new(code::UNKNOWN_FUNCTION, message, operand.span())
            .at(format!("`{given}`"));
        let diagnostic = self.with_cast(diagnostic, parameter, operand);
        self.report(diagnostic)
    }

    /// Arguments that fit none of several functions. A cast that makes the first of them fit is
    /// the way out.
    fn no_overload(
        &mut self,
        name: &str,
        candidates: &[&Function],
        operands: &[Operand],
        span: Span,
    ) -> super::Reported {
        let given: Vec<_> = operands.iter().map(Operand::type_name).collect();
        let message = format!("no `{name}` takes ({})", given.join(", "));
        let mut diagnostic = Diagnostic::new(code::UNKNOWN_FUNCTION, message, span)
            .at("not with these types")
            .note(listed(name, candidates));
        let mut misfits = operands.iter().enumerate().filter_map(|(at, operand)| {
            let parameter = candidates[0].parameter(at);
            fit(parameter, operand)
                .is_none()
                .then_some((parameter, operand))
        });
        if let (Some((parameter, operand)), None) = (misfits.next(), misfits.next()) {
            diagnostic = self.with_cast(diagnostic, parameter, operand);
        }
        self.report(diagnostic)
    }

    /// With the help to write a CAST, where there is one.
    fn with_cast(
        &self,
        diagnostic: Diagnostic,
        parameter: Parameter,
        operand: &Operand,
    ) -> Diagnostic {
        let wanted = match parameter {
            Parameter::Is(data_type) => Some(data_type),
            Parameter::Number
            | Parameter::Integer
            | Parameter::Decimal
            | Parameter::Timestamp
            | Parameter::Comparable
            | Parameter::Any
            | Parameter::AsText
            | Parameter::Word(_) => default_type(parameter),
            Parameter::Key
            | Parameter::Path
            | Parameter::Filter
            | Parameter::Pattern
            | Parameter::Flags
            | Parameter::Template(_) => Some(DataType::Text),
        };
        if let (Operand::Typed(expr), Some(wanted)) = (operand, wanted)
            && cast_kind(expr.data_type, wanted).is_some()
        {
            let text = self.snippet(expr.span);
            let conversion = conversion(&text, expr.data_type, wanted);
            return diagnostic.help(format!("write `{conversion}`"));
        }
        diagnostic
    }
}

fn fit(parameter: Parameter, operand: &Operand) -> Option<Fit> {
    match operand {
        Operand::Typed(expr) => fit_type(parameter, expr.data_type),
        Operand::Literal(literal) => match &literal.value {
            UntypedValue::Number(text) => {
                fit_type(parameter, number_type(text).unwrap_or(DataType::Float64))
            }
            UntypedValue::Null | UntypedValue::Text(_) => match parameter {
                // a word that nobody knows is told when the argument is bound
                Parameter::Word(words) => match &literal.value {
                    UntypedValue::Text(text) if knows(words, &text.value) => Some(Fit::Exact),
                    UntypedValue::Text(_) | UntypedValue::Null | UntypedValue::Number(_) => {
                        Some(Fit::Implicit)
                    }
                },
                Parameter::Is(DataType::Text)
                | Parameter::Comparable
                | Parameter::Any
                | Parameter::AsText
                | Parameter::Key
                | Parameter::Path
                | Parameter::Filter
                | Parameter::Pattern
                | Parameter::Flags
                | Parameter::Template(_) => Some(Fit::Exact),
                Parameter::Is(_)
                | Parameter::Number
                | Parameter::Integer
                | Parameter::Timestamp => Some(Fit::Open),
                Parameter::Decimal => None,
            },
        },
    }
}

fn knows(words: &Words, text: &str) -> bool {
    words.variant(&text.to_lowercase()).is_some()
}

fn fit_type(parameter: Parameter, data_type: DataType) -> Option<Fit> {
    let exact = |is: bool| is.then_some(Fit::Exact);
    match parameter {
        Parameter::Is(wanted) if wanted == data_type => Some(Fit::Exact),
        Parameter::Is(wanted) => {
            let implicit = cast_kind(data_type, wanted) == Some(CastKind::Implicit);
            implicit.then_some(Fit::Implicit)
        }
        Parameter::Number => exact(data_type.is_numeric()),
        Parameter::Integer => exact(matches!(data_type, DataType::Integer(_))),
        Parameter::Decimal => exact(matches!(data_type, DataType::Decimal { .. })),
        Parameter::Timestamp => match data_type {
            DataType::Timestamp(_) => Some(Fit::Exact),
            DataType::Date => Some(Fit::Implicit),
            DataType::Boolean
            | DataType::Integer(_)
            | DataType::Float32
            | DataType::Float64
            | DataType::Decimal { .. }
            | DataType::Text
            | DataType::Bytes
            | DataType::Time
            | DataType::Interval
            | DataType::Json
            | DataType::Struct(_)
            | DataType::Array(_) => None,
        },
        Parameter::Comparable => exact(data_type != DataType::Json && !data_type.is_nested()),
        Parameter::AsText if data_type.is_nested() => None,
        Parameter::Any | Parameter::AsText => Some(Fit::Exact),
        Parameter::Key => {
            let bigint = DataType::Integer(IntegerType::Int64);
            let fits = cast_kind(data_type, bigint) == Some(CastKind::Implicit);
            exact(data_type == DataType::Text || fits)
        }
        Parameter::Word(_)
        | Parameter::Path
        | Parameter::Filter
        | Parameter::Pattern
        | Parameter::Flags
        | Parameter::Template(_) => exact(data_type == DataType::Text),
    }
}

fn wrong_count(name: &str, candidates: &[&Function], count: usize, span: Span) -> Diagnostic {
    let arities = || candidates.iter().map(|function| function.arity());
    let least = arities().map(|(least, _)| least).min().unwrap_or(0);
    let most = arities().map(|(_, most)| most).max().unwrap_or(0);
    let wanted = if least == most {
        counted(least)
    } else {
        format!("{least} to {}", counted(most))
    };
    let message = format!("`{name}` takes {wanted}, not {count}");
    let diagnostic = Diagnostic::new(code::UNKNOWN_FUNCTION, message, span).at(counted(count));
    if candidates.len() == 1 && most <= 1 {
        return diagnostic;
    }
    diagnostic.note(listed(name, candidates))
}

/// So many arguments, in words.
pub(super) fn counted(count: usize) -> String {
    match count {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        count => format!("{count} arguments"),
    }
}

fn listed(name: &str, candidates: &[&Function]) -> String {
    let signatures: Vec<_> = candidates
        .iter()
        .map(|function| function.shown(name))
        .collect();
    format!("there is {}", signatures.join(", "))
}
