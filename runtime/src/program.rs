//! The compiled part of a pipeline as the runtime sees it: one dynamic call per batch, everything
//! below it monomorphised for the table.

use crate::decode::json::{self, Cell, Decoder, StraightLine};
use crate::encode::Rows;
use crate::error::RowError;
use crate::message::Message;
use crate::row::Row;
use bumpalo::Bump;
use std::marker::PhantomData;

/// What laminarc generates for a table.
pub trait Table: 'static {
    /// What the decoder must find.
    const SHAPE: &'static json::Shape;
    /// How many flows there are.
    const FLOWS: usize;

    /// Reads the message on the straight line: declared keys in declared order, no white space.
    /// None where the message is written in any other way; the reference path then decides.
    fn straight_line(line: &mut json::StraightLine<'_, '_>) -> Option<()>;

    /// The checks that a message must pass before any flow sees it.
    fn check(row: &Row<'_>) -> Result<(), RowError>;

    /// Runs flow `flow` (below [`Table::FLOWS`]): appends at most one row to `out`.
    fn flow(flow: usize, row: &Row<'_>, out: &mut Rows) -> Result<Outcome, RowError>;
}

/// What a flow made of a message that it could read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// At least one row was appended.
    Emitted,
    /// WHERE was not true.
    Filtered,
}

/// A table's decoder and flows, with the scratch memory they work in.
pub trait Program: Send {
    /// Decodes `messages` and runs every flow on each, in order.
    ///
    /// `outputs[i]` takes the rows of flow `i`'s sink as `sink_of[i]` says: flow `i` appends to
    /// `outputs[sink_of[i]]`. Results are reported to `report` in message order.
    fn process(
        &mut self,
        messages: &[Message<'_>],
        sink_of: &[usize],
        outputs: &mut [Rows],
        report: &mut dyn Report,
    );
}

/// Hears what became of messages.
pub trait Report {
    /// Message `message` (index into the batch) as a whole is bad: no flow gave a row.
    fn message_rejected(&mut self, message: usize, error: RowError);
    /// Flow `flow` could not make its row from message `message`.
    fn row_rejected(&mut self, message: usize, flow: usize, error: RowError);
    /// Called once per batch and flow.
    fn flow_done(&mut self, flow: usize, emitted: u64, filtered: u64);
    /// Messages with an empty payload, which are neither decoded nor bad: once per batch.
    fn empty(&mut self, count: u64);
}

/// The program of `T`: what a table's specification names.
pub fn boxed<T: Table>() -> Box<dyn Program> {
    Box::new(Runner::<T> {
        scratch: Scratch::new(T::SHAPE, T::FLOWS),
        table: PhantomData,
    })
}

/// Scratch memory in its first size, in bytes. It grows to what the largest row takes.
const ARENA_BYTES: usize = 4096;

/// Runs a table's code. It is compiled once a table, so all that can be is outside of it.
struct Runner<T> {
    scratch: Scratch,
    table: PhantomData<fn() -> T>,
}

/// What a runner works in; the same for every table.
struct Scratch {
    decoder: Decoder,
    cells: Vec<Cell>,
    arena: Bump,
    tallies: Vec<Tally>,
    empty: u64,
}

/// A flow's rows in one batch.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    emitted: u64,
    filtered: u64,
}

impl Scratch {
    fn new(shape: &'static json::Shape, flows: usize) -> Self {
        Self {
            decoder: Decoder::new(shape),
            cells: vec![Cell::default(); shape.slots],
            arena: Bump::with_capacity(ARENA_BYTES),
            tallies: vec![Tally::default(); flows],
            empty: 0,
        }
    }

    fn finish(&mut self, report: &mut dyn Report) {
        for (flow, tally) in self.tallies.iter_mut().enumerate() {
            report.flow_done(flow, tally.emitted, tally.filtered);
            *tally = Tally::default();
        }
        report.empty(std::mem::take(&mut self.empty));
    }
}

impl Tally {
    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Emitted => self.emitted += 1,
            Outcome::Filtered => self.filtered += 1,
        }
    }
}

impl<T: Table> Program for Runner<T> {
    fn process(
        &mut self,
        messages: &[Message<'_>],
        sink_of: &[usize],
        outputs: &mut [Rows],
        report: &mut dyn Report,
    ) {
        let scratch = &mut self.scratch;
        for (index, message) in messages.iter().enumerate() {
            if message.payload.is_empty() {
                scratch.empty += 1;
                continue;
            }
            scratch.arena.reset();
            let mut line = StraightLine::new(message.payload, &mut scratch.cells);
            let decoded = match T::straight_line(&mut line) {
                Some(()) => Ok(()),
                None => scratch.decoder.decode(message.payload, &mut scratch.cells),
            };
            let row = Row {
                message,
                cells: &scratch.cells,
                arena: &scratch.arena,
            };
            if let Err(error) = decoded.and_then(|()| T::check(&row)) {
                report.message_rejected(index, error);
                continue;
            }
            for (flow, tally) in scratch.tallies.iter_mut().enumerate() {
                match T::flow(flow, &row, &mut outputs[sink_of[flow]]) {
                    Ok(outcome) => tally.count(outcome),
                    Err(error) => report.row_rejected(index, flow, error),
                }
            }
        }
        scratch.finish(report);
    }
}
