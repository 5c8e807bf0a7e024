//! A source table as a module: its columns, its decoder and its flows.

use super::expression::mentions;
use super::flow::{self, FlowContext, function};
use super::form::Form;
use super::names::{Scope, Style, shown};
use super::patterns::Patterns;
use super::sites::Sites;
use super::values::Values;
use super::{check, column::Constants, json, row};
use crate::ir::physical::{Decoder, Generated, PhysicalPlan, Read, Table};
use crate::source::SourceFile;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// A table's module.
pub(super) struct TableModule {
    /// The module's name.
    pub(super) module: Ident,
    /// The type that implements `Table`.
    pub(super) program: Ident,
    /// The module.
    pub(super) tokens: TokenStream,
    /// The static that says how payloads are written, where somebody can ask for them.
    pub(super) datum: Option<Ident>,
    /// Where expressions that can fail stand.
    pub(super) sites: Sites,
    /// The function that makes what computes its generated columns, where somebody can ask.
    pub(super) generated: Option<TokenStream>,
}

/// Emits the module of `table`, named within `modules`, and that of its generated columns.
pub(super) fn module(
    plan: &PhysicalPlan,
    table: &Table,
    source: &SourceFile,
    modules: &mut Scope,
) -> TableModule {
    let module = modules.declare(&table.name, "table", Style::Snake);
    let form = Form::Written(&plan.sinks);
    let is_told = table.history.is_some();
    let content = content((form, is_told), table, source, &mut Scope::default());
    let mut tokens = written(&module, &content.doc, &content.tokens);
    let generated = table.generated.as_deref();
    let generated = generated.map(|generated| {
        let (item, made) = self::generated(generated, source, modules);
        tokens.extend(item);
        made
    });
    TableModule {
        module,
        program: content.program,
        tokens,
        datum: content.datum,
        sites: content.sites,
        generated,
    }
}

/// The module of generated columns, and the function that makes what computes them. Whoever asks
/// is told how many of them could not be, not where: so there are no sites.
fn generated(
    generated: &Generated,
    source: &SourceFile,
    modules: &mut Scope,
) -> (TokenStream, TokenStream) {
    let Generated { table, sink } = generated;
    let module = modules.declare(&format!("{} generated", table.name), "table", Style::Snake);
    let form = Form::Written(std::slice::from_ref(sink));
    let content = content((form, false), table, source, &mut Scope::default());
    let doc = format!(
        " Table `{}` for those who ask: its generated columns.",
        shown(&table.name)
    );
    let program = &content.program;
    let made = match table.decoder {
        Decoder::Json(_) => quote!(generated),
        Decoder::Raw(_) | Decoder::Avro(_) => quote!(generated_typed),
    };
    (
        written(&module, &doc, &content.tokens),
        quote!(laminar_runtime::program::#made::<#module::#program>),
    )
}

/// A module.
fn written(module: &Ident, doc: &str, tokens: &TokenStream) -> TokenStream {
    quote! {
        #[doc = #doc]
        pub mod #module {
            use laminar_runtime::generated::*;

            #tokens
        }
    }
}

/// What a table's module holds.
pub(super) struct Content {
    /// The type that implements `Table`.
    pub(super) program: Ident,
    /// The items.
    pub(super) tokens: TokenStream,
    /// What they are.
    pub(super) doc: String,
    /// The static that says how payloads are written, where somebody can ask for them.
    pub(super) datum: Option<Ident>,
    /// Where expressions that can fail stand.
    pub(super) sites: Sites,
}

/// The items of a table's module, named within `items`; where `is_told`, with what it takes to
/// tell whole messages.
pub(super) fn content(
    (form, is_told): (Form<'_>, bool),
    table: &Table,
    source: &SourceFile,
    items: &mut Scope,
) -> Content {
    let program = items.declare(&table.name, "table", Style::Camel);
    let constants = Constants::declare(&table.columns, items);
    let values = Values::of(table, items);
    let patterns = Patterns::of(table, items);
    let mut context = FlowContext {
        patterns: &patterns,
        values: values.as_ref(),
        table,
        constants: &constants,
        form,
        source,
        sites: Sites::default(),
    };
    let flows = match form {
        Form::Written(_) | Form::Handed(_) => table.flows.iter(),
        Form::Returned(_) => [].iter(),
    };
    let names: Vec<_> = flows
        .clone()
        .map(|flow| items.declare(&flow.name, "flow", Style::Snake))
        .collect();
    let mut functions: Vec<_> = flows
        .zip(&names)
        .map(|(flow, name)| function(&mut context, flow, name, items))
        .collect();
    if let Form::Returned(row) = form {
        functions.push(row::implementation(&mut context, row, &program));
    }
    let check = check::check(&mut context);
    let sites = context.sites;
    let columns = column_constants(table, &constants, &functions, &check);
    let implemented = Implemented::new(table, form, &program, patterns.prepare(), &check, &names);
    let code: Vec<_> = functions.iter().chain([&check]).collect();
    let (implementation, datum) = match &values {
        Some(values) => values.implementation(table, &implemented, &code, (items, is_told)),
        None => (json::implementation(table, &implemented), None),
    };
    let patterns = patterns.statics();
    let (line, _) = source.line_column(table.span.start);
    let name = shown(&table.name);
    let tokens = quote! {
        /// The table's program.
        pub struct #program;

        #columns
        #patterns
        #implementation
        #(#functions)*
    };
    Content {
        tokens,
        datum,
        doc: format!(" Table `{name}` (line {line}): its decoder and its flows."),
        program,
        sites,
    }
}

/// `const SENSOR_ID: Column = …;` for each column that comes from the payload, and its pattern.
fn column_constants(
    table: &Table,
    constants: &[Constants],
    functions: &[TokenStream],
    check: &TokenStream,
) -> TokenStream {
    let columns = table.columns.iter().zip(constants).enumerate();
    columns
        .filter_map(|(index, (column, constant))| {
            let Read::Slot { slot, .. } = column.read else {
                return None;
            };
            let (slot, index) = (number(slot), number(index));
            // a column that is only checked needs none
            let is_read = |name| {
                let mut code = functions.iter().chain([check]);
                code.any(|code| mentions(code, name))
            };
            let pattern = constant.pattern.as_ref().filter(|name| is_read(name));
            let pattern = pattern.and_then(|_| constant.pattern_of(column));
            let constant = &constant.column;
            // a comment only where the constant's name does not say it
            let changed = !constant.to_string().eq_ignore_ascii_case(&column.name);
            let doc = format!(" `{}`", shown(&column.name));
            let doc = changed.then(|| quote!(#[doc = #doc]));
            Some(quote! {
                #doc
                const #constant: Column = Column { slot: #slot, index: #index };
                #pattern
            })
        })
        .collect()
}

/// What an implementation of a table's trait is made of.
pub(super) struct Implemented<'a> {
    pub(super) program: &'a Ident,
    /// What the trait is told of where rows go.
    pub(super) of: Option<TokenStream>,
    /// `fn prepare`, where there is one.
    pub(super) prepare: Option<TokenStream>,
    /// `fn check`
    pub(super) check: &'a TokenStream,
    /// How many flows there are.
    pub(super) flows: Literal,
    /// An arm for each of them.
    arms: Vec<TokenStream>,
    /// What is wrong where no arm fits.
    otherwise: String,
    /// The type of what takes rows.
    out: TokenStream,
}

impl<'a> Implemented<'a> {
    fn new(
        table: &Table,
        form: Form<'_>,
        program: &'a Ident,
        prepare: Option<TokenStream>,
        check: &'a TokenStream,
        functions: &[Ident],
    ) -> Self {
        let arguments = flow::arguments(table);
        let arms = functions.iter().enumerate().map(|(at, function)| {
            let at = number(at);
            quote!(#at => #function(#arguments out),)
        });
        Self {
            program,
            of: form.output(),
            out: form.out(),
            prepare,
            check,
            flows: number(functions.len()),
            arms: arms.collect(),
            otherwise: match functions.len() {
                1 => "the table has 1 flow".to_owned(),
                several => format!("the table has {several} flows"),
            },
        }
    }

    /// `fn flow`; `values` is what it is given beside the row.
    pub(super) fn dispatch(&self, values: Option<&TokenStream>) -> TokenStream {
        let Self {
            arms,
            otherwise,
            out,
            ..
        } = self;
        if arms.is_empty() {
            let values = values.map(|_| quote!(_: &Self::Values<'_>,));
            return quote! {
                fn flow(_: usize, _: Row<'_>, #values _: #out) -> Result<Outcome, RowError> {
                    ::core::unreachable!("the table has no flows")
                }
            };
        }
        quote! {
            #[inline(always)]
            fn flow(
                flow: usize,
                row: Row<'_>,
                #values
                out: #out,
            ) -> Result<Outcome, RowError> {
                match flow {
                    #(#arms)*
                    _ => ::core::unreachable!(#otherwise),
                }
            }
        }
    }
}

pub(super) fn number(number: usize) -> Literal {
    Literal::usize_unsuffixed(number)
}
