//! From what is written to typed expressions: literals take the type of what they stand beside,
//! operands are brought to a common type, values fit the columns that they are assigned to.

use super::literal::{self, value_of_text};
use super::scope::Scope;
use super::{Binder, Bound};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::Text;
use crate::ir::logical::{Expr, ExprKind, Value};
use crate::source::Span;
use crate::types::cast::{CastKind, cast_kind};
use crate::types::common::{common_type, decimal_of_digits};
use crate::types::{DataType, IntegerType, TimestampPrecision};

/// A bound expression, or a literal whose type is still open.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    Typed(Expr),
    Literal(Untyped),
}

/// A literal without a type of its own.
#[derive(Clone, Debug)]
pub(super) struct Untyped {
    pub(super) value: UntypedValue,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum UntypedValue {
    Null,
    Text(Text),
    /// Digits as written, with a sign if a minus stands before them.
    Number(String),
}

impl Operand {
    /// Whether it is a number as written, whose type is still open.
    pub(super) fn is_number(&self) -> bool {
        let literal = match self {
            Self::Typed(_) => return false,
            Self::Literal(literal) => literal,
        };
        match literal.value {
            UntypedValue::Number(_) => true,
            UntypedValue::Null | UntypedValue::Text(_) => false,
        }
    }

    pub(super) fn span(&self) -> Span {
        match self {
            Self::Typed(expr) => expr.span,
            Self::Literal(literal) => literal.span,
        }
    }

    /// Whether it is a whole number as written.
    pub(super) fn is_whole_number(&self) -> bool {
        matches!(self.number_type(), Some(DataType::Integer(_)))
    }

    /// The type of a number as written, alone.
    pub(super) fn number_type(&self) -> Option<DataType> {
        match self {
            Self::Typed(_) => None,
            Self::Literal(literal) => match &literal.value {
                UntypedValue::Number(text) => number_type(text),
                UntypedValue::Null | UntypedValue::Text(_) => None,
            },
        }
    }

    /// How diagnostics call its type.
    pub(super) fn type_name(&self) -> String {
        match self {
            Self::Typed(expr) => expr.data_type.to_string(),
            Self::Literal(literal) => match &literal.value {
                UntypedValue::Null => "NULL".to_owned(),
                UntypedValue::Text(_) => "TEXT".to_owned(),
                UntypedValue::Number(text) => number_type(text)
                    .map_or_else(|| "a number".to_owned(), |data_type| data_type.to_string()),
            },
        }
    }
}

impl Binder<'_> {
    /// An expression with the type that it has alone.
    pub(super) fn typed(&mut self, operand: Operand) -> Bound<Expr> {
        let literal = match operand {
            Operand::Typed(expr) => return Ok(expr),
            Operand::Literal(literal) => literal,
        };
        let data_type = match &literal.value {
            UntypedValue::Null | UntypedValue::Text(_) => DataType::Text,
            UntypedValue::Number(text) => match number_type(text) {
                Some(data_type) => data_type,
                None => return Err(self.report(huge_integer(text, literal.span))),
            },
        };
        self.coerced(Operand::Literal(literal), data_type)
    }

    /// The operand as `data_type`, which the caller knows to be castable from its type.
    pub(super) fn coerced(&mut self, operand: Operand, data_type: DataType) -> Bound<Expr> {
        let literal = match operand {
            Operand::Typed(expr) => return Ok(cast_to(expr, data_type)),
            Operand::Literal(literal) => literal,
        };
        let span = literal.span;
        let value = match &literal.value {
            UntypedValue::Null => Value::Null,
            UntypedValue::Text(text) => self.text_as(text, data_type)?,
            UntypedValue::Number(text) if takes_number(data_type, text) => {
                value_of_text(text, data_type).map_err(|problem| {
                    let message = format!("{text} does not fit `{data_type}`");
                    self.report(Diagnostic::new(code::LITERAL, message, span).at(problem.text))
                })?
            }
            UntypedValue::Number(_) => {
                let alone = self.typed(Operand::Literal(literal))?;
                return self.assigned(alone, data_type);
            }
        };
        Ok(Expr {
            nullable: value == Value::Null,
            kind: ExprKind::Literal(value),
            data_type,
            span,
        })
    }

    /// The expression as a value for a column of `data_type`, by assignment cast.
    pub(super) fn assigned(&mut self, expr: Expr, data_type: DataType) -> Bound<Expr> {
        match cast_kind(expr.data_type, data_type) {
            Some(CastKind::Implicit | CastKind::Assignment) => Ok(cast_to(expr, data_type)),
            kind @ (Some(CastKind::Explicit) | None) => {
                let message = format!("`{}` where `{data_type}` is needed", expr.data_type);
                let mut diagnostic = Diagnostic::new(code::TYPE_MISMATCH, message, expr.span)
                    .at(format!("is `{}`", expr.data_type));
                if kind.is_some() {
                    let text = self.snippet(expr.span);
                    let help = format!("convert it: `CAST({text} AS {data_type})`");
                    diagnostic = diagnostic.help(help);
                }
                Err(self.report(diagnostic))
            }
        }
    }

    /// A condition of `clause`.
    pub(super) fn boolean(&mut self, scope: &Scope, operand: Operand, clause: &str) -> Bound<Expr> {
        let is_open = match &operand {
            Operand::Typed(expr) => expr.data_type == DataType::Boolean,
            Operand::Literal(literal) => match literal.value {
                UntypedValue::Null | UntypedValue::Text(_) => true,
                UntypedValue::Number(_) => false,
            },
        };
        if is_open {
            return self.coerced(operand, DataType::Boolean);
        }
        let (name, span) = (operand.type_name(), operand.span());
        let message = format!("{clause} takes a BOOLEAN, not `{name}`");
        let text = self.snippet(span);
        let mut diagnostic = Diagnostic::new(code::TYPE_MISMATCH, message, span)
            .at(format!("is `{name}`"))
            .help(format!("compare it with something, as in `{text} <> 0`"));
        if name == "TEXT" {
            diagnostic.helps = vec![format!("compare it with something, as in `{text} = '…'`")];
        }
        if let Operand::Typed(expr) = &operand
            && let Some(declared) = scope.declared(expr)
        {
            diagnostic = diagnostic.context(declared, format!("declared `{name}` here"));
        }
        Err(self.report(diagnostic))
    }
}

/// The expression, cast if it has another type.
pub(super) fn cast_to(expr: Expr, data_type: DataType) -> Expr {
    if expr.data_type == data_type {
        return expr;
    }
    let (nullable, span) = (expr.nullable, expr.span);
    Expr {
        kind: ExprKind::Cast(Box::new(expr)),
        data_type,
        nullable,
        span,
    }
}

/// The type that all operands can take, or the places of two operands that do not go together.
pub(super) fn common(operands: &[Operand]) -> Result<DataType, (usize, usize)> {
    let mut known = None;
    for (at, operand) in operands.iter().enumerate() {
        if let Operand::Typed(expr) = operand {
            meet(&mut known, at, expr.data_type)?;
        }
    }
    // literals come second: they take the type of what they stand beside
    let beside = known.map(|(_, data_type)| data_type);
    for (at, operand) in operands.iter().enumerate() {
        let Operand::Literal(literal) = operand else {
            continue;
        };
        match &literal.value {
            UntypedValue::Null => {}
            UntypedValue::Number(text) => meet(&mut known, at, number_beside(text, beside))?,
            UntypedValue::Text(text) => {
                if let Some(data_type) = exact_text_type(&text.value, beside) {
                    meet(&mut known, at, data_type)?;
                }
            }
        }
    }
    Ok(known.map_or(DataType::Text, |(_, data_type)| data_type))
}

/// Widens what is `known`, and by which operand, so that it takes `data_type` too.
fn meet(
    known: &mut Option<(usize, DataType)>,
    at: usize,
    data_type: DataType,
) -> Result<(), (usize, usize)> {
    let (other, before) = known.unwrap_or((at, data_type));
    let met = common_type(before, data_type).ok_or((other, at))?;
    *known = Some((if met == before { other } else { at }, met));
    Ok(())
}

/// The type that a text needs beside a coarser TIMESTAMP or DECIMAL to keep all its digits.
fn exact_text_type(text: &str, beside: Option<DataType>) -> Option<DataType> {
    let microseconds = TimestampPrecision::Microseconds;
    match beside? {
        DataType::Decimal { .. } => decimal_of_digits(text.trim()),
        DataType::Timestamp(precision) if precision.digits() < microseconds.digits() => {
            let (fine, coarse) = (DataType::Timestamp(microseconds), beside?);
            (value_of_text(text, fine) != value_of_text(text, coarse)).then_some(fine)
        }
        DataType::Timestamp(_)
        | DataType::Boolean
        | DataType::Integer(_)
        | DataType::Float32
        | DataType::Float64
        | DataType::Text
        | DataType::Bytes
        | DataType::Date
        | DataType::Time
        | DataType::Interval
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => None,
    }
}

/// The type of a number beside something of type `other`.
fn number_beside(text: &str, other: Option<DataType>) -> DataType {
    let alone = number_type(text).unwrap_or(DataType::Float64);
    match other {
        // a whole number that REAL cannot hold meets it as any integer does
        Some(DataType::Float32) if !is_exact_real(text) => alone,
        Some(other @ (DataType::Float32 | DataType::Float64)) => other,
        Some(DataType::Decimal { .. }) => decimal_of_digits(text).unwrap_or(DataType::Float64),
        Some(other @ DataType::Integer(IntegerType::UInt64))
            if matches!(alone, DataType::Integer(_)) && !text.starts_with('-') =>
        {
            other
        }
        Some(
            DataType::Boolean
            | DataType::Integer(_)
            | DataType::Text
            | DataType::Bytes
            | DataType::Timestamp(_)
            | DataType::Date
            | DataType::Time
            | DataType::Interval
            | DataType::Json
            | DataType::Struct(_)
            | DataType::Array(_),
        )
        | None => alone,
    }
}

/// Whether a number is no whole one, or one that REAL holds as it is.
fn is_exact_real(text: &str) -> bool {
    let Ok(DataType::Integer(_)) = number_type(text).ok_or(()) else {
        return true;
    };
    let real = literal::float32(text).map(f64::from);
    real.is_ok_and(|real| literal::float64(text) == Ok(real))
}

/// How SQL makes a value of another type from an expression. A CAST between BYTEA and TEXT is
/// about the notation of bytes, which is seldom what is meant.
pub(super) fn conversion(sql: &str, from: DataType, to: DataType) -> String {
    match (from, to) {
        (DataType::Bytes, DataType::Text) => format!("convert_from({sql}, 'UTF8')"),
        (DataType::Text, DataType::Bytes) => format!("convert_to({sql}, 'UTF8')"),
        _ => format!("CAST({sql} AS {to})"),
    }
}

/// The type of a number alone: the smallest of INT, BIGINT and BIGINT UNSIGNED that holds it, and
/// DOUBLE with a fraction or exponent. None for a whole number beyond all of them.
pub(super) fn number_type(text: &str) -> Option<DataType> {
    if text.contains(['.', 'e', 'E']) {
        return Some(DataType::Float64);
    }
    let value = text.parse::<i128>().ok()?;
    [IntegerType::Int32, IntegerType::Int64, IntegerType::UInt64]
        .into_iter()
        .find(|integer| (integer.range().0..=integer.range().1).contains(&value))
        .map(DataType::Integer)
}

/// Whether a number's text is read as `data_type` directly, without a detour through DOUBLE.
pub(super) fn takes_number(data_type: DataType, text: &str) -> bool {
    match data_type {
        DataType::Integer(_) => !text.contains(['.', 'e', 'E']),
        DataType::Float32 | DataType::Float64 | DataType::Decimal { .. } => true,
        DataType::Boolean
        | DataType::Text
        | DataType::Bytes
        | DataType::Timestamp(_)
        | DataType::Date
        | DataType::Time
        | DataType::Interval
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => false,
    }
}

fn huge_integer(text: &str, span: Span) -> Diagnostic {
    let as_double = literal::float64(text).is_ok();
    let diagnostic = Diagnostic::new(code::LITERAL, "this whole number fits no type", span)
        .at("beyond BIGINT UNSIGNED");
    if as_double {
        return diagnostic.help(format!("for a DOUBLE, write `{text}.0`"));
    }
    diagnostic
}
