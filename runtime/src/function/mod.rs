//! SQL functions over values that are not NULL.

use bumpalo::Bump;

/// `lower(text)`: each character by Unicode's own mapping, whatever its neighbours and the locale.
pub fn lower<'m>(text: &'m str, arena: &'m Bump) -> &'m str {
    map(text, arena, char::to_lowercase)
}

/// `upper(text)`: each character by Unicode's own mapping, whatever the locale (`ß` is `SS`).
pub fn upper<'m>(text: &'m str, arena: &'m Bump) -> &'m str {
    map(text, arena, char::to_uppercase)
}

/// `length(text)`: the number of characters (Unicode scalar values).
pub fn length(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX)
}

/// Maps each character; a text that stays as it is is not copied.
fn map<'m, Mapped>(text: &'m str, arena: &'m Bump, to: impl Fn(char) -> Mapped) -> &'m str
where
    Mapped: Iterator<Item = char>,
{
    let same = |character: char| to(character).eq(std::iter::once(character));
    let Some(changed) = text.find(|character| !same(character)) else {
        return text;
    };
    let (unchanged, rest) = text.split_at(changed);
    let len = |text: &str| {
        text.chars()
            .flat_map(&to)
            .map(char::len_utf8)
            .sum::<usize>()
    };
    let out = arena.alloc_slice_fill_copy(changed + len(rest), 0);
    out[..changed].copy_from_slice(unchanged.as_bytes());
    let mut at = changed;
    for character in rest.chars().flat_map(&to) {
        at += character.encode_utf8(&mut out[at..]).len();
    }
    std::str::from_utf8(out).expect("characters were encoded")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        let arena = Bump::new();
        for (text, lowered, uppered) in [
            ("", "", ""),
            ("abc 1", "abc 1", "ABC 1"),
            ("ABC", "abc", "ABC"),
            ("Straße", "straße", "STRASSE"),
            ("ΌΣΟΣ", "όσοσ", "ΌΣΟΣ"),
            ("Ärger İ", "ärger i\u{307}", "ÄRGER İ"),
            ("日本", "日本", "日本"),
        ] {
            assert_eq!(lower(text, &arena), lowered, "{text}");
            assert_eq!(upper(text, &arena), uppered, "{text}");
        }
    }

    #[test]
    fn lengths_are_in_characters() {
        for (text, expected) in [("", 0), ("abc", 3), ("äöü", 3), ("😀", 1), ("e\u{301}", 2)] {
            assert_eq!(length(text), expected, "{text}");
        }
    }
}
