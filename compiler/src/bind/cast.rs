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
        self.check_cast(scope, &operand, data_type, type_span)?;
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
        self.check_cast(scope, &operand, data_type, type_span)?;
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
        operand: &Expr,
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
        if let Some(help) = cast_help(from, data_type) {
            diagnostic = diagnostic.help(help);
        }
        Err(self.report(diagnostic))
    }
}

/// A way round a cast that does not exist.
fn cast_help(from: DataType, to: DataType) -> Option<String> {
    let is_time = matches!(to, DataType::Timestamp(_) | DataType::Date | DataType::Time);
    if from.is_numeric() && is_time {
        let help = "a number's unit is never guessed: declare the column as TIMESTAMP with \
                    FORMAT 'unix_s', 'unix_ms', 'unix_us' or 'unix_ns'";
        return Some(help.to_owned());
    }
    if from == DataType::Json {
        let help = "`->>` takes a value out as text, which can be cast; or declare a column with \
                    PATH for it";
        return Some(help.to_owned());
    }
    if from.is_numeric() && to == DataType::Boolean {
        return Some("compare it: `… <> 0`".to_owned());
    }
    None
}
