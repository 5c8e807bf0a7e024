//! Timestamps in every format, dates and times of day.

use crate::{V, read, shown};
use laminar_runtime::error::Reason;
use laminar_runtime::row::Required;
use laminar_runtime::value::{Date, Time, TimeFormat, Timestamp, TimestampNanos};

const SECOND: i64 = 1_000_000;

#[test]
fn rfc3339() {
    use Reason::{NumberAsTime, OutOfRange, Time as Bad, WrongKind};
    for (value, expected) in [
        (r#""1970-01-01T00:00:00Z""#, Ok(0)),
        (r#""1970-01-01t00:00:01z""#, Ok(SECOND)),
        (r#""1970-01-01 00:00:00""#, Ok(0)),
        (r#""1970-01-01T02:00:00+02:00""#, Ok(0)),
        (r#""1970-01-01T02:00:00+0200""#, Ok(0)),
        (r#""1969-12-31T23:30:00-00:30""#, Ok(0)),
        (r#""1970-01-01T00:00:00.5Z""#, Ok(500_000)),
        (r#""1970-01-01T00:00:00.000001Z""#, Ok(1)),
        (r#""1970-01-01T00:00:00.0000014Z""#, Ok(1)),
        (r#""1970-01-01T00:00:00.0000015Z""#, Ok(2)),
        (r#""1969-12-31T23:59:59.9999995Z""#, Ok(0)),
        (r#""1969-12-31T23:59:59.999999499Z""#, Ok(-1)),
        (r#""2016-12-31T23:59:60Z""#, Ok(1_483_228_800 * SECOND)),
        (r#""0001-01-01T00:00:00Z""#, Ok(-62_135_596_800 * SECOND)),
        (
            r#""9999-12-31T23:59:59.999999Z""#,
            Ok(253_402_300_800 * SECOND - 1),
        ),
        (r#""9999-12-31T23:59:59.9999995Z""#, Err(OutOfRange)),
        (r#""0001-01-01T00:00:00+00:01""#, Err(OutOfRange)),
        (r#""9999-12-31T23:59:60Z""#, Err(OutOfRange)),
        (r#""2024-02-29T12:00:00Z""#, Ok(1_709_208_000 * SECOND)),
        (
            r#""2026-\u0030\u0031-02T00:00:00Z""#,
            Ok(1_767_312_000 * SECOND),
        ),
        (r#""2023-02-29T12:00:00Z""#, Err(Bad)),
        (r#""0000-01-01T00:00:00Z""#, Err(Bad)),
        (r#""2024-13-01T00:00:00Z""#, Err(Bad)),
        (r#""2024-01-01T24:00:00Z""#, Err(Bad)),
        (r#""2024-01-01T00:60:00Z""#, Err(Bad)),
        (r#""2024-01-01T00:00:61Z""#, Err(Bad)),
        (r#""2024-01-01T00:00:00.Z""#, Err(Bad)),
        (r#""2024-01-01T00:00:00.1234567890Z""#, Err(Bad)),
        (r#""2024-01-01T00:00:00+24:00""#, Err(Bad)),
        (r#""2024-01-01T00:00:00+02:60""#, Err(Bad)),
        (r#""2024-01-01T00:00:00+02""#, Err(Bad)),
        (r#""2024-01-01T00:00:00 Z""#, Err(Bad)),
        (r#""2024-01-01T00:00:00Zx""#, Err(Bad)),
        (r#""2024-01-01T00:00Z""#, Err(Bad)),
        (r#""2024-01-01_00:00:00Z""#, Err(Bad)),
        (r#""2024-01-01""#, Err(Bad)),
        (r#"" 2024-01-01T00:00:00Z""#, Err(Bad)),
        (r#""20२4-01-01T00:00:00""#, Err(Bad)),
        (r#""""#, Err(Bad)),
        ("1709208000", Err(NumberAsTime)),
        ("1.5", Err(NumberAsTime)),
        ("true", Err(WrongKind)),
    ] {
        let found = read(value, |row| {
            row.timestamp(V, TimeFormat::Rfc3339, 6).required()
        });
        assert_eq!(found, expected.map(Timestamp), "{value}");
    }
}

/// Every liberty that the dialect takes, with every other.
#[test]
fn rfc3339_and_beyond() {
    for separator in ["T", "t", " "] {
        for (fraction, nanos) in [
            ("", 0),
            (".5", 500_000_000),
            (".250", 250_000_000),
            (".000001", 1_000),
            (".12345678", 123_456_780),
            (".123456789", 123_456_789),
        ] {
            for (offset, seconds) in [
                ("", 0),
                ("Z", 0),
                ("z", 0),
                ("+00:00", 0),
                ("-00:00", 0),
                ("+0000", 0),
                ("+02:00", -7_200),
                ("+0200", -7_200),
                ("-09:30", 34_200),
                ("-0930", 34_200),
                ("+23:59", -86_340),
            ] {
                let value = format!("\"1970-01-01{separator}00:00:00{fraction}{offset}\"");
                let found = read(&value, |row| {
                    row.timestamp_nanos(V, TimeFormat::Rfc3339).required()
                });
                let expected = TimestampNanos(seconds * 1_000_000_000 + nanos);
                assert_eq!(found, Ok(expected), "{value}");
            }
        }
    }
}

#[test]
fn a_number_as_text_names_the_formats_of_numbers() {
    for value in ["0", "1709208000", "1709208000.5", "-1e3", "20240229"] {
        for format in [TimeFormat::Rfc3339, TimeFormat::Pattern(&[])] {
            let reason = read(value, |row| row.timestamp(V, format, 6));
            assert_eq!(reason, Err(Reason::NumberAsTime), "{value}");
            let reason = read(value, |row| row.timestamp_nanos(V, format));
            assert_eq!(reason, Err(Reason::NumberAsTime), "{value}");
        }
    }
    let text = Reason::NumberAsTime.to_string();
    for format in ["unix_s", "unix_ms", "unix_us", "unix_ns"] {
        assert!(text.contains(&format!("'{format}'")), "{text}");
    }
}

#[test]
fn timestamps_are_rounded_to_their_digits() {
    for (value, digits, expected) in [
        ("1970-01-01T00:00:00.4999999Z", 0, 0),
        ("1970-01-01T00:00:00.5Z", 0, SECOND),
        ("1969-12-31T23:59:58.5Z", 0, -SECOND),
        ("1970-01-01T00:00:00.0014Z", 3, 1_000),
        ("1970-01-01T00:00:00.0015Z", 3, 2_000),
        ("1970-01-01T00:00:59.9996Z", 3, 60 * SECOND),
    ] {
        let found = read(&format!("\"{value}\""), |row| {
            row.timestamp(V, TimeFormat::Rfc3339, digits).required()
        });
        assert_eq!(found, Ok(Timestamp(expected)), "{value}");
    }
}

#[test]
fn nanoseconds() {
    for (value, format, expected) in [
        (
            "\"1970-01-01T00:00:00.123456789Z\"",
            TimeFormat::Rfc3339,
            Ok(123_456_789),
        ),
        (
            "\"1677-09-21T00:12:43.145224192Z\"",
            TimeFormat::Rfc3339,
            Ok(i64::MIN),
        ),
        (
            "\"2262-04-11T23:47:16.854775807Z\"",
            TimeFormat::Rfc3339,
            Ok(i64::MAX),
        ),
        (
            "\"2262-04-11T23:47:16.854775808Z\"",
            TimeFormat::Rfc3339,
            Err(Reason::OutOfRange),
        ),
        ("1.0000000005", TimeFormat::UnixSeconds, Ok(1_000_000_001)),
        ("-1.0000000005", TimeFormat::UnixSeconds, Ok(-1_000_000_000)),
        (
            "-1.00000000051",
            TimeFormat::UnixSeconds,
            Ok(-1_000_000_001),
        ),
        (
            "9223372036854775807",
            TimeFormat::UnixNanoseconds,
            Ok(i64::MAX),
        ),
        (
            "9223372036854775808",
            TimeFormat::UnixNanoseconds,
            Err(Reason::OutOfRange),
        ),
    ] {
        let found = read(value, |row| row.timestamp_nanos(V, format).required());
        assert_eq!(found, expected.map(TimestampNanos), "{value}");
    }
}

#[test]
fn unix_times() {
    use Reason::{OutOfRange, Time as Bad, WrongKind};
    use TimeFormat::{UnixMicroseconds, UnixMilliseconds, UnixNanoseconds, UnixSeconds};
    for (value, format, expected) in [
        ("0", UnixSeconds, Ok(0)),
        ("1709208000", UnixSeconds, Ok(1_709_208_000 * SECOND)),
        ("1709208000.123456", UnixSeconds, Ok(1_709_208_000_123_456)),
        ("1709208000.1234565", UnixSeconds, Ok(1_709_208_000_123_457)),
        ("1.709208e9", UnixSeconds, Ok(1_709_208_000 * SECOND)),
        ("-1", UnixSeconds, Ok(-SECOND)),
        ("-0.0000005", UnixSeconds, Ok(0)),
        ("1709208000123", UnixMilliseconds, Ok(1_709_208_000_123_000)),
        (
            "1709208000123.4567",
            UnixMilliseconds,
            Ok(1_709_208_000_123_457),
        ),
        (
            "1709208000123456",
            UnixMicroseconds,
            Ok(1_709_208_000_123_456),
        ),
        (
            "1709208000123456499",
            UnixNanoseconds,
            Ok(1_709_208_000_123_456),
        ),
        (
            "1709208000123456500",
            UnixNanoseconds,
            Ok(1_709_208_000_123_457),
        ),
        ("\"1709208000\"", UnixSeconds, Ok(1_709_208_000 * SECOND)),
        ("\"1709208000.5\"", UnixSeconds, Ok(1_709_208_000_500_000)),
        ("-62135596800", UnixSeconds, Ok(-62_135_596_800 * SECOND)),
        ("-62135596801", UnixSeconds, Err(OutOfRange)),
        ("253402300799", UnixSeconds, Ok(253_402_300_799 * SECOND)),
        ("253402300800", UnixSeconds, Err(OutOfRange)),
        ("1709208000123", UnixSeconds, Err(OutOfRange)),
        ("1e999", UnixSeconds, Err(OutOfRange)),
        ("1e-999", UnixSeconds, Ok(0)),
        ("\"-1\"", UnixSeconds, Ok(-SECOND)),
        ("\"1e3\"", UnixMilliseconds, Ok(SECOND)),
        ("\"1\\u0030\"", UnixMicroseconds, Ok(10)),
        ("\"1500\"", UnixNanoseconds, Ok(2)),
        ("1499.999", UnixNanoseconds, Ok(1)),
        ("\"253402300800\"", UnixSeconds, Err(OutOfRange)),
        ("\" 1\"", UnixSeconds, Err(Bad)),
        ("\"1 \"", UnixSeconds, Err(Bad)),
        ("\"0x10\"", UnixSeconds, Err(Bad)),
        ("\"1_000\"", UnixSeconds, Err(Bad)),
        ("\"1,5\"", UnixSeconds, Err(Bad)),
        ("\"NaN\"", UnixSeconds, Err(Bad)),
        ("[1]", UnixSeconds, Err(WrongKind)),
        ("\"2024-01-01T00:00:00Z\"", UnixSeconds, Err(Bad)),
        ("\"\"", UnixSeconds, Err(Bad)),
        ("true", UnixSeconds, Err(WrongKind)),
    ] {
        let found = read(value, |row| row.timestamp(V, format, 6).required());
        assert_eq!(found, expected.map(Timestamp), "{value}");
    }
}

#[test]
fn dates_and_times() {
    use Reason::{NumberAsTime, OutOfRange, Time as Bad};
    for (value, expected) in [
        (r#""1970-01-01""#, Ok(0)),
        (r#""2000-02-29""#, Ok(11_016)),
        (r#""0001-01-01""#, Ok(-719_162)),
        (r#""9999-12-31""#, Ok(2_932_896)),
        (r#""1900-02-29""#, Err(Bad)),
        (r#""2024-1-01""#, Err(Bad)),
        (r#""2024-01-01T""#, Err(Bad)),
        ("19700101", Err(NumberAsTime)),
    ] {
        let found = read(value, |row| row.date(V).required());
        assert_eq!(found, expected.map(Date), "{value}");
    }
    for (value, expected) in [
        (r#""00:00""#, Ok(0)),
        (r#""12:34:56""#, Ok(45_296 * SECOND)),
        (r#""12:34:56.5""#, Ok(45_296_500_000)),
        (r#""00:00:00.0000005""#, Ok(1)),
        (r#""00:00:60""#, Ok(60 * SECOND)),
        (r#""23:59:59.999999""#, Ok(86_400 * SECOND - 1)),
        (r#""23:59:59.9999995""#, Err(OutOfRange)),
        (r#""23:59:60""#, Err(OutOfRange)),
        (r#""24:00""#, Err(Bad)),
        (r#""12:34:56Z""#, Err(Bad)),
        (r#""1:00""#, Err(Bad)),
        ("5", Err(NumberAsTime)),
    ] {
        let found = read(value, |row| row.time(V).required());
        assert_eq!(found, expected.map(Time), "{value}");
    }
}

/// Passing through and printing give the same bytes.
#[test]
fn timestamps_as_text() {
    for (value, expected) in [
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"),
        ("2024-01-02T03:04:05.120Z", "2024-01-02T03:04:05.120Z"),
        ("2024-01-02T03:04:05.12Z", "2024-01-02T03:04:05.120Z"),
        ("2024-01-02T03:04:05.000Z", "2024-01-02T03:04:05Z"),
        ("2024-01-02T03:04:05.123456Z", "2024-01-02T03:04:05.123456Z"),
        (
            "2024-01-02T03:04:05.1234567Z",
            "2024-01-02T03:04:05.123457Z",
        ),
        ("2024-01-02 03:04:05+01:00", "2024-01-02T02:04:05Z"),
        ("2024-01-02t03:04:05z", "2024-01-02T03:04:05Z"),
        ("2024-01-02T03:04:60Z", "2024-01-02T03:05:00Z"),
        ("2024-01-02T03:04:05\\u005a", "2024-01-02T03:04:05Z"),
    ] {
        let format = TimeFormat::Rfc3339;
        let sent = format!("\"{value}\"");
        let passed = read(&sent, |row| shown(row.timestamp_text(V, format, 6)));
        assert_eq!(passed, Ok(format!("\"{expected}\"")));
        let printed = read(&sent, |row| shown(row.timestamp(V, format, 6)));
        assert_eq!(printed, passed);
    }
    let format = TimeFormat::UnixMilliseconds;
    let printed = read("1709208000123", |row| {
        shown(row.timestamp_text(V, format, 3))
    });
    assert_eq!(printed.as_deref(), Ok("\"2024-02-29T12:00:00.123Z\""));
    let nanos = read("\"2024-01-02T03:04:05.000000001Z\"", |row| {
        shown(row.timestamp_nanos_text(V, TimeFormat::Rfc3339))
    });
    assert_eq!(nanos.as_deref(), Ok("\"2024-01-02T03:04:05.000000001Z\""));
}
