//! What sinks are measured with: servers that take rows, and programs that one would write by
//! hand.

pub mod arrived;
pub mod by_hand;
pub mod servers;
