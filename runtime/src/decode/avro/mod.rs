//! Reading Avro's binary encoding (Avro 1.12, "Binary encoding").
//!
//! A datum does not say what it is made of: the schema that it was written with does, and that is
//! known when a pipeline is built. So what reads a table's messages is generated, field by field,
//! as calls of a [`Reader`]: it takes what the queries need and skips the rest. Two things are
//! driven by data, which is the schema as a constant, a [`Type`]: skipping a value of any type,
//! and writing one as JSON.
//!
//! What a message announces is believed only as far as its bytes reach: nothing is allocated for
//! a length or a count, and no loop runs longer than there are bytes for its items. Items that
//! take no bytes are counted where they are skipped, and written up to a limit.
//!
//! Bytes that the schema does not allow are [`Avro`](crate::error::Reason::Avro), as is a datum
//! that ends too early or is followed by something. What is skipped is checked only as far as it
//! takes to find its end. Values that SQL has no room for are
//! [`OutOfRange`](crate::error::Reason::OutOfRange).

mod framing;
mod json;
mod logical;
mod reader;
mod skip;
#[cfg(test)]
mod tests;
mod types;

pub use framing::Framing;
pub use reader::Reader;
pub use types::Type;

/// How a table's payloads are written.
#[derive(Clone, Copy, Debug)]
pub struct Datum {
    /// What stands in front.
    pub framing: Framing,
    /// The writer's schema, a record. One of a schema that is none has it for its only field, which
    /// is called `value`: a record adds no bytes.
    pub schema: Type,
}

/// Arrays, maps, records and tagged unions that may be open at once.
const MAX_DEPTH: usize = super::json::MAX_DEPTH;

/// Bytes that a value's text may have: as many as a text that a function makes.
const MAX_TEXT: usize = 16 << 20;

/// Array items without any bytes that are written of a value: who needs more of them?
const MAX_EMPTY_ITEMS: u64 = 1024;
