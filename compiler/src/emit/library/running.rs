//! How a pipeline inside another crate runs on its broker: its constants, the rows of its flows on
//! their way to other threads, and the methods that start it.

use super::pipeline::taken;
use super::{Module, Parts, flows_of, prelude};
use crate::emit::form::{Form, Handed, RowType};
use crate::emit::names::{Scope, shown};
use crate::emit::spec::{self, Specified};
use crate::emit::table::{self, number};
use crate::emit::{Identity, codecs, is_columnar, literal};
use crate::ir::logical::Sink;
use crate::ir::physical::{Decoder, Flow, Table};
use crate::source::SourceFile;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeMap;

/// What has the names of the others.
pub(super) struct Names<'a> {
    /// The structs of rows, by flow.
    pub(super) rows: &'a BTreeMap<String, Handed>,
    /// The code of tables.
    pub(super) programs: &'a [Module],
}

/// The items that let a pipeline run; none where it has no flows.
pub(super) fn running(
    parts: Parts<'_>,
    names: &Names<'_>,
    source: &SourceFile,
    modules: &mut Scope,
) -> TokenStream {
    let flows = flows_of(parts.flows);
    if flows.is_empty() {
        return TokenStream::new();
    }
    let module = modules.declare("run", "run", crate::emit::names::Style::Snake);
    let constants = constants(parts, &flows, names, source);
    let packed = flows.iter().map(|flow| pack(&names.rows[&flow.name].row));
    let gathering = gathering(&flows, names.rows);
    let builder = builder(&flows, names.rows, &module);
    let prelude = prelude();
    let items = quote! {
        mod #module {
            #prelude
            use ::laminar_runtime::running::{RunSpec, gathering};
            use ::laminar_runtime::spec::*;
            #constants
            #gathering
        }

        #builder
        #(#packed)*
    };
    gated(items, &parts.written.sinks)
}

/// Items that are there where the crate has the features that these sinks need: what writes such
/// files is not linked unless it is wanted.
fn gated(items: TokenStream, sinks: &[Sink]) -> TokenStream {
    let mut features = codecs(sinks);
    if sinks.iter().any(is_columnar) {
        features.insert("arrow");
    }
    let all = features.into_iter().chain(["mqtt"]);
    all.fold(items, |items, feature| {
        let gate = format_ident!("with_{feature}");
        quote!(::laminar_runtime::#gate! { #items })
    })
}

/// `RUN`, and the code of tables that write rows for sinks.
fn constants(
    parts: Parts<'_>,
    flows: &[&Flow],
    names: &Names<'_>,
    source: &SourceFile,
) -> TokenStream {
    let runtime = quote!(::laminar_runtime);
    let of_sql: Vec<&Sink> = parts
        .flows
        .sinks
        .iter()
        .filter(|it| it.is_named())
        .collect();
    let of_flows = flows.iter().map(|flow| {
        let name = literal::text(&flow.name);
        quote!(SinkSpec { name: #name, kind: SinkKind::Blackhole })
    });
    let sinks = of_flows.chain(of_sql.iter().map(|sink| spec::sink(sink, &runtime)));
    let sinks: Vec<_> = sinks.collect();
    let mut scope = Scope::default();
    let (mut tables, mut written, mut modules) = (Vec::new(), Vec::new(), TokenStream::new());
    for (table, program) in parts.flows.tables.iter().zip(names.programs) {
        let mut specified = specified(table, flows, program);
        let of_sinks = parts.written.tables.iter();
        let of_sinks = of_sinks.filter(|it| it.name == table.name).map(|it| {
            let place = Place {
                table,
                flows: flows.len(),
                named: &of_sql,
                sinks: &parts.written.sinks,
            };
            let (item, module) = write(it, &place, &mut specified, source, &mut scope);
            modules.extend(module);
            item
        });
        written.push(of_sinks.last().map_or(quote!(None), |it| quote!(Some(#it))));
        tables.push(specified);
    }
    let identity = Identity {
        sql_hash: "",
        compiler_version: env!("CARGO_PKG_VERSION"),
    };
    let pipeline = spec::specification(parts.flows, &tables, &sinks, &quote!(""), &identity);
    quote! {
        /// The pipeline as the runtime sees it.
        pub static RUN: RunSpec = RunSpec {
            pipeline: #pipeline,
            written: &[#(#written),*],
        };

        #modules
    }
}

/// A table whose flows gather rows, each for a sink of its own.
fn specified<'t>(table: &'t Table, flows: &[&Flow], program: &Module) -> Specified<'t> {
    let place = |flow: &Flow| {
        let at = flows.iter().position(|known| known.name == flow.name);
        at.expect("a table's flows are among all of them")
    };
    let sinks: Vec<usize> = table.flows.iter().map(place).collect();
    let boxed = if program.is_json {
        quote!(::laminar_runtime::embedded::boxed_onto)
    } else {
        quote!(::laminar_runtime::embedded::boxed_typed_onto)
    };
    let (name, of) = (&program.name, &program.program);
    let (flows, count) = (sinks.iter().copied().map(number), number(flows.len()));
    Specified {
        table,
        columns: spec::columns(table),
        sites: program.sites.clone(),
        // nobody can ask a crate for its messages
        declared: quote!(declared: DeclaredSpec::json(&[]), history: None,),
        program: quote! {
            || gathering(
                #boxed::<super::#name::#of, _>(),
                handlers,
                &[#(#flows),*],
                #count,
            )
        },
        sinks,
    }
}

/// Where the flows of a table that write belong.
struct Place<'a> {
    /// The table with all its flows.
    table: &'a Table,
    /// How many flows the pipeline has.
    flows: usize,
    /// The sinks that the SQL names, as they are specified behind those of flows.
    named: &'a [&'a Sink],
    /// The sinks of those that write.
    sinks: &'a [Sink],
}

/// The code of flows that write, and the value that tells of it.
fn write(
    writing: &Table,
    place: &Place<'_>,
    specified: &mut Specified<'_>,
    source: &SourceFile,
    modules: &mut Scope,
) -> (TokenStream, TokenStream) {
    let name = modules.declare(&writing.name, "table", crate::emit::names::Style::Snake);
    let form = Form::Written(place.sinks);
    let content = table::content((form, false), writing, source, &mut Scope::default());
    let (program, tokens) = (&content.program, &content.tokens);
    let boxed = match writing.decoder {
        Decoder::Json(_) => quote!(boxed),
        Decoder::Raw(_) | Decoder::Avro(_) => quote!(boxed_typed),
    };
    let flows = writing.flows.iter().map(|flow| {
        let mut all = place.table.flows.iter();
        let at = all.position(|known| known.name == flow.name);
        let at = at.expect("a flow that writes is one of the table's");
        let to = &place.sinks[flow.sink].name;
        let sink = place.named.iter().position(|sink| sink.name == *to);
        let sink = place.flows + sink.expect("a named sink is among all of them");
        let (at, sink) = (number(at), number(sink));
        quote!((#at, #sink))
    });
    let flows: Vec<_> = flows.collect();
    let [columns, sites] = [specified.columns.len(), specified.sites.len()]
        .map(|count| Literal::u16_unsuffixed(u16::try_from(count).unwrap_or(u16::MAX)));
    specified.columns.extend(spec::columns(writing));
    specified.sites.extend(content.sites.specs(source));
    let item = quote! {
        ::laminar_runtime::running::Written {
            program: ::laminar_runtime::program::#boxed::<#name::#program>,
            flows: &[#(#flows),*],
            columns: #columns,
            sites: #sites,
        }
    };
    let prelude = prelude();
    let module = quote! {
        mod #name {
            #prelude
            use ::laminar_runtime::generated::*;

            #tokens
        }
    };
    (item, module)
}

/// `Pack` for a row.
fn pack(row: &RowType) -> TokenStream {
    let (name, lifetime) = (&row.name, row.borrows().then(|| quote!(<'a>)));
    let fields = row.fields.iter().map(|field| &field.name);
    let inner = row.inner().map(|(_, row)| pack(row));
    quote! {
        ::laminar_runtime::pack_row!(#name #lifetime { #(#fields),* });
        #(#inner)*
    }
}

/// The function that makes handlers which leave rows in buffers.
fn gathering(flows: &[&Flow], rows: &BTreeMap<String, Handed>) -> TokenStream {
    let handlers = flows.iter().enumerate().map(|(at, flow)| {
        let Handed { row, handler } = &rows[&flow.name];
        let (taken, at) = (taken(row), number(at));
        quote! {
            #handler: {
                let buffer = buffers.of(#at);
                Some(Box::new(move |row: super::#taken| buffer.add(&row)))
            }
        }
    });
    quote! {
        fn handlers(buffers: &::laminar_runtime::running::Buffers) -> super::Handlers<'static> {
            super::Handlers { #(#handlers),* }
        }
    }
}

/// The methods that start a pipeline.
fn builder(flows: &[&Flow], rows: &BTreeMap<String, Handed>, module: &Ident) -> TokenStream {
    let streams = flows.iter().enumerate().map(|(at, flow)| {
        let Handed { row, handler } = &rows[&flow.name];
        let (owned, taken, at) = (&row.owned, taken(row), number(at));
        let stream = format_ident!("stream_{}", handler.to_string().trim_end_matches('_'));
        let doc = format!(
            " The rows of `{}` one after another, where the pipeline runs on its broker, in place \
             of its handler and sink. A row counts as taken when the next one is asked for.",
            shown(&flow.name)
        );
        quote! {
            #[doc = #doc]
            #[must_use]
            pub fn #stream(&mut self) -> ::laminar_runtime::running::RowStream<#owned> {
                self.streams.open(&#module::RUN, #at, |mut row| #owned::from(row.take::<#taken>()))
            }
        }
    });
    let takers = flows.iter().enumerate().map(|(at, flow)| {
        let Handed { row, handler } = &rows[&flow.name];
        let (taken, at) = (taken(row), number(at));
        quote! {{
            let handler = self.handlers.#handler.map(|mut handler| {
                move |mut row: ::laminar_runtime::embedded::Unpacker<'_>| {
                    handler(row.take::<#taken>())
                }
            });
            streams.or(#at, ::laminar_runtime::running::Taker::of(handler))
        }}
    });
    let methods = methods(module);
    quote! {
        impl Builder<'static> {
            #(#streams)*
            #methods

            fn takers(self) -> ::std::vec::Vec<::laminar_runtime::running::Taker> {
                let mut streams = self.streams;
                ::std::vec![#(#takers),*]
            }
        }
    }
}

fn methods(module: &Ident) -> TokenStream {
    let result =
        |of: TokenStream| quote!(::core::result::Result<#of, ::laminar_runtime::running::RunError>);
    let (running, nothing) = (
        result(quote!(::laminar_runtime::running::Running)),
        result(quote!(())),
    );
    quote! {
        /// Connects to the brokers of the SQL and runs the pipeline on threads of its own. A
        /// message is acknowledged when the handlers of all its rows have returned, and all sinks
        /// of the SQL have them. Variables such as `${NAME}` are those of the environment.
        ///
        /// # Errors
        /// Where the configuration is wrong, or a sink cannot be opened. A broker that cannot be
        /// reached is none: that is tried again.
        pub fn start(self) -> #running {
            ::laminar_runtime::running::start(&#module::RUN, self.takers())
        }

        /// The same where `variable` gives what `${NAME}` stands for.
        ///
        /// # Errors
        /// As above.
        pub fn start_with(
            self,
            variable: impl ::core::ops::Fn(&str) -> Option<::std::string::String>
                + ::core::marker::Send
                + 'static,
        ) -> #running {
            ::laminar_runtime::running::start_with(&#module::RUN, self.takers(), variable)
        }

        /// Starts the pipeline and waits for its end, which `shutdown` asks for.
        ///
        /// # Errors
        /// Those of `start`, and whatever ends the pipeline but `shutdown`.
        pub async fn run(
            self,
            shutdown: impl ::core::future::Future<Output = ()>,
        ) -> #nothing {
            ::laminar_runtime::running::run(&#module::RUN, self.takers(), shutdown).await
        }
    }
}
