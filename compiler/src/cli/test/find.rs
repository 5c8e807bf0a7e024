//! Which pipelines are tests.

use std::fs;
use std::path::{Path, PathBuf};

use super::case::Case;
use crate::cli::failure::Failure;

/// What there is to test.
pub(super) struct Found {
    /// In the order of the call, those of a folder by name.
    pub(super) cases: Vec<Case>,
    /// Pipelines in folders that have no recorded messages.
    pub(super) untested: Vec<String>,
}

/// Deeper folders are not looked into.
const MAX_DEPTH: usize = 32;

/// The tests of files and folders.
pub(super) fn find(paths: &[PathBuf]) -> Result<Found, Failure> {
    let mut found = Found {
        cases: Vec::new(),
        untested: Vec::new(),
    };
    for path in paths {
        if path.is_dir() {
            find_in(path, MAX_DEPTH, &mut found)?;
        } else if path.is_file() {
            found.cases.push(named(path)?);
        } else {
            return Err(Failure::path(
                "test",
                path,
                "there is no such file or folder",
            ));
        }
    }
    found.cases.dedup_by(|a, b| a.pipeline == b.pipeline);
    if found.cases.is_empty() {
        let failure = Failure::new("there is nothing to test");
        return Err(failure
            .help("beside `name.sql` goes `name.input.jsonl`, a recorded message on each line"));
    }
    Ok(found)
}

/// A pipeline that was asked for by its name.
fn named(path: &Path) -> Result<Case, Failure> {
    if path.extension().is_some_and(|extension| extension == "sql") {
        return Ok(Case::new(path));
    }
    let failure = Failure::path("test", path, "it is not a pipeline");
    Err(failure.help("name a file that ends with `.sql`, or a folder"))
}

fn find_in(folder: &Path, depth: usize, found: &mut Found) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::path("read", folder, error);
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        entries.push(entry.map_err(failed)?.path());
    }
    entries.sort();
    for path in entries {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if path.is_dir() {
            if depth > 0 && !name.starts_with('.') && name != "target" {
                find_in(&path, depth - 1, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            let case = Case::new(&path);
            if case.input.exists() || case.expected.exists() {
                found.cases.push(case);
            } else {
                found.untested.push(path.display().to_string());
            }
        }
    }
    Ok(())
}
