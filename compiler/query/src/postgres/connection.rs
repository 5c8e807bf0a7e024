//! A client's connection: the library reads and answers message by message; how long one may be,
//! how long it takes to log in, and whether TLS is asked for, is decided here.

use super::client::Handlers;
use super::reader::Parsed;
use super::refusal::{InOurWords, TOO_LONG};
use datafusion_postgres::pgwire;
use futures::{SinkExt as _, StreamExt as _};
use pgwire::api::{ClientInfo as _, ErrorHandler as _, PgWireConnectionState};
use pgwire::error::{ErrorInfo, PgWireError};
use pgwire::messages::{PgWireBackendMessage, PgWireFrontendMessage};
use pgwire::tokio::TlsAcceptor;
use pgwire::tokio::server::{
    MaybeTls, PgWireMessageServerCodec, negotiate_tls, process_error, process_message,
};
use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_util::codec::Framed;

/// A message of a client that is logged in, in bytes: the library would take a gigabyte.
const MOST_BYTES: usize = 1 << 20;
/// The same before that, when it is a password at most.
const MOST_BYTES_OF_LOGIN: usize = 10_000;
/// How long it may take to log in.
const LOGIN: Duration = Duration::from_secs(20);
/// No client that is wanted asks without TLS (PostgreSQL: `invalid_authorization_specification`).
const UNSAFE: &str = "28000";

type Socket = Framed<MaybeTls, PgWireMessageServerCodec<Parsed>>;

/// What comes from a client.
enum Heard {
    Message(PgWireFrontendMessage),
    /// The beginning of one that is longer than is taken.
    TooLong,
    /// It has gone, said what is no message, or took too long.
    Nothing,
}

/// Answers a client until it goes. Where there is a certificate, it has to speak TLS.
pub async fn serve(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    handlers: &Handlers,
) -> io::Result<()> {
    let until = Instant::now() + LOGIN;
    let asks_for_tls = tls.is_some();
    let opened = timeout_at(until, negotiate_tls(stream, tls)).await;
    let Some(mut socket): Option<Socket> = opened.map_err(io::Error::other)?? else {
        return Ok(());
    };
    let speaks_tls = matches!(socket.get_ref(), MaybeTls::Tls(_));
    if speaks_tls && !socket.read_buffer().is_empty() {
        // what came in the clear behind the question for TLS may be from anybody on the way
        return Ok(());
    }
    loop {
        let heard = if is_logged_in(&socket) {
            hear(&mut socket).await
        } else {
            let heard = timeout_at(until, hear(&mut socket)).await;
            heard.unwrap_or(Heard::Nothing)
        };
        let message = match heard {
            Heard::Message(PgWireFrontendMessage::Terminate(_)) | Heard::Nothing => return Ok(()),
            Heard::TooLong => {
                let most = most_bytes(&socket);
                let why = format!("a message has more than {most} bytes");
                return refuse(&mut socket, TOO_LONG, why).await;
            }
            Heard::Message(message) => message,
        };
        let begins = matches!(message, PgWireFrontendMessage::Startup(_));
        if begins && asks_for_tls && !speaks_tls {
            let why = "here TLS is spoken: `sslmode=require`, or `verify-full`".to_owned();
            return refuse(&mut socket, UNSAFE, why).await;
        }
        if !answer(&mut socket, message, handlers).await? {
            return Ok(());
        }
    }
}

fn is_logged_in(socket: &Socket) -> bool {
    match socket.state() {
        PgWireConnectionState::AwaitingSslRequest
        | PgWireConnectionState::AwaitingStartup
        | PgWireConnectionState::AuthenticationInProgress => false,
        PgWireConnectionState::ReadyForQuery
        | PgWireConnectionState::QueryInProgress
        | PgWireConnectionState::CopyInProgress(_)
        | PgWireConnectionState::AwaitingSync => true,
    }
}

fn most_bytes(socket: &Socket) -> usize {
    if is_logged_in(socket) {
        MOST_BYTES
    } else {
        MOST_BYTES_OF_LOGIN
    }
}

/// Waits for a message. What has come of one is looked at whenever there is no more of it yet, so
/// that no more is kept than what the system had ready.
async fn hear(socket: &mut Socket) -> Heard {
    let most = most_bytes(socket);
    poll_fn(|context| match socket.poll_next_unpin(context) {
        Poll::Ready(Some(Ok(message))) => Poll::Ready(Heard::Message(message)),
        Poll::Ready(Some(Err(_)) | None) => Poll::Ready(Heard::Nothing),
        Poll::Pending if announced(socket.read_buffer()) > most => Poll::Ready(Heard::TooLong),
        Poll::Pending => Poll::Pending,
    })
    .await
}

/// How long the message is whose beginning this is: behind its kind stands its length. The first
/// of all has no kind; the library bounds that one, and it cannot be taken for a long one here,
/// since its bytes at this place say which it is.
fn announced(beginning: &[u8]) -> usize {
    let length = beginning.get(1..5);
    let length = length.and_then(|length| length.try_into().ok());
    let length = length.map_or(0, u32::from_be_bytes);
    usize::try_from(length)
        .unwrap_or(usize::MAX)
        .max(beginning.len())
}

/// Whether the connection goes on. The library would let a client that was refused at its login,
/// and hangs on, run queries, if only without their rows.
async fn answer(
    socket: &mut Socket,
    message: PgWireFrontendMessage,
    handlers: &Handlers,
) -> io::Result<bool> {
    let is_extended = message.is_extended_query();
    let was_logged_in = is_logged_in(socket);
    let processed = process_message(
        message,
        socket,
        Arc::clone(&handlers.login),
        Arc::clone(&handlers.client),
        Arc::clone(&handlers.client),
        Arc::clone(&handlers.copy),
        Arc::clone(&handlers.cancel),
    );
    let Err(mut error) = processed.await else {
        return Ok(true);
    };
    InOurWords.on_error(socket, &mut error);
    let error = ErrorInfo::from(error);
    let is_last = error.is_fatal() || !was_logged_in;
    process_error(socket, PgWireError::UserError(Box::new(error)), is_extended).await?;
    Ok(!is_last)
}

/// A last word.
async fn refuse(socket: &mut Socket, code: &str, why: String) -> io::Result<()> {
    let info = ErrorInfo::new("FATAL".to_owned(), code.to_owned(), why);
    let told = socket.send(PgWireBackendMessage::ErrorResponse(info.into()));
    told.await?;
    socket.close().await
}
