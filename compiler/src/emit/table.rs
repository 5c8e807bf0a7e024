//! A source table as a module: its columns, its decoder and its flows.

use super::expression::mentions;
use super::flow::{FlowContext, function};
use super::names::{Scope, Style, shown};
use super::patterns::Patterns;
use super::sites::Sites;
use super::{check, column::Constants, literal};
use crate::ir::logical::{PathStep, Root, Validation};
use crate::ir::physical::{Decoder, LineStep, LineValue, PhysicalPlan, Read, Table};
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
    /// Where expressions that can fail stand.
    pub(super) sites: Sites,
}

/// Emits the module of `table`, named within `modules`.
pub(super) fn module(
    plan: &PhysicalPlan,
    table: &Table,
    source: &SourceFile,
    modules: &mut Scope,
) -> TableModule {
    let module = modules.declare(&table.name, "table", Style::Snake);
    let mut items = Scope::default();
    let program = items.declare(&table.name, "table", Style::Camel);
    let constants = Constants::declare(&table.columns, &mut items);
    let patterns = Patterns::of(table, &mut items);
    let mut context = FlowContext {
        patterns: &patterns,
        table,
        constants: &constants,
        sinks: &plan
            .sinks
            .iter()
            .map(|sink| sink.name.as_str())
            .collect::<Vec<_>>(),
        source,
        sites: Sites::default(),
    };
    let names: Vec<_> = table
        .flows
        .iter()
        .map(|flow| items.declare(&flow.name, "flow", Style::Snake))
        .collect();
    let functions: Vec<_> = table
        .flows
        .iter()
        .zip(&names)
        .map(|(flow, name)| function(&mut context, flow, name, &mut items))
        .collect();
    let check = check::check(&mut context);
    let sites = context.sites;
    let (columns, shape) = (
        column_constants(table, &constants, &functions, &check),
        shape(&table.decoder),
    );
    let prepare = patterns.prepare();
    let implementation = implementation(table, &program, prepare.as_ref(), &check, &names);
    let patterns = patterns.statics();
    let (line, _) = source.line_column(table.span.start);
    let doc = format!(
        " Table `{}` (line {line}): its decoder and its flows.",
        shown(&table.name)
    );
    let tokens = quote! {
        #[doc = #doc]
        pub mod #module {
            use laminar_runtime::generated::*;

            /// The table's program.
            pub struct #program;

            #columns
            #patterns
            #shape
            #implementation
            #(#functions)*
        }
    };
    TableModule {
        module,
        program,
        tokens,
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

fn implementation(
    table: &Table,
    program: &Ident,
    prepare: Option<&TokenStream>,
    check: &TokenStream,
    functions: &[Ident],
) -> TokenStream {
    let (slots, flows) = (number(table.decoder.slots.len()), number(functions.len()));
    let line = line(table.decoder.line.as_deref());
    let arms = functions.iter().enumerate().map(|(at, function)| {
        let at = number(at);
        quote!(#at => #function(row, out),)
    });
    let validation = match table.decoder.validation {
        Validation::Strict => None,
        Validation::Lazy => Some(quote! {
            const VALIDATION: json::Validation = json::Validation::Lazy;
        }),
    };
    let trim = table.decoder.trim.then(|| {
        quote!(
            const TRIM: bool = true;
        )
    });
    let elements = match table.decoder.root {
        Root::Object => None,
        Root::Array => Some(quote!(
            const ELEMENTS: bool = true;
        )),
    };
    let count = match functions.len() {
        1 => "the table has 1 flow".to_owned(),
        several => format!("the table has {several} flows"),
    };
    quote! {
        impl Table for #program {
            const SHAPE: &'static json::Shape = &json::Shape::new(#slots, &NODES);
            #validation
            #trim
            #elements
            const FLOWS: usize = #flows;

            #prepare
            #line
            #check

            #[inline(always)]
            fn flow(flow: usize, row: Row<'_>, out: Out<'_>) -> Result<Outcome, RowError> {
                match flow {
                    #(#arms)*
                    _ => unreachable!(#count),
                }
            }
        }
    }
}

/// The declared keys in a row, each with the punctuation around it.
fn line(steps: Option<&[LineStep]>) -> Option<TokenStream> {
    let mut before = "{";
    let mut calls = TokenStream::new();
    for LineStep { key, value, slot } in steps? {
        let quote = match value {
            LineValue::String => "\"",
            LineValue::Number | LineValue::Word => "",
        };
        let key = literal::json_string(key);
        let key = literal::bytes(format!("{before}{key}:{quote}").as_bytes());
        let slot = slot.map(number);
        calls.extend(match (value, slot) {
            (LineValue::String, Some(slot)) => quote!(line.key(#key).string(#slot);),
            (LineValue::String, None) => quote!(line.key(#key).skip_string();),
            (LineValue::Number, Some(slot)) => quote!(line.key(#key).number(#slot);),
            (LineValue::Number, None) => quote!(line.key(#key).skip_number();),
            (LineValue::Word, Some(slot)) => quote!(line.key(#key).word(#slot);),
            (LineValue::Word, None) => quote!(line.key(#key).skip_word();),
        });
        before = match value {
            LineValue::String => "\",",
            LineValue::Number | LineValue::Word => ",",
        };
    }
    let keys = number(steps?.len());
    let end = literal::bytes(before.replace(',', "}").as_bytes());
    Some(quote! {
        const LINE: usize = #keys;

        #[inline(always)]
        fn line<W: json::Line>(line: &mut W) -> bool {
            #calls
            line.end(#end)
        }
    })
}

/// A node of the decoder's tree while it is built.
struct Node {
    slot: Option<usize>,
    slots: (usize, usize),
    keys: Vec<(String, usize)>,
    elements: Vec<(u32, usize)>,
}

/// The decoder's tree: nodes in depth-first order, as slots are.
fn shape(decoder: &Decoder) -> TokenStream {
    let mut nodes = Vec::new();
    add_node(&mut nodes, &decoder.slots, 0, (0, decoder.slots.len()));
    let count = number(nodes.len());
    let flat = nodes[0].keys.len() == decoder.slots.len() && nodes.len() == decoder.slots.len() + 1;
    let nodes = if flat {
        let keys = members(&nodes[0]);
        quote!(json::Node::flat(&[#(#keys),*]))
    } else {
        let nodes = nodes.iter().map(node);
        quote!([#(#nodes),*])
    };
    quote!(static NODES: [json::Node; #count] = #nodes;)
}

fn node(node: &Node) -> TokenStream {
    if let (Some(slot), [], []) = (node.slot, node.keys.as_slice(), node.elements.as_slice()) {
        let slot = number(slot);
        return quote!(json::Node::leaf(#slot));
    }
    let slot = literal::optional(node.slot.map(number));
    let (first, end) = (number(node.slots.0), number(node.slots.1));
    let keys = members(node);
    let elements = node.elements.iter().map(|(index, node)| {
        let (index, node) = (Literal::u32_unsuffixed(*index), number(*node));
        quote!((#index, #node))
    });
    quote! {
        json::Node {
            slot: #slot,
            slots: (#first, #end),
            keys: &[#(#keys),*],
            elements: &[#(#elements),*],
        }
    }
}

/// The node's members: keys and nodes.
fn members(node: &Node) -> Vec<TokenStream> {
    let members = node.keys.iter().map(|(key, node)| {
        let (key, node) = (literal::text(key), number(*node));
        quote!((#key, #node))
    });
    members.collect()
}

/// Adds the node whose paths are `slots[range]`, all alike in their first `depth` steps, and all
/// below it; gives its index.
fn add_node(
    nodes: &mut Vec<Node>,
    slots: &[Vec<PathStep>],
    depth: usize,
    range: (usize, usize),
) -> usize {
    let (mut first, end) = range;
    let own = first < end && slots[first].len() == depth;
    let index = nodes.len();
    nodes.push(Node {
        slot: own.then_some(first),
        slots: range,
        keys: Vec::new(),
        elements: Vec::new(),
    });
    first += usize::from(own);
    while first < end {
        let step = &slots[first][depth];
        let alike = slots[first..end]
            .iter()
            .take_while(|path| path[depth] == *step)
            .count();
        let child = add_node(nodes, slots, depth + 1, (first, first + alike));
        match step {
            PathStep::Key(key) => nodes[index].keys.push((key.clone(), child)),
            PathStep::Index(element) => nodes[index].elements.push((*element, child)),
        }
        first += alike;
    }
    index
}

fn number(number: usize) -> Literal {
    Literal::usize_unsuffixed(number)
}
