//! Digests, as PostgreSQL gives them: MD5 (RFC 1321) and SHA-2 (FIPS 180-4), over a few hundred
//! bytes at most; and XXH64 where a number is all that one wants.
//!
//! They tell values apart. Nothing secret depends on them here, so short code that needs no
//! dependency is worth more than speed.

use super::encoding::hexadecimal;
use bumpalo::Bump;

/// Sines of 1 to 64.
const MD5_ROUND: [u32; 64] = [
    0xd76a_a478,
    0xe8c7_b756,
    0x2420_70db,
    0xc1bd_ceee,
    0xf57c_0faf,
    0x4787_c62a,
    0xa830_4613,
    0xfd46_9501,
    0x6980_98d8,
    0x8b44_f7af,
    0xffff_5bb1,
    0x895c_d7be,
    0x6b90_1122,
    0xfd98_7193,
    0xa679_438e,
    0x49b4_0821,
    0xf61e_2562,
    0xc040_b340,
    0x265e_5a51,
    0xe9b6_c7aa,
    0xd62f_105d,
    0x0244_1453,
    0xd8a1_e681,
    0xe7d3_fbc8,
    0x21e1_cde6,
    0xc337_07d6,
    0xf4d5_0d87,
    0x455a_14ed,
    0xa9e3_e905,
    0xfcef_a3f8,
    0x676f_02d9,
    0x8d2a_4c8a,
    0xfffa_3942,
    0x8771_f681,
    0x6d9d_6122,
    0xfde5_380c,
    0xa4be_ea44,
    0x4bde_cfa9,
    0xf6bb_4b60,
    0xbebf_bc70,
    0x289b_7ec6,
    0xeaa1_27fa,
    0xd4ef_3085,
    0x0488_1d05,
    0xd9d4_d039,
    0xe6db_99e5,
    0x1fa2_7cf8,
    0xc4ac_5665,
    0xf429_2244,
    0x432a_ff97,
    0xab94_23a7,
    0xfc93_a039,
    0x655b_59c3,
    0x8f0c_cc92,
    0xffef_f47d,
    0x8584_5dd1,
    0x6fa8_7e4f,
    0xfe2c_e6e0,
    0xa301_4314,
    0x4e08_11a1,
    0xf753_7e82,
    0xbd3a_f235,
    0x2ad7_d2bb,
    0xeb86_d391,
];

/// How far each round of MD5 rotates.
const MD5_SHIFT: [[u32; 4]; 4] = [
    [7, 12, 17, 22],
    [5, 9, 14, 20],
    [4, 11, 16, 23],
    [6, 10, 15, 21],
];

/// Cube roots of the first primes, their fractions; SHA-256 takes the upper halves of 64 of them.
const ROUND: [u64; 80] = [
    0x428a_2f98_d728_ae22,
    0x7137_4491_23ef_65cd,
    0xb5c0_fbcf_ec4d_3b2f,
    0xe9b5_dba5_8189_dbbc,
    0x3956_c25b_f348_b538,
    0x59f1_11f1_b605_d019,
    0x923f_82a4_af19_4f9b,
    0xab1c_5ed5_da6d_8118,
    0xd807_aa98_a303_0242,
    0x1283_5b01_4570_6fbe,
    0x2431_85be_4ee4_b28c,
    0x550c_7dc3_d5ff_b4e2,
    0x72be_5d74_f27b_896f,
    0x80de_b1fe_3b16_96b1,
    0x9bdc_06a7_25c7_1235,
    0xc19b_f174_cf69_2694,
    0xe49b_69c1_9ef1_4ad2,
    0xefbe_4786_384f_25e3,
    0x0fc1_9dc6_8b8c_d5b5,
    0x240c_a1cc_77ac_9c65,
    0x2de9_2c6f_592b_0275,
    0x4a74_84aa_6ea6_e483,
    0x5cb0_a9dc_bd41_fbd4,
    0x76f9_88da_8311_53b5,
    0x983e_5152_ee66_dfab,
    0xa831_c66d_2db4_3210,
    0xb003_27c8_98fb_213f,
    0xbf59_7fc7_beef_0ee4,
    0xc6e0_0bf3_3da8_8fc2,
    0xd5a7_9147_930a_a725,
    0x06ca_6351_e003_826f,
    0x1429_2967_0a0e_6e70,
    0x27b7_0a85_46d2_2ffc,
    0x2e1b_2138_5c26_c926,
    0x4d2c_6dfc_5ac4_2aed,
    0x5338_0d13_9d95_b3df,
    0x650a_7354_8baf_63de,
    0x766a_0abb_3c77_b2a8,
    0x81c2_c92e_47ed_aee6,
    0x9272_2c85_1482_353b,
    0xa2bf_e8a1_4cf1_0364,
    0xa81a_664b_bc42_3001,
    0xc24b_8b70_d0f8_9791,
    0xc76c_51a3_0654_be30,
    0xd192_e819_d6ef_5218,
    0xd699_0624_5565_a910,
    0xf40e_3585_5771_202a,
    0x106a_a070_32bb_d1b8,
    0x19a4_c116_b8d2_d0c8,
    0x1e37_6c08_5141_ab53,
    0x2748_774c_df8e_eb99,
    0x34b0_bcb5_e19b_48a8,
    0x391c_0cb3_c5c9_5a63,
    0x4ed8_aa4a_e341_8acb,
    0x5b9c_ca4f_7763_e373,
    0x682e_6ff3_d6b2_b8a3,
    0x748f_82ee_5def_b2fc,
    0x78a5_636f_4317_2f60,
    0x84c8_7814_a1f0_ab72,
    0x8cc7_0208_1a64_39ec,
    0x90be_fffa_2363_1e28,
    0xa450_6ceb_de82_bde9,
    0xbef9_a3f7_b2c6_7915,
    0xc671_78f2_e372_532b,
    0xca27_3ece_ea26_619c,
    0xd186_b8c7_21c0_c207,
    0xeada_7dd6_cde0_eb1e,
    0xf57d_4f7f_ee6e_d178,
    0x06f0_67aa_7217_6fba,
    0x0a63_7dc5_a2c8_98a6,
    0x113f_9804_bef9_0dae,
    0x1b71_0b35_131c_471b,
    0x28db_77f5_2304_7d84,
    0x32ca_ab7b_40c7_2493,
    0x3c9e_be0a_15c9_bebc,
    0x431d_67c4_9c10_0d4c,
    0x4cc5_d4be_cb3e_42b6,
    0x597f_299c_fc65_7e2a,
    0x5fcb_6fab_3ad6_faec,
    0x6c44_198c_4a47_5817,
];

/// Square roots of the ninth to the sixteenth prime; SHA-224 takes the lower halves.
const START_384: [u64; 8] = [
    0xcbbb_9d5d_c105_9ed8,
    0x629a_292a_367c_d507,
    0x9159_015a_3070_dd17,
    0x152f_ecd8_f70e_5939,
    0x6733_2667_ffc0_0b31,
    0x8eb4_4a87_6858_1511,
    0xdb0c_2e0d_64f9_8fa7,
    0x47b5_481d_befa_4fa4,
];

/// Square roots of the first eight primes; SHA-256 takes the upper halves.
const START_512: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// `md5(text)`
pub fn md5<'m>(text: &str, arena: &'m Bump) -> &'m str {
    md5_of_bytes(text.as_bytes(), arena)
}

/// `md5(bytes)`: in hexadecimal.
pub fn md5_of_bytes<'m>(bytes: &[u8], arena: &'m Bump) -> &'m str {
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    let bits = 8 * bytes.len() as u64;
    for block in Blocks::<64>::new(bytes, &bits.to_le_bytes()) {
        md5_block(&mut state, &block);
    }
    let digest: [u8; 16] = joined(state.map(u32::to_le_bytes));
    hexadecimal(&digest, arena)
}

/// `sha224(bytes)`
pub fn sha224<'m>(bytes: &[u8], arena: &'m Bump) -> &'m [u8] {
    let digest = sha256_of(bytes, START_384.map(lower_half));
    arena.alloc_slice_copy(&digest[..28])
}

/// `sha256(bytes)`
pub fn sha256<'m>(bytes: &[u8], arena: &'m Bump) -> &'m [u8] {
    arena.alloc_slice_copy(&sha256_of(bytes, START_512.map(upper_half)))
}

/// `sha384(bytes)`
pub fn sha384<'m>(bytes: &[u8], arena: &'m Bump) -> &'m [u8] {
    arena.alloc_slice_copy(&sha512_of(bytes, START_384)[..48])
}

/// `sha512(bytes)`
pub fn sha512<'m>(bytes: &[u8], arena: &'m Bump) -> &'m [u8] {
    arena.alloc_slice_copy(&sha512_of(bytes, START_512))
}

/// `sha224(text)`
pub fn sha224_of_text<'m>(text: &str, arena: &'m Bump) -> &'m [u8] {
    sha224(text.as_bytes(), arena)
}

/// `sha256(text)`
pub fn sha256_of_text<'m>(text: &str, arena: &'m Bump) -> &'m [u8] {
    sha256(text.as_bytes(), arena)
}

/// `sha384(text)`
pub fn sha384_of_text<'m>(text: &str, arena: &'m Bump) -> &'m [u8] {
    sha384(text.as_bytes(), arena)
}

/// `sha512(text)`
pub fn sha512_of_text<'m>(text: &str, arena: &'m Bump) -> &'m [u8] {
    sha512(text.as_bytes(), arena)
}

/// A message in blocks: padded with a one, zeros and its length.
struct Blocks<'m, const SIZE: usize> {
    whole: std::slice::Iter<'m, [u8; SIZE]>,
    tail: [[u8; SIZE]; 2],
    next: usize,
}

impl<'m, const SIZE: usize> Blocks<'m, SIZE> {
    fn new(message: &'m [u8], length: &[u8]) -> Self {
        let (whole, rest) = message.as_chunks::<SIZE>();
        let mut tail = [[0; SIZE]; 2];
        let long = rest.len() + 1 + length.len() > SIZE;
        // a short rest takes the last block alone
        let first = usize::from(!long);
        tail[first][..rest.len()].copy_from_slice(rest);
        tail[first][rest.len()] = 0x80;
        tail[1][SIZE - length.len()..].copy_from_slice(length);
        Self {
            whole: whole.iter(),
            tail,
            next: first,
        }
    }
}

impl<const SIZE: usize> Iterator for Blocks<'_, SIZE> {
    type Item = [u8; SIZE];

    fn next(&mut self) -> Option<[u8; SIZE]> {
        if let Some(block) = self.whole.next() {
            return Some(*block);
        }
        let block = self.tail.get(self.next).copied();
        self.next += 1;
        block
    }
}

fn joined<const N: usize, const WORD: usize, const SIZE: usize>(
    words: [[u8; WORD]; N],
) -> [u8; SIZE] {
    let mut bytes = [0; SIZE];
    bytes.copy_from_slice(words.as_flattened());
    bytes
}

fn md5_block(state: &mut [u32; 4], block: &[u8; 64]) {
    let words = block.as_chunks::<4>().0;
    let word = |at: usize| u32::from_le_bytes(words[at % 16]);
    let [mut a, mut b, mut c, mut d] = *state;
    for (at, round) in MD5_ROUND.iter().enumerate() {
        let (mixed, word) = match at / 16 {
            0 => (b & c | !b & d, word(at)),
            1 => (d & b | !d & c, word(5 * at + 1)),
            2 => (b ^ c ^ d, word(3 * at + 5)),
            _ => (c ^ (b | !d), word(7 * at)),
        };
        let sum = a
            .wrapping_add(mixed)
            .wrapping_add(*round)
            .wrapping_add(word);
        let rotated = sum.rotate_left(MD5_SHIFT[at / 16][at % 4]);
        (a, d, c, b) = (d, c, b, b.wrapping_add(rotated));
    }
    for (state, value) in state.iter_mut().zip([a, b, c, d]) {
        *state = state.wrapping_add(value);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the other half is cut off")]
fn lower_half(word: u64) -> u32 {
    word as u32
}

fn upper_half(word: u64) -> u32 {
    lower_half(word >> 32)
}

/// SHA-256 and SHA-512 differ in their words and in how far they rotate.
macro_rules! sha2 {
    ($digest:ident, $block:ident, $word:ty, $length:ty, $bytes:literal, $rounds:literal,
     $constant:path, $s0:expr, $s1:expr, $e0:expr, $e1:expr) => {
        fn $digest(message: &[u8], start: [$word; 8]) -> [u8; 8 * $bytes] {
            let mut state = start;
            let bits = 8 * message.len() as $length;
            for block in Blocks::<{ 16 * $bytes }>::new(message, &bits.to_be_bytes()) {
                $block(&mut state, &block);
            }
            joined(state.map(<$word>::to_be_bytes))
        }

        fn $block(state: &mut [$word; 8], block: &[u8; 16 * $bytes]) {
            let mut words = [0; $rounds];
            for (word, bytes) in words.iter_mut().zip(block.as_chunks::<$bytes>().0) {
                *word = <$word>::from_be_bytes(*bytes);
            }
            let sigma = |word: $word, by: [u32; 3]| {
                word.rotate_right(by[0]) ^ word.rotate_right(by[1]) ^ word >> by[2]
            };
            let turned = |word: $word, by: [u32; 3]| {
                word.rotate_right(by[0]) ^ word.rotate_right(by[1]) ^ word.rotate_right(by[2])
            };
            for at in 16..$rounds {
                words[at] = words[at - 16]
                    .wrapping_add(sigma(words[at - 15], $s0))
                    .wrapping_add(words[at - 7])
                    .wrapping_add(sigma(words[at - 2], $s1));
            }
            let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
            for (word, constant) in words.iter().zip(ROUND) {
                let first = h
                    .wrapping_add(turned(e, $e1))
                    .wrapping_add(e & f ^ !e & g)
                    .wrapping_add($constant(constant))
                    .wrapping_add(*word);
                let majority = a & b ^ a & c ^ b & c;
                let second = turned(a, $e0).wrapping_add(majority);
                (h, g, f, e) = (g, f, e, d.wrapping_add(first));
                (d, c, b, a) = (c, b, a, first.wrapping_add(second));
            }
            for (state, value) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
                *state = state.wrapping_add(value);
            }
        }
    };
}

sha2!(
    sha256_of,
    sha256_block,
    u32,
    u64,
    4,
    64,
    upper_half,
    [7, 18, 3],
    [17, 19, 10],
    [2, 13, 22],
    [6, 11, 25]
);
sha2!(
    sha512_of,
    sha512_block,
    u64,
    u128,
    8,
    80,
    std::convert::identity,
    [1, 8, 7],
    [19, 61, 6],
    [28, 34, 39],
    [14, 18, 41]
);

#[cfg(test)]
#[path = "digest_tests.rs"]
mod tests;
