//! Expressions: every name resolved, every node typed.

use super::coerce::{Operand, Untyped, UntypedValue};
use super::constant::{self, Failure};
use super::scope::Scope;
use super::{Binder, Bound, Reported, domain};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{self, ExprKind as Ast, Literal, Text};
use crate::ir::logical::{Expr, ExprKind, Operator, Value};
use crate::source::Span;
use crate::types::DataType;

impl Binder<'_> {
    /// The predicate of a WHERE.
    pub(super) fn predicate(&mut self, scope: &Scope, ast: &ast::Expr) -> Bound<Expr> {
        let operand = self.operand(scope, ast)?;
        let predicate = self.boolean(scope, operand, "WHERE")?;
        self.check_constants(&predicate)?;
        Ok(predicate)
    }

    /// An output column; a literal takes the type `target`, where there is one.
    pub(super) fn output(&mut self, operand: Operand, target: Option<DataType>) -> Bound<Expr> {
        let expr = match (operand, target) {
            (operand @ Operand::Literal(_), Some(target)) => self.coerced(operand, target)?,
            (operand, _) => self.typed(operand)?,
        };
        self.check_constants(&expr)?;
        Ok(expr)
    }

    /// Binds an expression; a literal stays open until its surroundings give it a type.
    pub(super) fn operand(&mut self, scope: &Scope, ast: &ast::Expr) -> Bound<Operand> {
        let span = ast.span;
        match &ast.kind {
            Ast::Column { .. } | Ast::Field { .. } | Ast::Subscript { .. } | Ast::Any { .. } => {
                self.place(scope, &ast.kind, span)
            }
            Ast::Literal(literal) => self.literal(literal, span),
            Ast::Not(operand) => self.not(scope, operand, span),
            Ast::Negate(operand) => self.negate(scope, operand, span),
            Ast::BitNot(operand) => self.bit_not(scope, operand, span),
            Ast::IsDistinct {
                left,
                right,
                negated,
            } => self.is_distinct(scope, [left, right], *negated, span),
            Ast::Binary {
                op,
                op_span,
                left,
                right,
            } => self.binary(scope, (*op, *op_span), left, right, span),
            Ast::IsNull { operand, negated } => self.is_null(scope, operand, *negated, span),
            Ast::IsTruth {
                operand,
                value,
                negated,
            } => self.is_truth(scope, operand, (*value, *negated), span),
            Ast::InList {
                operand,
                list,
                negated,
            } => self.in_list(scope, operand, list, *negated, span),
            Ast::Between {
                operand,
                low,
                high,
                symmetric,
                negated,
            } => self.between(scope, [operand, low, high], (*symmetric, *negated), span),
            Ast::Case {
                operand,
                branches,
                otherwise,
            } => {
                let operand = operand.as_deref();
                self.case(scope, operand, branches, otherwise.as_deref(), span)
            }
            Ast::Cast {
                operand,
                tried,
                data_type,
                type_span,
            } => self.cast(scope, (operand, *tried), (*data_type, *type_span), span),
            Ast::Like {
                operand,
                pattern,
                any_case,
                escape,
                negated,
            } => {
                let like = (*any_case, *escape, *negated);
                self.like(scope, [operand, pattern], like, span)
            }
            // the parser said so
            Ast::Unsupported => Err(Reported),
            Ast::Call { name, arguments } => self.any_call(scope, name, arguments, span),
        }
    }

    /// Columns, and what reaches into nested values.
    fn place(&mut self, scope: &Scope, kind: &Ast, span: Span) -> Bound<Operand> {
        if let Ast::Column { qualifier, name } = kind {
            self.column_or_field(scope, qualifier.as_ref(), name, span)
        } else if let Ast::Field { operand, name } = kind {
            self.field(scope, operand, name, span)
        } else if let Ast::Subscript { operand, subscript } = kind {
            self.subscript(scope, operand, subscript, span)
        } else if let Ast::Any {
            op,
            op_span,
            left,
            array,
        } = kind
        {
            self.any(scope, (*op, *op_span), [left, array], span)
        } else {
            unreachable!("the caller has looked at what it is")
        }
    }

    fn any_call(
        &mut self,
        scope: &Scope,
        name: &ast::Name,
        arguments: &[ast::Expr],
        span: Span,
    ) -> Bound<Operand> {
        self.array_function(scope, name, arguments, span)
            .unwrap_or_else(|| self.call(scope, name, arguments, span))
    }

    fn not(&mut self, scope: &Scope, operand: &ast::Expr, span: Span) -> Bound<Operand> {
        let operand = self.operand(scope, operand)?;
        let operand = self.boolean(scope, operand, "NOT")?;
        let nullable = operand.nullable;
        let kind = ExprKind::Not(Box::new(operand));
        Ok(typed(kind, DataType::Boolean, nullable, span))
    }

    fn is_null(
        &mut self,
        scope: &Scope,
        operand: &ast::Expr,
        negated: bool,
        span: Span,
    ) -> Bound<Operand> {
        let operand = self.operand(scope, operand)?;
        let operand = Box::new(self.typed(operand)?);
        let kind = ExprKind::IsNull { operand, negated };
        Ok(typed(kind, DataType::Boolean, false, span))
    }

    fn is_truth(
        &mut self,
        scope: &Scope,
        operand: &ast::Expr,
        (value, negated): (Option<bool>, bool),
        span: Span,
    ) -> Bound<Operand> {
        let operand = self.operand(scope, operand)?;
        let operand = Box::new(self.boolean(scope, operand, "IS TRUE")?);
        let kind = ExprKind::IsTruth {
            operand,
            value,
            negated,
        };
        Ok(typed(kind, DataType::Boolean, false, span))
    }

    fn literal(&mut self, literal: &Literal, span: Span) -> Bound<Operand> {
        let value = match literal {
            Literal::Null => UntypedValue::Null,
            Literal::Number(text) => UntypedValue::Number(text.clone()),
            Literal::Text(text) => UntypedValue::Text(text.clone()),
            Literal::Boolean(value) => {
                let kind = ExprKind::Literal(Value::Boolean(*value));
                return Ok(typed(kind, DataType::Boolean, false, span));
            }
            Literal::Typed { data_type, text } => {
                let value = self.text_as(text, *data_type)?;
                return Ok(typed(ExprKind::Literal(value), *data_type, false, span));
            }
        };
        Ok(Operand::Literal(Untyped { value, span }))
    }

    /// The value of a string literal as `data_type`.
    pub(super) fn text_as(&mut self, text: &Text, data_type: DataType) -> Bound<Value> {
        super::literal::value_of_text(&text.value, data_type).map_err(|problem| {
            let span = text.span_within(self.source, problem.range);
            let shown = text.value.chars().take(40).collect::<String>();
            let message = format!("`'{shown}'` is not a valid `{data_type}`");
            let span = if span.start == span.end {
                text.span
            } else {
                span
            };
            let vowel = data_type.to_string().starts_with('I');
            let article = if vowel { "an" } else { "a" };
            let diagnostic = Diagnostic::new(code::LITERAL, message, span)
                .at(problem.text)
                .note(format!(
                    "a text beside {article} `{data_type}` is read as one"
                ));
            let is_time = matches!(data_type, DataType::Timestamp(_) | DataType::Date);
            let is_interval =
                is_time && super::literal::value_of_text(&text.value, DataType::Interval).is_ok();
            self.report(if is_interval {
                diagnostic.help(format!("for a length of time, write `INTERVAL '{shown}'`"))
            } else {
                diagnostic
            })
        })
    }

    /// Reports the parts of an expression that fail for every row.
    fn check_constants(&mut self, expr: &Expr) -> Bound<()> {
        let mut failures = Vec::new();
        find_failures(expr, &mut failures);
        let mut result = Ok(());
        for (span, failure) in failures {
            result = Err(self.report(always_fails(span, failure)));
        }
        result
    }
}

fn always_fails(span: Span, failure: Failure) -> Diagnostic {
    let diagnostic = |message| Diagnostic::new(code::CONSTANT_FAILS, message, span);
    match failure {
        Failure::DivisionByZero => diagnostic("division by zero")
            .at("always fails")
            .note("each row that gets here would be rejected"),
        Failure::Overflow => diagnostic("the result is out of its type's range")
            .at("always fails")
            .help("calculate in a wider type: `CAST(… AS BIGINT)` or DOUBLE"),
        Failure::Argument(problem) => diagnostic("this argument always fails")
            .at(problem)
            .note("each row that gets here would be rejected"),
        Failure::Cast(problem) => diagnostic("this cast always fails")
            .at(problem)
            .note("each row that gets here would be rejected"),
    }
}

/// A typed operand.
pub(super) fn typed(kind: ExprKind, data_type: DataType, nullable: bool, span: Span) -> Operand {
    Operand::Typed(Expr {
        kind,
        data_type,
        nullable,
        span,
    })
}

/// Collects the innermost constant parts that fail. Whether `expr` is constant and succeeds.
fn find_failures(expr: &Expr, failures: &mut Vec<(Span, Failure)>) -> bool {
    let before = failures.len();
    let mut constant = true;
    for child in expr.children() {
        constant &= find_failures(child, failures);
    }
    if failures.len() > before {
        return false;
    }
    if divides_by_zero(expr) {
        failures.push((expr.span, Failure::DivisionByZero));
    }
    failures.extend(domain::outside(expr));
    if !constant {
        return false;
    }
    match constant::evaluate(expr) {
        Ok(value) => value.is_some(),
        Err(failure) => {
            failures.push((expr.span, failure));
            false
        }
    }
}

/// Whether the divisor is a constant zero: that fails for every row that is not NULL, even where
/// the dividend is not constant.
fn divides_by_zero(expr: &Expr) -> bool {
    let ExprKind::Binary { op, left, right } = &expr.kind else {
        return false;
    };
    let divides = matches!(op, Operator::Divide | Operator::Modulo);
    let zero = constant::fold(right).is_some_and(|value| {
        matches!(value, Value::Integer(0))
            || matches!(value, Value::Decimal(0))
            || matches!(value, Value::Float32(value) if value == 0.0)
            || matches!(value, Value::Float64(value) if value == 0.0)
    });
    divides && zero && constant::fold(left).is_none()
}
