//! How far the sinks are with what a worker has handed over: the one thing that both share.

use super::Refused;
use crate::encode::Rows;
use crate::metrics::Metrics;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How far the sinks are with the batches of one worker.
pub struct Progress {
    confirmed: Vec<AtomicU64>,
    spare: Mutex<Vec<Rows>>,
    /// Batches with refused rows that the worker has not asked for yet, and whether there are any.
    refusals: Mutex<Vec<Refusals>>,
    has_refusals: AtomicBool,
    wake: Box<dyn Fn() + Send + Sync>,
    metrics: Arc<Metrics>,
}

/// The rows of a batch that were not delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusals {
    /// The sink.
    pub sink: usize,
    /// The batch.
    pub sequence: u64,
    /// Its rows, in any order.
    pub rows: Vec<Refused>,
}

/// Emptied batches that are kept for reuse, and how large one may have grown.
const SPARE_BATCHES: usize = 8;
const SPARE_BYTES: usize = 1 << 20;

impl Progress {
    /// For a worker that is woken by `wake` when a sink has confirmed something.
    pub fn new(metrics: Arc<Metrics>, wake: Box<dyn Fn() + Send + Sync>) -> Self {
        let outlets = 0..metrics.outlets();
        Self {
            confirmed: outlets.map(|_| AtomicU64::new(0)).collect(),
            spare: Mutex::new(Vec::new()),
            refusals: Mutex::new(Vec::new()),
            has_refusals: AtomicBool::new(false),
            wake,
            metrics,
        }
    }

    /// The last sequence number that `sink` has confirmed: it confirms in order. What it refused
    /// of that and what was before is among [`Progress::refusals`] then.
    pub fn confirmed(&self, sink: usize) -> u64 {
        self.confirmed[sink].load(Ordering::Acquire)
    }

    /// What was refused since the last call.
    pub fn refusals(&self) -> Vec<Refusals> {
        if !self.has_refusals.swap(false, Ordering::AcqRel) {
            return Vec::new();
        }
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut refusals)
    }

    /// An empty batch, with the memory of an old one where there is one.
    pub fn spare(&self) -> Rows {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        spare.pop().unwrap_or_default()
    }

    /// The counters that sinks add to.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// A batch is done, with rows that were not delivered.
    pub(super) fn confirm(
        &self,
        sink: usize,
        sequence: u64,
        mut rows: Rows,
        refused: Vec<Refused>,
    ) {
        if rows.bytes.capacity() <= SPARE_BYTES {
            rows.clear();
            let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
            if spare.len() < SPARE_BATCHES {
                spare.push(rows);
            }
        }
        if !refused.is_empty() {
            let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
            refusals.push(Refusals {
                sink,
                sequence,
                rows: refused,
            });
            self.has_refusals.store(true, Ordering::Release);
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
