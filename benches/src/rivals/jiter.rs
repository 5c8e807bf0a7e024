//! jiter: the iterator, key by key, with a reused tape for strings that have escapes.

use super::{Contestant, each, finish};
use crate::data::Chunk;
use crate::ours::Tally;
use crate::rows::{Field, Table};
use jiter::Jiter;
use std::marker::PhantomData;

/// The iterator alone. It does not check the UTF-8 of what is skipped.
pub struct JiterIterator<T> {
    tape: Vec<u8>,
    out: Vec<u8>,
    table: PhantomData<T>,
}

/// The iterator, behind the fastest check of UTF-8 there is.
pub struct JiterStrict<T>(JiterIterator<T>);

impl<T> Default for JiterIterator<T> {
    fn default() -> Self {
        Self {
            tape: Vec::new(),
            out: Vec::new(),
            table: PhantomData,
        }
    }
}

impl<T> Default for JiterStrict<T> {
    fn default() -> Self {
        Self(JiterIterator::default())
    }
}

impl<T: Table> Contestant for JiterIterator<T> {
    fn run(&mut self, chunk: &Chunk<'_>) -> Tally {
        let tape = &mut self.tape;
        each(chunk, &mut self.out, |payload, out| {
            finish::<T>(&read::<T>(payload, tape)?, out)
        })
    }

    fn rows(&self) -> &[u8] {
        &self.out
    }
}

impl<T: Table> Contestant for JiterStrict<T> {
    fn run(&mut self, chunk: &Chunk<'_>) -> Tally {
        let tape = &mut self.0.tape;
        each(chunk, &mut self.0.out, |payload, out| {
            simdutf8::basic::from_utf8(payload).ok()?;
            finish::<T>(&read::<T>(payload, tape)?, out)
        })
    }

    fn rows(&self) -> &[u8] {
        &self.0.out
    }
}

#[inline]
fn read<'m, T: Table>(payload: &'m [u8], tape: &mut Vec<u8>) -> Option<T::Row<'m>> {
    let mut json = Jiter::with_tape(payload, std::mem::take(tape));
    let row = whole::<T>(&mut json);
    *tape = json.into_tape();
    row
}

#[inline]
fn whole<'m, T: Table>(json: &mut Jiter<'m>) -> Option<T::Row<'m>> {
    let peek = json.peek().ok()?;
    let row = T::Row::from_jiter(peek, json)?;
    json.finish().ok()?;
    Some(row)
}
