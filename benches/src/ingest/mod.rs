//! The whole road of a message: a load broker, and the processes that receive from it.
//!
//! The load broker sends prepared messages of W1 and takes what comes back. It knows which rows a
//! right pipeline publishes, and that each message above QoS 0 must be acknowledged once and in
//! order; whoever does otherwise is not measured.

pub mod contestants;
pub mod drive;
pub mod mosquitto;
pub mod packets;
pub mod process;
pub mod pump;
pub mod session;
pub mod tls;

use std::time::Duration;

/// What is sent, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Quality of service of the messages.
    pub qos: u8,
    /// Messages above QoS 0 that may be on their way at a time.
    pub window: usize,
    /// Messages per second; None: as fast as they are taken.
    pub rate: Option<u32>,
    /// How the messages reach the socket.
    pub writes: Writes,
    /// How many there are, at least: the last one is one that passes the filter.
    pub messages: usize,
    /// When to give up.
    pub patience: Duration,
}

/// How messages reach the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writes {
    /// As many in one write as may be sent.
    Many,
    /// One in each write, as mosquitto does.
    Single,
}

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Messages that were sent.
    pub sent: usize,
    /// Messages that were acknowledged, in the order in which they were sent.
    pub acknowledged: usize,
    /// Rows that were published back.
    pub rows: u64,
    /// A digest of these rows in their order.
    pub digest: u64,
    /// From the first message to the last answer.
    pub elapsed: Duration,
}

/// A moment of a run, at which somebody may want to look at a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// All are connected and subscribed; no message was sent yet.
    Start,
    /// Everything is acknowledged and published back.
    End,
}

/// A digest of texts in their order (FNV-1a).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Digest {
    /// Adds a text, which is told apart from its neighbours.
    pub fn add(&mut self, text: &[u8]) {
        for &byte in text.iter().chain(b"\n") {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

    /// Its value.
    pub fn value(self) -> u64 {
        self.0
    }
}
