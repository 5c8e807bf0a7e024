//! Lines of recorded messages: those that a pipeline's `--replay` reads, or payloads alone.

use super::json::{self, Member, Value};

/// A message of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where it came.
    pub topic: String,
    /// What came.
    pub payload: Vec<u8>,
}

/// Why a line is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRecord {
    /// It is not a JSON object.
    NotAnObject,
    /// It has no topic, and no other was given.
    NoTopic,
    /// It has not exactly one of `payload` and `payload_base64`.
    Payload,
    /// `payload_base64` is none.
    Base64,
}

impl std::fmt::Display for NoRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotAnObject => "it is not a JSON object",
            Self::NoTopic => "there is no `topic`",
            Self::Payload => "there must be one of `payload` and `payload_base64`",
            Self::Base64 => "`payload_base64` is not Base64",
        })
    }
}

/// Reads a line with `topic` and `payload` or `payload_base64`. A line without these keys is a
/// payload by itself where a topic is given.
pub fn read(line: &str, topic: Option<&str>) -> Result<Record, NoRecord> {
    let parsed = json::parse(line.trim());
    let members = match (parsed, topic) {
        (Ok(Value::Object(members)), _) => members,
        // a payload of another kind, or none that is JSON
        (Ok(_) | Err(_), Some(topic)) => return Ok(whole(line, topic)),
        (Ok(_) | Err(_), None) => return Err(NoRecord::NotAnObject),
    };
    let member = |key: &str| {
        let found = members.iter().find(|member| member.key == key);
        found.filter(|member| member.value != Value::Null)
    };
    let (plain, encoded) = (member("payload"), member("payload_base64"));
    let own_topic = match member("topic").map(|member| &member.value) {
        Some(Value::Text(Some(topic))) => Some(topic.as_str()).filter(|topic| !topic.is_empty()),
        Some(_) | None => None,
    };
    match (plain, encoded, own_topic.or(topic)) {
        (None, None, Some(topic)) if own_topic.is_none() => Ok(whole(line, topic)),
        (Some(_), Some(_), _) | (None, None, _) => Err(NoRecord::Payload),
        (_, _, None) => Err(NoRecord::NoTopic),
        (Some(member), None, Some(topic)) => Ok(Record {
            topic: topic.to_owned(),
            payload: payload(member).ok_or(NoRecord::Payload)?,
        }),
        (None, Some(member), Some(topic)) => Ok(Record {
            topic: topic.to_owned(),
            payload: encoded_payload(member).ok_or(NoRecord::Base64)?,
        }),
    }
}

fn whole(line: &str, topic: &str) -> Record {
    Record {
        topic: topic.to_owned(),
        payload: line.trim().as_bytes().to_owned(),
    }
}

/// A string is the text of the payload; any other value is a payload as it stands in the line.
fn payload(member: &Member<'_>) -> Option<Vec<u8>> {
    match &member.value {
        Value::Text(text) => text.clone().map(String::into_bytes),
        Value::Null | Value::Boolean(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Some(member.raw.as_bytes().to_owned())
        }
    }
}

fn encoded_payload(member: &Member<'_>) -> Option<Vec<u8>> {
    match &member.value {
        Value::Text(Some(text)) => base64(text),
        Value::Null
        | Value::Boolean(_)
        | Value::Number(_)
        | Value::Text(None)
        | Value::Array(_)
        | Value::Object(_) => None,
    }
}

/// The bytes of a text in Base64 (RFC 4648), with padding or without.
fn base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=').as_bytes();
    if text.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for quartet in text.chunks(4) {
        let mut bits: u32 = 0;
        for &letter in quartet {
            bits = bits << 6 | u32::from(sextet(letter)?);
        }
        bits <<= 6 * (4 - quartet.len());
        bytes.extend(&bits.to_be_bytes()[1..quartet.len()]);
    }
    Some(bytes)
}

fn sextet(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_records_or_payloads() {
        let cases = [
            (
                r#"{"topic":"a/b","payload":"{\"x\":1}"}"#,
                None,
                Ok(("a/b", r#"{"x":1}"#)),
            ),
            (
                r#"{"topic":"a","payload":{"x": 1.50}}"#,
                None,
                Ok(("a", r#"{"x": 1.50}"#)),
            ),
            (
                r#"{"topic":"a","payload_base64":"e30="}"#,
                Some("t"),
                Ok(("a", "{}")),
            ),
            (r#"{"topic":"","payload":"x"}"#, Some("t"), Ok(("t", "x"))),
            (r#"{"payload":"x"}"#, Some("t"), Ok(("t", "x"))),
            (r#" {"x":1} "#, Some("t"), Ok(("t", r#"{"x":1}"#))),
            ("online", Some("t"), Ok(("t", "online"))),
            ("[1]", Some("t"), Ok(("t", "[1]"))),
            ("online", None, Err(NoRecord::NotAnObject)),
            (r#"{"payload":"x"}"#, None, Err(NoRecord::NoTopic)),
            (r#"{"topic":"a"}"#, None, Err(NoRecord::Payload)),
            (
                r#"{"topic":"a","payload":1,"payload_base64":""}"#,
                None,
                Err(NoRecord::Payload),
            ),
            (
                r#"{"topic":"a","payload_base64":"e"}"#,
                None,
                Err(NoRecord::Base64),
            ),
        ];
        for (line, topic, expected) in cases {
            let expected = expected.map(|(topic, payload)| Record {
                topic: topic.to_owned(),
                payload: payload.as_bytes().to_owned(),
            });
            assert_eq!(read(line, topic), expected, "{line}");
        }
    }

    #[test]
    fn base64_is_read() {
        for (text, expected) in [("", ""), ("eA==", "x"), ("eHk", "xy"), ("eHl6", "xyz")] {
            assert_eq!(base64(text).as_deref(), Some(expected.as_bytes()), "{text}");
        }
        assert_eq!(base64("e?=="), None);
    }
}
