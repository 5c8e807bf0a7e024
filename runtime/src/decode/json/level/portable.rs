//! The portable level: eight bytes at a time in general registers, and the definition of what
//! each operation gives.

use super::{BLOCK, Beside, HALF, LANES, Level, sealed, word_up_to};
use crate::decode::json::Miss;
use crate::decode::json::decoder::{self, Decoder, Indexing};
use crate::decode::json::index::{Index, Summary};
use crate::decode::json::text::Text;

/// A level that every CPU has.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

impl sealed::Sealed for Portable {}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;
const WORDS: usize = BLOCK / 8;

/// The high bit of each byte that is zero. Exact: the sums stay below 0x100.
#[inline(always)]
fn zero_bytes(word: u64) -> u64 {
    !(((word & !HIGH) + !HIGH) | word) & HIGH
}

/// The high bits of the bytes, side by side: the first byte's is the lowest.
#[inline(always)]
fn high_bits(word: u64) -> u64 {
    ((word & HIGH) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The high bits of bytes that are below 0x20, above 0x7f or a backslash; the others mean nothing.
#[inline(always)]
fn odd_bytes(word: u64) -> u64 {
    // a byte below 0x80 is below 0x20 where neither bit 5 nor bit 6 is set
    let backslash = zero_bytes(word ^ (ONES * u64::from(b'\\')));
    zero_bytes(word & (ONES * 0x60)) | backslash | word
}

#[inline(always)]
fn each_word(block: [u64; WORDS], test: impl Fn(u64) -> u64) -> u64 {
    let mut mask = 0;
    for (index, word) in block.into_iter().enumerate() {
        mask |= high_bits(test(word)) << (8 * index);
    }
    mask
}

#[inline(never)]
fn further(
    level: Portable,
    decoder: &mut Decoder,
    text: Text<'_>,
    miss: Miss,
    indexed: Indexing,
) -> bool {
    decoder::further(level, decoder, text, miss, indexed)
}

impl Level for Portable {
    type Block = [u64; WORDS];
    type Half = [u64; WORDS / 2];

    #[inline(always)]
    fn vectorize<R>(self, job: impl FnOnce() -> R) -> R {
        job()
    }

    #[inline(always)]
    fn decode_further(
        self,
        decoder: &mut Decoder,
        text: Text<'_>,
        miss: Miss,
        indexed: Indexing,
    ) -> bool {
        further(self, decoder, text, miss, indexed)
    }

    #[inline(never)]
    fn index(self, index: &mut Index, text: Text<'_>) -> Option<Summary> {
        index.build(self, text)
    }

    #[inline(always)]
    fn load(self, bytes: &[u8; BLOCK]) -> Self::Block {
        let (words, _) = bytes.as_chunks::<8>();
        std::array::from_fn(|index| u64::from_le_bytes(words[index]))
    }

    #[inline(always)]
    fn join(self, quarters: [&[u8; 16]; 4]) -> Self::Block {
        std::array::from_fn(|index| {
            let (words, _) = quarters[index / 2].as_chunks::<8>();
            u64::from_le_bytes(words[index % 2])
        })
    }

    #[inline(always)]
    fn equal(self, block: Self::Block, byte: u8) -> u64 {
        each_word(block, |word| zero_bytes(word ^ (ONES * u64::from(byte))))
    }

    #[inline(always)]
    fn odd(self, block: Self::Block) -> u64 {
        each_word(block, odd_bytes)
    }

    #[inline(always)]
    fn non_ascii(self, block: Self::Block) -> u64 {
        each_word(block, |word| word)
    }

    #[inline(always)]
    fn digits(self, block: Self::Block) -> u64 {
        each_word(block, |word| {
            let difference = word ^ (ONES * u64::from(b'0'));
            !(((difference & !HIGH) + ONES * 0x76) | difference)
        })
    }

    #[inline(always)]
    fn marks(self, block: Self::Block) -> u64 {
        self.equal(block, b'"')
            | self.equal(block, b'-')
            | self.equal(block, b'.')
            | self.equal(block, b'\\')
    }

    #[inline(always)]
    fn within(
        self,
        blocks: [Self::Block; 2],
        lowest: &[u8; 2 * BLOCK],
        span: &[u8; 2 * BLOCK],
    ) -> bool {
        let bytes = blocks.iter().flatten().flat_map(|word| word.to_le_bytes());
        bytes
            .zip(lowest)
            .zip(span)
            .all(|((byte, &lowest), &span)| byte.wrapping_sub(lowest) <= span)
    }

    #[inline(always)]
    fn differing(self, text: &[u8; BLOCK], pattern: &[u8; BLOCK], mask: u64) -> u64 {
        let (text, pattern) = (self.load(text), self.load(pattern));
        let differing: [u64; WORDS] = std::array::from_fn(|index| text[index] ^ pattern[index]);
        !each_word(differing, zero_bytes) & mask
    }

    #[inline(always)]
    fn zeros(self) -> Self::Half {
        [0; WORDS / 2]
    }

    #[inline(always)]
    fn add_differing(
        self,
        mut sum: Self::Half,
        text: &[u8; HALF],
        pattern: &[u8; HALF],
        mask: &[u8; HALF],
    ) -> Self::Half {
        let word = |bytes: &[u8; HALF], index: usize| {
            let (words, _) = bytes.as_chunks();
            u64::from_le_bytes(words[index])
        };
        for (index, sum) in sum.iter_mut().enumerate() {
            *sum |= (word(text, index) ^ word(pattern, index)) & word(mask, index);
        }
        sum
    }

    #[inline(always)]
    fn is_zero(self, half: Self::Half) -> bool {
        half == self.zeros()
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
        for at in 0..LANES {
            starts[at] = commas[at].wrapping_add(beside.ahead[at]);
            lens[at] = commas[at + 1]
                .wrapping_sub(commas[at])
                .wrapping_sub(beside.both[at]);
            sum += i32::from(lens[at].cast_signed()) * i32::from(beside.weight[at]);
        }
        sum
    }

    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "eight bits are left of a word"
    )]
    fn equal_and_odd(self, text: &[u8; 32], byte: u8) -> (u32, u32) {
        let (mut equal, mut odd) = (0, 0);
        for (index, word) in text.as_chunks::<8>().0.iter().enumerate() {
            let word = u64::from_le_bytes(*word);
            let is_equal = zero_bytes(word ^ (ONES * u64::from(byte)));
            equal |= (high_bits(is_equal) as u32) << (8 * index);
            odd |= (high_bits(odd_bytes(word)) as u32) << (8 * index);
        }
        (equal, odd)
    }

    #[inline(always)]
    fn up_to(self, text: &[u8; HALF], byte: u8) -> (u64, u32) {
        let (equal, _) = self.equal_and_odd(text, byte);
        let at = equal.trailing_zeros();
        (word_up_to(text, at), at)
    }

    #[inline(always)]
    fn number_length(self, text: &[u8; 16]) -> u32 {
        let is_in_number = |byte: &&u8| byte.wrapping_sub(b'-') <= b'9' - b'-';
        text.iter().take_while(is_in_number).map(|_| 1).sum()
    }

    #[inline(always)]
    fn prefix_xor(self, mut mask: u64) -> u64 {
        for shift in [1, 2, 4, 8, 16, 32] {
            mask ^= mask << shift;
        }
        mask
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "bit numbers are below 64")]
    fn positions(self, mut mask: u64, base: u16, out: &mut [u16; BLOCK]) {
        let mut at = 0;
        while mask != 0 {
            out[at] = base.wrapping_add(mask.trailing_zeros() as u16);
            mask &= mask - 1;
            at += 1;
        }
    }
}
