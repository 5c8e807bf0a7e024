//! Arithmetic on numbers, and operators on the bits of integers.

use super::coerce::{Operand, Untyped, UntypedValue, cast_to, common};
use super::expr::typed;
use super::operator::{Place, declared_at};
use super::scope::Scope;
use super::temporal::is_temporal;
use super::{Binder, Bound, Reported};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast;
use crate::ir::logical::{Expr, ExprKind, Operator, Value};
use crate::source::Span;
use crate::types::cast::{CastKind, cast_kind};
use crate::types::common::decimal_of_digits;
use crate::types::decimal::{self, Digits};
use crate::types::{DataType, IntegerType};

const INT: DataType = DataType::Integer(IntegerType::Int32);

impl Binder<'_> {
    /// `left op right` for `+ - * / %`.
    pub(super) fn arithmetic(
        &mut self,
        scope: &Scope,
        (op, place): (Operator, Place),
        left: Operand,
        right: Operand,
        span: Span,
    ) -> Bound<Operand> {
        let operands = [left, right];
        if operands.iter().any(is_temporal) {
            return self.temporal(scope, (op, place), operands, span);
        }
        if let Some(at) = operands.iter().position(|operand| !may_be_number(operand)) {
            return Err(self.not_a_number(scope, place, &operands, at));
        }
        let data_type = match common(&operands) {
            Ok(DataType::Text) => DataType::Float64,
            // as an integer's column does
            Ok(DataType::Float32) if operands.iter().any(Operand::is_whole_number) => {
                DataType::Float64
            }
            Ok(data_type) => data_type,
            Err(_) => {
                return Err(self.mismatch(scope, place, "take", (&operands[0], &operands[1])));
            }
        };
        let (operands, data_type) = if let DataType::Decimal { .. } = data_type {
            self.decimals(op, operands, data_type)?
        } else {
            (self.coerced_pair(operands, data_type)?, data_type)
        };
        Ok(binary(op, operands, data_type, span))
    }

    /// Operands of exact decimal arithmetic, each a DECIMAL of its own or an integer, and the
    /// result's type.
    fn decimals(
        &mut self,
        op: Operator,
        operands: [Operand; 2],
        common: DataType,
    ) -> Bound<([Expr; 2], DataType)> {
        let [left, right] = operands.map(|operand| match operand {
            Operand::Typed(expr) => Ok(expr),
            Operand::Literal(literal) => {
                let own = own_decimal(&literal).unwrap_or(common);
                self.coerced(Operand::Literal(literal), own)
            }
        });
        let operands = [left?, right?];
        let [left, right] = [&operands[0], &operands[1]]
            .map(|operand| Digits::of(operand.data_type).expect("these are exact numbers"));
        let result = match op {
            Operator::Multiply => decimal::product(left, right),
            Operator::Divide => decimal::quotient(left, right),
            Operator::Modulo => decimal::remainder(left, right),
            Operator::Add
            | Operator::Subtract
            | Operator::BitAnd
            | Operator::BitOr
            | Operator::BitXor
            | Operator::ShiftLeft
            | Operator::ShiftRight
            | Operator::Concat
            | Operator::JsonGet
            | Operator::JsonGetText => decimal::sum(left, right),
        };
        Ok((operands, result))
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
        let is_interval =
            matches!(&operand, Operand::Typed(expr) if expr.data_type == DataType::Interval);
        if !is_interval && !may_be_number(&operand) {
            return Err(self.not_a_number(scope, place, &[operand], 0));
        }
        let operand = match operand {
            Operand::Typed(expr) => expr,
            literal @ Operand::Literal(_) => self.coerced(literal, DataType::Float64)?,
        };
        let data_type = match operand.data_type {
            DataType::Integer(integer) => DataType::Integer(signed(integer)),
            other => other,
        };
        let nullable = operand.nullable;
        let operand = Box::new(cast_to(operand, data_type));
        Ok(typed(ExprKind::Negate(operand), data_type, nullable, span))
    }

    /// `left op right` for `& | #`: integers, brought to one type.
    pub(super) fn bits(
        &mut self,
        scope: &Scope,
        (op, place): (Operator, Place),
        operands: [Operand; 2],
        span: Span,
    ) -> Bound<Operand> {
        self.check_integers(scope, place, &operands)?;
        let data_type = match common(&operands) {
            Ok(DataType::Text) => INT,
            Ok(data_type) => data_type,
            Err(_) => {
                return Err(self.mismatch(scope, place, "take", (&operands[0], &operands[1])));
            }
        };
        let operands = self.coerced_pair(operands, data_type)?;
        Ok(binary(op, operands, data_type, span))
    }

    /// `left << right`, `left >> right`: the result has the left operand's type.
    pub(super) fn shift(
        &mut self,
        scope: &Scope,
        (op, place): (Operator, Place),
        left: Operand,
        right: Operand,
        span: Span,
    ) -> Bound<Operand> {
        let operands = [left, right];
        self.check_integers(scope, place, &operands)?;
        let [left, right] = operands;
        let left = match left {
            Operand::Typed(expr) => expr,
            literal @ Operand::Literal(_) if literal.is_number() => self.typed(literal)?,
            literal @ Operand::Literal(_) => self.coerced(literal, INT)?,
        };
        let right = match right {
            Operand::Typed(expr) => self.as_int(expr, place.symbol)?,
            literal @ Operand::Literal(_) => self.coerced(literal, INT)?,
        };
        let data_type = left.data_type;
        Ok(binary(op, [left, right], data_type, span))
    }

    /// `~x`: every bit of `x` the other way round.
    pub(super) fn bit_not(
        &mut self,
        scope: &Scope,
        operand: &ast::Expr,
        span: Span,
    ) -> Bound<Operand> {
        let place = Place { symbol: "~", span };
        let operand = self.operand(scope, operand)?;
        self.check_integers(scope, place, std::slice::from_ref(&operand))?;
        let operand = match operand {
            literal @ Operand::Literal(_) if !literal.is_number() => self.coerced(literal, INT)?,
            other => self.typed(other)?,
        };
        let DataType::Integer(integer) = operand.data_type else {
            unreachable!("it was checked to be an integer");
        };
        let (least, greatest) = integer.range();
        let all_bits = Expr {
            kind: ExprKind::Literal(Value::Integer(if least < 0 { -1 } else { greatest })),
            data_type: operand.data_type,
            nullable: false,
            span,
        };
        let data_type = operand.data_type;
        Ok(binary(
            Operator::BitXor,
            [operand, all_bits],
            data_type,
            span,
        ))
    }

    /// An integer as an INT, where every value of its type is one.
    pub(super) fn as_int(&mut self, expr: Expr, symbol: &str) -> Bound<Expr> {
        if cast_kind(expr.data_type, INT) == Some(CastKind::Implicit) {
            return Ok(cast_to(expr, INT));
        }
        let name = expr.data_type;
        let text = self.snippet(expr.span);
        let message = format!("the right operand of `{symbol}` is an INT, not `{name}`");
        Err(self.report(
            Diagnostic::new(code::OPERAND_TYPES, message, expr.span)
                .at(format!("`{name}`"))
                .help(format!("write `CAST({text} AS INT)`")),
        ))
    }

    fn coerced_pair(&mut self, operands: [Operand; 2], data_type: DataType) -> Bound<[Expr; 2]> {
        let [left, right] = operands.map(|operand| self.coerced(operand, data_type));
        Ok([left?, right?])
    }

    fn check_integers(&mut self, scope: &Scope, place: Place, operands: &[Operand]) -> Bound<()> {
        let Some(operand) = operands.iter().find(|operand| !may_be_integer(operand)) else {
            return Ok(());
        };
        let name = operand.type_name();
        let message = format!("operator `{}` takes integers, not `{name}`", place.symbol);
        let mut diagnostic = Diagnostic::new(code::OPERAND_TYPES, message, place.span)
            .context(operand.span(), name.clone());
        diagnostic = declared_at(scope, diagnostic, operand);
        let text = self.snippet(operand.span());
        let help = match (place.symbol, name.as_str()) {
            ("&", "BOOLEAN") => "join conditions by AND".to_owned(),
            ("|", "BOOLEAN") => "join conditions by OR".to_owned(),
            ("|", "TEXT") => "texts are joined by `||`".to_owned(),
            ("~", "BOOLEAN") => format!("write `NOT {text}`"),
            ("#", "BOOLEAN") => "one or the other but not both is `<>`".to_owned(),
            _ => format!("write `CAST({text} AS BIGINT)`"),
        };
        Err(self.report(diagnostic.help(help)))
    }

    /// An operand of arithmetic that is no number.
    fn not_a_number(
        &mut self,
        scope: &Scope,
        place: Place,
        operands: &[Operand],
        at: usize,
    ) -> Reported {
        let operand = &operands[at];
        let name = operand.type_name();
        let message = format!("operator `{}` takes numbers, not `{name}`", place.symbol);
        let mut diagnostic = Diagnostic::new(code::OPERAND_TYPES, message, place.span)
            .context(operand.span(), name.clone());
        diagnostic = declared_at(scope, diagnostic, operand);
        if name == "TEXT" {
            let text = self.snippet(operand.span());
            diagnostic = diagnostic.help(format!("write `CAST({text} AS DOUBLE)`"));
            if place.symbol == "+" {
                diagnostic = diagnostic.help("texts are joined by `||`");
            }
        }
        self.report(diagnostic)
    }
}

/// `left op right`, NULL where an operand is.
pub(super) fn binary(
    op: Operator,
    [left, right]: [Expr; 2],
    data_type: DataType,
    span: Span,
) -> Operand {
    let nullable = left.nullable || right.nullable || op.can_be_null();
    let (left, right) = (Box::new(left), Box::new(right));
    typed(
        ExprKind::Binary { op, left, right },
        data_type,
        nullable,
        span,
    )
}

/// The DECIMAL that holds exactly the digits of a literal.
fn own_decimal(literal: &Untyped) -> Option<DataType> {
    match &literal.value {
        UntypedValue::Null => None,
        UntypedValue::Number(text) => decimal_of_digits(text),
        UntypedValue::Text(text) => decimal_of_digits(text.value.trim()),
    }
}

/// Whether arithmetic can take it: a number, or a literal that may stand for one.
fn may_be_number(operand: &Operand) -> bool {
    match operand {
        Operand::Typed(expr) => expr.data_type.is_numeric(),
        Operand::Literal(_) => true,
    }
}

/// Whether it is an integer, or a literal that may stand for one.
fn may_be_integer(operand: &Operand) -> bool {
    match operand {
        Operand::Typed(expr) => matches!(expr.data_type, DataType::Integer(_)),
        Operand::Literal(literal) => match &literal.value {
            UntypedValue::Null | UntypedValue::Text(_) => true,
            UntypedValue::Number(text) => !text.contains(['.', 'e', 'E']),
        },
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
