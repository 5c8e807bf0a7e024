//! AVX2, with the bit instructions that came with it.

use super::{BLOCK, Beside, HALF, LANES, Level, compiled_for, sealed};
use std::arch::x86_64::{
    __m256i, _bzhi_u64, _mm_add_epi32, _mm_clmulepi64_si128, _mm_cmpeq_epi8, _mm_cvtsi128_si32,
    _mm_cvtsi128_si64, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_set_epi64x,
    _mm_set1_epi8, _mm_shuffle_epi32, _mm_sub_epi8, _mm256_add_epi16, _mm256_and_si256,
    _mm256_castsi256_si128, _mm256_cmpeq_epi8, _mm256_cmpgt_epi8, _mm256_extracti128_si256,
    _mm256_loadu_si256, _mm256_madd_epi16, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256,
    _mm256_set_m128i, _mm256_set1_epi8, _mm256_setr_epi8, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_storeu_si256, _mm256_sub_epi8, _mm256_sub_epi16, _mm256_subs_epu8,
    _mm256_testz_si256, _mm256_xor_si256,
};

/// A token of the level: it exists only on a CPU that has it.
#[derive(Clone, Copy, Debug)]
pub struct Avx2(());

impl Avx2 {
    /// The token, if this CPU has AVX2, BMI1, BMI2, LZCNT, POPCNT and PCLMULQDQ.
    #[inline]
    pub fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt")
            && is_x86_feature_detected!("pclmulqdq");
        has.then_some(Self(()))
    }
}

impl sealed::Sealed for Avx2 {}

/// # Safety
/// The CPU has AVX2.
#[inline(always)]
unsafe fn load32(bytes: &[u8; 32]) -> __m256i {
    // SAFETY: thirty-two bytes are read from an array of thirty-two.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

/// # Safety
/// The CPU has AVX2.
#[inline(always)]
unsafe fn splat(byte: u8) -> __m256i {
    // SAFETY: see above.
    unsafe { _mm256_set1_epi8(byte.cast_signed()) }
}

/// Bit `i`: the highest bit of byte `i`.
///
/// # Safety
/// The CPU has AVX2.
#[inline(always)]
unsafe fn mask(low: __m256i, high: __m256i) -> u64 {
    // SAFETY: see above.
    let (low, high) = unsafe { (_mm256_movemask_epi8(low), _mm256_movemask_epi8(high)) };
    u64::from(low.cast_unsigned()) | u64::from(high.cast_unsigned()) << 32
}

/// The sum of eight 32-bit numbers.
///
/// # Safety
/// The CPU has AVX2.
#[inline(always)]
unsafe fn sum_of_eight(numbers: __m256i) -> i32 {
    // SAFETY: see above.
    unsafe {
        let high = _mm256_extracti128_si256::<1>(numbers);
        let four = _mm_add_epi32(_mm256_castsi256_si128(numbers), high);
        let two = _mm_add_epi32(four, _mm_shuffle_epi32::<0b1110>(four));
        _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32::<1>(two)))
    }
}

impl Level for Avx2 {
    type Block = [__m256i; 2];
    type Half = __m256i;

    compiled_for!(Avx2, "avx2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq");

    #[inline(always)]
    fn load(self, bytes: &[u8; BLOCK]) -> Self::Block {
        let (halves, _) = bytes.as_chunks::<32>();
        // SAFETY: `self` exists, so the CPU has AVX2.
        unsafe { [load32(&halves[0]), load32(&halves[1])] }
    }

    #[inline(always)]
    fn join(self, quarters: [&[u8; 16]; 4]) -> Self::Block {
        // SAFETY: sixteen bytes are read from arrays of sixteen; the CPU has AVX2.
        unsafe {
            let a = _mm_loadu_si128(quarters[0].as_ptr().cast());
            let b = _mm_loadu_si128(quarters[1].as_ptr().cast());
            let c = _mm_loadu_si128(quarters[2].as_ptr().cast());
            let d = _mm_loadu_si128(quarters[3].as_ptr().cast());
            [_mm256_set_m128i(b, a), _mm256_set_m128i(d, c)]
        }
    }

    #[inline(always)]
    fn equal(self, block: Self::Block, byte: u8) -> u64 {
        // SAFETY: `self` exists, so the CPU has AVX2.
        unsafe {
            let byte = splat(byte);
            mask(
                _mm256_cmpeq_epi8(block[0], byte),
                _mm256_cmpeq_epi8(block[1], byte),
            )
        }
    }

    #[inline(always)]
    fn odd(self, block: Self::Block) -> u64 {
        // as signed numbers the bytes above 0x7f are below 0x20 too
        // SAFETY: `self` exists, so the CPU has AVX2.
        unsafe {
            let (space, backslash) = (splat(0x20), splat(b'\\'));
            let low = _mm256_cmpeq_epi8(block[0], backslash);
            let high = _mm256_cmpeq_epi8(block[1], backslash);
            mask(
                _mm256_or_si256(low, _mm256_cmpgt_epi8(space, block[0])),
                _mm256_or_si256(high, _mm256_cmpgt_epi8(space, block[1])),
            )
        }
    }

    #[inline(always)]
    fn non_ascii(self, block: Self::Block) -> u64 {
        // SAFETY: `self` exists, so the CPU has AVX2.
        unsafe { mask(block[0], block[1]) }
    }

    #[inline(always)]
    fn digits(self, block: Self::Block) -> u64 {
        // SAFETY: `self` exists, so the CPU has AVX2.
        unsafe {
            let (zero, nine) = (splat(b'0'), splat(9));
            let (low, high) = (
                _mm256_sub_epi8(block[0], zero),
                _mm256_sub_epi8(block[1], zero),
            );
            mask(
                _mm256_cmpeq_epi8(_mm256_min_epu8(low, nine), low),
                _mm256_cmpeq_epi8(_mm256_min_epu8(high, nine), high),
            )
        }
    }

    #[inline(always)]
    fn marks(self, block: Self::Block) -> u64 {
        // The four marks differ in their low four bits, which choose what a byte is compared
        // with. Bytes above 0x7f choose zero, and the other places hold what no byte can be that
        // chooses them.
        // SAFETY: `self` exists, so the CPU has AVX2.
        unsafe {
            let marks = _mm256_setr_epi8(
                1, 0, 0x22, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x5c, 0x2d, 0x2e, 0, 1, 0, 0x22, 0, 0, 0, 0,
                0, 0, 0, 0, 0, 0x5c, 0x2d, 0x2e, 0,
            );
            mask(
                _mm256_cmpeq_epi8(block[0], _mm256_shuffle_epi8(marks, block[0])),
                _mm256_cmpeq_epi8(block[1], _mm256_shuffle_epi8(marks, block[1])),
            )
        }
    }

    #[inline(always)]
    fn within(
        self,
        blocks: [Self::Block; 2],
        lowest: &[u8; 2 * BLOCK],
        span: &[u8; 2 * BLOCK],
    ) -> bool {
        let (lowest, _) = lowest.as_chunks::<32>();
        let (span, _) = span.as_chunks::<32>();
        // SAFETY: `self` exists, so the CPU has AVX2.
        unsafe {
            let mut outside = _mm256_setzero_si256();
            for index in 0..4 {
                let above = _mm256_sub_epi8(blocks[index / 2][index % 2], load32(&lowest[index]));
                outside = _mm256_or_si256(outside, _mm256_subs_epu8(above, load32(&span[index])));
            }
            _mm256_testz_si256(outside, outside) != 0
        }
    }

    #[inline(always)]
    fn differing(self, text: &[u8; BLOCK], pattern: &[u8; BLOCK], selected: u64) -> u64 {
        let (text, _) = text.as_chunks::<32>();
        let (pattern, _) = pattern.as_chunks::<32>();
        // SAFETY: `self` exists, so the CPU has AVX2.
        unsafe {
            let low = _mm256_cmpeq_epi8(load32(&text[0]), load32(&pattern[0]));
            let high = _mm256_cmpeq_epi8(load32(&text[1]), load32(&pattern[1]));
            !mask(low, high) & selected
        }
    }

    #[inline(always)]
    fn zeros(self) -> Self::Half {
        // SAFETY: `self` exists, so the CPU has AVX2.
        unsafe { _mm256_setzero_si256() }
    }

    #[inline(always)]
    fn add_differing(
        self,
        sum: Self::Half,
        text: &[u8; HALF],
        pattern: &[u8; HALF],
        mask: &[u8; HALF],
    ) -> Self::Half {
        // SAFETY: `self` exists, so the CPU has AVX2.
        unsafe {
            let difference = _mm256_xor_si256(load32(text), load32(pattern));
            _mm256_or_si256(sum, _mm256_and_si256(difference, load32(mask)))
        }
    }

    #[inline(always)]
    fn is_zero(self, half: Self::Half) -> bool {
        // SAFETY: `self` exists, so the CPU has AVX2.
        unsafe { _mm256_testz_si256(half, half) != 0 }
    }

    #[inline(always)]
    fn spans(
        self,
        commas: &[u16; LANES + 1],
        beside: &Beside,
        starts: &mut [u16; LANES],
        lens: &mut [u16; LANES],
    ) -> i32 {
        let mut sum = 0;
        for half in 0..2 {
            let at = half * LANES / 2;
            // SAFETY: thirty-two bytes are read from and written to the halves of arrays of
            // sixty-four; the CPU has AVX2.
            unsafe {
                let comma = _mm256_loadu_si256(commas[at..].as_ptr().cast());
                let next = _mm256_loadu_si256(commas[at + 1..].as_ptr().cast());
                let ahead = _mm256_loadu_si256(beside.ahead[at..].as_ptr().cast());
                let both = _mm256_loadu_si256(beside.both[at..].as_ptr().cast());
                let weight = _mm256_loadu_si256(beside.weight[at..].as_ptr().cast());
                let len = _mm256_sub_epi16(_mm256_sub_epi16(next, comma), both);
                let start = _mm256_add_epi16(comma, ahead);
                _mm256_storeu_si256(starts[at..].as_mut_ptr().cast(), start);
                _mm256_storeu_si256(lens[at..].as_mut_ptr().cast(), len);
                sum += sum_of_eight(_mm256_madd_epi16(len, weight));
            }
        }
        sum
    }

    #[inline(always)]
    fn equal_and_odd(self, text: &[u8; 32], byte: u8) -> (u32, u32) {
        // SAFETY: `self` exists, so the CPU has AVX2.
        unsafe {
            let text = _mm256_loadu_si256(text.as_ptr().cast());
            let equal = _mm256_cmpeq_epi8(text, _mm256_set1_epi8(byte.cast_signed()));
            let backslash = _mm256_cmpeq_epi8(text, _mm256_set1_epi8(b'\\'.cast_signed()));
            let odd = _mm256_or_si256(_mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), text), backslash);
            let (equal, odd) = (_mm256_movemask_epi8(equal), _mm256_movemask_epi8(odd));
            (equal.cast_unsigned(), odd.cast_unsigned())
        }
    }

    #[inline(always)]
    fn up_to(self, text: &[u8; HALF], byte: u8) -> (u64, u32) {
        let (words, _) = text.as_chunks();
        let word = u64::from_le_bytes(words[0]);
        // SAFETY: `self` exists, so the CPU has AVX2 and BMI2.
        unsafe {
            let equal = _mm256_cmpeq_epi8(load32(text), _mm256_set1_epi8(byte.cast_signed()));
            let at = _mm256_movemask_epi8(equal).trailing_zeros();
            // 32 times eight is zero again: then there is no word
            let word = _bzhi_u64(word, 8 * at);
            (word, at)
        }
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
        // SAFETY: `self` exists, so the CPU has PCLMULQDQ.
        unsafe {
            let mask = _mm_set_epi64x(0, mask.cast_signed());
            let product = _mm_clmulepi64_si128::<0>(mask, _mm_set1_epi8(-1));
            _mm_cvtsi128_si64(product).cast_unsigned()
        }
    }

    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "bit numbers are at most 64"
    )]
    fn positions(self, mut mask: u64, base: u16, out: &mut [u16; BLOCK]) {
        // in fours, so that the loop's end is easier to foresee
        let count = mask.count_ones() as usize;
        for four in out
            .as_chunks_mut::<4>()
            .0
            .iter_mut()
            .take(count.div_ceil(4))
        {
            for place in four {
                *place = base.wrapping_add(mask.trailing_zeros() as u16);
                mask &= mask.wrapping_sub(1);
            }
        }
    }
}
