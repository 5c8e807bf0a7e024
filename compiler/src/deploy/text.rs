//! Text from the SQL in files of other languages.

use std::fmt::Write as _;

/// Whether a character ends a line for some reader (YAML 1.1 takes U+2028 and U+2029 for line
/// breaks), may not be in a text (5.1 of YAML 1.2), or makes one look like another (U+200E and its
/// like turn the direction of writing).
fn is_special(c: char) -> bool {
    let turns = ['\u{200e}', '\u{200f}'].contains(&c)
        || ('\u{202a}'..='\u{202e}').contains(&c)
        || ('\u{2066}'..='\u{2069}').contains(&c);
    let is_none = ['\u{feff}', '\u{fffe}', '\u{ffff}'].contains(&c);
    c.is_control() || ['\u{2028}', '\u{2029}'].contains(&c) || turns || is_none
}

/// One line for a comment: what is no plain character is escaped.
pub(super) fn shown(text: &str) -> String {
    let escape = |c: char| {
        if is_special(c) {
            c.escape_default().to_string()
        } else {
            c.to_string()
        }
    };
    text.chars().map(escape).collect()
}

/// A string of JSON, and so of YAML 1.2 (chapter 5.7).
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            // none of them is beyond four digits
            c if is_special(c) => {
                write!(quoted, "\\u{:04x}", u32::from(c)).expect("a String takes it");
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A path as a word of a systemd setting: in quotes, with `%` and `\` as they are
/// (systemd.syntax(7)); None: no line can hold it, since settings of paths know no escapes of
/// control characters.
pub(super) fn systemd_word(text: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@:,=".contains(c);
    if text.contains(char::is_control) {
        return None;
    }
    if !text.is_empty() && text.chars().all(is_plain) {
        return Some(text.to_owned());
    }
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    Some(format!("\"{}\"", escaped.replace('%', "%%")))
}

/// A path below `/var/lib` as a word of `StateDirectory=`, which is read twice: quotes and
/// backslashes mean something both times, and a colon stands before the name of a link
/// (systemd.exec(5)). None: it cannot be said.
pub(super) fn state_word(text: &str) -> Option<String> {
    if text.contains(['"', '\'', '\\']) {
        return None;
    }
    let word = systemd_word(text)?;
    Some(word.replace(':', "\\:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted() {
        assert_eq!(shown("a\nb\u{1b}ü"), "a\\nb\\u{1b}ü");
        let others = "a\u{2028}b\u{feff}\u{202e}";
        assert_eq!(shown(others), "a\\u{2028}b\\u{feff}\\u{202e}");
        assert_eq!(quoted(others), r#""a\u2028b\ufeff\u202e""#);
        assert_eq!(quoted("a\"b\\\n"), r#""a\"b\\\u000a""#);
        let word = |text| systemd_word(text).expect("a line can hold it");
        assert_eq!(word("/var/lib/x-1"), "/var/lib/x-1");
        assert_eq!(word("/a b/%c"), "\"/a b/%%c\"");
        assert_eq!(word(r#"/a"b\c"#), r#""/a\"b\\c""#);
        assert_eq!(systemd_word("/a\nb"), None);
        assert_eq!(state_word("x/a:b"), Some("x/a\\:b".to_owned()));
        assert_eq!(state_word("x/a\"b"), None);
    }
}
