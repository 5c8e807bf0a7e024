//! Running cargo and listening to it.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::Event;
use super::error::BuildError;
use super::toolchain::not_started;

/// How often a listener hears from a build that has nothing new to say.
const TICK: Duration = Duration::from_millis(200);

/// How much of what cargo says is kept for a report, in lines.
const MAX_LINES: usize = 200;

/// What became of a run of cargo.
#[derive(Debug)]
pub(super) struct Run {
    /// How it ended.
    pub(super) status: ExitStatus,
    /// The executable it made, if any.
    pub(super) executable: Option<PathBuf>,
    /// Errors of the Rust compiler, rendered.
    pub(super) errors: Vec<String>,
    /// What it said on standard error, progress left out.
    pub(super) said: Vec<String>,
}

impl Run {
    /// All that cargo said, or else how it ended.
    pub(super) fn detail(&self) -> String {
        if self.said.is_empty() {
            return format!("cargo ended with {}", self.status);
        }
        self.said.join("\n")
    }

    /// The innermost reason that cargo gives: the ones around it name files of the cache.
    pub(super) fn cause(&self) -> String {
        let inner = self.said.iter().rposition(|line| line == "Caused by:");
        let line = self.said.get(inner.map_or(0, |at| at + 1));
        let line = line.map_or("nothing", |line| line.trim());
        format!("cargo says: {}", line.trim_start_matches("error: "))
    }

    /// Whether any of the errors or of what cargo said contains `text`.
    pub(super) fn mentions(&self, text: &str) -> bool {
        self.line_with(text).is_some()
    }

    /// The first line of all that contains `text`.
    pub(super) fn line_with(&self, text: &str) -> Option<&str> {
        let mut lines = self
            .errors
            .iter()
            .chain(&self.said)
            .flat_map(|it| it.lines());
        lines.find(|line| line.contains(text))
    }
}

enum Line {
    Message(String),
    Speech(String),
}

/// Runs `command`, which is a cargo that prints JSON messages, and reports how it goes on.
pub(super) fn run(
    command: &mut Command,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Run, BuildError> {
    command
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "100")
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_QUIET", "false")
        .env("CARGO_TERM_VERBOSE", "false");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(|error| not_started("cargo", &error))?;
    let stdout = child.stdout.take().expect("it is piped");
    let stderr = child.stderr.take().expect("it is piped");
    let mut listener = Listener::default();
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(256);
        let messages = sender.clone();
        scope.spawn(move || send_lines(stdout, &messages, Line::Message));
        scope.spawn(move || send_lines(stderr, &sender, Line::Speech));
        loop {
            match receiver.recv_timeout(TICK) {
                Ok(Line::Message(line)) => listener.message(&line),
                Ok(Line::Speech(line)) => listener.speech(&line),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            on_event(listener.event());
        }
    });
    let status = child.wait().map_err(|error| not_started("cargo", &error))?;
    Ok(Run {
        status,
        executable: listener.executable,
        errors: listener.errors,
        said: listener.said,
    })
}

/// Sends what stands between line feeds and carriage returns, which redraw a progress bar.
fn send_lines(mut from: impl Read, to: &SyncSender<Line>, kind: fn(String) -> Line) {
    let mut buffer = [0; 8192];
    let mut line = Vec::new();
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        for &byte in &buffer[..read] {
            if byte != b'\n' && byte != b'\r' {
                line.push(byte);
                continue;
            }
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            if !text.is_empty() && to.send(kind(text)).is_err() {
                return;
            }
        }
    }
}

/// What has been heard so far.
#[derive(Default)]
struct Listener {
    executable: Option<PathBuf>,
    errors: Vec<String>,
    said: Vec<String>,
    downloaded: usize,
    /// Steps done and steps in all, once cargo has said so.
    steps: Option<(usize, usize)>,
    current: String,
    waiting: bool,
}

impl Listener {
    fn event(&self) -> Event<'_> {
        match self.steps {
            Some((done, total)) => Event::Compiling {
                done,
                total,
                current: &self.current,
            },
            None if self.waiting => Event::Waiting,
            None if self.downloaded > 0 => Event::Downloading {
                crates: self.downloaded,
            },
            None => Event::Starting,
        }
    }

    fn message(&mut self, line: &str) {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            return;
        };
        match message["reason"].as_str() {
            Some("compiler-artifact") => {
                if let Some(path) = message["executable"].as_str() {
                    self.executable = Some(PathBuf::from(path));
                }
            }
            Some("compiler-message") if message["message"]["level"] == "error" => {
                let rendered = message["message"]["rendered"].as_str().unwrap_or_default();
                self.errors.push(rendered.trim_end().to_owned());
            }
            Some(_) | None => {}
        }
    }

    fn speech(&mut self, line: &str) {
        let line = line.replace("\u{1b}[K", "");
        let word = line.split_whitespace().next().unwrap_or_default();
        self.waiting = word == "Blocking";
        match word {
            "Building" => {
                if let Some((steps, current)) = progress(&line) {
                    (self.steps, self.current) = (Some(steps), current);
                }
            }
            "Downloaded" => self.downloaded += 1,
            "Compiling" | "Downloading" | "Blocking" | "Finished" | "Updating" | "Locking"
            | "Fetch" | "warning:" => {}
            _ if self.said.len() < MAX_LINES => self.said.push(line),
            _ => {}
        }
    }
}

/// Steps done, steps in all and the crates at work, from `Building [==> ] 3/9: tokio, mio`.
fn progress(line: &str) -> Option<((usize, usize), String)> {
    let (_, counts) = line.split_once("] ")?;
    let (counts, current) = counts.split_once(':').unwrap_or((counts, ""));
    let (done, total) = counts.trim().split_once('/')?;
    let steps = (done.parse().ok()?, total.parse().ok()?);
    Some((steps, current.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_read_from_what_cargo_draws() {
        let line = "    Building [=========>        ] 12/49: tokio, mio(build)";
        let expected = ((12, 49), "tokio, mio(build)".to_owned());
        assert_eq!(progress(line), Some(expected));
        assert_eq!(
            progress("    Building [====] 49/49"),
            Some(((49, 49), String::new()))
        );
        assert_eq!(progress("error: could not compile"), None);
    }

    #[test]
    fn a_listener_keeps_errors_and_the_executable() {
        let mut listener = Listener::default();
        assert_eq!(listener.event(), Event::Starting);
        listener.speech("  Downloaded tokio v1.54.1");
        assert_eq!(listener.event(), Event::Downloading { crates: 1 });
        listener.speech("    Blocking waiting for file lock on build directory");
        assert_eq!(listener.event(), Event::Waiting);
        listener.speech("    Building [>   ] 0/3: a");
        let (done, total, current) = (0, 3, "a");
        assert_eq!(
            listener.event(),
            Event::Compiling {
                done,
                total,
                current
            }
        );
        listener.message(r#"{"reason":"compiler-artifact","executable":null}"#);
        listener.message(r#"{"reason":"compiler-artifact","executable":"/x/y"}"#);
        listener.message(
            r#"{"reason":"compiler-message","message":{"level":"error","rendered":"error: no\n"}}"#,
        );
        listener.message("not JSON");
        listener.speech("error: could not compile `x`");
        assert_eq!(listener.executable, Some(PathBuf::from("/x/y")));
        assert_eq!(listener.errors, ["error: no"]);
        assert_eq!(listener.said, ["error: could not compile `x`"]);
    }
}
