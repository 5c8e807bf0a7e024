//! The control endpoint: where a running pipeline can be asked how it does. HTTP on a thread of
//! its own, to read only. It knows counters and texts; nothing in the pipeline waits for it.

mod columns;
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
mod tables;

pub use facts::{ConnectionFacts, Facts};
pub use listen::{DEFAULT, Listen, listen};

use crate::mqtt::secret::Secret;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use tokio::sync::watch;

/// What whoever asks must know, if anything. It may become another one.
pub type Token = watch::Receiver<Option<Secret>>;

/// Starts answering on a socket that [`listen`] has opened. It ends with the process.
pub fn start(listener: TcpListener, token: Token, facts: Facts) -> io::Result<()> {
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
            server::serve(listener, answer).await;
        });
    };
    let thread = std::thread::Builder::new().name("control".into());
    thread.spawn(serve).map(drop)
}
