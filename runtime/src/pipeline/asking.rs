//! Opens the control endpoint and tells it what it tells.

use super::exit::Failure;
use super::kept::Kept;
use super::settings::Connection;
use super::settings::control::Control;
use crate::control::{self, Access, ConnectionFacts, Facts};
use crate::log::LogRing;
use crate::metrics::Metrics;
use crate::secret::Secret;
use crate::spec::{PipelineSpec, TlsSpec};
use std::net::TcpListener;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;
use tokio::sync::watch;

/// Where the endpoint learns of another token.
pub type NewToken = watch::Sender<Option<Secret>>;

/// The endpoint with its socket, which exists before anything else is opened: an explicit place
/// that is busy is a mistake of the configuration.
pub struct Asking {
    socket: Option<TcpListener>,
    control: Control,
}

impl Asking {
    /// Opens the socket.
    pub fn open(control: Control) -> Result<Self, Failure> {
        let socket = control::listen(&control.listen).map_err(|error| {
            let place = match &control.listen {
                control::Listen::At(text) => text.as_str(),
                control::Listen::Off | control::Listen::Default => "",
            };
            let message = format!("setting `control.listen`: cannot listen on `{place}`: {error}");
            Failure::configuration(message)
        })?;
        Ok(Self { socket, control })
    }

    /// Whether anybody will be answered.
    pub fn is_open(&self) -> bool {
        self.socket.is_some()
    }

    /// Begins to answer about a pipeline. What is sent to the result is the token from then on.
    pub fn start(
        self,
        (spec, metrics, kept): (&'static PipelineSpec, &Arc<Metrics>, &Kept),
        connections: &[Option<Connection>],
        logged: Arc<LogRing>,
    ) -> Result<Option<NewToken>, Failure> {
        let Some(socket) = self.socket else {
            return Ok(None);
        };
        let failed = |error| Failure::configuration(format!("control: {error}"));
        let address = socket.local_addr().map_err(failed)?;
        let facts = Facts {
            spec,
            metrics: Arc::clone(metrics),
            logged,
            history: Arc::clone(&kept.history),
            samples: Arc::clone(&kept.samples),
            layouts: spec.tables.iter().map(|_| OnceLock::new()).collect(),
            connections: connections.iter().flatten().map(facts).collect(),
            started: SystemTime::now(),
        };
        if self.control.token.is_none() && !address.ip().is_loopback() {
            tracing::warn!(
                "control: everyone in the network can ask at {address}; `SET control.token = …` \
                 asks for a token"
            );
        }
        let Control { token, tls, .. } = self.control;
        let (sender, token) = watch::channel(token);
        let scheme = tls.as_ref().map_or("http", |_| "https");
        control::start(socket, Access { token, tls }, facts).map_err(failed)?;
        tracing::info!("control: listening on {scheme}://{address}");
        Ok(Some(sender))
    }
}

fn facts(connection: &Connection) -> ConnectionFacts {
    let is_checked = connection
        .spec
        .tls
        .as_ref()
        .is_none_or(|tls: &TlsSpec| tls.verify);
    ConnectionFacts {
        name: connection.spec.name,
        broker: connection.broker.address.to_string(),
        client_id: connection.client_id.clone(),
        publisher_id: connection.publisher_id(),
        is_unverified: connection.broker.tls.is_some() && !is_checked,
    }
}
