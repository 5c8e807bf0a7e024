//! Messages that are arrays, each element of which goes through its table's code as a message
//! does. A message is accepted or bad as a whole: its rows stay when all of its elements are
//! documents that pass the checks.

use super::{Batch, Outcome, Table};
use crate::decode::json::level::Level;
use crate::decode::json::{Elements, Text};
use crate::encode::Out;
use crate::error::RowError;
use crate::message::Message;
use crate::row::Row;

/// Runs the flows on each element of message `index` and reports what became of it. The first
/// flow runs while the elements are decoded for the first time; the others have them decoded anew.
#[inline(never)]
pub(super) fn run<T: Table, L: Level>(
    batch: &mut Batch<'_, '_, T>,
    level: L,
    (index, message): (usize, &Message<'_>),
    (text, offset): (Text<'_>, u32),
) {
    let before = batch.outputs[batch.sink_of[0]].len();
    match first_flow(batch, level, message, text) {
        Err(error) => {
            batch.outputs[batch.sink_of[0]].truncate(before);
            batch.scratch.counts.rejected += 1;
            batch.report.message_rejected(index, error.moved(offset));
        }
        Ok(outcome) => {
            if outcome.is_err() {
                batch.outputs[batch.sink_of[0]].truncate(before);
            }
            note(batch, index, 0, outcome, offset);
            for flow in 1..T::FLOWS {
                let outcome = later_flow(batch, level, message, text, flow);
                note(batch, index, flow, outcome, offset);
            }
        }
    }
}

fn note<T>(
    batch: &mut Batch<'_, '_, T>,
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
fn first_flow<T: Table, L: Level>(
    batch: &mut Batch<'_, '_, T>,
    level: L,
    message: &Message<'_>,
    text: Text<'_>,
) -> Result<Result<Outcome, RowError>, RowError> {
    let mut outcome = Ok(Outcome::Filtered);
    each::<T, L>(batch, level, message, text, |row, out, at| {
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
fn later_flow<T: Table, L: Level>(
    batch: &mut Batch<'_, '_, T>,
    level: L,
    message: &Message<'_>,
    text: Text<'_>,
    flow: usize,
) -> Result<Outcome, RowError> {
    let sink = batch.sink_of[flow];
    let before = batch.outputs[sink].len();
    let mut outcome = Outcome::Filtered;
    let done = each::<T, L>(batch, level, message, text, |row, mut out, _| {
        out.flow = flow;
        outcome = outcome.or(T::flow(flow, row, out)?);
        Ok(())
    });
    if done.is_err() {
        batch.outputs[sink].truncate(before);
    }
    done.map(|()| outcome)
}

/// Calls `then` with each element as a row, and where it stands. Errors come with that place.
fn each<T: Table, L: Level>(
    batch: &mut Batch<'_, '_, T>,
    level: L,
    message: &Message<'_>,
    text: Text<'_>,
    mut then: impl FnMut(Row<'_>, Out<'_>, u32) -> Result<(), RowError>,
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
