//! Syntax tree to logical plan: resolves names, types expressions, turns options into values,
//! decides which flows run. All errors of a file come in one run: a definition that failed is
//! kept as far as it is known, so that what depends on it gives no follow-up noise.

mod argument;
mod arithmetic;
mod avro;
mod broker;
mod call;
mod cast;
mod chain;
mod clause;
mod coerce;
mod column;
mod computed;
mod concatenation;
mod connection;
pub(crate) mod constant;
mod datetime;
mod dead_letter;
mod domain;
mod expr;
mod files;
mod flow;
mod format;
mod from;
mod history;
mod insert;
mod interval;
mod json;
mod literal;
mod metadata;
mod narrowing;
mod nested;
mod not_null;
mod operator;
mod options;
mod overload;
mod parallelism;
mod path;
mod pattern;
mod predicate;
mod properties;
mod query;
mod relation;
mod roles;
mod row_format;
mod scope;
mod secret;
mod settings;
mod shared_file;
mod sink;
mod sink_topic;
mod size;
mod source;
mod template;
mod temporal;
#[cfg(test)]
mod tests;
mod time_pattern;
mod tls;
mod topic;
mod topics;
mod union;
mod units;
mod unknown_function;
mod unnest;
mod unused;
mod variable;
mod view;
mod webhook;
mod word;

pub use avro::references;
pub use flow::nothing_to_run;
pub use variable::resolved;

use crate::avro::Schemas;
use crate::catalog::Catalog;
use crate::diagnostics::{Diagnostic, Diagnostics, code};
use crate::ir::ast::{Name, Script, Statement};
use crate::ir::logical::{LogicalPlan, Settings};
use crate::source::{SourceFile, Span};
use relation::{Defined, Relations};
use roles::Roles;
use std::path::Path;

/// Resolves and checks `script`, whose Avro tables find their schemas in `schemas`. None if
/// something could not be bound (and was reported).
pub fn bind(
    source: &SourceFile,
    script: &Script,
    schemas: &Schemas,
    diagnostics: &mut Diagnostics,
) -> Option<LogicalPlan> {
    let mut binder = Binder::new(source, script, schemas, diagnostics);
    binder.settings(script);
    for statement in &script.statements {
        binder.statement(statement);
    }
    binder.finish()
}

/// An error was reported, here or where something that this depends on is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reported;

/// A value, or an error that was reported.
type Bound<T> = Result<T, Reported>;

/// What is known while a file is bound.
struct Binder<'a> {
    source: &'a SourceFile,
    schemas: &'a Schemas,
    diagnostics: &'a mut Diagnostics,
    errors_before: usize,
    roles: Roles<'a>,
    connections: Catalog<connection::Known>,
    relations: Relations,
    plan: LogicalPlan,
    /// What runs; the plan gets it at the end.
    flows: Vec<flow::Draft>,
    topics: topics::Topics,
    files: Vec<shared_file::FilePath>,
    ctes: from::CommonTables,
    /// Aggregates of the query that is being bound.
    aggregates: Vec<Span>,
    selects: usize,
}

impl<'a> Binder<'a> {
    fn new(
        source: &'a SourceFile,
        script: &'a Script,
        schemas: &'a Schemas,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        // what is read from no file is called `<stdin>`, which is no name for a program
        let file = Some(source.name()).filter(|name| !name.starts_with('<'));
        let name = file.and_then(|name| Path::new(name).file_stem());
        let name = name.map_or("pipeline".into(), |stem| stem.to_string_lossy());
        let plan = LogicalPlan {
            name: name.into_owned(),
            connections: Vec::new(),
            sources: Vec::new(),
            sinks: Vec::new(),
            views: Vec::new(),
            flows: Vec::new(),
            secrets: Vec::new(),
            settings: Settings::default(),
        };
        Self {
            source,
            schemas,
            errors_before: diagnostics.error_count(),
            diagnostics,
            roles: Roles::of(script),
            connections: Catalog::new(),
            relations: Relations::default(),
            plan,
            flows: Vec::new(),
            topics: topics::Topics::default(),
            files: Vec::new(),
            ctes: from::CommonTables::default(),
            aggregates: Vec::new(),
            selects: 0,
        }
    }

    fn statement(&mut self, statement: &'a Statement) {
        match statement {
            Statement::CreateConnection(create) => self.create_connection(create),
            Statement::CreateTable(create) => self.create_table(create),
            Statement::CreateView(create) => self.create_view(create),
            Statement::Insert(insert) => self.insert(insert),
            Statement::Select(query) => self.select(query),
            // all of them together, before the others
            Statement::Set(_) => {}
        }
    }

    fn finish(mut self) -> Option<LogicalPlan> {
        self.implicit_flows();
        self.place_flows();
        if self.name_columns().is_ok() {
            self.warn_mixed_output();
        }
        self.check_shared_files();
        self.check_topics();
        self.check_unused();
        (self.diagnostics.error_count() == self.errors_before).then_some(self.plan)
    }

    fn report(&mut self, diagnostic: Diagnostic) -> Reported {
        self.diagnostics.push(diagnostic);
        Reported
    }

    /// Defines a table or view.
    fn define(&mut self, name: &Name, defined: Defined) {
        if let Err(earlier) = self.relations.catalog.define(name.clone(), defined) {
            self.report(duplicate("table or view", name, earlier));
        }
    }
}

/// Two definitions of one name.
fn duplicate(what: &str, name: &Name, earlier: Span) -> Diagnostic {
    let message = format!("a {what} named `{}` exists already", name.text);
    Diagnostic::new(code::DUPLICATE_NAME, message, name.span)
        .at("defined again")
        .context(earlier, "first defined here")
        .help("give one of them another name")
}
