//! A running pipeline in the hands of whoever started it.

use super::counts::counts;
use super::error::RunError;
use crate::embedded::Counts;
use crate::metrics::Metrics;
use crate::spec::PipelineSpec;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};

/// A pipeline that runs on threads of its own. Dropping it tells it to stop, without waiting.
///
/// Its futures need no particular executor.
pub struct Running {
    spec: &'static PipelineSpec,
    metrics: Arc<Metrics>,
    stop: StopHandle,
    ended: watch::Receiver<bool>,
    outcome: Arc<Outcome>,
}

/// Tells a pipeline to stop, from anywhere.
#[derive(Clone)]
pub struct StopHandle(mpsc::Sender<()>);

impl StopHandle {
    /// Tells it: it takes no more messages, and ends when all handlers and sinks are done with
    /// those it has, or after 10 seconds. A second call changes nothing.
    pub fn stop(&self) {
        // where there is no room, it was told already
        let _ = self.0.try_send(());
    }
}

impl fmt::Debug for StopHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StopHandle")
    }
}

/// How it ended, once it has.
#[derive(Default)]
pub(super) struct Outcome {
    result: Mutex<Option<Result<(), RunError>>>,
    known: Condvar,
}

impl Outcome {
    pub(super) fn set(&self, result: Result<(), RunError>) {
        self.lock().get_or_insert(result);
        self.known.notify_all();
    }

    fn get(&self) -> Option<Result<(), RunError>> {
        self.lock().clone()
    }

    fn wait(&self) -> Result<(), RunError> {
        let known = self.known.wait_while(self.lock(), |known| known.is_none());
        let known = known.unwrap_or_else(PoisonError::into_inner).clone();
        known.expect("it was waited for")
    }

    fn lock(&self) -> MutexGuard<'_, Option<Result<(), RunError>>> {
        self.result.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    pub(super) fn new(
        spec: &'static PipelineSpec,
        metrics: Arc<Metrics>,
        stop: mpsc::Sender<()>,
        ended: watch::Receiver<bool>,
        outcome: Arc<Outcome>,
    ) -> Self {
        Self {
            spec,
            metrics,
            stop: StopHandle(stop),
            ended,
            outcome,
        }
    }

    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        counts(self.spec, &self.metrics)
    }

    /// Whether all sessions are connected, and subscribed where they receive.
    pub fn is_connected(&self) -> bool {
        let counts = self.counts();
        let mut connections = counts.connections.iter();
        connections.all(|connection| connection.is_connected)
    }

    /// What tells it to stop.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }

    /// Tells it to stop; see [`StopHandle::stop`].
    pub fn request_stop(&self) {
        self.stop.stop();
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// Where it ended for another reason than a stop, or not all was acknowledged.
    pub async fn finished(&self) -> Result<(), RunError> {
        let mut ended = self.ended.clone();
        // an error is an end, too
        let _ = ended.wait_for(|ended| *ended).await;
        // the thread that tells of the end has told how it was before
        self.outcome.get().unwrap_or(Ok(()))
    }

    /// Tells it to stop and waits for its end.
    ///
    /// # Errors
    /// As [`Running::finished`].
    pub async fn stop(self) -> Result<(), RunError> {
        self.request_stop();
        self.finished().await
    }

    /// Waits for its end and blocks the thread meanwhile.
    ///
    /// # Errors
    /// As [`Running::finished`].
    pub fn join(self) -> Result<(), RunError> {
        self.outcome.wait()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.request_stop();
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("pipeline", &self.spec.name)
            .field("ended", &self.outcome.get())
            .finish_non_exhaustive()
    }
}
