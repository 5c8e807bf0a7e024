//! The reference path: complete, strict and iterative.
//!
//! Containers that hold something needed are kept on a stack of frames, at most as deep as the
//! shape; everything else is skipped with one bit a level.
//!
//! Under [`Validation::Lazy`] what nothing needs is skipped unchecked. What is needed is read as
//! ever: the containers on the way to it with their keys, and the values themselves, UTF-8
//! included, for which the message as a whole is not looked at. Keys are compared as bytes.

use super::escape;
use super::input::{Bracket, Input, MAX_DEPTH};
use super::level::Level;
use super::shape::{Cell, Kind, Node, Shape};
use super::skip;
use super::text::Text;
use crate::error::{Reason, RowError};

/// The document's node.
const ROOT: u16 = 0;

/// How much of a message is validated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validation {
    /// Every byte.
    #[default]
    Strict,
    /// What the shape asks for, and the way there.
    Lazy,
}

/// The reference path of a table, with the scratch memory it works in.
#[derive(Debug)]
pub struct Reference {
    shape: &'static Shape,
    open: Vec<Frame>,
}

/// A container that is open and holds something needed.
#[derive(Clone, Copy, Debug)]
struct Frame {
    node: u16,
    bracket: Bracket,
    /// Offset of its opening bracket.
    start: usize,
    /// Index of the current element.
    index: u32,
}

impl Reference {
    /// The path for `shape`.
    pub fn new(shape: &'static Shape) -> Self {
        Self {
            shape,
            open: Vec::with_capacity(MAX_DEPTH),
        }
    }

    /// Decodes `payload` into `cells`, one for each of the shape's slots. After an error the cells
    /// hold nothing of use.
    pub fn decode(&mut self, payload: &[u8], cells: &mut [Cell]) -> Result<(), RowError> {
        check_length(payload)?;
        if let Err(error) = std::str::from_utf8(payload) {
            return Err(RowError::payload(Reason::Utf8, error.valid_up_to()));
        }
        self.parse(payload, cells, Everything).document()
    }

    /// The same of a text, validated as a table asks; for those who are in no hurry.
    pub(crate) fn decode_text(
        &mut self,
        text: Text<'_>,
        validation: Validation,
        cells: &mut [Cell],
    ) -> Result<(), RowError> {
        match validation {
            Validation::Strict => self.decode(text.bytes(), cells),
            Validation::Lazy => self.decode_lazily(super::level::Portable, text, cells),
        }
    }

    /// The same under [`Validation::Lazy`].
    #[inline(never)]
    pub(super) fn decode_lazily<L: Level>(
        &mut self,
        level: L,
        text: Text<'_>,
        cells: &mut [Cell],
    ) -> Result<(), RowError> {
        check_length(text.bytes())?;
        self.parse(text.bytes(), cells, Needed { level, text })
            .document()
    }

    fn parse<'d, 'p, E: Extent>(
        &'d mut self,
        payload: &'p [u8],
        cells: &'d mut [Cell],
        extent: E,
    ) -> Parse<'d, 'p, E> {
        cells.fill(Cell::default());
        self.open.clear();
        Parse {
            nodes: self.shape.nodes,
            open: &mut self.open,
            input: Input { payload, at: 0 },
            cells,
            extent,
        }
    }
}

fn check_length(payload: &[u8]) -> Result<(), RowError> {
    match u32::try_from(payload.len()) {
        Ok(_) => Ok(()),
        Err(_) => Err(RowError::payload(Reason::TooLarge, 0)),
    }
}

/// What of a message is validated.
trait Extent: Copy {
    /// Whether that is all of it, and UTF-8 as a whole was before.
    const EVERYTHING: bool;

    /// Skips a value that nothing needs, `depth` levels below the document.
    fn skip(self, input: &mut Input<'_>, depth: usize) -> Result<(), RowError>;
}

/// [`Validation::Strict`]
#[derive(Clone, Copy)]
struct Everything;

/// [`Validation::Lazy`]
#[derive(Clone, Copy)]
struct Needed<'p, L> {
    level: L,
    /// The input's payload.
    text: Text<'p>,
}

impl Extent for Everything {
    const EVERYTHING: bool = true;

    #[inline]
    fn skip(self, input: &mut Input<'_>, depth: usize) -> Result<(), RowError> {
        input.skip_value(depth)
    }
}

impl<L: Level> Extent for Needed<'_, L> {
    const EVERYTHING: bool = false;

    #[inline]
    fn skip(self, input: &mut Input<'_>, _: usize) -> Result<(), RowError> {
        let end = skip::value(self.level, self.text, input.at);
        input.at = end.map_err(|at| RowError::payload(Reason::Syntax, at))?;
        Ok(())
    }
}

/// One run of the decoder.
struct Parse<'d, 'p, E> {
    nodes: &'static [Node],
    open: &'d mut Vec<Frame>,
    input: Input<'p>,
    cells: &'d mut [Cell],
    extent: E,
}

/// What comes behind a value.
enum Next {
    /// Another, with its node if it is needed.
    Value(Option<u16>),
    /// The document's end.
    End,
}

impl<E: Extent> Parse<'_, '_, E> {
    fn document(mut self) -> Result<(), RowError> {
        let start = self.input.white_space();
        let root = &self.nodes[usize::from(ROOT)];
        let fits = match self.input.peek() {
            Some(b'{') => true,
            Some(b'[') => root.slot.is_some() || !root.elements.is_empty(),
            _ => root.slot.is_some(),
        };
        let mut node = Some(ROOT);
        loop {
            let opened = match node {
                Some(node) => self.needed_value(node)?,
                None => self.skip().map(|()| false)?,
            };
            match self.next_value(opened)? {
                Next::Value(next) => node = next,
                Next::End => break,
            }
        }
        self.input.white_space();
        if self.input.peek().is_some() {
            return Err(self.input.syntax());
        }
        if fits {
            Ok(())
        } else {
            Err(RowError::payload(Reason::NotAnObject, start))
        }
    }

    /// Reads the value of `node`, or the opening bracket of one that has needed values in it:
    /// true.
    fn needed_value(&mut self, node: u16) -> Result<bool, RowError> {
        let start = self.input.at;
        let (bracket, descend) = match self.input.peek() {
            Some(b'{') => (Bracket::Object, !self.node(node).keys.is_empty()),
            Some(b'[') => (Bracket::Array, !self.node(node).elements.is_empty()),
            _ => {
                let cell = self.input.scalar()?;
                self.check_utf8(node, start)?;
                self.set_scalar(node, cell);
                return Ok(false);
            }
        };
        self.enter(node, bracket, start);
        if descend {
            self.input.check_depth(self.open.len())?;
            self.input.at += 1;
            self.open.push(Frame {
                node,
                bracket,
                start,
                index: 0,
            });
            return Ok(true);
        }
        if self.node(node).slot.is_some() {
            self.input.skip_value(self.open.len())?;
        } else {
            self.skip()?;
        }
        self.set_container(node, bracket, start)?;
        Ok(false)
    }

    /// Skips a value that is needed at most as a part of another.
    fn skip(&mut self) -> Result<(), RowError> {
        let depth = self.open.len();
        let is_needed = |frame: &Frame| self.nodes[usize::from(frame.node)].slot.is_some();
        if !E::EVERYTHING && self.open.iter().any(is_needed) {
            return self.input.skip_value(depth);
        }
        self.extent.skip(&mut self.input, depth)
    }

    /// A value of `node` that starts at `start` and ends here is UTF-8, if it is needed itself.
    fn check_utf8(&self, node: u16, start: usize) -> Result<(), RowError> {
        if E::EVERYTHING || self.node(node).slot.is_none() {
            return Ok(());
        }
        match std::str::from_utf8(&self.input.payload[start..self.input.at]) {
            Ok(_) => Ok(()),
            Err(error) => Err(RowError::payload(Reason::Utf8, start + error.valid_up_to())),
        }
    }

    /// Goes on to the next value. `opened`: the bracket of the innermost frame was just read.
    fn next_value(&mut self, opened: bool) -> Result<Next, RowError> {
        let mut first = opened;
        while let Some(&frame) = self.open.last() {
            self.input.white_space();
            match self.input.peek() {
                Some(byte) if byte == frame.bracket.closing() => {
                    self.input.at += 1;
                    self.open.pop();
                    self.set_container(frame.node, frame.bracket, frame.start)?;
                    first = false;
                    continue;
                }
                Some(b',') if !first => {
                    self.input.at += 1;
                    self.input.white_space();
                }
                Some(_) if first => {}
                _ => return Err(self.input.syntax()),
            }
            let node = match frame.bracket {
                Bracket::Object => self.key(frame.node)?,
                Bracket::Array => self.element(first),
            };
            return Ok(Next::Value(node));
        }
        Ok(Next::End)
    }

    /// Reads a key of `node` up to its value.
    fn key(&mut self, node: u16) -> Result<Option<u16>, RowError> {
        let key = self.input.key()?;
        let keys = self.node(node).keys;
        let text = key.inner(self.input.payload);
        let found = if key.kind == Kind::String {
            keys.iter().find(|(key, _)| key.as_bytes() == text)
        } else {
            keys.iter().find(|(key, _)| escape::stands_for(text, key))
        };
        Ok(found.map(|&(_, node)| node))
    }

    /// Counts the element that starts here.
    fn element(&mut self, first: bool) -> Option<u16> {
        let frame = self.open.last_mut().expect("an array is open");
        frame.index += u32::from(!first);
        let Frame { node, index, .. } = *frame;
        let elements = self.node(node).elements;
        let found = elements.iter().find(|&&(wanted, _)| wanted == index);
        found.map(|&(_, node)| node)
    }

    fn node(&self, node: u16) -> &'static Node {
        &self.nodes[usize::from(node)]
    }

    /// Sets a value that has nothing below it, over all that an earlier one has set.
    fn set_scalar(&mut self, node: u16, cell: Cell) {
        let node = self.node(node);
        let below = if cell.kind == Kind::Null {
            Cell::default()
        } else {
            Cell {
                kind: Kind::Blocked,
                start: cell.offset(),
                ..cell
            }
        };
        self.slots(node).fill(below);
        if let Some(slot) = node.slot {
            self.cells[usize::from(slot)] = cell;
        }
    }

    /// Clears what an earlier value has set, and blocks the ways that this container has not.
    fn enter(&mut self, node: u16, bracket: Bracket, start: usize) {
        let node = self.node(node);
        self.slots(node).fill(Cell::default());
        let blocked = Cell::new(Kind::Blocked, start, start + 1);
        match bracket {
            Bracket::Object => {
                for &(_, child) in node.elements {
                    self.slots(self.node(child)).fill(blocked);
                }
            }
            Bracket::Array => {
                for &(_, child) in node.keys {
                    self.slots(self.node(child)).fill(blocked);
                }
            }
        }
    }

    /// Sets a container that ends here.
    fn set_container(&mut self, node: u16, bracket: Bracket, start: usize) -> Result<(), RowError> {
        self.check_utf8(node, start)?;
        if let Some(slot) = self.node(node).slot {
            self.cells[usize::from(slot)] = Cell::new(bracket.kind(), start, self.input.at);
        }
        Ok(())
    }

    fn slots(&mut self, node: &Node) -> &mut [Cell] {
        let (first, end) = node.slots;
        &mut self.cells[usize::from(first)..usize::from(end)]
    }
}
