//! The compiled part of a pipeline as the runtime sees it: one dynamic call per batch, everything
//! below it monomorphised for the table.

use crate::decode::json;
use crate::encode::Rows;
use crate::error::RowError;
use crate::message::Message;
use crate::row::Row;

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
