//! FROM: what a name stands for, the queries of WITH, and queries in parentheses.

use super::query::Names;
use super::relation::{Column, Defined, Readable, listed};
use super::{Binder, Bound, Reported};
use crate::catalog::{Catalog, Missing};
use crate::diagnostics::{Diagnostic, code, counted, nearest};
use crate::ir::ast::{self, CommonTable, Name, RelationKind};
use crate::source::Span;

/// The queries of WITH that can be read.
#[derive(Debug, Default)]
pub(super) struct CommonTables {
    /// Of each query around the one that is being bound, the outermost first.
    frames: Vec<Catalog<Cte>>,
    /// Those that nothing read.
    pub(super) unused: Vec<Name>,
}

/// A query of WITH.
#[derive(Clone, Debug)]
struct Cte {
    /// None if it could not be bound.
    readable: Option<Readable>,
    used: bool,
}

impl Binder<'_> {
    /// Binds the queries of a WITH, for what is bound up to [`Self::close_with`].
    pub(super) fn open_with(&mut self, ctes: &[CommonTable]) {
        self.ctes.frames.push(Catalog::new());
        for table in ctes {
            let readable =
                self.inner_query(&table.query, "WITH query", &table.name, &table.columns);
            let cte = Cte {
                readable: readable.ok(),
                used: false,
            };
            let frame = self.ctes.frames.last_mut().expect("it was just opened");
            if let Err(earlier) = frame.define(table.name.clone(), cte) {
                self.report(super::duplicate("WITH query", &table.name, earlier));
            }
        }
    }

    /// Forgets the queries of the innermost WITH.
    pub(super) fn close_with(&mut self) {
        let frame = self.ctes.frames.pop().expect("it was opened");
        let unused = frame.entries().iter().filter(|entry| !entry.item.used);
        let unused = unused.map(|entry| entry.name.clone());
        self.ctes.unused.extend(unused);
    }

    /// What a FROM reads.
    pub(super) fn from(&mut self, from: &ast::Relation) -> Bound<Readable> {
        let nameless;
        let (mut readable, name) = match &from.kind {
            RelationKind::Named { schema, name } => {
                if let Some(schema) = schema {
                    let diagnostic = schema_table(schema, name);
                    return Err(self.report(diagnostic));
                }
                (self.readable(name)?, name)
            }
            RelationKind::Query(query) => {
                nameless = Name {
                    text: String::new(),
                    quoted: true,
                    span: query.span,
                };
                let name = from.alias.as_ref().unwrap_or(&nameless);
                return self.inner_query(query, "sub-query", name, &from.columns);
            }
        };
        let name = from.alias.as_ref().unwrap_or(name);
        self.rename_columns(&mut readable, name, &from.columns);
        Ok(readable)
    }

    /// A query that another one reads.
    fn inner_query(
        &mut self,
        query: &ast::Query,
        kind: &'static str,
        name: &Name,
        columns: &[Name],
    ) -> Bound<Readable> {
        let names = if columns.is_empty() {
            Names::Kept
        } else {
            Names::Replaced
        };
        let rows = self.query_as(query, names, &[])?;
        let mut readable = Readable {
            kind,
            relation: rows.relation,
            columns: rows.columns,
            complete: rows.complete,
        };
        self.rename_columns(&mut readable, name, columns);
        Ok(readable)
    }

    /// Gives the first columns the names of the list behind an alias.
    fn rename_columns(&mut self, readable: &mut Readable, name: &Name, list: &[Name]) {
        if list.is_empty() {
            return;
        }
        self.check_list(list);
        let width = readable.columns.len();
        if list.len() > width && readable.complete {
            let diagnostic = too_many_names(readable.kind, name, list, width);
            self.report(diagnostic);
            readable.relation = None;
        }
        let rename = |(column, name): (&mut Column, &Name)| column.name.clone_from(&name.text);
        readable.columns.iter_mut().zip(list).for_each(rename);
    }

    /// What a name in FROM stands for: a query of the innermost WITH that has one of that name,
    /// else a table or view.
    fn readable(&mut self, name: &Name) -> Bound<Readable> {
        for frame in self.ctes.frames.iter_mut().rev() {
            match frame.find_mut(name) {
                Ok(cte) => {
                    cte.used = true;
                    return cte.readable.clone().ok_or(Reported);
                }
                Err(Missing::Unknown) => {}
                Err(missing @ Missing::Ambiguous(_)) => {
                    return Err(self.missing_relation(name, &missing, "table or view"));
                }
            }
        }
        let found = self.relations.catalog.find(name);
        match found.map(|entry| entry.item.clone()) {
            Ok(Defined::Readable(readable)) => Ok(readable),
            Ok(Defined::Poisoned) => Err(Reported),
            Ok(Defined::Sink(_)) => Err(self.report(sink_read(name))),
            Err(missing) => Err(self.missing_relation(name, &missing, "table or view")),
        }
    }

    /// Reports a name that no table or view has.
    pub(super) fn missing_relation(
        &mut self,
        name: &Name,
        missing: &Missing,
        what: &str,
    ) -> Reported {
        if let Missing::Ambiguous(places) = missing {
            let message = format!("several tables or views match `{}`", name.text);
            let diagnostic = Diagnostic::new(code::AMBIGUOUS_NAME, message, name.span)
                .at("which one?")
                .help("quote the name and spell it exactly as it is declared");
            let place = |diagnostic: Diagnostic, place: &Span| diagnostic.context(*place, "");
            return self.report(places.iter().fold(diagnostic, place));
        }
        if self.roles.is_broken(name) {
            return Reported;
        }
        let message = format!("no {what} `{}`", name.text);
        let mut diagnostic = Diagnostic::new(code::UNKNOWN_RELATION, message, name.span);
        diagnostic = diagnostic.at(format!("unknown {what}"));
        let ctes = self.ctes.frames.iter().flat_map(Catalog::entries);
        let ctes = ctes.map(|entry| &entry.name);
        let entries = self.relations.catalog.entries().iter();
        let names = entries.map(|entry| &entry.name).chain(ctes);
        let names: Vec<&str> = names.map(|name| name.text.as_str()).collect();
        if let Some(below) = self.roles.relation_below(name) {
            diagnostic = diagnostic
                .context(below, "defined only here")
                .help("move its definition above this statement");
        } else if self.connections.find(name).is_ok() {
            diagnostic = diagnostic
                .note("a connection has that name, but only tables have rows")
                .help("declare a table with CREATE TABLE … WITH (connection = …) and name that");
        } else if let Some(near) = nearest(&name.text, names.iter().copied()) {
            diagnostic = diagnostic.help(format!("one with a similar name exists: `{near}`"));
        } else if !names.is_empty() {
            diagnostic = diagnostic.note(format!("defined are {}", listed(names)));
        }
        self.report(diagnostic)
    }
}

fn too_many_names(kind: &str, name: &Name, list: &[Name], width: usize) -> Diagnostic {
    let span = list[0].span.to(list[list.len() - 1].span);
    let named = counted(list.len(), "column");
    let message = format!("{named} named, but {kind} `{}` has {width}", name.text);
    Diagnostic::new(code::INSERT_COLUMNS, message, span)
        .at(counted(list.len(), "name"))
        .help("name no more columns than there are")
}

fn schema_table(schema: &Name, name: &Name) -> Diagnostic {
    if !schema.text.eq_ignore_ascii_case("system") {
        let message = format!("no schema `{}`", schema.text);
        return Diagnostic::new(code::UNKNOWN_RELATION, message, schema.span)
            .at("tables of a pipeline have no schema")
            .help(format!("write `{}`", name.text));
    }
    let message = format!("system table `system.{}` in a pipeline", name.text);
    Diagnostic::new(code::SYSTEM_TABLE, message, schema.span.to(name.span))
        .at("tells about a pipeline while it runs")
        .note("a pipeline file reads messages; how the pipeline does is no part of it")
        .help("leave it out: queries on a running pipeline come with a later version")
}

fn sink_read(name: &Name) -> Diagnostic {
    let message = format!("sink `{}` cannot be read", name.text);
    Diagnostic::new(code::TABLE_ROLE, message, name.span)
        .at("a table that is written")
        .help("read the table or view that its rows come from")
}
