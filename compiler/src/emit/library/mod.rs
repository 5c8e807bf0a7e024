//! A pipeline as a module inside another crate: a struct for the rows of each table and flow, a
//! decoder for each table, and a pipeline that messages are pushed into.
//!
//! Whatever it names of other crates it names by absolute paths, and it has no lint to complain
//! about: what a user's crate forbids is not known here.

mod decoder;
mod nested;
mod owned;
mod pipeline;
mod rows;
mod running;

pub(super) use nested::read_nested;

use super::form::{Form, Handed, RowType};
use super::names::{self, Scope, Style};
use super::sites::Sites;
use super::{patterns, table};
use crate::ir::physical::{Flow, PhysicalPlan, Table};
use crate::source::SourceFile;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeMap;

/// What a module in another crate is made from.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// The flows of the pipeline, lowered to values.
    pub flows: &'a PhysicalPlan,
    /// Those of its flows that write for sinks which the SQL names.
    pub written: &'a PhysicalPlan,
    /// One flow for each of its tables, of the table's name: all of its columns. Lowered to values.
    pub tables: &'a PhysicalPlan,
}

/// The content of a module in another crate.
#[derive(Clone, Debug)]
pub struct Library {
    tokens: TokenStream,
    /// What a module is called that has no name of its own: the pipeline's name.
    pub name: String,
    /// A line for the module's documentation.
    pub doc: String,
    /// The flows, and the methods of `Builder` that take what gets their rows.
    pub flows: Vec<(String, String)>,
    /// The tables, and the types that decode their messages.
    pub tables: Vec<(String, String)>,
    /// Whether the runtime needs its feature `regex`.
    pub needs_regex: bool,
}

/// On one line.
impl std::fmt::Display for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.tokens.fmt(f)
    }
}

impl Library {
    /// For a person to read.
    pub fn formatted(&self) -> String {
        super::formatted(&self.tokens)
    }
}

/// What the generated types must not be called, beside what [`names`] knows: the module's own, its
/// type parameters, and traits whose methods are called.
const OWN: [&str; 10] = [
    "builder",
    "handlers",
    "pipeline",
    "handler result",
    "then result",
    "default",
    "from",
    "into",
    "to owned",
    "iterator",
];

/// Emits the items of a module.
pub fn library(parts: Parts<'_>, source: &SourceFile) -> Library {
    let mut types = Scope::default();
    for name in OWN {
        types.declare(name, name, Style::Camel);
    }
    let mut handlers = Scope::default();
    let tables: Vec<_> = parts
        .tables
        .tables
        .iter()
        .map(|table| {
            let columns = &table.flows[0].columns;
            let name = (table.name.as_str(), "table");
            RowType::declare(name, columns, &mut types)
        })
        .collect();
    let mut flows: BTreeMap<String, Handed> = BTreeMap::new();
    for flow in flows_of(parts.flows) {
        let name = (flow.name.as_str(), "flow");
        let handed = Handed::declare(name, &flow.columns, &mut types, &mut handlers);
        flows.insert(flow.name.clone(), handed);
    }
    let mut modules = Scope::default();
    let (mut decoders, mut items) = (Vec::new(), TokenStream::new());
    for (table, row) in parts.tables.tables.iter().zip(&tables) {
        let decoder = types.declare(&format!("{} decoder", table.name), "table", Style::Camel);
        let module = Module::new(table, Form::Returned(row), source, &mut modules);
        items.extend(rows::table(row, table, source));
        items.extend(decoder::decoder(row, table, &decoder, &module));
        items.extend(module.tokens);
        decoders.push((table.name.clone(), decoder.to_string()));
    }
    let mut takers = Vec::new();
    for flow in flows_of(parts.flows) {
        let handed = &flows[&flow.name];
        items.extend(rows::flow(&handed.row, flow, source));
        takers.push((flow.name.clone(), on(&handed.handler).to_string()));
    }
    let programs = parts.flows.tables.iter();
    let programs: Vec<_> = programs
        .map(|table| Module::new(table, Form::Handed(&flows), source, &mut modules))
        .collect();
    let pipeline = pipeline::pipeline(parts.flows, &flows, &programs, source);
    let names = running::Names {
        rows: &flows,
        programs: &programs,
    };
    let running = running::running(parts, &names, source, &mut modules);
    let programs = programs.iter().map(|module| &module.tokens);
    let prelude = prelude();
    let name = &parts.flows.name;
    Library {
        name: Scope::default()
            .declare_member(name, "pipeline")
            .to_string(),
        doc: format!(
            " Pipeline `{}`, generated from its SQL.",
            names::shown(name)
        ),
        flows: takers,
        tables: decoders,
        needs_regex: patterns::are_used(parts.flows) || patterns::are_used(parts.tables),
        tokens: quote!(#prelude #pipeline #items #(#programs)* #running),
    }
}

/// What each module begins with: the names that Rust itself gives, since a crate, or the module
/// that the macro stands in, may do without them (`#![no_implicit_prelude]`).
fn prelude() -> TokenStream {
    quote! {
        use ::std::prelude::rust_2024::*;
    }
}

/// The flows, each once, in file order: one that reads several tables stands in each of them.
fn flows_of(plan: &PhysicalPlan) -> Vec<&Flow> {
    let mut flows: Vec<&Flow> = plan.tables.iter().flat_map(|table| &table.flows).collect();
    flows.sort_by_key(|flow| (flow.span, &flow.name));
    flows.dedup_by_key(|flow| &flow.name);
    flows
}

/// The private module of a table's code.
struct Module {
    name: Ident,
    program: Ident,
    /// Whether its messages are JSON.
    is_json: bool,
    /// Where expressions that can fail stand, as constants.
    sites: Vec<TokenStream>,
    tokens: TokenStream,
}

impl Module {
    fn new(table: &Table, form: Form<'_>, source: &SourceFile, modules: &mut Scope) -> Self {
        let (what, alias) = match form {
            Form::Written(_) | Form::Returned(_) => ("rows", None),
            Form::Handed(_) => {
                let to = quote!(::laminar_runtime::embedded::ToHandlers<super::Handlers<'h>>);
                ("flows", Some(quote!(type To<'h> = #to;)))
            }
        };
        let is_json = matches!(table.decoder, crate::ir::physical::Decoder::Json(_));
        let import = match (form, is_json) {
            (Form::Written(_) | Form::Handed(_), _) => None,
            (Form::Returned(_), true) => Some(quote!(
                use ::laminar_runtime::embedded::RowTable;
            )),
            (Form::Returned(_), false) => Some(quote!(
                use ::laminar_runtime::embedded::TypedRowTable;
            )),
        };
        let name = modules.declare(&format!("{} {what}", table.name), "table", Style::Snake);
        let mut items = Scope::default();
        for (name, style) in [
            ("info", Style::Upper),
            ("table info", Style::Camel),
            ("row table", Style::Camel),
            ("typed row table", Style::Camel),
            ("to", Style::Camel),
        ] {
            items.declare(name, "item", style);
        }
        let content = table::content((form, false), table, source, &mut items);
        let info = info(table, &content.sites, source, form);
        let (program, tokens) = (content.program, content.tokens);
        let prelude = prelude();
        Self {
            tokens: quote! {
                mod #name {
                    #prelude
                    use ::laminar_runtime::embedded::TableInfo;
                    use ::laminar_runtime::generated::*;
                    #import
                    #alias
                    #info
                    #tokens
                }
            },
            sites: content.sites.specs(source),
            name,
            program,
            is_json,
        }
    }
}

/// What errors and the router of messages need to know of a table.
fn info(table: &Table, sites: &Sites, source: &SourceFile, form: Form<'_>) -> TokenStream {
    use super::literal::text;
    let name = text(&table.name);
    let topics = table.topics.iter().map(|topic| text(topic));
    let columns = table.columns.iter().map(|column| text(&column.name));
    let import = (!sites.is_empty()).then(|| {
        quote!(
            use ::laminar_runtime::embedded::SiteSpec;
        )
    });
    let sites = sites.specs(source);
    let flows = match form {
        Form::Written(_) | Form::Handed(_) => table.flows.iter(),
        Form::Returned(_) => [].iter(),
    };
    let flows = flows.map(|flow| text(&flow.name));
    quote! {
        pub static INFO: TableInfo = {
            #import
            TableInfo {
                name: #name,
                topics: &[#(#topics),*],
                columns: &[#(#columns),*],
                sites: &[#(#sites),*],
                flows: &[#(#flows),*],
            }
        };
    }
}

/// `fn` of a name behind `on_`.
fn on(handler: &Ident) -> Ident {
    format_ident!("on_{}", handler.to_string().trim_end_matches('_'))
}
