//! Topic filters (MQTT 3.1.1 and 5.0, section 4.7): which contain or overlap one another, and what
//! stands at the levels of the topics that they match.

/// The filter without `$share/group/`.
pub fn unshared(filter: &str) -> &str {
    let shared = filter.strip_prefix("$share/");
    shared
        .and_then(|rest| rest.split_once('/'))
        .map_or(filter, |(_, inner)| inner)
}

/// Whether every topic that matches `inner` matches `outer` too. Wildcards at the start do not
/// match topics that start with a dollar sign.
pub fn contains(outer: &str, inner: &str) -> bool {
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
pub fn overlap(left: &str, right: &str) -> bool {
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

/// What stands at a level of the topics that match a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level<'f> {
    /// This.
    Is(&'f str),
    /// Anything.
    Any,
    /// Anything, or there is no such level.
    AnyOrNone,
    /// There is no such level.
    None,
}

/// What stands at level `n` of the topics that match a filter: counted from 1, or from the end
/// below zero, as `topic_level` does.
pub fn level(filter: &str, n: i64) -> Level<'_> {
    let Some(skipped) = n.unsigned_abs().checked_sub(1) else {
        return Level::None;
    };
    let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
    let is_open = filter == "#" || filter.ends_with("/#");
    let found = match n {
        // how many levels stand behind is not known
        ..0 if is_open => return Level::AnyOrNone,
        ..0 => filter.rsplit('/').nth(skipped),
        0.. => filter.split('/').nth(skipped),
    };
    match found {
        Some("#") => Level::AnyOrNone,
        Some("+") => Level::Any,
        Some(text) => Level::Is(text),
        None if is_open => Level::AnyOrNone,
        None => Level::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }

    #[test]
    fn levels_from_both_ends() {
        let cases = [
            ("a/+/c", 1, Level::Is("a")),
            ("a/+/c", 2, Level::Any),
            ("a/+/c", -1, Level::Is("c")),
            ("a/+/c", 4, Level::None),
            ("a/+/c", -4, Level::None),
            ("a/+/c", 0, Level::None),
            ("a/#", 1, Level::Is("a")),
            ("a/#", 2, Level::AnyOrNone),
            ("a/#", 9, Level::AnyOrNone),
            ("a/#", -1, Level::AnyOrNone),
            ("#", 1, Level::AnyOrNone),
        ];
        for (filter, n, expected) in cases {
            assert_eq!(level(filter, n), expected, "{filter}, {n}");
        }
    }
}
