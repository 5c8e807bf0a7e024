//! simd-json. It writes into its input, so each message is copied first, into a buffer with the
//! padding that spares it a copy of its own. All its buffers are reused.

use super::{Contestant, each, finish};
use crate::data::Chunk;
use crate::ours::Tally;
use crate::rows::{Field, Table};
use serde::Deserialize;
use simd_json::{Buffers, Deserializer, INPUT_PADDING, Tape, fill_tape_padded};
use std::marker::PhantomData;

/// A derived struct, filled from the tape.
pub struct SimdDerive<T>(Parser<T>);

/// The tape, walked once from front to end.
pub struct SimdTape<T>(Parser<T>);

struct Parser<T> {
    input: Vec<u8>,
    buffers: Buffers,
    tape: Tape<'static>,
    out: Vec<u8>,
    table: PhantomData<T>,
}

impl<T> Default for Parser<T> {
    fn default() -> Self {
        Self {
            input: Vec::new(),
            buffers: Buffers::default(),
            tape: Tape(Vec::new()),
            out: Vec::new(),
            table: PhantomData,
        }
    }
}

impl<T> Default for SimdDerive<T> {
    fn default() -> Self {
        Self(Parser::default())
    }
}

impl<T> Default for SimdTape<T> {
    fn default() -> Self {
        Self(Parser::default())
    }
}

impl<T: Table> Parser<T> {
    /// Makes a tape of each message and hands it to `read`, which gives it back for the next one.
    #[inline]
    fn each_tape(
        &mut self,
        chunk: &Chunk<'_>,
        read: impl for<'m> Fn(Tape<'m>, &mut Vec<u8>) -> (Option<bool>, Tape<'m>),
    ) -> Tally {
        let Self {
            input,
            buffers,
            tape: kept,
            ..
        } = self;
        each(chunk, &mut self.out, |payload, out| {
            let length = payload.len();
            if input.len() < length + INPUT_PADDING {
                input.resize(length + INPUT_PADDING, 0);
            }
            input[..length].copy_from_slice(payload);
            let mut tape = std::mem::replace(kept, Tape(Vec::new())).reset();
            let filled = fill_tape_padded(input, length, buffers, &mut tape);
            let (result, tape) = match filled {
                Ok(()) => read(tape, out),
                Err(_) => (None, tape),
            };
            *kept = tape.reset();
            result
        })
    }
}

impl<T: Table> Contestant for SimdDerive<T> {
    fn run(&mut self, chunk: &Chunk<'_>) -> Tally {
        self.0.each_tape(chunk, |tape, out| {
            let mut deserializer = Deserializer::from_tape(tape);
            let row = T::Row::deserialize(&mut deserializer).ok();
            let result = row.and_then(|row| finish::<T>(&row, out));
            (result, deserializer.into_tape())
        })
    }

    fn rows(&self) -> &[u8] {
        &self.0.out
    }
}

impl<T: Table> Contestant for SimdTape<T> {
    fn run(&mut self, chunk: &Chunk<'_>) -> Tally {
        self.0.each_tape(chunk, |tape, out| {
            let row = T::Row::from_tape(tape.as_value());
            let result = row.and_then(|row| finish::<T>(&row, out));
            (result, tape)
        })
    }

    fn rows(&self) -> &[u8] {
        &self.0.out
    }
}
