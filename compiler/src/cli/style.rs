//! The colours of messages. `anstream` takes them out where nobody would see them.

use clap::builder::styling::{AnsiColor, Style};

use crate::diagnostics;

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const RED: Style = AnsiColor::BrightRed.on_default().bold();
pub(super) const BLUE: Style = AnsiColor::BrightBlue.on_default().bold();
pub(super) const GREEN: Style = AnsiColor::BrightGreen.on_default().bold();
pub(super) const YELLOW: Style = AnsiColor::BrightYellow.on_default().bold();
pub(super) const DIM: Style = Style::new().dimmed();

/// Whether diagnostics on standard error are to be coloured.
pub(super) fn for_diagnostics() -> diagnostics::Style {
    match anstream::AutoStream::choice(&std::io::stderr()) {
        anstream::ColorChoice::Never => diagnostics::Style::Plain,
        anstream::ColorChoice::Auto
        | anstream::ColorChoice::AlwaysAnsi
        | anstream::ColorChoice::Always => diagnostics::Style::Coloured,
    }
}
