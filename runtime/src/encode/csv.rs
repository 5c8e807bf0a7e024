//! Rows as CSV (RFC 4180): fields between commas, a line feed behind each row.
//!
//! NULL is an empty field, and an empty text is `""`, as PostgreSQL's COPY writes both. A field
//! stands in quotes where it holds a quote, a comma or a line break. Its text is that of JSON
//! lines, without their quotes: numbers and booleans as there, STRUCTs, arrays and JSON as JSON.

use super::{Encode, Rows, Segment, base64};
use crate::value::{
    Date, Decimal, Interval, Json, Time, Timestamp, TimestampNanos, TimestampText, Verbatim,
    interval, text,
};

/// A row being written.
#[derive(Debug)]
pub struct CsvWriter<'o> {
    rows: &'o mut Rows,
    is_first: bool,
}

impl<'o> CsvWriter<'o> {
    pub(super) fn new(rows: &'o mut Rows) -> Self {
        Self {
            rows,
            is_first: true,
        }
    }

    /// Appends a field.
    #[inline]
    pub fn field(&mut self, value: impl EncodeCsv) {
        if !self.is_first {
            self.rows.bytes.push(b',');
        }
        self.is_first = false;
        value.encode_csv(&mut self.rows.bytes);
    }

    /// Adds a value that [`super::segment`] allows for the path that the row goes to.
    #[inline]
    pub fn key(&mut self, value: impl Segment) {
        self.rows.add_key(value);
    }

    /// Ends the row with a line feed.
    #[inline]
    pub fn end(self) {
        self.rows.bytes.push(b'\n');
        self.rows.ends.push(self.rows.bytes.len());
    }
}

/// A value as a field.
pub trait EncodeCsv {
    /// Appends the value, in quotes where it needs them.
    fn encode_csv(self, out: &mut Vec<u8>);
}

/// NULL is nothing.
impl<T: EncodeCsv> EncodeCsv for Option<T> {
    #[inline]
    fn encode_csv(self, out: &mut Vec<u8>) {
        if let Some(value) = self {
            value.encode_csv(out);
        }
    }
}

/// What looks the same in JSON, and never needs quotes.
macro_rules! encode_plain {
    ($($plain:ty)*) => { $(
        impl EncodeCsv for $plain {
            #[inline]
            fn encode_csv(self, out: &mut Vec<u8>) {
                self.encode(out);
            }
        }
    )* };
}
encode_plain!(bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 Verbatim<'_>);

impl<const SCALE: u8> EncodeCsv for Decimal<SCALE> {
    fn encode_csv(self, out: &mut Vec<u8>) {
        self.encode(out);
    }
}

impl EncodeCsv for &str {
    fn encode_csv(self, out: &mut Vec<u8>) {
        field(self.as_bytes(), out);
    }
}

impl EncodeCsv for &[u8] {
    fn encode_csv(self, out: &mut Vec<u8>) {
        if self.is_empty() {
            out.extend_from_slice(b"\"\"");
        }
        base64::encode(self, out);
    }
}

macro_rules! encode_time {
    ($($time:ident: $text:path,)*) => { $(
        impl EncodeCsv for $time {
            fn encode_csv(self, out: &mut Vec<u8>) {
                out.extend_from_slice($text(self).as_bytes());
            }
        }
    )* };
}
encode_time!(
    Timestamp: text::timestamp,
    TimestampNanos: text::timestamp_nanos,
    Date: text::date,
    Time: text::time,
    Interval: interval::text,
);

impl EncodeCsv for TimestampText<'_> {
    fn encode_csv(self, out: &mut Vec<u8>) {
        match self {
            Self::Canonical(text) => out.extend_from_slice(text),
            Self::Micros(value) => value.encode_csv(out),
            Self::Nanos(value) => value.encode_csv(out),
        }
    }
}

impl EncodeCsv for Json<'_> {
    fn encode_csv(self, out: &mut Vec<u8>) {
        json(self, out);
    }
}

/// Appends a value as JSON text, in quotes where that needs them.
pub(crate) fn json(value: impl Encode, out: &mut Vec<u8>) {
    let start = out.len();
    value.encode(out);
    if needs_quotes(&out[start..]) {
        let text = out.split_off(start);
        quoted(&text, out);
    }
}

fn field(text: &[u8], out: &mut Vec<u8>) {
    if needs_quotes(text) {
        quoted(text, out);
    } else {
        out.extend_from_slice(text);
    }
}

/// Every byte is looked at, so that it can be done for many at once.
fn needs_quotes(text: &[u8]) -> bool {
    let special = |byte: &u8| matches!(byte, b'"' | b',' | b'\r' | b'\n');
    text.is_empty() || text.iter().fold(false, |found, byte| found | special(byte))
}

fn quoted(text: &[u8], out: &mut Vec<u8>) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    let mut rest = text;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=quote]);
        out.push(b'"');
        rest = &rest[quote + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// The fields of a row that [`CsvWriter`] wrote; None is NULL.
#[cfg(feature = "table")]
pub(crate) fn fields(row: &[u8]) -> impl Iterator<Item = Option<Vec<u8>>> {
    let mut rest = Some(row.strip_suffix(b"\n").unwrap_or(row));
    std::iter::from_fn(move || {
        let row = rest?;
        let (mut field, mut at, mut quoted) = (Vec::new(), 0, false);
        while let Some(&byte) = row.get(at).filter(|byte| quoted || **byte != b',') {
            at += 1;
            match byte {
                b'"' if quoted && row.get(at) == Some(&b'"') => {
                    field.push(byte);
                    at += 1;
                }
                b'"' => quoted = !quoted,
                byte => field.push(byte),
            }
        }
        rest = row.get(at + 1..).filter(|_| at < row.len());
        Some((at > 0).then_some(field))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<const N: usize>(texts: [Option<&str>; N]) -> String {
        let mut rows = Rows::default();
        let mut csv = rows.csv();
        for text in texts {
            csv.field(text);
        }
        csv.end();
        assert_eq!(rows.len(), 1);
        String::from_utf8(rows.bytes).expect("text")
    }

    #[test]
    fn a_field_stands_in_quotes_where_it_must() {
        assert_eq!(row([Some("a b"), Some("é;'\t")]), "a b,é;'\t\n");
        assert_eq!(row([Some("a,b"), Some("c")]), "\"a,b\",c\n");
        assert_eq!(
            row([Some("\""), Some("a\"b\"")]),
            "\"\"\"\",\"a\"\"b\"\"\"\n"
        );
        assert_eq!(row([Some("a\nb"), Some("\r")]), "\"a\nb\",\"\r\"\n");
    }

    #[test]
    fn null_is_nothing_and_an_empty_text_is_not() {
        assert_eq!(row([None, Some(""), None]), ",\"\",\n");
        assert_eq!(row([None]), "\n");
    }

    #[test]
    fn fields_are_read_as_they_were_written() {
        let row_of = |texts: &[Option<&str>]| {
            let mut rows = Rows::default();
            let mut csv = rows.csv();
            for &text in texts {
                csv.field(text);
            }
            csv.end();
            rows.bytes
        };
        for texts in [
            vec![None],
            vec![Some("")],
            vec![Some("a"), None, Some("")],
            vec![None, Some("\"\""), Some("a,\"b\"\n,"), None],
            vec![Some("\n"), Some(",")],
        ] {
            let row = row_of(&texts);
            let read: Vec<_> = fields(&row).collect();
            let expected = texts
                .iter()
                .map(|text| text.map(|text| text.as_bytes().to_vec()));
            assert_eq!(read, expected.collect::<Vec<_>>(), "{texts:?}");
        }
    }

    #[test]
    fn values_look_as_in_json_but_for_its_quotes() {
        let mut rows = Rows::default();
        let mut csv = rows.csv();
        csv.field(true);
        csv.field(-7i64);
        csv.field(40.0f64);
        csv.field(Verbatim(b"1.50"));
        csv.field(Decimal::<2>(1234));
        csv.field(Timestamp(1_500_000));
        csv.field(&b"\xff"[..]);
        csv.field(&b""[..]);
        csv.field(Json(b"{\"a\":\n[1,2]}"));
        csv.field(Json(b"17"));
        csv.end();
        let expected = "true,-7,40.0,1.50,12.34,1970-01-01T00:00:01.500Z,/w==,\"\",\
                        \"{\"\"a\"\": [1,2]}\",17\n";
        assert_eq!(String::from_utf8_lossy(&rows.bytes), expected);
    }
}
