//! The JSON decoder. It finds values; converting them is the business of [`crate::row::Row`], and
//! happens only where a query asks.
//!
//! The *reference path* is a complete, strict parse (RFC 8259, UTF-8, nesting up to 128 levels)
//! that defines what every message means. What is faster stands before it and either proves the
//! same outcome or falls through to it: see [`Decoder`]. What the reference path scans with is in
//! `scan`, the vector code of the others in [`level`].
//!
//! The outcome of a message, in this order:
//! 1. Bytes that are not UTF-8, anywhere: [`Utf8`](crate::error::Reason::Utf8) at the first.
//! 2. The first byte that no JSON text has there: [`Syntax`](crate::error::Reason::Syntax), or
//!    the bracket that opens the 129th level: [`Depth`](crate::error::Reason::Depth).
//! 3. A document that is no object: [`NotAnObject`](crate::error::Reason::NotAnObject), unless
//!    the shape asks for the document itself or, of an array, for its elements.
//! 4. Else each slot's cell holds the value at its place. Of duplicate keys the last one counts
//!    with all that is below it. A missing key, an index beyond the end and `null` on the way are
//!    [`Kind::Missing`]; any other value that cannot hold the next step is [`Kind::Blocked`].

mod decoder;
mod elements;
pub(crate) mod escape;
mod gate;
mod grammar;
mod index;
mod input;
mod layout;
pub mod level;
mod line;
mod members;
mod outline;
mod reference;
mod scan;
mod shape;
mod skip;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod walk;
mod word;

pub use decoder::{Decoder, Tiers, Ways};
pub use elements::Elements;
pub(crate) use input::{MAX_DEPTH, is_valid};
pub use layout::Miss;
pub use level::Level;
pub use line::{Line, Lined, MAX_KEYS, MAX_LITERAL, MAX_SCANNED, Unlined};
pub use reference::{Reference, Validation};
pub use shape::{Cell, Kind, Node, Shape};
pub use text::{PADDING, Padded, Text};
pub(crate) use walk::Walk;
#[cfg(feature = "serde")]
pub(crate) use walk::string;
#[cfg(any(feature = "arrow", feature = "mqtt"))]
pub(crate) use walk::try_members;
