//! CAST, `::` and `TRY_CAST`.

use super::coerce::{Operand, UntypedValue, takes_number};
use super::expr::typed;
use super::scope::Scope;
use super::{Binder, Bound};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast;
use crate::ir::expression::cast_can_fail;
use crate::ir::logical::{Expr, ExprKind};
use crate::source::Span;
use crate::types::DataType;
use crate::types::cast::cast_kind;

impl Binder<'_> {
    /// `CAST(x AS type)`, or `TRY_CAST` where it is `tried`.
    pub(super) fn cast(
        &mut self,
        scope: &Scope,
        (operand, tried): (&ast::Expr, bool),
        to: (DataType, Span),
        span: Span,
    ) -> Bound<Operand> {
        let operand = self.operand(scope, operand)?;
        if tried {
            self.try_cast(scope, operand, to, span)
        } else {
            self.explicit_cast(scope, operand, to, span)
        }
    }

    fn explicit_cast(
        &mut self,
        scope: &Scope,
        operand: Operand,
        (data_type, type_span): (DataType, Span),
        span: Span,
    ) -> Bound<Operand> {
        if let Operand::Literal(literal) = &operand {
            let taken = match &literal.value {
                UntypedValue::Null | UntypedValue::Text(_) => true,
                UntypedValue::Number(text) => takes_number(data_type, text),
            };
            if taken {
                let expr = self.coerced(operand, data_type)?;
                return Ok(Operand::Typed(Expr { span, ..expr }));
            }
        }
        let operand = self.typed(operand)?;
        self.check_cast(scope, (&operand, false), data_type, type_span)?;
        if operand.data_type == data_type {
            return Ok(Operand::Typed(Expr { span, ..operand }));
        }
        let nullable = operand.nullable;
        let kind = ExprKind::Cast(Box::new(operand));
        Ok(typed(kind, data_type, nullable, span))
    }

    /// A literal is read as it is at run time: what is no value of the type
    /// gives NULL and is no mistake.
    fn try_cast(
        &mut self,
        scope: &Scope,
        operand: Operand,
        (data_type, type_span): (DataType, Span),
        span: Span,
    ) -> Bound<Operand> {
        let operand = self.typed(operand)?;
        self.check_cast(scope, (&operand, true), data_type, type_span)?;
        if !cast_can_fail(operand.data_type, data_type) {
            return self.explicit_cast(
                scope,
                Operand::Typed(operand),
                (data_type, type_span),
                span,
            );
        }
        let kind = ExprKind::TryCast(Box::new(operand));
        Ok(typed(kind, data_type, true, span))
    }

    /// There must be such a cast.
    fn check_cast(
        &mut self,
        scope: &Scope,
        (operand, tried): (&Expr, bool),
        data_type: DataType,
        type_span: Span,
    ) -> Bound<()> {
        let from = operand.data_type;
        if cast_kind(from, data_type).is_some() {
            return Ok(());
        }
        let message = format!("no cast from `{from}` to `{data_type}`");
        let mut diagnostic = Diagnostic::new(code::TYPE_MISMATCH, message, type_span)
            .at("not from this type")
            .context(operand.span, format!("is `{from}`"));
        if let Some(declared) = scope.declared(operand) {
            diagnostic = diagnostic.context(declared, format!("declared `{from}` here"));
        }
        let text = self.snippet(operand.span);
        for help in cast_help((&text, from), data_type, tried) {
            diagnostic = diagnostic.help(help);
        }
        Err(self.report(diagnostic))
    }
}

/// Ways round a cast of `text` that does not exist.
fn cast_help((text, from): (&str, DataType), to: DataType, tried: bool) -> Vec<String> {
    let is_time = matches!(to, DataType::Timestamp(_) | DataType::Date | DataType::Time);
    if from.is_numeric() && is_time {
        let help = "a number's unit is never guessed: declare the column as TIMESTAMP with \
                    FORMAT 'unix_s', 'unix_ms', 'unix_us' or 'unix_ns'";
        return vec![help.to_owned()];
    }
    if matches!(from, DataType::Timestamp(_) | DataType::Interval) && to.is_numeric() {
        let mut helps = vec![format!("for seconds, write `extract(epoch FROM {text})`")];
        if matches!(from, DataType::Timestamp(_)) {
            helps.push(format!(
                "for whole milliseconds since 1970, `epoch_ms({text})`"
            ));
        }
        return helps;
    }
    if from == DataType::Json {
        let mut helps = Vec::new();
        if cast_kind(DataType::Text, to).is_some() && to != DataType::Bytes {
            let cast = if tried { "TRY_CAST" } else { "CAST" };
            helps.push(format!(
                "if it is a single value, cast its text: `{cast}({text}::text AS {to})`"
            ));
        }
        let help = "of an object, `->>` takes a value out as text, which can be cast; or declare \
                    a column with PATH for it";
        helps.push(help.to_owned());
        return helps;
    }
    if from.is_numeric() && to == DataType::Boolean {
        return vec!["compare it: `… <> 0`".to_owned()];
    }
    Vec::new()
}
