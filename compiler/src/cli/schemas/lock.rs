//! What a registry said, kept beside the SQL.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde_json::{Map, Value, json};

/// The version of the file's form.
const VERSION: u64 = 1;

/// A lock file's content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lock {
    /// By the registry's URL as the SQL has it, without user and password, and the schema's number.
    schemas: BTreeMap<(String, u32), String>,
}

impl Lock {
    /// Reads a lock file; one that is not there holds nothing.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).ok_or_else(|| {
                format!("{shown} is no lock file of this version: remove it, or `laminarc lock`")
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(format!("cannot read {shown}: {error}")),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        if value["version"].as_u64() != Some(VERSION) {
            return None;
        }
        let mut lock = Self::default();
        for entry in value["schemas"].as_array()? {
            let id = u32::try_from(entry["id"].as_u64()?).ok()?;
            let registry = entry["registry"].as_str()?.to_owned();
            let schema = entry["schema"].as_str()?.to_owned();
            lock.schemas.insert((registry, id), schema);
        }
        Some(lock)
    }

    /// The schema with this number of the registry at `url`.
    pub(super) fn get(&self, url: &str, id: u32) -> Option<&str> {
        self.schemas.get(&(anonymous(url), id)).map(String::as_str)
    }

    /// Keeps a schema.
    pub(super) fn set(&mut self, url: &str, id: u32, schema: String) {
        self.schemas.insert((anonymous(url), id), schema);
    }

    /// Writes the file, as a whole or not at all.
    pub(super) fn write(&self, path: &Path) -> Result<(), String> {
        let schemas = self.schemas.iter().map(|((registry, id), schema)| {
            let mut entry = Map::new();
            entry.insert("registry".to_owned(), json!(registry));
            entry.insert("id".to_owned(), json!(id));
            entry.insert("schema".to_owned(), json!(schema));
            Value::Object(entry)
        });
        let content = json!({ "version": VERSION, "schemas": schemas.collect::<Vec<_>>() });
        let mut text = format!("{content:#}");
        text.push('\n');
        let beside = path.with_extension("lock.new");
        fs::write(&beside, text)
            .and_then(|()| fs::rename(&beside, path))
            .map_err(|error| format!("cannot write {}: {error}", path.display()))
    }
}

/// The URL without user and password.
fn anonymous(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let authority = rest.find('/').unwrap_or(rest.len());
    match rest[..authority].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut lock = Lock::default();
        lock.set("http://user:secret@registry:8081", 7, "\"int\"".to_owned());
        lock.set("${REGISTRY}", 1, "{\"type\": \"long\"}".to_owned());
        let path = std::env::temp_dir().join(format!("laminar-lock-{}", std::process::id()));
        lock.write(&path).expect("it can be written");
        let text = fs::read_to_string(&path).expect("it is there");
        assert!(!text.contains("secret"), "{text}");
        let read = Lock::read(&path).expect("it can be read");
        fs::remove_file(&path).expect("it is ours");
        assert_eq!(read, lock);
        assert_eq!(read.get("http://registry:8081", 7), Some("\"int\""));
        assert_eq!(read.get("http://registry:8081", 8), None);
        assert_eq!(Lock::read(&path), Ok(Lock::default()));
    }

    #[test]
    fn other_files_are_refused() {
        for text in [
            "",
            "{}",
            "{\"version\": 2, \"schemas\": []}",
            "{\"version\": 1}",
        ] {
            assert_eq!(Lock::parse(text), None, "{text}");
        }
    }
}
