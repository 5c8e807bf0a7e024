//! The JSON decoder of a table: its shape and line as constants, and the trait that holds them.

use super::literal;
use super::table::Implemented;
use super::table::number;
use crate::ir::logical::{PathStep, Root, Validation};
use crate::ir::physical::{Decoder, JsonDecoder, LineStep, LineValue, Table};
use proc_macro2::TokenStream;
use quote::quote;

/// `impl Table for …`, and what it names.
///
/// # Panics
/// Where the table has something else.
pub(super) fn implementation(table: &Table, implemented: &Implemented<'_>) -> TokenStream {
    let Decoder::Json(decoder) = &table.decoder else {
        panic!("other formats have values");
    };
    let Implemented {
        program,
        prepare,
        check,
        flows,
        ..
    } = implemented;
    let (of, dispatch) = (&implemented.of, implemented.dispatch(None));
    let slots = number(decoder.slots.len());
    let line = line(decoder.line.as_deref());
    let validation = match decoder.validation {
        Validation::Strict => None,
        Validation::Lazy => Some(quote! {
            const VALIDATION: json::Validation = json::Validation::Lazy;
        }),
    };
    let trim = decoder.trim.then(|| {
        quote!(
            const TRIM: bool = true;
        )
    });
    let elements = match decoder.root {
        Root::Object => None,
        Root::Array => Some(quote!(
            const ELEMENTS: bool = true;
        )),
    };
    let shape = shape(decoder);
    quote! {
        #shape

        impl Table #of for #program {
            const SHAPE: &'static json::Shape = &json::Shape::new(#slots, &NODES);
            #validation
            #trim
            #elements
            const FLOWS: usize = #flows;

            #prepare
            #line
            #check

            #dispatch
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
fn shape(decoder: &JsonDecoder) -> TokenStream {
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
        let (index, node) = (proc_macro2::Literal::u32_unsuffixed(*index), number(*node));
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
