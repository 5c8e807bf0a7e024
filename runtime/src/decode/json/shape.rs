//! What a decoder must find, and what it leaves behind.

/// The places that a table's queries need, as a tree of keys.
#[derive(Debug)]
pub struct Shape {
    /// How many cells a message fills.
    pub slots: usize,
    /// The tree; node 0 is the document itself.
    pub nodes: &'static [Node],
}

/// A place in the document.
#[derive(Debug)]
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

/// What was found for a slot.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cell {
    /// What kind of value.
    pub kind: Kind,
    /// Offset of the value in the payload; of a string: of the byte behind its opening quote.
    pub start: u32,
    /// Length in bytes; of a string: without its quotes.
    pub len: u32,
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
    /// A number without fraction and exponent.
    Integer,
    /// Any other number.
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

/// A cursor that reads a message on the straight line.
#[derive(Debug)]
pub struct StraightLine<'c, 'm> {
    payload: &'m [u8],
    at: usize,
    cells: &'c mut [Cell],
}

impl<'c, 'm> StraightLine<'c, 'm> {
    /// A cursor at the start of `payload`.
    pub fn new(payload: &'m [u8], cells: &'c mut [Cell]) -> Self {
        Self {
            payload,
            at: 0,
            cells,
        }
    }
}
