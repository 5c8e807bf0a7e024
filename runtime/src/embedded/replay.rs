//! Recorded messages: JSON lines, as the `--replay` of a binary reads them.

use super::Engine;
use crate::record::{Line, Lines, RecordReader};
use crate::value::Timestamp;
use std::error::Error;
use std::fmt;
use std::io::{self, BufRead};

/// Bad lines of which is told what is wrong with them.
const MOST_ERRORS: usize = 100;

/// What came of a replay.
#[derive(Debug, Default)]
pub struct Replayed {
    /// Messages that were pushed.
    pub messages: u64,
    /// Lines that are no records, which were skipped.
    pub bad_lines: u64,
    /// What is wrong with the first hundred of those.
    pub errors: Vec<ReplayError>,
}

/// A line that is no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayError {
    /// Its number, from 1.
    pub line: u64,
    why: String,
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

impl Error for ReplayError {}

impl<H> Engine<H> {
    /// Pushes the message of each line of `input`; those that do not say when they were received
    /// have `received_at`. Empty lines are skipped.
    ///
    /// # Errors
    /// Those of reading.
    pub fn replay(&mut self, input: impl BufRead, received_at: Timestamp) -> io::Result<Replayed> {
        let mut lines = Lines::new(input);
        let mut records = RecordReader::new();
        let mut replayed = Replayed::default();
        while let Some(Line { number, text, .. }) = lines.next_line()? {
            let failed = match text {
                Ok(text) if text.trim_ascii().is_empty() => continue,
                Ok(text) => {
                    let read = records.read(text, received_at.0, |message| {
                        self.push(message);
                    });
                    read.err().map(|error| error.to_string())
                }
                Err(too_long) => Some(too_long.to_string()),
            };
            match failed {
                None => replayed.messages += 1,
                Some(why) => {
                    replayed.bad_lines += 1;
                    if replayed.errors.len() < MOST_ERRORS {
                        replayed.errors.push(ReplayError { line: number, why });
                    }
                }
            }
        }
        Ok(replayed)
    }
}
