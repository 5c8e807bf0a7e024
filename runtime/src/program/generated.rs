//! Generated columns for those who ask for a table's messages. The queries of a pipeline compute
//! those that they read, in code of their own; here nobody is in a hurry, so the code is compiled
//! once, and decodes by the reference path alone.

use super::{Table, TypedTable};
use crate::decode::json::{Cell, Reference, Text};
use crate::encode::{Out, Rows};
use crate::error::RowError;
use crate::message::Message;
use crate::row::Row;
use bumpalo::Bump;
use std::fmt;
use std::marker::PhantomData;

/// What laminarc generates for the generated columns of a table: a table whose one flow they are
/// the row of.
pub trait Generated: Send {
    /// The columns of a message, or of an element of one, as a line of JSON. `text` is the
    /// document that is decoded: nothing where payloads are no JSON.
    ///
    /// # Errors
    /// Where a column that they read is bad, or one of them cannot be computed.
    fn write(
        &mut self,
        message: &Message<'_>,
        text: Text<'_>,
        arena: &Bump,
    ) -> Result<&[u8], RowError>;
}

impl fmt::Debug for dyn Generated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Generated")
    }
}

/// What computes the columns of `T`, a table of JSON.
pub fn generated<T: Table>() -> Box<dyn Generated> {
    T::prepare();
    Box::new(OfJson::<T> {
        reference: Reference::new(T::SHAPE),
        cells: vec![Cell::default(); T::SHAPE.slots],
        line: [Rows::default()],
        table: PhantomData,
    })
}

/// What computes the columns of `T`, a table whose messages are no JSON.
pub fn generated_typed<T: TypedTable>() -> Box<dyn Generated> {
    T::prepare();
    Box::new(OfValues::<T> {
        line: [Rows::default()],
        table: PhantomData,
    })
}

/// Where the row goes: there is one flow and one place.
fn out(line: &mut [Rows; 1]) -> Out<'_> {
    line[0].clear();
    Out {
        outputs: line,
        sink_of: &[0],
        flow: 0,
    }
}

struct OfJson<T> {
    reference: Reference,
    cells: Vec<Cell>,
    line: [Rows; 1],
    table: PhantomData<fn() -> T>,
}

impl<T: Table> Generated for OfJson<T> {
    fn write(
        &mut self,
        message: &Message<'_>,
        text: Text<'_>,
        arena: &Bump,
    ) -> Result<&[u8], RowError> {
        self.reference
            .decode_text(text, T::VALIDATION, &mut self.cells)?;
        let row = Row {
            message,
            text,
            cells: &self.cells,
            arena,
        };
        T::flow(0, row, out(&mut self.line))?;
        Ok(&self.line[0].bytes)
    }
}

struct OfValues<T> {
    line: [Rows; 1],
    table: PhantomData<fn() -> T>,
}

impl<T: TypedTable> Generated for OfValues<T> {
    fn write(
        &mut self,
        message: &Message<'_>,
        _: Text<'_>,
        arena: &Bump,
    ) -> Result<&[u8], RowError> {
        let row = Row {
            message,
            text: Text::NONE,
            cells: &[],
            arena,
        };
        let values = T::decode(row)?;
        T::flow(0, row, &values, out(&mut self.line))?;
        Ok(&self.line[0].bytes)
    }
}
