//! The bytes of a connection, with or without TLS around them.

#[cfg(feature = "tls")]
use super::tls::TlsStream;
use super::{Fault, broken};
use crate::mqtt::tls::Broker;
use crate::mqtt::url::BrokerAddress;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead as _, Interest, ReadBuf};
use tokio::net::TcpStream;

/// A connection. What kind it is, is asked once a read or write.
#[derive(Debug)]
pub(super) enum Stream {
    /// Plain TCP.
    Tcp(TcpStream),
    /// TLS.
    #[cfg(feature = "tls")]
    Tls(Box<TlsStream>),
}

/// How long opening a connection may take, name resolution included, and the same for each thing
/// that must be agreed upon then.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

impl Stream {
    /// Opens a connection, TLS included.
    pub(super) async fn open(broker: &Broker) -> Result<Self, Fault> {
        let socket = connect(&broker.address).await?;
        match &broker.tls {
            None => Ok(Self::Tcp(socket)),
            #[cfg(feature = "tls")]
            Some(client) => {
                let handshake = TlsStream::open(socket, client);
                let stream = tokio::time::timeout(CONNECT_TIMEOUT, handshake).await;
                let stream = stream.map_err(|_| Fault::NoAnswer("TLS handshake"))??;
                Ok(Self::Tls(Box::new(stream)))
            }
            #[cfg(not(feature = "tls"))]
            Some(client) => match *client {},
        }
    }

    /// Waits until there is something to read (if `read`) or room to write (if `write`, or if
    /// something waits for that). With neither it waits until the connection is reset.
    pub(super) async fn ready(&self, read: bool, write: bool) -> io::Result<()> {
        let interest = match (read, write || self.is_waiting()) {
            (true, true) => Interest::READABLE | Interest::WRITABLE,
            (true, false) => Interest::READABLE,
            (false, true) => Interest::WRITABLE,
            (false, false) => return Err(self.reset().await),
        };
        self.socket().ready(interest).await.map(drop)
    }

    /// Waits until the connection has failed: its error.
    async fn reset(&self) -> io::Error {
        let failed = self.socket().ready(Interest::ERROR).await;
        let error = failed.and_then(|_| self.socket().take_error());
        let unknown = || io::ErrorKind::ConnectionReset.into();
        error.map_or_else(|error| error, |error| error.unwrap_or_else(unknown))
    }

    /// Reads what is there, without waiting; None: nothing is.
    ///
    /// Where less was there than there is room for, tokio knows by `poll_read` that there is no
    /// more; after `try_read` it would ask the system again before it waits.
    #[inline]
    pub(super) async fn read(&mut self, into: &mut [u8]) -> Result<Option<usize>, Fault> {
        match self {
            Self::Tcp(socket) => {
                let mut space = ReadBuf::new(into);
                let mut socket = Pin::new(socket);
                let read = poll_fn(|context| {
                    Poll::Ready(match socket.as_mut().poll_read(context, &mut space) {
                        Poll::Ready(read) => read.map(|()| space.filled().len()),
                        Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
                    })
                });
                outcome(read.await)
            }
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.read(into),
        }
    }

    /// Writes what can be taken, without waiting; None: nothing can.
    #[inline]
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<Option<usize>, Fault> {
        match self {
            Self::Tcp(socket) => outcome(socket.try_write(bytes)),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    /// Writes what was taken and still waits for the socket, as far as that takes it.
    #[cfg_attr(
        not(feature = "tls"),
        expect(clippy::unnecessary_wraps, reason = "TLS can fail here")
    )]
    #[inline]
    pub(super) fn flush(&mut self) -> Result<(), Fault> {
        match self {
            Self::Tcp(_) => Ok(()),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.flush(),
        }
    }

    /// Whether something was taken that still waits for the socket.
    #[inline]
    pub(super) fn is_waiting(&self) -> bool {
        match self {
            Self::Tcp(_) => false,
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.is_waiting(),
        }
    }

    /// Whether a read gives more though the socket may have nothing.
    #[inline]
    pub(super) fn has_more(&self) -> bool {
        match self {
            Self::Tcp(_) => false,
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.has_more(),
        }
    }

    /// Says that nothing more will be written.
    pub(super) fn close(&mut self) {
        match self {
            Self::Tcp(_) => {}
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.close(),
        }
    }

    fn socket(&self) -> &TcpStream {
        match self {
            Self::Tcp(socket) => socket,
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.socket(),
        }
    }
}

async fn connect(address: &BrokerAddress) -> Result<TcpStream, Fault> {
    let target = (address.host.as_str(), address.port);
    let connect = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(target));
    let socket = connect
        .await
        .map_err(|_| Fault::Io("cannot connect: timed out".into()))?;
    let failed = |error: io::Error| Fault::Io(format!("cannot connect: {error}"));
    let socket = socket.map_err(failed)?;
    socket.set_nodelay(true).map_err(failed)?;
    Ok(socket)
}

/// What an attempt to read or write came to.
#[inline]
pub(super) fn outcome(result: io::Result<usize>) -> Result<Option<usize>, Fault> {
    match result {
        Ok(0) => Err(Fault::Closed),
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(broken(&error)),
    }
}
