//! What a string literal stands for, as rustc has read it: it is known to be well-formed.

/// The text of a literal as it is written; None where it is no string, but a number or bytes.
pub(crate) fn text(written: &str) -> Option<String> {
    if let Some(raw) = written.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let text = raw.get(hashes + 1..raw.len() - hashes - 1);
        return text.map(ToOwned::to_owned);
    }
    let text = written.strip_prefix('"')?.strip_suffix('"')?;
    let mut unescaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        unescaped.push_str(&rest[..at]);
        rest = escape(&rest[at + 1..], &mut unescaped)?;
    }
    unescaped.push_str(rest);
    Some(unescaped)
}

/// Adds what an escape stands for, which starts behind its backslash; gives what follows it.
fn escape<'t>(text: &'t str, unescaped: &mut String) -> Option<&'t str> {
    let mut chars = text.chars();
    let plain = match chars.next()? {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        'x' => {
            let (code, rest) = chars.as_str().split_at_checked(2)?;
            unescaped.push(char::from(u8::from_str_radix(code, 16).ok()?));
            return Some(rest);
        }
        'u' => {
            let (code, rest) = chars.as_str().strip_prefix('{')?.split_once('}')?;
            let code = u32::from_str_radix(&code.replace('_', ""), 16).ok()?;
            unescaped.push(char::from_u32(code)?);
            return Some(rest);
        }
        // a line that goes on in the next one
        '\n' | '\r' => return Some(chars.as_str().trim_start_matches([' ', '\t', '\r', '\n'])),
        other => other,
    };
    unescaped.push(plain);
    Some(chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn literals_stand_for_texts() {
        let cases = [
            ("\"\"", Some("")),
            ("\"a'b\"", Some("a'b")),
            (r#""\"\\\n\t\0""#, Some("\"\\\n\t\0")),
            (r#""\x41\u{1F_600}ö""#, Some("A😀ö")),
            ("\"a \\\n    b\"", Some("a b")),
            ("r\"a\\n\"", Some("a\\n")),
            ("r#\"a\"b\"#", Some("a\"b")),
            ("r##\"\"#\"##", Some("\"#")),
            ("b\"a\"", None),
            ("1", None),
            ("'a'", None),
        ];
        for (written, want) in cases {
            assert_eq!(text(written).as_deref(), want, "{written}");
        }
    }
}
