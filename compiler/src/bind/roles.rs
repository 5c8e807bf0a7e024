//! What each name of a file is used for, looked at before anything is bound: whether a table is
//! read or written decides which options it takes.

use crate::ir::ast::{Branch, Name, Query, RelationKind, Script, Statement};
use crate::source::Span;

/// The names of a file by use.
#[derive(Debug, Default)]
pub(super) struct Roles<'a> {
    read: Vec<&'a Name>,
    written: Vec<&'a Name>,
    relations: Vec<&'a Name>,
    connections: Vec<&'a Name>,
    broken: &'a [Name],
    /// Whether the file says with INSERT, SELECT or CREATE TABLE … AS what to run.
    explicit: bool,
    has_views: bool,
}

/// What a table is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing writes to it.
    Read,
    /// An INSERT writes to it, and nothing reads it.
    Written,
    /// Both, at these places.
    Both {
        /// In a FROM.
        read: Span,
        /// In an INSERT.
        written: Span,
    },
}

impl<'a> Roles<'a> {
    /// The names of `script`.
    pub(super) fn of(script: &'a Script) -> Self {
        let mut roles = Self {
            broken: &script.broken,
            ..Self::default()
        };
        for statement in &script.statements {
            roles.statement(statement);
        }
        roles
    }

    fn statement(&mut self, statement: &'a Statement) {
        match statement {
            Statement::CreateConnection(create) => self.connections.push(&create.name),
            Statement::CreateTable(create) => {
                self.relations.push(&create.name);
                if let Some(query) = &create.query {
                    self.reads(query);
                    self.explicit = true;
                }
            }
            Statement::CreateView(create) => {
                self.relations.push(&create.name);
                self.reads(&create.query);
                self.has_views = true;
            }
            Statement::Insert(insert) => {
                self.written.push(&insert.table);
                self.reads(&insert.query);
                self.explicit = true;
            }
            Statement::Select(query) => {
                self.reads(query);
                self.explicit = true;
            }
            Statement::Set(_) => {}
        }
    }

    fn reads(&mut self, query: &'a Query) {
        let mut read = Vec::new();
        collect_read(query, &mut Vec::new(), &mut read);
        self.read.append(&mut read);
    }

    /// What the table declared as `name` is used for.
    pub(super) fn of_table(&self, name: &Name) -> Role {
        let first = |names: &[&Name]| {
            let found = names.iter().find(|reference| reference.matches(&name.text));
            found.map(|reference| reference.span)
        };
        match (first(&self.read), first(&self.written)) {
            (Some(read), Some(written)) => Role::Both { read, written },
            (None, Some(_)) => Role::Written,
            (Some(_) | None, None) => Role::Read,
        }
    }

    /// Whether the table or view declared as `name` runs by itself, to standard output: where the
    /// file does not say what to run, its views that nothing reads do; where it has no views, its
    /// source tables.
    pub(super) fn runs_by_itself(&self, kind: &str, name: &Name) -> bool {
        let kind_runs = if self.has_views { "view" } else { "table" };
        !self.explicit && kind == kind_runs && !self.is_read(name)
    }

    /// Whether something reads the table or view declared as `name`.
    pub(super) fn is_read(&self, name: &Name) -> bool {
        self.read
            .iter()
            .any(|reference| reference.matches(&name.text))
    }

    /// Where a table or view that `name` means is defined, for a name used above that.
    pub(super) fn relation_below(&self, name: &Name) -> Option<Span> {
        below(&self.relations, name)
    }

    /// Where a connection that `name` means is defined, for a name used above that.
    pub(super) fn connection_below(&self, name: &Name) -> Option<Span> {
        below(&self.connections, name)
    }

    /// Whether `name` would be defined by a statement that could not be read.
    pub(super) fn is_broken(&self, name: &Name) -> bool {
        self.broken.iter().any(|broken| name.matches(&broken.text))
    }
}

/// Adds the names of tables and views that `query` reads. Names that a WITH around it defines
/// (`ctes`) mean no table or view.
fn collect_read<'a>(query: &'a Query, ctes: &mut Vec<&'a Name>, read: &mut Vec<&'a Name>) {
    let outside = ctes.len();
    for table in &query.ctes {
        collect_read(&table.query, ctes, read);
        ctes.push(&table.name);
    }
    for branch in &query.branches {
        match branch {
            Branch::Query(query) => collect_read(query, ctes, read),
            Branch::Select(select) => match &select.from.kind {
                RelationKind::Query(query) => collect_read(query, ctes, read),
                RelationKind::Named {
                    schema: Some(_), ..
                } => {}
                RelationKind::Named { schema: None, name } => {
                    if !ctes.iter().any(|cte| name.matches(&cte.text)) {
                        read.push(name);
                    }
                }
            },
        }
    }
    ctes.truncate(outside);
}

fn below(names: &[&Name], name: &Name) -> Option<Span> {
    let found = names.iter().find(|defined| name.matches(&defined.text))?;
    (found.span > name.span).then_some(found.span)
}
