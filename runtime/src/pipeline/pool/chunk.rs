//! Messages on their way to another thread.

use crate::message::{Message, Properties};
use crate::payload::{Payload, READABLE_BEHIND};

/// Copies of messages, in memory that is used again and again.
#[derive(Debug, Default)]
pub struct Chunk {
    /// Topic, properties and payload of each message, and [`READABLE_BEHIND`] bytes.
    bytes: Vec<u8>,
    heads: Vec<Head>,
    /// The message is the head of a larger one, whose packet has so many bytes.
    oversized: Option<usize>,
}

/// What is known of a message, whose bytes begin where those of the one before end.
#[derive(Clone, Copy, Debug)]
struct Head {
    topic_end: usize,
    properties_end: usize,
    end: usize,
    received_at_us: i64,
    qos: u8,
    retain: bool,
    duplicate: bool,
}

/// Bytes that each takes.
const HEAD: usize = 40;
const _: () = assert!(size_of::<Head>() == HEAD);

/// How much memory is kept for reuse.
const KEPT_BYTES: usize = 256 * 1024 + READABLE_BEHIND;

impl Chunk {
    /// Copies messages of a broker.
    pub fn fill(&mut self, messages: &[Message<'_>]) {
        self.clear();
        let size = |message: &Message<'_>| {
            let properties = message.properties.encoded;
            message.topic.len() + properties.len() + message.payload.len()
        };
        let size: usize = messages.iter().map(size).sum();
        self.bytes.reserve_exact(size + READABLE_BEHIND);
        for message in messages {
            self.bytes.extend_from_slice(message.topic.as_bytes());
            let topic_end = self.bytes.len();
            self.bytes.extend_from_slice(message.properties.encoded);
            let properties_end = self.bytes.len();
            self.bytes.extend_from_slice(message.payload.bytes());
            self.heads.push(Head {
                topic_end,
                properties_end,
                end: self.bytes.len(),
                received_at_us: message.received_at_us,
                qos: message.qos,
                retain: message.retain,
                duplicate: message.duplicate,
            });
        }
        self.bytes.resize(size + READABLE_BEHIND, 0);
    }

    /// Copies the head of a message that is too large.
    pub fn fill_oversized(&mut self, head: &Message<'_>, size: usize) {
        self.fill(std::slice::from_ref(head));
        self.oversized = Some(size);
    }

    /// The size of the packet that the message is the head of, where it is too large.
    pub fn oversized(&self) -> Option<usize> {
        self.oversized
    }

    /// How many messages there are.
    pub fn count(&self) -> usize {
        self.heads.len()
    }

    /// The messages.
    pub fn messages(&self) -> Vec<Message<'_>> {
        let mut start = 0;
        let message = |head: &Head| {
            let topic = &self.bytes[start..head.topic_end];
            start = head.end;
            Message {
                topic: std::str::from_utf8(topic).expect("it was text before"),
                payload: Payload::new(&self.bytes, head.properties_end..head.end),
                qos: head.qos,
                retain: head.retain,
                duplicate: head.duplicate,
                received_at_us: head.received_at_us,
                properties: Properties {
                    encoded: &self.bytes[head.topic_end..head.properties_end],
                    replayed: &[],
                },
            }
        };
        self.heads.iter().map(message).collect()
    }

    /// Forgets the messages and keeps the memory, unless that is large.
    pub fn clear(&mut self) {
        if self.bytes.capacity() > KEPT_BYTES {
            self.bytes = Vec::new();
        }
        self.bytes.clear();
        self.heads.clear();
        self.oversized = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_what_they_were_and_can_be_read_behind() {
        let large = vec![b'x'; KEPT_BYTES];
        let mut first = Message::new("a/ü", b"one");
        first.properties.encoded = b"\x01\x01";
        first.received_at_us = 7;
        first.retain = true;
        let mut second = Message::new("b", &large);
        second.qos = 2;
        second.duplicate = true;
        let messages = [first, second, Message::new("c", b"")];
        let mut chunk = Chunk::default();
        for _ in 0..2 {
            chunk.fill(&messages);
            assert_eq!((chunk.count(), chunk.oversized()), (3, None));
            for (copy, message) in chunk.messages().iter().zip(&messages) {
                assert_eq!(format!("{copy:?}"), format!("{message:?}"));
                let behind = copy.payload.and_behind().len() - copy.payload.len();
                assert!(behind >= READABLE_BEHIND);
            }
            chunk.fill_oversized(&messages[0], 9_999);
            assert_eq!((chunk.count(), chunk.oversized()), (1, Some(9_999)));
            assert!(
                chunk.bytes.capacity() <= KEPT_BYTES,
                "a large one is not kept"
            );
        }
    }
}
