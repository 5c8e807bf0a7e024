//! The protocol as a state machine: bytes and times in; events, bytes to write and the time of
//! the next call out.

mod oversized;
mod subscribing;
mod timeouts;

use super::Fault;
use super::connack;
use super::copies::Copies;
use super::event::{Event, Step};
use super::frame::{self, Header, Publish};
use super::inbound::Inbound;
use super::outbound::{Insistence, Outbound};
use super::packet::{self, Acknowledgement, Connect, Publication};
use super::share::Share;
use crate::secret::Secret;
use crate::spec::MqttVersion;
use std::fmt;
use std::time::{Duration, Instant};

/// What a session is for.
#[derive(Clone, Debug)]
pub struct Options {
    /// What CONNECT says.
    pub connect: Connect,
    /// Topic filters and the qualities of service asked for.
    pub filters: Vec<(String, u8)>,
    /// The other sessions that share these subscriptions, if there are any.
    pub share: Option<Share>,
    /// Larger messages are skipped, in bytes of the whole packet.
    pub max_packet_size: usize,
    /// The highest quality of service that is published with.
    pub publish_qos: u8,
    /// Whether retained messages are published.
    pub publish_retained: bool,
}

/// A session with a broker, over any number of connections.
pub struct Session {
    options: Options,
    version: MqttVersion,
    phase: Phase,
    output: Vec<u8>,
    written: usize,
    /// Bytes of it, at most, that answer what the broker sent.
    answers: usize,
    skip: usize,
    keep_alive: Option<Duration>,
    last_write: Instant,
    last_heard: Instant,
    ping_deadline: Option<Instant>,
    maximum_packet_size: usize,
    inbound: Inbound,
    outbound: Outbound,
    /// The qualities of service granted on this connection so far, by filter.
    granted: Vec<u8>,
    copies: Copies,
    /// Subscriptions of this connection have identifiers.
    identified: bool,
    /// The filters that this connection subscribes to, as they are sent.
    asked: Vec<(String, u8)>,
    /// The broker shares no subscriptions, and this session goes on without the others.
    is_alone: bool,
}

/// The bytes to be written are not shown: CONNECT is among them, with the password.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("options", &self.options)
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}

/// How far a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Disconnected,
    /// CONNECT is sent.
    Connecting {
        deadline: Instant,
    },
    /// SUBSCRIBE is sent.
    Subscribing {
        id: u16,
        deadline: Instant,
        session_present: bool,
    },
    Ready,
}

/// How long CONNACK may take.
const CONNACK_TIMEOUT: Duration = Duration::from_secs(10);
/// How long SUBACK may take; messages of a resumed session can come before it.
const SUBACK_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes that are kept after they were written, while others still wait: where the socket is
/// always behind, memory must not grow with all that was ever written.
const MOST_WRITTEN: usize = 64 * 1024;

impl Session {
    /// A session that is not connected. `now` only starts its clock.
    pub fn new(options: Options, now: Instant) -> Self {
        let version = options.connect.version;
        let copies = match version {
            MqttVersion::V311 => Copies::none(),
            MqttVersion::V5 => Copies::new(&options.filters),
        };
        Self {
            options,
            version,
            phase: Phase::Disconnected,
            output: Vec::new(),
            written: 0,
            answers: 0,
            skip: 0,
            keep_alive: None,
            last_write: now,
            last_heard: now,
            ping_deadline: None,
            maximum_packet_size: usize::MAX,
            inbound: Inbound::default(),
            outbound: Outbound::new(version),
            granted: Vec::new(),
            copies,
            identified: false,
            asked: Vec::new(),
            is_alone: false,
        }
    }

    /// The topic filters and qualities of service that it asked for on this connection.
    pub fn filters(&self) -> &[(String, u8)] {
        &self.asked
    }

    /// How many sessions were to share the subscriptions, where this one goes on alone.
    pub fn alone_of(&self) -> Option<u16> {
        let share = self.options.share.as_ref()?;
        self.is_alone.then_some(share.sessions)
    }

    /// From the next connection on it presents these.
    pub fn present(&mut self, username: Option<String>, password: Option<Secret>) {
        self.options.connect.username = username;
        self.options.connect.password = password;
    }

    /// A transport to the broker is open.
    pub fn connected(&mut self, now: Instant) {
        self.lost();
        self.phase = Phase::Connecting {
            deadline: now + CONNACK_TIMEOUT,
        };
        self.keep_alive = keep_alive(self.options.connect.keep_alive_s);
        self.last_write = now;
        self.last_heard = now;
        packet::connect(&mut self.output, &self.options.connect);
    }

    /// The transport is gone. Acknowledgements that were due on it are dropped.
    pub fn lost(&mut self) {
        self.phase = Phase::Disconnected;
        self.output.clear();
        self.written = 0;
        self.answers = 0;
        self.skip = 0;
        self.ping_deadline = None;
        self.inbound.lost();
    }

    /// Whether CONNACK is awaited, before which no message can come.
    pub fn is_connecting(&self) -> bool {
        matches!(self.phase, Phase::Connecting { .. })
    }

    /// The message at the start of `bytes`, which is delivered, and the size of its packet; None:
    /// what stands there is for [`Session::receive`].
    ///
    /// Nearly all that comes is a whole PUBLISH in good order. Inlined and with nothing but a
    /// message to give, its parts stay in registers, where every other way of telling what came
    /// costs more than finding it.
    #[inline(always)]
    pub fn next_publish<'b>(&mut self, bytes: &'b [u8]) -> Option<(Publish<'b>, usize)> {
        let may_come = matches!(self.phase, Phase::Subscribing { .. } | Phase::Ready);
        if !may_come || self.skip > 0 || self.identified {
            return None;
        }
        let (publish, size) = frame::whole_publish(bytes, self.version)?;
        let is_wanted = size <= self.options.max_packet_size;
        (is_wanted && self.inbound.delivers(publish.qos, publish.id)).then_some((publish, size))
    }

    /// Whether SUBACK is awaited.
    pub fn is_subscribing(&self) -> bool {
        matches!(self.phase, Phase::Subscribing { .. })
    }

    /// Reads the packet at the start of `bytes`. A fault ends the connection.
    pub fn receive<'b>(&mut self, bytes: &'b [u8], now: Instant) -> Result<Step<'b>, Fault> {
        if self.skip > 0 {
            let bytes = bytes.len().min(self.skip);
            self.skip -= bytes;
            return Ok(match bytes {
                0 => Step::Incomplete { needed: 1 },
                bytes => Step::Consumed { bytes, event: None },
            });
        }
        if matches!(self.phase, Phase::Connecting { .. }) {
            frame::expect_mqtt(bytes)?;
        }
        let Some(header) = Header::read(bytes)? else {
            return Ok(Step::Incomplete {
                needed: bytes.len() + 1,
            });
        };
        if header.total() > self.options.max_packet_size {
            return self.receive_oversized(header, bytes);
        }
        let Some(body) = bytes.get(header.length..header.total()) else {
            return Ok(Step::Incomplete {
                needed: header.total(),
            });
        };
        let event = match header.kind() {
            3 => self.receive_publish(header, body)?,
            _ => self.receive_control(header, body, now)?,
        };
        Ok(Step::Consumed {
            bytes: header.total(),
            event,
        })
    }

    /// All messages delivered before `place` are done: acknowledges them.
    pub fn acknowledge_through(&mut self, place: u64) {
        if self.phase != Phase::Disconnected {
            self.inbound.acknowledge_through(place, &mut self.output);
        }
    }

    /// Whether a message of this quality of service can be published now.
    pub fn can_publish(&self, qos: u8) -> bool {
        self.phase == Phase::Ready && self.outbound.has_room(qos)
    }

    /// Whether the broker takes a message of this size.
    pub fn takes(&self, publication: &Publication<'_>) -> bool {
        packet::publish_size(publication) <= self.largest_packet()
    }

    /// The largest packet that the broker takes, as far as it has said, in bytes.
    pub fn largest_packet(&self) -> usize {
        self.maximum_packet_size.min(packet::LARGEST)
    }

    /// Publishes a message, where [`Session::can_publish`]. False: the broker takes no message of
    /// this size; it counts as done and refused.
    pub fn publish(&mut self, publication: &Publication<'_>, insistence: Insistence) -> bool {
        if !self.takes(publication) {
            self.outbound.skip();
            return false;
        }
        self.outbound
            .publish(publication, insistence, &mut self.output);
        true
    }

    /// Counts a message as published and done that is not sent at all.
    pub fn skip(&mut self) {
        self.outbound.skip();
    }

    /// Between two connections: see [`Outbound::give_up`].
    pub fn give_up(&mut self, place: u64) -> bool {
        self.outbound.give_up(place)
    }

    /// See [`Outbound::size_at`].
    pub fn size_at(&mut self, place: u64) -> Option<usize> {
        self.outbound.size_at(place)
    }

    /// Between two connections: see [`Outbound::replace`].
    pub fn replace(&mut self, place: u64, publication: &Publication<'_>) {
        self.outbound.replace(place, publication);
    }

    /// From the next connection on: see [`Outbound::send_one_by_one`].
    pub fn send_one_by_one(&mut self, one_by_one: bool) {
        self.outbound.send_one_by_one(one_by_one);
    }

    /// Whether no published message is on its way.
    pub fn is_idle(&self) -> bool {
        self.outbound.is_empty()
    }

    /// How many published messages are confirmed, from the first on, or refused for good.
    pub fn published(&self) -> u64 {
        self.outbound.done()
    }

    /// Says farewell.
    pub fn disconnect(&mut self) {
        if self.phase != Phase::Disconnected {
            self.output.extend_from_slice(&packet::DISCONNECT);
        }
    }

    /// Bytes that wait to be written.
    pub fn output(&self) -> &[u8] {
        &self.output[self.written..]
    }

    /// How many bytes of [`Session::output`] answer what the broker sent, at most, where it is not
    /// acknowledged by somebody else.
    pub fn answers(&self) -> usize {
        self.answers
    }

    /// So many bytes of [`Session::output`] are written.
    pub fn wrote(&mut self, bytes: usize, now: Instant) {
        self.written += bytes;
        self.last_write = now;
        if self.written == self.output.len() {
            self.output.clear();
            self.written = 0;
            // Before CONNACK there is nothing but CONNECT: messages of an earlier connection wait.
            if !matches!(self.phase, Phase::Connecting { .. }) {
                self.outbound.written();
                self.outbound.send_held(&mut self.output);
            }
        } else if self.written >= MOST_WRITTEN {
            self.output.drain(..self.written);
            self.written = 0;
        }
        // What is written first was there first, so no more of them can be left.
        self.answers = self.answers.min(self.output.len() - self.written);
    }

    #[inline]
    fn receive_publish<'b>(
        &mut self,
        header: Header,
        body: &'b [u8],
    ) -> Result<Option<Event<'b>>, Fault> {
        self.check_connected()?;
        let publish = frame::publish(header, body, self.version)?;
        if self.identified && !self.copies.counts(publish.topic, publish.properties) {
            self.inbound.skip(publish.qos, publish.id)?;
            return Ok(None);
        }
        let deliver = self.inbound.publish(publish.qos, publish.id)?;
        Ok(deliver.then_some(Event::Publish(publish)))
    }

    fn check_connected(&self) -> Result<(), Fault> {
        match self.phase {
            Phase::Subscribing { .. } | Phase::Ready => Ok(()),
            Phase::Connecting { .. } | Phase::Disconnected => {
                Err(Fault::Malformed("a packet before CONNACK"))
            }
        }
    }

    fn receive_control<'b>(
        &mut self,
        header: Header,
        body: &[u8],
        now: Instant,
    ) -> Result<Option<Event<'b>>, Fault> {
        if header.first == 0x20 {
            return self.receive_connack(body, now);
        }
        self.check_connected()?;
        match header.first {
            0x40 | 0x50 | 0x70 => {
                let event = self.receive_answer(header.first, body)?;
                self.outbound.send_held(&mut self.output);
                Ok(event)
            }
            0x62 => self.receive_pubrel(body).map(|()| None),
            0x90 => self.receive_suback(body, now),
            0xd0 if body.is_empty() => Ok(None),
            0xe0 if self.version == MqttVersion::V5 => Err(connack::disconnected(body)),
            _ => Err(Fault::Malformed("a packet that brokers do not send")),
        }
    }

    fn receive_connack<'b>(
        &mut self,
        body: &[u8],
        now: Instant,
    ) -> Result<Option<Event<'b>>, Fault> {
        if !matches!(self.phase, Phase::Connecting { .. }) {
            return Err(Fault::Malformed("a second CONNACK"));
        }
        let accepted = connack::connack(body, self.version)?;
        accepted.check(self.options.publish_qos, self.options.publish_retained)?;
        if let Some(seconds) = accepted.server_keep_alive_s {
            self.keep_alive = keep_alive(seconds);
        }
        if let Some(client_id) = accepted.assigned_client_id {
            let ours = &mut self.options.connect.client_id;
            if !ours.is_empty() {
                // under another name this would be another session [MQTT-3.1.3-6]
                return Err(Fault::Malformed("CONNACK with another client identifier"));
            }
            *ours = client_id;
        }
        self.maximum_packet_size = accepted.maximum_packet_size;
        self.outbound.set_window(accepted.receive_maximum);
        let session_present = accepted.session_present;
        if !session_present {
            self.inbound.forget();
        }
        self.outbound.resend(session_present, &mut self.output);
        if self.options.filters.is_empty() {
            self.phase = Phase::Ready;
            return Ok(Some(Event::Ready {
                session_present,
                granted: Vec::new(),
            }));
        }
        self.identified = self.copies.are_possible() && accepted.subscription_identifiers;
        self.begin_subscribing(accepted.shared_subscriptions, session_present, now)
    }

    /// An answer to what was published.
    fn receive_answer<'b>(&mut self, first: u8, body: &[u8]) -> Result<Option<Event<'b>>, Fault> {
        match first {
            0x40 => self.receive_puback(body),
            0x50 => self.receive_pubrec(body),
            _ => {
                let (id, _) = connack::acknowledgement(body, self.version)?;
                self.outbound.completed(id);
                Ok(None)
            }
        }
    }

    /// PUBACK. One for an identifier that is not awaited is ignored, whatever it says: it may be an
    /// answer to a duplicate.
    fn receive_puback<'b>(&mut self, body: &[u8]) -> Result<Option<Event<'b>>, Fault> {
        let (id, code) = connack::acknowledgement(body, self.version)?;
        let Some(place) = self.outbound.awaiting(id, Acknowledgement::PubAck) else {
            return Ok(None);
        };
        let refused = self.outbound.judge(place, connack::verdict(code))?;
        self.outbound.acknowledged(id);
        Ok(refused.map(|reason| Event::Refused { place, reason }))
    }

    /// PUBREC. Good ones are answered even where the identifier is not awaited: the broker holds
    /// it until PUBREL.
    fn receive_pubrec<'b>(&mut self, body: &[u8]) -> Result<Option<Event<'b>>, Fault> {
        let (id, code) = connack::acknowledgement(body, self.version)?;
        let place = self.outbound.awaiting(id, Acknowledgement::PubRec);
        if code < 0x80 {
            let before = self.output.len();
            self.outbound.received(id, &mut self.output);
            self.answers += self.output.len() - before;
            return Ok(None);
        }
        let Some(place) = place else {
            return Ok(None);
        };
        let refused = self.outbound.judge(place, connack::verdict(code))?;
        self.outbound.refused(id);
        Ok(refused.map(|reason| Event::Refused { place, reason }))
    }

    fn receive_pubrel(&mut self, body: &[u8]) -> Result<(), Fault> {
        let (id, _) = connack::acknowledgement(body, self.version)?;
        let known = self.inbound.release(id);
        let before = self.output.len();
        if known || self.version == MqttVersion::V311 {
            packet::acknowledge(&mut self.output, Acknowledgement::PubComp, id);
        } else {
            packet::complete_unknown(&mut self.output, id);
        }
        self.answers += self.output.len() - before;
        Ok(())
    }
}

fn keep_alive(seconds: u16) -> Option<Duration> {
    (seconds > 0).then(|| Duration::from_secs(u64::from(seconds)))
}
