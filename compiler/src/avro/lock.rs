//! What registries said, as a lock file beside the SQL keeps it.

use crate::json::{self, Member, Value};
use std::collections::BTreeMap;

/// The version of the file's form.
pub const VERSION: u64 = 1;

/// A lock file's content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// By the registry's URL as the SQL has it, without user and password, and the schema's number.
    schemas: BTreeMap<(String, u32), String>,
}

impl Lock {
    /// The content of a lock file; None where `text` is none of this version.
    pub fn parse(text: &str) -> Option<Self> {
        let Ok(Value::Object(members)) = json::parse(text) else {
            return None;
        };
        if number(&members, "version")? != VERSION {
            return None;
        }
        let mut lock = Self::default();
        let Value::Array(entries) = member(&members, "schemas")? else {
            return None;
        };
        for entry in entries {
            let Value::Object(entry) = entry else {
                return None;
            };
            let id = u32::try_from(number(entry, "id")?).ok()?;
            let (registry, schema) = (string(entry, "registry")?, string(entry, "schema")?);
            lock.schemas.insert((registry, id), schema);
        }
        Some(lock)
    }

    /// The schema with this number of the registry at `url`.
    pub fn get(&self, url: &str, id: u32) -> Option<&str> {
        self.schemas.get(&(anonymous(url), id)).map(String::as_str)
    }

    /// Keeps a schema.
    pub fn set(&mut self, url: &str, id: u32, schema: String) {
        self.schemas.insert((anonymous(url), id), schema);
    }

    /// The schemas: registry, number, text.
    pub fn schemas(&self) -> impl Iterator<Item = (&str, u32, &str)> {
        let schemas = self.schemas.iter();
        schemas.map(|((registry, id), schema)| (registry.as_str(), *id, schema.as_str()))
    }
}

fn member<'v, 't>(members: &'v [Member<'t>], key: &str) -> Option<&'v Value<'t>> {
    let found = members.iter().find(|member| member.key == key);
    found.map(|member| &member.value)
}

fn number(members: &[Member<'_>], key: &str) -> Option<u64> {
    match member(members, key)? {
        Value::Number(number) => number.parse().ok(),
        Value::Null | Value::Boolean(_) | Value::Text(_) | Value::Array(_) | Value::Object(_) => {
            None
        }
    }
}

fn string(members: &[Member<'_>], key: &str) -> Option<String> {
    match member(members, key)? {
        Value::Text(text) => text.clone(),
        Value::Null | Value::Boolean(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            None
        }
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
    fn other_files_are_refused() {
        for text in [
            "",
            "{}",
            "{\"version\": 2, \"schemas\": []}",
            "{\"version\": 1}",
            "{\"version\": 1, \"schemas\": [{\"id\": 1}]}",
        ] {
            assert_eq!(Lock::parse(text), None, "{text}");
        }
    }
}
