//! Queries: SELECT … FROM … WHERE, and everything else that SQL lets stand there, refused by name.

use super::cursor::{Parsed, Parser};
use super::report::abbreviated;
use super::tokens::{Kind, ellipsis};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::{Query, Relation, SelectItem};
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
    ("WINDOW", ""),
    ("QUALIFY", ""),
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
];

const JOIN_HELP: &str = "a query reads one table or view";

/// Between two queries.
const SET_OPERATORS: &[&str] = &["UNION", "EXCEPT", "INTERSECT", "MINUS"];

impl Parser<'_> {
    /// Whether a query begins here.
    pub(super) fn is_query(&self) -> bool {
        self.is_any_keyword(&["SELECT", "WITH", "VALUES"])
            || (self.is_symbol("(")
                && ["SELECT", "WITH", "VALUES"]
                    .iter()
                    .any(|word| self.is_keyword_at(1, word)))
    }

    /// `SELECT items FROM relation [WHERE predicate]`
    pub(super) fn query(&mut self) -> Parsed<Query> {
        let start = self.peek().span;
        let mark = self.unsupported_mark();
        self.refuse_query_forms()?;
        self.expect_keyword("SELECT")?;
        self.refuse_distinct();
        let items = self.select_items()?;
        let from = self.from()?;
        self.refuse_clauses();
        let predicate = if self.accept_keyword("WHERE") {
            Some(self.expression()?)
        } else {
            None
        };
        self.check_behind_expression(&from, predicate.is_some())?;
        self.refuse_clauses();
        self.refuse_set_operation();
        if from
            .schema
            .as_ref()
            .is_some_and(|schema| schema.matches("system"))
        {
            // A system table in a pipeline is a mistake in itself, which is reported where names
            // are resolved; what else such a query asks for is right where it belongs.
            self.forget_unsupported(mark);
        }
        Ok(Query {
            items,
            from,
            predicate,
            span: self.since(start),
        })
    }

    /// A query that begins with something else than SELECT.
    fn refuse_query_forms(&mut self) -> Parsed<()> {
        let start = self.peek().span;
        let (what, help) = if self.is_keyword("WITH") {
            (
                "`WITH name AS (query)` is not supported yet",
                "name each of these queries in a CREATE VIEW of its own",
            )
        } else if self.is_keyword("VALUES") {
            (
                "`VALUES` is not supported",
                "rows come from messages: write a SELECT from a source table",
            )
        } else if self.is_symbol("(") && self.is_query() {
            (
                "a query in parentheses is not supported yet",
                "leave the parentheses out",
            )
        } else {
            return Ok(());
        };
        Err(Diagnostic::new(code::UNSUPPORTED, what, start).help(help))
    }

    fn refuse_distinct(&mut self) {
        let start = self.peek().span;
        if self.accept_keyword("DISTINCT") {
            if self.accept_keyword("ON") && self.is_symbol("(") {
                self.skip_brackets();
            }
            self.unsupported(
                "`DISTINCT`",
                self.since(start),
                "a stream has no end to compare rows up to",
            );
        }
        // `SELECT ALL` is what SELECT means anyway
        self.accept_keyword("ALL");
    }

    fn select_items(&mut self) -> Parsed<Vec<SelectItem>> {
        let mut items = Vec::new();
        loop {
            if self.is_keyword("FROM") {
                return Err(self.no_item(items.is_empty()));
            }
            if self.is_ellipsis() {
                let span = self.take_ellipsis();
                self.report(ellipsis(span));
            } else {
                items.push(self.select_item()?);
            }
            if !self.accept_symbol(",") {
                return Ok(items);
            }
        }
    }

    /// `SELECT FROM`, or `SELECT a, FROM`
    fn no_item(&self, first: bool) -> Diagnostic {
        if first {
            return self.expected("what to select");
        }
        Diagnostic::new(
            code::SYNTAX,
            "a comma stands behind the last column",
            self.previous_span(),
        )
        .at("nothing follows")
        .help("remove the comma")
    }

    fn select_item(&mut self) -> Parsed<SelectItem> {
        let start = self.peek().span;
        if self.accept_symbol("*") {
            self.refuse_wildcard_changes();
            return Ok(SelectItem::Wildcard(start));
        }
        if self.is_name() && self.is_symbol_at(1, ".") && self.is_symbol_at(2, "*") {
            let qualifier = self.name("a table")?;
            self.advance();
            self.advance();
            let span = self.since(start);
            self.refuse_wildcard_changes();
            return Ok(SelectItem::QualifiedWildcard { qualifier, span });
        }
        let expr = self.expression()?;
        let alias = if self.accept_keyword("AS") {
            if self.lacks_alias() {
                return Err(self.no_alias(expr.span));
            }
            Some(self.any_name("a column name")?)
        } else if self.is_name() {
            Some(self.name("a column name")?)
        } else {
            None
        };
        Ok(SelectItem::Expr { expr, alias })
    }

    /// Whether no name follows an AS. Behind AS a reserved word may be one: `a AS from FROM t`.
    fn lacks_alias(&self) -> bool {
        let from =
            self.is_keyword("FROM") && !self.is_keyword_at(1, "FROM") && !self.is_symbol_at(1, ",");
        from || self.is_symbol(",") || self.at_end()
    }

    fn no_alias(&self, expr: Span) -> Diagnostic {
        let column = abbreviated(self.source.slice(expr));
        let place = self.previous_span();
        Diagnostic::new(code::SYNTAX, "a name is missing behind AS", place)
            .at("under which name?")
            .help(format!("write `{column} AS name`, or leave AS out"))
    }

    /// `* EXCEPT (…)` and the like of other systems.
    fn refuse_wildcard_changes(&mut self) {
        while self.is_any_keyword(&["EXCEPT", "EXCLUDE", "REPLACE", "RENAME"])
            && !matches!(self.peek_at(1).kind, Kind::End)
            && !self.is_keyword_at(1, "SELECT")
            && !self.is_keyword_at(1, "ALL")
        {
            let start = self.peek().span;
            let word = self.advance_slice().to_ascii_uppercase();
            if self.is_symbol("(") {
                self.skip_brackets();
            } else {
                self.advance();
            }
            self.unsupported(
                format!("`* {word}`"),
                self.since(start),
                "name the columns one by one",
            );
        }
    }

    fn from(&mut self) -> Parsed<Relation> {
        if !self.is_keyword("FROM") {
            return Err(self.no_from());
        }
        self.advance();
        let relation = self.relation()?;
        while self.is_symbol(",") {
            let start = self.advance().span;
            self.relation()?;
            self.unsupported("a second table in FROM", self.since(start), JOIN_HELP);
        }
        Ok(relation)
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

    /// `[schema.]name [[AS] alias]`
    fn relation(&mut self) -> Parsed<Relation> {
        let start = self.peek().span;
        if self.is_symbol("(") {
            self.skip_brackets();
            self.unsupported(
                "a sub-query",
                self.since(start),
                "name the inner query in a CREATE VIEW, and read from that view",
            );
            let alias = self.relation_alias()?;
            return Ok(placeholder_relation(self.since(start), alias));
        }
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
        let alias = self.relation_alias()?;
        Ok(Relation {
            schema,
            name,
            alias,
            span: self.since(start),
        })
    }

    fn relation_alias(&mut self) -> Parsed<Option<crate::ir::ast::Name>> {
        let clause = self.clause().is_some() || self.is_any_keyword(SET_OPERATORS);
        let alias = if self.accept_keyword("AS") || (self.is_name() && !clause) {
            Some(self.name("an alias")?)
        } else {
            None
        };
        if alias.is_some() && self.is_symbol("(") {
            let span = self.skip_brackets();
            self.unsupported("a column list behind an alias", span, "");
        }
        Ok(alias)
    }

    /// The clause of [`CLAUSES`] that begins here.
    fn clause(&self) -> Option<(&'static str, &'static str)> {
        CLAUSES
            .iter()
            .find(|(phrase, _)| self.is_phrase(phrase))
            .copied()
    }

    /// Reports clauses up to WHERE, a set operator or the end.
    fn refuse_clauses(&mut self) {
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
                    || parser.is_any_keyword(SET_OPERATORS)
                    || parser.is_statement_start()
            });
        }
    }

    /// `UNION` and the query that follows it.
    fn refuse_set_operation(&mut self) {
        if !self.is_any_keyword(SET_OPERATORS) {
            return;
        }
        let start = self.peek().span;
        let word = self.advance_slice().to_ascii_uppercase();
        let _ = self.accept_keyword("ALL") || self.accept_keyword("DISTINCT");
        self.unsupported(
            format!("`{word}`"),
            self.since(start),
            "write one INSERT INTO for each of the queries: several may write to one sink",
        );
        self.skip_until(Self::is_statement_start);
    }

    /// Looks at what stands where a query should end, for keywords that are not quite right: the
    /// alias in `FROM t WHER a > 1`, the `AN` in `WHERE a > 1 AN b > 2`.
    fn check_behind_expression(&self, from: &Relation, filtered: bool) -> Parsed<()> {
        if self.at_end()
            || self.is_symbol(")")
            || self.clause().is_some()
            || self.is_any_keyword(SET_OPERATORS)
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
        let next = self.peek();
        let is_word = matches!(next.kind, Kind::Word);
        let slip = self.misspelt_at(next.span, keywords).filter(|_| is_word);
        slip.map_or(Ok(()), Err)
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

const KEYWORDS_BEHIND_FROM: [&str; 7] = [
    "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "JOIN", "UNION",
];

/// Stands for a relation that was reported as not supported.
fn placeholder_relation(span: Span, alias: Option<crate::ir::ast::Name>) -> Relation {
    let name = crate::ir::ast::Name {
        text: String::new(),
        quoted: true,
        span,
    };
    Relation {
        schema: None,
        name,
        alias,
        span,
    }
}
