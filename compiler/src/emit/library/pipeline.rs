//! What messages are pushed into: `Pipeline`, its `Builder` and the closures that take rows.

use super::rows::line;
use super::{Module, flows_of, on};
use crate::emit::form::{Handed, RowType};
use crate::emit::names::shown;
use crate::ir::physical::{Flow, PhysicalPlan};
use crate::source::SourceFile;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeMap;

/// The pipeline of these flows, whose tables' code is in `programs`.
pub(super) fn pipeline(
    plan: &PhysicalPlan,
    rows: &BTreeMap<String, Handed>,
    programs: &[Module],
    source: &SourceFile,
) -> TokenStream {
    let flows = flows_of(plan);
    let takers: TokenStream = flows.iter().map(|flow| taker(flow, rows, source)).collect();
    let handlers = handlers(plan, rows);
    let build = build(plan, programs);
    let methods = methods();
    let engine = quote!(::laminar_runtime::embedded::Engine<Handlers<'h>>);
    quote! {
        /// The pipeline: messages are pushed into it, and the closures that it was built with get
        /// the rows. `'h` is how long these live.
        #[derive(::core::fmt::Debug)]
        pub struct Pipeline<'h> {
            engine: #engine,
        }

        /// A pipeline while it is put together. Rows that nobody takes are made and counted all
        /// the same.
        #[derive(::core::default::Default)]
        pub struct Builder<'h> {
            handlers: Handlers<'h>,
            streams: ::laminar_runtime::embedded::Streams,
        }

        impl<'h> Pipeline<'h> {
            /// A pipeline that gives its rows to nobody yet.
            #[must_use]
            pub fn builder() -> Builder<'h> {
                Builder::default()
            }

            #methods
        }

        impl<'h> Builder<'h> {
            #takers
            #build
        }

        impl ::core::fmt::Debug for Builder<'_> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str("Builder")
            }
        }

        #handlers
    }
}

/// The method that takes the handler of a flow.
fn taker(flow: &Flow, rows: &BTreeMap<String, Handed>, source: &SourceFile) -> TokenStream {
    let Handed { row, handler } = &rows[&flow.name];
    let (on, taken) = (on(handler), taken(row));
    let (name, line) = (shown(&flow.name), line(source, flow.span));
    let doc = format!(
        " Gives each row of `{name}`{line} to `handler`, and to none before it. It returns \
         nothing, or a `Result` that says whether it took the row."
    );
    quote! {
        #[doc = #doc]
        #[must_use]
        pub fn #on<HandlerResult: ::laminar_runtime::embedded::IntoHandled>(
            mut self,
            mut handler: impl ::core::ops::FnMut(#taken) -> HandlerResult
                + ::core::marker::Send
                + 'h,
        ) -> Self {
            self.handlers.#handler = Some(Box::new(move |row: #taken| {
                ::laminar_runtime::embedded::IntoHandled::into_handled(handler(row))
            }));
            self
        }
    }
}

/// What a handler takes.
pub(super) fn taken(row: &RowType) -> TokenStream {
    let (name, lifetime) = (&row.name, row.borrows().then(|| quote!(<'_>)));
    quote!(#name #lifetime)
}

/// The closures, and how they are called.
fn handlers(plan: &PhysicalPlan, rows: &BTreeMap<String, Handed>) -> TokenStream {
    let flows = flows_of(plan);
    let fields = flows.iter().map(|flow| {
        let Handed { row, handler } = &rows[&flow.name];
        let taken = taken(row);
        quote! {
            #handler: Option<Box<
                dyn ::core::ops::FnMut(#taken) -> ::laminar_runtime::embedded::Handled
                    + ::core::marker::Send
                    + 'h
            >>
        }
    });
    let calls = flows.iter().map(|flow| {
        let Handed { row, handler } = &rows[&flow.name];
        let taken = taken(row);
        quote! {
            fn #handler(&mut self, row: #taken) -> ::laminar_runtime::embedded::Handled {
                match &mut self.#handler {
                    Some(handler) => handler(row),
                    None => ::laminar_runtime::embedded::Handled::Done,
                }
            }
        }
    });
    // a struct must use its lifetime
    let without = flows
        .is_empty()
        .then(|| quote!(none: ::core::marker::PhantomData<&'h ()>));
    quote! {
        /// What takes rows.
        #[derive(::core::default::Default)]
        struct Handlers<'h> { #(#fields,)* #without }

        impl Handlers<'_> {
            #(#calls)*
        }
    }
}

/// `build`, or `build_with` where topics hold variables.
fn build(plan: &PhysicalPlan, programs: &[Module]) -> TokenStream {
    let tables = programs.iter().map(|module| {
        let (name, program) = (&module.name, &module.program);
        let boxed = if module.is_json {
            quote!(::laminar_runtime::embedded::boxed_onto)
        } else {
            quote!(::laminar_runtime::embedded::boxed_typed_onto)
        };
        quote!((&#name::INFO, #boxed::<#name::#program, _>()))
    });
    let tables = quote!(::std::vec![#(#tables),*]);
    let mut topics = plan.tables.iter().flat_map(|table| &table.topics);
    if topics.any(|topic| topic.contains("${")) {
        return quote! {
            /// The pipeline. `variable` gives what `${NAME}` in a topic stands for, such as
            /// `|name| std::env::var(name).ok()`.
            ///
            /// # Errors
            /// Where it gives nothing and there is no default, or what makes no topic filter.
            pub fn build_with(
                self,
                variable: impl ::core::ops::Fn(&str) -> Option<::std::string::String>,
            ) -> ::core::result::Result<
                Pipeline<'h>,
                ::laminar_runtime::embedded::VariableError,
            > {
                let tables = #tables;
                let engine = ::laminar_runtime::embedded::Engine::new(
                    self.handlers,
                    tables,
                    variable,
                )?;
                Ok(Pipeline { engine })
            }
        };
    }
    quote! {
        /// The pipeline.
        #[must_use]
        pub fn build(self) -> Pipeline<'h> {
            let tables = #tables;
            Pipeline {
                engine: ::laminar_runtime::embedded::Engine::without_variables(
                    self.handlers,
                    tables,
                ),
            }
        }
    }
}

/// What a pipeline is asked for.
fn methods() -> TokenStream {
    quote! {
        /// Runs the flows of each table that reads `topic` on a message of quality of service 0,
        /// received at 1970-01-01 as far as anybody knows: what became of it, flow by flow.
        pub fn push(
            &mut self,
            topic: &str,
            payload: &[u8],
        ) -> ::laminar_runtime::embedded::Pushed<'_> {
            self.engine.push(&::laminar_runtime::embedded::Message::new(topic, payload))
        }

        /// The same of a message with all that came with it, such as when it was received.
        pub fn push_message(
            &mut self,
            message: &::laminar_runtime::embedded::Message<'_>,
        ) -> ::laminar_runtime::embedded::Pushed<'_> {
            self.engine.push(message)
        }

        /// Pushes the message of each line of `input`, JSON as `--replay` of a binary reads it.
        /// Those that do not say when they were received have `received_at`.
        ///
        /// # Errors
        /// Those of reading. Lines that are no records are skipped and told.
        pub fn replay(
            &mut self,
            input: impl ::std::io::BufRead,
            received_at: ::laminar_runtime::value::Timestamp,
        ) -> ::std::io::Result<::laminar_runtime::embedded::Replayed> {
            self.engine.replay(input, received_at)
        }

        /// What was counted so far.
        #[must_use]
        pub fn counts(&self) -> &::laminar_runtime::embedded::Counts {
            self.engine.counts()
        }
    }
}
