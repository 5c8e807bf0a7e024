//! MQTT 3.1.1 and 5.0 as a client: the protocol as a pure state machine, and the socket around it.
//!
//! [`session::Session`] is fed with bytes and times; it gives events, bytes to write and the time
//! when it wants to be called again. It does no input or output and reads no clock, so a test can
//! drive it byte by byte. Received messages are parsed in place: topic and payload are slices of
//! the receive buffer. `link` moves the bytes, through TLS and WebSocket where the broker's URL
//! says so; `web_socket` is pure as well. Sources and sinks both speak through these.

pub mod backoff;
pub mod connack;
pub mod copies;
pub mod event;
pub mod frame;
pub mod inbound;
#[cfg(feature = "mqtt")]
pub mod link;
pub mod outbound;
pub mod packet;
pub mod property;
#[cfg(feature = "mqtt")]
pub mod renewal;
pub mod session;
pub mod share;
pub mod tls;
pub use crate::topic;
pub mod topic_template;
pub mod url;
#[cfg(feature = "ws")]
pub mod web_socket;

use std::fmt;

/// Bytes that answer a broker which does not read them, at most; then nothing is read from it
/// either.
pub const MOST_ANSWERS: usize = 1 << 20;

/// Why a connection ends, other than by our own will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The broker sent something that the standard forbids.
    Malformed(&'static str),
    /// What answers is no MQTT broker.
    NotMqtt,
    /// What answers a plain connection speaks TLS.
    SpeaksTls,
    /// What answers a connection without WebSocket speaks HTTP.
    SpeaksHttp,
    /// The broker and we do not come to terms about TLS: what to do is part of the text.
    Tls(String),
    /// The broker and we do not come to terms about WebSocket.
    WebSocket(String),
    /// The broker refused the connection.
    Refused {
        /// What it said.
        reason: &'static str,
        /// Whether asking again could help.
        fatal: bool,
    },
    /// The broker refused a subscription.
    NotSubscribed {
        /// The topic filter.
        filter: String,
        /// What it said.
        reason: &'static str,
        /// Whether asking again could help.
        fatal: bool,
    },
    /// The broker shares no subscriptions, and this session was to share those of another one.
    NotShared,
    /// The broker cannot do what the pipeline asks of it.
    Unsupported(&'static str),
    /// The broker did not take a message, for a reason that may pass.
    NotPublished(&'static str),
    /// The broker did not take a message, since it is larger than it takes, and nobody gives the
    /// message up.
    TooLarge {
        /// Which: how many were published before it, over all connections.
        place: u64,
    },
    /// The broker ended the session (MQTT 5).
    Disconnected(&'static str),
    /// No CONNACK or SUBACK in time.
    NoAnswer(&'static str),
    /// No answer to a ping within the keep-alive interval.
    Silent,
    /// The broker closed the connection.
    Closed,
    /// It did so instead of answering SUBSCRIBE, as some do where access is denied.
    ClosedOnSubscribe,
    /// The connection broke.
    Broken(String),
    /// The connection could not be opened.
    Io(String),
}

impl Fault {
    /// Whether trying again is pointless.
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Refused { fatal, .. } | Self::NotSubscribed { fatal, .. } => *fatal,
            Self::Unsupported(_) => true,
            Self::Malformed(_)
            | Self::NotMqtt
            | Self::SpeaksTls
            | Self::SpeaksHttp
            // somebody may give the broker a new certificate, or start what is in front of it
            | Self::Tls(_)
            | Self::WebSocket(_)
            | Self::NotShared
            | Self::NotPublished(_)
            | Self::TooLarge { .. }
            | Self::Disconnected(_)
            | Self::NoAnswer(_)
            | Self::Silent
            | Self::Closed
            | Self::ClosedOnSubscribe
            | Self::Broken(_)
            | Self::Io(_) => false,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(what) => write!(f, "the broker broke the protocol: {what}"),
            Self::NotMqtt => {
                f.write_str("the answer is not MQTT: is this the port of another service?")
            }
            Self::SpeaksTls => {
                f.write_str("the answer is TLS: this port needs `ssl://` or `wss://` in `broker`")
            }
            Self::SpeaksHttp => f.write_str(
                "the answer is HTTP: if this is a WebSocket port, it needs `ws://` in `broker`",
            ),
            Self::Tls(what) => write!(f, "TLS: {what}"),
            Self::WebSocket(what) => write!(f, "WebSocket: {what}"),
            Self::Refused { reason, .. } => {
                write!(f, "the broker refused the connection: {reason}")
            }
            Self::NotSubscribed { filter, reason, .. } => {
                write!(
                    f,
                    "the broker refused the subscription to `{filter}`: {reason}"
                )
            }
            Self::NotShared => f.write_str("the broker does not support shared subscriptions"),
            Self::Unsupported(what) => write!(f, "the broker does not support {what}"),
            Self::NotPublished(reason) => write!(f, "the broker did not take a message: {reason}"),
            Self::TooLarge { .. } => f.write_str("the broker did not take a message: too large"),
            Self::Disconnected(reason) => write!(f, "the broker ended the session: {reason}"),
            Self::NoAnswer(packet) => write!(f, "no {packet} from the broker in time"),
            Self::Silent => f.write_str("the broker does not answer pings"),
            Self::Closed => f.write_str("the broker closed the connection"),
            Self::ClosedOnSubscribe => f.write_str(
                "the broker closed the connection when it was asked for messages: \
                 may this user read these topics?",
            ),
            Self::Broken(error) => write!(f, "the connection broke: {error}"),
            Self::Io(error) => f.write_str(error),
        }
    }
}
