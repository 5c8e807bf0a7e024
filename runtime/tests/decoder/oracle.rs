//! What a message means, by `serde_json` and by definition: recursive, and independent of the
//! decoder. Whether it is JSON at all is also asked of `simd-json`.

use crate::tables::{Step, show};
use laminar_runtime::decode::json::{Cell, Kind};
use laminar_runtime::error::Reason;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Deepest nesting that is taken.
const MAX_DEPTH: usize = 128;

/// What a table asks of a message, as a tree.
#[derive(Debug, Default)]
pub struct Oracle {
    slot: Option<usize>,
    below: Vec<(Step, Self)>,
}

/// What must come out.
#[derive(Debug)]
pub enum Expected<'m> {
    /// An error with one of these reasons.
    Rejected(&'static [Reason]),
    /// A value for each path.
    Cells(Vec<Found<'m>>),
}

/// What stands at a path.
#[derive(Clone, Copy, Debug)]
pub enum Found<'m> {
    Missing,
    Blocked,
    /// The value's text.
    Value(&'m str),
}

impl Oracle {
    pub fn new(paths: &[Vec<Step>]) -> Self {
        let mut oracle = Self::default();
        for (slot, path) in paths.iter().enumerate() {
            oracle.insert(slot, path);
        }
        oracle
    }

    fn insert(&mut self, slot: usize, path: &[Step]) {
        let Some((step, rest)) = path.split_first() else {
            self.slot = Some(slot);
            return;
        };
        let known = self.below.iter().position(|(known, _)| known == step);
        let at = known.unwrap_or_else(|| {
            self.below.push((step.clone(), Self::default()));
            self.below.len() - 1
        });
        self.below[at].1.insert(slot, rest);
    }

    /// Why `payload` is bad, if it is.
    pub fn rejection(&self, payload: &[u8]) -> Option<&'static [Reason]> {
        let Ok(text) = std::str::from_utf8(payload) else {
            return Some(&[Reason::Utf8]);
        };
        let too_deep = payload.len() > MAX_DEPTH && depth(payload) > MAX_DEPTH;
        if serde_json::from_str::<IgnoredAny>(text).is_err() {
            return Some(if too_deep {
                &[Reason::Syntax, Reason::Depth]
            } else {
                &[Reason::Syntax]
            });
        }
        if too_deep {
            return Some(&[Reason::Depth]);
        }
        let array = self
            .below
            .iter()
            .any(|(step, _)| matches!(step, Step::Index(_)));
        let fits = match text.trim_start().as_bytes()[0] {
            b'{' => true,
            b'[' => array || self.slot.is_some(),
            _ => self.slot.is_some(),
        };
        (!fits).then_some(&[Reason::NotAnObject])
    }

    /// The outcome for `payload`.
    pub fn expected<'m>(&self, payload: &'m [u8], slots: usize) -> Expected<'m> {
        if let Some(reasons) = self.rejection(payload) {
            return Expected::Rejected(reasons);
        }
        let mut found = vec![Found::Missing; slots];
        let text = std::str::from_utf8(payload).expect("it was just checked");
        self.fill(text.trim_matches([' ', '\t', '\n', '\r']), &mut found);
        Expected::Cells(found)
    }

    fn set<'m>(&self, to: Found<'m>, found: &mut [Found<'m>]) {
        if let Some(slot) = self.slot {
            found[slot] = to;
        }
        for (_, below) in &self.below {
            below.set(to, found);
        }
    }

    /// Sets what is needed of the valid value `text`, and clears what an earlier one has set.
    fn fill<'m>(&self, text: &'m str, found: &mut [Found<'m>]) {
        let below = match text.as_bytes()[0] {
            b'n' | b'{' | b'[' => Found::Missing,
            _ => Found::Blocked,
        };
        for (step, child) in &self.below {
            let fits = match step {
                Step::Key(_) => !text.starts_with('['),
                Step::Index(_) => !text.starts_with('{'),
            };
            child.set(if fits { below } else { Found::Blocked }, found);
        }
        if let Some(slot) = self.slot {
            found[slot] = Found::Value(text);
        }
        if self.below.is_empty() {
            return;
        }
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let fill = Fill {
            oracle: self,
            found,
        };
        let filled = match text.as_bytes()[0] {
            b'{' => deserializer.deserialize_map(fill),
            b'[' => deserializer.deserialize_seq(fill),
            _ => return,
        };
        filled.expect("the document is valid");
    }
}

struct Fill<'o, 'f, 'm> {
    oracle: &'o Oracle,
    found: &'f mut [Found<'m>],
}

impl<'m> Visitor<'m> for Fill<'_, '_, 'm> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object or array")
    }

    fn visit_map<A: MapAccess<'m>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            // a key with a lone surrogate is no text and equals none
            let key = serde_json::from_str::<String>(key.get());
            for (step, child) in &self.oracle.below {
                if let (Step::Key(wanted), Ok(key)) = (step, &key)
                    && key == wanted
                {
                    child.fill(value.get(), self.found);
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'m>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut index = 0;
        while let Some(value) = seq.next_element::<&RawValue>()? {
            for (step, child) in &self.oracle.below {
                if *step == Step::Index(index) {
                    child.fill(value.get(), self.found);
                }
            }
            index += 1;
        }
        Ok(())
    }
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

impl Found<'_> {
    /// Why `cell` is not that, if so.
    pub fn contradiction(&self, cell: Cell, payload: &[u8], path: &[Step]) -> Option<String> {
        let (kind, text) = match self {
            Self::Missing => (Kind::Missing, ""),
            Self::Blocked => (Kind::Blocked, ""),
            Self::Value(text) => (kind(text), *text),
        };
        let same = cell.kind == kind && (text.is_empty() || cell.text(payload) == text.as_bytes());
        (!same).then(|| format!("{}: {cell:?} and not {self:?}", show(path)))
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
        _ => Kind::Number,
    }
}
