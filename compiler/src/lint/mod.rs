//! A sound plan to warnings about what it says: conditions that are never or always true, tests
//! for a NULL that cannot be, instants compared with whole days.
//!
//! The question to an expression is which values it can have in the rows that reach it. What is
//! known of these rows are [`facts`](facts::Facts): the values that columns and other terms can
//! have, as sets of ranges. Types, declarations, CHECKs, the filters of views and the operands
//! before one in an AND all become such facts in the same way; there is no list of patterns. What
//! the analysis calls impossible is impossible (a test holds it against the evaluator of
//! constants), and of everything else it says nothing.

mod assume;
mod condition;
mod days;
mod domain;
mod facts;
mod image;
mod needed;
mod nulls;
mod possible;
mod range;
mod report;
mod set;
mod subject;
#[cfg(test)]
mod tests;
mod topic;
mod truth;
mod walk;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::ir::logical::{Expr, LogicalPlan, Relation, Source, Value};
use crate::source::{SourceFile, Span};
use condition::Place;
use domain::Domain;
use facts::Facts;
use needed::Search;
use std::ops::Bound::{Included, Unbounded};
use topic::Topics;
use truth::Truths;

/// Adds warnings about what `plan`, bound from `source`, says.
pub fn lint(plan: &LogicalPlan, source: &SourceFile, diagnostics: &mut Diagnostics) {
    let mut linter = Linter {
        source,
        sources: Vec::new(),
        told: Vec::new(),
        warnings: Vec::new(),
        search: Search::new(),
    };
    for source in &plan.sources {
        let rows = linter.source(source);
        linter.sources.push(rows);
    }
    for query in plan.views.iter().map(|view| &view.query) {
        linter.relation(query);
    }
    for query in plan.flows.iter().map(|flow| &flow.query) {
        linter.relation(query);
    }
    for warning in linter.warnings {
        diagnostics.push(warning);
    }
}

struct Linter<'a> {
    source: &'a SourceFile,
    /// What is known of the rows of each source.
    sources: Vec<Rows>,
    /// What was warned of, and where: flows hold copies of views.
    told: Vec<(Code, Span)>,
    warnings: Vec<Diagnostic>,
    /// Finds the conditions to blame.
    search: Search,
}

/// What is known of the rows of a relation.
#[derive(Clone)]
struct Rows {
    /// By types and declarations alone.
    declared: Facts,
    /// By these, and by the conditions that the rows have passed.
    known: Facts,
}

impl Rows {
    fn unknown() -> Self {
        Self {
            declared: Facts::none(),
            known: Facts::none(),
        }
    }

    fn again(&self) -> Self {
        Self {
            declared: self.declared.again(),
            known: self.known.again(),
        }
    }
}

impl Linter<'_> {
    fn warn(&mut self, warning: Diagnostic) {
        let key = (warning.code, warning.labels[0].span);
        // what no text stands behind nobody wrote
        if key.1 != Span::default() && !self.told.contains(&key) {
            self.told.push(key);
            self.warnings.push(warning);
        }
    }

    /// Looks at the checks of a source, which are declared for all who read it.
    fn source(&mut self, source: &Source) -> Rows {
        let mut facts = Facts::none();
        facts.topics = Topics::declared(source);
        for (index, column) in source.columns.iter().enumerate() {
            if let Some(declared) = domain::declared(source, column) {
                facts.set(&domain::column(index, column), declared, &[]);
            }
        }
        for check in &source.checks {
            let rows = Rows {
                declared: facts.again(),
                known: facts.again(),
            };
            self.expression(&check.expr, &rows);
            let told = self.condition(&check.expr, Place::Check, &rows);
            let mut passed = facts.again();
            passed.assume(&check.expr, Truths::NOT_FALSE);
            // a check with a mistake in it says nothing of what is meant
            if !told && !passed.impossible {
                facts = passed;
            }
        }
        Rows {
            declared: facts.clone(),
            known: facts,
        }
    }

    /// Looks at a relation and what is below it.
    fn relation(&mut self, relation: &Relation) -> Rows {
        match relation {
            Relation::Scan { source } => self.sources[*source].again(),
            Relation::Filter { input, predicate } => {
                let mut rows = self.relation(input);
                self.expression(predicate, &rows);
                self.condition(predicate, Place::Where, &rows);
                let mut passed = rows.known.again();
                passed.assume(predicate, Truths::TRUE);
                // behind a filter that lets nothing pass everything is impossible: it was told
                if !passed.impossible {
                    rows.known = passed;
                }
                rows
            }
            Relation::Unnest {
                input,
                array,
                at,
                number,
                ..
            } => {
                let mut rows = self.relation(input);
                self.expression(array, &rows);
                if number.is_some() {
                    let from_one = set::Set::range(Included(Value::Integer(1)), Unbounded);
                    let known = Domain {
                        nullable: false,
                        values: from_one,
                    };
                    for facts in [&mut rows.declared, &mut rows.known] {
                        facts.set(&domain::number(at + 1), known.clone(), &[]);
                    }
                }
                rows
            }
            Relation::Project { input, columns } => {
                let rows = self.relation(input);
                let mut made = Rows::unknown();
                for (index, (_, expr)) in columns.iter().enumerate() {
                    self.expression(expr, &rows);
                    let rows = rows.again();
                    carry(&rows.declared, expr, index, &mut made.declared);
                    carry(&rows.known, expr, index, &mut made.known);
                }
                made
            }
            Relation::UnionAll { inputs, .. } => {
                let all: Vec<Rows> = inputs.iter().map(|input| self.relation(input)).collect();
                let none = Facts::none();
                Rows {
                    declared: none.either(all.iter().map(|rows| rows.declared.clone()).collect()),
                    known: none.either(all.into_iter().map(|rows| rows.known).collect()),
                }
            }
        }
    }
}

/// What is known of `expr` is known of column `index`, which it makes.
fn carry(facts: &Facts, expr: &Expr, index: usize, made: &mut Facts) {
    facts.topics.carry(expr, index, &mut made.topics);
    let domain = facts.domain(expr);
    if domain != Domain::of(expr.data_type, expr.nullable) && !domain.is_nothing() {
        made.set(&domain::made(index, expr), domain, &facts.conditions(expr));
    }
}
