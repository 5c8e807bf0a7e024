//! What the process keeps of its work, for whoever asks.

use crate::history::History;
use crate::samples::Samples;
use crate::spec::PipelineSpec;
use std::sync::Arc;

/// What is kept of messages and rows for whoever asks.
#[derive(Clone)]
pub struct Kept {
    /// The last messages.
    pub history: Arc<History>,
    /// Some of the last rows and bad messages.
    pub samples: Arc<Samples>,
}

impl Kept {
    /// Nothing so far.
    pub fn new(spec: &PipelineSpec, now_us: i64) -> Self {
        Self {
            history: Arc::new(History::new(spec, now_us)),
            samples: Arc::new(Samples::new(spec.sinks.len())),
        }
    }
}
