//! The schemas of Avro tables.

use super::options::Options;
use super::secret::url_has_password;
use super::{Binder, Bound, Reported};
use crate::avro::{self, Reference};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{
    ColumnClause, ColumnClauseKind, ColumnDefinition, CreateTable, Name, OptionEntry, OptionValue,
    Script, Statement,
};
use crate::ir::logical::{AvroFormat, AvroFraming, Format};
use crate::source::Span;

/// The options that say where a schema is.
pub(super) const SCHEMA_OPTIONS: [&str; 3] =
    ["schema_registry_url", "value_schema_id", "schema_file"];

/// The schemas that the tables of a script name, each once.
pub fn references(script: &Script) -> Vec<Reference> {
    let tables = script
        .statements
        .iter()
        .filter_map(|statement| match statement {
            Statement::CreateTable(create) => Some(create),
            Statement::CreateConnection(_)
            | Statement::CreateView(_)
            | Statement::Insert(_)
            | Statement::Select(_)
            | Statement::Set(_) => None,
        });
    let mut found: Vec<_> = tables.filter_map(reference).collect();
    found.sort();
    found.dedup();
    found
}

/// The schema that a table names, where that is unmistakable: all else is an error when it is
/// bound.
fn reference(create: &CreateTable) -> Option<Reference> {
    let entries = || create.options.iter().chain(&create.column_list_options);
    let text = |name: &str| {
        let is = |entry: &&OptionEntry| entry.key.text.eq_ignore_ascii_case(name);
        entries().find(is).and_then(|entry| match &entry.value {
            OptionValue::Text(text) => Some(text.value.clone()),
            OptionValue::Number { text, .. } => Some(text.clone()),
            OptionValue::Boolean { .. } | OptionValue::Array { .. } => None,
        })
    };
    if let Some(path) = text("schema_file") {
        return Some(Reference::File(path));
    }
    let (url, id) = (text("schema_registry_url")?, text("value_schema_id")?);
    Some(Reference::Registry {
        url,
        id: id.parse().ok()?,
    })
}

impl Binder<'_> {
    pub(super) fn avro_format(
        &mut self,
        create: &CreateTable,
        options: &Options<'_>,
    ) -> Bound<AvroFormat> {
        let file = options
            .given("schema_file")
            .map(super::options::Given::span);
        let registry = options.span("schema_registry_url");
        let id = options.integer::<u32>("value_schema_id");
        let (reference, span) = match (file, registry) {
            (Some(file), Some(registry)) => {
                return Err(self.report(schema_twice(registry, file)));
            }
            (Some(span), None) => {
                let path = options.text("schema_file").ok_or(Reported)?;
                (Reference::File(path), span)
            }
            (None, Some(span)) => {
                let url = options.text("schema_registry_url").ok_or(Reported)?;
                let given = options.given("schema_registry_url");
                if let Some(given) = given.filter(|_| url_has_password(&url)) {
                    self.secret(
                        "a password stands in the file",
                        given.span(),
                        "write `${NAME}` in its place: it is read when the pipeline is built",
                    );
                }
                let id = id.ok_or_else(|| self.without_id(create, options, span))?;
                (Reference::Registry { url, id }, span)
            }
            (None, None) => return Err(self.report(no_schema(create))),
        };
        let schema = match self.schemas.get(&reference) {
            Some(Ok(text)) => avro::parse(text).map_err(|problem| problem.text),
            Some(Err(problem)) => Err(problem.clone()),
            None => Err("it was not looked for".to_owned()),
        };
        let schema = schema.map_err(|problem| {
            let message = format!("no Avro schema for table `{}`", create.name.text);
            self.report(Diagnostic::new(code::AVRO_SCHEMA, message, span).at(problem))
        })?;
        let framing = match options.choice("avro.framing") {
            Some("bare") => AvroFraming::Bare,
            Some("single_object") => AvroFraming::SingleObject(schema.fingerprint()),
            Some(_) | None => {
                let id = id.ok_or_else(|| self.without_id(create, options, span))?;
                AvroFraming::Confluent(id)
            }
        };
        let unused = file.is_some() && !matches!(framing, AvroFraming::Confluent(_));
        if let Some(id) = options.span("value_schema_id").filter(|_| unused) {
            self.report(unused_id(id, options.span("avro.framing")));
        }
        Ok(AvroFormat { schema, framing })
    }

    /// A schema's number that is missing; one that is wrong was reported when it was read.
    fn without_id(&mut self, create: &CreateTable, options: &Options<'_>, span: Span) -> Reported {
        if options.given("value_schema_id").is_some() {
            return Reported;
        }
        self.report(no_id(create, span))
    }

    /// The table with the columns that its schema gives, in front of those that it declares: those
    /// of METADATA and generated ones.
    pub(super) fn with_schema(
        &mut self,
        create: &CreateTable,
        format: Option<&Format>,
    ) -> CreateTable {
        let mut create = create.clone();
        let Some(Format::Avro(avro)) = format else {
            return create;
        };
        let span = create.name.span;
        for definition in &create.columns {
            let elsewhere = definition.clauses.iter().any(|clause| {
                matches!(
                    clause.kind,
                    ColumnClauseKind::Metadata(_) | ColumnClauseKind::Generated(_)
                )
            });
            if !elsewhere {
                self.report(beside_schema(definition));
            }
        }
        let given = avro::columns(&avro.schema).into_iter();
        let given: Vec<_> = given.map(|column| definition(column, span)).collect();
        for check in &mut create.checks {
            check.behind += given.len();
        }
        create.columns.splice(0..0, given);
        create
    }
}

fn definition(column: avro::Column, span: Span) -> ColumnDefinition {
    let not_null = ColumnClause {
        kind: ColumnClauseKind::NotNull,
        span,
    };
    ColumnDefinition {
        name: Name {
            text: column.name,
            // the schema's spelling, whatever else it is like
            quoted: true,
            span,
        },
        data_type: column.data_type,
        type_span: span,
        clauses: if column.nullable {
            Vec::new()
        } else {
            vec![not_null]
        },
        span,
    }
}

fn schema_twice(registry: Span, file: Span) -> Diagnostic {
    Diagnostic::new(
        code::OPTION_CONFLICT,
        "`schema_registry_url` beside `schema_file`",
        registry,
    )
    .at("a schema from a registry")
    .context(file, "and one from a file")
    .help("keep the one that the messages are written with")
}

fn unused_id(id: Span, framing: Option<Span>) -> Diagnostic {
    let message = "`value_schema_id` that nothing asks for";
    let diagnostic = Diagnostic::new(code::OPTION_CONFLICT, message, id)
        .at("the schema is that of a file")
        .help("remove it");
    match framing {
        Some(framing) => diagnostic.context(framing, "messages do not start with a number"),
        None => diagnostic,
    }
}

fn no_schema(create: &CreateTable) -> Diagnostic {
    let message = format!("table `{}` has no Avro schema", create.name.text);
    Diagnostic::new(code::MISSING_OPTION, message, create.name.span)
        .at("which schema are its messages written with?")
        .help("add `schema_registry_url = 'http://…', value_schema_id = …`")
        .help("or `schema_file = 'reading.avsc'`, a file beside this one")
}

fn no_id(create: &CreateTable, span: Span) -> Diagnostic {
    let message = format!("table `{}` has no `value_schema_id`", create.name.text);
    Diagnostic::new(code::MISSING_OPTION, message, span)
        .at("which number has the schema in its registry?")
        .note("messages start with that number, unless `avro.framing` says something else")
        .help("add `value_schema_id = …`")
        .help("or `'avro.framing' = 'bare'` where nothing stands in front of the data")
}

fn beside_schema(definition: &ColumnDefinition) -> Diagnostic {
    let name = &definition.name.text;
    let message = format!("column `{name}` beside an Avro schema");
    Diagnostic::new(code::COLUMN_CLAUSE, message, definition.span)
        .at("the schema says which columns there are")
        .help("remove it; only METADATA FROM and GENERATED columns may stand beside a schema")
}
