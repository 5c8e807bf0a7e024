//! A broker that closes the connection whenever it is sent a certain message.
//!
//! MQTT has no answer for that in version 3.1.1, and many brokers give none in 5. Which message it
//! is shows when they are sent one by one: then it is the first that is not confirmed.

use super::{Destination, Open, Publisher};
use crate::mqtt::Fault;
use crate::sink::Refused;
use std::collections::VecDeque;

/// Connections in a row that the broker has closed while the same message waited ahead of all.
#[derive(Debug, Default)]
pub(super) struct Closings {
    /// The place of that message.
    place: u64,
    count: u32,
    /// Messages are sent one by one.
    one_by_one: bool,
}

/// Whose fault it may be that a connection came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    /// That of no message.
    Nobody,
    /// That of one of several that were sent: it is not known which, so none of them pays for it.
    Somebody,
    /// That of the message at this place, which was sent alone so often.
    Message { place: u64, count: u32 },
}

/// So many in a row are no chance.
const SUSPICIOUS: u32 = 3;
/// So many of a message that was sent alone are enough to name it.
const NAMED: u32 = 2;
/// How much of its payload is shown.
const EXCERPT: usize = 80;

impl Closings {
    /// The broker has closed a connection on which the message at `place` was sent; a number: so
    /// often in a row, and there was no other message.
    fn count(&mut self, place: u64) -> Option<u32> {
        self.count = if self.place == place {
            self.count.saturating_add(1)
        } else {
            1
        };
        self.place = place;
        let named = self.one_by_one && self.count >= NAMED;
        self.one_by_one |= self.count >= SUSPICIOUS;
        named.then_some(self.count)
    }

    /// Another message is sent in place of the one that was named.
    pub(super) fn begin_anew(&mut self) {
        self.count = 0;
    }
}

impl Publisher {
    /// A connection has ended: whether it is a message that the broker cannot bear.
    pub(super) fn suspect(&mut self, fault: &Fault) -> Blame {
        let is_close = matches!(
            fault,
            Fault::Closed | Fault::Broken(_) | Fault::Disconnected(_)
        );
        if !is_close || !self.attempts.is_open() || self.session.is_idle() {
            return Blame::Nobody;
        }
        let place = self.session.published();
        let named = self.closings.count(place);
        self.session.send_one_by_one(self.closings.one_by_one);
        let Some(count) = named else {
            return Blame::Somebody;
        };
        self.name_poison(place, count);
        Blame::Message { place, count }
    }

    fn name_poison(&self, place: u64, count: u32) {
        let Some((open, row)) = row_at(&self.open, place) else {
            return;
        };
        let payload = open.batch.rows.get(row).trim_ascii_end();
        let excerpt = &payload[..payload.len().min(EXCERPT)];
        let topic = self.destinations[open.batch.sink].as_ref();
        let topic = topic.map(|to: &Destination| to.topic.to_string());
        tracing::warn!(
            "{}: the broker has closed the connection {count} times in a row when it was sent \
             one message, which holds up all behind it: {} bytes for `{}`, beginning with `{}`",
            self.attempts.name(),
            payload.len(),
            topic.unwrap_or_default(),
            excerpt.escape_ascii()
        );
    }

    /// Nothing is on its way: whatever it was, the broker has taken it.
    pub(super) fn clear_suspicion(&mut self) {
        if self.closings.one_by_one && self.session.is_idle() {
            self.closings = Closings::default();
            self.session.send_one_by_one(false);
        }
    }

    /// Gives up the message that the broker cannot bear, and no other, if it may be: after so many
    /// retries. Whether it did.
    pub(super) fn give_up_poison(&mut self, place: u64, count: u32) -> bool {
        let Some(open) = self.open.iter_mut().find(|open| open.holds(place)) else {
            return false;
        };
        let Ok(row) = usize::try_from(place - open.starts_at) else {
            return false;
        };
        let mut limits = open.batch.limits.iter();
        let is_over = limits.any(|limit| limit.rows.contains(&row) && count > limit.retries);
        if !is_over || !self.session.give_up(place) {
            return false;
        }
        let reason = "the broker closes the connection when it is sent".into();
        open.refused.push(Refused { row, reason });
        true
    }
}

/// The row at a place of all that were published.
pub(super) fn row_at(open: &VecDeque<Open>, place: u64) -> Option<(&Open, usize)> {
    let open = open.iter().find(|open| open.holds(place))?;
    let row = usize::try_from(place - open.starts_at).ok()?;
    Some((open, row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_named_once_it_was_sent_alone_twice() {
        let mut closings = Closings::default();
        let mut told = |place| closings.count(place);
        assert_eq!(
            [told(0), told(0), told(0)],
            [None; 3],
            "others were sent, too"
        );
        assert_eq!([told(0), told(0)], [Some(4), Some(5)]);
        // Those ahead of the next one were taken meanwhile, one by one.
        assert_eq!([told(7), told(7), told(7)], [None, Some(2), Some(3)]);
    }
}
