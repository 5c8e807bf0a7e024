//! A line at the bottom of a terminal that is drawn anew again and again, below the rows and the
//! log that are written to the same terminal. Whoever writes there takes the line away first and
//! puts it back afterwards; nobody else does while a row is only half written.
//!
//! There is one terminal of a process, so this is one for the whole process. While there is no
//! line, whoever writes pays for one look at a flag.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

static IS_SHOWN: AtomicBool = AtomicBool::new(false);
static LINE: Mutex<Line> = Mutex::new(Line::new());

/// Shows this text as the line.
pub fn show(text: String) {
    IS_SHOWN.store(true, Ordering::Relaxed);
    let mut line = locked();
    line.text = Some(text);
    let mut drawn = Vec::new();
    line.draw(&mut drawn);
    put(&drawn);
}

/// Takes the line away.
pub fn hide() {
    let mut line = locked();
    let mut drawn = Vec::new();
    line.clear(&mut drawn);
    line.text = None;
    put(&drawn);
    IS_SHOWN.store(false, Ordering::Relaxed);
}

/// Writes to what may be that terminal, as often as its `write` does: once.
pub fn write(to: &mut impl Write, bytes: &[u8]) -> io::Result<usize> {
    if !IS_SHOWN.load(Ordering::Relaxed) {
        return to.write(bytes);
    }
    let mut line = locked();
    let mut drawn = Vec::new();
    line.clear(&mut drawn);
    put(&drawn);
    let written = to.write(bytes);
    line.wrote(&bytes[..*written.as_ref().unwrap_or(&0)]);
    drawn.clear();
    line.draw(&mut drawn);
    put(&drawn);
    written
}

/// Standard error, which the log is written to.
#[derive(Clone, Copy, Debug)]
pub struct StandardError;

impl Write for StandardError {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        write(&mut io::stderr(), bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Nothing is left half done under the lock.
fn locked() -> MutexGuard<'static, Line> {
    LINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A closed standard error shows no line.
fn put(drawn: &[u8]) {
    if !drawn.is_empty() {
        let _ = io::stderr().write_all(drawn);
    }
}

#[derive(Debug)]
struct Line {
    text: Option<String>,
    /// It stands where the next byte would.
    is_drawn: bool,
    /// What was written last has no end yet.
    is_torn: bool,
}

/// To the first column, and away with the line (ECMA-48, EL).
const CLEAR: &[u8] = b"\r\x1b[K";
/// Lines that are too long are cut off at the edge, and not (DECAWM).
const CUT: &[u8] = b"\x1b[?7l";
const WRAP: &[u8] = b"\x1b[?7h";

impl Line {
    const fn new() -> Self {
        Self {
            text: None,
            is_drawn: false,
            is_torn: false,
        }
    }

    fn clear(&mut self, into: &mut Vec<u8>) {
        if self.is_drawn {
            into.extend_from_slice(CLEAR);
        }
        self.is_drawn = false;
    }

    /// In place of what is there; not where it would stand behind half a row.
    fn draw(&mut self, into: &mut Vec<u8>) {
        let Some(text) = self.text.as_ref().filter(|_| !self.is_torn) else {
            return;
        };
        for part in [CLEAR, CUT, text.as_bytes(), WRAP] {
            into.extend_from_slice(part);
        }
        self.is_drawn = true;
    }

    fn wrote(&mut self, bytes: &[u8]) {
        if let Some(last) = bytes.last() {
            self.is_torn = *last != b'\n';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(line: &mut Line, draw: impl Fn(&mut Line, &mut Vec<u8>)) -> String {
        let mut bytes = Vec::new();
        draw(line, &mut bytes);
        String::from_utf8(bytes).expect("it is text")
    }

    #[test]
    fn it_does_not_stand_behind_half_a_row() {
        let mut line = Line::new();
        assert_eq!(drawn(&mut line, Line::draw), "", "there is none yet");
        line.text = Some("3/s".into());
        let whole = "\r\x1b[K\x1b[?7l3/s\x1b[?7h";
        assert_eq!(drawn(&mut line, Line::draw), whole);
        assert_eq!(drawn(&mut line, Line::clear), "\r\x1b[K");
        line.wrote(b"{\"half\":");
        assert_eq!(drawn(&mut line, Line::draw), "");
        assert_eq!(drawn(&mut line, Line::clear), "", "the row stays");
        line.wrote(b"1}\n");
        line.wrote(b"");
        assert_eq!(drawn(&mut line, Line::draw), whole);
    }
}
