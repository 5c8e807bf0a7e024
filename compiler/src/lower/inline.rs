//! A flow without views: filters and outputs over the columns of its source.

use super::{fold, order};
use crate::ir::logical::{Expr, ExprKind, Flow, LogicalPlan, Relation, Value};

/// A flow over its source's declared columns.
#[derive(Debug)]
pub(super) struct Inlined<'a> {
    /// The flow.
    pub(super) flow: &'a Flow,
    /// Index into [`LogicalPlan::sources`].
    pub(super) source: usize,
    /// The WHEREs from the innermost outwards, each as its conjuncts in order of evaluation.
    /// Nothing follows one that is never true.
    pub(super) filters: Vec<Vec<Expr>>,
    /// The output columns' names and values; none behind a filter that is never true.
    pub(super) outputs: Vec<(String, Expr)>,
}

/// Inlines the views of `flow` and folds constants.
pub(super) fn inline<'a>(plan: &LogicalPlan, flow: &'a Flow) -> Inlined<'a> {
    let mut query = Query::default();
    let source = query.relation(plan, &flow.query);
    let mut filters = Vec::new();
    let mut never = false;
    for predicate in query.predicates {
        let conjuncts = order::conjuncts(predicate);
        never = conjuncts.iter().any(is_never);
        if !conjuncts.is_empty() {
            filters.push(conjuncts);
        }
        if never {
            break;
        }
    }
    let names = plan
        .columns(&flow.query)
        .into_iter()
        .map(|column| column.name);
    let outputs = if never {
        Vec::new()
    } else {
        names.zip(query.columns).collect()
    };
    Inlined {
        flow,
        source,
        filters,
        outputs,
    }
}

fn is_never(conjunct: &Expr) -> bool {
    conjunct
        .literal()
        .is_some_and(|value| *value != Value::Boolean(true))
}

/// A query over a source while it is put together from the inside.
#[derive(Default)]
struct Query {
    predicates: Vec<Expr>,
    columns: Vec<Expr>,
}

impl Query {
    /// Adds what `relation` does; gives its source.
    fn relation(&mut self, plan: &LogicalPlan, relation: &Relation) -> usize {
        match relation {
            Relation::Scan { source } => {
                self.columns = scan(plan, *source);
                *source
            }
            Relation::Filter { input, predicate } => {
                let source = self.relation(plan, input);
                let predicate = self.substituted(predicate);
                self.predicates.push(predicate);
                source
            }
            Relation::Project { input, columns } => {
                let source = self.relation(plan, input);
                self.columns = columns
                    .iter()
                    .map(|(_, expr)| self.substituted(expr))
                    .collect();
                source
            }
        }
    }

    /// `expr` over the source's columns, folded.
    fn substituted(&self, expr: &Expr) -> Expr {
        let mut expr = expr.clone();
        substitute(&mut expr, &self.columns);
        fold::fold(&mut expr);
        expr
    }
}

fn substitute(expr: &mut Expr, columns: &[Expr]) {
    if let ExprKind::Column(column) = expr.kind {
        *expr = columns[column].clone();
        return;
    }
    for child in expr.children_mut() {
        substitute(child, columns);
    }
}

fn scan(plan: &LogicalPlan, source: usize) -> Vec<Expr> {
    let columns = plan.sources[source].columns.iter().enumerate();
    columns
        .map(|(index, column)| Expr {
            kind: ExprKind::Column(index),
            data_type: column.data_type,
            nullable: column.nullable(),
            span: column.span,
        })
        .collect()
}
