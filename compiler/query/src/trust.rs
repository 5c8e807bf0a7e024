//! Whose certificates are taken of endpoints that speak TLS.

use crate::failure::Failure;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// A file with certificates is smaller, in bytes.
const MOST_BYTES: u64 = 4 << 20;

/// Those that the authorities in this file have signed, or those of Mozilla's list.
pub fn trust(authorities: Option<&Path>) -> Result<TlsConfig, Failure> {
    let config = TlsConfig::builder();
    Ok(match authorities {
        Some(path) => config.root_certs(roots(path)?).build(),
        None => config.build(),
    })
}

fn roots(path: &Path) -> Result<RootCerts, Failure> {
    let place = format!("`--ca {}`", path.display());
    let mut pem = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut pem));
    read.map_err(|error| Failure::new(format!("{place} cannot be read: {error}")))?;
    let mut roots: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(&pem) {
        let damaged = |error| Failure::new(format!("{place} is a damaged PEM file: {error}"));
        if let PemItem::Certificate(certificate) = item.map_err(damaged)? {
            roots.push(certificate);
        }
    }
    if roots.is_empty() {
        let message = format!("{place} holds no certificate in PEM form");
        return Err(Failure::new(message).help("`-----BEGIN CERTIFICATE-----` begins one"));
    }
    Ok(RootCerts::from(roots))
}
