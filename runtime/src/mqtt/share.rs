//! Sessions of one connection that share its subscriptions (MQTT 5 §4.8.2): the broker gives each
//! message to one of them.
//!
//! All sessions subscribe to the same filters in one group, which nobody else is in. What the
//! pipeline's author has shared already stays in the group that the author chose: each session is
//! one more member of that.

/// What a session has to do with the others of its connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The group that they share their subscriptions in.
    pub group: String,
    /// How many there are.
    pub sessions: u16,
    /// Which one this is, from 1. Where the broker shares no subscriptions, the first goes on
    /// alone.
    pub number: u16,
}

impl Share {
    /// Whether this is the session that stays where the broker shares no subscriptions.
    pub fn is_first(&self) -> bool {
        self.number == 1
    }

    /// The filters to subscribe to.
    pub fn filters(&self, filters: &[(String, u8)]) -> Vec<(String, u8)> {
        let shared = |(filter, qos): &(String, u8)| (shared(&self.group, filter), *qos);
        filters.iter().map(shared).collect()
    }
}

/// A filter in a group.
pub fn shared(group: &str, filter: &str) -> String {
    if is_shared(filter) {
        return filter.to_owned();
    }
    format!("$share/{group}/{filter}")
}

/// Whether a filter is in a group already.
pub fn is_shared(filter: &str) -> bool {
    filter.starts_with("$share/")
}

/// A name for a group: what cannot stand in one becomes `-`.
pub fn group_name(text: &str) -> String {
    let is_banned = |letter: char| matches!(letter, '/' | '+' | '#') || letter.is_control();
    text.replace(is_banned, "-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::topic::Filter;

    #[test]
    fn filters_are_shared_once() {
        let share = Share {
            group: group_name("a/b+c#\u{0}d"),
            sessions: 2,
            number: 2,
        };
        let filters = [("x/#".to_owned(), 1), ("$share/theirs/x/#".to_owned(), 2)];
        let shared = share.filters(&filters);
        let expected = [("$share/a-b-c--d/x/#", 1), ("$share/theirs/x/#", 2)];
        assert_eq!(
            shared,
            expected.map(|(filter, qos)| (filter.to_owned(), qos))
        );
        for (filter, _) in shared {
            let parsed = Filter::parse(&filter).expect("it is a filter");
            assert!(parsed.is_shared() && parsed.matches("x/y"));
        }
        assert!(!share.is_first());
    }
}
