//! Constant regular expressions, tried when the pipeline is compiled.

use super::Binder;
use super::coerce::Operand;
use super::{Bound, Reported, constant};
use crate::diagnostics::{Diagnostic, code};
use crate::functions::{Function, Parameter};
use crate::ir::logical::{Expr, ExprKind, Value};
use crate::types::DataType;
use regex::RegexBuilder;

impl Binder<'_> {
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
