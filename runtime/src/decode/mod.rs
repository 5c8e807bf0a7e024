//! Decoders: from a payload's bytes to the places of the values that the queries need.

pub mod ascii;
pub mod avro;
pub mod json;
