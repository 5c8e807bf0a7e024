//! AVX-512 as the CPUs of the last years have it: with VBMI2.

use super::{BLOCK, Beside, HALF, LANES, Level, compiled_for, sealed};
use std::arch::x86_64::{
    __m256i, __m512i, _bzhi_u64, _mm_clmulepi64_si128, _mm_cmpeq_epi8, _mm_cvtsi128_si64,
    _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_set_epi64x, _mm_set1_epi8, _mm_sub_epi8,
    _mm256_cmpeq_epi8, _mm256_cmpgt_epi8, _mm256_loadu_si256, _mm256_movemask_epi8,
    _mm256_or_si256, _mm256_set1_epi8, _mm256_setzero_si256, _mm256_ternarylogic_epi64,
    _mm256_testz_si256, _mm256_xor_si256, _mm512_add_epi16, _mm512_castsi128_si512,
    _mm512_castsi512_si256, _mm512_cmpeq_epi8_mask, _mm512_cmpgt_epu8_mask, _mm512_cmplt_epi8_mask,
    _mm512_cmplt_epu8_mask, _mm512_cvtepu8_epi16, _mm512_inserti32x4, _mm512_loadu_si512,
    _mm512_madd_epi16, _mm512_mask_cmpneq_epi8_mask, _mm512_maskz_compress_epi8,
    _mm512_movepi8_mask, _mm512_reduce_add_epi32, _mm512_set1_epi8, _mm512_set1_epi16,
    _mm512_shuffle_epi8, _mm512_storeu_si512, _mm512_sub_epi8, _mm512_sub_epi16,
};

/// A token of the level: it exists only on a CPU that has it.
#[derive(Clone, Copy, Debug)]
pub struct Avx512(());

impl Avx512 {
    /// The token, if this CPU has AVX-512 F, BW, VL and VBMI2, BMI1, BMI2, LZCNT, POPCNT and
    /// PCLMULQDQ.
    #[inline]
    pub fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vbmi2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt")
            && is_x86_feature_detected!("pclmulqdq");
        has.then_some(Self(()))
    }
}

impl sealed::Sealed for Avx512 {}

/// # Safety
/// The CPU has AVX-512.
#[inline(always)]
unsafe fn load64(bytes: &[u8; BLOCK]) -> __m512i {
    // SAFETY: sixty-four bytes are read from an array of sixty-four.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

/// # Safety
/// The CPU has AVX.
#[inline(always)]
unsafe fn load32(bytes: &[u8; HALF]) -> __m256i {
    // SAFETY: thirty-two bytes are read from an array of thirty-two.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

/// # Safety
/// The CPU has AVX-512.
#[inline(always)]
unsafe fn splat(byte: u8) -> __m512i {
    // SAFETY: see above.
    unsafe { _mm512_set1_epi8(byte.cast_signed()) }
}

/// The numbers of the bytes.
const NUMBERS: [u8; BLOCK] = {
    let mut numbers = [0; BLOCK];
    let mut index: u8 = 0;
    while (index as usize) < BLOCK {
        numbers[index as usize] = index;
        index += 1;
    }
    numbers
};

/// What a byte is compared with to be a mark, chosen by its low four bits: see `Avx2::marks`.
const MARKS: [u8; BLOCK] = {
    let mut marks = [0; BLOCK];
    let mut lane = 0;
    while lane < BLOCK {
        marks[lane] = 1;
        marks[lane + 0x2] = b'"';
        marks[lane + 0xc] = b'\\';
        marks[lane + 0xd] = b'-';
        marks[lane + 0xe] = b'.';
        lane += 16;
    }
    marks
};

impl Level for Avx512 {
    type Block = __m512i;
    type Half = __m256i;

    compiled_for!(
        Avx512,
        "avx512f,avx512bw,avx512vl,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq"
    );

    #[inline(always)]
    fn load(self, bytes: &[u8; BLOCK]) -> Self::Block {
        // SAFETY: `self` exists, so the CPU has AVX-512.
        unsafe { load64(bytes) }
    }

    #[inline(always)]
    fn join(self, quarters: [&[u8; 16]; 4]) -> Self::Block {
        // SAFETY: sixteen bytes are read from arrays of sixteen; the CPU has AVX-512.
        unsafe {
            let a = _mm_loadu_si128(quarters[0].as_ptr().cast());
            let b = _mm_loadu_si128(quarters[1].as_ptr().cast());
            let c = _mm_loadu_si128(quarters[2].as_ptr().cast());
            let d = _mm_loadu_si128(quarters[3].as_ptr().cast());
            let block = _mm512_inserti32x4::<1>(_mm512_castsi128_si512(a), b);
            _mm512_inserti32x4::<3>(_mm512_inserti32x4::<2>(block, c), d)
        }
    }

    #[inline(always)]
    fn equal(self, block: Self::Block, byte: u8) -> u64 {
        // SAFETY: `self` exists, so the CPU has AVX-512.
        unsafe { _mm512_cmpeq_epi8_mask(block, splat(byte)) }
    }

    #[inline(always)]
    fn odd(self, block: Self::Block) -> u64 {
        // as signed numbers the bytes above 0x7f are below 0x20 too
        // SAFETY: `self` exists, so the CPU has AVX-512.
        unsafe {
            _mm512_cmplt_epi8_mask(block, splat(0x20)) | _mm512_cmpeq_epi8_mask(block, splat(b'\\'))
        }
    }

    #[inline(always)]
    fn non_ascii(self, block: Self::Block) -> u64 {
        // SAFETY: `self` exists, so the CPU has AVX-512.
        unsafe { _mm512_movepi8_mask(block) }
    }

    #[inline(always)]
    fn digits(self, block: Self::Block) -> u64 {
        // SAFETY: `self` exists, so the CPU has AVX-512.
        unsafe { _mm512_cmplt_epu8_mask(_mm512_sub_epi8(block, splat(b'0')), splat(10)) }
    }

    #[inline(always)]
    fn marks(self, block: Self::Block) -> u64 {
        // SAFETY: `self` exists, so the CPU has AVX-512.
        unsafe { _mm512_cmpeq_epi8_mask(block, _mm512_shuffle_epi8(load64(&MARKS), block)) }
    }

    #[inline(always)]
    fn within(
        self,
        blocks: [Self::Block; 2],
        lowest: &[u8; 2 * BLOCK],
        span: &[u8; 2 * BLOCK],
    ) -> bool {
        let (lowest, _) = lowest.as_chunks::<BLOCK>();
        let (span, _) = span.as_chunks::<BLOCK>();
        // SAFETY: `self` exists, so the CPU has AVX-512.
        unsafe {
            let first = _mm512_sub_epi8(blocks[0], load64(&lowest[0]));
            let second = _mm512_sub_epi8(blocks[1], load64(&lowest[1]));
            let outside = _mm512_cmpgt_epu8_mask(first, load64(&span[0]))
                | _mm512_cmpgt_epu8_mask(second, load64(&span[1]));
            outside == 0
        }
    }

    #[inline(always)]
    fn differing(self, text: &[u8; BLOCK], pattern: &[u8; BLOCK], mask: u64) -> u64 {
        // SAFETY: `self` exists, so the CPU has AVX-512.
        unsafe { _mm512_mask_cmpneq_epi8_mask(mask, load64(text), load64(pattern)) }
    }

    #[inline(always)]
    fn zeros(self) -> Self::Half {
        // SAFETY: `self` exists, so the CPU has AVX-512.
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
        // sum | difference & mask
        const TABLE: i32 = 0b1111_1000;
        // SAFETY: `self` exists, so the CPU has AVX-512 VL.
        unsafe {
            let difference = _mm256_xor_si256(load32(text), load32(pattern));
            _mm256_ternarylogic_epi64::<TABLE>(sum, difference, load32(mask))
        }
    }

    #[inline(always)]
    fn is_zero(self, half: Self::Half) -> bool {
        // SAFETY: `self` exists, so the CPU has AVX.
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
        // SAFETY: sixty-four bytes are read from and written to arrays of as many; the CPU has
        // AVX-512.
        unsafe {
            let comma = _mm512_loadu_si512(commas.as_ptr().cast());
            let next = _mm512_loadu_si512(commas[1..].as_ptr().cast());
            let ahead = _mm512_loadu_si512(beside.ahead.as_ptr().cast());
            let both = _mm512_loadu_si512(beside.both.as_ptr().cast());
            let weight = _mm512_loadu_si512(beside.weight.as_ptr().cast());
            let len = _mm512_sub_epi16(_mm512_sub_epi16(next, comma), both);
            _mm512_storeu_si512(starts.as_mut_ptr().cast(), _mm512_add_epi16(comma, ahead));
            _mm512_storeu_si512(lens.as_mut_ptr().cast(), len);
            _mm512_reduce_add_epi32(_mm512_madd_epi16(len, weight))
        }
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
    fn positions(self, mask: u64, base: u16, out: &mut [u16; BLOCK]) {
        // SAFETY: `self` exists, so the CPU has AVX-512; 32 numbers of two bytes are written to
        // an array that holds 64.
        unsafe {
            let numbers = _mm512_maskz_compress_epi8(mask, load64(&NUMBERS));
            let numbers = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(numbers));
            let numbers = _mm512_add_epi16(numbers, _mm512_set1_epi16(base.cast_signed()));
            _mm512_storeu_si512(out.as_mut_ptr().cast(), numbers);
        }
    }
}
