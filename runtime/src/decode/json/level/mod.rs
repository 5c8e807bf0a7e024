//! The vector layer: what the fast tiers do with 64 bytes at a time, once for each level of CPU.
//!
//! A level is a token. A value of its type exists only where the CPU has the level's
//! instructions, so that every method is safe to call; what they read are arrays by reference.
//! [`Level::vectorize`] runs a closure in a function that is compiled for the level: what is
//! inlined into it is, too. The levels are thin: each operation is the same everywhere, bit for
//! bit, and a test holds all of them against the portable one.
//!
//! The choice is made in one place, [`Cpu`]: once per batch, or never in a build for a CPU that
//! is known to have AVX-512.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;
#[cfg(target_arch = "x86_64")]
mod sse2;

use super::decoder::{Decoder, Indexing};
use super::index::{Index, Summary};
use super::layout::Miss;
use super::text::Text;

#[cfg(target_arch = "x86_64")]
pub use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub use avx512::Avx512;
pub use portable::Portable;
#[cfg(target_arch = "x86_64")]
pub use sse2::Sse2;

#[cfg(test)]
mod tests;

/// The first `at` of the first eight bytes as a word; none where `at` is 32.
#[inline(always)]
fn word_up_to(text: &[u8; HALF], at: u32) -> u64 {
    let (words, _) = text.as_chunks();
    let word = u64::from_le_bytes(words[0]);
    match at {
        0 | 32 => 0,
        1..8 => word & u64::MAX >> (64 - 8 * at),
        _ => word,
    }
}

mod sealed {
    pub trait Sealed {}
}

/// Bytes in a [`Level::Block`].
pub(super) const BLOCK: usize = 64;

/// Bytes in half a block.
pub(super) const HALF: usize = BLOCK / 2;

/// Segments that [`Level::spans`] measures at a time.
pub(super) const LANES: usize = 32;

/// What stands beside the scalars of [`LANES`] segments, in bytes.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct Beside {
    /// In front of each, from its comma on.
    pub(super) ahead: [u16; LANES],
    /// In front of it and behind it.
    pub(super) both: [u16; LANES],
    /// How often the scalar's length counts in the sum.
    pub(super) weight: [i16; LANES],
}

/// The halves of two blocks.
#[inline(always)]
pub(super) fn halves(bytes: &[u8; 2 * BLOCK]) -> (&[u8; BLOCK], &[u8; BLOCK]) {
    let (halves, _) = bytes.as_chunks();
    (&halves[0], &halves[1])
}

/// A CPU level. Bit `i` of each mask tells of byte `i`.
pub trait Level: Copy + sealed::Sealed {
    /// Whether a table's loop is kept small at this level, because few CPUs are left to run it: the
    /// tiers are called, and there is no line.
    const SMALL: bool = false;

    /// Sixty-four bytes in registers.
    type Block: Copy;

    /// Thirty-two bytes in registers.
    type Half: Copy;

    /// Runs `job` in a function compiled for this level.
    fn vectorize<R>(self, job: impl FnOnce() -> R) -> R;

    /// The decoder's tiers behind the line, compiled once for each level.
    fn decode_further(
        self,
        decoder: &mut Decoder,
        text: Text<'_>,
        miss: Miss,
        indexed: Indexing,
    ) -> bool;

    /// Indexes a text, compiled once for each level.
    fn index(self, index: &mut Index, text: Text<'_>) -> Option<Summary>;

    /// Loads.
    fn load(self, bytes: &[u8; BLOCK]) -> Self::Block;

    /// Four times 16 bytes, side by side.
    fn join(self, quarters: [&[u8; 16]; 4]) -> Self::Block;

    /// Bytes equal to `byte`.
    fn equal(self, block: Self::Block, byte: u8) -> u64;

    /// Bytes that do not stand for themselves in a string, or are no ASCII: below 0x20, above
    /// 0x7f, and `\`.
    fn odd(self, block: Self::Block) -> u64;

    /// Bytes above 0x7f.
    fn non_ascii(self, block: Self::Block) -> u64;

    /// ASCII digits.
    fn digits(self, block: Self::Block) -> u64;

    /// The bytes that tell one layout from another: `"`, `-`, `.` and `\`.
    fn marks(self, block: Self::Block) -> u64;

    /// Whether each byte of both blocks is in its own range: at least `lowest`, at most `span`
    /// above it.
    fn within(
        self,
        blocks: [Self::Block; 2],
        lowest: &[u8; 2 * BLOCK],
        span: &[u8; 2 * BLOCK],
    ) -> bool;

    /// Not zero where a byte of `text` that `mask` selects differs from `pattern`.
    fn differing(self, text: &[u8; BLOCK], pattern: &[u8; BLOCK], mask: u64) -> u64;

    /// Half a block of zeros.
    fn zeros(self) -> Self::Half;

    /// Sets bits in `sum` where `text` differs from `pattern` in bits that `mask` selects.
    fn add_differing(
        self,
        sum: Self::Half,
        text: &[u8; HALF],
        pattern: &[u8; HALF],
        mask: &[u8; HALF],
    ) -> Self::Half;

    /// Whether no bit is set.
    fn is_zero(self, half: Self::Half) -> bool;

    /// Where the scalars between `commas` start and how long they are, and the weighted sum of
    /// the lengths. They are 16-bit numbers that wrap, in the sum with their sign.
    fn spans(
        self,
        commas: &[u16; LANES + 1],
        beside: &Beside,
        starts: &mut [u16; LANES],
        lens: &mut [u16; LANES],
    ) -> i32;

    /// [`Level::equal`] and [`Level::odd`] of half a block.
    fn equal_and_odd(self, text: &[u8; HALF], byte: u8) -> (u32, u32);

    /// Where the first byte equal to `byte` stands, or 32; and the first eight bytes as a word,
    /// those before it alone.
    fn up_to(self, text: &[u8; HALF], byte: u8) -> (u64, u32);

    /// How many bytes are digits, signs, points or slashes before the first that is none.
    fn number_length(self, text: &[u8; 16]) -> u32;

    /// Bit `i` of the result: whether an odd number of the bits `0..=i` is set.
    fn prefix_xor(self, mask: u64) -> u64;

    /// Writes `base + i` for each set bit `i`, in order. What stands behind them in `out` is
    /// overwritten with anything. Bits beyond the 32nd set one may be left out.
    fn positions(self, mask: u64, base: u16, out: &mut [u16; BLOCK]);
}

/// Work that is done at the level of the CPU.
pub trait Job<R> {
    /// Does it. Implementations are `#[inline(always)]`, so that they are compiled for `L`.
    fn run<L: Level>(self, level: L) -> R;
}

/// The level to run at.
#[derive(Clone, Copy, Debug)]
pub enum Cpu {
    /// AVX-512 with VBMI2.
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    /// AVX2 with BMI and PCLMULQDQ.
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    /// What every x86-64 CPU has.
    #[cfg(target_arch = "x86_64")]
    Sse2(Sse2),
    /// Eight bytes at a time in general registers. On x86-64 for tests alone: a pipeline's loop is
    /// compiled once for each level.
    #[cfg(any(debug_assertions, not(target_arch = "x86_64")))]
    Portable(Portable),
}

impl Cpu {
    /// The best level of this CPU: a constant in a build for a CPU that has AVX-512.
    #[inline]
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if let Some(level) = Avx512::detect() {
                return Self::Avx512(level);
            }
            if let Some(level) = Avx2::detect() {
                return Self::Avx2(level);
            }
            Self::Sse2(Sse2::always())
        }
        #[cfg(not(target_arch = "x86_64"))]
        Self::Portable(Portable)
    }

    /// Every level that this CPU has, for tests.
    pub fn all() -> Vec<Self> {
        let mut all = Vec::new();
        #[cfg(any(debug_assertions, not(target_arch = "x86_64")))]
        all.push(Self::Portable(Portable));
        #[cfg(target_arch = "x86_64")]
        {
            all.push(Self::Sse2(Sse2::always()));
            all.extend(Avx2::detect().map(Self::Avx2));
            all.extend(Avx512::detect().map(Self::Avx512));
        }
        all
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "avx512",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Self::Sse2(_) => "sse2",
            #[cfg(any(debug_assertions, not(target_arch = "x86_64")))]
            Self::Portable(_) => "portable",
        }
    }

    /// Does `job` at this level.
    #[inline]
    pub fn run<R>(self, job: impl Job<R>) -> R {
        #[cfg(all(
            target_arch = "x86_64",
            target_feature = "avx512bw",
            target_feature = "avx512vl",
            target_feature = "avx512vbmi2",
            target_feature = "bmi2",
            target_feature = "pclmulqdq"
        ))]
        if let Some(level) = Avx512::detect() {
            return level.vectorize(
                #[inline(always)]
                || job.run(level),
            );
        }
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(level) => level.vectorize(
                #[inline(always)]
                || job.run(level),
            ),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(level) => level.vectorize(
                #[inline(always)]
                || job.run(level),
            ),
            #[cfg(target_arch = "x86_64")]
            Self::Sse2(level) => level.vectorize(
                #[inline(always)]
                || job.run(level),
            ),
            #[cfg(any(debug_assertions, not(target_arch = "x86_64")))]
            Self::Portable(level) => level.vectorize(
                #[inline(always)]
                || job.run(level),
            ),
        }
    }
}

/// The methods of a level that are written alike for each: those that are compiled for it. What is
/// not generic in them is compiled here, once, and not with each pipeline.
macro_rules! compiled_for {
    ($level:ident, $features:literal) => {
        #[inline(always)]
        fn vectorize<R>(self, job: impl FnOnce() -> R) -> R {
            #[target_feature(enable = $features)]
            fn run<R>(job: impl FnOnce() -> R) -> R {
                job()
            }
            // SAFETY: `self` exists, so the CPU has the features.
            unsafe { run(job) }
        }

        #[inline(always)]
        fn decode_further(
            self,
            decoder: &mut crate::decode::json::decoder::Decoder,
            text: crate::decode::json::text::Text<'_>,
            miss: crate::decode::json::Miss,
            indexed: crate::decode::json::decoder::Indexing,
        ) -> bool {
            #[inline(never)]
            #[target_feature(enable = $features)]
            fn run(
                level: $level,
                decoder: &mut crate::decode::json::decoder::Decoder,
                text: crate::decode::json::text::Text<'_>,
                miss: crate::decode::json::Miss,
                indexed: crate::decode::json::decoder::Indexing,
            ) -> bool {
                crate::decode::json::decoder::further(level, decoder, text, miss, indexed)
            }
            // SAFETY: `self` exists, so the CPU has the features.
            unsafe { run(self, decoder, text, miss, indexed) }
        }

        #[inline(always)]
        fn index(
            self,
            index: &mut crate::decode::json::index::Index,
            text: crate::decode::json::text::Text<'_>,
        ) -> Option<crate::decode::json::index::Summary> {
            #[inline(never)]
            #[target_feature(enable = $features)]
            fn run(
                level: $level,
                index: &mut crate::decode::json::index::Index,
                text: crate::decode::json::text::Text<'_>,
            ) -> Option<crate::decode::json::index::Summary> {
                index.build(level, text)
            }
            // SAFETY: as above.
            unsafe { run(self, index, text) }
        }
    };
}
#[cfg(target_arch = "x86_64")]
use compiled_for;
