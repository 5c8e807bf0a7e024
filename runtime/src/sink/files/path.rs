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

    /// What the names of its files end with, without the point.
    pub fn extension(&self) -> String {
        let name = format!("{}{}", self.prefix, self.pattern);
        let extension = Path::new(&name).extension();
        extension.map_or_else(String::new, |end| end.to_string_lossy().into_owned())
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
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let begun = moment.compact();
    let name = match path.extension() {
        Some(end) => format!("{stem}-{begun}-{number:03}.{}", end.to_string_lossy()),
        None => format!("{stem}-{begun}-{number:03}"),
    };
    path.with_file_name(name)
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
        assert_eq!((pattern.depth(), pattern.extension().as_str()), (3, "csv"));
        let plain = Pattern::new("rows.jsonl".into(), "");
        assert_eq!(plain.expand(b"", &moment), "rows.jsonl");
        assert_eq!(plain.root(), Path::new("."));
        assert_eq!(Pattern::new("/x".into(), "").root(), Path::new("/"));
    }

    #[test]
    fn names_are_told_apart_and_hidden() {
        let moment = Moment::at(1_795_342_530);
        let name = numbered(Path::new("a/rows.csv"), &moment, 2);
        assert_eq!(name, Path::new("a/rows-20261122T101530Z-002.csv"));
        let part = hidden(&name, "part");
        assert_eq!(part, Path::new("a/.rows-20261122T101530Z-002.csv.part"));
        assert_eq!(visible(&part, "part"), Some(name));
        assert_eq!(visible(&part, "tmp"), None);
        assert_eq!(visible(Path::new("a/rows.part"), "part"), None);
    }
}
