//! Eight bytes at a time in a general register: the portable way to scan text.
//!
//! A word is loaded little-endian, so that the lowest byte is the first one. Each test below sets
//! the high bit of the bytes it looks for. The tests for equality and "less than" subtract, and a
//! borrow may set bits *above* a byte that was found; the lowest set bit is always right, and it
//! is the only one that is used.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Bytes in a word.
const WIDTH: usize = 8;

/// What [`plain`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plain {
    /// How many bytes stand before the first quote, backslash or control character.
    pub(crate) len: usize,
    /// Whether a byte of 0x80 or more may be among them: never false where there is one.
    pub(crate) non_ascii: bool,
}

/// Measures the part of a JSON string that stands for itself: everything before the first `"`,
/// `\` or byte below 0x20.
#[inline]
pub(crate) fn plain(text: &[u8]) -> Plain {
    let mut non_ascii = 0;
    let (words, tail) = text.as_chunks::<WIDTH>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let special = equal(word, b'"') | equal(word, b'\\') | below_space(word);
        non_ascii |= word & HIGH;
        if special != 0 {
            return Plain {
                len: index * WIDTH + first(special),
                non_ascii: non_ascii != 0,
            };
        }
    }
    let plain_tail = tail
        .iter()
        .position(|&byte| byte == b'"' || byte == b'\\' || byte < b' ')
        .unwrap_or(tail.len());
    Plain {
        len: text.len() - tail.len() + plain_tail,
        non_ascii: non_ascii != 0 || !tail.is_ascii(),
    }
}

/// Copies what stands in front of the first `byte` of `text` to the start of `to`, and returns its
/// length. What is behind that in `to`, which is at least as long as `text`, may be written over.
#[inline]
pub(crate) fn copy_until(byte: u8, text: &[u8], to: &mut [u8]) -> usize {
    let to = &mut to[..text.len()];
    let (words, tail) = text.as_chunks::<WIDTH>();
    let (copies, copied_tail) = to.as_chunks_mut::<WIDTH>();
    for (index, (word, copy)) in words.iter().zip(copies).enumerate() {
        *copy = *word;
        let found = equal(u64::from_le_bytes(*word), byte);
        if found != 0 {
            return index * WIDTH + first(found);
        }
    }
    let in_tail = tail.iter().position(|&other| other == byte);
    let in_tail = in_tail.unwrap_or(tail.len());
    copied_tail[..in_tail].copy_from_slice(&tail[..in_tail]);
    text.len() - tail.len() + in_tail
}

/// How many ASCII digits `text` starts with.
#[inline]
pub(crate) fn digits(text: &[u8]) -> usize {
    let (words, tail) = text.as_chunks::<WIDTH>();
    for (index, word) in words.iter().enumerate() {
        let other = not_digit(u64::from_le_bytes(*word));
        if other != 0 {
            return index * WIDTH + first(other);
        }
    }
    let in_tail = tail.iter().position(|byte| !byte.is_ascii_digit());
    text.len() - tail.len() + in_tail.unwrap_or(tail.len())
}

/// Whether any of the sought bytes stands in `text`.
#[cfg(any(feature = "binary", test))]
#[inline]
pub(crate) fn contains_any<const N: usize>(text: &[u8], sought: [u8; N]) -> bool {
    let in_word = |word: [u8; WIDTH]| {
        let word = u64::from_le_bytes(word);
        let found = sought.iter().map(|&byte| equal(word, byte));
        found.fold(0, |any, found| any | found)
    };
    let Some(last) = text.last_chunk::<WIDTH>() else {
        return text.iter().any(|byte| sought.contains(byte));
    };
    let (words, _) = text.as_chunks::<WIDTH>();
    let in_words = words.iter().fold(0, |any, word| any | in_word(*word));
    in_words | in_word(*last) != 0
}

/// Whether `text` has no byte of 0x80 or more: for short texts.
#[inline(always)]
pub(crate) fn is_ascii(text: &[u8]) -> bool {
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        let (words, _) = text.as_chunks::<WIDTH>();
        let ends = u64::from_le_bytes(*first) | u64::from_le_bytes(*last);
        let inner = words.iter().map(|word| u64::from_le_bytes(*word));
        return inner.fold(ends, |all, word| all | word) & HIGH == 0;
    }
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        let ends = u32::from_le_bytes(*first) | u32::from_le_bytes(*last);
        return u64::from(ends) & HIGH == 0;
    }
    text.iter().fold(0, |all, byte| all | byte) < 0x80
}

/// Whether both are the same: for short texts, which a call would take longer to compare.
#[inline(always)]
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    if let (Some(one), Some(other)) = (ends::<WIDTH>(left), ends::<WIDTH>(right))
        && left.len() <= 2 * WIDTH
    {
        return one == other;
    }
    if left.len() > WIDTH {
        return left == right;
    }
    // shorter ones, by pieces that overlap
    match (ends::<4>(left), ends::<4>(right)) {
        (Some(one), Some(other)) => one == other,
        _ => match (ends::<2>(left), ends::<2>(right)) {
            (Some(one), Some(other)) => one == other,
            _ => left.first() == right.first(),
        },
    }
}

/// Where a byte first stands in `text`: for short texts, as [`same`].
#[inline(always)]
pub(crate) fn position(text: &[u8], byte: u8) -> Option<usize> {
    let (words, tail) = text.as_chunks::<WIDTH>();
    for (index, word) in words.iter().enumerate() {
        let found = equal(u64::from_le_bytes(*word), byte);
        if found != 0 {
            return Some(index * WIDTH + first(found));
        }
    }
    let in_tail = tail.iter().position(|&other| other == byte)?;
    Some(text.len() - tail.len() + in_tail)
}

/// The first and the last `N` bytes.
#[inline(always)]
fn ends<const N: usize>(text: &[u8]) -> Option<([u8; N], [u8; N])> {
    Some((*text.first_chunk()?, *text.last_chunk()?))
}

/// The index of the first byte that a test found.
#[inline]
fn first(found: u64) -> usize {
    (found.trailing_zeros() / 8) as usize
}

#[inline]
fn equal(word: u64, byte: u8) -> u64 {
    let difference = word ^ (ONES * u64::from(byte));
    difference.wrapping_sub(ONES) & !difference & HIGH
}

#[inline]
fn below_space(word: u64) -> u64 {
    word.wrapping_sub(ONES * 0x20) & !word & HIGH
}

/// Exact for every byte: the sums stay below 0x100, so that nothing carries.
#[inline]
fn not_digit(word: u64) -> u64 {
    let difference = word ^ (ONES * u64::from(b'0'));
    (((difference & !HIGH) + ONES * 0x76) | difference) & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place() {
        for len in 0..20 {
            for at in 0..len {
                for byte in 0..=255_u8 {
                    let mut text = vec![b'7'; len];
                    text[at] = byte;
                    let special = byte == b'"' || byte == b'\\' || byte < 0x20;
                    let found = plain(&text);
                    assert_eq!(found.len, if special { at } else { len }, "{text:?}");
                    assert!(found.non_ascii || byte < 0x80, "{text:?}");
                    let sought = [0, b'+', b'#'];
                    assert_eq!(
                        contains_any(&text, sought),
                        sought.contains(&byte),
                        "{text:?}"
                    );
                    assert_eq!(is_ascii(&text), byte < 0x80, "{text:?}");
                    let digit = byte.is_ascii_digit();
                    assert_eq!(digits(&text), if digit { len } else { at }, "{text:?}");
                    let slash = (byte == b'/').then_some(at);
                    assert_eq!(position(&text, b'/'), slash, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn texts_that_differ_in_one_byte_are_not_the_same() {
        for len in 0..40_u8 {
            let text: Vec<u8> = (0..len).collect();
            assert!(same(&text, &text.clone()), "{len}");
            assert!(!same(&text, &[text.as_slice(), b"."].concat()), "{len}");
            for at in 0..text.len() {
                let mut other = text.clone();
                other[at] ^= 1;
                assert!(!same(&text, &other), "{len}, {at}");
            }
        }
    }

    #[test]
    fn neighbours_that_borrow_do_not_move_the_first() {
        let mut text = *b"ab\"#\"!\x1f\x20cdefghij";
        assert_eq!(plain(&text).len, 2);
        text[2] = b'!';
        assert_eq!(plain(&text).len, 4);
        text[4] = b'#';
        assert_eq!(plain(&text).len, 6);
    }
}
