//! What the compiler says to expressions, before they are compiled.

use crate::facts::{Column, Facts, declaration};
use laminarc::diagnostics::{Diagnostic, Severity};
use laminarc::ir::logical::{LogicalPlan, Relation, Value};
use laminarc::ir::physical::OutputValue;
use laminarc::lower::lower;
use laminarc::source::SourceFile;
use laminarc::types::DataType;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Expressions in one file: a flow has a limit.
const CHECKED: usize = 200;

/// What the compiler says to an expression.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It is of this type; and whether it can be a row error.
    Sound(DataType, bool),
    /// A constant part of it fails for every row.
    AlwaysFails,
    /// Anything else.
    Refused(String),
}

/// The verdict on each expression, given as its text.
pub fn check(facts: &Facts, expressions: &[&str]) -> Vec<Verdict> {
    check_over(&facts.columns, expressions)
}

/// The same over other columns.
pub fn check_over(columns: &[Column], expressions: &[&str]) -> Vec<Verdict> {
    let chunks = expressions.chunks(CHECKED);
    chunks
        .flat_map(|chunk| check_chunk(columns, chunk))
        .collect()
}

/// A mistake in the syntax hides the others, so what is refused is left out until nothing is.
fn check_chunk(columns: &[Column], expressions: &[&str]) -> Vec<Verdict> {
    let mut verdicts: Vec<Option<Verdict>> = vec![None; expressions.len()];
    loop {
        let open: Vec<usize> = (0..expressions.len())
            .filter(|&at| verdicts[at].is_none())
            .collect();
        if open.is_empty() {
            break;
        }
        let texts: Vec<&str> = open.iter().map(|&at| expressions[at]).collect();
        let (source, starts) = one_flow(columns, &texts);
        let (plan, diagnostics) = laminarc::check(&source);
        let Some(plan) = plan else {
            for (place, verdict) in refusals(&diagnostics, &starts) {
                verdicts[open[place]] = Some(verdict);
            }
            continue;
        };
        for (at, verdict) in open.into_iter().zip(outputs(&plan)) {
            verdicts[at] = Some(verdict);
        }
    }
    verdicts.into_iter().flatten().collect()
}

/// A flow of these expressions, and where each of them begins.
fn one_flow(columns: &[Column], expressions: &[&str]) -> (SourceFile, Vec<usize>) {
    let mut sql = declaration(columns);
    sql.push_str("SELECT ");
    let mut starts = Vec::new();
    for (at, expression) in expressions.iter().enumerate() {
        sql.push_str(if at == 0 { "" } else { ",\n" });
        starts.push(sql.len());
        write!(sql, "{expression} AS c{at}").expect("a String takes it");
    }
    sql.push_str(" FROM facts;");
    (SourceFile::new("pipeline.sql", sql), starts)
}

/// Which expressions are refused, and why.
fn refusals(diagnostics: &[Diagnostic], starts: &[usize]) -> Vec<(usize, Verdict)> {
    let errors = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error);
    let refusal = |diagnostic: &Diagnostic| {
        let place = diagnostic.labels[0].span.range().start;
        let at = starts.partition_point(|&start| start <= place) - 1;
        let verdict = match diagnostic.code.as_str() {
            "E0305" => Verdict::AlwaysFails,
            code => Verdict::Refused(format!("{code}: {}", diagnostic.message)),
        };
        (at, verdict)
    };
    errors.map(refusal).collect()
}

fn outputs(plan: &LogicalPlan) -> Vec<Verdict> {
    let Relation::Project { columns, .. } = &plan.flows[0].query else {
        panic!("the query computes its columns");
    };
    columns
        .iter()
        .map(|(column, expr)| Verdict::Sound(column.data_type, expr.can_fail()))
        .collect()
}

/// How often each refusal was given, the most frequent first.
pub fn counted(refusals: &[String]) -> String {
    let mut counts = BTreeMap::new();
    for refusal in refusals {
        *counts.entry(refusal).or_insert(0) += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
        .iter()
        .fold(String::new(), |mut text, (refusal, count)| {
            writeln!(text, "  {count} times {refusal}").expect("a String takes it");
            text
        })
}

/// What the compiler makes of a constant expression.
pub enum Folded {
    /// This value.
    Value(Value),
    /// It is left to the runtime, or refused.
    Not,
}

/// What becomes of each expression, none of which reads a column.
pub fn fold(facts: &Facts, expressions: &[&str]) -> Vec<Folded> {
    let verdicts = check(facts, expressions);
    let sound: Vec<usize> = (0..expressions.len())
        .filter(|&at| matches!(verdicts[at], Verdict::Sound(..)))
        .collect();
    let mut folded: Vec<Folded> = expressions.iter().map(|_| Folded::Not).collect();
    for chunk in sound.chunks(CHECKED) {
        let texts: Vec<&str> = chunk.iter().map(|&at| expressions[at]).collect();
        let (source, _) = one_flow(&facts.columns, &texts);
        let plan = laminarc::check(&source).0.expect("each of them is sound");
        let outputs = &lower(&plan).tables[0].flows[0].branches[0].outputs;
        for (&at, output) in chunk.iter().zip(outputs) {
            if let OutputValue::Expr(expr) = &output.value
                && let Some(value) = expr.literal()
            {
                folded[at] = Folded::Value(value.clone());
            }
        }
    }
    folded
}
