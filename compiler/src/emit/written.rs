//! A row as its sink wants it written.

use super::literal;
use crate::ir::logical::RowFormat;
use crate::ir::physical::{Branch, Flow};
use proc_macro2::TokenStream;
use quote::quote;

/// Writes a row of these values; `keys` are those that its path is made of.
pub(super) fn row(
    flow: &Flow,
    branch: &Branch,
    format: RowFormat,
    values: &[TokenStream],
    keys: &[TokenStream],
) -> TokenStream {
    match format {
        RowFormat::Json | RowFormat::Parquet { .. } | RowFormat::Arrow => {
            write_json(flow, branch, values, keys)
        }
        RowFormat::Csv | RowFormat::Table => write_csv(values, keys),
    }
}

fn write_csv(values: &[TokenStream], keys: &[TokenStream]) -> TokenStream {
    quote! {
        let mut csv = out.csv();
        #(csv.field(#values);)*
        #(csv.key(#keys);)*
        csv.end();
        Ok(Outcome::Emitted)
    }
}

fn write_json(
    flow: &Flow,
    branch: &Branch,
    values: &[TokenStream],
    keys: &[TokenStream],
) -> TokenStream {
    let mut calls = TokenStream::new();
    let mut raw = String::from("{");
    if flow.wrap_in_name {
        raw = format!("{{{}:{{", literal::json_string(&flow.name));
    }
    for (at, (output, value)) in branch.outputs.iter().zip(values).enumerate() {
        let comma = if at == 0 { "" } else { "," };
        raw = format!("{raw}{comma}{}:", literal::json_string(&output.name));
        let text = literal::text(&raw);
        calls.extend(quote!(json.field(#text, #value);));
        raw.clear();
    }
    let parts = flow.topic_parts.iter().map(|part| &values[part.column]);
    raw.push_str(if flow.wrap_in_name { "}}" } else { "}" });
    let text = literal::text(&raw);
    quote! {
        let mut json = out.row();
        #calls
        json.raw(#text);
        #(json.key(#keys);)*
        #(json.topic(&#parts);)*
        json.end();
        Ok(Outcome::Emitted)
    }
}
