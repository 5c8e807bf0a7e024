//! Statements: which one it is, and the ones that are not CREATE TABLE.

use super::cursor::{Parsed, Parser};
use super::tokens::Kind;
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::{CreateConnection, CreateView, Insert, Name, OptionEntry, Set, Statement};
use crate::source::Span;

/// The words that begin a statement of a pipeline.
const STATEMENTS: &[&str] = &["CREATE", "INSERT", "SELECT", "SET"];

/// The words that begin a statement of other SQL systems.
const FOREIGN_STATEMENTS: &[&str] = &[
    "ALTER", "ANALYZE", "ATTACH", "BEGIN", "CALL", "COMMENT", "COMMIT", "COPY", "DECLARE",
    "DELETE", "DESCRIBE", "DROP", "EXECUTE", "EXPLAIN", "GRANT", "LISTEN", "LOAD", "MERGE",
    "PRAGMA", "PREPARE", "REPLACE", "RESET", "REVOKE", "ROLLBACK", "SHOW", "START", "TRUNCATE",
    "UPDATE", "UPSERT", "USE", "VACUUM",
];

impl Parser<'_> {
    /// One statement, without the `;` behind it.
    pub(super) fn statement(&mut self) -> Parsed<Statement> {
        self.nesting = 0;
        self.queries = 0;
        self.structs = 0;
        self.half_closed = false;
        if self.is_keyword("CREATE") {
            self.create()
        } else if self.is_keyword("INSERT") {
            self.insert().map(Statement::Insert)
        } else if self.is_query() {
            self.query().map(Statement::Select)
        } else if self.is_option() {
            Err(self.bare_options())
        } else if self.is_keyword("SET") {
            self.set().map(Statement::Set)
        } else {
            Err(self.no_statement())
        }
    }

    /// What stands behind a statement: nothing, or the next one, whose `;` is missing.
    pub(super) fn end_statement(&mut self) -> Parsed<()> {
        if self.at_end() {
            return Ok(());
        }
        if self.is_statement_start() || self.is_any_keyword(STATEMENTS) {
            let behind = self.previous_span();
            let here = self.peek().span;
            let error =
                Diagnostic::new(code::SYNTAX, "a `;` is missing between statements", behind)
                    .at("the statement ends here")
                    .context(here, "and the next one begins here")
                    .help("end each statement with `;`");
            return Err(error);
        }
        Err(self.expected("`;`"))
    }

    /// Goes on to where the next statement seems to begin, behind the token at `start`: behind the
    /// `;`, or at a `CREATE TABLE` or the like whose predecessor lacks its `;`.
    pub(super) fn skip_to_statement(&mut self, start: usize) {
        if self.position() == start {
            self.advance();
        }
        while !self.at_end() && !self.is_statement_start() {
            self.advance();
        }
    }

    /// Whether a statement begins here beyond doubt, even in the middle of another.
    pub(super) fn is_statement_start(&self) -> bool {
        let phrases = [
            "CREATE CONNECTION",
            "CREATE TABLE",
            "CREATE VIEW",
            "INSERT INTO",
        ];
        phrases.iter().any(|phrase| self.is_phrase(phrase))
    }

    fn create(&mut self) -> Parsed<Statement> {
        let start = self.advance().span;
        self.refuse_create_modifiers();
        if self.accept_keyword("CONNECTION") {
            self.create_connection(start)
                .map(Statement::CreateConnection)
        } else if self.accept_keyword("TABLE") {
            self.create_table(start).map(Statement::CreateTable)
        } else if self.accept_keyword("VIEW") {
            self.create_view(start).map(Statement::CreateView)
        } else {
            Err(self.no_creation(start))
        }
    }

    /// `OR REPLACE`, `TEMPORARY` and the like in front of the noun.
    fn refuse_create_modifiers(&mut self) {
        let start = self.peek().span;
        while self.accept_phrase("OR REPLACE")
            || ["TEMPORARY", "TEMP", "EXTERNAL", "UNLOGGED", "MATERIALIZED"]
                .iter()
                .any(|word| self.accept_keyword(word))
        {
            let span = self.since(start);
            let words = self.source.slice(span).to_ascii_uppercase();
            self.unsupported(
                format!("`CREATE {words}`"),
                span,
                "leave it out: a pipeline file describes the whole pipeline, each thing once",
            );
        }
    }

    /// `IF NOT EXISTS` behind the noun.
    pub(super) fn refuse_if_not_exists(&mut self) {
        let start = self.peek().span;
        if self.accept_phrase("IF NOT EXISTS") {
            let span = self.since(start);
            self.unsupported(
                "`IF NOT EXISTS`",
                span,
                "leave it out: a pipeline file describes the whole pipeline, each thing once",
            );
        }
    }

    /// A name that is being defined or written to; these have no schema.
    pub(super) fn plain_name(&mut self, what: &str) -> Parsed<Name> {
        let name = self.name(what)?;
        if self.is_symbol(".") {
            while self.accept_symbol(".") {
                self.any_name(what)?;
            }
            let span = self.since(name.span);
            self.unsupported(
                "a schema in a name",
                span,
                "leave the part before the point out: names of a pipeline file have no schema",
            );
        }
        Ok(name)
    }

    fn create_connection(&mut self, start: Span) -> Parsed<CreateConnection> {
        self.refuse_if_not_exists();
        let name = self.plain_name("a connection name")?;
        self.expect_keyword("FROM")?;
        let kind = self.name("a kind of connection, such as `mqtt_source`")?;
        let options = self.with_options()?;
        Ok(CreateConnection {
            name,
            kind,
            options,
            span: self.since(start),
        })
    }

    fn create_view(&mut self, start: Span) -> Parsed<CreateView> {
        self.refuse_if_not_exists();
        let name = self.plain_name("a view name")?;
        let columns = self.name_list("a column name")?;
        self.expect_keyword("AS")?;
        let query = self.query()?;
        Ok(CreateView {
            name,
            columns,
            query,
            span: self.since(start),
        })
    }

    fn insert(&mut self) -> Parsed<Insert> {
        let start = self.advance().span;
        self.expect_keyword("INTO")?;
        let table = self.plain_name("the name of a sink table")?;
        // `(SELECT …)` is a query in parentheses, not a list of columns
        let is_list = self.is_symbol("(") && !self.is_query();
        let columns = if is_list {
            self.name_list("a column name")?
        } else {
            Vec::new()
        };
        let query = self.query()?;
        Ok(Insert {
            table,
            columns,
            query,
            span: self.since(start),
        })
    }

    /// `SET name = value`, or with PostgreSQL's `TO`
    fn set(&mut self) -> Parsed<Set> {
        let start = self.advance().span;
        let key = self.option_key()?;
        if !self.accept_keyword("TO") {
            self.expect_symbol("=")?;
        }
        let value = self.option_value()?;
        Ok(Set {
            entry: OptionEntry { key, value },
            span: self.since(start),
        })
    }

    /// `topics = '…'` outside `WITH (…)`: one report for all that stand together.
    pub(super) fn bare_options(&mut self) -> Diagnostic {
        let first = self.peek().span;
        let mut places = Vec::new();
        let mut example = String::new();
        while self.is_option() {
            let start = self.peek().span;
            match self.option() {
                Ok(_) => places.push(self.since(start)),
                Err(error) => return error,
            }
            if example.is_empty() {
                example = self.source.slice(self.since(start)).replace('\n', " ");
            }
            self.accept_symbol(",");
        }
        let key = self.source.slice(first);
        let mut error = Diagnostic::new(
            code::BARE_OPTION,
            format!("the option `{key}` stands outside `WITH (…)`"),
            places[0],
        )
        .at("belongs into a CREATE statement");
        for &place in &places[1..] {
            error = error.also(place, "this one, too");
        }
        error.help(format!(
            "write it where it applies: `CREATE TABLE name (…) WITH (…, {example})`"
        ))
    }

    /// `CREATE something` that pipelines do not have.
    fn no_creation(&mut self, start: Span) -> Diagnostic {
        let token = self.peek();
        if !matches!(token.kind, Kind::Word) {
            return self.expected("`CONNECTION`, `TABLE` or `VIEW`");
        }
        let word = self.slice(token);
        let span = start.to(token.span);
        let message = format!(
            "a pipeline has no `CREATE {}` statement",
            word.to_ascii_uppercase()
        );
        let error = Diagnostic::new(code::STATEMENT, message, span);
        let help = match nearest(word, ["CONNECTION", "TABLE", "VIEW"]) {
            Some(noun) => format!("did you mean `CREATE {noun}`?"),
            None if self.is_any_keyword(&["SOURCE", "SINK", "STREAM"]) => {
                "sources and sinks are both tables: CREATE TABLE; what reads or writes a table \
                 decides which it is"
                    .to_owned()
            }
            None => "there are CREATE CONNECTION, CREATE TABLE and CREATE VIEW".to_owned(),
        };
        error.help(help)
    }

    /// What begins no statement at all.
    fn no_statement(&mut self) -> Diagnostic {
        let token = self.peek();
        let word = self.slice(token);
        if !matches!(token.kind, Kind::Word) {
            return self.expected("a statement");
        }
        let upper = word.to_ascii_uppercase();
        if FOREIGN_STATEMENTS.contains(&upper.as_str()) {
            let message = format!("a pipeline has no `{upper}` statement");
            return Diagnostic::new(code::STATEMENT, message, token.span).help(
                "a pipeline file has CREATE CONNECTION, CREATE TABLE, CREATE VIEW, INSERT \
                     INTO, SELECT and SET",
            );
        }
        let error = self.expected("a statement");
        match nearest(word, STATEMENTS.iter().copied()) {
            Some(keyword) => error.help(format!("did you mean `{keyword}`?")),
            None => error.help(
                "a statement begins with CREATE CONNECTION, CREATE TABLE, CREATE VIEW, INSERT \
                 INTO, SELECT or SET",
            ),
        }
    }
}
