//! Functions over MQTT topics.

use crate::error::Reason;

/// `topic_level(topic, n)`: the n-th level, from 1, or from the end below zero.
pub fn topic_level(topic: &str, n: i64) -> Option<&str> {
    let skipped = usize::try_from(n.unsigned_abs().checked_sub(1)?).ok()?;
    if n > 0 {
        topic.split('/').nth(skipped)
    } else {
        topic.rsplit('/').nth(skipped)
    }
}

/// `topic_matches(topic, filter)`, by the rules of MQTT: `+` is one level, `#` any number of them,
/// and topics that start with `$` are not matched by a wildcard there.
pub fn topic_matches(topic: &str, filter: &str) -> Result<bool, Reason> {
    let is_well_formed = !filter.is_empty()
        && filter
            .split('/')
            .rev()
            .enumerate()
            .all(|(from_end, level)| {
                matches!((level, from_end), ("+", _) | ("#", 0)) || !level.contains(['+', '#'])
            });
    if !is_well_formed {
        return Err(Reason::Argument);
    }
    if topic.starts_with('$') && filter.starts_with(['+', '#']) {
        return Ok(false);
    }
    let mut levels = topic.split('/');
    for wanted in filter.split('/') {
        match (wanted, levels.next()) {
            // the level above it, too
            ("#", _) => return Ok(true),
            ("+", Some(_)) => {}
            (wanted, Some(level)) if wanted == level => {}
            (_, Some(_) | None) => return Ok(false),
        }
    }
    Ok(levels.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels() {
        for (topic, n, expected) in [
            ("plant/line/7", 1, Some("plant")),
            ("plant/line/7", 3, Some("7")),
            ("plant/line/7", 4, None),
            ("plant/line/7", -1, Some("7")),
            ("plant/line/7", -4, None),
            ("plant/line/7", 0, None),
            ("plant/line/7", i64::MIN, None),
            ("/a", 1, Some("")),
        ] {
            assert_eq!(topic_level(topic, n), expected, "{topic} {n}");
        }
    }

    /// The examples of MQTT 5.0, section 4.7.
    #[test]
    fn filters() {
        for (topic, filter, expected) in [
            ("sport/tennis/player1", "sport/tennis/player1/#", Ok(true)),
            (
                "sport/tennis/player1/ranking",
                "sport/tennis/player1/#",
                Ok(true),
            ),
            ("sport", "sport/#", Ok(true)),
            ("sport/tennis/player1", "sport/tennis/+", Ok(true)),
            ("sport/tennis/player1/ranking", "sport/tennis/+", Ok(false)),
            ("sport", "sport/+", Ok(false)),
            ("sport/", "sport/+", Ok(true)),
            ("/finance", "+/+", Ok(true)),
            ("/finance", "+", Ok(false)),
            ("$SYS/broker", "#", Ok(false)),
            ("$SYS/broker", "+/broker", Ok(false)),
            ("$SYS/broker", "$SYS/#", Ok(true)),
            ("a", "a", Ok(true)),
            ("a/b", "a", Ok(false)),
            ("a", "a+", Err(Reason::Argument)),
            ("a", "#/a", Err(Reason::Argument)),
            ("a", "", Err(Reason::Argument)),
        ] {
            assert_eq!(topic_matches(topic, filter), expected, "{topic} {filter}");
        }
    }
}
