//! The words of JSON, eight bytes at a time.

use super::shape::Kind;

const TRUE: u64 = u32::from_le_bytes(*b"true") as u64;
const NULL: u64 = u32::from_le_bytes(*b"null") as u64;
const FALSE: u64 = u64::from_le_bytes(*b"false\0\0\0");

/// Not zero where two texts differ.
#[inline(always)]
pub(super) fn differing<const N: usize>(a: &[u8; N], b: &[u8; N]) -> u64 {
    let mut bits = 0;
    // the last words overlap
    let mut at = 0;
    while at + 8 <= N {
        bits |= word_at(a, at) ^ word_at(b, at);
        at += 8;
    }
    if at == N {
        return bits;
    }
    if N > 8 {
        return bits | word_at(a, N - 8) ^ word_at(b, N - 8);
    }
    for at in at..N {
        bits |= u64::from(a[at] ^ b[at]) << (8 * (at % 8));
    }
    bits
}

#[inline(always)]
fn word_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(*bytes[at..].first_chunk().expect("there are eight more"))
}

/// Whether the first `len` bytes of `word` are `true`, `false` or `null`.
#[inline(always)]
pub(super) fn is_word(word: u64, len: usize) -> bool {
    let four = word & 0xffff_ffff;
    let five = word & 0xff_ffff_ffff;
    (len == 4) & ((four == TRUE) | (four == NULL)) | (len == 5) & (five == FALSE)
}

/// The kind of the word or number that starts here.
#[inline(always)]
pub(super) fn bare_kind(word: u64) -> Kind {
    match word.to_le_bytes()[0] {
        b't' => Kind::True,
        b'f' => Kind::False,
        b'n' => Kind::Null,
        _ => Kind::Number,
    }
}
