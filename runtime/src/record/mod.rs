//! One line of a replay file: a message as a JSON object. It is read by the decoder that the
//! pipeline's own tables use.

mod lines;

pub use lines::{Line, Lines, TooLong};

use crate::decode::json::escape::unescape;
use crate::decode::json::{Cell, Kind, Node, Padded, Reference, Shape};
use crate::error::{Place, Reason, RowError};
use crate::message::{Message, Properties};
use crate::row::{Column, Row};
use crate::value::TimeFormat;
use bumpalo::Bump;
use std::fmt;

/// Reads records; it keeps the memory that this takes.
pub struct RecordReader {
    decoder: Reference,
    cells: Vec<Cell>,
    padded: Padded,
    arena: Bump,
}

/// Why a line is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordError {
    /// It is not a JSON object.
    Json(RowError),
    /// This key has a value that it does not take.
    Value(&'static str, RowError),
    /// No `topic`.
    NoTopic,
    /// Neither `payload` nor `payload_base64`, or both.
    Payload,
    /// `qos` is not 0, 1 or 2.
    Qos,
    /// `retain` is not true, false, 0 or 1.
    Retain,
    /// `user_properties` is not an object of strings.
    UserProperties,
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => {
                f.write_str("not a JSON object with `topic` and `payload`")?;
                match error.place {
                    Place::Payload { offset } if error.reason != Reason::NotAnObject => {
                        write!(f, " (JSON error near byte {offset})")
                    }
                    Place::Payload { .. } | Place::Column { .. } | Place::Expression { .. } => {
                        Ok(())
                    }
                }
            }
            Self::Value(key, error) => write!(f, "`{key}`: {}", error.reason),
            Self::NoTopic => f.write_str("there is no `topic`"),
            Self::Payload => f.write_str("there must be one of `payload` and `payload_base64`"),
            Self::Qos => f.write_str("`qos` must be 0, 1 or 2"),
            Self::Retain => f.write_str("`retain` must be true or false"),
            Self::UserProperties => f.write_str("`user_properties` must be an object of strings"),
        }
    }
}

const KEYS: [&str; 7] = [
    "topic",
    "payload",
    "payload_base64",
    "qos",
    "retain",
    "received_at",
    "user_properties",
];
const TOPIC: Column = Column { slot: 0, index: 0 };
const PAYLOAD: Column = Column { slot: 1, index: 1 };
const PAYLOAD_BASE64: Column = Column { slot: 2, index: 2 };
const QOS: Column = Column { slot: 3, index: 3 };
const RETAIN: Column = Column { slot: 4, index: 4 };
const RECEIVED_AT: Column = Column { slot: 5, index: 5 };
const USER_PROPERTIES: Column = Column { slot: 6, index: 6 };

static SHAPE: Shape = Shape {
    slots: 7,
    nodes: &[
        Node {
            slot: None,
            slots: (0, 7),
            keys: &[
                ("topic", 1),
                ("payload", 2),
                ("payload_base64", 3),
                ("qos", 4),
                ("retain", 5),
                ("received_at", 6),
                ("user_properties", 7),
            ],
            elements: &[],
        },
        leaf(0),
        leaf(1),
        leaf(2),
        leaf(3),
        leaf(4),
        leaf(5),
        leaf(6),
    ],
};

const fn leaf(slot: u16) -> Node {
    Node {
        slot: Some(slot),
        slots: (slot, slot + 1),
        keys: &[],
        elements: &[],
    }
}

impl Default for RecordReader {
    fn default() -> Self {
        Self::new()
    }
}

impl RecordReader {
    /// A reader.
    pub fn new() -> Self {
        Self {
            decoder: Reference::new(&SHAPE),
            cells: vec![Cell::default(); SHAPE.slots],
            padded: Padded::default(),
            arena: Bump::new(),
        }
    }

    /// Gives the message of a line to `take`. `now_us` is when it was received, if it does not
    /// say so itself.
    pub fn read<T>(
        &mut self,
        line: &[u8],
        now_us: i64,
        take: impl FnOnce(&Message<'_>) -> T,
    ) -> Result<T, RecordError> {
        self.arena.reset();
        self.decoder
            .decode(line, &mut self.cells)
            .map_err(RecordError::Json)?;
        let carrier = Message::new("", line);
        let row = Row {
            message: &carrier,
            text: self.padded.text(carrier.payload),
            cells: &self.cells,
            arena: &self.arena,
        };
        let message = message(&row, now_us)?;
        Ok(take(&message))
    }
}

fn message<'m>(row: &Row<'m>, now_us: i64) -> Result<Message<'m>, RecordError> {
    Ok(Message {
        topic: row
            .text(TOPIC)
            .map_err(value)?
            .ok_or(RecordError::NoTopic)?,
        payload: payload(row)?.into(),
        qos: qos(row)?,
        retain: retain(row)?,
        duplicate: false,
        received_at_us: received_at_us(row)?.unwrap_or(now_us),
        properties: Properties {
            encoded: &[],
            replayed: user_properties(row)?,
        },
    })
}

fn value(error: RowError) -> RecordError {
    let key = match error.place {
        Place::Column { column, .. } => KEYS.get(usize::from(column)),
        Place::Payload { .. } | Place::Expression { .. } => None,
    };
    RecordError::Value(key.copied().unwrap_or("line"), error)
}

fn cell<'m>(row: &Row<'m>, column: Column) -> (Kind, &'m [u8]) {
    let cell = row.cells[usize::from(column.slot)];
    let place = |offset: u32| usize::try_from(offset).expect("an offset into memory");
    let start = place(cell.start);
    (cell.kind, &row.text.bytes()[start..start + place(cell.len)])
}

/// A string is the text of the payload; any other value is a payload as it stands in the file.
fn payload<'m>(row: &Row<'m>) -> Result<&'m [u8], RecordError> {
    let (kind, text) = cell(row, PAYLOAD);
    let plain = match kind {
        Kind::Missing | Kind::Null | Kind::Blocked => None,
        Kind::String | Kind::EscapedString => row.text(PAYLOAD).map_err(value)?.map(str::as_bytes),
        Kind::False | Kind::True | Kind::Number | Kind::Object | Kind::Array => Some(text),
    };
    let encoded = row.bytes(PAYLOAD_BASE64).map_err(value)?;
    match (plain, encoded) {
        (Some(payload), None) | (None, Some(payload)) => Ok(payload),
        (Some(_), Some(_)) | (None, None) => Err(RecordError::Payload),
    }
}

fn qos(row: &Row<'_>) -> Result<u8, RecordError> {
    let qos = row.integer::<u8>(QOS).map_err(value)?.unwrap_or(0);
    if qos > 2 {
        Err(RecordError::Qos)
    } else {
        Ok(qos)
    }
}

fn retain(row: &Row<'_>) -> Result<bool, RecordError> {
    match cell(row, RETAIN) {
        (Kind::True, _) | (Kind::Number, b"1") => Ok(true),
        (Kind::Missing | Kind::Null | Kind::False, _) | (Kind::Number, b"0") => Ok(false),
        _ => Err(RecordError::Retain),
    }
}

/// A string in RFC 3339, or microseconds since 1970.
fn received_at_us(row: &Row<'_>) -> Result<Option<i64>, RecordError> {
    let format = match cell(row, RECEIVED_AT).0 {
        Kind::Number => TimeFormat::UnixMicroseconds,
        _ => TimeFormat::Rfc3339,
    };
    let time = row.timestamp(RECEIVED_AT, format, 6).map_err(value)?;
    Ok(time.map(|time| time.0))
}

fn user_properties<'m>(row: &Row<'m>) -> Result<&'m [(&'m str, &'m str)], RecordError> {
    let (kind, text) = cell(row, USER_PROPERTIES);
    match kind {
        Kind::Missing | Kind::Null => Ok(&[]),
        Kind::Object => {
            let pairs = Members { text, at: 1 }.collect(row.arena);
            Ok(row
                .arena
                .alloc_slice_copy(&pairs.ok_or(RecordError::UserProperties)?))
        }
        Kind::False
        | Kind::True
        | Kind::Number
        | Kind::String
        | Kind::EscapedString
        | Kind::Array
        | Kind::Blocked => Err(RecordError::UserProperties),
    }
}

/// Walks an object that the decoder has found to be valid JSON; its keys are not known before.
struct Members<'m> {
    text: &'m [u8],
    at: usize,
}

impl<'m> Members<'m> {
    /// All members, in order. None where a value is not a string.
    fn collect(mut self, arena: &'m Bump) -> Option<Vec<(&'m str, &'m str)>> {
        let mut pairs = Vec::new();
        loop {
            match self.next_byte()? {
                b'}' => return Some(pairs),
                b',' => {}
                b'"' => {
                    let key = self.string(arena)?;
                    let colon = self.next_byte()?;
                    let quote = self.next_byte()?;
                    if (colon, quote) != (b':', b'"') {
                        return None;
                    }
                    pairs.push((key, self.string(arena)?));
                }
                _ => return None,
            }
        }
    }

    fn next_byte(&mut self) -> Option<u8> {
        let rest = self.text.get(self.at..)?;
        let skipped = rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
        self.at += skipped + 1;
        Some(rest[skipped])
    }

    /// The string whose opening quote was just read.
    fn string(&mut self, arena: &'m Bump) -> Option<&'m str> {
        let start = self.at;
        while *self.text.get(self.at)? != b'"' {
            self.at += if self.text[self.at] == b'\\' { 2 } else { 1 };
        }
        let raw = &self.text[start..self.at];
        self.at += 1;
        let out = arena.alloc_slice_fill_copy(raw.len(), 0);
        let length = unescape(raw, out)?;
        std::str::from_utf8(&out[..length]).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message of a line as text, or the error.
    fn read(line: &str) -> String {
        let read = RecordReader::new().read(line.as_bytes(), 7, |message| {
            format!(
                "{} {} qos={} retain={} at={} {:?}",
                message.topic,
                message.payload.bytes().escape_ascii(),
                message.qos,
                message.retain,
                message.received_at_us,
                message.properties.replayed
            )
        });
        read.unwrap_or_else(|error| error.to_string())
    }

    #[test]
    fn records_are_messages() {
        let cases = [
            (
                r#"{"topic":"a","payload":"x"}"#,
                "a x qos=0 retain=false at=7 []",
            ),
            (
                r#" { "payload" : "\u00e4\n" , "topic" : "a\/b" } "#,
                "a/b \\xc3\\xa4\\n qos=0 retain=false at=7 []",
            ),
            (
                r#"{"topic":"a","payload_base64":"AP8="}"#,
                "a \\x00\\xff qos=0 retain=false at=7 []",
            ),
            (
                r#"{"topic":"a","payload":{"b": 1}}"#,
                "a {\\\"b\\\": 1} qos=0 retain=false at=7 []",
            ),
            (
                r#"{"topic":"a","payload":"","qos":2,"retain":true}"#,
                "a  qos=2 retain=true at=7 []",
            ),
            (
                r#"{"topic":"a","payload":"","retain":1}"#,
                "a  qos=0 retain=true at=7 []",
            ),
            (
                r#"{"topic":"a","payload":"","received_at":5}"#,
                "a  qos=0 retain=false at=5 []",
            ),
            (
                r#"{"topic":"a","payload":"","received_at":"1970-01-01T00:00:01Z"}"#,
                "a  qos=0 retain=false at=1000000 []",
            ),
            (
                r#"{"topic":"a","payload":"","user_properties":{"k" : "v\"", "k":"}"},"x":[1]}"#,
                r#"a  qos=0 retain=false at=7 [("k", "v\""), ("k", "}")]"#,
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(read(line), expected, "{line}");
        }
    }

    #[test]
    fn other_lines_are_errors() {
        let cases = [
            (
                "x",
                "not a JSON object with `topic` and `payload` (JSON error near byte 0)",
            ),
            (
                r#"{"topic":"a","payload":tru}"#,
                "not a JSON object with `topic` and `payload` (JSON error near byte 26)",
            ),
            ("[]", "not a JSON object with `topic` and `payload`"),
            (r#"{"payload":"x"}"#, "there is no `topic`"),
            (
                r#"{"topic":1,"payload":"x"}"#,
                "`topic`: a JSON value of the wrong kind",
            ),
            (
                r#"{"topic":"a"}"#,
                "there must be one of `payload` and `payload_base64`",
            ),
            (
                r#"{"topic":"a","payload":"","payload_base64":""}"#,
                "there must be one of `payload` and `payload_base64`",
            ),
            (
                r#"{"topic":"a","payload_base64":"%"}"#,
                "`payload_base64`: not valid Base64",
            ),
            (
                r#"{"topic":"a","payload":"","qos":3}"#,
                "`qos` must be 0, 1 or 2",
            ),
            (
                r#"{"topic":"a","payload":"","retain":"x"}"#,
                "`retain` must be true or false",
            ),
            (
                r#"{"topic":"a","payload":"","user_properties":{"k":1}}"#,
                "`user_properties` must be an object of strings",
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(read(line), expected, "{line}");
        }
    }
}
