//! A received message: borrowed from the receive buffer, never copied on its way to a decoder.

use crate::payload::Payload;

/// A message and what came with it.
#[derive(Clone, Copy, Debug)]
pub struct Message<'m> {
    /// The topic it was published on.
    pub topic: &'m str,
    /// The payload.
    pub payload: Payload<'m>,
    /// Quality of service of its delivery: 0, 1 or 2.
    pub qos: u8,
    /// The RETAIN flag.
    pub retain: bool,
    /// The DUP flag.
    pub duplicate: bool,
    /// When it was received: microseconds since 1970-01-01T00:00:00Z.
    pub received_at_us: i64,
    /// MQTT 5 properties.
    pub properties: Properties<'m>,
}

/// MQTT 5 PUBLISH properties (§3.3.2.3) that columns can read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Properties<'m> {
    /// The properties' bytes as received, without their length; empty in 3.1.1. They are walked
    /// only when a column reads one, and were checked to be well-formed when they were received.
    pub encoded: &'m [u8],
    /// User properties that come from a replay file or a program, in order.
    pub replayed: &'m [(&'m str, &'m str)],
}

impl<'m> Properties<'m> {
    /// These user properties and no other.
    pub fn of_user(pairs: &'m [(&'m str, &'m str)]) -> Self {
        Self {
            replayed: pairs,
            ..Self::default()
        }
    }
}

impl<'m> Message<'m> {
    /// A QoS 0 message with nothing but topic and payload: for tests and pushing.
    pub fn new(topic: &'m str, payload: &'m [u8]) -> Self {
        Self {
            topic,
            payload: payload.into(),
            qos: 0,
            retain: false,
            duplicate: false,
            received_at_us: 0,
            properties: Properties::default(),
        }
    }
}
