//! A client's connection: a socket, with TLS around it where that is set.

use super::tls::TlsServer;
use std::io;
#[cfg(feature = "tls")]
use std::io::{Read as _, Write as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What is read and written.
pub enum Stream {
    /// The socket itself.
    Plain(TcpStream),
    /// A client that speaks TLS, or should: the handshake comes with the first read.
    #[cfg(feature = "tls")]
    Secure(Box<Secure>),
}

/// How a record of TLS begins that a handshake begins with (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 0x16;

/// A client, and whether it speaks HTTP where TLS is to be spoken; it is told so as it understands.
pub async fn open(socket: TcpStream, tls: Option<&TlsServer>) -> io::Result<(Stream, bool)> {
    let Some(tls) = tls else {
        return Ok((Stream::Plain(socket), false));
    };
    let mut first = [0];
    let is_secure = socket.peek(&mut first).await? == 0 || first[0] == HANDSHAKE;
    if is_secure {
        Ok((Stream::secure(socket, tls)?, false))
    } else {
        Ok((Stream::Plain(socket), true))
    }
}

impl Stream {
    #[cfg(feature = "tls")]
    fn secure(socket: TcpStream, tls: &TlsServer) -> io::Result<Self> {
        let session = tls.session().map_err(io::Error::other)?;
        Ok(Self::Secure(Box::new(Secure { socket, session })))
    }

    #[cfg(not(feature = "tls"))]
    fn secure(_: TcpStream, tls: &TlsServer) -> io::Result<Self> {
        match *tls {}
    }

    /// Reads what there is, `most` bytes at most; 0: there is no more.
    pub async fn read(&mut self, into: &mut Vec<u8>, most: usize) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.take(most as u64).read_buf(into).await,
            #[cfg(feature = "tls")]
            Self::Secure(secure) => secure.read(into, most).await,
        }
    }

    /// Writes all of it.
    pub async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.write_all(bytes).await,
            #[cfg(feature = "tls")]
            Self::Secure(secure) => secure.write_all(bytes).await,
        }
    }

    /// Says that nothing more comes.
    pub async fn shutdown(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.shutdown().await,
            #[cfg(feature = "tls")]
            Self::Secure(secure) => secure.shutdown().await,
        }
    }
}

/// A client that speaks TLS: rustls driven by hand, as towards brokers.
#[cfg(feature = "tls")]
pub struct Secure {
    socket: TcpStream,
    session: rustls::ServerConnection,
}

#[cfg(feature = "tls")]
impl Secure {
    async fn read(&mut self, into: &mut Vec<u8>, most: usize) -> io::Result<usize> {
        let start = into.len();
        loop {
            into.resize(start + most, 0);
            let read = self.session.reader().read(&mut into[start..]);
            into.truncate(start + *read.as_ref().unwrap_or(&0));
            match read {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                // the end without a farewell: what is cut off is no whole request
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(0),
                read => return read,
            }
            self.flush().await?;
            self.receive().await?;
        }
    }

    /// Waits for bytes from the socket, and decrypts them.
    async fn receive(&mut self) -> io::Result<()> {
        loop {
            self.socket.readable().await?;
            match self.session.read_tls(&mut Socket(&self.socket)) {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        let processed = self.session.process_new_packets();
        if let Err(error) = processed {
            // what was wrong is told to the client, if it listens
            let _ = self.session.write_tls(&mut Socket(&self.socket));
            return Err(io::Error::other(error));
        }
        Ok(())
    }

    async fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            // rustls takes a few kilobytes at a time
            let taken = self.session.writer().write(bytes)?;
            bytes = &bytes[taken..];
            self.flush().await?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> io::Result<()> {
        while self.session.wants_write() {
            match self.session.write_tls(&mut Socket(&self.socket)) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.socket.writable().await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn shutdown(&mut self) -> io::Result<()> {
        self.session.send_close_notify();
        self.flush().await?;
        self.socket.shutdown().await
    }
}

/// The socket as rustls wants it.
#[cfg(feature = "tls")]
struct Socket<'s>(&'s TcpStream);

#[cfg(feature = "tls")]
impl io::Read for Socket<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(into)
    }
}

#[cfg(feature = "tls")]
impl io::Write for Socket<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
