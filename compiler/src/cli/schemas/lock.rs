//! Reading and writing lock files.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::avro::{LOCK_VERSION, Lock};

/// Reads a lock file; one that is not there holds nothing.
pub(super) fn read(path: &Path) -> Result<Lock, String> {
    let shown = path.display();
    match fs::read_to_string(path) {
        Ok(text) => Lock::parse(&text).ok_or_else(|| {
            format!("{shown} is no lock file of this version: remove it, or `laminarc lock`")
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Lock::default()),
        Err(error) => Err(format!("cannot read {shown}: {error}")),
    }
}

/// Writes the file, as a whole or not at all.
pub(super) fn write(lock: &Lock, path: &Path) -> Result<(), String> {
    let schemas = lock.schemas().map(|(registry, id, schema)| {
        let mut entry = Map::new();
        entry.insert("registry".to_owned(), json!(registry));
        entry.insert("id".to_owned(), json!(id));
        entry.insert("schema".to_owned(), json!(schema));
        Value::Object(entry)
    });
    let content = json!({ "version": LOCK_VERSION, "schemas": schemas.collect::<Vec<_>>() });
    let mut text = format!("{content:#}");
    text.push('\n');
    let beside = path.with_extension("lock.new");
    fs::write(&beside, text)
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
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
        write(&lock, &path).expect("it can be written");
        let text = fs::read_to_string(&path).expect("it is there");
        assert!(!text.contains("secret"), "{text}");
        let found = read(&path).expect("it can be read");
        fs::remove_file(&path).expect("it is ours");
        assert_eq!(found, lock);
        assert_eq!(found.get("http://registry:8081", 7), Some("\"int\""));
        assert_eq!(found.get("http://registry:8081", 8), None);
        assert_eq!(read(&path), Ok(Lock::default()));
    }
}
