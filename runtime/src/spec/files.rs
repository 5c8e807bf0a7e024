//! Files that are finished, as data.

use crate::row::Type;
use std::io::{self, BufRead, Write};

/// Files that are finished one after another. A row goes to the path that the time of writing and
/// its own values give; the names of the files have their time and a number behind that.
#[derive(Debug, PartialEq, Eq)]
pub struct FilesSpec {
    /// What the paths begin with (template). The folder up to its last slash is not made.
    pub prefix: &'static str,
    /// What follows: `%Y`, `%m`, `%d`, `%H` and `%M` stand for the time in UTC, `%%` for `%`, and
    /// each `{}` for the next of the row's values.
    pub pattern: &'static str,
    /// What the files hold.
    pub content: FileContent,
    /// A file of so many bytes is finished.
    pub rotate_size: Option<u64>,
    /// A file is finished so many seconds after it was begun.
    pub rotate_interval_s: Option<u64>,
    /// Whether rows are on the disk before they are confirmed.
    pub sync: bool,
}

/// What a file holds.
#[derive(Debug, PartialEq, Eq)]
pub enum FileContent {
    /// JSON lines.
    Json,
    /// CSV.
    Csv {
        /// The names of the columns as a row, its line feed included.
        header: &'static str,
    },
    /// Lines of JSON or CSV, compressed when the file is finished.
    Compressed(CompressedSpec),
    /// Rows as columns, made of JSON lines when the file is finished.
    Columns(ColumnsSpec),
}

/// A file of lines that is compressed.
#[derive(Debug, PartialEq, Eq)]
pub struct CompressedSpec {
    /// Of CSV: the names of the columns as a row, its line feed included. None: JSON lines.
    pub header: Option<&'static str>,
    /// How.
    pub compressor: Compressor,
}

/// How lines are compressed. A pointer, so that what no pipeline names is not linked.
#[derive(Clone, Copy, Debug)]
pub struct Compressor {
    /// Writes the whole file for these bytes.
    pub write: fn(&mut dyn BufRead, &mut dyn Write) -> io::Result<()>,
}

impl PartialEq for Compressor {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::fn_addr_eq(self.write, other.write)
    }
}

impl Eq for Compressor {}

/// A file of columns.
#[derive(Debug, PartialEq, Eq)]
pub struct ColumnsSpec {
    /// The columns.
    pub fields: &'static [FieldSpec],
    /// Which format.
    pub conversion: Conversion,
    /// How pages of Parquet and buffers of Arrow are compressed. All but `None` and `Snappy` need
    /// the feature of their name.
    pub compression: Compression,
    /// Rows of a row group, at most; 0: as many as its bytes allow.
    pub row_group_rows: u32,
}

/// A column of a file of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub data_type: Type,
    /// Whether it can be NULL.
    pub nullable: bool,
}

impl FieldSpec {
    /// A column that can be NULL.
    pub const fn new(name: &'static str, data_type: Type) -> Self {
        Self {
            name,
            data_type,
            nullable: true,
        }
    }

    /// A column that cannot.
    pub const fn required(name: &'static str, data_type: Type) -> Self {
        Self {
            nullable: false,
            ..Self::new(name, data_type)
        }
    }
}

/// How the parts of a file of columns are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// Snappy; Parquet alone.
    Snappy,
    /// LZ4: raw blocks in Parquet, frames in Arrow.
    Lz4,
    /// Gzip; Parquet alone.
    Gzip,
    /// Zstandard.
    Zstd,
}

/// How a file of columns is made. These are pointers, so that what no pipeline names is not linked.
#[derive(Clone, Copy, Debug)]
pub struct Conversion {
    /// The first line of the rows that it is made of, which says what they are.
    pub head: fn(&[FieldSpec]) -> String,
    /// Writes the file for these lines.
    pub write: fn(&ColumnsSpec, &mut dyn BufRead, &mut (dyn Write + Send)) -> io::Result<()>,
}

impl PartialEq for Conversion {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::fn_addr_eq(self.write, other.write)
    }
}

impl Eq for Conversion {}
