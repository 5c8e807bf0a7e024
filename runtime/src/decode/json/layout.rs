//! The layout cache: short messages that are written alike, byte class for byte class.
//!
//! A layout says of each byte of a message what it may be: one byte where the message has a key,
//! punctuation or a word, a digit where it has a digit, any plain character within a string. A
//! message whose bytes are all in their class is valid JSON with its tokens at the same places as
//! the message that the layout was learned from, so what the decoder would find is known before
//! it looks. There is no scan, and no branch that depends on the data but one.
//!
//! What the classes leave open is settled by the *marks*, the places of `"`, `\`, `-` and `.`,
//! which must be equal: so no string holds a quote or a backslash (where a string has a `-` or
//! `.`, one of these two must stand), and signs and points stand where they stood. The first
//! digit of a number of several digits is not zero.
//!
//! The slot of a layout is a hash of marks and length.

use super::gate::Gate;
use super::level::{BLOCK, Level, Portable, halves};
use super::outline::{Leaf, Outline};
use super::shape::{Cell, Kind};
use super::text::Text;
use crate::value::digits::Digits;

/// Layouts that are kept for a table.
const LAYOUTS: usize = 512;

/// Bytes that a layout tells of.
const BYTES: usize = 2 * BLOCK;

/// The longest message that has one, in bytes.
const MAX_LEN: usize = BYTES - 1;

/// Slots that a shape may have for its messages to have one.
const MAX_SLOTS: usize = 19;

/// Misses in a hundred that are one too many.
const MOST_MISSES: u32 = 15;

/// A layout in use is replaced only at every so many misses.
const REPLACE_EVERY: u32 = 64;

/// The layouts of a table.
#[derive(Debug)]
pub(super) struct Layouts {
    /// By slot; none of them before the first message that could have one.
    known: Vec<Layout>,
    /// At most [`MAX_SLOTS`].
    slots: usize,
    pub(super) gate: Gate,
    misses: u32,
    /// The length of the longest message that is looked up now; 0 while there is none.
    longest: usize,
}

/// A layout. It is free while its length is zero.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
struct Layout {
    lowest: [u8; BYTES],
    span: [u8; BYTES],
    marks: [u64; 2],
    len: usize,
    /// What the decoder finds in a message of this layout.
    cells: [Cell; MAX_SLOTS],
}

/// Why the cache did not help: the slot that a message's layout would have, or [`Miss::OTHER`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Miss(u32);

impl Miss {
    /// The message can have no layout, or the cache is off.
    const OTHER: Self = Self(u32::MAX);
}

const FREE: Layout = Layout {
    lowest: [0; BYTES],
    span: [0; BYTES],
    marks: [0; 2],
    len: 0,
    cells: [NO_CELL; MAX_SLOTS],
};

const NO_CELL: Cell = Cell {
    kind: Kind::Missing,
    digits: Digits::UNKNOWN,
    start: 0,
    len: 0,
};

/// By length: the bytes of two blocks that are a message's.
static INSIDE: [[u64; 2]; BYTES] = {
    let mut inside = [[0; 2]; BYTES];
    let mut len = 1;
    while len < BYTES {
        inside[len] = match len {
            1..BLOCK => [u64::MAX >> (BLOCK - len), 0],
            BLOCK => [u64::MAX, 0],
            _ => [u64::MAX, u64::MAX >> (BYTES - len)],
        };
        len += 1;
    }
    inside
};

impl Layouts {
    pub(super) fn new(slots: usize, enabled: bool) -> Self {
        Self {
            known: Vec::new(),
            slots: slots.min(MAX_SLOTS),
            gate: Gate::new(MOST_MISSES, enabled && slots <= MAX_SLOTS),
            misses: 0,
            longest: 0,
        }
    }

    /// So many messages come.
    #[inline(always)]
    pub(super) fn expect(&mut self, messages: u32) {
        self.gate.expect(messages);
        self.longest = if self.gate.is_open() { MAX_LEN } else { 0 };
    }

    /// The slot of the layout that `text` has.
    #[inline(always)]
    pub(super) fn find<L: Level>(&mut self, level: L, text: Text<'_>) -> Result<usize, Miss> {
        let len = text.len();
        // one length more is none
        if len.wrapping_sub(1) >= self.longest {
            return Err(Miss::OTHER);
        }
        let (first, second) = halves(text.front());
        let blocks = [level.load(first), level.load(second)];
        let marks = marks(level, blocks, len);
        let slot = slot(marks, len);
        if let Some(layout) = self.known.get(slot) {
            let differing = (marks[0] ^ layout.marks[0])
                | (marks[1] ^ layout.marks[1])
                | (len ^ layout.len) as u64;
            if differing == 0 && level.within(blocks, &layout.lowest, &layout.span) {
                return Ok(slot);
            }
        }
        self.gate.miss();
        #[expect(clippy::cast_possible_truncation, reason = "slots are below 512")]
        Err(Miss(slot as u32))
    }

    /// What the decoder finds in a message whose layout is in `slot`.
    #[inline(always)]
    pub(super) fn cells(&self, slot: usize) -> &[Cell] {
        &self.known[slot].cells[..self.slots]
    }

    /// Whether a message that was missed is worth learning.
    #[inline(always)]
    pub(super) fn wants(&mut self, miss: Miss) -> bool {
        if miss == Miss::OTHER {
            return false;
        }
        self.misses = self.misses.wrapping_add(1);
        if self.known.is_empty() {
            self.known = vec![FREE; LAYOUTS];
        }
        let is_free = self.known[miss.0 as usize].len == 0;
        is_free || self.misses.is_multiple_of(REPLACE_EVERY)
    }

    /// Learns the layout of an accepted message.
    pub(super) fn learn(&mut self, miss: Miss, text: Text<'_>, outline: &Outline, cells: &[Cell]) {
        if miss == Miss::OTHER {
            return;
        }
        let slot = miss.0 as usize;
        let (first, second) = halves(text.front());
        let blocks = [Portable.load(first), Portable.load(second)];
        let marks = marks(Portable, blocks, text.len());
        if let Some(mut layout) = Layout::new(text.bytes(), outline, marks) {
            for (place, cell) in layout.cells.iter_mut().zip(cells) {
                *place = *cell;
                if cell.kind == Kind::Number {
                    place.digits = Digits::of(cell.inner(text.bytes()));
                }
            }
            self.known[slot] = layout;
        }
    }
}

impl Layout {
    /// None where a string holds anything but plain ASCII.
    fn new(text: &[u8], outline: &Outline, marks: [u64; 2]) -> Option<Self> {
        let mut layout = Self {
            marks,
            len: text.len(),
            // behind the text anything may stand
            span: [u8::MAX; BYTES],
            ..FREE
        };
        layout.lowest[..text.len()].copy_from_slice(text);
        layout.span[..text.len()].fill(0);
        for segment in &outline.segments {
            let range = segment.start..segment.end;
            match segment.leaf {
                Leaf::String => {
                    if !text[range.clone()]
                        .iter()
                        .all(|byte| (0x20..0x80).contains(byte))
                    {
                        return None;
                    }
                    for at in range {
                        // where a mark stands, a quote or backslash would be one, too
                        let is_mark = matches!(text[at], b'-' | b'.');
                        let (lowest, highest) = if is_mark { (b'-', b'.') } else { (0x20, 0x7f) };
                        layout.lowest[at] = lowest;
                        layout.span[at] = highest - lowest;
                    }
                }
                Leaf::Number => layout.number(text, segment.start, segment.end),
                Leaf::Word | Leaf::Nothing => {}
            }
        }
        Some(layout)
    }

    fn number(&mut self, text: &[u8], start: usize, end: usize) {
        for (at, byte) in text.iter().enumerate().take(end).skip(start) {
            if byte.is_ascii_digit() {
                self.lowest[at] = b'0';
                self.span[at] = 9;
            }
        }
        let first = start + usize::from(text[start] == b'-');
        if first + 1 < end && text[first + 1].is_ascii_digit() {
            self.lowest[first] = b'1';
            self.span[first] = 8;
        }
    }
}

/// The marks of a message that is `len` bytes long.
#[inline(always)]
fn marks<L: Level>(level: L, blocks: [L::Block; 2], len: usize) -> [u64; 2] {
    let inside = &INSIDE[len % BYTES];
    [
        level.marks(blocks[0]) & inside[0],
        level.marks(blocks[1]) & inside[1],
    ]
}

/// The slot of a layout: the two halves of the marks times each other, folded.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the product is folded")]
fn slot(marks: [u64; 2], len: usize) -> usize {
    let first = marks[0] ^ 0x9e37_79b9_7f4a_7c15;
    let second = marks[1] ^ (len as u64) << 57 ^ 0xd6e8_feb8_6659_fd93;
    let product = u128::from(first) * u128::from(second);
    ((product >> 64) as u64 ^ product as u64) as usize % LAYOUTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_is_half_a_kilobyte() {
        assert_eq!(std::mem::size_of::<Layout>(), 512);
        assert!(std::mem::size_of::<Cell>() <= 12);
        assert_eq!(Cell::default().kind, Kind::Missing);
    }
}
