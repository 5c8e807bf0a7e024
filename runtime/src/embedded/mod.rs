//! A pipeline inside another crate: what the code that `include_sql!` expands to stands on.
//!
//! Messages are pushed, rows are handed to closures. Nothing here opens a socket, starts a thread
//! or asks a clock: when a message was received is part of the [`Message`].

mod counts;
mod decoder;
mod engine;
mod error;
mod gates;
mod handled;
mod handlers;
#[cfg(feature = "mqtt")]
mod packed;
mod pushed;
mod replay;
mod rows;
#[cfg(feature = "serde")]
mod serialize;
mod system_time;

pub use counts::{ConnectionCounts, Counts, FlowCounts, TableCounts};
pub use decoder::{RowDecoder, RowTable, TypedRowDecoder, TypedRowTable};
pub use engine::{Engine, TableInfo, VariableError};
pub use error::DecodeError;
pub use handled::{Handled, HandlerError, IntoHandled};
pub use handlers::ToHandlers;
#[cfg(feature = "mqtt")]
pub use packed::{Pack, Unpacker};
pub use pushed::{FlowOutcome, FlowResult, PushError, Pushed};
pub use replay::{ReplayError, Replayed};
#[cfg(not(feature = "mqtt"))]
pub use rows::Streams;
pub use rows::{Base64, field};
#[cfg(feature = "serde")]
#[doc(hidden)]
pub use serialize::{RowSerializer, SerializeRow, SerializeStruct};

pub use crate::encode::Encode;
pub use crate::error::Reason;
pub use crate::message::{Message, Properties};
pub use crate::program::{boxed_onto, boxed_typed_onto};
#[cfg(feature = "mqtt")]
pub use crate::running::Streams;
pub use crate::spec::SiteSpec;
/// Memory in which slices are made of what a row with values of its own lends.
#[doc(hidden)]
pub use bumpalo::Bump as Arena;
