//! A pipeline inside another crate: what the code that `include_sql!` expands to stands on.
//!
//! Messages are pushed, rows are handed to closures. Nothing here opens a socket, starts a thread
//! or asks a clock: when a message was received is part of the [`Message`].

mod counts;
mod decoder;
mod engine;
mod error;
mod handlers;
mod pushed;
mod replay;
mod rows;
#[cfg(feature = "serde")]
mod serialize;
mod system_time;

pub use counts::{Counts, FlowCounts, TableCounts};
pub use decoder::{RowDecoder, RowTable, TypedRowDecoder, TypedRowTable};
pub use engine::{Engine, TableInfo, VariableError};
pub use error::DecodeError;
pub use handlers::ToHandlers;
pub use pushed::{FlowOutcome, FlowResult, Pushed};
pub use replay::{ReplayError, Replayed};
pub use rows::{Base64, field};
#[cfg(feature = "serde")]
#[doc(hidden)]
pub use serialize::{RowSerializer, SerializeRow, SerializeStruct};

pub use crate::encode::Encode;
pub use crate::error::Reason;
pub use crate::message::{Message, Properties};
pub use crate::program::{boxed_onto, boxed_typed_onto};
pub use crate::spec::SiteSpec;
