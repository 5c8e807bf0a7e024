//! What whoever looks at a running pipeline is shown of its work: the last rows of each sink, and
//! the last bad messages. Some of them: what comes too fast to be read is not kept.

use crate::encode::Rows;
use crate::log::Excerpt;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// Rows that are kept of a sink, rows that are taken of a batch, and bytes of a row.
const ROWS: usize = 10;
const ROWS_OF_BATCH: usize = 3;
const ROW_BYTES: usize = 2_000;
/// Bad messages that are kept.
const REJECTED: usize = 20;
/// Nobody reads faster.
const PERIOD: Duration = Duration::from_millis(200);

/// The last rows and bad messages of a pipeline.
#[derive(Debug)]
pub struct Samples {
    sinks: Vec<Mutex<Last<String>>>,
    rejected: Mutex<Last<Rejected>>,
}

/// A bad message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// When it was received, in microseconds since 1970-01-01T00:00:00Z.
    pub received_at_us: i64,
    /// Its table.
    pub table: &'static str,
    /// Its topic, control characters escaped.
    pub topic: String,
    /// Why it is bad, in words.
    pub why: String,
    /// The byte of the payload at which that was seen.
    pub offset: Option<usize>,
    /// What of the payload stands before that byte, and what from there on.
    pub payload: (String, String),
}

/// The last few of something, the oldest first.
#[derive(Debug)]
struct Last<T> {
    /// When the last one was noted.
    noted: Option<Instant>,
    kept: VecDeque<T>,
}

impl<T> Default for Last<T> {
    fn default() -> Self {
        Self {
            noted: None,
            kept: VecDeque::new(),
        }
    }
}

impl<T: Clone> Last<T> {
    fn is_due(&self, now: Instant) -> bool {
        self.noted.is_none_or(|noted| now >= noted + PERIOD)
    }

    fn note(&mut self, some: impl IntoIterator<Item = T>, most: usize, now: Instant) {
        self.noted = Some(now);
        self.kept.extend(some);
        let surplus = self.kept.len().saturating_sub(most);
        self.kept.drain(..surplus);
    }
}

impl Samples {
    /// None so far, for so many sinks.
    pub fn new(sinks: usize) -> Self {
        Self {
            sinks: (0..sinks).map(|_| Mutex::default()).collect(),
            rejected: Mutex::default(),
        }
    }

    /// Notes the last rows of a batch, unless that was done a moment ago.
    pub fn note_rows(&self, sink: usize, rows: &Rows, now: Instant) {
        let mut last = match self.sinks[sink].try_lock() {
            Ok(last) => last,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        if last.is_due(now) {
            let first = rows.len().saturating_sub(ROWS_OF_BATCH);
            let some = (first..rows.len()).map(|row| text(rows.get(row)));
            last.note(some, ROWS, now);
        }
    }

    /// The last rows of a sink, the oldest first.
    pub fn rows(&self, sink: usize) -> Vec<String> {
        locked(&self.sinks[sink]).kept.iter().cloned().collect()
    }

    /// Whether another bad message should be noted.
    pub fn is_rejected_due(&self, now: Instant) -> bool {
        locked(&self.rejected).is_due(now)
    }

    /// Notes a bad message.
    pub fn note_rejected(&self, rejected: Rejected, now: Instant) {
        locked(&self.rejected).note([rejected], REJECTED, now);
    }

    /// The last bad messages, the oldest first.
    pub fn rejected(&self) -> Vec<Rejected> {
        locked(&self.rejected).kept.iter().cloned().collect()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A row without its line feed, cut where it is long. What nobody sees is escaped: a mark of
/// direction would show the rest of the row backwards.
fn text(row: &[u8]) -> String {
    let row = row.trim_ascii_end();
    let start = |&at: &usize| row.get(at).is_none_or(|byte| byte & 0xc0 != 0x80);
    let end = (0..=row.len().min(ROW_BYTES)).rev().find(start);
    let kept = &row[..end.unwrap_or_default()];
    let mut text = Excerpt(kept).to_string();
    if kept.len() < row.len() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(texts: &[&str]) -> Rows {
        let mut rows = Rows::default();
        for text in texts {
            let mut row = rows.row();
            row.raw(text);
            row.end();
        }
        rows
    }

    #[test]
    fn a_few_rows_of_a_batch_are_kept_and_none_of_the_next_moment() {
        let samples = Samples::new(2);
        let start = Instant::now();
        samples.note_rows(1, &batch(&["a", "b", "c", "d"]), start);
        samples.note_rows(1, &batch(&["e"]), start + PERIOD / 2);
        assert_eq!(samples.rows(1), ["b", "c", "d"]);
        for number in 1..10 {
            samples.note_rows(1, &batch(&["f"]), start + PERIOD * number);
        }
        assert_eq!(samples.rows(1), [&["d"][..], &["f"; 9]].concat());
        assert_eq!(samples.rows(0), [""; 0]);
    }

    #[test]
    fn what_nobody_sees_is_escaped() {
        let samples = Samples::new(1);
        samples.note_rows(0, &batch(&["{\"a\":\"\u{202e}x\"}"]), Instant::now());
        assert_eq!(samples.rows(0), ["{\"a\":\"\\u{202e}x\"}"]);
    }

    #[test]
    fn long_rows_are_cut() {
        let samples = Samples::new(1);
        samples.note_rows(0, &batch(&[&"ü".repeat(ROW_BYTES)]), Instant::now());
        let [row] = samples.rows(0).try_into().expect("one row");
        assert_eq!(row, format!("{}…", "ü".repeat(ROW_BYTES / 2)));
    }
}
