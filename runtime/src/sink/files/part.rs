//! A file that is not whole yet: it grows under a hidden name and gets its own when it is.
//!
//! It is locked as long as its process lives, so that another one that starts in the same folder
//! does not take it for one that a crash left.

use super::path::{self, Moment};
use crate::sink::lines::{Form, whole};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What a hidden file's name ends with.
pub const SUFFIX: &str = "part";

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
    pub fn begin(path: &Path, root: &Path, key: &[u8], head: &[u8]) -> io::Result<Self> {
        let folder = folder_of(path);
        make_folders(folder, root)?;
        let moment = Moment::now();
        let mut number = 0;
        loop {
            number += 1;
            let named = path::numbered(path, &moment, number);
            let hidden = path::hidden(&named, SUFFIX);
            if named.try_exists()? {
                continue;
            }
            let mut options = OpenOptions::new();
            let file = match options
                .read(true)
                .write(true)
                .create_new(true)
                .open(&hidden)
            {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            };
            if !lock(&file, &hidden)? {
                continue;
            }
            let mut part = Self {
                file,
                hidden,
                path: named,
                length: 0,
                has_rows: false,
                begun: Instant::now(),
                key: key.to_vec(),
            };
            part.append(head)?;
            part.has_rows = false;
            sync(folder)?;
            return Ok(part);
        }
    }

    /// What another process left: its whole rows. None if somebody is at work on it, or it is gone.
    ///
    /// # Errors
    /// What the system says.
    pub fn left(hidden: PathBuf, path: PathBuf, form: Form) -> io::Result<Option<Self>> {
        let mut file = match OpenOptions::new().read(true).write(true).open(&hidden) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if !lock(&file, &hidden)? {
            return Ok(None);
        }
        let left = whole::cut(&mut file, form)?;
        let header = match form {
            Form::Json => 0,
            Form::Csv => 1,
        };
        Ok(Some(Self {
            file,
            hidden,
            path,
            length: left.length,
            has_rows: left.rows > header,
            begun: Instant::now(),
            key: Vec::new(),
        }))
    }

    /// Appends whole rows and sees them on the disk. What an earlier call that failed has written
    /// of them is overwritten.
    ///
    /// # Errors
    /// What the system says; then none of these rows are in the file.
    pub fn append(&mut self, rows: &[u8]) -> io::Result<()> {
        let written = self.file.write_all_at(rows, self.length);
        if let Err(error) = written.and_then(|()| self.file.sync_data()) {
            // what is cut off now need not be cut off by the next process
            let _ = self.file.set_len(self.length);
            return Err(error);
        }
        self.length += rows.len() as u64;
        self.has_rows = true;
        Ok(())
    }

    /// Gives the file its name: a reader sees all of it or nothing. Without rows, it goes.
    ///
    /// # Errors
    /// What the system says; the file is still there then, and it can be tried again.
    pub fn publish(&self) -> io::Result<()> {
        if !self.has_rows {
            return fs::remove_file(&self.hidden);
        }
        // rows of a failed attempt may stand behind the others
        self.file.set_len(self.length)?;
        self.file.sync_all()?;
        let (mut path, mut number) = (self.path.clone(), 0);
        // an earlier attempt may have come as far as here
        if self.hidden.try_exists()? {
            while path.try_exists()? {
                number += 1;
                path = path::numbered(&self.path, &Moment::now(), number);
            }
            fs::rename(&self.hidden, &path)?;
        }
        sync(folder_of(&path))
    }
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

/// Sees on the disk which files a folder has.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
