//! The columns of a source table: where each value comes from and how it is written.

use super::clause::Clauses;
use super::relation::{Column, Type, in_sql};
use super::{Binder, Bound, Reported, metadata, path, time_pattern};
use crate::catalog::same;
use crate::connectors::TIMESTAMP_FORMATS;
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::{ColumnClauseKind, ColumnDefinition, CreateTable, Text};
use crate::ir::logical::{
    Check, Expr, Format, Metadata, Origin, OutputColumn, PathStep, RawFormat, SourceColumn,
    TimeFormat, TimestampFormat, ValueForm,
};
use crate::source::{SourceFile, Span};
use crate::types::DataType;
use crate::types::cast::{CastKind, cast_kind};

/// What the table says about all of its columns.
#[derive(Clone, Debug)]
pub(super) struct TableDefaults {
    /// How timestamps are written where a column does not say.
    pub(super) timestamp_format: TimeFormat,
    /// How many levels a topic can have.
    pub(super) level_limit: Option<usize>,
    /// Whether the sole JSON column takes the whole message; None: it does.
    pub(super) unstructured: Option<(bool, Span)>,
    /// What a payload is that columns are not looked for in; None: they are.
    pub(super) raw: Option<Payload>,
    /// Whether the columns of the payload are those of a schema.
    pub(super) from_schema: bool,
    /// Whether all columns are known: not where there is no schema that would say.
    pub(super) complete: bool,
}

/// A payload that is taken as it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Payload {
    /// What it is.
    pub(super) format: RawFormat,
    /// Whether a column `topic` takes the topic.
    pub(super) include_topic: bool,
}

impl Payload {
    /// The type of the column that takes it.
    pub(super) fn data_type(self) -> DataType {
        match self.format {
            RawFormat::Bytes => DataType::Bytes,
            RawFormat::Text => DataType::Text,
        }
    }

    /// As SQL names the format.
    pub(super) fn format_name(self) -> &'static str {
        Format::Raw(self.format).name()
    }
}

/// The columns of a source table.
#[derive(Debug, Default)]
pub(super) struct SourceColumns {
    /// Those that are right.
    pub(super) columns: Vec<SourceColumn>,
    /// All of them, as queries see them.
    pub(super) visible: Vec<Column>,
    /// Whether the sole JSON column takes the whole message.
    pub(super) whole_message: bool,
    /// What each message is checked for.
    pub(super) checks: Vec<Check>,
    /// All declared columns over those of the message, where some are generated.
    pub(super) projection: Option<Vec<(OutputColumn, Expr)>>,
}

impl Binder<'_> {
    /// The columns of a source table, and what they are checked for.
    pub(super) fn source_columns(
        &mut self,
        create: &CreateTable,
        defaults: &TableDefaults,
    ) -> SourceColumns {
        let definitions = create.columns.as_slice();
        self.check_column_names(definitions);
        let is_json = defaults.raw.is_none() && !defaults.from_schema;
        let whole = self
            .whole_message_column(definitions, defaults)
            .filter(|_| is_json);
        let mut columns = SourceColumns {
            whole_message: whole.is_some(),
            ..SourceColumns::default()
        };
        let clauses: Vec<_> = definitions
            .iter()
            .map(|definition| self.clauses(definition))
            .collect();
        for (at, (definition, clauses)) in definitions.iter().zip(&clauses).enumerate() {
            let column = match clauses {
                Ok(clauses) if clauses.generated.is_none() => match defaults.raw {
                    Some(payload) if clauses.metadata.is_none() => {
                        self.raw_column(definition, clauses, payload, &columns)
                    }
                    Some(_) | None => {
                        self.source_column(definition, clauses, defaults, whole == Some(at))
                    }
                },
                // those that are generated come when all others are known
                Ok(_) | Err(Reported) => Err(Reported),
            };
            columns.visible.push(Column {
                name: definition.name.text.clone(),
                known: column.as_ref().ok().map(|column| Type {
                    data_type: column.data_type,
                    nullable: column.nullable(),
                }),
                declared: Some(declared_span(definition)),
            });
            columns.columns.extend(column.ok());
        }
        self.computed_columns((create, defaults.complete), &clauses, &mut columns);
        columns
    }

    pub(super) fn check_column_names(&mut self, definitions: &[ColumnDefinition]) {
        for (at, definition) in definitions.iter().enumerate() {
            let name = &definition.name;
            let earlier = definitions[..at]
                .iter()
                .find(|earlier| same(&earlier.name, name));
            if let Some(earlier) = earlier {
                self.report(duplicate_column(definition, earlier));
            }
        }
    }

    /// The column that takes the whole message: one of type JSON without PATH and beside it
    /// nothing but metadata.
    fn whole_message_column(
        &mut self,
        definitions: &[ColumnDefinition],
        defaults: &TableDefaults,
    ) -> Option<usize> {
        let is = |definition: &ColumnDefinition, wanted: fn(&ColumnClauseKind) -> bool| {
            definition.clauses.iter().any(|clause| wanted(&clause.kind))
        };
        let is_beside = |definition: &ColumnDefinition| {
            is(definition, |kind| {
                matches!(
                    kind,
                    ColumnClauseKind::Metadata(_) | ColumnClauseKind::Generated(_)
                )
            })
        };
        let mut payload = definitions
            .iter()
            .enumerate()
            .filter(|(_, d)| !is_beside(d));
        let (at, sole) = payload.next().filter(|_| payload.next().is_none()).unzip();
        let candidate = sole.filter(|definition: &&ColumnDefinition| {
            let has_path = is(definition, |kind| matches!(kind, ColumnClauseKind::Path(_)));
            definition.data_type == DataType::Json && !has_path
        });
        match (candidate, defaults.unstructured) {
            (Some(_), Some((false, _))) | (None, None | Some((false, _))) => None,
            (Some(_), None | Some((true, _))) => at,
            (None, Some((true, span))) => {
                self.report(not_unstructured(span));
                None
            }
        }
    }

    fn source_column(
        &mut self,
        definition: &ColumnDefinition,
        clauses: &Clauses<'_>,
        defaults: &TableDefaults,
        whole_message: bool,
    ) -> Bound<SourceColumn> {
        let data_type = definition.data_type;
        let form = self.value_form(definition, clauses.format)?;
        let (origin, pattern) = if let Some((text, span)) = clauses.metadata {
            self.only_metadata(definition, clauses, span)?;
            let metadata = self.metadata(text, defaults.level_limit)?;
            self.metadata_type(definition, &metadata, text.span)?;
            (Origin::Metadata(metadata), None)
        } else {
            let format = clauses.format.filter(|_| form.is_none());
            let format = if defaults.from_schema {
                Ok(None)
            } else {
                self.format(definition, format, &defaults.timestamp_format)
            };
            let path = match clauses.path {
                Some((text, _)) => self.json_path(definition, text)?,
                None if whole_message => Vec::new(),
                None => vec![PathStep::Key(definition.name.text.clone())],
            };
            let (format, pattern) = match format? {
                None => (None, None),
                Some(TimeFormat::Named(format)) => (Some(format), None),
                Some(TimeFormat::Pattern(pattern)) => (None, Some(pattern)),
            };
            (Origin::Path { path, format }, pattern)
        };
        Ok(SourceColumn {
            name: definition.name.text.clone(),
            span: declared_span(definition),
            data_type,
            not_null: clauses.not_null.is_some(),
            default: self.default_value(definition, clauses, &origin)?,
            origin,
            pattern,
            form,
        })
    }

    /// How values are written that are no timestamps, where FORMAT says so.
    fn value_form(
        &mut self,
        definition: &ColumnDefinition,
        clause: Option<(&Text, Span)>,
    ) -> Bound<Option<ValueForm>> {
        let Some((text, span)) = clause else {
            return Ok(None);
        };
        let named = |form: &ValueForm| form.name().eq_ignore_ascii_case(&text.value);
        let Some(form) = ValueForm::ALL.into_iter().find(named) else {
            return Ok(None);
        };
        let data_type = definition.data_type;
        let (fits, types) = match form {
            ValueForm::NumberOrString => (data_type.is_numeric(), "numbers"),
            ValueForm::OnOff => (data_type == DataType::Boolean, "BOOLEAN"),
            ValueForm::Hex => (data_type == DataType::Bytes, "BYTEA"),
        };
        if fits {
            return Ok(Some(form));
        }
        let message = format!("FORMAT '{}' on a column of type `{data_type}`", form.name());
        Err(self.report(
            Diagnostic::new(code::COLUMN_CLAUSE, message, span)
                .at(format!("a format of {types}"))
                .context(
                    declared_span(definition),
                    format!("declared `{data_type}` here"),
                )
                .help("remove FORMAT, or declare another type"),
        ))
    }

    fn metadata_type(
        &mut self,
        definition: &ColumnDefinition,
        metadata: &Metadata,
        span: Span,
    ) -> Bound<()> {
        let natural = metadata::natural_type(metadata);
        let kind = cast_kind(natural, definition.data_type);
        if kind.is_some_and(|kind| kind <= CastKind::Assignment) {
            return Ok(());
        }
        let (name, wanted) = (&definition.name.text, definition.data_type);
        let message = format!("metadata of type `{natural}` in a column of type `{wanted}`");
        let mut diagnostic = Diagnostic::new(code::TYPE_MISMATCH, message, definition.type_span)
            .at(format!("cannot take `{natural}`"))
            .context(span, format!("gives `{natural}`"))
            .help(format!("declare `{} {natural}`", in_sql(name)));
        if kind == Some(CastKind::Explicit) {
            let name = in_sql(name);
            diagnostic =
                diagnostic.help(format!("and cast in queries: `CAST({name} AS {wanted})`"));
        }
        Err(self.report(diagnostic))
    }

    fn json_path(&mut self, definition: &ColumnDefinition, text: &Text) -> Bound<Vec<PathStep>> {
        let steps = path::parse(&text.value).map_err(|problem| {
            let span = text.span_within(self.source, problem.range);
            self.report(
                Diagnostic::new(code::JSON_PATH, "malformed JSON path", span)
                    .at(problem.text)
                    .help(if text.value.starts_with('$') {
                        "a path looks like `$.a.\"odd key\"[0]`".to_owned()
                    } else {
                        let path = path::suggestion(&text.value, &definition.name.text);
                        format!("write `{path}`")
                    }),
            )
        })?;
        if steps.is_empty() && definition.data_type != DataType::Json {
            let name = &definition.name.text;
            let message = format!("path `$` for a column of type `{}`", definition.data_type);
            return Err(self.report(
                Diagnostic::new(code::JSON_PATH, message, text.span)
                    .at("this is the whole message")
                    .help(format!("name a key: `PATH '${}'`", path::key_step(name)))
                    .help("only a column of type JSON takes the whole message"),
            ));
        }
        Ok(steps)
    }

    /// How a TIMESTAMP is written; None for other types.
    fn format(
        &mut self,
        definition: &ColumnDefinition,
        clause: Option<(&Text, Span)>,
        default: &TimeFormat,
    ) -> Bound<Option<TimeFormat>> {
        let is_timestamp = definition.data_type.has_timestamp();
        let Some((text, span)) = clause else {
            return Ok(is_timestamp.then(|| default.clone()));
        };
        if !is_timestamp {
            let diagnostic = wrong_format(definition, text, span, self.source);
            return Err(self.report(diagnostic));
        }
        match timestamp_format(&text.value) {
            Some(format) => Ok(Some(TimeFormat::Named(format))),
            None if time_pattern::is_one(&text.value) => {
                let pattern = self.time_pattern(text)?;
                Ok(Some(TimeFormat::Pattern(pattern)))
            }
            None => {
                let diagnostic = wrong_format(definition, text, span, self.source);
                Err(self.report(diagnostic))
            }
        }
    }
}

/// `rfc3339`, `unix_s` …
pub(super) fn timestamp_format(text: &str) -> Option<TimestampFormat> {
    match text.to_ascii_lowercase().as_str() {
        "rfc3339" => Some(TimestampFormat::Rfc3339),
        "unix_s" => Some(TimestampFormat::UnixSeconds),
        "unix_ms" => Some(TimestampFormat::UnixMilliseconds),
        "unix_us" => Some(TimestampFormat::UnixMicroseconds),
        "unix_ns" => Some(TimestampFormat::UnixNanoseconds),
        _ => None,
    }
}

/// A column's name and type.
pub(super) fn declared_span(definition: &ColumnDefinition) -> Span {
    definition.name.span.to(definition.type_span)
}

fn duplicate_column(definition: &ColumnDefinition, earlier: &ColumnDefinition) -> Diagnostic {
    let name = &definition.name;
    let message = format!("two columns are named `{}`", name.text);
    let diagnostic = Diagnostic::new(code::DUPLICATE_NAME, message, name.span)
        .at("declared again")
        .context(earlier.name.span, "first declared here");
    if earlier.name.text == name.text {
        let has_key = !definition.clauses.iter().any(|clause| {
            matches!(
                clause.kind,
                ColumnClauseKind::Metadata(_) | ColumnClauseKind::Generated(_)
            )
        });
        return diagnostic.help(if has_key {
            "give it another name, with `PATH '$.…'` for its key"
        } else {
            "give it another name"
        });
    }
    diagnostic
        .note("unquoted names are the same whatever the case of their letters")
        .help(format!(
            "quote both, `\"{}\"` and `\"{}\"`",
            earlier.name.text, name.text
        ))
}

fn not_unstructured(span: Span) -> Diagnostic {
    let message = "`json.unstructured` without a sole JSON column";
    Diagnostic::new(code::OPTION_CONFLICT, message, span)
        .at("no column takes the whole message")
        .note("it takes one column of type JSON without PATH, and beside it only METADATA columns")
        .help("remove the option, or declare `payload JSON PATH '$'` beside the other columns")
}

/// How to read what is a date or a time in a form that only timestamps have.
fn declared_otherwise(definition: &ColumnDefinition, format: &str, is_instant: bool) -> String {
    let (name, data_type) = (in_sql(&definition.name.text), definition.data_type);
    match data_type {
        DataType::Date | DataType::Time if is_instant => format!(
            "declare `{name} TIMESTAMP FORMAT '{format}'`, and write `{name}::{data_type}` in \
             queries"
        ),
        DataType::Time => format!(
            "remove FORMAT where messages hold `10:15:00`, or declare `{name} TEXT`, and take it \
             apart in queries"
        ),
        DataType::Date => format!(
            "remove FORMAT where messages hold `2026-11-22`, or declare `{name} TEXT`, and write \
             `to_date({name}, …)` in queries"
        ),
        _ => format!("declare `{name} TIMESTAMP FORMAT '{format}'`, or remove FORMAT"),
    }
}

fn wrong_format(
    definition: &ColumnDefinition,
    text: &Text,
    span: Span,
    source: &SourceFile,
) -> Diagnostic {
    let (format, data_type) = (text.value.to_ascii_lowercase(), definition.data_type);
    let formats = format!("the timestamp formats are {}", time_pattern::formats());
    if timestamp_format(&format).is_some() || time_pattern::is_one(&format) {
        let is_instant =
            timestamp_format(&format).is_some() || time_pattern::tells_an_instant(text, source);
        let format = text.value.replace('\'', "''");
        let message = format!("FORMAT '{format}' on a column of type `{data_type}`");
        return Diagnostic::new(code::COLUMN_CLAUSE, message, span)
            .at("a format of timestamps")
            .context(
                declared_span(definition),
                format!("declared `{data_type}` here"),
            )
            .help(declared_otherwise(definition, &format, is_instant));
    }
    let message = format!("unknown FORMAT '{}'", text.value);
    let diagnostic = Diagnostic::new(code::COLUMN_CLAUSE, message, text.span).at("unknown format");
    let forms = ValueForm::ALL.map(ValueForm::name);
    match nearest(&format, TIMESTAMP_FORMATS.iter().copied().chain(forms)) {
        Some(near) => diagnostic.help(format!("did you mean `'{near}'`?")),
        None => diagnostic.note(formats).note(
            "numbers have 'number_or_string', BOOLEAN has 'on_off', and BYTEA has 'hex' beside \
             its Base64",
        ),
    }
}
