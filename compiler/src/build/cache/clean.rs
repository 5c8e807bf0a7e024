//! Removing what is no longer of use: now and then by itself, or when somebody asks.
//!
//! Every build holds a lease (a shared lock) from before it looks for anything until its binary was
//! copied or started; cleaning holds the same lock for itself alone. So it removes nothing that is
//! in use, whatever its age. What goes is renamed first: a cleaning that is cut short leaves no
//! half of anything in the place of a whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use super::contents::{Entry, children, entries};
use super::{Cache, make_folder};
use crate::build::error::BuildError;

/// What no build has used for so long goes by itself …
const MAX_AGE: Duration = Duration::from_hours(90 * 24);

/// … and so does what was longest unused where all of it takes more than so many bytes.
const MAX_BYTES: u64 = 4_000_000_000;

/// How often a build looks for that …
const INTERVAL: Duration = Duration::from_hours(24);

/// … and how long that may take. What is left over is for the next time.
const PATIENCE: Duration = Duration::from_millis(500);

/// The file that builds lock together, and cleaning alone.
const LEASE: &str = "in-use";

/// The file that tells when the cache was cleaned last.
const CLEANED: &str = "cleaned";

/// Held while something in a cache is in use: nothing is removed meanwhile.
#[derive(Clone, Debug)]
pub struct Lease {
    #[expect(dead_code, reason = "it is held, and let go when it is dropped")]
    file: Arc<File>,
}

impl Cache {
    /// Waits until nothing is being removed. `waiting` is called once if there is something to wait
    /// for.
    pub(in crate::build) fn lease(&self, waiting: &mut dyn FnMut()) -> Result<Lease, BuildError> {
        let (path, file) = self.lease_file()?;
        if file.try_lock_shared().is_err() {
            waiting();
            let locked = file.lock_shared();
            locked.map_err(|error| BuildError::file("lock", &path, error))?;
        }
        let file = Arc::new(file);
        Ok(Lease { file })
    }

    fn lease_file(&self) -> Result<(PathBuf, File), BuildError> {
        let path = self.root().join(LEASE);
        let file = File::options().create(true).append(true).open(&path);
        match file {
            Ok(file) => Ok((path, file)),
            Err(error) => Err(BuildError::file("lock", &path, error)),
        }
    }

    /// What there is, the longest unused first.
    pub fn entries(&self) -> Vec<Entry> {
        entries(self, None)
    }

    /// Removes what `is_unwanted`, as soon as nobody uses the cache; gives what was removed.
    /// `waiting` is called once if there is something to wait for.
    pub fn clean(
        &self,
        is_unwanted: &dyn Fn(&Entry) -> bool,
        waiting: &mut dyn FnMut(),
    ) -> Result<Vec<Entry>, BuildError> {
        if !self.root().is_dir() {
            return Ok(Vec::new());
        }
        let (path, file) = self.lease_file()?;
        if file.try_lock().is_err() {
            waiting();
            let locked = file.lock();
            locked.map_err(|error| BuildError::file("lock", &path, error))?;
        }
        let unwanted = entries(self, None).into_iter().filter(is_unwanted);
        let removed: Vec<Entry> = unwanted.collect();
        for entry in &removed {
            self.remove(entry)?;
        }
        self.empty_trash(None);
        self.remove_locks();
        Ok(removed)
    }

    /// Does what is due by age and size, but not for long, not while others build, and not more
    /// than once a day. What is in `used` is not too old. Nothing of it is a reason to fail.
    pub(in crate::build) fn clean_now_and_then(&self, used: &[PathBuf]) {
        let mark = self.root().join(CLEANED);
        let now = SystemTime::now();
        let is_due =
            |cleaned: SystemTime| now.duration_since(cleaned).is_ok_and(|it| it > INTERVAL);
        let cleaned = fs::metadata(&mark).and_then(|mark| mark.modified());
        if cleaned.is_ok_and(|cleaned| !is_due(cleaned)) {
            return;
        }
        let Ok((_, file)) = self.lease_file() else {
            return;
        };
        if file.try_lock().is_err() {
            return;
        }
        let deadline = Instant::now() + PATIENCE;
        let mut found = entries(self, Some(deadline));
        for entry in &mut found {
            if used.contains(&entry.path) {
                entry.last_used = now;
            }
        }
        for entry in surplus(found, now, MAX_BYTES) {
            let _ = self.remove(&entry);
        }
        if self.empty_trash(Some(deadline)) {
            self.remove_locks();
            let _ = fs::write(mark, "");
        }
    }

    /// Puts a part out of the way.
    fn remove(&self, entry: &Entry) -> Result<(), BuildError> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let trash = self.root().join("trash");
        if entry.path == trash {
            return Ok(());
        }
        make_folder(&trash)?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let to = trash.join(format!("{}-{number}", std::process::id()));
        // what a process of the same number has left there
        let _ = fs::remove_dir_all(&to);
        let moved = fs::rename(&entry.path, &to);
        moved.map_err(|error| BuildError::file("remove", &entry.path, error))
    }

    /// Whether all of it has gone before `deadline`.
    fn empty_trash(&self, deadline: Option<Instant>) -> bool {
        let trash = self.root().join("trash");
        !trash.exists() || remove_until(&trash, deadline)
    }

    /// Nobody holds one while this process holds the cache.
    fn remove_locks(&self) {
        for lock in children(&self.root().join("locks")) {
            let _ = fs::remove_file(lock.path());
        }
    }
}

/// What is too old, and what is too much.
fn surplus(entries: Vec<Entry>, now: SystemTime, max_bytes: u64) -> Vec<Entry> {
    let mut entries = entries;
    entries.sort_by_key(|entry| entry.last_used);
    let mut total: u64 = entries.iter().map(|entry| entry.bytes).sum();
    let goes = |entry: &Entry| {
        let is_old = now
            .duration_since(entry.last_used)
            .is_ok_and(|age| age > MAX_AGE);
        let is_surplus = is_old || total > max_bytes;
        if is_surplus {
            total -= entry.bytes;
        }
        is_surplus
    };
    entries.into_iter().filter(goes).collect()
}

/// Removes what is at `path` and below; whether it was done before `deadline`.
fn remove_until(path: &Path, deadline: Option<Instant>) -> bool {
    if deadline.is_some_and(|deadline| Instant::now() > deadline) {
        return false;
    }
    let is_folder = fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
    if !is_folder {
        return fs::remove_file(path).is_ok();
    }
    let mut all = children(path).into_iter();
    all.all(|child| remove_until(&child.path(), deadline)) && fs::remove_dir(path).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::cache::{Kind, write_if_changed};

    fn scratch(name: &str) -> Cache {
        let folder = std::env::temp_dir().join(format!("laminarc-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let cache = Cache::at(&folder).expect("an absolute path");
        cache.create().expect("writable");
        cache
    }

    /// A file whose last use was so many days ago.
    fn file(cache: &Cache, path: &str, days: u64) {
        let path = cache.root().join(path);
        write_if_changed(&path, b"content").expect("writable");
        let time = SystemTime::now() - Duration::from_secs(days * 86_400);
        let set = File::open(path).and_then(|file| file.set_modified(time));
        set.expect("it is ours");
    }

    fn names(entries: &[Entry]) -> Vec<&str> {
        entries.iter().map(|entry| entry.name.as_str()).collect()
    }

    #[test]
    fn parts_are_told_apart_and_removed_by_what_is_asked() {
        let cache = scratch("cache-parts");
        file(&cache, "0.1.0-a/runtime/src/lib.rs", 3);
        file(&cache, "target/rustc-1/release/x", 2);
        file(&cache, "binaries/k/alerts", 1);
        file(&cache, ".0.1.0-b.77-0.tmp/runtime/x", 9);
        file(&cache, "locks/x", 9);
        let expected = [
            ".0.1.0-b.77-0.tmp",
            "0.1.0-a",
            "target/rustc-1",
            "binaries/k",
        ];
        let found = cache.entries();
        assert_eq!(names(&found), expected);
        let kinds: Vec<_> = found.iter().map(|entry| entry.kind).collect();
        let expected = [Kind::Remains, Kind::Sources, Kind::Compiled, Kind::Binary];
        assert_eq!(kinds, expected);
        assert!(found.iter().all(|entry| entry.bytes >= 7), "{found:?}");
        let removed = cache.clean(&|entry| entry.kind == Kind::Sources, &mut || {});
        assert_eq!(names(&removed.expect("writable")), ["0.1.0-a"]);
        assert_eq!(cache.entries().len(), 3);
        cache.clean(&|_| true, &mut || {}).expect("writable");
        assert_eq!(cache.entries(), []);
        let left: Vec<_> = children(cache.root())
            .iter()
            .map(fs::DirEntry::file_name)
            .collect();
        assert!(!left.iter().any(|name| name == "trash"), "{left:?}");
        fs::remove_dir_all(cache.root()).expect("it is ours");
    }

    #[test]
    fn nothing_is_removed_while_somebody_uses_the_cache() {
        let cache = scratch("cache-lease");
        file(&cache, "binaries/k/alerts", 400);
        let lease = cache.lease(&mut || panic!("nobody removes anything"));
        let lease = lease.expect("writable");
        let another = cache.lease(&mut || panic!("builds do not wait for builds"));
        drop(another);
        cache.clean_now_and_then(&[]);
        assert_eq!(cache.entries().len(), 1, "removed below a build");
        let told = std::sync::Barrier::new(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let waiting = &mut || {
                    told.wait();
                };
                let removed = cache.clean(&|_| true, waiting).expect("writable");
                assert_eq!(removed.len(), 1);
            });
            // Without the other's call of `waiting` this test would not end.
            told.wait();
            assert_eq!(cache.entries().len(), 1, "removed below a build");
            drop(lease);
        });
        fs::remove_dir_all(cache.root()).expect("it is ours");
    }

    #[test]
    fn what_is_old_goes_once_a_day() {
        let cache = scratch("cache-old");
        file(&cache, "binaries/old/x", 91);
        file(&cache, "binaries/new/x", 89);
        file(&cache, "target/rustc-1/x", 91);
        let used = cache.root().join("target/rustc-1");
        cache.clean_now_and_then(&[used]);
        assert_eq!(names(&cache.entries()), ["target/rustc-1", "binaries/new"]);
        cache.clean_now_and_then(&[]);
        assert_eq!(cache.entries().len(), 2, "twice on a day");
        fs::remove_dir_all(cache.root()).expect("it is ours");
    }

    #[test]
    fn what_was_longest_unused_makes_room() {
        let now = SystemTime::now();
        let entry = |name: &str, bytes, days: u64| Entry {
            kind: Kind::Binary,
            name: name.to_owned(),
            bytes,
            last_used: now - Duration::from_secs(days * 86_400),
            path: PathBuf::from(name),
        };
        let all = || {
            vec![
                entry("a", 5, 1),
                entry("b", 3, 9),
                entry("c", 4, 100),
                entry("d", 2, 3),
            ]
        };
        for (max, expected) in [
            (100, &["c"][..]),
            (9, &["c", "b"]),
            (6, &["c", "b", "d"]),
            (4, &["c", "b", "d", "a"]),
        ] {
            assert_eq!(names(&surplus(all(), now, max)), expected, "{max}");
        }
    }

    #[test]
    fn a_cleaning_that_is_cut_short_goes_on_later() {
        let cache = scratch("cache-short");
        file(&cache, "trash/1-0/x", 0);
        let passed = Instant::now();
        std::thread::sleep(Duration::from_millis(1));
        assert!(!cache.empty_trash(Some(passed)));
        assert!(cache.root().join("trash/1-0/x").exists());
        assert!(cache.empty_trash(None));
        assert!(!cache.root().join("trash").exists());
        fs::remove_dir_all(cache.root()).expect("it is ours");
    }
}
