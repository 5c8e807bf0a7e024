//! Rows and their values for serde.
//!
//! Dates, times and intervals are text, and so is a DECIMAL, which keeps all its digits that way.
//! Bytes are Base64 text in formats for people, and bytes in others. JSON is what it says: objects,
//! arrays, strings, numbers; an integer beyond 64 bits is a DOUBLE.

use super::Base64;
use crate::decode::json::{self, Cell, Kind, Walk};
use crate::encode::Encode;
use crate::value::{
    Date, Decimal, Interval, Json, JsonOwned, Time, Timestamp, TimestampNanos, number,
};
use serde::ser::{Error as _, Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

/// What the structs of rows name.
#[doc(hidden)]
pub use serde::ser::SerializeStruct;
#[doc(hidden)]
pub use serde::{Serialize as SerializeRow, Serializer as RowSerializer};

/// Implements `Serialize` for a row.
#[doc(hidden)]
#[macro_export]
macro_rules! serialize_row {
    ($this:ident, $title:literal, $row:ty { $($column:literal => $value:expr),* }) => {
        impl $crate::embedded::SerializeRow for $row {
            fn serialize<S: $crate::embedded::RowSerializer>(
                &$this,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                let columns: &[&'static str] = &[$($column),*];
                #[allow(unused_mut, reason = "a row may have no columns")]
                let mut row = serializer.serialize_struct($title, columns.len())?;
                $($crate::embedded::SerializeStruct::serialize_field(
                    &mut row,
                    $column,
                    &$value,
                )?;)*
                $crate::embedded::SerializeStruct::end(row)
            }
        }
    };
    ($this:ident, $row:ty) => {
        impl $crate::embedded::SerializeRow for $row {
            fn serialize<S: $crate::embedded::RowSerializer>(
                &$this,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $this.with_row(|row| $crate::embedded::SerializeRow::serialize(&row, serializer))
            }
        }
    };
}

macro_rules! serialize_text {
    ($($value:ty)*) => { $(
        impl Serialize for $value {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )* };
}
serialize_text!(Timestamp TimestampNanos Date Time Interval);

impl<const SCALE: u8> Serialize for Decimal<SCALE> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Base64<&[u8]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_bytes(self.0);
        }
        let mut quoted = Vec::new();
        self.0.encode(&mut quoted);
        let text = &quoted[1..quoted.len() - 1];
        serializer.serialize_str(std::str::from_utf8(text).map_err(S::Error::custom)?)
    }
}

impl<T: Copy> Serialize for Base64<Option<T>>
where
    Base64<T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(bytes) => serializer.serialize_some(&Base64(bytes)),
            None => serializer.serialize_none(),
        }
    }
}

impl<T: Copy> Serialize for Base64<&[Option<T>]>
where
    Base64<Option<T>>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|element| Base64(*element)))
    }
}

impl Serialize for JsonOwned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_borrowed().serialize(serializer)
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = std::str::from_utf8(self.0).map_err(S::Error::custom)?;
        if !json::is_valid(text) {
            return Err(S::Error::custom("a value that is no JSON"));
        }
        let cell = Walk::whole(self.0);
        Part { text: self.0, cell }.serialize(serializer)
    }
}

/// A value within valid JSON.
struct Part<'m> {
    text: &'m [u8],
    cell: Cell,
}

impl Part<'_> {
    fn number<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits = self.cell.inner(self.text);
        let is_integer = digits.iter().all(|byte| matches!(byte, b'-' | b'0'..=b'9'));
        if is_integer && let Some(value) = number::integer::<i64>(digits) {
            return serializer.serialize_i64(value);
        }
        if is_integer && let Some(value) = number::integer::<u64>(digits) {
            return serializer.serialize_u64(value);
        }
        serializer.serialize_f64(number::float64(digits))
    }
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { text, cell } = *self;
        match cell.kind {
            Kind::Missing | Kind::Null | Kind::Blocked => serializer.serialize_unit(),
            Kind::False => serializer.serialize_bool(false),
            Kind::True => serializer.serialize_bool(true),
            Kind::Number => self.number(serializer),
            Kind::String | Kind::EscapedString => {
                serializer.serialize_str(&json::string(cell, text))
            }
            Kind::Object => {
                let mut map = serializer.serialize_map(None)?;
                let mut walk = Walk::new(text, cell);
                while let Some((key, cell)) = walk.next_member() {
                    map.serialize_entry(&key.text(), &Part { text, cell })?;
                }
                map.end()
            }
            Kind::Array => {
                let mut array = serializer.serialize_seq(None)?;
                let mut walk = Walk::new(text, cell);
                while let Some(cell) = walk.next_element() {
                    array.serialize_element(&Part { text, cell })?;
                }
                array.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &impl Serialize, want: &str) {
        let got = serde_json::to_string(value).expect("it is JSON");
        assert_eq!(got, want);
    }

    #[test]
    fn values_are_what_rows_have() {
        check(&Timestamp(0), "\"1970-01-01T00:00:00Z\"");
        check(&Decimal::<2>(150), "\"1.50\"");
        check(&Base64(&b"abc"[..]), "\"YWJj\"");
        check(&Base64(None::<&[u8]>), "null");
        let several = [Some(&b"abc"[..]), None];
        check(&Base64(&several[..]), "[\"YWJj\",null]");
    }

    #[test]
    fn json_is_what_it_says() {
        let text = br#" {"a" : [1, -2.5, 18446744073709551615, 1e2, true, null], "\u00e4": "\n"} "#;
        let want = r#"{"a":[1,-2.5,18446744073709551615,100.0,true,null],"ä":"\n"}"#;
        check(&Json(text), want);
        check(&Json(text).into_owned(), want);
        check(&Json(b"\"x\""), "\"x\"");
        assert!(serde_json::to_string(&Json(b"{")).is_err());
    }
}
