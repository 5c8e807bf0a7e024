//! Messages of one receive buffer are found again as they were, whichever were kept in one piece.

use super::ring::{Bad, Copied, Ring};
use super::run::size_of_one;
use crate::message::{Message, Properties};
use crate::mqtt::frame::{Header, publish};
use crate::payload::Payload;
use crate::spec::MqttVersion;

const VERSIONS: [MqttVersion; 2] = [MqttVersion::V311, MqttVersion::V5];

/// Random numbers below a limit.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        let Self(state) = self;
        *state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        usize::try_from(*state >> 33).expect("31 bits") % limit
    }
}

/// Appends a PUBLISH.
fn write_publish(to: &mut Vec<u8>, version: MqttVersion, random: &mut Random) {
    let qos = random.below(3);
    let topic = vec![b't'; 1 + random.below(9)];
    let mut body = vec![0, u8::try_from(topic.len()).expect("it is short")];
    body.extend(topic);
    if qos > 0 {
        body.extend([1, 2]);
    }
    if version == MqttVersion::V5 {
        let count = [0, 0, 1, 30][random.below(4)];
        let properties = b"\x26\x00\x01k\x00\x01v".repeat(count);
        write_length(&mut body, properties.len());
        body.extend(properties);
    }
    let longest = [300, 300, 300, 9_000, 30_000][random.below(40).saturating_sub(35)];
    body.resize(body.len() + random.below(longest), b'0');
    let flags = qos << 1 | random.below(2) | random.below(2) << 3;
    to.push(0x30 | u8::try_from(flags).expect("four bits"));
    write_length(to, body.len());
    to.extend(body);
}

fn write_length(to: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        to.push(u8::try_from(length & 0x7f | 0x80).expect("eight bits"));
        length >>= 7;
    }
    to.push(u8::try_from(length).expect("seven bits"));
}

/// Packets as a broker may send them.
fn received(version: MqttVersion, random: &mut Random) -> Vec<u8> {
    let mut buffer = Vec::new();
    for _ in 0..random.below(200) {
        match random.below(12) {
            0 => buffer.extend(b"\x40\x02\x00\x09".repeat(1 + random.below(30))),
            1 => buffer.extend(b"\xd0\x00"),
            _ => {}
        }
        write_publish(&mut buffer, version, random);
    }
    buffer.resize(buffer.len() + random.below(50), 0);
    buffer
}

/// The messages in a buffer, all received at `time`.
fn messages(buffer: &[u8], version: MqttVersion, time: i64) -> Vec<Message<'_>> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Ok(Some(header)) = Header::read(&buffer[at..])
        && header.first != 0
    {
        let body = &buffer[at + header.length..at + header.total()];
        at += header.total();
        if header.kind() == 3 {
            let publish = publish(header, body, version).expect("it is one");
            found.push(Message {
                topic: publish.topic,
                payload: Payload::within(buffer, publish.payload),
                qos: publish.qos,
                retain: publish.retain,
                duplicate: publish.duplicate,
                received_at_us: time,
                properties: Properties {
                    encoded: publish.properties,
                    replayed: &[],
                },
            });
        }
    }
    found
}

/// Some messages are not the table's, some were received later, some came from elsewhere.
fn disturb(messages: &mut Vec<Message<'_>>, random: &mut Random) {
    messages.retain(|_| random.below(30) > 0);
    let mut later = 0;
    for message in messages {
        later += i64::from(random.below(60) == 0);
        message.received_at_us += later;
        if random.below(40) == 0 {
            message.topic = "elsewhere";
        }
    }
}

fn told(message: &Message<'_>, bad: bool, whole: bool) -> String {
    format!("{message:?} {bad} {whole}")
}

/// Everything that a ring keeps.
fn kept(ring: &Ring) -> Vec<String> {
    let (mut found, mut copied) = (Vec::new(), Copied::default());
    for block in 0..ring.extent().end_block {
        assert!(ring.copy(block, 0, &mut copied));
        while let Some(kept) = copied.next_message() {
            found.push(told(&kept.message, kept.bad, kept.bad_as_a_whole));
        }
    }
    found
}

#[test]
fn neighbours_are_kept_as_they_came() {
    let mut random = Random(3);
    for round in 0..400 {
        let version = VERSIONS[round % 2];
        let keeps_properties = round % 4 < 2;
        let buffer = received(version, &mut random);
        let mut messages = messages(&buffer, version, 5);
        disturb(&mut messages, &mut random);
        let mut bad = Vec::new();
        for index in 0..messages.len() {
            let how = random.below(40);
            if how < 2 {
                bad.push(Bad {
                    index,
                    whole: false,
                });
            }
            if (1..3).contains(&how) {
                bad.push(Bad { index, whole: true });
            }
        }
        let mut ring = Ring::new(16 << 20, keeps_properties, 0);
        ring.push(&messages, &bad);
        let mut expected = Vec::new();
        for (index, mut message) in messages.into_iter().enumerate() {
            if !keeps_properties {
                message.properties = Properties::default();
            }
            if !message.payload.is_empty() {
                let is = |whole| bad.contains(&Bad { index, whole });
                expected.push(told(&message, is(false), is(true)));
            }
        }
        assert_eq!(kept(&ring), expected, "round {round}");
    }
}

/// They are one copy: a head, and the piece of the buffer.
#[test]
fn neighbours_are_kept_in_one_piece() {
    let packets: &[u8] = b"\x30\x08\x00\x03a/b{1}\x40\x02\x00\x07\x30\x08\x00\x03a/b{2}\xd0\x00\
                           \x32\x0a\x00\x03a/b\x00\x05{3}";
    let messages = messages(packets, MqttVersion::V311, 1);
    let mut ring = Ring::new(1 << 16, false, 0);
    ring.push(&messages, &[]);
    let first_packet = 10;
    let taken = size_of_one(&messages[0], false) + packets.len() - first_packet;
    assert_eq!(ring.taken(), taken);
    assert_eq!(kept(&ring).len(), 3);
}
