//! What was received and must be acknowledged, in the order in which it came \[MQTT-4.6.0-2\].
//!
//! Every delivered message has a *place*: how many were delivered before it since the process
//! began. Whoever processes messages says up to which place it is done. Places never repeat, so a
//! late word about messages of an earlier connection acknowledges nothing on the present one: the
//! list of what awaits acknowledgement is emptied with the connection, and the broker sends such
//! messages again.

use super::Fault;
use super::packet::{self, Acknowledgement};
use std::collections::VecDeque;

/// The receiving half of a session.
#[derive(Debug, Default)]
pub struct Inbound {
    delivered: u64,
    pending: VecDeque<Pending>,
    unreleased: IdSet,
}

/// An acknowledgement that waits.
#[derive(Clone, Copy, Debug)]
struct Pending {
    /// It goes out when all messages before this place are done.
    place: u64,
    kind: Acknowledgement,
    id: u16,
}

/// There are no more packet identifiers than this.
const MOST_PENDING: usize = 65_535;

/// Bytes that each takes.
const PENDING: usize = 16;
const _: () = assert!(size_of::<Pending>() == PENDING);

impl Inbound {
    /// A message has come: whether it is to be delivered. A QoS 2 message that was delivered
    /// before and not released since is not, however often it comes.
    #[inline]
    pub fn publish(&mut self, qos: u8, id: u16) -> Result<bool, Fault> {
        let deliver = qos != 2 || self.unreleased.insert(id);
        let place = self.delivered + u64::from(deliver);
        self.expect(qos, id, place)?;
        self.delivered = place;
        Ok(deliver)
    }

    /// The same for a message that is delivered for certain; false: it is not one, and was not
    /// counted.
    #[inline(always)]
    pub fn delivers(&mut self, qos: u8, id: u16) -> bool {
        if qos > 1 || self.pending.len() >= MOST_PENDING {
            return false;
        }
        self.delivered += 1;
        if qos == 1 {
            self.pending.push_back(Pending {
                place: self.delivered,
                kind: Acknowledgement::PubAck,
                id,
            });
        }
        true
    }

    /// A message that will not be delivered has come: it is acknowledged in its turn.
    pub fn skip(&mut self, qos: u8, id: u16) -> Result<(), Fault> {
        if qos == 2 {
            self.unreleased.insert(id);
        }
        self.expect(qos, id, self.delivered)
    }

    /// A PUBREL has come: whether its identifier was in use.
    pub fn release(&mut self, id: u16) -> bool {
        self.unreleased.remove(id)
    }

    /// All messages before `place` are done: appends their acknowledgements to `out`.
    pub fn acknowledge_through(&mut self, place: u64, out: &mut Vec<u8>) {
        while let Some(pending) = self.pending.front().filter(|next| next.place <= place) {
            packet::acknowledge(out, pending.kind, pending.id);
            self.pending.pop_front();
        }
    }

    /// The connection is gone, and with it what was to be acknowledged on it.
    pub fn lost(&mut self) {
        self.pending.clear();
    }

    /// The broker has no session: it has forgotten the identifiers too.
    pub fn forget(&mut self) {
        self.unreleased = IdSet::default();
    }

    fn expect(&mut self, qos: u8, id: u16, place: u64) -> Result<(), Fault> {
        let kind = match qos {
            0 => return Ok(()),
            1 => Acknowledgement::PubAck,
            _ => Acknowledgement::PubRec,
        };
        if self.pending.len() >= MOST_PENDING {
            return Err(Fault::Malformed("more messages than packet identifiers"));
        }
        self.pending.push_back(Pending { place, kind, id });
        Ok(())
    }
}

/// A set of packet identifiers: a bit each, allocated when it is first needed.
#[derive(Debug, Default)]
struct IdSet {
    words: Vec<u64>,
}

impl IdSet {
    /// Whether it was new.
    fn insert(&mut self, id: u16) -> bool {
        if self.words.is_empty() {
            self.words.resize(1 << 10, 0);
        }
        let (word, bit) = Self::place(id);
        let new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        new
    }

    /// Whether it was there.
    fn remove(&mut self, id: u16) -> bool {
        let (word, bit) = Self::place(id);
        let Some(word) = self.words.get_mut(word) else {
            return false;
        };
        let there = *word & bit != 0;
        *word &= !bit;
        there
    }

    fn place(id: u16) -> (usize, u64) {
        (usize::from(id >> 6), 1 << (id & 63))
    }
}
