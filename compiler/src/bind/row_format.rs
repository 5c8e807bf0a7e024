//! Formats that name the columns once, for all rows of a sink.

use super::options::Options;
use super::{Binder, Bound};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::logical::{Compression, Flow, OutputColumn, Parquet, RowFormat, SinkKind};
use crate::types::DataType;

/// Rows of a row group, if the file says nothing: enough for its pages to be worth their head, and
/// few enough to be in memory at once.
const ROW_GROUP_ROWS: u32 = 122_880;

/// What the rows look like; JSON, where the file does not say.
pub(super) fn row_format(options: &Options<'_>) -> RowFormat {
    match options.choice("format") {
        Some("csv") => RowFormat::Csv,
        Some("table") => RowFormat::Table,
        Some(_) | None => RowFormat::Json,
    }
}

/// Options that are for one format alone.
const OF_PARQUET: [&str; 2] = ["compression", "row_group_size"];

impl Binder<'_> {
    /// What the rows of files look like. An error where an option does not fit the format.
    pub(super) fn file_format(&mut self, options: &Options<'_>) -> RowFormat {
        let compression = match options.choice("compression") {
            Some("none") => Compression::None,
            Some(_) | None => Compression::Snappy,
        };
        let row_group_rows = options.integer("row_group_size").unwrap_or(ROW_GROUP_ROWS);
        let format = match options.choice("format") {
            Some("parquet") => {
                return RowFormat::Parquet(Parquet {
                    compression,
                    row_group_rows,
                });
            }
            Some("arrow") => RowFormat::Arrow,
            Some("csv") => RowFormat::Csv,
            Some(_) | None => RowFormat::Json,
        };
        for option in OF_PARQUET {
            // a value that is wrong is enough to say of it
            let given = options.given(option).filter(|given| given.value.is_some());
            let Some(given) = given else { continue };
            let name = options.choice("format").unwrap_or("json");
            let message = format!("option `{option}` with format `{name}`");
            let span = given.entry.key.span.to(given.span());
            let diagnostic = Diagnostic::new(code::OPTION_CONFLICT, message, span)
                .at("only for format `parquet`");
            let diagnostic = match options.span("format") {
                Some(format) => diagnostic.context(format, "the table's format"),
                None => diagnostic.note("a table without `format` writes JSON lines"),
            };
            self.report(diagnostic.help("remove it, or say `format = 'parquet'`"));
        }
        format
    }

    /// The columns of sinks that have none of their own, where the format wants to know them. An
    /// error where standard output would be of several formats.
    pub(super) fn name_columns(&mut self) -> Bound<()> {
        for sink in 0..self.plan.sinks.len() {
            if self.plan.sinks[sink].kind.format().names_columns() {
                self.take_columns(sink);
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
        let mut columns = self.plan.columns(&first.query);
        let is_columnar = self.plan.sinks[sink].kind.format().is_columnar();
        let differs = |flow: &&&Flow| {
            let others = self.plan.columns(&flow.query);
            !are_alike(&columns, &others) || is_columnar && !are_of_like_types(&columns, &others)
        };
        let diagnostic = rest.iter().find(differs).map(|flow| {
            let name = &self.plan.sinks[sink].name;
            let message = format!("flows with different columns into `{name}`");
            Diagnostic::new(code::INSERT_COLUMNS, message, flow.span)
                .at("has other columns")
                .context(first.span, "unlike this one")
                .note(if is_columnar {
                    "a file of columns has one list of them, each of one type"
                } else {
                    "the header, or the path, is made for one list of columns"
                })
                .help(format!(
                    "declare the columns: `CREATE TABLE {name} (…) WITH (…)`"
                ))
        });
        for flow in rest {
            let others = self.plan.columns(&flow.query);
            for (column, other) in columns.iter_mut().zip(others) {
                column.nullable |= other.nullable;
            }
        }
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
        let Some((other, second, _)) = found else {
            return Ok(());
        };
        let is_table = [first, second]
            .iter()
            .any(|sink| sink.kind.format() == RowFormat::Table);
        let (what, note) = if is_table {
            (
                "a table",
                "a table has one list of columns, for all of its rows",
            )
        } else {
            (
                "CSV",
                "a text of CSV has one header, and all of its rows have those columns",
            )
        };
        let message = format!("{what} on standard output beside other rows");
        let diagnostic = Diagnostic::new(code::OPTION_CONFLICT, message, other.span)
            .at("writes to standard output")
            .context(flow.span, "writes there, too, in another form")
            .note(note)
            .help("give one of them a file: `connector = 'file', path = '…'`");
        Err(self.report(diagnostic))
    }
}

/// The same types in the same order.
fn are_of_like_types(columns: &[OutputColumn], others: &[OutputColumn]) -> bool {
    let types = |columns: &[OutputColumn]| -> Vec<DataType> {
        columns.iter().map(|column| column.data_type).collect()
    };
    types(columns) == types(others)
}

/// The same names in the same order.
fn are_alike(columns: &[OutputColumn], others: &[OutputColumn]) -> bool {
    let names = |columns: &[OutputColumn]| -> Vec<String> {
        columns.iter().map(|column| column.name.clone()).collect()
    };
    names(columns) == names(others)
}
