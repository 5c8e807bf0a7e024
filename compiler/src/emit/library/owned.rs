//! Structs of rows with values of their own, and what leads from them to those that borrow.

use super::rows::{fields, plain};
use crate::emit::form::{Field, RowType, Shape};
use crate::types::DataType;
use proc_macro2::TokenStream;
use quote::quote;

/// Another name for a row that borrows nothing, and the methods that the others have.
pub(super) fn alias(row: &RowType) -> (TokenStream, TokenStream) {
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
pub(super) fn owned(row: &RowType) -> (TokenStream, TokenStream) {
    let RowType { name, owned, .. } = row;
    let fields = fields(row, |field| owned_type(&field.shape));
    let doc = format!(" [`{name}`] with values of its own.");
    let to_owned = row.fields.iter().map(|field| {
        let name = &field.name;
        let value = quote!(row.#name);
        let value = optional(field, &value, |value| to_owned(&field.shape, value));
        quote!(#name: #value)
    });
    let (lend, conversion) = (lend(row), conversion(row));
    let items = quote! {
        #[doc = #doc]
        #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
        pub struct #owned { #fields }

        impl<'a> ::core::convert::From<#name<'a>> for #owned {
            fn from(row: #name<'a>) -> Self {
                Self { #(#to_owned),* }
            }
        }

        #conversion

        impl #owned {
            #lend

            /// Appends the row as a JSON object, as a binary would write it.
            pub fn write_json(&self, out: &mut ::std::vec::Vec<u8>) {
                self.with_row(|row| row.write_json(out));
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

/// `From` in the other direction, where nothing but the row is needed for it.
fn conversion(row: &RowType) -> Option<TokenStream> {
    let RowType { name, owned, .. } = row;
    let needs_arena = row.fields.iter().any(|field| field.shape.needs_arena());
    (!needs_arena).then(|| {
        quote! {
            impl<'a> ::core::convert::From<&'a #owned> for #name<'a> {
                fn from(row: &'a #owned) -> Self {
                    row.as_borrowed()
                }
            }
        }
    })
}

/// How a row with values of its own lends them. A slice of what borrows is not there to be lent: it
/// is made in memory that does not outlive the call.
fn lend(row: &RowType) -> TokenStream {
    let name = &row.name;
    let lent = row.fields.iter().map(|field| {
        let name = &field.name;
        let value = lent(field);
        quote!(#name: #value)
    });
    if row.fields.iter().any(|field| field.shape.needs_arena()) {
        return quote! {
            /// Gives the row to `then` as one that borrows its values from this one.
            pub fn with_borrowed<ThenResult>(
                &self,
                then: impl ::core::ops::FnOnce(#name<'_>) -> ThenResult,
            ) -> ThenResult {
                let arena = ::laminar_runtime::embedded::Arena::new();
                then(self.borrowed_in(&arena))
            }

            fn with_row<ThenResult>(
                &self,
                then: impl ::core::ops::FnOnce(#name<'_>) -> ThenResult,
            ) -> ThenResult {
                self.with_borrowed(then)
            }

            fn borrowed_in<'a>(
                &'a self,
                arena: &'a ::laminar_runtime::embedded::Arena,
            ) -> #name<'a> {
                #name { #(#lent),* }
            }
        };
    }
    quote! {
        /// The row as one that borrows its values from this one.
        #[must_use]
        pub fn as_borrowed(&self) -> #name<'_> {
            #name { #(#lent),* }
        }

        fn with_row<ThenResult>(
            &self,
            then: impl ::core::ops::FnOnce(#name<'_>) -> ThenResult,
        ) -> ThenResult {
            then(self.as_borrowed())
        }
    }
}

/// The Rust type of values that are not borrowed.
fn owned_type(shape: &Shape) -> TokenStream {
    match shape {
        Shape::Scalar(DataType::Text) => quote!(::std::string::String),
        Shape::Scalar(DataType::Bytes) => quote!(::std::vec::Vec<u8>),
        Shape::Scalar(DataType::Json) => quote!(::laminar_runtime::value::JsonOwned),
        Shape::Scalar(other) => plain(*other),
        Shape::Struct(row) => {
            let owned = &row.owned;
            quote!(#owned)
        }
        Shape::Array(element) => {
            let element = owned_type(element);
            quote!(::std::vec::Vec<::core::option::Option<#element>>)
        }
    }
}

/// A field's value with `of` it, or of what its `Option` holds; as it is where that is the same.
fn optional(
    field: &Field,
    value: &TokenStream,
    of: impl Fn(&TokenStream) -> Option<TokenStream>,
) -> TokenStream {
    if !field.nullable {
        return of(value).unwrap_or_else(|| value.clone());
    }
    match of(&quote!(value)) {
        Some(inner) => quote!(#value.map(|value| #inner)),
        None => value.clone(),
    }
}

/// A value that may be borrowed as one that is not; None: it is the same.
fn to_owned(shape: &Shape, value: &TokenStream) -> Option<TokenStream> {
    match shape {
        Shape::Scalar(DataType::Text) => Some(quote!(::std::borrow::ToOwned::to_owned(#value))),
        Shape::Scalar(DataType::Bytes) => Some(quote!(#value.to_vec())),
        Shape::Scalar(DataType::Json) => Some(quote!(#value.into_owned())),
        Shape::Scalar(_) => None,
        Shape::Struct(row) => row.borrows().then(|| quote!(#value.into_owned())),
        Shape::Array(element) => {
            let inner = to_owned(element, &quote!(value));
            let same = quote!(#value.to_vec());
            Some(inner.map_or(
                same,
                |inner| quote!(#value.iter().map(|value| value.map(|value| #inner)).collect()),
            ))
        }
    }
}

/// What a row with values of its own lends of a field.
fn lent(field: &Field) -> TokenStream {
    let name = &field.name;
    let value = quote!(self.#name);
    if !field.nullable {
        return to_borrowed(&field.shape, &value).unwrap_or(value);
    }
    match to_borrowed(&field.shape, &quote!(value)) {
        Some(inner) => quote!(#value.as_ref().map(|value| #inner)),
        None => value,
    }
}

/// A value of its own, lent; None: it is a copy of itself.
fn to_borrowed(shape: &Shape, value: &TokenStream) -> Option<TokenStream> {
    match shape {
        Shape::Scalar(DataType::Text) => Some(quote!(#value.as_str())),
        Shape::Scalar(DataType::Bytes) => Some(quote!(#value.as_slice())),
        Shape::Scalar(DataType::Json) => Some(quote!(#value.as_borrowed())),
        Shape::Scalar(_) => None,
        Shape::Struct(row) if !row.borrows() => None,
        Shape::Struct(_) if shape.needs_arena() => Some(quote!(#value.borrowed_in(arena))),
        Shape::Struct(_) => Some(quote!(#value.as_borrowed())),
        Shape::Array(element) if element.borrows() => {
            let inner = to_borrowed(element, &quote!(value));
            let inner = inner.expect("what borrows is lent");
            Some(quote! {
                &*arena.alloc_slice_fill_iter(
                    #value.iter().map(|value| value.as_ref().map(|value| #inner)),
                )
            })
        }
        Shape::Array(_) => Some(quote!(#value.as_slice())),
    }
}
