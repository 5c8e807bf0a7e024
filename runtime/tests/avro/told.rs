//! Whole messages for those who ask: the columns of a table of Avro, as Arrow.

use arrow_array::cast::AsArray as _;
use arrow_array::types::TimestampMicrosecondType;
use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{Array as _, RecordBatch};
use arrow_ipc::reader::StreamReader;
use laminar_runtime::declared::{Layout, Reader};
use laminar_runtime::decode::avro::{Datum, Framing, Type as Avro};
use laminar_runtime::ipc::{self, Batch};
use laminar_runtime::message::Message;
use laminar_runtime::row::Type;
use laminar_runtime::spec::{DeclaredColumn, DeclaredSpec, Metadata, Origin, PayloadSpec};
use std::io::Cursor;

static POSITION: Avro = Avro::Record(&[("lat", Avro::Double), ("floor", Avro::Int)]);

static DATUM: Datum = Datum {
    framing: Framing::Confluent { id: 7 },
    schema: Avro::Record(&[
        ("id", Avro::String),
        ("sequence", Avro::Long),
        (
            "temperature",
            Avro::Union(&[("null", Avro::Null), ("double", Avro::Double)]),
        ),
        ("at", Avro::TimestampMillis),
        ("day", Avro::Date),
        (
            "price",
            Avro::Decimal {
                precision: 9,
                scale: 2,
            },
        ),
        ("raw", Avro::Fixed(2)),
        ("kind", Avro::Enum(&["COLD", "HOT"])),
        ("position", Avro::Of(&POSITION)),
        ("tags", Avro::Array(&Avro::String)),
        (
            "either",
            Avro::Union(&[
                ("null", Avro::Null),
                ("string", Avro::String),
                ("int", Avro::Int),
            ]),
        ),
        ("unread", Avro::Map(&Avro::Long)),
    ]),
};

const COLUMNS: &[DeclaredColumn] = &[
    DeclaredColumn::key("id", Type::Text).not_null(),
    DeclaredColumn::key("sequence", Type::Int64).not_null(),
    DeclaredColumn::key("temperature", Type::Float64),
    DeclaredColumn::key("at", Type::Timestamp(3)).not_null(),
    DeclaredColumn::key("day", Type::Date).not_null(),
    DeclaredColumn::key("price", Type::Decimal(9, 2)).not_null(),
    DeclaredColumn::key("raw", Type::Bytes).not_null(),
    DeclaredColumn::key("kind", Type::Text).not_null(),
    DeclaredColumn::key(
        "position",
        Type::Struct(&[("lat", Type::Float64), ("floor", Type::Int32)]),
    ),
    DeclaredColumn::key("tags", Type::Array(&Type::Text)),
    DeclaredColumn::key("either", Type::Json),
    DeclaredColumn::new("hall", Type::Text, Origin::Message(Metadata::TopicLevel(2))),
];

/// The bytes of a message; `temperature` and `either` with their branches.
fn message(temperature: &[u8], either: &[u8]) -> Vec<u8> {
    [
        b"\0\0\0\0\x07".as_slice(),
        b"\x04p1", // id
        b"\x0b",   // sequence: -6
        temperature,
        b"\xd0\x0f",                // at: 1000 ms
        b"\x02",                    // day: 1970-01-02
        b"\x04\x00\xfa",            // price: 2.50
        b"\x01\xff",                // raw
        b"\x02",                    // kind: HOT
        &0.5_f64.to_le_bytes(),     // position.lat
        b"\x06",                    // position.floor: 3
        b"\x04\x02a\x04\xc3\xbc\0", // tags: a, ü
        either,
        b"\0", // unread: none
    ]
    .concat()
}

/// What is told of these payloads, and how many of them cannot be read.
fn told(payloads: &[&[u8]]) -> (RecordBatch, usize) {
    let declared = DeclaredSpec::new(PayloadSpec::Avro(Some(&DATUM)), COLUMNS);
    let layout = Layout::new(&declared).expect("it can be told");
    let mut batch = Batch::new(&layout.fields());
    let mut reader = Reader::new(&layout);
    let pushed = payloads.iter().filter(|payload| {
        let message = Message::new("pumps/h4", payload);
        reader.push(&message, &mut batch).is_err()
    });
    let bad = pushed.count();
    let mut stream = ipc::schema(&layout.fields(), &[]);
    stream.extend(batch.take(&[]));
    stream.extend(ipc::END);
    let mut read = StreamReader::try_new(Cursor::new(stream), None).expect("it is a stream");
    let rows = read.next().expect("there is a batch").expect("it is whole");
    (rows, bad)
}

#[test]
fn columns_are_as_they_are_declared() {
    let mut warm = vec![2];
    warm.extend(21.5_f64.to_le_bytes());
    let (first, second) = (message(&warm, b"\x04\x54"), message(b"\0", b"\0"));
    let (rows, bad) = told(&[&first, b"", &second]);
    assert_eq!((rows.num_rows(), bad), (2, 0));
    let schema = rows.schema();
    let names: Vec<&String> = schema.fields().iter().map(|field| field.name()).collect();
    assert_eq!(names.len(), COLUMNS.len(), "{names:?}");
    let column = |name: &str| rows.column_by_name(name).expect("it is declared");
    assert_eq!(column("id").as_string::<i32>().value(0), "p1");
    assert_eq!(column("sequence").as_primitive::<Int64Type>().value(0), -6);
    let temperature = column("temperature").as_primitive::<Float64Type>();
    assert_eq!(temperature.iter().collect::<Vec<_>>(), [Some(21.5), None]);
    let at = column("at").as_primitive::<TimestampMicrosecondType>();
    assert_eq!(at.value(0), 1_000_000);
    assert_eq!(column("day").as_primitive::<Date32Type>().value(0), 1);
    assert_eq!(
        column("price").as_primitive::<Decimal128Type>().value(0),
        250
    );
    assert_eq!(column("raw").as_binary::<i32>().value(0), b"\x01\xff");
    assert_eq!(column("kind").as_string::<i32>().value(0), "HOT");
    let position = column("position").as_struct();
    let floor = position.column_by_name("floor").expect("a field");
    assert_eq!(floor.as_primitive::<Int32Type>().value(0), 3);
    let tags = column("tags").as_list::<i32>().value(0);
    let tags = tags.as_string::<i32>();
    assert_eq!([tags.value(0), tags.value(1)], ["a", "ü"]);
    let either = column("either").as_string::<i32>();
    assert_eq!(
        (either.value(0), either.is_null(1)),
        (r#"{"int":42}"#, true)
    );
    assert_eq!(column("hall").as_string::<i32>().value(0), "h4");
}

#[test]
fn what_is_none_is_counted() {
    let good = message(b"\0", b"\0");
    let mut other = good.clone();
    other[4] = 8;
    let longer = [good.as_slice(), b"\0"].concat();
    let mut infinite = vec![2];
    infinite.extend(f64::INFINITY.to_le_bytes());
    let infinite = message(&infinite, b"\0");
    let cut = &good[..good.len() - 1];
    let (rows, bad) = told(&[&other, &longer, cut, &infinite, b"{}", &good]);
    assert_eq!((rows.num_rows(), bad), (1, 5));
}
