//! What each name of a file is used for, looked at before anything is bound: whether a table is
//! read or written decides which options it takes.

use crate::ir::ast::{Name, Query, Script, Statement};
use crate::source::Span;

/// The names of a file by use.
#[derive(Debug, Default)]
pub(super) struct Roles<'a> {
    read: Vec<&'a Name>,
    written: Vec<&'a Name>,
    relations: Vec<&'a Name>,
    connections: Vec<&'a Name>,
    broken: &'a [Name],
    /// Whether the file says what to run: then views without readers do not run by themselves.
    pub(super) explicit: bool,
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
        }
    }

    fn reads(&mut self, query: &'a Query) {
        if query.from.schema.is_none() {
            self.read.push(&query.from.name);
        }
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

fn below(names: &[&Name], name: &Name) -> Option<Span> {
    let found = names.iter().find(|defined| name.matches(&defined.text))?;
    (found.span > name.span).then_some(found.span)
}
