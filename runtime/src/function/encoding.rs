//! Bytes as text, and back, in PostgreSQL's three encodings.

use crate::error::Reason;
use bumpalo::Bump;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";

/// Letters on a line of Base64 (RFC 2045).
const LINE: usize = 76;

/// How bytes are written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// RFC 2045: lines of 76 letters.
    Base64,
    /// Two digits a byte.
    Hex,
    /// ASCII as it is, but for zero, backslashes and bytes from 128 on.
    Escape,
}

/// `encode(bytes, encoding)`
pub fn encode<'m>(bytes: &[u8], encoding: Encoding, arena: &'m Bump) -> &'m str {
    let out = match encoding {
        Encoding::Base64 => base64(bytes, arena),
        Encoding::Hex => {
            let digit = |at: usize| {
                let shift = if at.is_multiple_of(2) { 4 } else { 0 };
                HEXADECIMAL[usize::from(bytes[at / 2] >> shift & 15)]
            };
            arena.alloc_slice_fill_with(2 * bytes.len(), digit)
        }
        Encoding::Escape => escape(bytes, arena),
    };
    std::str::from_utf8(out).expect("encodings are ASCII")
}

/// A text of bytes in hexadecimal.
pub(super) fn hexadecimal<'m>(bytes: &[u8], arena: &'m Bump) -> &'m str {
    encode(bytes, Encoding::Hex, arena)
}

fn base64<'m>(bytes: &[u8], arena: &'m Bump) -> &'m mut [u8] {
    let letters = bytes.len().div_ceil(3) * 4;
    let breaks = letters.saturating_sub(1) / LINE;
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    arena.alloc_slice_fill_with(letters + breaks, |at| {
        let (line, column) = (at / (LINE + 1), at % (LINE + 1));
        if column == LINE {
            return b'\n';
        }
        let letter = line * LINE + column;
        let group = letter / 4 * 3;
        let place = letter % 4;
        if group + place > bytes.len() {
            return b'=';
        }
        let bits = u32::from_be_bytes([0, byte(group), byte(group + 1), byte(group + 2)]);
        ALPHABET[(bits >> (18 - 6 * place) & 63) as usize]
    })
}

fn escape<'m>(bytes: &[u8], arena: &'m Bump) -> &'m mut [u8] {
    let is_octal = |byte: u8| byte == 0 || byte >= 128;
    let len = |byte: &u8| match *byte {
        b'\\' => 2,
        byte if is_octal(byte) => 4,
        _ => 1,
    };
    let out = arena.alloc_slice_fill_copy(bytes.iter().map(len).sum(), b'\\');
    let mut at = 0;
    for byte in bytes {
        match *byte {
            b'\\' => {}
            byte if is_octal(byte) => {
                for (place, shift) in out[at + 1..at + 4].iter_mut().zip([6, 3, 0]) {
                    *place = b'0' + (byte >> shift & 7);
                }
            }
            byte => out[at] = byte,
        }
        at += len(byte);
    }
    out
}

/// `decode(text, encoding)`
pub fn decode<'m>(text: &str, encoding: Encoding, arena: &'m Bump) -> Result<&'m [u8], Reason> {
    // no encoding is shorter than what it stands for
    let out = arena.alloc_slice_fill_copy(text.len(), 0);
    let len = match encoding {
        Encoding::Base64 => from_base64(text, out),
        Encoding::Hex => from_hexadecimal(text, out),
        Encoding::Escape => from_escape(text.as_bytes(), out),
    };
    Ok(&out[..len.ok_or(Reason::Encoding)?])
}

fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Letters in fours, white space anywhere, and padding.
fn from_base64(text: &str, out: &mut [u8]) -> Option<usize> {
    let (mut bits, mut letters, mut padding, mut len) = (0_u32, 0, 0, 0);
    for byte in text.bytes().filter(|byte| !is_white_space(*byte)) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' if letters % 4 >= 2 => {
                padding += 1;
                0
            }
            _ => return None,
        };
        if padding > 0 && byte != b'=' {
            return None;
        }
        bits = bits << 6 | u32::from(value);
        letters += 1;
        if letters % 4 == 0 {
            let [_, bytes @ ..] = bits.to_be_bytes();
            out[len..len + 3].copy_from_slice(&bytes);
            len += 3 - padding;
            if padding > 0 {
                letters = 0;
            }
            bits = 0;
        }
    }
    (letters % 4 == 0).then_some(len)
}

/// Pairs of digits, white space between them.
fn from_hexadecimal(text: &str, out: &mut [u8]) -> Option<usize> {
    let mut len = 0;
    let mut bytes = text.bytes();
    while let Some(first) = bytes.next() {
        if is_white_space(first) {
            continue;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let (high, low) = (digit(first)?, digit(bytes.next()?)?);
        out[len] = u8::try_from(high << 4 | low).ok()?;
        len += 1;
    }
    Some(len)
}

/// `\\` is a backslash, `\ooo` the byte of that octal number, all else itself.
fn from_escape(text: &[u8], out: &mut [u8]) -> Option<usize> {
    let (mut rest, mut len) = (text, 0);
    while let [first, behind @ ..] = rest {
        (out[len], rest) = match (first, behind) {
            (b'\\', [b'\\', next @ ..]) => (b'\\', next),
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', next @ ..]) => {
                ((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'), next)
            }
            (b'\\', _) => return None,
            (byte, next) => (*byte, next),
        };
        len += 1;
    }
    Some(len)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As PostgreSQL has it.
    #[test]
    fn there_and_back() {
        let arena = Bump::new();
        let long: Vec<u8> = (0..=255).collect();
        for encoding in [Encoding::Base64, Encoding::Hex, Encoding::Escape] {
            for len in [0, 1, 2, 3, 56, 57, 58, 113, 114, 115, 256] {
                let text = encode(&long[..len], encoding, &arena);
                assert_eq!(decode(text, encoding, &arena), Ok(&long[..len]), "{text}");
            }
        }
        let encoded = |bytes, encoding| encode(bytes, encoding, &arena);
        assert_eq!(encoded(b"123\0\x01", Encoding::Base64), "MTIzAAE=");
        assert_eq!(encoded(&[0; 57], Encoding::Base64).len(), 76);
        assert_eq!(encoded(&[0; 58], Encoding::Base64).find('\n'), Some(76));
        assert_eq!(encoded(b"123\0\x01", Encoding::Hex), "3132330001");
        assert_eq!(
            encoded(b"a\\\0\xff\x7f", Encoding::Escape),
            "a\\\\\\000\\377\x7f"
        );
    }

    #[test]
    fn what_does_not_decode() {
        let arena = Bump::new();
        let decoded = |text, encoding| decode(text, encoding, &arena);
        assert_eq!(decoded(" MT Iz\n", Encoding::Base64), Ok(&b"123"[..]));
        assert_eq!(decoded("MTIzAAF=", Encoding::Base64), Ok(&b"123\0\x01"[..]));
        for text in ["MTI", "MTI*", "=", "MT=I", "MTIzA===", "ä"] {
            assert_eq!(
                decoded(text, Encoding::Base64),
                Err(Reason::Encoding),
                "{text}"
            );
        }
        assert_eq!(decoded("12 aB", Encoding::Hex), Ok(&[0x12, 0xab][..]));
        for text in ["1", "1 2", "1g", "\\x12"] {
            assert_eq!(
                decoded(text, Encoding::Hex),
                Err(Reason::Encoding),
                "{text}"
            );
        }
        for text in ["\\", "\\1", "\\400", "\\x"] {
            assert_eq!(
                decoded(text, Encoding::Escape),
                Err(Reason::Encoding),
                "{text}"
            );
        }
    }
}
