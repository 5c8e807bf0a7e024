//! The line: a short message of few keys, written as its table declares it.
//!
//! Generated code drives a cursor along the declared keys, and is inlined into the loop over
//! messages. Nothing is decided on the way: each step finds the end of a token with the shortest
//! chain there is, notes what is wrong, and goes on. One branch at the end asks whether anything
//! was. What is accepted is accepted by the reference path with the same cells:
//!
//! - every byte is either compared with a key and its punctuation, or in a string that holds no
//!   quote, backslash, control character or byte above 0x7f, or in a number that is checked
//!   against the grammar;
//! - the keys are distinct, so no duplicate can occur;
//! - the cursor only goes forward, and ends at the message's last byte.

use super::grammar::{self, Span};
use super::level::{HALF, Level};
use super::shape::{Cell, Kind};
use super::text::{PADDING, Text};
use super::word;

/// The most keys that a line has.
pub const MAX_KEYS: usize = 8;

/// The longest literal of a line, in bytes.
pub const MAX_LITERAL: usize = 64;

// Whatever the message holds, the cursor stays in the padding.
const _: () = assert!((MAX_KEYS + 1) * (MAX_LITERAL + HALF) + HALF <= PADDING);

/// A cursor on a line.
#[derive(Debug)]
pub struct Line<'t, 'c, L> {
    level: L,
    text: Text<'t>,
    at: usize,
    /// Not zero where something is wrong.
    bad: u64,
    /// Literals and tokens that were read: constants once the steps are inlined.
    keys: usize,
    tokens: usize,
    cells: &'c mut [Cell],
    numbers: [Span; MAX_KEYS],
    count: usize,
}

impl<'t, 'c, L: Level> Line<'t, 'c, L> {
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
            numbers: [Span::NONE; MAX_KEYS],
            count: 0,
        }
    }

    /// Exactly these bytes: a key with the punctuation around it.
    #[inline(always)]
    pub fn key<const N: usize>(&mut self, literal: &[u8; N]) -> &mut Self {
        const { assert!(N <= MAX_LITERAL) };
        self.keys += 1;
        assert!(self.keys <= MAX_KEYS + 1, "a line has few keys");
        // SAFETY: so few steps stay in the padding.
        let bytes: &[u8; N] = unsafe { self.text.array(self.at) };
        self.bad |= word::differing(bytes, literal);
        self.at += N;
        self
    }

    /// A short plain string, up to its closing quote, into a slot.
    #[inline(always)]
    pub fn string(&mut self, slot: usize) {
        let span = self.string_span();
        self.set(slot, span.cell(Kind::String));
    }

    /// A short number without exponent, into a slot.
    #[inline(always)]
    pub fn number(&mut self, slot: usize) {
        let span = self.number_span();
        self.set(slot, span.cell(Kind::Number));
    }

    /// A string that is not needed.
    #[inline(always)]
    pub fn skip_string(&mut self) {
        self.string_span();
    }

    /// A number that is not needed.
    #[inline(always)]
    pub fn skip_number(&mut self) {
        self.number_span();
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
        self.numbers[self.count % MAX_KEYS] = span;
        self.count += 1;
        span
    }

    /// What closes the message, and its end.
    #[inline(always)]
    pub fn end<const N: usize>(&mut self, literal: &[u8; N]) -> bool {
        self.key(literal);
        let ended = (self.at == self.text.len()) & (self.bad == 0);
        ended && self.are_numbers()
    }

    #[inline(always)]
    fn are_numbers(&self) -> bool {
        let last = self.count.saturating_sub(1);
        let at = |index: usize| self.numbers[index.min(last) % MAX_KEYS];
        let mut fine = true;
        if self.count > 0 {
            let spans = [at(0), at(1), at(2), at(3)];
            // SAFETY: the cursor stays in the padding.
            fine &= unsafe { grammar::are_short_numbers(self.level, self.text, spans) };
        }
        if self.count > 4 {
            let spans = [at(4), at(5), at(6), at(7)];
            // SAFETY: as above.
            fine &= unsafe { grammar::are_short_numbers(self.level, self.text, spans) };
        }
        fine
    }

    /// A token of `len` bytes.
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "longer texts are marked as bad"
    )]
    fn span(&mut self, len: u32) -> Span {
        self.tokens += 1;
        assert!(self.tokens <= MAX_KEYS, "a line has few values");
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
