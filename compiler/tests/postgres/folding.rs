//! The same expression over constants, which the compiler folds, and over columns that hold them.

use crate::answer::Answer;
use crate::check::{self, Folded};
use crate::facts::Facts;
use crate::laminar::Sound;
use laminarc::ir::logical::Value;

/// Every so many expressions one is folded, with the constants of one row.
const EVERY: usize = 3;

/// Compares; how many were folded to a value. What differs is told to `differences`. A part that
/// fails is an error of the file even where no row gets to it: nothing is compared then.
pub fn compare(
    facts: &Facts,
    expressions: &[Sound<'_>],
    at_run_time: &[Vec<Answer>],
    differences: &mut Vec<String>,
) -> usize {
    let chosen: Vec<(usize, usize)> = (0..expressions.len())
        .step_by(EVERY)
        .map(|at| (at, at % facts.rows.len()))
        .collect();
    let constants: Vec<String> = chosen
        .iter()
        .map(|&(at, row)| facts.with_constants(row, &expressions[at].0.laminar))
        .collect();
    let texts: Vec<&str> = constants.iter().map(String::as_str).collect();
    let mut folded = 0;
    for ((&(at, row), sql), outcome) in chosen
        .iter()
        .zip(&constants)
        .zip(check::fold(facts, &texts))
    {
        let Folded::Value(value) = outcome else {
            continue;
        };
        folded += 1;
        let found = &at_run_time[at][row];
        let is_same = match (text(&value), found) {
            (Some(text), Answer::Value(found)) => *found == text,
            (None, Answer::Value(_)) => true,
            (_, Answer::Failure { .. }) => false,
        };
        if !is_same {
            differences.push(format!(
                "{sql}\n    is {value:?}\n    at run time {found:?}"
            ));
        }
    }
    folded
}

/// As answers are written; None where that is not told by the value alone.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("null".to_owned()),
        Value::Boolean(value) => Some(value.to_string()),
        Value::Integer(value) => Some(value.to_string()),
        Value::Float32(value) => Some(format!("{value:?}")),
        Value::Float64(value) => Some(format!("{value:?}")),
        Value::Text(value) => Some(value.clone()),
        Value::Decimal(_)
        | Value::Bytes(_)
        | Value::Timestamp(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Interval { .. } => None,
    }
}
