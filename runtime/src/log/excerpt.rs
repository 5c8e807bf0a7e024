//! What a log line may show of a text that comes from outside.

use std::fmt::{self, Write as _};

/// Text from outside as it may stand in a log line: control characters, direction marks and others
/// that nobody sees are escaped, what is not UTF-8 is shown as bytes.
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
    let is_unseen = matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    );
    character.is_control() || is_unseen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_cannot_write_to_a_terminal() {
        let cases: [(&[u8], &str); 6] = [
            (b"plain \"text\"", "plain \"text\""),
            (b"a\x1b[31m\r\nb", "a\\u{1b}[31m\\r\\nb"),
            (b"\xff\xc3", "\\xff\\xc3"),
            ("ü\u{202e}x".as_bytes(), "ü\\u{202e}x"),
            ("\u{85}".as_bytes(), "\\u{85}"),
            ("a\u{2060}\u{e0041}".as_bytes(), "a\\u{2060}\\u{e0041}"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Excerpt(bytes).to_string(), expected);
        }
    }
}
