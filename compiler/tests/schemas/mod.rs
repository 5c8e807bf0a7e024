//! Schemas as the command line would find them.

use laminarc::avro::{Reference, Schemas};
use laminarc::source::SourceFile;
use std::fs;
use std::path::Path;

/// What `source` names: files of `folder`, and one schema of a registry.
pub fn of(source: &SourceFile, folder: &Path) -> Schemas {
    let mut schemas = Schemas::default();
    for reference in laminarc::schemas_of(source) {
        let found = match &reference {
            Reference::File(path) => fs::read_to_string(folder.join(path))
                .map_err(|_| format!("cannot read {path}: there is no such file")),
            Reference::Registry { id: 100, .. } => Ok(SCHEMA_100.to_owned()),
            Reference::Registry { url, id } => {
                Err(format!("the registry at {url} has no schema {id}"))
            }
        };
        schemas.insert(reference, found);
    }
    schemas
}

/// The schema with the number 100.
const SCHEMA_100: &str = r#"{"type": "record", "name": "Reading", "fields": [
    {"name": "device_id", "type": "string"},
    {"name": "temperature", "type": ["null", "double"]}]}"#;
