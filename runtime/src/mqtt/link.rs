//! The socket around a [`Session`]: connecting, reading into one buffer, writing what waits.

use super::Fault;
use super::backoff::Backoff;
use super::packet::Connect;
use super::session::Session;
use crate::mqtt::url::BrokerAddress;
use crate::payload::READABLE_BEHIND;
use crate::spec::ReconnectSpec;
use std::future::poll_fn;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead as _, Interest, ReadBuf};
use tokio::net::TcpStream;

/// A connection to a broker.
#[derive(Debug)]
pub struct Link {
    stream: TcpStream,
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

/// How long opening a connection may take, name resolution included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

impl Link {
    /// Opens a connection.
    pub async fn open(address: &BrokerAddress) -> Result<Self, Fault> {
        let target = (address.host.as_str(), address.port);
        let connect = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(target));
        let stream = connect
            .await
            .map_err(|_| Fault::Io("cannot connect: timed out".into()))?;
        let failed = |error: io::Error| Fault::Io(format!("cannot connect: {error}"));
        let stream = stream.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        Ok(Self {
            stream,
            buffer: vec![0; BUFFER + READABLE_BEHIND],
            start: 0,
            end: 0,
        })
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

    /// Waits until the socket can be read (if `read`) or takes bytes (if `write`). With neither it
    /// waits for ever.
    pub async fn ready(&self, read: bool, write: bool) -> io::Result<()> {
        let interest = match (read, write) {
            (true, true) => Interest::READABLE | Interest::WRITABLE,
            (true, false) => Interest::READABLE,
            (false, true) => Interest::WRITABLE,
            (false, false) => return std::future::pending().await,
        };
        self.stream.ready(interest).await.map(drop)
    }

    /// Reads what is there, without waiting. `needed` is how many bytes the packet at the start
    /// has.
    ///
    /// Where less was there than there is space for, tokio knows by `poll_read` that there is no
    /// more; after `try_read` it would ask the system again before it waits.
    pub async fn read(&mut self, needed: usize) -> Result<Read, Fault> {
        self.make_space(needed);
        let limit = self.buffer.len() - READABLE_BEHIND;
        let mut space = ReadBuf::new(&mut self.buffer[self.end..limit]);
        let mut stream = Pin::new(&mut self.stream);
        let read = poll_fn(|context| Poll::Ready(stream.as_mut().poll_read(context, &mut space)));
        match read.await {
            Poll::Ready(Ok(())) if space.filled().is_empty() => Err(Fault::Closed),
            Poll::Ready(Ok(())) => {
                let bytes = space.filled().len();
                self.end += bytes;
                Ok(Read {
                    bytes,
                    is_all: self.end < limit,
                })
            }
            Poll::Ready(Err(error)) => Err(broken(&error)),
            Poll::Pending => Ok(Read {
                bytes: 0,
                is_all: true,
            }),
        }
    }

    /// Writes what waits, as far as the socket takes it.
    pub fn write(&self, session: &mut Session) -> Result<(), Fault> {
        while !session.output().is_empty() {
            match self.stream.try_write(session.output()) {
                Ok(0) => return Err(Fault::Closed),
                Ok(bytes) => session.wrote(bytes, Instant::now()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(broken(&error)),
            }
        }
        Ok(())
    }

    /// Writes a farewell and closes; neither is waited for long.
    pub async fn close(self, session: &mut Session) {
        session.disconnect();
        let farewell = async {
            while !session.output().is_empty() {
                if self.write(session).is_err() || self.ready(false, true).await.is_err() {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(1), farewell).await;
        session.lost();
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

fn broken(error: &io::Error) -> Fault {
    Fault::Io(format!("the connection broke: {error}"))
}

/// Counts attempts to connect, logs them, and says when the next one is due.
#[derive(Debug)]
pub struct Attempts {
    name: String,
    client_id: String,
    /// The broker is asked to keep the session.
    resumes: bool,
    backoff: Backoff,
    opened: Option<Instant>,
    /// A session was open before.
    reconnects: bool,
    /// Sessions in a row that the broker closed soon.
    closed_soon: u32,
}

/// A session that the broker closes within this time was probably taken over by another client.
const SOON: Duration = Duration::from_secs(5);
/// So many in a row are no chance.
const TAKEN_OVER: u32 = 3;

/// Why no further attempt is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenUp {
    /// For a person.
    pub message: String,
}

impl Attempts {
    /// `name` says in the log which connection it is.
    pub fn new(name: String, connect: &Connect, reconnect: ReconnectSpec) -> Self {
        Self {
            name,
            client_id: connect.client_id.clone(),
            resumes: !connect.clean,
            backoff: Backoff::new(reconnect),
            opened: None,
            reconnects: false,
            closed_soon: 0,
        }
    }

    /// The session is open.
    pub fn opened(&mut self, now: Instant, session_present: bool) {
        self.backoff.opened(now);
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
        if self.opened.take().is_some_and(soon) && is_close {
            self.closed_soon = self.closed_soon.saturating_add(1);
        } else {
            self.closed_soon = 0;
        }
        let name = &self.name;
        if fault.is_fatal() {
            let message = format!("{name}: {fault}");
            return Err(GivenUp { message });
        }
        let random = RandomState::new().hash_one(self.backoff.failures());
        let Some(delay) = self.backoff.failed(now, random) else {
            let failures = self.backoff.failures();
            let attempts = if failures == 1 { "attempt" } else { "attempts" };
            let message = format!("{name}: {fault}; given up after {failures} {attempts}");
            return Err(GivenUp { message });
        };
        let seconds = delay.as_secs_f64();
        let hint = if self.closed_soon >= TAKEN_OVER {
            format!(" (is another client connected as `{}`?)", self.client_id)
        } else {
            String::new()
        };
        tracing::warn!("{name}: {fault}{hint}; next attempt in {seconds:.2} s");
        Ok(delay)
    }

    /// Which connection it is.
    pub fn name(&self) -> &str {
        &self.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    /// Reads until so many bytes are there.
    async fn read(link: &mut Link, bytes: usize) {
        while link.bytes().len() < bytes {
            link.ready(true, false).await.expect("it is open");
            link.read(bytes).await.expect("it is open");
            let behind = link.bytes_and_behind().len() - link.bytes().len();
            assert!(behind >= READABLE_BEHIND, "{behind} bytes");
        }
    }

    #[test]
    fn there_is_something_to_read_behind_whatever_was_received() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let url = format!("tcp://127.0.0.1:{port}");
        let address = BrokerAddress::parse(&url).expect("a URL");
        let sizes = [1, BUFFER - 1, BUFFER, BUFFER + 1, 3 * BUFFER, 5];
        let sender = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("somebody connects");
            for size in sizes {
                stream.write_all(&vec![b'x'; size]).expect("it is read");
            }
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(async {
            let mut link = Link::open(&address).await.expect("it listens");
            for size in sizes {
                read(&mut link, size).await;
                link.consume(size);
            }
        });
        sender.join().expect("everything is sent");
    }
}
