//! What programs ask of values, beyond what queries do: their parts, and their text.

use super::calendar::Civil;
use super::time::DAY_MICROS;
use super::{
    Date, Decimal, Interval, Json, Time, Timestamp, TimestampNanos, interval, number, text,
};
use std::fmt;

impl Timestamp {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }
}

impl TimestampNanos {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub const fn nanos(self) -> i64 {
        self.0
    }
}

impl Date {
    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// Year, month from 1 to 12, and day of the month from 1.
    pub fn year_month_day(self) -> (i64, u32, u32) {
        let Civil { year, month, day } = Civil::from_days(self.0.into());
        (year, month, day)
    }
}

impl Time {
    /// Microseconds since midnight.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Hours, minutes, seconds and microseconds.
    pub fn parts(self) -> (u32, u32, u32, u32) {
        let micros = self.0.rem_euclid(DAY_MICROS);
        let part = |unit: i64, count: i64| {
            u32::try_from(micros / unit % count).expect("a part of a day is small")
        };
        let (hours, minutes) = (part(3_600_000_000, 24), part(60_000_000, 60));
        (hours, minutes, part(1_000_000, 60), part(1, 1_000_000))
    }
}

impl<const SCALE: u8> Decimal<SCALE> {
    /// The value times ten to the scale.
    pub const fn unscaled(self) -> i128 {
        self.0
    }

    /// How many digits stand behind the point.
    pub const fn scale(self) -> u8 {
        SCALE
    }

    /// The nearest DOUBLE.
    pub fn to_f64(self) -> f64 {
        number::float64(text::decimal(self.0, SCALE).as_bytes())
    }
}

impl<'m> Json<'m> {
    /// The JSON text.
    ///
    /// # Panics
    /// Where somebody made it of bytes that are no UTF-8. Those of messages are.
    pub fn as_str(self) -> &'m str {
        std::str::from_utf8(self.0).expect("JSON is UTF-8")
    }

    /// The same text, which no message lends.
    ///
    /// # Panics
    /// As [`Json::as_str`].
    pub fn into_owned(self) -> JsonOwned {
        JsonOwned(self.as_str().into())
    }
}

/// JSON: the text of a valid JSON value, as the sender wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonOwned(Box<str>);

impl JsonOwned {
    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same text, lent.
    pub fn as_borrowed(&self) -> Json<'_> {
        Json(self.0.as_bytes())
    }
}

impl From<Json<'_>> for JsonOwned {
    fn from(json: Json<'_>) -> Self {
        json.into_owned()
    }
}

macro_rules! display {
    ($($(#[$doc:meta])* $value:ty: $text:path,)*) => { $(
        $(#[$doc])*
        impl fmt::Display for $value {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad($text(*self).as_str())
            }
        }
    )* };
}
display!(
    /// RFC 3339 with `Z` and the fewest of 0, 3 or 6 fraction digits that are exact.
    Timestamp: text::timestamp,
    /// RFC 3339 with `Z` and the fewest of 0, 3, 6 or 9 fraction digits that are exact.
    TimestampNanos: text::timestamp_nanos,
    /// `YYYY-MM-DD`.
    Date: text::date,
    /// `HH:MM:SS`, with as many fraction digits as it takes.
    Time: text::time,
    /// PostgreSQL's text, `1 day 02:03:04.5`.
    Interval: interval::text,
);

/// With all digits of its scale.
impl<const SCALE: u8> fmt::Display for Decimal<SCALE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(text::decimal(self.0, SCALE).as_str())
    }
}

impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for JsonOwned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_print_as_rows_have_them() {
        let cases = [
            (Timestamp(1_500_000).to_string(), "1970-01-01T00:00:01.500Z"),
            (
                TimestampNanos(1).to_string(),
                "1970-01-01T00:00:00.000000001Z",
            ),
            (Date(59).to_string(), "1970-03-01"),
            (Time(3_723_000_000).to_string(), "01:02:03"),
            (
                Interval::new(1, 2, 3_000_000).to_string(),
                "1 mon 2 days 00:00:03",
            ),
            (Decimal::<2>(-150).to_string(), "-1.50"),
            (Json(b"[1]").to_string(), "[1]"),
            (format!("{:>12}|", Date(0)), "  1970-01-01|"),
        ];
        for (got, want) in cases {
            assert_eq!(got, want);
        }
    }

    #[test]
    fn values_have_parts() {
        assert_eq!(Date(59).year_month_day(), (1970, 3, 1));
        assert_eq!(Time(86_399_999_999).parts(), (23, 59, 59, 999_999));
        assert!((Decimal::<2>(-150).to_f64() + 1.5).abs() < 1e-9);
        let owned = Json(b"{}").into_owned();
        assert_eq!((owned.as_str(), owned.as_borrowed()), ("{}", Json(b"{}")));
    }
}
