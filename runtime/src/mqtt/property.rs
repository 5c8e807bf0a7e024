//! MQTT 5 properties (§2.2.2).

use super::Fault;
use super::frame::variable_integer;
use super::packet;

/// A property: its identifier and its value's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property<'b> {
    /// Identifier.
    pub id: u8,
    /// The value: big-endian numbers, strings and binary data without their length, pairs with
    /// both lengths.
    pub value: &'b [u8],
}

/// Identifiers that are used here.
pub mod id {
    /// Message Expiry Interval
    pub const MESSAGE_EXPIRY_INTERVAL: u8 = 0x02;
    /// Content Type
    pub const CONTENT_TYPE: u8 = 0x03;
    /// Response Topic
    pub const RESPONSE_TOPIC: u8 = 0x08;
    /// Subscription Identifier
    pub const SUBSCRIPTION_IDENTIFIER: u8 = 0x0b;
    /// Session Expiry Interval
    pub const SESSION_EXPIRY_INTERVAL: u8 = 0x11;
    /// Assigned Client Identifier
    pub const ASSIGNED_CLIENT_IDENTIFIER: u8 = 0x12;
    /// Server Keep Alive
    pub const SERVER_KEEP_ALIVE: u8 = 0x13;
    /// Receive Maximum
    pub const RECEIVE_MAXIMUM: u8 = 0x21;
    /// Topic Alias
    pub const TOPIC_ALIAS: u8 = 0x23;
    /// User Property
    pub const USER_PROPERTY: u8 = 0x26;
    /// Maximum QoS
    pub const MAXIMUM_QOS: u8 = 0x24;
    /// Retain Available
    pub const RETAIN_AVAILABLE: u8 = 0x25;
    /// Maximum Packet Size
    pub const MAXIMUM_PACKET_SIZE: u8 = 0x27;
    /// Subscription Identifiers Available
    pub const SUBSCRIPTION_IDENTIFIERS_AVAILABLE: u8 = 0x29;
    /// Shared Subscription Available
    pub const SHARED_SUBSCRIPTIONS_AVAILABLE: u8 = 0x2a;
}

/// How a property's value is laid out.
#[derive(Clone, Copy)]
enum Layout {
    Fixed(usize),
    VariableInteger,
    Binary,
    Text,
    TextPair,
}

/// The table of §2.2.2.2.
fn layout(id: u8) -> Option<Layout> {
    match id {
        0x01 | 0x17 | 0x19 | 0x24 | 0x25 | 0x28 | 0x29 | 0x2a => Some(Layout::Fixed(1)),
        0x13 | 0x21 | 0x22 | 0x23 => Some(Layout::Fixed(2)),
        0x02 | 0x11 | 0x18 | 0x27 => Some(Layout::Fixed(4)),
        0x0b => Some(Layout::VariableInteger),
        0x09 | 0x16 => Some(Layout::Binary),
        0x03 | 0x08 | 0x12 | 0x15 | 0x1a | 0x1c | 0x1f => Some(Layout::Text),
        id::USER_PROPERTY => Some(Layout::TextPair),
        _ => None,
    }
}

/// Appends a Subscription Identifier.
pub fn push_subscription_identifier(out: &mut Vec<u8>, identifier: u32) {
    out.push(id::SUBSCRIPTION_IDENTIFIER);
    let value = usize::try_from(identifier).expect("32 bits are an address");
    packet::variable_integer(out, value);
}

/// Appends a Message Expiry Interval.
pub fn push_message_expiry_interval(out: &mut Vec<u8>, seconds: u32) {
    out.push(id::MESSAGE_EXPIRY_INTERVAL);
    out.extend_from_slice(&seconds.to_be_bytes());
}

/// Appends a Content Type; what is too long for MQTT is cut.
pub fn push_content_type(out: &mut Vec<u8>, content_type: &str) {
    out.push(id::CONTENT_TYPE);
    push_text(out, content_type);
}

/// Appends a Response Topic; what is too long for MQTT is cut.
pub fn push_response_topic(out: &mut Vec<u8>, topic: &str) {
    out.push(id::RESPONSE_TOPIC);
    push_text(out, topic);
}

/// Appends a User Property; what is too long for MQTT is cut.
pub fn push_user_property(out: &mut Vec<u8>, name: &str, value: &str) {
    out.push(id::USER_PROPERTY);
    push_text(out, name);
    push_text(out, value);
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    let text = &text[..text.floor_char_boundary(usize::from(u16::MAX))];
    let length = u16::try_from(text.len()).expect("it was cut");
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

const TRUNCATED: Fault = Fault::Malformed("properties that end too early");

/// Splits `bytes` into the properties at its start, without their length, and the rest.
#[inline]
pub fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), Fault> {
    let (length, at) = variable_integer(bytes)?.ok_or(TRUNCATED)?;
    bytes[at..].split_at_checked(length).ok_or(TRUNCATED)
}

/// Walks properties.
pub fn walk(properties: &[u8]) -> impl Iterator<Item = Result<Property<'_>, Fault>> {
    let mut rest = properties;
    std::iter::from_fn(move || {
        let (&id, after) = rest.split_first()?;
        Some(value(id, after).map(|(property, after)| {
            rest = after;
            property
        }))
        .inspect(|read| {
            if read.is_err() {
                rest = &[];
            }
        })
    })
}

/// Cuts well-formed properties into the bytes of each, its identifier included.
pub fn split_all(properties: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = properties;
    std::iter::from_fn(move || {
        let (&id, after) = rest.split_first()?;
        let (_, behind) = value(id, after).ok()?;
        let (property, _) = rest.split_at(rest.len() - behind.len());
        rest = behind;
        Some(property)
    })
}

/// Whether these bytes of a property are a User Property of this name.
pub fn is_user_property(property: &[u8], name: &str) -> bool {
    let pair = property.strip_prefix(&[id::USER_PROPERTY]);
    let found = pair.and_then(|pair| text(pair).ok());
    found.is_some_and(|(found, _)| found == name.as_bytes())
}

/// Which properties a packet may have: a bit for each identifier.
#[derive(Clone, Copy, Debug)]
pub struct Allowed(u64);

impl Allowed {
    /// A set of identifiers, all of which are known to be below 64.
    pub const fn new(ids: &[u8]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < ids.len() {
            bits |= 1 << ids[at];
            at += 1;
        }
        Self(bits)
    }

    const fn has(self, id: u8) -> bool {
        self.0 >> id & 1 != 0
    }
}

/// Those of a PUBLISH (§3.3.2.3); Topic Alias is not among them, as we allow none.
const OF_PUBLISH: Allowed = Allowed::new(&[
    0x01,
    0x02,
    0x03,
    0x08,
    0x09,
    id::SUBSCRIPTION_IDENTIFIER,
    id::USER_PROPERTY,
]);

/// Those that may come several times.
const REPEATED: Allowed = Allowed::new(&[id::SUBSCRIPTION_IDENTIFIER, id::USER_PROPERTY]);

/// Whether properties are well-formed, allowed, and not there twice.
pub fn check(properties: &[u8], allowed: Allowed) -> Result<(), Fault> {
    let mut seen = Allowed(0);
    for property in walk(properties) {
        let id = property?.id;
        if !allowed.has(id) {
            return Err(Fault::Malformed("a property that its packet does not have"));
        }
        if seen.has(id) && !REPEATED.has(id) {
            return Err(Fault::Malformed("a property that is there twice"));
        }
        seen.0 |= 1 << id;
    }
    Ok(())
}

/// Whether the properties of a PUBLISH are as they should be.
#[inline]
pub fn check_publish(properties: &[u8]) -> Result<(), Fault> {
    if properties.is_empty() {
        return Ok(());
    }
    let is_alias = |property: Result<Property<'_>, Fault>| {
        property.is_ok_and(|property| property.id == id::TOPIC_ALIAS)
    };
    check(properties, OF_PUBLISH).map_err(|fault| {
        if walk(properties).any(is_alias) {
            return Fault::Malformed("a topic alias, though none are allowed");
        }
        fault
    })
}

fn value(id: u8, bytes: &[u8]) -> Result<(Property<'_>, &[u8]), Fault> {
    let layout = layout(id).ok_or(Fault::Malformed("an unknown property"))?;
    let (value, rest) = match layout {
        Layout::Fixed(length) => bytes.split_at_checked(length).ok_or(TRUNCATED)?,
        Layout::VariableInteger => {
            let (_, length) = variable_integer(bytes)?.ok_or(TRUNCATED)?;
            bytes.split_at(length)
        }
        Layout::Binary => binary(bytes)?,
        Layout::Text => text(bytes)?,
        Layout::TextPair => {
            let (_, after_name) = text(bytes)?;
            let (_, rest) = text(after_name)?;
            bytes.split_at(bytes.len() - rest.len())
        }
    };
    Ok((Property { id, value }, rest))
}

fn binary(bytes: &[u8]) -> Result<(&[u8], &[u8]), Fault> {
    let (&length, rest) = bytes.split_first_chunk::<2>().ok_or(TRUNCATED)?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(length)))
        .ok_or(TRUNCATED)
}

fn text(bytes: &[u8]) -> Result<(&[u8], &[u8]), Fault> {
    let (value, rest) = binary(bytes)?;
    match std::str::from_utf8(value) {
        Ok(_) => Ok((value, rest)),
        Err(_) => Err(Fault::Malformed("a property that is not UTF-8")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_of_a_message_are_checked() {
        let cases: [(&[u8], Option<&str>); 15] = [
            (&[], None),
            (&[0x01, 1], None),
            (&[0x02, 0, 0, 0, 9, 0x0b, 0x80, 1], None),
            (&[0x03, 0, 1, b'a', 0x09, 0, 1, 0xff], None),
            (&[0x26, 0, 1, b'k', 0, 0, 0x26, 0, 0, 0, 1, b'v'], None),
            (&[0x26, 0, 1, b'k', 0], Some("too early")),
            (&[0x02, 0, 0], Some("too early")),
            (&[0x0b, 0x80], Some("too early")),
            (&[0x03, 0, 2, b'a'], Some("too early")),
            (&[0x03, 0, 1, 0xff], Some("not UTF-8")),
            (&[0x23, 0, 1], Some("topic alias")),
            (&[0x11, 0, 0, 0, 1], Some("does not have")),
            (&[0x7f], Some("unknown property")),
            (&[0x0b, 1, 0x0b, 1], None),
            (&[0x01, 1, 0x01, 1], Some("twice")),
        ];
        for (properties, expected) in cases {
            let checked = check_publish(properties).map_err(|fault| fault.to_string());
            match expected {
                None => assert_eq!(checked, Ok(()), "{properties:?}"),
                Some(part) => {
                    let message = checked.expect_err(part);
                    assert!(message.contains(part), "{properties:?}: {message}");
                }
            }
        }
    }
}
