//! FROM: the relation that a SELECT reads, and what is refused behind it.

use super::cursor::{Parsed, Parser};
use super::report::abbreviated;
use super::tokens::Kind;
use super::ways_out::ONE_ROW;
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::{Name, Relation, RelationKind, Unnest};
use crate::source::Span;

/// What may stand behind FROM and its relation, and is not supported yet: the words it begins
/// with, and what to do instead.
const CLAUSES: &[(&str, &str)] = &[
    ("JOIN", JOIN_HELP),
    ("INNER", JOIN_HELP),
    ("LEFT", JOIN_HELP),
    ("RIGHT", JOIN_HELP),
    ("FULL", JOIN_HELP),
    ("CROSS", JOIN_HELP),
    ("NATURAL", JOIN_HELP),
    (
        "GROUP BY",
        "a view gives one row for each message that passes its WHERE",
    ),
    ("HAVING", "filter rows with WHERE"),
    ("WINDOW", ONE_ROW),
    ("QUALIFY", ONE_ROW),
    (
        "ORDER BY",
        "leave it out: rows come in the order of the messages",
    ),
    (
        "LIMIT",
        "leave it out: a stream has no end to count towards",
    ),
    (
        "OFFSET",
        "leave it out: a stream has no end to count towards",
    ),
    (
        "FETCH",
        "leave it out: a stream has no end to count towards",
    ),
    ("FOR", ""),
    (
        "EMIT",
        "leave it out: every row is written as soon as its message is read",
    ),
    ("TABLESAMPLE", ""),
    (
        "ON CONFLICT",
        "leave it out: rows are written one after another, whatever was written before",
    ),
    (
        "RETURNING",
        "leave it out: what is written can be read where it goes",
    ),
];

const JOIN_HELP: &str = "a query reads one table or view, and UNNEST the arrays in it";

const KEYWORDS_BEHIND_FROM: [&str; 7] = [
    "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "JOIN", "UNION",
];

impl Parser<'_> {
    /// `FROM relation [, UNNEST (…) …]`
    pub(super) fn from(&mut self) -> Parsed<(Relation, Vec<Unnest>)> {
        if !self.is_keyword("FROM") {
            return Err(self.no_from());
        }
        self.advance();
        if self.is_unnest() {
            return Err(self.lone_unnest());
        }
        let relation = self.relation()?;
        let mut unnests = Vec::new();
        loop {
            if self.is_phrase("CROSS JOIN UNNEST") {
                self.accept_phrase("CROSS JOIN");
                unnests.push(self.unnest()?);
            } else if self.is_phrase("CROSS JOIN LATERAL UNNEST") {
                self.accept_phrase("CROSS JOIN LATERAL");
                unnests.push(self.unnest()?);
            } else if self.is_symbol(",") {
                let start = self.advance().span;
                self.accept_keyword("LATERAL");
                if self.is_unnest() {
                    unnests.push(self.unnest()?);
                } else {
                    self.relation()?;
                    self.unsupported("a second table in FROM", self.since(start), JOIN_HELP);
                }
            } else {
                return Ok((relation, unnests));
            }
        }
    }

    fn is_unnest(&self) -> bool {
        self.is_keyword("UNNEST") && self.is_symbol_at(1, "(")
    }

    fn lone_unnest(&self) -> Diagnostic {
        let span = self.peek().span;
        Diagnostic::new(code::SYNTAX, "UNNEST without a table before it", span)
            .at("of which table's rows?")
            .help("write `FROM table, UNNEST(table.array) AS element`")
    }

    /// `UNNEST(array) [WITH ORDINALITY] [[AS] alias [(columns)]]`
    fn unnest(&mut self) -> Parsed<Unnest> {
        let start = self.peek().span;
        self.expect_keyword("UNNEST")?;
        let opening = self.expect_symbol("(")?;
        let array = self.expression()?;
        if self.is_symbol(",") {
            self.skip_until(|_| false);
            let help = "write an UNNEST for each of the arrays: rows are made of all combinations";
            self.unsupported("an UNNEST of several arrays", self.since(start), help);
        }
        self.expect_closing(")", opening)?;
        let ordinality = self.accept_phrase("WITH ORDINALITY");
        let (alias, columns) = self.relation_alias()?;
        Ok(Unnest {
            array,
            ordinality,
            alias,
            columns,
            span: self.since(start),
        })
    }

    fn no_from(&self) -> Diagnostic {
        if self.at_end() {
            return self
                .expected("`FROM`")
                .help("a query reads from a table or view: `SELECT … FROM name`");
        }
        if let Some(slip) = self.misspelt_at(self.previous_span(), &["FROM"]) {
            return slip;
        }
        let error = self.expected("`,` or `FROM`");
        let is_item = matches!(
            self.peek().kind,
            Kind::Word | Kind::Quoted(_) | Kind::Number | Kind::Text(_)
        );
        if is_item {
            return error.help("perhaps a comma is missing before it");
        }
        error
    }

    /// `[schema.]name [[AS] alias [(columns)]]` or `(query) [[AS] alias [(columns)]]`
    fn relation(&mut self) -> Parsed<Relation> {
        let start = self.peek().span;
        let kind = if self.is_symbol("(") {
            let opening = self.peek().span;
            if !self.is_query() {
                self.advance();
                return Err(self
                    .expected("a query")
                    .context(opening, "in these parentheses"));
            }
            RelationKind::Query(Box::new(self.query_in_parentheses()?))
        } else {
            self.named_relation()?
        };
        let (alias, columns) = self.relation_alias()?;
        Ok(Relation {
            kind,
            alias,
            columns,
            span: self.since(start),
        })
    }

    fn named_relation(&mut self) -> Parsed<RelationKind> {
        let start = self.peek().span;
        let mut name = self.name("a table or view")?;
        if self.is_symbol("(") {
            self.skip_brackets();
            self.unsupported(
                format!("`{}(…)` in FROM", name.text.to_ascii_uppercase()),
                self.since(start),
                JOIN_HELP,
            );
        }
        let mut schema = None;
        while self.accept_symbol(".") {
            if schema.is_some() {
                self.unsupported("a name of three parts", self.since(start), "");
            }
            let next = self.any_name("a table or view")?;
            schema = Some(std::mem::replace(&mut name, next));
        }
        Ok(RelationKind::Named { schema, name })
    }

    /// `[AS] alias [(columns)]`
    fn relation_alias(&mut self) -> Parsed<(Option<Name>, Vec<Name>)> {
        let clause = self.clause().is_some() || self.is_set_operator();
        if !self.accept_keyword("AS") && (clause || !self.is_name()) {
            return Ok((None, Vec::new()));
        }
        let alias = self.name("an alias")?;
        let columns = self.name_list("a column name")?;
        Ok((Some(alias), columns))
    }

    /// The clause of [`CLAUSES`] that begins here.
    fn clause(&self) -> Option<(&'static str, &'static str)> {
        CLAUSES
            .iter()
            .find(|(phrase, _)| self.is_phrase(phrase))
            .copied()
    }

    /// Reports clauses up to WHERE, a set operator or the end.
    pub(super) fn refuse_clauses(&mut self) {
        while let Some((phrase, help)) = self.clause() {
            let start = self.peek().span;
            let is_join = help == JOIN_HELP;
            let what = if is_join { "JOIN" } else { phrase };
            self.advance();
            if phrase.contains(' ') {
                self.advance();
            }
            while is_join && self.is_any_keyword(&["OUTER", "INNER", "LEFT", "RIGHT", "JOIN"]) {
                self.advance();
            }
            self.unsupported(format!("`{what}`"), self.since(start), help);
            self.skip_until(|parser| {
                parser.clause().is_some()
                    || parser.is_keyword("WHERE")
                    || parser.is_set_operator()
                    || parser.is_statement_start()
            });
        }
    }

    /// Looks at what stands where a query should end, for keywords that are not quite right: the
    /// alias in `FROM t WHER a > 1`, the `AN` in `WHERE a > 1 AN b > 2`.
    pub(super) fn check_behind_expression(&self, from: &Relation, filtered: bool) -> Parsed<()> {
        if self.at_end() || self.is_symbol(")") || self.clause().is_some() || self.is_set_operator()
        {
            return Ok(());
        }
        if !filtered
            && let Some(alias) = from.alias.as_ref().filter(|alias| !alias.quoted)
            && alias.span == self.previous_span()
            && let Some(slip) = self.misspelt_at(alias.span, &KEYWORDS_BEHIND_FROM)
        {
            return Err(slip);
        }
        let keywords: &[&str] = if filtered {
            &[
                "AND", "OR", "IS", "IN", "LIKE", "BETWEEN", "GROUP", "ORDER", "LIMIT",
            ]
        } else {
            &KEYWORDS_BEHIND_FROM
        };
        if let Some(comma) = self.decimal_comma() {
            return Err(comma);
        }
        let next = self.peek();
        let is_word = matches!(next.kind, Kind::Word);
        let slip = self.misspelt_at(next.span, keywords).filter(|_| is_word);
        slip.map_or(Ok(()), Err)
    }

    /// `40,5` behind a condition.
    fn decimal_comma(&self) -> Option<Diagnostic> {
        let (before, comma, after) = (self.previous_span(), self.peek(), self.peek_at(1));
        let touches = before.end == comma.span.start && comma.span.end == after.span.start;
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, fraction) = (self.source.slice(before), self.slice(after));
        if !self.is_symbol(",") || !touches || !is_number(whole) || !is_number(fraction) {
            return None;
        }
        let error = self.expected("`;`");
        let (whole, fraction) = (abbreviated(whole), abbreviated(fraction));
        Some(error.help(format!("a number has a point: `{whole}.{fraction}`")))
    }

    /// A mistake, if the word at `span` looks like one of `keywords`.
    fn misspelt_at(&self, span: Span, keywords: &[&'static str]) -> Option<Diagnostic> {
        let word = self.source.slice(span);
        let is_word = word.starts_with(|c: char| c.is_alphabetic());
        let keyword = nearest(word, keywords.iter().copied())
            .filter(|keyword| is_word && !keyword.eq_ignore_ascii_case(word))?;
        Some(
            Diagnostic::new(code::SYNTAX, format!("there is no keyword `{word}`"), span)
                .at("not a keyword")
                .help(format!("did you mean `{keyword}`?")),
        )
    }
}
