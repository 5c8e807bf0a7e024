//! Functions over instants.

use super::Parameter::{Is, Number, Template, Timestamp, Word};
use super::units::{
    CLOCK_PARTS, DATE_PARTS, DAYS_OF_WEEK_AND_YEAR, EPOCH, JULIAN_DAY, MILLISECONDS, SECONDS, WEEKS,
};
use super::{BIGINT, DOUBLE, Filled, Function, Nulls, ResultType, TEXT, TIMESTAMP, Words};
use crate::types::{DataType, TimestampPrecision};

const DATE: DataType = DataType::Date;
const TIME: DataType = DataType::Time;
const TIMESTAMP_NANOS: DataType = DataType::Timestamp(TimestampPrecision::Nanoseconds);

pub(super) const fn decimal(precision: u8, scale: u8) -> DataType {
    DataType::Decimal { precision, scale }
}

/// What PostgreSQL gives as NUMERIC is a DECIMAL of as many digits.
pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(&["date_part"], &[Word(&FIELDS), Timestamp], DOUBLE),
    Function::new(&["date_trunc"], &[Word(&UNITS), Timestamp], DOUBLE)
        .fallible()
        .result(ResultType::SameAsLast),
    Function::new(&["epoch_ms"], &[Timestamp], BIGINT),
    Function::new(&["epoch_ns"], &[Timestamp], BIGINT).fallible(),
    Function::new(&["epoch_us"], &[Timestamp], BIGINT),
    Function::new(
        &["extract"],
        &[Word(&WHOLE_FIELDS), Timestamp],
        decimal(8, 0),
    ),
    Function::new(
        &["extract"],
        &[Word(&MICRO_FIELDS), Timestamp],
        decimal(18, 6),
    )
    .by("extract_micros"),
    Function::new(
        &["extract"],
        &[Word(&MILLI_FIELDS), Timestamp],
        decimal(8, 3),
    )
    .by("extract_millis"),
    Function::new(&["make_date"], &[Is(BIGINT), Is(BIGINT), Is(BIGINT)], DATE).fallible(),
    Function::new(&["make_time"], &[Is(BIGINT), Is(BIGINT), Is(DOUBLE)], TIME).fallible(),
    Function::new(
        &["make_timestamp", "make_timestamptz"],
        &[
            Is(BIGINT),
            Is(BIGINT),
            Is(BIGINT),
            Is(BIGINT),
            Is(BIGINT),
            Is(DOUBLE),
        ],
        TIMESTAMP,
    )
    .fallible(),
    Function::new(&["to_char"], &[Timestamp, Is(TEXT)], TEXT)
        .in_arena()
        .fallible()
        .nulls(Nulls::StrictOrMissing),
    Function::new(&["to_char"], &[Number, Template(Filled::Number)], TEXT)
        .by("to_char_number")
        .in_arena()
        .fallible(),
    Function::new(&["to_date"], &[Is(TEXT), Template(Filled::Instant)], DATE).fallible(),
    Function::new(
        &["to_timestamp"],
        &[Is(TEXT), Template(Filled::Instant)],
        TIMESTAMP,
    )
    .by("to_timestamp_by")
    .fallible(),
    Function::new(&["to_timestamp"], &[Is(DOUBLE)], TIMESTAMP).fallible(),
    Function::new(&["to_timestamp_micros"], &[Is(BIGINT)], TIMESTAMP).fallible(),
    Function::new(&["to_timestamp_millis"], &[Is(BIGINT)], TIMESTAMP).fallible(),
    Function::new(&["to_timestamp_nanos"], &[Is(BIGINT)], TIMESTAMP_NANOS),
    Function::new(
        &["to_timestamp_seconds", "from_unixtime"],
        &[Is(BIGINT)],
        TIMESTAMP,
    )
    .fallible(),
];

/// What `date_trunc` cuts to, with PostgreSQL's abbreviations.
static UNITS: Words = Words {
    what: "unit of time",
    rust: Some("TimeUnit"),
    known: &[DATE_PARTS, CLOCK_PARTS, MILLISECONDS, SECONDS, WEEKS],
};

/// What `date_part` takes out of an instant.
static FIELDS: Words = Words {
    what: "field",
    rust: Some("TimeField"),
    known: &[
        DATE_PARTS,
        DAYS_OF_WEEK_AND_YEAR,
        EPOCH,
        CLOCK_PARTS,
        JULIAN_DAY,
        MILLISECONDS,
        SECONDS,
        WEEKS,
    ],
};

/// Fields without digits behind the point.
static WHOLE_FIELDS: Words = Words {
    what: "field",
    rust: Some("TimeField"),
    known: &[DATE_PARTS, DAYS_OF_WEEK_AND_YEAR, CLOCK_PARTS, WEEKS],
};

/// Fields with six digits behind the point.
pub(super) static MICRO_FIELDS: Words = Words {
    what: "field",
    rust: Some("TimeField"),
    known: &[EPOCH, SECONDS],
};

/// The field with three digits behind the point.
pub(super) static MILLI_FIELDS: Words = Words {
    what: "field",
    rust: None,
    known: &[MILLISECONDS],
};
