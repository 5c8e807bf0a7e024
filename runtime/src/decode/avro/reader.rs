//! The primitive types.

use crate::error::Reason;
use bumpalo::Bump;

/// Goes through a datum, value by value. The types come from the schema: each call reads what
/// stands next as the type that it is named for.
///
/// All calls fail with [`Reason::Avro`] where the bytes are none of that type, or too few; what
/// else they fail with they say. Then the reader stands where the bad value starts, or a part of
/// it.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'m> {
    /// What was not yet read.
    rest: &'m [u8],
    /// The length of all.
    len: usize,
    /// Memory for what is made of the bytes.
    pub(super) arena: &'m Bump,
}

/// The highest bit of each byte: that more bytes of the number follow.
const MORE: u64 = 0x8080_8080_8080_8080;

impl<'m> Reader<'m> {
    /// A reader of `datum`. What must be made of its bytes is kept in `arena`.
    #[inline]
    pub fn new(datum: &'m [u8], arena: &'m Bump) -> Self {
        Self {
            rest: datum,
            len: datum.len(),
            arena,
        }
    }

    /// How many bytes were read.
    #[inline]
    pub fn position(&self) -> usize {
        self.len - self.rest.len()
    }

    /// Whether all bytes were read.
    #[inline]
    pub fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Nothing may follow.
    #[inline]
    pub fn end(&self) -> Result<(), Reason> {
        if self.at_end() {
            Ok(())
        } else {
            Err(Reason::Avro)
        }
    }

    /// `long`: at most 64 bits in at most 10 bytes.
    #[inline]
    pub fn long(&mut self) -> Result<i64, Reason> {
        self.varint().map(signed)
    }

    /// `int`
    #[inline]
    pub fn int(&mut self) -> Result<i32, Reason> {
        self.whole(|reader| i32::try_from(reader.long()?).map_err(|_| Reason::Avro))
    }

    /// `boolean`
    #[inline]
    pub fn boolean(&mut self) -> Result<bool, Reason> {
        let (value, rest) = match *self.rest {
            [0, ref rest @ ..] => (false, rest),
            [1, ref rest @ ..] => (true, rest),
            _ => return Err(Reason::Avro),
        };
        self.rest = rest;
        Ok(value)
    }

    /// `float`, be it no number.
    #[inline]
    pub(super) fn any_float(&mut self) -> Result<f32, Reason> {
        self.array().map(f32::from_le_bytes)
    }

    /// `double`, be it no number.
    #[inline]
    pub(super) fn any_double(&mut self) -> Result<f64, Reason> {
        self.array().map(f64::from_le_bytes)
    }

    /// `bytes`
    #[inline]
    pub fn bytes(&mut self) -> Result<&'m [u8], Reason> {
        self.whole(|reader| {
            let len = reader.length()?;
            reader.fixed(len)
        })
    }

    /// `string`, and `uuid` where it is one.
    ///
    /// # Errors
    /// Also [`Reason::Utf8`].
    #[inline]
    pub fn string(&mut self) -> Result<&'m str, Reason> {
        self.whole(|reader| std::str::from_utf8(reader.bytes()?).map_err(|_| Reason::Utf8))
    }

    /// `fixed` of `size` bytes.
    #[inline]
    pub fn fixed(&mut self, size: usize) -> Result<&'m [u8], Reason> {
        let (bytes, rest) = self.rest.split_at_checked(size).ok_or(Reason::Avro)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// The branch of a union of `count` types, from 0.
    #[inline]
    pub fn branch(&mut self, count: u32) -> Result<u32, Reason> {
        self.whole(|reader| {
            let branch = u32::try_from(reader.long()?).ok();
            branch.filter(|&branch| branch < count).ok_or(Reason::Avro)
        })
    }

    /// `enum`: one of its symbols.
    #[inline]
    pub fn symbol(&mut self, symbols: &'static [&'static str]) -> Result<&'static str, Reason> {
        self.whole(|reader| {
            let index = usize::try_from(reader.int()?).ok();
            let symbol = index.and_then(|index| symbols.get(index));
            symbol.copied().ok_or(Reason::Avro)
        })
    }

    /// Has a value read. Where there is none the reader stays in front of it, so that its position
    /// is that of what is bad.
    #[inline]
    pub(super) fn whole<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Reason>,
    ) -> Result<T, Reason> {
        let before = *self;
        let value = read(self);
        if value.is_err() {
            *self = before;
        }
        value
    }

    /// A value that takes `N` bytes.
    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Reason> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(Reason::Avro)?;
        self.rest = rest;
        Ok(*bytes)
    }

    /// A `long` that is the length of something: of no more than there is.
    #[inline]
    pub(super) fn length(&mut self) -> Result<usize, Reason> {
        let len = usize::try_from(self.long()?).map_err(|_| Reason::Avro)?;
        if len <= self.rest.len() {
            Ok(len)
        } else {
            Err(Reason::Avro)
        }
    }

    /// How many bytes were not yet read.
    #[inline]
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    /// A number in groups of seven bits, the lowest first. Most have one byte, and timestamps
    /// have six to eight: those are put together without a loop.
    #[inline]
    fn varint(&mut self) -> Result<u64, Reason> {
        match self.rest.split_first() {
            Some((&byte, rest)) if byte < 0x80 => {
                self.rest = rest;
                Ok(byte.into())
            }
            Some(_) => self.long_varint(),
            None => Err(Reason::Avro),
        }
    }

    #[inline]
    fn long_varint(&mut self) -> Result<u64, Reason> {
        if let Some(chunk) = self.rest.first_chunk() {
            let word = u64::from_le_bytes(*chunk);
            let ends = !word & MORE;
            if ends != 0 {
                // up to and with the first byte that has no other behind it
                let ours = ends ^ ends.wrapping_sub(1);
                self.rest = &self.rest[ours.count_ones() as usize / 8..];
                return Ok(packed(word & ours & !MORE));
            }
        }
        self.any_varint()
    }

    /// The same of any length.
    #[inline(never)]
    fn any_varint(&mut self) -> Result<u64, Reason> {
        let mut value = 0;
        for (index, &byte) in self.rest.iter().take(10).enumerate() {
            // the tenth byte has room for the highest bit alone
            if index == 9 && byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                self.rest = &self.rest[index + 1..];
                return Ok(value);
            }
        }
        Err(Reason::Avro)
    }
}

/// Numbers near zero are short whichever sign they have: 0, -1, 1, -2 … are written as 0, 1, 2,
/// 3 …
#[inline]
fn signed(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

/// The low seven bits of each byte, put together: first of two bytes, then of four, then of all.
#[inline]
fn packed(word: u64) -> u64 {
    let word = word & 0x007f_007f_007f_007f | (word & 0x7f00_7f00_7f00_7f00) >> 1;
    let word = word & 0x0000_3fff_0000_3fff | (word & 0x3fff_0000_3fff_0000) >> 2;
    word & 0x0fff_ffff | (word & 0x0fff_ffff_0000_0000) >> 4
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shortest form of a `long`.
    fn written(value: i64) -> Vec<u8> {
        let mut rest = (value << 1 ^ value >> 63).cast_unsigned();
        let mut bytes = Vec::new();
        while rest >= 0x80 {
            bytes.push(rest.to_le_bytes()[0] | 0x80);
            rest >>= 7;
        }
        bytes.push(rest.to_le_bytes()[0]);
        bytes
    }

    #[test]
    fn longs_of_every_length() {
        let arena = Bump::new();
        let edges = (0..64).flat_map(|bit| {
            let power = (1_u64 << bit).cast_signed();
            [power, power.wrapping_sub(1), power.wrapping_neg(), !power]
        });
        for value in edges.chain([0, i64::MIN, i64::MAX]) {
            let bytes = written(value);
            // with nothing behind it, and with enough for a whole word
            for behind in [0, 16] {
                let padded = [&bytes[..], &vec![0xff; behind]].concat();
                let mut reader = Reader::new(&padded, &arena);
                assert_eq!(reader.long(), Ok(value), "{bytes:x?}");
                assert_eq!(reader.position(), bytes.len());
                let mut reader = Reader::new(&padded, &arena);
                assert_eq!(reader.int().ok(), i32::try_from(value).ok());
            }
            for len in 0..bytes.len() {
                let mut reader = Reader::new(&bytes[..len], &arena);
                assert_eq!(reader.long(), Err(Reason::Avro));
                assert_eq!(reader.position(), 0);
            }
        }
    }

    #[test]
    fn longs_beyond_64_bits() {
        let arena = Bump::new();
        let long = |bytes: &[u8]| {
            let mut reader = Reader::new(bytes, &arena);
            reader.long().map(|value| (value, reader.position()))
        };
        // more bytes than it takes are allowed, up to ten
        assert_eq!(long(b"\x82\x80\0"), Ok((1, 3)));
        assert_eq!(long(b"\x82\x80\x80\x80\x80\x80\x80\x80\x80\0"), Ok((1, 10)));
        assert_eq!(
            long(&[[0xff; 9].as_slice(), &[1]].concat()),
            Ok((i64::MIN, 10))
        );
        assert_eq!(
            long(&[[0xff; 9].as_slice(), &[2]].concat()),
            Err(Reason::Avro)
        );
        let eleven = b"\x82\x80\x80\x80\x80\x80\x80\x80\x80\x80\0";
        assert_eq!(long(eleven), Err(Reason::Avro));
        assert_eq!(long(&[0x80; 32]), Err(Reason::Avro));
    }

    #[test]
    fn values_one_after_the_other() {
        const COLORS: &[&str] = &["red", "green"];
        let arena = Bump::new();
        let datum = b"\x02\x01\x06abc\x04\xff\0\x02\x02xyz";
        let mut reader = Reader::new(datum, &arena);
        assert_eq!(reader.int(), Ok(1));
        assert_eq!(reader.boolean(), Ok(true));
        assert_eq!(reader.string(), Ok("abc"));
        assert_eq!(reader.string(), Err(Reason::Utf8));
        assert_eq!(reader.bytes(), Ok(&b"\xff\0"[..]));
        assert_eq!(reader.branch(1), Err(Reason::Avro));
        assert_eq!(reader.branch(2), Ok(1));
        assert_eq!(reader.symbol(&COLORS[..1]), Err(Reason::Avro));
        assert_eq!(reader.symbol(COLORS), Ok("green"));
        assert_eq!(reader.boolean(), Err(Reason::Avro));
        assert_eq!(reader.fixed(4), Err(Reason::Avro));
        assert_eq!((reader.position(), reader.end()), (11, Err(Reason::Avro)));
        assert_eq!(reader.fixed(3), Ok(&b"xyz"[..]));
        assert_eq!((reader.at_end(), reader.end()), (true, Ok(())));
    }

    #[test]
    fn lengths_are_not_believed() {
        let arena = Bump::new();
        for len in [4, -1, 1 << 40, i64::MAX, i64::MIN] {
            let bytes = [&written(len)[..], b"abc"].concat();
            let mut reader = Reader::new(&bytes, &arena);
            assert_eq!(reader.bytes(), Err(Reason::Avro), "{len}");
            assert_eq!(reader.string(), Err(Reason::Avro), "{len}");
            assert_eq!(reader.skip_bytes_or_string(), Err(Reason::Avro), "{len}");
            assert_eq!(
                (reader.branch(3), reader.position()),
                (Err(Reason::Avro), 0)
            );
        }
    }
}
