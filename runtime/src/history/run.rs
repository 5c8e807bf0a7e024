//! Messages that were neighbours in a receive buffer, kept as one piece of it.
//!
//! One copy takes all of them: the buffer from the first one's payload to the end of the last
//! one's. In front of that stand the first one's topic, and where each message's parts are. What
//! else a buffer has between two payloads is some bytes of a packet's header, which cost less than
//! a copy for each message would.

use super::Bad;
use crate::message::{Message, Properties};
use crate::payload::Payload;

/// Bytes between two payloads that are not looked for: a packet's fixed header and identifier, and
/// properties that no column reads. What is further apart is kept apart.
const GAP: usize = 64;
/// A run ends behind so many bytes, so that it fills a block well.
const ENOUGH: usize = 16 * 1024;

/// In front of a run: when it was received, its messages, and the bytes of its text.
const RUN_HEAD: usize = 16;
/// In front of its text, for each message: three numbers below 2⁶⁴. What is put together of them
/// needs no calls for a few bytes.
pub(super) type Written = [[u8; 8]; 3];
const HEAD: usize = size_of::<Written>();

const RETAIN: u8 = 1;
const DUPLICATE: u8 = 2;
const BAD: u8 = 4;
const BAD_AS_A_WHOLE: u8 = 8;

/// Which messages of a batch are bad, in their order: those that are left.
pub(super) type Marks<'b> = &'b [Bad];

/// How many bytes a message takes that is kept alone.
pub(super) fn size_of_one(message: &Message<'_>, keeps_properties: bool) -> usize {
    let properties = properties(message, keeps_properties);
    RUN_HEAD + HEAD + message.topic.len() + properties.len() + message.payload.len()
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
pub(super) struct Run<'m> {
    received_at_us: i64,
    topic: &'m str,
    properties: &'m [u8],
    /// From the first payload on, and beyond the last one.
    buffer: &'m [u8],
    /// Where the last payload ends in the buffer.
    end: usize,
    keeps_properties: bool,
}

impl<'m> Run<'m> {
    /// The neighbours of the first of some messages, which is not empty. `heads` tells where their
    /// parts are. Returns the run, and how many messages it has with the empty ones in between;
    /// None: there is no `room` for the first. `index` is that of the first message in its batch.
    pub(super) fn gather(
        messages: &[Message<'m>],
        (mut index, marks): (usize, &mut Marks<'_>),
        (room, keeps_properties): (usize, bool),
        heads: &mut Vec<Written>,
    ) -> Option<(Self, usize)> {
        let (first, others) = messages.split_first()?;
        if size_of_one(first, keeps_properties) > room {
            return None;
        }
        let properties = properties(first, keeps_properties);
        let mut run = Self {
            received_at_us: first.received_at_us,
            topic: first.topic,
            properties,
            buffer: first.payload.and_behind(),
            end: first.payload.len(),
            keeps_properties,
        };
        let head = Head {
            topic: (0, first.topic.len()),
            properties: (first.topic.len(), properties.len()),
            payload: (run.before(), first.payload.len()),
            flags: flags(first, index, marks),
            qos: first.qos,
        };
        heads.clear();
        heads.push(head.written());
        let mut taken = 1;
        for message in others {
            index += 1;
            if !message.payload.is_empty() {
                let Some(mut head) = run.neighbour(message) else {
                    break;
                };
                let end = head.payload.0 + head.payload.1;
                if RUN_HEAD + (heads.len() + 1) * HEAD + end > room || end > ENOUGH {
                    break;
                }
                run.end = end - run.before();
                head.flags = flags(message, index, marks);
                heads.push(head.written());
            }
            taken += 1;
        }
        Some((run, taken))
    }

    /// Bytes of the text that stand before the buffer's.
    fn before(&self) -> usize {
        self.topic.len() + self.properties.len()
    }

    /// Where the parts of a message are in the text, if it is the next one in the buffer.
    #[inline]
    fn neighbour(&self, message: &Message<'_>) -> Option<Head> {
        let readable = message.payload.and_behind();
        let at = self.buffer.len().checked_sub(readable.len())?;
        let apart = at.checked_sub(self.end)?;
        let properties = properties(message, self.keeps_properties);
        // what ends at the same place and is not longer is a part of it
        if readable.as_ptr_range().end != self.buffer.as_ptr_range().end
            || apart > message.topic.len() + properties.len() + GAP
            || message.received_at_us != self.received_at_us
        {
            return None;
        }
        Some(Head {
            topic: self.place(message.topic.as_bytes(), at)?,
            properties: self.place(properties, at)?,
            payload: (self.before() + at, message.payload.len()),
            flags: 0,
            qos: message.qos,
        })
    }

    /// Where in the text a part of the next message is, which stands in front of its payload.
    #[inline]
    fn place(&self, part: &[u8], payload_at: usize) -> Option<(usize, usize)> {
        if part.is_empty() {
            return Some((0, 0));
        }
        let at = (part.as_ptr() as usize).wrapping_sub(self.buffer.as_ptr() as usize);
        let is_there = at >= self.end && at < payload_at && part.len() <= payload_at - at;
        is_there.then_some((self.before() + at, part.len()))
    }

    /// Appends it.
    pub(super) fn write(&self, heads: &[Written], to: &mut Vec<u8>) {
        let int = |count: usize| u32::try_from(count).expect("a run is below 4 GiB");
        let mut head = [0; RUN_HEAD];
        head[..8].copy_from_slice(&self.received_at_us.to_le_bytes());
        head[8..12].copy_from_slice(&int(heads.len()).to_le_bytes());
        head[12..].copy_from_slice(&int(self.before() + self.end).to_le_bytes());
        to.extend_from_slice(&head);
        to.extend_from_slice(heads.as_flattened().as_flattened());
        to.extend_from_slice(self.topic.as_bytes());
        to.extend_from_slice(self.properties);
        to.extend_from_slice(&self.buffer[..self.end]);
    }
}

#[inline]
fn flags(message: &Message<'_>, index: usize, marks: &mut Marks<'_>) -> u8 {
    let mut flags = 0;
    while let Some((found, others)) = marks.split_first()
        && found.index <= index
    {
        if found.index == index {
            flags |= if found.whole { BAD_AS_A_WHOLE } else { BAD };
        }
        *marks = others;
    }
    if message.retain {
        flags |= RETAIN;
    }
    if message.duplicate {
        flags |= DUPLICATE;
    }
    flags
}

/// Where the parts of a message are in the text of its run, each with its length.
#[derive(Clone, Copy)]
struct Head {
    topic: (usize, usize),
    properties: (usize, usize),
    payload: (usize, usize),
    flags: u8,
    qos: u8,
}

impl Head {
    #[inline]
    fn written(self) -> Written {
        // a packet is below 256 MiB, a topic below 64 KiB, and a run ends behind a large message
        let pair = |low: usize, high: usize| (low as u64 | (high as u64) << 32).to_le_bytes();
        let marks = usize::from(self.flags) | usize::from(self.qos) << 8;
        [
            pair(self.topic.0, self.topic.1 | marks << 16),
            pair(self.properties.0, self.properties.1),
            pair(self.payload.0, self.payload.1),
        ]
    }

    fn read(bytes: &[u8; HEAD]) -> Self {
        let int = |at: usize| int(&bytes[at..]);
        Self {
            topic: (int(0), int(4) & 0xffff),
            properties: (int(8), int(12)),
            payload: (int(16), int(20)),
            flags: bytes[6],
            qos: bytes[7],
        }
    }
}

fn int(bytes: &[u8]) -> usize {
    let four = bytes.first_chunk().expect("a head has them");
    u32::from_le_bytes(*four) as usize
}

/// What is to be read of the run at some place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reading {
    received_at_us: i64,
    /// The place of the next head, and how many are left.
    head_at: usize,
    left: usize,
    /// Its text.
    text_at: usize,
    end: usize,
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
        if self.left == 0 {
            let head: &[u8; RUN_HEAD] = bytes[self.end..length].first_chunk()?;
            let received = head.first_chunk().expect("it is longer");
            self.received_at_us = i64::from_le_bytes(*received);
            self.left = int(&head[8..]);
            self.head_at = self.end + RUN_HEAD;
            self.text_at = self.head_at + self.left * HEAD;
            self.end = self.text_at + int(&head[12..]);
        }
        let head = bytes[self.head_at..].first_chunk().expect("one is left");
        let Head {
            topic,
            properties,
            payload,
            flags,
            qos,
        } = Head::read(head);
        self.left -= 1;
        self.head_at += HEAD;
        let range = |(at, length): (usize, usize)| self.text_at + at..self.text_at + at + length;
        let topic = std::str::from_utf8(&bytes[range(topic)]);
        Some(Kept {
            message: Message {
                topic: topic.expect("a topic is kept as it was, and is UTF-8"),
                payload: Payload::new(bytes, range(payload)),
                qos,
                retain: flags & RETAIN != 0,
                duplicate: flags & DUPLICATE != 0,
                received_at_us: self.received_at_us,
                properties: Properties {
                    encoded: &bytes[range(properties)],
                    replayed: &[],
                },
            },
            bad: flags & BAD != 0,
            bad_as_a_whole: flags & BAD_AS_A_WHOLE != 0,
        })
    }
}
