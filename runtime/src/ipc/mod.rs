//! Rows as a stream of Apache Arrow's IPC format, for those who ask a running pipeline.
//!
//! It is written by hand: what is needed of the format is small, and the library that knows all of
//! it would be linked into every pipeline. The tests read what is written here with that library.
//! Pure: bytes out.
//!
//! <https://arrow.apache.org/docs/format/Columnar.html>, "Serialization and Interprocess
//! Communication (IPC)".

mod column;
mod flatbuffer;
mod schema;
#[cfg(all(test, feature = "arrow"))]
mod tests;

pub use schema::Field;

use crate::error::RowError;
use crate::row::Nested;
use column::{ALIGNMENT, Body, Growing, long};
use flatbuffer::{Table, Value};

/// The media type of a stream.
pub const CONTENT_TYPE: &str = "application/vnd.apache.arrow.stream";

/// What a stream ends with.
pub const END: [u8; 8] = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

/// `MetadataVersion::V5`
const VERSION: i16 = 4;
/// Numbers of the union `MessageHeader`.
const SCHEMA: u8 = 1;
const RECORD_BATCH: u8 = 3;

/// The message that a stream begins with: its columns, and pairs of keys and values about it.
pub fn schema(fields: &[Field<'_>], about: &[(String, String)]) -> Vec<u8> {
    message(SCHEMA, schema::schema(fields, about), &[], &[])
}

/// Rows as columns.
#[derive(Debug)]
pub struct Batch {
    columns: Vec<Growing>,
    rows: usize,
}

impl Batch {
    /// No rows of these columns.
    pub fn new(fields: &[Field<'_>]) -> Self {
        let columns = fields.iter().map(|field| Growing::new(field.data_type));
        Self {
            columns: columns.collect(),
            rows: 0,
        }
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many bytes its values take.
    pub fn bytes(&self) -> usize {
        self.columns.iter().map(Growing::bytes).sum()
    }

    /// Appends a row: `value` gives that of each column by its number. After an error the row is
    /// not there.
    pub fn push<'m>(
        &mut self,
        mut value: impl FnMut(usize) -> Result<Nested<'m>, RowError>,
    ) -> Result<(), RowError> {
        let mut columns = self.columns.iter_mut().enumerate();
        let pushed = columns.try_for_each(|(number, column)| column.push(value(number)?));
        match pushed {
            Ok(()) => self.rows += 1,
            Err(_) => self.truncate(self.rows),
        }
        pushed
    }

    /// Takes back all rows behind the first `rows`.
    pub fn truncate(&mut self, rows: usize) {
        self.rows = rows;
        for column in &mut self.columns {
            column.truncate(rows);
        }
    }

    /// The rows as a message, with pairs of keys and values about them; none stay.
    pub fn take(&mut self, about: &[(String, String)]) -> Vec<u8> {
        let mut body = Body::default();
        for column in &self.columns {
            column.write(&mut body);
        }
        let head = Table(vec![
            (0, Value::Long(long(self.rows))),
            (1, Value::Pairs(body.nodes)),
            (2, Value::Pairs(body.buffers)),
        ]);
        self.truncate(0);
        message(RECORD_BATCH, head, &body.bytes, about)
    }
}

/// A message: a continuation mark, the length of its head, the head, the body.
fn message(kind: u8, header: Table<'_>, body: &[u8], about: &[(String, String)]) -> Vec<u8> {
    const PREFIX: usize = 8;
    let head = flatbuffer::buffer(&Table(vec![
        (0, Value::Short(VERSION)),
        (1, Value::Byte(kind)),
        (2, Value::Table(header)),
        (3, Value::Long(long(body.len()))),
        (4, Value::Tables(schema::pairs(about))),
    ]));
    let padded = (PREFIX + head.len()).next_multiple_of(ALIGNMENT);
    let mut out = Vec::with_capacity(padded + body.len());
    out.extend([0xff; 4]);
    let length = u32::try_from(padded - PREFIX).expect("a head is far shorter than 4 GiB");
    out.extend(length.to_le_bytes());
    out.extend(head);
    out.resize(padded, 0);
    out.extend(body);
    out
}
