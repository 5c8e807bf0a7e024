//! What a log line may show of a text that comes from outside.

use std::fmt::{self, Write as _};

/// Text from outside as it may stand in a log line: control characters and invisible direction
/// marks are escaped, what is not UTF-8 is shown as bytes.
pub struct Excerpt<'t>(pub &'t [u8]);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                if is_unsafe_to_show(character) {
                    write!(f, "{}", character.escape_default())?;
                } else {
                    f.write_char(character)?;
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

fn is_unsafe_to_show(character: char) -> bool {
    let direction = matches!(
        character,
        '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    );
    character.is_control() || direction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_cannot_write_to_a_terminal() {
        let cases: [(&[u8], &str); 5] = [
            (b"plain \"text\"", "plain \"text\""),
            (b"a\x1b[31m\r\nb", "a\\u{1b}[31m\\r\\nb"),
            (b"\xff\xc3", "\\xff\\xc3"),
            ("ü\u{202e}x".as_bytes(), "ü\\u{202e}x"),
            ("\u{85}".as_bytes(), "\\u{85}"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Excerpt(bytes).to_string(), expected);
        }
    }
}
