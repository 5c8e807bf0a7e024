//! Rows with all columns that a table declares, made of messages when somebody asks for them.
//!
//! The road of messages reads what queries need, with code that was generated for it. Here nobody
//! is in a hurry: the reference path of the decoder is driven by the table's declaration, and each
//! value is read by the functions that generated code calls. Pure.

mod shape;

use crate::decode::avro::Datum;
use crate::decode::json::level::Portable;
use crate::decode::json::{Cell, Elements, Padded, Reference, Shape, Text, Validation};
use crate::error::{Reason, RowError};
use crate::ipc::{self, Batch};
use crate::message::Message;
use crate::program::Generated;
use crate::row::{Column, Nested, Row, written};
use crate::spec::{DeclaredColumn, DeclaredSpec, Origin, PayloadSpec};
use bumpalo::Bump;

/// What there is to know of a table before its messages are read. It is kept for the life of the
/// process, so there should be one for each table.
#[derive(Clone, Debug)]
pub struct Layout {
    payload: PayloadSpec,
    columns: Vec<Placed>,
    shape: &'static Shape,
    generated: Option<fn() -> Box<dyn Generated>>,
}

/// Makes rows of a table's messages.
#[derive(Debug)]
pub struct Reader {
    layout: Layout,
    reference: Reference,
    cells: Vec<Cell>,
    padded: Padded,
    generated: Option<Box<dyn Generated>>,
    arena: Bump,
}

/// What of a message its rows may take, in bytes: each element of an array has a copy of its topic.
const MOST_BYTES: usize = 32 << 20;

/// A column, and its slot among the cells where it is a part of JSON; of one that is generated, its
/// place among those.
#[derive(Clone, Copy, Debug)]
struct Placed {
    declared: &'static DeclaredColumn,
    slot: u16,
}

/// A message whose rows are made, and where they go.
struct Making<'a, 'm> {
    message: &'a Message<'m>,
    generated: Option<&'a mut (dyn Generated + 'static)>,
    batch: &'a mut Batch,
    /// What the batch may take with them.
    most_bytes: usize,
}

impl Layout {
    /// Of a table; None where only generated code reads its messages.
    pub fn new(declared: &DeclaredSpec) -> Option<Self> {
        if matches!(declared.payload, PayloadSpec::Avro(None)) {
            return None;
        }
        let (shape, slots) = shape::shape(declared.columns);
        let mut of_generated = 0..;
        let placed = declared.columns.iter().zip(slots);
        let placed = placed.filter(|(column, _)| !declared.leaves_out(column));
        let placed = placed.map(|(declared, slot)| Placed {
            declared,
            slot: match declared.origin {
                Origin::Computed(_) => of_generated.next().unwrap_or(0),
                Origin::Key | Origin::Payload(_) | Origin::Message(_) => slot.unwrap_or(0),
            },
        });
        Some(Self {
            payload: declared.payload,
            columns: placed.collect(),
            shape,
            generated: declared.generated,
        })
    }

    /// Its columns as Arrow has them, but for those that nobody computes.
    pub fn fields(&self) -> Vec<ipc::Field<'static>> {
        let field = |column: &Placed| ipc::Field {
            name: column.declared.name,
            data_type: &column.declared.data_type,
            nullable: !column.declared.required,
        };
        self.columns.iter().map(field).collect()
    }
}

impl Reader {
    /// For a table's messages.
    pub fn new(layout: &Layout) -> Self {
        Self {
            layout: layout.clone(),
            reference: Reference::new(layout.shape),
            cells: vec![Cell::default(); layout.shape.slots],
            padded: Padded::default(),
            generated: layout.generated.map(|generated| generated()),
            arena: Bump::new(),
        }
    }

    /// Appends the rows of a message to a batch of this table's columns: one, as many as there are
    /// elements, or none of a message without a document.
    ///
    /// # Errors
    /// Where the message is bad in any column, or its rows take too much; then it gives no row.
    pub fn push(&mut self, message: &Message<'_>, batch: &mut Batch) -> Result<(), RowError> {
        if message.payload.is_empty() {
            return Ok(());
        }
        let before = batch.rows();
        let mut padded = std::mem::take(&mut self.padded);
        let mut generated = self.generated.take();
        let mut making = Making {
            message,
            generated: generated.as_deref_mut(),
            most_bytes: batch.bytes() + MOST_BYTES,
            batch,
        };
        let pushed = self.rows(&mut padded, &mut making);
        self.padded = padded;
        self.generated = generated;
        self.arena.reset();
        if pushed.is_err() {
            batch.truncate(before);
        }
        pushed
    }

    fn rows(&mut self, padded: &mut Padded, making: &mut Making<'_, '_>) -> Result<(), RowError> {
        let message = making.message;
        let (lazy, trim, elements) = match self.layout.payload {
            PayloadSpec::Json {
                lazy,
                trim,
                elements,
            } => (lazy, trim, elements),
            PayloadSpec::Bytes | PayloadSpec::Text => return self.row(Text::NONE, making),
            PayloadSpec::Avro(None) => unreachable!("there is no reader for it"),
            PayloadSpec::Avro(Some(datum)) => {
                let written = self.written(message, datum)?;
                let text = padded.text(written.as_slice().into());
                return self.document(text, Validation::Strict, making);
            }
        };
        let (payload, offset) = if trim {
            message.payload.trimmed()
        } else {
            (message.payload, 0)
        };
        if payload.is_empty() {
            return Ok(());
        }
        let validation = if lazy {
            Validation::Lazy
        } else {
            Validation::Strict
        };
        let text = padded.text(payload);
        let pushed = if elements {
            self.elements(text, validation, making)
        } else {
            self.document(text, validation, making)
        };
        pushed.map_err(|error| error.moved(offset))
    }

    /// A datum as the JSON that a STRUCT of its fields would be: its values are what the columns'
    /// own are, only written down.
    fn written(&self, message: &Message<'_>, datum: &Datum) -> Result<Vec<u8>, RowError> {
        let row = Row {
            message,
            text: Text::NONE,
            cells: &self.cells,
            arena: &self.arena,
        };
        let json = row.avro(datum.framing, |avro| avro.json(&datum.schema))?;
        Ok(json.0.to_vec())
    }

    fn elements(
        &mut self,
        text: Text<'_>,
        validation: Validation,
        making: &mut Making<'_, '_>,
    ) -> Result<(), RowError> {
        let mut elements = Elements::new(Portable, text, validation)?;
        while let Some((at, text)) = elements.next_element()? {
            let pushed = self.document(text, validation, making);
            self.arena.reset();
            pushed.map_err(|error| error.moved(at))?;
        }
        Ok(())
    }

    fn document(
        &mut self,
        text: Text<'_>,
        validation: Validation,
        making: &mut Making<'_, '_>,
    ) -> Result<(), RowError> {
        self.reference
            .decode_text(text, validation, &mut self.cells)?;
        self.row(text, making)
    }

    fn row(&self, text: Text<'_>, making: &mut Making<'_, '_>) -> Result<(), RowError> {
        let row = Row {
            message: making.message,
            text,
            cells: &self.cells,
            arena: &self.arena,
        };
        let mut generated = Vec::new();
        if let Some(of) = making.generated.as_deref_mut() {
            let line = of.write(making.message, text, &self.arena)?;
            written::values(line, &self.arena, |_, value| {
                generated.push(value);
                Ok(())
            })?;
        }
        let value = |number| self.value(row, &generated, number);
        making.batch.push(value)?;
        if making.batch.bytes() > making.most_bytes {
            return Err(RowError::payload(Reason::Oversized, 0));
        }
        Ok(())
    }

    /// The value of column `number`, which may be among those that are `generated`.
    fn value<'m>(
        &self,
        row: Row<'m>,
        generated: &[Nested<'m>],
        number: usize,
    ) -> Result<Nested<'m>, RowError> {
        let Placed { declared, slot } = self.layout.columns[number];
        let column = Column {
            slot,
            index: u16::try_from(number).expect("a table has fewer columns than that"),
        };
        match declared.origin {
            Origin::Message(metadata) => row.declared_metadata(metadata, column, declared),
            Origin::Key | Origin::Payload(_) => match self.layout.payload {
                PayloadSpec::Json { .. } | PayloadSpec::Avro(_) => row.declared(column, declared),
                PayloadSpec::Bytes => Ok(row.payload_as_bytes(column)),
                PayloadSpec::Text => row.payload_as_text(column),
            },
            Origin::Computed(_) => Ok(generated[usize::from(slot)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Type;
    use crate::spec::Metadata;

    const COLUMNS: &[DeclaredColumn] = &[DeclaredColumn::new(
        "topic",
        Type::Text,
        Origin::Message(Metadata::Topic),
    )];

    #[test]
    fn rows_of_one_message_take_no_more_than_they_may() {
        let payload = PayloadSpec::Json {
            lazy: false,
            trim: false,
            elements: true,
        };
        let layout = Layout::new(&DeclaredSpec::new(payload, COLUMNS)).expect("it is JSON");
        let (mut reader, mut batch) = (Reader::new(&layout), Batch::new(&layout.fields()));
        let topic = "x".repeat(60_000);
        let elements = format!("[{{}}{}]", ",{}".repeat(999));
        let small = Message::new(&topic, b"[{},{}]");
        assert_eq!(reader.push(&small, &mut batch), Ok(()));
        let large = Message::new(&topic, elements.as_bytes());
        let pushed = reader.push(&large, &mut batch);
        assert_eq!(pushed.map_err(|error| error.reason), Err(Reason::Oversized));
        assert_eq!(batch.rows(), 2, "those before it stay");
    }
}
