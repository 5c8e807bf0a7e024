//! Sinks: what takes rows out of the process. Each runs behind a queue and apart from what fills
//! it, so that a disk or a terminal that stands still does not keep a connection from its pings.
//!
//! Nothing here is unbounded: a worker has a limited number of batches under way (it watches its
//! own [`Progress`]), and a queue has room for as many, so that handing over never waits.

pub mod files;
pub mod lines;
#[cfg(feature = "mqtt")]
pub mod mqtt;
mod progress;
pub mod webhook;

pub use progress::{Progress, Refusals};

use crate::encode::Rows;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, mpsc};
#[cfg(feature = "mqtt")]
use tokio::sync::mpsc::error::TrySendError;

/// Rows of one worker for one outlet.
#[derive(Debug)]
pub struct Batch {
    /// Index of the sink in [`crate::spec::PipelineSpec::sinks`]; behind the last one, the dead
    /// letters of each table.
    pub sink: usize,
    /// The worker's number for this hand-over; it grows.
    pub sequence: u64,
    /// The rows, at least one.
    pub rows: Rows,
    /// The MQTT 5 properties of each row, without a line feed; empty where rows have none.
    pub properties: Rows,
    /// Which rows may be given up, in order. All others are tried for ever.
    pub limits: Vec<Limit>,
    /// Who wants to know when the sink has them.
    pub progress: Arc<Progress>,
}

/// Rows that may be given up, since their messages can become dead letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Which of the batch.
    pub rows: Range<usize>,
    /// How often a delivery is tried again before.
    pub retries: u32,
    /// Also when the sink cannot be reached at all. Not where dead letters go the same way.
    pub while_unreachable: bool,
}

/// A row that is not delivered and never will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Which of its batch.
    pub row: usize,
    /// Why, for a person.
    pub reason: Cow<'static, str>,
}

impl Batch {
    /// Rows without properties that are tried for ever.
    pub fn new(sink: usize, sequence: u64, rows: Rows, progress: Arc<Progress>) -> Self {
        Self {
            sink,
            sequence,
            rows,
            properties: Rows::default(),
            limits: Vec::new(),
            progress,
        }
    }

    /// Tells the worker that the sink has these rows for good.
    pub fn confirm(self) {
        self.confirm_but(Vec::new());
    }

    /// Tells the worker that the sink has done all it can for these rows, though it could not
    /// deliver some.
    pub fn confirm_but(self, refused: Vec<Refused>) {
        let Self {
            sink,
            sequence,
            rows,
            progress,
            properties: _,
            limits: _,
        } = self;
        let counted = progress.metrics().outlet(sink);
        let missing = refused.len() as u64;
        counted.rows.add(rows.ends.len() as u64 - missing);
        counted.refused.add(missing);
        counted.batches.sub(1);
        progress.confirm(sink, sequence, rows, refused);
    }
}

/// Where a worker hands batches in.
#[derive(Clone, Debug)]
pub enum Outlet {
    /// Confirmed at once, and gone.
    Blackhole,
    /// The queue of a thread that writes lines.
    Lines(mpsc::SyncSender<Batch>),
    /// The queue of a thread that sends requests.
    Requests(mpsc::SyncSender<Batch>),
    /// The queue of a thread that publishes.
    #[cfg(feature = "mqtt")]
    Session(tokio::sync::mpsc::Sender<Batch>),
}

impl Outlet {
    /// Hands a batch in; it never waits. What is sent to a sink that has ended is never confirmed.
    pub fn send(&self, batch: Batch) {
        batch.progress.metrics().outlet(batch.sink).batches.add(1);
        match self {
            Self::Blackhole => batch.confirm(),
            Self::Lines(queue) | Self::Requests(queue) => match queue.try_send(batch) {
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
