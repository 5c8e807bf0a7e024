//! Arguments that are more than a value of a type: words, paths, filters.

use super::coerce::{Operand, Untyped, UntypedValue, cast_to};
use super::literal::Problem;
use super::{Binder, Bound, constant, path, topic};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::functions::{Function, Parameter, Words, overloads};
use crate::ir::ast::Text;
use crate::ir::logical::{Expr, ExprKind, PathStep, Value};
use crate::types::{DataType, IntegerType};

const BIGINT: DataType = DataType::Integer(IntegerType::Int64);

impl Binder<'_> {
    /// The operand as TEXT, by a cast.
    pub(super) fn text_of(&mut self, name: &str, operand: Operand) -> Bound<Expr> {
        let expr = self.typed(operand)?;
        if expr.data_type == DataType::Boolean {
            let message = format!("`{name}` takes no BOOLEAN");
            let text = self.snippet(expr.span);
            return Err(self.report(
                Diagnostic::new(code::UNKNOWN_FUNCTION, message, expr.span)
                    .at("`BOOLEAN`")
                    .note("PostgreSQL writes `t` and `f` here, a CAST `true` and `false`")
                    .help(format!("write `CAST({text} AS TEXT)`")),
            ));
        }
        Ok(cast_to(expr, DataType::Text))
    }

    /// The operand as one of some words: a constant.
    pub(super) fn word(
        &mut self,
        name: &str,
        words: &'static Words,
        operand: Operand,
    ) -> Bound<Expr> {
        let expr = self.constant_text(name, words.what, operand)?;
        let Some(Value::Text(text)) = expr.literal() else {
            return Ok(expr);
        };
        let lower = text.to_lowercase();
        if words.variant(&lower).is_some() {
            let kind = ExprKind::Literal(Value::Text(lower));
            return Ok(Expr { kind, ..expr });
        }
        let of_all = overloads(name).into_iter().flat_map(known_words);
        let mut of_all: Vec<_> = of_all.collect();
        of_all.sort_unstable();
        let known = || of_all.iter().map(|(known, _)| *known);
        let message = format!("`{name}` knows no {} `{text}`", words.what);
        let diagnostic = Diagnostic::new(code::ARGUMENT, message, expr.span)
            .at(format!("unknown {}", words.what));
        if let Some(near) = nearest(&lower, known()) {
            return Err(self.report(diagnostic.help(format!("did you mean `'{near}'`?"))));
        }
        // abbreviations of a word are left out
        let is_whole = |(word, variant): &&&(&str, &str)| variant.eq_ignore_ascii_case(word);
        let mut whole: Vec<&str> = Vec::new();
        for (word, _) in of_all.iter().filter(is_whole) {
            if !whole.contains(word) {
                whole.push(word);
            }
        }
        Err(self.report(diagnostic.note(format!("it takes {}", whole.join(", ")))))
    }

    /// The operand as a constant TEXT that is not NULL.
    pub(super) fn constant_text(
        &mut self,
        name: &str,
        what: &str,
        operand: Operand,
    ) -> Bound<Expr> {
        let expr = self.coerced(operand, DataType::Text)?;
        if let Some(value @ Value::Text(_)) = constant::fold(&expr) {
            let kind = ExprKind::Literal(value);
            return Ok(Expr {
                kind,
                nullable: false,
                ..expr
            });
        }
        let message = format!("the {what} of `{name}` must be a constant");
        Err(self.report(
            Diagnostic::new(code::ARGUMENT, message, expr.span)
                .at("not a constant text")
                .note("it decides which code is generated"),
        ))
    }

    /// The key of an object, TEXT, or the index of an array, BIGINT.
    pub(super) fn json_key(&mut self, operand: Operand) -> Bound<Expr> {
        let expr = self.typed(operand)?;
        Ok(match expr.data_type {
            DataType::Integer(_) => match constant::fold(&expr) {
                // as a literal that needs no cast
                Some(value) => Expr {
                    kind: ExprKind::Literal(value),
                    data_type: BIGINT,
                    ..expr
                },
                None => cast_to(expr, BIGINT),
            },
            DataType::Boolean
            | DataType::Float32
            | DataType::Float64
            | DataType::Decimal { .. }
            | DataType::Text
            | DataType::Bytes
            | DataType::Timestamp(_)
            | DataType::Date
            | DataType::Time
            | DataType::Interval
            | DataType::Json
            | DataType::Struct(_)
            | DataType::Array(_) => expr,
        })
    }

    /// A constant JSON path as its keys.
    pub(super) fn path_argument(&mut self, name: &str, operand: Operand) -> Bound<Vec<Expr>> {
        let written = written(&operand);
        let expr = self.constant_text(name, "path", operand)?;
        let Some(Value::Text(text)) = expr.literal() else {
            return Ok(Vec::new());
        };
        let steps = path::parse(text).map_err(|problem| {
            self.wrong_constant("JSON path", text, written.as_ref(), &expr, problem)
        })?;
        let key = |step| {
            let (value, data_type) = match step {
                PathStep::Key(key) => (Value::Text(key), DataType::Text),
                PathStep::Index(index) => (Value::Integer(index.into()), BIGINT),
            };
            Expr {
                kind: ExprKind::Literal(value),
                data_type,
                ..expr
            }
        };
        Ok(steps.into_iter().map(key).collect())
    }

    /// A topic filter; a constant one is checked.
    pub(super) fn topic_filter(&mut self, operand: Operand) -> Bound<Expr> {
        let written = written(&operand);
        let expr = self.coerced(operand, DataType::Text)?;
        if let Some(Value::Text(text)) = constant::fold(&expr) {
            topic::check_filter(&text).map_err(|problem| {
                self.wrong_constant("topic filter", &text, written.as_ref(), &expr, problem)
            })?;
        }
        Ok(expr)
    }

    /// A constant argument that is not what it should be.
    pub(super) fn wrong_constant(
        &mut self,
        what: &str,
        text: &str,
        written: Option<&Text>,
        expr: &Expr,
        problem: Problem,
    ) -> super::Reported {
        let shown: String = text.chars().take(40).collect();
        let message = format!("invalid {what} `{shown}`");
        let span = match written {
            Some(written) if !problem.range.is_empty() => {
                written.span_within(self.source, problem.range)
            }
            Some(_) | None => expr.span,
        };
        self.report(Diagnostic::new(code::ARGUMENT, message, span).at(problem.text))
    }
}

/// The text of a literal, with its place.
pub(super) fn written(operand: &Operand) -> Option<Text> {
    match operand {
        Operand::Literal(Untyped {
            value: UntypedValue::Text(text),
            ..
        }) => Some(text.clone()),
        Operand::Literal(_) | Operand::Typed(_) => None,
    }
}

/// The words that a function's parameters take.
fn known_words(
    function: &'static Function,
) -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    let parameters = function.parameters.iter();
    let words = parameters.filter_map(|parameter| match parameter {
        Parameter::Word(words) => Some(words.known()),
        Parameter::Is(_)
        | Parameter::Number
        | Parameter::Integer
        | Parameter::Decimal
        | Parameter::Timestamp
        | Parameter::Comparable
        | Parameter::Any
        | Parameter::AsText
        | Parameter::Key
        | Parameter::Path
        | Parameter::Filter
        | Parameter::Pattern
        | Parameter::Flags
        | Parameter::Template(_) => None,
    });
    words.flatten()
}
