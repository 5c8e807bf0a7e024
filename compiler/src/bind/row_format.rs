//! Formats that name the columns once, for all rows of a sink.

use super::options::Options;
use super::{Binder, Bound};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::logical::{Flow, OutputColumn, RowFormat, SinkKind};

/// What the rows look like; JSON, where the file does not say.
pub(super) fn row_format(options: &Options<'_>) -> RowFormat {
    match options.choice("format") {
        Some("csv") => RowFormat::Csv,
        Some(_) | None => RowFormat::Json,
    }
}

impl Binder<'_> {
    /// The columns of sinks that have none of their own, where the format wants to know them. An
    /// error where standard output would be of several formats.
    pub(super) fn name_columns(&mut self) -> Bound<()> {
        for sink in 0..self.plan.sinks.len() {
            match self.plan.sinks[sink].kind.format() {
                RowFormat::Json => {}
                RowFormat::Csv => self.take_columns(sink),
            }
            if let SinkKind::Files(files) = &self.plan.sinks[sink].kind
                && !files.values.is_empty()
            {
                let mut files = files.clone();
                self.take_columns(sink);
                let columns = self.plan.sinks[sink].columns.clone();
                if !columns.is_empty() {
                    self.path_values(&mut files, &columns);
                }
                self.plan.sinks[sink].kind = SinkKind::Files(files);
            }
        }
        self.check_standard_output()
    }

    fn take_columns(&mut self, sink: usize) {
        if !self.plan.sinks[sink].columns.is_empty() {
            return;
        }
        let flows: Vec<&Flow> = self.plan.flows.iter().filter(|f| f.sink == sink).collect();
        let Some((first, rest)) = flows.split_first() else {
            return;
        };
        let columns = self.plan.columns(&first.query);
        let differs = |flow: &&&Flow| !are_alike(&columns, &self.plan.columns(&flow.query));
        let diagnostic = rest.iter().find(differs).map(|flow| {
            let name = &self.plan.sinks[sink].name;
            let message = format!("flows with different columns into `{name}`");
            Diagnostic::new(code::INSERT_COLUMNS, message, flow.span)
                .at("has other columns")
                .context(first.span, "unlike this one")
                .note("the header of CSV, or the path, is made for one list of columns")
                .help(format!(
                    "declare the columns: `CREATE TABLE {name} (…) WITH (…)`"
                ))
        });
        self.plan.sinks[sink].columns = columns;
        if let Some(diagnostic) = diagnostic {
            self.report(diagnostic);
        }
    }

    /// Standard output is one text: of CSV below one header, or of anything else.
    fn check_standard_output(&mut self) -> Bound<()> {
        let sinks = &self.plan.sinks;
        let mut shown = self.plan.flows.iter().filter_map(|flow| {
            let sink = &sinks[flow.sink];
            match sink.kind {
                SinkKind::Stdout { format } => Some((flow, sink, format)),
                SinkKind::Blackhole
                | SinkKind::File { .. }
                | SinkKind::Files(_)
                | SinkKind::Webhook(_)
                | SinkKind::Mqtt { .. } => None,
            }
        });
        let Some((flow, first, format)) = shown.next() else {
            return Ok(());
        };
        let differs = |other: RowFormat, columns: &[OutputColumn]| {
            let both = (format, other);
            both != (RowFormat::Json, RowFormat::Json)
                && (format != other || !are_alike(&first.columns, columns))
        };
        let found = shown.find(|(_, sink, other)| differs(*other, &sink.columns));
        let Some((other, _, _)) = found else {
            return Ok(());
        };
        let message = "CSV on standard output beside other rows";
        let diagnostic = Diagnostic::new(code::OPTION_CONFLICT, message, other.span)
            .at("writes to standard output")
            .context(flow.span, "writes there, too, in another form")
            .note("a text of CSV has one header, and all of its rows have those columns")
            .help("give one of them a file: `connector = 'file', path = '…'`");
        Err(self.report(diagnostic))
    }
}

/// The same names in the same order.
fn are_alike(columns: &[OutputColumn], others: &[OutputColumn]) -> bool {
    let names = |columns: &[OutputColumn]| -> Vec<String> {
        columns.iter().map(|column| column.name.clone()).collect()
    };
    names(columns) == names(others)
}
