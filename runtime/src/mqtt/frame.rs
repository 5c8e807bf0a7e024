//! Where a packet begins and ends, and the parts of a PUBLISH, all in place (MQTT §2 and §3.3).

use super::Fault;
use super::property;
use crate::decode::ascii;
use crate::spec::MqttVersion;
use crate::swar;

/// The fixed header of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Packet type and flags.
    pub first: u8,
    /// Bytes of the header itself: 2 to 5.
    pub length: usize,
    /// Bytes behind it.
    pub remaining: usize,
}

/// A received message; all of it lies in the receive buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publish<'b> {
    /// The topic.
    pub topic: &'b str,
    /// The payload.
    pub payload: &'b [u8],
    /// Quality of service: 0, 1 or 2.
    pub qos: u8,
    /// The RETAIN flag.
    pub retain: bool,
    /// The DUP flag.
    pub duplicate: bool,
    /// Packet identifier; 0 at QoS 0.
    pub id: u16,
    /// MQTT 5 properties, without their length.
    pub properties: &'b [u8],
}

/// Most bytes of a PUBLISH before its payload, properties aside: header, topic, identifier.
pub const PUBLISH_HEAD: usize = 5 + 2 + 65_535 + 2;

impl Header {
    /// Reads a header at the start of `bytes`; None: there is not enough yet.
    #[inline]
    pub fn read(bytes: &[u8]) -> Result<Option<Self>, Fault> {
        let &[first, ref rest @ ..] = bytes else {
            return Ok(None);
        };
        Ok(variable_integer(rest)?.map(|(remaining, length)| Self {
            first,
            length: 1 + length,
            remaining,
        }))
    }

    /// Bytes of the whole packet.
    #[inline]
    pub fn total(&self) -> usize {
        self.length + self.remaining
    }

    /// Packet type: 1 to 14, or what the standard reserves.
    #[inline]
    pub fn kind(&self) -> u8 {
        self.first >> 4
    }

    /// Quality of service of a PUBLISH.
    pub fn qos(&self) -> Result<u8, Fault> {
        match self.first >> 1 & 3 {
            3 => Err(Fault::Malformed("PUBLISH with quality of service 3")),
            qos => Ok(qos),
        }
    }
}

/// Whether a packet from a broker can begin with this byte: its type and flags (§2.1).
fn is_from_broker(first: u8) -> bool {
    let publish = first >> 4 == 3;
    let answer = matches!(
        first,
        0x20 | 0x40 | 0x50 | 0x62 | 0x70 | 0x90 | 0xb0 | 0xd0 | 0xe0 | 0xf0
    );
    publish || answer
}

/// That an answer to CONNECT can be one, judged by its first byte; it is not looked at again.
pub fn expect_mqtt(answer: &[u8]) -> Result<(), Fault> {
    // an alert record: what a TLS port says to a client that speaks plainly
    const TLS_ALERT: u8 = 0x15;
    match answer.first() {
        Some(&TLS_ALERT) => Err(Fault::SpeaksTls),
        Some(b'H') => Err(Fault::SpeaksHttp),
        Some(&first) if !is_from_broker(first) => Err(Fault::NotMqtt),
        Some(_) | None => Ok(()),
    }
}

/// A variable byte integer and its length in bytes (§1.5.5); None: there is not enough yet.
#[inline]
pub fn variable_integer(bytes: &[u8]) -> Result<Option<(usize, usize)>, Fault> {
    let mut value = 0;
    for (index, &byte) in bytes.iter().take(4).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            return Ok(Some((value, index + 1)));
        }
    }
    if bytes.len() < 4 {
        return Ok(None);
    }
    Err(Fault::Malformed("a length of more than four bytes"))
}

/// The PUBLISH at the start of `bytes`, and its size; None: it is not there in whole, or not in
/// good order, or it is something else.
#[inline(always)]
pub fn whole_publish(bytes: &[u8], version: MqttVersion) -> Option<(Publish<'_>, usize)> {
    let &[first, low, high, ..] = bytes else {
        return None;
    };
    // a length of one byte or two: up to 16 KiB
    let (length, remaining) = if low < 0x80 {
        (2, usize::from(low))
    } else if high < 0x80 {
        (3, usize::from(low & 0x7f) | usize::from(high) << 7)
    } else {
        return None;
    };
    let header = Header {
        first,
        length,
        remaining,
    };
    if header.kind() != 3 {
        return None;
    }
    let body = bytes.get(length..header.total())?;
    let publish = publish(header, body, version).ok()?;
    Some((publish, header.total()))
}

/// Reads a PUBLISH. `body` is all behind the fixed header.
#[inline(always)]
pub fn publish(header: Header, body: &[u8], version: MqttVersion) -> Result<Publish<'_>, Fault> {
    let qos = header.qos()?;
    let (topic, id, at) =
        publish_head(qos, body)?.ok_or(Fault::Malformed("PUBLISH that ends within its head"))?;
    let (properties, payload) = match version {
        MqttVersion::V311 => (&[][..], &body[at..]),
        MqttVersion::V5 => {
            let (properties, payload) = property::split(&body[at..])?;
            property::check_publish(properties)?;
            (properties, payload)
        }
    };
    Ok(Publish {
        topic,
        payload,
        qos,
        retain: header.first & 1 != 0,
        duplicate: header.first & 8 != 0,
        id,
        properties,
    })
}

/// Topic, packet identifier and their length in bytes; None: there is not enough yet.
#[inline(always)]
pub fn publish_head(qos: u8, body: &[u8]) -> Result<Option<(&str, u16, usize)>, Fault> {
    let Some(&length) = body.first_chunk::<2>() else {
        return Ok(None);
    };
    let topic_end = 2 + usize::from(u16::from_be_bytes(length));
    let Some(topic) = body.get(2..topic_end) else {
        return Ok(None);
    };
    let topic = match ascii::text(topic) {
        Some(topic) => topic,
        None => std::str::from_utf8(topic)
            .map_err(|_| Fault::Malformed("PUBLISH with a topic that is not UTF-8"))?,
    };
    if topic.is_empty() || swar::contains_any(topic.as_bytes(), [0, b'+', b'#']) {
        return Err(Fault::Malformed("PUBLISH with an invalid topic"));
    }
    if qos == 0 {
        return Ok(Some((topic, 0, topic_end)));
    }
    let Some(&id) = body[topic_end..].first_chunk::<2>() else {
        return Ok(None);
    };
    match u16::from_be_bytes(id) {
        0 => Err(Fault::Malformed("PUBLISH with packet identifier 0")),
        id => Ok(Some((topic, id, topic_end + 2))),
    }
}

/// Most bytes of the payload that [`head`] gives.
const PAYLOAD_HEAD: usize = 4096;

/// The beginning of a PUBLISH that is not looked at any further: `body` is what has come of it
/// behind the fixed header, `before` what [`publish_head`] made of that. Properties that have not
/// come in whole are where the payload cannot be told from them.
pub fn head<'b>(
    header: Header,
    body: &'b [u8],
    before: (&'b str, u16, usize),
    version: MqttVersion,
) -> Publish<'b> {
    let (topic, id, at) = before;
    let behind = &body[at..];
    let payload = match version {
        MqttVersion::V311 => behind,
        MqttVersion::V5 => property::split(behind).map_or(&[][..], |(_, payload)| payload),
    };
    Publish {
        topic,
        payload: &payload[..payload.len().min(PAYLOAD_HEAD)],
        qos: header.first >> 1 & 3,
        retain: header.first & 1 != 0,
        duplicate: header.first & 8 != 0,
        id,
        properties: &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read() {
        let header = |first, length, remaining| {
            Ok(Some(Header {
                first,
                length,
                remaining,
            }))
        };
        let cases: [(&[u8], _); 9] = [
            (&[], Ok(None)),
            (&[0x30], Ok(None)),
            (&[0x30, 0], header(0x30, 2, 0)),
            (&[0x30, 127], header(0x30, 2, 127)),
            (&[0x30, 0x80], Ok(None)),
            (&[0x30, 0x80, 1], header(0x30, 3, 128)),
            (
                &[0x30, 0xff, 0xff, 0xff, 0x7f, 9],
                header(0x30, 5, 268_435_455),
            ),
            (&[0x30, 0xff, 0xff, 0xff], Ok(None)),
            (
                &[0x30, 0xff, 0xff, 0xff, 0xff],
                Err(Fault::Malformed("a length of more than four bytes")),
            ),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Header::read(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn invalid_messages_are_malformed() {
        let cases: [(u8, &[u8], &str); 9] = [
            (0x36, &[0, 1, b'a', 0, 1], "quality of service 3"),
            (0x30, &[], "within its head"),
            (0x30, &[0], "within its head"),
            (0x30, &[0, 5, b'a'], "within its head"),
            (0x32, &[0, 1, b'a', 0], "within its head"),
            (0x32, &[0, 1, b'a', 0, 0], "packet identifier 0"),
            (0x30, &[0, 0], "invalid topic"),
            (0x30, &[0, 1, b'+'], "invalid topic"),
            (0x30, &[0, 2, 0xc3, 0x28], "not UTF-8"),
        ];
        for (first, body, expected) in cases {
            let header = Header {
                first,
                length: 2,
                remaining: body.len(),
            };
            let fault = publish(header, body, MqttVersion::V311).expect_err(expected);
            assert!(fault.to_string().contains(expected), "{body:?}: {fault}");
        }
    }
}
