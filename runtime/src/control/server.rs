//! The socket around the pages. Whatever a client does, it costs the pipeline nothing but a
//! bounded share of one thread: so many connections at once, so much time for each.

use super::request::{self, MOST_BYTES, Request};
use super::response::{Body, Response, Status};
use super::stream::{self, Stream};
use super::tls::TlsServer;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

/// Makes the answer to a request that came in at an address of ours.
pub type Answer = dyn Fn(&Request, SocketAddr) -> Response + Send + Sync;

/// Connections that are served at once; more are turned away.
pub const CONNECTIONS: usize = 16;
/// How long the head of a request may take …
const HEAD: Duration = Duration::from_secs(5);
/// … and how long its client to take the answer.
const BODY: Duration = Duration::from_secs(30);
/// How much of a request that is none is taken all the same, in bytes, and for how long.
const REST: usize = 64 << 10;
const LINGER: Duration = Duration::from_millis(500);
/// How long nobody is let in after someone was turned away: a flood of connections must not keep
/// this thread busy.
const BREATH: Duration = Duration::from_millis(10);
/// The same after each client where TLS is spoken: to begin with that costs more than an answer.
const HANDSHAKE_BREATH: Duration = Duration::from_millis(2);

/// Serves for ever.
pub async fn serve(listener: TcpListener, tls: Option<TlsServer>, answer: Arc<Answer>) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many files are open, or the client has gone again.
            tokio::time::sleep(BREATH).await;
            continue;
        };
        if let Ok(permit) = Arc::clone(&free).try_acquire_owned() {
            let answer = Arc::clone(&answer);
            let spoken = tls.clone();
            tokio::spawn(async move {
                // Whoever has gone, or is too slow, is nobody's loss.
                let _ = converse(stream, spoken.as_ref(), &*answer).await;
                drop(permit);
            });
            if tls.is_some() {
                tokio::time::sleep(HANDSHAKE_BREATH).await;
            }
        } else {
            if tls.is_none() {
                turn_away(&stream);
            }
            drop(stream);
            tokio::time::sleep(BREATH).await;
        }
    }
}

/// A short answer, if the socket takes it at once, as a fresh one does.
fn turn_away(stream: &TcpStream) {
    let response = Response::refusal(Status::Unavailable, "too many connections at once");
    let mut bytes = response.head(false).into_bytes();
    if let Body::Whole(body) = response.body {
        bytes.extend(body);
    }
    let _ = stream.try_write(&bytes);
}

async fn converse(socket: TcpStream, tls: Option<&TlsServer>, answer: &Answer) -> io::Result<()> {
    let here = socket.local_addr()?;
    let until = Instant::now() + HEAD;
    let opened = timeout_at(until, stream::open(socket, tls)).await;
    let (mut stream, is_misplaced) = opened.map_err(io::Error::other)??;
    let asked = match timeout_at(until, read(&mut stream)).await {
        _ if is_misplaced => Err(Status::BadRequest),
        Ok(asked) => asked?,
        Err(_) => Err(Status::Timeout),
    };
    let (response, is_head, takes_chunks) = match &asked {
        Ok(request) => {
            let response = answer(request, here);
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
    timeout(BODY, written).await.map_err(io::Error::other)??;
    stream.shutdown().await?;
    if asked.is_err() {
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
