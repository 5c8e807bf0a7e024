//! Every conversion of a column: the JSON value, and what the column's type makes of it.

mod floats;
mod forms;
mod numbers;
mod patterns;
mod times;

use bumpalo::Bump;
use laminar_runtime::decode::json::{Cell, Node, Padded, Reference, Shape};
use laminar_runtime::encode::Encode;
use laminar_runtime::error::{Place, Reason, RowError};
use laminar_runtime::message::Message;
use laminar_runtime::row::{Column, Required, Row};

static SHAPE: Shape = Shape {
    slots: 1,
    nodes: &[
        Node {
            slot: None,
            slots: (0, 1),
            keys: &[("v", 1)],
            elements: &[],
        },
        Node::leaf(0),
    ],
};

const V: Column = Column { slot: 0, index: 7 };

/// Where the value stands in the messages below.
const OFFSET: u32 = 6;

/// Reads `value` as the column of `{"v": value}`.
fn read<T>(value: &str, read: impl FnOnce(Row<'_>) -> Result<T, RowError>) -> Result<T, Reason> {
    let payload = format!("{{\"v\": {value}}}");
    let message = Message::new("t", payload.as_bytes());
    let mut cells = [Cell::default()];
    let decoded = Reference::new(&SHAPE).decode(payload.as_bytes(), &mut cells);
    decoded.unwrap_or_else(|error| panic!("{error:?}: {payload}"));
    let arena = Bump::new();
    let mut padded = Padded::default();
    let row = Row {
        message: &message,
        text: padded.text(message.payload),
        cells: &cells,
        arena: &arena,
    };
    read(row).map_err(|error| {
        let place = Place::Column {
            column: V.index,
            offset: OFFSET,
        };
        assert_eq!(error.place, place, "{payload}");
        error.reason
    })
}

/// A value as it is printed.
fn shown(value: Result<impl Encode, RowError>) -> Result<String, RowError> {
    let mut out = Vec::new();
    value?.encode(&mut out);
    Ok(String::from_utf8(out).expect("output is UTF-8"))
}

#[test]
fn null_is_null_for_every_type() {
    let value = "null";
    assert_eq!(read(value, |row| row.boolean(V)), Ok(None));
    assert_eq!(read(value, |row| row.integer::<i32>(V)), Ok(None));
    assert_eq!(read(value, |row| row.float64(V)), Ok(None));
    assert_eq!(read(value, |row| row.decimal::<2>(V, 5)), Ok(None));
    assert_eq!(
        read(value, |row| row.text(V).map(|v| v.is_none())),
        Ok(true)
    );
    assert_eq!(
        read(value, |row| row.json(V).map(|v| v.is_none())),
        Ok(true)
    );
    assert_eq!(read(value, |row| row.date(V)), Ok(None));
    assert_eq!(read(value, |row| row.not_null(V)), Err(Reason::NotNull));
    for value in ["0", "\"\"", "[]", "{}", "false"] {
        assert_eq!(read(value, |row| row.not_null(V)), Ok(()));
    }
}

#[test]
fn booleans() {
    for (value, expected) in [
        ("true", Ok(true)),
        ("false", Ok(false)),
        ("1", Err(Reason::WrongKind)),
        ("\"true\"", Err(Reason::WrongKind)),
        ("[]", Err(Reason::WrongKind)),
    ] {
        assert_eq!(
            read(value, |row| row.boolean(V).required()),
            expected,
            "{value}"
        );
    }
}

#[test]
fn texts() {
    for (value, expected) in [
        (r#""""#, Ok(r#""""#)),
        (r#""plain""#, Ok(r#""plain""#)),
        (r#""Küche 😀""#, Ok(r#""Küche 😀""#)),
        (r#""\u00fc\n\u0001\/""#, Ok("\"ü\\n\\u0001/\"")),
        (r#""\ud83d\ude00""#, Ok("\"😀\"")),
        (r#""\ud83d""#, Err(Reason::Surrogate)),
        (r#""\ude00\ud83d""#, Err(Reason::Surrogate)),
        ("5", Err(Reason::WrongKind)),
        ("{}", Err(Reason::WrongKind)),
    ] {
        let found = read(value, |row| shown(row.text(V)));
        assert_eq!(found, expected.map(str::to_owned), "{value}");
    }
}

#[test]
fn bytes() {
    for (value, expected) in [
        (r#""""#, Ok(&b""[..])),
        (r#""Zg==""#, Ok(b"f")),
        (r#""Zm8=""#, Ok(b"fo")),
        (r#""Zm9v""#, Ok(b"foo")),
        (r#""Zm9vYg==""#, Ok(b"foob")),
        (r#""+\/8A""#, Ok(b"\xfb\xff\x00")),
        (r#""Zh==""#, Err(Reason::Base64)),
        (r#""Zm9=""#, Err(Reason::Base64)),
        (r#""Zg=""#, Err(Reason::Base64)),
        (r#""Zg""#, Err(Reason::Base64)),
        (r#""Z===""#, Err(Reason::Base64)),
        (r#""====""#, Err(Reason::Base64)),
        (r#""Zg==Zg==""#, Err(Reason::Base64)),
        (r#""Zm 9""#, Err(Reason::Base64)),
        (r#""-_8A""#, Err(Reason::Base64)),
        (r#""Zmü9""#, Err(Reason::Base64)),
        ("5", Err(Reason::WrongKind)),
    ] {
        let found = read(value, |row| Ok(row.bytes(V)?.map(<[u8]>::to_vec)));
        assert_eq!(found, expected.map(|bytes| Some(bytes.to_vec())), "{value}");
    }
    for len in 0..40_u8 {
        let bytes: Vec<u8> = (0..len).map(|byte| byte.wrapping_mul(77)).collect();
        let mut encoded = Vec::new();
        bytes.as_slice().encode(&mut encoded);
        let encoded = String::from_utf8(encoded).expect("Base64 is ASCII");
        assert_eq!(
            read(&encoded, |row| Ok(row.bytes(V)?.map(<[u8]>::to_vec))),
            Ok(Some(bytes))
        );
    }
}

#[test]
fn json_values() {
    for value in [
        "1.50",
        "\"a\\n\"",
        "{\"a\" : [1, null]}",
        "[]",
        "false",
        "\"\"",
    ] {
        let found = read(value, |row| shown(row.json(V)));
        assert_eq!(found.as_deref(), Ok(value));
    }
    let found = read("{\r\n \"a\": \"\\n\"\n}", |row| shown(row.json(V)));
    assert_eq!(found.as_deref(), Ok("{   \"a\": \"\\n\" }"));
}
