//! What a program reports about a run of messages: counted, told, and made dead letters of.

use crate::error::RowError;
use crate::history::Bad;
use crate::message::Message;
use crate::metrics::TableMetrics;
use crate::pipeline::bad_messages::{self, BadMessages};
use crate::pipeline::dead_letter::{Cause, DeadLetters, Form};
use crate::pipeline::exit::{Exit, Failure};
use crate::program::Report;
use crate::spec::{BadData, TableSpec};
use std::time::Instant;

/// Counts what a program reports about a run of messages.
pub(super) struct Tally<'t, 'm> {
    pub(super) messages: &'t [Message<'m>],
    pub(super) table: usize,
    pub(super) spec: &'static TableSpec,
    pub(super) metrics: &'t TableMetrics,
    /// Messages that gave rows since the last hand-over, by flow.
    pub(super) emitted: &'t mut [u64],
    pub(super) bad_messages: &'t mut BadMessages,
    /// Where bad messages go; None: they are counted and told, and that is all.
    pub(super) letters: Option<&'t mut DeadLetters>,
    /// Where bad messages are noted, if the table's messages are kept.
    pub(super) bad: Option<&'t mut Vec<Bad>>,
    pub(super) form: Form,
    pub(super) now: Instant,
    pub(super) last_rejected: Option<usize>,
    pub(super) failure: Option<Failure>,
}

impl Tally<'_, '_> {
    /// A message counts once, by its first error, however many flows it fails.
    #[cold]
    fn reject(&mut self, message: usize, whole: bool, error: RowError) {
        if self.last_rejected == Some(message) {
            return;
        }
        self.last_rejected = Some(message);
        if let Some(bad) = &mut self.bad {
            bad.push(Bad {
                index: message,
                whole,
            });
        }
        self.metrics.rejected.add(1);
        self.metrics.reasons[error.reason as usize].add(1);
        let message = &self.messages[message];
        match self.spec.bad_data {
            BadData::Fail => {
                self.failure = Some(Failure {
                    exit: Exit::BadData,
                    message: bad_messages::describe(self.spec, message, error),
                });
            }
            BadData::Drop | BadData::DeadLetter(_) => {
                self.bad_messages.log(self.table, message, error, self.now);
            }
        }
        if let Some(letters) = &mut self.letters {
            letters.add(self.form, self.spec, message, Cause::Bad(error));
        }
    }
}

impl Report for Tally<'_, '_> {
    fn message_rejected(&mut self, message: usize, error: RowError) {
        self.reject(message, true, error);
        for flow in &self.metrics.flows {
            flow.rejected.add(1);
        }
    }

    fn row_rejected(&mut self, message: usize, flow: usize, error: RowError) {
        self.reject(message, false, error);
        self.metrics.flows[flow].rejected.add(1);
    }

    fn flow_done(&mut self, flow: usize, emitted: u64, filtered: u64) {
        if emitted > 0 {
            self.emitted[flow] += emitted;
            self.metrics.flows[flow].in_flight.add(emitted);
        }
        self.metrics.flows[flow].filtered.add(filtered);
    }

    fn empty(&mut self, count: u64) {
        self.metrics.empty.add(count);
    }
}

/// Hears of a message that goes through its program once more, only whether it was rejected: it
/// was counted the first time.
#[derive(Debug, Default)]
pub(super) struct Again {
    pub(super) rejected: bool,
}

impl Report for Again {
    fn message_rejected(&mut self, _message: usize, _error: RowError) {
        self.rejected = true;
    }

    fn row_rejected(&mut self, _message: usize, _flow: usize, _error: RowError) {
        self.rejected = true;
    }

    fn flow_done(&mut self, _flow: usize, _emitted: u64, _filtered: u64) {}

    fn empty(&mut self, _count: u64) {}
}
