//! Where flows put their rows: into the buffers of sinks, or into the hands of closures.

use super::csv::CsvWriter;
use super::{RowWriter, Rows};

/// What takes the rows of flows.
pub trait Output {
    /// Whether a row is gone once it is given. Whatever makes several rows of one message then runs
    /// twice: while rows are held back, which tells whether one of them fails, and to give them.
    const GIVES_AT_ONCE: bool;

    /// Begins rows that stay together or not at all; gives what [`Output::finish`] asks for.
    fn begin(out: &mut Out<'_, Self>) -> usize;

    /// Ends them: where one of them failed none stays. True where they were held back, and are to
    /// be made again.
    fn finish(out: &mut Out<'_, Self>, before: usize, failed: bool) -> bool;
}

/// Where a flow puts its rows.
#[derive(Debug)]
pub struct Out<'o, O: ?Sized = [Rows]> {
    /// What takes them: by default, the rows of each sink.
    pub outputs: &'o mut O,
    /// The sink of each flow: an index into `outputs`.
    pub sink_of: &'o [usize],
    /// The flow.
    pub flow: usize,
}

/// Rows in a buffer are taken back.
impl Output for [Rows] {
    const GIVES_AT_ONCE: bool = false;

    #[inline]
    fn begin(out: &mut Out<'_, Self>) -> usize {
        out.outputs[out.sink_of[out.flow]].len()
    }

    #[inline]
    fn finish(out: &mut Out<'_, Self>, before: usize, failed: bool) -> bool {
        if failed {
            out.outputs[out.sink_of[out.flow]].truncate(before);
        }
        false
    }
}

/// A table without flows has no rows to put anywhere.
impl Output for () {
    const GIVES_AT_ONCE: bool = false;

    fn begin(_: &mut Out<'_, Self>) -> usize {
        0
    }

    fn finish(_: &mut Out<'_, Self>, _: usize, _: bool) -> bool {
        false
    }
}

impl<'o> Out<'o> {
    /// Starts a row. All its values are known by now: it is written whole or not at all.
    #[inline]
    pub fn row(self) -> RowWriter<'o> {
        self.outputs[self.sink_of[self.flow]].row()
    }

    /// The same for a sink that takes CSV.
    #[inline]
    pub fn csv(self) -> CsvWriter<'o> {
        self.outputs[self.sink_of[self.flow]].csv()
    }
}

impl<O: Output + ?Sized> Out<'_, O> {
    /// The same place, for one row more.
    #[inline]
    pub fn again(&mut self) -> Out<'_, O> {
        Out {
            outputs: self.outputs,
            sink_of: self.sink_of,
            flow: self.flow,
        }
    }

    /// Makes several rows of one message: where one of them fails, none stays. `parts` gives the
    /// same each time it is called.
    #[inline]
    pub fn together<T, E>(
        mut self,
        mut parts: impl FnMut(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let before = O::begin(&mut self);
        let made = parts(&mut self);
        let held_back = O::finish(&mut self, before, made.is_err());
        if O::GIVES_AT_ONCE && held_back {
            return parts(&mut self);
        }
        made
    }
}
