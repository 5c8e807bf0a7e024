//! The demo's pipeline as a process: its rows, what it says, how it ends and what it took.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::failure::Failure;

/// The rows kept for whoever shows them: the last ones.
const MAX_ROWS: usize = 5;

/// The lines kept of what the process says: the last ones, too.
const MAX_LINES: usize = 20;

/// How long the process may take to end when asked to.
const PATIENCE: Duration = Duration::from_secs(15);

/// What the process took.
pub(super) struct Usage {
    /// CPU time.
    pub(super) cpu: Duration,
    /// Its largest resident memory.
    pub(super) memory_bytes: u64,
}

/// A running pipeline; it is killed when dropped.
pub(super) struct Child {
    process: std::process::Child,
    output: Arc<Output>,
    readers: Vec<JoinHandle<()>>,
    cpu_before: Option<Duration>,
    memory_bytes: Option<u64>,
}

#[derive(Default)]
struct Output {
    rows: AtomicU64,
    fresh: Mutex<VecDeque<String>>,
    said: Mutex<VecDeque<String>>,
}

impl Child {
    /// Starts `program`.
    pub(super) fn start(program: &Path, arguments: &[&str]) -> Result<Self, Failure> {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let cpu_before = system::children_cpu();
        let mut process = command
            .spawn()
            .map_err(|e| Failure::path("start", program, e))?;
        let output = Arc::new(Output::default());
        let rows = process.stdout.take().expect("it is piped");
        let said = process.stderr.take().expect("it is piped");
        let (of_rows, of_said) = (Arc::clone(&output), Arc::clone(&output));
        let readers = vec![
            thread::spawn(move || each_line(rows, |line| of_rows.row(line))),
            thread::spawn(move || each_line(said, |line| of_said.speech(line))),
        ];
        Ok(Self {
            process,
            output,
            readers,
            cpu_before,
            memory_bytes: None,
        })
    }

    /// How many rows it has written so far.
    pub(super) fn lines(&self) -> u64 {
        self.output.rows.load(Ordering::Relaxed)
    }

    /// Takes note of the memory it has needed so far: nobody can tell once it has ended.
    pub(super) fn note_memory(&mut self) {
        self.memory_bytes = system::peak_memory(self.process.id()).or(self.memory_bytes);
    }

    /// The next of its rows, if there is one; of many only the last ones are kept.
    pub(super) fn next_row(&self) -> Option<String> {
        lock(&self.output.fresh).pop_front()
    }

    /// Whether it has ended.
    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.process.try_wait(), Ok(None))
    }

    /// Asks it to end, waits until all of its rows are read, and says what it took where the
    /// system tells.
    pub(super) fn stop(&mut self) -> Result<Option<Usage>, Failure> {
        self.note_memory();
        if !self.has_ended() {
            let asked = system::ask_to_end(&mut self.process);
            asked.map_err(|error| Failure::new(format!("cannot stop the pipeline: {error}")))?;
        }
        let Some(status) = self.wait(PATIENCE) else {
            let _ = self.process.kill();
            return Err(self.failure("the pipeline did not end when asked to"));
        };
        for reader in self.readers.drain(..) {
            reader.join().expect("reading lines does not panic");
        }
        if !status.success() {
            return Err(self.failure(&format!("the pipeline ended with {status}")));
        }
        let cpu = system::children_cpu().zip(self.cpu_before);
        Ok(cpu
            .zip(self.memory_bytes)
            .map(|((after, before), memory_bytes)| Usage {
                cpu: after.saturating_sub(before),
                memory_bytes,
            }))
    }

    /// A failure with what the process said last.
    pub(super) fn failure(&self, message: &str) -> Failure {
        // What it said before it ended may still be on its way.
        thread::sleep(Duration::from_millis(50));
        let said: Vec<_> = lock(&self.output.said).iter().cloned().collect();
        if said.is_empty() {
            return Failure::new(message);
        }
        Failure::new(format!("{message}; it said:\n{}", said.join("\n")))
    }

    fn wait(&mut self, patience: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        loop {
            match self.process.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if start.elapsed() < patience => thread::sleep(Duration::from_millis(2)),
                Ok(None) | Err(_) => return None,
            }
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Both fail after it has ended, as they should.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Output {
    fn row(&self, line: String) {
        self.rows.fetch_add(1, Ordering::Relaxed);
        push_last(&mut lock(&self.fresh), line, MAX_ROWS);
    }

    fn speech(&self, line: String) {
        push_last(&mut lock(&self.said), line, MAX_LINES);
    }
}

fn push_last(lines: &mut VecDeque<String>, line: String, most: usize) {
    if lines.len() == most {
        lines.pop_front();
    }
    lines.push_back(line);
}

/// A flag that Ctrl-C and a polite request to end set; a second Ctrl-C ends this process at once.
pub(super) fn stop_flag() -> io::Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    system::set_on_signals(&flag)?;
    Ok(flag)
}

fn each_line(from: impl Read, mut act: impl FnMut(String)) {
    for line in BufReader::new(from).split(b'\n') {
        let Ok(line) = line else { return };
        act(String::from_utf8_lossy(&line).into_owned());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().expect("no thread panics while it holds this")
}

/// What only Unix can do: signals, and (on Linux) reading what a process took.
#[cfg(unix)]
mod system {
    use std::fs;

    use rustix::process::{Pid, Signal, kill_process};
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;

    use super::{Arc, AtomicBool, Duration, io};

    pub(super) fn set_on_signals(stop: &Arc<AtomicBool>) -> io::Result<()> {
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_shutdown(signal, 130, Arc::clone(stop))?;
            flag::register(signal, Arc::clone(stop))?;
        }
        Ok(())
    }

    pub(super) fn ask_to_end(process: &mut std::process::Child) -> io::Result<()> {
        Ok(kill_process(Pid::from_child(process), Signal::TERM)?)
    }

    /// CPU time of all children that have ended and been waited for (fields 16 and 17 of
    /// `/proc/pid/stat`).
    pub(super) fn children_cpu() -> Option<Duration> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        // The name before may contain anything, closing brackets too.
        let (_, fields) = stat.rsplit_once(") ")?;
        let fields: Vec<_> = fields.split(' ').collect();
        let ticks = fields.get(13)?.parse::<u64>().ok()? + fields.get(14)?.parse::<u64>().ok()?;
        let per_second = rustix::param::clock_ticks_per_second();
        Some(Duration::from_micros(ticks * 1_000_000 / per_second))
    }

    /// The largest resident memory of a running process.
    pub(super) fn peak_memory(process: u32) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kilobytes * 1024)
    }
}

/// Elsewhere Ctrl-C ends this process, and the pipeline is stopped the hard way.
#[cfg(not(unix))]
mod system {
    use super::{Arc, AtomicBool, Duration, io};

    pub(super) fn set_on_signals(_: &Arc<AtomicBool>) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn ask_to_end(process: &mut std::process::Child) -> io::Result<()> {
        process.kill()
    }

    pub(super) fn children_cpu() -> Option<Duration> {
        None
    }

    pub(super) fn peak_memory(_: u32) -> Option<u64> {
        None
    }
}
