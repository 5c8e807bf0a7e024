//! What we publish: kept until the broker has confirmed it, and sent again after a reconnect.

use super::Fault;
use super::connack::Verdict;
use super::packet::{self, Acknowledgement, DUPLICATE, Publication};
use crate::spec::MqttVersion;
use std::collections::VecDeque;

/// The sending half of a session.
#[derive(Debug)]
pub struct Outbound {
    version: MqttVersion,
    queue: VecDeque<InFlight>,
    last_id: u16,
    window: usize,
    /// Messages in the queue that count against the window: all above QoS 0.
    windowed: usize,
    done: u64,
    spare: Vec<Vec<u8>>,
    /// No message is sent before the one ahead of it is confirmed.
    one_by_one: bool,
}

/// A message on its way.
#[derive(Debug)]
struct InFlight {
    id: u16,
    state: State,
    insistence: Insistence,
    packet: Vec<u8>,
    /// On this connection it is not sent yet.
    is_held: bool,
}

/// What becomes of a message that the broker does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Insistence {
    /// It may be refused for good. For a reason that may pass it is sent again, for ever.
    Patient,
    /// The same, but it is sent again so often; then it counts as refused.
    Limited(u32),
    /// It is sent again whatever the reason: nothing else is known to do with it.
    Unconditional,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// QoS 0: not yet wholly written to the socket.
    Unwritten,
    /// QoS 1: no PUBACK yet.
    AwaitsPubAck,
    /// QoS 2: no PUBREC yet.
    AwaitsPubRec,
    /// QoS 2: no PUBCOMP yet.
    AwaitsPubComp,
    /// Done; it waits for those before it, as confirmations are told in order.
    Done,
}

/// More in flight gains nothing, and it bounds memory and the search for an identifier. It is
/// also far below the number of identifiers, so that consecutive ones never clash.
const LARGEST_WINDOW: usize = 1_000;

/// Unconfirmed messages of QoS 2 at a time towards a 3.1.1 broker. It cannot say how many it takes:
/// mosquitto takes 20 unless it is told otherwise (`max_inflight_messages`), and of what is more it
/// confirms each and delivers none.
const EXACTLY_ONCE_V311: usize = 20;

/// Packets that are kept for reuse, and how large they may be.
const SPARE_PACKETS: usize = 64;
const SPARE_BYTES: usize = 16 * 1024;

impl Outbound {
    /// Nothing on its way.
    pub fn new(version: MqttVersion) -> Self {
        Self {
            version,
            queue: VecDeque::new(),
            last_id: 0,
            window: 1,
            windowed: 0,
            done: 0,
            spare: Vec::new(),
            one_by_one: false,
        }
    }

    /// The broker takes this many unconfirmed messages.
    pub fn set_window(&mut self, receive_maximum: u16) {
        self.window = usize::from(receive_maximum).min(LARGEST_WINDOW);
    }

    /// Whether another message of this quality of service may be published now. At QoS 0 nothing
    /// is confirmed, so the broker's window is not for it; there the socket sets the pace.
    pub fn has_room(&self, qos: u8) -> bool {
        if self.one_by_one {
            return self.queue.is_empty();
        }
        let window = match (qos, self.version) {
            (0, _) => return true,
            (2, MqttVersion::V311) => self.window.min(EXACTLY_ONCE_V311),
            (_, MqttVersion::V311 | MqttVersion::V5) => self.window,
        };
        self.windowed < window
    }

    /// From the next connection on, whether a message waits for the one ahead of it: so a broker
    /// shows which of them it cannot bear.
    pub fn send_one_by_one(&mut self, one_by_one: bool) {
        self.one_by_one = one_by_one;
    }

    /// Whether nothing is on its way.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// An identifier that is not in use.
    pub fn next_id(&mut self) -> u16 {
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        self.last_id
    }

    /// Publishes: appends the packet to `out` and remembers it.
    pub fn publish(
        &mut self,
        publication: &Publication<'_>,
        insistence: Insistence,
        out: &mut Vec<u8>,
    ) {
        let (id, state) = match publication.qos {
            0 => (0, State::Unwritten),
            1 => (self.next_id(), State::AwaitsPubAck),
            _ => (self.next_id(), State::AwaitsPubRec),
        };
        let mut packet = self.spare.pop().unwrap_or_default();
        packet::publish(&mut packet, self.version, id, publication);
        out.extend_from_slice(&packet);
        self.windowed += usize::from(id != 0);
        self.queue.push_back(InFlight {
            id,
            state,
            insistence,
            packet,
            is_held: false,
        });
    }

    /// Counts a message that cannot be published as done.
    pub fn skip(&mut self) {
        self.queue.push_back(InFlight {
            id: 0,
            state: State::Done,
            insistence: Insistence::Patient,
            packet: Vec::new(),
            is_held: false,
        });
        self.settle();
    }

    /// Nobody wants the message at this place to be sent any more, between two connections: it
    /// counts as done. False: it is done, or the broker has it.
    pub fn give_up(&mut self, place: u64) -> bool {
        let Some(message) = self.at(place) else {
            return false;
        };
        if !message.state.is_unanswered() {
            return false;
        }
        message.state = State::Done;
        self.settle();
        true
    }

    /// Bytes of the packet of the message at this place; None: the broker has it.
    pub fn size_at(&mut self, place: u64) -> Option<usize> {
        let message = self.at(place)?;
        message
            .state
            .is_unanswered()
            .then_some(message.packet.len())
    }

    /// Between two connections: another message is sent at this place, where the broker does not
    /// have the one that was. It has the same quality of service.
    pub fn replace(&mut self, place: u64, publication: &Publication<'_>) {
        let version = self.version;
        if let Some(message) = self.at(place)
            && message.state.is_unanswered()
        {
            message.packet.clear();
            packet::publish(&mut message.packet, version, message.id, publication);
        }
    }

    /// What an answer to the message at this place comes to: a reason: it is refused for good. A
    /// fault: it is to be sent again on the next connection.
    pub fn judge(&mut self, place: u64, verdict: Verdict) -> Result<Option<&'static str>, Fault> {
        let Some(message) = self.at(place) else {
            return Ok(None);
        };
        match (verdict, message.insistence) {
            (Verdict::Taken, _) => Ok(None),
            (
                Verdict::Refused(reason) | Verdict::TooLarge(reason),
                Insistence::Patient | Insistence::Limited(_),
            )
            | (Verdict::NotYet(reason), Insistence::Limited(0)) => Ok(Some(reason)),
            (Verdict::NotYet(reason), Insistence::Limited(left)) => {
                message.insistence = Insistence::Limited(left - 1);
                Err(Fault::NotPublished(reason))
            }
            (Verdict::TooLarge(_), Insistence::Unconditional) => Err(Fault::TooLarge { place }),
            (Verdict::NotYet(reason), Insistence::Patient | Insistence::Unconditional)
            | (Verdict::Refused(reason), Insistence::Unconditional) => {
                Err(Fault::NotPublished(reason))
            }
        }
    }

    fn at(&mut self, place: u64) -> Option<&mut InFlight> {
        let ahead = usize::try_from(place.checked_sub(self.done)?).ok()?;
        self.queue.get_mut(ahead)
    }

    /// How many messages are done, from the first on: none is counted before those ahead of it.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Everything that was appended is written.
    pub fn written(&mut self) {
        for message in &mut self.queue {
            if message.state == State::Unwritten {
                message.state = State::Done;
            }
        }
        self.settle();
    }

    /// The message of this identifier that waits for an answer of this kind: how many were
    /// published before it. None: there is none.
    pub fn awaiting(&self, id: u16, answer: Acknowledgement) -> Option<u64> {
        let state = match answer {
            Acknowledgement::PubAck => State::AwaitsPubAck,
            Acknowledgement::PubRec => State::AwaitsPubRec,
            Acknowledgement::PubComp => State::AwaitsPubComp,
            Acknowledgement::PubRel => return None,
        };
        let awaited = |message: &InFlight| message.id == id && message.state == state;
        let ahead = self.queue.iter().position(awaited)?;
        Some(self.done + ahead as u64)
    }

    /// PUBACK: an identifier that is not awaited is ignored.
    pub fn acknowledged(&mut self, id: u16) {
        self.advance(id, State::AwaitsPubAck, State::Done);
    }

    /// PUBREC. The answer is a PUBREL in any case.
    pub fn received(&mut self, id: u16, out: &mut Vec<u8>) {
        self.advance(id, State::AwaitsPubRec, State::AwaitsPubComp);
        packet::acknowledge(out, Acknowledgement::PubRel, id);
    }

    /// A PUBREC that refuses the message for good.
    pub fn refused(&mut self, id: u16) {
        self.advance(id, State::AwaitsPubRec, State::Done);
    }

    /// PUBCOMP.
    pub fn completed(&mut self, id: u16) {
        self.advance(id, State::AwaitsPubComp, State::Done);
    }

    /// On a new connection: sends again what is not done. Where the broker has lost the session,
    /// it has also lost messages that it did not release, so they are sent from the beginning.
    pub fn resend(&mut self, session_present: bool, out: &mut Vec<u8>) {
        let mut is_first = true;
        for message in &mut self.queue {
            if message.state == State::AwaitsPubComp && !session_present {
                message.state = State::AwaitsPubRec;
            }
            // What is not confirmed is nothing to wait for.
            message.is_held = self.one_by_one && !is_first && message.state != State::Unwritten;
            is_first &= message.state == State::Done;
            if !message.is_held {
                message.send_again(out);
            }
        }
    }

    /// Sends what waited for the message ahead of it, where that is confirmed.
    pub fn send_held(&mut self, out: &mut Vec<u8>) {
        if let Some(message) = self.queue.front_mut().filter(|message| message.is_held) {
            message.is_held = false;
            message.send_again(out);
        }
    }

    fn advance(&mut self, id: u16, from: State, to: State) {
        let awaited = |message: &&mut InFlight| message.id == id && message.state == from;
        if let Some(message) = self.queue.iter_mut().find(awaited) {
            message.state = to;
            self.settle();
        }
    }

    /// Drops what is done from the front.
    fn settle(&mut self) {
        while self
            .queue
            .front()
            .is_some_and(|message| message.state == State::Done)
        {
            self.done += 1;
            let message = self.queue.pop_front().expect("there is a front");
            self.windowed -= usize::from(message.id != 0);
            let mut packet = message.packet;
            if self.spare.len() < SPARE_PACKETS && packet.capacity() <= SPARE_BYTES {
                packet.clear();
                self.spare.push(packet);
            }
        }
    }
}

impl State {
    /// Whether the broker has not said that it has the message.
    fn is_unanswered(self) -> bool {
        match self {
            Self::Unwritten | Self::AwaitsPubAck | Self::AwaitsPubRec => true,
            Self::AwaitsPubComp | Self::Done => false,
        }
    }
}

impl InFlight {
    /// Sends what the broker must see of it on another connection.
    fn send_again(&mut self, out: &mut Vec<u8>) {
        match self.state {
            State::AwaitsPubComp => packet::acknowledge(out, Acknowledgement::PubRel, self.id),
            State::Unwritten => out.extend_from_slice(&self.packet),
            State::AwaitsPubAck | State::AwaitsPubRec => {
                self.packet[0] |= DUPLICATE;
                out.extend_from_slice(&self.packet);
            }
            State::Done => {}
        }
    }
}
