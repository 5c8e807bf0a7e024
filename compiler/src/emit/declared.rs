//! All that a table declares, as constants, for those who ask about it while the pipeline runs.

use super::column::time_item;
use super::expression::type_constant;
use super::literal::{self, optional, text};
use crate::ir::logical::{
    History, Metadata, Origin, PathStep, RawFormat, Root, SourceColumn, TimestampFormat,
    Validation, Value, ValueForm,
};
use crate::ir::physical::{Declared, Decoder, JsonDecoder, Table};
use crate::source::SourceFile;
use crate::types::DataType;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// The fields of a table's specification that say what it declares and keeps; `datum` is where its
/// module says how its payloads are written, if it does, and `generated` what makes that which
/// computes its generated columns.
pub(super) fn fields(
    table: &Table,
    source: &SourceFile,
    (datum, generated): (Option<&TokenStream>, Option<&TokenStream>),
) -> TokenStream {
    let columns = table.declared.iter().map(|column| declared(column, source));
    let columns = quote!(&[#(#columns),*]);
    let declared = match payload(&table.decoder, datum) {
        None => quote!(DeclaredSpec::json(#columns)),
        Some(payload) => quote!(DeclaredSpec::new(#payload, #columns)),
    };
    let generating = generated.map(|made| quote!(.generating(#made)));
    let history = optional(table.history.map(history));
    quote! {
        declared: #declared #generating,
        history: #history,
    }
}

/// What of the specification these fields name.
pub(super) fn imports(tables: &[Table]) -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    for table in tables {
        names.insert("DeclaredSpec");
        if payload(&table.decoder, None).is_some() {
            names.insert("PayloadSpec");
        }
        if table.history.is_some() {
            names.insert("HistorySpec");
        }
        for column in &table.declared {
            names.extend(["DeclaredColumn", "Type"]);
            match column {
                Declared::Computed { .. } => {
                    names.insert("Origin");
                }
                Declared::Column(column) => names.extend(imports_of(column)),
            }
        }
    }
    names
}

fn imports_of(column: &SourceColumn) -> Vec<&'static str> {
    let mut names = Vec::new();
    match &column.origin {
        Origin::Metadata(_) => names.extend(["Metadata", "Origin"]),
        Origin::Path { path, .. } if is_own_key(column, path) => {}
        Origin::Path { path, .. } if path.is_empty() => names.push("Origin"),
        Origin::Path { .. } => names.extend(["Origin", "Step"]),
    }
    if column.form.is_some() {
        names.push("Form");
    }
    if column.default.is_some() {
        names.push("Constant");
    }
    names
}

fn is_own_key(column: &SourceColumn, path: &[PathStep]) -> bool {
    matches!(path, [PathStep::Key(key)] if *key == column.name)
}

/// What a payload is; None: JSON objects without liberties.
fn payload(decoder: &Decoder, datum: Option<&TokenStream>) -> Option<TokenStream> {
    match decoder {
        Decoder::Json(JsonDecoder {
            validation,
            trim,
            root,
            ..
        }) => {
            let (lazy, elements) = (*validation == Validation::Lazy, *root == Root::Array);
            let has_liberties = lazy || elements || *trim;
            has_liberties.then(
                || quote!(PayloadSpec::Json { lazy: #lazy, trim: #trim, elements: #elements }),
            )
        }
        Decoder::Raw(RawFormat::Bytes) => Some(quote!(PayloadSpec::Bytes)),
        Decoder::Raw(RawFormat::Text) => Some(quote!(PayloadSpec::Text)),
        Decoder::Avro(_) => {
            let datum = optional(datum.map(|datum| quote!(&#datum)));
            Some(quote!(PayloadSpec::Avro(#datum)))
        }
    }
}

fn history(history: History) -> TokenStream {
    let max_bytes = Literal::u64_unsuffixed(history.max_bytes);
    let max_age_ms = optional(history.max_age_ms.map(Literal::u64_unsuffixed));
    quote!(HistorySpec::new(#max_bytes, #max_age_ms))
}

fn declared(declared: &Declared, source: &SourceFile) -> TokenStream {
    match declared {
        Declared::Column(column) => self::column(column),
        Declared::Computed { column, expression } => {
            let (name, data_type) = (text(&column.name), type_constant(column.data_type));
            let expression = text(source.slice(*expression));
            let not_null = (!column.nullable).then(|| quote!(.not_null()));
            quote! {
                DeclaredColumn::new(#name, #data_type, Origin::Computed(#expression)) #not_null
            }
        }
    }
}

fn column(column: &SourceColumn) -> TokenStream {
    let (name, data_type) = (text(&column.name), type_constant(column.data_type));
    let new = match &column.origin {
        Origin::Path { path, .. } if is_own_key(column, path) => {
            quote!(DeclaredColumn::key(#name, #data_type))
        }
        Origin::Path { path, .. } => {
            let steps = path.iter().map(step);
            quote!(DeclaredColumn::new(#name, #data_type, Origin::Payload(&[#(#steps),*])))
        }
        Origin::Metadata(metadata) => {
            let metadata = self::metadata(metadata);
            quote!(DeclaredColumn::new(#name, #data_type, Origin::Message(#metadata)))
        }
    };
    let not_null = column.not_null.then(|| quote!(.not_null()));
    let written = time_format(column).map(|format| quote!(.written(#format)));
    let formed = column.form.map(|form| {
        let form = match form {
            ValueForm::NumberOrString => quote!(NumberOrString),
            ValueForm::OnOff => quote!(OnOff),
            ValueForm::Hex => quote!(Hex),
        };
        quote!(.formed(Form::#form))
    });
    let or = column
        .default
        .as_ref()
        .and_then(|value| constant(value, column.data_type));
    let or = or.map(|constant| quote!(.or(Constant::#constant)));
    quote!(#new #not_null #written #formed #or)
}

fn step(step: &PathStep) -> TokenStream {
    match step {
        PathStep::Key(key) => {
            let key = text(key);
            quote!(Step::Key(#key))
        }
        PathStep::Index(index) => {
            let index = Literal::u32_unsuffixed(*index);
            quote!(Step::Index(#index))
        }
    }
}

fn metadata(metadata: &Metadata) -> TokenStream {
    match metadata {
        Metadata::Topic => quote!(Metadata::Topic),
        Metadata::TopicLevel(level) => {
            let level = Literal::u32_unsuffixed(*level);
            quote!(Metadata::TopicLevel(#level))
        }
        Metadata::Qos => quote!(Metadata::Qos),
        Metadata::Retain => quote!(Metadata::Retain),
        Metadata::Duplicate => quote!(Metadata::Duplicate),
        Metadata::ReceivedAt => quote!(Metadata::ReceivedAt),
        Metadata::ContentType => quote!(Metadata::ContentType),
        Metadata::ResponseTopic => quote!(Metadata::ResponseTopic),
        Metadata::CorrelationData => quote!(Metadata::CorrelationData),
        Metadata::UserProperty(name) => {
            let name = text(name);
            quote!(Metadata::UserProperty(#name))
        }
        Metadata::MessageExpiryInterval => quote!(Metadata::MessageExpiryInterval),
    }
}

/// How the column's timestamps are written, where that is not as usual.
fn time_format(column: &SourceColumn) -> Option<TokenStream> {
    if let Some(pattern) = &column.pattern {
        let items = pattern.items.iter().map(time_item);
        return Some(quote! {{
            use laminar_runtime::generated::{TimeFormat, TimeItem};
            TimeFormat::Pattern(&[#(#items),*])
        }});
    }
    let Origin::Path {
        format: Some(format),
        ..
    } = &column.origin
    else {
        return None;
    };
    let name = match format {
        TimestampFormat::Rfc3339 => return None,
        TimestampFormat::UnixSeconds => "UnixSeconds",
        TimestampFormat::UnixMilliseconds => "UnixMilliseconds",
        TimestampFormat::UnixMicroseconds => "UnixMicroseconds",
        TimestampFormat::UnixNanoseconds => "UnixNanoseconds",
    };
    let name = format_ident!("{name}");
    Some(quote!(laminar_runtime::generated::TimeFormat::#name))
}

/// A default as a variant of `Constant`; None of NULL, which a missing value is anyway.
fn constant(value: &Value, data_type: DataType) -> Option<TokenStream> {
    Some(match value {
        Value::Null => return None,
        Value::Boolean(value) => quote!(Boolean(#value)),
        Value::Integer(value) => {
            let value = literal::integer_of(*value, "");
            quote!(Integer(#value))
        }
        Value::Float32(_) => {
            let value = literal::value(value, data_type);
            quote!(Float32(#value))
        }
        Value::Float64(_) => {
            let value = literal::value(value, data_type);
            quote!(Float64(#value))
        }
        Value::Decimal(value) => {
            let value = literal::integer_of(*value, "");
            quote!(Decimal(#value))
        }
        Value::Text(value) if data_type == DataType::Json => {
            let value = text(value);
            quote!(Json(#value))
        }
        Value::Text(value) => {
            let value = text(value);
            quote!(Text(#value))
        }
        Value::Bytes(value) => {
            let value = literal::bytes(value);
            quote!(Bytes(#value))
        }
        Value::Timestamp(value) => {
            let value = literal::integer_of((*value).into(), "");
            quote!(Timestamp(#value))
        }
        Value::Date(value) => {
            let value = literal::integer_of((*value).into(), "");
            quote!(Date(#value))
        }
        Value::Time(value) => {
            let value = literal::integer_of((*value).into(), "");
            quote!(Time(#value))
        }
        Value::Interval {
            months,
            days,
            micros,
        } => {
            let parts = [i128::from(*months), i128::from(*days), i128::from(*micros)];
            let parts = parts.map(|part| literal::integer_of(part, ""));
            quote!(Interval(#(#parts),*))
        }
    })
}
