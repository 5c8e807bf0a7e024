//! The numbers of a line, which are looked at four at a time.

use crate::decode::json::grammar::{self, Runs};
use crate::decode::json::level::Level;
use crate::decode::json::text::Text;

/// The numbers so far. All but the places are constants once the steps of a line are inlined; the
/// last four move up, since an array whose places are counted would keep a line in memory.
#[derive(Debug)]
pub(super) struct Numbers {
    starts: [usize; 4],
    /// How many of them are not looked at yet.
    waiting: usize,
    runs: Runs,
    /// Bytes of all of them.
    len: usize,
}

impl Numbers {
    pub(super) const NONE: Self = Self {
        starts: [0; 4],
        waiting: 0,
        runs: Runs::NONE,
        len: 0,
    };

    /// One more.
    ///
    /// # Safety
    /// It starts in the text, or in the padding and sixteen bytes before its end.
    #[inline(always)]
    pub(super) unsafe fn add<L: Level>(
        &mut self,
        level: L,
        text: Text<'_>,
        start: usize,
        len: usize,
    ) {
        let [_, b, c, d] = self.starts;
        self.starts = [b, c, d, start];
        self.waiting += 1;
        self.len = self.len.wrapping_add(len);
        if self.waiting == 4 {
            // SAFETY: the caller's.
            unsafe { self.look(level, text) };
        }
    }

    /// Whether all of them are numbers of RFC 8259 without exponent, of 15 bytes at most.
    #[inline(always)]
    pub(super) fn are_fine<L: Level>(&mut self, level: L, text: Text<'_>) -> bool {
        if self.waiting > 0 {
            // less than four are filled up with zeros
            self.len = self.len.wrapping_add(4 - self.waiting);
            // SAFETY: seen by the callers of `add`.
            unsafe { self.look(level, text) };
        }
        self.runs.are_all(self.len)
    }

    /// # Safety
    /// As for [`Numbers::add`].
    #[inline(always)]
    unsafe fn look<L: Level>(&mut self, level: L, text: Text<'_>) {
        // SAFETY: the caller's.
        let runs = unsafe { grammar::last_runs(level, text, self.starts, self.waiting) };
        self.runs = self.runs.and(runs);
        self.waiting = 0;
    }
}
