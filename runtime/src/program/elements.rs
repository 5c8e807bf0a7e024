//! Messages that are arrays, each element of which goes through its table's code as a message
//! does. A message is accepted or bad as a whole: its rows stay when all of its elements are
//! documents that pass the checks.

use super::{Batch, Outcome, Table};
use crate::decode::json::level::Level;
use crate::decode::json::{Elements, Text};
use crate::encode::{Out, Output};
use crate::error::RowError;
use crate::message::Message;
use crate::row::Row;

/// Runs the flows on each element of message `index` and reports what became of it. The first
/// flow runs while the elements are decoded for the first time; the others have them decoded anew.
#[inline(never)]
pub(super) fn run<T: Table<O>, O: Output + ?Sized, L: Level>(
    batch: &mut Batch<'_, '_, T, O>,
    level: L,
    (index, message): (usize, &Message<'_>),
    (text, offset): (Text<'_>, u32),
) {
    let before = O::begin(&mut batch.out(0));
    let checked = first_flow(batch, level, message, text);
    let failed = !matches!(checked, Ok(Ok(_)));
    let held_back = O::finish(&mut batch.out(0), before, failed);
    match checked {
        Err(error) => {
            batch.scratch.counts.rejected += 1;
            batch.report.message_rejected(index, error.moved(offset));
        }
        Ok(outcome) => {
            let outcome = if O::GIVES_AT_ONCE && held_back {
                pass(batch, level, message, text, 0)
            } else {
                outcome
            };
            note(batch, index, 0, outcome, offset);
            for flow in 1..T::FLOWS {
                let outcome = later_flow(batch, level, message, text, flow);
                note(batch, index, flow, outcome, offset);
            }
        }
    }
}

fn note<T, O: ?Sized>(
    batch: &mut Batch<'_, '_, T, O>,
    index: usize,
    flow: usize,
    outcome: Result<Outcome, RowError>,
    offset: u32,
) {
    match outcome {
        Ok(Outcome::Filtered) => {}
        Ok(Outcome::Emitted) => batch.scratch.counts.tallies[flow].emitted += 1,
        Err(error) => {
            batch.scratch.counts.tallies[flow].rejected += 1;
            batch.report.row_rejected(index, flow, error.moved(offset));
        }
    }
}

/// Decodes and checks all elements, and runs flow 0 on them up to its first error. An error of
/// its own where the message is bad.
fn first_flow<T: Table<O>, O: Output + ?Sized, L: Level>(
    batch: &mut Batch<'_, '_, T, O>,
    level: L,
    message: &Message<'_>,
    text: Text<'_>,
) -> Result<Result<Outcome, RowError>, RowError> {
    let mut outcome = Ok(Outcome::Filtered);
    each::<T, O, L>(batch, level, message, text, |row, out, at| {
        T::check(row)?;
        if let Ok(before) = outcome {
            let now = T::flow(0, row, out);
            outcome = now
                .map(|now| before.or(now))
                .map_err(|error| error.moved(at));
        }
        Ok(())
    })?;
    Ok(outcome)
}

/// Runs another flow on all elements, which are known to be good: it gives all rows or none.
fn later_flow<T: Table<O>, O: Output + ?Sized, L: Level>(
    batch: &mut Batch<'_, '_, T, O>,
    level: L,
    message: &Message<'_>,
    text: Text<'_>,
    flow: usize,
) -> Result<Outcome, RowError> {
    let before = O::begin(&mut batch.out(flow));
    let done = pass(batch, level, message, text, flow);
    let held_back = O::finish(&mut batch.out(flow), before, done.is_err());
    if O::GIVES_AT_ONCE && held_back {
        return pass(batch, level, message, text, flow);
    }
    done
}

/// Runs a flow on all elements up to its first error.
fn pass<T: Table<O>, O: Output + ?Sized, L: Level>(
    batch: &mut Batch<'_, '_, T, O>,
    level: L,
    message: &Message<'_>,
    text: Text<'_>,
    flow: usize,
) -> Result<Outcome, RowError> {
    let mut outcome = Outcome::Filtered;
    let done = each::<T, O, L>(batch, level, message, text, |row, mut out, _| {
        out.flow = flow;
        outcome = outcome.or(T::flow(flow, row, out)?);
        Ok(())
    });
    done.map(|()| outcome)
}

/// Calls `then` with each element as a row, and where it stands. Errors come with that place.
fn each<T: Table<O>, O: Output + ?Sized, L: Level>(
    batch: &mut Batch<'_, '_, T, O>,
    level: L,
    message: &Message<'_>,
    text: Text<'_>,
    mut then: impl FnMut(Row<'_>, Out<'_, O>, u32) -> Result<(), RowError>,
) -> Result<(), RowError> {
    let mut elements = Elements::new(level, text, T::VALIDATION)?;
    while let Some((at, text)) = elements.next_element()? {
        batch.scratch.reuse_arena();
        let cells = batch.scratch.decoder.decode_apart(level, text);
        let row = Row {
            message,
            text,
            cells: cells.map_err(|error| error.moved(at))?,
            arena: &batch.scratch.arena,
        };
        let out = Out {
            outputs: batch.outputs,
            sink_of: batch.sink_of,
            flow: 0,
        };
        then(row, out, at).map_err(|error| error.moved(at))?;
    }
    Ok(())
}
