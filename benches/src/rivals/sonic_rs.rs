//! sonic-rs.

use super::{Contestant, each, finish};
use crate::data::Chunk;
use crate::ours::Tally;
use crate::rows::{Kind, Table, Value, passes, write};
use sonic_rs::{JsonValueTrait, LazyValue, PointerNode, PointerTree};
use std::marker::PhantomData;

/// A derived struct with borrowed text. `from_slice` checks the UTF-8 of the whole message.
pub struct SonicDerive<T> {
    out: Vec<u8>,
    table: PhantomData<T>,
}

/// `get_many`: the needed values by their paths, in one pass that ends when it has them all; what
/// is behind is not read. Values of a row are passed on as they stand in the message.
pub struct SonicGetMany<T> {
    tree: PointerTree,
    out: Vec<u8>,
    table: PhantomData<T>,
}

impl<T> Default for SonicDerive<T> {
    fn default() -> Self {
        Self {
            out: Vec::new(),
            table: PhantomData,
        }
    }
}

impl<T: Table> Default for SonicGetMany<T> {
    fn default() -> Self {
        let mut tree = PointerTree::new();
        for column in T::COLUMNS {
            let keys = column
                .path
                .iter()
                .map(|key| PointerNode::Key((*key).into()));
            tree.add_path(keys);
        }
        Self {
            tree,
            out: Vec::new(),
            table: PhantomData,
        }
    }
}

impl<T: Table> Contestant for SonicDerive<T> {
    fn run(&mut self, chunk: &Chunk<'_>) -> Tally {
        each(chunk, &mut self.out, |payload, out| {
            let row = sonic_rs::from_slice::<T::Row<'_>>(payload).ok()?;
            finish::<T>(&row, out)
        })
    }

    fn rows(&self) -> &[u8] {
        &self.out
    }
}

impl<T: Table> Contestant for SonicGetMany<T> {
    fn run(&mut self, chunk: &Chunk<'_>) -> Tally {
        let tree = &self.tree;
        each(chunk, &mut self.out, |payload, out| {
            let values = sonic_rs::get_many(payload, tree).ok()?;
            let value = |column: usize| lazy(values[column].as_ref(), T::COLUMNS[column].kind);
            if !passes::<T>(value) {
                return Some(false);
            }
            write::<T>(value, out)?;
            Some(true)
        })
    }

    fn rows(&self) -> &[u8] {
        &self.out
    }
}

/// The value as it stands in the message. A number where text is wanted, or the other way round,
/// is left for the check of its kind to find.
#[inline]
fn lazy<'v>(value: Option<&'v LazyValue<'_>>, kind: Kind) -> Value<'v> {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Value::Null;
    };
    let raw = value.as_raw_str().as_bytes();
    match kind {
        Kind::Text | Kind::Time => Value::RawText(raw),
        Kind::Float | Kind::Int => match value.as_f64() {
            Some(number) => Value::RawNumber(raw, number),
            None => Value::RawText(raw),
        },
    }
}
