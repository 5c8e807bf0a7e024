//! Tests of the whole stage: places of nodes, mistakes, and that nothing makes it panic.

use super::parse;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::ir::ast::Script;
use crate::source::SourceFile;

fn parsed(text: &str) -> (SourceFile, Script, Vec<Diagnostic>) {
    let source = SourceFile::new("pipeline.sql", text);
    let mut diagnostics = Diagnostics::new();
    let script = parse(&source, &mut diagnostics);
    (source, script, diagnostics.finish())
}

#[test]
fn examples_parse() {
    for text in [
        include_str!("../../../examples/sensor_alerts/pipeline.sql"),
        include_str!("../../../examples/fleet_tracking/pipeline.sql"),
        include_str!("../../../examples/hfp_delays/pipeline.sql"),
    ] {
        let (_, script, diagnostics) = parsed(text);
        assert_eq!(diagnostics, [], "{text}");
        assert!(script.statements.len() >= 3);
        println!("{script:#?}");
    }
}
