//! Sources: what brings messages into the process. They know nothing of what becomes of the
//! messages: they give them to a [`Consumer`].

pub mod coalescing;
#[cfg(feature = "mqtt")]
pub mod heartbeat;
#[cfg(feature = "mqtt")]
pub mod mqtt;
#[cfg(feature = "mqtt")]
mod timer;

use crate::message::Message;
use std::ops::ControlFlow;
use std::time::Instant;

/// What a source feeds. It counts the messages it is given, from the start of the process: a
/// *place* in the stream is the number of messages before it, and the first place is 0.
pub trait Consumer {
    /// How many messages it takes now; 0: none until something was confirmed.
    fn room(&self) -> usize;

    /// Takes messages in the order of their arrival, at most [`Consumer::room`]. Break: it takes
    /// no more, ever.
    fn take(&mut self, messages: &[Message<'_>], now: Instant) -> ControlFlow<()>;

    /// Takes the head of a message that is larger than allowed, as the next message and where
    /// there is room for one. `size` is that of its packet.
    fn take_oversized(&mut self, head: &Message<'_>, size: usize, now: Instant);

    /// Whether it takes no more, ever.
    fn has_failed(&self) -> bool;

    /// Nothing more has arrived for now: what was taken must not wait for company.
    fn idle(&mut self);

    /// When it wants to be called by [`Consumer::tick`], if nothing happens before.
    fn deadline(&self) -> Option<Instant>;

    /// Time has passed.
    fn tick(&mut self, now: Instant);

    /// Whether sinks have something of it that they have not confirmed.
    fn is_waiting(&self) -> bool;

    /// Whether everything that was taken is where it must be.
    fn is_drained(&mut self) -> bool;

    /// The place up to which every message is where it must be, and can be acknowledged.
    fn confirmed(&mut self) -> u64;
}
