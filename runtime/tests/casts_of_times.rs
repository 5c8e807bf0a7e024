//! Casts between dates, times, instants and their texts, value by value.

use laminar_runtime::generated::*;

const OVERFLOW: Reason = Reason::Overflow;

#[test]
fn casts_between_times() {
    const DAY: i64 = 86_400_000_000;
    assert_eq!(
        cast_timestamp(Timestamp(1_500_000), 0),
        Ok(Timestamp(2_000_000))
    );
    assert_eq!(
        cast_timestamp(Timestamp(-1_500_000), 0),
        Ok(Timestamp(-1_000_000))
    );
    assert_eq!(cast_timestamp(Timestamp(1_499), 3), Ok(Timestamp(1_000)));
    assert_eq!(
        cast_timestamp(Timestamp(253_402_300_799_500_000), 0),
        Err(OVERFLOW)
    );
    assert_eq!(cast_timestamp(TimestampNanos(1_500), 6), Ok(Timestamp(2)));
    assert_eq!(cast_timestamp(TimestampNanos(-1_500), 6), Ok(Timestamp(-1)));
    assert_eq!(
        cast_timestamp(TimestampNanos(i64::MAX), 0),
        Ok(Timestamp(9_223_372_037_000_000))
    );
    assert_eq!(cast_timestamp(Date(-1), 6), Ok(Timestamp(-DAY)));
    assert_eq!(
        cast_timestamp(" 2024-02-29 ", 6),
        Ok(Timestamp(1_709_164_800_000_000))
    );
    assert_eq!(
        cast_timestamp("2024-02-29T00:00:00.5Z", 0),
        Ok(Timestamp(1_709_164_801_000_000))
    );
    assert_eq!(
        cast_timestamp("0001-01-01T00:00:00+01:00", 0),
        Err(OVERFLOW)
    );
    assert_eq!(cast_timestamp("yesterday", 6), Err(Reason::Cast));
    assert_eq!(
        cast_timestamp_nanos(Timestamp(5)),
        Ok(TimestampNanos(5_000))
    );
    assert_eq!(
        cast_timestamp_nanos(Timestamp(i64::MAX / 999)),
        Err(OVERFLOW)
    );
    assert_eq!(cast_timestamp_nanos(Date(200_000)), Err(OVERFLOW));
    assert_eq!(
        cast_timestamp_nanos("1970-01-01T00:00:00.000000001Z"),
        Ok(TimestampNanos(1))
    );
    assert_eq!(cast::<Date, _>(Timestamp(-1)), Ok(Date(-1)));
    assert_eq!(cast::<Date, _>(TimestampNanos(-1)), Ok(Date(-1)));
    assert_eq!(cast::<Time, _>(Timestamp(-1)), Ok(Time(DAY - 1)));
    let time = cast::<Time, _>(TimestampNanos(-1));
    assert_eq!(time, Ok(Time(DAY - 1)));
    assert_eq!(cast::<Date, _>("1970-01-02"), Ok(Date(1)));
    assert_eq!(cast::<Date, _>("1970-02-30"), Err(Reason::Cast));
    assert_eq!(cast::<Time, _>(" 00:01 "), Ok(Time(60_000_000)));
    assert_eq!(cast::<Time, _>("23:59:60"), Err(OVERFLOW));
    assert_eq!(cast::<Time, _>("x"), Err(Reason::Cast));
}

#[test]
fn casts_from_text_to_times() {
    const TEN: i64 = 1_704_103_200_000_000;
    let cases = [
        ("2024-01-01", 6, Ok(TEN - 36_000_000_000)),
        ("2024-01-01 10:00", 6, Ok(TEN)),
        ("2024-01-01 10:00Z", 6, Ok(TEN)),
        ("2024-01-01T11:00:00+01", 6, Ok(TEN)),
        ("2024-01-01t11:30:00+0130", 6, Ok(TEN)),
        ("2024-01-01 08:30:00-01:30", 6, Ok(TEN)),
        // rounded once: by way of nanoseconds it would be the next second
        ("2024-01-01 10:00:00.4999999999", 0, Ok(TEN)),
        ("2024-01-01 10:00:00.5000000000", 0, Ok(TEN + 1_000_000)),
        ("2024-01-01 10:00:00.1234565", 6, Ok(TEN + 123_457)),
        ("2024-01-01 09:59:59.9999999999", 3, Ok(TEN)),
        ("2024-01-01 10:00:00.", 6, Err(Reason::Cast)),
        ("2024-01-01 10:00:00+1", 6, Err(Reason::Cast)),
        ("2024-01-01 10", 6, Err(Reason::Cast)),
        ("2024-01-01Z", 6, Err(Reason::Cast)),
        ("\u{a0}2024-01-01", 6, Err(Reason::Cast)),
        ("9999-12-31 23:59:59.9999999", 6, Err(OVERFLOW)),
    ];
    for (text, digits, expected) in cases {
        let expected = expected.map(Timestamp);
        assert_eq!(cast_timestamp(text, digits), expected, "{text}");
    }
    let nanos = cast_timestamp_nanos("1970-01-01 00:00:00.0000000015");
    assert_eq!(nanos, Ok(TimestampNanos(2)));
    let time = cast::<Time, _>("00:00:00.1234567891");
    assert_eq!(time, Ok(Time(123_457)));
    let time = cast::<Time, _>("23:59:59.9999995");
    assert_eq!(time, Err(OVERFLOW));
}

#[test]
fn casts_from_the_text_of_an_instant_to_its_date_and_time() {
    let day = cast::<Date, _>("2024-01-01");
    for text in [
        "2024-01-01T23:30-05:00",
        " 2024-01-01 23:30:00Z",
        "2024-01-01 23:30+01",
    ] {
        assert_eq!(cast::<Date, _>(text), day, "{text}");
        assert_eq!(cast::<Time, _>(text), cast("23:30"), "{text}");
    }
    for text in [
        "2024-01-01T",
        "2024-02-30 10:00",
        "2024-01-01 10",
        "2024-01-01 10:00:00x",
    ] {
        assert_eq!(cast::<Date, _>(text), Err(Reason::Cast), "{text}");
        assert_eq!(cast::<Time, _>(text), Err(Reason::Cast), "{text}");
    }
    assert_eq!(cast::<Time, _>("10:00Z"), cast("10:00"));
}
