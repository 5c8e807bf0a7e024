//! The socket around the pages. Whatever a client does, it costs the pipeline nothing but a
//! bounded share of one thread: so many connections at once, so much time for each.
//!
//! Where there are too many, those go that have been silent for longest: who asks at once is
//! answered, whatever others hold open.

use super::pages::is_probe;
use super::request::{self, MOST_BYTES, Request};
use super::response::{Body, Response, Status};
use super::stream::{self, Stream};
use super::tls::TlsServer;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout, timeout_at};

/// Makes the answer to a request that came in at an address of ours.
pub type Answer = dyn Fn(&Request, SocketAddr) -> Response + Send + Sync;

/// Clients that are answered at once; more are turned away.
pub const CONNECTIONS: usize = 16;
/// Connections on which no request has come yet.
const WAITING: usize = 128;
/// How long the head of a request may take, and a client to take a short answer …
const HEAD: Duration = Duration::from_secs(5);
/// … and how long a client to take a long one.
const BODY: Duration = Duration::from_secs(30);
/// How much is taken of what stands behind the head of a request, in bytes, and for how long.
const REST: usize = 64 << 10;
const LINGER: Duration = Duration::from_millis(500);
/// How long nobody is let in where there are too many: a flood of connections must not keep this
/// thread busy. It is also how long one can be sure to be waited for, but for [`WAITING`].
const BREATH: Duration = Duration::from_millis(5);
/// The same after each client where TLS is spoken: to begin with that costs more than an answer.
const HANDSHAKE_BREATH: Duration = Duration::from_millis(2);

/// What clients share.
struct Shared {
    tls: Option<TlsServer>,
    answer: Arc<Answer>,
    free: Semaphore,
    waiting: Waiting,
}

/// Serves for ever.
pub async fn serve(listener: TcpListener, tls: Option<TlsServer>, answer: Arc<Answer>) {
    let shared = Arc::new(Shared {
        tls,
        answer,
        free: Semaphore::new(CONNECTIONS),
        waiting: Waiting::default(),
    });
    for number in 0.. {
        let Ok((socket, _)) = listener.accept().await else {
            // Too many files are open, or the client has gone again.
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let of_client = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            // Whoever has gone, or is too slow, is nobody's loss.
            let _ = converse(socket, number, &of_client).await;
            of_client.waiting.remove(number);
        });
        // it has not run yet: all is done by one thread
        if shared.waiting.add(number, task.abort_handle()) {
            tokio::time::sleep(BREATH).await;
        } else if shared.tls.is_some() {
            tokio::time::sleep(HANDSHAKE_BREATH).await;
        }
    }
}

/// Clients that have not asked yet, the oldest first.
#[derive(Default)]
struct Waiting(Mutex<VecDeque<(u64, AbortHandle)>>);

impl Waiting {
    /// Adds one; true where the oldest had to go for it.
    fn add(&self, number: u64, task: AbortHandle) -> bool {
        let mut waiting = self.locked();
        waiting.push_back((number, task));
        let oldest = (waiting.len() > WAITING).then(|| waiting.pop_front());
        oldest.flatten().is_some_and(|(_, task)| {
            task.abort();
            true
        })
    }

    /// It has asked, or gone.
    fn remove(&self, number: u64) {
        let mut waiting = self.locked();
        if let Ok(at) = waiting.binary_search_by_key(&number, |(number, _)| *number) {
            waiting.remove(at);
        }
    }

    fn locked(&self) -> MutexGuard<'_, VecDeque<(u64, AbortHandle)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn converse(socket: TcpStream, number: u64, shared: &Shared) -> io::Result<()> {
    let here = socket.local_addr()?;
    let until = Instant::now() + HEAD;
    let opened = timeout_at(until, stream::open(socket, shared.tls.as_ref())).await;
    let (mut stream, is_misplaced) = opened.map_err(io::Error::other)??;
    let asked = match timeout_at(until, read(&mut stream)).await {
        _ if is_misplaced => Err(Status::BadRequest),
        Ok(asked) => asked?,
        Err(_) => Err(Status::Timeout),
    };
    shared.waiting.remove(number);
    let permit = shared.free.try_acquire().ok();
    let (response, is_head, takes_chunks) = match &asked {
        Ok(request) => {
            // a flood must not have the process taken for dead by who watches over it
            let response = if permit.is_some() || is_probe(&request.path) {
                (shared.answer)(request, here)
            } else {
                Response::refusal(Status::Unavailable, "too many clients at once")
            };
            tracing::debug!(
                "control: {} {}",
                request.path.escape_debug(),
                response.status.line()
            );
            (response, request.is_head, request.takes_chunks)
        }
        Err(_) if is_misplaced => {
            let why = "here TLS is spoken: ask for `https://…`";
            (Response::refusal(Status::BadRequest, why), false, false)
        }
        Err(status) => (Response::refusal(*status, status.line()), false, false),
    };
    let written = write(&mut stream, response, is_head, takes_chunks);
    let patience = if permit.is_some() { BODY } else { HEAD };
    timeout(patience, written)
        .await
        .map_err(io::Error::other)??;
    stream.shutdown().await?;
    drop(permit);
    if !asked.is_ok_and(|request| request.is_alone) {
        // What is left of the request is taken for a moment: to close before that would reset the
        // connection, and the answer might never be read.
        let _ = timeout(LINGER, take_rest(&mut stream)).await;
    }
    Ok(())
}

async fn take_rest(stream: &mut Stream) -> io::Result<()> {
    let mut rest = Vec::new();
    while rest.len() < REST && stream.read(&mut rest, REST).await? > 0 {}
    Ok(())
}

async fn read(stream: &mut Stream) -> io::Result<Result<Request, Status>> {
    let mut head = Vec::with_capacity(1 << 10);
    loop {
        match request::parse(&head) {
            Ok(Some(request)) => return Ok(Ok(request)),
            Ok(None) => {}
            Err(status) => return Ok(Err(status)),
        }
        let room = MOST_BYTES - head.len();
        if stream.read(&mut head, room).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

async fn write(
    stream: &mut Stream,
    response: Response,
    is_head: bool,
    takes_chunks: bool,
) -> io::Result<()> {
    let mut bytes = response.head(takes_chunks).into_bytes();
    match response.body {
        _ if is_head => stream.write_all(&bytes).await,
        Body::Whole(body) => {
            bytes.extend(body);
            stream.write_all(&bytes).await
        }
        Body::Parts(parts) => {
            stream.write_all(&bytes).await?;
            for part in parts.filter(|part| !part.is_empty()) {
                bytes.clear();
                if takes_chunks {
                    bytes.extend(format!("{:x}\r\n", part.len()).into_bytes());
                }
                bytes.extend(part);
                if takes_chunks {
                    bytes.extend(b"\r\n");
                }
                stream.write_all(&bytes).await?;
            }
            let end: &[u8] = if takes_chunks { b"0\r\n\r\n" } else { b"" };
            stream.write_all(end).await
        }
    }
}
