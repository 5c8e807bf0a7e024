//! What is parsed at a time.

use crate::message::{Message, Properties};
use crate::mqtt::frame::Publish;
use crate::payload::Payload;

/// What was parsed for the consumer.
pub(super) struct Chunk<'b> {
    pub(super) messages: Vec<Message<'b>>,
    pub(super) consumed: usize,
    /// Bytes that the packet behind `consumed` needs; 0: it was not looked at.
    pub(super) needed: usize,
    pub(super) ready: Option<(bool, Vec<u8>)>,
    /// The head of a message that is too large, and the size of its packet.
    pub(super) oversized: Option<(Message<'b>, usize)>,
}

/// A vector's memory for messages of another lifetime: a collection of what is taken from a vector
/// reuses it.
#[inline]
pub(super) fn emptied<'b>(mut messages: Vec<Message<'_>>) -> Vec<Message<'b>> {
    messages.clear();
    let nothing = messages.into_iter();
    nothing
        .map(|_| unreachable!("it has just been cleared"))
        .collect()
}

#[inline]
pub(super) fn message<'b>(
    publish: &Publish<'b>,
    buffer: &'b [u8],
    received_at_us: i64,
) -> Message<'b> {
    Message {
        topic: publish.topic,
        payload: Payload::within(buffer, publish.payload),
        qos: publish.qos,
        retain: publish.retain,
        duplicate: publish.duplicate,
        received_at_us,
        properties: Properties {
            encoded: publish.properties,
            replayed: &[],
        },
    }
}
