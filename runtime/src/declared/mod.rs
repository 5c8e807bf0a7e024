//! Rows with all columns that a table declares, made of messages when somebody asks for them.
//!
//! The road of messages reads what queries need, with code that was generated for it. Here nobody
//! is in a hurry: the reference path of the decoder is driven by the table's declaration, and each
//! value is read by the functions that generated code calls. Pure.

mod shape;

use crate::decode::avro::Datum;
use crate::decode::json::level::Portable;
use crate::decode::json::{Cell, Elements, Padded, Reference, Shape, Text, Validation};
use crate::error::RowError;
use crate::ipc::{self, Batch};
use crate::message::Message;
use crate::row::{Column, Nested, Row};
use crate::spec::{DeclaredColumn, DeclaredSpec, Origin, PayloadSpec};
use bumpalo::Bump;

/// What there is to know of a table before its messages are read. It is kept for the life of the
/// process, so there should be one for each table.
#[derive(Clone, Debug)]
pub struct Layout {
    payload: PayloadSpec,
    columns: Vec<Placed>,
    shape: &'static Shape,
}

/// Makes rows of a table's messages.
#[derive(Debug)]
pub struct Reader {
    layout: Layout,
    reference: Reference,
    cells: Vec<Cell>,
    padded: Padded,
    arena: Bump,
}

/// A column that can be read, and its slot among the cells where it is a part of JSON.
#[derive(Clone, Copy, Debug)]
struct Placed {
    declared: &'static DeclaredColumn,
    slot: u16,
}

impl Layout {
    /// Of a table; None where only generated code reads its messages.
    pub fn new(declared: &DeclaredSpec) -> Option<Self> {
        if matches!(declared.payload, PayloadSpec::Avro(None)) {
            return None;
        }
        let (shape, slots) = shape::shape(declared.columns);
        let placed = declared.columns.iter().zip(slots);
        let placed = placed.filter(|(declared, _)| !is_computed(declared));
        let placed = placed.map(|(declared, slot)| Placed {
            declared,
            slot: slot.unwrap_or(0),
        });
        Some(Self {
            payload: declared.payload,
            columns: placed.collect(),
            shape,
        })
    }

    /// Its columns as Arrow has them, but for those that only generated code computes.
    pub fn fields(&self) -> Vec<ipc::Field<'static>> {
        let field = |column: &Placed| ipc::Field {
            name: column.declared.name,
            data_type: &column.declared.data_type,
            nullable: !column.declared.required,
        };
        self.columns.iter().map(field).collect()
    }
}

/// Whether only generated code makes the values of a column.
pub fn is_computed(column: &DeclaredColumn) -> bool {
    match column.origin {
        Origin::Computed(_) => true,
        Origin::Key | Origin::Payload(_) | Origin::Message(_) => false,
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
            arena: Bump::new(),
        }
    }

    /// Appends the rows of a message to a batch of this table's columns: one, as many as there are
    /// elements, or none of a message without a document.
    ///
    /// # Errors
    /// Where the message is bad in any column; then it gives no row.
    pub fn push(&mut self, message: &Message<'_>, batch: &mut Batch) -> Result<(), RowError> {
        let before = batch.rows();
        let mut padded = std::mem::take(&mut self.padded);
        let pushed = self.rows(message, &mut padded, batch);
        self.padded = padded;
        self.arena.reset();
        if pushed.is_err() {
            batch.truncate(before);
        }
        pushed
    }

    fn rows(
        &mut self,
        message: &Message<'_>,
        padded: &mut Padded,
        batch: &mut Batch,
    ) -> Result<(), RowError> {
        let (lazy, trim, elements) = match self.layout.payload {
            PayloadSpec::Json {
                lazy,
                trim,
                elements,
            } => (lazy, trim, elements),
            PayloadSpec::Bytes | PayloadSpec::Text => {
                return self.row(message, Text::NONE, batch);
            }
            PayloadSpec::Avro(None) => unreachable!("there is no reader for it"),
            PayloadSpec::Avro(Some(_)) if message.payload.is_empty() => return Ok(()),
            PayloadSpec::Avro(Some(datum)) => {
                let written = self.written(message, datum)?;
                let text = padded.text(written.as_slice().into());
                return self.document(message, text, Validation::Strict, batch);
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
            self.elements(message, text, validation, batch)
        } else {
            self.document(message, text, validation, batch)
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
        message: &Message<'_>,
        text: Text<'_>,
        validation: Validation,
        batch: &mut Batch,
    ) -> Result<(), RowError> {
        let mut elements = Elements::new(Portable, text, validation)?;
        while let Some((at, text)) = elements.next_element()? {
            let pushed = self.document(message, text, validation, batch);
            pushed.map_err(|error| error.moved(at))?;
        }
        Ok(())
    }

    fn document(
        &mut self,
        message: &Message<'_>,
        text: Text<'_>,
        validation: Validation,
        batch: &mut Batch,
    ) -> Result<(), RowError> {
        self.reference
            .decode_text(text, validation, &mut self.cells)?;
        self.row(message, text, batch)
    }

    fn row(
        &self,
        message: &Message<'_>,
        text: Text<'_>,
        batch: &mut Batch,
    ) -> Result<(), RowError> {
        let row = Row {
            message,
            text,
            cells: &self.cells,
            arena: &self.arena,
        };
        batch.push(|number| self.value(row, number))
    }

    /// The value of column `number`.
    fn value<'m>(&self, row: Row<'m>, number: usize) -> Result<Nested<'m>, RowError> {
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
            Origin::Computed(_) => unreachable!("these columns are left out"),
        }
    }
}
