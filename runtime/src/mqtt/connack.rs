//! The answers of a broker: CONNACK, SUBACK, acknowledgements and DISCONNECT.

use super::Fault;
use super::property::{self, Allowed, id};
use crate::spec::MqttVersion;

/// An accepted connection (§3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the packet, and any may come with any"
)]
pub struct Accepted {
    /// The broker has kept a session.
    pub session_present: bool,
    /// How many of our messages may be unacknowledged at a time (5).
    pub receive_maximum: u16,
    /// Largest packet that the broker takes, in bytes (5).
    pub maximum_packet_size: usize,
    /// Highest quality of service that it takes (5).
    pub maximum_qos: u8,
    /// Whether it takes retained messages (5).
    pub retain_available: bool,
    /// Its own choice of keep-alive interval in seconds (5).
    pub server_keep_alive_s: Option<u16>,
    /// Whether it takes subscription identifiers (5).
    pub subscription_identifiers: bool,
    /// Whether it shares subscriptions (5).
    pub shared_subscriptions: bool,
    /// The client id that it gave us (5).
    pub assigned_client_id: Option<String>,
}

impl Accepted {
    /// Whether the broker takes what is to be published.
    pub fn check(&self, qos: u8, retained: bool) -> Result<(), Fault> {
        if qos > self.maximum_qos {
            return Err(Fault::Unsupported("the quality of service of a sink"));
        }
        if retained && !self.retain_available {
            return Err(Fault::Unsupported("retained messages, which a sink sends"));
        }
        Ok(())
    }
}

/// What goes unacknowledged at a time towards a 3.1.1 broker, which cannot say what it takes.
const WINDOW_V311: u16 = 100;

/// What CONNACK may say (§3.2.2.3).
const OF_CONNACK: Allowed = Allowed::new(&[
    0x11,
    id::ASSIGNED_CLIENT_IDENTIFIER,
    id::SERVER_KEEP_ALIVE,
    0x15,
    0x16,
    0x1a,
    0x1c,
    0x1f,
    id::RECEIVE_MAXIMUM,
    0x22,
    id::MAXIMUM_QOS,
    id::RETAIN_AVAILABLE,
    id::USER_PROPERTY,
    id::MAXIMUM_PACKET_SIZE,
    0x28,
    id::SUBSCRIPTION_IDENTIFIERS_AVAILABLE,
    id::SHARED_SUBSCRIPTIONS_AVAILABLE,
]);

/// What other answers may say: a reason in words, and whatever the broker's owner likes.
const OF_ANSWERS: Allowed = Allowed::new(&[0x1f, id::USER_PROPERTY]);

/// Reads CONNACK. Brokers of 3.1.1 answer a CONNECT of version 5 in their own way, without
/// properties.
pub fn connack(body: &[u8], version: MqttVersion) -> Result<Accepted, Fault> {
    let (&[flags, code], rest) = body
        .split_first_chunk::<2>()
        .ok_or(Fault::Malformed("CONNACK that is too short"))?;
    if flags > 1 {
        return Err(Fault::Malformed("CONNACK with reserved flags"));
    }
    if code != 0 {
        return Err(refusal(code));
    }
    let mut accepted = Accepted {
        session_present: flags == 1,
        receive_maximum: WINDOW_V311,
        maximum_packet_size: usize::MAX,
        maximum_qos: 2,
        retain_available: true,
        subscription_identifiers: true,
        shared_subscriptions: true,
        server_keep_alive_s: None,
        assigned_client_id: None,
    };
    match version {
        MqttVersion::V311 if rest.is_empty() => Ok(accepted),
        MqttVersion::V311 => Err(Fault::Malformed("CONNACK that is too long")),
        MqttVersion::V5 => {
            accepted.receive_maximum = u16::MAX;
            let (properties, rest) = property::split(rest)?;
            if !rest.is_empty() {
                return Err(Fault::Malformed("CONNACK that is too long"));
            }
            property::check(properties, OF_CONNACK)?;
            for property in property::walk(properties) {
                accept(&mut accepted, property?)?;
            }
            Ok(accepted)
        }
    }
}

fn accept(accepted: &mut Accepted, property: property::Property<'_>) -> Result<(), Fault> {
    let value = property.value;
    match property.id {
        id::RECEIVE_MAXIMUM => match short(value) {
            0 => return Err(Fault::Malformed("a receive maximum of 0")),
            count => accepted.receive_maximum = count,
        },
        id::MAXIMUM_PACKET_SIZE => {
            let size = value
                .iter()
                .fold(0, |size, &byte| size << 8 | usize::from(byte));
            if size == 0 {
                return Err(Fault::Malformed("a maximum packet size of 0"));
            }
            accepted.maximum_packet_size = size;
        }
        id::MAXIMUM_QOS => accepted.maximum_qos = u8::from(flag(value)?),
        id::RETAIN_AVAILABLE => accepted.retain_available = flag(value)?,
        id::SUBSCRIPTION_IDENTIFIERS_AVAILABLE => accepted.subscription_identifiers = flag(value)?,
        id::SHARED_SUBSCRIPTIONS_AVAILABLE => accepted.shared_subscriptions = flag(value)?,
        id::SERVER_KEEP_ALIVE => accepted.server_keep_alive_s = Some(short(value)),
        id::ASSIGNED_CLIENT_IDENTIFIER => {
            let text = String::from_utf8_lossy(value).into_owned();
            accepted.assigned_client_id = Some(text);
        }
        // The others say what we do not use.
        _ => {}
    }
    Ok(())
}

fn flag(value: &[u8]) -> Result<bool, Fault> {
    match value[0] {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Fault::Malformed(
            "a property that can be 0 or 1 and is neither",
        )),
    }
}

fn short(value: &[u8]) -> u16 {
    u16::from_be_bytes([value[0], value[1]])
}

/// Codes below 0x80 are those of 3.1.1.
fn refusal(code: u8) -> Fault {
    let (reason, fatal) = match code {
        1 | 0x84 => (
            "it does not speak this version of MQTT (option `mqtt_version`)",
            true,
        ),
        2 | 0x85 => ("it does not accept the client id", true),
        3 | 0x88 => ("it is not available", false),
        4 | 0x86 => ("bad user name or password", true),
        5 | 0x87 => ("not authorized", true),
        0x8a => ("this client is banned", true),
        0x8c => ("bad authentication method", true),
        0x90 => ("the topic of the last will is not valid", true),
        0x9a => ("it takes no retained last will", true),
        0x9b => (
            "it does not take the quality of service of the last will",
            true,
        ),
        code => (reason(code), false),
    };
    Fault::Refused { reason, fatal }
}

/// The packet identifier of an acknowledgement, and its reason code: 0 in 3.1.1.
pub fn acknowledgement(body: &[u8], version: MqttVersion) -> Result<(u16, u8), Fault> {
    let (&id, rest) = body
        .split_first_chunk::<2>()
        .ok_or(Fault::Malformed("an acknowledgement that is too short"))?;
    let id = u16::from_be_bytes(id);
    if id == 0 {
        return Err(Fault::Malformed(
            "an acknowledgement of packet identifier 0",
        ));
    }
    match (version, rest) {
        (_, []) => Ok((id, 0)),
        (MqttVersion::V311, _) => Err(Fault::Malformed("an acknowledgement that is too long")),
        (MqttVersion::V5, [code]) => Ok((id, *code)),
        (MqttVersion::V5, [code, properties @ ..]) => {
            let (properties, rest) = property::split(properties)?;
            if !rest.is_empty() || property::check(properties, OF_ANSWERS).is_err() {
                return Err(Fault::Malformed("an acknowledgement with bad properties"));
            }
            Ok((id, *code))
        }
    }
}

/// What the reason code of a PUBACK or PUBREC says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The message was taken.
    Taken,
    /// It was refused, and would be again.
    Refused(&'static str),
    /// The same, since it is larger than the broker takes.
    TooLarge(&'static str),
    /// It was not taken, for a reason that may pass.
    NotYet(&'static str),
}

/// Reads the reason code of a PUBACK or PUBREC.
pub fn verdict(code: u8) -> Verdict {
    match code {
        0..0x80 => Verdict::Taken,
        0x87 | 0x90 | 0x99 => Verdict::Refused(reason(code)),
        0x95 => Verdict::TooLarge(reason(code)),
        _ => Verdict::NotYet(reason(code)),
    }
}

/// The code of a SUBACK from a broker that shares no subscriptions (5).
pub const NOT_SHARED: u8 = 0x9e;

/// The packet identifier of a SUBACK and its codes, one per filter (§3.9).
pub fn suback(body: &[u8], version: MqttVersion) -> Result<(u16, &[u8]), Fault> {
    let (&id, rest) = body
        .split_first_chunk::<2>()
        .ok_or(Fault::Malformed("SUBACK that is too short"))?;
    let codes = match version {
        MqttVersion::V311 => rest,
        MqttVersion::V5 => {
            let (properties, codes) = property::split(rest)?;
            property::check(properties, OF_ANSWERS)?;
            codes
        }
    };
    Ok((u16::from_be_bytes(id), codes))
}

/// Whether the codes of a SUBACK grant all filters that it is about.
pub fn check_granted(
    filters: &[(String, u8)],
    codes: &[u8],
    version: MqttVersion,
) -> Result<(), Fault> {
    if codes.len() != filters.len() {
        return Err(Fault::Malformed("a SUBACK with another number of filters"));
    }
    for ((filter, _), &code) in filters.iter().zip(codes) {
        match code {
            0..=2 => {}
            0x80.. => return Err(subscription_refused(filter, code, version)),
            _ => return Err(Fault::Malformed("a SUBACK with an unknown code")),
        }
    }
    Ok(())
}

/// The error of a SUBACK code of 0x80 or more. 3.1.1 has but one, which mostly means that access
/// is denied.
fn subscription_refused(filter: &str, code: u8, version: MqttVersion) -> Fault {
    let passing = match version {
        MqttVersion::V311 => false,
        MqttVersion::V5 => matches!(code, 0x80 | 0x83 | 0x91 | 0x97),
    };
    let reason = match version {
        MqttVersion::V311 => "it gives no reason; access is probably denied",
        MqttVersion::V5 => reason(code),
    };
    Fault::NotSubscribed {
        filter: filter.to_owned(),
        reason,
        fatal: !passing,
    }
}

/// The fault of a DISCONNECT that a broker sends (5).
pub fn disconnected(body: &[u8]) -> Fault {
    Fault::Disconnected(reason(body.first().copied().unwrap_or(0)))
}

/// Reason codes in words (MQTT 5 §2.4).
pub fn reason(code: u8) -> &'static str {
    match code {
        0x00 => "normal end",
        0x81 => "malformed packet",
        0x82 => "protocol error",
        0x83 => "implementation specific error",
        0x87 => "not authorized",
        0x88 => "server not available",
        0x89 => "server busy",
        0x8b => "server shutting down",
        0x8d => "keep-alive timeout",
        0x8e => "another client took over the session with the same client id",
        0x8f => "the topic filter is not valid",
        0x90 => "the topic is not valid",
        0x91 => "packet identifier in use",
        0x93 => "receive maximum exceeded",
        0x94 => "topic alias not valid",
        0x95 => "packet too large",
        0x96 => "message rate too high",
        0x97 => "quota exceeded",
        0x98 => "administrative action",
        0x99 => "payload format not valid",
        0x9a => "retained messages are not supported",
        0x9b => "this quality of service is not supported",
        0x9c => "use another server",
        0x9d => "server moved",
        0x9e => "shared subscriptions are not supported",
        0x9f => "connection rate exceeded",
        0xa0 => "maximum connect time",
        0xa1 => "subscription identifiers are not supported",
        0xa2 => "wildcard subscriptions are not supported",
        _ => "unspecified error",
    }
}
