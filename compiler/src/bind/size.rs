//! How large a flow grows when its views are written out in it.
//!
//! A flow evaluates the expressions of its views where it uses their columns. Views that each use
//! a column twice double with every step: twenty of them are a million operations. Here that is
//! an error; later stages rely on it.

use super::Binder;
use crate::diagnostics::{Diagnostic, code};
use crate::ir::logical::{Expr, ExprKind, Relation};
use crate::source::Span;

/// Operations in one flow, at most.
const MAX_OPERATIONS: u64 = 4_000;

/// Operations inside one another, at most.
const MAX_DEPTH: u64 = 400;

/// Views on views, at most.
pub(super) const MAX_STACKED_VIEWS: usize = 100;

/// What an expression or column amounts to, all views written out.
#[derive(Clone, Copy, Default)]
struct Extent {
    operations: u64,
    depth: u64,
}

impl Binder<'_> {
    /// Reports flows that are too large.
    pub(super) fn check_sizes(&mut self) {
        let mut too_large: Vec<Diagnostic> = Vec::new();
        for flow in &self.plan.flows {
            let total = whole(&flow.query);
            if total.operations > MAX_OPERATIONS || total.depth > MAX_DEPTH {
                too_large.push(diagnose(&flow.name, flow.span, total));
            }
        }
        for diagnostic in too_large {
            self.report(diagnostic);
        }
    }
}

/// How many SELECTs stand on one another in `relation`.
pub(super) fn stacked(relation: &Relation) -> usize {
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

fn diagnose(name: &str, span: Span, total: Extent) -> Diagnostic {
    let (what, place) = if total.operations > MAX_OPERATIONS {
        let message = format!("`{name}` takes more than {MAX_OPERATIONS} operations a message");
        (message, "counted with all views written out")
    } else {
        let message = format!("`{name}` nests more than {MAX_DEPTH} operations");
        (message, "nested that deep with all views written out")
    };
    Diagnostic::new(code::NESTING, what, span)
        .at(place)
        .note("the expression behind a view's column is evaluated wherever the column is used")
        .help("use the columns of stacked views less often, or compute less in them")
}

/// The extent of all that is evaluated for a row of `relation`.
fn whole(relation: &Relation) -> Extent {
    let (outputs, filters) = columns(relation);
    outputs
        .unwrap_or_default()
        .into_iter()
        .fold(filters, Extent::with)
}

/// The extent of each column of `relation` (None: of a table's), and of its filters.
fn columns(relation: &Relation) -> (Option<Vec<Extent>>, Extent) {
    match relation {
        Relation::Scan { .. } => (None, Extent::default()),
        Relation::Filter { input, predicate } => {
            let (inputs, filters) = columns(input);
            let own = extent(predicate, inputs.as_deref());
            (inputs, filters.with(own))
        }
        Relation::Project {
            input,
            columns: outputs,
        } => {
            let (inputs, filters) = columns(input);
            let each = |(_, expr): &(_, Expr)| extent(expr, inputs.as_deref());
            (Some(outputs.iter().map(each).collect()), filters)
        }
    }
}

/// The extent of `expr` over columns of these extents; None: the columns of a table.
fn extent(expr: &Expr, inputs: Option<&[Extent]>) -> Extent {
    if let ExprKind::Literal(_) = &expr.kind {
        return Extent::default();
    }
    if let ExprKind::Column(index) = &expr.kind {
        return inputs.map_or(Extent::default(), |inputs| inputs[*index]);
    }
    let operands = expr.children().into_iter();
    let below = operands.fold(Extent::default(), |sum, operand| {
        sum.with(extent(operand, inputs))
    });
    Extent {
        operations: below.operations.saturating_add(1),
        depth: below.depth + 1,
    }
}

impl Extent {
    /// Both, beside one another.
    fn with(self, other: Self) -> Self {
        Self {
            operations: self.operations.saturating_add(other.operations),
            depth: self.depth.max(other.depth),
        }
    }
}
