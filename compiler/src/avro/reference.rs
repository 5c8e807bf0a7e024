//! Where schemas are, and what was found there.

use std::collections::BTreeMap;
use std::fmt;

/// Where a schema is, as SQL says it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// `schema_file`: a path beside the SQL.
    File(String),
    /// `schema_registry_url` and `value_schema_id`.
    Registry {
        /// The registry's URL, which may hold `${NAME}`.
        url: String,
        /// The schema's number there.
        id: u32,
    },
}

/// For a person.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.write_str(path),
            Self::Registry { id, .. } => write!(f, "schema {id} of the registry"),
        }
    }
}

/// The texts of schemas, or why there is none.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    found: BTreeMap<Reference, Result<String, String>>,
}

impl Schemas {
    /// Adds what was found at `reference`: the schema's JSON, or a sentence that says why not.
    pub fn insert(&mut self, reference: Reference, found: Result<String, String>) {
        self.found.insert(reference, found);
    }

    /// What was found there; None where nobody looked.
    pub fn get(&self, reference: &Reference) -> Option<&Result<String, String>> {
        self.found.get(reference)
    }
}
