//! The decoder of a table, for whoever wants its messages and no pipeline.

use super::Module;
use crate::emit::form::RowType;
use crate::emit::names::shown;
use crate::ir::logical::Root;
use crate::ir::physical::{Decoder, Table};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// `pub struct SensorDataDecoder`, and `SensorData::decode`.
pub(super) fn decoder(
    row: &RowType,
    table: &Table,
    decoder: &Ident,
    module: &Module,
) -> TokenStream {
    let (name, owned) = (&row.name, &row.owned);
    let (of, program) = (&module.name, &module.program);
    let inner = if module.is_json {
        quote!(::laminar_runtime::embedded::RowDecoder)
    } else {
        quote!(::laminar_runtime::embedded::TypedRowDecoder)
    };
    let is_array = match &table.decoder {
        Decoder::Json(decoder) => decoder.root == Root::Array,
        Decoder::Raw(_) | Decoder::Avro(_) => false,
    };
    let lifetime = |of: TokenStream| row.borrows().then(|| quote!(<#of>));
    let short = lifetime(quote!('_));
    let methods = if is_array {
        each(&quote!(#name #short))
    } else {
        let long = lifetime(quote!('a));
        one(&quote!(#name #long))
    };
    let convenience = if is_array {
        all(owned, decoder)
    } else {
        whole(owned, decoder)
    };
    let on_owned = row.borrows().then(|| quote!(impl #owned { #convenience }));
    let conversion = (!is_array).then(|| conversion(owned));
    let doc = format!(
        " Decodes messages of table `{}`. It learns from the messages that it has seen, and reuses \
         its memory: keep it.",
        shown(&table.name)
    );
    quote! {
        #[doc = #doc]
        #[derive(::core::fmt::Debug, ::core::default::Default)]
        pub struct #decoder {
            inner: #inner<#of::#program>,
        }

        impl #decoder {
            /// A decoder that has not seen any message yet.
            #[must_use]
            pub fn new() -> Self {
                Self { inner: #inner::new() }
            }

            #methods
        }

        impl #name #short {
            #convenience
        }

        #on_owned
        #conversion
    }
}

/// `TryFrom`: a payload is a row that may be none.
fn conversion(owned: &Ident) -> TokenStream {
    quote! {
        /// The row of a payload, as `decode` gives it.
        impl ::core::convert::TryFrom<&[u8]> for #owned {
            type Error = ::laminar_runtime::embedded::DecodeError;

            fn try_from(payload: &[u8]) -> ::core::result::Result<Self, Self::Error> {
                Self::decode(payload)
            }
        }
    }
}

/// The methods of a decoder whose messages are a row each.
fn one(row: &TokenStream) -> TokenStream {
    quote! {
        /// The row of a payload. Columns of METADATA are those of a message without a topic.
        ///
        /// # Errors
        /// Where the message is bad: no flow would see it, or a column cannot be read.
        pub fn decode<'a>(
            &'a mut self,
            payload: &'a [u8],
        ) -> ::core::result::Result<#row, ::laminar_runtime::embedded::DecodeError> {
            self.inner.decode(&::laminar_runtime::embedded::Message::new("", payload))
        }

        /// The same of a payload with all that came with it.
        ///
        /// # Errors
        /// As above.
        pub fn decode_message<'a>(
            &'a mut self,
            message: &::laminar_runtime::embedded::Message<'a>,
        ) -> ::core::result::Result<#row, ::laminar_runtime::embedded::DecodeError> {
            self.inner.decode(message)
        }
    }
}

/// The methods of a decoder whose messages are arrays of rows.
fn each(row: &TokenStream) -> TokenStream {
    quote! {
        /// Gives the row of each element of a payload to `take`, once all of them are known to be
        /// good; how many there are. Columns of METADATA are those of a message without a topic.
        ///
        /// # Errors
        /// Where the message or one of its elements is bad, or a column of one cannot be read.
        pub fn decode_each(
            &mut self,
            payload: &[u8],
            take: impl ::core::ops::FnMut(#row),
        ) -> ::core::result::Result<usize, ::laminar_runtime::embedded::DecodeError> {
            let message = ::laminar_runtime::embedded::Message::new("", payload);
            self.inner.decode_each(&message, take)
        }

        /// The same of a payload with all that came with it.
        ///
        /// # Errors
        /// As above.
        pub fn decode_each_of(
            &mut self,
            message: &::laminar_runtime::embedded::Message<'_>,
            take: impl ::core::ops::FnMut(#row),
        ) -> ::core::result::Result<usize, ::laminar_runtime::embedded::DecodeError> {
            self.inner.decode_each(message, take)
        }
    }
}

/// A payload as a row, once and for all.
fn whole(owned: &Ident, decoder: &Ident) -> TokenStream {
    let doc = format!(
        " The row of a payload, by a decoder of its own: keep a [`{decoder}`] where there are \
         many. Columns of METADATA are those of a message without a topic."
    );
    quote! {
        #[doc = #doc]
        ///
        /// # Errors
        /// Where the message is bad: no flow would see it, or a column cannot be read.
        pub fn decode(
            payload: &[u8],
        ) -> ::core::result::Result<#owned, ::laminar_runtime::embedded::DecodeError> {
            #decoder::new().decode(payload).map(#owned::from)
        }
    }
}

/// A payload as rows, once and for all.
fn all(owned: &Ident, decoder: &Ident) -> TokenStream {
    let doc = format!(
        " The rows of a payload, by a decoder of its own: keep a [`{decoder}`] where there are \
         many. Columns of METADATA are those of a message without a topic."
    );
    quote! {
        #[doc = #doc]
        ///
        /// # Errors
        /// Where the message or one of its elements is bad, or a column of one cannot be read.
        pub fn decode(
            payload: &[u8],
        ) -> ::core::result::Result<
            ::std::vec::Vec<#owned>,
            ::laminar_runtime::embedded::DecodeError,
        > {
            let mut rows = ::std::vec::Vec::new();
            #decoder::new().decode_each(payload, |row| rows.push(#owned::from(row)))?;
            Ok(rows)
        }
    }
}
