//! `laminarc cache`: what builds have left, and removing it.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use super::commands;
use super::failure::Failure;
use super::style::{BOLD, GREEN};
use crate::build::{Cache, CacheEntry};
use crate::diagnostics::counted;

const DAY_S: u64 = 86_400;

/// `laminarc cache`.
pub(super) fn show() -> Result<ExitCode, Failure> {
    let cache = Cache::locate()?;
    let mut entries = cache.entries();
    entries.reverse();
    let total = entries.iter().map(|entry| entry.bytes).sum();
    let mut text = format!("{}: {}\n", cache.root().display(), bytes(total));
    for entry in &entries {
        let (size, age) = (bytes(entry.bytes), age(entry));
        let (name, what) = (&entry.name, entry.kind.describe());
        writeln!(text, "{size:>10}  {age:<12}  {name} ({what})").expect("a String takes it");
    }
    commands::print(&text)
}

/// `laminarc cache clean`: removes what was used longer ago than so many days and is larger than so
/// many bytes.
pub(super) fn clean(
    older_than: Option<u64>,
    larger_than: Option<u64>,
) -> Result<ExitCode, Failure> {
    let cache = Cache::locate()?;
    let is_unwanted = |entry: &CacheEntry| {
        older_than.is_none_or(|days| unused_for(entry).as_secs() >= days.saturating_mul(DAY_S))
            && larger_than.is_none_or(|size| entry.bytes > size)
    };
    let removed = cache.clean(&is_unwanted, &mut || {
        anstream::eprintln!("{BOLD}waiting{BOLD:#} for a build to end");
    })?;
    let freed = removed.iter().map(|entry| entry.bytes).sum();
    let (count, freed) = (counted(removed.len(), "part"), bytes(freed));
    let folder = cache.root().display();
    anstream::eprintln!("{GREEN}removed{GREEN:#} {count} from {folder}: {freed}");
    Ok(ExitCode::SUCCESS)
}

fn unused_for(entry: &CacheEntry) -> Duration {
    // a clock that was set back makes nothing old
    let passed = SystemTime::now().duration_since(entry.last_used);
    passed.unwrap_or_default()
}

fn age(entry: &CacheEntry) -> String {
    match unused_for(entry).as_secs() / DAY_S {
        0 => "today".to_owned(),
        1 => "1 day ago".to_owned(),
        days => format!("{days} days ago"),
    }
}

/// Bytes as people read them, in units of 1000.
fn bytes(count: u64) -> String {
    let (unit, name) = match count {
        0..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        1_000_000_000.. => (1_000_000_000, "GB"),
    };
    let tenths = count / (unit / 10);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

/// `500MB`: a number and a unit of 1000, 1000² … bytes.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let at = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        _ => return Err("expected a number and `kB`, `MB` or `GB`, such as `500MB`".to_owned()),
    };
    let number: Option<u64> = number.parse().ok();
    let size = number.and_then(|number| number.checked_mul(factor));
    size.ok_or_else(|| "expected a whole number of bytes that there can be".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_and_read() {
        for (count, expected) in [
            (0, "0.0 kB"),
            (1_499, "1.4 kB"),
            (2_500_000, "2.5 MB"),
            (12_345_678_901, "12.3 GB"),
        ] {
            assert_eq!(bytes(count), expected);
        }
        for (text, expected) in [("500MB", 500_000_000), ("2 gb", 2_000_000_000), ("7B", 7)] {
            assert_eq!(size(text), Ok(expected), "{text}");
        }
        for text in ["", "5", "MB", "1.5MB", "99999999999999GB", "5 MiB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
