//! A value of a column, and how it is written.

use super::{Kind, Text};

/// A value, as far as a rival has decoded it.
#[derive(Clone, Copy, Debug)]
pub enum Value<'v> {
    /// NULL: null, or missing.
    Null,
    /// A string's text, without its escapes.
    Text(&'v [u8]),
    /// A number of a FLOAT column.
    Float(f64),
    /// A number of an INT column.
    Int(i32),
    /// A string as it stands in the message, quotes included.
    RawText(&'v [u8]),
    /// A number as it stands in the message, and its value.
    RawNumber(&'v [u8], f64),
}

impl<'v> Value<'v> {
    /// The value of a text column.
    #[inline]
    pub fn text(text: Option<&'v Text<'_>>) -> Self {
        text.map_or(Value::Null, |text| Value::Text(&text.0))
    }

    /// The value of a number.
    #[inline]
    pub fn number(self) -> Option<f64> {
        match self {
            Value::Float(number) | Value::RawNumber(_, number) => Some(number),
            Value::Int(number) => Some(f64::from(number)),
            Value::Null | Value::Text(_) | Value::RawText(_) => None,
        }
    }

    /// Whether a column of this kind takes the value.
    pub fn is_of(self, kind: Kind) -> bool {
        match (self, kind) {
            (Value::Null, _)
            | (Value::Text(_) | Value::RawText(_), Kind::Text)
            | (Value::Float(_) | Value::RawNumber(..), Kind::Float)
            | (Value::Int(_), Kind::Int) => true,
            (Value::Text(text), Kind::Time) => is_rfc3339(text),
            (Value::RawText(text), Kind::Time) => is_rfc3339(&text[1..text.len() - 1]),
            (Value::RawNumber(text, _), Kind::Int) => {
                std::str::from_utf8(text).is_ok_and(|text| text.parse::<i32>().is_ok())
            }
            (Value::Text(_) | Value::RawText(_), Kind::Float | Kind::Int)
            | (Value::Float(_), Kind::Text | Kind::Time | Kind::Int)
            | (Value::Int(_), Kind::Text | Kind::Time | Kind::Float)
            | (Value::RawNumber(..), Kind::Text | Kind::Time) => false,
        }
    }

    /// Appends the value as JSON. A column of its kind takes it.
    pub fn write(self, kind: Kind, out: &mut Vec<u8>) {
        match self {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Text(text) if kind == Kind::Time => write_time(text, out),
            Value::RawText(text) if kind == Kind::Time => {
                write_time(&text[1..text.len() - 1], out);
            }
            Value::Text(text) => write_text(text, out),
            Value::Float(number) => {
                out.extend_from_slice(zmij::Buffer::new().format(number).as_bytes());
            }
            Value::Int(number) => {
                out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
            }
            Value::RawText(text) | Value::RawNumber(text, _) => out.extend_from_slice(text),
        }
    }
}

impl From<Option<f64>> for Value<'_> {
    #[inline]
    fn from(number: Option<f64>) -> Self {
        number.map_or(Value::Null, Value::Float)
    }
}

impl From<Option<i32>> for Value<'_> {
    #[inline]
    fn from(number: Option<i32>) -> Self {
        number.map_or(Value::Null, Value::Int)
    }
}

fn write_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    let is_plain = |byte: &u8| *byte >= 0x20 && !matches!(byte, b'"' | b'\\');
    if text.iter().all(is_plain) {
        out.extend_from_slice(text);
    } else {
        for &byte in text {
            match byte {
                b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
                0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
                _ => out.push(byte),
            }
        }
    }
    out.push(b'"');
}

/// A time without a fraction of zeros: the only form of those in messages that is not canonical.
fn write_time(text: &[u8], out: &mut Vec<u8>) {
    let (kept, zone) = match text.strip_suffix(b".000Z") {
        Some(kept) => (kept, "Z\""),
        None => (text, "\""),
    };
    out.push(b'"');
    out.extend_from_slice(kept);
    out.extend_from_slice(zone.as_bytes());
}

/// Whether the text has the form `2026-11-22T10:15:00.123Z`, the fraction being optional.
fn is_rfc3339(text: &[u8]) -> bool {
    const FORM: &[u8; 19] = b"0000-00-00T00:00:00";
    let Some((date_time, rest)) = text.split_at_checked(FORM.len()) else {
        return false;
    };
    let fits = date_time.iter().zip(FORM).all(|(byte, form)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == form,
    });
    let fraction = rest.strip_suffix(b"Z").unwrap_or(b"?");
    let digits = fraction.strip_prefix(b".").unwrap_or(fraction);
    fits && digits.iter().all(u8::is_ascii_digit)
}
