//! `--serve-postgres`: the protocol of PostgreSQL in front of a pipeline, so that psql, Grafana
//! and their like can ask it. It reads only, and each query fetches what it names anew.
//!
//! The protocol and the catalog that clients look into are a library's (`datafusion-postgres`).
//! What is ours: where tables come from ([`tables`]), what is run ([`ask`]), who may ask
//! ([`login`]), in which way ([`connection`], [`tls`]), and how much of it at once.

mod ask;
mod client;
mod connection;
mod login;
mod reader;
mod refusal;
mod tables;
mod tls;

use crate::endpoint::Endpoint;
use crate::engine;
use crate::failure::Failure;
use crate::spelling;
use client::{Handlers, Shared};
use datafusion_postgres::pgwire::api::ConnectionManager;
use datafusion_postgres::pgwire::tokio::TlsAcceptor;
use login::Password;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::time::sleep;

/// Clients at once. So many others again are told that there are too many; the rest are not
/// spoken to.
const CLIENTS: usize = 64;
/// How long nobody is let in after that, or after a connection that came to nothing.
const BREATH: Duration = Duration::from_millis(10);
/// Queries that are computed at once, and as many threads for all else.
const THREADS: usize = 4;

/// Answers clients of PostgreSQL at `address` for ever: at `PORT` of this machine alone, or at
/// `HOST:PORT`. Who asks beyond this machine has to know the pipeline's token. With a certificate
/// and its key TLS is spoken, and nothing else.
pub fn serve(
    endpoint: &Endpoint,
    address: &str,
    certificate: Option<(&Path, &Path)>,
) -> Result<(), Failure> {
    let addresses = resolved(address)?;
    let tls = certificate.map(|(chain, key)| tls::acceptor(chain, key));
    let tls = tls.transpose()?;
    let password = endpoint.token().map(Password::new);
    let is_local = addresses.iter().all(|place| place.ip().is_loopback());
    if password.is_none() && !is_local {
        let message = format!("whoever reaches {address} could ask this pipeline");
        return Err(Failure::new(message).help(
            "a place such as `127.0.0.1:5432`; or `SET control.token` in the pipeline and \
             `--token` here, which clients then give as their password",
        ));
    }
    let (runtime, computing) = (threads()?, threads()?);
    let resources = engine::resources().map_err(|error| engine::explained(&error))?;
    let shared = Arc::new(Shared {
        endpoint: endpoint.anew(),
        password,
        resources,
        connections: Arc::new(ConnectionManager::new()),
        computing: computing.handle().clone(),
    });
    runtime.block_on(async {
        let bound = TcpListener::bind(&addresses[..]).await;
        let unbound = |error| Failure::new(format!("cannot listen at {address}: {error}"));
        let listener = bound.map_err(unbound)?;
        tell(
            endpoint,
            listener.local_addr().map_err(unbound)?,
            is_local || tls.is_some(),
        );
        accept(&listener, tls.as_ref(), &shared).await
    })
}

/// Threads that wait for clients, or that compute: a query may keep one of these for a while
/// without a pause, and clients must not wait for it.
fn threads() -> Result<Runtime, Failure> {
    let built = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .thread_stack_size(spelling::STACK_BYTES)
        .max_blocking_threads(CLIENTS)
        .enable_all()
        .build();
    built.map_err(|error| Failure::new(format!("no threads: {error}")))
}

fn resolved(address: &str) -> Result<Vec<SocketAddr>, Failure> {
    let place = match address.parse::<u16>() {
        Ok(port) => format!("127.0.0.1:{port}"),
        Err(_) => address.to_owned(),
    };
    let no_place = |why: String| {
        let failure = Failure::new(format!("`{address}` is no place to listen at: {why}"));
        failure.help("`--serve-postgres 5432` or `--serve-postgres HOST:PORT`")
    };
    let found = place.to_socket_addrs();
    let found: Vec<_> = found
        .map_err(|error| no_place(error.to_string()))?
        .collect();
    if found.is_empty() {
        return Err(no_place("nothing is known of this host".to_owned()));
    }
    Ok(found)
}

/// Where it can be asked, and what is amiss already.
fn tell(endpoint: &Endpoint, place: SocketAddr, is_private: bool) {
    let (host, port) = (place.ip(), place.port());
    eprintln!(
        "listening on {place}: `psql -h {host} -p {port} -d {}`",
        reader::DATABASE
    );
    if !is_private {
        eprintln!("warning: who is on the way can read the rows: see `--tls-cert`");
    }
    if let Err(failure) = endpoint.declared() {
        eprintln!("warning: {}", failure.message());
    }
}

async fn accept(listener: &TcpListener, tls: Option<&TlsAcceptor>, shared: &Arc<Shared>) -> ! {
    let free = Arc::new(Semaphore::new(CLIENTS));
    let refusing = Arc::new(Semaphore::new(CLIENTS));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(BREATH).await;
            continue;
        };
        let has_room = Arc::clone(&free).try_acquire_owned();
        let is_full = has_room.is_err();
        let permit = has_room.or_else(|_| Arc::clone(&refusing).try_acquire_owned());
        let Ok(permit) = permit else {
            drop(stream);
            sleep(BREATH).await;
            continue;
        };
        let handlers = Handlers::new(shared, is_full);
        let tls = tls.cloned();
        tokio::spawn(async move {
            // whoever has gone is nobody's loss
            let _ = connection::serve(stream, tls, &handlers).await;
            drop(permit);
        });
    }
}
