//! What is known of the running pipeline.

use crate::declared::Layout;
use crate::history::History;
use crate::log::LogRing;
use crate::metrics::Metrics;
use crate::samples::Samples;
use crate::spec::PipelineSpec;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

/// What the pages tell of.
#[derive(Debug)]
pub struct Facts {
    /// The pipeline.
    pub spec: &'static PipelineSpec,
    /// Its counters.
    pub metrics: Arc<Metrics>,
    /// The last lines of its log.
    pub logged: Arc<LogRing>,
    /// The last messages of its tables.
    pub history: Arc<History>,
    /// Some of its last rows and bad messages.
    pub samples: Arc<Samples>,
    /// By table, what is known to read these: once somebody has asked.
    pub layouts: Vec<OnceLock<Option<Layout>>>,
    /// By connection.
    pub connections: Vec<ConnectionFacts>,
    /// When the process started.
    pub started: SystemTime,
}

/// A connection as it was configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionFacts {
    /// Its name.
    pub name: &'static str,
    /// Where its broker is, without a user or password.
    pub broker: String,
    /// The client id of the session that receives; those of several begin with it.
    pub client_id: String,
    /// The client id of the session that publishes.
    pub publisher_id: String,
    /// TLS is spoken, but the broker's certificate is not checked.
    pub is_unverified: bool,
}
