//! A file that is not whole yet: it grows under a hidden name and gets its own when it is.
//!
//! A file of columns, or one that is compressed, cannot grow row by row, so what grows is a
//! *spool*. When it is finished, the file is made of it below the hidden name; then the spool gets
//! a last line that says so, the file gets its name, and the spool goes. Whenever that breaks off,
//! the spool tells what is left to do: without its last line the file is made anew, with it the
//! file is whole, and has its name if it is no longer hidden.
//!
//! It is locked as long as its process lives, so that another one that starts in the same folder
//! does not take it for one that a crash left.

use super::left::is_without_room;
use super::path::{self, Moment};
use crate::sink::lines::{Form, whole};
use crate::spec::{FileContent, FilesSpec};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom, Take};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What the name of a hidden file ends with that gets its own.
const PART: &str = "part";
/// What the name of a hidden file ends with that another one is made of: of columns, and of lines.
/// What tells rows apart must not be guessed where a table's format has changed.
const SPOOL: &str = "spool";
const JSON_SPOOL: &str = "jsonl-spool";
const CSV_SPOOL: &str = "csv-spool";
/// The last line of a spool whose file is made. Rows are objects.
const MADE: &[u8] = b"made\n";
/// The same of CSV, where a field that holds a quote begins with one.
const MADE_CSV: &[u8] = b"made\"\"\n";

/// Bytes of a spool that are read at once.
const CHUNK: usize = 1 << 16;

/// What a hidden file's name ends with while it grows.
pub fn suffix(spec: &FilesSpec) -> &'static str {
    match &spec.content {
        FileContent::Json | FileContent::Csv { .. } => PART,
        FileContent::Compressed(lines) if lines.header.is_some() => CSV_SPOOL,
        FileContent::Compressed(_) => JSON_SPOOL,
        FileContent::Columns(_) => SPOOL,
    }
}

/// What tells the rows of such files apart.
pub fn form(spec: &FilesSpec) -> Form {
    match &spec.content {
        FileContent::Json | FileContent::Columns(_) => Form::Json,
        FileContent::Compressed(lines) if lines.header.is_none() => Form::Json,
        FileContent::Csv { .. } | FileContent::Compressed(_) => Form::Csv,
    }
}

/// The last line of a spool whose file is made.
fn made_mark(form: Form) -> &'static [u8] {
    match form {
        Form::Json => MADE,
        Form::Csv => MADE_CSV,
    }
}

/// The rows of a spool.
type Spool = BufReader<Take<File>>;

/// A file that grows.
#[derive(Debug)]
pub struct Part {
    file: File,
    hidden: PathBuf,
    /// The name that it will get.
    path: PathBuf,
    /// How many bytes of it are on the disk, all of whole rows.
    pub length: u64,
    /// It holds more than a header.
    has_rows: bool,
    /// It is a spool, and the file that is made of it is whole.
    is_made: bool,
    spec: &'static FilesSpec,
    /// When it was begun.
    pub begun: Instant,
    /// The values that its rows have in common, which are in its path.
    pub key: Vec<u8>,
}

impl Part {
    /// Begins a file for `path` with `head` as its first bytes. Folders below `root` are made.
    ///
    /// # Errors
    /// What the system says.
    pub fn begin(
        spec: &'static FilesSpec,
        path: &Path,
        root: &Path,
        key: &[u8],
        head: &[u8],
    ) -> io::Result<Self> {
        let folder = folder_of(path);
        make_folders(folder, root)?;
        let moment = Moment::now();
        let mut number = 0;
        loop {
            number += 1;
            let named = path::numbered(path, &moment, number);
            let hidden = path::hidden(&named, suffix(spec));
            if named.try_exists()? {
                continue;
            }
            let Some(file) = create_new(&hidden)? else {
                continue;
            };
            let mut part = Self {
                file,
                hidden,
                path: named,
                length: 0,
                has_rows: false,
                is_made: false,
                spec,
                begun: Instant::now(),
                key: key.to_vec(),
            };
            if let Err(error) = part.append(head).and_then(|()| sync(folder)) {
                let _ = fs::remove_file(&part.hidden);
                return Err(error);
            }
            part.has_rows = false;
            return Ok(part);
        }
    }

    /// What another process left: its whole rows. None if somebody is at work on it, or it is gone.
    ///
    /// # Errors
    /// What the system says.
    pub fn left(
        spec: &'static FilesSpec,
        hidden: PathBuf,
        path: PathBuf,
    ) -> io::Result<Option<Self>> {
        let mut file = match OpenOptions::new().read(true).write(true).open(&hidden) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if !lock(&file, &hidden)? {
            return Ok(None);
        }
        let left = whole::cut(&mut file, form(spec))?;
        let (header, is_spool) = match &spec.content {
            FileContent::Json => (0, false),
            FileContent::Csv { .. } => (1, false),
            FileContent::Compressed(lines) => (u64::from(lines.header.is_some()), true),
            FileContent::Columns(_) => (1, true),
        };
        let mark = made_mark(form(spec));
        let is_made = is_spool && ends_with(&file, left.length, mark)?;
        let last = if is_made { mark.len() as u64 } else { 0 };
        Ok(Some(Self {
            file,
            hidden,
            path,
            length: left.length - last,
            has_rows: left.rows > header,
            is_made,
            spec,
            begun: Instant::now(),
            key: Vec::new(),
        }))
    }

    /// Appends whole rows and sees them on the disk, where that is asked for. What an earlier call
    /// that failed has written of them is overwritten.
    ///
    /// # Errors
    /// What the system says; then none of these rows are in the file.
    pub fn append(&mut self, rows: &[u8]) -> io::Result<()> {
        let mut written = self.file.write_all_at(rows, self.length);
        if self.spec.sync {
            written = written.and_then(|()| self.file.sync_data());
        }
        if let Err(error) = written {
            // what is cut off now need not be cut off by the next process
            let _ = self.file.set_len(self.length);
            return Err(error);
        }
        if self.is_removed() {
            return Err(io::Error::other(
                "it was removed while rows were written to it",
            ));
        }
        self.length += rows.len() as u64;
        self.has_rows = true;
        Ok(())
    }

    /// Whether it holds more than a header.
    pub fn has_rows(&self) -> bool {
        self.has_rows
    }

    /// Whether nobody can find its rows any more.
    pub fn is_removed(&self) -> bool {
        self.file.metadata().is_ok_and(|found| found.nlink() == 0)
    }

    /// Gives the file its name: a reader sees all of it or nothing. Without rows, it goes.
    ///
    /// # Errors
    /// What the system says, or what is wrong in a spool; the rows are still there then, and it can
    /// be tried again.
    pub fn publish(&mut self) -> io::Result<()> {
        if !self.has_rows {
            return remove(&self.hidden);
        }
        if self.is_removed() && !self.is_made {
            tracing::warn!(
                "`{}` was removed before it was finished",
                self.hidden.display()
            );
            return Ok(());
        }
        match &self.spec.content {
            FileContent::Json | FileContent::Csv { .. } => {
                // rows of a failed attempt may stand behind the others
                self.file.set_len(self.length)?;
                self.file.sync_all()?;
                self.name(&self.hidden)
            }
            FileContent::Compressed(lines) => {
                self.publish_made(|rows, file| (lines.compressor.write)(rows, file))
            }
            FileContent::Columns(columns) => {
                self.publish_made(|rows, file| (columns.conversion.write)(columns, rows, file))
            }
        }
    }

    /// Makes a file of the spool, if that is not done, and gives it its name.
    fn publish_made(
        &mut self,
        write: impl FnOnce(&mut Spool, &mut File) -> io::Result<()>,
    ) -> io::Result<()> {
        let made = path::hidden(&self.path, PART);
        if !self.is_made {
            let outcome = self.make(&made, write);
            outcome.map_err(|error| self.in_spool(&error))?;
        }
        self.name(&made)?;
        remove(&self.hidden)?;
        sync(folder_of(&self.hidden))
    }

    /// Makes the file `made` of a spool, and notes in the spool that it is whole.
    fn make(
        &mut self,
        made: &Path,
        write: impl FnOnce(&mut Spool, &mut File) -> io::Result<()>,
    ) -> io::Result<()> {
        // a note that an earlier attempt could not be sure of must not outlive the file that it is
        // about, which is begun anew
        self.file.set_len(self.length)?;
        self.file.sync_all()?;
        let mut rows = self.file.try_clone()?;
        rows.seek(SeekFrom::Start(0))?;
        let rows = rows.take(self.length);
        let mut file = File::create(made)?;
        let written = write(&mut BufReader::with_capacity(CHUNK, rows), &mut file);
        if let Err(error) = written.and_then(|()| file.sync_all()) {
            // where the disk is full, others may need the room
            let _ = fs::remove_file(made);
            return Err(error);
        }
        sync(folder_of(made))?;
        let mark = made_mark(form(self.spec));
        self.file.write_all_at(mark, self.length)?;
        self.file.sync_all()?;
        self.is_made = true;
        Ok(())
    }

    /// Gives a whole file its name, unless an earlier attempt has come as far as here.
    fn name(&self, whole: &Path) -> io::Result<()> {
        let (mut path, mut number) = (self.path.clone(), 0);
        if whole.try_exists()? {
            while path.try_exists()? {
                number += 1;
                path = path::numbered(&self.path, &Moment::now(), number);
            }
            fs::rename(whole, &path)?;
        }
        sync(folder_of(&path))
    }

    fn in_spool(&self, error: &io::Error) -> io::Error {
        let spool = self.hidden.display();
        let kind = if is_without_room(error) {
            io::ErrorKind::StorageFull
        } else {
            error.kind()
        };
        io::Error::new(kind, format!("{error} (from `{spool}`)"))
    }
}

/// Removes a file, unless an earlier attempt has, or somebody else.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// A new file that is ours alone; None where somebody was faster.
fn create_new(path: &Path) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    match options.read(true).write(true).create_new(true).open(path) {
        Ok(file) => Ok(lock(&file, path)?.then_some(file)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the first `length` bytes of a file end with `end`.
fn ends_with(file: &File, length: u64, end: &[u8]) -> io::Result<bool> {
    let Some(start) = length.checked_sub(end.len() as u64) else {
        return Ok(false);
    };
    let mut last = vec![0; end.len()];
    file.read_exact_at(&mut last, start)?;
    Ok(last == end)
}

/// Whether the file is ours alone now, and still goes by this name.
fn lock(file: &File, path: &Path) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => return Ok(false),
        Err(fs::TryLockError::Error(error)) => return Err(error),
    }
    match fs::metadata(path) {
        Ok(named) => Ok(named.ino() == file.metadata()?.ino()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

/// Makes the folders below `root` that are missing; each is on the disk before there is anything
/// in it.
fn make_folders(folder: &Path, root: &Path) -> io::Result<()> {
    if folder == root || folder.is_dir() {
        return Ok(());
    }
    let above = folder_of(folder);
    make_folders(above, root)?;
    match fs::create_dir(folder) {
        Ok(()) => sync(above),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Sees on the disk which files a folder has. One that somebody has taken away has none.
fn sync(folder: &Path) -> io::Result<()> {
    match File::open(folder) {
        Ok(folder) => folder.sync_all(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}
