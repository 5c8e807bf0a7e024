//! What comes with a message besides its payload.
//!
//! MQTT 5 properties (§2.2.2, §3.3.2.3) are an identifier and a value each; they are walked when
//! a column asks for one. Of user properties of one name the first counts.

use super::Row;
use crate::message::Properties;
use crate::value::Timestamp;

impl<'m> Row<'m> {
    /// The topic.
    pub fn topic(self) -> &'m str {
        self.message.topic
    }

    /// The topic's level `n`, counted from 1; None where it has fewer.
    pub fn topic_level(self, n: u32) -> Option<&'m str> {
        let index = usize::try_from(n.checked_sub(1)?).ok()?;
        self.message.topic.split('/').nth(index)
    }

    /// The quality of service of the delivery: 0, 1 or 2.
    pub fn qos(self) -> i16 {
        self.message.qos.into()
    }

    /// The RETAIN flag.
    pub fn retain(self) -> bool {
        self.message.retain
    }

    /// The DUP flag.
    pub fn duplicate(self) -> bool {
        self.message.duplicate
    }

    /// When it was received.
    pub fn received_at(self) -> Timestamp {
        Timestamp(self.message.received_at_us)
    }

    /// The MIME type of the payload.
    pub fn content_type(self) -> Option<&'m str> {
        self.properties().find_map(|property| {
            if let Property::ContentType(text) = property {
                Some(text)
            } else {
                None
            }
        })
    }

    /// The topic for a response.
    pub fn response_topic(self) -> Option<&'m str> {
        self.properties().find_map(|property| {
            if let Property::ResponseTopic(text) = property {
                Some(text)
            } else {
                None
            }
        })
    }

    /// What tells the sender of a request which one a response belongs to.
    pub fn correlation_data(self) -> Option<&'m [u8]> {
        self.properties().find_map(|property| {
            if let Property::CorrelationData(bytes) = property {
                Some(bytes)
            } else {
                None
            }
        })
    }

    /// The user property `name`: its first value.
    pub fn user_property(self, name: &str) -> Option<&'m str> {
        let replayed = self.message.properties.replayed.iter();
        let encoded = self.properties().filter_map(|property| {
            if let Property::User(key, value) = property {
                Some((key, value))
            } else {
                None
            }
        });
        encoded
            .chain(replayed.copied())
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// Seconds until the message expires, as the broker counted them down.
    pub fn message_expiry_interval(self) -> Option<i64> {
        self.properties().find_map(|property| {
            if let Property::MessageExpiryInterval(seconds) = property {
                Some(seconds.into())
            } else {
                None
            }
        })
    }

    fn properties(self) -> Walk<'m> {
        let Properties { encoded, .. } = self.message.properties;
        Walk { rest: encoded }
    }
}

/// A property that a column can read, or any other.
enum Property<'m> {
    ContentType(&'m str),
    ResponseTopic(&'m str),
    CorrelationData(&'m [u8]),
    User(&'m str, &'m str),
    MessageExpiryInterval(u32),
    Other,
}

/// Walks a PUBLISH packet's properties and ends at the first that is malformed.
struct Walk<'m> {
    rest: &'m [u8],
}

impl<'m> Iterator for Walk<'m> {
    type Item = Property<'m>;

    fn next(&mut self) -> Option<Property<'m>> {
        let (&identifier, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(match identifier {
            // payload format indicator
            0x01 => self.take(1).map(|_| Property::Other)?,
            0x02 => Property::MessageExpiryInterval(self.four_bytes()?),
            0x03 => Property::ContentType(self.text()?),
            0x08 => Property::ResponseTopic(self.text()?),
            0x09 => Property::CorrelationData(self.binary()?),
            // subscription identifier
            0x0b => self.variable_byte_integer().map(|()| Property::Other)?,
            // topic alias
            0x23 => self.take(2).map(|_| Property::Other)?,
            0x26 => Property::User(self.text()?, self.text()?),
            _ => return None,
        })
    }
}

impl<'m> Walk<'m> {
    fn take(&mut self, len: usize) -> Option<&'m [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(taken)
    }

    fn four_bytes(&mut self) -> Option<u32> {
        let bytes = self.take(4)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    }

    /// Two bytes of length, then as many bytes (§1.5.6).
    fn binary(&mut self) -> Option<&'m [u8]> {
        let len = self.take(2)?;
        self.take(u16::from_be_bytes(len.try_into().ok()?).into())
    }

    /// The same of UTF-8 (§1.5.4).
    fn text(&mut self) -> Option<&'m str> {
        std::str::from_utf8(self.binary()?).ok()
    }

    /// At most four bytes, each but the last with its high bit set (§1.5.5).
    fn variable_byte_integer(&mut self) -> Option<()> {
        let window = self.rest.get(..4).unwrap_or(self.rest);
        let last = window.iter().position(|byte| byte & 0x80 == 0)?;
        self.take(last + 1).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::json::Padded;
    use crate::message::Message;
    use bumpalo::Bump;

    /// One of each property, a user property twice.
    const ENCODED: &[u8] = b"\x01\x01\x0b\x80\x80\x01\x23\x00\x07\x26\x00\x01k\x00\x01v\
        \x02\x00\x00\x01\x02\x03\x00\x04text\x08\x00\x03r/t\x09\x00\x02\x00\xff\
        \x26\x00\x01k\x00\x01w\x26\x00\x00\x00\x00";

    fn check(encoded: &[u8], replayed: &[(&str, &str)], test: impl FnOnce(Row<'_>)) {
        let mut message = Message::new("plant/hall 1//x", b"{}");
        message.properties = Properties { encoded, replayed };
        message.qos = 2;
        message.retain = true;
        message.received_at_us = 5;
        let mut padded = Padded::default();
        test(Row {
            message: &message,
            text: padded.text(message.payload),
            cells: &[],
            arena: &Bump::new(),
        });
    }

    #[test]
    fn flags_and_topic() {
        check(b"", &[], |row| {
            assert_eq!(row.topic(), "plant/hall 1//x");
            let levels: Vec<_> = (0..6).map(|n| row.topic_level(n)).collect();
            let expected = [
                None,
                Some("plant"),
                Some("hall 1"),
                Some(""),
                Some("x"),
                None,
            ];
            assert_eq!(levels, expected);
            assert_eq!((row.qos(), row.retain(), row.duplicate()), (2, true, false));
            assert_eq!(row.received_at(), Timestamp(5));
        });
    }

    #[test]
    fn properties() {
        check(ENCODED, &[], |row| {
            assert_eq!(row.content_type(), Some("text"));
            assert_eq!(row.response_topic(), Some("r/t"));
            assert_eq!(row.correlation_data(), Some(&b"\x00\xff"[..]));
            assert_eq!(row.message_expiry_interval(), Some(0x102));
            assert_eq!(row.user_property("k"), Some("v"));
            assert_eq!(row.user_property(""), Some(""));
            assert_eq!(row.user_property("K"), None);
        });
        check(b"", &[("k", "v"), ("k", "w")], |row| {
            assert_eq!(row.content_type(), None);
            assert_eq!(row.user_property("k"), Some("v"));
        });
    }

    #[test]
    fn malformed_properties_end_the_walk() {
        for len in 0..ENCODED.len() {
            check(&ENCODED[..len], &[], |row| {
                assert_eq!(row.user_property("none"), None);
                assert!(row.content_type().is_none_or(|text| text == "text"));
            });
        }
        for encoded in [
            &b"\x0b\xff\xff\xff\xff\x01"[..],
            b"\x7f",
            b"\x03\x00\x01\xff",
        ] {
            check(encoded, &[], |row| assert_eq!(row.content_type(), None));
        }
    }
}
