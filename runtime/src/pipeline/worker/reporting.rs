//! What was received, told once a minute.

use super::Worker;
use crate::pipeline::summary::Recent;
use std::time::{Duration, Instant};

/// How often a live worker tells what it received.
const INTERVAL: Duration = Duration::from_mins(1);

/// What a worker has told, and when it tells more.
#[derive(Debug)]
pub(super) struct Reporting {
    recent: Recent,
    /// When the next lines are due; None: nothing was received since the last ones.
    pub(super) due: Option<Instant>,
    tells: Tells,
}

/// Which lines a worker tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tells {
    /// None: it is a replay, which has its summary soon, or another worker tells them.
    Nothing,
    /// Those of its tables, which it alone receives for.
    Own,
    /// Those of its tables, which other workers receive for, too: it may be that only they do.
    ForAll,
}

impl Reporting {
    pub(super) fn new(is_live: bool) -> Self {
        Self {
            recent: Recent::default(),
            due: None,
            tells: if is_live { Tells::Own } else { Tells::Nothing },
        }
    }
}

impl Worker {
    /// Several workers receive for these tables, and count on the same counters: the first tells
    /// for all of them.
    pub fn make_one_of_several(&mut self, is_first: bool, now: Instant) {
        self.reporting.tells = Tells::Nothing;
        if is_first {
            self.reporting.tells = Tells::ForAll;
            self.reporting.due = Some(now + INTERVAL);
        }
    }

    /// Something is about to be received. A line that is never idle comes to no tick.
    pub(super) fn report_received(&mut self, now: Instant) {
        if self.reporting.tells != Tells::Nothing {
            self.report(now);
            self.reporting.due.get_or_insert(now + INTERVAL);
        }
    }

    /// Tells what was received, where that is due: a minute after the first message that was not
    /// told about yet.
    pub(super) fn report(&mut self, now: Instant) {
        let reporting = &mut self.reporting;
        if reporting.due.is_none_or(|due| now < due) {
            return;
        }
        reporting.due = match reporting.tells {
            Tells::Nothing | Tells::Own => None,
            Tells::ForAll => Some(now + INTERVAL),
        };
        let tables = self.tables.iter().map(|table| table.index);
        for line in reporting.recent.lines(self.spec, &self.metrics, tables) {
            tracing::info!("{line} in the last minute");
        }
    }
}
