//! How long a sink tries to write.

use super::End;
use crate::sink::Batch;
use std::io;
use std::time::Duration;

const FIRST_RETRY: Duration = Duration::from_millis(100);
const LONGEST_RETRY: Duration = Duration::from_secs(10);

/// Why rows are not written.
pub(in crate::sink) enum Lost {
    /// The sink ends.
    End(End),
    /// They were tried so often as they may be.
    GivenUp(String),
}

/// Waits longer each time.
pub(in crate::sink) struct Retry {
    name: String,
    delay: Duration,
    /// How often the rows are tried again before they are given up.
    limit: Option<u32>,
    /// How often the sink tries before it ends.
    patience: Option<u32>,
    retries: u32,
}

impl Retry {
    /// For writing to `name`.
    pub(in crate::sink) fn new(name: &str, limit: Option<u32>, patience: Option<u32>) -> Self {
        Self {
            name: name.to_owned(),
            delay: FIRST_RETRY,
            limit,
            patience,
            retries: 0,
        }
    }

    /// An error, where no retry is left.
    pub(in crate::sink) fn wait(
        &mut self,
        error: &io::Error,
        batch: Option<&Batch>,
    ) -> Result<(), Lost> {
        let name = &self.name;
        if self.limit.is_some_and(|limit| self.retries >= limit) {
            let retries = self.retries;
            tracing::warn!("cannot write to {name}: {error}; given up after {retries} retries");
            return Err(Lost::GivenUp(error.to_string()));
        }
        if self
            .patience
            .is_some_and(|patience| self.retries >= patience)
        {
            let message = format!("cannot write to {name}: {error}");
            return Err(Lost::End(End::Failed(message)));
        }
        self.retries += 1;
        if let Some(batch) = batch {
            let counted = batch.progress.metrics().outlet(batch.sink);
            counted.retries.add(1);
        }
        let delay_ms = self.delay.as_millis();
        tracing::warn!("cannot write to {name}: {error}; trying again in {delay_ms} ms");
        std::thread::sleep(self.delay);
        self.delay = (self.delay * 2).min(LONGEST_RETRY);
        Ok(())
    }
}
