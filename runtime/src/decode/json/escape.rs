//! Strings with escapes (RFC 8259 §7), already known to be well-formed.

use crate::swar;

/// A stretch of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    /// Bytes that stand for themselves.
    Plain(&'a [u8]),
    /// An escape.
    Character(char),
    /// `\uD800` to `\uDFFF` without its other half: no character, and no text in UTF-8.
    LoneSurrogate,
}

/// The pieces of a string, in order.
struct Pieces<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        match *self.rest {
            [] => None,
            [b'\\', b'u', ..] => Some(self.unicode()),
            [b'\\', letter, ref rest @ ..] => {
                self.rest = rest;
                Some(Piece::Character(char::from(single(letter))))
            }
            _ => {
                let len = memchr::memchr(b'\\', self.rest).unwrap_or(self.rest.len());
                let (plain, rest) = self.rest.split_at(len);
                self.rest = rest;
                Some(Piece::Plain(plain))
            }
        }
    }
}

impl<'a> Pieces<'a> {
    /// `\uXXXX`, or two of them that are the halves of one character.
    fn unicode(&mut self) -> Piece<'a> {
        let first = code_unit(self.rest).expect("the scanner has checked the digits");
        self.rest = &self.rest[6..];
        if let Some(character) = char::from_u32(first) {
            return Piece::Character(character);
        }
        let second = code_unit(self.rest).filter(|unit| (0xdc00..0xe000).contains(unit));
        match second {
            Some(second) if first < 0xdc00 => {
                self.rest = &self.rest[6..];
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                Piece::Character(char::from_u32(code).expect("pairs make characters"))
            }
            _ => Piece::LoneSurrogate,
        }
    }
}

/// The code unit of the `\uXXXX` that `text` starts with, if it does.
fn code_unit(text: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = text.first_chunk::<6>()? else {
        return None;
    };
    digits.iter().try_fold(0, |unit, &digit| {
        Some(unit << 4 | char::from(digit).to_digit(16)?)
    })
}

/// What a backslash and `letter` stand for.
#[inline]
fn single(letter: u8) -> u8 {
    match letter {
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        other => other,
    }
}

/// Writes what `text` stands for to the start of `out`, which is at least as long, and returns its
/// length; None where a surrogate stands alone.
pub(crate) fn unescape(text: &[u8], out: &mut [u8]) -> Option<usize> {
    let (mut at, mut len) = (0, 0);
    loop {
        let plain = swar::copy_until(b'\\', &text[at..], &mut out[len..]);
        (at, len) = (at + plain, len + plain);
        match text[at..] {
            [] => return Some(len),
            [_, b'u', ..] => {
                let mut pieces = Pieces { rest: &text[at..] };
                let Piece::Character(character) = pieces.unicode() else {
                    return None;
                };
                len += character.encode_utf8(&mut out[len..]).len();
                at = text.len() - pieces.rest.len();
            }
            [_, letter, ..] => {
                out[len] = single(letter);
                (at, len) = (at + 2, len + 1);
            }
            [_] => unreachable!("the scanner has seen what stands behind each backslash"),
        }
    }
}

/// Whether `text` stands for `key`.
pub(crate) fn stands_for(text: &[u8], key: &str) -> bool {
    let mut key = key.as_bytes();
    for piece in (Pieces { rest: text }) {
        let rest = match piece {
            Piece::Plain(bytes) => key.strip_prefix(bytes),
            Piece::Character(character) => {
                key.strip_prefix(character.encode_utf8(&mut [0; 4]).as_bytes())
            }
            Piece::LoneSurrogate => None,
        };
        match rest {
            Some(rest) => key = rest,
            None => return false,
        }
    }
    key.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        for (text, expected) in [
            ("", Some("")),
            ("plain", Some("plain")),
            (r#"\"\\\/\b\f\n\r\t"#, Some("\"\\/\u{8}\u{c}\n\r\t")),
            (r"a\u0041b\u00e4\u20AC", Some("aAbä€")),
            (r"\ud83d\ude00!", Some("😀!")),
            (r"\u0000", Some("\0")),
            (r"\ud83d", None),
            (r"\ud83dx", None),
            (r"\ud83d\n", None),
            (r"\ude00\ud83d", None),
            (r"\ud83d\ud83d\ude00", None),
            (r"\ud83d\u0041", None),
        ] {
            let mut out = vec![0; text.len()];
            let len = unescape(text.as_bytes(), &mut out);
            assert_eq!(
                len.map(|len| &out[..len]),
                expected.map(str::as_bytes),
                "{text}"
            );
            if let Some(key) = expected {
                assert!(stands_for(text.as_bytes(), key), "{text}");
                assert!(!stands_for(text.as_bytes(), &format!("{key}x")), "{text}");
            }
            assert!(!stands_for(text.as_bytes(), "another"), "{text}");
        }
    }

    /// What stands between two escapes is copied by words; it is right whatever its length.
    #[test]
    fn escapes_at_every_place() {
        for first in 0..20 {
            for second in 0..20 {
                for (escape, meant) in [(r"\n", "\n"), (r"\u00e4", "ä"), (r"\ud83d\ude00", "😀")]
                {
                    let write = |middle: &str| {
                        let (before, behind) = ("x".repeat(first), "yz".repeat(second));
                        format!("{before}{middle}{behind}{middle}")
                    };
                    let (text, expected) = (write(escape), write(meant));
                    let mut out = vec![b'-'; text.len()];
                    let len = unescape(text.as_bytes(), &mut out);
                    assert_eq!(len.map(|len| &out[..len]), Some(expected.as_bytes()));
                }
            }
        }
    }
}
