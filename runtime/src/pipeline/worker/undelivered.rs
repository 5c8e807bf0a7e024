//! What becomes of rows that a sink does not take.

use super::tally::Again;
use super::{Origins, Worker};
use crate::encode::Rows;
use crate::pipeline::dead_letter::{Cause, DeadLetters};
use crate::pipeline::exit::{Exit, Failure};
use crate::sink::{Batch, Refusals, Refused};
use crate::spec::BadData;
use std::ops::Range;
use std::sync::Arc;

impl Worker {
    /// Looks after the rows that sinks have refused since. True: there were some, and their
    /// hand-overs may wait for dead letters now.
    pub(super) fn look_after_refused(&mut self) -> bool {
        let refusals = self.progress.refusals();
        let any = !refusals.is_empty();
        for each in refusals {
            self.undelivered(each);
        }
        any
    }

    fn undelivered(&mut self, refusals: Refusals) {
        let Refusals {
            sink,
            sequence,
            mut rows,
        } = refusals;
        let Some(flight) = self.flights.iter().position(|it| it.sequence == sequence) else {
            return;
        };
        rows.sort_by_key(|refused| refused.row);
        let mut origins = std::mem::take(&mut self.flights[flight].origins);
        let mut letters: Vec<DeadLetters> = Vec::new();
        letters.resize_with(self.tables.len(), DeadLetters::default);
        let runs: Vec<_> = origins
            .rows_of(sink)
            .map(|(run, rows)| (run.clone(), rows.clone()))
            .collect();
        for (run, span) in runs {
            let start = rows.partition_point(|refused| refused.row < span.start);
            let end = rows.partition_point(|refused| refused.row < span.end);
            let Some(first) = rows[start..end].first() else {
                continue;
            };
            let name = self.spec.sinks[sink].name;
            match self.tables[run.table].spec.bad_data {
                BadData::Drop => {}
                BadData::Fail => {
                    let table = self.tables[run.table].spec.name;
                    let reason = &first.reason;
                    self.stop_before(
                        flight,
                        format!("table `{table}`: sink `{name}` did not take a row: {reason}"),
                    );
                    return;
                }
                BadData::DeadLetter(_) => {
                    let refused = &rows[start..end];
                    let letters = &mut letters[run.table];
                    let run = (run.table, run.originals);
                    self.bury(&mut origins, run, (sink, span), refused, letters);
                }
            }
        }
        self.flights[flight].origins = origins;
        for (table, letters) in letters.into_iter().enumerate() {
            if !letters.is_empty() {
                let waits = self.send_letters(table, letters);
                self.flights[flight].waits.push(waits);
            }
        }
    }

    /// Makes dead letters of the messages of a run that gave the refused rows of a sink, each
    /// once. `rows` are those that the run gave that sink.
    fn bury(
        &mut self,
        origins: &mut Origins,
        (table, originals): (usize, Range<usize>),
        (sink, rows): (usize, Range<usize>),
        refused: &[Refused],
        letters: &mut DeadLetters,
    ) {
        let table = &mut self.tables[table];
        let name = self.spec.sinks[sink].name;
        let mut outputs: Vec<Rows> = Vec::new();
        outputs.resize_with(self.outputs.len(), Rows::default);
        let mut left = refused.iter().peekable();
        let mut end = rows.start;
        for original in originals {
            outputs.iter_mut().for_each(Rows::clear);
            let mut again = Again::default();
            origins.with(original, |message| {
                let (message, sink_of) = (std::slice::from_ref(message), &table.sink_of);
                let program = &mut table.program;
                program.process(message, sink_of, &mut outputs, &mut again);
            });
            end += outputs[sink].len();
            let mut reason = None;
            while let Some(refused) = left.next_if(|refused| refused.row < end) {
                reason.get_or_insert(refused.reason.as_ref());
            }
            // What was rejected for another flow became a dead letter then.
            if let Some(reason) = reason
                && !again.rejected
                && origins.bury(original)
            {
                let cause = Cause::Undelivered { sink: name, reason };
                origins.with(original, |message| {
                    letters.add(table.form, table.spec, message, cause);
                });
            }
            if left.peek().is_none() {
                break;
            }
        }
    }

    /// Hands over dead letters of a table: what must be waited for.
    pub(super) fn send_letters(&mut self, table: usize, letters: DeadLetters) -> (usize, u64) {
        let outlet = self.tables[table].outlet;
        self.sequence += 1;
        let progress = Arc::clone(&self.progress);
        let mut batch = Batch::new(outlet, self.sequence, letters.rows, progress);
        batch.properties = letters.properties;
        self.outlets[outlet].send(batch);
        (outlet, self.sequence)
    }

    /// A table under `bad_data = 'fail'` has failed at a hand-over: that and all behind it is not
    /// acknowledged any more.
    fn stop_before(&mut self, flight: usize, message: String) {
        self.fail(Failure {
            exit: Exit::BadData,
            message,
        });
        self.give_up(flight);
        self.stopped = true;
    }
}
