//! CAST, PostgreSQL's way. A value that the target type does not have is [`Reason::Overflow`], a
//! text that cannot be read as one [`Reason::Cast`]. White space around a text is ignored, but for
//! BYTEA, where it counts.
//!
//! The compiler evaluates casts of constants by itself; a test of its package holds the two
//! together.

mod number;
mod text;
mod time;

pub use number::{ToDecimal, cast_decimal};
pub use text::{ToBytes, ToJson, ToText, cast_bytes, cast_json, cast_text};
pub use time::{ToTimestamp, ToTimestampNanos, cast_timestamp, cast_timestamp_nanos};

use crate::error::Reason;

/// Casts that need nothing but the value.
pub trait CastTo<To>: Sized {
    /// The value as a `To`.
    fn cast_to(self) -> Result<To, Reason>;
}

/// `CAST(value AS To)`
#[inline]
pub fn cast<To, From: CastTo<To>>(value: From) -> Result<To, Reason> {
    value.cast_to()
}

/// A text without the white space around it.
fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_ascii_whitespace() || character == '\u{b}')
}
