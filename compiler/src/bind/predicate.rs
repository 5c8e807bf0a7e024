//! IN, BETWEEN, CASE and LIKE.

use super::coerce::{Operand, UntypedValue, common, conversion};
use super::expr::typed;
use super::operator::Place;
use super::scope::Scope;
use super::{Binder, Bound};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast;
use crate::ir::logical::{CompareOperator, Expr, ExprKind, Value};
use crate::source::Span;
use crate::types::DataType;

impl Binder<'_> {
    /// `x [NOT] IN (a, b)`
    pub(super) fn in_list(
        &mut self,
        scope: &Scope,
        operand: &ast::Expr,
        list: &[ast::Expr],
        negated: bool,
        span: Span,
    ) -> Bound<Operand> {
        let place = Place {
            symbol: "IN",
            span: operand.span.to(span),
        };
        let operand = self.operand(scope, operand);
        let list: Vec<_> = list
            .iter()
            .map(|item| self.value_or_word(scope, item))
            .collect();
        let operands: Bound<Vec<_>> = std::iter::once(operand).chain(list).collect();
        let operands = operands?;
        let symbol = if negated { "NOT IN" } else { "IN" };
        let listed = Place { symbol, ..place };
        self.warn_null(listed, &operands[0], &operands[1..]);
        let mut operands = self.comparable(scope, place, operands)?;
        let nullable = operands.iter().any(|operand| operand.nullable);
        let operand = Box::new(operands.remove(0));
        let kind = ExprKind::InList {
            operand,
            list: operands,
            negated,
        };
        Ok(typed(kind, DataType::Boolean, nullable, span))
    }

    /// Warns of a NULL among what `operand` is compared with.
    pub(super) fn warn_null(&mut self, place: Place, operand: &Operand, others: &[Operand]) {
        let Some(null) = others.iter().find(|other| is_null(other)) else {
            return;
        };
        let name = self.snippet(operand.span());
        let help = match place.symbol {
            "WHEN" => format!("write `CASE WHEN {name} IS NULL THEN …`"),
            "=" => format!("to test for NULL, write `{name} IS NULL`"),
            "<>" => format!("to test for NULL, write `{name} IS NOT NULL`"),
            "IN" if others.iter().all(is_null) => {
                format!("to test for NULL, write `{name} IS NULL`")
            }
            "IN" => format!("write `{name} IN (…) OR {name} IS NULL`"),
            "NOT IN" => format!("write `{name} NOT IN (…) AND {name} IS NOT NULL`"),
            _ => "leave the comparison out".to_owned(),
        };
        let diagnostic = Diagnostic::new(
            code::NULL_COMPARISON,
            "a comparison with NULL is never true",
            null.span(),
        );
        let diagnostic = match place.symbol {
            "NOT IN" => diagnostic.at("with this in its list, NOT IN is never true"),
            _ => diagnostic.at("nothing equals it or differs from it"),
        };
        self.report(diagnostic.help(help));
    }

    /// `x BETWEEN low AND high` is `x >= low AND x <= high`; negated, `x < low OR x > high`. The
    /// symmetric form is that of both orders of the ends, joined by OR (negated, by AND).
    pub(super) fn between(
        &mut self,
        scope: &Scope,
        [operand, low, high]: [&ast::Expr; 3],
        (symmetric, negated): (bool, bool),
        span: Span,
    ) -> Bound<Operand> {
        let operands = self.operands(scope, [operand, low, high])?;
        let place = Place {
            symbol: "BETWEEN",
            span: operand.span.to(span),
        };
        let [operand, low, high] =
            <[Operand; 3]>::try_from(operands).expect("three operands were bound");
        if !symmetric {
            let within = self.within(scope, place, [operand, low, high], negated, span)?;
            return Ok(Operand::Typed(within));
        }
        let ends = [operand.clone(), low.clone(), high.clone()];
        let rising = self.within(scope, place, ends, negated, span)?;
        let falling = self.within(scope, place, [operand, high, low], negated, span)?;
        let nullable = rising.nullable || falling.nullable;
        let either = vec![rising, falling];
        let kind = if negated {
            ExprKind::And(either)
        } else {
            ExprKind::Or(either)
        };
        Ok(typed(kind, DataType::Boolean, nullable, span))
    }

    /// Whether the operand is between the ends, in their order.
    fn within(
        &mut self,
        scope: &Scope,
        place: Place,
        [operand, low, high]: [Operand; 3],
        negated: bool,
        span: Span,
    ) -> Bound<Expr> {
        let (above, below) = if negated {
            (CompareOperator::Less, CompareOperator::Greater)
        } else {
            (
                CompareOperator::GreaterOrEqual,
                CompareOperator::LessOrEqual,
            )
        };
        let low = self.compare(scope, (above, place), operand.clone(), low, span);
        let high = self.compare(scope, (below, place), operand, high, span);
        let ends = vec![low?, high?];
        let nullable = ends.iter().any(|end| end.nullable);
        let kind = if negated {
            ExprKind::Or(ends)
        } else {
            ExprKind::And(ends)
        };
        Ok(Expr {
            kind,
            data_type: DataType::Boolean,
            nullable,
            span,
        })
    }

    /// `CASE [operand] WHEN … THEN … [ELSE …] END`
    pub(super) fn case(
        &mut self,
        scope: &Scope,
        operand: Option<&ast::Expr>,
        branches: &[(ast::Expr, ast::Expr)],
        otherwise: Option<&ast::Expr>,
        span: Span,
    ) -> Bound<Operand> {
        let conditions = self.conditions(scope, operand, branches);
        let results = branches.iter().map(|(_, result)| result).chain(otherwise);
        let results = self.operands(scope, results);
        let (conditions, results) = (conditions?, results?);
        let mut results = self.same_type(scope, "CASE", results)?;
        let data_type = results[0].data_type;
        let nullable = otherwise.is_none() || results.iter().any(|result| result.nullable);
        let last = otherwise.and_then(|_| results.pop()).map(Box::new);
        let kind = ExprKind::Case {
            branches: conditions.into_iter().zip(results).collect(),
            otherwise: last,
        };
        Ok(typed(kind, data_type, nullable, span))
    }

    /// The conditions of a CASE; in the simple form, comparisons with its operand.
    fn conditions(
        &mut self,
        scope: &Scope,
        operand: Option<&ast::Expr>,
        branches: &[(ast::Expr, ast::Expr)],
    ) -> Bound<Vec<Expr>> {
        let operand = operand
            .map(|operand| self.operand(scope, operand))
            .transpose()?;
        let mut conditions = Vec::new();
        let mut failed = None;
        for (when, _) in branches {
            let bound = self.operand(scope, when).and_then(|when| match &operand {
                None => self.boolean(scope, when, "WHEN"),
                Some(operand) => {
                    let span = when.span();
                    let place = Place {
                        symbol: "WHEN",
                        span,
                    };
                    let equal = (CompareOperator::Equal, place);
                    self.warn_null(place, operand, std::slice::from_ref(&when));
                    self.compare(scope, equal, operand.clone(), when, span)
                }
            });
            match bound {
                Ok(condition) => conditions.push(condition),
                Err(reported) => failed = Some(reported),
            }
        }
        failed.map_or(Ok(conditions), Err)
    }

    /// Binds all, so that each mistake is reported.
    pub(super) fn operands<'e>(
        &mut self,
        scope: &Scope,
        written: impl IntoIterator<Item = &'e ast::Expr>,
    ) -> Bound<Vec<Operand>> {
        let bound: Vec<Bound<Operand>> = written
            .into_iter()
            .map(|operand| self.operand(scope, operand))
            .collect();
        bound.into_iter().collect()
    }

    /// The operands brought to one type, for `construct`, which gives one of them.
    pub(super) fn same_type(
        &mut self,
        scope: &Scope,
        construct: &str,
        operands: Vec<Operand>,
    ) -> Bound<Vec<Expr>> {
        let data_type = match common(&operands) {
            Ok(data_type) => data_type,
            Err((left, right)) => {
                let (left, right) = (left.min(right), left.max(right));
                return Err(self.no_common_type(
                    scope,
                    construct,
                    &operands[left],
                    &operands[right],
                ));
            }
        };
        let coerced: Vec<Bound<Expr>> = operands
            .into_iter()
            .map(|operand| self.coerced(operand, data_type))
            .collect();
        coerced.into_iter().collect()
    }

    fn no_common_type(
        &mut self,
        scope: &Scope,
        construct: &str,
        left: &Operand,
        right: &Operand,
    ) -> super::Reported {
        let (left_name, right_name) = (left.type_name(), right.type_name());
        let message = format!("{construct} gives `{left_name}` here and `{right_name}` there");
        let text = self.snippet(right.span());
        let mut diagnostic = Diagnostic::new(code::OPERAND_TYPES, message, right.span())
            .at(format!("`{right_name}`"))
            .context(left.span(), format!("`{left_name}`"));
        if let Operand::Typed(expr) = right
            && let Some(declared) = scope.declared(expr)
        {
            diagnostic = diagnostic.context(declared, format!("declared `{right_name}` here"));
        }
        self.report(
            diagnostic
                .note("all results have one type")
                .help(format!("cast one of them: `CAST({text} AS {left_name})`")),
        )
    }

    /// `x [NOT] LIKE pattern [ESCAPE c]`
    pub(super) fn like(
        &mut self,
        scope: &Scope,
        operands: [&ast::Expr; 2],
        (any_case, escape, negated): (bool, Option<char>, bool),
        span: Span,
    ) -> Bound<Operand> {
        let [operand, pattern] = operands.map(|operand| {
            let operand = self.operand(scope, operand)?;
            let symbol = if any_case { "ILIKE" } else { "LIKE" };
            self.text_operand(scope, operand, symbol)
        });
        let (operand, pattern) = (operand?, pattern?);
        self.check_pattern(&pattern, escape)?;
        let nullable = operand.nullable || pattern.nullable;
        let kind = ExprKind::Like {
            operand: Box::new(operand),
            pattern: Box::new(pattern),
            any_case,
            escape,
            negated,
        };
        Ok(typed(kind, DataType::Boolean, nullable, span))
    }

    /// An operand of an operator that takes TEXT alone.
    pub(super) fn text_operand(
        &mut self,
        scope: &Scope,
        operand: Operand,
        symbol: &str,
    ) -> Bound<Expr> {
        let expr = self.typed(operand)?;
        if expr.data_type == DataType::Text {
            return Ok(expr);
        }
        let name = expr.data_type;
        let message = format!("operator `{symbol}` takes TEXT, not `{name}`");
        let text = self.snippet(expr.span);
        let mut diagnostic = Diagnostic::new(code::OPERAND_TYPES, message, expr.span)
            .at(format!("`{name}`"))
            .help(format!(
                "write `{}`",
                conversion(&text, name, DataType::Text)
            ));
        if let Some(declared) = scope.declared(&expr) {
            diagnostic = diagnostic.context(declared, format!("declared `{name}` here"));
        }
        Err(self.report(diagnostic))
    }

    /// A constant pattern must not end with a lone escape character.
    fn check_pattern(&mut self, pattern: &Expr, escape: Option<char>) -> Bound<()> {
        let (ExprKind::Literal(Value::Text(text)), Some(escape)) = (&pattern.kind, escape) else {
            return Ok(());
        };
        let mut characters = text.chars();
        while let Some(c) = characters.next() {
            if c == escape && characters.next().is_none() {
                let message = "the LIKE pattern ends with its escape character";
                let diagnostic = Diagnostic::new(code::CONSTANT_FAILS, message, pattern.span)
                    .at(format!("`{escape}` needs a character behind it"))
                    .help(format!("write `{escape}{escape}` for the character itself"));
                return Err(self.report(diagnostic));
            }
        }
        Ok(())
    }
}

/// The literal NULL.
fn is_null(operand: &Operand) -> bool {
    matches!(operand, Operand::Literal(literal) if matches!(literal.value, UntypedValue::Null))
}
