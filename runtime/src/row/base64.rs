//! Base64 (RFC 4648 §4) as senders write it: the standard alphabet, padded, without white space.

use bumpalo::Bump;

/// Marks a byte that is no letter of the alphabet.
const NONE: u8 = 0xff;

/// The value of each letter.
const VALUES: [u8; 256] = values();

const fn values() -> [u8; 256] {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [NONE; 256];
    let mut value = 0;
    while value < 64 {
        values[alphabet[value as usize] as usize] = value;
        value += 1;
    }
    values
}

/// The bytes that `text` stands for; None where it is malformed, be it only that the bits which
/// padding leaves unused are not zero.
pub(super) fn decode<'m>(text: &str, arena: &'m Bump) -> Option<&'m [u8]> {
    let (quads, rest) = text.as_bytes().as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let Some((last, whole)) = quads.split_last() else {
        return Some(&[]);
    };
    let (last, last_len) = last_quad(*last)?;
    let out = arena.alloc_slice_fill_copy(whole.len() * 3 + last_len, 0);
    let (groups, tail) = out.split_at_mut(whole.len() * 3);
    for (group, quad) in groups.as_chunks_mut::<3>().0.iter_mut().zip(whole) {
        *group = three_bytes(*quad)?;
    }
    tail.copy_from_slice(&last[..last_len]);
    Some(out)
}

/// Four letters, or fewer with padding: the bytes and how many of them count.
fn last_quad(quad: [u8; 4]) -> Option<([u8; 3], usize)> {
    let (letters, len) = match quad {
        [a, b, b'=', b'='] => ([a, b, b'A', b'A'], 1),
        [a, b, c, b'='] => ([a, b, c, b'A'], 2),
        letters => (letters, 3),
    };
    let bytes = three_bytes(letters)?;
    let unused_are_zero = bytes[len..].iter().all(|&byte| byte == 0);
    unused_are_zero.then_some((bytes, len))
}

fn three_bytes(quad: [u8; 4]) -> Option<[u8; 3]> {
    let [a, b, c, d] = quad.map(|letter| VALUES[usize::from(letter)]);
    if (a | b | c | d) == NONE {
        return None;
    }
    let bits = u32::from(a) << 18 | u32::from(b) << 12 | u32::from(c) << 6 | u32::from(d);
    let [_, first, second, third] = bits.to_be_bytes();
    Some([first, second, third])
}
