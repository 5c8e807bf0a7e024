//! `key = value` lists: `WITH (…)`, and the Avro form inside a column list.

use super::cursor::{Parsed, Parser};
use super::report::single_quoted;
use super::tokens::Kind;
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{Name, OptionEntry, OptionValue};
use crate::source::Span;

impl Parser<'_> {
    /// `WITH (…)`
    pub(super) fn with_options(&mut self) -> Parsed<Vec<OptionEntry>> {
        if self.is_symbol("(") {
            let error = self.expected("`WITH`");
            return Err(error.help("options stand behind WITH: `WITH (key = 'value', …)`"));
        }
        self.expect_keyword("WITH")?;
        let opening = self.expect_symbol("(")?;
        let mut options = Vec::new();
        while !self.is_symbol(")") && !self.at_end() {
            let start = self.position();
            match self.option() {
                Ok(option) => options.push(option),
                Err(error) => {
                    self.report(error);
                    self.skip_entry(start);
                }
            }
            if !self.next_entry(Self::is_option, "option")? {
                break;
            }
        }
        self.expect_closing(")", opening)?;
        Ok(options)
    }

    /// The comma between two entries of a list in parentheses: whether another entry follows.
    /// Reports a comma that is missing (where `is_entry` finds an entry all the same) or that
    /// nothing follows.
    pub(super) fn next_entry(
        &mut self,
        is_entry: impl Fn(&Self) -> bool,
        what: &str,
    ) -> Parsed<bool> {
        if self.is_symbol(",") {
            let comma = self.advance().span;
            if self.is_symbol(")") {
                self.report(
                    Diagnostic::new(
                        code::SYNTAX,
                        format!("a comma stands behind the last {what}"),
                        comma,
                    )
                    .at("nothing follows")
                    .help("remove the comma"),
                );
            }
            return Ok(!self.is_symbol(")"));
        }
        if self.is_symbol(")") || self.at_end() {
            return Ok(false);
        }
        if is_entry(self) {
            let behind = self.previous_span();
            let here = self.peek().span;
            self.report(
                Diagnostic::new(
                    code::SYNTAX,
                    format!("a comma is missing between this {what} and the next"),
                    behind,
                )
                .at("add a comma behind this")
                .context(here, format!("the next {what} begins here")),
            );
            return Ok(true);
        }
        Err(self.expected("`,` or `)`"))
    }

    /// Whether `key =` comes next.
    pub(super) fn is_option(&self) -> bool {
        if !matches!(
            self.peek().kind,
            Kind::Word | Kind::Quoted(_) | Kind::Text(_)
        ) {
            return false;
        }
        let mut ahead = 1;
        while self.is_symbol_at(ahead, ".") && matches!(self.peek_at(ahead + 1).kind, Kind::Word) {
            ahead += 2;
        }
        self.is_symbol_at(ahead, "=")
    }

    /// `key = value`
    pub(super) fn option(&mut self) -> Parsed<OptionEntry> {
        let key = self.option_key()?;
        self.expect_symbol("=")?;
        let value = self.option_value()?;
        Ok(OptionEntry { key, value })
    }

    /// `key`, `dotted.key`, `'dotted.key'` or `"key"`
    pub(super) fn option_key(&mut self) -> Parsed<Name> {
        let token = self.peek();
        if let Kind::Text(text) = &token.kind {
            self.advance();
            return Ok(Name {
                text: text.clone(),
                quoted: true,
                span: token.span,
            });
        }
        let mut key = self.any_name("the name of an option")?;
        while self.accept_symbol(".") {
            let part = self.any_name("the rest of the option's name")?;
            key.text = format!("{}.{}", key.text, part.text);
            key.span = key.span.to(part.span);
        }
        Ok(key)
    }

    pub(super) fn option_value(&mut self) -> Parsed<OptionValue> {
        let token = self.peek();
        match &token.kind {
            Kind::Text(_) => self.text("a value").map(OptionValue::Text),
            Kind::Number => Ok(self.number_value("", token.span)),
            Kind::Symbol if matches!(self.slice(token), "-" | "+") => {
                self.advance();
                if !matches!(self.peek().kind, Kind::Number) {
                    return Err(self.expected("a number"));
                }
                let sign = self.slice(token).trim_start_matches('+');
                Ok(self.number_value(sign, token.span))
            }
            Kind::Symbol if self.is_symbol("[") => self.array_value(token.span),
            Kind::Word if self.is_keyword("ARRAY") && self.is_symbol_at(1, "[") => {
                self.advance();
                self.array_value(token.span)
            }
            Kind::Word if self.is_any_keyword(&["TRUE", "FALSE"]) => {
                let value = self.is_keyword("TRUE");
                self.advance();
                Ok(OptionValue::Boolean {
                    value,
                    span: token.span,
                })
            }
            Kind::Word | Kind::Quoted(_) => Err(self.unquoted_value()),
            Kind::Symbol | Kind::Invalid(_) | Kind::End => {
                Err(self.expected("a value: a text in quotes, a number, `true` or `false`"))
            }
        }
    }

    fn number_value(&mut self, sign: &str, start: Span) -> OptionValue {
        let digits = self.advance();
        OptionValue::Number {
            text: format!("{sign}{}", self.slice(digits)),
            span: self.since(start),
        }
    }

    /// `['a', 'b']`
    fn array_value(&mut self, start: Span) -> Parsed<OptionValue> {
        let opening = self.expect_symbol("[")?;
        let mut items = Vec::new();
        while !self.is_symbol("]") {
            match self.text("a text in single quotes") {
                Ok(item) => items.push(item),
                Err(error) => {
                    self.report(error);
                    self.skip_until(|parser| parser.is_symbol(",") || parser.is_symbol("]"));
                }
            }
            if !self.accept_symbol(",") {
                break;
            }
        }
        self.expect_closing("]", opening)?;
        Ok(OptionValue::Array {
            items,
            span: self.since(start),
        })
    }

    /// `format = json`, `format = "json"`
    fn unquoted_value(&mut self) -> Diagnostic {
        let token = self.advance();
        let value = match &token.kind {
            Kind::Quoted(text) => text.clone(),
            Kind::Word | Kind::Text(_) | Kind::Number | Kind::Symbol => {
                self.slice(token).to_owned()
            }
            Kind::Invalid(_) | Kind::End => String::new(),
        };
        Diagnostic::new(
            code::SYNTAX,
            "an option's value stands in single quotes",
            token.span,
        )
        .at("this is a name, not a value")
        .help(format!("write {}", single_quoted(&value)))
    }
}
