//! CREATE TABLE: its column list, and what may stand behind a column's type.

use super::cursor::{Parsed, Parser};
use super::report::abbreviated;
use super::tokens::{Kind, ellipsis};
use super::ways_out;
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::{
    ColumnClause, ColumnClauseKind, ColumnDefinition, CreateTable, Expr, Name, OptionEntry,
    TableCheck,
};
use crate::source::Span;

/// The words that begin a clause behind a column's type.
const CLAUSES: &[&str] = &[
    "NOT",
    "NULL",
    "PATH",
    "FORMAT",
    "METADATA",
    "DEFAULT",
    "GENERATED",
    "CHECK",
    "PRIMARY",
    "UNIQUE",
    "REFERENCES",
    "COMMENT",
    "COLLATE",
    "CONSTRAINT",
    "AS",
];

/// The clauses that a slip of the pen may have meant.
const SUGGESTED: [&str; 7] = [
    "NOT NULL",
    "DEFAULT",
    "PATH",
    "FORMAT",
    "METADATA",
    "CHECK",
    "GENERATED",
];

/// What a column list holds.
#[derive(Default)]
struct ColumnList {
    columns: Vec<ColumnDefinition>,
    checks: Vec<TableCheck>,
    options: Vec<OptionEntry>,
}

impl Parser<'_> {
    /// What follows `CREATE TABLE`.
    pub(super) fn create_table(&mut self, start: Span) -> Parsed<CreateTable> {
        self.refuse_if_not_exists();
        let name = self.plain_name("a table name")?;
        let list = if self.is_symbol("(") {
            self.column_list()?
        } else if self.is_column() {
            return Err(self.bare_columns(&name));
        } else {
            ColumnList::default()
        };
        let options = if self.is_option() {
            return Err(self.bare_options());
        } else if self.is_keyword("WITH") || self.is_symbol("(") {
            self.with_options()?
        } else {
            Vec::new()
        };
        let query = if self.accept_keyword("AS") {
            Some(self.query()?)
        } else {
            None
        };
        Ok(CreateTable {
            name,
            columns: list.columns,
            checks: list.checks,
            column_list_options: list.options,
            options,
            query,
            span: self.since(start),
        })
    }

    /// `CREATE TABLE t a TEXT`
    fn bare_columns(&self, table: &Name) -> Diagnostic {
        let start = self.peek().span;
        let column = self.source.slice(start.to(self.peek_at(1).span));
        let (table, column) = (abbreviated(&table.text), abbreviated(column));
        Diagnostic::new(code::SYNTAX, "columns stand in parentheses", start)
            .at("a `(` is missing before this")
            .help(format!(
                "write `CREATE TABLE {table} ({column}, …) WITH (…)`"
            ))
    }

    /// `(columns)`; a mistake in one of them does not hide mistakes in the next.
    fn column_list(&mut self) -> Parsed<ColumnList> {
        let opening = self.expect_symbol("(")?;
        let mut list = ColumnList::default();
        while !self.is_symbol(")") && !self.at_end() {
            let start = self.position();
            if let Err(error) = self.column_list_entry(&mut list) {
                self.report(error);
                self.skip_entry(start);
            }
            self.flush_unsupported();
            if !self.next_entry(Self::is_column, "column")? {
                break;
            }
        }
        self.expect_closing(")", opening)?;
        Ok(list)
    }

    fn column_list_entry(&mut self, list: &mut ColumnList) -> Parsed<()> {
        if self.is_ellipsis() {
            let span = self.take_ellipsis();
            self.report(ellipsis(span));
        } else if self.is_option() {
            list.options.push(self.option()?);
        } else if self.is_keyword("CHECK") && self.is_symbol_at(1, "(") {
            let start = self.advance().span;
            let expr = self.expression_in_parentheses()?;
            list.checks.push(TableCheck {
                expr,
                behind: list.columns.len(),
                span: self.since(start),
            });
        } else if let Some(what) = self.table_constraint() {
            self.refuse_until_comma(what);
        } else {
            list.columns.push(self.column()?);
        }
        Ok(())
    }

    /// What constrains a whole table, if that comes next. Not every one of these words is
    /// reserved: `check TEXT` is a column.
    fn table_constraint(&self) -> Option<&'static str> {
        [
            ("WATERMARK FOR", "`WATERMARK FOR`"),
            ("PRIMARY KEY", "`PRIMARY KEY`"),
            ("FOREIGN KEY", "`FOREIGN KEY`"),
            ("PERIOD FOR", "`PERIOD FOR`"),
        ]
        .into_iter()
        .find(|(phrase, _)| self.is_phrase(phrase))
        .or_else(|| {
            [("UNIQUE", "`UNIQUE`"), ("LIKE", "`LIKE`")]
                .into_iter()
                .find(|(word, _)| {
                    self.is_keyword(word) && (*word == "LIKE" || self.is_symbol_at(1, "("))
                })
        })
        .or_else(|| {
            let named = self.is_keyword("CONSTRAINT")
                && ["CHECK", "UNIQUE", "PRIMARY", "FOREIGN"]
                    .iter()
                    .any(|word| self.is_keyword_at(2, word));
            named.then_some(("CONSTRAINT", "`CONSTRAINT`"))
        })
        .map(|(_, what)| what)
    }

    fn refuse_until_comma(&mut self, what: &str) {
        let start = self.peek().span;
        self.skip_until(|parser| parser.is_symbol(","));
        let help = match what {
            "`PRIMARY KEY`" | "`FOREIGN KEY`" | "`UNIQUE`" => ways_out::NO_KEYS,
            _ => "",
        };
        self.unsupported(what, self.since(start), help);
    }

    /// Whether a column's name and type come next.
    fn is_column(&self) -> bool {
        self.is_name() && self.is_type_at(1)
    }

    /// `name type clauses`
    fn column(&mut self) -> Parsed<ColumnDefinition> {
        let name = self.name("a column")?;
        if let Some(error) = self.name_without_quotes(&name) {
            return Err(error);
        }
        if self.is_symbol(",") || self.is_symbol(")") {
            let error = self.expected("a type");
            return Err(error.help(format!(
                "every column has a type: `{} TEXT`",
                abbreviated(self.source.slice(name.span))
            )));
        }
        let (data_type, type_span) = self.data_type()?;
        let mut clauses = Vec::new();
        while !self.is_symbol(",") && !self.is_symbol(")") && !self.at_end() {
            if self.is_column() && !self.is_any_keyword(CLAUSES) {
                break;
            }
            clauses.extend(self.column_clause()?);
        }
        let span = self.since(name.span);
        Ok(ColumnDefinition {
            name,
            data_type,
            type_span,
            clauses,
            span,
        })
    }

    /// `temp-c DOUBLE`, `switch:0 TEXT`: keys of devices that are no plain names.
    fn name_without_quotes(&self, name: &Name) -> Option<Diagnostic> {
        let is_joint = ["-", ":", ".", "/", "#"]
            .iter()
            .any(|symbol| self.is_symbol(symbol));
        if name.quoted || !is_joint || self.peek().span.start != name.span.end {
            return None;
        }
        let mut end = name.span;
        let mut ahead = 0;
        while self.peek_at(ahead).span.start == end.end
            && !self.is_symbol_at(ahead, ",")
            && !self.is_symbol_at(ahead, ")")
            && !matches!(self.peek_at(ahead).kind, Kind::End)
        {
            end = self.peek_at(ahead).span;
            ahead += 1;
        }
        let key = abbreviated(self.source.slice(name.span.to(end)));
        let mut error = self.expected("a type");
        if self.is_symbol(".") {
            let inner = key.rsplit('.').next().unwrap_or(&key);
            let help = format!("for a key within another one, write `{inner} TEXT PATH '$.{key}'`");
            error = error.help(help);
        }
        Some(error.help(format!(
            "a name with other characters than letters, digits and `_` stands in double quotes: \
             `\"{key}\"`"
        )))
    }

    /// One clause; None if it was reported as not supported yet.
    fn column_clause(&mut self) -> Parsed<Option<ColumnClause>> {
        let start = self.peek().span;
        let kind = if self.accept_phrase("NOT NULL") {
            ColumnClauseKind::NotNull
        } else if self.accept_keyword("NULL") {
            ColumnClauseKind::Null
        } else if self.accept_keyword("PATH") {
            ColumnClauseKind::Path(self.text("a path such as '$.a.b'")?)
        } else if self.accept_keyword("FORMAT") {
            ColumnClauseKind::Format(self.text("a format such as 'unix_ms'")?)
        } else if self.accept_keyword("METADATA") {
            self.expect_keyword("FROM")?;
            ColumnClauseKind::Metadata(self.text("what to read, such as 'topic'")?)
        } else if self.accept_keyword("DEFAULT") {
            ColumnClauseKind::Default(self.signed_operand()?.expr)
        } else if self.accept_keyword("CHECK") {
            ColumnClauseKind::Check(self.expression_in_parentheses()?)
        } else if self.is_phrase("GENERATED ALWAYS AS") && self.is_symbol_at(3, "(") {
            self.accept_phrase("GENERATED ALWAYS AS");
            let expr = self.expression_in_parentheses()?;
            // nothing is stored in a stream: it is computed where a query needs it
            let _ = self.accept_keyword("STORED") || self.accept_keyword("VIRTUAL");
            ColumnClauseKind::Generated(expr)
        } else {
            return self.refuse_column_clause().map(|()| None);
        };
        let span = self.since(start);
        Ok(Some(ColumnClause { kind, span }))
    }

    fn expression_in_parentheses(&mut self) -> Parsed<Expr> {
        let opening = self.expect_symbol("(")?;
        let expr = self.expression()?;
        self.expect_closing(")", opening)?;
        Ok(expr)
    }

    /// A clause that is not supported yet, or that does not exist.
    fn refuse_column_clause(&mut self) -> Parsed<()> {
        let start = self.peek().span;
        let word = self.slice(self.peek()).to_ascii_uppercase();
        let Some((what, help)) = ways_out::of_column_clause(&word) else {
            return Err(self.no_column_clause());
        };
        if !matches!(self.peek().kind, Kind::Word) {
            return Err(self.no_column_clause());
        }
        self.advance();
        self.skip_until(|parser| {
            parser.is_symbol(",")
                || parser.is_any_keyword(&["PATH", "FORMAT", "METADATA"])
                || parser.is_phrase("NOT NULL")
        });
        self.unsupported(what, self.since(start), help);
        Ok(())
    }

    fn no_column_clause(&self) -> Diagnostic {
        let token = self.peek();
        let error = self.expected("`,`, `)` or a clause of this column");
        if !matches!(token.kind, Kind::Word) {
            return error;
        }
        match nearest(self.slice(token), SUGGESTED) {
            Some(clause) => error.help(format!("did you mean `{clause}`?")),
            None => error.help(
                "clauses of a column are NOT NULL, DEFAULT, PATH '…', FORMAT '…', METADATA FROM \
                 '…', CHECK (…) and GENERATED ALWAYS AS (…)",
            ),
        }
    }
}
