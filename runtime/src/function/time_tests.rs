use super::*;
use crate::value::time::rfc3339;

fn at(text: &str) -> Timestamp {
    let instant = rfc3339(text.as_bytes()).expect("RFC 3339");
    instant.timestamp(6).expect("in the calendar")
}

/// As PostgreSQL has it.
#[test]
fn instants_are_cut() {
    let instant = at("2001-02-16T20:38:40.123456Z");
    for (unit, expected) in [
        (TimeUnit::Microseconds, "2001-02-16T20:38:40.123456Z"),
        (TimeUnit::Milliseconds, "2001-02-16T20:38:40.123Z"),
        (TimeUnit::Second, "2001-02-16T20:38:40Z"),
        (TimeUnit::Minute, "2001-02-16T20:38:00Z"),
        (TimeUnit::Hour, "2001-02-16T20:00:00Z"),
        (TimeUnit::Day, "2001-02-16T00:00:00Z"),
        (TimeUnit::Week, "2001-02-12T00:00:00Z"),
        (TimeUnit::Month, "2001-02-01T00:00:00Z"),
        (TimeUnit::Quarter, "2001-01-01T00:00:00Z"),
        (TimeUnit::Year, "2001-01-01T00:00:00Z"),
        (TimeUnit::Decade, "2000-01-01T00:00:00Z"),
        (TimeUnit::Century, "2001-01-01T00:00:00Z"),
        (TimeUnit::Millennium, "2001-01-01T00:00:00Z"),
    ] {
        assert_eq!(date_trunc(unit, instant), Ok(at(expected)), "{unit:?}");
    }
    let before = at("1969-12-31T23:59:59.999999Z");
    assert_eq!(
        date_trunc(TimeUnit::Hour, before),
        Ok(at("1969-12-31T23:00:00Z"))
    );
    assert_eq!(
        date_trunc(TimeUnit::Century, before),
        Ok(at("1901-01-01T00:00:00Z"))
    );
    let first = at("0001-01-01T00:00:00Z");
    assert_eq!(date_trunc(TimeUnit::Week, first), Ok(first));
    assert_eq!(date_trunc(TimeUnit::Decade, first), Err(Reason::OutOfRange));
}

#[test]
fn nanoseconds_stay_nanoseconds() {
    let instant = TimestampNanos(1_500_000_000_123_456_789);
    assert_eq!(
        date_trunc(TimeUnit::Microseconds, instant),
        Ok(TimestampNanos(1_500_000_000_123_456_000))
    );
    assert_eq!(
        date_trunc(TimeUnit::Second, instant),
        Ok(TimestampNanos(1_500_000_000_000_000_000))
    );
    let first = TimestampNanos(i64::MIN);
    assert_eq!(date_trunc(TimeUnit::Second, first), Err(Reason::OutOfRange));
    assert_eq!(date_trunc(TimeUnit::Year, first), Err(Reason::OutOfRange));
    assert_eq!(
        extract_micros(TimeField::Epoch, instant),
        Decimal(1_500_000_000_123_457)
    );
}

#[test]
fn fields() {
    let instant = at("2001-02-16T20:38:40.12Z");
    for (field, expected) in [
        (TimeField::Microseconds, 40_120_000.0),
        (TimeField::Milliseconds, 40_120.0),
        (TimeField::Second, 40.12),
        (TimeField::Minute, 38.0),
        (TimeField::Hour, 20.0),
        (TimeField::Day, 16.0),
        (TimeField::Dow, 5.0),
        (TimeField::IsoDow, 5.0),
        (TimeField::Doy, 47.0),
        (TimeField::Week, 7.0),
        (TimeField::Month, 2.0),
        (TimeField::Quarter, 1.0),
        (TimeField::Year, 2001.0),
        (TimeField::IsoYear, 2001.0),
        (TimeField::Decade, 200.0),
        (TimeField::Century, 21.0),
        (TimeField::Millennium, 3.0),
        (TimeField::Epoch, 982_355_920.12),
        (TimeField::Julian, 2_451_957.860_186_574),
    ] {
        let got = date_part(field, instant);
        assert!(got.to_bits() == f64::to_bits(expected), "{field:?}: {got}");
    }
    // PostgreSQL adds the fraction to the second
    let instant = at("2033-06-12T12:33:30.741777Z");
    for (field, expected) in [
        (TimeField::Milliseconds, 30_741.777_000_000_002),
        (TimeField::Second, 30.741_777),
    ] {
        let got = date_part(field, instant);
        assert!(got.to_bits() == f64::to_bits(expected), "{field:?}: {got}");
    }
    let got = date_part(TimeField::Second, at("2033-06-12T12:33:33.746537Z"));
    assert!(
        got.to_bits() == f64::to_bits(33.746_537_000_000_004),
        "{got}"
    );
    let instant = at("2001-02-16T20:38:40.12Z");
    assert_eq!(
        extract(TimeField::Microseconds, instant),
        Decimal(40_120_000)
    );
    assert_eq!(
        extract_micros(TimeField::Second, instant),
        Decimal(40_120_000)
    );
    assert_eq!(extract_millis(instant), Decimal(40_120_000));
}

#[test]
fn weeks_belong_to_the_year_of_their_thursday() {
    for (day, year, week) in [
        ("2006-01-01", 2005, 52),
        ("2006-01-02", 2006, 1),
        ("2005-01-01", 2004, 53),
        ("2012-12-31", 2013, 1),
        ("2020-12-31", 2020, 53),
    ] {
        let instant = at(&format!("{day}T12:00:00Z"));
        assert_eq!(extract(TimeField::IsoYear, instant), Decimal(year), "{day}");
        assert_eq!(extract(TimeField::Week, instant), Decimal(week), "{day}");
    }
    let sunday = at("2006-01-01T00:00:00Z");
    assert_eq!(extract(TimeField::Dow, sunday), Decimal(0));
    assert_eq!(extract(TimeField::IsoDow, sunday), Decimal(7));
}
