//! SELECT lists, and SELECT … FROM … WHERE around them.

use super::cursor::{Parsed, Parser};
use super::report::abbreviated;
use super::tokens::{Kind, ellipsis};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{Relation, RelationKind, Select, SelectItem};
use crate::source::Span;

impl Parser<'_> {
    /// `SELECT items FROM relation [WHERE predicate]`
    pub(super) fn select(&mut self) -> Parsed<Select> {
        let start = self.peek().span;
        let mark = self.unsupported_mark();
        self.expect_keyword("SELECT")?;
        self.refuse_distinct();
        self.refuse_top();
        let items = self.select_items()?;
        let (from, unnests) = self.from()?;
        self.refuse_clauses();
        let predicate = if self.accept_keyword("WHERE") {
            Some(self.expression()?)
        } else {
            None
        };
        self.check_behind_expression(&from, predicate.is_some())?;
        let span = self.since(start);
        self.refuse_clauses();
        if is_system_table(&from) {
            // A system table in a pipeline is a mistake in itself, which is reported where names
            // are resolved; what else such a query asks for is right where it belongs.
            self.forget_unsupported(mark);
        }
        Ok(Select {
            items,
            from,
            unnests,
            predicate,
            span,
        })
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

    /// `TOP 5`
    fn refuse_top(&mut self) {
        let start = self.peek().span;
        if self.is_keyword("TOP") && matches!(self.peek_at(1).kind, Kind::Number) {
            self.advance();
            self.advance();
            let help = "a stream has no first rows to count: say with WHERE which rows are wanted";
            self.unsupported("`TOP`", self.since(start), help);
        }
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
}

fn is_system_table(from: &Relation) -> bool {
    match &from.kind {
        RelationKind::Named { schema, .. } => schema
            .as_ref()
            .is_some_and(|schema| schema.matches("system")),
        RelationKind::Query(_) => false,
    }
}
