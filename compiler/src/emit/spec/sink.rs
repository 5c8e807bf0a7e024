//! Sinks as constants.

use super::{optional_text, optional_u32};
use crate::emit::expression::type_constant;
use crate::emit::literal::{optional, text};
use crate::emit::{codec, is_columnar, is_table};
use crate::ir::logical::{
    Compression, FilesSink, Properties, RowFormat, Sink, SinkKind, Webhook, WebhookFormat,
};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::collections::BTreeSet;

/// The types that the specifications of these sinks name.
pub(super) fn imports(sinks: &[Sink]) -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    for sink in sinks {
        names.extend(["SinkKind", "SinkSpec"]);
        match &sink.kind {
            SinkKind::Mqtt { .. } => names.extend(["PropertiesSpec"]),
            SinkKind::Files(_) => names.extend(["FileContent", "FilesSpec"]),
            SinkKind::Webhook(_) => names.extend(["WebhookFormat", "WebhookSpec"]),
            SinkKind::Stdout { .. } | SinkKind::Blackhole | SinkKind::File { .. } => {}
        }
        if is_table(sink) {
            names.insert("TableColumn");
        }
        if is_columnar(sink) {
            names.extend(["ColumnsSpec", "Compression", "FieldSpec", "Type"]);
        } else if codec(sink).is_some() {
            names.insert("CompressedSpec");
        }
    }
    names
}

/// The specification of a sink; `runtime` is the path of the runtime's crate.
pub(in crate::emit) fn sink(sink: &Sink, runtime: &TokenStream) -> TokenStream {
    let name = text(&sink.name);
    let kind = match &sink.kind {
        SinkKind::Stdout { format } => match format {
            RowFormat::Json => quote!(SinkKind::Stdout),
            RowFormat::Csv => csv(None, sink, false),
            RowFormat::Table => table(sink),
            RowFormat::Parquet { .. } | RowFormat::Arrow => unreachable!("these are files"),
        },
        SinkKind::Blackhole => quote!(SinkKind::Blackhole),
        SinkKind::File { path, format, sync } => match format {
            RowFormat::Json => {
                let path = text(path);
                quote!(SinkKind::File { path: #path, sync: #sync })
            }
            RowFormat::Csv => csv(Some(path), sink, *sync),
            RowFormat::Table | RowFormat::Parquet { .. } | RowFormat::Arrow => {
                unreachable!("none of these is appended to a file")
            }
        },
        SinkKind::Files(files) => self::files(files, sink, runtime),
        SinkKind::Webhook(webhook) => self::webhook(webhook),
        SinkKind::Mqtt {
            connection,
            topic,
            qos,
            retain,
            properties,
        } => {
            let connection = Literal::usize_unsuffixed(*connection);
            let topic = topic.pieces.iter().map(|piece| text(piece));
            let qos = super::qos(*qos);
            let properties = self::properties(properties);
            quote! {
                SinkKind::Mqtt {
                    connection: #connection,
                    topic: &[#(#topic),*],
                    qos: #qos,
                    retain: #retain,
                    properties: #properties,
                }
            }
        }
    };
    quote!(SinkSpec { name: #name, kind: #kind })
}

/// What is said of each row in MQTT 5: what is not as if the file said nothing.
fn properties(properties: &Properties) -> TokenStream {
    let mut fields = Vec::new();
    if properties.message_expiry_interval_s.is_some() {
        let seconds = optional_u32(properties.message_expiry_interval_s);
        fields.push(quote!(message_expiry_interval_s: #seconds));
    }
    if properties.content_type.is_some() {
        let content_type = optional_text(properties.content_type.as_deref());
        fields.push(quote!(content_type: #content_type));
    }
    if properties.response_topic.is_some() {
        let topic = optional_text(properties.response_topic.as_deref());
        fields.push(quote!(response_topic: #topic));
    }
    if !properties.user_properties.is_empty() {
        let pairs = pairs(&properties.user_properties);
        fields.push(quote!(user_properties: &[#pairs]));
    }
    if fields.is_empty() {
        quote!(PropertiesSpec::NONE)
    } else {
        quote!(PropertiesSpec { #(#fields,)* ..PropertiesSpec::NONE })
    }
}

/// Names and values.
fn pairs(pairs: &[(String, String)]) -> TokenStream {
    let pairs = pairs.iter().map(|(name, value)| {
        let (name, value) = (text(name), text(value));
        quote!((#name, #value))
    });
    quote!(#(#pairs),*)
}

/// A sink of CSV, at `path` or on standard output.
fn csv(path: Option<&str>, sink: &Sink, sync: bool) -> TokenStream {
    let (path, header) = (optional_text(path), text(&header(sink)));
    quote!(SinkKind::Csv { path: #path, header: #header, sync: #sync })
}

/// A table on standard output.
fn table(sink: &Sink) -> TokenStream {
    let header = text(&header(sink));
    let columns = sink.columns.iter().map(|column| {
        let (name, is_number) = (text(&column.name), column.data_type.is_numeric());
        quote!(TableColumn { name: #name, is_number: #is_number })
    });
    quote!(SinkKind::Table { header: #header, columns: &[#(#columns),*] })
}

/// A sink of files that are finished.
fn files(files: &FilesSink, sink: &Sink, runtime: &TokenStream) -> TokenStream {
    let (prefix, pattern) = (text(&files.prefix), text(&files.pattern));
    let content = match files.format {
        RowFormat::Json => lines(None, files.compression, runtime),
        RowFormat::Csv => lines(Some(&header(sink)), files.compression, runtime),
        RowFormat::Table => unreachable!("a table is for standard output"),
        RowFormat::Parquet { row_group_rows } => {
            let conversion = quote!(#runtime::columns::PARQUET);
            columns(sink, &conversion, files.compression, row_group_rows)
        }
        RowFormat::Arrow => {
            let conversion = quote!(#runtime::columns::ARROW);
            columns(sink, &conversion, files.compression, 0)
        }
    };
    let sync = files.sync;
    let [size, interval] = [files.rotate_size, files.rotate_interval_s]
        .map(|number| optional(number.map(Literal::u64_unsuffixed)));
    quote! {
        SinkKind::Files(FilesSpec {
            prefix: #prefix,
            pattern: #pattern,
            content: #content,
            rotate_size: #size,
            rotate_interval_s: #interval,
            sync: #sync,
        })
    }
}

/// What a file of lines holds: CSV below this header, or JSON.
fn lines(header: Option<&str>, compression: Compression, runtime: &TokenStream) -> TokenStream {
    let compressor = match compression {
        Compression::None => {
            return match header.map(text) {
                None => quote!(FileContent::Json),
                Some(header) => quote!(FileContent::Csv { header: #header }),
            };
        }
        Compression::Gzip => quote!(GZIP),
        Compression::Zstd => quote!(ZSTD),
        Compression::Snappy | Compression::Lz4 => unreachable!("lines are not compressed so"),
    };
    let header = optional_text(header);
    quote! {
        FileContent::Compressed(CompressedSpec {
            header: #header,
            compressor: #runtime::compress::#compressor,
        })
    }
}

/// What a file of columns holds.
fn columns(
    sink: &Sink,
    conversion: &TokenStream,
    compression: Compression,
    row_group_rows: u32,
) -> TokenStream {
    let fields = sink.columns.iter().map(|column| {
        let (name, data_type) = (text(&column.name), type_constant(column.data_type));
        if column.nullable {
            quote!(FieldSpec::new(#name, #data_type))
        } else {
            quote!(FieldSpec::required(#name, #data_type))
        }
    });
    let rows = Literal::u32_unsuffixed(row_group_rows);
    let compression = match compression {
        Compression::None => quote!(None),
        Compression::Snappy => quote!(Snappy),
        Compression::Lz4 => quote!(Lz4),
        Compression::Gzip => quote!(Gzip),
        Compression::Zstd => quote!(Zstd),
    };
    quote! {
        FileContent::Columns(ColumnsSpec {
            fields: &[#(#fields),*],
            conversion: #conversion,
            compression: Compression::#compression,
            row_group_rows: #rows,
        })
    }
}

fn webhook(webhook: &Webhook) -> TokenStream {
    let (url, timeout_ms) = (
        text(&webhook.url),
        Literal::u64_unsuffixed(webhook.timeout_ms),
    );
    let headers = pairs(&webhook.headers);
    let batch_rows = Literal::u32_unsuffixed(webhook.batch_rows);
    let format = match webhook.format {
        WebhookFormat::Json => quote!(WebhookFormat::Json),
        WebhookFormat::JsonLines => quote!(WebhookFormat::JsonLines),
    };
    let tls_ca_cert = optional_text(webhook.tls_ca_cert.as_deref());
    quote! {
        SinkKind::Webhook(WebhookSpec {
            url: #url,
            headers: &[#headers],
            batch_rows: #batch_rows,
            timeout_ms: #timeout_ms,
            format: #format,
            tls_ca_cert: #tls_ca_cert,
        })
    }
}

/// The names of the columns as a row of CSV.
fn header(sink: &Sink) -> String {
    let names = sink.columns.iter().map(|column| {
        let name = &column.name;
        if name.is_empty() || name.contains(['"', ',', '\r', '\n']) {
            format!("\"{}\"", name.replace('"', "\"\""))
        } else {
            name.clone()
        }
    });
    names.collect::<Vec<_>>().join(",") + "\n"
}
