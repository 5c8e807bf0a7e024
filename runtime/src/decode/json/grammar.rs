//! Number grammar for four numbers at a time.

use super::level::Level;
use super::scan;
use super::shape::{Cell, Kind};
use super::text::Text;

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
/// Each number has a lane of 16 bits in the masks, so that the grammar is worked out for all four
/// together: digits but for one sign in front and one point within, and no zero in front of
/// another digit.
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
    let block = unsafe {
        level.join([
            text.array(a.start()),
            text.array(b.start()),
            text.array(c.start()),
            text.array(d.start()),
        ])
    };
    let (digits, points) = (level.digits(block), level.equal(block, b'.'));
    let (zeros, signs) = (level.equal(block, b'0'), level.equal(block, b'-'));
    // each lane up to what is in no number, or up to its 15th byte: the bits below the lowest
    let foreign = !(digits | points | signs) | TOP;
    let inside = (foreign - LANES) & !foreign;
    // what follows a number is foreign, so no run is too long: together they tell of each
    let lengths = a.len() + b.len() + c.len() + d.len();
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
