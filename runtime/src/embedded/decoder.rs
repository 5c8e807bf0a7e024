//! Messages of one table as rows, without a pipeline around them.

use super::{DecodeError, TableInfo};
use crate::decode::json::level::{Cpu, Job, Level};
use crate::decode::json::{Decoder, Elements, Padded, Text};
use crate::error::RowError;
use crate::message::Message;
use crate::program::{LineOf, Table, TypedTable};
use crate::row::Row;
use bumpalo::Bump;
use std::fmt;
use std::marker::PhantomData;

/// A table of JSON with all its columns.
pub trait RowTable: Table<()> {
    /// What errors need to know of it.
    const INFO: &'static TableInfo;

    /// A row.
    type Row<'m>;

    /// Makes the row of a message that passed the checks.
    fn row(row: Row<'_>) -> Result<Self::Row<'_>, RowError>;
}

/// The same of a table whose messages are no JSON.
pub trait TypedRowTable: TypedTable<()> {
    /// What errors need to know of it.
    const INFO: &'static TableInfo;

    /// A row.
    type Row<'m>;

    /// Makes the row of a message that passed the checks.
    fn row<'m>(row: Row<'m>, values: &Self::Values<'m>) -> Result<Self::Row<'m>, RowError>;
}

/// Decodes JSON messages of `T`. It learns from the messages that it has seen, and reuses its
/// memory: keep it.
pub struct RowDecoder<T> {
    decoder: Decoder,
    padded: Padded,
    arena: Bump,
    cpu: Cpu,
    table: PhantomData<fn() -> T>,
}

impl<T: RowTable> Default for RowDecoder<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: RowTable> RowDecoder<T> {
    /// A decoder that has not seen any message yet.
    pub fn new() -> Self {
        T::prepare();
        Self {
            decoder: Decoder::new(T::SHAPE, T::VALIDATION),
            padded: Padded::default(),
            arena: Bump::new(),
            cpu: Cpu::detect(),
            table: PhantomData,
        }
    }

    /// The row of a message.
    ///
    /// # Errors
    /// Where the message is bad, or a column cannot be read.
    pub fn decode<'a>(&'a mut self, message: &Message<'a>) -> Result<T::Row<'a>, DecodeError> {
        self.arena.reset();
        self.decoder.expect(1);
        let (payload, offset) = if T::TRIM {
            message.payload.trimmed()
        } else {
            (message.payload, 0)
        };
        let arena = &self.arena;
        let one = One::<T> {
            decoder: &mut self.decoder,
            message: arena.alloc(*message),
            text: self.padded.text(payload),
            arena,
            table: PhantomData,
        };
        let row = self.cpu.run(one);
        row.map_err(|error| DecodeError::new(T::INFO, error.moved(offset)))
    }

    /// Gives the row of each element of a message that is an array to `take`, once all of them are
    /// known to be good; how many there are.
    ///
    /// # Errors
    /// Where the message or one of its elements is bad, or a column of one cannot be read.
    pub fn decode_each(
        &mut self,
        message: &Message<'_>,
        take: impl FnMut(T::Row<'_>),
    ) -> Result<usize, DecodeError> {
        let (payload, offset) = if T::TRIM {
            message.payload.trimmed()
        } else {
            (message.payload, 0)
        };
        let rows = self.cpu.run(Each::<T, _> {
            decoder: &mut self.decoder,
            arena: &mut self.arena,
            message,
            text: self.padded.text(payload),
            take,
            table: PhantomData,
        });
        rows.map_err(|error| DecodeError::new(T::INFO, error.moved(offset)))
    }
}

impl<T> fmt::Debug for RowDecoder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowDecoder")
    }
}

/// Decodes a message at a level of the CPU.
struct One<'a, T> {
    decoder: &'a mut Decoder,
    message: &'a Message<'a>,
    text: Text<'a>,
    arena: &'a Bump,
    table: PhantomData<fn() -> T>,
}

impl<'a, T: RowTable> Job<Result<T::Row<'a>, RowError>> for One<'a, T> {
    #[inline(always)]
    fn run<L: Level>(self, level: L) -> Result<T::Row<'a>, RowError> {
        let cells = if L::SMALL {
            self.decoder.decode_apart(level, self.text)?
        } else {
            self.decoder
                .decode_line::<L, LineOf<T, ()>>(level, self.text)?
        };
        let row = Row {
            message: self.message,
            text: self.text,
            cells,
            arena: self.arena,
        };
        T::check(row)?;
        T::row(row)
    }
}

/// Decodes a message that is an array.
struct Each<'a, T, F> {
    decoder: &'a mut Decoder,
    arena: &'a mut Bump,
    message: &'a Message<'a>,
    text: Text<'a>,
    take: F,
    table: PhantomData<fn() -> T>,
}

impl<T: RowTable, F: FnMut(T::Row<'_>)> Job<Result<usize, RowError>> for Each<'_, T, F> {
    fn run<L: Level>(mut self, level: L) -> Result<usize, RowError> {
        self.pass(level, false)?;
        self.pass(level, true)
    }
}

impl<T: RowTable, F: FnMut(T::Row<'_>)> Each<'_, T, F> {
    /// Goes through the elements, and gives their rows where `given`; how many there are.
    fn pass<L: Level>(&mut self, level: L, given: bool) -> Result<usize, RowError> {
        let mut elements = Elements::new(level, self.text, T::VALIDATION)?;
        let mut count = 0;
        while let Some((at, text)) = elements.next_element()? {
            self.arena.reset();
            let cells = self.decoder.decode_apart(level, text);
            let row = Row {
                message: self.message,
                text,
                cells: cells.map_err(|error| error.moved(at))?,
                arena: self.arena,
            };
            let checked = T::check(row).and_then(|()| T::row(row));
            let row = checked.map_err(|error| error.moved(at))?;
            if given {
                (self.take)(row);
            }
            count += 1;
        }
        Ok(count)
    }
}

/// Decodes messages of `T`, which are no JSON. It reuses its memory: keep it.
pub struct TypedRowDecoder<T> {
    arena: Bump,
    table: PhantomData<fn() -> T>,
}

impl<T: TypedRowTable> Default for TypedRowDecoder<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: TypedRowTable> TypedRowDecoder<T> {
    /// A decoder.
    pub fn new() -> Self {
        T::prepare();
        Self {
            arena: Bump::new(),
            table: PhantomData,
        }
    }

    /// The row of a message.
    ///
    /// # Errors
    /// Where the message is bad, or a column cannot be read.
    pub fn decode<'a>(&'a mut self, message: &Message<'a>) -> Result<T::Row<'a>, DecodeError> {
        self.arena.reset();
        let arena = &self.arena;
        let row = Row {
            message: arena.alloc(*message),
            text: Text::NONE,
            cells: &[],
            arena,
        };
        let made = T::decode(row).and_then(|values| {
            T::check(row, &values)?;
            T::row(row, &values)
        });
        made.map_err(|error| DecodeError::new(T::INFO, error))
    }
}

impl<T> fmt::Debug for TypedRowDecoder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedRowDecoder")
    }
}
