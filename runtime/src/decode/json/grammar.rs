//! Number grammar for four numbers at a time.

use super::level::Level;
use super::scan;
use super::shape::{Cell, Kind};
use super::text::Text;
use super::word;
use crate::value::digits::Digits;

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
            digits: Digits::default(),
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
    let runs = unsafe { runs(level, text, [a.start(), b.start(), c.start(), d.start()]) };
    runs.are_all(a.len() + b.len() + c.len() + d.len())
}

/// What [`short_numbers`] found of numbers that start at `starts`.
///
/// # Safety
/// They start in the text, or at most a block behind it.
#[inline(always)]
pub(super) unsafe fn runs<L: Level>(level: L, text: Text<'_>, starts: [usize; 4]) -> Runs {
    // SAFETY: the caller's.
    let bytes = unsafe {
        [
            text.array(starts[0]),
            text.array(starts[1]),
            text.array(starts[2]),
            text.array(starts[3]),
        ]
    };
    short_numbers(level, bytes)
}

/// The same of the last `count` of the four; in place of the others stand zeros, of one byte.
///
/// # Safety
/// As above.
#[inline(always)]
pub(super) unsafe fn last_runs<L: Level>(
    level: L,
    text: Text<'_>,
    [a, b, c, d]: [usize; 4],
    count: usize,
) -> Runs {
    let number = |start, is_one: bool| {
        if !is_one {
            return ZERO;
        }
        // SAFETY: the caller's.
        unsafe { text.array(start) }
    };
    let bytes = [
        number(a, count > 3),
        number(b, count > 2),
        number(c, count > 1),
        number(d, count > 0),
    ];
    short_numbers(level, bytes)
}

/// A number that stands for none.
const ZERO: &[u8; 16] = b"0,,,,,,,,,,,,,,,";

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
            short_numbers(level, bytes).are_all(lengths) || are_any(text, spans)
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

/// What the runs of digits, signs and points are that start each of four arrays, up to 15 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Runs {
    /// Not zero where one of them is no number.
    bad: u64,
    /// Bytes of all of them together.
    len: u32,
}

impl Runs {
    /// Those of no number.
    pub(super) const NONE: Self = Self { bad: 0, len: 0 };

    /// Whether they are numbers, all of them together `len` bytes long. Where no number that was
    /// looked for ends within its run, that tells of each.
    #[inline(always)]
    pub(super) fn are_all(self, len: usize) -> bool {
        (self.bad == 0) & (self.len as usize == len)
    }

    /// These and others.
    #[inline(always)]
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            bad: self.bad | other.bad,
            len: self.len + other.len,
        }
    }
}

/// Reads what starts each of the arrays.
///
/// Each number has a lane of 16 bits in the masks, so that the grammar is worked out for all four
/// together: digits but for one sign in front and one point within, and no zero in front of
/// another digit.
#[inline(always)]
fn short_numbers<L: Level>(level: L, bytes: [&[u8; 16]; 4]) -> Runs {
    let block = level.join(bytes);
    let (digits, points) = (level.digits(block), level.equal(block, b'.'));
    let (zeros, signs) = (level.equal(block, b'0'), level.equal(block, b'-'));
    // each lane up to what is in no number, or up to its 15th byte: the bits below the lowest
    let foreign = !(digits | points | signs) | TOP;
    let inside = (foreign - LANES) & !foreign;
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
    Runs {
        bad,
        len: inside.count_ones(),
    }
}

/// Whether `span` is a number, of whatever length and form.
pub(super) fn is_number(text: &[u8], span: Span) -> bool {
    scan::number(text, span.start()) == Ok(span.start() + span.len())
}
