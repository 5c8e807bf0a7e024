//! LIKE and ILIKE.

use crate::error::Reason;

/// One element of a pattern.
#[derive(Clone, Copy)]
enum Element {
    /// `%`
    AnyText,
    /// `_`
    AnyCharacter,
    /// A character that stands for itself.
    Literal(char),
}

/// Whether `text` as a whole matches `pattern`, character by character: `%` stands for any text,
/// `_` for any one character, and what follows `escape` (where there is one) for itself.
///
/// A pattern that ends with its escape character is [`Reason::LikePattern`], whatever the text.
/// Only the last `%` is ever tried again, so the time is bounded by the product of the lengths.
pub fn like(text: &str, pattern: &str, escape: Option<char>) -> Result<bool, Reason> {
    matches(text, pattern, escape, |a, b| a == b)
}

/// The same whatever the case of letters: two characters are alike if their lower-case forms are,
/// by Unicode's own mapping.
pub fn ilike(text: &str, pattern: &str, escape: Option<char>) -> Result<bool, Reason> {
    matches(text, pattern, escape, |a, b| {
        a == b || a.to_lowercase().eq(b.to_lowercase())
    })
}

#[inline]
fn matches(
    text: &str,
    pattern: &str,
    escape: Option<char>,
    alike: impl Fn(char, char) -> bool,
) -> Result<bool, Reason> {
    check(pattern, escape)?;
    let (mut text, mut pattern) = (text, pattern);
    // The pattern behind the last `%`, and where in the text it is tried next.
    let mut retry: Option<(&str, &str)> = None;
    loop {
        let matched = match first(pattern, escape) {
            Some((Element::AnyText, "")) => return Ok(true),
            Some((Element::AnyText, rest)) => {
                retry = Some((rest, text));
                Some((rest, text))
            }
            Some((Element::AnyCharacter, rest)) => behind_first(text).map(|text| (rest, text)),
            Some((Element::Literal(character), rest)) => {
                let behind = text.strip_prefix(|c| alike(c, character));
                behind.map(|text| (rest, text))
            }
            None if text.is_empty() => return Ok(true),
            None => None,
        };
        (pattern, text) = match (matched, retry) {
            (Some(behind), _) => behind,
            (None, None) => return Ok(false),
            (None, Some((behind_any, tried))) => {
                let Some(tried) = behind_first(tried) else {
                    return Ok(false);
                };
                retry = Some((behind_any, tried));
                (behind_any, tried)
            }
        };
    }
}

/// Every escape character has something to escape.
fn check(pattern: &str, escape: Option<char>) -> Result<(), Reason> {
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if Some(character) == escape && characters.next().is_none() {
            return Err(Reason::LikePattern);
        }
    }
    Ok(())
}

/// The pattern's first element, and what follows it.
fn first(pattern: &str, escape: Option<char>) -> Option<(Element, &str)> {
    let mut characters = pattern.chars();
    let element = match characters.next()? {
        character if Some(character) == escape => Element::Literal(characters.next()?),
        '%' => Element::AnyText,
        '_' => Element::AnyCharacter,
        character => Element::Literal(character),
    };
    Some((element, characters.as_str()))
}

/// What follows the first character, if there is one.
fn behind_first(text: &str) -> Option<&str> {
    let mut characters = text.chars();
    characters.next().map(|_| characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By definition, and exponential: the oracle.
    fn naive(text: &[char], pattern: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['%', rest @ ..] => (0..=text.len()).any(|at| naive(&text[at..], rest)),
            ['_', rest @ ..] => !text.is_empty() && naive(&text[1..], rest),
            [character, rest @ ..] => text.first() == Some(character) && naive(&text[1..], rest),
        }
    }

    fn strings(alphabet: &[char], max_len: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..max_len {
            let to = all.len();
            for index in from..to {
                for character in alphabet {
                    all.push(format!("{}{character}", all[index]));
                }
            }
            from = to;
        }
        all
    }

    #[test]
    fn every_short_text_and_pattern() {
        let texts = strings(&['a', 'ä', 'b'], 4);
        for pattern in strings(&['a', 'ä', '%', '_'], 5) {
            let elements: Vec<char> = pattern.chars().collect();
            for text in &texts {
                let characters: Vec<char> = text.chars().collect();
                let expected = naive(&characters, &elements);
                assert_eq!(
                    like(text, &pattern, None),
                    Ok(expected),
                    "{text} LIKE {pattern}"
                );
            }
        }
    }

    #[test]
    fn escapes() {
        let bs = Some('\\');
        for (text, pattern, escape, expected) in [
            ("100%", r"100\%", bs, Ok(true)),
            ("100x", r"100\%", bs, Ok(false)),
            ("a_b", r"a\_b", bs, Ok(true)),
            ("axb", r"a\_b", bs, Ok(false)),
            (r"a\b", r"a\\b", bs, Ok(true)),
            (r"a\b", r"a\b", None, Ok(true)),
            ("50%", "50!%", Some('!'), Ok(true)),
            ("%", "%%", Some('%'), Ok(true)),
            ("x", "%%", Some('%'), Ok(false)),
            ("ab", r"a\b", bs, Ok(true)),
            ("", r"\", bs, Err(Reason::LikePattern)),
            ("never reached", r"x%\", bs, Err(Reason::LikePattern)),
            (r"x\", r"x\\", bs, Ok(true)),
        ] {
            assert_eq!(
                like(text, pattern, escape),
                expected,
                "{text} LIKE {pattern}"
            );
        }
    }

    #[test]
    fn any_case() {
        for (text, pattern, expected) in [
            ("Kitchen", "kit%", true),
            ("KÜCHE", "%ü_he", true),
            ("ΣΟΣ", "σοσ", true),
            ("Straße", "STRASSE", false),
            ("a", "b", false),
        ] {
            let got = ilike(text, pattern, Some('\\'));
            assert_eq!(got, Ok(expected), "{text} ILIKE {pattern}");
        }
        // what is escaped stands for itself, in either case
        assert_eq!(ilike("%A", "!%!a", Some('!')), Ok(true));
    }

    #[test]
    fn many_wildcards_take_no_exponential_time() {
        let text = "a".repeat(5_000);
        let pattern = format!("{}b", "a%".repeat(500));
        assert_eq!(like(&text, &pattern, None), Ok(false));
    }
}
