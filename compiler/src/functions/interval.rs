//! Functions over lengths of time and times of day.

use super::Parameter::{Is, Timestamp, Word};
use super::time::{MICRO_FIELDS, MILLI_FIELDS, decimal};
use super::units::{CLOCK_PARTS, DATE_PARTS, EPOCH, MILLISECONDS, SECONDS};
use super::{BIGINT, Constant, DOUBLE, Function, ResultType, TIMESTAMP, Words};
use crate::types::DataType;

const INTERVAL: DataType = DataType::Interval;
const TIME: DataType = DataType::Time;

/// What PostgreSQL gives as NUMERIC is a DECIMAL of as many digits.
pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(&["age"], &[Timestamp, Timestamp], INTERVAL),
    Function::new(
        &["date_bin"],
        &[Is(INTERVAL), Timestamp, Timestamp],
        TIMESTAMP,
    )
    .fallible()
    // a stride may have a fraction that its timestamps have not
    .result(ResultType::Instant),
    Function::new(
        &["date_part"],
        &[Word(&INTERVAL_FIELDS), Is(INTERVAL)],
        DOUBLE,
    )
    .by("date_part_of_interval"),
    Function::new(&["date_part"], &[Word(&TIME_FIELDS), Is(TIME)], DOUBLE),
    Function::new(
        &["extract"],
        &[Word(&INTERVAL_WHOLE_FIELDS), Is(INTERVAL)],
        decimal(10, 0),
    )
    .by("extract_of_interval"),
    Function::new(
        &["extract"],
        &[Word(&MICRO_FIELDS), Is(INTERVAL)],
        decimal(22, 6),
    )
    .by("extract_micros_of_interval"),
    Function::new(
        &["extract"],
        &[Word(&MILLI_FIELDS), Is(INTERVAL)],
        decimal(8, 3),
    )
    .by("extract_millis_of_interval"),
    Function::new(
        &["extract"],
        &[Word(&TIME_WHOLE_FIELDS), Is(TIME)],
        decimal(8, 0),
    ),
    Function::new(
        &["extract"],
        &[Word(&MICRO_FIELDS), Is(TIME)],
        decimal(18, 6),
    )
    .by("extract_micros"),
    Function::new(
        &["extract"],
        &[Word(&MILLI_FIELDS), Is(TIME)],
        decimal(8, 3),
    )
    .by("extract_millis"),
    Function::new(
        &["make_interval"],
        &[
            Is(BIGINT),
            Is(BIGINT),
            Is(BIGINT),
            Is(BIGINT),
            Is(BIGINT),
            Is(BIGINT),
        ],
        INTERVAL,
    )
    .by("make_interval_whole")
    .fallible()
    .defaults(&[Constant::Integer(0); 6]),
    Function::new(
        &["make_interval"],
        &[
            Is(BIGINT),
            Is(BIGINT),
            Is(BIGINT),
            Is(BIGINT),
            Is(BIGINT),
            Is(BIGINT),
            Is(DOUBLE),
        ],
        INTERVAL,
    )
    .fallible(),
];

/// What `date_part` takes out of a length of time.
static INTERVAL_FIELDS: Words = Words {
    what: "field",
    rust: Some("TimeField"),
    known: &[DATE_PARTS, EPOCH, CLOCK_PARTS, MILLISECONDS, SECONDS],
};

/// Those without digits behind the point.
static INTERVAL_WHOLE_FIELDS: Words = Words {
    what: "field",
    rust: Some("TimeField"),
    known: &[DATE_PARTS, CLOCK_PARTS],
};

/// What `date_part` takes out of a time of day.
static TIME_FIELDS: Words = Words {
    what: "field",
    rust: Some("TimeField"),
    known: &[EPOCH, CLOCK_PARTS, MILLISECONDS, SECONDS],
};

/// Those without digits behind the point.
static TIME_WHOLE_FIELDS: Words = Words {
    what: "field",
    rust: Some("TimeField"),
    known: &[CLOCK_PARTS],
};
