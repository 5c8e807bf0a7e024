//! Tests of the whole stage.

mod expressions;
mod mistakes;
mod robustness;
mod statements;
mod unsupported;

use super::parse;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::ir::ast::{Branch, Query, Script, Select, Statement};
use crate::source::SourceFile;

/// The seed of good texts: what people write first.
pub(super) const GOOD: &[&str] = &[
    include_str!("../../../../examples/sensor_alerts/pipeline.sql"),
    include_str!("../../../../examples/fleet_tracking/pipeline.sql"),
    include_str!("../../../../examples/hfp_delays/pipeline.sql"),
    statements::EVERY_STATEMENT,
    expressions::EVERY_EXPRESSION,
];

fn parsed(text: &str) -> (SourceFile, Script, Vec<Diagnostic>) {
    let source = SourceFile::new("pipeline.sql", text);
    let mut diagnostics = Diagnostics::new();
    let script = parse(&source, &mut diagnostics);
    (source, script, diagnostics.finish())
}

/// The statements of a text without mistakes.
fn good(text: &str) -> (SourceFile, Vec<Statement>) {
    let (source, script, diagnostics) = parsed(text);
    assert_eq!(diagnostics, [], "{text}");
    assert_eq!(script.broken, [], "{text}");
    (source, script.statements)
}

/// The query of a text that is one SELECT.
fn good_query(text: &str) -> (SourceFile, Query) {
    let (source, mut statements) = good(text);
    assert_eq!(statements.len(), 1, "{text}");
    match statements.remove(0) {
        Statement::Select(query) => (source, query),
        other => panic!("not a query: {other:?}"),
    }
}

/// The one SELECT that `text` is.
fn good_select(text: &str) -> (SourceFile, Select) {
    let (source, mut query) = good_query(text);
    assert!(query.ctes.is_empty() && query.branches.len() == 1, "{text}");
    match query.branches.remove(0) {
        Branch::Select(select) => (source, *select),
        other @ Branch::Query(_) => panic!("not a SELECT: {other:?}"),
    }
}

#[test]
fn good_texts_parse() {
    for text in GOOD {
        let (_, statements) = good(text);
        assert!(!statements.is_empty());
    }
}
