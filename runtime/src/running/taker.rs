//! What takes the rows of a flow: a handler on a thread of its own, a stream, or nobody.

use super::abandon::Abandon;
use super::stream::Source;
use crate::embedded::{Handled, Unpacker};
use crate::log;
use crate::pipeline::exit::{Exit, Failure};
use crate::pipeline::panics;
use crate::sink::{Batch, Refused};
use bumpalo::Bump;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use std::time::Duration;

/// Calls a handler with a packed row.
pub(super) type Handler = Box<dyn FnMut(Unpacker<'_>) -> Handled + Send>;

/// What takes the rows of a flow.
pub struct Taker(pub(super) Kind);

pub(super) enum Kind {
    /// They go to the flow's sink, where it has one.
    Nobody,
    Handler(Handler),
    Stream(Source),
}

impl Taker {
    /// A handler, where there is one.
    pub fn of(handler: Option<impl FnMut(Unpacker<'_>) -> Handled + Send + 'static>) -> Self {
        Self(match handler {
            Some(handler) => Kind::Handler(Box::new(handler)),
            None => Kind::Nobody,
        })
    }

    /// Whether there is anything that takes rows.
    pub(super) fn is_somebody(&self) -> bool {
        match self.0 {
            Kind::Handler(_) | Kind::Stream(_) => true,
            Kind::Nobody => false,
        }
    }
}

impl std::fmt::Debug for Taker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Kind::Nobody => "Taker::Nobody",
            Kind::Handler(_) => "Taker::Handler",
            Kind::Stream(_) => "Taker::Stream",
        })
    }
}

/// The same times as for sinks of files.
const FIRST_RETRY: Duration = Duration::from_millis(100);
const LONGEST_RETRY: Duration = Duration::from_secs(10);

/// A handler on its thread.
pub(super) struct Calls {
    pub(super) flow: &'static str,
    pub(super) handler: Handler,
    pub(super) abandon: Abandon,
}

/// Why a handler is called no more.
enum Stop {
    /// The pipeline has ended.
    Abandoned,
    /// It panicked.
    Panicked(String),
}

impl Calls {
    /// Calls the handler with the rows of all batches, until nobody sends any.
    ///
    /// # Errors
    /// Where it panics.
    pub(super) fn run(mut self, queue: &Receiver<Batch>) -> Result<(), Failure> {
        log::speak_for("handler", None);
        let mut arena = Bump::new();
        while let Ok(batch) = queue.recv() {
            match self.batch(&batch, &mut arena) {
                Ok(refused) => batch.confirm_but(refused),
                Err(Stop::Abandoned) => return Ok(()),
                Err(Stop::Panicked(why)) => {
                    let flow = self.flow;
                    return Err(Failure {
                        exit: Exit::OutputFailed,
                        message: format!("the handler of `{flow}` panicked: {why}"),
                    });
                }
            }
        }
        Ok(())
    }

    fn batch(&mut self, batch: &Batch, arena: &mut Bump) -> Result<Vec<Refused>, Stop> {
        let mut refused = Vec::new();
        for row in 0..batch.rows.len() {
            arena.reset();
            if let Some(reason) = self.row(batch, row, arena)? {
                refused.push(Refused {
                    row,
                    reason: reason.into(),
                });
            }
        }
        Ok(refused)
    }

    /// Gives the handler a row until it is done with it, or will not be given it again: why.
    fn row(&mut self, batch: &Batch, row: usize, arena: &Bump) -> Result<Option<String>, Stop> {
        let mut limits = batch.limits.iter();
        let limit = limits.find(|limit| limit.rows.contains(&row));
        let limit = limit.map(|limit| limit.retries);
        let (flow, mut retries, mut delay) = (self.flow, 0, FIRST_RETRY);
        loop {
            if self.abandon.is_told() {
                return Err(Stop::Abandoned);
            }
            let unpacker = Unpacker::new(batch.rows.get(row), arena);
            let handler = AssertUnwindSafe(|| (self.handler)(unpacker));
            let why = match catch_unwind(handler) {
                Ok(Handled::Done) => return Ok(None),
                Ok(Handled::Refuse(why)) => {
                    tracing::warn!("the handler of `{flow}` refuses a row: {why}");
                    return Ok(Some(why));
                }
                Ok(Handled::Retry(why)) => why,
                Err(panic) => return Err(Stop::Panicked(panics::text(panic.as_ref()))),
            };
            if limit.is_some_and(|limit| retries >= limit) {
                tracing::warn!(
                    "the handler of `{flow}` did not take a row: {why}; given up after {retries} \
                     retries"
                );
                return Ok(Some(why));
            }
            retries += 1;
            batch.progress.metrics().outlet(batch.sink).retries.add(1);
            let delay_ms = delay.as_millis();
            tracing::warn!(
                "the handler of `{flow}` did not take a row: {why}; trying again in {delay_ms} ms"
            );
            if self.abandon.wait(delay) {
                return Err(Stop::Abandoned);
            }
            delay = (delay * 2).min(LONGEST_RETRY);
        }
    }
}
