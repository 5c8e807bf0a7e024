//! Tables whose messages are decoded to values at once: the payload as it is, and Avro.

use super::avro::{self, Wanted};
use super::flow::parameter;
use super::names::{Scope, Style, shown};
use super::table::Implemented;
use super::{literal, mentions_member};
use crate::ir::logical::{AvroFormat, AvroFraming, PathStep, RawFormat};
use crate::ir::physical::{Column, Decoder, Read, Table};
use crate::types::DataType;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use std::collections::BTreeMap;

/// What a message holds, as generated code has it.
pub(super) struct Values {
    /// The struct.
    name: Ident,
    /// For each column that is a value: its field.
    fields: BTreeMap<usize, Ident>,
    /// Whether one of them is borrowed from the message.
    borrows: bool,
}

impl Values {
    /// Those of `table`, named within `items`; None where it has JSON.
    pub(super) fn of(table: &Table, items: &mut Scope) -> Option<Self> {
        match table.decoder {
            Decoder::Json(_) => return None,
            Decoder::Raw(_) | Decoder::Avro(_) => {}
        }
        let mut scope = Scope::default();
        let columns = table.columns.iter().enumerate();
        let values = columns.filter(|(_, column)| matches!(column.read, Read::Value(_)));
        let borrowed = |(_, column): (usize, &Column)| borrows(column.data_type);
        Some(Self {
            borrows: values.clone().any(borrowed),
            name: items.declare("values", "values", Style::Camel),
            fields: values
                .map(|(index, column)| (index, scope.declare(&column.name, "column", Style::Snake)))
                .collect(),
        })
    }

    /// The struct, as a function names it.
    pub(super) fn named(&self) -> TokenStream {
        let (name, lifetime) = (&self.name, self.borrows.then(|| quote!(<'_>)));
        quote!(#name #lifetime)
    }

    /// Code that reads the column with this index.
    pub(super) fn read(&self, column: usize) -> TokenStream {
        let field = &self.fields[&column];
        quote!(values.#field)
    }

    /// The struct and the implementation of the table's trait, and the static that says how
    /// payloads are written, if that `is_told`; `code` is what reads the values.
    pub(super) fn implementation(
        &self,
        table: &Table,
        implemented: &Implemented<'_>,
        code: &[&TokenStream],
        (items, is_told): (&mut Scope, bool),
    ) -> (TokenStream, Option<Ident>) {
        let read: Vec<_> = self
            .fields
            .iter()
            .map(|(&index, field)| (&table.columns[index], field))
            .collect();
        let lifetime = self.borrows.then(|| quote!(<'m>));
        let name = &self.name;
        let fields = read.iter().map(|(column, field)| {
            let value = value_type(column);
            let doc = format!(" `{}`", shown(&column.name));
            let changed = **field != column.name;
            let doc = changed.then(|| quote!(#[doc = #doc]));
            // such as one of a branch that no row takes
            let is_read = code
                .iter()
                .any(|code| mentions_member(code, "values", field));
            let unread =
                (!is_read).then(|| quote!(#[allow(dead_code, reason = "no row gets there")]));
            quote!(#doc #unread #field: #value)
        });
        let (statics, decode, datum) = match &table.decoder {
            Decoder::Json(_) => unreachable!("a JSON table has no values"),
            Decoder::Raw(format) => (TokenStream::new(), self.raw(*format, &read), None),
            Decoder::Avro(format) => self.avro(format, &read, is_told, items),
        };
        let Implemented {
            program,
            prepare,
            check,
            flows,
            ..
        } = implemented;
        let of = &implemented.of;
        let dispatch = implemented.dispatch(Some(&quote!(values: &Self::Values<'_>,)));
        let tokens = quote! {
            #statics

            /// What the pipeline needs of a message.
            pub struct #name #lifetime { #(#fields),* }

            impl TypedTable #of for #program {
                type Values<'m> = #name #lifetime;
                const FLOWS: usize = #flows;

                #prepare
                #decode
                #check

                #dispatch
            }
        };
        (tokens, datum)
    }

    fn raw(&self, format: RawFormat, read: &[(&Column, &Ident)]) -> TokenStream {
        let name = &self.name;
        let payload = match format {
            RawFormat::Bytes => quote!(row.payload()),
            RawFormat::Text => quote!(row.payload_text()?),
        };
        let (row, value) = match (read, format) {
            ([], RawFormat::Bytes) => (quote!(_row), quote!(Ok(#name {}))),
            // what is no UTF-8 is bad, whether it is read or not
            ([], RawFormat::Text) => (quote!(row), quote!(row.payload_text().map(|_| #name {}))),
            (fields, _) => {
                let fields = fields.iter().map(|(_, field)| quote!(#field: #payload));
                (quote!(row), quote!(Ok(#name { #(#fields),* })))
            }
        };
        quote! {
            #[inline(always)]
            fn decode(#row: Row<'_>) -> Result<Self::Values<'_>, RowError> {
                #value
            }
        }
    }

    fn avro(
        &self,
        format: &AvroFormat,
        read: &[(&Column, &Ident)],
        is_told: bool,
        items: &mut Scope,
    ) -> (TokenStream, TokenStream, Option<Ident>) {
        let name = &self.name;
        let indices: BTreeMap<_, _> = self.fields.iter().map(|(at, field)| (field, *at)).collect();
        let wanted: BTreeMap<&[PathStep], Wanted<'_>> = read
            .iter()
            .map(|(column, field)| {
                let Read::Value(path) = &column.read else {
                    unreachable!("a value is read as one");
                };
                let wanted = Wanted {
                    field,
                    column: indices[field],
                    nullable: column.nullable,
                };
                (path.as_slice(), wanted)
            })
            .collect();
        let avro::Decoded {
            mut statics,
            statements,
            whole,
        } = avro::decoding(&format.schema, &wanted, is_told, items);
        let framing = match format.framing {
            AvroFraming::Confluent(id) => {
                let id = Literal::u32_unsuffixed(id);
                quote!(avro::Framing::Confluent { id: #id })
            }
            AvroFraming::SingleObject(fingerprint) => {
                let fingerprint = Literal::u64_unsuffixed(fingerprint);
                quote!(avro::Framing::SingleObject { fingerprint: #fingerprint })
            }
            AvroFraming::Bare => quote!(avro::Framing::Bare),
        };
        let fields = read.iter().map(|(_, field)| field);
        let datum = whole.map(|whole| {
            let datum = items.declare("datum", "datum", Style::Upper);
            statics.extend(quote! {
                /// How payloads are written.
                pub static #datum: avro::Datum =
                    avro::Datum { framing: #framing, schema: #whole };
            });
            datum
        });
        // a record without fields has nothing to read
        let reader = parameter("avro", &statements);
        let decode = quote! {
            fn decode(row: Row<'_>) -> Result<Self::Values<'_>, RowError> {
                row.avro(#framing, |#reader| {
                    #statements
                    Ok(#name { #(#fields),* })
                })
            }
        };
        (statics, decode, datum)
    }
}

/// Whether values of this type are borrowed from their message.
pub(super) fn borrows(data_type: DataType) -> bool {
    match data_type {
        DataType::Text
        | DataType::Bytes
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => true,
        DataType::Boolean
        | DataType::Integer(_)
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal { .. }
        | DataType::Timestamp(_)
        | DataType::Date
        | DataType::Time
        | DataType::Interval => false,
    }
}

/// The type of a column's field.
fn value_type(column: &Column) -> TokenStream {
    let value = match column.data_type {
        DataType::Text => quote!(&'m str),
        DataType::Bytes => quote!(&'m [u8]),
        DataType::Json => quote!(Json<'m>),
        DataType::Struct(_) | DataType::Array(_) => quote!(Nested<'m>),
        other => literal::rust_type(other),
    };
    if column.nullable {
        quote!(Option<#value>)
    } else {
        value
    }
}
