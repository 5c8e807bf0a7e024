//! Bytes as text where that takes no more than a look at their high bits.

use crate::swar;

/// `bytes` as text where all of it is ASCII, as nearly every short one is; None where something is
/// not, and UTF-8 must be checked.
#[inline(always)]
pub fn text(bytes: &[u8]) -> Option<&str> {
    if !swar::is_ascii(bytes) {
        return None;
    }
    // SAFETY: ASCII is UTF-8.
    Some(unsafe { std::str::from_utf8_unchecked(bytes) })
}
