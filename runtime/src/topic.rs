//! Topic names and topic filters (MQTT 3.1.1 and 5.0, §4.7 and §4.8.2).

use crate::swar;
use std::fmt;

/// A valid topic filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    subscribed: String,
    matched_from: usize,
    /// The lengths of what stands before each wildcard, and behind the last one.
    literals: Vec<usize>,
}

/// Why a text is not a topic filter, or not a topic name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicError {
    /// It is empty.
    Empty,
    /// Longer than 65,535 bytes.
    TooLong,
    /// It has a NUL character.
    Nul,
    /// `#` is not the last level, or not a level of its own.
    MultiLevel,
    /// `+` is not a level of its own.
    SingleLevel,
    /// A topic name with `+` or `#`.
    Wildcard,
    /// `$share/` without a group name and a filter.
    Share,
}

impl fmt::Display for TopicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "it is empty",
            Self::TooLong => "it is longer than 65,535 bytes",
            Self::Nul => "it has a NUL character",
            Self::MultiLevel => "`#` must be the last level, by itself",
            Self::SingleLevel => "`+` must be a level by itself",
            Self::Wildcard => "a topic that is published on has no wildcards",
            Self::Share => "a shared subscription reads `$share/group/filter`",
        })
    }
}

impl Filter {
    /// Checks a filter; `$share/group/filter` is a filter too.
    pub fn parse(text: &str) -> Result<Self, TopicError> {
        check_string(text)?;
        let matched_from = match text.strip_prefix("$share/") {
            None => 0,
            Some(shared) => text.len() - shared.len() + shared_filter(shared)?,
        };
        check_levels(&text[matched_from..])?;
        let literals = text[matched_from..].split(['+', '#']).map(str::len);
        Ok(Self {
            subscribed: text.to_owned(),
            matched_from,
            literals: literals.collect(),
        })
    }

    /// The filter as it is sent in SUBSCRIBE.
    pub fn as_str(&self) -> &str {
        &self.subscribed
    }

    /// Whether the subscription is shared with other clients.
    pub fn is_shared(&self) -> bool {
        self.matched_from > 0
    }

    /// Whether messages on `topic` belong to this subscription. Any text can be asked about.
    ///
    /// This is done for every message, so it looks at bytes: `+` and `#` are levels of their own,
    /// and what stands between two of them must stand in the topic as it is.
    #[inline]
    pub fn matches(&self, topic: &str) -> bool {
        let mut filter = &self.subscribed.as_bytes()[self.matched_from..];
        let mut topic = topic.as_bytes();
        // Topics that begin with `$` are not for filters that begin with a wildcard [MQTT-4.7.2-1].
        if matches!(filter, [b'+' | b'#', ..]) && matches!(topic, [b'$', ..]) {
            return false;
        }
        for &length in &self.literals {
            let (literal, rest) = filter.split_at(length);
            // `a/#` is for `a` too.
            if let ([b'#'], [parent @ .., b'/']) = (rest, literal)
                && swar::same(parent, topic)
            {
                return true;
            }
            let after = match topic.split_at_checked(length) {
                Some((start, after)) if swar::same(start, literal) => after,
                Some(_) | None => return false,
            };
            match rest {
                [] => return after.is_empty(),
                [b'#', ..] => return true,
                [_, behind @ ..] => {
                    let level = swar::position(after, b'/');
                    topic = &after[level.unwrap_or(after.len())..];
                    filter = behind;
                }
            }
        }
        false
    }
}

/// Whether every message of the subscription `inner` comes with the subscription `outer` too. A
/// shared subscription has a share of its own, so it contains nothing but itself.
pub fn contains(outer: &Filter, inner: &Filter) -> bool {
    if outer.is_shared() || inner.is_shared() {
        return outer == inner;
    }
    let (outer, inner) = (outer.as_str(), inner.as_str());
    if outer.starts_with(['+', '#']) && inner.starts_with('$') {
        return false;
    }
    let mut levels = inner.split('/');
    for level in outer.split('/') {
        match (level, levels.next()) {
            ("#", _) => return true,
            // `#` stands for any number of levels, so nothing else covers it.
            (_, None | Some("#")) => return false,
            ("+", Some(_)) => {}
            (exact, Some(level)) if exact == level => {}
            (_, Some(_)) => return false,
        }
    }
    levels.next().is_none()
}

/// Whether some topic matches both filters. Whether a subscription is shared makes no difference.
pub fn overlap(left: &Filter, right: &Filter) -> bool {
    let bare = |filter: &Filter| filter.subscribed[filter.matched_from..].to_owned();
    let (left, right) = (bare(left), bare(right));
    let hidden = |wild: &str, named: &str| wild.starts_with(['+', '#']) && named.starts_with('$');
    if hidden(&left, &right) || hidden(&right, &left) {
        return false;
    }
    let (mut left, mut right) = (left.split('/'), right.split('/'));
    loop {
        match (left.next(), right.next()) {
            (Some("#"), _) | (_, Some("#")) | (None, None) => return true,
            (Some(one), Some(other)) if one == other || one == "+" || other == "+" => {}
            (None | Some(_), Some(_)) | (Some(_), None) => return false,
        }
    }
}

/// Checks a topic that is published on.
pub fn check_name(topic: &str) -> Result<(), TopicError> {
    check_string(topic)?;
    if topic.contains(['+', '#']) {
        return Err(TopicError::Wildcard);
    }
    Ok(())
}

fn check_string(text: &str) -> Result<(), TopicError> {
    if text.is_empty() {
        return Err(TopicError::Empty);
    }
    if text.len() > usize::from(u16::MAX) {
        return Err(TopicError::TooLong);
    }
    if text.contains('\0') {
        return Err(TopicError::Nul);
    }
    Ok(())
}

/// Offset of the filter in `group/filter`.
fn shared_filter(shared: &str) -> Result<usize, TopicError> {
    match shared.split_once('/') {
        Some((group, filter))
            if !group.is_empty() && !group.contains(['+', '#']) && !filter.is_empty() =>
        {
            Ok(group.len() + 1)
        }
        Some(_) | None => Err(TopicError::Share),
    }
}

fn check_levels(filter: &str) -> Result<(), TopicError> {
    let last = filter.split('/').count() - 1;
    for (index, level) in filter.split('/').enumerate() {
        if level.contains('#') && (level != "#" || index != last) {
            return Err(TopicError::MultiLevel);
        }
        if level.contains('+') && level != "+" {
            return Err(TopicError::SingleLevel);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_match_as_the_standard_says() {
        let cases = [
            ("a", "a", true),
            ("a", "b", false),
            ("a", "a/", false),
            ("a/", "a/", true),
            ("a/", "a", false),
            ("/a", "/a", true),
            ("/a", "a", false),
            ("+", "a", true),
            ("+", "/a", false),
            ("+/+", "/a", true),
            ("/+", "/a", true),
            ("+", "", true),
            ("a/+", "a/", true),
            ("a/+", "a", false),
            ("a/+/c", "a/b/c", true),
            ("a/+/c", "a/b/b/c", false),
            ("a/#", "a", true),
            ("a/#", "a/", true),
            ("a/#", "a/b/c", true),
            ("a/#", "ab", false),
            ("#", "a/b", true),
            ("#", "/", true),
            ("#", "$SYS/x", false),
            ("+/x", "$SYS/x", false),
            ("$SYS/#", "$SYS/x", true),
            ("$SYS/+", "$SYS/x", true),
            ("a/+/#", "a/b", true),
            ("a/+/#", "a", false),
            ("$share/g/a/+", "a/b", true),
            ("$share/g/a/+", "$share/g/a/b", false),
            ("$share/g/#", "$SYS/x", false),
            ("A", "a", false),
            ("ä/+", "ä/ö", true),
        ];
        for (filter, topic, expected) in cases {
            let parsed = Filter::parse(filter).expect(filter);
            assert_eq!(parsed.matches(topic), expected, "{filter} on {topic}");
        }
    }

    #[test]
    fn containment_of_filters() {
        let cases = [
            ("a", "a", true),
            ("a", "b", false),
            ("a/+", "a/b", true),
            ("a/b", "a/+", false),
            ("a/+", "a/+", true),
            ("a/+", "a", false),
            ("a/+", "a/b/c", false),
            ("a/+", "a/#", false),
            ("a/#", "a/+", true),
            ("a/#", "a", true),
            ("a/#", "a/b/+/#", true),
            ("a/#", "ab", false),
            ("#", "a/#", true),
            ("#", "+/a", true),
            ("#", "$SYS/#", false),
            ("+/a", "$SYS/a", false),
            ("$SYS/#", "$SYS/a", true),
            ("a/+/x", "a/b/+", false),
            ("$share/g/a", "$share/g/a", true),
            ("$share/g/#", "$share/g/a", false),
            ("#", "$share/g/a", false),
            ("$share/g/#", "a", false),
        ];
        for (outer, inner, expected) in cases {
            let parse = |text: &str| Filter::parse(text).expect("it is valid");
            let found = contains(&parse(outer), &parse(inner));
            assert_eq!(found, expected, "{outer} contains {inner}");
        }
    }

    #[test]
    fn overlapping_filters() {
        let cases = [
            ("a/+/x", "a/b/+", true),
            ("a/+/x", "a/b/y", false),
            ("a/#", "+/b", true),
            ("a/#", "a", true),
            ("a/b", "a/b/#", true),
            ("a/b", "a/+/c", false),
            ("+/a", "$SYS/a", false),
            ("a", "b", false),
        ];
        for (left, right, expected) in cases {
            let parse = |text: &str| Filter::parse(text).expect("it is valid");
            let (one, other) = (parse(left), parse(right));
            assert_eq!(overlap(&one, &other), expected, "{left} and {right}");
            assert_eq!(overlap(&other, &one), expected, "{right} and {left}");
        }
    }

    #[test]
    fn invalid_filters_are_named() {
        let long = "a".repeat(65_536);
        let cases = [
            ("", TopicError::Empty),
            ("a\0", TopicError::Nul),
            ("a/#/b", TopicError::MultiLevel),
            ("a#", TopicError::MultiLevel),
            ("#a", TopicError::MultiLevel),
            ("##", TopicError::MultiLevel),
            ("a+/b", TopicError::SingleLevel),
            ("++", TopicError::SingleLevel),
            ("$share/g", TopicError::Share),
            ("$share//a", TopicError::Share),
            ("$share/g/", TopicError::Share),
            ("$share/+/a", TopicError::Share),
            (long.as_str(), TopicError::TooLong),
        ];
        for (filter, expected) in cases {
            assert_eq!(Filter::parse(filter), Err(expected), "{filter:.40}");
        }
    }

    #[test]
    fn topic_names_have_no_wildcards() {
        let cases = [
            ("a/b", Ok(())),
            ("/", Ok(())),
            ("", Err(TopicError::Empty)),
            ("a/+", Err(TopicError::Wildcard)),
            ("#", Err(TopicError::Wildcard)),
            ("a\0b", Err(TopicError::Nul)),
        ];
        for (topic, expected) in cases {
            assert_eq!(check_name(topic), expected, "{topic}");
        }
    }
}
