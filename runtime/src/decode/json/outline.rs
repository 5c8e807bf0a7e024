//! What an accepted message looks like: cut at its scalars, for the tiers that learn from it.
//!
//! The message is known to be valid JSON without a backslash, so nothing is checked here.

use super::index::MAX_SEGMENTS;
use super::shape::{Node, Shape};

/// What stands between two structural commas.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    /// Offset of the comma in front of it; 0 of the first.
    pub(super) begin: usize,
    /// Where its scalar starts (a string's first byte behind the quote) …
    pub(super) start: usize,
    /// … and ends (a string's closing quote).
    pub(super) end: usize,
    /// What its scalar is.
    pub(super) leaf: Leaf,
    /// The slot that the scalar fills.
    pub(super) slot: Option<u16>,
    /// The containers that are open at its comma.
    pub(super) outer: u8,
    /// The containers that are open at its scalar.
    pub(super) inner: u8,
    /// Needed nodes whose value begins here, a bit each.
    pub(super) nodes: u64,
}

/// A scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    String,
    Number,
    /// true, false or null.
    Word,
    /// None: an empty container, or a null that must stay one.
    Nothing,
}

/// A message's segments.
#[derive(Debug)]
pub(super) struct Outline {
    pub(super) segments: Vec<Segment>,
    /// Whether what is needed of it can be told without its order: no needed container as a
    /// whole, no needed element, no container that blocks the way.
    pub(super) unordered: bool,
}

/// Stacks of open containers as numbers. Containers that nothing is needed of are alike.
#[derive(Debug)]
pub(super) struct Contexts {
    known: Box<[Context; CONTEXTS]>,
    count: u8,
}

/// Numbers that a context can have.
const CONTEXTS: usize = 256;

/// Containers within each other, at most, in a message that is learned from: what nests deeper is
/// not what devices send.
const MOST_OPEN: usize = 32;

/// A stack of open containers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Context {
    /// The stack without its innermost container.
    pub(super) parent: u8,
    /// How the innermost container closes.
    pub(super) closing: u8,
    /// The node of its value.
    node: Option<u16>,
}

/// Nothing is open.
pub(super) const OUTSIDE: u8 = 0;

impl Contexts {
    pub(super) fn new() -> Self {
        let outside = Context {
            parent: OUTSIDE,
            closing: 0,
            node: None,
        };
        Self {
            known: Box::new([outside; CONTEXTS]),
            count: 1,
        }
    }

    /// What is open in context `number`.
    #[inline(always)]
    pub(super) fn get(&self, number: u8) -> Context {
        self.known[usize::from(number)]
    }

    /// Whether there is no room for all that one message may add.
    pub(super) fn is_full(&self) -> bool {
        usize::from(self.count) + MOST_OPEN >= CONTEXTS
    }

    /// The number of `context`, a new one if need be; None where there are too many.
    fn number(&mut self, context: Context) -> Option<u8> {
        let count = usize::from(self.count);
        let known = self.known[..count]
            .iter()
            .skip(1)
            .position(|known| *known == context);
        if let Some(position) = known {
            return u8::try_from(position + 1).ok();
        }
        let number = self.count;
        self.count = number.checked_add(1)?;
        self.known[usize::from(number)] = context;
        Some(number)
    }
}

/// Cuts `text`. None where a template would not do: it nests in too many ways, or a scalar stands
/// where the shape needs something below.
pub(super) fn outline(text: &[u8], shape: &Shape, contexts: &mut Contexts) -> Option<Outline> {
    let known = contexts.count;
    let outline = walk(text, shape, contexts);
    if outline.is_none() {
        contexts.count = known;
    }
    outline
}

fn walk(text: &[u8], shape: &Shape, contexts: &mut Contexts) -> Option<Outline> {
    let mut walk = Walk {
        text,
        nodes: shape.nodes,
        contexts,
        context: OUTSIDE,
        node: Some(0),
        indices: Vec::new(),
        key_next: false,
        just_opened: false,
        current: Segment::at(0, OUTSIDE),
        outline: Outline {
            segments: Vec::new(),
            unordered: shape.nodes.len() <= 64,
        },
    };
    let mut at = 0;
    while at < text.len() {
        at = walk.token(at)?;
    }
    walk.outline.segments.push(walk.current);
    Some(walk.outline)
}

impl Segment {
    fn at(begin: usize, context: u8) -> Self {
        Self {
            begin,
            start: begin,
            end: begin,
            leaf: Leaf::Nothing,
            slot: None,
            outer: context,
            inner: context,
            nodes: 0,
        }
    }
}

struct Walk<'t, 'c> {
    text: &'t [u8],
    nodes: &'static [Node],
    contexts: &'c mut Contexts,
    context: u8,
    /// The node of the next value.
    node: Option<u16>,
    /// The index of the current member in each open container.
    indices: Vec<u32>,
    key_next: bool,
    /// The last token opened a container.
    just_opened: bool,
    current: Segment,
    outline: Outline,
}

impl Walk<'_, '_> {
    /// Takes the token at `at` and gives its end.
    fn token(&mut self, at: usize) -> Option<usize> {
        match self.text[at] {
            b' ' | b'\t' | b'\n' | b'\r' | b':' => Some(at + 1),
            b'{' => self.open(at, b'}'),
            b'[' => self.open(at, b']'),
            b'}' | b']' => {
                self.close(at);
                Some(at + 1)
            }
            b',' => self.comma(at),
            b'"' => {
                let len = self.text[at + 1..].iter().position(|&byte| byte == b'"')?;
                let (start, end) = (at + 1, at + 1 + len);
                if self.key_next {
                    self.key(&self.text[start..end]);
                } else {
                    self.scalar(start, end, Leaf::String)?;
                }
                Some(end + 1)
            }
            first => {
                let ends = |byte: &u8| b",}] \t\n\r".contains(byte);
                let len = self.text[at..].iter().position(ends);
                let end = len.map_or(self.text.len(), |len| at + len);
                let leaf = match first {
                    b't' | b'f' | b'n' => Leaf::Word,
                    _ => Leaf::Number,
                };
                self.scalar(at, end, leaf)?;
                Some(end)
            }
        }
    }

    fn open(&mut self, at: usize, closing: u8) -> Option<usize> {
        if let Some(node) = self.node {
            self.visit(node);
            let node = &self.nodes[usize::from(node)];
            // elements are told apart by their order, and an array in place of an object, or the
            // reverse, blocks the way to what is needed below
            let told = node.elements.is_empty() && (closing == b'}' || node.keys.is_empty());
            self.outline.unordered &= node.slot.is_none() && told;
        }
        if self.indices.len() >= MOST_OPEN {
            return None;
        }
        self.context = self.contexts.number(Context {
            parent: self.context,
            closing,
            node: self.node,
        })?;
        self.indices.push(0);
        self.just_opened = true;
        self.key_next = closing == b'}';
        self.node = (closing == b']').then(|| self.element()).flatten();
        Some(at + 1)
    }

    fn close(&mut self, at: usize) {
        self.context = self.contexts.get(self.context).parent;
        self.indices.pop();
        if self.just_opened {
            self.leaf(at + 1, at + 1, Leaf::Nothing);
        }
    }

    fn comma(&mut self, at: usize) -> Option<usize> {
        self.outline.segments.push(self.current);
        if self.outline.segments.len() >= MAX_SEGMENTS {
            return None;
        }
        self.current = Segment::at(at, self.context);
        let closing = self.contexts.get(self.context).closing;
        self.key_next = closing == b'}';
        *self.indices.last_mut()? += 1;
        self.node = (closing == b']').then(|| self.element()).flatten();
        Some(at + 1)
    }

    fn key(&mut self, key: &[u8]) {
        let parent = self.contexts.get(self.context).node;
        self.node = parent.and_then(|parent| {
            let keys = self.nodes[usize::from(parent)].keys;
            let found = keys.iter().find(|(name, _)| name.as_bytes() == key);
            found.map(|&(_, node)| node)
        });
        self.key_next = false;
        self.just_opened = false;
    }

    /// The node of the current element of the array that was entered last.
    fn element(&self) -> Option<u16> {
        let parent = self.contexts.get(self.context).node?;
        let index = *self.indices.last()?;
        let elements = self.nodes[usize::from(parent)].elements;
        let found = elements.iter().find(|&&(wanted, _)| wanted == index);
        found.map(|&(_, node)| node)
    }

    fn scalar(&mut self, start: usize, end: usize, leaf: Leaf) -> Option<()> {
        let Some(number) = self.node else {
            self.leaf(start, end, leaf);
            return Some(());
        };
        self.visit(number);
        let node = &self.nodes[usize::from(number)];
        if node.keys.is_empty() && node.elements.is_empty() {
            self.leaf(start, end, leaf);
            self.current.slot = node.slot;
            return Some(());
        }
        // null means that everything below is missing; any other scalar blocks the way to it
        let is_null = leaf == Leaf::Word && &self.text[start..end] == b"null";
        if !is_null || node.slot.is_some() {
            return None;
        }
        self.leaf(end, end, Leaf::Nothing);
        Some(())
    }

    fn leaf(&mut self, start: usize, end: usize, leaf: Leaf) {
        self.current.start = start;
        self.current.end = end;
        self.current.leaf = leaf;
        self.current.inner = self.context;
        self.just_opened = false;
    }

    fn visit(&mut self, node: u16) {
        self.current.nodes |= 1_u64.checked_shl(u32::from(node)).unwrap_or(0);
    }
}
