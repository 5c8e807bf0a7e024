//! What a column of an inferred type makes of the values that it was inferred from.

use super::plan;
use super::random::Random;
use bumpalo::Bump;
use laminar_runtime::decode::json::{Cell, Node, Padded, Reference, Shape};
use laminar_runtime::error::RowError;
use laminar_runtime::generated::{TimeFormat, TimeItem};
use laminar_runtime::message::Message;
use laminar_runtime::row::{Column, Row, Type};
use laminarc::infer::{Messages, Options};
use laminarc::ir::logical::{Origin, SourceColumn, TimePattern, TimestampFormat, ValueForm};
use laminarc::ir::time_pattern::TimeItem as Item;
use laminarc::types::{DataType, IntegerType, TimestampPrecision};

static SHAPE: Shape = Shape {
    slots: 1,
    nodes: &[
        Node {
            slot: None,
            slots: (0, 1),
            keys: &[("ts", 1)],
            elements: &[],
        },
        Node::leaf(0),
    ],
};

const TS: Column = Column { slot: 0, index: 0 };

/// Reads the column of `{"ts": value}`.
fn read(column: &SourceColumn, payload: &str) -> Result<(), RowError> {
    let message = Message::new("t", payload.as_bytes());
    let mut cells = [Cell::default()];
    Reference::new(&SHAPE)
        .decode(payload.as_bytes(), &mut cells)
        .unwrap_or_else(|error| panic!("{error:?}: {payload}"));
    let arena = Bump::new();
    let mut padded = Padded::default();
    let row = Row {
        message: &message,
        text: padded.text(message.payload),
        cells: &cells,
        arena: &arena,
    };
    match column.form {
        Some(ValueForm::OnOff) => return row.on_off(TS).map(drop),
        Some(ValueForm::NumberOrString) => return number_or_string(row, column.data_type),
        Some(ValueForm::Hex) => panic!("no column in hexadecimal digits is inferred"),
        None => {}
    }
    match column.data_type {
        DataType::Array(of) => array(row, of.element()),
        DataType::Boolean => row.boolean(TS).map(drop),
        DataType::Integer(IntegerType::Int64) => row.integer::<i64>(TS).map(drop),
        DataType::Integer(IntegerType::UInt64) => row.integer::<u64>(TS).map(drop),
        DataType::Float64 => row.float64(TS).map(drop),
        DataType::Text => row.text(TS).map(drop),
        DataType::Json => row.json(TS).map(drop),
        DataType::Date => row.date(TS).map(drop),
        DataType::Time => row.time(TS).map(drop),
        DataType::Timestamp(precision) => timestamp(row, column, precision),
        ref other => panic!("{other} is not inferred"),
    }
}

fn number_or_string(row: Row<'_>, data_type: DataType) -> Result<(), RowError> {
    match data_type {
        DataType::Integer(IntegerType::Int64) => row.integer_or_string::<i64>(TS).map(drop),
        DataType::Integer(IntegerType::UInt64) => row.integer_or_string::<u64>(TS).map(drop),
        DataType::Float64 => row.float64_or_string(TS).map(drop),
        other => panic!("{other} is not inferred"),
    }
}

fn array(row: Row<'_>, element: DataType) -> Result<(), RowError> {
    let data_type = match element {
        DataType::Boolean => &Type::Array(&Type::Boolean),
        DataType::Integer(IntegerType::Int64) => &Type::Array(&Type::Int64),
        DataType::Integer(IntegerType::UInt64) => &Type::Array(&Type::UInt64),
        DataType::Float64 => &Type::Array(&Type::Float64),
        DataType::Text => &Type::Array(&Type::Text),
        other => panic!("{other} is not inferred"),
    };
    let array = row.array(TS, TimeFormat::Rfc3339)?;
    array.map_or(Ok(()), |array| array.checked(data_type).map(drop))
}

fn timestamp(
    row: Row<'_>,
    column: &SourceColumn,
    precision: TimestampPrecision,
) -> Result<(), RowError> {
    let Origin::Path { format, .. } = &column.origin else {
        panic!("it is no metadata")
    };
    let format = match (&column.pattern, format) {
        (Some(pattern), _) => TimeFormat::Pattern(items(pattern)),
        (None, None | Some(TimestampFormat::Rfc3339)) => TimeFormat::Rfc3339,
        (None, Some(TimestampFormat::UnixSeconds)) => TimeFormat::UnixSeconds,
        (None, Some(TimestampFormat::UnixMilliseconds)) => TimeFormat::UnixMilliseconds,
        (None, Some(TimestampFormat::UnixMicroseconds)) => TimeFormat::UnixMicroseconds,
        (None, Some(TimestampFormat::UnixNanoseconds)) => TimeFormat::UnixNanoseconds,
    };
    match precision {
        TimestampPrecision::Seconds => row.timestamp(TS, format, 0).map(drop),
        TimestampPrecision::Milliseconds => row.timestamp(TS, format, 3).map(drop),
        TimestampPrecision::Microseconds => row.timestamp(TS, format, 6).map(drop),
        TimestampPrecision::Nanoseconds => row.timestamp_nanos(TS, format).map(drop),
    }
}

/// The runtime's items of a pattern.
fn items(pattern: &TimePattern) -> &'static [TimeItem] {
    let item = |item: &Item| match item {
        Item::Literal(text) => TimeItem::Literal(text.clone().leak()),
        Item::Year => TimeItem::Year,
        Item::Month => TimeItem::Month,
        Item::MonthAbbreviation => TimeItem::MonthAbbreviation,
        Item::Day => TimeItem::Day,
        Item::WeekdayAbbreviation => TimeItem::WeekdayAbbreviation,
        Item::Hour => TimeItem::Hour,
        Item::Minute => TimeItem::Minute,
        Item::Second => TimeItem::Second,
        Item::Offset => TimeItem::Offset,
        other => panic!("{other:?} is not inferred"),
    };
    pattern.items.iter().map(item).collect::<Vec<_>>().leak()
}

const TIMES: &[&str] = &[
    "2026-11-22T10:15:00Z",
    "2024-02-29 23:59:59.999999999",
    "2026-11-22T10:15:00.5+02:00",
    "2026-11-22",
    "23:59:59.999999",
    "10:15",
    "2026-11-22 10:15",
    "2026-11-22T10:15Z",
    "22.11.2026 10:15:30",
    "13/11/2026 10:15:30",
    "11/13/2026 10:15",
    "20261122101530",
    "20261122T101530Z",
    "Sun, 22 Nov 2026 12:15:30 +0200",
    "Sun Nov 22 10:15:30 2026",
    "22 Nov 2026 10:15:30",
];

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "1.5",
    "1e3",
    "1e400",
    "9223372036854775808",
    "18446744073709551616",
    "1795342530",
    "1795342530.25",
    "1795342530250",
    "1795342530250000",
    "1795342530250000000",
    "-1795342530",
];

const OTHERS: &[&str] = &[
    "null",
    "true",
    "false",
    "\"\"",
    "\"ON\"",
    "\"off\"",
    "\"x\"",
    "\"\\ud800\"",
    "[]",
    "[1, null, -2]",
    "[2.5, 1e400]",
    "[\"a\", \"\\ud800\"]",
    "[true, false]",
    "{}",
    "{\"a\":1}",
];

/// Values that are alike, and now and then one that is not, or is damaged.
fn values(random: &mut Random) -> Vec<String> {
    let kind = random.below(6);
    (0..=random.below(4))
        .map(|_| {
            match if random.chance(90) {
                kind
            } else {
                random.below(6)
            } {
                0 => {
                    let &time = random.pick(TIMES);
                    format!("\"{}\"", damaged(time, random))
                }
                1 => (*random.pick(NUMBERS)).to_owned(),
                2 => format!("\"{}\"", random.pick(NUMBERS)),
                3 => format!("\"{}\"", random.pick(&["ON", "off", "true", "no", "1"])),
                4 => format!(
                    "[{}]",
                    random.pick(&["", "1", "2.5, -1", "null", "\"x\"", "true"])
                ),
                _ => (*random.pick(OTHERS)).to_owned(),
            }
        })
        .collect()
}

/// A text with some of its digits, or one of its characters, changed.
fn damaged(text: &str, random: &mut Random) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for byte in &mut bytes {
        if byte.is_ascii_digit() && random.chance(20) {
            *byte = b'0' + u8::try_from(random.below(10)).expect("a digit");
        } else if random.chance(1) {
            *byte = b" .:-+TZ"[random.below(7)];
        }
    }
    String::from_utf8(bytes).expect("it is ASCII")
}

#[test]
fn no_value_that_was_seen_is_rejected() {
    let mut random = Random::new(11);
    let mut typed = 0;
    for _ in 0..8_000 {
        let values = values(&mut random);
        let mut messages = Messages::new();
        let payloads: Vec<String> = values
            .iter()
            .map(|value| format!("{{\"ts\": {value}, \"id\": 1}}"))
            .collect();
        for payload in &payloads {
            messages.add("t", payload.as_bytes());
        }
        let sql = messages.infer(&Options::default()).sql.expect("a table");
        let plan = plan(&sql);
        let column = plan.sources[0]
            .columns
            .iter()
            .find(|column| column.name == "ts");
        let Some(column) = column else { continue };
        typed += usize::from(!matches!(column.data_type, DataType::Json | DataType::Text));
        for payload in &payloads {
            if let Err(error) = read(column, payload) {
                panic!("{error:?}: {payload} in\n{sql}");
            }
        }
    }
    assert!(
        typed > 1_500,
        "only {typed} columns had a type of their own"
    );
}
