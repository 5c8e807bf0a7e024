//! The other parsers, each with its best API, doing the same job: decode the needed columns
//! strictly, apply WHERE, append a JSON line for a row that passes, reject what is malformed.

mod arrow_json;
mod bounds;
mod jiter;
mod serde_json;
mod simd_json;
mod sonic_rs;

use crate::data::{Chunk, TableName, payload};
use crate::ours::{Ours, Tally};
use crate::rows::{Positions, Readings, Row, Table, Uplinks, Vehicles, passes, write};
use std::fmt::{self, Debug, Display, Formatter};

/// Whoever decodes messages.
pub trait Contestant {
    /// Decodes the messages of a chunk.
    fn run(&mut self, chunk: &Chunk<'_>) -> Tally;

    /// The rows of the last chunk, as JSON lines.
    fn rows(&self) -> &[u8];
}

/// How far a contestant does the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// All of it.
    Whole,
    /// It reads the whole message, but accepts some that are malformed where no column is.
    Lenient,
    /// It stops reading when it has what it looks for.
    Partial,
    /// It finds no rows: a bound on what reading the bytes costs.
    Bound,
}

/// A contestant that can be made for any table.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The library's name.
    pub rival: &'static str,
    /// The API of it that is used.
    pub api: &'static str,
    /// What it does.
    pub job: Job,
    /// Makes one.
    pub make: fn(TableName) -> Box<dyn Contestant>,
}

impl Entry {
    const fn new(
        rival: &'static str,
        api: &'static str,
        job: Job,
        make: fn(TableName) -> Box<dyn Contestant>,
    ) -> Self {
        Self {
            rival,
            api,
            job,
            make,
        }
    }
}

impl Display for Entry {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.rival, self.api)
    }
}

/// The name of ours among the entries.
pub const OURS: &str = "laminar";

/// `$contestant` for the table of a name.
macro_rules! for_table {
    ($contestant:ident) => {
        |table| match table {
            TableName::W1 => Box::new($contestant::<Readings>::default()),
            TableName::W2 => Box::new($contestant::<Vehicles>::default()),
            TableName::W3 => Box::new($contestant::<Uplinks>::default()),
            TableName::Hsl => Box::new($contestant::<Positions>::default()),
        }
    };
}

use arrow_json::ArrowDecoder;
use bounds::Bound;
use jiter::{JiterIterator, JiterStrict};
use serde_json::{SerdeSlice, SerdeStr};
use simd_json::{SimdDerive, SimdTape};
use sonic_rs::{SonicDerive, SonicGetMany};

/// All contestants, ours first.
pub const ENTRIES: &[Entry] = &[
    Entry::new(OURS, "process", Job::Whole, |table| {
        Box::new(Ours::new(table))
    }),
    Entry::new(
        "serde_json",
        "derive, from_str behind simdutf8",
        Job::Whole,
        for_table!(SerdeStr),
    ),
    Entry::new(
        "serde_json",
        "derive, from_slice",
        Job::Lenient,
        for_table!(SerdeSlice),
    ),
    Entry::new("simd-json", "derive", Job::Whole, for_table!(SimdDerive)),
    Entry::new("simd-json", "tape", Job::Whole, for_table!(SimdTape)),
    Entry::new("sonic-rs", "derive", Job::Whole, for_table!(SonicDerive)),
    Entry::new(
        "sonic-rs",
        "get_many",
        Job::Partial,
        for_table!(SonicGetMany),
    ),
    Entry::new(
        "jiter",
        "iterator behind simdutf8",
        Job::Whole,
        for_table!(JiterStrict),
    ),
    Entry::new("jiter", "iterator", Job::Lenient, for_table!(JiterIterator)),
    Entry::new(
        "arrow-json",
        "decoder",
        Job::Lenient,
        for_table!(ArrowDecoder),
    ),
    Entry::new(
        "memchr",
        "commas",
        Job::Bound,
        |_| Box::new(Bound::commas()),
    ),
    Entry::new("utf-8", "std", Job::Bound, |_| Box::new(Bound::std_utf8())),
    Entry::new("utf-8", "simdutf8", Job::Bound, |_| {
        Box::new(Bound::simd_utf8())
    }),
];

impl Contestant for Ours {
    fn run(&mut self, chunk: &Chunk<'_>) -> Tally {
        self.run(chunk)
    }

    fn rows(&self) -> &[u8] {
        self.rows()
    }
}

/// Runs `read` on each message of a chunk; `out` has the rows afterwards. `read` says whether the
/// message gave a row, or None where it is to be rejected.
#[inline]
fn each(
    chunk: &Chunk<'_>,
    out: &mut Vec<u8>,
    mut read: impl FnMut(&[u8], &mut Vec<u8>) -> Option<bool>,
) -> Tally {
    let mut tally = Tally::default();
    out.clear();
    for message in chunk.messages {
        match read(payload(message), out) {
            Some(has_passed) => tally.rows += u64::from(has_passed),
            None => tally.rejected += 1,
        }
    }
    tally
}

/// What is left to do for a decoded row.
#[inline]
fn finish<T: Table>(row: &T::Row<'_>, out: &mut Vec<u8>) -> Option<bool> {
    if !passes::<T>(|column| row.value(column)) {
        return Some(false);
    }
    write::<T>(|column| row.value(column), out)?;
    Some(true)
}
