//! CREATE VIEW.

use super::Binder;
use super::query::Names;
use super::relation::{Defined, Readable, renamed};
use crate::catalog::same;
use crate::diagnostics::{Diagnostic, code, counted};
use crate::ir::ast::{CreateView, Name};
use crate::ir::logical::View;

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
