//! The demo on screen: some rows, and how fast it goes. On a terminal the rate is one line that
//! is redrawn below the rows; elsewhere it is a line each second. Rows go to standard output, the
//! rate to standard error.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use super::style::{BOLD, DIM, GREEN};
use crate::diagnostics::counted;

/// A person can read about as many rows: more are counted, not shown.
const ROW_INTERVAL: Duration = Duration::from_millis(200);

/// Rows shown without waiting, so that a short run has some too.
const FIRST_ROWS: u32 = 5;

/// How often the rate is shown.
const RATE_INTERVAL: Duration = Duration::from_secs(1);

/// What is on screen.
pub(super) struct Live {
    terminal: bool,
    rows_shown: u32,
    last_row: Instant,
    /// When the rate was shown last, and how many messages there were by then.
    last_rate: (Instant, u64),
    line: String,
}

impl Live {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self {
            terminal: io::stderr().is_terminal(),
            rows_shown: 0,
            last_row: Instant::now(),
            last_rate: (Instant::now(), 0),
            line: String::new(),
        }
    }

    /// Whether there is room for a row now.
    pub(super) fn wants_row(&self) -> bool {
        self.wants_first_row() || self.last_row.elapsed() >= ROW_INTERVAL
    }

    /// Whether too little has been shown for even a short run.
    pub(super) fn wants_first_row(&self) -> bool {
        self.rows_shown < FIRST_ROWS
    }

    /// How many rows have been shown.
    pub(super) fn rows_shown(&self) -> u32 {
        self.rows_shown
    }

    /// Shows a row.
    pub(super) fn row(&mut self, row: &str) {
        self.erase();
        // Whoever reads the rows may have left: the demo goes on.
        let _ = writeln!(io::stdout(), "{row}");
        self.rows_shown += 1;
        self.last_row = Instant::now();
        self.draw();
    }

    /// Shows the rate if it is time to.
    pub(super) fn rate(&mut self, messages: u64, rows: u64) {
        let elapsed = self.last_rate.0.elapsed();
        if elapsed < RATE_INTERVAL {
            return;
        }
        let per_second = u128::from(messages - self.last_rate.1) * 1000 / elapsed.as_millis();
        self.last_rate = (Instant::now(), messages);
        let (messages, rows) = (counted(messages, "message"), counted(rows, "alert"));
        if self.terminal {
            self.erase();
            self.line = format!(
                "{GREEN}{per_second} msg/s{GREEN:#}  {BOLD}{messages}{BOLD:#}  \
                 {BOLD}{rows}{BOLD:#}  {DIM}Ctrl-C ends{DIM:#}"
            );
            self.draw();
        } else {
            eprintln!("{per_second} msg/s, {messages}, {rows}");
        }
    }

    /// Takes the rate away.
    pub(super) fn finish(&mut self) {
        self.erase();
        self.line.clear();
    }

    fn erase(&self) {
        if !self.line.is_empty() {
            anstream::eprint!("\r\x1b[K");
            let _ = io::stderr().flush();
        }
    }

    fn draw(&self) {
        if !self.line.is_empty() {
            anstream::eprint!("{}", self.line);
            let _ = io::stderr().flush();
        }
    }
}
