//! What other processes left and there is no room to finish: files are made of spools, and the disk
//! may be full. Their rows are safe where they are, so the pipeline starts, and tries again.

use super::part::Part;
use super::{TICK, recover};
use crate::spec::FilesSpec;
use std::error::Error;
use std::io;
use std::time::{Duration, Instant};

/// How long it waits between two attempts, at most.
const LONGEST_RETRY: Duration = Duration::from_secs(10);

/// Files that wait for room.
#[derive(Debug)]
pub(super) struct Left {
    parts: Vec<Part>,
    delay: Duration,
    due: Instant,
}

impl Left {
    /// Finishes what was left below the pattern's folder, but for what there is no room for.
    ///
    /// # Errors
    /// What else the system says, or is wrong in a spool.
    pub(super) fn finish(spec: &'static FilesSpec, pattern: &super::Pattern) -> io::Result<Self> {
        let mut left = Self {
            parts: Vec::new(),
            delay: TICK,
            due: Instant::now() + TICK,
        };
        for mut part in recover::left_behind(spec, pattern)? {
            match part.publish() {
                Ok(()) => {}
                Err(error) if is_without_room(&error) => left.keep(part, &error),
                Err(error) => return Err(error),
            }
        }
        Ok(left)
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Tries again where it is time to.
    pub(super) fn finish_due(&mut self) {
        if !self.parts.is_empty() && Instant::now() >= self.due {
            self.delay = (2 * self.delay).min(LONGEST_RETRY);
            self.finish_now();
            self.due = Instant::now() + self.delay;
        }
    }

    /// Tries again. What cannot be finished is kept, for another process in the end.
    pub(super) fn finish_now(&mut self) {
        for mut part in std::mem::take(&mut self.parts) {
            if let Err(error) = part.publish() {
                self.keep(part, &error);
            }
        }
    }

    fn keep(&mut self, part: Part, error: &io::Error) {
        tracing::warn!("cannot finish what another process left: {error}; its rows are kept");
        self.parts.push(part);
    }
}

/// Whether an error passes when somebody has made room. Libraries wrap what the system says.
pub(super) fn is_without_room(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    let is_one =
        |error: &io::Error| matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge);
    let mut within = error.get_ref().map(|inner| inner as &(dyn Error + 'static));
    let mut found = is_one(error);
    while let Some(inner) = within.filter(|_| !found) {
        found = inner.downcast_ref().is_some_and(is_one);
        within = inner.source();
    }
    found
}
