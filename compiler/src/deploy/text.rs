//! Text from the SQL in files of other languages.

use std::fmt::Write as _;
/// One line for a comment: what is no plain character is escaped.
pub(super) fn shown(text: &str) -> String {
    let escape = |c: char| {
        if c.is_control() {
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
            c if c.is_control() => {
                write!(quoted, "\\u{:04x}", u32::from(c)).expect("a String takes it");
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A word of a systemd setting: in quotes, with `%` and `\` as they are (systemd.syntax(7)).
pub(super) fn systemd_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@:,=".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    quoted(&text.replace('%', "%%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted() {
        assert_eq!(shown("a\nb\u{1b}ü"), "a\\nb\\u{1b}ü");
        assert_eq!(quoted("a\"b\\\n"), r#""a\"b\\\u000a""#);
        assert_eq!(systemd_word("/var/lib/x-1"), "/var/lib/x-1");
        assert_eq!(systemd_word("/a b/%c"), "\"/a b/%%c\"");
    }
}
