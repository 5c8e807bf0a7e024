//! Measurements of decoders: ours as the compiler emits it, beside the JSON parsers that a
//! program in Rust would otherwise use.

#![forbid(unsafe_code)]

#[cfg(feature = "rivals")]
pub mod avro;
#[cfg(feature = "rivals")]
pub mod contest;
pub mod data;
#[cfg(feature = "ingest")]
pub mod ingest;
pub mod ours;
#[cfg(feature = "rivals")]
pub mod rivals;
#[cfg(feature = "rivals")]
mod rows;
#[cfg(feature = "sinks")]
pub mod sinks;
pub mod target;

/// The modules that `build.rs` has the compiler emit, one for each file of `pipelines`.
mod pipelines {
    include!(concat!(env!("OUT_DIR"), "/pipelines.rs"));
}
