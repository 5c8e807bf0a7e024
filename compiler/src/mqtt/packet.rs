//! MQTT 3.1.1 packets as far as laminarc needs them (OASIS standard, October 2014): for the demo's
//! broker, and for a client that listens.

/// Packet types (section 2.2.1).
pub(crate) const CONNECT: u8 = 1;
pub(crate) const CONNACK: u8 = 2;
pub(crate) const PUBLISH: u8 = 3;
pub(crate) const PUBACK: u8 = 4;
pub(crate) const SUBSCRIBE: u8 = 8;
pub(crate) const SUBACK: u8 = 9;
pub(crate) const UNSUBSCRIBE: u8 = 10;
pub(crate) const PINGREQ: u8 = 12;
pub(crate) const DISCONNECT: u8 = 14;

/// What the client sent is not MQTT 3.1.1 as spoken here: the connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// A packet, its fixed header taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Packet<'a> {
    /// The type.
    pub(crate) kind: u8,
    /// The four flag bits.
    pub(crate) flags: u8,
    /// What stands behind the fixed header.
    pub(crate) body: &'a [u8],
}

/// The packet at the start of `bytes` and its length, or None until more bytes arrive. One with
/// more than `longest` bytes is refused.
pub(crate) fn next(bytes: &[u8], longest: usize) -> Result<Option<(Packet<'_>, usize)>, Malformed> {
    let Some((&first, rest)) = bytes.split_first() else {
        return Ok(None);
    };
    let mut length = 0;
    for (at, &byte) in rest.iter().take(4).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 != 0 {
            continue;
        }
        if length > longest {
            return Err(Malformed);
        }
        let packet = rest[at + 1..].get(..length).map(|body| Packet {
            kind: first >> 4,
            flags: first & 0x0f,
            body,
        });
        return Ok(packet.map(|packet| (packet, at + 2 + length)));
    }
    // Either the length goes on in bytes that are yet to come, or for too long.
    if rest.len() < 4 {
        Ok(None)
    } else {
        Err(Malformed)
    }
}

/// Reads the fields of a packet's body.
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl<'a> Fields<'a> {
    /// The next `count` bytes.
    fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    /// A byte.
    pub(crate) fn byte(&mut self) -> Result<u8, Malformed> {
        Ok(self.take(1)?[0])
    }

    /// A 16-bit number.
    pub(crate) fn number(&mut self) -> Result<u16, Malformed> {
        let bytes = self.take(2)?;
        Ok(u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    /// Bytes preceded by their count.
    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let count = self.number()?;
        self.take(usize::from(count))
    }

    /// Text preceded by its length.
    pub(crate) fn text(&mut self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Malformed)
    }
}

/// Appends a PUBLISH; one with an `id` is of quality of service 1.
pub(crate) fn publish(to: &mut Vec<u8>, topic: &str, payload: &[u8], id: Option<u16>) {
    let topic_length = u16::try_from(topic.len()).expect("callers check topics");
    let qos = u8::from(id.is_some());
    to.push(PUBLISH << 4 | qos << 1);
    remaining_length(to, 2 + topic.len() + 2 * usize::from(qos) + payload.len());
    to.extend(topic_length.to_be_bytes());
    to.extend(topic.as_bytes());
    to.extend(id.iter().flat_map(|id| id.to_be_bytes()));
    to.extend(payload);
}

/// A CONNECT with a clean session and no will.
pub(crate) fn connect(
    client_id: &str,
    username: Option<&str>,
    password: Option<&str>,
    keep_alive_s: u16,
) -> Vec<u8> {
    let flags = u8::from(username.is_some()) << 7 | u8::from(password.is_some()) << 6 | 0b10;
    let mut body = Vec::new();
    text(&mut body, "MQTT");
    body.extend([4, flags]);
    body.extend(keep_alive_s.to_be_bytes());
    for part in [Some(client_id), username, password].into_iter().flatten() {
        text(&mut body, part);
    }
    let mut packet = vec![CONNECT << 4];
    remaining_length(&mut packet, body.len());
    packet.extend(body);
    packet
}

/// A SUBSCRIBE at quality of service 0.
pub(crate) fn subscribe(filters: &[String], id: u16) -> Vec<u8> {
    let mut body = id.to_be_bytes().to_vec();
    for filter in filters {
        text(&mut body, filter);
        body.push(0);
    }
    let mut packet = vec![SUBSCRIBE << 4 | 0b10];
    remaining_length(&mut packet, body.len());
    packet.extend(body);
    packet
}

/// Appends text preceded by its length; what is longer than any text of MQTT is cut.
fn text(to: &mut Vec<u8>, text: &str) {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    to.extend(length.to_be_bytes());
    to.extend(&text.as_bytes()[..usize::from(length)]);
}

fn remaining_length(to: &mut Vec<u8>, mut length: usize) {
    loop {
        let low = u8::try_from(length & 0x7f).expect("seven bits");
        length >>= 7;
        if length == 0 {
            return to.push(low);
        }
        to.push(low | 0x80);
    }
}

/// Whether `filter` is a topic filter: `#` last, `+` and `#` whole levels (section 4.7).
pub(crate) fn is_filter(filter: &str) -> bool {
    let last = filter.split('/').count() - 1;
    let mut levels = filter.split('/').enumerate();
    let good = levels.all(|(at, level)| match level {
        "#" => at == last,
        "+" => true,
        other => !other.contains(['#', '+', '\0']),
    });
    good && !filter.is_empty()
}

/// Whether `topic` is one to publish to.
pub(crate) fn is_topic(topic: &str) -> bool {
    !topic.is_empty() && u16::try_from(topic.len()).is_ok() && !topic.contains(['#', '+', '\0'])
}

/// Whether the valid `filter` matches `topic`.
pub(crate) fn matches(filter: &str, topic: &str) -> bool {
    // A wildcard at the start must not match what belongs to the server [MQTT-4.7.2-1].
    if topic.starts_with('$') && filter.starts_with(['#', '+']) {
        return false;
    }
    let mut levels = topic.split('/');
    for wanted in filter.split('/') {
        // `a/#` matches `a` too.
        if wanted == "#" {
            return true;
        }
        match levels.next() {
            Some(level) if wanted == "+" || wanted == level => {}
            Some(_) | None => return false,
        }
    }
    levels.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: usize = 1 << 20;

    #[test]
    fn filters_match_as_the_standard_says() {
        let cases = [
            ("a/b", "a/b", true),
            ("a/b", "a/b/c", false),
            ("a/+", "a/b", true),
            ("a/+", "a", false),
            ("+/b", "a/b", true),
            ("+", "/a", false),
            ("/+", "/a", true),
            ("+/+", "/a", true),
            ("a/#", "a", true),
            ("a/#", "a/b/c", true),
            ("#", "a/b", true),
            ("#", "$SYS/x", false),
            ("+/x", "$SYS/x", false),
            ("$SYS/#", "$SYS/x", true),
            ("A/b", "a/b", false),
        ];
        for (filter, topic, expected) in cases {
            assert!(is_filter(filter), "{filter}");
            assert_eq!(matches(filter, topic), expected, "{filter} {topic}");
        }
        for wrong in ["", "a/#/b", "a#", "a+/b", "#a"] {
            assert!(!is_filter(wrong), "{wrong}");
        }
    }

    #[test]
    fn packets_are_found_at_any_split() {
        let mut bytes = Vec::new();
        publish(&mut bytes, "a/b", &[7; 300], Some(513));
        for end in 0..bytes.len() {
            assert_eq!(next(&bytes[..end], LONGEST), Ok(None), "{end}");
        }
        let (packet, length) = next(&bytes, LONGEST)
            .expect("well formed")
            .expect("complete");
        assert_eq!(
            (length, packet.kind, packet.flags),
            (bytes.len(), PUBLISH, 2)
        );
        let mut fields = Fields(packet.body);
        assert_eq!(fields.text(), Ok("a/b"));
        assert_eq!(fields.number(), Ok(513));
        assert_eq!(fields.0, [7; 300]);
    }

    #[test]
    fn garbage_is_refused() {
        assert_eq!(
            next(&[0x30, 0xff, 0xff, 0xff, 0xff], LONGEST),
            Err(Malformed)
        );
        assert_eq!(
            next(&[0x30, 0xff, 0xff, 0xff, 0x7f], LONGEST),
            Err(Malformed),
            "too large"
        );
        assert_eq!(Fields(&[0, 5, b'a']).text(), Err(Malformed));
        assert_eq!(Fields(&[0, 1, 0xff]).text(), Err(Malformed));
    }
}
