//! Texts that are made in the arena: measured first, then written in one piece.

use crate::error::Reason;
use bumpalo::Bump;

/// The longest text that a function may make longer than its arguments, in bytes. PostgreSQL's
/// limit is 1 GiB; what a row takes is kept in memory, so here it is less.
pub(super) const MAX_BYTES: usize = 16 << 20;

/// The pieces, one behind the other.
pub(super) fn joined<'m, 'p>(
    pieces: impl Iterator<Item = &'p str> + Clone,
    arena: &'m Bump,
) -> &'m str {
    let len = pieces.clone().map(str::len).sum();
    let out = arena.alloc_slice_fill_copy(len, 0);
    let mut rest = &mut out[..];
    for piece in pieces {
        let (place, behind) = rest.split_at_mut(piece.len());
        place.copy_from_slice(piece.as_bytes());
        rest = behind;
    }
    std::str::from_utf8(out).expect("texts were joined")
}

/// The same, up to [`MAX_BYTES`].
pub(super) fn joined_within<'m, 'p>(
    pieces: impl Iterator<Item = &'p str> + Clone,
    arena: &'m Bump,
) -> Result<&'m str, Reason> {
    let mut len = 0;
    for piece in pieces.clone() {
        len += piece.len();
        if len > MAX_BYTES {
            return Err(Reason::TooLong);
        }
    }
    Ok(joined(pieces, arena))
}

/// The characters as a text.
pub(super) fn collected(characters: impl Iterator<Item = char> + Clone, arena: &Bump) -> &str {
    let len = characters.clone().map(char::len_utf8).sum();
    let out = arena.alloc_slice_fill_copy(len, 0);
    let mut at = 0;
    for character in characters {
        at += character.encode_utf8(&mut out[at..]).len();
    }
    std::str::from_utf8(out).expect("characters were encoded")
}
