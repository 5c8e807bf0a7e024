//! Mutants that know nothing of JSON.

use crate::random::Random;

/// Bytes that mean something in JSON or in UTF-8, or almost do.
pub const BYTES: &[u8] =
    b"\"\\{}[]:,-+.0159eEtfnu/ \t\n\r\x00\x0b\x0c\x1f\x7f\x80\xa0\xbf\xc3\xe2\xed\xf0\xff";

/// So many of them at each place.
const AT_EACH: usize = 8;

/// Pieces that damage a message, or turn it into another valid one.
pub const PIECES: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"0",
    b"1",
    b"-",
    b"+",
    b".",
    b"e",
    b"E",
    b" ",
    b"\n",
    b"\t",
    b"\r",
    b"\x0c",
    b"\x00",
    b"\x1f",
    b"\x7f",
    b"\x80",
    b"\xbf",
    b"\xc3",
    b"\xc3\xa4",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80",
    b"\xff",
    b"\xef\xbb\xbf",
    b"null",
    b"true",
    b"false",
    b"nul",
    b"[]",
    b"{}",
    b"[[]]",
    b"\"\":",
    b",\"id\":1",
    b",\"x",
    b"},{",
    b"],[",
    b"\",\"",
    b"\":\"",
    b"\\\"",
    b"\"pos\":{\"lat\":2},",
    b"\\u0041",
    b"\\ud800",
    b"\\u12",
    b"\\x",
    b"//",
    b"/**/",
    b"1e5",
    b"00",
    b"'",
    b"NaN",
    b"Infinity",
    b"0x1",
];

/// All of them.
pub fn all(text: &[u8], random: &mut Random, each: &mut dyn FnMut(&[u8])) {
    replaced(text, random, each);
    cut(text, each);
    inserted(text, random, each);
    moved(text, random, each);
    for piece in PIECES {
        each(&[text, *piece].concat());
        each(&[*piece, text].concat());
    }
}

/// Another byte at each place: each bit flipped, and what means something.
fn replaced(text: &[u8], random: &mut Random, each: &mut dyn FnMut(&[u8])) {
    let mut mutant = text.to_vec();
    for at in 0..text.len() {
        for bit in 0..8 {
            mutant[at] = text[at] ^ 1 << bit;
            each(&mutant);
        }
        for _ in 0..AT_EACH {
            mutant[at] = BYTES[random.below(BYTES.len())];
            each(&mutant);
        }
        mutant[at] = text[at];
    }
}

/// Every length, from either end, and without each one byte.
fn cut(text: &[u8], each: &mut dyn FnMut(&[u8])) {
    for at in 0..text.len() {
        each(&text[..at]);
        each(&text[at..]);
        each(&[&text[..at], &text[at + 1..]].concat());
    }
}

fn inserted(text: &[u8], random: &mut Random, each: &mut dyn FnMut(&[u8])) {
    let mut mutant = Vec::new();
    for at in 0..=text.len() {
        for _ in 0..AT_EACH {
            let piece = if random.once_in(2) {
                random.pick(PIECES)
            } else {
                let byte = random.below(BYTES.len());
                &BYTES[byte..=byte]
            };
            mutant.clear();
            mutant.extend_from_slice(&text[..at]);
            mutant.extend_from_slice(piece);
            mutant.extend_from_slice(&text[at..]);
            each(&mutant);
        }
        if let Some(byte) = text.get(at) {
            mutant.clear();
            mutant.extend_from_slice(&text[..at]);
            mutant.push(*byte);
            mutant.extend_from_slice(&text[at..]);
            each(&mutant);
        }
    }
}

/// Bytes that change places; quotes and commas go further.
fn moved(text: &[u8], random: &mut Random, each: &mut dyn FnMut(&[u8])) {
    let mut mutant = text.to_vec();
    for at in 1..text.len() {
        mutant.swap(at - 1, at);
        each(&mutant);
        mutant.swap(at - 1, at);
        if b"\",:{}[]".contains(&text[at]) {
            for _ in 0..AT_EACH {
                let near = at.saturating_sub(6) + random.below(13);
                let to = if random.once_in(3) {
                    random.below(text.len())
                } else {
                    near
                };
                let to = to.min(text.len() - 1);
                let byte = mutant.remove(at);
                mutant.insert(to, byte);
                each(&mutant);
                let byte = mutant.remove(to);
                mutant.insert(at, byte);
            }
        }
    }
}

/// Changes one thing, whatever it is.
pub fn damage(random: &mut Random, payload: &mut Vec<u8>) {
    let at = random.below(payload.len() + 1);
    let piece = random.pick(PIECES);
    match random.below(6) {
        0 if random.once_in(3) => payload.truncate(at),
        0 | 1 => drop(payload.splice(at..at, piece.iter().copied())),
        2 if at < payload.len() => payload[at] ^= 1 << random.below(8),
        3 if at < payload.len() => payload[at] = piece[0],
        4 => {
            let end = payload.len().min(at + random.below(8));
            payload.drain(at..end);
        }
        _ => {
            // a stretch of the message once more, somewhere else
            let end = payload.len().min(at + random.below(20));
            let stretch = payload[at..end].to_vec();
            let to = random.below(payload.len() + 1);
            payload.splice(to..to, stretch);
        }
    }
}
