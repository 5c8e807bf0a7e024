//! TLS of the endpoint: the certificate that it presents. Without the feature `tls` there is none,
//! as the type says.

#[cfg(feature = "tls")]
pub use server::TlsServer;

/// There is none without the feature `tls`.
#[cfg(not(feature = "tls"))]
#[derive(Clone, Debug)]
pub enum TlsServer {}

#[cfg(not(feature = "tls"))]
impl TlsServer {
    /// There is none.
    pub fn renew(&self, _: &Self) {
        match *self {}
    }
}

#[cfg(feature = "tls")]
mod server {
    use rustls::crypto::ring;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use rustls::{Error, ServerConfig, ServerConnection};
    use std::sync::{Arc, Mutex, PoisonError};

    /// How TLS is spoken to whoever asks. Its clones are the same one.
    #[derive(Clone, Debug)]
    pub struct TlsServer {
        config: Arc<Mutex<Arc<ServerConfig>>>,
    }

    impl TlsServer {
        /// A server with this certificate, and those between it and what clients trust.
        ///
        /// # Errors
        /// Where the key is not that of the certificate.
        pub fn new(
            chain: Vec<CertificateDer<'static>>,
            key: PrivateKeyDer<'static>,
        ) -> Result<Self, Error> {
            let provider = Arc::new(ring::default_provider());
            let mut config = ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()?
                .with_no_client_auth()
                .with_single_cert(chain, key)?;
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
            let config = Arc::new(Mutex::new(Arc::new(config)));
            Ok(Self { config })
        }

        /// Presents the certificate of `other` from the next connection on.
        pub fn renew(&self, other: &Self) {
            let renewed = other.current();
            let mut config = self.config.lock().unwrap_or_else(PoisonError::into_inner);
            *config = renewed;
        }

        /// The server's side of a new connection.
        pub(in crate::control) fn session(&self) -> Result<ServerConnection, Error> {
            ServerConnection::new(self.current())
        }

        fn current(&self) -> Arc<ServerConfig> {
            let config = self.config.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(&config)
        }
    }
}
