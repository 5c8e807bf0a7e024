//! How large a query may grow with all that it reads written out.

use super::{Binder, Bound};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::logical::Relation;
use crate::source::Span;

/// Queries on one another, at most.
const MAX_STACKED: usize = 100;

/// Ways through UNION ALLs, at most: each is code of its own.
const MAX_BRANCHES: usize = 100;

impl Binder<'_> {
    /// Checks what a query at `span` comes to. Every query is checked, so none can grow far beyond
    /// the limits.
    pub(super) fn check_size(&mut self, relation: &Relation, span: Span) -> Bound<()> {
        if stacked(relation) > MAX_STACKED {
            let message = format!("more than {MAX_STACKED} queries stand on one another");
            return Err(self.report(
                Diagnostic::new(code::NESTING, message, span)
                    .at("one query too many")
                    .help("merge some of the queries below it into one"),
            ));
        }
        if relation.branches() > MAX_BRANCHES {
            let message = format!("a query of more than {MAX_BRANCHES} branches");
            return Err(self.report(
                Diagnostic::new(code::NESTING, message, span)
                    .at("too many with all views written out")
                    .help("write an INSERT INTO for each of them: several may write to one sink"),
            ));
        }
        Ok(())
    }
}

/// How many SELECTs stand on one another in `relation`.
fn stacked(relation: &Relation) -> usize {
    match relation {
        Relation::Scan { .. } => 0,
        Relation::Filter { input, .. } => stacked(input),
        Relation::Unnest { input, .. } | Relation::Project { input, .. } => stacked(input) + 1,
        Relation::UnionAll { inputs, .. } => inputs.iter().map(stacked).max().unwrap_or_default(),
    }
}
