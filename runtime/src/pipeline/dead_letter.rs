//! What a dead letter says: the original bytes of a message, and why it is bad.
//!
//! An envelope is a JSON object whose keys `topic`, `payload` or `payload_base64`, and
//! `received_at` are those of a replay file: what gathered on the topic can be replayed as it is.

#[cfg(feature = "mqtt")]
pub mod shortened;

use super::bad_messages;
use crate::encode::Rows;
use crate::error::{Place, RowError};
use crate::message::Message;
use crate::mqtt::property;
use crate::spec::{DeadLetterFormat, MqttVersion, TableSpec};
use crate::value::{Timestamp, text};

/// The dead letters of a table that wait for their hand-over.
#[derive(Debug, Default)]
pub struct DeadLetters {
    /// What is published, each with a line feed.
    pub rows: Rows,
    /// The properties of each; empty where they have none.
    pub properties: Rows,
}

/// Why a message is a dead letter.
#[derive(Clone, Copy, Debug)]
pub enum Cause<'c> {
    /// It is bad.
    Bad(RowError),
    /// It is larger than `max_packet_size`, and this is what there is of it.
    Oversized {
        /// Bytes of its packet.
        size: usize,
    },
    /// A sink did not take a row of it.
    Undelivered {
        /// The sink's name.
        sink: &'c str,
        /// Why not.
        reason: &'c str,
    },
}

/// How the dead letters of a table are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A JSON object.
    Envelope,
    /// The payload alone.
    Raw,
    /// The payload, with properties.
    RawWithProperties,
}

impl Form {
    /// The form of a format in a version of the protocol.
    pub fn new(format: DeadLetterFormat, version: MqttVersion) -> Self {
        match (format, version) {
            (DeadLetterFormat::Envelope, _) => Self::Envelope,
            (DeadLetterFormat::Raw, MqttVersion::V311) => Self::Raw,
            (DeadLetterFormat::Raw, MqttVersion::V5) => Self::RawWithProperties,
        }
    }
}

impl DeadLetters {
    /// Adds one.
    pub fn add(&mut self, form: Form, table: &TableSpec, message: &Message<'_>, cause: Cause<'_>) {
        match form {
            Form::Envelope => self.envelope(table, message, cause),
            Form::Raw => self.raw(message),
            Form::RawWithProperties => {
                self.raw(message);
                let properties = &mut self.properties.bytes;
                for (name, value) in facts(table, message, cause) {
                    if let Some(value) = value {
                        property::push_user_property(properties, name, &value.text());
                    }
                }
                self.properties.ends.push(self.properties.bytes.len());
            }
        }
    }

    /// Bytes that wait.
    pub fn size(&self) -> usize {
        self.rows.bytes.len() + self.properties.bytes.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn raw(&mut self, message: &Message<'_>) {
        let rows = &mut self.rows;
        rows.bytes.extend_from_slice(message.payload.bytes());
        rows.bytes.push(b'\n');
        rows.ends.push(rows.bytes.len());
    }

    fn envelope(&mut self, table: &TableSpec, message: &Message<'_>, cause: Cause<'_>) {
        let mut row = self.rows.row();
        let mut before = "{\"";
        for (name, value) in facts(table, message, cause) {
            row.raw(before);
            row.raw(name);
            row.raw("\":");
            match value {
                None => row.value(None::<bool>),
                Some(Fact::Text(text)) => row.value(text.as_str()),
                Some(Fact::Number(number)) => row.value(number),
            }
            before = ",\"";
        }
        match std::str::from_utf8(message.payload.bytes()) {
            Ok(text) => row.field(",\"payload\":", text),
            Err(_) => row.field(",\"payload_base64\":", message.payload.bytes()),
        }
        row.raw("}");
        row.end();
    }
}

/// A value of a fact.
enum Fact {
    Text(String),
    Number(u64),
}

impl Fact {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

/// What is known, under the names of user properties and of keys in an envelope.
fn facts(
    table: &TableSpec,
    message: &Message<'_>,
    cause: Cause<'_>,
) -> [(&'static str, Option<Fact>); 8] {
    let (mut column, mut offset, mut size) = (None, None, None);
    let (reason, told) = match cause {
        Cause::Bad(error) => {
            match error.place {
                Place::Payload { offset: at } => offset = Some(u64::from(at)),
                Place::Column {
                    column: index,
                    offset: at,
                } => {
                    let spec = table.columns.get(usize::from(index));
                    column = spec.map(|spec| Fact::Text(spec.name.to_owned()));
                    offset = Some(u64::from(at));
                }
                Place::Expression { .. } => {}
            }
            let told = bad_messages::explain(table, message, error);
            (error.reason.name(), told)
        }
        Cause::Oversized { size: bytes } => {
            size = Some(bytes as u64);
            let told = format!("larger than `max_packet_size`: a packet of {bytes} bytes");
            ("oversized", told)
        }
        Cause::Undelivered { sink, reason } => {
            let told = format!("sink `{sink}` did not take a row of it: {reason}");
            ("undelivered", told)
        }
    };
    let received_at = text::timestamp(Timestamp(message.received_at_us));
    [
        ("reason", Some(Fact::Text(reason.to_owned()))),
        ("message", Some(Fact::Text(told))),
        ("column", column),
        ("offset", offset.map(Fact::Number)),
        ("size", size.map(Fact::Number)),
        ("table", Some(Fact::Text(table.name.to_owned()))),
        ("topic", Some(Fact::Text(message.topic.to_owned()))),
        (
            "received_at",
            Some(Fact::Text(received_at.as_str().to_owned())),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Reason;
    use crate::spec::{BadData, ColumnSpec, DeclaredSpec};

    const TABLE: TableSpec = TableSpec {
        name: "t",
        connection: 0,
        topics: &[],
        qos: 0,
        batch_size: 1,
        batch_timeout_ms: 1,
        bad_data: BadData::Drop,
        columns: &[ColumnSpec::new("a \"b\"", "INT")],
        sites: &[],
        flows: &[],
        declared: DeclaredSpec::json(&[]),
        history: None,
        program: || unreachable!("nothing runs in these tests"),
    };

    fn written(form: Form, payload: &[u8], cause: Cause<'_>) -> DeadLetters {
        let mut message = Message::new("x/\"y", payload);
        message.received_at_us = 1_500_000;
        let mut letters = DeadLetters::default();
        letters.add(form, &TABLE, &message, cause);
        letters
    }

    #[test]
    fn envelopes_are_lines_of_json() {
        let undelivered = Cause::Undelivered {
            sink: "s",
            reason: "full",
        };
        let cases: [(Cause<'_>, &[u8], [&str; 3]); 3] = [
            (
                Cause::Bad(RowError::column(Reason::WrongKind, 0, 6)),
                b"{\"a\":\n[]}",
                [
                    "\"wrong_kind\",\"message\":\"column `a \\\"b\\\"` is INT, found an array, at \
                     byte 6: {\\\"a\\\":\\\\n[]}\"",
                    r#""a \"b\"","offset":6,"size":null"#,
                    r#""payload":"{\"a\":\n[]}""#,
                ],
            ),
            (
                Cause::Oversized { size: 7_000 },
                b"\xff",
                [
                    "\"oversized\",\"message\":\"larger than `max_packet_size`: a packet of 7000 \
                     bytes\"",
                    r#"null,"offset":null,"size":7000"#,
                    r#""payload_base64":"/w==""#,
                ],
            ),
            (
                undelivered,
                b"",
                [
                    r#""undelivered","message":"sink `s` did not take a row of it: full""#,
                    r#"null,"offset":null,"size":null"#,
                    r#""payload":"""#,
                ],
            ),
        ];
        for (cause, payload, [why, place, bytes]) in cases {
            let letters = written(Form::Envelope, payload, cause);
            let text = String::from_utf8(letters.rows.bytes).expect("it is text");
            let around = r#""table":"t","topic":"x/\"y","received_at":"1970-01-01T00:00:01.500Z""#;
            let expected = format!("{{\"reason\":{why},\"column\":{place},{around},{bytes}}}\n");
            assert_eq!(text, expected);
            assert!(letters.properties.is_empty());
        }
    }

    #[test]
    fn raw_ones_are_the_bytes_that_came() {
        let cause = Cause::Bad(RowError::payload(Reason::Syntax, 0));
        for (form, properties) in [(Form::Raw, 0), (Form::RawWithProperties, 1)] {
            let letters = written(form, b"\n\n\xff", cause);
            assert_eq!(letters.rows.get(0), b"\n\n\xff\n");
            assert_eq!(letters.properties.len(), properties);
            let valid = property::check_publish(&letters.properties.bytes);
            assert_eq!(valid, Ok(()));
        }
        let version = MqttVersion::V311;
        assert_eq!(Form::new(DeadLetterFormat::Raw, version), Form::Raw);
    }

    #[test]
    fn what_is_too_long_for_a_property_is_cut() {
        let mut out = Vec::new();
        property::push_user_property(&mut out, "n", &"ü".repeat(40_000));
        assert_eq!(property::check_publish(&out), Ok(()));
        assert_eq!(out.len(), 1 + 2 + 1 + 2 + 65_534);
    }
}
