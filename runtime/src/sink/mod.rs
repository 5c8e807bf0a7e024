//! Sinks: what takes rows out of the process. Each runs on a thread of its own behind a queue, so
//! that a disk or a terminal that stands still does not keep a connection from its pings.
//!
//! Nothing here is unbounded: a worker has a limited number of batches under way (it watches its
//! own [`Progress`]), and a queue has room for as many, so that handing over never waits.

pub mod lines;
#[cfg(feature = "mqtt")]
pub mod mqtt;

use crate::encode::Rows;
use crate::metrics::Metrics;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
#[cfg(feature = "mqtt")]
use tokio::sync::mpsc::error::TrySendError;

/// Rows of one worker for one sink.
#[derive(Debug)]
pub struct Batch {
    /// Index of the sink in [`crate::spec::PipelineSpec::sinks`].
    pub sink: usize,
    /// The worker's number for this hand-over; it grows.
    pub sequence: u64,
    /// The rows, at least one.
    pub rows: Rows,
    /// Who wants to know when the sink has them.
    pub progress: Arc<Progress>,
}

impl Batch {
    /// Tells the worker that the sink has these rows for good.
    pub fn confirm(self) {
        self.confirm_but(0);
    }

    /// Tells the worker that nothing is left to do for these rows, though the other side has
    /// refused so many of them for good.
    pub fn confirm_but(self, refused: u64) {
        let Self {
            sink,
            sequence,
            rows,
            progress,
        } = self;
        let counted = &progress.metrics.sinks[sink];
        counted.rows.add(rows.ends.len() as u64 - refused);
        counted.refused.add(refused);
        progress.confirm(sink, sequence, rows);
    }
}

/// How far the sinks are with the batches of one worker.
pub struct Progress {
    confirmed: Vec<AtomicU64>,
    spare: Mutex<Vec<Rows>>,
    wake: Box<dyn Fn() + Send + Sync>,
    metrics: Arc<Metrics>,
}

/// Emptied batches that are kept for reuse, and how large one may have grown.
const SPARE_BATCHES: usize = 8;
const SPARE_BYTES: usize = 1 << 20;

impl Progress {
    /// For a worker that is woken by `wake` when a sink has confirmed something.
    pub fn new(metrics: Arc<Metrics>, wake: Box<dyn Fn() + Send + Sync>) -> Self {
        Self {
            confirmed: metrics.sinks.iter().map(|_| AtomicU64::new(0)).collect(),
            spare: Mutex::new(Vec::new()),
            wake,
            metrics,
        }
    }

    /// The last sequence number that `sink` has confirmed: it confirms in order.
    pub fn confirmed(&self, sink: usize) -> u64 {
        self.confirmed[sink].load(Ordering::Acquire)
    }

    /// An empty batch, with the memory of an old one where there is one.
    pub fn spare(&self) -> Rows {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        spare.pop().unwrap_or_default()
    }

    fn confirm(&self, sink: usize, sequence: u64, mut rows: Rows) {
        if rows.bytes.capacity() <= SPARE_BYTES {
            rows.bytes.clear();
            rows.ends.clear();
            let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
            if spare.len() < SPARE_BATCHES {
                spare.push(rows);
            }
        }
        self.confirmed[sink].store(sequence, Ordering::Release);
        (self.wake)();
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress")
            .field("confirmed", &self.confirmed)
            .finish_non_exhaustive()
    }
}

/// Where a worker hands batches in.
#[derive(Clone, Debug)]
pub enum Outlet {
    /// Confirmed at once, and gone.
    Blackhole,
    /// The queue of a thread that writes lines.
    Lines(mpsc::SyncSender<Batch>),
    /// The queue of a thread that publishes.
    #[cfg(feature = "mqtt")]
    Session(tokio::sync::mpsc::Sender<Batch>),
}

impl Outlet {
    /// Hands a batch in; it never waits. What is sent to a sink that has ended is never confirmed.
    pub fn send(&self, batch: Batch) {
        match self {
            Self::Blackhole => batch.confirm(),
            Self::Lines(queue) => match queue.try_send(batch) {
                Ok(()) | Err(mpsc::TrySendError::Disconnected(_)) => {}
                Err(mpsc::TrySendError::Full(_)) => overrun(),
            },
            #[cfg(feature = "mqtt")]
            Self::Session(queue) => match queue.try_send(batch) {
                Ok(()) | Err(TrySendError::Closed(_)) => {}
                Err(TrySendError::Full(_)) => overrun(),
            },
        }
    }
}

#[cold]
fn overrun() -> ! {
    panic!("a queue holds all batches that its workers may have under way");
}
