//! The control endpoint: where a running pipeline can be asked how it does. HTTP on a thread of
//! its own, to read only. It knows counters and texts; nothing in the pipeline waits for it.

mod facts;
mod family;
mod history;
mod listen;
mod measures;
mod pages;
mod process;
mod request;
mod response;
mod server;
mod status;
mod stream;
mod tables;
mod tls;

pub use facts::{ConnectionFacts, Facts};
pub use listen::{DEFAULT, Listen, listen};
pub use tls::TlsServer;

use crate::secret::Secret;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use tokio::sync::watch;

/// What whoever asks must know, if anything. It may become another one.
pub type Token = watch::Receiver<Option<Secret>>;

/// Who may ask, and how.
#[derive(Clone, Debug)]
pub struct Access {
    /// What they must know.
    pub token: Token,
    /// How TLS is spoken to them; None: HTTP as it is.
    pub tls: Option<TlsServer>,
}

/// Starts answering on a socket that [`listen`] has opened. It ends with the process.
///
/// # Errors
/// Where the system has no thread to give.
pub fn start(listener: TcpListener, access: Access, facts: Facts) -> io::Result<()> {
    let Access { token, tls } = access;
    listener.set_nonblocking(true)?;
    let answer = move |request: &request::Request, here| {
        let token = token.borrow().clone();
        pages::answer(&facts, token.as_ref(), request, here)
    };
    let answer: Arc<server::Answer> = Arc::new(answer);
    let serve = move || {
        let built = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = built.expect("the system gives a file descriptor for events");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener);
            let listener = listener.expect("the socket was made ready for this");
            server::serve(listener, tls, answer).await;
        });
    };
    let thread = std::thread::Builder::new().name("control".into());
    thread.spawn(serve).map(drop)
}
