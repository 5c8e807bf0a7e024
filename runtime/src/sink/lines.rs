//! Sinks that write JSON lines to a file descriptor: standard output and files.

use super::Batch;
use crate::encode::Encode as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::fd::AsFd as _;
use std::path::Path;
use std::sync::mpsc::Receiver;
use std::time::Duration;

/// A file descriptor that rows are written to.
#[derive(Debug)]
pub struct Lines {
    name: String,
    file: File,
    durable: bool,
    prefixes: Vec<Option<Vec<u8>>>,
}

/// Why a sink's thread ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All workers have ended, and everything is written.
    Done,
    /// Nobody reads the other end of the pipe any more.
    Closed,
}

/// How many batches are written before one synchronisation confirms them all.
const GROUP: usize = 64;

const FIRST_RETRY: Duration = Duration::from_millis(100);
const LONGEST_RETRY: Duration = Duration::from_secs(10);

impl Lines {
    /// Standard output. Writes go to the descriptor, not through the buffer of the standard
    /// library: after an error it must be known what was written.
    pub fn stdout() -> io::Result<Self> {
        Ok(Self {
            name: "standard output".into(),
            file: File::from(io::stdout().as_fd().try_clone_to_owned()?),
            durable: false,
            prefixes: Vec::new(),
        })
    }

    /// The end of a file, which is created where it does not exist; its folder is not. What an
    /// earlier process left without its line end is ended first.
    pub fn append(path: &Path) -> io::Result<Self> {
        let regular = std::fs::metadata(path).map_or(true, |metadata| metadata.is_file());
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .read(regular)
            .open(path)?;
        let mut lines = Self {
            name: format!("`{}`", path.display()),
            file,
            durable: regular,
            prefixes: Vec::new(),
        };
        if regular && lines.has_torn_line()? {
            lines.file.write_all(b"\n")?;
        }
        Ok(lines)
    }

    /// Rows of sink `sink` are written as `{"name": row}` from now on.
    pub fn wrap(&mut self, sink: usize, name: &str) {
        if self.prefixes.len() <= sink {
            self.prefixes.resize(sink + 1, None);
        }
        let mut prefix = vec![b'{'];
        name.encode(&mut prefix);
        prefix.push(b':');
        self.prefixes[sink] = Some(prefix);
    }

    /// Writes batches until all senders are gone. Errors are retried: nothing is lost, but
    /// nothing is confirmed meanwhile either, so that reading stops in the end.
    pub fn run(mut self, queue: &Receiver<Batch>) -> End {
        let mut group = Vec::with_capacity(GROUP);
        let mut wrapped = Vec::new();
        while let Ok(first) = queue.recv() {
            group.push(first);
            group.extend(queue.try_iter().take(GROUP - 1));
            if self.write_group(&group, &mut wrapped) == End::Closed {
                return End::Closed;
            }
            group.drain(..).for_each(Batch::confirm);
        }
        End::Done
    }

    /// Writes batches and sees them on the disk. After a failed synchronisation nobody knows which
    /// bytes are there: the kernel may have dropped them, and it tells only once. So the whole
    /// group is written again, on lines of its own: rows may repeat, but none is missing.
    fn write_group(&mut self, group: &[Batch], wrapped: &mut Vec<u8>) -> End {
        let mut retry = Retry::new();
        loop {
            for batch in group {
                if self.write_batch(batch, wrapped) == End::Closed {
                    return End::Closed;
                }
            }
            if !self.durable {
                return End::Done;
            }
            match self.file.sync_data() {
                Ok(()) => return End::Done,
                Err(error) => retry.wait(&self.name, &error, &group[0]),
            }
            if write(&mut self.file, &self.name, b"\n", &group[0]) == End::Closed {
                return End::Closed;
            }
        }
    }

    fn has_torn_line(&mut self) -> io::Result<bool> {
        if self.file.metadata()?.len() == 0 {
            return Ok(false);
        }
        self.file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        self.file.read_exact(&mut last)?;
        Ok(last != *b"\n")
    }

    fn write_batch(&mut self, batch: &Batch, wrapped: &mut Vec<u8>) -> End {
        let prefix = self.prefixes.get(batch.sink).and_then(Option::as_deref);
        let Some(prefix) = prefix else {
            return write(&mut self.file, &self.name, &batch.rows.bytes, batch);
        };
        wrapped.clear();
        let mut start = 0;
        for &end in &batch.rows.ends {
            wrapped.extend_from_slice(prefix);
            wrapped.extend_from_slice(batch.rows.bytes[start..end].trim_ascii_end());
            wrapped.extend_from_slice(b"}\n");
            start = end;
        }
        write(&mut self.file, &self.name, wrapped, batch)
    }
}

fn write(file: &mut File, name: &str, mut bytes: &[u8], batch: &Batch) -> End {
    let mut retry = Retry::new();
    while !bytes.is_empty() {
        match file.write(bytes) {
            Ok(0) => retry.wait(name, &io::ErrorKind::WriteZero.into(), batch),
            Ok(written) => bytes = &bytes[written..],
            Err(error) => match error.kind() {
                io::ErrorKind::Interrupted => {}
                io::ErrorKind::BrokenPipe => return End::Closed,
                // Somebody who shares the terminal has made it non-blocking.
                io::ErrorKind::WouldBlock => std::thread::sleep(Duration::from_millis(1)),
                _ => retry.wait(name, &error, batch),
            },
        }
    }
    End::Done
}

/// Waits longer each time.
struct Retry {
    delay: Duration,
}

impl Retry {
    fn new() -> Self {
        Self { delay: FIRST_RETRY }
    }

    fn wait(&mut self, name: &str, error: &io::Error, batch: &Batch) {
        batch.progress.metrics.sinks[batch.sink].retries.add(1);
        let delay_ms = self.delay.as_millis();
        tracing::warn!("cannot write to {name}: {error}; trying again in {delay_ms} ms");
        std::thread::sleep(self.delay);
        self.delay = (self.delay * 2).min(LONGEST_RETRY);
    }
}
