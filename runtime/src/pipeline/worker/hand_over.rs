//! Handing over what has gathered.

use super::{Flight, Worker, origins};
use crate::sink::{Batch, Limit};
use crate::spec::BadData;
use std::sync::Arc;
use std::time::Instant;

impl Worker {
    /// Hands over what has gathered.
    pub fn flush(&mut self) {
        self.deadline = None;
        let has_rows = self.outputs.iter().any(|rows| !rows.ends.is_empty());
        if self.stopped || (self.handed_over == self.taken && !has_rows) {
            return;
        }
        self.handed_over = self.taken;
        self.sequence += 1;
        let sequence = self.sequence;
        let mut waits = Vec::new();
        let now = Instant::now();
        for sink in 0..self.outputs.len() {
            if self.outputs[sink].ends.is_empty() {
                continue;
            }
            waits.push((sink, sequence));
            let limits = self.limits(sink);
            if let Some(samples) = &self.samples {
                samples.note_rows(sink, &self.outputs[sink], now);
            }
            let rows = std::mem::replace(&mut self.outputs[sink], self.progress.spare());
            let progress = Arc::clone(&self.progress);
            self.outlets[sink].send(Batch {
                limits,
                ..Batch::new(sink, sequence, rows, progress)
            });
        }
        for table in 0..self.tables.len() {
            self.tables[table].in_batch = 0;
            let letters = std::mem::take(&mut self.tables[table].letters);
            if !letters.is_empty() {
                waits.push(self.send_letters(table, letters));
            }
        }
        let fresh = self.spare_origins.pop().unwrap_or_default();
        let flight = Flight {
            sequence,
            reaches: self.taken,
            waits,
            origins: std::mem::replace(&mut self.origins, fresh),
            emitted: self.take_emitted(),
            first_received_us: self.first_received_us.take(),
        };
        self.take_off(flight, now);
    }

    /// Which rows of a sink may be given up, since their messages can become dead letters.
    fn limits(&self, sink: usize) -> Vec<Limit> {
        let mut limits = Vec::new();
        for (run, rows) in self.origins.rows_of(sink) {
            let table = self.tables[run.table].spec;
            if let BadData::DeadLetter(letters) = table.bad_data {
                let limit = Limit {
                    rows: rows.clone(),
                    retries: letters.max_retries,
                    while_unreachable: !self.shares_session(sink, table.connection),
                };
                origins::add_limit(&mut limits, limit);
            }
        }
        limits
    }

    /// Whether a sink publishes on this connection, as the dead letters of its tables do.
    fn shares_session(&self, sink: usize, connection: usize) -> bool {
        self.spec.sinks[sink].kind.connection() == Some(connection)
    }
}
