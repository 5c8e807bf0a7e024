//! What of a query's answer cannot be there: messages that are no longer kept.

use chrono::{DateTime, SecondsFormat};
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{Between, BinaryExpr, Expr, LogicalPlan, Operator};
use datafusion::scalar::ScalarValue;
use std::collections::BTreeMap;

/// For each table of a plan the earliest time that it asks for, in microseconds since 1970: by
/// conditions that a column of type TIMESTAMP is not before a constant.
pub fn asked(plan: &LogicalPlan) -> BTreeMap<String, i64> {
    let mut asked = BTreeMap::new();
    let walked = plan.apply(|node| {
        let conditions = match node {
            LogicalPlan::Filter(filter) => split_conjunction(&filter.predicate),
            LogicalPlan::TableScan(scan) => {
                scan.filters.iter().flat_map(split_conjunction).collect()
            }
            _ => Vec::new(),
        };
        for (table, bound) in conditions.into_iter().filter_map(lower_bound) {
            let latest = asked.entry(table).or_insert(bound);
            *latest = bound.max(*latest);
        }
        Ok(TreeNodeRecursion::Continue)
    });
    debug_assert!(walked.is_ok(), "nothing is done that could fail");
    asked
}

/// The table and the bound, where a condition is one.
fn lower_bound(condition: &Expr) -> Option<(String, i64)> {
    let (column, bound) = match condition {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
            Operator::Gt | Operator::GtEq | Operator::Eq => (left, right),
            Operator::Lt | Operator::LtEq => (right, left),
            _ => return None,
        },
        Expr::Between(Between {
            expr,
            negated: false,
            low,
            ..
        }) => (expr, low),
        _ => return None,
    };
    let Expr::Column(column) = stripped(column) else {
        return None;
    };
    let table = column.relation.as_ref()?.table().to_owned();
    Some((table, instant(stripped(bound))?))
}

/// Without casts around it.
fn stripped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Cast(cast) => stripped(&cast.expr),
        Expr::TryCast(cast) => stripped(&cast.expr),
        other => other,
    }
}

fn instant(expr: &Expr) -> Option<i64> {
    let Expr::Literal(value, _) = expr else {
        return None;
    };
    match value {
        ScalarValue::TimestampSecond(value, _) => {
            value.map(|value| value.saturating_mul(1_000_000))
        }
        ScalarValue::TimestampMillisecond(value, _) => {
            value.map(|value| value.saturating_mul(1_000))
        }
        ScalarValue::TimestampMicrosecond(value, _) => *value,
        ScalarValue::TimestampNanosecond(value, _) => value.map(|value| value.div_euclid(1_000)),
        _ => None,
    }
}

/// What is to be said about the rows of source table `name`, of which `about` came with them, if
/// the query asks for those from `asked` on (all, if None).
pub fn notes(name: &str, about: &BTreeMap<String, String>, asked: Option<i64>) -> Vec<String> {
    let about = |key: &str| about.get(&format!("laminar.history.{key}"));
    let mut notes = Vec::new();
    if let Some(since) = about("since") {
        let kept = DateTime::parse_from_rfc3339(since).map(|time| time.timestamp_micros());
        match (asked, kept) {
            (Some(asked), Ok(kept)) if asked >= kept => {}
            (Some(asked), _) => notes.push(format!(
                "`{name}`: rows are asked from {} on, but messages are kept since {since} only",
                shown(asked)
            )),
            (None, _) => notes.push(format!(
                "`{name}`: the rows are those of messages received since {since}; earlier ones \
                 are not kept"
            )),
        }
    }
    let counts = [
        ("rejected", "that the table's rules reject"),
        ("unreadable", "in which a column cannot be read"),
        ("too_large", "larger than all that is kept"),
    ];
    let counts = counts.into_iter().filter_map(|(key, what)| {
        let count = about(key)?;
        (count != "0").then(|| format!("{count} {what}"))
    });
    let counts: Vec<String> = counts.collect();
    if !counts.is_empty() {
        notes.push(format!(
            "`{name}`: messages left out: {}",
            counts.join(", ")
        ));
    }
    notes
}

fn shown(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros).map_or_else(
        || "the beginning of time".to_owned(),
        |time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
    )
}
