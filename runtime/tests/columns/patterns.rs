//! Timestamps in text that follows a pattern.

use crate::{V, read, shown};
use TimeItem::{
    Day, DayOfYear, DaySpaced, DayUnpadded, Fraction, FractionDigits, HalfDay, HalfDayHour,
    HalfDayHourUnpadded, Hour, HourUnpadded, Literal, Minute, MinuteUnpadded, Month,
    MonthAbbreviation, MonthName, MonthUnpadded, Offset, PointFraction, Second, SecondUnpadded,
    UnixSeconds, WeekdayAbbreviation, WeekdayName, Year, YearOfCentury,
};
use laminar_runtime::error::Reason::{self, NumberAsTime, OutOfRange, Time as Bad, WrongKind};
use laminar_runtime::row::Required;
use laminar_runtime::value::{TimeFormat, TimeItem, Timestamp, TimestampNanos};

/// 2026-11-22, a Sunday, in seconds.
const SUNDAY: i64 = 1_795_305_600;

/// Seconds and microseconds, or why there are none.
type Expected = Result<(i64, i64), Reason>;

fn check(items: &'static [TimeItem], cases: &[(&str, Expected)]) {
    for (value, expected) in cases {
        let found = read(value, |row| {
            row.timestamp(V, TimeFormat::Pattern(items), 6).required()
        });
        let expected = expected.map(|(seconds, micros)| Timestamp(seconds * 1_000_000 + micros));
        assert_eq!(found, expected, "{value}");
    }
}

/// Between the date's parts and behind them.
const DOT: TimeItem = Literal(".");
const DASH: TimeItem = Literal("-");
const SPACE: TimeItem = Literal(" ");
const COLON: TimeItem = Literal(":");

#[test]
fn day_month_and_year_with_a_clock() {
    const ITEMS: &[TimeItem] = &[
        Day, DOT, Month, DOT, Year, SPACE, Hour, COLON, Minute, COLON, Second,
    ];
    check(
        ITEMS,
        &[
            (r#""22.11.2026 10:15:30""#, Ok((SUNDAY + 36_930, 0))),
            (r#""22.11.2026\u002010:15:30""#, Ok((SUNDAY + 36_930, 0))),
            (r#""29.02.2024 00:00:00""#, Ok((1_709_164_800, 0))),
            (r#""31.12.2016 23:59:60""#, Ok((1_483_228_800, 0))),
            (r#""01.01.0001 00:00:00""#, Ok((-62_135_596_800, 0))),
            (r#""31.12.9999 23:59:59""#, Ok((253_402_300_799, 0))),
            (r#""31.12.9999 23:59:60""#, Err(OutOfRange)),
            (r#""01.01.0000 00:00:00""#, Err(Bad)),
            (r#""29.02.2023 00:00:00""#, Err(Bad)),
            (r#""31.04.2026 00:00:00""#, Err(Bad)),
            (r#""00.11.2026 00:00:00""#, Err(Bad)),
            (r#""22.13.2026 00:00:00""#, Err(Bad)),
            (r#""22.00.2026 00:00:00""#, Err(Bad)),
            (r#""22.11.2026 24:00:00""#, Err(Bad)),
            (r#""22.11.2026 10:60:00""#, Err(Bad)),
            (r#""22.11.2026 10:00:61""#, Err(Bad)),
            (r#""2.11.2026 10:15:30""#, Err(Bad)),
            (r#""22.1.2026 10:15:30""#, Err(Bad)),
            (r#""22.11.26 10:15:30""#, Err(Bad)),
            (r#""22.11.2026  10:15:30""#, Err(Bad)),
            (r#""22.11.2026T10:15:30""#, Err(Bad)),
            (r#""22/11/2026 10:15:30""#, Err(Bad)),
            (r#""22.11.2026 10:15:30 ""#, Err(Bad)),
            (r#"" 22.11.2026 10:15:30""#, Err(Bad)),
            (r#""22.11.2026 10:15:30Z""#, Err(Bad)),
            (r#""22.11.2026 10:15:3""#, Err(Bad)),
            (r#""22.11.2026 10:15""#, Err(Bad)),
            (r#""22.11.2026 10:15:-1""#, Err(Bad)),
            (r#""22.11.2026 10:15:+1""#, Err(Bad)),
            (r#""२२.11.2026 10:15:30""#, Err(Bad)),
            (r#""""#, Err(Bad)),
            ("22112026", Err(NumberAsTime)),
            ("22.5", Err(NumberAsTime)),
            ("false", Err(WrongKind)),
            ("[]", Err(WrongKind)),
        ],
    );
}

#[test]
fn a_date_alone_is_its_midnight() {
    check(
        &[Year, Month, Day],
        &[
            (r#""20261122""#, Ok((SUNDAY, 0))),
            (r#""2026112""#, Err(Bad)),
            (r#""202611222""#, Err(Bad)),
            (r#""2026-11-22""#, Err(Bad)),
        ],
    );
    check(
        &[Day, DASH, Month, DASH, YearOfCentury],
        &[
            (r#""22-11-26""#, Ok((SUNDAY, 0))),
            (r#""01-01-70""#, Ok((0, 0))),
            (r#""01-01-69""#, Ok((-31_536_000, 0))),
            (r#""31-12-68""#, Ok((3_124_137_600, 0))),
            (r#""01-01-00""#, Ok((946_684_800, 0))),
            (r#""22-11-2026""#, Err(Bad)),
        ],
    );
    check(
        &[Year, DASH, DayOfYear],
        &[
            (r#""2026-326""#, Ok((SUNDAY, 0))),
            (r#""1970-001""#, Ok((0, 0))),
            (r#""2024-366""#, Ok((1_735_603_200, 0))),
            (r#""2023-366""#, Err(Bad)),
            (r#""2023-000""#, Err(Bad)),
            (r#""2023-367""#, Err(Bad)),
            (r#""2023-999""#, Err(Bad)),
            (r#""0000-001""#, Err(Bad)),
            (r#""2023-01""#, Err(Bad)),
        ],
    );
}

#[test]
fn names_in_any_case() {
    check(
        &[
            WeekdayAbbreviation,
            Literal(", "),
            Day,
            SPACE,
            MonthAbbreviation,
            SPACE,
            Year,
        ],
        &[
            (r#""Sun, 22 Nov 2026""#, Ok((SUNDAY, 0))),
            (r#""sUN, 22 NOV 2026""#, Ok((SUNDAY, 0))),
            (r#""Mon, 22 Nov 2026""#, Err(Bad)),
            (r#""Sunday, 22 Nov 2026""#, Err(Bad)),
            (r#""Son, 22 Nov 2026""#, Err(Bad)),
            (r#""Sun, 22 November 2026""#, Err(Bad)),
            (r#""Sun, 22 No""#, Err(Bad)),
            (r#""Sun, 30 Feb 2026""#, Err(Bad)),
        ],
    );
    check(
        &[
            WeekdayName,
            SPACE,
            MonthName,
            SPACE,
            DayUnpadded,
            Literal(" à "),
            Year,
        ],
        &[
            (r#""Sunday November 22 à 2026""#, Ok((SUNDAY, 0))),
            (
                r#""WEDNESDAY december 9 à 2026""#,
                Ok((SUNDAY + 17 * 86_400, 0)),
            ),
            (r#""Friday May 1 à 2026""#, Ok((1_777_593_600, 0))),
            (r#""Monday November 22 à 2026""#, Err(Bad)),
            (r#""Sun November 22 à 2026""#, Err(Bad)),
            (r#""Sunday Nov 22 à 2026""#, Err(Bad)),
            (r#""Sunday November 22 a 2026""#, Err(Bad)),
        ],
    );
}

#[test]
fn without_padding() {
    check(
        &[
            MonthUnpadded,
            Literal("/"),
            DayUnpadded,
            Literal("/"),
            Year,
            SPACE,
            HourUnpadded,
            COLON,
            MinuteUnpadded,
            COLON,
            SecondUnpadded,
        ],
        &[
            (r#""11/22/2026 9:5:7""#, Ok((SUNDAY + 32_707, 0))),
            (r#""11/22/2026 09:05:07""#, Ok((SUNDAY + 32_707, 0))),
            (r#""1/1/1970 0:0:60""#, Ok((60, 0))),
            (r#""1/1/1970 23:59:59""#, Ok((86_399, 0))),
            (r#""1/0/1970 0:0:0""#, Err(Bad)),
            (r#""001/1/1970 0:0:0""#, Err(Bad)),
            (r#""1/1/1970 24:0:0""#, Err(Bad)),
            (r#""1/1/1970 :0:0""#, Err(Bad)),
            (r#""1/ 1/1970 0:0:0""#, Err(Bad)),
        ],
    );
    check(
        &[MonthAbbreviation, SPACE, DaySpaced, SPACE, Year],
        &[
            (r#""Jan  1 1970""#, Ok((0, 0))),
            (r#""Jan 1 1970""#, Ok((0, 0))),
            (r#""Jan 01 1970""#, Ok((0, 0))),
            (r#""Jan 02 1970""#, Ok((86_400, 0))),
            (r#""Jan   1 1970""#, Err(Bad)),
            (r#""Jan  12 1970""#, Err(Bad)),
            (r#""Jan   1970""#, Err(Bad)),
        ],
    );
}

#[test]
fn half_days() {
    check(
        &[Year, Month, Day, SPACE, HalfDayHour, COLON, Minute, HalfDay],
        &[
            (r#""19700101 12:00AM""#, Ok((0, 0))),
            (r#""19700101 01:00am""#, Ok((3_600, 0))),
            (r#""19700101 11:59Am""#, Ok((43_140, 0))),
            (r#""19700101 12:00pM""#, Ok((43_200, 0))),
            (r#""19700101 11:59PM""#, Ok((86_340, 0))),
            (r#""19700101 00:00AM""#, Err(Bad)),
            (r#""19700101 13:00PM""#, Err(Bad)),
            (r#""19700101 1:00PM""#, Err(Bad)),
            (r#""19700101 11:59P""#, Err(Bad)),
            (r#""19700101 11:59XM""#, Err(Bad)),
        ],
    );
    check(
        &[Year, Month, Day, SPACE, HalfDay, SPACE, HalfDayHourUnpadded],
        &[
            (r#""19700101 PM 1""#, Ok((46_800, 0))),
            (r#""19700101 AM 12""#, Ok((0, 0))),
            (r#""19700101 AM 0""#, Err(Bad)),
        ],
    );
}

#[test]
fn fractions() {
    check(
        &[Year, Month, Day, SPACE, Second, Literal(","), Fraction],
        &[
            (r#""19700101 01,5""#, Ok((1, 500_000))),
            (r#""19700101 01,000001""#, Ok((1, 1))),
            (r#""19700101 01,0000015""#, Ok((1, 2))),
            (r#""19700101 01,999999999""#, Ok((2, 0))),
            (r#""19700101 60,5""#, Ok((60, 500_000))),
            (r#""19700101 01,9999999999""#, Err(Bad)),
            (r#""19700101 01,""#, Err(Bad)),
            (r#""19700101 01""#, Err(Bad)),
        ],
    );
    check(
        &[Year, Month, Day, Second, FractionDigits(3), Offset],
        &[
            (r#""1970010101250Z""#, Ok((1, 250_000))),
            (r#""1970010101250+0100""#, Ok((-3_599, 250_000))),
            (r#""197001010125Z""#, Err(Bad)),
            (r#""19700101012500Z""#, Err(Bad)),
        ],
    );
    check(
        &[Year, Month, Day, SPACE, Second, PointFraction, Literal(".")],
        &[
            (r#""19700101 01.""#, Ok((1, 0))),
            (r#""19700101 01.25.""#, Ok((1, 250_000))),
            (r#""19700101 01.123456789.""#, Ok((1, 123_457))),
            (r#""19700101 01..""#, Err(Bad)),
            (r#""19700101 01.1234567890.""#, Err(Bad)),
            (r#""19700101 01.25""#, Err(Bad)),
        ],
    );
}

#[test]
fn offsets() {
    check(
        &[Year, Month, Day, SPACE, Hour, Offset],
        &[
            (r#""19700102 00Z""#, Ok((86_400, 0))),
            (r#""19700102 00z""#, Ok((86_400, 0))),
            (r#""19700102 00+02:00""#, Ok((79_200, 0))),
            (r#""19700102 00+0200""#, Ok((79_200, 0))),
            (r#""19700102 00-23:59""#, Ok((172_740, 0))),
            (r#""19700102 00+24:00""#, Err(Bad)),
            (r#""19700102 00+02:60""#, Err(Bad)),
            (r#""19700102 00+02""#, Err(Bad)),
            (r#""19700102 00+2:00""#, Err(Bad)),
            (r#""19700102 00 Z""#, Err(Bad)),
            (r#""19700102 00UTC""#, Err(Bad)),
            (r#""19700102 00""#, Err(Bad)),
        ],
    );
    // the weekday is one of the place, not of UTC
    check(
        &[WeekdayAbbreviation, SPACE, Year, Month, Day, Offset],
        &[
            (r#""Sun 20261122+0200""#, Ok((SUNDAY - 7_200, 0))),
            (r#""Sat 20261122+0200""#, Err(Bad)),
        ],
    );
}

#[test]
fn unix_seconds_in_text() {
    check(
        &[Literal("@"), UnixSeconds, PointFraction],
        &[
            (r#""@0""#, Ok((0, 0))),
            (r#""@1795305600""#, Ok((SUNDAY, 0))),
            (r#""@1795305600.25""#, Ok((SUNDAY, 250_000))),
            (r#""@-1""#, Ok((-1, 0))),
            (r#""@-1.25""#, Ok((-2, 750_000))),
            (r#""@-0.25""#, Ok((-1, 750_000))),
            (r#""@00001""#, Ok((1, 0))),
            (r#""@-62135596800""#, Ok((-62_135_596_800, 0))),
            (r#""@-62135596801""#, Err(OutOfRange)),
            (r#""@253402300799""#, Ok((253_402_300_799, 0))),
            (r#""@253402300800""#, Err(OutOfRange)),
            (r#""@1795305600000""#, Err(OutOfRange)),
            (r#""@99999999999999999999999999""#, Err(OutOfRange)),
            (r#""@+1""#, Err(Bad)),
            (r#""@""#, Err(Bad)),
            (r#""@-""#, Err(Bad)),
            (r#""@1e3""#, Err(Bad)),
            ("1795305600", Err(NumberAsTime)),
        ],
    );
}

#[test]
fn every_precision() {
    const ITEMS: TimeFormat =
        TimeFormat::Pattern(&[Year, Month, Day, SPACE, Second, PointFraction]);
    let value = r#""19700101 01.999499501""#;
    for (digits, expected) in [(0, 2_000_000), (3, 1_999_000), (6, 1_999_500)] {
        let found = read(value, |row| row.timestamp(V, ITEMS, digits).required());
        assert_eq!(found, Ok(Timestamp(expected)));
    }
    let nanos = read(value, |row| row.timestamp_nanos(V, ITEMS).required());
    assert_eq!(nanos, Ok(TimestampNanos(1_999_499_501)));
    let beyond = read(r#""30000101 01""#, |row| {
        row.timestamp_nanos(V, ITEMS).required()
    });
    assert_eq!(beyond, Err(OutOfRange));
    assert_eq!(read("null", |row| row.timestamp(V, ITEMS, 6)), Ok(None));
    let printed = read(value, |row| shown(row.timestamp_text(V, ITEMS, 6)));
    assert_eq!(printed.as_deref(), Ok("\"1970-01-01T00:00:01.999500Z\""));
}
