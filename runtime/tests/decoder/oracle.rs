//! What a message means, by `serde_json` and by definition: slow, recursive, and independent of
//! the decoder.

use crate::tables::{Step, show};
use laminar_runtime::decode::json::{Cell, Kind};
use laminar_runtime::error::Reason;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;
use std::fmt;

/// Deepest nesting that is taken.
const MAX_DEPTH: usize = 128;

/// What must come out.
pub enum Expected {
    /// An error with one of these reasons.
    Rejected(&'static [Reason]),
    /// A value for each path.
    Cells(Vec<Found>),
}

/// What stands at a path.
pub enum Found {
    Missing,
    Blocked,
    /// The value's text.
    Value(String),
}

/// The outcome for `payload`.
pub fn expected(payload: &[u8], paths: &[Vec<Step>]) -> Expected {
    let Ok(text) = std::str::from_utf8(payload) else {
        return Expected::Rejected(&[Reason::Utf8]);
    };
    let too_deep = depth(payload) > MAX_DEPTH;
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        return Expected::Rejected(if too_deep {
            &[Reason::Syntax, Reason::Depth]
        } else {
            &[Reason::Syntax]
        });
    }
    if too_deep {
        return Expected::Rejected(&[Reason::Depth]);
    }
    let whole_document = paths.iter().any(Vec::is_empty);
    if !whole_document && !text.trim_start().starts_with('{') {
        return Expected::Rejected(&[Reason::NotAnObject]);
    }
    Expected::Cells(paths.iter().map(|path| find(text, path)).collect())
}

/// Deepest nesting of brackets outside of strings.
fn depth(payload: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = payload.iter();
    let mut in_string = false;
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => drop(bytes.next()),
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The value at `path` of the valid document `text`.
fn find(text: &str, path: &[Step]) -> Found {
    let text = text.trim_matches([' ', '\t', '\n', '\r']);
    let Some((step, rest)) = path.split_first() else {
        return Found::Value(text.to_owned());
    };
    let next = match (step, text.as_bytes()[0]) {
        (_, b'n') => None,
        (Step::Key(key), b'{') => serde_json::from_str::<Members>(text)
            .expect("the document is valid")
            .last(key),
        (Step::Index(index), b'[') => serde_json::from_str::<Vec<Box<RawValue>>>(text)
            .expect("the document is valid")
            .into_iter()
            .nth(*index as usize),
        _ => return Found::Blocked,
    };
    next.map_or(Found::Missing, |value| find(value.get(), rest))
}

/// An object's members, duplicates and all; keys in quotes, as they are written.
struct Members(Vec<(Box<RawValue>, Box<RawValue>)>);

impl Members {
    /// The last member of that key. A key with a lone surrogate is no text and equals none.
    fn last(self, key: &str) -> Option<Box<RawValue>> {
        let is_key = |written: &RawValue| {
            serde_json::from_str::<String>(written.get()).is_ok_and(|written| written == key)
        };
        let mut members = self.0.into_iter().rev();
        members.find_map(|(written, value)| is_key(&written).then_some(value))
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

impl Found {
    /// Compares with what the decoder has found.
    pub fn check(&self, cell: Cell, payload: &[u8], path: &[Step]) {
        let shown = || format!("{} of {}", show(path), String::from_utf8_lossy(payload));
        match self {
            Self::Missing => assert_eq!(cell.kind, Kind::Missing, "{}", shown()),
            Self::Blocked => assert_eq!(cell.kind, Kind::Blocked, "{}", shown()),
            Self::Value(text) => {
                assert_eq!(cell.kind, kind(text), "{}", shown());
                let found = String::from_utf8_lossy(cell.text(payload));
                assert_eq!(&found, text, "{}", shown());
            }
        }
    }
}

fn kind(text: &str) -> Kind {
    match text.as_bytes()[0] {
        b'n' => Kind::Null,
        b't' => Kind::True,
        b'f' => Kind::False,
        b'"' if text.contains('\\') => Kind::EscapedString,
        b'"' => Kind::String,
        b'{' => Kind::Object,
        b'[' => Kind::Array,
        _ if text.contains(['.', 'e', 'E']) => Kind::Number,
        _ => Kind::Integer,
    }
}
