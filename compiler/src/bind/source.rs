//! CREATE TABLE: which connector, read or written; and the tables that are read.

use super::avro::SCHEMA_OPTIONS;
use super::column::{Payload, SourceColumns, TableDefaults};
use super::connection;
use super::options::Options;
use super::relation::{Defined, Readable};
use super::roles::Role;
use super::topics::{Filter, TableTopics};
use super::{Binder, Bound, metadata};
use crate::connectors::{CONNECTION, CONNECTORS, ConnectorSpec, OptionSpec};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::{CreateTable, Name, OptionEntry, OptionValue};
use crate::ir::logical::{
    Expr, Format, History, JsonFormat, MqttVersion, Origin, OutputColumn, Qos, RawFormat, Relation,
    Source, TimeFormat, TimestampFormat,
};
use crate::source::Span;

impl Binder<'_> {
    pub(super) fn create_table(&mut self, create: &CreateTable) {
        let Some(spec) = self.connector(create) else {
            if let Some(query) = &create.query {
                self.query(query).ok();
            }
            self.define(&create.name, Defined::Poisoned);
            return;
        };
        let role = self.roles.of_table(&create.name);
        let readable = !spec.source_options.is_empty() && create.query.is_none();
        match role {
            Role::Both { read, written } if readable => {
                self.report(both_roles(create, read, written));
                let known = self.known_of_both(create);
                self.define(&create.name, known);
            }
            Role::Read if readable => self.source_table(create, spec),
            Role::Read | Role::Written | Role::Both { .. } => self.sink_table(create, spec),
        }
    }

    /// The table's connector, if it says one that can be used.
    fn connector(&mut self, create: &CreateTable) -> Option<&'static ConnectorSpec> {
        let is_connector = |entry: &&OptionEntry| entry.key.text.eq_ignore_ascii_case("connector");
        let Some(entry) = create.options.iter().find(is_connector) else {
            let near = |entry: &&OptionEntry| is_slip_of_connector(&entry.key.text);
            let misspelt = create.options.iter().find(near);
            self.report(match misspelt {
                Some(entry) => connector_misspelt(create, &entry.key),
                None => missing_connector(create),
            });
            return None;
        };
        let OptionValue::Text(text) = &entry.value else {
            self.report(unknown_connector("", entry.value.span()));
            return None;
        };
        let spec = ConnectorSpec::find(&text.value);
        if spec.is_none() {
            self.report(unknown_connector(&text.value, text.span));
        }
        spec
    }

    /// A table that is read and written as its queries see it, so that their own mistakes are told,
    /// too. Its options are for later: it is not known yet which it should have.
    fn known_of_both(&mut self, create: &CreateTable) -> Defined {
        let is_another = |entry: &OptionEntry| {
            let is_json = matches!(&entry.value, OptionValue::Text(text)
                if text.value.eq_ignore_ascii_case("json"));
            entry.key.text.eq_ignore_ascii_case("format") && !is_json
        };
        if create.columns.is_empty() || create.options.iter().any(is_another) {
            return Defined::Poisoned;
        }
        let defaults = TableDefaults {
            timestamp_format: TimeFormat::Named(TimestampFormat::Rfc3339),
            level_limit: None,
            unstructured: None,
            raw: None,
            from_schema: false,
            complete: true,
        };
        Defined::Readable(Readable {
            kind: "table",
            relation: None,
            columns: self.source_columns(create, &defaults).visible,
            complete: true,
        })
    }

    fn source_table(&mut self, create: &CreateTable, spec: &'static ConnectorSpec) {
        let specs = with_connection(spec, spec.source_options);
        let owner = format!("sources with connector `{}`", spec.name());
        let entries = self.option_entries(create);
        let options = self.options(&owner, &specs, &entries);
        let connection = self.table_connection(create, &options);
        let filters = self.filters(create, &options);
        let format = self.source_format(create, &options);
        let create = &self.with_schema(create, format.as_ref().ok());
        let defaults = defaults(&options, &filters, format.as_ref().ok());
        let columns = self.source_columns(create, &defaults);
        if let Ok(format) = &format {
            self.check_has_columns(create, &options, format);
            self.check_topic_column(create, &options, format);
        }
        self.select_version(create, connection, &filters, &columns);
        self.parallelism(create, &options, connection);
        let history = self.history(&options);
        let is_complete = format.is_ok() && !create.columns.is_empty();
        let from = (create, connection, filters.as_slice());
        let source = self.add_source(from, &options, (format, history), &columns);
        let relation = source.map(|source| scan(source, columns.projection));
        if let (Some(source), Some(relation)) = (source, &relation) {
            self.plan.sources[source].rows = relation.clone();
        }
        let statement = format!("table `{}`", create.name.text);
        self.finish_options(options, &statement);
        let readable = Readable {
            kind: "table",
            relation,
            complete: is_complete,
            columns: columns.visible,
        };
        self.define(&create.name, Defined::Readable(readable));
    }

    /// Adds a source to the plan; its index. None without a connection or format, where an error
    /// was reported.
    fn add_source(
        &mut self,
        (create, connection, filters): (&CreateTable, Option<usize>, &[Filter]),
        options: &Options<'_>,
        (format, history): (Bound<Format>, Option<History>),
        columns: &SourceColumns,
    ) -> Option<usize> {
        let bad_data = self.bad_data(create, options, connection);
        let qos = connection::qos(options, "qos");
        let acknowledged = qos.filter(|qos| *qos != Qos::AtMostOnce);
        self.topics.tables.push(TableTopics {
            name: create.name.clone(),
            connection,
            filters: filters.to_vec(),
            acknowledged: acknowledged.and_then(|_| options.span("qos")),
        });
        self.plan.sources.push(Source {
            name: create.name.text.clone(),
            span: create.name.span,
            connection: connection?,
            topics: super::topics::merged(filters),
            qos: qos.unwrap_or(Qos::AtLeastOnce),
            batch_size: options.integer("batch_size").unwrap_or(1000),
            batch_timeout_ms: options.integer("batch_timeout_ms").unwrap_or(100),
            bad_data,
            history,
            format: match format.ok()? {
                Format::Json(json) => Format::Json(JsonFormat {
                    whole_message: columns.whole_message,
                    ..json
                }),
                other => other,
            },
            columns: columns.columns.clone(),
            checks: columns.checks.clone(),
            rows: scan(self.plan.sources.len(), None),
        });
        Some(self.plan.sources.len() - 1)
    }

    /// The connection that a table names or holds; None if there is none (and that was reported).
    pub(super) fn table_connection(
        &mut self,
        create: &CreateTable,
        options: &Options<'_>,
    ) -> Option<usize> {
        let inline = CONNECTION
            .iter()
            .find(|spec| options.given(spec.name).is_some());
        match (options.given("connection"), inline) {
            (Some(_), None) => self.named_connection(options),
            (None, Some(_)) => Some(self.connection(&create.name, options, true)),
            (Some(named), Some(inline)) => {
                let place = options.span(inline.name).expect("the option was given");
                let diagnostic = connection_twice(inline.name, place, named.span());
                self.report(diagnostic);
                self.named_connection(options)
            }
            (None, None) => {
                self.report(missing_connection(create));
                None
            }
        }
    }

    /// What stands in `WITH (…)`, and what of it may stand among the columns:
    /// `CREATE TABLE t (schema_registry_url = '…')` is Avro's way of declaring them.
    fn option_entries(&mut self, create: &CreateTable) -> Vec<OptionEntry> {
        let mut entries = create.options.clone();
        for entry in &create.column_list_options {
            let key = &entry.key;
            let is_schema = |name: &&str| name.eq_ignore_ascii_case(&key.text);
            if SCHEMA_OPTIONS.iter().any(is_schema) {
                entries.push(entry.clone());
                continue;
            }
            let message = format!("option `{}` among the columns", key.text);
            let span = key.span.to(entry.value.span());
            self.report(
                Diagnostic::new(code::UNKNOWN_OPTION, message, span)
                    .at("only an Avro schema may stand here")
                    .help("move it behind `WITH`"),
            );
        }
        entries
    }

    fn check_has_columns(&mut self, create: &CreateTable, options: &Options<'_>, format: &Format) {
        // whoever names a schema means another format, which was said
        let is_schema_lost = !matches!(format, Format::Avro(_))
            && SCHEMA_OPTIONS
                .iter()
                .any(|option| options.given(option).is_some());
        if is_schema_lost || !create.columns.is_empty() {
            return;
        }
        let (name, span) = (&create.name.text, create.name.span);
        let message = match format {
            Format::Avro(_) => format!("table `{name}` has no columns"),
            Format::Json(_) | Format::Raw(_) => format!("table `{name}` declares no columns"),
        };
        let diagnostic = Diagnostic::new(code::MISSING_OPTION, message, span);
        let payload = |data_type: &str| format!("`CREATE TABLE {name} (payload {data_type})`");
        self.report(match format {
            Format::Json(_) => diagnostic
                .at("which keys of the messages are wanted?")
                .help(format!(
                    "`CREATE TABLE {name} (device_id TEXT, value FLOAT)`"
                ))
                .help("or `(payload JSON)` for the whole message"),
            Format::Raw(RawFormat::Bytes) => diagnostic
                .at("what is the payload called?")
                .help(payload("BYTEA")),
            Format::Raw(RawFormat::Text) => diagnostic
                .at("what is the payload called?")
                .help(payload("TEXT")),
            Format::Avro(_) => diagnostic
                .at("the record of its Avro schema has no fields")
                .help("add a column for the message: `topic TEXT METADATA FROM 'topic'`"),
        });
    }

    /// Chooses MQTT 5 for the connection where a part of the table needs it.
    fn select_version(
        &mut self,
        create: &CreateTable,
        connection: Option<usize>,
        filters: &[Filter],
        columns: &SourceColumns,
    ) {
        let Some(connection) = connection else { return };
        let shared = filters
            .iter()
            .find(|filter| super::topic::is_shared(&filter.text));
        let shared = shared.map(|filter| (filter.span, "a shared subscription"));
        let column = columns.columns.iter().find(|column| match &column.origin {
            Origin::Metadata(metadata) => metadata::needs_version_5(metadata),
            Origin::Path { .. } => false,
        });
        let needs = shared.or(column.map(|column| (column.span, "this metadata")));
        let Some((span, what)) = needs else { return };
        match self.topics.connections[connection].version_311 {
            None => self.plan.connections[connection].mqtt_version = MqttVersion::V5,
            Some(version) => {
                let message = format!("table `{}` needs MQTT 5", create.name.text);
                self.report(
                    Diagnostic::new(code::OPTION_CONFLICT, message, span)
                        .at(format!("{what} needs MQTT 5"))
                        .context(version, "but this chooses 3.1.1")
                        .help("remove `mqtt_version` from the connection"),
                );
            }
        }
    }
}

/// The rows of a source with its declared columns.
fn scan(source: usize, projection: Option<Vec<(OutputColumn, Expr)>>) -> Relation {
    let scan = Relation::Scan { source };
    match projection {
        Some(columns) => Relation::Project {
            input: Box::new(scan),
            columns,
        },
        None => scan,
    }
}

/// The options of a table, with those of a connection where it may hold one.
pub(super) fn with_connection(
    spec: &'static ConnectorSpec,
    own: &'static [OptionSpec],
) -> Vec<&'static OptionSpec> {
    let connection: &'static [OptionSpec] = if spec.takes_connection {
        CONNECTION
    } else {
        &[]
    };
    own.iter().chain(connection).collect()
}

fn defaults(options: &Options<'_>, filters: &[Filter], format: Option<&Format>) -> TableDefaults {
    let limits: Option<Vec<usize>> = filters
        .iter()
        .map(|filter| super::topic::level_limit(&filter.text))
        .collect();
    let unstructured = options.boolean("json.unstructured");
    TableDefaults {
        timestamp_format: options
            .time_format("timestamp_format")
            .unwrap_or(TimeFormat::Named(TimestampFormat::Rfc3339)),
        level_limit: limits.and_then(|limits| limits.into_iter().max()),
        unstructured: unstructured.zip(options.span("json.unstructured")),
        raw: match format {
            Some(Format::Raw(format)) => Some(Payload {
                format: *format,
                include_topic: options.boolean("raw_bytes.include_topic").unwrap_or(false),
            }),
            Some(Format::Json(_) | Format::Avro(_)) | None => None,
        },
        from_schema: matches!(format, Some(Format::Avro(_))),
        complete: format.is_some(),
    }
}

fn both_roles(create: &CreateTable, read: Span, written: Span) -> Diagnostic {
    let name = &create.name;
    let message = format!("table `{}` is both read and written", name.text);
    Diagnostic::new(code::TABLE_ROLE, message, written)
        .at("written here")
        .context(read, "read here")
        .context(name.span, "one table is a source or a sink")
        .help("declare a second table for the output, on a topic of its own")
}

fn missing_connector(create: &CreateTable) -> Diagnostic {
    let message = format!("table `{}` has no option `connector`", create.name.text);
    Diagnostic::new(code::MISSING_OPTION, message, create.name.span)
        .at("where do its rows come from, or go to?")
        .help("add `connector = 'mqtt_source'` to read, or `'stdout'`, `'file'` … to write")
}

/// Whether `key` is no option, but close to `connector`.
fn is_slip_of_connector(key: &str) -> bool {
    let is_option = key.eq_ignore_ascii_case("connection");
    !is_option && nearest(key, ["connector"]).is_some()
}

fn connector_misspelt(create: &CreateTable, key: &Name) -> Diagnostic {
    let message = format!("no option `{}` for table `{}`", key.text, create.name.text);
    Diagnostic::new(code::UNKNOWN_OPTION, message, key.span)
        .at("unknown option")
        .help("an option with a similar name exists: `connector`")
}

fn unknown_connector(name: &str, span: Span) -> Diagnostic {
    let names = CONNECTORS.iter().flat_map(|spec| spec.names).copied();
    let message = format!("no connector `{name}`");
    let diagnostic = Diagnostic::new(code::UNKNOWN_CONNECTOR, message, span);
    let diagnostic = diagnostic.at("unknown connector");
    if let Some(near) = nearest(name, names.clone()) {
        return diagnostic.help(format!("did you mean `'{near}'`?"));
    }
    let names: Vec<&str> = names.collect();
    diagnostic.note(format!("the connectors are {}", names.join(", ")))
}

fn connection_twice(option: &str, place: Span, named: Span) -> Diagnostic {
    let message = format!("`{option}` beside `connection`");
    Diagnostic::new(code::OPTION_CONFLICT, message, place)
        .at("an option of the connection")
        .context(named, "which is named here")
        .help(format!(
            "move `{option}` to CREATE CONNECTION, or remove `connection`"
        ))
}

fn missing_connection(create: &CreateTable) -> Diagnostic {
    let message = format!("table `{}` has no option `connection`", create.name.text);
    Diagnostic::new(code::MISSING_OPTION, message, create.name.span)
        .at("which broker does it talk to?")
        .help("add `connection = '…'` with the name of a CREATE CONNECTION")
        .help("or put `broker = 'tcp://…'` into the table itself")
}
