//! Running cargo.
