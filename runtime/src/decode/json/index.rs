//! The comma index: where the structural commas of a message stand.
//!
//! Between two commas that are outside of strings, a JSON text has one scalar at most. So the
//! commas cut a message into segments whose places are known before anything else of it is: what
//! is checked next depends on no scan. The index is exact for texts without a backslash, since
//! then every quote begins or ends a string; texts with one are left to the reference path.
//!
//! Strings are found with a prefix sum over the quotes without carry, which is one carry-less
//! multiplication (simdjson: Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 2019).

use super::level::{BLOCK, LANES, Level};
use super::text::Text;

/// Texts up to this many bytes are indexed.
const MAX_LEN: usize = 8192;

/// Segments that a text may have.
pub(super) const MAX_SEGMENTS: usize = 512;

/// Commas in a block that are found.
const MAX_IN_BLOCK: u32 = 32;

/// Room for offsets: where a block's are written is masked instead of compared.
const ROOM: usize = 4 * MAX_SEGMENTS;

const _: () = assert!(ROOM >= 2 * MAX_SEGMENTS + BLOCK && MAX_SEGMENTS.is_power_of_two());

/// The index of a text.
#[derive(Debug)]
pub struct Index {
    commas: Commas,
}

/// 0, the offset of each comma, and the text's length.
#[derive(Debug)]
pub(super) struct Commas(Box<Offsets>);

/// The offsets themselves.
pub(super) type Offsets = [u16; ROOM];

impl Commas {
    /// Offset `number`; behind the last one anything.
    #[inline(always)]
    pub(super) fn get(&self, number: usize) -> u32 {
        u32::from(self.0[number % ROOM])
    }

    /// All of them; behind the last one is anything.
    #[inline(always)]
    pub(super) fn offsets(&self) -> &Offsets {
        &self.0
    }

    /// The first `count` offsets behind the first one, as far as they are kept.
    #[inline(always)]
    pub(super) fn behind_first(&self, count: usize) -> &[u16] {
        &self.0[1..=count.min(MAX_SEGMENTS)]
    }

    /// Offsets `number` × [`LANES`] and those behind it.
    #[inline(always)]
    pub(super) fn lanes(&self, number: usize) -> &[u16; LANES + 1] {
        let first = number * LANES % MAX_SEGMENTS;
        self.0[first..].first_chunk().expect("there is room behind")
    }
}

/// What the index tells of a text as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    segments: u32,
    /// How many quotes there are.
    pub(super) quotes: u32,
}

impl Summary {
    /// How many segments the commas cut it into.
    #[inline(always)]
    pub(super) fn segments(self) -> usize {
        self.segments as usize
    }
}

impl Index {
    pub(super) fn new() -> Self {
        Self {
            commas: Commas(Box::new([0; ROOM])),
        }
    }

    /// Where the segments of the text that was indexed last begin.
    #[inline(always)]
    pub(super) fn commas(&self) -> &Commas {
        &self.commas
    }

    /// Indexes a text. None where it is too long, starts with a comma, has too many of them or a
    /// backslash, ends within a string, or has a control character or bad UTF-8 in a string.
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "lengths are at most `MAX_LEN`"
    )]
    pub(super) fn build<L: Level>(&mut self, level: L, text: Text<'_>) -> Option<Summary> {
        let len = text.len();
        if !(2..=MAX_LEN).contains(&len) || text.bytes()[0] == b',' {
            return None;
        }
        let mut state = State {
            commas: 1,
            ..State::default()
        };
        let last = (len - 1) / BLOCK;
        for number in 0..last {
            self.block(level, text, number, u64::MAX, &mut state);
        }
        let inside = u64::MAX >> (BLOCK - 1 - (len - 1) % BLOCK);
        self.block(level, text, last, inside, &mut state);
        let is_exact = state.commas <= MAX_SEGMENTS && state.crowded <= MAX_IN_BLOCK;
        if !is_exact || state.in_string != 0 {
            return None;
        }
        if state.odd != 0 && !strings_are_fine(level, text) {
            return None;
        }
        // a text that was refused may have been written over the first one
        self.commas.0[0] = 0;
        self.commas.0[state.commas % ROOM] = len as u16;
        Some(Summary {
            segments: state.commas as u32,
            quotes: state.quotes,
        })
    }

    /// Indexes one block, of which `inside` selects the text's bytes.
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "offsets are at most `MAX_LEN`"
    )]
    fn block<L: Level>(
        &mut self,
        level: L,
        text: Text<'_>,
        number: usize,
        inside: u64,
        state: &mut State,
    ) {
        let start = number * BLOCK;
        // SAFETY: blocks begin before the text's end.
        let block = level.load(unsafe { text.array(start) });
        let quotes = level.equal(block, b'"') & inside;
        let string = level.prefix_xor(quotes) ^ state.in_string;
        let commas = level.equal(block, b',') & inside & !string;
        state.in_string = (string.cast_signed() >> 63).cast_unsigned();
        state.quotes += quotes.count_ones();
        state.odd |= level.odd(block) & inside & string;
        // where there are far too many, they are written over others, and counted
        let room = &mut self.commas.0[state.commas % (2 * MAX_SEGMENTS)..];
        let room = room.first_chunk_mut().expect("there is room behind");
        level.positions(commas, start as u16, room);
        let count = commas.count_ones();
        state.commas += count as usize;
        state.crowded = state.crowded.max(count);
    }
}

/// What one block passes on to the next.
#[derive(Default)]
struct State {
    /// Offsets that are written.
    commas: usize,
    quotes: u32,
    /// All ones within a string.
    in_string: u64,
    /// Bytes in strings that are no plain ASCII, or backslashes.
    odd: u64,
    /// The most commas of a block.
    crowded: u32,
}

/// Whether the strings hold no backslash and no control character, and the text is UTF-8. What
/// stands outside of strings is compared byte for byte later. Strings are told from the rest as if
/// there were no backslash: the first one, if any, is seen in its place.
#[cold]
#[inline(never)]
fn strings_are_fine<L: Level>(level: L, text: Text<'_>) -> bool {
    let mut in_string = 0;
    let mut bad = 0;
    for start in (0..text.len()).step_by(BLOCK) {
        let inside = u64::MAX >> (BLOCK - (text.len() - start).min(BLOCK));
        // SAFETY: the offset is below the text's length.
        let block = level.load(unsafe { text.array(start) });
        let quotes = level.equal(block, b'"') & inside;
        let string = level.prefix_xor(quotes) ^ in_string;
        in_string = (string.cast_signed() >> 63).cast_unsigned();
        bad |= level.odd(block) & !level.non_ascii(block) & inside & string;
    }
    bad == 0 && std::str::from_utf8(text.bytes()).is_ok()
}
