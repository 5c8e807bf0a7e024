//! The row of a table as its message gives it: the trait that a decoder of rows asks for.

use super::flow::{FlowContext, parameter, table_row};
use super::form::RowType;
use crate::ir::physical::Decoder;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// `impl RowTable for …`
pub(super) fn implementation(
    context: &mut FlowContext<'_>,
    row: &RowType,
    program: &Ident,
) -> TokenStream {
    let [flow] = context.table.flows.as_slice() else {
        unreachable!("a table is read as one flow");
    };
    let body = table_row(context, flow);
    let [message, values] = ["row", "values"].map(|name| parameter(name, &body));
    let name = &row.name;
    let lifetime = row.borrows().then(|| quote!(<'m>));
    let row = quote!(super::#name #lifetime);
    match context.table.decoder {
        Decoder::Json(_) => quote! {
            impl RowTable for #program {
                const INFO: &'static TableInfo = &INFO;
                type Row<'m> = #row;

                #[inline(always)]
                fn row(#message: Row<'_>) -> Result<Self::Row<'_>, RowError> {
                    #body
                }
            }
        },
        Decoder::Raw(_) | Decoder::Avro(_) => quote! {
            impl TypedRowTable for #program {
                const INFO: &'static TableInfo = &INFO;
                type Row<'m> = #row;

                #[inline(always)]
                fn row<'m>(
                    #message: Row<'m>,
                    #values: &Self::Values<'m>,
                ) -> Result<Self::Row<'m>, RowError> {
                    #body
                }
            }
        },
    }
}
