//! What is written by hand is read with the library that knows all of the format.

use super::*;
use crate::columns;
use crate::declared::{Layout, Reader};
use crate::message::Message;
use crate::row::Type;
use crate::spec::{DeclaredColumn, DeclaredSpec};
use arrow_array::cast::AsArray as _;
use arrow_array::types as t;
use arrow_array::{Array as _, RecordBatch};
use arrow_ipc::reader::StreamReader;
use std::io::Cursor;

const PLACE: Type = Type::Struct(&[
    ("lat", Type::Float64),
    ("tags", Type::Array(&Type::Array(&Type::Text))),
    ("on", Type::Boolean),
]);

/// A column of every type.
const COLUMNS: &[DeclaredColumn] = &[
    DeclaredColumn::key("boolean", Type::Boolean),
    DeclaredColumn::key("i8", Type::Int8),
    DeclaredColumn::key("i16", Type::Int16),
    DeclaredColumn::key("i32", Type::Int32),
    DeclaredColumn::key("i64", Type::Int64),
    DeclaredColumn::key("u8", Type::UInt8),
    DeclaredColumn::key("u16", Type::UInt16),
    DeclaredColumn::key("u32", Type::UInt32),
    DeclaredColumn::key("u64", Type::UInt64),
    DeclaredColumn::key("f32", Type::Float32),
    DeclaredColumn::key("f64", Type::Float64),
    DeclaredColumn::key("decimal", Type::Decimal(5, 2)),
    DeclaredColumn::key("text", Type::Text).not_null(),
    DeclaredColumn::key("bytes", Type::Bytes),
    DeclaredColumn::key("seconds", Type::Timestamp(0)),
    DeclaredColumn::key("micros", Type::Timestamp(6)),
    DeclaredColumn::key("nanos", Type::Timestamp(9)),
    DeclaredColumn::key("date", Type::Date),
    DeclaredColumn::key("time", Type::Time),
    DeclaredColumn::key("interval", Type::Interval),
    DeclaredColumn::key("json", Type::Json),
    DeclaredColumn::key("place", PLACE),
];

const FULL: &str = r#"{"boolean":true,"i8":-128,"i16":-300,"i32":-70000,"i64":-5000000000,
    "u8":255,"u16":65535,"u32":4294967295,"u64":18446744073709551615,"f32":1.5,"f64":-0.1,
    "decimal":"-123.456","text":"a\nü","bytes":"/w==","seconds":"2026-01-02T03:04:05.6Z",
    "micros":"2026-01-02T03:04:05.6Z","nanos":"2026-01-02T03:04:05.123456789Z",
    "date":"1969-12-31","time":"00:00:00.000001","interval":"1 day 2 hours",
    "json":{"x" : [1]},"place":{"on":false,"tags":[["a","b"],[],null],"lat":52.5}}"#;

/// The rows of these messages; the last batch says how many were bad.
fn stream(messages: &[&str]) -> Vec<u8> {
    let layout = Layout::new(&DeclaredSpec::json(COLUMNS)).expect("it is JSON");
    let fields = layout.fields();
    let about = [("k".to_owned(), "v".to_owned())];
    let mut stream = schema(&fields, &about);
    let (mut reader, mut batch) = (Reader::new(&layout), Batch::new(&fields));
    let mut bad = 0;
    for message in messages {
        let pushed = reader.push(&Message::new("t", message.as_bytes()), &mut batch);
        bad += u32::from(pushed.is_err());
    }
    stream.extend(batch.take(&[("bad".to_owned(), bad.to_string())]));
    assert_eq!(batch.rows(), 0);
    stream.extend(batch.take(&[]));
    stream.extend(END);
    stream
}

fn read(stream: &[u8]) -> RecordBatch {
    let reader = StreamReader::try_new(Cursor::new(stream), None).expect("a stream of Arrow's");
    let batches: Vec<_> = reader.collect::<Result<_, _>>().expect("it is whole");
    let [rows, none] = batches.as_slice() else {
        panic!("two batches were written");
    };
    assert_eq!(none.num_rows(), 0);
    rows.clone()
}

#[test]
fn columns_are_those_of_files() {
    let fields = COLUMNS.iter().map(|column| crate::spec::FieldSpec {
        name: column.name,
        data_type: column.data_type,
        nullable: !column.required,
    });
    let expected = columns::schema_of(&fields.collect::<Vec<_>>());
    let schema = read(&stream(&[])).schema();
    assert_eq!(schema.fields(), expected.fields());
    assert_eq!(schema.metadata().get("k").map(String::as_str), Some("v"));
}

#[test]
fn values_are_read_as_they_were_written() {
    let rows = read(&stream(&[FULL, r#"{"text":""}"#, FULL]));
    assert_eq!(rows.num_rows(), 3);
    let column = |name: &str| rows.column_by_name(name).expect("it is there").clone();
    macro_rules! check {
        ($($name:literal: $of:ident = $value:expr;)*) => { $(
            let values: Vec<_> = column($name).as_primitive::<t::$of>().iter().collect();
            assert_eq!(values, [Some($value), None, Some($value)], $name);
        )* };
    }
    check! {
        "i8": Int8Type = -128;
        "i16": Int16Type = -300;
        "i32": Int32Type = -70_000;
        "i64": Int64Type = -5_000_000_000;
        "u8": UInt8Type = 255;
        "u16": UInt16Type = 65_535;
        "u32": UInt32Type = u32::MAX;
        "u64": UInt64Type = u64::MAX;
        "f32": Float32Type = 1.5;
        "f64": Float64Type = -0.1;
        "decimal": Decimal128Type = -12_346;
        "seconds": TimestampMicrosecondType = 1_767_323_046_000_000;
        "micros": TimestampMicrosecondType = 1_767_323_045_600_000;
        "nanos": TimestampNanosecondType = 1_767_323_045_123_456_789;
        "date": Date32Type = -1;
        "time": Time64MicrosecondType = 1;
    }
    let booleans: Vec<_> = column("boolean").as_boolean().iter().collect();
    assert_eq!(booleans, [Some(true), None, Some(true)]);
    let text = |name: &str| -> Vec<Option<String>> {
        let texts = column(name);
        let texts = texts.as_string::<i32>().iter();
        texts.map(|text| text.map(str::to_owned)).collect()
    };
    assert_eq!(
        text("text"),
        ["a\nü", "", "a\nü"].map(|t| Some(t.to_owned()))
    );
    let thrice = |value: &str| [Some(value.to_owned()), None, Some(value.to_owned())];
    assert_eq!(text("interval"), thrice("1 day 02:00:00"));
    assert_eq!(text("json"), thrice(r#"{"x" : [1]}"#));
    let bytes = column("bytes");
    assert_eq!(bytes.as_binary::<i32>().value(2), b"\xff");
}

#[test]
fn nested_values() {
    let rows = read(&stream(&[
        FULL,
        r#"{"text":"","place":null}"#,
        r#"{"text":"","place":{}}"#,
        FULL,
    ]));
    let places = rows
        .column_by_name("place")
        .expect("it is there")
        .as_struct();
    let nulls: Vec<bool> = (0..4).map(|at| places.is_null(at)).collect();
    assert_eq!(nulls, [false, true, false, false]);
    assert_eq!(
        places
            .column(0)
            .as_primitive::<t::Float64Type>()
            .value(3)
            .to_bits(),
        52.5_f64.to_bits()
    );
    let tags = places.column(1).as_list::<i32>();
    assert_eq!((tags.value(0).len(), tags.value(3).len()), (3, 3));
    assert!(tags.is_null(1) && tags.is_null(2));
    let last = tags.value(3);
    let last = last.as_list::<i32>();
    assert_eq!(last.value(0).as_string::<i32>().value(1), "b");
    assert!(last.value(1).is_empty() && last.is_null(2));
    assert!(!places.column(2).as_boolean().value(3));
}

/// Whatever part of a row was there before its error is taken back.
#[test]
fn bad_messages_leave_nothing_behind() {
    let mut messages = Vec::new();
    let bad = COLUMNS
        .iter()
        .filter(|column| column.data_type != Type::Json);
    let bad: Vec<String> = bad
        .map(|column| FULL.replacen(&format!("\"{}\":", column.name), "\"x\":", 1))
        .zip(
            COLUMNS
                .iter()
                .filter(|column| column.data_type != Type::Json),
        )
        .map(|(message, column)| {
            let end = message.rfind('}').expect("it is an object");
            format!("{},\"{}\":[{{}}]}}", &message[..end], column.name)
        })
        .collect();
    for message in &bad {
        messages.extend([FULL, message.as_str()]);
    }
    let nested = FULL.replace("[[\"a\",\"b\"],[],null]", "[[\"a\",\"b\"],[1]]");
    messages.extend([nested.as_str(), FULL, "", "{", "{}"]);
    let written = stream(&messages);
    let rows = read(&written);
    let good = vec![FULL; bad.len() + 1];
    assert_eq!(rows, read(&stream(&good)));
    let counted = bad.len() + 3;
    let head = counted.to_string();
    let has = |needle: &[u8]| written.windows(needle.len()).any(|window| window == needle);
    assert!(has(b"bad\0") && has(head.as_bytes()));
}

/// Nine rows and more need a second byte of bits.
#[test]
fn many_rows() {
    let messages: Vec<String> = (0..1_000)
        .map(|at| format!(r#"{{"text":"{at}","boolean":{}}}"#, at % 3 == 0))
        .collect();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    let rows = read(&stream(&messages));
    let booleans = rows.column(0).as_boolean();
    assert!((0..1_000).all(|at| booleans.value(at) == (at % 3 == 0)));
    let texts = rows
        .column_by_name("text")
        .expect("it is there")
        .as_string::<i32>();
    assert_eq!(texts.value(999), "999");
}
