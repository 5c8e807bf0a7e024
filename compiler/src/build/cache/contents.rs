//! What is in a cache: how large it is, and when it was last of use.

use std::fs::{self, DirEntry, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use super::{Cache, MARK};

/// A part of a cache that can go without the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Its path within the cache.
    pub name: String,
    /// What its files take, in bytes.
    pub bytes: u64,
    /// When a build last used it.
    pub last_used: SystemTime,
    pub(super) path: PathBuf,
}

/// What a part of a cache is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The sources of a version of the runtime.
    Sources,
    /// What a version of Rust made of the runtime and what it depends on.
    Compiled,
    /// A finished binary.
    Binary,
    /// What a build left that was killed.
    Remains,
}

impl Kind {
    /// In words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Sources => "sources of the runtime",
            Self::Compiled => "compiled runtime and dependencies",
            Self::Binary => "binary",
            Self::Remains => "left by a build that was stopped",
        }
    }
}

/// The parts of `cache` as far as they are found until `deadline`, the longest unused first.
pub(super) fn entries(cache: &Cache, deadline: Option<Instant>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for found in children(cache.root()) {
        let name = found.file_name().to_string_lossy().into_owned();
        let kind = match name.as_str() {
            "target" => {
                add_children(&mut entries, Kind::Compiled, &found, deadline);
                continue;
            }
            "binaries" => {
                add_children(&mut entries, Kind::Binary, &found, deadline);
                continue;
            }
            // no build is at work while its remains are removed
            name if is_temporary(name) => Kind::Remains,
            "trash" => Kind::Remains,
            _ if found.path().join("runtime").is_dir() => Kind::Sources,
            _ => continue,
        };
        entries.extend(entry(kind, name, found.path(), deadline));
    }
    entries.sort_by(|a, b| (a.last_used, &a.name).cmp(&(b.last_used, &b.name)));
    entries
}

/// Whether a file or folder gets another name once it is complete.
fn is_temporary(name: &str) -> bool {
    name.starts_with('.') && Path::new(name).extension().is_some_and(|end| end == "tmp")
}

fn add_children(
    entries: &mut Vec<Entry>,
    kind: Kind,
    folder: &DirEntry,
    deadline: Option<Instant>,
) {
    for found in children(&folder.path()) {
        let names = [folder.file_name(), found.file_name()];
        let [of, name] = names.map(|name| name.to_string_lossy().into_owned());
        entries.extend(entry(kind, format!("{of}/{name}"), found.path(), deadline));
    }
}

/// None: it could not be measured in time, or has gone meanwhile.
fn entry(kind: Kind, name: String, path: PathBuf, deadline: Option<Instant>) -> Option<Entry> {
    let mut measured = Measured::default();
    measure(&path, &mut measured, deadline)?;
    // what carries no mark is as old as its files
    let mark = fs::metadata(path.join(MARK)).and_then(|mark| mark.modified());
    Some(Entry {
        kind,
        name,
        bytes: measured.bytes,
        last_used: mark.unwrap_or(measured.modified),
        path,
    })
}

struct Measured {
    bytes: u64,
    modified: SystemTime,
}

impl Default for Measured {
    fn default() -> Self {
        Self {
            bytes: 0,
            modified: SystemTime::UNIX_EPOCH,
        }
    }
}

/// Adds up what is at `path` and below; symbolic links are not followed.
fn measure(path: &Path, measured: &mut Measured, deadline: Option<Instant>) -> Option<()> {
    if deadline.is_some_and(|deadline| Instant::now() > deadline) {
        return None;
    }
    let found = fs::symlink_metadata(path).ok()?;
    if !found.is_dir() {
        measured.bytes += size(&found);
        let modified = found.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        measured.modified = measured.modified.max(modified);
        return Some(());
    }
    children(path)
        .iter()
        .try_for_each(|child| measure(&child.path(), measured, deadline))
}

/// What a file takes on the disk, where the system tells.
#[cfg(unix)]
fn size(found: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    // st_blocks counts units of 512 bytes, whatever the file system's are (stat(2))
    found.blocks() * 512
}

#[cfg(not(unix))]
fn size(found: &Metadata) -> u64 {
    found.len()
}

/// What is in a folder; nothing, where it cannot be read.
pub(super) fn children(folder: &Path) -> Vec<DirEntry> {
    fs::read_dir(folder).map_or_else(|_| Vec::new(), |found| found.flatten().collect())
}
