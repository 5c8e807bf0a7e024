//! What values the thing has that a condition is about, in words.

use super::domain::Domain;
use super::facts::Facts;
use super::image::pulled;
use super::possible::is_reversed;
use super::report::snippet;
use super::set::Set;
use crate::functions::Body;
use crate::ir::logical::{Expr, ExprKind, Value};
use crate::source::SourceFile;
use crate::types::DataType;
use std::collections::BTreeSet;
use std::ops::Bound::{self, Excluded, Included, Unbounded};

/// So many values are listed.
const MAX_LISTED: usize = 4;

/// Longer texts are not repeated.
const MAX_CHARACTERS: usize = 40;

/// Why a condition is what it is for every row: `q` is 0 to 2. Where that cannot be said, the
/// subject is followed by `otherwise`.
pub(super) fn why(
    source: &SourceFile,
    facts: &Facts,
    expr: &Expr,
    otherwise: &str,
) -> Option<String> {
    let mut columns = BTreeSet::new();
    expr.collect_columns(&mut columns);
    if columns.is_empty() {
        return Some("the same for every row".to_owned());
    }
    if is_reversed(facts, expr) {
        return Some("nothing is between these ends".to_owned());
    }
    let written = subject(facts, expr)?;
    let (subject, _) = pulled(written, Set::all());
    let name = snippet(source, subject.span, "this");
    let domain = facts.again().domain(subject);
    // that an INT is no fraction is not said by its least and greatest values
    let is_type = domain.values == Domain::of(subject.data_type, false).values;
    let tells = !is_type || subject.data_type == written.data_type;
    match described(&domain, subject.data_type).filter(|_| tells) {
        Some(values) => Some(format!("{name} is {values}")),
        None => Some(format!("{name} {otherwise}")),
    }
}

/// What is compared with constants.
fn subject<'e>(facts: &Facts, expr: &'e Expr) -> Option<&'e Expr> {
    if let ExprKind::Compare { left, right, .. } = &expr.kind {
        let constant = |side: &Expr| facts.again().domain(side).values.single().is_some();
        return match (constant(left), constant(right)) {
            (false, true) => Some(left),
            (true, false) => Some(right),
            (true, true) | (false, false) => None,
        };
    }
    if let ExprKind::And(operands) | ExprKind::Or(operands) = &expr.kind {
        // BETWEEN
        let first = operands.first().filter(|first| first.span == expr.span);
        return first.and_then(|first| subject(facts, first));
    }
    if let ExprKind::InList { operand, .. }
    | ExprKind::Like { operand, .. }
    | ExprKind::IsNull { operand, .. } = &expr.kind
    {
        return Some(operand);
    }
    if let ExprKind::Call {
        function,
        arguments,
    } = &expr.kind
    {
        let is_of_topic = matches!(function.body, Body::Runtime { name, .. }
            if name == "topic_matches");
        return arguments.first().filter(|_| is_of_topic);
    }
    None
}

/// `1 to 5`, `'a' or 'b'`; None of what cannot be said in few words.
fn described(domain: &Domain, data_type: DataType) -> Option<String> {
    let mut parts = Vec::new();
    for (low, high) in domain.values.ranges() {
        parts.push(range_text(low, high, data_type)?);
    }
    if domain.nullable {
        parts.push("NULL".to_owned());
    }
    match parts.as_slice() {
        [] => None,
        parts if parts.len() > MAX_LISTED => None,
        [only] => Some(only.clone()),
        [first @ .., last] => Some(format!("{} or {last}", first.join(", "))),
    }
}

fn range_text(low: &Bound<Value>, high: &Bound<Value>, data_type: DataType) -> Option<String> {
    let text = |value: &Value| value_text(value, data_type);
    match (low, high) {
        (Included(low), Included(high)) if low == high => text(low),
        // texts in an order say nothing to a reader
        _ if data_type == DataType::Text => None,
        (Included(low), Included(high)) => Some(format!("{} to {}", text(low)?, text(high)?)),
        (Included(low), Unbounded) => Some(format!("{} or more", text(low)?)),
        (Unbounded, Included(high)) => Some(format!("{} or less", text(high)?)),
        (Excluded(low), Unbounded) => Some(format!("above {}", text(low)?)),
        (Unbounded, Excluded(high)) => Some(format!("below {}", text(high)?)),
        (Excluded(_), Included(_) | Excluded(_))
        | (Included(_), Excluded(_))
        | (Unbounded, Unbounded) => None,
    }
}

fn value_text(value: &Value, data_type: DataType) -> Option<String> {
    match value {
        Value::Boolean(value) => Some(value.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float64(number) => Some(number.to_string()),
        Value::Float32(number) => Some(number.to_string()),
        Value::Text(text) if text.chars().count() <= MAX_CHARACTERS => Some(format!("'{text}'")),
        Value::Decimal(number) => match data_type {
            DataType::Decimal { scale: 0, .. } => Some(number.to_string()),
            _ => None,
        },
        Value::Null
        | Value::Text(_)
        | Value::Bytes(_)
        | Value::Timestamp(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Interval { .. } => None,
    }
}
