//! Fields, subscripts and what else reaches into nested values.

use super::coerce::Operand;
use super::expr::typed;
use super::operator::{Place, comparison};
use super::overload::counted;
use super::relation::in_sql;
use super::scope::{LISTED, Scope};
use super::unnest::{element_of, is_unnest};
use super::{Binder, Bound, Reported};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::{self, BinaryOperator, Name};
use crate::ir::logical::{Access, Expr, ExprKind};
use crate::source::Span;
use crate::types::cast::{CastKind, cast_kind};
use crate::types::{DataType, IntegerType, StructType};

impl Binder<'_> {
    /// `[qualifier.]name`, which may also be a field of a STRUCT.
    pub(super) fn column_or_field(
        &mut self,
        scope: &Scope,
        qualifier: Option<&Name>,
        name: &Name,
        span: Span,
    ) -> Bound<Operand> {
        if let Some(column) = qualifier.filter(|qualifier| !scope.has_part(qualifier))
            && scope
                .columns
                .iter()
                .any(|known| column.matches(&known.name))
        {
            let operand = self.column(scope, None, column, column.span)?;
            return self.field_of(operand, name, span);
        }
        let column = self.column(scope, qualifier, name, span);
        column.map(Operand::Typed)
    }

    /// `x.field`
    pub(super) fn field(
        &mut self,
        scope: &Scope,
        operand: &ast::Expr,
        name: &Name,
        span: Span,
    ) -> Bound<Operand> {
        if let ast::ExprKind::Column {
            qualifier: Some(schema),
            name: table,
        } = &operand.kind
            && scope.has_part(table)
            && !scope.has_part(schema)
            && !scope
                .columns
                .iter()
                .any(|known| schema.matches(&known.name))
        {
            let message = format!("no table `{}` in this query", schema.text);
            let (table, column) = (self.snippet(table.span), self.snippet(name.span));
            return Err(self.report(
                Diagnostic::new(code::UNKNOWN_RELATION, message, schema.span)
                    .at("not in FROM")
                    .help(format!("write `{table}.{column}`: tables have no schema")),
            ));
        }
        let operand = self.operand(scope, operand)?;
        let operand = self.typed(operand)?;
        self.field_of(operand, name, span)
    }

    fn field_of(&mut self, operand: Expr, name: &Name, span: Span) -> Bound<Operand> {
        let DataType::Struct(of) = operand.data_type else {
            let message = format!("`{}` has no fields", operand.data_type);
            let mut diagnostic = Diagnostic::new(code::TYPE_MISMATCH, message, name.span)
                .at("of which STRUCT?")
                .context(operand.span, format!("is `{}`", operand.data_type));
            diagnostic = match operand.data_type {
                DataType::Json => diagnostic.help(format!("write `-> '{}'`", name.text)),
                DataType::Array(_) => {
                    diagnostic.help("name one of its elements: `a[1].field`, or UNNEST it")
                }
                _ => diagnostic.help("declare the column as `STRUCT<…>`"),
            };
            return Err(self.report(diagnostic));
        };
        let mut found = (0..)
            .zip(of.fields())
            .filter(|(_, field)| name.matches(&field.name));
        match (found.next(), found.next()) {
            (Some((index, field)), None) => {
                let kind = ExprKind::Access {
                    access: Access::Field(index),
                    operands: vec![operand],
                };
                Ok(typed(kind, field.data_type, true, span))
            }
            (None, _) => Err(self.report(unknown_field(of, name, operand.span))),
            (Some(_), Some(_)) => {
                let message = format!("several fields match `{}`", name.text);
                let diagnostic = Diagnostic::new(code::AMBIGUOUS_NAME, message, name.span);
                Err(self.report(diagnostic.help("quote the name to match it exactly")))
            }
        }
    }

    /// `array[subscript]`
    pub(super) fn subscript(
        &mut self,
        scope: &Scope,
        array: &ast::Expr,
        subscript: &ast::Expr,
        span: Span,
    ) -> Bound<Operand> {
        let array = self.operand(scope, array);
        let array = array.and_then(|array| self.output(array, None));
        if let Ok(array) = &array
            && let Some(reported) = self.subscript_of_others(array, subscript)
        {
            return Err(reported);
        }
        let array = array.and_then(|array| self.as_array(scope, array));
        let bigint = DataType::Integer(IntegerType::Int64);
        let subscript = match self.operand(scope, subscript)? {
            literal @ Operand::Literal(_) => self.coerced(literal, bigint)?,
            Operand::Typed(expr) => expr,
        };
        if !matches!(subscript.data_type, DataType::Integer(_)) {
            let name = subscript.data_type;
            let message = format!("a subscript is an integer, not `{name}`");
            let diagnostic = Diagnostic::new(code::TYPE_MISMATCH, message, subscript.span);
            return Err(self.report(diagnostic.at(format!("is `{name}`"))));
        }
        let subscript = self.assigned(subscript, bigint)?;
        let array = array?;
        let element = element_of(&array);
        let kind = ExprKind::Access {
            access: Access::Element,
            operands: vec![array, subscript],
        };
        Ok(typed(kind, element, true, span))
    }

    /// `json['key']`, `json[0]` and `struct['field']`, which are written otherwise.
    fn subscript_of_others(&mut self, operand: &Expr, subscript: &ast::Expr) -> Option<Reported> {
        let ast::ExprKind::Literal(literal) = &subscript.kind else {
            return None;
        };
        let data_type = operand.data_type;
        let text = self.snippet(operand.span);
        let help = match (literal, data_type) {
            (ast::Literal::Text(_) | ast::Literal::Number(_), DataType::Json) => {
                format!("write `{text} -> {}`", self.snippet(subscript.span))
            }
            (ast::Literal::Text(key), DataType::Struct(_)) => {
                format!("write `{text}.{}`", in_sql(&key.value))
            }
            (_, DataType::Array(_)) => return None,
            (ast::Literal::Text(_), _) => {
                "declare the column as `JSON`, and write `-> 'key'` behind it".to_owned()
            }
            _ => return None,
        };
        let message = format!("a subscript behind `{data_type}`");
        let diagnostic = Diagnostic::new(code::TYPE_MISMATCH, message, subscript.span)
            .at("only arrays have subscripts")
            .context(operand.span, format!("is `{data_type}`"));
        Some(self.report(diagnostic.help(help)))
    }

    /// `left op ANY (array)`
    pub(super) fn any(
        &mut self,
        scope: &Scope,
        (op, op_span): (BinaryOperator, Span),
        [left, array]: [&ast::Expr; 2],
        span: Span,
    ) -> Bound<Operand> {
        let place = Place {
            symbol: op.as_str(),
            span: op_span,
        };
        let array = self.array(scope, array);
        let left = self.operand(scope, left)?;
        let array = array?;
        let element = element_of(&array);
        if element.is_nested() || element == DataType::Json {
            return Err(self.nested_comparison(place, element));
        }
        let implicit = |from| cast_kind(from, element) == Some(CastKind::Implicit);
        if let Operand::Typed(expr) = &left
            && !implicit(expr.data_type)
        {
            let (name, text) = (expr.data_type, self.snippet(expr.span));
            let message = format!("`{name}` compared with elements of type `{element}`");
            return Err(self.report(
                Diagnostic::new(code::OPERAND_TYPES, message, op_span)
                    .context(expr.span, format!("`{name}`"))
                    .context(array.span, format!("`{element}[]`"))
                    .help(format!("write `CAST({text} AS {element})`")),
            ));
        }
        let left = self.coerced(left, element)?;
        let nullable = true;
        let kind = ExprKind::Access {
            access: Access::Any(comparison(op)),
            operands: vec![left, array],
        };
        Ok(typed(kind, DataType::Boolean, nullable, span))
    }

    /// `cardinality(array)` and `array_length(array, 1)`; None for all other functions.
    pub(super) fn array_function(
        &mut self,
        scope: &Scope,
        name: &Name,
        arguments: &[ast::Expr],
        span: Span,
    ) -> Option<Bound<Operand>> {
        if is_unnest(name) {
            let message = "UNNEST in an expression";
            let diagnostic = Diagnostic::new(code::UNSUPPORTED, message, span)
                .at("gives rows, not a value")
                .help("let it be an entry of the SELECT list, or stand in FROM");
            return Some(Err(self.report(diagnostic)));
        }
        let is = |known| name.matches(known);
        let access = match arguments {
            [_] if is("cardinality") => Access::Cardinality,
            [_, dimension] if is("array_length") => {
                if let Err(reported) = self.first_dimension(dimension) {
                    return Some(Err(reported));
                }
                Access::Length
            }
            _ if is("array_length") || is("cardinality") => {
                return Some(Err(self.array_arguments(name, arguments, span)));
            }
            _ => return None,
        };
        Some(self.array(scope, &arguments[0]).map(|array| {
            let nullable = array.nullable || access == Access::Length;
            let kind = ExprKind::Access {
                access,
                operands: vec![array],
            };
            typed(kind, DataType::Integer(IntegerType::Int32), nullable, span)
        }))
    }

    /// `array_length` or `cardinality` with another number of arguments.
    fn array_arguments(&mut self, name: &Name, arguments: &[ast::Expr], span: Span) -> Reported {
        let is_length = name.matches("array_length");
        let array = arguments.first().map(|array| self.snippet(array.span));
        let array = array.unwrap_or_else(|| "a".to_owned());
        let (name, wanted, instead) = if is_length {
            (
                "array_length",
                counted(2),
                format!("array_length({array}, 1)"),
            )
        } else {
            ("cardinality", counted(1), format!("cardinality({array})"))
        };
        let count = arguments.len();
        let message = format!("`{name}` takes {wanted}, not {count}");
        let diagnostic = Diagnostic::new(code::UNKNOWN_FUNCTION, message, span);
        let diagnostic = diagnostic.at(counted(count));
        self.report(diagnostic.help(format!("write `{instead}`")))
    }

    fn first_dimension(&mut self, dimension: &ast::Expr) -> Bound<()> {
        if let ast::ExprKind::Literal(ast::Literal::Number(number)) = &dimension.kind
            && number == "1"
        {
            return Ok(());
        }
        let message = "the length of another dimension than 1 is not supported yet";
        let diagnostic = Diagnostic::new(code::UNSUPPORTED, message, dimension.span);
        Err(self.report(diagnostic.help("take the length of an element: `array_length(a[1], 1)`")))
    }
}

fn unknown_field(of: StructType, name: &Name, operand: Span) -> Diagnostic {
    let names: Vec<&str> = of
        .fields()
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    let message = format!("no field `{}` in `{of}`", name.text);
    let diagnostic = Diagnostic::new(code::UNKNOWN_COLUMN, message, name.span)
        .at("unknown field")
        .context(operand, "of this");
    if let Some(near) = nearest(&name.text, names.iter().copied()) {
        return diagnostic.help(format!("a field with a similar name exists: `{near}`"));
    }
    let listed = names.iter().take(LISTED).copied().collect::<Vec<_>>();
    let more = if names.len() > LISTED { ", …" } else { "" };
    diagnostic.help(format!("its fields are `{}`{more}", listed.join("`, `")))
}
