//! A message that several of our subscriptions match (MQTT 5 §3.3.4).
//!
//! Of such a message a broker may send one copy for each subscription. Where filters overlap, each
//! subscription gets an identifier, which comes back with its copies, and one copy counts: the one
//! for the first filter that matches the topic. A copy is never left out on doubtful grounds. An
//! identifier that we do not know may be from an earlier run with other filters, and so may a
//! resumed session hold messages from before a filter was added: until a copy has come for a
//! filter of a resumed session, nothing is left out for its sake.

use super::frame::variable_integer;
use super::property::{self, id};
use super::topic::{self, Filter};

/// The subscriptions of a session, where some of them overlap.
#[derive(Debug)]
pub struct Copies {
    /// One for each filter; empty where nothing overlaps.
    subscriptions: Vec<Subscription>,
}

#[derive(Debug)]
struct Subscription {
    filter: Filter,
    identifier: u32,
    /// The broker sends copies for it.
    active: bool,
}

impl Copies {
    /// For the filters of a session. One that is shared by its own words gets no identifier: its
    /// messages come to other clients too, so they stand for no copies of ours. Sessions of ours
    /// that share all filters give each a plain one here: each copy comes to one of them, and
    /// whether it is the one that counts depends on the topic and the identifier alone.
    pub fn new(filters: &[(String, u8)]) -> Self {
        let parsed = filters.iter().map(|(text, _)| Filter::parse(text).ok());
        let Some(parsed) = parsed.collect::<Option<Vec<Filter>>>() else {
            return Self::none();
        };
        let overlaps = parsed.iter().enumerate().any(|(index, filter)| {
            let plain = |other: &Filter| !other.is_shared() && !filter.is_shared();
            let others = &parsed[..index];
            others
                .iter()
                .any(|other| plain(other) && topic::overlap(other, filter))
        });
        if !overlaps {
            return Self::none();
        }
        let mut subscriptions: Vec<Subscription> = Vec::with_capacity(parsed.len());
        for filter in parsed {
            let mut identifier = identifier(filter.as_str());
            while subscriptions.iter().any(|it| it.identifier == identifier) {
                identifier = identifier % LARGEST_IDENTIFIER + 1;
            }
            subscriptions.push(Subscription {
                identifier,
                active: false,
                filter,
            });
        }
        Self { subscriptions }
    }

    /// Nothing overlaps.
    pub fn none() -> Self {
        Self {
            subscriptions: Vec::new(),
        }
    }

    /// Whether identifiers are needed.
    pub fn are_possible(&self) -> bool {
        !self.subscriptions.is_empty()
    }

    /// The identifier for a filter, by its index.
    pub fn identifier(&self, index: usize) -> Option<u32> {
        let subscription = self.subscriptions.get(index)?;
        (!subscription.filter.is_shared()).then_some(subscription.identifier)
    }

    /// The broker has granted the filter of this index on a new session.
    pub fn granted(&mut self, index: usize) {
        if let Some(subscription) = self.subscriptions.get_mut(index) {
            subscription.active = true;
        }
    }

    /// Whether a message is the copy that counts. `properties` are those of a PUBLISH.
    pub fn counts(&mut self, topic: &str, properties: &[u8]) -> bool {
        let mut known = true;
        let mut identifiers = Vec::new();
        let of_subscriptions = property::walk(properties)
            .flatten()
            .filter(|property| property.id == id::SUBSCRIPTION_IDENTIFIER);
        for property in of_subscriptions {
            let value = variable_integer(property.value).ok().flatten();
            let value = value.and_then(|(value, _)| u32::try_from(value).ok());
            let subscriptions = &mut self.subscriptions;
            match subscriptions
                .iter_mut()
                .find(|it| Some(it.identifier) == value)
            {
                Some(subscription) => {
                    subscription.active = true;
                    identifiers.push(subscription.identifier);
                }
                None => known = false,
            }
        }
        let first = self
            .subscriptions
            .iter()
            .find(|it| it.active && !it.filter.is_shared() && it.filter.matches(topic));
        !known
            || identifiers.is_empty()
            || first.is_none_or(|first| identifiers.contains(&first.identifier))
    }
}

/// The largest that the standard has (§3.8.2.1.2).
const LARGEST_IDENTIFIER: u32 = 268_435_455;

/// The identifier depends on the filter alone (FNV-1a), so that what a kept session still holds
/// under it means the same to a later process.
fn identifier(filter: &str) -> u32 {
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    filter.bytes().fold(0x811c_9dc5, mix) % LARGEST_IDENTIFIER + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copies(filters: &[&str]) -> Copies {
        let filters: Vec<_> = filters.iter().map(|text| ((*text).to_owned(), 1)).collect();
        Copies::new(&filters)
    }

    /// The properties of a copy for some filters.
    fn properties(identifiers: &[u32]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for &value in identifiers {
            property::push_subscription_identifier(&mut bytes, value);
        }
        bytes
    }

    #[test]
    fn identifiers_are_given_where_filters_overlap() {
        let cases: [(&[&str], bool); 6] = [
            (&[], false),
            (&["a/#"], false),
            (&["a/#", "b/#"], false),
            (&["a/+/x", "a/b/+"], true),
            (&["$share/g/a/#", "a/b"], false),
            (&["a/+/x", "c", "a/b/+"], true),
        ];
        for (filters, expected) in cases {
            let copies = copies(filters);
            assert_eq!(copies.are_possible(), expected, "{filters:?}");
            assert_eq!(copies.identifier(0).is_some(), expected, "{filters:?}");
        }
    }

    #[test]
    fn one_copy_counts() {
        let mut copies = copies(&["a/+/x", "a/b/+", "$share/g/a/#"]);
        let first = copies.identifier(0).expect("it overlaps");
        let second = copies.identifier(1).expect("it overlaps");
        let shared = copies.subscriptions[2].identifier;
        assert_eq!(copies.identifier(2), None);
        (0..3).for_each(|index| copies.granted(index));
        let unknown = LARGEST_IDENTIFIER;
        let cases: [(&str, &[u32], bool); 8] = [
            ("a/b/x", &[first], true),
            ("a/b/x", &[second], false),
            ("a/b/x", &[second, first], true),
            ("a/b/y", &[second], true),
            ("a/b/x", &[], true),
            ("a/b/x", &[unknown], true),
            ("a/b/x", &[second, unknown], true),
            ("other", &[second], true),
        ];
        for (topic, identifiers, expected) in cases {
            let found = copies.counts(topic, &properties(identifiers));
            assert_eq!(found, expected, "{topic} {identifiers:?}");
        }
        assert!(shared != first && shared != second);
    }

    #[test]
    fn what_a_resumed_session_holds_is_not_left_out_for_a_new_filter() {
        let mut copies = copies(&["a/+/x", "a/b/+"]);
        let first = copies.identifier(0).expect("it overlaps");
        let second = copies.identifier(1).expect("it overlaps");
        assert!(
            copies.counts("a/b/x", &properties(&[second])),
            "from before"
        );
        assert!(copies.counts("a/b/x", &properties(&[first])));
        assert!(!copies.counts("a/b/x", &properties(&[second])));
    }
}
