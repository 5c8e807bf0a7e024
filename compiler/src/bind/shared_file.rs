//! Sinks that append to one file: their lines must at least be of one kind.

use super::Binder;
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::Text;
use crate::ir::logical::{OutputColumn, Sink, SinkKind};
use crate::source::Span;

/// Where a table says which file it appends to.
#[derive(Clone, Debug)]
pub(super) struct FilePath {
    /// The table's name where it is defined, which tells its sink.
    pub(super) table: Span,
    /// The path as it is written.
    pub(super) text: Text,
}

impl Binder<'_> {
    /// Looks for files that several sinks append to: by their paths as they are written, since
    /// what links there are is known when the pipeline runs.
    pub(super) fn check_shared_files(&mut self) {
        let paths = std::mem::take(&mut self.files);
        for (at, second) in paths.iter().enumerate() {
            let same = |first: &&FilePath| plain(&first.text.value) == plain(&second.text.value);
            let Some(first) = paths[..at].iter().find(same) else {
                continue;
            };
            let (Some(one), Some(other)) = (self.sink_of(first), self.sink_of(second)) else {
                continue;
            };
            let spans = [first.text.span, second.text.span];
            let diagnostic = match difference(one, other) {
                Some(difference) => different(spans, [one, other], difference),
                None => mixed(spans, [one, other]),
            };
            self.report(diagnostic);
        }
    }

    fn sink_of(&self, file: &FilePath) -> Option<&Sink> {
        let is_it = |sink: &&Sink| sink.span == Some(file.table);
        self.plan.sinks.iter().find(is_it)
    }
}

/// The path without the steps that go nowhere.
fn plain(path: &str) -> String {
    let absolute = if path.starts_with('/') { "/" } else { "" };
    let steps = path.split('/').filter(|step| !matches!(*step, "" | "."));
    format!("{absolute}{}", steps.collect::<Vec<_>>().join("/"))
}

/// In what the lines of two sinks differ; where one declares no columns, they are unknown.
fn difference(one: &Sink, other: &Sink) -> Option<&'static str> {
    let format = |sink: &Sink| match &sink.kind {
        SinkKind::File { format, .. } => Some(*format),
        SinkKind::Mqtt { .. }
        | SinkKind::Stdout { .. }
        | SinkKind::Files(_)
        | SinkKind::Webhook(_)
        | SinkKind::Blackhole => None,
    };
    let columns = |sink: &Sink| {
        let shape = |column: &OutputColumn| (column.name.clone(), column.data_type);
        sink.columns.iter().map(shape).collect::<Vec<_>>()
    };
    if format(one) != format(other) {
        Some("formats")
    } else if !one.columns.is_empty() && !other.columns.is_empty() && columns(one) != columns(other)
    {
        Some("columns")
    } else {
        None
    }
}

fn different([first, second]: [Span; 2], sinks: [&Sink; 2], difference: &str) -> Diagnostic {
    let [one, other] = sinks.map(|sink| &sink.name);
    let message =
        format!("`{one}` and `{other}` write lines of different {difference} to one file");
    Diagnostic::new(code::OPTION_CONFLICT, message, second)
        .at("the same file")
        .context(first, "written here, too")
        .help("give each of them a file of its own")
}

fn mixed([first, second]: [Span; 2], sinks: [&Sink; 2]) -> Diagnostic {
    let [one, other] = sinks.map(|sink| &sink.name);
    let message = format!("`{one}` and `{other}` write to one file");
    Diagnostic::new(code::MIXED_OUTPUT, message, second)
        .at("nothing tells its lines from the others")
        .context(first, "writes there, too")
        .help("give each of them a file of its own")
        .help(format!("or INSERT all rows INTO `{one}`"))
}
