//! The shape of all columns of a table, as its decoder needs it. What queries need is a constant
//! of the generated code; this is made once in a process, where somebody asks.

use crate::decode::json::{Node, Shape};
use crate::spec::{DeclaredColumn, Origin, Step};

/// A table's shape, and the slot of each column that is in the payload.
pub(super) fn shape(columns: &[DeclaredColumn]) -> (&'static Shape, Vec<Option<u16>>) {
    let paths: Vec<Option<Vec<Step>>> = columns.iter().map(path).collect();
    let mut sorted: Vec<&[Step]> = paths.iter().flatten().map(Vec::as_slice).collect();
    sorted.sort_by(|one, other| order(one, other));
    sorted.dedup();
    let slot = |path: &Vec<Step>| sorted.iter().position(|known| *known == path.as_slice());
    let slots = paths.iter().map(|path| {
        let slot = slot(path.as_ref()?).expect("each path is among the sorted ones");
        Some(number(slot))
    });
    let slots = slots.collect();
    let mut nodes = Vec::new();
    add_node(&mut nodes, &sorted, 0, (0, sorted.len()));
    let nodes: Vec<Node> = nodes.into_iter().map(Growing::finish).collect();
    let shape = Box::leak(Box::new(Shape::new(sorted.len(), nodes.leak())));
    (shape, slots)
}

/// Where a column stands in the payload, if it does.
fn path(column: &DeclaredColumn) -> Option<Vec<Step>> {
    match column.origin {
        Origin::Key => Some(vec![Step::Key(column.name)]),
        Origin::Payload(path) => Some(path.to_vec()),
        Origin::Message(_) | Origin::Computed(_) => None,
    }
}

fn order(one: &[Step], other: &[Step]) -> std::cmp::Ordering {
    let key = |step: &Step| match *step {
        Step::Key(key) => (0, key, 0),
        Step::Index(index) => (1, "", index),
    };
    one.iter().map(key).cmp(other.iter().map(key))
}

/// A node whose members are not complete.
struct Growing {
    slot: Option<u16>,
    slots: (u16, u16),
    keys: Vec<(&'static str, u16)>,
    elements: Vec<(u32, u16)>,
}

impl Growing {
    fn finish(self) -> Node {
        Node {
            slot: self.slot,
            slots: self.slots,
            keys: self.keys.leak(),
            elements: self.elements.leak(),
        }
    }
}

/// Adds the node whose paths are `paths[range]`, all alike in their first `depth` steps, and all
/// below it; gives its index.
fn add_node(
    nodes: &mut Vec<Growing>,
    paths: &[&[Step]],
    depth: usize,
    range: (usize, usize),
) -> u16 {
    let (mut first, end) = range;
    let own = first < end && paths[first].len() == depth;
    let index = nodes.len();
    nodes.push(Growing {
        slot: own.then_some(number(first)),
        slots: (number(first), number(end)),
        keys: Vec::new(),
        elements: Vec::new(),
    });
    first += usize::from(own);
    while first < end {
        let step = paths[first][depth];
        let alike = paths[first..end].iter();
        let alike = alike.take_while(|path| path[depth] == step).count();
        let child = add_node(nodes, paths, depth + 1, (first, first + alike));
        match step {
            Step::Key(key) => nodes[index].keys.push((key, child)),
            Step::Index(element) => nodes[index].elements.push((element, child)),
        }
        first += alike;
    }
    number(index)
}

fn number(index: usize) -> u16 {
    u16::try_from(index).expect("a table has fewer columns than that")
}
