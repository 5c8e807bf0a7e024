//! What a session makes of the bytes that it is given.

use super::frame::Publish;

/// What a part of the received bytes means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'b> {
    /// Nothing before there are this many bytes.
    Incomplete {
        /// Bytes from the same start.
        needed: usize,
    },
    /// So many bytes are done with.
    Consumed {
        /// Bytes.
        bytes: usize,
        /// What they say to the user of the session.
        event: Option<Event<'b>>,
    },
}

/// What a session tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<'b> {
    /// Connected, and subscribed where filters were given.
    Ready {
        /// The broker resumed a session.
        session_present: bool,
        /// The qualities of service granted, by filter.
        granted: Vec<u8>,
    },
    /// A message.
    Publish(Publish<'b>),
    /// A message that is larger than allowed; the rest of it is being skipped. It has a place in
    /// the stream as all others have.
    Oversized {
        /// The message, with as many of its first bytes as had come for a payload, and without
        /// properties.
        head: Publish<'b>,
        /// Bytes of its packet.
        size: usize,
    },
    /// The broker refused a message of ours for good.
    Refused {
        /// Which: how many were published before it, over all connections.
        place: u64,
        /// Why.
        reason: &'static str,
    },
}
