//! Whether a file is still where it was opened: those who rotate logs move or remove them.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Where a file was opened.
#[derive(Clone, Debug)]
pub(super) struct Place {
    path: PathBuf,
    /// What a file of CSV starts with.
    header: Option<&'static str>,
}

impl Place {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            header: None,
        }
    }

    pub(super) fn with_header(self, header: &'static str) -> Self {
        Self {
            header: Some(header),
            ..self
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn header(&self) -> Option<&'static str> {
        self.header
    }

    /// Whether the path leads to another file by now, or to none.
    pub(super) fn is_left_by(&self, file: &File) -> bool {
        let Ok(open) = file.metadata() else {
            return false;
        };
        let same = |there: fs::Metadata| (there.dev(), there.ino()) == (open.dev(), open.ino());
        !fs::metadata(&self.path).is_ok_and(same)
    }

    /// Whether no path leads to the file: what is written to it is gone when it is closed.
    pub(super) fn is_removed(file: &File) -> bool {
        file.metadata().is_ok_and(|open| open.nlink() == 0)
    }
}

/// Sees on the disk that the folder of `path` has a file of this name: rows in a file that nobody
/// finds after a loss of power would be lost with it.
///
/// # Errors
/// What the system says. Of a folder that must not be read nothing can be known.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    match File::open(folder) {
        Ok(folder) => folder.sync_all(),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        Err(error) => Err(error),
    }
}
