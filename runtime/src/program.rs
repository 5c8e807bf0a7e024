//! The compiled part of a pipeline as the runtime sees it: one dynamic call per batch, everything
//! below it monomorphised for the table.

mod elements;
mod generated;
mod typed;
mod unnest;

pub use generated::{Generated, generated, generated_typed};
pub use typed::{TypedTable, boxed_typed, boxed_typed_onto};

use crate::decode::json::level::{Cpu, Job, Level};
use crate::decode::json::{self, Decoder, Padded, Tiers};
use crate::encode::{Out, Output, Rows};
use crate::error::RowError;
use crate::message::Message;
use crate::payload::Payload;
use crate::row::Row;
use bumpalo::Bump;
use std::marker::PhantomData;

/// What laminarc generates for a table whose rows go to an `O`.
pub trait Table<O: ?Sized = [Rows]>: 'static {
    /// What the decoder must find.
    const SHAPE: &'static json::Shape;
    /// How much of a message is validated.
    const VALIDATION: json::Validation = json::Validation::Strict;
    /// How many flows there are.
    const FLOWS: usize;

    /// Whether a byte-order mark and NULs around a message are cut off.
    const TRIM: bool = false;
    /// Whether a message is an array, each element of which is a document.
    const ELEMENTS: bool = false;

    /// How many keys [`Table::line`] has; 0: there is none.
    const LINE: usize = 0;

    /// Walks along a message that is written as the table declares it: false where it is not.
    #[inline(always)]
    fn line<W: json::Line>(_line: &mut W) -> bool {
        false
    }

    /// Makes ready what all messages need, before the first.
    fn prepare() {}

    /// The checks that a message must pass before any flow sees it.
    fn check(row: Row<'_>) -> Result<(), RowError>;

    /// Runs flow `flow` (below [`Table::FLOWS`]): gives `out` all rows that it makes of the
    /// message, or none where one of them fails.
    fn flow(flow: usize, row: Row<'_>, out: Out<'_, O>) -> Result<Outcome, RowError>;
}

/// What a flow made of a message that it could read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// At least one row was appended.
    Emitted,
    /// WHERE was not true.
    Filtered,
}

impl Outcome {
    /// What two parts of a flow made of a message together.
    #[inline]
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Filtered, Self::Filtered) => Self::Filtered,
            (Self::Emitted, _) | (_, Self::Emitted) => Self::Emitted,
        }
    }
}

/// A table's decoder and flows, with the scratch memory they work in.
pub trait Program<O: ?Sized = [Rows]>: Send {
    /// Decodes `messages` and runs every flow on each, in order.
    ///
    /// `outputs[i]` takes the rows of flow `i`'s sink as `sink_of[i]` says: flow `i` appends to
    /// `outputs[sink_of[i]]`. Results are reported to `report` in message order.
    fn process(
        &mut self,
        messages: &[Message<'_>],
        sink_of: &[usize],
        outputs: &mut O,
        report: &mut dyn Report,
    );
}

/// Hears what became of messages.
pub trait Report {
    /// Message `message` (index into the batch) as a whole is bad: no flow gave a row.
    fn message_rejected(&mut self, message: usize, error: RowError);
    /// Flow `flow` could not make its rows from message `message`.
    fn row_rejected(&mut self, message: usize, flow: usize, error: RowError);
    /// Called once per batch and flow.
    fn flow_done(&mut self, flow: usize, emitted: u64, filtered: u64);
    /// Messages with an empty payload, which are neither decoded nor bad: once per batch.
    fn empty(&mut self, count: u64);
}

/// The program of `T`: what a table's specification names.
pub fn boxed<T: Table>() -> Box<dyn Program> {
    boxed_for::<T>(Cpu::detect(), Tiers::ALL)
}

/// The program of `T` at a level of its CPU, with some of the decoder's tiers: for tests, which
/// hold all of them against each other.
pub fn boxed_for<T: Table>(cpu: Cpu, tiers: Tiers) -> Box<dyn Program> {
    Box::new(Runner::<T>::new::<[Rows]>(cpu, tiers))
}

/// The program of `T` for an output of another kind.
pub fn boxed_onto<T: Table<O>, O: Output + ?Sized>() -> Box<dyn Program<O>> {
    Box::new(Runner::<T>::new::<O>(Cpu::detect(), Tiers::ALL))
}

/// Runs what happens to a row that passed its filter. It is seldom: kept out of the loop over
/// messages, which is compiled once for each level of CPU.
#[cold]
#[inline(never)]
pub fn matched(write: impl FnOnce() -> Result<Outcome, RowError>) -> Result<Outcome, RowError> {
    write()
}

/// Scratch memory in its first size, in bytes. It grows to what the largest row takes.
const ARENA_BYTES: usize = 4096;

/// Runs a table's code. It is compiled once a table and level, so all that can be is outside of
/// it.
struct Runner<T> {
    scratch: Scratch,
    cpu: Cpu,
    table: PhantomData<fn() -> T>,
}

/// What a runner works in; the same for every table.
struct Scratch {
    decoder: Decoder,
    padded: Padded,
    arena: Bump,
    /// What the arena has while no row uses it.
    free: usize,
    counts: Counts,
}

/// What became of the messages of a batch.
struct Counts {
    tallies: Vec<Tally>,
    empty: u64,
    /// Messages that reached no flow.
    rejected: u64,
}

/// A flow's messages in one batch, but for those that it filters: they are the most, and follow
/// from the others.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    emitted: u64,
    rejected: u64,
}

impl Scratch {
    /// Memory of the last row is free again, if it took any.
    #[inline]
    fn reuse_arena(&mut self) {
        if self.arena.chunk_capacity() != self.free {
            self.arena.reset();
            self.free = self.arena.chunk_capacity();
        }
    }
}

impl Counts {
    fn new(flows: usize) -> Self {
        Self {
            tallies: vec![Tally::default(); flows],
            empty: 0,
            rejected: 0,
        }
    }

    /// Reports a batch of so many messages.
    fn finish(&mut self, messages: usize, report: &mut dyn Report) {
        let reached = messages as u64 - self.empty - self.rejected;
        for (flow, tally) in self.tallies.iter_mut().enumerate() {
            let filtered = reached - tally.emitted - tally.rejected;
            report.flow_done(flow, tally.emitted, filtered);
            *tally = Tally::default();
        }
        self.rejected = 0;
        report.empty(std::mem::take(&mut self.empty));
    }
}

impl<T> Runner<T> {
    fn new<O: ?Sized>(cpu: Cpu, tiers: Tiers) -> Self
    where
        T: Table<O>,
    {
        T::prepare();
        Self {
            scratch: Scratch {
                decoder: Decoder::with_tiers(T::SHAPE, T::VALIDATION, tiers),
                padded: Padded::default(),
                arena: Bump::with_capacity(ARENA_BYTES),
                free: 0,
                counts: Counts::new(T::FLOWS),
            },
            cpu,
            table: PhantomData,
        }
    }
}

impl<T: Table<O>, O: Output + ?Sized> Program<O> for Runner<T> {
    fn process(
        &mut self,
        messages: &[Message<'_>],
        sink_of: &[usize],
        outputs: &mut O,
        report: &mut dyn Report,
    ) {
        assert!(sink_of.len() >= T::FLOWS, "each flow has a sink");
        self.cpu.run(Batch::<T, O> {
            scratch: &mut self.scratch,
            messages,
            sink_of,
            outputs,
            report,
            table: PhantomData,
        });
        self.scratch.counts.finish(messages.len(), report);
    }
}

/// What of a message is decoded, and where in its payload that starts.
#[inline(always)]
fn payload<'m, T: Table<O>, O: ?Sized>(message: &Message<'m>) -> (Payload<'m>, u32) {
    if T::TRIM {
        message.payload.trimmed()
    } else {
        (message.payload, 0)
    }
}

/// An error with its place in the payload as it came.
#[inline(always)]
fn moved<T: Table<O>, O: ?Sized>(error: RowError, offset: u32) -> RowError {
    if T::TRIM { error.moved(offset) } else { error }
}

/// A table's line.
pub(crate) struct LineOf<T, O: ?Sized>(PhantomData<T>, PhantomData<O>);

impl<T: Table<O>, O: ?Sized> json::Lined for LineOf<T, O> {
    const KEYS: usize = T::LINE;

    #[inline(always)]
    fn walk<W: json::Line>(line: &mut W) -> bool {
        T::line(line)
    }
}

/// A batch on its way through a table's code.
struct Batch<'a, 'm, T, O: ?Sized> {
    scratch: &'a mut Scratch,
    messages: &'a [Message<'m>],
    sink_of: &'a [usize],
    outputs: &'a mut O,
    report: &'a mut dyn Report,
    table: PhantomData<fn() -> T>,
}

impl<T: Table<O>, O: Output + ?Sized> Batch<'_, '_, T, O> {
    /// Where a flow puts its rows.
    fn out(&mut self, flow: usize) -> Out<'_, O> {
        Out {
            outputs: self.outputs,
            sink_of: self.sink_of,
            flow,
        }
    }

    /// What [`Job::run`] does where each message is an array.
    fn run_elements<L: Level>(mut self, level: L) {
        self.scratch.decoder.expect(self.messages.len());
        let mut padded = std::mem::take(&mut self.scratch.padded);
        for (index, message) in self.messages.iter().enumerate() {
            let (payload, offset) = payload::<T, O>(message);
            if payload.is_empty() {
                self.scratch.counts.empty += 1;
                continue;
            }
            let text = padded.text(payload);
            elements::run(&mut self, level, (index, message), (text, offset));
        }
        self.scratch.padded = padded;
    }
}

impl<T: Table<O>, O: Output + ?Sized> Job<()> for Batch<'_, '_, T, O> {
    #[inline(always)]
    fn run<L: Level>(self, level: L) {
        if T::ELEMENTS {
            return self.run_elements(level);
        }
        let scratch = self.scratch;
        scratch.decoder.expect(self.messages.len());
        for (index, message) in self.messages.iter().enumerate() {
            let (payload, offset) = payload::<T, O>(message);
            if payload.is_empty() {
                scratch.counts.empty += 1;
                continue;
            }
            scratch.reuse_arena();
            let text = scratch.padded.text(payload);
            let decoder = &mut scratch.decoder;
            let found = if L::SMALL {
                decoder.decode_apart(level, text)
            } else {
                decoder.decode_line::<L, LineOf<T, O>>(level, text)
            };
            let cells = match found {
                Ok(cells) => cells,
                Err(error) => {
                    scratch.counts.rejected += 1;
                    self.report
                        .message_rejected(index, moved::<T, O>(error, offset));
                    continue;
                }
            };
            let row = Row {
                message,
                text,
                cells,
                arena: &scratch.arena,
            };
            if let Err(error) = T::check(row) {
                scratch.counts.rejected += 1;
                self.report
                    .message_rejected(index, moved::<T, O>(error, offset));
                continue;
            }
            for flow in 0..T::FLOWS {
                let out = Out {
                    outputs: self.outputs,
                    sink_of: self.sink_of,
                    flow,
                };
                match T::flow(flow, row, out) {
                    Ok(Outcome::Filtered) => {}
                    Ok(Outcome::Emitted) => scratch.counts.tallies[flow].emitted += 1,
                    Err(error) => {
                        scratch.counts.tallies[flow].rejected += 1;
                        self.report
                            .row_rejected(index, flow, moved::<T, O>(error, offset));
                    }
                }
            }
        }
    }
}
