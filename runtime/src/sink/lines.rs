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
    retries: Option<u32>,
}

/// Why a sink's thread ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// All workers have ended, and everything is written.
    Done,
    /// Nobody reads the other end of the pipe any more.
    Closed,
    /// The last of the retries failed: what and why, for a person.
    Failed(String),
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
            retries: None,
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
            retries: None,
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

    /// An error is retried so often before the sink ends; without this call for ever.
    pub fn limit_retries(&mut self, retries: u32) {
        self.retries = Some(retries);
    }

    /// Writes batches until all senders are gone. Errors are retried: nothing is lost, but
    /// nothing is confirmed meanwhile either, so that reading stops in the end.
    pub fn run(mut self, queue: &Receiver<Batch>) -> End {
        let mut group = Vec::with_capacity(GROUP);
        let mut wrapped = Vec::new();
        while let Ok(first) = queue.recv() {
            group.push(first);
            group.extend(queue.try_iter().take(GROUP - 1));
            if let Err(end) = self.write_group(&group, &mut wrapped) {
                return end;
            }
            group.drain(..).for_each(Batch::confirm);
        }
        End::Done
    }

    /// Writes batches and sees them on the disk. After a failed synchronisation nobody knows which
    /// bytes are there: the kernel may have dropped them, and it tells only once. So the whole
    /// group is written again, on lines of its own: rows may repeat, but none is missing.
    fn write_group(&mut self, group: &[Batch], wrapped: &mut Vec<u8>) -> Result<(), End> {
        let mut retry = self.retry();
        loop {
            for batch in group {
                self.write_batch(batch, wrapped)?;
            }
            if !self.durable {
                return Ok(());
            }
            match self.file.sync_data() {
                Ok(()) => return Ok(()),
                Err(error) => retry.wait(&error, &group[0])?,
            }
            self.write(b"\n", &group[0])?;
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

    fn write_batch(&mut self, batch: &Batch, wrapped: &mut Vec<u8>) -> Result<(), End> {
        let prefix = self.prefixes.get(batch.sink).and_then(Option::as_deref);
        let Some(prefix) = prefix else {
            return self.write(&batch.rows.bytes, batch);
        };
        wrapped.clear();
        let mut start = 0;
        for &end in &batch.rows.ends {
            wrapped.extend_from_slice(prefix);
            wrapped.extend_from_slice(batch.rows.bytes[start..end].trim_ascii_end());
            wrapped.extend_from_slice(b"}\n");
            start = end;
        }
        self.write(wrapped, batch)
    }

    fn write(&mut self, mut bytes: &[u8], batch: &Batch) -> Result<(), End> {
        let mut retry = self.retry();
        while !bytes.is_empty() {
            let error = match self.file.write(bytes) {
                Ok(0) => io::ErrorKind::WriteZero.into(),
                Ok(written) => {
                    bytes = &bytes[written..];
                    continue;
                }
                Err(error) => error,
            };
            match error.kind() {
                io::ErrorKind::Interrupted => {}
                io::ErrorKind::BrokenPipe => return Err(End::Closed),
                // Somebody who shares the terminal has made it non-blocking.
                io::ErrorKind::WouldBlock => std::thread::sleep(Duration::from_millis(1)),
                _ => retry.wait(&error, batch)?,
            }
        }
        Ok(())
    }

    fn retry(&self) -> Retry {
        Retry {
            name: self.name.clone(),
            delay: FIRST_RETRY,
            left: self.retries,
        }
    }
}

/// Waits longer each time.
struct Retry {
    name: String,
    delay: Duration,
    left: Option<u32>,
}

impl Retry {
    /// An error, where no retry is left.
    fn wait(&mut self, error: &io::Error, batch: &Batch) -> Result<(), End> {
        let name = &self.name;
        match &mut self.left {
            None => {}
            Some(0) => return Err(End::Failed(format!("cannot write to {name}: {error}"))),
            Some(left) => *left -= 1,
        }
        batch.progress.metrics.sinks[batch.sink].retries.add(1);
        let delay_ms = self.delay.as_millis();
        tracing::warn!("cannot write to {name}: {error}; trying again in {delay_ms} ms");
        std::thread::sleep(self.delay);
        self.delay = (self.delay * 2).min(LONGEST_RETRY);
        Ok(())
    }
}
