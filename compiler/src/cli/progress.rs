//! How a build goes on, on standard error: one line that is redrawn on a terminal, now and then a
//! plain line elsewhere.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use super::style::{DIM, GREEN};
use crate::build::Event;

/// Shorter builds pass without a word.
const PATIENCE: Duration = Duration::from_millis(700);

/// How often a plain line is printed.
const INTERVAL: Duration = Duration::from_secs(5);

/// Shows the events of one build.
pub(super) struct Progress {
    started: Instant,
    terminal: bool,
    last_line: Option<(Instant, String)>,
}

impl Progress {
    /// For a build that starts now.
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            terminal: io::stderr().is_terminal(),
            last_line: None,
        }
    }

    /// How long the build has taken so far.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Takes note of an event and shows it if it is time to.
    pub(super) fn event(&mut self, event: Event<'_>) {
        let elapsed = self.started.elapsed();
        let Some(text) = describe(event).filter(|_| elapsed >= PATIENCE) else {
            return;
        };
        if self.terminal {
            self.redraw(&text, elapsed);
        } else if self.is_due(&event) {
            eprintln!("{text} ({} s)", elapsed.as_secs());
            self.last_line = Some((Instant::now(), kind(&event).to_owned()));
        }
    }

    /// Takes the line away.
    pub(super) fn finish(&mut self) {
        if self.terminal && self.last_line.take().is_some() {
            anstream::eprint!("\r\x1b[K");
            let _ = io::stderr().flush();
        }
    }

    fn redraw(&mut self, text: &str, elapsed: Duration) {
        let text = shortened(text, 70);
        let seconds = elapsed.as_secs();
        anstream::eprint!("\r\x1b[K{GREEN}building{GREEN:#} {text} {DIM}{seconds} s{DIM:#}");
        let _ = io::stderr().flush();
        self.last_line = Some((Instant::now(), text));
    }

    /// A plain line is due when another kind of work begins, and at intervals.
    fn is_due(&self, event: &Event<'_>) -> bool {
        match &self.last_line {
            None => true,
            Some((when, last)) => last != kind(event) || when.elapsed() >= INTERVAL,
        }
    }
}

fn kind(event: &Event<'_>) -> &'static str {
    match event {
        Event::Starting => "starting",
        Event::Waiting => "waiting",
        Event::Downloading { .. } => "downloading",
        Event::Compiling { .. } => "compiling",
    }
}

fn describe(event: Event<'_>) -> Option<String> {
    match event {
        Event::Starting => None,
        Event::Waiting => Some("waiting for another build to finish".to_owned()),
        Event::Downloading { crates: 0 } => {
            Some("downloading the runtime's dependencies (once)".to_owned())
        }
        Event::Downloading { crates } => Some(format!(
            "downloading the runtime's dependencies (once): {crates} so far"
        )),
        Event::Compiling {
            done,
            total,
            current,
        } => Some(format!(
            "compiling the runtime and the pipeline: {done}/{total} {current}"
        )),
    }
}

fn shortened(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_lines_are_few() {
        let mut progress = Progress {
            started: Instant::now(),
            terminal: false,
            last_line: None,
        };
        let compiling = Event::Compiling {
            done: 1,
            total: 2,
            current: "tokio",
        };
        assert!(progress.is_due(&compiling));
        progress.last_line = Some((Instant::now(), "compiling".to_owned()));
        assert!(!progress.is_due(&compiling));
        assert!(progress.is_due(&Event::Waiting), "another kind of work");
    }

    #[test]
    fn long_lines_are_cut_at_characters() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüß", 3), "äöü…");
    }
}
