//! Syntax tree to logical plan.

pub(crate) mod constant;
mod datetime;
mod json;
mod literal;

use crate::{
    diagnostics::Diagnostics,
    ir::{ast::Script, logical::LogicalPlan},
    source::SourceFile,
};
/// Resolves and checks `script`. None if something could not be bound (and was reported).
pub fn bind(
    source: &SourceFile,
    script: &Script,
    diagnostics: &mut Diagnostics,
) -> Option<LogicalPlan> {
    let _ = (source, script, diagnostics);
    None
}
