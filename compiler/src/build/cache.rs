//! The per-user cache: the runtime's sources, what cargo made of them, and finished binaries.
//!
//! ```text
//! CACHEDIR.TAG                     tells backup programs to pass by
//! <version>-<hash>/runtime/        the runtime's sources
//! <version>-<hash>/pipelines/…/    a generated crate while it is being built, or after a bug
//! target/<rustc>[-<cpu>]/          cargo's target directory, shared by all pipelines
//! binaries/<hash>/<pipeline>       finished binaries by hash of all that made them
//! locks/<crate>                    held while that crate is built
//! in-use                           locked by builds together, by cleaning alone
//! cleaned                          when the cache was cleaned last
//! trash/                           what is about to be removed
//! ```
//!
//! Several builds may run at once. Sources appear by renaming a complete folder, files are
//! replaced by renaming a complete file, and a file that already has its content is left alone:
//! a new modification time is enough to make cargo rebuild the runtime.

mod clean;
mod contents;

pub use clean::Lease;
pub use contents::{Entry, Kind};

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;
use std::{env, io, process};

use super::embedded;
use super::error::BuildError;

/// How many finished binaries are kept; those used longest ago go first.
const MAX_BINARIES: usize = 64;

/// The file in a part of the cache whose modification time tells when it was last of use.
const MARK: &str = ".last-used";

/// A cache folder; it need not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// `LAMINAR_CACHE_DIR`, or `laminar` in `XDG_CACHE_HOME` or `~/.cache`.
    pub fn locate() -> Result<Self, BuildError> {
        let set = |name| {
            env::var_os(name)
                .map(PathBuf::from)
                .filter(|p| !p.as_os_str().is_empty())
        };
        if let Some(folder) = set("LAMINAR_CACHE_DIR") {
            return Self::at(&folder);
        }
        // The XDG base directory specification has relative paths ignored.
        let base = set("XDG_CACHE_HOME").filter(|path| path.is_absolute());
        let base = base.or_else(|| set("HOME").map(|home| home.join(".cache")));
        let base = base.or_else(|| set("LOCALAPPDATA"));
        Self::at(&base.ok_or(BuildError::NoCacheFolder)?.join("laminar"))
    }

    /// The cache in `folder`.
    pub fn at(folder: &Path) -> Result<Self, BuildError> {
        let root =
            std::path::absolute(folder).map_err(|error| BuildError::file("find", folder, error))?;
        Ok(Self { root })
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Creates the folder, marked as a cache.
    pub(super) fn create(&self) -> Result<(), BuildError> {
        make_folder(&self.root)?;
        let tag = "Signature: 8a477f597d28d172789f06886806bc55\n# Created by laminarc.\n";
        write_if_changed(&self.root.join("CACHEDIR.TAG"), tag.as_bytes())
    }

    /// Where the runtime's sources are.
    pub(super) fn sources(&self) -> PathBuf {
        let name = format!("{}-{}", env!("CARGO_PKG_VERSION"), embedded::runtime_hash());
        self.root.join(name)
    }

    /// Where the generated crate called `name` is put; the runtime is at `../../runtime`.
    pub(super) fn pipeline(&self, name: &str) -> PathBuf {
        self.sources().join("pipelines").join(name)
    }

    /// Cargo's target directory of this name.
    pub(super) fn target(&self, name: &str) -> PathBuf {
        self.root.join("target").join(name)
    }

    /// Notes that a part of the cache is used now. Only the order of removal depends on it.
    pub(super) fn mark(folder: &Path) {
        let _ = fs::write(folder.join(MARK), "");
    }

    /// The finished binary for `key`, called `name`, if there is one; it counts as used now.
    pub(super) fn binary(&self, key: &str, name: &str) -> Option<PathBuf> {
        let path = self.root.join("binaries").join(key).join(name);
        let file = File::open(&path).ok()?;
        // Only the order of removal depends on it.
        let _ = file.set_modified(SystemTime::now());
        Some(path)
    }

    /// Moves a binary that cargo made into the cache.
    pub(super) fn store(&self, made: &Path, key: &str, name: &str) -> Result<PathBuf, BuildError> {
        let binaries = self.root.join("binaries");
        let folder = binaries.join(key);
        make_folder(&folder)?;
        let path = folder.join(name);
        fs::rename(made, &path).map_err(|error| BuildError::file("write", &path, error))?;
        let _ = File::open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        prune(&binaries, MAX_BINARIES);
        Ok(path)
    }

    /// Waits until no other process builds the crate called `name`, then keeps others waiting
    /// until the file is dropped. `waiting` is called once if there is something to wait for.
    pub(super) fn lock(&self, name: &str, waiting: &mut dyn FnMut()) -> Result<File, BuildError> {
        let folder = self.root.join("locks");
        make_folder(&folder)?;
        let path = folder.join(name);
        let failed = |error| BuildError::file("lock", &path, error);
        let file = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(failed)?;
        if file.try_lock().is_err() {
            waiting();
            file.lock().map_err(failed)?;
        }
        Ok(file)
    }

    /// Puts the runtime's sources in place.
    pub(super) fn extract_runtime(&self) -> Result<(), BuildError> {
        let sources = self.sources();
        if sources.join("runtime").is_dir() {
            return repair(&sources.join("runtime"));
        }
        let staging = temporary_beside(&sources);
        write_runtime(&staging.join("runtime"))?;
        if fs::rename(&staging, &sources).is_ok() {
            return Ok(());
        }
        // Another build was faster (or left the folder without the runtime in it).
        let _ = fs::remove_dir_all(&staging);
        repair(&sources.join("runtime"))
    }
}

/// Writes the runtime's sources to `folder`.
pub(super) fn write_runtime(folder: &Path) -> Result<(), BuildError> {
    for (path, text) in embedded::RUNTIME {
        write_if_changed(&folder.join(path), text.as_bytes())?;
    }
    Ok(())
}

/// Puts back what a cleaner of old files took away, judging by lengths alone.
fn repair(folder: &Path) -> Result<(), BuildError> {
    for (path, text) in embedded::RUNTIME {
        let path = folder.join(path);
        if fs::metadata(&path).map_or(true, |found| found.len() != text.len() as u64) {
            write_if_changed(&path, text.as_bytes())?;
        }
    }
    Ok(())
}

/// Creates a folder and those above it.
pub(super) fn make_folder(folder: &Path) -> Result<(), BuildError> {
    fs::create_dir_all(folder).map_err(|error| BuildError::file("create", folder, error))
}

/// Makes `path` a file with this content: at once, and only if it isn't one already.
pub(super) fn write_if_changed(path: &Path, content: &[u8]) -> Result<(), BuildError> {
    if fs::read(path).is_ok_and(|found| found == content) {
        return Ok(());
    }
    make_folder(path.parent().expect("a file is in a folder"))?;
    replace(path, |temporary| fs::write(temporary, content))
}

/// Makes `to` a copy of the executable `from`: at once, so that a running pipeline keeps the file
/// it was started from and nobody ever starts half a file.
///
/// A symbolic link keeps its place: the file that it names is replaced.
pub(super) fn copy_executable(from: &Path, to: &Path) -> Result<(), BuildError> {
    let to = &fs::canonicalize(to).unwrap_or_else(|_| to.to_owned());
    replace(to, |temporary| fs::copy(from, temporary).map(|_| ()))
}

fn replace(path: &Path, make: impl FnOnce(&Path) -> io::Result<()>) -> Result<(), BuildError> {
    let temporary = temporary_beside(path);
    let result = make(&temporary).and_then(|()| fs::rename(&temporary, path));
    result.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        BuildError::file("write", path, error)
    })
}

/// A name in the same folder, hence on the same file system, that nobody else uses.
fn temporary_beside(path: &Path) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = path
        .file_name()
        .expect("a path with a name")
        .to_string_lossy();
    path.with_file_name(format!(".{name}.{}-{number}.tmp", process::id()))
}

/// Removes the binaries used longest ago beyond `keep`. Failing to is no reason to fail a build.
fn prune(binaries: &Path, keep: usize) {
    let Ok(entries) = fs::read_dir(binaries) else {
        return;
    };
    let mut folders: Vec<(SystemTime, PathBuf)> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter_map(|folder| Some((last_used(&folder)?, folder)))
        .collect();
    folders.sort();
    let surplus = folders.len().saturating_sub(keep);
    for (_, folder) in &folders[..surplus] {
        let _ = fs::remove_dir_all(folder);
    }
}

fn last_used(folder: &Path) -> Option<SystemTime> {
    let files = fs::read_dir(folder).ok()?;
    let times = files.filter_map(|file| file.ok()?.metadata().ok()?.modified().ok());
    Some(times.max().unwrap_or(SystemTime::UNIX_EPOCH))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn scratch(name: &str) -> Cache {
        let folder = env::temp_dir().join(format!("laminarc-cache-{name}-{}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        Cache::at(&folder).expect("an absolute path")
    }

    #[test]
    fn the_runtime_is_extracted_once_and_repaired() {
        let cache = scratch("extract");
        cache.create().expect("writable");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| cache.extract_runtime().expect("writable"));
            }
        });
        let library = cache.sources().join("runtime/src/lib.rs");
        let modified = || {
            fs::metadata(&library)
                .and_then(|m| m.modified())
                .expect("it is there")
        };
        let before = modified();
        cache.extract_runtime().expect("writable");
        assert_eq!(modified(), before, "an unchanged file was rewritten");
        fs::remove_file(&library).expect("it is there");
        cache.extract_runtime().expect("writable");
        assert!(library.is_file());
        let leftovers = fs::read_dir(cache.root()).expect("it is there").count();
        assert_eq!(leftovers, 2, "staging folders were left behind");
        fs::remove_dir_all(cache.root()).expect("it is ours");
    }

    #[test]
    fn binaries_used_longest_ago_are_removed() {
        let cache = scratch("prune");
        for (number, key) in ["a", "b", "c"].into_iter().enumerate() {
            let path = cache.root().join("binaries").join(key).join("x");
            write_if_changed(&path, b"").expect("writable");
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1000 * number as u64);
            File::open(&path)
                .and_then(|f| f.set_modified(time))
                .expect("it is ours");
        }
        assert!(cache.binary("a", "x").is_some(), "this uses it");
        prune(&cache.root().join("binaries"), 2);
        let left: Vec<_> = ["a", "b", "c"]
            .map(|key| cache.binary(key, "x").is_some())
            .into();
        assert_eq!(left, [true, false, true]);
        fs::remove_dir_all(cache.root()).expect("it is ours");
    }

    #[test]
    fn one_builds_while_others_wait() {
        let cache = scratch("lock");
        let held = cache
            .lock("x", &mut || panic!("nobody else holds it"))
            .expect("writable");
        let told = std::sync::Barrier::new(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let waiting = &mut || {
                    told.wait();
                };
                cache.lock("x", waiting).expect("writable");
            });
            // Without the other's call of `waiting` this test would not end.
            told.wait();
            drop(held);
        });
        fs::remove_dir_all(cache.root()).expect("it is ours");
    }
}
