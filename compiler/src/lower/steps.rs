//! What a flow does, step by step: what is used more than once is computed once, into a local.
//!
//! A local is computed right before the filter or output that uses it first, and only if that
//! changes no row and no error: its expression can't fail, or it would be evaluated there
//! in any case, before anything else that can fail.

use super::definitions::Definitions;
use super::{fold, order};
use crate::functions::Body;
use crate::ir::logical::{Expr, ExprKind, Source, Value};
use crate::ir::physical::Step;
use std::collections::BTreeSet;
use std::mem;

/// Operations in one flow, at most.
pub(super) const MAX_OPERATIONS: usize = 4_000;

/// The steps of a flow while they are found. Expressions in finished steps name a column of the
/// source by its index, and the n-th local by the index n behind those.
pub(super) struct Steps {
    definitions: Definitions,
    columns: usize,
    /// Names of columns and locals.
    names: BTreeSet<String>,
    locals: usize,
    found: Vec<Step>,
    outputs: Vec<(String, Expr)>,
    operations: usize,
}

impl Steps {
    /// Nothing yet, in a flow that has so many operations elsewhere.
    pub(super) fn new(definitions: Definitions, source: &Source, operations: usize) -> Self {
        let names = source.columns.iter().map(|column| column.name.clone());
        Self {
            definitions,
            columns: source.columns.len(),
            names: names.collect(),
            locals: 0,
            found: Vec::new(),
            outputs: Vec::new(),
            operations,
        }
    }

    /// Whether the flow has grown beyond [`MAX_OPERATIONS`]; what it holds is of no use then.
    pub(super) fn too_large(&self) -> bool {
        self.operations > MAX_OPERATIONS
    }

    /// Operations of the flow so far.
    pub(super) fn operations(&self) -> usize {
        self.operations
    }

    /// The steps of a WHERE, and whether it is never true.
    pub(super) fn filter(&mut self, mut predicate: Expr) -> (Vec<Step>, bool) {
        fold::fold(&mut predicate, &self.definitions);
        while !self.too_large() && self.write_out_conjunctions(&mut predicate) {
            fold::fold(&mut predicate, &self.definitions);
        }
        let mut never = false;
        for mut conjunct in order::conjuncts(predicate, &self.definitions) {
            self.settle(&mut conjunct, true, &mut false);
            never |= is_never(&conjunct);
            self.found.push(Step::Keep(conjunct));
        }
        (mem::take(&mut self.found), never)
    }

    /// The steps of an UNNEST, whose element and number are these definitions.
    pub(super) fn unnest(&mut self, mut array: Expr, element: usize, number: usize) -> Vec<Step> {
        fold::fold(&mut array, &self.definitions);
        self.settle(&mut array, true, &mut false);
        let [element, number] = [element, number].map(|definition| {
            let name = self.definitions.get(definition).name.clone();
            self.definitions.computed(definition, self.locals);
            self.locals += 1;
            self.unique(&name)
        });
        self.found.push(Step::Unnest {
            array,
            element,
            number,
        });
        mem::take(&mut self.found)
    }

    /// A WHERE asks its conjuncts one by one and stops at one that is NULL; the value of an AND
    /// does not. Where a later operand can fail that makes a difference.
    fn write_out_conjunctions(&mut self, predicate: &mut Expr) -> bool {
        let conjuncts = if let ExprKind::And(operands) = &mut predicate.kind {
            operands.iter_mut().collect()
        } else {
            vec![predicate]
        };
        let mut written = false;
        for conjunct in conjuncts {
            let ExprKind::Column(column) = conjunct.kind else {
                continue;
            };
            let definition = self.definitions.index(column);
            let definition = definition.map(|definition| self.definitions.get(definition));
            if let Some(definition) = definition
                && definition.fails_where_named()
                && let ExprKind::And(operands) = &definition.expr.kind
            {
                self.operations += operands.len();
                *conjunct = definition.expr.clone();
                written = true;
            }
        }
        written
    }

    /// Adds an output column.
    pub(super) fn output(&mut self, name: String, mut expr: Expr) {
        fold::fold(&mut expr, &self.definitions);
        self.settle(&mut expr, true, &mut false);
        self.outputs.push((name, expr));
    }

    /// The locals of the outputs, and the outputs.
    pub(super) fn finish(self) -> (Vec<Step>, Vec<(String, Expr)>) {
        (self.found, self.outputs)
    }

    /// Makes `expr` name columns and locals alone. `certain`: it is evaluated for each row that
    /// gets here; `failed`: something before it in the same expression can fail.
    fn settle(&mut self, expr: &mut Expr, certain: bool, failed: &mut bool) {
        if self.too_large() {
            return;
        }
        if let ExprKind::Column(column) = expr.kind {
            if let Some(definition) = self.definitions.index(column) {
                self.settle_name(expr, definition, certain, failed);
            }
            return;
        }
        let always = evaluated_always(expr);
        for (at, child) in expr.children_mut().into_iter().enumerate() {
            self.settle(child, certain && at < always, failed);
        }
        *failed |= expr.fails_itself();
        if expr.literal().is_none() {
            self.operations += 1;
        }
    }

    fn settle_name(
        &mut self,
        expr: &mut Expr,
        definition: usize,
        certain: bool,
        failed: &mut bool,
    ) {
        let known = self.definitions.get(definition);
        if let Some(local) = known.local {
            expr.kind = ExprKind::Column(self.columns + local);
            return;
        }
        let mut value = known.expr.clone();
        let fails = known.fails_where_named();
        if fails && (!certain || *failed) {
            self.settle(&mut value, certain, failed);
            *expr = value;
            return;
        }
        let name = known.name.clone();
        self.settle(&mut value, true, &mut false);
        if fails {
            self.compute_earlier_outputs();
        }
        let local = self.compute(&name, value);
        self.definitions.computed(definition, local);
        expr.kind = ExprKind::Column(self.columns + local);
    }

    /// Outputs are evaluated in order: those that can fail come before a local that can.
    fn compute_earlier_outputs(&mut self) {
        for at in 0..self.outputs.len() {
            let (name, expr) = &self.outputs[at];
            if expr.can_fail() {
                let (name, expr) = (name.clone(), expr.clone());
                let local = self.compute(&name, expr);
                self.outputs[at].1.kind = ExprKind::Column(self.columns + local);
            }
        }
    }

    /// Adds a local; its number.
    fn compute(&mut self, name: &str, expr: Expr) -> usize {
        let name = self.unique(name);
        self.found.push(Step::Let { name, expr });
        self.locals += 1;
        self.locals - 1
    }

    /// The name, or with a number behind it if it is taken.
    fn unique(&mut self, name: &str) -> String {
        let (mut unique, mut number) = (name.to_owned(), 1);
        while !self.names.insert(unique.clone()) {
            number += 1;
            unique = format!("{name}_{number}");
        }
        unique
    }
}

fn is_never(conjunct: &Expr) -> bool {
    conjunct
        .literal()
        .is_some_and(|value| *value != Value::Boolean(true))
}

/// How many of the operands are evaluated whatever the others are.
fn evaluated_always(expr: &Expr) -> usize {
    match &expr.kind {
        ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Case { .. } => 1,
        ExprKind::Call { function, .. } if function.body == Body::Coalesce => 1,
        ExprKind::Column(_)
        | ExprKind::Literal(_)
        | ExprKind::Not(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary { .. }
        | ExprKind::Compare { .. }
        | ExprKind::IsNull { .. }
        | ExprKind::IsTruth { .. }
        | ExprKind::InList { .. }
        | ExprKind::Cast(_)
        | ExprKind::TryCast(_)
        | ExprKind::IsDistinct { .. }
        | ExprKind::Like { .. }
        | ExprKind::Access { .. }
        | ExprKind::Call { .. } => usize::MAX,
    }
}
