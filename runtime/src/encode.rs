//! Rows as JSON lines.

/// Encoded rows on their way to one sink.
#[derive(Debug, Default)]
pub struct Rows {
    /// JSON lines, each with its line feed.
    pub bytes: Vec<u8>,
    /// Where each row ends in `bytes`, its line feed included.
    pub ends: Vec<usize>,
}
