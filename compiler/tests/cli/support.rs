//! Running laminarc and pipelines, and looking at what they say.

use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// How long anything may take that does not compile.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// What a command did.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs laminarc with a cache of the tests' own, which lasts from one test run to the next.
pub(crate) fn laminarc(arguments: &[&str]) -> Run {
    laminarc_with(arguments, b"", |_| {})
}

/// Runs laminarc with this standard input and whatever `prepare` changes.
pub(crate) fn laminarc_with(
    arguments: &[&str],
    input: &[u8],
    prepare: impl FnOnce(&mut Command),
) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_laminarc"));
    command.args(arguments);
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("laminar-cache");
    command.env("LAMINAR_CACHE_DIR", cache);
    prepare(&mut command);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("laminarc was built for this test");
    let mut stdin = child.stdin.take().expect("it is piped");
    // A command that does not read its input closes it.
    let _ = stdin.write_all(input);
    drop(stdin);
    let output = child.wait_with_output().expect("it was started");
    Run {
        code: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).expect("it prints UTF-8"),
        err: String::from_utf8(output.stderr).expect("it prints UTF-8"),
    }
}

/// The path of a file below `examples`.
pub(crate) fn example(path: &str) -> String {
    format!("{}/../examples/{path}", env!("CARGO_MANIFEST_DIR"))
}

/// The lines of a file below `examples`.
pub(crate) fn example_lines(path: &str) -> Vec<String> {
    let text = fs::read_to_string(example(path)).expect("it is in the repository");
    text.lines().map(ToOwned::to_owned).collect()
}

/// Topic and payload of each recorded message of an example.
pub(crate) fn messages(path: &str) -> Vec<(String, String)> {
    let field = |line: &Value, name: &str| line[name].as_str().expect("it is text").to_owned();
    example_lines(path)
        .iter()
        .map(|line| serde_json::from_str(line).expect("it is JSON"))
        .map(|line: Value| (field(&line, "topic"), field(&line, "payload")))
        .collect()
}

/// A folder that is removed at the end.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("laminarc-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("the folder for temporary files is writable");
        Self(folder)
    }

    /// The folder itself.
    pub(crate) fn text(&self) -> String {
        self.0.to_str().expect("it is UTF-8").to_owned()
    }

    /// A path in it.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.text())
    }

    /// Writes a file in it and gives its path.
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("writable");
        fs::write(&path, content).expect("writable");
        self.path(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A running pipeline; killed at the end if it still runs.
pub(crate) struct Pipeline {
    child: Child,
    rows: Receiver<String>,
    said: Receiver<String>,
}

impl Pipeline {
    /// Starts the binary at `path`.
    pub(crate) fn start(path: &str, arguments: &[&str]) -> Self {
        Self::start_with(path, arguments, &[])
    }

    /// The same with these variables.
    pub(crate) fn start_with(path: &str, arguments: &[&str], variables: &[(&str, String)]) -> Self {
        let mut command = Command::new(path);
        command.args(arguments).stdin(Stdio::null());
        command.envs(
            variables
                .iter()
                .map(|(name, value)| (*name, value.as_str())),
        );
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the pipeline was built");
        let rows = lines(child.stdout.take().expect("it is piped"));
        let said = lines(child.stderr.take().expect("it is piped"));
        Self { child, rows, said }
    }

    /// Waits until it says something that contains `text`.
    pub(crate) fn wait_until_said(&self, text: &str) {
        let start = Instant::now();
        while start.elapsed() < TIMEOUT {
            let line = self.said.recv_timeout(TIMEOUT);
            if line
                .unwrap_or_else(|_| panic!("it never said {text:?}"))
                .contains(text)
            {
                return;
            }
        }
        panic!("it did not say {text:?} in time");
    }

    /// The next `count` rows.
    pub(crate) fn rows(&self, count: usize) -> Vec<String> {
        let next = |number| {
            let row = self.rows.recv_timeout(TIMEOUT);
            row.unwrap_or_else(|_| panic!("row {number} of {count} did not come"))
        };
        (1..=count).map(next).collect()
    }

    /// Asks it to end; gives how it ended and the rows that were not taken before.
    pub(crate) fn stop(mut self) -> (ExitStatus, Vec<String>) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("it runs");
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it was started") {
                return (status, self.rows.iter().collect());
            }
            assert!(start.elapsed() < TIMEOUT, "it did not end when asked to");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        // Both fail after it has ended, as they should.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(from).lines() {
            let Ok(line) = line else { return };
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
