//! The expressions behind the columns of views, each known by a name instead of written out.
//!
//! While a flow is put together, an expression names a column of the source by its index, and a
//! definition by an index behind those.

use super::order;
use crate::ir::logical::{Expr, ExprKind, OutputColumn};
use crate::source::Span;

/// An expression that has a name.
#[derive(Debug)]
pub(super) struct Definition {
    /// The view's column.
    pub(super) name: String,
    /// What it stands for, over the source's columns and earlier definitions.
    pub(super) expr: Expr,
    /// How often other expressions name it.
    pub(super) uses: usize,
    /// The number of the flow's local that holds its value, once one does.
    pub(super) local: Option<usize>,
    /// Whether a step gives its value, which no expression stands for.
    given: bool,
    /// Whether computing it can be a row error.
    can_fail: bool,
    /// [`order::cost`], all written out.
    cost: u32,
    /// Operations inside one another, all written out.
    depth: usize,
}

/// The definitions of a flow, the innermost first.
#[derive(Debug)]
pub(super) struct Definitions {
    /// How many columns the source has.
    columns: usize,
    list: Vec<Definition>,
}

impl Definitions {
    /// None yet, over a source of so many columns.
    pub(super) fn new(columns: usize) -> Self {
        Self {
            columns,
            list: Vec::new(),
        }
    }

    /// Names what a step will give; its definition's index, and the expression that names it.
    pub(super) fn give(&mut self, column: &OutputColumn, span: Span) -> (usize, Expr) {
        let definition = self.list.len();
        let named = Expr {
            kind: ExprKind::Column(self.columns + definition),
            data_type: column.data_type,
            nullable: column.nullable,
            span,
        };
        self.list.push(Definition {
            name: column.name.clone(),
            uses: 0,
            local: None,
            given: true,
            can_fail: false,
            cost: 1,
            depth: 0,
            // nobody asks for it: it has a local before anything names it
            expr: named.clone(),
        });
        (definition, named)
    }

    /// Whether `expr` depends on one of these definitions.
    pub(super) fn reads(&self, expr: &Expr, definitions: &[usize]) -> bool {
        if let ExprKind::Column(column) = expr.kind {
            let Some(definition) = self.index(column) else {
                return false;
            };
            let known = self.get(definition);
            return definitions.contains(&definition)
                || (!known.given && self.reads(&known.expr, definitions));
        }
        let mut children = expr.children().into_iter();
        children.any(|child| self.reads(child, definitions))
    }

    /// Gives `expr` a name; the expression to use in its place. What is no more than a name or a
    /// constant needs none.
    pub(super) fn define(&mut self, name: &str, expr: Expr) -> Expr {
        if matches!(expr.kind, ExprKind::Column(_) | ExprKind::Literal(_)) {
            return expr;
        }
        let named = Expr {
            kind: ExprKind::Column(self.columns + self.list.len()),
            data_type: expr.data_type,
            nullable: expr.nullable,
            span: expr.span,
        };
        self.list.push(Definition {
            name: name.to_owned(),
            uses: 0,
            local: None,
            given: false,
            can_fail: self.can_fail(&expr),
            cost: order::cost(&expr, self),
            depth: self.depth(&expr),
            expr,
        });
        named
    }

    /// Which definition a column's index names, if not a column of the source.
    pub(super) fn index(&self, column: usize) -> Option<usize> {
        column.checked_sub(self.columns)
    }

    /// The definition with this index.
    pub(super) fn get(&self, definition: usize) -> &Definition {
        &self.list[definition]
    }

    /// Notes that a local holds its value.
    pub(super) fn computed(&mut self, definition: usize, local: usize) {
        self.list[definition].local = Some(local);
    }

    fn named(&self, expr: &Expr) -> Option<&Definition> {
        let ExprKind::Column(column) = expr.kind else {
            return None;
        };
        self.index(column).map(|definition| self.get(definition))
    }

    /// Whether evaluating `expr` can be a row error, given the columns and locals that there are.
    pub(super) fn can_fail(&self, expr: &Expr) -> bool {
        match self.named(expr) {
            Some(definition) => definition.fails_where_named(),
            None => {
                expr.fails_itself()
                    || expr
                        .children()
                        .into_iter()
                        .any(|child| self.can_fail(child))
            }
        }
    }

    /// The rank of the value that a column's index names.
    pub(super) fn cost(&self, column: usize) -> u32 {
        match self.index(column).map(|definition| self.get(definition)) {
            Some(definition) if definition.local.is_none() => definition.cost,
            Some(_) | None => 1,
        }
    }

    /// Operations inside one another in `expr`, all written out.
    pub(super) fn depth(&self, expr: &Expr) -> usize {
        if let Some(definition) = self.named(expr) {
            return definition.depth;
        }
        let children = expr.children().into_iter();
        let deepest = children.map(|child| self.depth(child)).max();
        deepest.map_or(0, |deepest| deepest + 1)
    }

    /// Counts how often each definition is named by `roots` and by what they need; those named
    /// once are written out where they are.
    pub(super) fn settle_uses<'e>(&mut self, roots: impl Iterator<Item = &'e mut Expr>) {
        let mut roots: Vec<_> = roots.collect();
        for root in &roots {
            self.count(root);
        }
        for definition in (0..self.list.len()).rev() {
            if self.list[definition].uses > 0 && !self.list[definition].given {
                let expr = self.list[definition].expr.clone();
                self.count(&expr);
            }
        }
        for definition in 0..self.list.len() {
            if self.list[definition].given {
                continue;
            }
            let mut expr = self.list[definition].expr.clone();
            self.write_out(&mut expr);
            self.list[definition].expr = expr;
        }
        for root in &mut roots {
            self.write_out(root);
        }
    }

    fn count(&mut self, expr: &Expr) {
        if let ExprKind::Column(column) = expr.kind
            && let Some(definition) = self.index(column)
        {
            self.list[definition].uses += 1;
        }
        for child in expr.children() {
            self.count(child);
        }
    }

    fn write_out(&self, expr: &mut Expr) {
        if let Some(definition) = self.named(expr) {
            if definition.uses == 1 && !definition.given {
                *expr = definition.expr.clone();
            }
            return;
        }
        for child in expr.children_mut() {
            self.write_out(child);
        }
    }
}

impl Definition {
    /// Whether naming it can be a row error: not any more when a local holds its value.
    pub(super) fn fails_where_named(&self) -> bool {
        self.can_fail && self.local.is_none()
    }
}
