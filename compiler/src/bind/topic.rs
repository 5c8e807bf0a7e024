//! Topic names and filters (MQTT 3.1.1 and 5.0, section 4.7): their form, which filters contain
//! or overlap one another, and which topics they match.

use super::literal::Problem;

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

/// The filter without `$share/group/`.
pub(super) fn unshared(filter: &str) -> &str {
    let shared = filter.strip_prefix("$share/");
    shared
        .and_then(|rest| rest.split_once('/'))
        .map_or(filter, |(_, inner)| inner)
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

/// Whether every topic that matches `inner` matches `outer` too. Wildcards at the start do not
/// match topics that start with a dollar sign.
pub(super) fn contains(outer: &str, inner: &str) -> bool {
    if outer.starts_with(['+', '#']) && inner.starts_with('$') {
        return false;
    }
    let mut inner = inner.split('/');
    for outer in outer.split('/') {
        match (outer, inner.next()) {
            ("#", _) => return true,
            (_, None | Some("#")) => return false,
            ("+", Some(_)) => {}
            (outer, Some(inner)) if outer == inner => {}
            (_, Some(_)) => return false,
        }
    }
    // `a/#` also matches `a`, so the inner one may not go on
    inner.next().is_none()
}

/// Whether some topic matches both filters.
pub(super) fn overlap(left: &str, right: &str) -> bool {
    let wild = |filter: &str| filter.starts_with(['+', '#']);
    if (wild(left) && right.starts_with('$')) || (wild(right) && left.starts_with('$')) {
        return false;
    }
    let (mut left, mut right) = (left.split('/'), right.split('/'));
    loop {
        match (left.next(), right.next()) {
            (Some("#"), _) | (_, Some("#")) | (None, None) => return true,
            (Some(left), Some(right)) if left == right || left == "+" || right == "+" => {}
            (None | Some(_), Some(_)) | (Some(_), None) => return false,
        }
    }
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
    fn containment_and_overlap() {
        let cases = [
            ("a/#", "a/b", true, true),
            ("a/#", "a", true, true),
            ("a/#", "a/#", true, true),
            ("a/+", "a/b", true, true),
            ("a/+", "a/#", false, true),
            ("a/+", "a", false, false),
            ("+/b", "a/+", false, true),
            ("a/+/c", "a/b/+", false, true),
            ("#", "$SYS/x", false, false),
            ("a/b", "a/c", false, false),
            ("+/+", "a/#", false, true),
        ];
        for (left, right, contained, overlapping) in cases {
            assert_eq!(contains(left, right), contained, "{left} contains {right}");
            assert_eq!(overlap(left, right), overlapping, "{left} overlaps {right}");
            assert_eq!(overlap(right, left), overlapping, "{right} overlaps {left}");
        }
        assert_eq!(level_limit("a/+/c"), Some(3));
        assert_eq!(level_limit("$share/g/a/#"), None);
    }
}
