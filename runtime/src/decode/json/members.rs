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

use super::gate::Gate;
use super::grammar::{self, Span};
use super::index::{Commas, Index, MAX_SEGMENTS, Summary};
use super::level::{BLOCK, Level};
use super::outline::{Contexts, Leaf, OUTSIDE, Outline, Segment};
use super::shape::{Cell, Kind};
use super::text::Text;
use super::word;

/// Entries that a dictionary holds.
const ENTRIES: usize = 254;

/// Places of the hash table.
const TABLE: usize = 256;

/// A full dictionary is forgotten after so many messages that it did not know.
const FORGET_AFTER: u32 = 4096;

/// So many of the first messages that it did not know are learned from …
const OFTEN: u32 = 1024;

/// … and then one in so many.
const SELDOM: u32 = 64;

/// Misses in a hundred that are one too many.
const MOST_MISSES: u32 = 85;

/// Ends a chain of entries.
const NONE: u8 = u8::MAX;

/// A table's dictionary.
#[derive(Debug)]
pub(super) struct Members {
    entries: Vec<Entry>,
    /// The first entry of each hash.
    table: [u8; TABLE],
    pub(super) contexts: Contexts,
    pub(super) gate: Gate,
    misses: u32,
    found: Found,
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
    /// The slot that the scalar fills; the one behind the last, if none.
    slot: u16,
    quotes: u8,
    outer: u8,
    inner: u8,
    leaf: Leaf,
    /// The next entry of the same hash.
    next: u8,
}

/// What was found of a message.
#[derive(Debug)]
struct Found {
    numbers: Box<[Span; MAX_SEGMENTS + 4]>,
    words: Box<[Span; MAX_SEGMENTS + 4]>,
    number_count: usize,
    word_count: usize,
    /// The scalar of each slot, and one for all that no slot takes.
    slots: Vec<(Span, Leaf)>,
    quotes: u32,
    nodes: u64,
    twice: u64,
}

const NO_SPAN: Span = Span { start: 0, len: 0 };

impl Members {
    pub(super) fn new(slots: usize, enabled: bool) -> Self {
        Self {
            entries: Vec::new(),
            table: [NONE; TABLE],
            contexts: Contexts::new(),
            gate: Gate::new(MOST_MISSES, enabled),
            misses: 0,
            found: Found {
                numbers: Box::new([NO_SPAN; MAX_SEGMENTS + 4]),
                words: Box::new([NO_SPAN; MAX_SEGMENTS + 4]),
                number_count: 0,
                word_count: 0,
                slots: vec![(NO_SPAN, Leaf::Nothing); slots + 1],
                quotes: 0,
                nodes: 0,
                twice: 0,
            },
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
    ) -> bool {
        self.found.clear();
        let walked = self.walk(level, text, index.commas(), summary.segments);
        if walked && self.found.holds(level, text, summary) {
            self.found.fill(text, cells);
            return true;
        }
        false
    }

    /// Looks up every segment.
    #[inline(always)]
    fn walk<L: Level>(
        &mut self,
        level: L,
        text: Text<'_>,
        commas: &Commas,
        segments: usize,
    ) -> bool {
        let bytes = text.bytes();
        let mut context = OUTSIDE;
        let mut begin = 0;
        for segment in 1..=segments {
            let end = commas.get(segment) as usize;
            let Some(number) = self.entry(level, text, begin, context) else {
                return false;
            };
            let entry = &self.entries[number];
            let start = begin + usize::from(entry.len);
            context = entry.inner;
            if start > end || end == 0 {
                return false;
            }
            let is_last = segment == segments;
            let mut stop = end;
            if is_last || is_space_or_closing(bytes[end - 1]) {
                stop = scalar_end(bytes, start, end);
                match self.close(&bytes[stop..end], context) {
                    Some(outer) => context = outer,
                    None => return false,
                }
            }
            let open = context != OUTSIDE;
            if start > stop || open == is_last || !self.found.take(bytes, start, stop, entry) {
                return false;
            }
            begin = end + 1;
        }
        true
    }

    /// The entry for what begins at `begin`.
    #[inline(always)]
    fn entry<L: Level>(
        &self,
        level: L,
        text: Text<'_>,
        begin: usize,
        context: u8,
    ) -> Option<usize> {
        let in_array = self.contexts.get(context).closing == b']';
        let mut number = self.table[hash(text.word(begin), context, in_array)];
        while let Some(entry) = self.entries.get(usize::from(number)) {
            // SAFETY: segments begin in the text, or at its end.
            let bytes = unsafe { text.array(begin) };
            if level.differing(bytes, &entry.bytes, entry.mask) == 0 && entry.outer == context {
                return Some(usize::from(number));
            }
            number = entry.next;
        }
        None
    }

    /// Closes what the brackets in `text` close.
    #[inline(always)]
    fn close(&self, text: &[u8], mut context: u8) -> Option<u8> {
        for &byte in text {
            if byte == b'}' || byte == b']' {
                let closed = self.contexts.get(context);
                if closed.closing != byte {
                    return None;
                }
                context = closed.parent;
            }
        }
        Some(context)
    }

    /// Whether a message that was missed is worth learning.
    pub(super) fn wants(&mut self) -> bool {
        self.misses = self.misses.wrapping_add(1);
        if self.entries.len() >= ENTRIES && self.misses.is_multiple_of(FORGET_AFTER) {
            self.entries.clear();
            self.table = [NONE; TABLE];
        }
        let full = self.entries.len() >= ENTRIES;
        !full && (self.misses < OFTEN || self.misses.is_multiple_of(SELDOM))
    }

    /// Adds what is new in an accepted message.
    pub(super) fn learn(&mut self, text: Text<'_>, outline: &Outline) {
        if !outline.unordered {
            return;
        }
        for (number, segment) in outline.segments.iter().enumerate() {
            let begin = segment.begin + usize::from(number > 0);
            self.learn_segment(text, segment, begin);
        }
    }

    fn learn_segment(&mut self, text: Text<'_>, segment: &Segment, begin: usize) {
        let prefix = &text.bytes()[begin..segment.start];
        let (len, context) = (prefix.len(), segment.outer);
        if len == 0 && segment.leaf != Leaf::Number && segment.leaf != Leaf::Word
            || len > BLOCK
            || self.entries.len() >= ENTRIES
        {
            return;
        }
        let in_array = self.contexts.get(context).closing == b']';
        let hash = hash(text.word(begin), context, in_array);
        let mut bytes = [0; BLOCK];
        bytes[..len].copy_from_slice(prefix);
        let none = self.found.slots.len() - 1;
        let slot = segment.slot.map_or(none, usize::from);
        let quotes = prefix.iter().filter(|&&byte| byte == b'"').count();
        let entry = Entry {
            bytes,
            mask: if len == 0 { 0 } else { u64::MAX >> (BLOCK - len) },
            nodes: segment.nodes,
            len: len.try_into().unwrap_or(u16::MAX),
            slot: slot.try_into().unwrap_or(u16::MAX),
            quotes: quotes.try_into().unwrap_or(u8::MAX) + u8::from(segment.leaf == Leaf::String),
            outer: context,
            inner: segment.inner,
            leaf: segment.leaf,
            next: self.table[hash],
        };
        let mut number = self.table[hash];
        while let Some(known) = self.entries.get(usize::from(number)) {
            let same = known.bytes == entry.bytes && known.mask == entry.mask;
            if same && known.outer == entry.outer {
                return;
            }
            number = known.next;
        }
        self.table[hash] = u8::try_from(self.entries.len()).unwrap_or(NONE);
        self.entries.push(entry);
    }
}

/// Where the chain of an entry begins: by its first bytes, up to the colon in an object.
#[inline(always)]
fn hash(word: u64, context: u8, in_array: bool) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let difference = word ^ (ONES * u64::from(b':'));
    let colons = difference.wrapping_sub(ONES) & !difference & HIGH;
    let mask = if in_array {
        0xff
    } else {
        colons ^ colons.wrapping_sub(1)
    };
    let mixed = ((word & mask) ^ u64::from(context) << 56).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 56) as usize
}

#[inline(always)]
fn is_space_or_closing(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'}' | b']')
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

impl Found {
    #[inline(always)]
    fn clear(&mut self) {
        self.number_count = 0;
        self.word_count = 0;
        self.quotes = 0;
        self.nodes = 0;
        self.twice = 0;
        self.slots.fill((NO_SPAN, Leaf::Nothing));
    }

    /// Takes the scalar from `start` up to `stop`; a string's closing quote is its last byte.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the index takes short texts only")]
    fn take(&mut self, bytes: &[u8], start: usize, stop: usize, entry: &Entry) -> bool {
        let is_string = entry.leaf == Leaf::String;
        let span = Span {
            start: start as u16,
            len: (stop - start).wrapping_sub(usize::from(is_string)) as u16,
        };
        self.numbers[self.number_count] = span;
        self.number_count += usize::from(entry.leaf == Leaf::Number);
        self.words[self.word_count] = span;
        self.word_count += usize::from(entry.leaf == Leaf::Word);
        self.quotes += u32::from(entry.quotes);
        self.twice |= self.nodes & entry.nodes;
        self.nodes |= entry.nodes;
        self.slots[usize::from(entry.slot)] = (span, entry.leaf);
        let closed = stop > start && bytes[stop - 1] == b'"';
        (closed | !is_string) & ((stop == start) | (entry.leaf != Leaf::Nothing))
    }

    /// Whether the scalars are what they should be.
    #[inline(always)]
    fn holds<L: Level>(&mut self, level: L, text: Text<'_>, summary: Summary) -> bool {
        if self.quotes != summary.quotes || self.twice != 0 {
            return false;
        }
        if let Some(last) = self.number_count.checked_sub(1) {
            let last = self.numbers[last];
            self.numbers[self.number_count..][..3].fill(last);
        }
        let (fours, _) = self.numbers[..self.number_count.next_multiple_of(4)].as_chunks::<4>();
        for four in fours {
            // SAFETY: `walk` takes spans of the text only.
            let short = unsafe { grammar::are_short_numbers(level, text, *four) };
            if !short && !grammar::are_numbers(text.bytes(), four) {
                return false;
            }
        }
        let mut fine = true;
        for span in &self.words[..self.word_count] {
            fine &= word::is_word(text.word(usize::from(span.start)), usize::from(span.len));
        }
        fine
    }

    #[inline(always)]
    fn fill(&self, text: Text<'_>, cells: &mut [Cell]) {
        for (number, cell) in cells.iter_mut().enumerate() {
            let (span, leaf) = self.slots[number];
            let kind = match leaf {
                Leaf::String => Kind::String,
                Leaf::Number => Kind::Number,
                Leaf::Word => word::kind(text.word(usize::from(span.start))),
                Leaf::Nothing => Kind::Missing,
            };
            *cell = span.cell(kind);
        }
    }
}
