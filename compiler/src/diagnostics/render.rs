//! Placeholder.
use super::Diagnostic;
use crate::source::SourceFile;
/// Whether to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No escape codes.
    Plain,
    /// ANSI colours.
    Coloured,
}
/// Renders one diagnostic.
pub fn render(diagnostic: &Diagnostic, source: &SourceFile, style: Style) -> String {
    format!("{diagnostic:?} {} {style:?}", source.name())
}
