//! Topic names and filters (MQTT 3.1.1 and 5.0, section 4.7): their form.

use super::literal::Problem;
pub(super) use crate::ir::topic_filter::{contains, overlap, unshared};

/// The longest topic in UTF-8, in bytes.
const MAX_BYTES: usize = 65_535;

/// Checks a topic filter, `$share/group/filter` included.
pub(super) fn check_filter(filter: &str) -> Result<(), Problem> {
    check_text(filter)?;
    let Some(shared) = filter.strip_prefix("$share/") else {
        return check_levels(filter, 0);
    };
    let Some((group, inner)) = shared.split_once('/') else {
        let text = "expected `$share/group/filter`";
        return Err(problem(0..filter.len(), text));
    };
    let start = "$share/".len();
    if group.is_empty() || group.contains(['+', '#']) {
        let text = "the group's name must not be empty or contain `+` or `#`";
        return Err(problem(start..start + group.len(), text));
    }
    if inner.is_empty() {
        let text = "the filter behind the group is empty";
        return Err(problem(0..filter.len(), text));
    }
    check_levels(inner, start + group.len() + 1)
}

/// Checks a topic name, to which messages are published: a filter without wildcards.
pub(super) fn check_name(topic: &str) -> Result<(), Problem> {
    check_text(topic)?;
    match topic.find(['+', '#']) {
        Some(at) => Err(problem(at..at + 1, "wildcards are for filters only")),
        None => Ok(()),
    }
}

fn check_text(topic: &str) -> Result<(), Problem> {
    if topic.is_empty() {
        return Err(problem(0..0, "a topic has at least one character"));
    }
    if let Some(at) = topic.find('\0') {
        return Err(problem(at..at + 1, "a topic must not contain NUL"));
    }
    if topic.len() > MAX_BYTES {
        return Err(problem(0..topic.len(), "a topic has at most 65,535 bytes"));
    }
    Ok(())
}

/// Checks the wildcards of a filter that starts at byte `start` of the whole text.
fn check_levels(filter: &str, start: usize) -> Result<(), Problem> {
    let mut at = start;
    let mut levels = filter.split('/').peekable();
    while let Some(level) = levels.next() {
        let last = levels.peek().is_none();
        if let Some(sign) = level.find('#') {
            let place = at + sign..at + sign + 1;
            if level.len() > 1 {
                return Err(problem(place, "`#` must stand alone between slashes"));
            }
            if !last {
                return Err(problem(place, "`#` must be the last level"));
            }
        }
        if let Some(sign) = level.find('+').filter(|_| level.len() > 1) {
            let place = at + sign..at + sign + 1;
            return Err(problem(place, "`+` must stand alone between slashes"));
        }
        at += level.len() + 1;
    }
    Ok(())
}

fn problem(range: std::ops::Range<usize>, text: &str) -> Problem {
    Problem {
        range,
        text: text.to_owned(),
    }
}

/// The filter with what its author probably meant: wildcards alone in their levels, `#` last.
pub(super) fn mended(filter: &str) -> String {
    let count = filter.split('/').count();
    let mend = |(at, level): (usize, &str)| {
        if level.contains('#') && at + 1 == count {
            "#".to_owned()
        } else if level.contains(['#', '+']) {
            "+".to_owned()
        } else {
            level.to_owned()
        }
    };
    let levels: Vec<String> = filter.split('/').enumerate().map(mend).collect();
    levels.join("/")
}

/// Whether a message can come for the filter through a shared subscription.
pub(super) fn is_shared(filter: &str) -> bool {
    filter.starts_with("$share/")
}

/// How many levels a topic that matches can have; None: any number.
pub(super) fn level_limit(filter: &str) -> Option<usize> {
    let filter = unshared(filter);
    (!filter.split('/').any(|level| level == "#")).then(|| filter.split('/').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_checked() {
        for good in [
            "a",
            "/",
            "a/+/b",
            "#",
            "a/#",
            "+",
            "+/+",
            "$SYS/#",
            "$share/g/a/#",
        ] {
            assert_eq!(check_filter(good), Ok(()), "{good}");
        }
        let cases = [
            ("", 0..0),
            ("sensors/#/readings", 8..9),
            ("a/b#", 3..4),
            ("a/b+/c", 3..4),
            ("a\0b", 1..2),
            ("$share/g", 0..8),
            ("$share//a", 7..7),
            ("$share/g+/a", 7..9),
            ("$share/g/a#", 10..11),
        ];
        for (bad, range) in cases {
            assert_eq!(check_filter(bad).expect_err(bad).range, range, "{bad}");
        }
        assert!(check_filter(&"a".repeat(65_536)).is_err());
        assert_eq!(check_name("a/+").expect_err("a wildcard").range, 2..3);
        assert_eq!(mended("a/#/b"), "a/+/b");
        assert_eq!(mended("a/b#"), "a/#");
    }

    #[test]
    fn levels_have_limits() {
        assert_eq!(level_limit("a/+/c"), Some(3));
        assert_eq!(level_limit("$share/g/a/#"), None);
    }
}
