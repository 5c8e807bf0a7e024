//! Formats that name the columns once, for all rows of a sink.

use super::options::Options;
use super::{Binder, Bound};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::Text;
use crate::ir::logical::{Compression, Flow, OutputColumn, RowFormat, SinkKind};
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

impl Binder<'_> {
    /// What the rows of files look like, and how these are compressed. An error where an option
    /// does not fit the format.
    pub(super) fn file_format(&mut self, options: &Options<'_>) -> (RowFormat, Compression) {
        let row_group_rows = options.integer("row_group_size").unwrap_or(ROW_GROUP_ROWS);
        let format = match options.choice("format") {
            Some("parquet") => RowFormat::Parquet { row_group_rows },
            Some("arrow") => RowFormat::Arrow,
            Some("csv") => RowFormat::Csv,
            Some(_) | None => RowFormat::Json,
        };
        let is_parquet = matches!(format, RowFormat::Parquet { .. });
        if !is_parquet {
            self.only_for_parquet("row_group_size", options);
        }
        let chosen = options.choice("compression");
        let chosen = chosen.and_then(|name| Compression::ALL.iter().find(|it| it.name() == name));
        let compression = match chosen {
            Some(&compression) => compression,
            None if is_parquet => Compression::Snappy,
            None => Compression::None,
        };
        if !compression.fits(format) {
            self.unfit_compression(compression, format, options);
            return (format, Compression::None);
        }
        (format, compression)
    }

    fn only_for_parquet(&mut self, option: &str, options: &Options<'_>) {
        // a value that is wrong is enough to say of it
        let given = options.given(option).filter(|given| given.value.is_some());
        let Some(given) = given else { return };
        let name = options.choice("format").unwrap_or("json");
        let message = format!("option `{option}` with format `{name}`");
        let span = given.entry.key.span.to(given.span());
        let diagnostic = Diagnostic::new(code::OPTION_CONFLICT, message, span);
        let diagnostic = diagnostic.at("only for format `parquet`");
        let diagnostic = beside_format(diagnostic, options);
        self.report(diagnostic.help("remove it, or say `format = 'parquet'`"));
    }

    fn unfit_compression(
        &mut self,
        compression: Compression,
        format: RowFormat,
        options: &Options<'_>,
    ) {
        let Some(given) = options.given("compression") else {
            return;
        };
        let name = options.choice("format").unwrap_or("json");
        let chosen = compression.name();
        let message = format!("compression `{chosen}` with format `{name}`");
        let fitting = Compression::ALL.iter().filter(|it| it.fits(format));
        let fitting = fitting.filter(|it| **it != Compression::None);
        let fitting: Vec<_> = fitting.map(|it| format!("`'{}'`", it.name())).collect();
        let diagnostic = Diagnostic::new(code::OPTION_CONFLICT, message, given.span())
            .at(format!("such files are not compressed with {chosen}"));
        let diagnostic = beside_format(diagnostic, options);
        self.report(diagnostic.help(format!("write {}", fitting.join(" or "))));
    }

    /// An error where the name of a file of lines says another compression than it has: those who
    /// read it go by its name.
    pub(super) fn check_extension(&mut self, text: &Text, compression: Compression) -> Option<()> {
        let path = text.value.as_str();
        let named = match path.rsplit_once('.').map(|(_, end)| end) {
            Some("gz") => Compression::Gzip,
            Some("zst") => Compression::Zstd,
            Some(_) | None => Compression::None,
        };
        // what a variable or a column stands for is not known
        if named == compression || named == Compression::None && path.ends_with('}') {
            return Some(());
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        let (message, help) = match (compression, named) {
            (Compression::None, other) => (
                format!("`{name}` is not compressed"),
                format!(
                    "add `compression = '{}'`, or remove the ending",
                    other.name()
                ),
            ),
            (compression, _) => (
                format!("`{name}` is compressed with {}", compression.name()),
                format!("end the path with `.{}`", ending(compression)),
            ),
        };
        self.report(
            Diagnostic::new(code::OPTION_CONFLICT, message, text.span)
                .at("readers go by how it ends")
                .help(help),
        );
        None
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

/// What the table's format is, beside an option that does not fit it.
fn beside_format(diagnostic: Diagnostic, options: &Options<'_>) -> Diagnostic {
    match options.span("format") {
        Some(format) => diagnostic.context(format, "the table's format"),
        None => diagnostic.note("a table without `format` writes JSON lines"),
    }
}

/// What the names of files of lines end with that are compressed.
fn ending(compression: Compression) -> &'static str {
    match compression {
        Compression::Gzip => "gz",
        Compression::Zstd => "zst",
        Compression::None | Compression::Snappy | Compression::Lz4 => {
            unreachable!("lines are not compressed so")
        }
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
