//! No bytes that a broker can send make the protocol machine panic, nor stand still; and its short
//! way for messages in good order says what the long one says.

mod support;

use laminar_runtime::mqtt::event::{Event, Step};
use laminar_runtime::mqtt::outbound::Insistence;
use laminar_runtime::mqtt::packet::Publication;
use laminar_runtime::mqtt::session::{Options, Session};
use laminar_runtime::spec::MqttVersion::{self, V5, V311};
use std::time::{Duration, Instant};
use support::peer::{Peer, options, publish};

const VERSIONS: [MqttVersion; 2] = [V311, V5];

/// How far a session is when the bytes come.
#[derive(Clone, Copy, Debug)]
enum Stage {
    Connecting,
    Subscribing,
    Receiving,
    /// With filters that overlap.
    ReceivingCopies,
    Sending,
}

const STAGES: [Stage; 5] = [
    Stage::Connecting,
    Stage::Subscribing,
    Stage::Receiving,
    Stage::ReceivingCopies,
    Stage::Sending,
];

/// A session at a stage; a sending one has messages 1 and 2 on their way at QoS 1 and 2, and
/// message 3 half-way through QoS 2.
fn session(version: MqttVersion, stage: Stage, now: Instant) -> Session {
    let filters = match stage {
        Stage::Connecting | Stage::Subscribing | Stage::Receiving => vec![("a/#".to_owned(), 2)],
        Stage::ReceivingCopies => vec![("a/+".to_owned(), 1), ("+/x".to_owned(), 2)],
        Stage::Sending => Vec::new(),
    };
    let mut session = Session::new(
        Options {
            filters,
            ..options(version)
        },
        now,
    );
    session.connected(now);
    let (connack, suback): (&[u8], &[u8]) = match version {
        V311 => (&[0x20, 2, 0, 0], &[0x90, 3, 0, 1, 2]),
        V5 => (&[0x20, 3, 0, 0, 0], &[0x90, 4, 0, 1, 0, 2]),
    };
    let script: &[&[u8]] = match stage {
        Stage::Connecting => &[],
        Stage::Subscribing | Stage::Sending => &[connack],
        Stage::Receiving => &[connack, suback],
        Stage::ReceivingCopies if version == V311 => &[connack, &[0x90, 4, 0, 1, 2, 2]],
        Stage::ReceivingCopies => &[connack, suback, &[0x90, 4, 0, 2, 0, 2]],
    };
    for packet in script {
        session.receive(packet, now).expect("it is well-formed");
    }
    if matches!(stage, Stage::Sending) {
        for qos in [1, 2, 2] {
            let publication = Publication {
                topic: "o",
                payload: b"m",
                qos,
                retain: false,
                properties: &[],
            };
            let taken = session.publish(&publication, Insistence::Patient);
            assert!(taken, "it is small");
        }
        let half = session.receive(&[0x50, 2, 0, 3], now);
        half.expect("it is well-formed");
    }
    session
}

/// Gives bytes to two sessions until they want more or find a fault, then lets time pass. One is
/// asked for messages in good order first, as a source asks; both say and write the same.
fn feed(version: MqttVersion, stage: Stage, bytes: &[u8], now: Instant) {
    let [long, short] = [false, true].map(|shortly| {
        let mut session = session(version, stage, now);
        let heard = hear(&mut session, bytes, now, shortly);
        session.acknowledge_through(u64::MAX);
        let answers = session.output().to_vec();
        let _ = session.handle_timeout(now + Duration::from_mins(1), true);
        session.wrote(session.output().len(), now);
        (heard, answers)
    });
    assert_eq!(long, short, "{version:?} {stage:?} {bytes:02x?}");
}

/// What a session says of bytes.
fn hear(session: &mut Session, bytes: &[u8], now: Instant, shortly: bool) -> Vec<String> {
    let (mut at, mut heard) = (0, Vec::new());
    loop {
        let rest = &bytes[at..];
        if let Some((publish, size)) = shortly.then(|| session.next_publish(rest)).flatten() {
            heard.push(format!("{size}: {:?}", Some(Event::Publish(publish))));
            at += size;
            continue;
        }
        match session.receive(rest, now) {
            Err(fault) => {
                heard.push(fault.to_string());
                return heard;
            }
            Ok(Step::Incomplete { needed }) => {
                assert!(needed > rest.len(), "{bytes:02x?}: it asks for less");
                return heard;
            }
            Ok(Step::Consumed { bytes: size, event }) => {
                assert!(size > 0, "{bytes:02x?}: it does not get on");
                heard.push(format!("{size}: {event:?}"));
                at += size;
            }
        }
    }
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("it is below a usize")
    }

    /// Small values and those that mean something in the protocol come often.
    fn byte(&mut self) -> u8 {
        let [any, choice, ..] = self.next().to_le_bytes();
        match choice & 3 {
            0 => any,
            1 => any & 3,
            2 => any & 0x3f,
            _ => [0x80, 0x87, 0x90, 0x95, 0x99, 0x7f, 0xff, 0x21][usize::from(any & 7)],
        }
    }
}

#[test]
fn every_first_byte_and_length_is_survived() {
    let now = Instant::now();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for version in VERSIONS {
        for stage in STAGES {
            for first in 0..=u8::MAX {
                for length in (0..24).chain([127, 199, 200, 300]) {
                    let mut bytes = vec![first];
                    if length > 127 {
                        bytes.push(0x80 | u8::try_from(length & 0x7f).expect("seven bits"));
                    }
                    let high = if length > 127 { length >> 7 } else { length };
                    bytes.push(u8::try_from(high).expect("seven bits"));
                    bytes.extend((0..length).map(|_| random.byte()));
                    feed(version, stage, &bytes, now);
                }
            }
        }
    }
}

#[test]
fn damaged_streams_are_survived() {
    let now = Instant::now();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let whole: Vec<u8> = [
        vec![0x20, 3, 0, 0, 0, 0x90, 4, 0, 1, 0, 2],
        publish(0x32, "a/x", 7, b"\0m"),
        publish(0x34, "a/y", 8, b"\x07\x26\0\x01k\0\x01vm"),
        vec![0x62, 2, 0, 8, 0x40, 3, 0, 1, 0x87, 0x50, 3, 0, 2, 0x97],
        publish(0x30, "a/large", 0, &[0; 300]),
        vec![0x70, 4, 0, 3, 0, 0, 0xd0, 0, 0xe0, 2, 0x8b, 0],
    ]
    .concat();
    for _ in 0..20_000 {
        let mut bytes = whole[random.below(20)..].to_vec();
        for _ in 0..random.below(6) {
            let at = random.below(bytes.len());
            match random.below(3) {
                0 => bytes[at] = random.byte(),
                1 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, random.byte()),
            }
        }
        for version in VERSIONS {
            for stage in STAGES {
                feed(version, stage, &bytes, now);
            }
        }
    }
}

#[test]
fn answers_that_nobody_awaits_change_nothing() {
    for first in [0x40, 0x50, 0x70] {
        for code in [
            0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x92, 0x95, 0x97, 0x99, 0xff,
        ] {
            let mut peer = Peer::ready(V5);
            peer.feed(&[first, 3, 0, 77, code]);
            assert_eq!(peer.told(), "", "{first:x} {code:x}");
            peer.feed(&publish(0x32, "a/x", 5, b"\0m"));
            assert_eq!(peer.told(), "a/x m q1 r0 d0 []", "{first:x} {code:x}");
        }
    }
}
