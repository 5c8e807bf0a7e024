//! The tokens of RFC 8259, each measured and validated in one go.
//!
//! A scanner takes the payload and the offset where its token starts. It gives the token's end,
//! or, as an error, the offset of the byte that no valid token has there (the payload's length
//! where the token is cut off).

use super::Kind;
use crate::swar;

/// A string token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// Offset of the closing quote.
    pub(super) close: usize,
    /// Whether there are escapes.
    pub(super) escaped: bool,
    /// Whether a byte of 0x80 or more may be inside: never false where there is one.
    pub(super) non_ascii: bool,
}

/// A string whose first byte behind the opening quote is at `start`. UTF-8 is not looked at.
#[inline]
pub(super) fn string(payload: &[u8], start: usize) -> Result<Text, usize> {
    let plain = swar::plain(&payload[start..]);
    let end = start + plain.len;
    if payload.get(end) == Some(&b'"') {
        return Ok(Text {
            close: end,
            escaped: false,
            non_ascii: plain.non_ascii,
        });
    }
    string_with_escapes(payload, end, plain.non_ascii)
}

/// Goes on at `at`, where something else than plain text and a closing quote stands.
fn string_with_escapes(payload: &[u8], at: usize, non_ascii: bool) -> Result<Text, usize> {
    let mut text = Text {
        close: at,
        escaped: false,
        non_ascii,
    };
    loop {
        match payload.get(text.close) {
            Some(b'"') => return Ok(text),
            Some(b'\\') => {
                text.escaped = true;
                text.close = escape(payload, text.close + 1)?;
                let plain = swar::plain(&payload[text.close..]);
                text.close += plain.len;
                text.non_ascii |= plain.non_ascii;
            }
            _ => return Err(text.close),
        }
    }
}

/// An escape whose backslash stands before `at`. Any four hexadecimal digits go: surrogates are
/// paired where the text is used.
fn escape(payload: &[u8], at: usize) -> Result<usize, usize> {
    match payload.get(at) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 1),
        Some(b'u') => {
            for digit in at + 1..at + 5 {
                if !payload.get(digit).is_some_and(u8::is_ascii_hexdigit) {
                    return Err(digit);
                }
            }
            Ok(at + 5)
        }
        _ => Err(at),
    }
}

/// A number that starts at `at` with `-` or a digit.
#[inline]
pub(super) fn number(payload: &[u8], at: usize) -> Result<usize, usize> {
    let start = at + usize::from(payload.get(at) == Some(&b'-'));
    let end = match payload.get(start) {
        Some(b'0') => start + 1,
        _ => some_digits(payload, start)?,
    };
    match payload.get(end) {
        Some(b'.') => {
            let end = some_digits(payload, end + 1)?;
            match payload.get(end) {
                Some(b'e' | b'E') => exponent(payload, end),
                _ => Ok(end),
            }
        }
        Some(b'e' | b'E') => exponent(payload, end),
        _ => Ok(end),
    }
}

/// An exponent whose letter is at `at`.
fn exponent(payload: &[u8], at: usize) -> Result<usize, usize> {
    let signed = matches!(payload.get(at + 1), Some(b'+' | b'-'));
    some_digits(payload, at + 1 + usize::from(signed))
}

/// One digit or more.
#[inline]
fn some_digits(payload: &[u8], start: usize) -> Result<usize, usize> {
    let count = payload.get(start..).map_or(0, swar::digits);
    if count == 0 {
        Err(start)
    } else {
        Ok(start + count)
    }
}

/// `true`, `false` or `null` at `at`.
pub(super) fn literal(payload: &[u8], at: usize) -> Result<(usize, Kind), usize> {
    let (word, kind): (&[u8], Kind) = match payload.get(at) {
        Some(b't') => (b"true", Kind::True),
        Some(b'f') => (b"false", Kind::False),
        Some(b'n') => (b"null", Kind::Null),
        _ => return Err(at),
    };
    let rest = &payload[at..];
    if rest.starts_with(word) {
        return Ok((at + word.len(), kind));
    }
    let equal = rest.iter().zip(word).take_while(|(a, b)| a == b).count();
    Err(at + equal)
}

/// The offset of the first byte from `at` on that is no white space.
#[inline]
pub(super) fn white_space(payload: &[u8], at: usize) -> usize {
    match payload.get(at) {
        Some(b' ' | b'\n' | b'\r' | b'\t') => long_white_space(payload, at + 1),
        _ => at,
    }
}

fn long_white_space(payload: &[u8], at: usize) -> usize {
    let rest = &payload[at..];
    let space = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
    at + rest.iter().take_while(|byte| space(byte)).count()
}
