//! Tables whose messages are decoded to values of their types at once: all that have no JSON.

use super::{ARENA_BYTES, Counts, Outcome, Program, Report};
use crate::decode::json::Text;
use crate::encode::{Out, Output, Rows};
use crate::error::RowError;
use crate::message::Message;
use crate::row::Row;
use bumpalo::Bump;
use std::marker::PhantomData;

/// What laminarc generates for a table whose messages are no JSON and whose rows go to an `O`.
pub trait TypedTable<O: ?Sized = [Rows]>: 'static {
    /// What the pipeline needs of a message.
    type Values<'m>;
    /// How many flows there are.
    const FLOWS: usize;

    /// Makes ready what all messages need, before the first.
    fn prepare() {}

    /// Decodes the payload of `row`, which has no cells.
    fn decode(row: Row<'_>) -> Result<Self::Values<'_>, RowError>;

    /// The checks that a message must pass before any flow sees it.
    fn check(row: Row<'_>, values: &Self::Values<'_>) -> Result<(), RowError>;

    /// Runs flow `flow` (below [`TypedTable::FLOWS`]): gives `out` all rows that it makes of the
    /// message, or none where one of them fails.
    fn flow(
        flow: usize,
        row: Row<'_>,
        values: &Self::Values<'_>,
        out: Out<'_, O>,
    ) -> Result<Outcome, RowError>;
}

/// The program of `T`: what a table's specification names.
pub fn boxed_typed<T: TypedTable>() -> Box<dyn Program> {
    boxed_typed_onto::<T, [Rows]>()
}

/// The program of `T` for an output of another kind.
pub fn boxed_typed_onto<T: TypedTable<O>, O: Output + ?Sized>() -> Box<dyn Program<O>> {
    T::prepare();
    Box::new(TypedRunner::<T> {
        arena: Bump::with_capacity(ARENA_BYTES),
        counts: Counts::new(T::FLOWS),
        table: PhantomData,
    })
}

struct TypedRunner<T> {
    arena: Bump,
    counts: Counts,
    table: PhantomData<fn() -> T>,
}

impl<T> TypedRunner<T> {
    fn message<O: Output + ?Sized>(
        &mut self,
        (index, message): (usize, &Message<'_>),
        sink_of: &[usize],
        outputs: &mut O,
        report: &mut dyn Report,
    ) -> Result<(), RowError>
    where
        T: TypedTable<O>,
    {
        let row = Row {
            message,
            text: Text::NONE,
            cells: &[],
            arena: &self.arena,
        };
        let values = T::decode(row)?;
        T::check(row, &values)?;
        for flow in 0..T::FLOWS {
            let out = Out {
                outputs,
                sink_of,
                flow,
            };
            match T::flow(flow, row, &values, out) {
                Ok(Outcome::Filtered) => {}
                Ok(Outcome::Emitted) => self.counts.tallies[flow].emitted += 1,
                Err(error) => {
                    self.counts.tallies[flow].rejected += 1;
                    report.row_rejected(index, flow, error);
                }
            }
        }
        Ok(())
    }
}

impl<T: TypedTable<O>, O: Output + ?Sized> Program<O> for TypedRunner<T> {
    fn process(
        &mut self,
        messages: &[Message<'_>],
        sink_of: &[usize],
        outputs: &mut O,
        report: &mut dyn Report,
    ) {
        assert!(sink_of.len() >= T::FLOWS, "each flow has a sink");
        for (index, message) in messages.iter().enumerate() {
            if message.payload.is_empty() {
                self.counts.empty += 1;
                continue;
            }
            if let Err(error) = self.message((index, message), sink_of, outputs, report) {
                self.counts.rejected += 1;
                report.message_rejected(index, error);
            }
            self.arena.reset();
        }
        self.counts.finish(messages.len(), report);
    }
}
