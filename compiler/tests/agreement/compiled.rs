//! What the compiler makes of constant expressions.

use laminarc::ir::logical::{ExprKind, Value};
use laminarc::ir::physical::OutputValue;
use laminarc::source::SourceFile;
use laminarc::{check, lower::lower};
use std::fmt::Write;

/// Expressions in one file: a flow has a limit.
const BATCH: usize = 500;

/// An expression that is always rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlwaysFails;

/// The value of each expression; None where the compiler leaves it to the runtime.
pub fn compiled(expressions: &[String]) -> Vec<Option<Result<Value, AlwaysFails>>> {
    expressions.chunks(BATCH).flat_map(batch).collect()
}

fn batch(expressions: &[String]) -> Vec<Option<Result<Value, AlwaysFails>>> {
    let fails = failing(expressions);
    let sound: Vec<&String> = expressions
        .iter()
        .zip(&fails)
        .filter_map(|(expression, fails)| (!fails).then_some(expression))
        .collect();
    let mut values = if sound.is_empty() {
        Vec::new()
    } else {
        values(&sound)
    }
    .into_iter();
    let mut next = || values.next().expect("a value of each sound expression");
    let result = |&fails: &bool| {
        if fails {
            Some(Err(AlwaysFails))
        } else {
            next().map(Ok)
        }
    };
    fails.iter().map(result).collect()
}

/// A pipeline that selects `expressions`, and where each of them begins.
fn pipeline<'e>(expressions: impl Iterator<Item = &'e String>) -> (SourceFile, Vec<usize>) {
    let mut sql =
        "CREATE TABLE t (x INT) WITH (connector = 'mqtt', broker = 'tcp://h', topic = 'a');
SELECT "
            .to_owned();
    let mut starts = Vec::new();
    for (index, expression) in expressions.enumerate() {
        let comma = if index == 0 { "" } else { ",\n" };
        sql.push_str(comma);
        starts.push(sql.len());
        write!(sql, "{expression} AS c{index}").expect("text can be written");
    }
    sql.push_str(" FROM t;");
    (SourceFile::new("casts.sql", sql), starts)
}

/// Whether the compiler rejects each expression.
fn failing(expressions: &[String]) -> Vec<bool> {
    let (source, starts) = pipeline(expressions.iter());
    let mut fails = vec![false; expressions.len()];
    for diagnostic in check(&source).1 {
        let place = diagnostic.labels[0].span.range().start;
        let known = matches!(diagnostic.code.as_str(), "E0303" | "E0305");
        assert!(known, "{diagnostic:?}");
        fails[starts.partition_point(|&start| start <= place) - 1] = true;
    }
    fails
}

/// The values of expressions that the compiler accepts.
fn values(expressions: &[&String]) -> Vec<Option<Value>> {
    let (source, _) = pipeline(expressions.iter().copied());
    let (plan, diagnostics) = check(&source);
    let plan = plan.unwrap_or_else(|| panic!("{diagnostics:?}"));
    let outputs = &lower(&plan).tables[0].flows[0].branches[0].outputs;
    let value = |output: &laminarc::ir::physical::Output| match &output.value {
        OutputValue::Expr(expr) => match &expr.kind {
            ExprKind::Literal(value) => Some(value.clone()),
            _ => None,
        },
        OutputValue::Passthrough(_) => panic!("{} is a column", output.name),
    };
    outputs.iter().map(value).collect()
}
