//! A client that listens: it subscribes at quality of service 0 and acknowledges nothing, so it
//! takes nothing from others and leaves nothing behind.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use super::address::Address;
use super::packet::{self, Fields, Packet};
use super::stream::Stream;

/// How long connecting and each answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often the caller's deadline is looked at.
const TICK: Duration = Duration::from_millis(100);

/// Announced to the broker, which may close a connection that was silent for half as long again.
const KEEP_ALIVE: Duration = Duration::from_mins(1);

/// Why listening did not work, or ended.
#[derive(Debug)]
pub(crate) enum ClientError {
    /// The connection.
    Io(io::Error),
    /// The broker closed the connection.
    Closed,
    /// The broker does not let us in: the code of its answer.
    Refused(u8),
    /// The broker does not grant this filter.
    FilterRefused(String),
    /// Not MQTT, or a packet that is too large.
    Malformed,
    /// No answer came.
    NoAnswer,
    /// The certificates of the authorities to trust.
    Authorities(String),
    /// The broker's certificate is of an authority that is not trusted.
    Untrusted,
    /// TLS, for another reason.
    Tls(String),
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Closed => f.write_str("the broker closed the connection"),
            Self::Refused(4) => f.write_str("the broker refused user name and password"),
            Self::Refused(5) => f.write_str("the broker refused the connection: not authorized"),
            Self::Refused(code) => write!(f, "the broker refused the connection with code {code}"),
            Self::FilterRefused(filter) => write!(f, "the broker refused the filter `{filter}`"),
            Self::Malformed => {
                f.write_str("what came is not MQTT 3.1.1, or a packet of more than 16 MiB")
            }
            Self::NoAnswer => f.write_str("the broker did not answer"),
            Self::Authorities(why) | Self::Tls(why) => write!(f, "TLS: {why}"),
            Self::Untrusted => {
                f.write_str("TLS: its certificate is of an authority that is not trusted")
            }
        }
    }
}

impl From<io::Error> for ClientError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<packet::Malformed> for ClientError {
    fn from(_: packet::Malformed) -> Self {
        Self::Malformed
    }
}

/// A connected client.
pub(crate) struct Client {
    stream: Stream,
    received: Vec<u8>,
    last_sent: Instant,
}

impl Client {
    /// Connects and logs in with a clean session. `authorities` is a PEM file of those that are
    /// trusted instead of the system's.
    pub(crate) fn connect(
        address: &Address,
        authorities: Option<&Path>,
        client_id: &str,
    ) -> Result<Self, ClientError> {
        let mut client = Self {
            stream: Stream::open(address, authorities, (PATIENCE, TICK))?,
            received: Vec::new(),
            last_sent: Instant::now(),
        };
        client.send(&packet::connect(
            client_id,
            address.username.as_deref(),
            address.password.as_deref(),
            u16::try_from(KEEP_ALIVE.as_secs()).expect("a minute"),
        ))?;
        client.answer(packet::CONNACK, |body| match body {
            [_, 0] => Ok(()),
            [_, code] => Err(ClientError::Refused(*code)),
            _ => Err(ClientError::Malformed),
        })?;
        Ok(client)
    }

    /// Subscribes to filters.
    pub(crate) fn subscribe(&mut self, filters: &[String]) -> Result<(), ClientError> {
        self.send(&packet::subscribe(filters, 1))?;
        self.answer(packet::SUBACK, |body| {
            let granted = body.get(2..).ok_or(ClientError::Malformed)?;
            let mut answers = granted.iter().zip(filters);
            match answers.find(|(code, _)| **code > 2) {
                Some((_, filter)) => Err(ClientError::FilterRefused(filter.clone())),
                None => Ok(()),
            }
        })
    }

    /// Gives messages to `take` until it wants no more, or `is_over`.
    pub(crate) fn listen(
        &mut self,
        is_over: &dyn Fn() -> bool,
        take: &mut dyn FnMut(&str, &[u8]) -> bool,
    ) -> Result<(), ClientError> {
        let mut wants_more = true;
        while wants_more && !is_over() {
            let mut at = 0;
            while let Some((packet, length)) = packet::next(&self.received[at..], LONGEST)? {
                at += length;
                if packet.kind == packet::PUBLISH {
                    wants_more = deliver(&packet, take)?;
                    if !wants_more {
                        return Ok(());
                    }
                }
            }
            self.received.drain(..at);
            if self.last_sent.elapsed() > KEEP_ALIVE / 2 {
                self.send(&[packet::PINGREQ << 4, 0])?;
            }
            self.receive()?;
        }
        Ok(())
    }

    /// Waits for a packet and passes over messages that come before it.
    fn answer(
        &mut self,
        kind: u8,
        read: impl Fn(&[u8]) -> Result<(), ClientError>,
    ) -> Result<(), ClientError> {
        let start = Instant::now();
        let mut at = 0;
        while start.elapsed() < PATIENCE {
            match packet::next(&self.received[at..], LONGEST)? {
                // retained messages may overtake the answer, and stay where they are
                Some((packet, length)) if packet.kind != kind => at += length,
                Some((packet, length)) => {
                    let answer = read(packet.body);
                    self.received.drain(at..at + length);
                    return answer;
                }
                None => self.receive()?,
            }
        }
        Err(ClientError::NoAnswer)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        self.last_sent = Instant::now();
        self.stream.write_all(bytes)?;
        Ok(self.stream.flush()?)
    }

    /// Reads what there is; waits no longer than a tick.
    fn receive(&mut self) -> Result<(), ClientError> {
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(0) => Err(ClientError::Closed),
            Ok(count) => {
                self.received.extend_from_slice(&buffer[..count]);
                Ok(())
            }
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock
                | io::ErrorKind::TimedOut
                | io::ErrorKind::Interrupted => Ok(()),
                _ => Err(error.into()),
            },
        }
    }
}

/// The longest packet taken, in bytes.
const LONGEST: usize = 16 << 20;

impl Drop for Client {
    fn drop(&mut self) {
        // A broker that is gone does not need it.
        let _ = self.send(&[packet::DISCONNECT << 4, 0]);
    }
}

fn deliver(
    packet: &Packet<'_>,
    take: &mut dyn FnMut(&str, &[u8]) -> bool,
) -> Result<bool, ClientError> {
    let mut fields = Fields(packet.body);
    let topic = fields.text()?;
    // more than quality of service 0 was not asked for
    if packet.flags & 0b110 != 0 {
        return Err(ClientError::Malformed);
    }
    Ok(take(topic, fields.0))
}
