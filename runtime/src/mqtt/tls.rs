//! What TLS needs to know before a connection is opened: whom to trust, and who we are.
//!
//! Pure: whoever configures reads the files. Without the feature `tls` there is no [`TlsClient`],
//! as the type says, and so no code for one.

use super::url::BrokerAddress;

/// A broker and all that it takes to connect to it.
#[derive(Clone, Debug)]
pub struct Broker {
    /// Where it is.
    pub address: BrokerAddress,
    /// How TLS is spoken; there where the address asks for TLS.
    pub tls: Option<TlsClient>,
}

#[cfg(feature = "tls")]
pub use client::{BadPem, Identity, TlsClient, Trust, certificates, private_key};

/// There is none without the feature `tls`.
#[cfg(not(feature = "tls"))]
#[derive(Clone, Debug)]
pub enum TlsClient {}

#[cfg(feature = "tls")]
mod client {
    use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
    use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
    use rustls::pki_types::pem::{Error as PemError, PemObject as _};
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
    use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
    use std::sync::Arc;

    /// How TLS is spoken to one broker; cheap to clone.
    #[derive(Clone, Debug)]
    pub struct TlsClient {
        /// What rustls asks for with each connection.
        pub config: Arc<ClientConfig>,
        /// The name that the broker's certificate must have.
        pub server: ServerName<'static>,
    }

    /// Whose signature makes a broker's certificate a good one.
    #[derive(Debug)]
    pub enum Trust {
        /// These authorities'.
        Roots(RootCertStore),
        /// Anybody's.
        Everybody,
    }

    /// Who we are, where a broker asks.
    #[derive(Debug)]
    pub struct Identity {
        /// Our certificate, and those between it and what the broker trusts.
        pub chain: Vec<CertificateDer<'static>>,
        /// The key that belongs to it.
        pub key: PrivateKeyDer<'static>,
    }

    impl TlsClient {
        /// A client, or why there cannot be one: the identity's parts do not go together.
        pub fn new(
            server: ServerName<'static>,
            trust: Trust,
            identity: Option<Identity>,
        ) -> Result<Self, Error> {
            let provider = Arc::new(ring::default_provider());
            let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
                .with_safe_default_protocol_versions()?;
            let builder = match trust {
                Trust::Roots(roots) => builder.with_root_certificates(roots),
                Trust::Everybody => {
                    let verifier = Arc::new(Unverified(provider));
                    builder
                        .dangerous()
                        .with_custom_certificate_verifier(verifier)
                }
            };
            let config = match identity {
                Some(Identity { chain, key }) => builder.with_client_auth_cert(chain, key)?,
                None => builder.with_no_client_auth(),
            };
            Ok(Self {
                config: Arc::new(config),
                server,
            })
        }
    }

    /// What is wrong with a PEM file.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum BadPem {
        /// It is none, or is damaged.
        Damaged(String),
        /// It has nothing of the kind that is looked for.
        Nothing,
    }

    /// All certificates of a PEM file; at least one.
    pub fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, BadPem> {
        let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let all = all.map_err(|error| bad_pem(&error))?;
        if all.is_empty() {
            return Err(BadPem::Nothing);
        }
        Ok(all)
    }

    /// The first private key of a PEM file: PKCS#1, PKCS#8 or SEC1.
    pub fn private_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, BadPem> {
        PrivateKeyDer::from_pem_slice(pem).map_err(|error| bad_pem(&error))
    }

    fn bad_pem(error: &PemError) -> BadPem {
        match error {
            PemError::NoItemsFound => BadPem::Nothing,
            other => BadPem::Damaged(other.to_string()),
        }
    }

    /// Takes any certificate, whoever signed it and whatever its name is. That the broker has the
    /// certificate's key is still checked: it costs nothing and finds broken brokers.
    #[derive(Debug)]
    struct Unverified(Arc<CryptoProvider>);

    impl ServerCertVerifier for Unverified {
        fn verify_server_cert(
            &self,
            _end_entity: &CertificateDer<'_>,
            _intermediates: &[CertificateDer<'_>],
            _server_name: &ServerName<'_>,
            _ocsp_response: &[u8],
            _now: UnixTime,
        ) -> Result<ServerCertVerified, Error> {
            Ok(ServerCertVerified::assertion())
        }

        fn verify_tls12_signature(
            &self,
            message: &[u8],
            cert: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            let supported = &self.0.signature_verification_algorithms;
            verify_tls12_signature(message, cert, signature, supported)
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            cert: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            let supported = &self.0.signature_verification_algorithms;
            verify_tls13_signature(message, cert, signature, supported)
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.0.signature_verification_algorithms.supported_schemes()
        }
    }
}
