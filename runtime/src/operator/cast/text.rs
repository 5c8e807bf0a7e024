//! Casts to TEXT and between TEXT, BYTEA and JSON.
//!
//! The text forms are PostgreSQL's, but for TIMESTAMP, which is RFC 3339 in UTC as in the output.

use crate::decode::json;
use crate::error::Reason;
use crate::value::{Date, Decimal, Interval, Json, Time, Timestamp, TimestampNanos};
use crate::value::{interval, text};
use bumpalo::Bump;

/// What has a text form.
pub trait ToText<'m> {
    /// The text, in `arena` where it is not there already.
    fn to_text(self, arena: &'m Bump) -> &'m str;
}

/// `CAST(value AS TEXT)`
pub fn cast_text<'m>(value: impl ToText<'m>, arena: &'m Bump) -> &'m str {
    value.to_text(arena)
}

impl<'m> ToText<'m> for &'m str {
    fn to_text(self, _arena: &'m Bump) -> &'m str {
        self
    }
}

impl<'m> ToText<'m> for bool {
    fn to_text(self, _arena: &'m Bump) -> &'m str {
        if self { "true" } else { "false" }
    }
}

macro_rules! integer_text {
    ($($integer:ty)*) => { $(
        impl<'m> ToText<'m> for $integer {
            fn to_text(self, arena: &'m Bump) -> &'m str {
                arena.alloc_str(itoa::Buffer::new().format(self))
            }
        }

        impl<'m> ToJson<'m> for $integer {
            type Output = Json<'m>;

            fn to_json(self, arena: &'m Bump) -> Json<'m> {
                Json(self.to_text(arena).as_bytes())
            }
        }
    )* };
}
integer_text!(i8 i16 i32 i64 u8 u16 u32 u64);

macro_rules! printed_text {
    ($($value:ty: $print:path,)*) => { $(
        impl<'m> ToText<'m> for $value {
            fn to_text(self, arena: &'m Bump) -> &'m str {
                arena.alloc_str($print(self).as_str())
            }
        }
    )* };
}
printed_text!(
    f32: text::float32,
    f64: text::float64,
    Timestamp: text::timestamp,
    TimestampNanos: text::timestamp_nanos,
    Date: text::date,
    Time: text::time,
    Interval: interval::text,
);

impl<'m, const SCALE: u8> ToText<'m> for Decimal<SCALE> {
    fn to_text(self, arena: &'m Bump) -> &'m str {
        arena.alloc_str(text::decimal(self.0, SCALE).as_str())
    }
}

impl<'m> ToText<'m> for Json<'m> {
    fn to_text(self, _arena: &'m Bump) -> &'m str {
        std::str::from_utf8(self.0).expect("JSON values are UTF-8")
    }
}

/// `\x` and two hexadecimal digits a byte.
impl<'m> ToText<'m> for &[u8] {
    fn to_text(self, arena: &'m Bump) -> &'m str {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let out = arena.alloc_slice_fill_copy(2 + 2 * self.len(), b'\\');
        out[1] = b'x';
        for (pair, byte) in out[2..].as_chunks_mut::<2>().0.iter_mut().zip(self) {
            *pair = [byte >> 4, byte & 15].map(|half| HEX[usize::from(half)]);
        }
        std::str::from_utf8(out).expect("hexadecimal is ASCII")
    }
}

/// What can become a BYTEA.
pub trait ToBytes<'m> {
    /// The bytes, in `arena`.
    fn to_bytes(self, arena: &'m Bump) -> Result<&'m [u8], Reason>;
}

/// `CAST(value AS BYTEA)`
pub fn cast_bytes<'m>(value: impl ToBytes<'m>, arena: &'m Bump) -> Result<&'m [u8], Reason> {
    value.to_bytes(arena)
}

/// PostgreSQL's two forms: `\x` and hexadecimal digits, in pairs that white space may part; or
/// the bytes themselves with `\\` for a backslash and `\ooo` for the byte of that octal number.
impl<'m> ToBytes<'m> for &str {
    fn to_bytes(self, arena: &'m Bump) -> Result<&'m [u8], Reason> {
        let out = arena.alloc_slice_fill_copy(self.len(), 0);
        let len = match self.strip_prefix("\\x") {
            Some(digits) => hexadecimal(digits.as_bytes(), out),
            None => escaped(self.as_bytes(), out),
        };
        len.map(|len| &out[..len]).ok_or(Reason::Cast)
    }
}

fn hexadecimal(mut digits: &[u8], out: &mut [u8]) -> Option<usize> {
    let mut len = 0;
    loop {
        digits = match *digits {
            [] => return Some(len),
            [b' ' | b'\t' | b'\n' | b'\r', ref rest @ ..] => rest,
            [high, low, ref rest @ ..] => {
                let value = |digit: u8| char::from(digit).to_digit(16);
                out[len] = u8::try_from(value(high)? << 4 | value(low)?).ok()?;
                len += 1;
                rest
            }
            [_] => return None,
        };
    }
}

fn escaped(mut text: &[u8], out: &mut [u8]) -> Option<usize> {
    let mut len = 0;
    while let [first, rest @ ..] = text {
        (out[len], text) = match (first, rest) {
            (b'\\', [b'\\', rest @ ..]) => (b'\\', rest),
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', rest @ ..]) => {
                ((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'), rest)
            }
            (b'\\', _) => return None,
            (&byte, rest) => (byte, rest),
        };
        len += 1;
    }
    Some(len)
}

/// What can become a JSON value.
pub trait ToJson<'m> {
    /// [`Json`], or a `Result` of it where the cast can fail.
    type Output;

    /// The JSON value, in `arena` where it is not there already.
    fn to_json(self, arena: &'m Bump) -> Self::Output;
}

/// `CAST(value AS JSON)`
pub fn cast_json<'m, From: ToJson<'m>>(value: From, arena: &'m Bump) -> From::Output {
    value.to_json(arena)
}

impl<'m> ToJson<'m> for bool {
    type Output = Json<'m>;

    fn to_json(self, arena: &'m Bump) -> Json<'m> {
        Json(self.to_text(arena).as_bytes())
    }
}

macro_rules! float_json {
    ($($float:ty)*) => { $(
        impl<'m> ToJson<'m> for $float {
            type Output = Json<'m>;

            fn to_json(self, arena: &'m Bump) -> Json<'m> {
                Json(self.to_text(arena).as_bytes())
            }
        }
    )* };
}
float_json!(f32 f64);

impl<'m, const SCALE: u8> ToJson<'m> for Decimal<SCALE> {
    type Output = Json<'m>;

    fn to_json(self, arena: &'m Bump) -> Json<'m> {
        Json(self.to_text(arena).as_bytes())
    }
}

/// The text of a JSON value, which must be valid, without the white space around it.
impl<'m> ToJson<'m> for &'m str {
    type Output = Result<Json<'m>, Reason>;

    fn to_json(self, _arena: &'m Bump) -> Self::Output {
        let text = self.trim_matches([' ', '\t', '\n', '\r']);
        if json::is_valid(text) {
            Ok(Json(text.as_bytes()))
        } else {
            Err(Reason::Cast)
        }
    }
}
