//! LIKE patterns that are known when the pipeline is compiled.

/// What a constant pattern asks of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LikePattern {
    /// No wildcard: equality.
    Equals(String),
    /// `abc%`
    StartsWith(String),
    /// `%abc`
    EndsWith(String),
    /// `%abc%`
    Contains(String),
    /// `%`: any text.
    Anything,
    /// Anything else that is well-formed.
    General,
    /// It ends with its escape character, so that matching can fail.
    Malformed,
}

/// A pattern's element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    /// `%`
    AnyText,
    /// `_`
    AnyCharacter,
    /// Itself.
    Character(char),
}

impl LikePattern {
    /// Reads `pattern`, in which `escape` takes the meaning from the character behind it.
    pub fn new(pattern: &str, escape: Option<char>) -> Self {
        let Some(elements) = elements(pattern, escape) else {
            return Self::Malformed;
        };
        if elements.contains(&Element::AnyCharacter) {
            return Self::General;
        }
        let any = |element: Option<&Element>| element == Some(&Element::AnyText);
        let (open_start, open_end) = (any(elements.first()), any(elements.last()));
        let text: String = elements.iter().copied().filter_map(character).collect();
        let inner = elements.iter().skip_while(|e| **e == Element::AnyText);
        let wildcards_inside = inner
            .skip_while(|e| matches!(e, Element::Character(_)))
            .any(|e| matches!(e, Element::Character(_)));
        match (open_start, open_end) {
            _ if wildcards_inside => Self::General,
            (false, false) => Self::Equals(text),
            _ if text.is_empty() => Self::Anything,
            (false, true) => Self::StartsWith(text),
            (true, false) => Self::EndsWith(text),
            (true, true) => Self::Contains(text),
        }
    }
}

fn character(element: Element) -> Option<char> {
    match element {
        Element::Character(c) => Some(c),
        Element::AnyText | Element::AnyCharacter => None,
    }
}

fn elements(pattern: &str, escape: Option<char>) -> Option<Vec<Element>> {
    let mut elements = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        elements.push(match c {
            c if Some(c) == escape => Element::Character(chars.next()?),
            '%' => Element::AnyText,
            '_' => Element::AnyCharacter,
            c => Element::Character(c),
        });
    }
    Some(elements)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_recognised() {
        let cases: &[(&str, LikePattern)] = &[
            ("", LikePattern::Equals(String::new())),
            ("abc", LikePattern::Equals("abc".into())),
            ("abc%", LikePattern::StartsWith("abc".into())),
            ("%abc", LikePattern::EndsWith("abc".into())),
            ("%%abc%", LikePattern::Contains("abc".into())),
            ("%", LikePattern::Anything),
            ("a%b", LikePattern::General),
            ("%a%b%", LikePattern::General),
            ("a_", LikePattern::General),
            ("100\\%", LikePattern::Equals("100%".into())),
            ("\\_%", LikePattern::StartsWith("_".into())),
            ("\\%%\\%", LikePattern::General),
            ("a\\", LikePattern::Malformed),
        ];
        for (pattern, want) in cases {
            assert_eq!(LikePattern::new(pattern, Some('\\')), *want, "{pattern}");
        }
        let literal_backslash = LikePattern::Equals("a\\".into());
        assert_eq!(LikePattern::new("a\\", None), literal_backslash);
    }
}
