//! What a compiled pipeline is linked to: decoders, operators, sinks, the MQTT source and the
//! process around them. The code that laminarc generates uses nothing else.
//!
//! Crates that hold a pipeline, made by `laminar_macros::include_sql!`, use [`embedded`],
//! [`message`], [`error`] and [`value`], and `running` where it runs on its broker; the rest is for
//! generated code and for binaries.
//!
//! Rooms: [`decode`], [`operator`], [`function`], [`encode`], `columns`, `compress`, `declared`
//! and `ipc` are pure (no clock, no socket, no thread: time is an argument); `source` and `sink`
//! talk to the world; `pipeline` alone wires them together.

#[cfg(feature = "arrow")]
pub mod columns;
#[cfg(any(feature = "gzip", feature = "zstd"))]
pub mod compress;
pub mod decode;
pub mod embedded;
pub mod encode;
pub mod error;
pub mod function;
pub mod generated;
pub mod message;
pub mod operator;
pub mod payload;
pub mod program;
pub mod record;
pub mod row;
pub mod spec;
mod swar;
pub mod template;
pub mod topic;
pub mod value;

#[cfg(feature = "binary")]
pub mod clock;
#[cfg(feature = "mqtt")]
pub mod control;
#[cfg(feature = "mqtt")]
pub mod declared;
#[cfg(feature = "binary")]
pub mod history;
#[cfg(feature = "mqtt")]
pub mod ipc;
#[cfg(feature = "binary")]
pub mod log;
#[cfg(feature = "binary")]
pub mod metrics;
#[cfg(feature = "binary")]
pub mod mqtt;
#[cfg(feature = "binary")]
pub mod pipeline;
#[cfg(feature = "binary")]
pub mod rate_limit;
#[cfg(feature = "mqtt")]
pub mod running;
#[cfg(feature = "binary")]
pub mod samples;
#[cfg(feature = "binary")]
pub mod secret;
#[cfg(feature = "binary")]
pub mod sink;
#[cfg(feature = "binary")]
pub mod source;
#[cfg(feature = "binary")]
pub mod terminal;
