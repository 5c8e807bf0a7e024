//! Constant regular expressions, tried when the pipeline is compiled.

use super::coerce::Operand;
use super::expr::typed;
use super::operator::Place;
use super::scope::Scope;
use super::{Binder, Bound, Reported, call, constant};
use crate::diagnostics::{Diagnostic, code};
use crate::functions::{Function, Parameter, overloads};
use crate::ir::logical::{Expr, ExprKind, Value};
use crate::source::Span;
use crate::types::DataType;
use regex::RegexBuilder;

/// Which of the operators that search for a regular expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// Whatever the case of letters: a `*` behind it.
    any_case: bool,
    /// A `!` before it.
    negated: bool,
}

impl Match {
    pub(super) const fn new(any_case: bool, negated: bool) -> Self {
        Self { any_case, negated }
    }
}

impl Binder<'_> {
    /// `text ~ pattern` and its kin: the function `regexp_like`.
    pub(super) fn regex_match(
        &mut self,
        scope: &Scope,
        (wanted, place): (Match, Place),
        operands: [Operand; 2],
        span: Span,
    ) -> Bound<Operand> {
        let [text, pattern] =
            operands.map(|operand| self.text_operand(scope, operand, place.symbol));
        let (text, pattern) = (text?, pattern?);
        let pattern = self.pattern_argument(Operand::Typed(pattern))?;
        let flags = if wanted.any_case { "i" } else { "" };
        let flags = Expr {
            kind: ExprKind::Literal(Value::Text(flags.to_owned())),
            data_type: DataType::Text,
            nullable: false,
            span: place.span,
        };
        let function = overloads("regexp_like")[0];
        let arguments = vec![text, pattern, flags];
        self.check_regex(place.symbol, function, &arguments)?;
        let found = call::result(function, arguments, span);
        if !wanted.negated {
            return Ok(found);
        }
        let found = self.typed(found)?;
        let nullable = found.nullable;
        let kind = ExprKind::Not(Box::new(found));
        Ok(typed(kind, DataType::Boolean, nullable, span))
    }

    /// A pattern; a constant one becomes a literal, so that it is compiled once.
    pub(super) fn pattern_argument(&mut self, operand: Operand) -> Bound<Expr> {
        let expr = self.coerced(operand, DataType::Text)?;
        Ok(match constant::fold(&expr) {
            Some(value @ Value::Text(_)) => Expr {
                kind: ExprKind::Literal(value),
                nullable: false,
                ..expr
            },
            Some(_) | None => expr,
        })
    }

    /// Whether the pattern and the flags among the arguments are some.
    pub(super) fn check_regex(
        &mut self,
        name: &str,
        function: &Function,
        arguments: &[Expr],
    ) -> Bound<()> {
        let of = |wanted: Parameter| {
            let mut parameters = function.parameters.iter();
            let at = parameters.position(|parameter| *parameter == wanted)?;
            Some(&arguments[at])
        };
        let Some(pattern) = of(Parameter::Pattern) else {
            return Ok(());
        };
        let flags = match of(Parameter::Flags).and_then(Expr::literal) {
            Some(Value::Text(flags)) => flags.as_str(),
            Some(_) | None => "",
        };
        let known = if name == "regexp_replace" {
            "cgimnpqswx"
        } else {
            "cimnpqswx"
        };
        if let Some(flag) = flags.chars().find(|flag| !known.contains(*flag)) {
            let place = of(Parameter::Flags).map_or(pattern.span, |flags| flags.span);
            let message = format!("`{name}` has no flag `{flag}`");
            return Err(self.report(
                Diagnostic::new(code::ARGUMENT, message, place)
                    .at("not a flag of it")
                    .note("its flags are those that docs/functions.md explains"),
            ));
        }
        match pattern.literal() {
            Some(Value::Text(text)) => match compile(text, flags) {
                Ok(()) => Ok(()),
                Err(problem) => Err(self.invalid_pattern(pattern, text, problem)),
            },
            Some(_) | None => Ok(()),
        }
    }

    fn invalid_pattern(&mut self, pattern: &Expr, text: &str, problem: String) -> Reported {
        let shown: String = text.chars().take(40).collect();
        let message = format!("invalid regular expression `{shown}`");
        let diagnostic = Diagnostic::new(code::ARGUMENT, message, pattern.span).at(problem);
        let of_postgres = ["\\y", "\\Y", "\\m", "\\M", "\\Z"];
        self.report(if of_postgres.iter().any(|escape| text.contains(escape)) {
            diagnostic.help(
                "a word's border is `\\b` here, its start `\\b{start}`, its end `\\b{end}`, \
                 and the text's end `\\z`",
            )
        } else {
            diagnostic
        })
    }
}

/// As the runtime does it.
fn compile(pattern: &str, flags: &str) -> Result<(), String> {
    let literal = flags.contains('q').then(|| regex::escape(pattern));
    let mut builder = RegexBuilder::new(literal.as_deref().unwrap_or(pattern));
    builder.ignore_whitespace(flags.contains('x'));
    match builder.build() {
        Ok(_) => Ok(()),
        Err(regex::Error::CompiledTooBig(limit)) => {
            Err(format!("compiled, it takes more than {limit} bytes"))
        }
        Err(error) => {
            let text = error.to_string();
            let reason = text.lines().last().unwrap_or_default();
            Err(reason.trim_start_matches("error: ").to_owned())
        }
    }
}
