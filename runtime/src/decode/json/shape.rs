//! What a decoder must find, and what it leaves behind.

use crate::value::digits::Digits;

/// The places that a table's queries need, as a tree of keys.
#[derive(Debug)]
pub struct Shape {
    /// How many cells a message fills.
    pub slots: usize,
    /// The tree; node 0 is the document itself.
    pub nodes: &'static [Node],
}

impl Shape {
    /// The shape of a tree with so many slots.
    pub const fn new(slots: usize, nodes: &'static [Node]) -> Self {
        Self { slots, nodes }
    }
}

/// A place in the document.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// The slot that the value here fills, if it is needed itself.
    pub slot: Option<u16>,
    /// Slots at and below this node: the half-open range `[first, end)`. Slots are numbered in
    /// depth-first order, so that a duplicate key can clear all that an earlier one has set.
    pub slots: (u16, u16),
    /// Members that are needed: key and node.
    pub keys: &'static [(&'static str, u16)],
    /// Array elements that are needed: index from 0 and node.
    pub elements: &'static [(u32, u16)],
}

impl Node {
    /// The nodes of a flat document: the root, with `keys` in the order of their nodes, then a
    /// leaf for each of them. `NODES` is one more than there are keys.
    pub const fn flat<const NODES: usize>(keys: &'static [(&'static str, u16)]) -> [Self; NODES] {
        assert!(
            keys.len() + 1 == NODES,
            "one node for each key and the root"
        );
        let mut nodes = [Self::leaf(0); NODES];
        let mut slots = 0;
        while (slots as usize) + 1 < NODES {
            nodes[slots as usize + 1] = Self::leaf(slots);
            slots += 1;
        }
        nodes[0] = Self {
            slot: None,
            slots: (0, slots),
            keys,
            elements: &[],
        };
        nodes
    }

    /// A value that is needed itself, and nothing within it.
    pub const fn leaf(slot: u16) -> Self {
        Self {
            slot: Some(slot),
            slots: (slot, slot + 1),
            keys: &[],
            elements: &[],
        }
    }
}

/// What was found for a slot.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cell {
    /// What kind of value.
    pub kind: Kind,
    /// How a number is written, where the tier that found it knows.
    pub(crate) digits: Digits,
    /// Offset of the value in the payload; of a string: of the byte behind its opening quote.
    pub start: u32,
    /// Length in bytes; of a string: without its quotes.
    pub len: u32,
}

/// Cells are equal that say the same of the message; what helps to read it does not count.
impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, self.start, self.len) == (other.kind, other.start, other.len)
    }
}

impl Eq for Cell {}

impl Cell {
    /// A value from offset `start` up to `end`.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "payloads above 4 GiB are turned away before they are scanned"
    )]
    pub(super) fn new(kind: Kind, start: usize, end: usize) -> Self {
        Self {
            kind,
            digits: Digits::default(),
            start: start as u32,
            len: (end - start) as u32,
        }
    }

    /// The offset of the value's first byte, a string's opening quote included.
    #[inline]
    pub fn offset(self) -> u32 {
        self.start - self.quotes()
    }

    /// The value's text in `payload`, a string's quotes included.
    pub fn text(self, payload: &[u8]) -> &[u8] {
        let start = self.offset() as usize;
        &payload[start..start + self.len as usize + 2 * self.quotes() as usize]
    }

    /// The value's text in `payload`, of a string what stands between its quotes.
    #[inline]
    pub fn inner(self, payload: &[u8]) -> &[u8] {
        &payload[self.start as usize..][..self.len as usize]
    }

    /// Quotes on each side.
    fn quotes(self) -> u32 {
        u32::from(self.kind.is_string())
    }
}

/// The kinds of values that a cell can hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// No such key, or `null` on the way to it.
    #[default]
    Missing,
    /// `null`
    Null,
    /// `false`
    False,
    /// `true`
    True,
    /// A number.
    Number,
    /// A string without escapes.
    String,
    /// A string with escapes, all of them well-formed.
    EscapedString,
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// A value that is no object (or array) stands on the way to the place.
    Blocked,
}

impl Kind {
    /// With or without escapes.
    #[inline]
    pub fn is_string(self) -> bool {
        matches!(self, Self::String | Self::EscapedString)
    }

    /// NULL to SQL: nothing there, or `null`.
    #[inline]
    pub fn is_null(self) -> bool {
        matches!(self, Self::Missing | Self::Null)
    }
}
