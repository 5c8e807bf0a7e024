//! The socket around a [`Session`]: connecting, reading into one buffer, writing what waits.

mod stream;
#[cfg(feature = "tls")]
mod tls;

use super::Fault;
use super::backoff::Backoff;
use super::packet::Connect;
use super::session::Session;
use super::tls::Broker;
use super::url::Transport;
#[cfg(feature = "ws")]
use super::web_socket::{CHUNK, Upgrade, WebSocket};
use crate::metrics::Presence;
use crate::payload::READABLE_BEHIND;
use crate::spec::ReconnectSpec;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::time::{Duration, Instant};
use stream::{CONNECT_TIMEOUT, Stream};

/// A connection to a broker.
#[derive(Debug)]
pub struct Link {
    stream: Stream,
    /// What is spoken around MQTT.
    #[cfg(feature = "ws")]
    web_socket: Option<Box<WebSocket>>,
    /// The last [`READABLE_BEHIND`] bytes are never read into.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

/// What one read came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// How many bytes came.
    pub bytes: usize,
    /// There was no more: the line is idle now.
    pub is_all: bool,
}

/// Bytes that one read takes at most; a larger packet gets a larger buffer while it lasts.
const BUFFER: usize = 256 * 1024;

impl Link {
    /// Opens a connection.
    pub async fn open(broker: &Broker) -> Result<Self, Fault> {
        let mut link = Self {
            stream: Stream::open(broker).await?,
            #[cfg(feature = "ws")]
            web_socket: None,
            buffer: vec![0; BUFFER + READABLE_BEHIND],
            start: 0,
            end: 0,
        };
        if broker.address.transport.is_web_socket() {
            let upgrade = tokio::time::timeout(CONNECT_TIMEOUT, link.upgrade(broker));
            upgrade
                .await
                .map_err(|_| Fault::NoAnswer("WebSocket handshake"))??;
        }
        Ok(link)
    }

    /// What was read and not consumed yet.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// [`Link::bytes`] and what stands behind them in the buffer, whatever it is: at least
    /// [`READABLE_BEHIND`] bytes.
    pub fn bytes_and_behind(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// So many of [`Link::bytes`] are done with.
    pub fn consume(&mut self, bytes: usize) {
        self.start += bytes;
        debug_assert!(self.start <= self.end, "only what is there can be consumed");
    }

    /// Waits until the socket can be read (if `read`) or takes bytes (if `write`, or if some were
    /// kept for it). With neither it waits until the connection is reset.
    pub async fn ready(&self, read: bool, write: bool) -> io::Result<()> {
        if read && self.has_more() {
            // Whoever is always ready lets others have their turn, as sockets do.
            tokio::task::consume_budget().await;
            return Ok(());
        }
        self.stream.ready(read, write || self.has_frames()).await
    }

    /// Reads what is there, without waiting. `needed` is how many bytes the packet at the start
    /// has.
    pub async fn read(&mut self, needed: usize) -> Result<Read, Fault> {
        #[cfg(feature = "ws")]
        if let Some(fault) = self.web_socket.as_ref().and_then(|ws| ws.fault()) {
            return Err(fault.clone());
        }
        self.make_space(needed);
        let space = self.end..self.buffer.len() - READABLE_BEHIND;
        let room = space.len();
        let read = self.stream.read(&mut self.buffer[space]).await?;
        let bytes = read.unwrap_or_default();
        self.end += self.strip(bytes);
        Ok(Read {
            bytes,
            is_all: bytes < room,
        })
    }

    /// Writes what waits, as far as the socket takes it.
    pub fn write(&mut self, session: &mut Session) -> Result<(), Fault> {
        #[cfg(feature = "ws")]
        if self.web_socket.is_some() {
            return self.write_frames(session);
        }
        while !session.output().is_empty() {
            match self.stream.write(session.output())? {
                Some(bytes) => session.wrote(bytes, Instant::now()),
                None => break,
            }
        }
        self.stream.flush()
    }

    /// Whether something was taken from the session that still waits for the socket.
    pub fn is_waiting(&self) -> bool {
        self.stream.is_waiting() || self.has_frames()
    }

    /// Writes a farewell and closes once the broker has; neither is waited for long.
    pub async fn close(mut self, session: &mut Session) {
        session.disconnect();
        let farewell = async {
            self.write_all(session).await?;
            #[cfg(feature = "ws")]
            if let Some(web_socket) = &mut self.web_socket {
                web_socket.close();
                self.write_all(session).await?;
            }
            self.stream.close();
            self.write_all(session).await?;
            self.read_away().await
        };
        let _ = tokio::time::timeout(Duration::from_secs(1), farewell).await;
        session.lost();
    }

    /// Reads what the broker still sends, until it closes. Whoever closes with bytes unread resets
    /// the connection. A broker that meets that while it sends leaves the acknowledgements unread
    /// that it has got, and what they are for comes again.
    async fn read_away(&mut self) -> Result<(), Fault> {
        let space = self.buffer.len() - READABLE_BEHIND;
        loop {
            if self.stream.read(&mut self.buffer[..space]).await?.is_none() {
                let ready = self.stream.ready(true, false).await;
                ready.map_err(|error| broken(&error))?;
            }
        }
    }

    async fn write_all(&mut self, session: &mut Session) -> Result<(), Fault> {
        loop {
            self.write(session)?;
            if session.output().is_empty() && !self.is_waiting() {
                return Ok(());
            }
            let ready = self.stream.ready(false, true).await;
            ready.map_err(|error| broken(&error))?;
        }
    }

    /// Moves what is there to the front, and gives a large packet a buffer that holds it.
    fn make_space(&mut self, needed: usize) {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let wanted = needed.max(BUFFER) + READABLE_BEHIND;
        let fits = self.end + READABLE_BEHIND <= wanted;
        if self.buffer.len() < wanted || (self.buffer.len() > wanted && fits) {
            self.buffer.truncate(self.end.max(wanted));
            self.buffer.shrink_to_fit();
            self.buffer.resize(wanted, 0);
        }
    }
}

/// Without WebSocket a link is its stream.
#[cfg(not(feature = "ws"))]
#[expect(
    clippy::unused_async,
    clippy::unused_self,
    reason = "these stand for what waits and asks the WebSocket"
)]
impl Link {
    async fn upgrade(&mut self, broker: &Broker) -> Result<(), Fault> {
        unreachable!("{} was refused at start", broker.address)
    }

    fn has_more(&self) -> bool {
        self.stream.has_more()
    }

    fn has_frames(&self) -> bool {
        false
    }

    fn strip(&mut self, bytes: usize) -> usize {
        bytes
    }
}

#[cfg(feature = "ws")]
impl Link {
    /// Makes the connection a WebSocket.
    async fn upgrade(&mut self, broker: &Broker) -> Result<(), Fault> {
        let upgrade = Upgrade::new(&broker.address);
        let mut request = upgrade.request.as_bytes();
        loop {
            if !request.is_empty() {
                let written = self.stream.write(request)?;
                request = &request[written.unwrap_or_default()..];
            }
            self.stream.flush()?;
            if !self.has_more() {
                let ready = self.stream.ready(true, !request.is_empty()).await;
                ready.map_err(|error| broken(&error))?;
            }
            let space = self.end..self.buffer.len() - READABLE_BEHIND;
            let read = self.stream.read(&mut self.buffer[space]).await;
            self.end += match read {
                Err(fault @ (Fault::Closed | Fault::Broken(_))) => {
                    return Err(Fault::WebSocket(format!("{CLOSED} ({fault})")));
                }
                other => other?.unwrap_or_default(),
            };
            if let Some(head) = upgrade.answer(self.bytes())? {
                self.web_socket = Some(Box::default());
                // what stands behind the answer are frames
                self.consume(head);
                let frames = self.end - self.start;
                self.end = self.start;
                self.end += self.strip(frames);
                return Ok(());
            }
        }
    }

    fn has_more(&self) -> bool {
        let failed = |ws: &WebSocket| ws.fault().is_some();
        self.stream.has_more() || self.web_socket.as_deref().is_some_and(failed)
    }

    fn has_frames(&self) -> bool {
        let web_socket = self.web_socket.as_ref();
        web_socket.is_some_and(|ws| !ws.outgoing().is_empty())
    }

    /// Takes the frames off so many bytes that were read behind what there is; how many are left.
    fn strip(&mut self, bytes: usize) -> usize {
        match &mut self.web_socket {
            None => bytes,
            Some(ws) => ws.strip(&mut self.buffer[self.end..self.end + bytes]),
        }
    }

    fn write_frames(&mut self, session: &mut Session) -> Result<(), Fault> {
        let Some(ws) = &mut self.web_socket else {
            return Ok(());
        };
        loop {
            while !ws.outgoing().is_empty() {
                match self.stream.write(ws.outgoing())? {
                    Some(bytes) => ws.wrote(bytes),
                    None => return self.stream.flush(),
                }
            }
            let waiting = session.output();
            if waiting.is_empty() {
                return self.stream.flush();
            }
            let chunk = waiting.len().min(CHUNK);
            ws.send(&waiting[..chunk]);
            session.wrote(chunk, Instant::now());
        }
    }
}

#[cfg(feature = "ws")]
const CLOSED: &str = "the connection was closed before it was agreed upon: is this a port for \
                      `tcp://`, `ssl://` or `wss://`?";

fn broken(error: &io::Error) -> Fault {
    Fault::Broken(error.to_string())
}

/// Counts attempts to connect, logs them, and says when the next one is due.
#[derive(Debug)]
pub struct Attempts {
    name: String,
    presence: Presence,
    client_id: String,
    /// The broker is asked to keep the session.
    resumes: bool,
    transport: Transport,
    backoff: Backoff,
    opened: Option<Instant>,
    /// A session was open before.
    reconnects: bool,
    /// Sessions in a row that the broker closed soon.
    closed_soon: u32,
}

/// A session that the broker closes within this time was probably taken over by another client.
const SOON: Duration = Duration::from_secs(5);
/// What may be the matter when a plain connection is closed before the broker says anything.
const OTHER_PORT: &str = " (before it answered: is this a port for TLS, `ssl://`, or WebSocket, \
                          `ws://`?)";
/// So many in a row are no chance.
const TAKEN_OVER: u32 = 3;

/// Why no further attempt is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenUp {
    /// For a person.
    pub message: String,
}

impl Attempts {
    /// `name` says in the log which connection it is; `presence` is told how it goes.
    pub fn new(
        name: String,
        transport: Transport,
        connect: &Connect,
        reconnect: ReconnectSpec,
        presence: Presence,
    ) -> Self {
        Self {
            name,
            presence,
            client_id: connect.client_id.clone(),
            resumes: !connect.clean,
            transport,
            backoff: Backoff::new(reconnect),
            opened: None,
            reconnects: false,
            closed_soon: 0,
        }
    }

    /// The session is open.
    pub fn opened(&mut self, now: Instant, session_present: bool) {
        self.backoff.opened(now);
        self.presence.opened();
        let session = if session_present {
            "session resumed"
        } else {
            "new session"
        };
        let name = &self.name;
        tracing::info!("{name}: connected, {session}");
        if self.reconnects && self.resumes && !session_present {
            tracing::warn!("{name}: the broker kept no session: messages sent in between are lost");
        }
        self.reconnects = true;
        self.opened = Some(now);
    }

    /// The connection failed or was lost: how long to wait.
    pub fn failed(&mut self, fault: &Fault, now: Instant) -> Result<Duration, GivenUp> {
        let soon = |opened: Instant| now.duration_since(opened) < SOON;
        let is_close = matches!(fault, Fault::Closed | Fault::Disconnected(_));
        let opened = self.opened.take();
        let has_ended = matches!(fault, Fault::Closed | Fault::Broken(_));
        let hint_of_port = match self.transport {
            Transport::Tcp if opened.is_none() && has_ended => OTHER_PORT,
            Transport::Tcp | Transport::Tls | Transport::WebSocket | Transport::SecureWebSocket => {
                ""
            }
        };
        if opened.is_some_and(soon) && is_close {
            self.closed_soon = self.closed_soon.saturating_add(1);
        } else {
            self.closed_soon = 0;
        }
        self.presence.failed(format!("{fault}{hint_of_port}"));
        let name = &self.name;
        if fault.is_fatal() {
            let message = format!("{name}: {fault}");
            return Err(GivenUp { message });
        }
        let random = RandomState::new().hash_one(self.backoff.failures());
        let Some(delay) = self.backoff.failed(now, random) else {
            let failures = self.backoff.failures();
            let attempts = if failures == 1 { "attempt" } else { "attempts" };
            let message =
                format!("{name}: {fault}{hint_of_port}; given up after {failures} {attempts}");
            return Err(GivenUp { message });
        };
        let seconds = delay.as_secs_f64();
        let hint = if self.closed_soon >= TAKEN_OVER {
            format!(" (is another client connected as `{}`?)", self.client_id)
        } else {
            hint_of_port.to_owned()
        };
        // without a connection nothing goes on: whoever asks for errors wants to see this
        tracing::error!("{name}: {fault}{hint}; next attempt in {seconds:.2} s");
        self.presence.tries_again();
        Ok(delay)
    }

    /// The session was left in good order, for another connection at once.
    pub fn left(&mut self) {
        self.presence.left();
        self.opened = None;
    }

    /// Whether the connection that is there, or has just been lost, came to an open session.
    pub fn is_open(&self) -> bool {
        self.opened.is_some()
    }

    /// Which connection it is.
    pub fn name(&self) -> &str {
        &self.name
    }
}
