//! Values that become a part of the path that a row goes to.

use super::Encode;
use crate::error::Reason;
use crate::value::{Date, Verbatim, text};

/// The longest value, in bytes: a name has 255, of which others may need some.
const LONGEST: usize = 64;

/// A value that may stand in a path.
pub trait Segment: Copy {
    /// Whether it is one folder's or file's name, or a part of it, and nothing else.
    fn is_allowed(self) -> bool;

    /// Appends it.
    fn put(self, out: &mut Vec<u8>);
}

/// Looks whether a value may stand in a path: a text that is neither empty nor too long, has no
/// slash and no control character, and does not begin with a point.
///
/// # Errors
/// Where it may not, or is NULL.
#[inline]
pub fn segment(value: impl Segment) -> Result<(), Reason> {
    if value.is_allowed() {
        Ok(())
    } else {
        Err(Reason::PathValue)
    }
}

/// NULL has no name.
impl<T: Segment> Segment for Option<T> {
    fn is_allowed(self) -> bool {
        self.is_some_and(T::is_allowed)
    }

    fn put(self, out: &mut Vec<u8>) {
        if let Some(value) = self {
            value.put(out);
        }
    }
}

impl Segment for &str {
    fn is_allowed(self) -> bool {
        let is_bad = |letter: char| letter == '/' || letter.is_control();
        !self.is_empty()
            && self.len() <= LONGEST
            && !self.starts_with('.')
            && !self.contains(is_bad)
    }

    fn put(self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }
}

impl Segment for Date {
    fn is_allowed(self) -> bool {
        true
    }

    fn put(self, out: &mut Vec<u8>) {
        out.extend_from_slice(text::date(self).as_bytes());
    }
}

/// What looks in a path as in a row.
macro_rules! plain {
    ($($plain:ty)*) => { $(
        impl Segment for $plain {
            #[inline]
            fn is_allowed(self) -> bool {
                true
            }

            fn put(self, out: &mut Vec<u8>) {
                self.encode(out);
            }
        }
    )* };
}
plain!(bool i8 i16 i32 i64 u8 u16 u32 u64);

/// A sender writes as many digits as it likes.
impl Segment for Verbatim<'_> {
    fn is_allowed(self) -> bool {
        self.0.len() <= LONGEST
    }

    fn put(self, out: &mut Vec<u8>) {
        self.encode(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::Rows;

    #[test]
    fn a_value_is_one_name_or_refused() {
        for good in ["a", "ä b", "a..b", "%2f", "a\\b", &"x".repeat(64)] {
            assert_eq!(segment(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            ".",
            "..",
            ".a",
            "a/b",
            "/",
            "a\0",
            "\n",
            &"x".repeat(65),
        ] {
            assert_eq!(segment(bad), Err(Reason::PathValue), "{bad:?}");
        }
        assert_eq!(segment(None::<i64>), Err(Reason::PathValue));
        assert_eq!(segment(Some(-7i64)), Ok(()));
        let digits = "1".repeat(65);
        assert_eq!(segment(Verbatim(digits.as_bytes())), Err(Reason::PathValue));
    }

    #[test]
    fn keys_stay_with_their_rows() {
        let mut rows = Rows::default();
        for (number, text) in [(1u64, "a"), (2, "b"), (3, "c")] {
            let mut row = rows.row();
            row.value(number);
            row.key(text);
            row.key(Date(0));
            row.end();
        }
        assert_eq!(rows.key(1), b"b/1970-01-01");
        rows.truncate(1);
        assert_eq!((rows.key(0), rows.key(1)), (&b"a/1970-01-01"[..], &b""[..]));
        let mut row = rows.row();
        row.key(true);
        row.end();
        assert_eq!(rows.key(1), b"true");
        rows.clear();
        assert_eq!(rows.key(0), b"");
    }
}
