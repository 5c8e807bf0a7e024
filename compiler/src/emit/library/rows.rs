//! The structs of rows: one that borrows from the message, and one that has all its values.

use super::{nested, owned};
use crate::emit::form::{Field, RowType, Shape};
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
    let fields = fields(row, |field| borrowed(&field.shape));
    let (long, short) = (borrows.then(|| quote!(<'a>)), borrows.then(|| quote!(<'_>)));
    let (json, serialize) = (json(row), serialize(row));
    let (owned, methods) = if borrows {
        owned::owned(row)
    } else {
        owned::alias(row)
    };
    let inner = row.inner().map(|(field, inner)| value(field, inner));
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
        #(#inner)*
    }
}

/// The struct of values within a field, and how they are read and written.
fn value(field: &Field, row: &RowType) -> TokenStream {
    let what = match field.shape {
        Shape::Array(_) => "An element",
        Shape::Scalar(_) | Shape::Struct(_) => "The value",
    };
    let structs = structs(row, &format!(" {what} of `{}`.", shown(&field.column)));
    let read = nested::reading(row);
    let (name, lifetime) = (&row.name, row.borrows().then(|| quote!(<'_>)));
    quote! {
        #structs
        #read

        impl ::laminar_runtime::embedded::Encode for #name #lifetime {
            fn encode(self, out: &mut ::std::vec::Vec<u8>) {
                self.write_json(out);
            }
        }
    }
}

/// The fields of a struct with their types.
pub(super) fn fields(row: &RowType, type_of: impl Fn(&Field) -> TokenStream) -> TokenStream {
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
            described(&field.shape)
        );
        quote!(#[doc = #doc] pub #name: #value)
    });
    quote!(#(#fields),*)
}

/// A type for a comment. What a STRUCT is made of may be long, and stands at its struct.
fn described(shape: &Shape) -> String {
    match shape {
        Shape::Scalar(data_type) => data_type.to_string(),
        Shape::Struct(_) => "STRUCT".to_owned(),
        Shape::Array(element) => format!("array of {}", described(element)),
    }
}

/// The Rust type of values that may be borrowed.
fn borrowed(shape: &Shape) -> TokenStream {
    match shape {
        Shape::Scalar(DataType::Text) => quote!(&'a str),
        Shape::Scalar(DataType::Bytes) => quote!(&'a [u8]),
        Shape::Scalar(DataType::Json) => quote!(::laminar_runtime::value::Json<'a>),
        Shape::Scalar(other) => plain(*other),
        Shape::Struct(row) => {
            let (name, lifetime) = (&row.name, row.borrows().then(|| quote!(<'a>)));
            quote!(#name #lifetime)
        }
        Shape::Array(element) => {
            let element = borrowed(element);
            quote!(&'a [::core::option::Option<#element>])
        }
    }
}

/// The Rust type of values that never borrow.
pub(super) fn plain(data_type: DataType) -> TokenStream {
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
            if is_bytes(&field.shape) {
                quote!(#column => ::laminar_runtime::embedded::Base64(self.#name))
            } else {
                quote!(#column => self.#name)
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

/// Whether a value is BYTEA, or an array of that.
fn is_bytes(shape: &Shape) -> bool {
    match shape {
        Shape::Scalar(data_type) => *data_type == DataType::Bytes,
        Shape::Struct(_) => false,
        Shape::Array(element) => is_bytes(element),
    }
}
