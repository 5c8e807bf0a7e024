//! The operands of expressions: literals, columns, calls, CASE, CAST, parentheses.

use super::cursor::{Parsed, Parser};
use super::data_type::is_type;
use super::expression::Tree;
use super::report::abbreviated;
use super::special_call::SPECIAL_CALLS;
use super::tokens::{Kind, ellipsis};
use super::ways_out::{self, CURRENT, NO_ARRAYS};
use crate::diagnostics::Diagnostic;
use crate::ir::ast::{Expr, ExprKind, Literal, Name, Text};
use crate::source::Span;
use crate::types::DataType;

/// Functions over many rows.
const AGGREGATES: &[&str] = &[
    "ANY_VALUE",
    "APPROX_DISTINCT",
    "ARRAY_AGG",
    "AVG",
    "BIT_AND",
    "BIT_OR",
    "BOOL_AND",
    "BOOL_OR",
    "CORR",
    "COUNT",
    "COVAR_POP",
    "COVAR_SAMP",
    "EVERY",
    "FIRST_VALUE",
    "GROUP_CONCAT",
    "JSON_AGG",
    "JSON_ARRAYAGG",
    "JSON_OBJECTAGG",
    "LAST_VALUE",
    "LISTAGG",
    "MAX",
    "MEDIAN",
    "MIN",
    "MODE",
    "PERCENTILE_CONT",
    "PERCENTILE_DISC",
    "STDDEV",
    "STDDEV_POP",
    "STDDEV_SAMP",
    "STRING_AGG",
    "SUM",
    "VARIANCE",
    "VAR_POP",
    "VAR_SAMP",
];

const AGGREGATE_HELP: &str =
    "a query gives one row for each message; an aggregate would need a window of time";

impl Parser<'_> {
    /// An operand.
    pub(super) fn primary(&mut self) -> Parsed<Tree> {
        let token = self.peek();
        match &token.kind {
            Kind::Text(_) => {
                let text = self.text("a text")?;
                Ok(self.literal(Literal::Text(text), token.span))
            }
            Kind::Number => {
                self.advance();
                let digits = self.slice(token).to_owned();
                Ok(self.literal(Literal::Number(digits), token.span))
            }
            Kind::Quoted(_) => self.column_or_call(),
            Kind::Word => self.word_operand(),
            Kind::Symbol => self.symbol_operand(),
            Kind::Invalid(_) | Kind::End => Err(self.expected("an expression")),
        }
    }

    fn literal(&self, literal: Literal, start: Span) -> Tree {
        Tree {
            expr: Expr {
                kind: ExprKind::Literal(literal),
                span: self.since(start),
            },
            depth: 1,
        }
    }

    fn symbol_operand(&mut self) -> Parsed<Tree> {
        let token = self.peek();
        match self.slice(token) {
            "(" => self.parenthesized(),
            "[" | "{" => {
                let help = "list single values, or use a JSON column";
                self.skip_brackets();
                self.unsupported("an array or struct literal", self.since(token.span), help);
                Ok(self.placeholder(token.span))
            }
            "." if self.is_ellipsis() => {
                let span = self.take_ellipsis();
                Err(ellipsis(span))
            }
            "!" => Err(self
                .expected("an expression")
                .help("negation is written `NOT`")),
            "@" | "|/" | "||/" | "!!" => {
                self.advance();
                let operator = self.slice(token);
                let help = ways_out::of_operator(operator);
                self.unsupported(format!("the operator `{operator}`"), token.span, help);
                self.signed_operand()
            }
            _ => Err(self.expected("an expression")),
        }
    }

    /// `(x)`, whose span includes the parentheses.
    fn parenthesized(&mut self) -> Parsed<Tree> {
        let opening = self.peek().span;
        if self.is_query() {
            self.skip_brackets();
            let help = "name the inner query in a CREATE VIEW, and read from that view";
            self.unsupported("a sub-query", self.since(opening), help);
            return Ok(self.placeholder(opening));
        }
        self.advance();
        let mut tree = self.tree()?;
        if self.is_symbol(",") {
            self.skip_until(|_| false);
            let help = "compare the values one by one: `a = c AND b = d`";
            self.unsupported("a row of several values", opening, help);
        }
        self.expect_closing(")", opening)?;
        tree.expr.span = self.since(opening);
        Ok(tree)
    }

    fn word_operand(&mut self) -> Parsed<Tree> {
        let token = self.peek();
        let word = self.slice(token).to_ascii_uppercase();
        let called = self.is_symbol_at(1, "(");
        match word.as_str() {
            "NULL" => Ok(self.constant(Literal::Null)),
            "TRUE" => Ok(self.constant(Literal::Boolean(true))),
            "FALSE" => Ok(self.constant(Literal::Boolean(false))),
            "CASE" => self.case(),
            "CAST" => self.cast(false),
            "TRY_CAST" if called => self.cast(true),
            "SAFE_CAST" if called => Ok(self.refuse_call("write `TRY_CAST(x AS type)`")),
            "EXISTS" if called => Ok(self.refuse_call(ways_out::ONE_ROW)),
            "ROW" | "STRUCT" if called => Ok(self.refuse_call("list the columns one by one")),
            "ARRAY" if self.is_symbol_at(1, "[") => {
                self.advance();
                self.skip_brackets();
                self.unsupported("an array literal", self.since(token.span), NO_ARRAYS);
                Ok(self.placeholder(token.span))
            }
            "INTERVAL" if matches!(self.peek_at(1).kind, Kind::Text(_) | Kind::Number) => {
                self.interval()
            }
            "TIMESTAMP" | "TIMESTAMPTZ" | "DATE" | "TIME" if self.is_typed_literal() => {
                self.typed_literal()
            }
            // reserved for joins, but functions all the same
            "LEFT" | "RIGHT" if called => {
                let name = self.any_name("a function")?;
                self.call(name)
            }
            current => match CURRENT.iter().find(|(word, _)| *word == current) {
                Some((_, help)) if !called => {
                    self.advance();
                    self.unsupported(format!("`{current}`"), token.span, help);
                    Ok(self.placeholder(token.span))
                }
                Some(_) | None => self.column_or_call(),
            },
        }
    }

    fn constant(&mut self, literal: Literal) -> Tree {
        let start = self.advance().span;
        self.literal(literal, start)
    }

    /// `CASE [operand] WHEN … THEN … [ELSE …] END`
    fn case(&mut self) -> Parsed<Tree> {
        let start = self.advance().span;
        let mut depth = 0;
        let mut part = |parser: &mut Self| -> Parsed<Expr> {
            let tree = parser.tree()?;
            depth = depth.max(tree.depth);
            Ok(tree.expr)
        };
        if self.is_any_keyword(&["ELSE", "END"]) {
            return Err(self.no_branch(start));
        }
        let operand = if self.is_keyword("WHEN") {
            None
        } else {
            Some(Box::new(part(self)?))
        };
        let mut branches = Vec::new();
        while self.accept_keyword("WHEN") {
            let condition = part(self)?;
            self.expect_keyword("THEN")?;
            branches.push((condition, part(self)?));
        }
        if branches.is_empty() {
            return Err(self.no_branch(start));
        }
        let otherwise = if self.accept_keyword("ELSE") {
            Some(Box::new(part(self)?))
        } else {
            None
        };
        if !self.is_keyword("END") {
            let error = self.expected("`END`");
            return Err(error.context(start, "to close this `CASE`"));
        }
        self.advance();
        let kind = ExprKind::Case {
            operand,
            branches,
            otherwise,
        };
        self.node(kind, self.since(start), depth)
    }

    /// A CASE that began at `start`, without WHEN.
    fn no_branch(&self, start: Span) -> Diagnostic {
        let error = self.expected("`WHEN`");
        error
            .context(start, "a CASE has at least one WHEN")
            .help("write `CASE WHEN condition THEN value ELSE other END`")
    }

    /// `CAST(x AS type)`, or `TRY_CAST` where it is `tried`.
    fn cast(&mut self, tried: bool) -> Parsed<Tree> {
        let start = self.advance().span;
        let opening = self.expect_symbol("(")?;
        let operand = self.tree()?;
        self.expect_keyword("AS")?;
        let data_type = self.data_type()?;
        self.expect_closing(")", opening)?;
        let mut cast = self.cast_node(operand, data_type, tried)?;
        cast.expr.span = self.since(start);
        Ok(cast)
    }

    /// Whether `TIMESTAMP '…'`, `TIMESTAMP(3) '…'` or `TIMESTAMP WITH TIME ZONE '…'` comes next.
    fn is_typed_literal(&self) -> bool {
        let is_text = |ahead: usize| matches!(self.peek_at(ahead).kind, Kind::Text(_));
        let with_digits = self.is_symbol_at(1, "(") && self.is_symbol_at(3, ")") && is_text(4);
        let with_zone =
            self.is_keyword_at(2, "TIME") && self.is_keyword_at(3, "ZONE") && is_text(4);
        is_text(1) || with_digits || with_zone
    }

    fn typed_literal(&mut self) -> Parsed<Tree> {
        let (data_type, start) = self.data_type()?;
        let text = self.text("a text")?;
        Ok(self.literal(Literal::Typed { data_type, text }, start))
    }

    /// `INTERVAL '1 minute'`, `INTERVAL '1' MINUTE`
    fn interval(&mut self) -> Parsed<Tree> {
        const UNITS: [&str; 6] = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"];
        let start = self.advance().span;
        if !matches!(self.peek().kind, Kind::Text(_)) {
            let digits = self.advance_slice();
            let unit = self.slice(self.peek()).to_ascii_lowercase();
            let unit = unit.strip_suffix('s').unwrap_or(&unit);
            let known = UNITS.into_iter().any(|it| it.eq_ignore_ascii_case(unit));
            let unit = if known { unit } else { "second" };
            let help = format!("put it in quotes: `INTERVAL '{digits} {unit}s'`");
            return Err(self.expected("an interval in quotes").help(help));
        }
        let mut text = self.text("an interval in quotes")?;
        self.refuse_plural_unit(&text)?;
        let unit = UNITS.into_iter().find(|unit| self.accept_keyword(unit));
        if let Some(unit) = unit {
            let number = text.value.trim_start_matches(['+', '-']);
            let plain = number
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.');
            let range = self.accept_keyword("TO");
            if range {
                self.any_name("a unit")?;
            }
            if range || !plain {
                let help = "write the units within the quotes: `INTERVAL '1 day 2 hours'`";
                self.unsupported("an `INTERVAL` of several fields", self.since(start), help);
                return Ok(self.placeholder(start));
            }
            text.value = format!("{} {}", text.value, unit.to_ascii_lowercase());
        }
        let data_type = DataType::Interval;
        Ok(self.literal(Literal::Typed { data_type, text }, start))
    }

    /// `HOURS` behind `INTERVAL '1'`, and other units that stand only within the quotes.
    fn refuse_plural_unit(&self, text: &Text) -> Parsed<()> {
        const PLURALS: [&str; 10] = [
            "YEARS",
            "MONTHS",
            "WEEK",
            "WEEKS",
            "DAYS",
            "HOURS",
            "MINUTES",
            "SECONDS",
            "MILLISECOND",
            "MILLISECONDS",
        ];
        if !self.is_any_keyword(&PLURALS) {
            return Ok(());
        }
        let unit = self.slice(self.peek()).to_ascii_lowercase();
        let text = abbreviated(&text.value);
        let error = self.expected("one of the units `YEAR` to `SECOND`, or none");
        Err(error.help(format!("write `INTERVAL '{text} {unit}'`")))
    }

    /// A call with a grammar or meaning that is not supported yet.
    fn refuse_call(&mut self, help: &str) -> Tree {
        let token = self.advance();
        self.skip_brackets();
        let name = self.slice(token).to_ascii_uppercase();
        self.unsupported(format!("`{name}`"), self.since(token.span), help);
        self.refuse_call_suffix(token.span);
        self.placeholder(token.span)
    }

    /// `name`, `qualifier.name`, `name(arguments)`
    fn column_or_call(&mut self) -> Parsed<Tree> {
        let start = self.peek().span;
        let mut name = self.name("an expression")?;
        if self.is_symbol("(") {
            return self.call(name);
        }
        if matches!(self.peek().kind, Kind::Text(_)) && !name.quoted {
            return Err(self.word_before_text(&name));
        }
        let mut qualifier: Option<Name> = None;
        if self.accept_symbol(".") {
            let next = self.any_name("a column")?;
            qualifier = Some(std::mem::replace(&mut name, next));
        }
        let column = ExprKind::Column { qualifier, name };
        let mut tree = self.node(column, self.since(start), 0)?;
        while self.is_symbol(".") {
            tree = self.field(tree)?;
        }
        if self.is_symbol("(") {
            self.skip_brackets();
            self.unsupported("a function with a schema", self.since(start), "");
            return Ok(self.placeholder(start));
        }
        Ok(tree)
    }

    /// `.name` behind an operand
    pub(super) fn field(&mut self, operand: Tree) -> Parsed<Tree> {
        self.expect_symbol(".")?;
        let name = self.any_name("a field")?;
        let span = operand.expr.span.to(name.span);
        let kind = ExprKind::Field {
            operand: Box::new(operand.expr),
            name,
        };
        self.node(kind, span, operand.depth)
    }

    /// `JSON '…'`, which only some types have, or a comma that is missing.
    fn word_before_text(&self, name: &Name) -> Diagnostic {
        let text = self.slice(self.peek());
        let error = self.expected("an operator");
        if !is_type(&name.text) {
            return error.help("perhaps a comma or an operator is missing before it");
        }
        error.help(format!(
            "for a constant of a type, write `CAST({} AS {})`",
            abbreviated(text),
            abbreviated(&name.text)
        ))
    }

    /// Behind `name`: `(arguments)`
    fn call(&mut self, name: Name) -> Parsed<Tree> {
        let upper = name.text.to_ascii_uppercase();
        let start = name.span;
        if !name.quoted && AGGREGATES.contains(&upper.as_str()) {
            let several = self.skip_brackets_with_comma();
            let help = match upper.as_str() {
                "MAX" if several => "of several values in one row, `greatest(…)` is the greatest",
                "MIN" if several => "of several values in one row, `least(…)` is the least",
                _ => AGGREGATE_HELP,
            };
            self.unsupported(format!("`{upper}`"), self.since(start), help);
            self.refuse_call_suffix(start);
            return Ok(self.placeholder(start));
        }
        if !name.quoted && SPECIAL_CALLS.contains(&upper.as_str()) {
            return self.special_call(&name);
        }
        let opening = self.advance().span;
        let mut arguments = Vec::new();
        let mut depth = 0;
        while !self.is_symbol(")") {
            self.refuse_argument_forms();
            if self.is_symbol(")") {
                break;
            }
            let argument = self.tree()?;
            depth = depth.max(argument.depth);
            arguments.push(argument.expr);
            if !self.accept_symbol(",") {
                break;
            }
        }
        self.refuse_argument_ending();
        self.expect_end_of_list(opening)?;
        let span = self.since(start);
        self.refuse_call_suffix(start);
        self.node(ExprKind::Call { name, arguments }, span, depth)
    }

    /// `DISTINCT x`, `*` and `name => x` among arguments.
    fn refuse_argument_forms(&mut self) {
        let start = self.peek().span;
        if self.accept_keyword("DISTINCT") {
            self.unsupported("`DISTINCT` in a call", start, "");
        }
        if self.accept_symbol("*") {
            self.unsupported("`*` as an argument", start, "");
        }
        if self.is_symbol_at(1, "=>") || self.is_symbol_at(1, ":=") {
            self.advance();
            self.advance();
            self.unsupported(
                "a named argument",
                self.since(start),
                "give arguments by position",
            );
        }
    }

    /// `ORDER BY …` and the like behind arguments.
    fn refuse_argument_ending(&mut self) {
        let start = self.peek().span;
        if self.is_any_keyword(&["ORDER", "FROM", "FOR", "USING", "LIMIT", "SEPARATOR"]) {
            let word = self.slice(self.peek()).to_ascii_uppercase();
            self.skip_until(|_| false);
            self.unsupported(
                format!("`{word}` in a call"),
                self.since(start),
                "separate arguments by commas",
            );
        }
    }

    /// `OVER (…)`, `FILTER (…)` and `WITHIN GROUP (…)` behind a call that began at `start`.
    pub(super) fn refuse_call_suffix(&mut self, start: Span) {
        loop {
            let place = self.peek().span;
            let (what, help) = if self.accept_phrase("WITHIN GROUP") {
                ("`WITHIN GROUP`", "")
            } else if self.is_symbol_at(1, "(") && self.accept_keyword("FILTER") {
                ("`FILTER`", "")
            } else if self.accept_keyword("OVER") {
                ("a window function", ways_out::ONE_ROW)
            } else {
                return;
            };
            let place = self.since(place);
            if self.is_symbol("(") {
                self.skip_brackets();
            } else {
                self.advance();
            }
            debug_assert!(
                start.start <= place.start,
                "a suffix stands behind its call"
            );
            self.unsupported(what, place, help);
        }
    }
}
