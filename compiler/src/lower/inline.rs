//! A flow without views: for each of its branches, filters and outputs over the columns of the
//! branch's source.

use super::branches::branches;
use super::definitions::Definitions;
use super::fold;
use super::paths::Extended;
use super::steps::{MAX_OPERATIONS, Steps};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::logical::{Expr, ExprKind, Flow, LogicalPlan, OutputColumn, Relation};
use crate::ir::physical::Step;
use crate::types::{DataType, IntegerType};

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
    /// The WHEREs and UNNESTs from the innermost outwards, each as its steps. Nothing follows a
    /// WHERE that is never true.
    pub(super) groups: Vec<Vec<Step>>,
    /// The locals that the outputs need.
    pub(super) locals: Vec<Step>,
    /// The output columns' names and values; none behind a filter that is never true.
    pub(super) outputs: Vec<(String, Expr)>,
    /// How many columns a row has.
    pub(super) width: usize,
}

/// Inlines the views of `flow` and folds constants, branch by branch. An error if it grows too
/// large that way.
pub(super) fn inline<'a>(
    extended: &Extended,
    flow: &'a Flow,
) -> Result<Vec<Inlined<'a>>, Box<Diagnostic>> {
    let mut operations = 0;
    let branches = branches(&flow.query).into_iter();
    branches
        .map(|relation| branch(extended, flow, &relation, &mut operations))
        .collect()
}

/// Inlines the views of a branch. `operations` counts those of the flow.
fn branch<'a>(
    extended: &Extended,
    flow: &'a Flow,
    relation: &Relation,
    operations: &mut usize,
) -> Result<Inlined<'a>, Box<Diagnostic>> {
    let mut query = Query::new(extended, relation);
    let exprs = query.operations.iter().map(Operation::expr);
    let exprs = exprs.chain(&query.columns);
    let depth = exprs.map(|expr| query.definitions.depth(expr)).max();
    if depth.is_some_and(|depth| depth > MAX_DEPTH) {
        let message = format!("`{}` nests more than {MAX_DEPTH} operations", flow.name);
        let place = "nested that deep with all views written out";
        return Err(Box::new(too_large(flow, message, place)));
    }
    let roots = query.operations.iter_mut().map(Operation::expr_mut);
    query
        .definitions
        .settle_uses(roots.chain(&mut query.columns));

    let source = &extended.plan.sources[query.source];
    let mut steps = Steps::new(query.definitions, source, *operations);
    let (width, mut groups) = (query.columns.len(), Vec::new());
    let mut never = false;
    for operation in query.operations {
        let (group, decided) = match operation {
            Operation::Filter(predicate) => steps.filter(predicate),
            Operation::Unnest {
                array,
                element,
                number,
            } => (steps.unnest(array, element, number), false),
        };
        if !group.is_empty() {
            groups.push(group);
        }
        never = decided;
        if never {
            break;
        }
    }
    if !never {
        let names = extended.plan.columns(&flow.query).into_iter();
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
        groups,
        locals,
        outputs,
        width,
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

/// What happens to a row on its way.
enum Operation {
    /// It goes on if this is true.
    Filter(Expr),
    /// It goes on once for each element of an array.
    Unnest {
        array: Expr,
        /// The definition that is the element.
        element: usize,
        /// The definition that is its number.
        number: usize,
    },
}

impl Operation {
    fn expr(&self) -> &Expr {
        match self {
            Self::Filter(expr) | Self::Unnest { array: expr, .. } => expr,
        }
    }

    fn expr_mut(&mut self) -> &mut Expr {
        match self {
            Self::Filter(expr) | Self::Unnest { array: expr, .. } => expr,
        }
    }
}

/// A query over a source while it is put together from the inside. Expressions behind the
/// columns of views become definitions.
struct Query<'e> {
    extended: &'e Extended,
    source: usize,
    definitions: Definitions,
    operations: Vec<Operation>,
    columns: Vec<Expr>,
}

impl<'e> Query<'e> {
    fn new(extended: &'e Extended, relation: &Relation) -> Self {
        let source = scanned(relation);
        let mut columns = scan(&extended.plan, source);
        let definitions = Definitions::new(columns.len());
        columns.truncate(extended.declared(source));
        let mut query = Self {
            extended,
            source,
            definitions,
            operations: Vec::new(),
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
                self.filter(predicate);
            }
            Relation::Unnest {
                input,
                array,
                element,
                number,
                ..
            } => {
                self.add(input);
                let array = self.substituted(array);
                let span = array.span;
                let named = self.definitions.give(element, span);
                let numbered = self
                    .definitions
                    .give(&number_column(number.as_deref()), span);
                self.operations.push(Operation::Unnest {
                    array,
                    element: named.0,
                    number: numbered.0,
                });
                self.columns.push(named.1);
                self.columns.extend(number.as_ref().map(|_| numbered.1));
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

    /// Adds a filter. What it asks of the message alone, before anything that can fail, is asked
    /// before arrays are taken apart.
    fn filter(&mut self, predicate: Expr) {
        let behind = self
            .operations
            .iter()
            .rposition(|operation| match operation {
                Operation::Filter(_) => true,
                Operation::Unnest { .. } => false,
            });
        let first = behind.map_or(0, |last| last + 1);
        if first == self.operations.len() {
            self.operations.push(Operation::Filter(predicate));
            return;
        }
        let conjuncts = match predicate.kind {
            ExprKind::And(operands) => operands,
            _ => vec![predicate],
        };
        let given: Vec<usize> = self.operations[first..]
            .iter()
            .flat_map(|operation| match operation {
                Operation::Filter(_) => Vec::new(),
                Operation::Unnest {
                    element, number, ..
                } => vec![*element, *number],
            })
            .collect();
        let (mut early, mut late) = (Vec::new(), Vec::new());
        let mut failed = false;
        for conjunct in conjuncts {
            failed |= self.definitions.can_fail(&conjunct);
            if failed || self.definitions.reads(&conjunct, &given) {
                late.push(conjunct);
            } else {
                early.push(conjunct);
            }
        }
        let late = all(late).map(Operation::Filter);
        self.operations.extend(late);
        if let Some(early) = all(early) {
            self.operations.insert(first, Operation::Filter(early));
        }
    }

    /// `expr` over the source's columns and the definitions, folded.
    fn substituted(&self, expr: &Expr) -> Expr {
        let mut expr = expr.clone();
        substitute(&mut expr, &self.columns);
        self.extended.resolve(self.source, &mut expr);
        fold::fold(&mut expr, &self.definitions);
        expr
    }
}

/// The column of an element's number.
fn number_column(name: Option<&str>) -> OutputColumn {
    OutputColumn {
        name: name.unwrap_or("number").to_owned(),
        data_type: DataType::Integer(IntegerType::Int64),
        nullable: false,
    }
}

/// The conjunction of some conditions.
fn all(mut conjuncts: Vec<Expr>) -> Option<Expr> {
    let first = conjuncts.first()?;
    let span = conjuncts
        .iter()
        .fold(first.span, |span, conjunct| span.to(conjunct.span));
    if conjuncts.len() == 1 {
        return conjuncts.pop();
    }
    Some(Expr {
        nullable: conjuncts.iter().any(|conjunct| conjunct.nullable),
        kind: ExprKind::And(conjuncts),
        data_type: DataType::Boolean,
        span,
    })
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
        Relation::Filter { input, .. }
        | Relation::Unnest { input, .. }
        | Relation::Project { input, .. } => scanned(input),
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
