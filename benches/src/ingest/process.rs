//! A contestant's process, and what it has used.

use std::fs;
use std::io;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running contestant. It is killed at the end.
#[derive(Debug)]
pub struct Process {
    child: Child,
}

/// What a process has used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Time on a CPU, in user and kernel mode, of all its threads that are alive.
    pub cpu: Duration,
    /// Its resident memory at the highest.
    pub peak_memory_kib: u64,
}

impl Process {
    /// Starts it. What it logs is shown only if `verbose`.
    pub fn start(command: &mut Command, verbose: bool) -> io::Result<Self> {
        let log = if verbose {
            Stdio::inherit()
        } else {
            Stdio::null()
        };
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        Ok(Self {
            child: child.spawn()?,
        })
    }

    /// What it has used, as the scheduler counts it: in nanoseconds, not in ticks. What a thread
    /// that runs just now has used since the last tick is missing.
    pub fn usage(&self) -> io::Result<Usage> {
        let process = format!("/proc/{}", self.child.id());
        let mut cpu = Duration::ZERO;
        for task in fs::read_dir(format!("{process}/task"))? {
            let text = fs::read_to_string(task?.path().join("schedstat"))?;
            let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok());
            cpu += Duration::from_nanos(nanoseconds.unwrap_or(0));
        }
        let status = fs::read_to_string(format!("{process}/status"))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok());
        Ok(Usage {
            cpu,
            peak_memory_kib: peak.unwrap_or(0),
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
