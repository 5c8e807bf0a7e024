//! `||`.

use bumpalo::Bump;

/// `a || b` of two TEXTs.
pub fn concat_text<'m>(a: &'m str, b: &'m str, arena: &'m Bump) -> &'m str {
    if a.is_empty() {
        return b;
    }
    if b.is_empty() {
        return a;
    }
    let joined = concat_bytes(a.as_bytes(), b.as_bytes(), arena);
    std::str::from_utf8(joined).expect("UTF-8 behind UTF-8 is UTF-8")
}

/// `a || b` of two BYTEAs.
pub fn concat_bytes<'m>(a: &'m [u8], b: &'m [u8], arena: &'m Bump) -> &'m [u8] {
    let out = arena.alloc_slice_fill_copy(a.len() + b.len(), 0);
    let (start, end) = out.split_at_mut(a.len());
    start.copy_from_slice(a);
    end.copy_from_slice(b);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_bytes_are_joined() {
        let arena = Bump::new();
        for (a, b, both) in [
            ("", "", ""),
            ("a", "", "a"),
            ("", "ä", "ä"),
            ("ä", "b☃", "äb☃"),
        ] {
            assert_eq!(concat_text(a, b, &arena), both);
            assert_eq!(
                concat_bytes(a.as_bytes(), b.as_bytes(), &arena),
                both.as_bytes()
            );
        }
    }
}
