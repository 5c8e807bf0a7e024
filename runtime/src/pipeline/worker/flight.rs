//! Hand-overs on their way: what they hold, and what is counted when they are done.

use super::{Origins, Worker};
use crate::message::Message;
use crate::metrics::ConnectionMetrics;
use std::time::{Duration, Instant, SystemTime};

/// A hand-over that is not confirmed yet.
pub(super) struct Flight {
    pub(super) sequence: u64,
    pub(super) reaches: u64,
    /// Outlets and the last sequence number that each must confirm.
    pub(super) waits: Vec<(usize, u64)>,
    pub(super) origins: Origins,
    /// Messages that gave its rows: of which table (an index into [`Worker::tables`]) and flow.
    pub(super) emitted: Vec<(usize, usize, u64)>,
    /// When the first of its messages was received.
    pub(super) first_received_us: Option<i64>,
}

impl Worker {
    /// Notes when the first message since the last hand-over was received.
    pub(super) fn note_received(&mut self, message: Option<&Message<'_>>) {
        if self.first_received_us.is_none() {
            self.first_received_us = message.map(|message| message.received_at_us);
        }
    }

    /// A hand-over begins.
    pub(super) fn take_off(&mut self, flight: Flight, now: Instant) {
        if self.flights.is_empty() {
            self.reporting.waiting.moved(now, true);
        }
        if let Some(connection) = self.counters() {
            connection.batches.add(1);
        }
        self.flights.push_back(flight);
    }

    /// A hand-over is confirmed, and was the first of those that were not.
    pub(super) fn land(&mut self, flight: Flight) {
        self.confirmed = flight.reaches;
        let goes_on = !self.flights.is_empty();
        self.reporting.waiting.moved(Instant::now(), goes_on);
        for &(table, flow, messages) in &flight.emitted {
            let counted = &self.metrics.tables[self.tables[table].index].flows[flow];
            counted.emitted.add(messages);
            counted.in_flight.sub(messages);
        }
        if let Some(connection) = self.counters() {
            connection.batches.sub(1);
            if let Some(received_us) = flight.first_received_us {
                connection
                    .lag
                    .observe(since(received_us, SystemTime::now()));
            }
        }
        let mut origins = flight.origins;
        if !origins.is_empty() {
            origins.clear();
            self.spare_origins.push(origins);
        }
    }

    /// The hand-over at `first` and all behind it will never be confirmed.
    pub(super) fn give_up(&mut self, first: usize) {
        if let Some(connection) = self.counters() {
            connection.batches.sub((self.flights.len() - first) as u64);
        }
        self.flights.truncate(first);
        let goes_on = !self.flights.is_empty();
        self.reporting.waiting.moved(Instant::now(), goes_on);
    }

    /// Messages that gave rows since the last hand-over, by table and flow.
    pub(super) fn take_emitted(&mut self) -> Vec<(usize, usize, u64)> {
        let mut emitted = Vec::new();
        for (index, table) in self.tables.iter_mut().enumerate() {
            for (flow, messages) in table.emitted.iter_mut().enumerate() {
                if *messages > 0 {
                    emitted.push((index, flow, std::mem::take(messages)));
                }
            }
        }
        emitted
    }

    /// The counters of the connection; a replay has none.
    fn counters(&self) -> Option<&ConnectionMetrics> {
        self.metrics.connections.get(self.connection?)
    }
}

/// How long something is ago, by a clock that may have been put back since.
fn since(received_us: i64, now: SystemTime) -> Duration {
    let received = Duration::from_micros(u64::try_from(received_us).unwrap_or_default());
    let received = SystemTime::UNIX_EPOCH + received;
    now.duration_since(received).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_put_back_makes_no_negative_times() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(10);
        assert_eq!(since(9_500_000, now), Duration::from_millis(500));
        assert_eq!(since(11_000_000, now), Duration::ZERO);
        assert_eq!(since(-1, now), Duration::from_secs(10));
    }
}
