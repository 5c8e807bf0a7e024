//! Texts that are filled up or repeated.

use super::building::{MAX_BYTES, collected};
use super::text::left;
use crate::error::Reason;
use bumpalo::Bump;

/// `lpad(text, length, fill)`: `fill` again and again in front, until there are `length`
/// characters; a longer text is cut at its end.
pub fn lpad<'m>(
    text: &'m str,
    length: i64,
    fill: &str,
    arena: &'m Bump,
) -> Result<&'m str, Reason> {
    padded(text, length, fill, |missing| {
        let fill = fill.chars().cycle().take(missing);
        collected(fill.chain(text.chars()), arena)
    })
}

/// `rpad(text, length, fill)`: the same with `fill` behind.
pub fn rpad<'m>(
    text: &'m str,
    length: i64,
    fill: &str,
    arena: &'m Bump,
) -> Result<&'m str, Reason> {
    padded(text, length, fill, |missing| {
        let fill = fill.chars().cycle().take(missing);
        collected(text.chars().chain(fill), arena)
    })
}

fn padded<'m>(
    text: &'m str,
    length: i64,
    fill: &str,
    pad: impl FnOnce(usize) -> &'m str,
) -> Result<&'m str, Reason> {
    let length = length.max(0);
    let present = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    if present >= length || fill.is_empty() {
        return Ok(left(text, length));
    }
    let missing = usize::try_from(length - present).map_err(|_| Reason::TooLong)?;
    // a character takes four bytes at most
    if missing > (MAX_BYTES - text.len().min(MAX_BYTES)) / 4 {
        return Err(Reason::TooLong);
    }
    Ok(pad(missing))
}

/// `repeat(text, count)`
pub fn repeat<'m>(text: &'m str, count: i64, arena: &'m Bump) -> Result<&'m str, Reason> {
    let Ok(count) = usize::try_from(count) else {
        return Ok("");
    };
    let len = text.len().checked_mul(count);
    let len = len.filter(|len| *len <= MAX_BYTES).ok_or(Reason::TooLong)?;
    let out = arena.alloc_slice_fill_copy(len, 0);
    for place in out.chunks_exact_mut(text.len().max(1)) {
        place.copy_from_slice(text.as_bytes());
    }
    Ok(std::str::from_utf8(out).expect("a text was repeated"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_filled_up() {
        let arena = Bump::new();
        for (text, length, fill, before, behind) in [
            ("hi", 5, "xy", Ok("xyxhi"), Ok("hixyx")),
            ("hi", 2, "x", Ok("hi"), Ok("hi")),
            ("hi", 1, "x", Ok("h"), Ok("h")),
            ("hi", 0, "x", Ok(""), Ok("")),
            ("hi", -4, "x", Ok(""), Ok("")),
            ("hi", 5, "", Ok("hi"), Ok("hi")),
            ("", 3, "ä", Ok("äää"), Ok("äää")),
            (
                "hi",
                i64::MAX,
                "x",
                Err(Reason::TooLong),
                Err(Reason::TooLong),
            ),
        ] {
            assert_eq!(lpad(text, length, fill, &arena), before, "{text} {length}");
            assert_eq!(rpad(text, length, fill, &arena), behind, "{text} {length}");
        }
    }

    #[test]
    fn texts_are_repeated() {
        let arena = Bump::new();
        assert_eq!(repeat("Pg", 4, &arena), Ok("PgPgPgPg"));
        assert_eq!(repeat("", 1_000_000_000_000, &arena), Ok(""));
        assert_eq!(repeat("x", -1, &arena), Ok(""));
        assert_eq!(repeat("x", 1 << 30, &arena), Err(Reason::TooLong));
    }
}
