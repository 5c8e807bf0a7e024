//! What the messages of a source are.

use crate::avro::Schema;

/// The format of a source's messages.
#[derive(Clone, Debug, PartialEq)]
pub enum Format {
    /// JSON documents.
    Json(JsonFormat),
    /// Payloads that are taken as they are.
    Raw(RawFormat),
    /// Avro data.
    Avro(AvroFormat),
}

impl Format {
    /// As SQL names it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Json(_) => "json",
            Self::Raw(RawFormat::Bytes) => "raw_bytes",
            Self::Raw(RawFormat::Text) => "raw_string",
            Self::Avro(_) => "avro",
        }
    }

    /// Whether it is JSON: a value is then found first, and converted when a query asks for it. All
    /// others are decoded to values at once.
    pub fn is_json(&self) -> bool {
        matches!(self, Self::Json(_))
    }
}

/// What is known of JSON documents before they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonFormat {
    /// How much of a message is validated.
    pub validation: Validation,
    /// Whether the sole JSON column takes the whole message.
    pub whole_message: bool,
    /// Whether what stands around the document is cut off.
    pub trim: bool,
    /// What a message holds.
    pub root: Root,
}

/// What a message of a source holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// One document.
    Object,
    /// An array of documents, each a row.
    Array,
}

/// How much of a message's JSON is validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validation {
    /// Every byte.
    Strict,
    /// What the queries need, and the way there.
    Lazy,
}

/// What a payload is that is taken as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawFormat {
    /// Any bytes.
    Bytes,
    /// UTF-8.
    Text,
}

/// How Avro data is written.
#[derive(Clone, Debug, PartialEq)]
pub struct AvroFormat {
    /// The schema of whoever wrote it.
    pub schema: Schema,
    /// What stands in front of it.
    pub framing: AvroFraming,
}

/// What stands in front of Avro data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AvroFraming {
    /// A zero, and the schema's number in its registry, as Confluent's serialisers write it.
    Confluent(u32),
    /// Single-object encoding (Avro 1.11 specification): a marker and the fingerprint of the
    /// schema.
    SingleObject(u64),
    /// Nothing.
    Bare,
}
