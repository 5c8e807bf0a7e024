//! The line: a message that is written as its table declares it, with the declared keys in their
//! order and without white space.
//!
//! Generated code walks along the declared keys, and is inlined into the loop over messages.
//! Nothing is decided on the way: each step notes what is wrong, and goes on. One branch at the
//! end asks whether anything was. There are two ways to walk, and the number of keys chooses:
//!
//! - [`Scanned`] finds the end of each token by looking at its bytes. Of few keys this is the
//!   shortest chain there is.
//! - [`Indexed`] knows the places of all tokens before it looks at one, from the message's commas.
//!   That costs more at first and less for each key.

mod indexed;
mod numbers;
mod scanned;

pub(super) use indexed::Indexed;
pub use scanned::Scanned;

use super::level::HALF;
use super::text::PADDING;

/// The most keys of a line that is scanned.
pub const MAX_SCANNED: usize = 8;

/// The most keys of a line.
pub const MAX_KEYS: usize = 40;

/// The longest literal of a line, in bytes.
pub const MAX_LITERAL: usize = 64;

// Wherever a scan goes, and whatever the message holds, it stays in the padding.
const _: () = assert!((MAX_SCANNED + 1) * (MAX_LITERAL + HALF) + HALF <= PADDING);

/// A walk along the keys of a message: key, value, key, value, end.
pub trait Line {
    /// Exactly these bytes: a key with the punctuation around it.
    fn key<const N: usize>(&mut self, literal: &[u8; N]) -> &mut Self;

    /// A plain string, up to its closing quote, into a slot.
    fn string(&mut self, slot: usize);

    /// A short number without exponent, into a slot.
    fn number(&mut self, slot: usize);

    /// `true`, `false` or `null`, into a slot.
    fn word(&mut self, slot: usize);

    /// A string that is not needed.
    fn skip_string(&mut self);

    /// A number that is not needed.
    fn skip_number(&mut self);

    /// A word that is not needed.
    fn skip_word(&mut self);

    /// What closes the message, and its end: whether all was as it should be.
    fn end<const N: usize>(&mut self, literal: &[u8; N]) -> bool;
}

/// A table's line.
pub trait Lined {
    /// How many keys it has; 0: there is none.
    const KEYS: usize;

    /// Walks along them.
    fn walk<W: Line>(line: &mut W) -> bool;
}

/// No line.
#[derive(Clone, Copy, Debug)]
pub struct Unlined;

impl Lined for Unlined {
    const KEYS: usize = 0;

    fn walk<W: Line>(_line: &mut W) -> bool {
        false
    }
}
