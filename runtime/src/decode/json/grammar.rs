//! Number grammar for four numbers at a time.

use super::level::Level;
use super::scan;
use super::shape::{Cell, Kind};
use super::text::Text;
use super::word;

/// A stretch of a text: where it starts in the lower half, its length in the upper. One word, so
/// that a span that was just written can be read from the store before it is in memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span(u32);

impl Span {
    /// No bytes.
    pub(super) const NONE: Self = Self(0);

    #[inline(always)]
    pub(super) fn new(start: u16, len: u16) -> Self {
        Self(u32::from(start) | u32::from(len) << 16)
    }

    #[inline(always)]
    pub(super) fn start(self) -> usize {
        (self.0 & 0xffff) as usize
    }

    #[inline(always)]
    pub(super) fn len(self) -> usize {
        (self.0 >> 16) as usize
    }

    /// A value of `kind`.
    #[inline(always)]
    pub(super) fn cell(self, kind: Kind) -> Cell {
        Cell {
            kind,
            start: self.0 & 0xffff,
            len: self.0 >> 16,
        }
    }
}

/// One in each 16-bit lane.
const LANES: u64 = 0x0001_0001_0001_0001;
/// The highest bit of each lane.
const TOP: u64 = LANES << 15;

/// Whether each span is a number of RFC 8259 without exponent, of 15 bytes at most. A longer one
/// and one with an exponent are refused.
///
/// # Safety
/// The spans start in the text, or at most a block behind it.
#[inline(always)]
pub(super) unsafe fn are_short_numbers<L: Level>(
    level: L,
    text: Text<'_>,
    spans: [Span; 4],
) -> bool {
    let [a, b, c, d] = spans;
    // SAFETY: the caller's.
    let bytes = unsafe {
        [
            text.array(a.start()),
            text.array(b.start()),
            text.array(c.start()),
            text.array(d.start()),
        ]
    };
    short_numbers(level, bytes, a.len() + b.len() + c.len() + d.len())
}

/// Whether each span is a number, of whatever length and form, or a word.
///
/// # Safety
/// The spans start in the text, or at most a block behind it.
#[inline(never)]
pub(super) unsafe fn are_numbers_or_words<L: Level>(
    level: L,
    text: Text<'_>,
    spans: [Span; 4],
) -> bool {
    const ZERO: &[u8; 16] = b"0,,,,,,,,,,,,,,,";
    level.vectorize(
        #[inline(always)]
        || {
            let mut bytes = [ZERO; 4];
            let mut lengths = 0;
            for number in 0..4 {
                let span = spans[number];
                // the place of a word is taken by a number
                let is_word = word::is_word(text.word(span.start()), span.len());
                if !is_word {
                    // SAFETY: the caller's.
                    bytes[number] = unsafe { text.array(span.start()) };
                }
                lengths += if is_word { 1 } else { span.len() };
            }
            short_numbers(level, bytes, lengths) || are_any(text, spans)
        },
    )
}

#[cold]
#[inline(never)]
fn are_any(text: Text<'_>, spans: [Span; 4]) -> bool {
    spans.iter().all(|span| is_number_or_word(text, *span))
}

/// Whether `span` is a number, of whatever length and form, or a word.
#[inline(never)]
pub(super) fn is_number_or_word(text: Text<'_>, span: Span) -> bool {
    word::is_word(text.word(span.start()), span.len()) || is_number(text.bytes(), span)
}

/// Whether a number starts each of the arrays, all of them together `lengths` long, and each with
/// something behind it that is in no number.
///
/// Each number has a lane of 16 bits in the masks, so that the grammar is worked out for all four
/// together: digits but for one sign in front and one point within, and no zero in front of
/// another digit.
#[inline(always)]
fn short_numbers<L: Level>(level: L, bytes: [&[u8; 16]; 4], lengths: usize) -> bool {
    let block = level.join(bytes);
    let (digits, points) = (level.digits(block), level.equal(block, b'.'));
    let (zeros, signs) = (level.equal(block, b'0'), level.equal(block, b'-'));
    // each lane up to what is in no number, or up to its 15th byte: the bits below the lowest
    let foreign = !(digits | points | signs) | TOP;
    let inside = (foreign - LANES) & !foreign;
    // no run is too long, so together they tell of each
    let sign = signs & LANES & inside;
    // what is no digit: at most one, and that a point
    let other = (!digits & inside) ^ sign;
    let several = other & ((other | TOP) - LANES) & !TOP;
    let first = (LANES & !sign) | sign << 1;
    let last = (inside + LANES) >> 1;
    let bad = several
        | (other & !points)
        | (first & !(digits & inside))
        | (other & last)
        | ((zeros & first) << 1 & digits & inside);
    (bad == 0) & (inside.count_ones() as usize == lengths)
}

/// Whether `span` is a number, of whatever length and form.
pub(super) fn is_number(text: &[u8], span: Span) -> bool {
    scan::number(text, span.start()) == Ok(span.start() + span.len())
}
