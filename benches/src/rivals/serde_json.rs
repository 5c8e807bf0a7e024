//! `serde_json`: a derived struct with borrowed text.

use super::{Contestant, each, finish};
use crate::data::Chunk;
use crate::ours::Tally;
use crate::rows::Table;
use std::marker::PhantomData;

/// `from_slice`. It does not check the UTF-8 of what is skipped.
pub struct SerdeSlice<T> {
    out: Vec<u8>,
    table: PhantomData<T>,
}

/// `from_str`, behind the fastest check of UTF-8 there is.
pub struct SerdeStr<T> {
    out: Vec<u8>,
    table: PhantomData<T>,
}

impl<T> Default for SerdeSlice<T> {
    fn default() -> Self {
        Self {
            out: Vec::new(),
            table: PhantomData,
        }
    }
}

impl<T> Default for SerdeStr<T> {
    fn default() -> Self {
        Self {
            out: Vec::new(),
            table: PhantomData,
        }
    }
}

impl<T: Table> Contestant for SerdeSlice<T> {
    fn run(&mut self, chunk: &Chunk<'_>) -> Tally {
        each(chunk, &mut self.out, |payload, out| {
            let row = serde_json::from_slice::<T::Row<'_>>(payload).ok()?;
            finish::<T>(&row, out)
        })
    }

    fn rows(&self) -> &[u8] {
        &self.out
    }
}

impl<T: Table> Contestant for SerdeStr<T> {
    fn run(&mut self, chunk: &Chunk<'_>) -> Tally {
        each(chunk, &mut self.out, |payload, out| {
            let text = simdutf8::basic::from_utf8(payload).ok()?;
            let row = serde_json::from_str::<T::Row<'_>>(text).ok()?;
            finish::<T>(&row, out)
        })
    }

    fn rows(&self) -> &[u8] {
        &self.out
    }
}
