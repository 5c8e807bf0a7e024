//! TLS around a socket: rustls driven by hand, since nothing here waits within a read or a write.

use super::stream::outcome;
use super::{Fault, broken};
use crate::mqtt::tls::TlsClient;
use rustls::{AlertDescription, CertificateError, ClientConnection, Error};
use std::io::{self, Read as _, Write as _};
use std::sync::Arc;
use tokio::net::TcpStream;

/// An open connection.
#[derive(Debug)]
pub(super) struct TlsStream {
    socket: TcpStream,
    session: ClientConnection,
    /// What the socket gave: rustls takes a few kilobytes at a time, and a system call for each
    /// would cost more than to decrypt them.
    incoming: Vec<u8>,
    start: usize,
    end: usize,
    /// The last read ended because there was no more room, or before an error.
    more: bool,
    fault: Option<Fault>,
}

/// Bytes that are read from the socket at once.
const INCOMING: usize = 64 * 1024;

impl TlsStream {
    /// Speaks TLS with whoever is there.
    pub(super) async fn open(socket: TcpStream, client: &TlsClient) -> Result<Self, Fault> {
        let config = Arc::clone(&client.config);
        let session = ClientConnection::new(config, client.server.clone());
        let mut stream = Self {
            socket,
            session: session.map_err(|error| tls(&error))?,
            incoming: vec![0; INCOMING],
            start: 0,
            end: 0,
            // what came with the end of the handshake
            more: true,
            fault: None,
        };
        match stream.handshake().await {
            Err(fault @ (Fault::Closed | Fault::Broken(_))) => {
                Err(Fault::Tls(format!("{CLOSED} ({fault})")))
            }
            Err(fault) => Err(fault),
            Ok(()) => Ok(stream),
        }
    }

    async fn handshake(&mut self) -> Result<(), Fault> {
        while self.session.is_handshaking() {
            self.flush()?;
            let ready = if self.session.wants_write() {
                self.socket.writable().await
            } else {
                self.socket.readable().await
            };
            ready.map_err(|error| broken(&error))?;
            self.receive()?;
        }
        Ok(())
    }

    pub(super) fn socket(&self) -> &TcpStream {
        &self.socket
    }

    pub(super) fn read(&mut self, into: &mut [u8]) -> Result<Option<usize>, Fault> {
        let mut filled = 0;
        self.more = true;
        while filled < into.len() {
            match self.session.reader().read(&mut into[filled..]) {
                Ok(0) => return self.end(filled, Fault::Closed),
                Ok(bytes) => {
                    filled += bytes;
                    continue;
                }
                // It is closed without a farewell; MQTT has its own, so nothing can be cut off.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return self.end(filled, Fault::Closed);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return self.end(filled, broken(&error)),
            }
            match self.receive() {
                Ok(true) => {}
                Ok(false) => {
                    self.more = false;
                    return Ok((filled > 0).then_some(filled));
                }
                Err(fault) => return self.end(filled, fault),
            }
        }
        Ok(Some(filled))
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<Option<usize>, Fault> {
        let written = self.session.writer().write(bytes);
        let written = written.map_err(|error| broken(&error))?;
        self.flush()?;
        // rustls keeps so many bytes at most for a socket that takes none
        Ok((written > 0).then_some(written))
    }

    pub(super) fn flush(&mut self) -> Result<(), Fault> {
        while self.session.wants_write() {
            match self.session.write_tls(&mut Socket(&self.socket)) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(broken(&error)),
            }
        }
        Ok(())
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.session.wants_write()
    }

    pub(super) fn has_more(&self) -> bool {
        self.more
    }

    pub(super) fn close(&mut self) {
        self.session.send_close_notify();
    }

    /// A read ends: what was read is given first, and the fault with the next one.
    fn end(&mut self, filled: usize, fault: Fault) -> Result<Option<usize>, Fault> {
        let fault = self.fault.get_or_insert(fault).clone();
        if filled > 0 {
            Ok(Some(filled))
        } else {
            Err(fault)
        }
    }

    /// Takes what the socket has into the session; false: it has nothing.
    fn receive(&mut self) -> Result<bool, Fault> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        if self.start == self.end {
            let read = self.socket.try_read(&mut self.incoming);
            let Some(bytes) = outcome(read)? else {
                return Ok(false);
            };
            (self.start, self.end) = (0, bytes);
        }
        let mut bytes = &self.incoming[self.start..self.end];
        let taken = self.session.read_tls(&mut bytes);
        self.start += taken.map_err(|error| broken(&error))?;
        if let Err(error) = self.session.process_new_packets() {
            // the broker is told why, as far as that goes without waiting
            let _ = self.flush();
            return Err(tls(&error));
        }
        Ok(true)
    }
}

/// A socket that does not wait.
struct Socket<'s>(&'s TcpStream);

impl io::Write for Socket<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const CLOSED: &str = "the connection was closed before TLS was agreed upon: is this a port \
                      without TLS, for `tcp://` or `ws://`?";
const NOT_TLS: &str = "the answer is not TLS: is this a port for `tcp://` or `ws://`?";
const UNKNOWN_ISSUER: &str = "nobody who is trusted has signed the broker's certificate: name \
                              the file with its authority in `tls_ca_cert`, or let one of the \
                              system's authorities sign it";
const EXPIRED: &str = "the broker's certificate has expired: it needs a new one, or this \
                       machine's clock is wrong";
const NOT_YET: &str = "the broker's certificate is not valid yet: is this machine's clock right?";
const OTHER_NAME: &str = "the broker's certificate is for another name than the host in `broker`: \
                          use a name that it has, or add the host to its subject alternative names";
const AUTHORITY: &str = "the broker's own certificate is that of an authority (`CA:TRUE`), which \
                         cannot prove a name: let it sign another one for the broker";
const WANTED: &str = "the broker wants a certificate from us: name one in `tls_client_cert` and \
                      its key in `tls_client_key`";
const UNWANTED: &str = "the broker does not accept our certificate (`tls_client_cert`): it must \
                        be signed by an authority that the broker trusts, and be valid";
const NO_COMMON: &str = "the broker and we have no version or cipher of TLS in common: it takes \
                         TLS 1.2 or 1.3";

/// What is wrong, and what to do.
fn tls(error: &Error) -> Fault {
    let advice = match error {
        Error::InvalidCertificate(error) => certificate(error),
        Error::InvalidMessage(_) => Some(NOT_TLS),
        Error::PeerIncompatible(_) => Some(NO_COMMON),
        Error::AlertReceived(alert) => refusal(*alert),
        _ => None,
    };
    Fault::Tls(match advice {
        Some(advice) => format!("{advice} ({error})"),
        None => error.to_string(),
    })
}

fn certificate(error: &CertificateError) -> Option<&'static str> {
    match error {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Some(UNKNOWN_ISSUER),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Some(EXPIRED),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Some(NOT_YET)
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Some(OTHER_NAME)
        }
        // this one has no variant of its own
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            Some(AUTHORITY)
        }
        _ => None,
    }
}

fn refusal(alert: AlertDescription) -> Option<&'static str> {
    match alert {
        AlertDescription::CertificateRequired | AlertDescription::NoCertificate => Some(WANTED),
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        | AlertDescription::AccessDenied => Some(UNWANTED),
        AlertDescription::ProtocolVersion | AlertDescription::InsufficientSecurity => {
            Some(NO_COMMON)
        }
        _ => None,
    }
}
