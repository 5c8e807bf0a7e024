//! `||`, and `->` and `->>` into JSON.

use super::arithmetic::binary;
use super::coerce::{Operand, UntypedValue, cast_to};
use super::operator::Place;
use super::scope::Scope;
use super::{Binder, Bound, Reported};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{self, BinaryOperator};
use crate::ir::logical::{Expr, Operator};
use crate::source::Span;
use crate::types::DataType;

impl Binder<'_> {
    /// `left || right`: two BYTEAs, or a TEXT and anything that has a text form.
    pub(super) fn concat(
        &mut self,
        scope: &Scope,
        place: Place,
        operands: [Operand; 2],
        span: Span,
    ) -> Bound<Operand> {
        if let Some(json) = operands.iter().find(|operand| is(operand, DataType::Json)) {
            return Err(self.json_concatenated(place, json));
        }
        let nested = operands.iter().find_map(|operand| match operand {
            Operand::Typed(expr) => Some(expr.data_type).filter(|found| found.is_nested()),
            Operand::Literal(_) => None,
        });
        if let Some(data_type) = nested {
            let message = format!("operator `{}` cannot join `{data_type}`", place.symbol);
            return Err(self.report(
                Diagnostic::new(code::OPERAND_TYPES, message, place.span)
                    .at("not for nested values")
                    .help("join what is in them: `s.field || …`, `a[1] || …`"),
            ));
        }
        let bytes = |operand: &Operand| is(operand, DataType::Bytes);
        let joins_bytes = operands.iter().any(bytes)
            && operands
                .iter()
                .all(|operand| bytes(operand) || is_open(operand));
        let text = |operand: &Operand| is(operand, DataType::Text) || is_open(operand);
        if !joins_bytes && !operands.iter().any(text) {
            return Err(self.nothing_to_join(scope, place, &operands));
        }
        let data_type = if joins_bytes {
            DataType::Bytes
        } else {
            DataType::Text
        };
        let [left, right] = operands.map(|operand| match operand {
            open @ Operand::Literal(_) if is_open(&open) => self.coerced(open, data_type),
            other => self.typed(other).map(|expr| cast_to(expr, data_type)),
        });
        Ok(binary(Operator::Concat, [left?, right?], data_type, span))
    }

    /// `left -> right`, `left ->> right`: a member by its key, or an element by its index.
    pub(super) fn json_get(
        &mut self,
        scope: &Scope,
        (op, place): (Operator, Place),
        left: Operand,
        right: Operand,
        span: Span,
    ) -> Bound<Operand> {
        let json = self.json_operand(scope, place, left)?;
        let key = match right {
            open @ Operand::Literal(_) if is_open(&open) => self.coerced(open, DataType::Text)?,
            other => self.typed(other)?,
        };
        let key = match key.data_type {
            DataType::Text => key,
            DataType::Integer(_) => self.as_int(key, place.symbol)?,
            DataType::Boolean
            | DataType::Float32
            | DataType::Float64
            | DataType::Decimal { .. }
            | DataType::Bytes
            | DataType::Timestamp(_)
            | DataType::Date
            | DataType::Time
            | DataType::Interval
            | DataType::Json
            | DataType::Struct(_)
            | DataType::Array(_) => {
                let name = key.data_type;
                let message = format!(
                    "operator `{}` takes a key or an index, not `{name}`",
                    place.symbol
                );
                let diagnostic = Diagnostic::new(code::OPERAND_TYPES, message, key.span)
                    .at(format!("`{name}`"))
                    .help("write a member's key as `'key'`, an element's index, from 0, as `0`");
                return Err(self.report(diagnostic));
            }
        };
        let data_type = if op == Operator::JsonGet {
            DataType::Json
        } else {
            DataType::Text
        };
        Ok(binary(op, [json, key], data_type, span))
    }

    /// `'x' || j ->> 'a'`, which reaches into `'x' || j`: `left` is what stands before `->` or
    /// `->>`, `end` is behind it all.
    pub(super) fn joined_before(
        &mut self,
        scope: &Scope,
        (op, place): (Operator, Place),
        left: &ast::Expr,
        end: u32,
    ) -> Bound<()> {
        let Some((before, json)) = joined(left) else {
            return Ok(());
        };
        // no text is reached into: whatever it is, this has an error
        let operand = self.operand(scope, json)?;
        if !is(&operand, DataType::Json) {
            return Ok(());
        }
        let mut reached = json.span;
        reached.end = end;
        let (before, reached) = (self.snippet(before.span), self.snippet(reached));
        let instead = if op == Operator::JsonGet {
            format!("{before} || CAST({reached} AS TEXT)")
        } else {
            format!("{before} || ({reached})")
        };
        let message = format!("operator `{}` reaches into what `||` joins", place.symbol);
        Err(self.report(
            Diagnostic::new(code::OPERAND_TYPES, message, place.span)
                .context(left.span, "this comes first")
                .note("`||`, `->` and `->>` bind alike, and are done from left to right")
                .help(format!("write `{instead}`")),
        ))
    }

    fn json_operand(&mut self, scope: &Scope, place: Place, operand: Operand) -> Bound<Expr> {
        let expr = match operand {
            open @ Operand::Literal(_) if is_open(&open) => {
                return self.coerced(open, DataType::Json);
            }
            other => self.typed(other)?,
        };
        if expr.data_type == DataType::Json {
            return Ok(expr);
        }
        let name = expr.data_type;
        let message = format!("operator `{}` takes JSON, not `{name}`", place.symbol);
        let text = self.snippet(expr.span);
        let mut diagnostic = Diagnostic::new(code::OPERAND_TYPES, message, place.span)
            .context(expr.span, format!("`{name}`"));
        if name == DataType::Text {
            diagnostic = diagnostic.help(format!("write `CAST({text} AS JSON)`"));
        }
        if let Some(declared) = scope.declared(&expr) {
            diagnostic = diagnostic
                .context(declared, format!("declared `{name}` here"))
                .help(format!("or declare `{text} JSON`"));
        }
        Err(self.report(diagnostic))
    }

    fn json_concatenated(&mut self, place: Place, json: &Operand) -> Reported {
        let text = self.snippet(json.span());
        let message = "operator `||` does not merge JSON";
        self.report(
            Diagnostic::new(code::OPERAND_TYPES, message, place.span)
                .context(json.span(), "JSON")
                .help(format!("to join it as text, write `CAST({text} AS TEXT)`")),
        )
    }

    fn nothing_to_join(
        &mut self,
        scope: &Scope,
        place: Place,
        operands: &[Operand; 2],
    ) -> Reported {
        let [left, right] = operands;
        let (left_name, right_name) = (left.type_name(), right.type_name());
        let message = format!("operator `||` joins texts, not `{left_name}` and `{right_name}`");
        let text = self.snippet(left.span());
        let mut diagnostic = Diagnostic::new(code::OPERAND_TYPES, message, place.span)
            .context(left.span(), left_name.clone())
            .context(right.span(), right_name);
        for operand in operands {
            diagnostic = super::operator::declared_at(scope, diagnostic, operand);
        }
        diagnostic = match left_name.as_str() {
            "BOOLEAN" => diagnostic.help("join conditions by OR"),
            _ => diagnostic.help(format!("write `CAST({text} AS TEXT)`")),
        };
        self.report(diagnostic)
    }
}

/// The two sides of the `||` that an expression begins with, where only `->` and `->>` follow.
fn joined(expr: &ast::Expr) -> Option<(&ast::Expr, &ast::Expr)> {
    let ast::ExprKind::Binary {
        op, left, right, ..
    } = &expr.kind
    else {
        return None;
    };
    // what stands in parentheses begins before its first operand
    if expr.span.start != left.span.start {
        return None;
    }
    if *op == BinaryOperator::Concat {
        return Some((left, right));
    }
    let reaches = matches!(op, BinaryOperator::JsonGet | BinaryOperator::JsonGetText);
    reaches.then(|| joined(left)).flatten()
}

fn is(operand: &Operand, data_type: DataType) -> bool {
    matches!(operand, Operand::Typed(expr) if expr.data_type == data_type)
}

/// A literal that takes any type: a text or NULL.
fn is_open(operand: &Operand) -> bool {
    matches!(
        operand,
        Operand::Literal(literal)
            if matches!(literal.value, UntypedValue::Null | UntypedValue::Text(_))
    )
}
