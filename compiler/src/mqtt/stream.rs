//! A connection to a broker, with or without TLS.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, ClientConnection, Error, RootCertStore, StreamOwned};

use super::address::Address;
use super::client::ClientError;

/// What bytes go through.
pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    /// Connects, within `patience` for each step. Later a read waits for a `tick` at most.
    /// `authorities` is a PEM file of those that are trusted instead of the system's.
    pub(super) fn open(
        address: &Address,
        authorities: Option<&Path>,
        (patience, tick): (Duration, Duration),
    ) -> Result<Self, ClientError> {
        let config = address
            .tls
            .then(|| configuration(authorities))
            .transpose()?;
        let socket = connect(address, patience)?;
        let stream = match config {
            None => Self::Plain(socket),
            Some(config) => Self::Tls(Box::new(handshake(address, config, socket)?)),
        };
        stream.socket().set_read_timeout(Some(tick))?;
        Ok(stream)
    }

    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(stream) => &stream.sock,
        }
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(into),
            Self::Tls(stream) => match stream.read(into) {
                // MQTT has a farewell of its own, so nothing can be cut off without one of TLS
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
                read => read,
            },
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}

fn connect(address: &Address, patience: Duration) -> Result<TcpStream, ClientError> {
    let places = (address.host.as_str(), address.port).to_socket_addrs()?;
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for place in places {
        match TcpStream::connect_timeout(&place, patience) {
            Ok(socket) => {
                socket.set_read_timeout(Some(patience))?;
                socket.set_write_timeout(Some(patience))?;
                return Ok(socket);
            }
            Err(error) => last = error,
        }
    }
    Err(last.into())
}

fn configuration(authorities: Option<&Path>) -> Result<ClientConfig, ClientError> {
    let mut roots = RootCertStore::empty();
    match authorities {
        None => {
            // systems keep a few that are too odd to use
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        Some(path) => {
            let certificates = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
            let certificates: Vec<_> = certificates.map_err(|error| {
                ClientError::Authorities(format!("{}: {error}", path.display()))
            })?;
            roots.add_parsable_certificates(certificates);
        }
    }
    if roots.is_empty() {
        let where_from = match authorities {
            None => "this system".to_owned(),
            Some(path) => path.display().to_string(),
        };
        let message = format!("{where_from} has no certificates of authorities");
        return Err(ClientError::Authorities(message));
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| ClientError::Tls(error.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn handshake(
    address: &Address,
    config: ClientConfig,
    mut socket: TcpStream,
) -> Result<StreamOwned<ClientConnection, TcpStream>, ClientError> {
    let server = ServerName::try_from(address.host.clone())
        .map_err(|_| ClientError::Tls(format!("`{}` is no name of a server", address.host)))?;
    let mut session = ClientConnection::new(Arc::new(config), server)
        .map_err(|error| ClientError::Tls(error.to_string()))?;
    while session.is_handshaking() {
        session.complete_io(&mut socket).map_err(refusal)?;
    }
    Ok(StreamOwned::new(session, socket))
}

/// Why the handshake failed.
fn refusal(error: io::Error) -> ClientError {
    let fault = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>());
    match fault {
        Some(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => ClientError::Untrusted,
        Some(Error::InvalidMessage(_)) => ClientError::Tls("what answers speaks no TLS".to_owned()),
        Some(fault) => ClientError::Tls(fault.to_string()),
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            ClientError::Tls("the connection was closed during the handshake".to_owned())
        }
        None => ClientError::Io(error),
    }
}
