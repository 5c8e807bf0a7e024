//! A message's bytes with readable ones behind them: what lets vector code read whole blocks.

use super::level::BLOCK;
use crate::payload::{Payload, READABLE_BEHIND};
use std::marker::PhantomData;
use std::ops::Range;

/// Bytes that can be read behind a text, whatever they hold: as many as a line of the most and
/// longest keys may run ahead before it asks whether the text ended. All other tiers need two
/// blocks at most.
pub const PADDING: usize = READABLE_BEHIND;

/// A text of JSON that [`PADDING`] bytes stand behind.
#[derive(Clone, Copy)]
pub struct Text<'m> {
    start: *const u8,
    len: usize,
    lifetime: PhantomData<&'m [u8]>,
}

// SAFETY: a `Text` is a shared slice: see `Text::new`.
unsafe impl Send for Text<'_> {}
// SAFETY: as above.
unsafe impl Sync for Text<'_> {}

impl<'m> Text<'m> {
    /// A text without bytes, of messages that are no JSON.
    pub const NONE: Self = {
        static PADDED: [u8; PADDING] = [0; PADDING];
        Self {
            start: PADDED.as_ptr(),
            len: 0,
            lifetime: PhantomData,
        }
    };

    /// The first `len` bytes of `bytes`, if [`PADDING`] more follow.
    #[inline(always)]
    pub fn new(bytes: &'m [u8], len: usize) -> Option<Self> {
        let padded = bytes.len() >= PADDING && len <= bytes.len() - PADDING;
        padded.then_some(Self {
            start: bytes.as_ptr(),
            len,
            lifetime: PhantomData,
        })
    }

    /// A part of it, with the rest of it behind.
    ///
    /// # Panics
    /// Where the range is none of the text.
    #[must_use]
    pub fn part(self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.len);
        Self {
            // SAFETY: the offset is at most the text's length; what follows the part has more
            // readable bytes behind it than the text has.
            start: unsafe { self.start.add(range.start) },
            len: range.end - range.start,
            lifetime: PhantomData,
        }
    }

    /// How many bytes it has.
    #[inline(always)]
    pub fn len(self) -> usize {
        self.len
    }

    /// Whether it has none.
    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The bytes.
    #[inline(always)]
    pub fn bytes(self) -> &'m [u8] {
        // SAFETY: `new` took them from a slice that lives for 'm.
        unsafe { std::slice::from_raw_parts(self.start, self.len) }
    }

    /// `N` bytes from offset `at` on.
    ///
    /// # Safety
    /// The bytes are the text's or stand in the [`PADDING`] behind it.
    #[inline(always)]
    pub(super) unsafe fn array<const N: usize>(self, at: usize) -> &'m [u8; N] {
        const { assert!(N <= PADDING) };
        debug_assert!(
            at + N <= self.len + PADDING,
            "no byte is beyond the padding"
        );
        // SAFETY: `new` has seen that the text and PADDING bytes behind it are one slice.
        unsafe { &*self.start.add(at).cast() }
    }

    /// The first two blocks.
    #[inline(always)]
    pub(super) fn front(self) -> &'m [u8; 2 * BLOCK] {
        // SAFETY: the offset is zero.
        unsafe { self.array(0) }
    }

    /// The last eight bytes, of a text that is at least as long; zero of a shorter one.
    #[inline(always)]
    pub(super) fn last_word(self) -> u64 {
        match self.len.checked_sub(8) {
            // SAFETY: the offset is below the text's length.
            Some(at) => u64::from_le_bytes(unsafe { *self.array(at) }),
            None => 0,
        }
    }

    /// Eight bytes from offset `at` on, or from the text's end where that comes first.
    #[inline(always)]
    pub(crate) fn word(self, at: usize) -> u64 {
        // SAFETY: the offset is at most the text's length.
        u64::from_le_bytes(unsafe { self.start.add(at.min(self.len)).cast::<[u8; 8]>().read() })
    }

    /// Sixteen bytes, as [`Text::word`].
    #[inline(always)]
    pub(crate) fn long_word(self, at: usize) -> u128 {
        // SAFETY: the offset is at most the text's length.
        u128::from_le_bytes(unsafe { self.start.add(at.min(self.len)).cast::<[u8; 16]>().read() })
    }
}

impl std::fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Text(\"{}\")", self.bytes().escape_ascii())
    }
}

/// Memory for payloads that have too little behind them.
#[derive(Debug, Default)]
pub struct Padded {
    copy: Vec<u8>,
}

impl Padded {
    /// The payload as a text: where it stands, or copied.
    #[inline(always)]
    pub fn text<'a>(&'a mut self, payload: Payload<'a>) -> Text<'a> {
        match Text::new(payload.and_behind(), payload.len()) {
            Some(text) => text,
            None => self.copied(payload.bytes()),
        }
    }

    #[cold]
    #[inline(never)]
    fn copied(&mut self, payload: &[u8]) -> Text<'_> {
        self.copy.clear();
        self.copy.extend_from_slice(payload);
        self.copy.resize(payload.len() + PADDING, 0);
        Text::new(&self.copy, payload.len()).expect("the padding was just added")
    }
}
