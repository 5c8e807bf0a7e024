//! A message's payload, with what is known of the memory around it.

use std::ops::Range;

/// Bytes that the decoder may read behind a payload: a buffer that has so many behind its last one
/// spares it a copy.
pub const READABLE_BEHIND: usize = 1024;

/// A payload, borrowed from a buffer in which other bytes may stand behind it. The decoder reads
/// some of those along with the payload's last ones and makes nothing of them; where there are
/// too few it copies the payload first.
#[derive(Clone, Copy)]
pub struct Payload<'m> {
    /// The payload and what can be read behind it.
    readable: &'m [u8],
    /// At most the length of `readable`.
    len: usize,
}

impl<'m> Payload<'m> {
    /// The bytes `range` of `buffer`.
    ///
    /// # Panics
    /// Where the range is not one of the buffer.
    pub fn new(buffer: &'m [u8], range: Range<usize>) -> Self {
        assert!(
            range.start <= range.end && range.end <= buffer.len(),
            "a payload stands in its buffer"
        );
        Self {
            readable: &buffer[range.start..],
            len: range.end - range.start,
        }
    }

    /// `part`, which was cut from `buffer`. Where it was not, nothing is known around it.
    pub fn within(buffer: &'m [u8], part: &'m [u8]) -> Self {
        let offset = (part.as_ptr() as usize).wrapping_sub(buffer.as_ptr() as usize);
        match buffer.get(offset..) {
            Some(readable) if part.len() <= readable.len() => Self {
                readable,
                len: part.len(),
            },
            _ => Self::from(part),
        }
    }

    /// The payload's bytes.
    #[inline]
    pub fn bytes(self) -> &'m [u8] {
        &self.readable[..self.len]
    }

    /// How many bytes it has.
    #[inline]
    pub fn len(self) -> usize {
        self.len
    }

    /// Whether it has none.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The payload without a byte-order mark in front of it and NULs behind, and how much was cut
    /// off in front.
    pub fn trimmed(self) -> (Self, u32) {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        let start = if self.bytes().starts_with(MARK) {
            MARK.len()
        } else {
            0
        };
        let nuls = self.bytes()[start..].iter().rev();
        let nuls = nuls.take_while(|&&byte| byte == 0).count();
        let trimmed = Self {
            readable: &self.readable[start..],
            len: self.len - start - nuls,
        };
        (trimmed, if start == 0 { 0 } else { 3 })
    }

    /// The payload and everything that can be read behind it.
    #[inline]
    pub(crate) fn and_behind(self) -> &'m [u8] {
        self.readable
    }
}

impl<'m> From<&'m [u8]> for Payload<'m> {
    fn from(bytes: &'m [u8]) -> Self {
        Self {
            readable: bytes,
            len: bytes.len(),
        }
    }
}

impl std::fmt::Debug for Payload<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"{}\"", self.bytes().escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_buffer() {
        let buffer = b"0123456789";
        let part = Payload::within(buffer, &buffer[3..5]);
        assert_eq!(
            (part.bytes(), part.and_behind()),
            (&b"34"[..], &b"3456789"[..])
        );
        let other = [b'3', b'4'];
        let alone = Payload::within(buffer, &other);
        assert_eq!(
            (alone.bytes(), alone.and_behind()),
            (&b"34"[..], &b"34"[..])
        );
        let end = Payload::new(buffer, 10..10);
        assert!(end.is_empty() && end.and_behind().is_empty());
    }

    #[test]
    fn marks_and_nuls_are_cut_off() {
        let cases: [(&[u8], &[u8], u32); 6] = [
            (b"{}", b"{}", 0),
            (b"\xef\xbb\xbf{}", b"{}", 3),
            (b"{}\0\0", b"{}", 0),
            (b"\xef\xbb\xbf{\0}\0", b"{\0}", 3),
            (b"\xef\xbb\xbf", b"", 3),
            (b"\0\0", b"", 0),
        ];
        for (payload, want, offset) in cases {
            let (trimmed, cut) = Payload::from(payload).trimmed();
            assert_eq!((trimmed.bytes(), cut), (want, offset));
        }
    }

    #[test]
    #[should_panic(expected = "stands in its buffer")]
    fn beyond_the_buffer() {
        let _ = Payload::new(b"0123", 2..5);
    }
}
