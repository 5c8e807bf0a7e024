//! What a binary is made of: the crates that are linked, as cargo resolves them for its features
//! and its target, with the checksums of the lock file.
//!
//! Asking cargo takes a tenth of a second, so the answer is kept beside the runtime's sources: it
//! depends on those, the lock file, features, target and toolchain alone.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cache::write_if_changed;
use super::embedded;
use super::error::BuildError;
use super::toolchain::not_started;

/// The file in a generated crate that holds them.
pub(super) const FILE: &str = "src/components.txt";

/// The text of an earlier call for the same `key`.
pub(super) fn kept(sources: &Path, key: &str) -> Option<String> {
    fs::read_to_string(place(sources, key)).ok()
}

/// Asks `tree`, a `cargo tree` that knows features and target, and keeps the answer; None: cargo
/// lacks something that it may download.
pub(super) fn ask(
    mut tree: Command,
    rust: &str,
    sources: &Path,
    key: &str,
) -> Result<Option<String>, BuildError> {
    tree.args(["--edges", "normal,no-proc-macro", "--prefix", "none"]);
    let output = tree.args(["--format", "{p}", "--frozen"]).output();
    let output = output.map_err(|error| not_started("cargo", &error))?;
    if !output.status.success() {
        return Ok(None);
    }
    let text = components(&String::from_utf8_lossy(&output.stdout), rust);
    write_if_changed(&place(sources, key), text.as_bytes())?;
    Ok(Some(text))
}

fn place(sources: &Path, key: &str) -> PathBuf {
    sources.join("components").join(format!("{key}.txt"))
}

/// Name, version and SHA-256 of each crate on a line, sorted; `-` for what is no download. The
/// standard library is one of them: its version is that of Rust.
fn components(tree: &str, rust: &str) -> String {
    let mut lines = BTreeSet::from([format!("std {rust} -\n")]);
    for line in tree.lines() {
        let mut words = line.split_whitespace();
        let (Some(name), Some(version)) = (words.next(), words.next()) else {
            continue;
        };
        let version = version.trim_start_matches('v');
        // the generated crate itself: what this is a list for
        if name.starts_with(embedded::LOCK_PLACEHOLDER) {
            continue;
        }
        let checksum = embedded::checksum(name, version).unwrap_or("-");
        lines.insert(format!("{name} {version} {checksum}\n"));
    }
    lines.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_sorted_and_told_once() {
        let tree = "laminar-p-x-12 v0.0.0 (/a b)\n\
                    laminar-runtime v9.9.9 (/c)\n\
                    memchr v0.0.1\n\
                    memchr v0.0.1 (*)\n";
        assert_eq!(
            components(tree, "1.95.0"),
            "laminar-runtime 9.9.9 -\nmemchr 0.0.1 -\nstd 1.95.0 -\n"
        );
    }

    #[test]
    fn checksums_are_those_of_the_lock_file() {
        let lock = include_str!("../../../templates/Cargo.lock");
        let at = lock
            .find("name = \"memchr\"\nversion = \"")
            .expect("it is locked");
        let version = lock[at..].split('"').nth(3).expect("a version");
        let sum = embedded::checksum("memchr", version).expect("it is downloaded");
        assert_eq!(sum.len(), 64);
        assert!(lock[at..].starts_with("name = \"memchr\"") && lock[at..at + 400].contains(sum));
        assert_eq!(embedded::checksum("laminar-runtime", "0.1.0"), None);
    }
}
