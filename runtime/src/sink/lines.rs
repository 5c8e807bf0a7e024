//! Sinks that write lines, of JSON or CSV, to a file descriptor: standard output and files.

mod place;
pub(super) mod retry;
#[cfg(feature = "table")]
pub mod table;
pub mod whole;

use super::{Batch, Refused};
use crate::encode::{Encode as _, Rows};
use crate::terminal;
use place::Place;
use retry::{Lost, Retry};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::ops::Range;
use std::os::fd::AsFd as _;
use std::path::Path;
use std::sync::mpsc::Receiver;
use std::time::Duration;
use whole::Tail;

/// A file descriptor that rows are written to.
#[derive(Debug)]
pub struct Lines {
    name: String,
    file: File,
    /// It may be a terminal, which others write to as well.
    is_stdout: bool,
    /// Where the file was opened, where it is one that can be removed.
    place: Option<Place>,
    durable: bool,
    form: Form,
    prefixes: Vec<Option<Prefix>>,
    retries: Option<u32>,
    /// What ends the last line, where it has no end and nothing more of it will come.
    torn: Option<&'static [u8]>,
    /// What stands before the first row and is not written yet.
    header: Option<&'static str>,
    /// The rows are shown as a table.
    #[cfg(feature = "table")]
    table: Option<table::Table>,
}

/// What tells where a row ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// At each line feed.
    Json,
    /// At each line feed outside of quotes.
    Csv,
}

/// Rows of a sink as `{"name": row}`.
#[derive(Clone, Debug)]
struct Prefix {
    /// What stands before the row.
    bytes: Vec<u8>,
    /// The row is written as a JSON string: it is none itself.
    as_text: bool,
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
pub(super) const GROUP: usize = 64;

impl Lines {
    /// Standard output. Writes go to the descriptor, not through the buffer of the standard
    /// library: after an error it must be known what was written.
    pub fn stdout() -> io::Result<Self> {
        Ok(Self {
            name: "standard output".into(),
            file: File::from(io::stdout().as_fd().try_clone_to_owned()?),
            is_stdout: true,
            place: None,
            durable: false,
            form: Form::Json,
            prefixes: Vec::new(),
            retries: None,
            torn: None,
            header: None,
            #[cfg(feature = "table")]
            table: None,
        })
    }

    /// The end of a file, which is created where it does not exist; its folder is not. Half a row
    /// that an earlier process left is cut off: it was never confirmed. What else has no line end
    /// gets one first.
    pub fn append(path: &Path) -> io::Result<Self> {
        let found = std::fs::metadata(path);
        let regular = found.as_ref().map_or(true, std::fs::Metadata::is_file);
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .read(regular)
            .open(path)?;
        if found.is_err() {
            place::sync_folder(path)?;
        }
        let mut lines = Self {
            name: format!("`{}`", path.display()),
            file,
            is_stdout: false,
            place: regular.then(|| Place::new(path)),
            durable: regular,
            form: Form::Json,
            prefixes: Vec::new(),
            retries: None,
            torn: None,
            header: None,
            #[cfg(feature = "table")]
            table: None,
        };
        if regular {
            match whole::tail(&lines.file)? {
                Tail::None => {}
                Tail::HalfRow { start } => lines.file.set_len(start)?,
                // it may have to wait for room
                Tail::Text => lines.torn = Some(b"\n"),
            }
        }
        Ok(lines)
    }

    /// The end of a file of CSV. A row that an earlier process left half written is cut off: it
    /// was never confirmed, and what follows it could be taken for a part of it.
    ///
    /// # Errors
    /// Also where the file has another header: its rows would stand under the wrong names.
    pub fn append_csv(path: &Path, header: &'static str) -> io::Result<Self> {
        if std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) {
            let mut file = OpenOptions::new().read(true).write(true).open(path)?;
            whole::cut(&mut file, Form::Csv)?;
        }
        let mut lines = Self::append(path)?;
        lines.start_with(header);
        lines.place = lines.place.map(|place| place.with_header(header));
        if lines.durable && lines.file.metadata()?.len() > 0 {
            whole::expect_header(&mut lines.file, header)?;
            lines.header = None;
        }
        Ok(lines)
    }

    /// This line stands before the first row, and the rows are CSV.
    pub fn start_with(&mut self, header: &'static str) {
        self.header = Some(header);
        self.form = Form::Csv;
    }

    /// The rows, which are CSV, are shown in this table, which has a header of its own.
    #[cfg(feature = "table")]
    pub fn show(&mut self, table: table::Table) {
        self.header = None;
        self.table = Some(table);
    }

    /// Rows of sink `sink` are written as `{"name": row}` from now on, and those of CSV in quotes.
    pub fn wrap(&mut self, sink: usize, name: &str, form: Form) {
        if self.prefixes.len() <= sink {
            self.prefixes.resize(sink + 1, None);
        }
        let mut bytes = vec![b'{'];
        name.encode(&mut bytes);
        bytes.push(b':');
        self.prefixes[sink] = Some(Prefix {
            bytes,
            as_text: form == Form::Csv,
        });
    }

    /// Rows are confirmed when the system has them, be they on the disk or not.
    pub fn without_sync(&mut self) {
        self.durable = false;
    }

    /// An error is retried so often before the sink ends; without this call for ever.
    pub fn limit_retries(&mut self, retries: u32) {
        self.retries = Some(retries);
    }

    /// Writes batches until all senders are gone. Errors are retried: nothing is lost, but
    /// nothing is confirmed meanwhile either, so that reading stops in the end. Rows that may be
    /// given up are, after their retries.
    pub fn run(mut self, queue: &Receiver<Batch>) -> End {
        let mut group = Vec::with_capacity(GROUP);
        let mut wrapped = Rows::default();
        while let Ok(first) = queue.recv() {
            group.push(Written::new(first));
            group.extend(queue.try_iter().take(GROUP - 1).map(Written::new));
            if let Err(end) = self.write_group(&mut group, &mut wrapped) {
                return end;
            }
            group.drain(..).for_each(Written::confirm);
        }
        End::Done
    }

    /// Writes batches and sees them on the disk. After a failed synchronisation nobody knows which
    /// bytes are there: the kernel may have dropped them, and it tells only once. So the whole
    /// group is written again, on lines of its own: rows may repeat, but none is missing.
    fn write_group(&mut self, group: &mut [Written], wrapped: &mut Rows) -> Result<(), End> {
        let limits = group.iter().map(Written::limit);
        let limit = limits.collect::<Option<Vec<u32>>>();
        let mut retry = self.retry(limit.and_then(|limits| limits.into_iter().max()));
        loop {
            let followed = self.follow();
            if followed.is_ok() {
                for written in &mut *group {
                    self.write_batch(written, wrapped)?;
                }
                if !self.durable {
                    return Ok(());
                }
            }
            match followed.and_then(|()| self.synchronise()) {
                Ok(()) => return Ok(()),
                Err(error) => match retry.wait(&error, Some(&group[0].batch)) {
                    Ok(()) => {}
                    Err(Lost::End(end)) => return Err(end),
                    Err(Lost::GivenUp(reason)) => {
                        for written in group {
                            written.give_up(&reason);
                        }
                        return Ok(());
                    }
                },
            }
            self.torn = Some(b"\n");
        }
    }

    /// Sees what was written on the disk, in a file that somebody can find.
    fn synchronise(&self) -> io::Result<()> {
        self.file.sync_data()?;
        match &self.place {
            Some(_) if Place::is_removed(&self.file) => Err(io::Error::other(
                "it was removed while rows were written to it",
            )),
            Some(_) | None => Ok(()),
        }
    }

    /// Goes on in a new file where the one that was opened is no longer where it was.
    fn follow(&mut self) -> io::Result<()> {
        let Some(place) = self
            .place
            .as_ref()
            .filter(|place| place.is_left_by(&self.file))
        else {
            return Ok(());
        };
        let fresh = match place.header() {
            None => Self::append(place.path()),
            Some(header) => Self::append_csv(place.path(), header),
        }?;
        tracing::info!("{} was moved or removed: going on in a new one", self.name);
        self.file = fresh.file;
        self.header = fresh.header;
        self.torn = fresh.torn;
        Ok(())
    }

    fn write_batch(&mut self, written: &mut Written, wrapped: &mut Rows) -> Result<(), End> {
        let Written { batch, refused } = written;
        if let Some(header) = self.header.take() {
            // it is not given up: without it the rows have no names
            if let (_, Err(Lost::End(end))) = self.write(header.as_bytes(), None, batch) {
                return Err(end);
            }
        }
        let prefix = self.prefixes.get(batch.sink).and_then(Option::as_ref);
        let mut rows = &batch.rows;
        if let Some(prefix) = prefix {
            wrap(prefix, rows, wrapped);
            rows = wrapped;
        }
        #[cfg(feature = "table")]
        if let (None, Some(table)) = (prefix, &mut self.table) {
            table.lay_out(&batch.rows, wrapped);
            rows = wrapped;
        }
        refused.clear();
        for (range, limit) in parts(batch) {
            let start = range.start.checked_sub(1).map_or(0, |row| rows.ends[row]);
            let end = range.end.checked_sub(1).map_or(0, |row| rows.ends[row]);
            let (count, lost) = self.write(&rows.bytes[start..end], limit, batch);
            match lost {
                Ok(()) => {}
                Err(Lost::End(end)) => return Err(end),
                Err(Lost::GivenUp(reason)) => {
                    let first = rows.ends.partition_point(|&end| end <= start + count);
                    let reason = |row| Refused {
                        row,
                        reason: reason.clone().into(),
                    };
                    refused.extend((first.max(range.start)..range.end).map(reason));
                }
            }
        }
        Ok(())
    }

    /// Writes bytes that end with a line; how many of them are written in any case.
    fn write(
        &mut self,
        bytes: &[u8],
        limit: Option<u32>,
        batch: &Batch,
    ) -> (usize, Result<(), Lost>) {
        let mut retry = self.retry(limit);
        let mut count = 0;
        while count < bytes.len() {
            // What an earlier attempt left without its line end is ended first.
            let next = self.torn.unwrap_or(&bytes[count..]);
            let written = if self.is_stdout {
                terminal::write(&mut self.file, next)
            } else {
                self.file.write(next)
            };
            let error = match written {
                Ok(0) => io::ErrorKind::WriteZero.into(),
                Ok(written) if self.torn.is_some() => {
                    self.torn = self.torn.map(|end| &end[written..]);
                    self.torn = self.torn.filter(|end| !end.is_empty());
                    continue;
                }
                Ok(written) => {
                    count += written;
                    continue;
                }
                Err(error) => error,
            };
            let waited = match error.kind() {
                io::ErrorKind::Interrupted => Ok(()),
                io::ErrorKind::BrokenPipe => Err(Lost::End(End::Closed)),
                // Somebody who shares the terminal has made it non-blocking.
                io::ErrorKind::WouldBlock => {
                    std::thread::sleep(Duration::from_millis(1));
                    Ok(())
                }
                _ => retry.wait(&error, Some(batch)),
            };
            if let Err(lost) = waited {
                if count > 0 {
                    self.take_back(&bytes[..count]);
                }
                return (count, Err(lost));
            }
        }
        (count, Ok(()))
    }

    /// Takes half a row out of the file that will not be written further. Where it cannot be taken
    /// out, it is ended before the next one.
    fn take_back(&mut self, written: &[u8]) {
        let half = whole::half(written, self.form);
        let is_gone = self.place.is_some()
            && !half.is_empty()
            && whole::cut_half(&self.file, half).unwrap_or(false);
        if !is_gone {
            self.torn = whole::ending(written, self.form);
        }
    }

    fn retry(&self, limit: Option<u32>) -> Retry {
        Retry::new(&self.name, limit, self.retries)
    }
}

/// A batch and what could not be written of it.
pub(super) struct Written {
    pub(super) batch: Batch,
    refused: Vec<Refused>,
}

impl Written {
    pub(super) fn new(batch: Batch) -> Self {
        Self {
            batch,
            refused: Vec::new(),
        }
    }

    /// After how many retries all its rows may be given up, where they may.
    pub(super) fn limit(&self) -> Option<u32> {
        let limits = self.batch.limits.iter();
        let limited: usize = limits.clone().map(|limit| limit.rows.len()).sum();
        let all = limited == self.batch.rows.len();
        limits.map(|limit| limit.retries).max().filter(|_| all)
    }

    /// Tells the worker.
    pub(super) fn confirm(self) {
        self.batch.confirm_but(self.refused);
    }

    /// Nothing of it is written, and will be.
    pub(super) fn give_up(&mut self, reason: &str) {
        let refused = |row| Refused {
            row,
            reason: reason.to_owned().into(),
        };
        self.refused.clear();
        let rows = 0..self.batch.rows.len();
        self.refused.extend(rows.map(refused));
    }
}

/// The rows of a batch in parts that may be given up alike.
fn parts(batch: &Batch) -> Vec<(Range<usize>, Option<u32>)> {
    let mut parts = Vec::with_capacity(2 * batch.limits.len() + 1);
    let mut at = 0;
    for limit in &batch.limits {
        parts.push((at..limit.rows.start, None));
        parts.push((limit.rows.clone(), Some(limit.retries)));
        at = limit.rows.end;
    }
    parts.push((at..batch.rows.len(), None));
    parts
}

/// The rows as `{"name": row}`.
fn wrap(prefix: &Prefix, rows: &Rows, wrapped: &mut Rows) {
    wrapped.clear();
    for row in rows.iter() {
        let row = row.strip_suffix(b"\n").unwrap_or(row);
        wrapped.bytes.extend_from_slice(&prefix.bytes);
        if prefix.as_text {
            String::from_utf8_lossy(row)
                .as_ref()
                .encode(&mut wrapped.bytes);
        } else {
            wrapped.bytes.extend_from_slice(row);
        }
        wrapped.bytes.extend_from_slice(b"}\n");
        wrapped.ends.push(wrapped.bytes.len());
    }
}

#[cfg(test)]
mod tests;
