//! Names for tables and columns, and texts as SQL writes them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::ir::reserved::is_reserved;

/// The longest name that is made of several keys, in characters.
const LONGEST: usize = 60;

/// Words that begin something else than a column in a table's list, or would look like it.
const CLAUSES: &[&str] = &[
    "CHECK",
    "CONSTRAINT",
    "EXCLUDE",
    "FOREIGN",
    "KEY",
    "LIKE",
    "PRIMARY",
    "UNIQUE",
    "WATERMARK",
];

/// Names of one kind, no two of which differ in the case of letters alone.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// `wanted`, or the next of `wanted_2`, `wanted_3` … that is free.
    pub(super) fn free(&mut self, wanted: &str) -> String {
        let is_new =
            |name: &String, names: &mut BTreeSet<String>| names.insert(name.to_ascii_lowercase());
        let mut name = wanted.to_owned();
        let mut number = 2;
        while !is_new(&name, &mut self.0) {
            name = format!("{wanted}_{number}");
            number += 1;
        }
        name
    }
}

/// A name of the words in `parts`: letters, digits and underscores.
pub(super) fn joined<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = parts
        .into_iter()
        .map(word)
        .filter(|w| !w.is_empty())
        .collect();
    // what is most special stands last
    let mut first = 0;
    let length = |words: &[String]| {
        words
            .iter()
            .map(|word| word.chars().count() + 1)
            .sum::<usize>()
    };
    while first + 1 < words.len() && length(&words[first..]) > LONGEST {
        first += 1;
    }
    let name: String = words[first..].join("_").chars().take(LONGEST).collect();
    match name.chars().next() {
        None => "unnamed".to_owned(),
        Some(c) if c.is_alphabetic() || c == '_' => name,
        Some(_) => format!("_{name}"),
    }
}

/// A key with everything that a name cannot hold as single underscores, none at the ends.
fn word(key: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || c == '_';
    if key.chars().all(is_plain) {
        return key.to_owned();
    }
    let words: Vec<&str> = key
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join("_")
}

/// A name as SQL writes it.
pub(super) fn identifier(name: &str) -> String {
    let is_clause = CLAUSES
        .iter()
        .any(|clause| clause.eq_ignore_ascii_case(name));
    if is_plain_name(name) && !is_reserved(name) && !is_clause {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn is_plain_name(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// A text as SQL writes it.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A text as JSON writes it, in ASCII quotes and without control characters.
pub(super) fn json_string(text: &str) -> String {
    let mut json = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            c if c.is_control() => {
                write!(json, "\\u{:04x}", u32::from(c)).expect("a String takes it");
            }
            c => json.push(c),
        }
    }
    json + "\""
}

/// The path of keys: `$.a."odd key"`.
pub(super) fn path(keys: &[String]) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-@$".contains(c);
    let mut path = String::from('$');
    for key in keys {
        path.push('.');
        if !key.is_empty() && key.chars().all(is_plain) {
            path += key;
        } else {
            path += &json_string(key);
        }
    }
    path
}

/// A text without line breaks and other control characters, for a comment.
pub(super) fn in_comment(text: &str) -> String {
    let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    text.chars().map(shown).collect()
}

/// A text of an option that may hold `${…}`: dollar signs that would begin one are doubled.
pub(super) fn without_variables(text: &str) -> String {
    let mut escaped = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        escaped += &rest[..=at];
        rest = &rest[at + 1..];
        if rest.starts_with(['$', '{']) {
            escaped.push('$');
        }
    }
    escaped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_unique() {
        let cases: [(&[&str], &str); 8] = [
            (&["deviceId"], "deviceId"),
            (&["switch:0", "apower"], "switch_0_apower"),
            (&["0", "tC"], "_0_tC"),
            (&["größe"], "größe"),
            (&["@odata.id"], "odata_id"),
            (&["", "!"], "unnamed"),
            (&["__x"], "__x"),
            (
                &[&"a".repeat(30), &"b".repeat(30), "c"],
                &format!("{}_c", "b".repeat(30)),
            ),
        ];
        for (parts, expected) in cases {
            assert_eq!(joined(parts.iter().copied()), expected, "{parts:?}");
        }
        let mut names = Names::default();
        let free = ["a", "A", "a", "a_2"].map(|wanted| names.free(wanted));
        assert_eq!(free, ["a", "A_2", "a_3", "a_2_2"]);
    }

    #[test]
    fn what_sql_would_read_otherwise_is_quoted() {
        assert_eq!(identifier("temperature"), "temperature");
        assert_eq!(identifier("order"), "\"order\"");
        assert_eq!(identifier("watermark"), "\"watermark\"");
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(
            path(&["a".into(), "odd \"key\"\n".into()]),
            r#"$.a."odd \"key\"\u000a""#
        );
        assert_eq!(without_variables("$SYS/${a}/$$"), "$SYS/$${a}/$$$");
        assert_eq!(in_comment("a\nb"), "a\u{fffd}b");
    }
}
