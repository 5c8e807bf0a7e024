//! Where the rows of a sink of files go.

use crate::value::{Timestamp, text};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// A path with places for times and values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    prefix: String,
    pattern: &'static str,
}

/// A moment as the pattern needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339, in UTC.
    text: String,
}

impl Moment {
    /// What the clock says.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let seconds = since.map_or(0, |since| since.as_secs());
        // the clock of a machine that has no battery may say anything
        let seconds = i64::try_from(seconds).unwrap_or(0).min(253_402_300_799);
        Self::at(seconds)
    }

    /// So many seconds after the start of 1970, within the years to 9999.
    fn at(seconds: i64) -> Self {
        let text = text::timestamp(Timestamp(seconds * 1_000_000));
        Self {
            text: String::from_utf8_lossy(text.as_bytes()).into_owned(),
        }
    }

    /// What stands for a letter behind `%`.
    fn part(&self, letter: char) -> &str {
        match letter {
            'Y' => &self.text[..4],
            'm' => &self.text[5..7],
            'd' => &self.text[8..10],
            'H' => &self.text[11..13],
            'M' => &self.text[14..16],
            _ => "%",
        }
    }

    /// `20261122T101500Z`
    fn compact(&self) -> String {
        let seconds = &self.text[17..19];
        let [year, month, day] = ['Y', 'm', 'd'].map(|letter| self.part(letter));
        let [hour, minute] = ['H', 'M'].map(|letter| self.part(letter));
        format!("{year}{month}{day}T{hour}{minute}{seconds}Z")
    }
}

impl Pattern {
    /// `pattern` behind `prefix`, which is taken as it is.
    pub fn new(prefix: String, pattern: &'static str) -> Self {
        Self { prefix, pattern }
    }

    /// The folder below which all files are.
    pub fn root(&self) -> PathBuf {
        match self.prefix.rsplit_once('/') {
            Some(("", _)) => "/".into(),
            Some((folder, _)) => folder.into(),
            None => ".".into(),
        }
    }

    /// How many folders there can be between the root and a file.
    pub fn depth(&self) -> usize {
        self.pattern.matches('/').count()
    }

    /// Whether a file of this name can be one of its, as the end of the name says. Where a time or
    /// a value may be that end, any is.
    pub fn may_have_named(&self, file: &Path) -> bool {
        let name = self.pattern.rsplit('/').next().unwrap_or_default();
        let end = name.rsplit_once('.').map_or(name, |(_, end)| end);
        if end.contains(['{', '%']) {
            return true;
        }
        let path = format!("{}{}", self.prefix, self.pattern);
        split(Path::new(&path)).1 == split(file).1
    }

    /// The path for rows of `key`, which holds their values between slashes.
    pub fn expand(&self, key: &[u8], moment: &Moment) -> String {
        let key = String::from_utf8_lossy(key);
        let mut values = key.split('/');
        let mut path = self.prefix.clone();
        let mut letters = self.pattern.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '%' => path.push_str(moment.part(letters.next().unwrap_or('%'))),
                '{' => {
                    path.push_str(values.next().unwrap_or_default());
                    letters.next();
                }
                other => path.push(other),
            }
        }
        path
    }
}

/// A name for a file of `path` that was begun at this moment: its number stands before the
/// extension.
pub fn numbered(path: &Path, moment: &Moment, number: u32) -> PathBuf {
    let (stem, end) = split(path);
    let begun = moment.compact();
    path.with_file_name(format!("{stem}-{begun}-{number:03}{end}"))
}

/// The name of a file before its extension, and the extension with its point. One that tells how a
/// file is compressed stands behind another one.
fn split(path: &Path) -> (String, String) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let end = |name: &str| {
        let extension = Path::new(name).extension();
        extension.map_or(0, |end| end.len() + 1)
    };
    let last = end(&name);
    let mut at = name.len() - last;
    if matches!(&name[at..], ".gz" | ".zst") {
        at -= end(&name[..at]);
    }
    (name[..at].to_owned(), name[at..].to_owned())
}

/// What a file is called until it is whole.
pub fn hidden(path: &Path, suffix: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{suffix}"))
}

/// What a file with such a name is called once it is whole.
pub fn visible(path: &Path, suffix: &str) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let name = name.strip_prefix('.')?.strip_suffix(suffix)?;
    Some(path.with_file_name(name.strip_suffix('.')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_values_stand_in_their_places() {
        let moment = Moment::at(1_795_342_530);
        let pattern = Pattern::new("out/100%/".into(), "dt=%Y-%m-%d/%H%M/{}-{}/rows%%.csv");
        let path = pattern.expand(b"a{}%d/b", &moment);
        assert_eq!(path, "out/100%/dt=2026-11-22/1015/a{}%d-b/rows%.csv");
        assert_eq!(pattern.root(), Path::new("out/100%"));
        assert_eq!(pattern.depth(), 3);
        let plain = Pattern::new("rows.jsonl".into(), "");
        assert_eq!(plain.expand(b"", &moment), "rows.jsonl");
        assert_eq!(plain.root(), Path::new("."));
        assert_eq!(Pattern::new("/x".into(), "").root(), Path::new("/"));
    }

    #[test]
    fn files_are_known_by_what_their_names_end_with() {
        let takes = |pattern: &'static str, file: &str| {
            let pattern = Pattern::new("out.d/".into(), pattern);
            pattern.may_have_named(Path::new(file))
        };
        assert!(takes("{}/rows.csv", "out.d/x/rows-1.csv"));
        assert!(!takes("{}/rows.csv", "out.d/x/rows-1.jsonl"));
        assert!(!takes("{}/rows.csv", "out.d/x/rows-1"));
        assert!(takes("%Y/rows", "out.d/2026/rows-1"));
        assert!(takes("rows.csv.gz", "out.d/rows-1.csv.gz"));
        assert!(!takes("rows.csv.gz", "out.d/rows-1.jsonl.gz"));
        assert!(!takes("rows.csv.gz", "out.d/rows-1.csv"));
        // a value can hold a point, and so can be an extension
        assert!(takes("{}", "out.d/hall-1.4"));
        assert!(takes("rows.%Y", "out.d/rows-1.2026"));
        assert!(takes("{}.jsonl", "out.d/hall.4-1.jsonl"));
        assert!(!takes("{}.jsonl", "out.d/hall-1.4"));
    }

    #[test]
    fn names_are_told_apart_and_hidden() {
        let moment = Moment::at(1_795_342_530);
        let name = numbered(Path::new("a/rows.csv"), &moment, 2);
        assert_eq!(name, Path::new("a/rows-20261122T101530Z-002.csv"));
        let packed = numbered(Path::new("a/rows.csv.gz"), &moment, 2);
        assert_eq!(packed, Path::new("a/rows-20261122T101530Z-002.csv.gz"));
        let bare = numbered(Path::new("a/rows.gz"), &moment, 2);
        assert_eq!(bare, Path::new("a/rows-20261122T101530Z-002.gz"));
        let part = hidden(&name, "part");
        assert_eq!(part, Path::new("a/.rows-20261122T101530Z-002.csv.part"));
        assert_eq!(visible(&part, "part"), Some(name));
        assert_eq!(visible(&part, "tmp"), None);
        assert_eq!(visible(Path::new("a/rows.part"), "part"), None);
    }
}
