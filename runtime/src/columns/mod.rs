//! Rows as columns: files of Apache Parquet and of Apache Arrow, made of rows that were written as
//! JSON lines.
//!
//! Such a file is nothing before its last byte is there, so rows wait in a *spool* until there are
//! enough of them. A spool is lines: the columns, then a row on each. They are read by the same
//! code that reads messages, so a value is what it was when it was written, to the last bit.
//!
//! However long a spool is, no more than [`BATCH_BYTES`] of it and the row group that is being
//! made are in memory.

mod builder;
mod schema;
#[cfg(test)]
mod tests;

use crate::error::{Place, RowError};
use crate::row::written;
use crate::spec::{ColumnsSpec, Compression, Conversion};
use arrow_array::RecordBatch;
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions};
use arrow_schema::{ArrowError, SchemaRef};
use builder::Builder;
use bumpalo::Bump;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression as Codec, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::io::{self, BufRead, BufWriter, Write};
use std::sync::Arc;

/// Apache Parquet.
pub const PARQUET: Conversion = Conversion {
    head: schema::head,
    write: write_parquet,
};

/// Apache Arrow's IPC file format, also known as Feather.
pub const ARROW: Conversion = Conversion {
    head: schema::head,
    write: write_arrow,
};

/// The columns of files with these fields, for those who write the same.
#[cfg(test)]
pub(crate) fn schema_of(fields: &[crate::spec::FieldSpec]) -> arrow_schema::Schema {
    schema::schema(fields)
}

/// Rows of a batch, at most.
const BATCH_ROWS: usize = 8_192;
/// Bytes of JSON that a batch is made of, but for its last row.
const BATCH_BYTES: usize = 4 << 20;
/// Bytes of a row group that is being made, whatever its number of rows.
const ROW_GROUP_BYTES: usize = 64 << 20;

/// Columns that grow row by row.
struct Columns {
    schema: SchemaRef,
    builders: Vec<Builder>,
    rows: usize,
    /// What reading a row needs.
    arena: Bump,
}

impl Columns {
    fn new(schema: SchemaRef) -> Result<Self, ArrowError> {
        let builders = schema.fields().iter().map(|field| Builder::new(field));
        Ok(Self {
            builders: builders.collect::<Result<_, _>>()?,
            schema,
            rows: 0,
            arena: Bump::new(),
        })
    }

    /// Appends a row. After an error the columns are of different length, and of no use.
    fn push(&mut self, line: &[u8]) -> Result<(), String> {
        let (mut values, columns) = (0, self.builders.len());
        let pushed = written::values(line, &self.arena, |number, value| {
            values = number + 1;
            let builder = self.builders.get_mut(number);
            builder.map_or(Ok(()), |builder| builder.append(value))
        });
        self.arena.reset();
        pushed.map_err(|error| self.explain(&error))?;
        if values != columns {
            return Err(format!("it has {values} values for {columns} columns"));
        }
        self.rows += 1;
        Ok(())
    }

    fn explain(&self, error: &RowError) -> String {
        let reason = error.reason;
        match error.place {
            Place::Column { column, .. } => match self.schema.fields().get(usize::from(column)) {
                Some(field) => format!("{reason} (column `{}`)", field.name()),
                None => reason.to_string(),
            },
            Place::Payload { offset } => format!("{reason} (byte {offset})"),
            Place::Expression { .. } => reason.to_string(),
        }
    }

    fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        self.rows = 0;
        let columns = self.builders.iter_mut().map(Builder::finish);
        RecordBatch::try_new(self.schema.clone(), columns.collect::<Result<_, _>>()?)
    }
}

/// A spool that is read.
struct Spool<'s> {
    lines: &'s mut dyn BufRead,
    columns: Columns,
    /// Of the line that was read last, from 1.
    number: u64,
}

impl<'s> Spool<'s> {
    fn open(lines: &'s mut dyn BufRead) -> io::Result<Self> {
        let mut head = Vec::new();
        lines.read_until(b'\n', &mut head)?;
        let schema = Arc::new(schema::read_head(&head).map_err(io::Error::other)?);
        Ok(Self {
            lines,
            columns: Columns::new(schema).map_err(io::Error::other)?,
            number: 1,
        })
    }

    fn schema(&self) -> SchemaRef {
        self.columns.schema.clone()
    }

    /// The next rows; None behind the last one.
    fn batch(&mut self) -> io::Result<Option<RecordBatch>> {
        let (mut line, mut bytes) = (Vec::new(), 0);
        while self.columns.rows < BATCH_ROWS && bytes < BATCH_BYTES {
            line.clear();
            let length = self.lines.read_until(b'\n', &mut line)?;
            if length == 0 {
                break;
            }
            bytes += length;
            self.number += 1;
            let pushed = self.columns.push(&line);
            let number = self.number;
            pushed
                .map_err(|why| io::Error::other(format!("its line {number} is no row: {why}")))?;
        }
        if self.columns.rows == 0 {
            return Ok(None);
        }
        self.columns.finish().map(Some).map_err(io::Error::other)
    }
}

fn write_parquet(
    spec: &ColumnsSpec,
    lines: &mut dyn BufRead,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let mut spool = Spool::open(lines)?;
    let codec = match spec.compression {
        Compression::None => Codec::UNCOMPRESSED,
        Compression::Snappy => Codec::SNAPPY,
        Compression::Lz4 => Codec::LZ4_RAW,
        Compression::Gzip => Codec::GZIP(GzipLevel::default()),
        Compression::Zstd => Codec::ZSTD(ZstdLevel::default()),
    };
    let rows = usize::try_from(spec.row_group_rows)
        .ok()
        .filter(|rows| *rows > 0);
    let properties = WriterProperties::builder()
        .set_compression(codec)
        .set_max_row_group_row_count(rows)
        .set_max_row_group_bytes(Some(ROW_GROUP_BYTES))
        .build();
    let writer = ArrowWriter::try_new(out, spool.schema(), Some(properties));
    let mut writer = writer.map_err(io::Error::other)?;
    while let Some(batch) = spool.batch()? {
        writer.write(&batch).map_err(io::Error::other)?;
    }
    writer.close().map_err(io::Error::other)?;
    Ok(())
}

fn write_arrow(
    spec: &ColumnsSpec,
    lines: &mut dyn BufRead,
    out: &mut (dyn Write + Send),
) -> io::Result<()> {
    let mut spool = Spool::open(lines)?;
    let codec = match spec.compression {
        Compression::Lz4 => Some(CompressionType::LZ4_FRAME),
        Compression::Zstd => Some(CompressionType::ZSTD),
        Compression::None | Compression::Snappy | Compression::Gzip => None,
    };
    let options = IpcWriteOptions::default().try_with_compression(codec);
    let options = options.map_err(io::Error::other)?;
    let out = BufWriter::new(out);
    let writer = FileWriter::try_new_with_options(out, &spool.schema(), options);
    let mut writer = writer.map_err(io::Error::other)?;
    while let Some(batch) = spool.batch()? {
        writer.write(&batch).map_err(io::Error::other)?;
    }
    writer.finish().map_err(io::Error::other)
}
