//! Manifests as a YAML parser reads them.

use yaml_rust2::{Yaml, YamlLoader};

/// A document.
#[derive(Debug)]
pub(crate) struct Document(Yaml);

/// The documents of a stream.
pub(crate) fn documents(text: &str) -> Vec<Document> {
    let documents = YamlLoader::load_from_str(text);
    let documents = documents.unwrap_or_else(|error| panic!("{error} in\n{text}"));
    documents.into_iter().map(Document).collect()
}

impl Document {
    /// What is at a path of keys, and of indices into lists.
    fn at(&self, path: &[&str]) -> &Yaml {
        path.iter().fold(&self.0, |value, key| match value {
            Yaml::Array(_) => &value[key.parse::<usize>().expect("an index")],
            _ => &value[*key],
        })
    }

    pub(crate) fn has(&self, path: &[&str]) -> bool {
        !self.at(path).is_badvalue()
    }

    pub(crate) fn text(&self, path: &[&str]) -> &str {
        let found = self.at(path).as_str();
        found.unwrap_or_else(|| panic!("no text at {path:?} of {self:?}"))
    }

    pub(crate) fn number(&self, path: &[&str]) -> i64 {
        let found = self.at(path).as_i64();
        found.unwrap_or_else(|| panic!("no number at {path:?} of {self:?}"))
    }
}
