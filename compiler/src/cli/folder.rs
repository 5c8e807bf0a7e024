//! Folders that a command fills: nothing of somebody else's is overwritten.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::failure::Failure;

/// Whether `folder`, in which something is to be done (`action`), is new or empty, or holds what an
/// earlier call has written, as `is_ours` tells.
pub(super) fn check(
    folder: &Path,
    action: &str,
    is_ours: impl FnOnce() -> bool,
    way_out: &str,
) -> Result<(), Failure> {
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::path(action, folder, error)),
    };
    if entries.next().is_none() || is_ours() {
        return Ok(());
    }
    Err(Failure::path(action, folder, "it is not empty").help(way_out))
}

/// Whether a file begins with `start`: what it is known by that a command has written it.
pub(super) fn begins(path: &Path, start: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|text| text.starts_with(start))
}
