//! The packets that a client sends (MQTT §3).

use super::property::{self, id};
use crate::secret::Secret;
use crate::spec::MqttVersion;

/// What CONNECT says.
#[derive(Clone, Debug)]
pub struct Connect {
    /// Protocol version.
    pub version: MqttVersion,
    /// Client identifier.
    pub client_id: String,
    /// User name.
    pub username: Option<String>,
    /// Password.
    pub password: Option<Secret>,
    /// Clean Session (3.1.1) or Clean Start (5).
    pub clean: bool,
    /// Session Expiry Interval in seconds (5).
    pub session_expiry_interval_s: Option<u32>,
    /// Keep Alive in seconds, 0: off.
    pub keep_alive_s: u16,
    /// Receive Maximum (5).
    pub receive_maximum: u16,
    /// Last will.
    pub will: Option<Will>,
}

/// The last will in a CONNECT.
#[derive(Clone, Debug)]
pub struct Will {
    /// Topic.
    pub topic: String,
    /// Payload.
    pub payload: Vec<u8>,
    /// Quality of service.
    pub qos: u8,
    /// Retained.
    pub retain: bool,
}

/// PUBACK, PUBREC, PUBREL or PUBCOMP, as the first byte of the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Acknowledgement {
    /// Answers PUBLISH at QoS 1.
    PubAck = 0x40,
    /// Answers PUBLISH at QoS 2.
    PubRec = 0x50,
    /// Answers PUBREC.
    PubRel = 0x62,
    /// Answers PUBREL.
    PubComp = 0x70,
}

/// Two bytes that ask for PINGRESP.
pub const PINGREQ: [u8; 2] = [0xc0, 0];

/// A DISCONNECT without reason: everything is in order.
pub const DISCONNECT: [u8; 2] = [0xe0, 0];

/// Appends CONNECT (§3.1). The receiver's Maximum Packet Size is not told: a broker would drop
/// larger messages without a word, where we can count them.
pub fn connect(out: &mut Vec<u8>, connect: &Connect) {
    let mut body = Vec::with_capacity(128);
    string(&mut body, b"MQTT");
    body.push(match connect.version {
        MqttVersion::V311 => 4,
        MqttVersion::V5 => 5,
    });
    let will_flags = connect
        .will
        .as_ref()
        .map_or(0, |will| 0b100 | will.qos << 3 | u8::from(will.retain) << 5);
    body.push(
        u8::from(connect.clean) << 1
            | will_flags
            | u8::from(connect.password.is_some()) << 6
            | u8::from(connect.username.is_some()) << 7,
    );
    body.extend_from_slice(&connect.keep_alive_s.to_be_bytes());
    if connect.version == MqttVersion::V5 {
        connect_properties(&mut body, connect);
    }
    string(&mut body, connect.client_id.as_bytes());
    if let Some(will) = &connect.will {
        no_properties(&mut body, connect.version);
        string(&mut body, will.topic.as_bytes());
        string(&mut body, &will.payload);
    }
    let password = connect.password.as_ref().map(Secret::reveal);
    for text in [connect.username.as_deref(), password]
        .into_iter()
        .flatten()
    {
        string(&mut body, text.as_bytes());
    }
    packet(out, 0x10, &body);
}

fn connect_properties(body: &mut Vec<u8>, connect: &Connect) {
    let mut properties = vec![id::RECEIVE_MAXIMUM];
    properties.extend_from_slice(&connect.receive_maximum.max(1).to_be_bytes());
    if let Some(seconds) = connect.session_expiry_interval_s {
        properties.push(id::SESSION_EXPIRY_INTERVAL);
        properties.extend_from_slice(&seconds.to_be_bytes());
    }
    variable_integer(body, properties.len());
    body.extend_from_slice(&properties);
}

/// Appends SUBSCRIBE for topic filters with their qualities of service (§3.8).
pub fn subscribe(out: &mut Vec<u8>, version: MqttVersion, id: u16, filters: &[(String, u8)]) {
    let mut body = id.to_be_bytes().to_vec();
    no_properties(&mut body, version);
    filters_with_qos(&mut body, filters);
    packet(out, 0x82, &body);
}

/// Appends SUBSCRIBE of MQTT 5 with a Subscription Identifier, from 1 to 268,435,455 (§3.8.2.1.2).
pub fn subscribe_as(out: &mut Vec<u8>, id: u16, filters: &[(String, u8)], identifier: u32) {
    let mut properties = Vec::new();
    property::push_subscription_identifier(&mut properties, identifier);
    let mut body = id.to_be_bytes().to_vec();
    variable_integer(&mut body, properties.len());
    body.extend_from_slice(&properties);
    filters_with_qos(&mut body, filters);
    packet(out, 0x82, &body);
}

fn filters_with_qos(body: &mut Vec<u8>, filters: &[(String, u8)]) {
    for (filter, qos) in filters {
        string(body, filter.as_bytes());
        body.push(*qos);
    }
}

/// Appends an acknowledgement that everything is in order.
#[inline]
pub fn acknowledge(out: &mut Vec<u8>, kind: Acknowledgement, id: u16) {
    let [high, low] = id.to_be_bytes();
    out.extend_from_slice(&[kind as u8, 2, high, low]);
}

/// Appends a PUBCOMP that says that the identifier is not known (MQTT 5 §3.7.2.1).
pub fn complete_unknown(out: &mut Vec<u8>, id: u16) {
    const PACKET_IDENTIFIER_NOT_FOUND: u8 = 0x92;
    let [high, low] = id.to_be_bytes();
    let kind = Acknowledgement::PubComp as u8;
    out.extend_from_slice(&[kind, 3, high, low, PACKET_IDENTIFIER_NOT_FOUND]);
}

/// What is published.
#[derive(Clone, Copy, Debug)]
pub struct Publication<'p> {
    /// Topic.
    pub topic: &'p str,
    /// Payload.
    pub payload: &'p [u8],
    /// Quality of service.
    pub qos: u8,
    /// Retained.
    pub retain: bool,
    /// Properties without their length (5); in 3.1.1 they are left out.
    pub properties: &'p [u8],
}

/// Bytes of the PUBLISH that [`publish`] makes, at most.
pub fn publish_size(publication: &Publication<'_>) -> usize {
    let (properties, payload) = (publication.properties, publication.payload);
    publish_head_size(publication.topic) + properties.len() + payload.len()
}

/// Bytes of it without properties and payload, at most.
pub fn publish_head_size(topic: &str) -> usize {
    5 + 2 + topic.len() + 2 + 4
}

/// No packet is larger than this.
pub const LARGEST: usize = (1 << 28) - 1;

/// Appends PUBLISH (§3.3); `id` counts above QoS 0.
pub fn publish(out: &mut Vec<u8>, version: MqttVersion, id: u16, publication: &Publication<'_>) {
    let Publication {
        topic,
        payload,
        qos,
        retain,
        properties,
    } = *publication;
    let with_properties = match version {
        MqttVersion::V311 => 0,
        MqttVersion::V5 => variable_integer_size(properties.len()) + properties.len(),
    };
    let identifier = if qos > 0 { 2 } else { 0 };
    out.push(0x30 | qos << 1 | u8::from(retain));
    variable_integer(
        out,
        2 + topic.len() + identifier + with_properties + payload.len(),
    );
    string(out, topic.as_bytes());
    if qos > 0 {
        out.extend_from_slice(&id.to_be_bytes());
    }
    if version == MqttVersion::V5 {
        variable_integer(out, properties.len());
        out.extend_from_slice(properties);
    }
    out.extend_from_slice(payload);
}

/// The DUP flag in the first byte of a PUBLISH.
pub const DUPLICATE: u8 = 0b1000;

fn packet(out: &mut Vec<u8>, first: u8, body: &[u8]) {
    out.push(first);
    variable_integer(out, body.len());
    out.extend_from_slice(body);
}

fn no_properties(out: &mut Vec<u8>, version: MqttVersion) {
    if version == MqttVersion::V5 {
        out.push(0);
    }
}

fn string(out: &mut Vec<u8>, text: &[u8]) {
    let length = u16::try_from(text.len()).expect("the length was checked with the settings");
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(text);
}

/// Bytes that [`variable_integer`] takes.
fn variable_integer_size(value: usize) -> usize {
    match value {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        _ => 4,
    }
}

/// Appends a variable byte integer (§1.5.5), below 2^28.
pub fn variable_integer(out: &mut Vec<u8>, mut value: usize) {
    assert!(value < 1 << 28, "the size was checked before");
    loop {
        let low = u8::try_from(value & 0x7f).expect("seven bits");
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}
