//! CREATE TABLE for tables that are written.

use super::options::Options;
use super::relation::{Defined, SinkColumn, SinkTable};
use super::row_format::row_format;
use super::shared_file::FilePath;
use super::source::with_connection;
use super::topics::{Published, SinkTopic};
use super::{Binder, connection, sink_topic, topic, variable};
use crate::connectors::{Connector, ConnectorSpec};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{ColumnClauseKind, CreateTable, OptionEntry, OptionValue, Text};
use crate::ir::logical::{OutputColumn, Qos, Sink, SinkKind, Value};

impl Binder<'_> {
    pub(super) fn sink_table(&mut self, create: &CreateTable, spec: &'static ConnectorSpec) {
        let owner = format!("sinks with connector `{}`", spec.name());
        let own = if spec.sink_options.is_empty() {
            spec.source_options
        } else {
            spec.sink_options
        };
        let specs = with_connection(spec, own);
        let mut options = self.options(&owner, &specs, &create.options);
        let kind = self.sink_kind(create, spec.connector, &mut options);
        self.sink_without_list(create);
        let statement = format!("table `{}`", create.name.text);
        self.finish_options(options, &statement);
        let columns = self.sink_columns(create);
        let kind = kind.filter(|kind| self.has_its_columns(kind, &columns, create));
        let index = kind.map(|kind| {
            self.plan.sinks.push(Sink {
                name: create.name.text.clone(),
                span: Some(create.name.span),
                columns: columns.iter().map(|column| column.column.clone()).collect(),
                kind,
            });
            self.plan.sinks.len() - 1
        });
        let table = SinkTable { index, columns };
        self.define(&create.name, Defined::Sink(table.clone()));
        if let Some(query) = &create.query {
            self.flow_into(&create.name, &table, None, query, create.name.span);
        }
    }

    /// Whether the sink has the columns that its topic names, where it declares any.
    fn has_its_columns(
        &mut self,
        kind: &SinkKind,
        columns: &[SinkColumn],
        create: &CreateTable,
    ) -> bool {
        let (SinkKind::Mqtt { topic, .. }, [_, ..]) = (kind, columns) else {
            return true;
        };
        let outputs: Vec<_> = columns.iter().map(|column| column.column.clone()).collect();
        self.topic_parts(topic, &outputs, create.name.span).is_ok()
    }

    fn sink_kind(
        &mut self,
        create: &CreateTable,
        connector: Connector,
        options: &mut Options<'_>,
    ) -> Option<SinkKind> {
        match connector {
            Connector::Mqtt | Connector::MqttSink => self.mqtt_sink(create, options),
            Connector::Stdout => Some(SinkKind::Stdout {
                format: row_format(options),
            }),
            Connector::Blackhole => Some(SinkKind::Blackhole),
            Connector::File => self.file_sink(create, options),
            Connector::Webhook => self.webhook_sink(create, options),
        }
    }

    fn mqtt_sink(&mut self, create: &CreateTable, options: &mut Options<'_>) -> Option<SinkKind> {
        let connection = self.table_connection(create, options);
        let Some(given) = options.given("topic") else {
            self.report(missing(
                create,
                "topic",
                "which topic does it publish to?",
                "alerts/hot",
            ));
            return None;
        };
        let span = given.span();
        let topic = options.text("topic")?;
        let OptionValue::Text(text) = &given.entry.value else {
            return None;
        };
        let properties = self.publish_properties(options, connection);
        let topic = self.sink_topic(text, &topic)?;
        self.topics.sinks.push(SinkTopic {
            filter: sink_topic::filter(&topic),
            span,
            connection,
            published: Published::Rows,
        });
        Some(SinkKind::Mqtt {
            connection: connection?,
            topic,
            qos: connection::qos(options, "qos").unwrap_or(Qos::AtLeastOnce),
            retain: options.boolean("retain").unwrap_or(false),
            properties: properties?,
        })
    }

    /// Checks a topic that is published to, which `text` spells out.
    pub(super) fn published_topic(&mut self, text: &Text, topic: &str, help: &str) -> Option<()> {
        self.published_as(text, topic, topic, help)
    }

    /// The same for a topic that stands for `example`, with values for its columns.
    pub(super) fn published_as(
        &mut self,
        text: &Text,
        topic: &str,
        example: &str,
        help: &str,
    ) -> Option<()> {
        let checked = variable::with_stand_in(example, "x");
        if let Err(problem) = topic::check_name(&checked) {
            let same = checked == topic;
            let range = if same { problem.range } else { 0..topic.len() };
            let place = text.span_within(self.source, range);
            let message = format!("invalid topic `{topic}`");
            self.report(
                Diagnostic::new(code::TOPIC, message, place)
                    .at(problem.text)
                    .help(help),
            );
            return None;
        }
        self.warn_spaces(topic, text.span);
        Some(())
    }

    fn file_sink(&mut self, create: &CreateTable, options: &Options<'_>) -> Option<SinkKind> {
        let (format, compression) = self.file_format(options);
        let sync = options.boolean("fsync").unwrap_or(true);
        let Some(given) = options.given("path") else {
            self.report(missing(
                create,
                "path",
                "which file does it write?",
                "alerts.jsonl",
            ));
            return None;
        };
        let text = match &given.entry.value {
            OptionValue::Text(text) => text.clone(),
            OptionValue::Number { .. }
            | OptionValue::Boolean { .. }
            | OptionValue::Array { .. } => {
                return None;
            }
        };
        let path = options.text("path")?;
        self.check_file_name(&text).ok()?;
        if !format.is_columnar() {
            self.check_extension(&text, compression)?;
        }
        let made_as = (format, compression);
        if let Some(files) = self.files_sink(options, &text, made_as, sync).ok()? {
            return Some(files);
        }
        self.files.push(FilePath {
            table: create.name.span,
            text,
        });
        Some(SinkKind::File { path, format, sync })
    }

    fn sink_without_list(&mut self, create: &CreateTable) {
        if let [first, ..] = create.column_list_options.as_slice() {
            let span = entry_span(first);
            let message = format!("option `{}` among the columns", first.key.text);
            self.report(
                Diagnostic::new(code::UNKNOWN_OPTION, message, span)
                    .at("columns belong here")
                    .help("move it behind `WITH`"),
            );
        }
    }

    fn sink_columns(&mut self, create: &CreateTable) -> Vec<SinkColumn> {
        self.check_column_names(&create.columns);
        if let Some(check) = create.checks.first() {
            self.report(
                Diagnostic::new(code::COLUMN_CLAUSE, "CHECK in a sink", check.span)
                    .at("for tables that are read")
                    .context(create.name.span, "this table is written")
                    .help("say with WHERE in the query which rows are wanted"),
            );
        }
        let mut columns = Vec::new();
        for definition in &create.columns {
            let (mut not_null, mut default) = (false, None);
            for clause in &definition.clauses {
                let keyword = match &clause.kind {
                    ColumnClauseKind::Default(expr) => {
                        default = self.constant(expr, definition.data_type).ok();
                        continue;
                    }
                    ColumnClauseKind::Check(_) => "CHECK",
                    ColumnClauseKind::Generated(_) => "GENERATED ALWAYS AS",
                    ColumnClauseKind::NotNull => {
                        not_null = true;
                        continue;
                    }
                    ColumnClauseKind::Null => continue,
                    ColumnClauseKind::Path(_) => "PATH",
                    ColumnClauseKind::Format(_) => "FORMAT",
                    ColumnClauseKind::Metadata(_) => "METADATA FROM",
                };
                let message = format!("{keyword} on a column of a sink");
                self.report(
                    Diagnostic::new(code::COLUMN_CLAUSE, message, clause.span)
                        .at("for tables that are read")
                        .context(create.name.span, "this table is written")
                        .help(match keyword {
                            "CHECK" => "say with WHERE in the query which rows are wanted".into(),
                            "GENERATED ALWAYS AS" => "compute the value in the query".into(),
                            _ => format!("remove {keyword}: the column's key is its name"),
                        }),
                );
            }
            columns.push(SinkColumn {
                column: OutputColumn {
                    name: definition.name.text.clone(),
                    data_type: definition.data_type,
                    nullable: !not_null,
                },
                default: default.filter(|value| *value != Value::Null),
                span: super::column::declared_span(definition),
            });
        }
        columns
    }
}

/// Whether a topic holds `{…}` other than a variable.
pub(super) fn names_a_column(topic: &str) -> bool {
    variable::with_stand_in(topic, "x").contains('{')
}

fn entry_span(entry: &OptionEntry) -> crate::source::Span {
    entry.key.span.to(entry.value.span())
}

pub(super) fn missing(
    create: &CreateTable,
    option: &str,
    question: &str,
    example: &str,
) -> Diagnostic {
    let message = format!("table `{}` has no option `{option}`", create.name.text);
    Diagnostic::new(code::MISSING_OPTION, message, create.name.span)
        .at(question)
        .help(format!("add `{option} = '{example}'`"))
}
