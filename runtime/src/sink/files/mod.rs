//! A sink of files that are finished one after another, by size, by time, or because the time in
//! their path is over. Rows are confirmed when they are in an unfinished file and on the disk.

mod left;
pub mod part;
pub mod path;
mod recover;

use super::Batch;
use super::lines::retry::{Lost, Retry};
use super::lines::{End, GROUP, Written};
use crate::spec::{FileContent, FilesSpec};
use left::Left;
use part::Part;
use path::{Moment, Pattern};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// How many files may be unfinished at once; the one that was written to least lately is finished
/// before there are more.
pub const OPEN_FILES: usize = 64;

/// How often it is looked whether a file's time is over.
const TICK: Duration = Duration::from_secs(1);

/// How often what is finished at the end is tried again; after that, the next process does it.
const LAST_RETRIES: u32 = 3;

/// Too many open files: in the system, and in the process. The standard library names neither.
const ENFILE: i32 = 23;
const EMFILE: i32 = 24;

/// The sink.
#[derive(Debug)]
pub struct Files {
    name: String,
    spec: &'static FilesSpec,
    pattern: Pattern,
    /// The first bytes of each file.
    head: String,
    /// By their path without a number, with when they were written to.
    parts: BTreeMap<String, (Part, u64)>,
    /// What other processes left of its files and there is no room to finish.
    left: Left,
    /// Grows with each write.
    clock: u64,
    retries: Option<u32>,
    /// Closed where no more files can be opened: to finish one takes another for a moment.
    spare: Option<File>,
}

/// Rows on their way into a file.
#[derive(Debug, Default)]
struct Pending {
    key: Vec<u8>,
    rows: Vec<u8>,
}

impl Files {
    /// A sink of files, with what other processes left of its files finished, or kept until there
    /// is room for that.
    ///
    /// # Errors
    /// Where the folder that all its files are in is not there or cannot be written.
    pub fn open(spec: &'static FilesSpec, prefix: String) -> io::Result<Self> {
        let pattern = Pattern::new(prefix, spec.pattern);
        Ok(Self {
            name: format!("files below `{}`", pattern.root().display()),
            spec,
            head: head(spec),
            left: Left::finish(spec, &pattern)?,
            pattern,
            parts: BTreeMap::new(),
            clock: 0,
            retries: None,
            spare: spare(),
        })
    }

    /// An error is retried so often before the sink ends; without this call for ever.
    pub fn limit_retries(&mut self, retries: u32) {
        self.retries = Some(retries);
    }

    /// Writes batches until all senders are gone, and finishes all files then.
    pub fn run(mut self, queue: &Receiver<Batch>) -> End {
        let mut group = Vec::with_capacity(GROUP);
        loop {
            match self.receive(queue) {
                Ok(first) => group.push(Written::new(first)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if !group.is_empty() {
                group.extend(queue.try_iter().take(GROUP - 1).map(Written::new));
            }
            if let Err(end) = self.write_group(&mut group) {
                return end;
            }
            group.drain(..).for_each(Written::confirm);
            if let Err(end) = self.finish_due() {
                return end;
            }
            self.left.finish_due();
        }
        self.left.finish_now();
        self.retries = Some(self.retries.unwrap_or(LAST_RETRIES));
        while let Some((_, (mut part, _))) = self.parts.pop_first() {
            if let Err(end) = self.finish(&mut part) {
                return end;
            }
        }
        End::Done
    }

    /// The next batch; without unfinished files there is nothing to look after meanwhile.
    fn receive(&self, queue: &Receiver<Batch>) -> Result<Batch, RecvTimeoutError> {
        if self.parts.is_empty() && self.left.is_empty() {
            return queue.recv().map_err(|_| RecvTimeoutError::Disconnected);
        }
        queue.recv_timeout(TICK)
    }

    /// Writes rows to their files and sees them on the disk. Where it fails, all rows that are not
    /// there yet are tried again.
    fn write_group(&mut self, group: &mut [Written]) -> Result<(), End> {
        let mut pending = self.distribute(group);
        let limits = group.iter().map(Written::limit);
        let limit = limits.collect::<Option<Vec<u32>>>();
        let limit = limit.and_then(|limits| limits.into_iter().max());
        let mut retry = Retry::new(&self.name, limit, self.retries);
        while let Err(error) = self.write_pending(&mut pending) {
            self.publish_due();
            match retry.wait(&error, group.first().map(|written| &written.batch)) {
                Ok(()) => {}
                Err(Lost::End(end)) => return Err(end),
                Err(Lost::GivenUp(reason)) => {
                    for written in group {
                        written.give_up(&reason);
                    }
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Writes what can be written: what cannot keeps nothing else from its file.
    fn write_pending(&mut self, pending: &mut BTreeMap<String, Pending>) -> io::Result<()> {
        let mut outcome = Ok(());
        pending.retain(|path, rows| match self.write(path, rows) {
            Ok(()) => false,
            Err(error) => {
                outcome = Err(error);
                true
            }
        });
        outcome
    }

    /// Finishes what is due while rows cannot be written. What fails is tried again in its turn.
    fn publish_due(&mut self) {
        for path in self.due() {
            self.publish(&path);
        }
    }

    /// Finishes half of the files, so that others can be opened.
    fn make_room(&mut self) {
        self.spare = None;
        for _ in 0..self.parts.len().div_ceil(2) {
            if let Some(oldest) = self.oldest() {
                self.publish(&oldest);
            }
        }
        self.spare = spare();
    }

    /// Publishes an unfinished file, where that can be done now.
    fn publish(&mut self, path: &str) {
        let published = |(part, _): &mut (Part, u64)| part.publish().is_ok();
        if self.parts.get_mut(path).is_some_and(published) {
            self.parts.remove(path);
        }
    }

    /// The file that was written to least lately.
    fn oldest(&self) -> Option<String> {
        let oldest = self.parts.iter().min_by_key(|(_, (_, used))| *used);
        oldest.map(|(path, _)| path.clone())
    }

    /// The rows of a group by the paths that they go to.
    fn distribute(&self, group: &[Written]) -> BTreeMap<String, Pending> {
        let moment = Moment::now();
        let mut pending: BTreeMap<String, Pending> = BTreeMap::new();
        for written in group {
            let rows = &written.batch.rows;
            let mut row = 0;
            while row < rows.len() {
                // rows that follow each other often go to the same file
                let (first, key) = (row, rows.key(row));
                while row < rows.len() && rows.key(row) == key {
                    row += 1;
                }
                let path = self.pattern.expand(key, &moment);
                let into = pending.entry(path).or_insert_with(|| Pending {
                    key: key.to_vec(),
                    rows: Vec::new(),
                });
                let start = first.checked_sub(1).map_or(0, |before| rows.ends[before]);
                into.rows
                    .extend_from_slice(&rows.bytes[start..rows.ends[row - 1]]);
            }
        }
        pending
    }

    fn write(&mut self, path: &str, pending: &Pending) -> io::Result<()> {
        self.clock += 1;
        // whoever removes a file has had its rows; those that are not confirmed go to another
        if self
            .parts
            .get(path)
            .is_some_and(|(part, _)| part.is_removed())
        {
            tracing::warn!("`{path}`: its unfinished file was removed: going on in a new one");
            self.parts.remove(path);
        }
        if let Some((part, used)) = self.parts.get_mut(path) {
            *used = self.clock;
            match part.append(&pending.rows) {
                // no file may be larger here: the next rows go to another one
                Err(error) if error.kind() == io::ErrorKind::FileTooLarge && part.has_rows() => {
                    part.publish()?;
                    self.parts.remove(path);
                }
                appended => return appended,
            }
        }
        if self.parts.len() >= OPEN_FILES
            && let Some(oldest) = self.oldest()
            && let Some((part, _)) = self.parts.get_mut(&oldest)
        {
            part.publish()?;
            self.parts.remove(&oldest);
        }
        let mut part = match self.begin(path, pending) {
            Err(error) if is_short_of_files(&error) && !self.parts.is_empty() => {
                self.make_room();
                self.begin(path, pending)?
            }
            begun => begun?,
        };
        let written = part.append(&pending.rows);
        self.parts.insert(path.to_owned(), (part, self.clock));
        written
    }

    fn begin(&self, path: &str, pending: &Pending) -> io::Result<Part> {
        let (root, head) = (self.pattern.root(), self.head.as_bytes());
        Part::begin(self.spec, Path::new(path), &root, &pending.key, head)
    }

    /// Finishes files that are large enough, or whose time is over.
    fn finish_due(&mut self) -> Result<(), End> {
        for path in self.due() {
            if let Some((mut part, _)) = self.parts.remove(&path) {
                self.finish(&mut part)?;
            }
        }
        Ok(())
    }

    /// The files that are large enough, or whose time is over.
    fn due(&self) -> Vec<String> {
        let moment = Moment::now();
        let is_due = |path: &String, part: &Part| {
            let age = part.begun.elapsed().as_secs();
            self.spec
                .rotate_size
                .is_some_and(|size| part.length >= size)
                || self.spec.rotate_interval_s.is_some_and(|most| age >= most)
                || *path != self.pattern.expand(&part.key, &moment)
        };
        let due = self
            .parts
            .iter()
            .filter(|(path, (part, _))| is_due(path, part));
        due.map(|(path, _)| path.clone()).collect()
    }

    /// Publishes a file, however often that has to be tried: nothing else is written meanwhile.
    fn finish(&self, part: &mut Part) -> Result<(), End> {
        let mut retry = Retry::new(&self.name, None, self.retries);
        while let Err(error) = part.publish() {
            match retry.wait(&error, None) {
                Ok(()) => {}
                Err(Lost::End(end)) => return Err(end),
                Err(Lost::GivenUp(reason)) => return Err(End::Failed(reason)),
            }
        }
        Ok(())
    }
}

fn is_short_of_files(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(EMFILE | ENFILE))
}

/// A file that is open for nothing.
fn spare() -> Option<File> {
    File::open("/dev/null").ok()
}

/// What stands before the first row of each file.
fn head(spec: &FilesSpec) -> String {
    match &spec.content {
        FileContent::Json => String::new(),
        FileContent::Csv { header } => (*header).to_owned(),
        FileContent::Compressed(lines) => lines.header.unwrap_or_default().to_owned(),
        FileContent::Columns(columns) => (columns.conversion.head)(columns.fields),
    }
}
