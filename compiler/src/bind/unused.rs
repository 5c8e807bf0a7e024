//! Warnings about definitions that nothing uses.

use super::Binder;
use super::relation::Defined;
use super::roles::Role;
use crate::diagnostics::{Diagnostic, code};
use crate::source::Span;

impl Binder<'_> {
    pub(super) fn check_unused(&mut self) {
        if self.diagnostics.has_errors() {
            // with errors in the file it is not known what is meant to be used
            return;
        }
        let mut unused: Vec<Diagnostic> = self.unused_relations();
        let ctes = self.ctes.unused.iter();
        unused.extend(ctes.map(|name| warning("WITH query", &name.text, name.span)));
        for (index, facts) in self.topics.connections.iter().enumerate() {
            if !facts.used && !facts.inline {
                let connection = &self.plan.connections[index];
                unused.push(warning("connection", &connection.name, connection.span));
            }
        }
        for diagnostic in unused {
            self.report(diagnostic);
        }
    }

    fn unused_relations(&self) -> Vec<Diagnostic> {
        let entries = self.relations.catalog.entries().iter();
        let unused = entries.filter_map(|entry| {
            let name = &entry.name;
            let (what, used) = match &entry.item {
                Defined::Readable(readable) => {
                    let runs = self.roles.runs_by_itself(readable.kind, name);
                    (readable.kind, runs || self.roles.is_read(name))
                }
                Defined::Sink(table) => {
                    let filled = self
                        .plan
                        .flows
                        .iter()
                        .any(|flow| Some(flow.sink) == table.index);
                    ("table", filled || self.roles.of_table(name) != Role::Read)
                }
                Defined::Poisoned => return None,
            };
            (!used).then(|| warning(what, &name.text, name.span))
        });
        unused.collect()
    }
}

fn warning(what: &str, name: &str, span: Span) -> Diagnostic {
    let message = format!("{what} `{name}` is never used");
    let consequence = match what {
        "view" => "not run: the file says with INSERT or SELECT what runs",
        "WITH query" => "nothing behind it reads it",
        "connection" => "no table names it",
        _ => "no query reads or writes it",
    };
    Diagnostic::new(code::UNUSED, message, span).at(consequence)
}
