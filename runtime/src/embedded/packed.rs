//! Rows on their way to the thread that takes them: the values of a row one after another, in
//! memory that many rows share. Nobody else reads this, so the form is whatever is simple.

use crate::value::{Date, Decimal, Interval, Json, Time, Timestamp, TimestampNanos};
use bumpalo::Bump;

/// A value that can be packed, and unpacked again where it was.
pub trait Pack<'a>: Sized {
    /// Appends it.
    fn pack(&self, out: &mut Vec<u8>);

    /// Takes it from where [`Pack::pack`] has left it.
    fn unpack(from: &mut Unpacker<'a>) -> Self;
}

/// What is left of a packed row.
#[derive(Clone, Copy, Debug)]
pub struct Unpacker<'a> {
    bytes: &'a [u8],
    /// Memory for values that are many.
    arena: &'a Bump,
}

impl<'a> Unpacker<'a> {
    /// A packed row, and memory that lives as long.
    pub fn new(bytes: &'a [u8], arena: &'a Bump) -> Self {
        Self { bytes, arena }
    }

    /// The next value.
    pub fn take<T: Pack<'a>>(&mut self) -> T {
        T::unpack(self)
    }

    fn next(&mut self, count: usize) -> &'a [u8] {
        let (next, rest) = self.bytes.split_at(count);
        self.bytes = rest;
        next
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        let next = self.next(N).try_into();
        next.expect("as many bytes as were asked for")
    }

    fn len(&mut self) -> usize {
        let len = u32::from_le_bytes(self.array());
        usize::try_from(len).expect("it was a length before")
    }
}

/// Lengths of a row fit: it is made of one message, which has less than 4 GiB.
fn pack_len(len: usize, out: &mut Vec<u8>) {
    let len = u32::try_from(len).expect("a part of a message is short");
    out.extend_from_slice(&len.to_le_bytes());
}

macro_rules! pack_number {
    ($($number:ty)*) => { $(
        impl Pack<'_> for $number {
            fn pack(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn unpack(from: &mut Unpacker<'_>) -> Self {
                Self::from_le_bytes(from.array())
            }
        }
    )* };
}
pack_number!(i8 i16 i32 i64 i128 u8 u16 u32 u64 f32 f64);

macro_rules! pack_wrapped {
    ($($value:ident)*) => { $(
        impl Pack<'_> for $value {
            fn pack(&self, out: &mut Vec<u8>) {
                self.0.pack(out);
            }

            fn unpack(from: &mut Unpacker<'_>) -> Self {
                Self(from.take())
            }
        }
    )* };
}
pack_wrapped!(Timestamp TimestampNanos Date Time);

impl<const SCALE: u8> Pack<'_> for Decimal<SCALE> {
    fn pack(&self, out: &mut Vec<u8>) {
        self.0.pack(out);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Self {
        Self(from.take())
    }
}

impl Pack<'_> for bool {
    fn pack(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn unpack(from: &mut Unpacker<'_>) -> Self {
        from.array() == [1]
    }
}

impl Pack<'_> for Interval {
    fn pack(&self, out: &mut Vec<u8>) {
        self.months.pack(out);
        self.days.pack(out);
        self.micros.pack(out);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Self {
        Self {
            months: from.take(),
            days: from.take(),
            micros: from.take(),
        }
    }
}

impl<'a> Pack<'a> for &'a [u8] {
    fn pack(&self, out: &mut Vec<u8>) {
        pack_len(self.len(), out);
        out.extend_from_slice(self);
    }

    fn unpack(from: &mut Unpacker<'a>) -> Self {
        let len = from.len();
        from.next(len)
    }
}

impl<'a> Pack<'a> for &'a str {
    fn pack(&self, out: &mut Vec<u8>) {
        self.as_bytes().pack(out);
    }

    fn unpack(from: &mut Unpacker<'a>) -> Self {
        let text = std::str::from_utf8(from.take());
        text.expect("it was text before")
    }
}

impl<'a> Pack<'a> for Json<'a> {
    fn pack(&self, out: &mut Vec<u8>) {
        self.0.pack(out);
    }

    fn unpack(from: &mut Unpacker<'a>) -> Self {
        Self(from.take())
    }
}

impl<'a, T: Pack<'a>> Pack<'a> for Option<T> {
    fn pack(&self, out: &mut Vec<u8>) {
        self.is_some().pack(out);
        if let Some(value) = self {
            value.pack(out);
        }
    }

    fn unpack(from: &mut Unpacker<'a>) -> Self {
        let is_some: bool = from.take();
        is_some.then(|| from.take())
    }
}

impl<'a, T: Pack<'a> + Copy> Pack<'a> for &'a [Option<T>] {
    fn pack(&self, out: &mut Vec<u8>) {
        pack_len(self.len(), out);
        self.iter().for_each(|element| element.pack(out));
    }

    fn unpack(from: &mut Unpacker<'a>) -> Self {
        let (len, arena) = (from.len(), from.arena);
        arena.alloc_slice_fill_with(len, |_| from.take())
    }
}

/// Implements [`Pack`] for the struct of a row, where the crate has the feature `mqtt`.
#[doc(hidden)]
#[macro_export]
macro_rules! pack_row {
    ($row:ty { $($field:ident),* }) => {
        impl<'a> $crate::embedded::Pack<'a> for $row {
            #[allow(unused_variables, reason = "a row may have no columns")]
            fn pack(&self, out: &mut ::std::vec::Vec<u8>) {
                $($crate::embedded::Pack::pack(&self.$field, out);)*
            }

            #[allow(unused_variables, reason = "a row may have no columns")]
            fn unpack(from: &mut $crate::embedded::Unpacker<'a>) -> Self {
                Self { $($field: from.take()),* }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Mixed<'a> {
        text: &'a str,
        missing: Option<&'a [u8]>,
        json: Option<Json<'a>>,
        number: f64,
        amount: Decimal<2>,
        span: Interval,
        flag: bool,
        list: &'a [Option<&'a str>],
    }
    crate::pack_row!(Mixed<'a> { text, missing, json, number, amount, span, flag, list });

    #[test]
    fn rows_come_out_as_they_went_in() {
        let row = Mixed {
            text: "größe",
            missing: None,
            json: Some(Json(b"[1, 2]")),
            number: -0.1,
            amount: Decimal(i128::MIN),
            span: Interval {
                months: -1,
                days: 2,
                micros: i64::MAX,
            },
            flag: true,
            list: &[Some("a"), None, Some("")],
        };
        let (mut bytes, arena) = (Vec::new(), Bump::new());
        row.pack(&mut bytes);
        let mut from = Unpacker::new(&bytes, &arena);
        assert_eq!(from.take::<Mixed<'_>>(), row);
        assert!(from.bytes.is_empty(), "and nothing is left");
    }
}
