//! The decoder against its own reference path, `serde_json` and `simd-json`: messages of every
//! kind, and millions that are almost one that its tiers have just learned.
//!
//! `LAMINAR_FUZZ_MESSAGES` says how many messages each table gets, `LAMINAR_FUZZ_SEED` which.

mod corpus;
mod differential;
mod documents;
mod examples;
#[cfg(unix)]
mod guard;
mod harness;
mod json;
mod lazy;
mod mutate;
mod oracle;
#[cfg(unix)]
mod pages;
mod random;
mod simd;
mod streams;
mod subject;
mod suite;
mod tables;
mod telemetry;
