//! What a pipeline file defines: names and what they stand for. Data and look-up only.

use crate::ir::ast::Name;
use crate::source::Span;

/// The definitions of a file so far, in file order.
#[derive(Clone, Debug)]
pub struct Catalog<T> {
    entries: Vec<Entry<T>>,
}

/// A definition.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// The name as declared.
    pub name: Name,
    /// What it stands for.
    pub item: T,
}

/// Why a name was not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nothing has that name.
    Unknown,
    /// An unquoted name matches several definitions; these are their places.
    Ambiguous(Vec<Span>),
}

impl<T> Default for Catalog<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Catalog<T> {
    /// No definitions.
    pub fn new() -> Self {
        Self {
            entries: Vec::new(),
        }
    }

    /// Adds a definition; the place of an earlier one of the same name if there is one, and then
    /// nothing is added. Two unquoted names are the same if they differ in case alone.
    pub fn define(&mut self, name: Name, item: T) -> Result<(), Span> {
        let earlier = self.entries.iter().find(|entry| same(&entry.name, &name));
        if let Some(earlier) = earlier {
            return Err(earlier.name.span);
        }
        self.entries.push(Entry { name, item });
        Ok(())
    }

    /// The definition that `name` means.
    pub fn find(&self, name: &Name) -> Result<&Entry<T>, Missing> {
        let mut found = self
            .entries
            .iter()
            .filter(|entry| name.matches(&entry.name.text));
        let first = found.next().ok_or(Missing::Unknown)?;
        let others: Vec<Span> = found.map(|entry| entry.name.span).collect();
        if others.is_empty() {
            return Ok(first);
        }
        let all = std::iter::once(first.name.span).chain(others).collect();
        Err(Missing::Ambiguous(all))
    }

    /// The same as [`Catalog::find`], to be changed.
    pub fn find_mut(&mut self, name: &Name) -> Result<&mut T, Missing> {
        self.find(name)?;
        let mut entries = self.entries.iter_mut();
        let found = entries.find(|entry| name.matches(&entry.name.text));
        Ok(&mut found.expect("it was found before").item)
    }

    /// All definitions.
    pub fn entries(&self) -> &[Entry<T>] {
        &self.entries
    }
}

/// Whether two declared names cannot stand beside one another.
pub fn same(left: &Name, right: &Name) -> bool {
    let folded = !left.quoted && !right.quoted;
    left.text == right.text || (folded && left.text.eq_ignore_ascii_case(&right.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name {
            text: text.trim_matches('"').to_owned(),
            quoted: text.starts_with('"'),
            span: Span::default(),
        }
    }

    #[test]
    fn case_matters_only_in_quotes() {
        let mut catalog = Catalog::new();
        for (at, text) in ["Sensor", "\"sensor\"", "other"].into_iter().enumerate() {
            catalog.define(name(text), at).expect("a new name");
        }
        assert!(catalog.define(name("SENSOR"), 9).is_err());
        assert_eq!(catalog.find(&name("\"sensor\"")).map(|e| e.item), Ok(1));
        assert_eq!(catalog.find(&name("OTHER")).map(|e| e.item), Ok(2));
        assert_eq!(
            catalog.find(&name("\"Other\"")).map(|e| e.item),
            Err(Missing::Unknown)
        );
        let ambiguous = catalog.find(&name("sensor")).map(|e| e.item);
        assert!(matches!(ambiguous, Err(Missing::Ambiguous(places)) if places.len() == 2));
    }
}
