//! How values of nested types become structs and slices.

use crate::emit::expression::reading as reading_scalar;
use crate::emit::form::{RowType, Shape};
use crate::emit::literal;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The function that makes a struct of an object.
pub(super) fn reading(row: &RowType) -> TokenStream {
    let name = &row.name;
    let (long, short) = if row.borrows() {
        (quote!(<'a>), quote!('a))
    } else {
        (TokenStream::new(), quote!('_))
    };
    let generics = row.borrows().then(|| quote!(<'a>));
    let keys = row.fields.iter().map(|field| literal::text(&field.column));
    let parts: Vec<_> = (0..row.fields.len())
        .map(|at| format_ident!("part_{at}"))
        .collect();
    let fields = row.fields.iter().zip(&parts).map(|(field, part)| {
        let (name, value) = (
            &field.name,
            optional(&field.shape, &quote!(#part), &quote!()),
        );
        quote!(#name: #value?)
    });
    quote! {
        impl #generics #name #long {
            fn read_nested(
                value: ::laminar_runtime::generated::Nested<#short>,
            ) -> ::core::result::Result<Self, ::laminar_runtime::generated::RowError> {
                let [#(#parts),*] = value.fields([#(#keys),*]);
                Ok(Self { #(#fields),* })
            }
        }
    }
}

/// The value of a nested type, none of which is NULL, as a struct or slice. Structs are found at
/// `path`; an error is returned from the function in which this stands.
pub(in crate::emit) fn read_nested(
    shape: &Shape,
    value: &TokenStream,
    path: &TokenStream,
) -> TokenStream {
    match shape {
        Shape::Scalar(other) => unreachable!("{other} is not nested"),
        Shape::Struct(row) => {
            let name = &row.name;
            quote!(#path #name::read_nested(#value)?)
        }
        Shape::Array(element) => {
            let read = optional(element, &quote!(element), path);
            quote!(#value.slice(|element| #read)?)
        }
    }
}

/// A part of a nested value as a `Result` of an `Option`.
fn optional(shape: &Shape, part: &TokenStream, path: &TokenStream) -> TokenStream {
    let (data_type, read) = match shape {
        Shape::Scalar(data_type) => {
            let read = reading_scalar(*data_type);
            return quote!(#part.read(#read));
        }
        Shape::Struct(row) => {
            let name = &row.name;
            (quote!(object), quote!(#path #name::read_nested(value)))
        }
        Shape::Array(element) => {
            let read = optional(element, &quote!(element), path);
            (quote!(array), quote!(value.slice(|element| #read)))
        }
    };
    quote! {
        #part
            .read(|inner, value, format| inner.#data_type(value, format))
            .and_then(|value| value.map(|value| #read).transpose())
    }
}
