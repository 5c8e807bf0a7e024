//! Queries: WITH, UNION ALL and parentheses around SELECTs, and the other ways to put queries
//! together, refused by name.

use super::cursor::{Parsed, Parser};
use super::tokens::Kind;
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{Branch, CommonTable, Query};
use crate::source::Span;

/// Queries inside one another, at most: later stages walk them recursively.
const MAX_QUERIES: usize = 32;

/// The words that a query begins with.
const BEGINNINGS: &[&str] = &["SELECT", "WITH", "VALUES"];

/// Between two queries.
const SET_OPERATORS: &[&str] = &["UNION", "EXCEPT", "INTERSECT", "MINUS"];

impl Parser<'_> {
    /// Whether a query begins here, in parentheses or not.
    pub(super) fn is_query(&self) -> bool {
        let mut inner = 0;
        while self.is_symbol_at(inner, "(") {
            inner += 1;
        }
        BEGINNINGS
            .iter()
            .any(|word| self.is_keyword_at(inner, word))
    }

    /// Whether `UNION` or the like comes next.
    pub(super) fn is_set_operator(&self) -> bool {
        self.is_any_keyword(SET_OPERATORS)
    }

    /// `[WITH name AS (query), …] branch [UNION ALL branch …]`
    pub(super) fn query(&mut self) -> Parsed<Query> {
        let start = self.peek().span;
        self.queries += 1;
        if self.queries > MAX_QUERIES {
            return Err(too_many_queries(start));
        }
        let ctes = self.common_tables()?;
        let mut branches = vec![self.branch()?];
        while self.union_all() {
            branches.push(self.branch()?);
        }
        self.queries -= 1;
        let span = self.since(start);
        self.refuse_clauses();
        Ok(Query {
            ctes,
            branches,
            span,
        })
    }

    /// `(query)`
    pub(super) fn query_in_parentheses(&mut self) -> Parsed<Query> {
        let opening = self.expect_symbol("(")?;
        let query = self.query()?;
        self.expect_closing(")", opening)?;
        Ok(query)
    }

    fn branch(&mut self) -> Parsed<Branch> {
        if self.is_symbol("(") && self.is_query() {
            return self.query_in_parentheses().map(Branch::Query);
        }
        if self.is_keyword("VALUES") {
            return Err(no_values(self.peek().span));
        }
        let select = self.select()?;
        Ok(Branch::Select(Box::new(select)))
    }

    /// `WITH name [(columns)] AS (query), …`
    fn common_tables(&mut self) -> Parsed<Vec<CommonTable>> {
        let mut tables = Vec::new();
        if !self.accept_keyword("WITH") {
            return Ok(tables);
        }
        let recursive = self.peek().span;
        if self.is_keyword("RECURSIVE") && !self.is_keyword_at(1, "AS") {
            self.advance();
            let help = "a query of WITH reads tables, views and the queries before it";
            self.unsupported("`WITH RECURSIVE`", recursive, help);
        }
        loop {
            tables.push(self.common_table()?);
            if !self.accept_symbol(",") {
                return Ok(tables);
            }
        }
    }

    fn common_table(&mut self) -> Parsed<CommonTable> {
        let name = self.plain_name("a name for the query")?;
        let columns = self.name_list("a column name")?;
        self.expect_keyword("AS")?;
        let start = self.peek().span;
        if self.accept_keyword("MATERIALIZED") || self.accept_phrase("NOT MATERIALIZED") {
            let help = "leave it out: nothing is kept, rows are computed message by message";
            self.unsupported("`MATERIALIZED`", self.since(start), help);
        }
        let opening = self.expect_symbol("(")?;
        if !self.is_query() {
            return Err(self
                .expected("a query")
                .context(opening, "in these parentheses"));
        }
        let query = self.query()?;
        self.expect_closing(")", opening)?;
        Ok(CommonTable {
            name,
            columns,
            query,
        })
    }

    /// Takes `UNION ALL` if it comes next. Its relatives are reported, and the query behind them
    /// is read as if they were it.
    fn union_all(&mut self) -> bool {
        if !self.is_set_operator() || matches!(self.peek_at(1).kind, Kind::End) {
            return false;
        }
        let start = self.peek().span;
        let union = self.is_keyword("UNION");
        let word = self.advance_slice().to_ascii_uppercase();
        let all = self.accept_keyword("ALL");
        let distinct = !all && self.accept_keyword("DISTINCT");
        if union && all {
            return true;
        }
        let what = if distinct {
            format!("`{word} DISTINCT`")
        } else {
            format!("`{word}`")
        };
        let help = if union {
            "write `UNION ALL`: a stream has no end to look for equal rows up to"
        } else {
            "a stream has no end to look for equal rows up to: say with WHERE which rows are wanted"
        };
        self.unsupported(what, self.since(start), help);
        true
    }
}

fn too_many_queries(span: Span) -> Diagnostic {
    let message = format!("more than {MAX_QUERIES} queries stand inside one another");
    Diagnostic::new(code::NESTING, message, span)
        .at("one query too many")
        .help("name some of the inner queries in a CREATE VIEW")
}

fn no_values(span: Span) -> Diagnostic {
    Diagnostic::new(code::UNSUPPORTED, "`VALUES` is not supported", span)
        .at("gives rows without a message")
        .help("rows come from messages: write a SELECT from a source table")
}
