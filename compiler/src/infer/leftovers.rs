//! Messages that no table takes: how many of each kind, and one of them to look at.

/// Why no table takes a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leftover {
    /// The payload stops being JSON at this byte.
    NotJson {
        /// From 0.
        at: usize,
    },
    /// The payload is a string, a number, a boolean or null.
    Scalar,
    /// The payload is an array.
    Array,
    /// There is no payload.
    Empty,
    /// No broker delivers messages on such a topic.
    Topic,
    /// There are too many topics already.
    TooManyTopics,
}

/// The messages of each kind.
#[derive(Debug, Default)]
pub(super) struct Leftovers {
    kinds: [Kind; 6],
}

#[derive(Debug, Default)]
struct Kind {
    count: usize,
    /// Topic, payload, and the byte at which it is wrong.
    example: Option<(String, String, Option<usize>)>,
}

/// Bytes of a payload that are shown.
const MAX_SHOWN: usize = 60;

impl Leftovers {
    /// Takes note of a message.
    pub(super) fn add(&mut self, leftover: Leftover, topic: &str, payload: &[u8]) {
        let (kind, at) = match leftover {
            Leftover::NotJson { at } => (0, Some(at)),
            Leftover::Scalar => (1, None),
            Leftover::Array => (2, None),
            Leftover::Empty => (3, None),
            Leftover::Topic => (4, None),
            Leftover::TooManyTopics => (5, None),
        };
        let kind = &mut self.kinds[kind];
        kind.count += 1;
        kind.example
            .get_or_insert_with(|| (topic.to_owned(), excerpt(payload), at));
    }

    /// A sentence for each kind that there was.
    pub(super) fn notes(&self) -> Vec<String> {
        const WHY: [(&str, &str); 6] = [
            (
                "payload is not JSON and is rejected",
                "payloads are not JSON and are rejected",
            ),
            (
                "payload is a single value and is rejected: a table takes objects",
                "payloads are single values and are rejected: a table takes objects",
            ),
            (
                "payload is an array and is rejected: a table takes objects",
                "payloads are arrays and are rejected: a table takes objects",
            ),
            (
                "payload is empty and is only counted",
                "payloads are empty and are only counted",
            ),
            (
                "topic is none that a broker delivers: it is empty, or has a wildcard",
                "topics are none that a broker delivers: they are empty, or have wildcards",
            ),
            (
                "message is of one topic too many, and was not looked at",
                "messages are of too many topics, and were not looked at",
            ),
        ];
        let told = self
            .kinds
            .iter()
            .zip(WHY)
            .filter(|(kind, _)| kind.count > 0);
        told.map(|(kind, (one, many))| {
            let (count, why) = (kind.count, if kind.count == 1 { one } else { many });
            let example = kind.example.as_ref().map(|(topic, payload, at)| {
                let at = at.map_or(String::new(), |at| format!(", wrong at byte {at}"));
                format!(" (on {topic:?}: {payload}{at})")
            });
            format!("{count} {why}{}", example.unwrap_or_default())
        })
        .collect()
    }
}

/// The beginning of a payload on one line.
fn excerpt(payload: &[u8]) -> String {
    let text = String::from_utf8_lossy(payload);
    let mut shown = String::new();
    for c in text.chars() {
        if shown.len() >= MAX_SHOWN {
            shown.push('…');
            break;
        }
        shown.push(if c.is_control() { ' ' } else { c });
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_with_its_first_message() {
        let mut leftovers = Leftovers::default();
        leftovers.add(Leftover::Scalar, "a/b", b"42");
        leftovers.add(Leftover::NotJson { at: 1 }, "c", b"on\nline \xff");
        leftovers.add(Leftover::Scalar, "d", b"\"x\"");
        let expected = [
            "1 payload is not JSON and is rejected (on \"c\": on line \u{fffd}, wrong at byte 1)",
            "2 payloads are single values and are rejected: a table takes objects \
             (on \"a/b\": 42)",
        ];
        assert_eq!(leftovers.notes(), expected);
        let long = "ä".repeat(100);
        assert!(excerpt(long.as_bytes()).len() < 70);
    }
}
