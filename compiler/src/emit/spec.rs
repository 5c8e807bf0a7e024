//! The pipeline as constants: connections, tables, sinks.

mod sink;

pub(super) use sink::sink;

use super::literal::{optional, text};
use super::names::shown;
use super::settings;
use super::table::TableModule;
use super::{Identity, declared};
use crate::ir::logical::{
    BadData, Connection, DeadLetter, DeadLetterFormat, LastWill, MqttVersion, Qos, Reconnect,
    TimeFormat, TimestampFormat, Tls,
};
use crate::ir::physical::{Column, Decoder, PhysicalPlan, Read, Table};
use crate::source::SourceFile;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::collections::BTreeSet;

/// The `use` of the specification types in play and the `PIPELINE` constant.
pub(super) fn pipeline(
    plan: &PhysicalPlan,
    modules: &[TableModule],
    source: &SourceFile,
    identity: &Identity<'_>,
) -> TokenStream {
    let tables = plan.tables.iter().zip(modules).map(|(table, module)| {
        let boxed = match table.decoder {
            Decoder::Json(_) => quote!(boxed),
            Decoder::Raw(_) | Decoder::Avro(_) => quote!(boxed_typed),
        };
        let (name, program) = (&module.module, &module.program);
        let datum = module.datum.as_ref().map(|datum| quote!(#name::#datum));
        Specified {
            table,
            columns: columns(table),
            sites: module.sites.specs(source),
            sinks: table.flows.iter().map(|flow| flow.sink).collect(),
            declared: declared::fields(table, source, (datum.as_ref(), module.generated.as_ref())),
            program: quote!(laminar_runtime::program::#boxed::<#name::#program>),
        }
    });
    let tables: Vec<_> = tables.collect();
    let runtime = quote!(laminar_runtime);
    let sinks: Vec<_> = plan.sinks.iter().map(|it| sink(it, &runtime)).collect();
    let sql = quote!(include_str!("pipeline.sql"));
    let specification = specification(plan, &tables, &sinks, &sql, identity);
    let imports = imports(plan, modules);
    quote! {
        use laminar_runtime::spec::{#(#imports),*};

        /// The pipeline as the runtime sees it.
        pub static PIPELINE: PipelineSpec = #specification;
    }
}

/// A table as it is specified.
pub(super) struct Specified<'a> {
    /// The table.
    pub(super) table: &'a Table,
    /// Its columns, as [`columns`] gives them.
    pub(super) columns: Vec<TokenStream>,
    /// The places of expressions that can fail.
    pub(super) sites: Vec<TokenStream>,
    /// The sinks of its flows: indices into those of the specification.
    pub(super) sinks: Vec<usize>,
    /// What it declares, and which of its messages are kept: the fields that say so.
    pub(super) declared: TokenStream,
    /// The function that makes its program.
    pub(super) program: TokenStream,
}

/// The value of the `PIPELINE` constant, whose types are imported.
pub(super) fn specification(
    plan: &PhysicalPlan,
    tables: &[Specified<'_>],
    sinks: &[TokenStream],
    sql: &TokenStream,
    identity: &Identity<'_>,
) -> TokenStream {
    let (name, hash, version) = (
        text(&plan.name),
        text(identity.sql_hash),
        text(identity.compiler_version),
    );
    let connections = plan.connections.iter().map(connection);
    let tables = tables.iter().map(|table| table_spec(table, plan));
    let settings = settings::settings(&plan.settings);
    quote! {
        PipelineSpec {
            name: #name,
            sql: #sql,
            sql_hash: #hash,
            compiler_version: #version,
            connections: &[#(#connections),*],
            tables: &[#(#tables),*],
            sinks: &[#(#sinks),*],
            settings: #settings,
        }
    }
}

/// The columns of a table that are read, for what is said of bad data.
pub(super) fn columns(table: &Table) -> Vec<TokenStream> {
    let column = |column: &Column| {
        let (name, sql_type) = (text(&column.name), text(&sql_type(column)));
        quote!(ColumnSpec::new(#name, #sql_type))
    };
    table.columns.iter().map(column).collect()
}

fn imports(plan: &PhysicalPlan, modules: &[TableModule]) -> BTreeSet<Ident> {
    let mut names = BTreeSet::from(["PipelineSpec"]);
    names.extend(settings::imports(&plan.settings));
    names.extend(declared::imports(&plan.tables));
    if !plan.connections.is_empty() {
        names.insert("ConnectionSpec");
    }
    let is_5 = |connection: &Connection| connection.mqtt_version == MqttVersion::V5;
    if plan.connections.iter().any(is_5) {
        names.insert("MqttVersion");
    }
    let reconnects = |connection: &Connection| connection.reconnect != Reconnect::DEFAULT;
    if plan.connections.iter().any(reconnects) {
        names.insert("ReconnectSpec");
    }
    if plan
        .connections
        .iter()
        .any(|connection| connection.last_will.is_some())
    {
        names.insert("LastWillSpec");
    }
    if plan
        .connections
        .iter()
        .any(|connection| connection.tls.is_some())
    {
        names.insert("TlsSpec");
    }
    if !plan.tables.is_empty() {
        names.extend(["BadData", "FlowSpec", "TableSpec"]);
    }
    let has_letters = |table: &Table| matches!(table.bad_data, BadData::DeadLetter(_));
    if plan.tables.iter().any(has_letters) {
        names.extend(["DeadLetterFormat", "DeadLetterSpec"]);
    }
    if plan.tables.iter().any(|table| !table.columns.is_empty()) {
        names.insert("ColumnSpec");
    }
    if modules.iter().any(|module| !module.sites.is_empty()) {
        names.insert("SiteSpec");
    }
    names.extend(sink::imports(&plan.sinks));
    names
        .into_iter()
        .map(|name| format_ident!("{name}"))
        .collect()
}

/// A connection: what is not as it would be if the file said nothing.
fn connection(connection: &Connection) -> TokenStream {
    let (name, broker) = (text(&connection.name), text(&connection.broker));
    let mut fields = Vec::new();
    let mut field = |name: &str, value: Option<TokenStream>| {
        let name = format_ident!("{name}");
        fields.extend(value.map(|value| quote!(#name: #value)));
    };
    let some_text = |value: &Option<String>| value.as_deref().map(|value| some(&text(value)));
    field("client_id", some_text(&connection.client_id));
    field("username", some_text(&connection.username));
    field("password", some_text(&connection.password));
    let is_kept = !connection.clean_session;
    field("clean_session", is_kept.then(|| quote!(false)));
    let expiry = connection.session_expiry_interval_s;
    field(
        "session_expiry_interval_s",
        expiry.map(|seconds| some(&Literal::u32_unsuffixed(seconds))),
    );
    let is_5 = connection.mqtt_version == MqttVersion::V5;
    field(
        "keep_alive_s",
        unless(connection.keep_alive_s, 60, Literal::u16_unsuffixed),
    );
    field("mqtt_version", is_5.then(|| quote!(MqttVersion::V5)));
    field("tls", connection.tls.as_ref().map(|of| some(&tls(of))));
    let will = connection.last_will.as_ref();
    field("last_will", will.map(|will| some(&last_will(will))));
    let reconnects = connection.reconnect != Reconnect::DEFAULT;
    field(
        "reconnect",
        reconnects.then(|| reconnect(&connection.reconnect)),
    );
    let (packet, window) = (connection.max_packet_size, connection.receive_maximum);
    field(
        "max_packet_size",
        unless(packet, 1 << 20, Literal::u32_unsuffixed),
    );
    field(
        "receive_maximum",
        unless(window, 1_024, Literal::u16_unsuffixed),
    );
    field(
        "parallelism",
        unless(connection.parallelism, 1, Literal::u16_unsuffixed),
    );
    let plain = quote!(ConnectionSpec::new(#name, #broker));
    if fields.is_empty() {
        plain
    } else {
        quote!(ConnectionSpec { #(#fields,)* ..#plain })
    }
}

fn some(value: &impl ToTokens) -> TokenStream {
    quote!(Some(#value))
}

/// A number that is not what it would be anyway.
fn unless<T: Copy + PartialEq>(
    number: T,
    default: T,
    literal: impl FnOnce(T) -> Literal,
) -> Option<TokenStream> {
    (number != default).then(|| literal(number).into_token_stream())
}

fn tls(tls: &Tls) -> TokenStream {
    let ca_cert = optional_text(tls.ca_cert.as_deref());
    let client_cert = optional_text(tls.client_cert.as_deref());
    let client_key = optional_text(tls.client_key.as_deref());
    let verify = tls.verify;
    quote! {
        TlsSpec {
            ca_cert: #ca_cert,
            client_cert: #client_cert,
            client_key: #client_key,
            verify: #verify,
        }
    }
}

fn last_will(will: &LastWill) -> TokenStream {
    let (topic, payload) = (text(&will.topic), text(&will.payload));
    let (qos, retain) = (qos(will.qos), will.retain);
    quote!(LastWillSpec { topic: #topic, payload: #payload, qos: #qos, retain: #retain })
}

fn reconnect(reconnect: &Reconnect) -> TokenStream {
    let initial_ms = Literal::u64_unsuffixed(reconnect.initial_ms);
    let multiplier = Literal::f64_unsuffixed(reconnect.multiplier);
    let max_ms = Literal::u64_unsuffixed(reconnect.max_ms);
    let max_attempts = optional_u32(reconnect.max_attempts);
    quote! {
        ReconnectSpec {
            initial_ms: #initial_ms,
            multiplier: #multiplier,
            max_ms: #max_ms,
            max_attempts: #max_attempts,
        }
    }
}

/// A column's type with its format, as its declaration could say it.
fn sql_type(column: &Column) -> String {
    let data_type = column.data_type;
    match &column.read {
        Read::Slot {
            format: Some(TimeFormat::Pattern(pattern)),
            ..
        } => format!("{data_type} FORMAT '{}'", shown(&pattern.text)),
        Read::Slot {
            format: Some(TimeFormat::Named(format)),
            ..
        } if *format != TimestampFormat::Rfc3339 => {
            format!("{data_type} FORMAT '{}'", format.name())
        }
        Read::Slot { .. } | Read::Value(_) | Read::Metadata(_) => data_type.to_string(),
    }
}

fn table_spec(specified: &Specified<'_>, plan: &PhysicalPlan) -> TokenStream {
    let Specified {
        table,
        columns,
        sites,
        sinks,
        declared,
        program,
    } = specified;
    let name = text(&table.name);
    let connection = Literal::usize_unsuffixed(table.connection);
    let topics = table.topics.iter().map(|topic| text(topic));
    let qos = qos(table.qos);
    let batch_size = Literal::u32_unsuffixed(table.batch_size);
    let batch_timeout_ms = Literal::u32_unsuffixed(table.batch_timeout_ms);
    let bad_data = match &table.bad_data {
        BadData::Drop => quote!(BadData::Drop),
        BadData::Fail => quote!(BadData::Fail),
        BadData::DeadLetter(letter) => {
            let letter = dead_letter(letter, &plan.connections[table.connection]);
            quote!(BadData::DeadLetter(#letter))
        }
    };
    let flows = table.flows.iter().zip(sinks).map(|(flow, &sink)| {
        let (name, sink) = (text(&flow.name), Literal::usize_unsuffixed(sink));
        let guarantee = flow.guarantee.iter().map(|line| text(line));
        quote!(FlowSpec { name: #name, sink: #sink, guarantee: &[#(#guarantee),*] })
    });
    quote! {
        TableSpec {
            name: #name,
            connection: #connection,
            topics: &[#(#topics),*],
            qos: #qos,
            batch_size: #batch_size,
            batch_timeout_ms: #batch_timeout_ms,
            bad_data: #bad_data,
            columns: &[#(#columns),*],
            sites: &[#(#sites),*],
            flows: &[#(#flows),*],
            #declared
            program: #program,
        }
    }
}

fn dead_letter(letter: &DeadLetter, connection: &Connection) -> TokenStream {
    let topic = text(&letter.topic);
    let format = match letter.format_on(connection.mqtt_version) {
        DeadLetterFormat::Raw => quote!(DeadLetterFormat::Raw),
        DeadLetterFormat::Envelope => quote!(DeadLetterFormat::Envelope),
    };
    let max_retries = Literal::u32_unsuffixed(letter.max_retries);
    quote!(DeadLetterSpec { topic: #topic, format: #format, max_retries: #max_retries })
}

fn qos(qos: Qos) -> Literal {
    Literal::u8_unsuffixed(match qos {
        Qos::AtMostOnce => 0,
        Qos::AtLeastOnce => 1,
        Qos::ExactlyOnce => 2,
    })
}

fn optional_text(value: Option<&str>) -> TokenStream {
    optional(value.map(text))
}

fn optional_u32(value: Option<u32>) -> TokenStream {
    optional(value.map(Literal::u32_unsuffixed))
}
