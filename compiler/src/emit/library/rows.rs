//! The structs of rows: one that borrows from the message, and one that has all its values.

use crate::emit::form::{Field, RowType};
use crate::emit::literal::{self, json_string};
use crate::emit::names::shown;
use crate::ir::physical::{Flow, Table};
use crate::source::{SourceFile, Span};
use crate::types::{DataType, TimestampPrecision};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The rows of a flow.
pub(super) fn flow(row: &RowType, flow: &Flow, source: &SourceFile) -> TokenStream {
    let doc = format!(
        " A row of `{}`{}.",
        shown(&flow.name),
        line(source, flow.span)
    );
    structs(row, &doc)
}

/// The rows of a table.
pub(super) fn table(row: &RowType, table: &Table, source: &SourceFile) -> TokenStream {
    let (name, line) = (shown(&table.name), line(source, table.span));
    structs(
        row,
        &format!(" A message of table `{name}`{line}: all its columns."),
    )
}

/// Where something is declared, for a comment.
pub(super) fn line(source: &SourceFile, span: Span) -> String {
    let (line, _) = source.line_column(span.start);
    format!(" (line {line})")
}

fn structs(row: &RowType, doc: &str) -> TokenStream {
    let (name, borrows) = (&row.name, row.borrows());
    let fields = fields(row, |field| borrowed(field.data_type));
    let (long, short) = (borrows.then(|| quote!(<'a>)), borrows.then(|| quote!(<'_>)));
    let (json, serialize) = (json(row), serialize(row));
    let (owned, methods) = if borrows { owned(row) } else { alias(row) };
    quote! {
        #[doc = #doc]
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::fmt::Debug,
            ::core::cmp::PartialEq,
        )]
        pub struct #name #long { #fields }

        impl #name #short {
            #methods
            #json
        }

        #owned
        #serialize
    }
}

/// Another name for a row that borrows nothing, and the methods that the others have.
fn alias(row: &RowType) -> (TokenStream, TokenStream) {
    let RowType { name, owned, .. } = row;
    let doc = format!(" [`{name}`], which borrows nothing.");
    let methods = quote! {
        /// The row itself: it borrows nothing.
        #[must_use]
        pub fn as_borrowed(&self) -> Self {
            *self
        }

        /// The row itself: it borrows nothing.
        #[must_use]
        pub fn into_owned(self) -> Self {
            self
        }
    };
    (quote!(#[doc = #doc] pub type #owned = #name;), methods)
}

/// The struct with values of its own, and how a row becomes one.
fn owned(row: &RowType) -> (TokenStream, TokenStream) {
    let RowType { name, owned, .. } = row;
    let fields = fields(row, |field| owned_type(field.data_type));
    let doc = format!(" [`{name}`] with values of its own.");
    let convert = |of: &TokenStream, how: fn(DataType, bool) -> TokenStream| -> Vec<_> {
        row.fields
            .iter()
            .map(|field| convert(field, of, how))
            .collect()
    };
    let to_owned = convert(&quote!(row), to_owned);
    let to_borrowed = convert(&quote!(self), to_borrowed);
    let items = quote! {
        #[doc = #doc]
        #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
        pub struct #owned { #fields }

        impl<'a> ::core::convert::From<#name<'a>> for #owned {
            fn from(row: #name<'a>) -> Self {
                Self { #(#to_owned),* }
            }
        }

        impl #owned {
            /// The row as one that borrows its values from this one.
            #[must_use]
            pub fn as_borrowed(&self) -> #name<'_> {
                #name { #(#to_borrowed),* }
            }

            /// Appends the row as a JSON object, as a binary would write it.
            pub fn write_json(&self, out: &mut ::std::vec::Vec<u8>) {
                self.as_borrowed().write_json(out);
            }
        }
    };
    let methods = quote! {
        /// The row with values of its own.
        #[must_use]
        pub fn into_owned(self) -> #owned {
            self.into()
        }
    };
    (items, methods)
}

/// The fields of a struct with their types.
fn fields(row: &RowType, type_of: impl Fn(&Field) -> TokenStream) -> TokenStream {
    let fields = row.fields.iter().map(|field| {
        let (name, value) = (&field.name, type_of(field));
        let value = if field.nullable {
            quote!(::core::option::Option<#value>)
        } else {
            value
        };
        let null = if field.nullable { ", can be NULL" } else { "" };
        let doc = format!(
            " `{}`: {}{null}.",
            shown(&field.column),
            described(field.data_type)
        );
        quote!(#[doc = #doc] pub #name: #value)
    });
    quote!(#(#fields),*)
}

/// A type for a comment. What a nested one is made of may be long, and is named by users.
fn described(data_type: DataType) -> String {
    match data_type {
        DataType::Struct(_) => "STRUCT, as JSON".to_owned(),
        DataType::Array(_) => "array, as JSON".to_owned(),
        other => other.to_string(),
    }
}

/// The Rust type of values that may be borrowed.
fn borrowed(data_type: DataType) -> TokenStream {
    match data_type {
        DataType::Text => quote!(&'a str),
        DataType::Bytes => quote!(&'a [u8]),
        DataType::Json | DataType::Struct(_) | DataType::Array(_) => {
            quote!(::laminar_runtime::value::Json<'a>)
        }
        other => plain(other),
    }
}

/// The Rust type of values that are not.
fn owned_type(data_type: DataType) -> TokenStream {
    match data_type {
        DataType::Text => quote!(::std::string::String),
        DataType::Bytes => quote!(::std::vec::Vec<u8>),
        DataType::Json | DataType::Struct(_) | DataType::Array(_) => {
            quote!(::laminar_runtime::value::JsonOwned)
        }
        other => plain(other),
    }
}

/// The Rust type of values that never borrow.
fn plain(data_type: DataType) -> TokenStream {
    match data_type {
        DataType::Boolean => quote!(bool),
        DataType::Integer(_) | DataType::Float32 | DataType::Float64 => {
            literal::rust_type(data_type)
        }
        DataType::Decimal { scale, .. } => {
            let scale = Literal::u8_unsuffixed(scale);
            quote!(::laminar_runtime::value::Decimal<#scale>)
        }
        DataType::Timestamp(TimestampPrecision::Nanoseconds) => {
            quote!(::laminar_runtime::value::TimestampNanos)
        }
        DataType::Timestamp(
            TimestampPrecision::Seconds
            | TimestampPrecision::Milliseconds
            | TimestampPrecision::Microseconds,
        ) => quote!(::laminar_runtime::value::Timestamp),
        DataType::Date => quote!(::laminar_runtime::value::Date),
        DataType::Time => quote!(::laminar_runtime::value::Time),
        DataType::Interval => quote!(::laminar_runtime::value::Interval),
        DataType::Text
        | DataType::Bytes
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => unreachable!("values of {data_type} borrow"),
    }
}

/// A field with its value from `row`; `of` says how, of a value and whether it is an `Option`.
fn convert(field: &Field, row: &TokenStream, of: fn(DataType, bool) -> TokenStream) -> TokenStream {
    let (name, method) = (&field.name, of(field.data_type, field.nullable));
    quote!(#name: #row.#name #method)
}

fn to_owned(data_type: DataType, nullable: bool) -> TokenStream {
    match (data_type, nullable) {
        (DataType::Text, false) => quote!(.to_owned()),
        (DataType::Text, true) => quote!(.map(::std::borrow::ToOwned::to_owned)),
        (DataType::Bytes, false) => quote!(.to_vec()),
        (DataType::Bytes, true) => quote!(.map(<[u8]>::to_vec)),
        (DataType::Json | DataType::Struct(_) | DataType::Array(_), false) => quote!(.into_owned()),
        (DataType::Json | DataType::Struct(_) | DataType::Array(_), true) => {
            quote!(.map(::laminar_runtime::value::Json::into_owned))
        }
        (
            DataType::Boolean
            | DataType::Integer(_)
            | DataType::Float32
            | DataType::Float64
            | DataType::Decimal { .. }
            | DataType::Timestamp(_)
            | DataType::Date
            | DataType::Time
            | DataType::Interval,
            _,
        ) => TokenStream::new(),
    }
}

fn to_borrowed(data_type: DataType, nullable: bool) -> TokenStream {
    match (data_type, nullable) {
        (DataType::Text, false) => quote!(.as_str()),
        (DataType::Bytes, false) => quote!(.as_slice()),
        (DataType::Text | DataType::Bytes, true) => quote!(.as_deref()),
        (DataType::Json | DataType::Struct(_) | DataType::Array(_), false) => {
            quote!(.as_borrowed())
        }
        (DataType::Json | DataType::Struct(_) | DataType::Array(_), true) => {
            quote!(.as_ref().map(::laminar_runtime::value::JsonOwned::as_borrowed))
        }
        (
            DataType::Boolean
            | DataType::Integer(_)
            | DataType::Float32
            | DataType::Float64
            | DataType::Decimal { .. }
            | DataType::Timestamp(_)
            | DataType::Date
            | DataType::Time
            | DataType::Interval,
            _,
        ) => TokenStream::new(),
    }
}

/// `write_json`
fn json(row: &RowType) -> TokenStream {
    let mut before = "{";
    let fields: Vec<_> = row
        .fields
        .iter()
        .map(|field| {
            let text = literal::text(&format!("{before}{}:", json_string(&field.column)));
            before = ",";
            let name = &field.name;
            quote!(::laminar_runtime::embedded::field(out, #text, self.#name);)
        })
        .collect();
    let end = if row.fields.is_empty() { "{}" } else { "}" };
    let end = literal::bytes(end.as_bytes());
    quote! {
        /// Appends the row as a JSON object, as a binary would write it.
        pub fn write_json(&self, out: &mut ::std::vec::Vec<u8>) {
            #(#fields)*
            out.extend_from_slice(#end);
        }
    }
}

/// `Serialize`, where the runtime has the feature for it.
fn serialize(row: &RowType) -> TokenStream {
    let (name, title) = (&row.name, row.name.to_string());
    let lifetime = row.borrows().then(|| quote!(<'_>));
    let fields: Vec<_> = row
        .fields
        .iter()
        .map(|field| {
            let (name, column) = (&field.name, literal::text(&field.column));
            match field.data_type {
                DataType::Bytes => {
                    quote!(#column => ::laminar_runtime::embedded::Base64(self.#name))
                }
                DataType::Boolean
                | DataType::Integer(_)
                | DataType::Float32
                | DataType::Float64
                | DataType::Decimal { .. }
                | DataType::Text
                | DataType::Timestamp(_)
                | DataType::Date
                | DataType::Time
                | DataType::Interval
                | DataType::Json
                | DataType::Struct(_)
                | DataType::Array(_) => quote!(#column => self.#name),
            }
        })
        .collect();
    let borrowed = quote! {
        ::laminar_runtime::serialize_row!(self, #title, #name #lifetime { #(#fields),* });
    };
    if !row.borrows() {
        return borrowed;
    }
    let owned = &row.owned;
    quote! {
        #borrowed
        ::laminar_runtime::serialize_row!(self, #owned);
    }
}
