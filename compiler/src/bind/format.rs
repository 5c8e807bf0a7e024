//! What a source's messages are: its format, and the options that belong to it.

use super::clause::Clauses;
use super::column::{Payload, SourceColumns, declared_span};
use super::options::Options;
use super::relation::in_sql;
use super::{Binder, Bound};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{ColumnDefinition, CreateTable};
use crate::ir::logical::{
    Format, JsonFormat, Metadata, Origin, RawFormat, Root, SourceColumn, Validation,
};
use crate::source::Span;
use crate::types::DataType;

/// The options that one format alone has, and which that is.
const OWN_OPTIONS: &[(&str, &[&str])] = &[
    ("json.validation", &["json"]),
    ("json.unstructured", &["json"]),
    ("json.root", &["json"]),
    ("json.trim", &["json"]),
    ("timestamp_format", &["json"]),
    ("raw_bytes.include_topic", &["raw_bytes", "raw_string"]),
    ("avro.framing", &["avro"]),
    ("schema_registry_url", &["avro"]),
    ("value_schema_id", &["avro"]),
    ("schema_file", &["avro"]),
];

/// The name of the column that `'raw_bytes.include_topic'` fills.
const TOPIC: &str = "topic";

/// The name of the column of a raw table that takes the receive time.
const TIMESTAMP: &str = "timestamp";

impl Binder<'_> {
    /// The format of a source's messages; for JSON without what its columns say.
    pub(super) fn source_format(
        &mut self,
        create: &CreateTable,
        options: &Options<'_>,
    ) -> Bound<Format> {
        let name = options.choice("format").unwrap_or("json");
        self.options_of_other_formats(options, name);
        match name {
            "raw_bytes" => Ok(Format::Raw(RawFormat::Bytes)),
            "raw_string" => Ok(Format::Raw(RawFormat::Text)),
            "avro" => self.avro_format(create, options).map(Format::Avro),
            _ => Ok(Format::Json(json_format(options))),
        }
    }

    fn options_of_other_formats(&mut self, options: &Options<'_>, format: &str) {
        for (option, formats) in OWN_OPTIONS {
            let Some(span) = options.span(option) else {
                continue;
            };
            if formats.contains(&format) {
                continue;
            }
            let message = format!("option `{option}` with format `{format}`");
            let diagnostic = Diagnostic::new(code::OPTION_CONFLICT, message, span)
                .at(format!("only for format `{}`", formats.join("` or `")));
            let diagnostic = match options.span("format") {
                Some(given) => diagnostic.context(given, "the table's format"),
                None => diagnostic.note("a table without `format` reads JSON"),
            };
            let help = format!("remove it, or say `format = '{}'`", formats[0]);
            self.report(diagnostic.help(help));
        }
    }

    /// `'raw_bytes.include_topic'` asks for a column; without one it would do nothing.
    pub(super) fn check_topic_column(
        &mut self,
        create: &CreateTable,
        options: &Options<'_>,
        format: &Format,
    ) {
        let option = "raw_bytes.include_topic";
        let asked = options.boolean(option).unwrap_or(false);
        let is_topic = |column: &ColumnDefinition| column.name.text.eq_ignore_ascii_case(TOPIC);
        if !matches!(format, Format::Raw(_)) || !asked || create.columns.iter().any(is_topic) {
            return;
        }
        let Some(span) = options.span(option) else {
            return;
        };
        let message = format!("`{option}` without a column `{TOPIC}`");
        self.report(
            Diagnostic::new(code::OPTION_CONFLICT, message, span)
                .at("no column takes the topic")
                .help(format!("declare `{TOPIC} TEXT`, or remove the option")),
        );
    }

    /// A column of a raw table that is none of METADATA: the payload, or what goes by a name.
    pub(super) fn raw_column(
        &mut self,
        definition: &ColumnDefinition,
        clauses: &Clauses<'_>,
        payload: Payload,
        before: &SourceColumns,
    ) -> Bound<SourceColumn> {
        let others = [
            ("PATH", clauses.path.map(|(_, span)| span)),
            ("FORMAT", clauses.format.map(|(_, span)| span)),
            ("DEFAULT", clauses.default.map(|(_, span)| span)),
        ];
        for (keyword, span) in others {
            if let Some(span) = span {
                return Err(self.report(clause_of_raw(definition, keyword, span)));
            }
        }
        let (name, data_type) = (definition.name.text.as_str(), definition.data_type);
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        let timestamp = matches!(data_type, DataType::Timestamp(_));
        let origin = if is(TOPIC) && data_type == DataType::Text && payload.include_topic {
            Origin::Metadata(Metadata::Topic)
        } else if is(TIMESTAMP) && timestamp {
            Origin::Metadata(Metadata::ReceivedAt)
        } else if data_type == payload.data_type() {
            let is_payload = |column: &&SourceColumn| matches!(column.origin, Origin::Path { .. });
            if let Some(first) = before.columns.iter().find(is_payload) {
                return Err(self.report(second_payload(definition, first, payload)));
            }
            Origin::Path {
                path: Vec::new(),
                format: None,
            }
        } else {
            return Err(self.report(no_source(definition, payload)));
        };
        Ok(SourceColumn {
            name: name.to_owned(),
            span: declared_span(definition),
            data_type,
            // a message without payload gives no row
            not_null: clauses.not_null.is_some() || matches!(origin, Origin::Path { .. }),
            origin,
            pattern: None,
            form: None,
            default: None,
        })
    }
}

fn json_format(options: &Options<'_>) -> JsonFormat {
    JsonFormat {
        validation: match options.choice("json.validation") {
            Some("lazy") => Validation::Lazy,
            Some(_) | None => Validation::Strict,
        },
        whole_message: false,
        trim: options.boolean("json.trim").unwrap_or(false),
        root: match options.choice("json.root") {
            Some("array") => Root::Array,
            Some(_) | None => Root::Object,
        },
    }
}

fn clause_of_raw(definition: &ColumnDefinition, keyword: &str, span: Span) -> Diagnostic {
    let name = &definition.name.text;
    let message = format!("column `{name}` of a raw table has {keyword}");
    let diagnostic = Diagnostic::new(code::COLUMN_CLAUSE, message, span)
        .at("nothing is looked for in the payload")
        .context(declared_span(definition), "a column of a raw table");
    match keyword {
        "PATH" | "FORMAT" => diagnostic.help("for JSON payloads say `format = 'json'`"),
        _ => diagnostic.help(format!(
            "remove {keyword}: every message has a value for it"
        )),
    }
}

fn second_payload(
    definition: &ColumnDefinition,
    first: &SourceColumn,
    payload: Payload,
) -> Diagnostic {
    let name = &definition.name.text;
    let message = format!("a second column for the payload: `{name}`");
    let diagnostic = Diagnostic::new(code::COLUMN_CLAUSE, message, declared_span(definition))
        .at("also of the payload's type")
        .context(first.span, "takes the payload");
    if definition.data_type == DataType::Text && name.eq_ignore_ascii_case(TOPIC) {
        return diagnostic.help(include_topic(payload));
    }
    diagnostic.help("remove one of them, or say where it comes from: `METADATA FROM '…'`")
}

fn include_topic(payload: Payload) -> String {
    let option = "'raw_bytes.include_topic' = 'true'";
    format!(
        "add `{option}` to the options of this {} table, or write `topic TEXT METADATA FROM \
         'topic'`",
        payload.format_name()
    )
}

fn no_source(definition: &ColumnDefinition, payload: Payload) -> Diagnostic {
    let (name, data_type) = (&definition.name.text, definition.data_type);
    let wanted = payload.data_type();
    let message = format!("column `{name}` of type `{data_type}` in a raw table");
    let diagnostic = Diagnostic::new(code::COLUMN_CLAUSE, message, declared_span(definition))
        .at("where does its value come from?")
        .note(format!(
            "with format `{}` one column of type {wanted} takes the payload",
            payload.format_name()
        ));
    if name.eq_ignore_ascii_case(TOPIC) && data_type == DataType::Text {
        return diagnostic.help(include_topic(payload));
    }
    let column = in_sql(name);
    diagnostic
        .help(format!(
            "declare `{column} {wanted}`, or `{column} {data_type} METADATA FROM '…'`"
        ))
        .help("for keys of JSON payloads say `format = 'json'`")
}
