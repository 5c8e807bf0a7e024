//! A flow without views: for each of its branches, filters and outputs over the columns of the
//! branch's source.

use super::branches::branches;
use super::definitions::Definitions;
use super::fold;
use super::steps::{MAX_OPERATIONS, Steps};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::logical::{Expr, ExprKind, Flow, LogicalPlan, Relation};
use crate::ir::physical::Step;

/// Operations inside one another, at most.
const MAX_DEPTH: usize = 400;

/// A branch of a flow over its source's declared columns. Indices behind those name the locals of
/// its steps, in order.
#[derive(Debug)]
pub(super) struct Inlined<'a> {
    /// The flow.
    pub(super) flow: &'a Flow,
    /// Index into [`LogicalPlan::sources`].
    pub(super) source: usize,
    /// The WHEREs from the innermost outwards, each as its steps. Nothing follows one that is
    /// never true.
    pub(super) filters: Vec<Vec<Step>>,
    /// The locals that the outputs need.
    pub(super) locals: Vec<Step>,
    /// The output columns' names and values; none behind a filter that is never true.
    pub(super) outputs: Vec<(String, Expr)>,
}

/// Inlines the views of `flow` and folds constants, branch by branch. An error if it grows too
/// large that way.
pub(super) fn inline<'a>(
    plan: &LogicalPlan,
    flow: &'a Flow,
) -> Result<Vec<Inlined<'a>>, Box<Diagnostic>> {
    let mut operations = 0;
    let branches = branches(&flow.query).into_iter();
    branches
        .map(|relation| branch(plan, flow, &relation, &mut operations))
        .collect()
}

/// Inlines the views of a branch. `operations` counts those of the flow.
fn branch<'a>(
    plan: &LogicalPlan,
    flow: &'a Flow,
    relation: &Relation,
    operations: &mut usize,
) -> Result<Inlined<'a>, Box<Diagnostic>> {
    let mut query = Query::new(plan, relation);
    let exprs = query.predicates.iter().chain(&query.columns);
    let depth = exprs.map(|expr| query.definitions.depth(expr)).max();
    if depth.is_some_and(|depth| depth > MAX_DEPTH) {
        let message = format!("`{}` nests more than {MAX_DEPTH} operations", flow.name);
        let place = "nested that deep with all views written out";
        return Err(Box::new(too_large(flow, message, place)));
    }
    let roots = query.predicates.iter_mut().chain(&mut query.columns);
    query.definitions.settle_uses(roots);

    let source = &plan.sources[query.source];
    let mut steps = Steps::new(query.definitions, source, *operations);
    let mut filters = Vec::new();
    let mut never = false;
    for predicate in query.predicates {
        let (filter, decided) = steps.filter(predicate);
        if !filter.is_empty() {
            filters.push(filter);
        }
        never = decided;
        if never {
            break;
        }
    }
    if !never {
        let names = plan.columns(&flow.query).into_iter();
        for (column, expr) in names.zip(query.columns) {
            steps.output(column.name, expr);
        }
    }
    if steps.too_large() {
        let name = &flow.name;
        let message = format!("`{name}` takes more than {MAX_OPERATIONS} operations a message");
        return Err(Box::new(too_large(flow, message, "too many to write out")));
    }
    *operations = steps.operations();
    let (locals, outputs) = steps.finish();
    Ok(Inlined {
        flow,
        source: query.source,
        filters,
        locals,
        outputs,
    })
}

fn too_large(flow: &Flow, message: String, place: &str) -> Diagnostic {
    Diagnostic::new(code::NESTING, message, flow.span)
        .at(place)
        .note(
            "a view's column that can fail is computed anew wherever a condition decides \
             whether it is needed (CASE, COALESCE, AND, OR)",
        )
        .help("use the columns of stacked views less often, or compute less in them")
}

const ONE_WAY: &str = "a branch holds no UNION ALL";

/// A query over a source while it is put together from the inside. Expressions behind the
/// columns of views become definitions.
struct Query {
    source: usize,
    definitions: Definitions,
    predicates: Vec<Expr>,
    columns: Vec<Expr>,
}

impl Query {
    fn new(plan: &LogicalPlan, relation: &Relation) -> Self {
        let source = scanned(relation);
        let columns = scan(plan, source);
        let mut query = Self {
            source,
            definitions: Definitions::new(columns.len()),
            predicates: Vec::new(),
            columns,
        };
        query.add(relation);
        query
    }

    /// Adds what `relation` does.
    fn add(&mut self, relation: &Relation) {
        match relation {
            Relation::Scan { .. } => {}
            Relation::Filter { input, predicate } => {
                self.add(input);
                let predicate = self.substituted(predicate);
                self.predicates.push(predicate);
            }
            Relation::Project { input, columns } => {
                self.add(input);
                let mut outputs = Vec::with_capacity(columns.len());
                for (column, expr) in columns {
                    let expr = self.substituted(expr);
                    outputs.push(self.definitions.define(&column.name, expr));
                }
                self.columns = outputs;
            }
            Relation::UnionAll { .. } => panic!("{ONE_WAY}"),
        }
    }

    /// `expr` over the source's columns and the definitions, folded.
    fn substituted(&self, expr: &Expr) -> Expr {
        let mut expr = expr.clone();
        substitute(&mut expr, &self.columns);
        fold::fold(&mut expr, &self.definitions);
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

/// The source that `relation` reads.
fn scanned(relation: &Relation) -> usize {
    match relation {
        Relation::Scan { source } => *source,
        Relation::Filter { input, .. } | Relation::Project { input, .. } => scanned(input),
        Relation::UnionAll { .. } => panic!("{ONE_WAY}"),
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
