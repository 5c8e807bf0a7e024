//! What the fuzz targets check. The runtime's test `seeds` includes this file, too.

use bumpalo::Bump;
use laminar_runtime::decode::avro;
use laminar_runtime::decode::json::level::{Cpu, Job, Level};
use laminar_runtime::decode::json::{
    Cell, Decoder, Kind, Line, Lined, Node, PADDING, Padded, Reference, Shape, Text, Tiers,
    Validation,
};
use laminar_runtime::encode::Encode;
use laminar_runtime::error::{Reason, RowError};
use laminar_runtime::message::Message;
use laminar_runtime::payload::Payload;
use laminar_runtime::row::{Column, Row, Type};
use laminar_runtime::value::TimeFormat;

static FLAT: Shape = Shape {
    slots: 3,
    nodes: &Node::flat::<4>(&[("id", 1), ("temperature", 2), ("time", 3)]),
};

static NESTED: Shape = Shape {
    slots: 3,
    nodes: &[
        Node {
            slot: None,
            slots: (0, 3),
            keys: &[("id", 1), ("pos", 2)],
            elements: &[],
        },
        Node::leaf(0),
        Node {
            slot: None,
            slots: (1, 3),
            keys: &[("lat", 3), ("lon", 4)],
            elements: &[],
        },
        Node::leaf(1),
        Node::leaf(2),
    ],
};

static ELEMENTS: Shape = Shape {
    slots: 4,
    nodes: &[
        Node {
            slot: None,
            slots: (0, 4),
            keys: &[("tags", 1), ("raw", 5)],
            elements: &[],
        },
        Node {
            slot: None,
            slots: (0, 3),
            keys: &[],
            elements: &[(0, 2), (2, 3)],
        },
        Node::leaf(0),
        Node {
            slot: Some(1),
            slots: (1, 3),
            keys: &[("x", 4)],
            elements: &[],
        },
        Node::leaf(2),
        Node::leaf(3),
    ],
};

static DOCUMENT: Shape = Shape {
    slots: 1,
    nodes: &[Node::leaf(0)],
};

static SHAPES: [&Shape; 4] = [&FLAT, &NESTED, &ELEMENTS, &DOCUMENT];

/// Ends a message in an input of [`decode`]: a byte that no message holds that is accepted.
const SEPARATOR: u8 = 0xfe;

/// The first byte says which table decodes, and with which tiers; then come messages.
pub fn decode(data: &[u8]) {
    let Some((first, messages)) = data.split_first() else {
        return;
    };
    let shape = SHAPES[usize::from(first % 4)];
    let off = first / 4 % 5;
    let tiers = Tiers {
        layouts: off != 1,
        line: off != 2,
        templates: off != 3,
        members: off != 4,
    };
    let lined = first % 4 == 0;
    let mut reference = Reference::new(shape);
    let mut cells = vec![Cell::default(); shape.slots];
    let mut decoders: Vec<(Cpu, Decoder)> = Cpu::all()
        .into_iter()
        .map(|cpu| (cpu, Decoder::with_tiers(shape, Validation::Strict, tiers)))
        .collect();
    for (_, decoder) in &mut decoders {
        decoder.expect(usize::MAX);
    }
    let mut buffer = Vec::new();
    let mut padded = Padded::default();
    for message in messages.split(|&byte| byte == SEPARATOR) {
        let expected = reference.decode(message, &mut cells).map(|()| &cells[..]);
        buffer.clear();
        buffer.extend_from_slice(message);
        buffer.resize(message.len() + PADDING, *first);
        let text = padded.text(Payload::new(&buffer, 0..message.len()));
        for (cpu, decoder) in &mut decoders {
            let found = cpu.run(Decode {
                decoder,
                text,
                lined,
            });
            assert_eq!(found, expected, "{}: {text:?}", cpu.name());
        }
    }
}

struct Decode<'a, 't> {
    decoder: &'a mut Decoder,
    text: Text<'t>,
    lined: bool,
}

impl<'a> Job<Result<&'a [Cell], RowError>> for Decode<'a, '_> {
    #[inline]
    fn run<L: Level>(self, level: L) -> Result<&'a [Cell], RowError> {
        if self.lined {
            self.decoder.decode_line::<L, Flat>(level, self.text)
        } else {
            self.decoder.decode(level, self.text)
        }
    }
}

struct Flat;

impl Lined for Flat {
    const KEYS: usize = 3;

    #[inline(always)]
    fn walk<W: Line>(line: &mut W) -> bool {
        line.key(br#"{"id":""#).string(0);
        line.key(br#"","temperature":"#).number(1);
        line.key(br#","time":""#).string(2);
        line.end(br#""}"#)
    }
}

const COLUMN: Column = Column { slot: 0, index: 0 };

/// Reads `data` as the only value there is.
fn with_row<T>(data: &[u8], read: impl FnOnce(Row<'_>) -> T) -> Option<T> {
    let mut cells = [Cell::default()];
    Reference::new(&DOCUMENT).decode(data, &mut cells).ok()?;
    let mut buffer = data.to_vec();
    buffer.resize(data.len() + PADDING, *data.last()?);
    let payload = Payload::new(&buffer, 0..data.len());
    let mut message = Message::new("t", b"");
    message.payload = payload;
    let mut padded = Padded::default();
    Some(read(Row {
        message: &message,
        text: padded.text(payload),
        cells: &cells,
        arena: &Bump::new(),
    }))
}

/// A number, read as every type that takes one.
pub fn number(data: &[u8]) {
    with_row(data, |row| {
        if row.cells[0].kind != Kind::Number {
            return;
        }
        let text = std::str::from_utf8(data).expect("it was accepted").trim();
        let double: f64 = text.parse().expect("JSON's numbers are Rust's");
        let found = row.float64(COLUMN).map(|value| value.map(f64::to_bits));
        assert_eq!(
            found.ok().flatten(),
            finite(double.is_finite(), double.to_bits())
        );
        let single: f32 = text.parse().expect("JSON's numbers are Rust's");
        let found = row.float32(COLUMN).map(|value| value.map(f32::to_bits));
        assert_eq!(
            found.ok().flatten(),
            finite(single.is_finite(), single.to_bits())
        );
        let integer: Result<i128, _> = text.parse();
        let in_range = |value: i128| i64::try_from(value).ok();
        let found = row.integer::<i64>(COLUMN).ok().flatten();
        assert_eq!(found, integer.ok().and_then(in_range));
        let _ = row.decimal::<6>(COLUMN, 20);
        let _ = row.timestamp(COLUMN, TimeFormat::UnixSeconds, 6);
        let _ = row.timestamp(COLUMN, TimeFormat::UnixNanoseconds, 3);
    });
}

fn finite<T>(finite: bool, value: T) -> Option<T> {
    finite.then_some(value)
}

/// A string, read as every type that takes one.
pub fn text(data: &[u8]) {
    with_row(data, |row| {
        if !row.cells[0].kind.is_string() {
            return;
        }
        match (row.text(COLUMN), serde_json::from_slice::<String>(data)) {
            (Ok(found), Ok(expected)) => assert_eq!(found, Some(expected.as_str())),
            (Err(error), Err(_)) => assert_eq!(error.reason, Reason::Surrogate),
            (found, expected) => panic!("{found:?} and not {expected:?}"),
        }
        let _ = row.bytes(COLUMN);
        let _ = row.decimal::<3>(COLUMN, 10);
        let _ = row.timestamp(COLUMN, TimeFormat::Rfc3339, 6);
        let _ = row.timestamp_text(COLUMN, TimeFormat::UnixMilliseconds, 3);
        let _ = row.date(COLUMN);
        let _ = row.time(COLUMN);
    });
}

static LIST: avro::Type = avro::Type::Record(&[
    ("value", avro::Type::Long),
    (
        "next",
        avro::Type::Union(&[("null", avro::Type::Null), ("List", avro::Type::Of(&LIST))]),
    ),
]);

static SCALARS: avro::Type = avro::Type::Record(&[
    ("boolean", avro::Type::Boolean),
    ("int", avro::Type::Int),
    ("float", avro::Type::Float),
    ("double", avro::Type::Double),
    ("bytes", avro::Type::Bytes),
    ("text", avro::Type::String),
    ("fixed", avro::Type::Fixed(3)),
    ("enum", avro::Type::Enum(&["ON", "OFF"])),
    ("uuid", avro::Type::FixedUuid),
]);

static TIMES: avro::Type = avro::Type::Array(&avro::Type::Record(&[
    ("date", avro::Type::Date),
    ("time", avro::Type::TimeMicros),
    ("millis", avro::Type::TimestampMillis),
    ("micros", avro::Type::TimestampMicros),
    ("nanos", avro::Type::TimestampNanos),
    (
        "decimal",
        avro::Type::Decimal {
            precision: 20,
            scale: 3,
        },
    ),
]));

static CONTAINERS: avro::Type = avro::Type::Map(&avro::Type::Union(&[
    ("null", avro::Type::Null),
    (
        "array",
        avro::Type::Array(&avro::Type::Array(&avro::Type::Null)),
    ),
    (
        "map",
        avro::Type::Map(&avro::Type::Array(&avro::Type::Double)),
    ),
    ("string", avro::Type::String),
]));

/// What is read of an Avro datum, and the same as a column of STRUCT or an array.
static DATA: [(&avro::Type, Option<Type>); 4] = [
    (
        &SCALARS,
        Some(Type::Struct(&[
            ("boolean", Type::Boolean),
            ("int", Type::Int32),
            ("float", Type::Float32),
            ("double", Type::Float64),
            ("bytes", Type::Bytes),
            ("text", Type::Text),
            ("fixed", Type::Bytes),
            ("enum", Type::Text),
            ("uuid", Type::Text),
        ])),
    ),
    (
        &TIMES,
        Some(Type::Array(&Type::Struct(&[
            ("date", Type::Date),
            ("time", Type::Time),
            ("millis", Type::Timestamp(3)),
            ("micros", Type::Timestamp(6)),
            ("nanos", Type::Timestamp(9)),
            ("decimal", Type::Decimal(20, 3)),
        ]))),
    ),
    (&LIST, None),
    (&CONTAINERS, None),
];

/// The first byte says what the others are a datum of. Skipping comes to the end that reading
/// comes to, and what was read as a nested value is the JSON that it was read as.
pub fn avro(data: &[u8]) {
    let Some((first, datum)) = data.split_first() else {
        return;
    };
    let (value, column) = &DATA[usize::from(first % 4)];
    let arena = Bump::new();
    let mut reader = avro::Reader::new(datum, &arena);
    let Ok(json) = reader.json(value) else {
        return;
    };
    let mut skipping = avro::Reader::new(datum, &arena);
    assert_eq!(skipping.skip(value), Ok(()));
    assert_eq!(skipping.position(), reader.position());
    // `serde_json` takes one level less
    let valid = Reference::new(&DOCUMENT).decode(json.0, &mut [Cell::default()]);
    valid.expect("it is valid JSON");
    let Some(column) = column else {
        return;
    };
    let nested = avro::Reader::new(datum, &arena).nested(value, 0);
    let nested = nested.expect("it was read before").expect("it is not null");
    let mut written = Vec::new();
    nested
        .checked(column)
        .expect("it is of the column's type")
        .encode(&mut written);
    assert_eq!(written, json.0, "{}", String::from_utf8_lossy(json.0));
}
