//! Values of any type: skipped, and written as JSON.

use super::{MAX_DEPTH, Reader, Type};
use crate::error::Reason;
use crate::row::Row;
use bumpalo::Bump;

/// The JSON of a whole datum; skipping must come to the same end.
fn json(value: &Type, datum: &[u8]) -> Result<String, Reason> {
    let arena = Bump::new();
    let mut reader = Reader::new(datum, &arena);
    let json = reader.json(value)?;
    reader.end()?;
    let mut skipping = Reader::new(datum, &arena);
    assert_eq!(skipping.skip(value), Ok(()));
    assert_eq!(skipping.position(), datum.len());
    Ok(String::from_utf8(json.0.to_vec()).expect("JSON is UTF-8"))
}

fn check(value: &Type, datum: &[u8], expected: &str) {
    assert_eq!(json(value, datum).as_deref(), Ok(expected), "{value:?}");
}

const LONGS: Type = Type::Array(&Type::Long);
const NULLS: Type = Type::Array(&Type::Null);
const NULLABLE: Type = Type::Union(&[("null", Type::Null), ("double", Type::Double)]);

#[test]
fn scalars() {
    check(&Type::Null, b"", "null");
    check(&Type::Boolean, b"\x01", "true");
    check(&Type::Int, b"\x03", "-2");
    check(&Type::Double, &40_f64.to_le_bytes(), "40.0");
    check(&Type::Float, &0.1_f32.to_le_bytes(), "0.1");
    check(&Type::Bytes, b"\x06\0\xffa", "\"AP9h\"");
    check(&Type::Fixed(2), b"ab", "\"YWI=\"");
    check(&Type::Fixed(0), b"", "\"\"");
    check(&Type::String, b"\x08a\"\n\0", "\"a\\\"\\n\\u0000\"");
    check(&Type::Enum(&["a", "b"]), b"\x02", "\"b\"");
    check(&Type::Date, b"\x01", "\"1969-12-31\"");
    check(&Type::TimeMillis, b"\x06", "\"00:00:00.003\"");
    check(&Type::TimeMicros, b"\x06", "\"00:00:00.000003\"");
    check(
        &Type::TimestampMillis,
        b"\x02",
        "\"1970-01-01T00:00:00.001Z\"",
    );
    check(
        &Type::TimestampMicros,
        b"\x01",
        "\"1969-12-31T23:59:59.999999Z\"",
    );
    check(
        &Type::TimestampNanos,
        b"\x02",
        "\"1970-01-01T00:00:00.000000001Z\"",
    );
    check(
        &Type::FixedUuid,
        &[0x5a; 16],
        "\"5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a5a\"",
    );
    let (precision, scale) = (5, 2);
    check(&Type::Decimal { precision, scale }, b"\x02\xff", "-0.01");
    let size = 3;
    let fixed = Type::FixedDecimal {
        size,
        precision,
        scale,
    };
    check(&fixed, b"\x01\x86\x9f", "999.99");
    assert_eq!(json(&fixed, b"\x01\x86\xa0"), Err(Reason::OutOfRange));
    assert_eq!(
        json(&Type::Double, &f64::NAN.to_le_bytes()),
        Err(Reason::OutOfRange)
    );
    assert_eq!(json(&Type::String, b"\x02\xff"), Err(Reason::Utf8));
}

#[test]
fn containers() {
    check(&LONGS, b"\0", "[]");
    check(&LONGS, b"\x04\x02\x04\x02\x06\0", "[1,2,3]");
    check(&LONGS, b"\x03\x04\x02\x04\x02\x06\0", "[1,2,3]");
    check(&Type::Map(&LONGS), b"\0", "{}");
    check(
        &Type::Map(&LONGS),
        b"\x02\x02a\0\x01\x0a\x02b\x02\x02\0\0",
        "{\"a\":[],\"b\":[1]}",
    );
    check(&Type::Record(&[]), b"", "{}");
    let record = Type::Record(&[("x", NULLABLE), ("\"y\"", Type::Long)]);
    check(&record, b"\0\x02", "{\"x\":null,\"\\\"y\\\"\":1}");
    check(
        &record,
        b"\x02\0\0\0\0\0\0\xf0\x3f\x02",
        "{\"x\":1.0,\"\\\"y\\\"\":1}",
    );
}

#[test]
fn unions() {
    let reversed = Type::Union(&[("long", Type::Long), ("null", Type::Null)]);
    check(&reversed, b"\0\x02", "1");
    check(&reversed, b"\x02", "null");
    let tagged = Type::Union(&[
        ("a.B", LONGS),
        ("null", Type::Null),
        ("string", Type::String),
    ]);
    check(&tagged, b"\0\0", "{\"a.B\":[]}");
    check(&tagged, b"\x02", "null");
    check(&tagged, b"\x04\x02x", "{\"string\":\"x\"}");
    check(
        &Type::Union(&[("long", Type::Long)]),
        b"\0\x02",
        "{\"long\":1}",
    );
    for datum in [&b"\x06"[..], b"\x01", b"", b"\x80"] {
        assert_eq!(json(&tagged, datum), Err(Reason::Avro));
        let arena = Bump::new();
        assert_eq!(Reader::new(datum, &arena).skip(&tagged), Err(Reason::Avro));
    }
}

static LIST: Type = Type::Record(&[
    ("value", Type::Long),
    (
        "next",
        Type::Union(&[("null", Type::Null), ("List", Type::Of(&LIST))]),
    ),
]);

#[test]
fn depth() {
    let arena = Bump::new();
    for depth in [1, 2, MAX_DEPTH, MAX_DEPTH + 1, 1 << 20] {
        let mut datum = b"\x02\x02".repeat(depth);
        *datum.last_mut().expect("it is long") = 0;
        let expected = if depth <= MAX_DEPTH {
            Ok(())
        } else {
            Err(Reason::Depth)
        };
        let mut reader = Reader::new(&datum, &arena);
        assert_eq!(reader.skip(&LIST), expected, "{depth}");
        let mut reader = Reader::new(&datum, &arena);
        assert_eq!(reader.json(&LIST).map(drop), expected, "{depth}");
    }
}

/// Counts and sizes that no bytes stand behind.
#[test]
fn hostile_counts() {
    const EMPTY: Type = Type::Record(&[("a", Type::Null), ("b", Type::Fixed(0))]);
    const PLAIN: Type = Type::Array(&Type::Double);
    // -1, and what the size of the block is then: 2⁶³ - 1
    let huge = b"\x01\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01";
    // the least and the greatest of all counts
    let least = b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\0\0";
    let most = b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01\0\0";
    for value in [LONGS, PLAIN, Type::Map(&Type::Null), Type::Array(&NULLABLE)] {
        // ten million items in a message of five bytes
        for datum in [b"\x80\xda\xc4\x09\0".as_slice(), huge, most] {
            let arena = Bump::new();
            let mut reader = Reader::new(datum, &arena);
            assert_eq!(
                reader.skip(&value),
                Err(Reason::Avro),
                "{value:?}, {datum:x?}"
            );
            let mut reader = Reader::new(datum, &arena);
            assert_eq!(
                reader.json(&value),
                Err(Reason::Avro),
                "{value:?}, {datum:x?}"
            );
            assert_eq!(arena.allocated_bytes(), 0);
        }
    }
    for value in [
        NULLS,
        Type::Array(&EMPTY),
        Type::Array(&Type::Record(&[("x", EMPTY)])),
    ] {
        for datum in [b"\x80\xda\xc4\x09\0".as_slice(), least, most] {
            let arena = Bump::new();
            let mut reader = Reader::new(datum, &arena);
            assert_eq!(reader.skip(&value), Ok(()), "{value:?}, {datum:x?}");
            let mut reader = Reader::new(datum, &arena);
            assert_eq!(reader.json(&value), Err(Reason::TooLong));
            assert_eq!(arena.allocated_bytes(), 0);
        }
    }
    check(&NULLS, b"\x06\0", "[null,null,null]");
}

/// A size that is not that of the items would put those who skip the block elsewhere.
#[test]
fn sizes_must_be_right() {
    for datum in [
        &b"\x03\x02\x02\x04\0"[..],
        b"\x03\x06\x02\x04\x02\0",
        b"\x01\x02\0",
    ] {
        assert_eq!(json(&LONGS, datum), Err(Reason::Avro), "{datum:x?}");
    }
}

#[test]
fn texts_are_limited() {
    let arena = Bump::new();
    // a control character takes six times as much room
    let len = 3 << 20;
    let mut datum = vec![0x80, 0x80, 0x80, 0x03];
    datum.resize(4 + len, 1);
    let mut reader = Reader::new(&datum, &arena);
    assert_eq!(reader.string().map(str::len), Ok(len));
    let mut reader = Reader::new(&datum, &arena);
    assert_eq!(reader.json(&Type::String), Err(Reason::TooLong));
}

#[test]
fn nested_values_are_read_as_those_of_messages() {
    const POINT: Type = Type::Record(&[
        ("name", Type::String),
        ("at", Type::TimestampMillis),
        ("values", Type::Array(&NULLABLE)),
    ]);
    let column = 7;
    let arena = Bump::new();
    let datum = b"\x06a\"b\x02\x04\0\x02\0\0\0\0\0\0\xf8\x3f\0";
    let mut reader = Reader::new(datum, &arena);
    let point = reader
        .nested(&POINT, column)
        .expect("it is valid")
        .expect("it is not null");
    assert_eq!(reader.end(), Ok(()));
    let text = |row: Row<'_>, column, _| row.text(column).map(|text| text.map(str::to_owned));
    assert_eq!(point.field("name").read(text), Ok(Some("a\"b".to_owned())));
    let at = point
        .field("at")
        .read(|row, column, format| row.timestamp(column, format, 3));
    assert_eq!(at.map(|at| at.map(|at| at.0)), Ok(Some(1_000)));
    let values = point
        .field("values")
        .read(Row::array)
        .expect("an array")
        .expect("not null");
    assert_eq!(values.cardinality(), 2);
    let double = |row: Row<'_>, column, _| row.float64(column).map(|value| value.map(f64::to_bits));
    assert_eq!(values.element(1).read(double), Ok(None));
    assert_eq!(values.element(2).read(double), Ok(Some(1.5_f64.to_bits())));
    let error = point.field("name").read(double).expect_err("it is a text");
    assert_eq!(
        error.place,
        crate::error::Place::Column { column, offset: 8 }
    );
    let optional = Type::Union(&[("null", Type::Null), ("Point", POINT)]);
    let null = Reader::new(b"\0", &arena).nested(&optional, column);
    assert!(null.expect("it is valid").is_none());
}
