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

/// Room for the scalars of a message: a power of two, so that an index is masked.
const ROOM: usize = 2 * MAX_SEGMENTS;

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
    /// The scalar is a number or a word, be it now the one or the other.
    is_bare: bool,
    /// The next entry of the same hash.
    next: u8,
}

/// Stands for the slot of what no slot takes.
const NO_SLOT: u16 = 127;

/// The scalars of a message.
#[derive(Debug)]
struct Scalars {
    numbers: [Span; ROOM],
    words: [Span; ROOM],
    /// By slot, and a place for all others.
    slots: [(Span, Leaf); NO_SLOT as usize + 1],
}

/// What a walk through a message came to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Walked {
    numbers: usize,
    words: usize,
    /// The quotes that there are if no string holds one.
    quotes: u32,
    /// Needed nodes that were met.
    nodes: u64,
    /// Something is not as it should be.
    bad: bool,
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
    is_bare: false,
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
            scalars: Box::new(Scalars {
                numbers: [Span::NONE; ROOM],
                words: [Span::NONE; ROOM],
                slots: [(Span::NONE, Leaf::Nothing); NO_SLOT as usize + 1],
            }),
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
        let walked = self.walk(level, text, index.commas(), summary.segments)?;
        let fine = !walked.bad && walked.quotes == summary.quotes;
        if fine && self.scalars.hold(level, text, &walked) {
            self.scalars.fill(text, cells);
            return Some(walked);
        }
        None
    }

    /// Looks up every segment. What is only noted to be bad lets it go on: all offsets are in the
    /// text nevertheless.
    #[inline(always)]
    fn walk<L: Level>(
        &mut self,
        level: L,
        text: Text<'_>,
        commas: &Commas,
        segments: usize,
    ) -> Option<Walked> {
        let entries: &[Entry; ENTRIES] = self.entries.first_chunk()?;
        let scalars = &mut *self.scalars;
        scalars.slots = [(Span::NONE, Leaf::Nothing); NO_SLOT as usize + 1];
        let mut walked = Walked::default();
        let mut context = OUTSIDE;
        let mut begin = 0;
        for segment in 1..=segments {
            let end = commas.get(segment) as usize;
            let is_last = segment == segments;
            let in_array = self.contexts.get(context).closing == b']';
            // SAFETY: segments begin in the text, or at its end.
            let bytes = unsafe { text.array::<BLOCK>(begin) };
            let mut number = self.table[hash(bytes, context, in_array)];
            // a chain is short: see `learn_segment`
            let entry = loop {
                let entry = &entries[usize::from(number)];
                let differing = level.differing(bytes, &entry.bytes, entry.mask);
                let is_wrong =
                    entry.is_bare && starts_no_bare(bytes[usize::from(entry.len) % BLOCK]);
                if differing | u64::from(entry.outer ^ context) | u64::from(is_wrong) == 0 {
                    break entry;
                }
                if number == NONE {
                    return None;
                }
                number = entry.next;
            };
            let start = begin + usize::from(entry.len);
            context = entry.inner;
            let mut stop = end;
            // SAFETY: the text does not start with a comma, so that its first segment has a byte.
            let last = unsafe { text.array::<1>(end - 1) }[0];
            if is_last || is_space_or_closing(last) {
                stop = scalar_end(text.bytes(), start, end);
                context = close(&self.contexts, &text.bytes()[stop..end], context)?;
            }
            walked.bad |= start > stop;
            walked.bad |= (context == OUTSIDE) != is_last;
            walked.order = (walked.order ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            scalars.take(text, start, stop, entry, &mut walked);
            begin = end + 1;
        }
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
        let hash = hash(block, segment.outer, in_array);
        let entry = Entry::new(prefix, segment, self.table[hash]);
        let mut number = self.table[hash];
        let mut length = 0;
        while number != NONE {
            let known = &self.entries[usize::from(number)];
            length += 1;
            if known.is_like(&entry) || length >= LONGEST_CHAIN {
                return;
            }
            number = known.next;
        }
        self.table[hash] = u8::try_from(self.known).unwrap_or(NONE);
        self.entries[self.known] = entry;
        self.known += 1;
    }
}

impl Entry {
    fn new(prefix: &[u8], segment: &Segment, next: u8) -> Self {
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
            is_bare: matches!(segment.leaf, Leaf::Number | Leaf::Word),
            next,
        }
    }

    /// Whether both would be found in the same places.
    fn is_like(&self, other: &Self) -> bool {
        (self.bytes, self.mask, self.outer) == (other.bytes, other.mask, other.outer)
    }
}

/// Where the chain of an entry begins: by its first bytes, up to the colon in an object.
#[inline(always)]
fn hash(bytes: &[u8; BLOCK], context: u8, in_array: bool) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (words, _) = bytes.as_chunks();
    let (word, next) = (u64::from_le_bytes(words[0]), u64::from_le_bytes(words[1]));
    let up_to_colon = |word: u64| {
        let difference = word ^ (ONES * u64::from(b':'));
        let colons = difference.wrapping_sub(ONES) & !difference & HIGH;
        (colons, word & (colons ^ colons.wrapping_sub(1)))
    };
    let (colons, first) = up_to_colon(word);
    let (_, second) = up_to_colon(next);
    // a long key goes on in the next word
    let second = if colons == 0 { second } else { 0 };
    let key = if in_array {
        word & 0xff
    } else {
        first ^ second.rotate_left(23)
    };
    let mixed = (key ^ u64::from(context) << 56).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ mixed << 29) >> 56) as usize
}

/// Whether neither number nor word starts with `byte`, but a string, a container or white space.
#[inline(always)]
fn starts_no_bare(byte: u8) -> bool {
    (byte <= b'"') | (byte | 0x20 == b'{')
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

impl Scalars {
    /// Takes the scalar from `start` up to `stop`; a string's closing quote is its last byte.
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the index takes short texts only"
    )]
    fn take(
        &mut self,
        text: Text<'_>,
        start: usize,
        stop: usize,
        entry: &Entry,
        walked: &mut Walked,
    ) {
        let is_string = entry.leaf == Leaf::String;
        let len = stop
            .wrapping_sub(start)
            .wrapping_sub(usize::from(is_string));
        let span = Span::new(start as u16, len as u16);
        // SAFETY: the scalar starts at most a block behind its segment.
        let is_word = unsafe { text.array::<1>(start) }[0] >= b'A';
        self.numbers[walked.numbers % ROOM] = span;
        walked.numbers += usize::from(entry.is_bare & !is_word);
        self.words[walked.words % ROOM] = span;
        walked.words += usize::from(entry.is_bare & is_word);
        self.slots[usize::from(entry.slot & NO_SLOT)] = (span, entry.leaf);
        walked.quotes += u32::from(entry.quotes);
        // of duplicates the last one counts, with all that is below it: not here
        walked.bad |= walked.nodes & entry.nodes != 0;
        walked.nodes |= entry.nodes;
        // SAFETY: a segment has a byte before its end, or begins behind a comma.
        let closing = unsafe { text.array::<1>(stop.saturating_sub(1)) }[0];
        walked.bad |= is_string & ((closing != b'"') | (stop == start));
        walked.bad |= (entry.leaf == Leaf::Nothing) & (stop != start);
    }

    /// Whether numbers and words are what they should be.
    #[inline(always)]
    fn hold<L: Level>(&mut self, level: L, text: Text<'_>, walked: &Walked) -> bool {
        let count = walked.numbers;
        if let Some(last) = count.checked_sub(1) {
            let last = self.numbers[last % ROOM];
            for more in 0..3 {
                self.numbers[(count + more) % ROOM] = last;
            }
        }
        for four in 0..count.div_ceil(4) {
            let at = |more: usize| self.numbers[(4 * four + more) % ROOM];
            let spans = [at(0), at(1), at(2), at(3)];
            // SAFETY: spans start in the text.
            let short = unsafe { grammar::are_short_numbers(level, text, spans) };
            if !short && !self.are_any(text, four) {
                return false;
            }
        }
        let mut fine = true;
        for word in 0..walked.words {
            let span = self.words[word % ROOM];
            fine &= word::is_word(text.word(span.start()), span.len());
        }
        fine
    }

    /// Numbers of whatever length and form.
    #[cold]
    #[inline(never)]
    fn are_any(&self, text: Text<'_>, four: usize) -> bool {
        let spans = self.numbers[4 * four % ROOM..].iter().take(4);
        spans
            .into_iter()
            .all(|span| grammar::is_number_or_word(text, *span))
    }

    #[inline(always)]
    fn fill(&self, text: Text<'_>, cells: &mut [Cell]) {
        for (number, cell) in cells.iter_mut().enumerate() {
            let (span, leaf) = self.slots[number % self.slots.len()];
            let kind = match leaf {
                Leaf::String => Kind::String,
                Leaf::Number | Leaf::Word => word::bare_kind(text.word(span.start())),
                Leaf::Nothing => Kind::Missing,
            };
            *cell = span.cell(kind);
        }
    }
}
