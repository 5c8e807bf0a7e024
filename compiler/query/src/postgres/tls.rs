//! The certificate that clients of PostgreSQL are shown.

use crate::failure::Failure;
use datafusion_postgres::pgwire::tokio::{TlsAcceptor, tokio_rustls::rustls};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;

/// What clients name that begin with TLS at once (PostgreSQL 17, `sslnegotiation=direct`).
const ALPN: &[u8] = b"postgresql";

/// What speaks TLS (1.2 and 1.3) with this chain of certificates and its key, files in PEM form.
pub fn acceptor(chain: &Path, key: &Path) -> Result<TlsAcceptor, Failure> {
    let certificates = certificates(chain)?;
    let key_at = format!("`--tls-key {}`", key.display());
    let read = PrivateKeyDer::from_pem_file(key);
    let key = read.map_err(|error| unreadable(&key_at, &error, "private key"))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| {
            let config = config.with_no_client_auth();
            config.with_single_cert(certificates, key)
        });
    let mut config = config.map_err(|error| {
        let place = format!("`--tls-cert {}`", chain.display());
        Failure::new(format!("{place} and {key_at} cannot be used: {error}"))
    })?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn certificates(chain: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let place = format!("`--tls-cert {}`", chain.display());
    let unreadable = |error: pem::Error| unreadable(&place, &error, "certificate");
    let found = CertificateDer::pem_file_iter(chain).map_err(unreadable)?;
    let found: Vec<_> = found.collect::<Result<_, _>>().map_err(unreadable)?;
    if found.is_empty() {
        return Err(unreadable(pem::Error::NoItemsFound));
    }
    Ok(found)
}

fn unreadable(place: &str, error: &pem::Error, what: &str) -> Failure {
    Failure::new(match error {
        pem::Error::NoItemsFound => format!("{place} holds no {what} in PEM form"),
        pem::Error::Io(error) => format!("{place} cannot be read: {error}"),
        error => format!("{place} is a damaged PEM file: {error}"),
    })
}
