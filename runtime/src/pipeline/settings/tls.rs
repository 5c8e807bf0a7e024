//! TLS of a connection: what the options say, what their files hold, and whether this binary can.

use super::Resolver;
use crate::mqtt::tls::Broker;
#[cfg(not(feature = "tls"))]
use crate::mqtt::tls::TlsClient;
use crate::mqtt::url::BrokerAddress;
use crate::spec::{ConnectionSpec, TlsSpec};

impl Resolver<'_> {
    /// The broker at `address`, which `place` names. `given`: on the command line, in place of
    /// what the options were written for.
    pub(super) fn with_tls(
        &mut self,
        spec: &ConnectionSpec,
        address: BrokerAddress,
        place: &str,
        given: bool,
    ) -> Option<Broker> {
        let transport = address.transport;
        if transport.is_web_socket() && !cfg!(feature = "ws") {
            self.not_linked(place, &address);
            return None;
        }
        if transport.is_secure() {
            let tls = Some(self.tls_client(spec, &address, place)?);
            return Some(Broker { address, tls });
        }
        if let Some(option) = spec.tls.as_ref().and_then(first_option) {
            if given {
                let name = spec.name;
                tracing::warn!(
                    "connection `{name}`: `--broker {address}` is without TLS, so the options \
                     for TLS have no effect and everybody in between can read and change messages"
                );
            } else {
                self.mistakes.push(format!(
                    "connection `{}`, option `{option}`: the broker `{address}` is without TLS; \
                     use `ssl://` or `wss://`, or build the pipeline without the option",
                    spec.name
                ));
                return None;
            }
        }
        Some(Broker { address, tls: None })
    }

    fn not_linked(&mut self, place: &str, address: &BrokerAddress) {
        let scheme = address.transport.scheme();
        self.mistakes.push(format!(
            "{place}: this binary was built for brokers without TLS and WebSocket, so it has no \
             `{scheme}://`; build it with such a broker, or with `broker = '${{…}}'`, which takes \
             any (a crate with `include_sql!` needs the features `tls` and `ws` of laminar-runtime)"
        ));
    }

    #[cfg(not(feature = "tls"))]
    fn tls_client(
        &mut self,
        _spec: &ConnectionSpec,
        address: &BrokerAddress,
        place: &str,
    ) -> Option<TlsClient> {
        self.not_linked(place, address);
        None
    }
}

/// The first option for TLS that was given.
fn first_option(tls: &TlsSpec) -> Option<&'static str> {
    let given = [
        ("tls_ca_cert", tls.ca_cert.is_some()),
        ("tls_client_cert", tls.client_cert.is_some()),
        ("tls_client_key", tls.client_key.is_some()),
        ("tls_verify", !tls.verify),
    ];
    let first = given.into_iter().find(|(_, given)| *given);
    first.map(|(name, _)| name)
}

#[cfg(feature = "tls")]
mod client {
    use super::super::Resolver;
    use crate::control::TlsServer;
    use crate::mqtt::tls::{BadPem, Identity, TlsClient, Trust, certificates, private_key};
    use crate::mqtt::url::BrokerAddress;
    use crate::spec::{ConnectionSpec, KeyPairSpec, TlsSpec};
    use rustls::RootCertStore;
    use rustls::pki_types::ServerName;
    use std::fs::File;
    use std::io::Read as _;

    /// A file with certificates or a key is smaller.
    const MAX_FILE: u64 = 4 << 20;

    /// What was read, and what to call it in a message.
    struct Pem {
        bytes: Vec<u8>,
        place: String,
    }

    fn option(spec: &ConnectionSpec, option: &str) -> String {
        format!("connection `{}`, option `{option}`", spec.name)
    }

    impl Resolver<'_> {
        /// How TLS is spoken to the broker at `address`. All mistakes of a connection are told.
        pub(super) fn tls_client(
            &mut self,
            spec: &ConnectionSpec,
            address: &BrokerAddress,
            place: &str,
        ) -> Option<TlsClient> {
            let server = ServerName::try_from(address.host.clone()).ok();
            if server.is_none() {
                self.mistakes.push(format!(
                    "{place}: `{}` is not a name that a certificate can be for",
                    address.host
                ));
            }
            let tls = spec.tls.as_ref();
            let trust = self.trust(spec, tls, place);
            let identity = self.identity(spec, tls);
            match TlsClient::new(server?, trust?, identity?) {
                Ok(client) => Some(client),
                Err(error) => {
                    self.mistakes.push(format!(
                        "connection `{}`, option `tls_client_key`: it does not go with \
                         `tls_client_cert`: {error}",
                        spec.name
                    ));
                    None
                }
            }
        }

        fn trust(
            &mut self,
            spec: &ConnectionSpec,
            tls: Option<&TlsSpec>,
            place: &str,
        ) -> Option<Trust> {
            let given = tls.and_then(|tls| tls.ca_cert);
            let roots = given.map(|path| self.given_roots(spec, path));
            if tls.is_some_and(|tls| !tls.verify) {
                let name = spec.name;
                tracing::warn!(
                    "connection `{name}`: `tls_verify = false`: ANYBODY CAN PRETEND TO BE THE \
                     BROKER, read what is sent, passwords included, and change it"
                );
                // a path that leads nowhere is a mistake all the same
                return roots
                    .is_none_or(|r| r.is_some())
                    .then_some(Trust::Everybody);
            }
            match roots {
                Some(roots) => roots.map(Trust::Roots),
                None => self.system_roots(place).map(Trust::Roots),
            }
        }

        fn given_roots(&mut self, spec: &ConnectionSpec, path: &str) -> Option<RootCertStore> {
            let pem = self.pem(&option(spec, "tls_ca_cert"), path)?;
            let all = self.parsed(&pem, certificates(&pem.bytes), "certificate")?;
            let mut roots = RootCertStore::empty();
            for certificate in all {
                if let Err(error) = roots.add(certificate) {
                    let place = &pem.place;
                    self.mistakes
                        .push(format!("{place} holds a damaged certificate: {error}"));
                    return None;
                }
            }
            Some(roots)
        }

        fn system_roots(&mut self, place: &str) -> Option<RootCertStore> {
            let found = rustls_native_certs::load_native_certs();
            let mut roots = RootCertStore::empty();
            // systems keep a few that are too odd to use
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                let cause = found.errors.first().map(|error| format!(" ({error})"));
                self.mistakes.push(format!(
                    "{place}: this system has no certificates of authorities{}: install its \
                     package `ca-certificates`, or name a file in `tls_ca_cert`",
                    cause.unwrap_or_default()
                ));
                return None;
            }
            Some(roots)
        }

        /// Our certificate and its key, if they are given; the outer None: there is a mistake.
        #[expect(
            clippy::option_option,
            reason = "a mistake is not the same as nothing given"
        )]
        fn identity(
            &mut self,
            spec: &ConnectionSpec,
            tls: Option<&TlsSpec>,
        ) -> Option<Option<Identity>> {
            let paths = tls.and_then(|tls| tls.client_cert.zip(tls.client_key));
            let Some((cert, key)) = paths else {
                return Some(None);
            };
            let chain = self
                .pem(&option(spec, "tls_client_cert"), cert)
                .and_then(|pem| {
                    let read = certificates(&pem.bytes);
                    self.parsed(&pem, read, "certificate")
                });
            let key = self
                .pem(&option(spec, "tls_client_key"), key)
                .and_then(|pem| {
                    let read = private_key(&pem.bytes);
                    self.parsed(&pem, read, "private key")
                });
            Some(Some(Identity {
                chain: chain?,
                key: key?,
            }))
        }

        /// How TLS is spoken to whoever asks the process.
        pub(in crate::pipeline::settings) fn tls_server(
            &mut self,
            pair: KeyPairSpec,
        ) -> Option<TlsServer> {
            let setting = |name: &str| format!("setting `control.{name}`");
            let chain = self.pem(&setting("tls_cert"), pair.cert).and_then(|pem| {
                let read = certificates(&pem.bytes);
                self.parsed(&pem, read, "certificate")
            });
            let key = self.pem(&setting("tls_key"), pair.key).and_then(|pem| {
                let read = private_key(&pem.bytes);
                self.parsed(&pem, read, "private key")
            });
            match TlsServer::new(chain?, key?) {
                Ok(server) => Some(server),
                Err(error) => {
                    let place = setting("tls_key");
                    self.mistakes.push(format!(
                        "{place}: it does not go with `control.tls_cert`: {error}"
                    ));
                    None
                }
            }
        }

        fn pem(&mut self, place: &str, template: &str) -> Option<Pem> {
            let path = self.text(place, template)?;
            let place = format!("{place}: `{path}`");
            let mut bytes = Vec::new();
            let read =
                File::open(&path).and_then(|file| file.take(MAX_FILE).read_to_end(&mut bytes));
            if let Err(error) = read {
                self.mistakes
                    .push(format!("{place} cannot be read: {error}"));
                return None;
            }
            Some(Pem { bytes, place })
        }

        fn parsed<T>(&mut self, pem: &Pem, read: Result<T, BadPem>, what: &str) -> Option<T> {
            let Pem { bytes, place } = pem;
            let error = match read {
                Ok(read) => return Some(read),
                Err(error) => error,
            };
            let holds = |words: &[u8]| bytes.windows(words.len()).any(|w| w == words);
            self.mistakes.push(match error {
                BadPem::Nothing if holds(b"BEGIN ENCRYPTED PRIVATE KEY") => format!(
                    "{place} holds a key that is encrypted, and there is no password: decrypt it \
                     with `openssl pkey`"
                ),
                BadPem::Nothing => format!("{place} holds no {what} in PEM form (`-----BEGIN …`)"),
                BadPem::Damaged(error) => format!("{place} is a damaged PEM file: {error}"),
            });
            None
        }
    }
}
