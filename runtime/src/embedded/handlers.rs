//! Rows in the hands of closures.

use super::Handled;
use crate::encode::{Out, Output};
use crate::error::RowError;
use crate::program::Outcome;

/// Takes the rows of flows to handlers, which `H` holds. A row that was handed over cannot be taken
/// back, so where a message gives several they are made twice: first held back, to see whether all
/// of them can be made.
#[derive(Debug, Default)]
pub struct ToHandlers<H> {
    handlers: H,
    held_back: bool,
    /// Flows and what their handlers said of rows that they did not take.
    not_taken: Vec<(usize, String)>,
}

impl<H> ToHandlers<H> {
    /// Rows go to these handlers.
    pub fn new(handlers: H) -> Self {
        Self {
            handlers,
            held_back: false,
            not_taken: Vec::new(),
        }
    }

    /// The handlers.
    pub fn handlers(&mut self) -> &mut H {
        &mut self.handlers
    }

    /// Flows, as they are numbered within their table, and what their handlers said of rows that
    /// they did not take since the last call.
    pub(super) fn not_taken(&mut self) -> std::vec::Drain<'_, (usize, String)> {
        self.not_taken.drain(..)
    }
}

/// Rows within others, such as those of a branch that unnests, are held back with them.
impl<H> Output for ToHandlers<H> {
    const GIVES_AT_ONCE: bool = true;

    fn begin(out: &mut Out<'_, Self>) -> usize {
        usize::from(std::mem::replace(&mut out.outputs.held_back, true))
    }

    fn finish(out: &mut Out<'_, Self>, before: usize, failed: bool) -> bool {
        let is_outermost = before == 0;
        if is_outermost {
            out.outputs.held_back = false;
        }
        is_outermost && !failed
    }
}

impl<H> Out<'_, ToHandlers<H>> {
    /// Hands over a row, all of whose values are known by now.
    #[inline]
    pub fn hand_over(self, row: impl FnOnce(&mut H) -> Handled) -> Result<Outcome, RowError> {
        if !self.outputs.held_back {
            match row(&mut self.outputs.handlers) {
                Handled::Done => {}
                Handled::Retry(why) | Handled::Refuse(why) => {
                    self.outputs.not_taken.push((self.flow, why));
                }
            }
        }
        Ok(Outcome::Emitted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives 1, 2 and, if all of it succeeds, 3; the second and third within an inner group.
    fn rows(fails: bool) -> (Result<Outcome, ()>, Vec<i32>) {
        let mut outputs = ToHandlers::new(Vec::new());
        let out = Out {
            outputs: &mut outputs,
            sink_of: &[0],
            flow: 0,
        };
        let give = |out: Out<'_, ToHandlers<Vec<i32>>>, row| {
            let push = |rows: &mut Vec<i32>| {
                rows.push(row);
                Handled::Done
            };
            out.hand_over(push).map_err(drop)
        };
        let made = out.together(|out| {
            give(out.again(), 1)?;
            out.again().together(|out| {
                give(out.again(), 2)?;
                if fails { Err(()) } else { give(out.again(), 3) }
            })
        });
        (made, outputs.handlers)
    }

    #[test]
    fn several_rows_are_handed_over_once_or_not_at_all() {
        assert_eq!(rows(false), (Ok(Outcome::Emitted), vec![1, 2, 3]));
        assert_eq!(rows(true), (Err(()), vec![]));
    }
}
