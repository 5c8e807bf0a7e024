//! CREATE VIEW.

use super::Binder;
use super::query::Names;
use super::relation::{Defined, Readable, renamed};
use crate::catalog::same;
use crate::diagnostics::{Diagnostic, code, counted};
use crate::ir::ast::{CreateView, Name};
use crate::ir::logical::{Relation, View};

/// Views on views, at most.
const MAX_STACKED_VIEWS: usize = 100;

impl Binder<'_> {
    pub(super) fn create_view(&mut self, create: &CreateView) {
        let names = if create.columns.is_empty() {
            Names::Kept
        } else {
            Names::Replaced
        };
        let Ok(mut rows) = self.query_as(&create.query, names, &[]) else {
            self.define(&create.name, Defined::Poisoned);
            return;
        };
        if !create.columns.is_empty() && rows.complete {
            self.check_view_names(create, rows.columns.len());
            for (column, name) in rows.columns.iter_mut().zip(&create.columns) {
                column.name.clone_from(&name.text);
            }
            rows.relation = rows
                .relation
                .map(|relation| renamed(&self.plan, relation, &create.columns));
        }
        let steps = rows.relation.as_ref().map_or(0, stacked);
        if steps > MAX_STACKED_VIEWS {
            self.report(too_many_steps(create));
            self.define(&create.name, Defined::Poisoned);
            return;
        }
        if let Some(query) = rows.relation.clone() {
            self.plan.views.push(View {
                name: create.name.text.clone(),
                span: create.name.span,
                query,
            });
        }
        let readable = Readable {
            kind: "view",
            relation: rows.relation,
            columns: rows.columns,
            complete: rows.complete,
        };
        self.define(&create.name, Defined::Readable(readable));
    }

    fn check_view_names(&mut self, create: &CreateView, width: usize) {
        let names = &create.columns;
        if names.len() != width {
            let span = names[0].span.to(names[names.len() - 1].span);
            let message = format!(
                "view `{}` names {}, but its query gives {width}",
                create.name.text,
                counted(names.len(), "column")
            );
            self.report(
                Diagnostic::new(code::INSERT_COLUMNS, message, span)
                    .at(counted(names.len(), "name"))
                    .context(create.query.span, counted(width, "column"))
                    .help("name each column of the query, or leave the list away"),
            );
        }
        self.check_list(names);
    }

    /// The names of a column list must differ.
    pub(super) fn check_list(&mut self, names: &[Name]) {
        for (at, name) in names.iter().enumerate() {
            if let Some(earlier) = names[..at].iter().find(|earlier| same(earlier, name)) {
                let message = format!("two columns are named `{}`", name.text);
                self.report(
                    Diagnostic::new(code::DUPLICATE_NAME, message, name.span)
                        .at("named again")
                        .context(earlier.span, "first named here")
                        .help("give it another name"),
                );
            }
        }
    }
}

/// How many SELECTs stand on one another in `relation`.
fn stacked(relation: &Relation) -> usize {
    let mut count = 0;
    let mut at = relation;
    loop {
        at = match at {
            Relation::Scan { .. } => return count,
            Relation::Filter { input, .. } => input,
            Relation::Project { input, .. } => {
                count += 1;
                input
            }
        };
    }
}

fn too_many_steps(create: &CreateView) -> Diagnostic {
    let message = format!("more than {MAX_STACKED_VIEWS} views stand on one another");
    Diagnostic::new(code::NESTING, message, create.name.span)
        .at("one view too many")
        .help("merge some of the views below it into one")
}
