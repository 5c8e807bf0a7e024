//! A line that is read from its first byte on.
//!
//! What is accepted is accepted by the reference path with the same cells:
//!
//! - every byte is either compared with a key and its punctuation, or in a string that holds no
//!   quote, backslash, control character or byte above 0x7f, or in a number that is checked
//!   against the grammar, or a word;
//! - the keys are distinct, so no duplicate can occur;
//! - the cursor only goes forward, and ends at the message's last byte.

use super::numbers::Numbers;
use super::{Line, MAX_LITERAL, MAX_SCANNED};
use crate::decode::json::grammar::Span;
use crate::decode::json::level::{HALF, Level};
use crate::decode::json::shape::{Cell, Kind};
use crate::decode::json::text::Text;
use crate::decode::json::word;

/// A cursor on a line.
#[derive(Debug)]
pub struct Scanned<'t, 'c, L> {
    level: L,
    text: Text<'t>,
    at: usize,
    /// Not zero where something is wrong.
    bad: u64,
    /// Literals and tokens that were read: constants once the steps are inlined.
    keys: usize,
    tokens: usize,
    cells: &'c mut [Cell],
    numbers: Numbers,
}

impl<L: Level> Line for Scanned<'_, '_, L> {
    #[inline(always)]
    fn key<const N: usize>(&mut self, literal: &[u8; N]) -> &mut Self {
        const { assert!(N <= MAX_LITERAL) };
        self.keys += 1;
        assert!(self.keys <= MAX_SCANNED + 1, "a line has few keys");
        // SAFETY: so few steps stay in the padding.
        let bytes: &[u8; N] = unsafe { self.text.array(self.at) };
        self.bad |= word::differing(bytes, literal);
        self.at += N;
        self
    }

    #[inline(always)]
    fn string(&mut self, slot: usize) {
        let span = self.string_span();
        self.set(slot, span.cell(Kind::String));
    }

    #[inline(always)]
    fn number(&mut self, slot: usize) {
        let span = self.number_span();
        self.set(slot, span.cell(Kind::Number));
    }

    #[inline(always)]
    fn word(&mut self, slot: usize) {
        let (span, kind) = self.word_span();
        self.set(slot, span.cell(kind));
    }

    #[inline(always)]
    fn skip_string(&mut self) {
        self.string_span();
    }

    #[inline(always)]
    fn skip_number(&mut self) {
        self.number_span();
    }

    #[inline(always)]
    fn skip_word(&mut self) {
        self.word_span();
    }

    #[inline(always)]
    fn end<const N: usize>(&mut self, literal: &[u8; N]) -> bool {
        self.key(literal);
        let ended = (self.at == self.text.len()) & (self.bad == 0);
        ended && self.numbers.are_fine(self.level, self.text)
    }
}

impl<'t, 'c, L: Level> Scanned<'t, 'c, L> {
    /// A cursor at the start of `text`.
    #[inline(always)]
    pub fn new(level: L, text: Text<'t>, cells: &'c mut [Cell]) -> Self {
        Self {
            level,
            text,
            at: 0,
            // spans are short
            bad: u64::from(text.len() > usize::from(u16::MAX)),
            keys: 0,
            tokens: 0,
            cells,
            numbers: Numbers::NONE,
        }
    }

    #[inline(always)]
    fn string_span(&mut self) -> Span {
        // SAFETY: so few steps stay in the padding.
        let bytes: &[u8; HALF] = unsafe { self.text.array(self.at) };
        let (quotes, odd) = self.level.equal_and_odd(bytes, b'"');
        // Up to the first quote, which comes before all that is odd. Where there is none, the next
        // literal wants one behind these bytes.
        let first = (quotes | odd) & (quotes | odd).wrapping_neg();
        self.bad |= u64::from(first & odd);
        self.span(quotes.trailing_zeros())
    }

    #[inline(always)]
    fn number_span(&mut self) -> Span {
        // SAFETY: so few steps stay in the padding.
        let bytes: &[u8; 16] = unsafe { self.text.array(self.at) };
        let span = self.span(self.level.number_length(bytes));
        // SAFETY: so few steps stay in the padding, and this one before its last blocks.
        unsafe {
            self.numbers
                .add(self.level, self.text, span.start(), span.len());
        }
        span
    }

    /// What stands behind a word is seen by the next literal.
    #[inline(always)]
    fn word_span(&mut self) -> (Span, Kind) {
        // SAFETY: so few steps stay in the padding.
        let word = u64::from_le_bytes(*unsafe { self.text.array(self.at) });
        let kind = word::bare_kind(word);
        let len = if kind == Kind::False { 5 } else { 4 };
        self.bad |= u64::from(!word::is_word(word, len));
        #[expect(clippy::cast_possible_truncation, reason = "4 or 5")]
        let span = self.span(len as u32);
        (span, kind)
    }

    /// A token of `len` bytes.
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "longer texts are marked as bad"
    )]
    fn span(&mut self, len: u32) -> Span {
        self.tokens += 1;
        assert!(self.tokens <= MAX_SCANNED, "a line has few values");
        let span = Span::new(self.at as u16, len as u16);
        self.at += len as usize;
        span
    }

    #[inline(always)]
    fn set(&mut self, slot: usize, cell: Cell) {
        match self.cells.get_mut(slot) {
            Some(place) => *place = cell,
            None => self.bad = 1,
        }
    }
}
