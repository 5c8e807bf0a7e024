//! What was received, told once a minute; and sinks that take nothing.

use super::Worker;
use crate::pipeline::outlets;
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
    /// Hand-overs that are waited for.
    pub(super) waiting: Waiting,
}

/// For how long hand-overs have been waited for, none of which was confirmed.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    since: Option<Instant>,
    /// When that is told, as long as it stays so.
    pub(super) due: Option<Instant>,
}

impl Waiting {
    /// A hand-over was confirmed, or is the first to be waited for; `goes_on`: there are others.
    pub(super) fn moved(&mut self, now: Instant, goes_on: bool) {
        self.since = goes_on.then_some(now);
        self.due = goes_on.then(|| now + INTERVAL);
    }

    /// How long it has been, where that is due.
    fn tell(&mut self, now: Instant) -> Option<Duration> {
        let since = self.since?;
        self.due.filter(|&due| now >= due)?;
        self.due = Some(now + INTERVAL);
        Some(now.duration_since(since))
    }
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
            waiting: Waiting::default(),
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

    /// Tells which sink holds everything up, where one does.
    pub(super) fn report_waiting(&mut self, now: Instant) {
        let Some(waited) = self.reporting.waiting.tell(now) else {
            return;
        };
        let Some(flight) = self.flights.front() else {
            return;
        };
        let mut waits = flight.waits.iter();
        let missing = waits.find(|(outlet, sequence)| self.progress.confirmed(*outlet) < *sequence);
        let name = missing.and_then(|(outlet, _)| outlets::name(self.spec, *outlet));
        let (batches, seconds) = (self.flights.len(), waited.as_secs());
        let batches = match batches {
            1 => "1 batch waits".to_owned(),
            several => format!("{several} batches wait"),
        };
        let name = name.unwrap_or_default();
        tracing::warn!("sink `{name}` has taken nothing for {seconds} s: {batches} for it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_waited_for_in_vain_is_told_each_minute() {
        let start = Instant::now();
        let mut waiting = Waiting::default();
        assert_eq!((waiting.due, waiting.tell(start)), (None, None));
        waiting.moved(start, true);
        let half = INTERVAL / 2;
        assert_eq!(waiting.tell(start + half), None);
        waiting.moved(start + half, true);
        assert_eq!(waiting.tell(start + INTERVAL), None, "something moved");
        assert_eq!(waiting.tell(start + half + INTERVAL), Some(INTERVAL));
        assert_eq!(waiting.tell(start + half + INTERVAL), None, "it is told");
        assert_eq!(
            waiting.tell(start + half + INTERVAL * 2),
            Some(INTERVAL * 2)
        );
        waiting.moved(start + INTERVAL * 3, false);
        assert_eq!(waiting.due, None);
    }
}
