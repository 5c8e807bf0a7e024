//! Members: flat and little nested messages whose keys come in any order.
//!
//! What stands between two structural commas, up to its scalar, is looked up in a dictionary of
//! what accepted messages had there: `"speed":`, ` "speed": `, `"ext":{"hdop":`. An entry says
//! which containers are open before it and which behind it, what kind of scalar follows, and
//! which slot that fills. A chain of entries from "nothing is open" back to it is a valid JSON
//! text:
//!
//! - each entry was read in a valid text with the same containers open, so its bytes may stand
//!   here; closing brackets behind the scalar are matched with what is open;
//! - no string holds a quote, since there are no more quotes than the entries and their strings
//!   have; a string ends right before the comma or the closing brackets;
//! - numbers and words are checked against their grammar.
//!
//! A node of the shape whose value occurs twice sends the message to the reference path.

mod scalars;

use crate::decode::json::gate::Gate;
use crate::decode::json::index::{Commas, Index, MAX_SEGMENTS, Summary};
use crate::decode::json::level::{BLOCK, Level, Portable};
use crate::decode::json::outline::{Contexts, Leaf, OUTSIDE, Outline, Segment};
use crate::decode::json::shape::Cell;
use crate::decode::json::text::Text;
use scalars::{Found, Scalars};

/// Entries that a dictionary holds, one more than are used.
const ENTRIES: usize = 256;

/// Ends a chain of entries.
const NONE: u8 = u8::MAX;

/// Places of the hash table.
const TABLE: usize = 256;

/// A full dictionary is forgotten after so many messages that it did not know.
const FORGET_AFTER: u32 = 4096;

/// So many of the first messages that it did not know are learned from …
const OFTEN: u32 = 1024;

/// … and then one in so many.
const SELDOM: u32 = 64;

/// Entries of one hash. What finds no place in its chain is not learned, so that keys which are
/// alike in front cost no more than others.
const LONGEST_CHAIN: u32 = 8;

/// Misses in a hundred that are one too many.
const MOST_MISSES: u32 = 85;

/// Nodes, and so slots, that a shape may have for its messages to be told by their members.
const MAX_NODES: usize = 64;

/// A table's dictionary.
#[derive(Debug)]
pub(super) struct Members {
    /// All [`ENTRIES`] of them, or none before the first is learned.
    entries: Vec<Entry>,
    known: usize,
    /// The first entry of each hash.
    table: [u8; TABLE],
    pub(super) contexts: Contexts,
    pub(super) gate: Gate,
    misses: u32,
    scalars: Box<Scalars>,
}

/// What stands in front of a scalar.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
struct Entry {
    bytes: [u8; BLOCK],
    mask: u64,
    /// Needed nodes whose value begins here.
    nodes: u64,
    len: u16,
    /// The slot that the scalar fills, or [`NO_SLOT`].
    slot: u16,
    quotes: u8,
    outer: u8,
    inner: u8,
    leaf: Leaf,
    /// One where the scalar is a number or a word, be it now the one or the other; zero where not.
    bare: u8,
    /// All ones where the scalar is a string, which a quote closes.
    closing: u8,
    /// All ones where there is no scalar.
    nothing: u16,
    /// The next entry of the same hash, which is no longer.
    next: u8,
}

/// Stands for the slot of what no slot takes.
const NO_SLOT: u16 = 127;

/// What a walk through a message came to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Walked {
    numbers: usize,
    words: usize,
    /// The quotes that there are if no string holds one.
    quotes: u32,
    /// Needed nodes that were met.
    nodes: u64,
    /// Not zero where something is not as it should be.
    bad: u64,
    /// Below zero where a scalar has no room.
    room: i64,
    /// Tells one order of members from another.
    pub(super) order: u64,
}

const NO_ENTRY: Entry = Entry {
    bytes: [0; BLOCK],
    mask: 0,
    nodes: 0,
    len: 0,
    slot: NO_SLOT,
    quotes: 0,
    outer: NONE,
    inner: NONE,
    leaf: Leaf::Nothing,
    bare: 0,
    closing: 0,
    nothing: 0,
    next: NONE,
};

impl Members {
    pub(super) fn new(nodes: usize, enabled: bool) -> Self {
        Self {
            entries: Vec::new(),
            known: 0,
            table: [NONE; TABLE],
            contexts: Contexts::new(),
            gate: Gate::new(MOST_MISSES, enabled && nodes <= MAX_NODES),
            misses: 0,
            scalars: Box::new(Scalars::new()),
        }
    }

    /// Fills `cells` from a text of known members.
    #[inline(always)]
    pub(super) fn find<L: Level>(
        &mut self,
        level: L,
        text: Text<'_>,
        index: &Index,
        summary: Summary,
        cells: &mut [Cell],
    ) -> Option<Walked> {
        self.scalars.forget(cells.len());
        let walked = self.walk(level, text, index.commas(), summary.segments())?;
        let fine = walked.bad == 0 && walked.room >= 0 && walked.quotes == summary.quotes;
        if fine && self.scalars.hold(level, text, &walked) {
            self.scalars.fill(text, cells);
            return Some(walked);
        }
        None
    }

    /// Looks up every segment, then takes its scalar. What is only noted to be bad lets it go on:
    /// all offsets are in the text nevertheless.
    #[inline(always)]
    fn walk<L: Level>(
        &mut self,
        level: L,
        text: Text<'_>,
        commas: &Commas,
        segments: usize,
    ) -> Option<Walked> {
        let mut walked = self.look_up(level, text, commas, segments)?;
        let entries: &[Entry; ENTRIES] = self.entries.first_chunk()?;
        for segment in 0..segments {
            let found = self.scalars.segments[segment % MAX_SEGMENTS];
            let entry = &entries[usize::from(found.number())];
            self.scalars.take(text, found, entry, &mut walked);
        }
        Some(walked)
    }

    /// Finds the entry of every segment, and where its scalar ends.
    #[inline(always)]
    fn look_up<L: Level>(
        &mut self,
        level: L,
        text: Text<'_>,
        commas: &Commas,
        segments: usize,
    ) -> Option<Walked> {
        let entries: &[Entry; ENTRIES] = self.entries.first_chunk()?;
        let mut walked = Walked::default();
        let mut context = OUTSIDE;
        let mut begin = 0;
        for segment in 0..segments {
            let end = commas.get(segment + 1) as usize;
            let in_array = self.contexts.get(context).closing == b']';
            // SAFETY: segments begin in the text, or at its end.
            let bytes = unsafe { text.array::<BLOCK>(begin) };
            let mut number = self.table[hash(level, bytes, context, in_array)];
            // a chain is short: see `learn_segment`
            let entry = loop {
                let entry = &entries[usize::from(number)];
                let differing = level.differing(bytes, &entry.bytes, entry.mask);
                if differing | u64::from(entry.outer ^ context) == 0 {
                    break entry;
                }
                if number == NONE {
                    return None;
                }
                number = entry.next;
            };
            context = entry.inner;
            let is_last = segment + 1 == segments;
            let mut stop = end;
            // SAFETY: the text does not start with a comma, so that its first segment has a byte.
            let last = unsafe { text.array::<1>(end - 1) }[0];
            if is_last || is_space_or_closing(last) {
                stop = scalar_end(text.bytes(), begin + usize::from(entry.len), end);
                context = close(&self.contexts, &text.bytes()[stop..end], context)?;
                if stop == 0 {
                    return None;
                }
            }
            walked.bad |= u64::from((context == OUTSIDE) != is_last);
            walked.order = walked.order.rotate_left(5) ^ u64::from(number);
            self.scalars.segments[segment % MAX_SEGMENTS] = Found::new(number, begin, stop);
            begin = end + 1;
        }
        walked.order = walked.order.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Some(walked)
    }

    /// Forgets all entries, and what they say was open.
    pub(super) fn forget(&mut self) {
        self.known = 0;
        self.table = [NONE; TABLE];
        self.contexts = Contexts::new();
    }

    /// Whether a message that was missed is worth learning.
    pub(super) fn wants(&mut self) -> bool {
        self.misses = self.misses.wrapping_add(1);
        let full = |known: usize| known + 1 >= ENTRIES;
        if full(self.known) && self.misses.is_multiple_of(FORGET_AFTER) {
            self.forget();
        }
        !full(self.known) && (self.misses < OFTEN || self.misses.is_multiple_of(SELDOM))
    }

    /// Adds what is new in an accepted message.
    pub(super) fn learn(&mut self, text: Text<'_>, outline: &Outline) {
        if !outline.unordered {
            return;
        }
        if self.entries.is_empty() {
            self.entries = vec![NO_ENTRY; ENTRIES];
        }
        for (number, segment) in outline.segments.iter().enumerate() {
            let begin = segment.begin + usize::from(number > 0);
            self.learn_segment(text, segment, begin);
        }
    }

    fn learn_segment(&mut self, text: Text<'_>, segment: &Segment, begin: usize) {
        let prefix = &text.bytes()[begin..segment.start];
        if prefix.len() >= BLOCK || self.known + 1 >= ENTRIES {
            return;
        }
        // SAFETY: segments begin in the text.
        let block = unsafe { text.array::<BLOCK>(begin) };
        let in_array = self.contexts.get(segment.outer).closing == b']';
        let hash = hash(Portable, block, segment.outer, in_array);
        let mut entry = Entry::new(prefix, segment);
        // behind those that are longer: what is bare is the beginning of what is in quotes
        let mut before = None;
        let mut number = self.table[hash];
        let mut length = 0;
        while number != NONE {
            let known = &self.entries[usize::from(number)];
            length += 1;
            if known.is_like(&entry) || length >= LONGEST_CHAIN {
                return;
            }
            if known.len > entry.len {
                before = Some(number);
            }
            number = known.next;
        }
        let place = match before {
            Some(number) => &mut self.entries[usize::from(number)].next,
            None => &mut self.table[hash],
        };
        entry.next = std::mem::replace(place, u8::try_from(self.known).unwrap_or(NONE));
        self.entries[self.known] = entry;
        self.known += 1;
    }
}

impl Entry {
    fn new(prefix: &[u8], segment: &Segment) -> Self {
        let mut bytes = [0; BLOCK];
        bytes[..prefix.len()].copy_from_slice(prefix);
        let quotes = memchr::memchr_iter(b'"', prefix).count();
        let is_string = segment.leaf == Leaf::String;
        Self {
            bytes,
            mask: match prefix.len() {
                0 => 0,
                len => u64::MAX >> (BLOCK - len),
            },
            nodes: segment.nodes,
            len: prefix.len().try_into().unwrap_or(u16::MAX),
            slot: segment.slot.unwrap_or(NO_SLOT),
            // at most 64, and the closing one
            quotes: u8::try_from(quotes).unwrap_or(u8::MAX) + u8::from(is_string),
            outer: segment.outer,
            inner: segment.inner,
            leaf: segment.leaf,
            bare: u8::from(matches!(segment.leaf, Leaf::Number | Leaf::Word)),
            closing: if is_string { u8::MAX } else { 0 },
            nothing: match segment.leaf {
                Leaf::Nothing => u16::MAX,
                Leaf::String | Leaf::Number | Leaf::Word => 0,
            },
            next: NONE,
        }
    }

    /// Whether both would be found in the same places.
    fn is_like(&self, other: &Self) -> bool {
        (self.bytes, self.mask, self.outer) == (other.bytes, other.mask, other.outer)
    }
}

/// Where the chain of an entry begins: by its first and last bytes up to the colon in an object,
/// by its first byte in an array.
#[inline(always)]
fn hash<L: Level>(level: L, bytes: &[u8; BLOCK], context: u8, in_array: bool) -> usize {
    let (halves, _) = bytes.as_chunks();
    let (mut key, colon) = level.up_to(&halves[0], b':');
    if in_array {
        key = u64::from(bytes[0]);
    } else if colon > 8 {
        let last = bytes[colon as usize - 8..].first_chunk();
        key ^= u64::from_le_bytes(*last.expect("there are nine")).rotate_left(23);
    }
    let mixed = (key ^ u64::from(context) << 56).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ mixed << 29) >> 56) as usize
}

#[inline(always)]
fn is_space_or_closing(byte: u8) -> bool {
    // a bit for each of the bytes up to 0x20, and one for what is left of the brackets
    (byte <= b' ' && 1_u64 << byte & (1 << b' ' | 1 << b'\t' | 1 << b'\n' | 1 << b'\r') != 0)
        || byte | 0x20 == b'}'
}

/// Where the scalar ends that starts at `start`, with white space and closing brackets behind it
/// up to `end`.
#[inline(always)]
fn scalar_end(bytes: &[u8], start: usize, end: usize) -> usize {
    let mut stop = end;
    while stop > start && is_space_or_closing(bytes[stop - 1]) {
        stop -= 1;
    }
    stop
}

/// Closes what the brackets in `text` close.
#[inline(always)]
fn close(contexts: &Contexts, text: &[u8], mut context: u8) -> Option<u8> {
    for &byte in text {
        if byte == b'}' || byte == b']' {
            let closed = contexts.get(context);
            if closed.closing != byte {
                return None;
            }
            context = closed.parent;
        }
    }
    Some(context)
}
