//! TLS in front of the load broker, on a thread of its own: what it costs there is not measured.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ConfigBuilder, ConfigSide, ServerConfig, WantsVerifier, WantsVersions};

/// A port that speaks TLS, and the certificate to trust there.
#[derive(Debug)]
pub struct Terminator {
    /// Where to connect, as `localhost`.
    pub port: u16,
    /// A PEM file.
    pub certificate: PathBuf,
}

/// Bytes that are passed on at a time.
const BUFFER: usize = 256 * 1024;

impl Terminator {
    /// Passes on to a port of this machine what comes with TLS; until the process ends.
    pub fn start(to: u16) -> Result<Self, String> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(text)?;
        listener.set_nonblocking(true).map_err(text)?;
        let port = listener.local_addr().map_err(text)?.port();
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
        let made = made.map_err(text)?;
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let config = with_ring(ServerConfig::builder_with_provider)?
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .map_err(text)?;
        let file = format!("laminar-ingest-{}-{port}.pem", std::process::id());
        let certificate = std::env::temp_dir().join(file);
        std::fs::write(&certificate, made.cert.pem()).map_err(text)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        std::thread::spawn(move || pass_on(listener, to, &acceptor));
        Ok(Self { port, certificate })
    }
}

impl Drop for Terminator {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.certificate);
    }
}

/// The beginning of a configuration: what both sides of TLS here have in common.
pub fn with_ring<S: ConfigSide>(
    begin: impl FnOnce(Arc<CryptoProvider>) -> ConfigBuilder<S, WantsVersions>,
) -> Result<ConfigBuilder<S, WantsVerifier>, String> {
    begin(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(text)
}

fn pass_on(listener: TcpListener, to: u16, acceptor: &TlsAcceptor) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the system gives a file descriptor for events");
    let served = async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let local = tokio::task::LocalSet::new();
        local
            .run_until(async {
                loop {
                    let (client, _) = listener.accept().await?;
                    tokio::task::spawn_local(pass(acceptor.clone(), client, to));
                }
            })
            .await
    };
    let ended: std::io::Result<()> = runtime.block_on(served);
    eprintln!("no more TLS: {ended:?}");
}

/// One connection, to its end; whatever ends it shows at both of its ends.
async fn pass(acceptor: TlsAcceptor, client: TcpStream, to: u16) -> std::io::Result<()> {
    let mut broker = TcpStream::connect(("127.0.0.1", to)).await?;
    for stream in [&client, &broker] {
        stream.set_nodelay(true)?;
    }
    let mut client = acceptor.accept(client).await?;
    tokio::io::copy_bidirectional_with_sizes(&mut client, &mut broker, BUFFER, BUFFER).await?;
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` gives it so")]
fn text(error: impl ToString) -> String {
    error.to_string()
}
