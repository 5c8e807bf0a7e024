//! A line whose tokens are found by the message's commas.
//!
//! The index tells where the structural commas are, so each key and each value has its place
//! before any of them is looked at, and nothing waits for anything. What is accepted is accepted
//! by the reference path with the same cells:
//!
//! - there are as many segments as keys, so each literal stands at its own comma, or begins the
//!   message, or ends it;
//! - what stands between two literals is a string, a number or a word. There are as many quotes
//!   as in the literals, so a string holds none, and the index has seen that it holds no backslash
//!   and no control character, and is UTF-8. Numbers are checked against the grammar, words are
//!   compared;
//! - no two literals overlap: each has its comma outside of strings, and the one before it has
//!   none there;
//! - the keys are distinct, so no duplicate can occur.

use super::numbers::Numbers;
use super::{Line, MAX_LITERAL};
use crate::decode::json::index::{Offsets, Summary};
use crate::decode::json::level::Level;
use crate::decode::json::shape::{Cell, Kind};
use crate::decode::json::text::Text;
use crate::decode::json::word;
use crate::value::digits::Digits;

/// A walk over the segments of a line.
#[derive(Debug)]
pub(in crate::decode::json) struct Indexed<'t, 'c, L> {
    level: L,
    text: Text<'t>,
    commas: &'c Offsets,
    cells: &'c mut [Cell],
    /// Quotes of the message, less those of the literals.
    quotes: u32,
    /// Where the next value starts.
    at: usize,
    /// Not zero where something is wrong.
    bad: u64,
    /// What the next literal ends. This and all that counts is constant once the steps are
    /// inlined.
    open: Open,
    /// How many keys there are, and were.
    keys: usize,
    segment: usize,
    numbers: Numbers,
}

/// A value whose end is not known yet.
#[derive(Clone, Copy, Debug)]
struct Open {
    kind: Kind,
    slot: Option<usize>,
}

impl Open {
    const NOTHING: Self = Self {
        kind: Kind::Missing,
        slot: None,
    };
}

impl<L: Level> Line for Indexed<'_, '_, L> {
    #[inline(always)]
    fn key<const N: usize>(&mut self, literal: &[u8; N]) -> &mut Self {
        assert!(
            self.segment < self.keys,
            "a line has as many keys as it says"
        );
        let start = match self.segment {
            0 => 0,
            segment => self.comma(segment) - in_front_of_comma(literal),
        };
        self.segment += 1;
        self.literal(literal, start);
        self
    }

    #[inline(always)]
    fn string(&mut self, slot: usize) {
        self.open(Kind::String, Some(slot));
    }

    #[inline(always)]
    fn number(&mut self, slot: usize) {
        self.open(Kind::Number, Some(slot));
    }

    #[inline(always)]
    fn word(&mut self, slot: usize) {
        self.open(Kind::Null, Some(slot));
    }

    #[inline(always)]
    fn skip_string(&mut self) {
        self.open(Kind::String, None);
    }

    #[inline(always)]
    fn skip_number(&mut self) {
        self.open(Kind::Number, None);
    }

    #[inline(always)]
    fn skip_word(&mut self) {
        self.open(Kind::Null, None);
    }

    #[inline(always)]
    fn end<const N: usize>(&mut self, literal: &[u8; N]) -> bool {
        assert!(
            self.segment == self.keys,
            "a line has as many keys as it says"
        );
        let Some(start) = self.text.len().checked_sub(N) else {
            return false;
        };
        self.literal(literal, start);
        let numbers = self.numbers.are_fine(self.level, self.text);
        (self.bad == 0) & (self.quotes == 0) & numbers
    }
}

impl<'t, 'c, L: Level> Indexed<'t, 'c, L> {
    /// A walk over a text, which has as many segments as there are `keys`.
    #[inline(always)]
    pub(in crate::decode::json) fn new(
        level: L,
        text: Text<'t>,
        commas: &'c Offsets,
        summary: Summary,
        keys: usize,
        cells: &'c mut [Cell],
    ) -> Self {
        assert!(
            summary.segments() == keys,
            "places that are read are the text's"
        );
        Self {
            level,
            text,
            commas,
            cells,
            quotes: summary.quotes,
            at: 0,
            bad: 0,
            open: Open::NOTHING,
            keys,
            segment: 0,
            numbers: Numbers::NONE,
        }
    }

    /// Where a comma of the text stands: there are as many as keys, without the first.
    #[inline(always)]
    fn comma(&self, number: usize) -> usize {
        usize::from(self.commas[number])
    }

    /// Compares what stands at `start`, where the value before it ends.
    #[inline(always)]
    fn literal<const N: usize>(&mut self, literal: &[u8; N], start: usize) {
        const { assert!(N <= MAX_LITERAL) };
        self.close(start);
        // SAFETY: the place is in the text: a comma's, or one byte before that, or the start, or
        // that of the last bytes.
        let bytes: &[u8; N] = unsafe { self.text.array(start) };
        self.bad |= word::differing(bytes, literal);
        self.quotes = self.quotes.wrapping_sub(quotes(literal));
        self.at = start + N;
    }

    #[inline(always)]
    fn open(&mut self, kind: Kind, slot: Option<usize>) {
        self.open = Open { kind, slot };
    }

    /// Ends the value that is open.
    #[inline(always)]
    fn close(&mut self, end: usize) {
        let Open { mut kind, slot } = self.open;
        // below zero only where the literals are not there
        let (start, len) = (self.at, end.wrapping_sub(self.at));
        match kind {
            Kind::Number => {
                // SAFETY: it starts behind a literal, which is in the text or begins in it.
                unsafe { self.numbers.add(self.level, self.text, start, len) };
            }
            Kind::Null => {
                let word = self.text.word(start);
                self.bad |= u64::from(!word::is_word(word, len));
                kind = word::bare_kind(word);
            }
            _ => {}
        }
        let Some(slot) = slot else { return };
        #[expect(clippy::cast_possible_truncation, reason = "texts are short")]
        let cell = Cell {
            kind,
            digits: Digits::default(),
            start: start as u32,
            len: len as u32,
        };
        match self.cells.get_mut(slot) {
            Some(place) => *place = cell,
            None => self.bad = 1,
        }
    }
}

/// How many bytes of a key's literal stand in front of its comma.
#[inline(always)]
fn in_front_of_comma<const N: usize>(literal: &[u8; N]) -> usize {
    usize::from(literal[0] == b'"')
}

#[inline(always)]
fn quotes<const N: usize>(literal: &[u8; N]) -> u32 {
    literal.iter().map(|byte| u32::from(*byte == b'"')).sum()
}
