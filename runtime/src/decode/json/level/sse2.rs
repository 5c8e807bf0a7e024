//! SSE2, which every x86-64 CPU has.

use super::{
    BLOCK, Beside, HALF, LANES, Level, compiled_for, portable::Portable, sealed, word_up_to,
};
use std::arch::x86_64::{
    __m128i, _mm_and_si128, _mm_cmpeq_epi8, _mm_cmpgt_epi8, _mm_loadu_si128, _mm_min_epu8,
    _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8, _mm_setzero_si128, _mm_sub_epi8, _mm_subs_epu8,
    _mm_xor_si128,
};

/// A token of the level.
#[derive(Clone, Copy, Debug)]
pub struct Sse2(());

impl Sse2 {
    /// Part of the architecture's baseline.
    #[inline]
    pub fn always() -> Self {
        Self(())
    }
}

impl sealed::Sealed for Sse2 {}

#[inline(always)]
fn load16(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: sixteen bytes are read from an array of sixteen; SSE2 is part of x86-64.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

#[inline(always)]
fn splat(byte: u8) -> __m128i {
    // SAFETY: SSE2 is part of x86-64.
    unsafe { _mm_set1_epi8(byte.cast_signed()) }
}

#[inline(always)]
fn quarters(bytes: &[u8; BLOCK]) -> [__m128i; 4] {
    let (quarters, _) = bytes.as_chunks::<16>();
    std::array::from_fn(|index| load16(&quarters[index]))
}

/// Bit `i`: the highest bit of byte `i` of what `test` makes of the block.
#[inline(always)]
fn mask(block: [__m128i; 4], test: impl Fn(__m128i) -> __m128i) -> u64 {
    let mut mask = 0;
    for (index, quarter) in block.into_iter().enumerate() {
        // SAFETY: SSE2 is part of x86-64.
        let bits = unsafe { _mm_movemask_epi8(test(quarter)) };
        mask |= u64::from(bits.cast_unsigned()) << (16 * index);
    }
    mask
}

impl Level for Sse2 {
    const SMALL: bool = true;

    type Block = [__m128i; 4];
    type Half = [__m128i; 2];

    compiled_for!(Sse2, "sse2");

    #[inline(always)]
    fn load(self, bytes: &[u8; BLOCK]) -> Self::Block {
        quarters(bytes)
    }

    #[inline(always)]
    fn join(self, quarters: [&[u8; 16]; 4]) -> Self::Block {
        quarters.map(load16)
    }

    #[inline(always)]
    fn equal(self, block: Self::Block, byte: u8) -> u64 {
        // SAFETY: SSE2 is part of x86-64.
        mask(block, |x| unsafe { _mm_cmpeq_epi8(x, splat(byte)) })
    }

    #[inline(always)]
    fn odd(self, block: Self::Block) -> u64 {
        // as signed numbers the bytes above 0x7f are below 0x20 too
        // SAFETY: SSE2 is part of x86-64.
        mask(block, |x| unsafe {
            let backslash = _mm_cmpeq_epi8(x, splat(b'\\'));
            _mm_or_si128(_mm_cmpgt_epi8(splat(0x20), x), backslash)
        })
    }

    #[inline(always)]
    fn non_ascii(self, block: Self::Block) -> u64 {
        mask(block, |x| x)
    }

    #[inline(always)]
    fn digits(self, block: Self::Block) -> u64 {
        // SAFETY: SSE2 is part of x86-64.
        mask(block, |x| unsafe {
            let value = _mm_sub_epi8(x, splat(b'0'));
            _mm_cmpeq_epi8(_mm_min_epu8(value, splat(9)), value)
        })
    }

    #[inline(always)]
    fn marks(self, block: Self::Block) -> u64 {
        // SAFETY: SSE2 is part of x86-64.
        mask(block, |x| unsafe {
            let equal = |byte| _mm_cmpeq_epi8(x, splat(byte));
            _mm_or_si128(
                _mm_or_si128(equal(b'"'), equal(b'-')),
                _mm_or_si128(equal(b'.'), equal(b'\\')),
            )
        })
    }

    #[inline(always)]
    fn within(
        self,
        blocks: [Self::Block; 2],
        lowest: &[u8; 2 * BLOCK],
        span: &[u8; 2 * BLOCK],
    ) -> bool {
        let (lowest, _) = lowest.as_chunks::<16>();
        let (span, _) = span.as_chunks::<16>();
        // SAFETY: SSE2 is part of x86-64.
        unsafe {
            let mut outside = _mm_setzero_si128();
            for index in 0..8 {
                let byte = blocks[index / 4][index % 4];
                let above = _mm_sub_epi8(byte, load16(&lowest[index]));
                outside = _mm_or_si128(outside, _mm_subs_epu8(above, load16(&span[index])));
            }
            _mm_movemask_epi8(_mm_cmpeq_epi8(outside, _mm_setzero_si128())) == 0xffff
        }
    }

    #[inline(always)]
    fn differing(self, text: &[u8; BLOCK], pattern: &[u8; BLOCK], selected: u64) -> u64 {
        let (text, pattern) = (quarters(text), quarters(pattern));
        let mut equal = 0;
        for index in 0..4 {
            if index > 0 && selected >> (16 * index) == 0 {
                break;
            }
            // SAFETY: SSE2 is part of x86-64.
            let bits = unsafe { _mm_movemask_epi8(_mm_cmpeq_epi8(text[index], pattern[index])) };
            equal |= u64::from(bits.cast_unsigned()) << (16 * index);
        }
        !equal & selected
    }

    #[inline(always)]
    fn zeros(self) -> Self::Half {
        // SAFETY: SSE2 is part of x86-64.
        unsafe { [_mm_setzero_si128(); 2] }
    }

    #[inline(always)]
    fn add_differing(
        self,
        mut sum: Self::Half,
        text: &[u8; HALF],
        pattern: &[u8; HALF],
        mask: &[u8; HALF],
    ) -> Self::Half {
        let (text, _) = text.as_chunks::<16>();
        let (pattern, _) = pattern.as_chunks::<16>();
        let (mask, _) = mask.as_chunks::<16>();
        for index in 0..2 {
            // SAFETY: SSE2 is part of x86-64.
            sum[index] = unsafe {
                let difference = _mm_xor_si128(load16(&text[index]), load16(&pattern[index]));
                _mm_or_si128(sum[index], _mm_and_si128(difference, load16(&mask[index])))
            };
        }
        sum
    }

    #[inline(always)]
    fn is_zero(self, half: Self::Half) -> bool {
        // SAFETY: SSE2 is part of x86-64.
        unsafe {
            let both = _mm_or_si128(half[0], half[1]);
            _mm_movemask_epi8(_mm_cmpeq_epi8(both, _mm_setzero_si128())) == 0xffff
        }
    }

    #[inline(always)]
    fn spans(
        self,
        commas: &[u16; LANES + 1],
        beside: &Beside,
        starts: &mut [u16; LANES],
        lens: &mut [u16; LANES],
    ) -> i32 {
        Portable.spans(commas, beside, starts, lens)
    }

    #[inline(always)]
    fn equal_and_odd(self, text: &[u8; 32], byte: u8) -> (u32, u32) {
        let (text, _) = text.as_chunks::<16>();
        let (low, high) = (load16(&text[0]), load16(&text[1]));
        // SAFETY: SSE2 is part of x86-64.
        unsafe {
            let (byte, space, backslash) = (splat(byte), splat(0x20), splat(b'\\'));
            let equal = (
                _mm_movemask_epi8(_mm_cmpeq_epi8(low, byte)).cast_unsigned(),
                _mm_movemask_epi8(_mm_cmpeq_epi8(high, byte)).cast_unsigned(),
            );
            let odd_low = _mm_or_si128(_mm_cmpgt_epi8(space, low), _mm_cmpeq_epi8(low, backslash));
            let odd_high =
                _mm_or_si128(_mm_cmpgt_epi8(space, high), _mm_cmpeq_epi8(high, backslash));
            let odd = (
                _mm_movemask_epi8(odd_low).cast_unsigned(),
                _mm_movemask_epi8(odd_high).cast_unsigned(),
            );
            (equal.0 | equal.1 << 16, odd.0 | odd.1 << 16)
        }
    }

    #[inline(always)]
    fn up_to(self, text: &[u8; HALF], byte: u8) -> (u64, u32) {
        let (equal, _) = self.equal_and_odd(text, byte);
        let at = equal.trailing_zeros();
        (word_up_to(text, at), at)
    }

    #[inline(always)]
    fn number_length(self, text: &[u8; 16]) -> u32 {
        // the bytes from `-` to `9`
        // SAFETY: sixteen bytes are read from an array of sixteen; SSE2 is part of x86-64.
        let inside = unsafe {
            let text = _mm_loadu_si128(text.as_ptr().cast());
            let value = _mm_sub_epi8(text, _mm_set1_epi8(b'-'.cast_signed()));
            let most = _mm_min_epu8(value, _mm_set1_epi8((b'9' - b'-').cast_signed()));
            _mm_movemask_epi8(_mm_cmpeq_epi8(most, value))
        };
        (!inside).trailing_zeros()
    }

    #[inline(always)]
    fn prefix_xor(self, mask: u64) -> u64 {
        Portable.prefix_xor(mask)
    }

    #[inline(always)]
    fn positions(self, mask: u64, base: u16, out: &mut [u16; BLOCK]) {
        Portable.positions(mask, base, out);
    }
}
