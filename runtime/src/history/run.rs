//! Messages that were neighbours in a receive buffer, kept as one piece of it.
//!
//! One copy takes all of them: the buffer from the first one's payload to the end of the last
//! one's. Behind the first payload stand whole packets, as the broker sent them; they are parsed
//! when somebody asks. So a neighbour costs the hot path a few comparisons and no word of memory
//! beyond its packet.

use super::Bad;
use crate::message::{Message, Properties};
use crate::mqtt::frame::{Header, Publish, publish};
use crate::payload::Payload;
use crate::spec::MqttVersion;

/// Bytes of other packets between two messages that are looked at: some confirmations. What is
/// further apart is kept apart.
const GAP: usize = 64;
/// A run ends behind so many bytes, so that it fills a block well.
const ENOUGH: usize = 16 * 1024;
/// Of a PUBLISH: the fixed header and the length of the topic.
const BEFORE_TOPIC: std::ops::RangeInclusive<usize> = 4..=7;

const RETAIN: u8 = 1;
const DUPLICATE: u8 = 2;
const BAD: u8 = 4;
const BAD_AS_A_WHOLE: u8 = 8;
/// The packets are of MQTT 5.
const VERSION_5: u8 = 16;
/// Columns read properties.
const PROPERTIES: u8 = 32;

/// Which messages of a batch are bad, in their order: those that are left.
pub(super) type Marks<'b> = &'b [Bad];

/// How many bytes a message takes that is kept alone.
pub(super) fn size_of_one(message: &Message<'_>, keeps_properties: bool) -> usize {
    let properties = properties(message, keeps_properties);
    Head::BYTES + message.topic.len() + properties.len() + message.payload.len()
}

fn properties<'m>(message: &Message<'m>, are_kept: bool) -> &'m [u8] {
    if are_kept {
        message.properties.encoded
    } else {
        &[]
    }
}

/// Neighbours.
#[derive(Debug)]
pub(super) struct Run<'m, 'b> {
    first: &'b Message<'m>,
    properties: &'m [u8],
    /// From the first payload on, and beyond the last one.
    buffer: &'m [u8],
    /// Where the last payload ends in the buffer.
    end: usize,
    /// Which of them are bad, and the index of the first in its batch.
    marks: Marks<'b>,
    index: usize,
    flags: u8,
}

impl<'m, 'b> Run<'m, 'b> {
    /// The neighbours of the first of some messages, which is not empty. Returns the run, and how
    /// many messages it has; None: there is no `room` for the first. `index` is that of the first
    /// message in its batch.
    pub(super) fn gather(
        messages: &'b [Message<'m>],
        (index, marks): (usize, &mut Marks<'b>),
        (room, keeps_properties): (usize, bool),
    ) -> Option<(Self, usize)> {
        let (first, others) = messages.split_first()?;
        cut(marks, index);
        if size_of_one(first, keeps_properties) > room {
            return None;
        }
        let mut run = Self {
            first,
            properties: properties(first, keeps_properties),
            buffer: first.payload.and_behind(),
            end: first.payload.len(),
            marks: &[],
            index,
            flags: if keeps_properties { PROPERTIES } else { 0 },
        };
        let others_room = room.saturating_sub(Head::BYTES + marks.len() * MARK + run.before());
        let limit = others_room.min(ENOUGH);
        let mut taken = 1;
        for message in others {
            match run.end_of_neighbour(message) {
                Some(end) if end <= limit => run.end = end,
                Some(_) | None => break,
            }
            taken += 1;
        }
        if let Some(second) = others.first().filter(|_| taken > 1) {
            run.flags |= version(second);
        }
        run.marks = cut(marks, index + taken);
        Some((run, taken))
    }

    /// Bytes of the text that stand before the buffer's.
    fn before(&self) -> usize {
        self.first.topic.len() + self.properties.len()
    }

    /// Where the payload of a message ends in the buffer, if its packet is the next one there.
    #[inline]
    fn end_of_neighbour(&self, message: &Message<'_>) -> Option<usize> {
        let readable = message.payload.and_behind();
        // what ends at the same place and is not longer is a part of it
        let at = self.buffer.len().checked_sub(readable.len())?;
        let topic_at =
            (message.topic.as_ptr() as usize).wrapping_sub(self.buffer.as_ptr() as usize);
        let is_neighbour = readable.as_ptr_range().end == self.buffer.as_ptr_range().end
            && message.received_at_us == self.first.received_at_us
            && !message.payload.is_empty()
            && topic_at.wrapping_add(message.topic.len()) <= at
            && (BEFORE_TOPIC.contains(&topic_at.wrapping_sub(self.end))
                || self.is_behind_others(topic_at));
        is_neighbour.then(|| at + message.payload.len())
    }

    /// Whether nothing but packets of other kinds stands before the one with the topic there.
    #[cold]
    #[inline(never)]
    fn is_behind_others(&self, topic_at: usize) -> bool {
        if !(self.end..self.end + GAP).contains(&topic_at) {
            return false;
        }
        let mut at = self.end;
        while let Ok(Some(header)) = Header::read(&self.buffer[at..topic_at]) {
            if header.kind() == PUBLISH {
                return at + header.length + 2 == topic_at;
            }
            at += header.total();
            if at > topic_at {
                return false;
            }
        }
        false
    }

    /// Appends it.
    pub(super) fn write(&self, to: &mut Vec<u8>) {
        let int = |count: usize| u32::try_from(count).expect("a run is below 4 GiB");
        let mut of_others = self.marks;
        let of_first = cut(&mut of_others, self.index + 1);
        let head = Head {
            received_at_us: self.first.received_at_us,
            text: int(self.before() + self.end),
            marks: int(of_others.len()),
            properties: int(self.properties.len()),
            payload: int(self.first.payload.len()),
            topic: u16::try_from(self.first.topic.len()).expect("a topic is below 64 KiB"),
            flags: self.flags | flags(self.first) | of_first.iter().map(flag).fold(0, |a, b| a | b),
            qos: self.first.qos,
        };
        to.extend_from_slice(&head.written());
        for bad in of_others {
            let mark = int(bad.index - self.index) << 8 | u32::from(flag(bad));
            to.extend_from_slice(&mark.to_le_bytes());
        }
        to.extend_from_slice(self.first.topic.as_bytes());
        to.extend_from_slice(self.properties);
        to.extend_from_slice(&self.buffer[..self.end]);
    }
}

/// Cuts off the marks of the messages in front of the one with this index.
fn cut<'b>(marks: &mut Marks<'b>, index: usize) -> Marks<'b> {
    let count = marks.iter().take_while(|bad| bad.index < index).count();
    let (before, others) = marks.split_at(count);
    *marks = others;
    before
}

/// The packet type of messages.
const PUBLISH: u8 = 3;

fn flags(message: &Message<'_>) -> u8 {
    let retain = if message.retain { RETAIN } else { 0 };
    let duplicate = if message.duplicate { DUPLICATE } else { 0 };
    retain | duplicate
}

fn flag(bad: &Bad) -> u8 {
    if bad.whole { BAD_AS_A_WHOLE } else { BAD }
}

/// [`VERSION_5`] where a message has properties, be it none: their length stands in front of its
/// payload.
fn version(message: &Message<'_>) -> u8 {
    let topic_end = message.topic.as_bytes().as_ptr_range().end as usize;
    let payload_at = message.payload.and_behind().as_ptr() as usize;
    let identifier = if message.qos == 0 { 0 } else { 2 };
    if payload_at > topic_end + identifier {
        VERSION_5
    } else {
        0
    }
}

/// Of a message that is bad, behind the head of its run: which one, and how.
const MARK: usize = 4;

/// In front of a run.
#[derive(Clone, Copy)]
struct Head {
    received_at_us: i64,
    /// Bytes of its text: the first message's topic, properties and payload, and whole packets.
    text: u32,
    /// How many marks stand between this and the text.
    marks: u32,
    /// Bytes of the first message's parts.
    properties: u32,
    payload: u32,
    topic: u16,
    /// The first message's, and those of all.
    flags: u8,
    qos: u8,
}

impl Head {
    const BYTES: usize = 28;

    fn written(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..8].copy_from_slice(&self.received_at_us.to_le_bytes());
        let numbers = [self.text, self.marks, self.properties, self.payload];
        for (to, number) in bytes[8..24].chunks_exact_mut(4).zip(numbers) {
            to.copy_from_slice(&number.to_le_bytes());
        }
        bytes[24..26].copy_from_slice(&self.topic.to_le_bytes());
        (bytes[26], bytes[27]) = (self.flags, self.qos);
        bytes
    }

    fn read(bytes: &[u8; Self::BYTES]) -> Self {
        let [text, marks, properties, payload] = [8, 12, 16, 20].map(|at| int(&bytes[at..]));
        Self {
            received_at_us: i64::from_le_bytes(*bytes.first_chunk().expect("it is longer")),
            text,
            marks,
            properties,
            payload,
            topic: u16::from_le_bytes([bytes[24], bytes[25]]),
            flags: bytes[26],
            qos: bytes[27],
        }
    }
}

fn int(bytes: &[u8]) -> u32 {
    let four = bytes.first_chunk().expect("it is longer");
    u32::from_le_bytes(*four)
}

/// What is to be read of the run at some place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reading {
    received_at_us: i64,
    flags: u8,
    /// How many of its messages were read.
    read: u32,
    /// The place of the next mark, and behind the last.
    marks: (usize, usize),
    /// The place of the next packet, and behind the last.
    packets: (usize, usize),
}

/// A message that was kept.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'m> {
    /// The message.
    pub message: Message<'m>,
    /// A flow could not make its row.
    pub bad: bool,
    /// It breaks a rule of its table.
    pub bad_as_a_whole: bool,
}

impl Reading {
    /// The next message of some runs that are the first `length` of these bytes.
    pub(super) fn next<'b>(&mut self, bytes: &'b [u8], length: usize) -> Option<Kept<'b>> {
        while self.packets.0 < self.packets.1 {
            if let Some(message) = self.neighbour(bytes) {
                self.read += 1;
                let flags = self.marks_of_read(bytes);
                return Some(kept(message, flags));
            }
        }
        let at = self.packets.1;
        let head = Head::read(bytes[at..length].first_chunk()?);
        let marks_at = at + Head::BYTES;
        let topic_at = marks_at + head.marks as usize * MARK;
        let properties_at = topic_at + usize::from(head.topic);
        let payload_at = properties_at + head.properties as usize;
        let payload_end = payload_at + head.payload as usize;
        *self = Self {
            received_at_us: head.received_at_us,
            flags: head.flags,
            read: 0,
            marks: (marks_at, topic_at),
            packets: (payload_end, topic_at + head.text as usize),
        };
        let topic = std::str::from_utf8(&bytes[topic_at..properties_at]);
        let message = Message {
            topic: topic.expect("a topic is kept as it was, and is UTF-8"),
            payload: Payload::new(bytes, payload_at..payload_end),
            qos: head.qos,
            retain: head.flags & RETAIN != 0,
            duplicate: head.flags & DUPLICATE != 0,
            received_at_us: head.received_at_us,
            properties: Properties {
                encoded: &bytes[properties_at..payload_at],
                replayed: &[],
            },
        };
        Some(kept(message, head.flags))
    }

    /// The message of the next packet; None where it is of another kind.
    fn neighbour<'b>(&mut self, bytes: &'b [u8]) -> Option<Message<'b>> {
        let (at, end) = self.packets;
        // what the session could read can be read; otherwise nothing is told of the rest
        self.packets.0 = end;
        let header = Header::read(&bytes[at..end]).ok()??;
        let next = at + header.total();
        let body = bytes[..end].get(at + header.length..next)?;
        self.packets.0 = next;
        if header.kind() != PUBLISH {
            return None;
        }
        let version = match self.flags & VERSION_5 {
            0 => MqttVersion::V311,
            _ => MqttVersion::V5,
        };
        let found = publish(header, body, version).ok()?;
        Some(self.message(&found, bytes, next))
    }

    /// The message of a packet that ends there.
    fn message<'b>(&self, found: &Publish<'b>, bytes: &'b [u8], end: usize) -> Message<'b> {
        let encoded = match self.flags & PROPERTIES {
            0 => &[],
            _ => found.properties,
        };
        Message {
            topic: found.topic,
            payload: Payload::new(bytes, end - found.payload.len()..end),
            qos: found.qos,
            retain: found.retain,
            duplicate: found.duplicate,
            received_at_us: self.received_at_us,
            properties: Properties {
                encoded,
                replayed: &[],
            },
        }
    }

    /// The marks of the message that was read last.
    fn marks_of_read(&mut self, bytes: &[u8]) -> u8 {
        let mut flags = 0;
        while self.marks.0 < self.marks.1 {
            let mark = int(&bytes[self.marks.0..]);
            if mark >> 8 != self.read {
                break;
            }
            flags |= mark.to_le_bytes()[0];
            self.marks.0 += MARK;
        }
        flags
    }
}

fn kept(message: Message<'_>, flags: u8) -> Kept<'_> {
    Kept {
        message,
        bad: flags & BAD != 0,
        bad_as_a_whole: flags & BAD_AS_A_WHOLE != 0,
    }
}
