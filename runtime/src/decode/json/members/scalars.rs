//! The scalars of a message whose segments were looked up.

use super::{Entry, NO_SLOT, Walked};
use crate::decode::json::grammar::{self, Span};
use crate::decode::json::index::MAX_SEGMENTS;
use crate::decode::json::level::Level;
use crate::decode::json::outline::Leaf;
use crate::decode::json::shape::{Cell, Kind};
use crate::decode::json::text::Text;
use crate::decode::json::word;

/// Room for the scalars of a message: a power of two, so that an index is masked.
const ROOM: usize = 2 * MAX_SEGMENTS;

/// The segments and scalars of a message.
#[derive(Debug)]
pub(super) struct Scalars {
    pub(super) segments: [Found; MAX_SEGMENTS],
    numbers: [Span; ROOM],
    words: [Span; ROOM],
    /// By slot, and a place for all others.
    slots: [(Span, Leaf); NO_SLOT as usize + 1],
}

/// A segment that was looked up: its entry, where it begins and where its scalar ends. One word,
/// so that it can be read from the store before it is in memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found(u64);

impl Found {
    /// Offsets are at most that of the text's end.
    #[inline(always)]
    pub(super) fn new(number: u8, begin: usize, stop: usize) -> Self {
        Self(u64::from(number) | (begin as u64) << 16 | (stop as u64) << 32)
    }

    /// The entry's number.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "that is the lowest byte")]
    pub(super) fn number(self) -> u8 {
        self.0 as u8
    }

    #[inline(always)]
    fn begin(self) -> usize {
        (self.0 >> 16 & 0xffff) as usize
    }

    #[inline(always)]
    fn stop(self) -> usize {
        (self.0 >> 32) as usize
    }
}

impl Scalars {
    /// None.
    pub(super) fn new() -> Self {
        Self {
            segments: [Found(0); MAX_SEGMENTS],
            numbers: [Span::NONE; ROOM],
            words: [Span::NONE; ROOM],
            slots: [(Span::NONE, Leaf::Nothing); NO_SLOT as usize + 1],
        }
    }

    /// Forgets what the slots of the last message were.
    #[inline(always)]
    pub(super) fn forget(&mut self, slots: usize) {
        let count = slots.min(self.slots.len());
        for slot in &mut self.slots[..count] {
            *slot = (Span::NONE, Leaf::Nothing);
        }
    }

    /// Takes the scalar of a segment; a string's closing quote is its last byte.
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the index takes short texts only"
    )]
    pub(super) fn take(
        &mut self,
        text: Text<'_>,
        found: Found,
        entry: &Entry,
        walked: &mut Walked,
    ) {
        let start = found.begin() + usize::from(entry.len);
        let stop = found.stop();
        let len = stop.wrapping_sub(start + usize::from(entry.closing & 1));
        walked.room |= len.cast_signed() as i64;
        let span = Span::new(start as u16, len as u16);
        // SAFETY: the scalar starts at most a block behind its segment.
        let is_word = u8::from(unsafe { text.array::<1>(start) }[0] >= b'A');
        self.numbers[walked.numbers % ROOM] = span;
        walked.numbers += usize::from(entry.bare & !is_word);
        self.words[walked.words % ROOM] = span;
        walked.words += usize::from(entry.bare & is_word);
        self.slots[usize::from(entry.slot & NO_SLOT)] = (span, entry.leaf);
        walked.quotes += u32::from(entry.quotes);
        // of duplicates the last one counts, with all that is below it: not here
        walked.bad |= walked.nodes & entry.nodes;
        walked.nodes |= entry.nodes;
        // SAFETY: a scalar ends behind the text's first byte.
        let last = unsafe { text.array::<1>(stop - 1) }[0];
        walked.bad |= u64::from((last ^ b'"') & entry.closing);
        walked.bad |= len as u64 & u64::from(entry.nothing);
    }

    /// Whether numbers and words are what they should be.
    #[inline(always)]
    pub(super) fn hold<L: Level>(&mut self, level: L, text: Text<'_>, walked: &Walked) -> bool {
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

    /// Fills `cells` with what the slots hold.
    #[inline(always)]
    pub(super) fn fill(&self, text: Text<'_>, cells: &mut [Cell]) {
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
