//! The protocol machine, driven with bytes and times: no socket, no clock.

use laminar_runtime::mqtt::packet::{Connect, Publication};
use laminar_runtime::mqtt::session::{Event, Options, Session, Step};
use laminar_runtime::spec::MqttVersion::{self, V5, V311};
use std::time::{Duration, Instant};

/// A session, the bytes that have come for it, and what it told.
struct Peer {
    session: Session,
    now: Instant,
    buffer: Vec<u8>,
    told: Vec<String>,
    faulted: bool,
}

fn options(version: MqttVersion) -> Options {
    Options {
        connect: Connect {
            version,
            client_id: "c".into(),
            username: None,
            password: None,
            clean: false,
            session_expiry_interval_s: None,
            keep_alive_s: 10,
            receive_maximum: 100,
            will: None,
        },
        filters: vec![("a/#".into(), 2)],
        max_packet_size: 200,
        publish_qos: 0,
        publish_retained: false,
    }
}

impl Peer {
    fn new(options: Options) -> Self {
        let now = Instant::now();
        let mut session = Session::new(options, now);
        session.connected(now);
        Self {
            session,
            now,
            buffer: Vec::new(),
            told: Vec::new(),
            faulted: false,
        }
    }

    /// A session that is connected and subscribed; its output so far is taken away.
    fn ready(version: MqttVersion) -> Self {
        let mut peer = Self::new(options(version));
        peer.accept(version, 0);
        peer.told.clear();
        peer
    }

    /// CONNACK and SUBACK, the latter for the identifier that was asked with.
    fn accept(&mut self, version: MqttVersion, session_present: u8) {
        self.output();
        let connack = match version {
            V311 => vec![0x20, 2, session_present, 0],
            V5 => vec![0x20, 3, session_present, 0, 0],
        };
        self.feed(&connack);
        let asked = self.output();
        let subscribe = asked
            .iter()
            .rposition(|&byte| byte == 0x82)
            .expect("SUBSCRIBE is last");
        let (high, low) = (asked[subscribe + 2], asked[subscribe + 3]);
        let suback = match version {
            V311 => vec![0x90, 3, high, low, 2],
            V5 => vec![0x90, 4, high, low, 0, 2],
        };
        self.feed(&suback);
    }

    fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
        let mut at = 0;
        while !self.faulted {
            match self.session.receive(&self.buffer[at..], self.now) {
                Err(fault) => {
                    self.told.push(format!("fault: {fault}"));
                    self.faulted = true;
                }
                Ok(Step::Incomplete { needed }) => {
                    assert!(
                        needed > self.buffer.len() - at,
                        "it asks for more than there is"
                    );
                    break;
                }
                Ok(Step::Consumed { bytes, event }) => {
                    assert!(bytes > 0, "it gets on");
                    self.told.extend(event.as_ref().map(tell));
                    at += bytes;
                }
            }
        }
        self.buffer.drain(..at);
    }

    fn output(&mut self) -> Vec<u8> {
        let output = self.session.output().to_vec();
        if !output.is_empty() {
            self.session.wrote(output.len(), self.now);
        }
        output
    }

    fn told(&mut self) -> String {
        std::mem::take(&mut self.told).join("; ")
    }

    fn after(&mut self, seconds: u64, reading: bool) -> Result<(), String> {
        self.now += Duration::from_secs(seconds);
        self.session
            .handle_timeout(self.now, reading)
            .map_err(|fault| fault.to_string())
    }
}

fn tell(event: &Event<'_>) -> String {
    match event {
        Event::Ready {
            session_present, ..
        } => format!("ready {session_present}"),
        Event::Publish(publish) => format!(
            "{} {} q{} r{} d{} {:02x?}",
            publish.topic,
            publish.payload.escape_ascii(),
            publish.qos,
            u8::from(publish.retain),
            u8::from(publish.duplicate),
            publish.properties
        ),
        Event::Oversized { topic, size } => format!("oversized {topic} {size}"),
        Event::Refused { reason } => format!("refused: {reason}"),
    }
}

fn publish(first: u8, topic: &str, id: u16, payload: &[u8]) -> Vec<u8> {
    let mut body = vec![0, u8::try_from(topic.len()).expect("short")];
    body.extend_from_slice(topic.as_bytes());
    if first & 6 != 0 {
        body.extend_from_slice(&id.to_be_bytes());
    }
    body.extend_from_slice(payload);
    let mut packet = vec![first];
    let mut length = body.len();
    while length > 127 {
        packet.push(u8::try_from(length % 128).expect("seven bits") | 0x80);
        length /= 128;
    }
    packet.push(u8::try_from(length).expect("seven bits"));
    packet.extend(body);
    packet
}

/// All that a broker may send in 3.1.1, one of each kind and a message that is too large.
fn stream() -> Vec<u8> {
    let mut bytes = vec![0x20, 2, 1, 0];
    bytes.extend(publish(0x3a, "a/early", 7, b"resumed"));
    bytes.extend([0x90, 3, 0, 1, 2]);
    bytes.extend(publish(0x31, "a/ü", 0, b""));
    bytes.extend(publish(0x34, "a/2", 9, b"two"));
    bytes.extend(publish(0x3c, "a/2", 9, b"two"));
    bytes.extend([0x62, 2, 0, 9, 0x62, 2, 0, 10, 0xd0, 0]);
    bytes.extend(publish(0x32, "a/large", 11, &[b'x'; 300]));
    bytes.extend(publish(0x32, "a/1", 12, &[b'y'; 150]));
    bytes.extend([0x40, 2, 0, 3, 0x50, 2, 0, 4, 0x70, 2, 0, 5]);
    bytes.extend(publish(0x30, "a/last", 0, b"end"));
    bytes
}

/// What a session tells and writes when the stream comes in pieces that end at `cuts`.
fn in_pieces(cuts: &[usize]) -> (String, Vec<u8>) {
    let bytes = stream();
    let mut peer = Peer::new(options(V311));
    peer.output();
    let mut start = 0;
    for &cut in cuts.iter().chain([&bytes.len()]) {
        peer.feed(&bytes[start..cut]);
        start = cut;
    }
    peer.session.acknowledge_through(u64::MAX);
    let output = peer.output();
    (peer.told(), output)
}

#[test]
fn any_split_of_the_stream_gives_the_same_events() {
    let whole = in_pieces(&[]);
    let expected = [
        "a/early resumed q1 r0 d1 []",
        "ready true",
        "a/ü  q0 r1 d0 []",
        "a/2 two q2 r0 d0 []",
        "oversized a/large 314",
    ];
    for part in expected {
        assert!(whole.0.contains(part), "{part} in {}", whole.0);
    }
    assert_eq!(
        whole.0.matches("a/2 two").count(),
        1,
        "the duplicate is not told"
    );
    assert!(whole.0.ends_with("a/last end q0 r0 d0 []"), "{}", whole.0);
    let length = stream().len();
    let every_byte: Vec<usize> = (1..length).collect();
    assert_eq!(in_pieces(&every_byte), whole);
    for cut in 1..length {
        assert_eq!(in_pieces(&[cut]), whole, "cut at {cut}");
    }
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..500 {
        let mut cuts: Vec<usize> = Vec::new();
        for at in 1..length {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            if random % 7 == 0 {
                cuts.push(at);
            }
        }
        assert_eq!(in_pieces(&cuts), whole, "cuts {cuts:?}");
    }
}

#[test]
fn acknowledgements_follow_the_place_in_receive_order() {
    let mut peer = Peer::ready(V311);
    for (first, id) in [(0x32, 5), (0x34, 6), (0x30, 0), (0x32, 4)] {
        peer.feed(&publish(first, "a/x", id, b"m"));
    }
    let steps: [(u64, &[u8]); 5] = [
        (0, &[]),
        (1, &[0x40, 2, 0, 5]),
        (3, &[0x50, 2, 0, 6]),
        (4, &[0x40, 2, 0, 4]),
        (9, &[]),
    ];
    for (place, expected) in steps {
        peer.session.acknowledge_through(place);
        assert_eq!(peer.output(), expected, "place {place}");
    }
}

#[test]
fn an_acknowledgement_dies_with_its_connection() {
    let mut peer = Peer::ready(V311);
    peer.feed(&publish(0x32, "a/x", 5, b"m"));
    peer.feed(&publish(0x34, "a/x", 6, b"m"));
    peer.session.connected(peer.now);
    peer.session.acknowledge_through(2);
    peer.accept(V311, 1);
    assert!(
        !peer.session.output().starts_with(&[0x40]),
        "PUBACK of the old connection"
    );
    peer.told.clear();
    // The broker sends both again: the first is delivered again, the second is known.
    peer.feed(&publish(0x3a, "a/x", 5, b"m"));
    peer.feed(&publish(0x3c, "a/x", 6, b"m"));
    assert_eq!(peer.told(), "a/x m q1 r0 d1 []");
    peer.session.acknowledge_through(2);
    assert_eq!(peer.output(), [], "place 2 is before the redelivery");
    peer.session.acknowledge_through(3);
    assert_eq!(peer.output(), [0x40, 2, 0, 5, 0x50, 2, 0, 6]);
}

#[test]
fn a_lost_session_forgets_identifiers() {
    for (session_present, expected) in [(1, ""), (0, "a/x m q2 r0 d1 []")] {
        let mut peer = Peer::ready(V311);
        peer.feed(&publish(0x34, "a/x", 6, b"m"));
        peer.session.connected(peer.now);
        peer.accept(V311, session_present);
        peer.told.clear();
        peer.feed(&publish(0x3c, "a/x", 6, b"m"));
        assert_eq!(peer.told(), expected, "session present {session_present}");
    }
}

#[test]
fn pubrel_is_always_answered() {
    let cases: [(MqttVersion, bool, &[u8]); 3] = [
        (V311, true, &[0x70, 2, 0, 9]),
        (V311, false, &[0x70, 2, 0, 9]),
        (V5, false, &[0x70, 3, 0, 9, 0x92]),
    ];
    for (version, known, expected) in cases {
        let mut peer = Peer::ready(version);
        if known {
            peer.feed(&publish(0x34, "a/x", 9, b"m"));
        }
        peer.feed(&[0x62, 2, 0, 9]);
        assert_eq!(peer.output(), expected, "{version:?}, known: {known}");
        // Released: the identifier is free for another message.
        peer.told.clear();
        peer.feed(&publish(
            0x34,
            "a/y",
            9,
            if version == V5 { b"\0n" } else { b"n" },
        ));
        assert_eq!(peer.told(), "a/y n q2 r0 d0 []");
    }
}

#[test]
fn what_brokers_must_not_send_is_a_fault() {
    let cases: [(MqttVersion, &[u8], &str); 22] = [
        (V311, &[0x20, 2, 0, 0], "a second CONNACK"),
        (V311, &[0x90, 3, 0, 1, 0], "a SUBACK that nobody asked for"),
        (V311, &[0x00, 0], "do not send"),
        (V311, &[0xf0, 0], "do not send"),
        (V311, &[0x10, 0], "do not send"),
        (V311, &[0x82, 2, 0, 1], "do not send"),
        (V311, &[0xc0, 0], "do not send"),
        (V311, &[0xd0, 1, 0], "do not send"),
        (V311, &[0xe0, 0], "do not send"),
        (V311, &[0x60, 2, 0, 1], "do not send"),
        (V311, &[0x40, 2, 0, 0], "packet identifier 0"),
        (V311, &[0x40, 1, 0], "too short"),
        (V311, &[0x40, 3, 0, 1, 0], "too long"),
        (V311, &[0x62, 0], "too short"),
        (V311, &[0x36, 5, 0, 1, b'a', 0, 1], "quality of service 3"),
        (V311, &[0x32, 5, 0, 1, b'a', 0, 0], "packet identifier 0"),
        (V311, &[0x30, 1, 0], "within its head"),
        (V311, &[0x30, 4, 0, 2, 0xc3, 0x28], "not UTF-8"),
        (
            V311,
            &[0x30, 0xff, 0xff, 0xff, 0xff, 1],
            "more than four bytes",
        ),
        (V5, &[0x30, 3, 0, 1, b'a'], "end too early"),
        (V5, &[0x30, 7, 0, 1, b'a', 3, 0x23, 0, 1], "topic alias"),
        (V5, &[0xe0, 1, 0x8b], "server shutting down"),
    ];
    for (version, bytes, expected) in cases {
        let mut peer = Peer::ready(version);
        peer.feed(bytes);
        let told = peer.told();
        assert!(told.starts_with("fault: "), "{bytes:x?}: {told}");
        assert!(told.contains(expected), "{bytes:x?}: {told}");
    }
}

#[test]
fn nothing_comes_before_connack() {
    for bytes in [
        publish(0x30, "a", 0, b"m"),
        vec![0x90, 3, 0, 1, 0],
        vec![0xd0, 0],
    ] {
        let mut peer = Peer::new(options(V311));
        peer.feed(&bytes);
        assert!(peer.told().contains("before CONNACK"), "{bytes:x?}");
    }
}

#[test]
fn refusals_are_told_apart() {
    let cases: [(MqttVersion, &[u8], &str, bool); 9] = [
        (V311, &[0x20, 2, 0, 1], "version of MQTT", true),
        (V311, &[0x20, 2, 0, 2], "client id", true),
        (V311, &[0x20, 2, 0, 3], "not available", false),
        (V311, &[0x20, 2, 0, 4], "bad user name or password", true),
        (V311, &[0x20, 2, 0, 5], "not authorized", true),
        (V5, &[0x20, 2, 0, 1], "version of MQTT", true),
        (
            V5,
            &[0x20, 3, 0, 0x86, 0],
            "bad user name or password",
            true,
        ),
        (V5, &[0x20, 3, 0, 0x89, 0], "server busy", false),
        (V5, &[0x20, 3, 0, 0x8a, 0], "banned", true),
    ];
    for (version, bytes, expected, fatal) in cases {
        let mut session = Session::new(options(version), Instant::now());
        session.connected(Instant::now());
        let fault = session.receive(bytes, Instant::now()).expect_err(expected);
        assert!(fault.to_string().contains(expected), "{bytes:x?}: {fault}");
        assert_eq!(fault.is_fatal(), fatal, "{bytes:x?}");
    }
}

#[test]
fn refused_subscriptions_name_their_filter() {
    let cases: [(MqttVersion, &[u8], bool); 3] = [
        (V311, &[0x90, 3, 0, 1, 0x80], true),
        (V5, &[0x90, 4, 0, 1, 0, 0x87], true),
        (V5, &[0x90, 4, 0, 1, 0, 0x97], false),
    ];
    for (version, bytes, fatal) in cases {
        let now = Instant::now();
        let mut session = Session::new(options(version), now);
        session.connected(now);
        let connack: &[u8] = if version == V5 {
            &[0x20, 3, 0, 0, 0]
        } else {
            &[0x20, 2, 0, 0]
        };
        session.receive(connack, now).expect("it is accepted");
        let fault = session.receive(bytes, now).expect_err("it is refused");
        assert!(fault.to_string().contains("`a/#`"), "{fault}");
        assert_eq!(fault.is_fatal(), fatal, "{bytes:x?}");
    }
}

#[test]
fn oversized_messages_are_skipped_and_acknowledged_in_turn() {
    let mut peer = Peer::ready(V311);
    peer.feed(&publish(0x32, "a/x", 1, b"m"));
    peer.feed(&publish(0x32, "a/large", 2, &[0; 5_000]));
    peer.feed(&publish(0x32, "a/x", 3, b"n"));
    let told = peer.told();
    assert_eq!(
        told,
        "a/x m q1 r0 d0 []; oversized a/large 5014; a/x n q1 r0 d0 []"
    );
    peer.session.acknowledge_through(0);
    assert_eq!(peer.output(), []);
    peer.session.acknowledge_through(1);
    assert_eq!(peer.output(), [0x40, 2, 0, 1, 0x40, 2, 0, 2]);
    peer.session.acknowledge_through(2);
    assert_eq!(peer.output(), [0x40, 2, 0, 3]);
}

#[test]
fn pings_keep_a_session_alive() {
    let mut peer = Peer::ready(V311);
    assert_eq!(
        peer.session.next_timeout(),
        Some(peer.now + Duration::from_secs(10))
    );
    peer.after(9, true).expect("nothing is due");
    assert_eq!(peer.output(), []);
    peer.after(1, true).expect("a ping is due");
    assert_eq!(peer.output(), [0xc0, 0]);
    peer.after(9, true).expect("the answer has time");
    peer.session.heard();
    peer.feed(&[0xd0, 0]);
    peer.after(1, true).expect("it was answered");
    assert_eq!(peer.output(), [0xc0, 0]);
    assert_eq!(
        peer.after(10, true),
        Err("the broker does not answer pings".into())
    );
}

#[test]
fn pings_go_on_while_nothing_is_read() {
    let mut peer = Peer::ready(V311);
    for _ in 0..5 {
        peer.after(10, false).expect("an answer cannot be seen");
        assert_eq!(peer.output(), [0xc0, 0]);
        assert!(peer.session.next_timeout() > Some(peer.now), "no busy loop");
    }
    peer.after(9, true).expect("the answer has time again");
}

#[test]
fn the_broker_must_answer_in_time() {
    let mut peer = Peer::new(options(V311));
    assert_eq!(
        peer.after(10, true),
        Err("no CONNACK from the broker in time".into())
    );
    let mut peer = Peer::new(options(V311));
    peer.feed(&[0x20, 2, 0, 0]);
    peer.output();
    for _ in 0..2 {
        peer.after(9, true).expect("it has time");
        peer.output();
        peer.session.heard();
    }
    assert_eq!(
        peer.after(12, true),
        Err("no SUBACK from the broker in time".into())
    );
}

#[test]
fn the_broker_chooses_keep_alive_and_window() {
    let mut sink = options(V5);
    sink.filters.clear();
    let mut peer = Peer::new(sink);
    // Server Keep Alive 3, Receive Maximum 2, Maximum Packet Size 20
    peer.feed(&[
        0x20, 14, 0, 0, 11, 0x13, 0, 3, 0x21, 0, 2, 0x27, 0, 0, 0, 20,
    ]);
    assert_eq!(peer.told(), "ready false");
    peer.output();
    assert_eq!(
        peer.session.next_timeout(),
        Some(peer.now + Duration::from_secs(3))
    );
    assert!(send(&mut peer, 1, b"1") && send(&mut peer, 1, b"2"));
    assert!(!peer.session.can_publish(), "the window is full");
    peer.feed(&[0x40, 2, 0, 1]);
    assert!(peer.session.can_publish());
    assert!(!send(&mut peer, 1, &[0; 20]), "too large for the broker");
    peer.feed(&[0x40, 2, 0, 2]);
    assert_eq!(peer.session.published(), 3, "what is refused is done");
}

fn send(peer: &mut Peer, qos: u8, payload: &[u8]) -> bool {
    peer.session.publish(&Publication {
        topic: "o",
        payload,
        qos,
        retain: false,
    })
}

#[test]
fn what_is_not_confirmed_is_sent_again() {
    let sink = || Options {
        filters: Vec::new(),
        ..options(V311)
    };
    let first_byte = |qos: u8| 0x30 | qos << 1;
    for session_present in [0, 1] {
        let mut peer = Peer::new(sink());
        peer.feed(&[0x20, 2, 0, 0]);
        for (qos, payload) in [(1, b"1"), (2, b"2"), (2, b"3"), (1, b"4")] {
            assert!(send(&mut peer, qos, payload));
        }
        peer.output();
        // PUBREC of 2 and PUBACK of 4, then the connection breaks.
        peer.feed(&[0x50, 2, 0, 2, 0x40, 2, 0, 4]);
        assert_eq!(peer.output(), [0x62, 2, 0, 2]);
        assert_eq!(peer.session.published(), 0, "the first is not confirmed");
        peer.session.lost();
        peer.session.connected(peer.now);
        peer.output();
        peer.feed(&[0x20, 2, session_present, 0]);
        let again =
            |qos, id, payload| [&[first_byte(qos) | 8, 6, 0, 1, b'o', 0, id][..], payload].concat();
        let second = if session_present == 1 {
            vec![0x62, 2, 0, 2]
        } else {
            again(2, 2, b"2")
        };
        let expected = [again(1, 1, b"1"), second, again(2, 3, b"3")].concat();
        assert_eq!(peer.output(), expected, "session present {session_present}");
        peer.feed(&[0x40, 2, 0, 1]);
        assert_eq!(peer.session.published(), 1);
        if session_present == 0 {
            peer.feed(&[0x50, 2, 0, 2]);
        }
        peer.feed(&[0x70, 2, 0, 2]);
        assert_eq!(peer.session.published(), 2);
        peer.feed(&[0x50, 2, 0, 3, 0x70, 2, 0, 3]);
        assert_eq!(peer.session.published(), 4);
    }
}

#[test]
fn qos_0_counts_when_it_is_written() {
    let mut peer = Peer::new(Options {
        filters: Vec::new(),
        ..options(V311)
    });
    peer.feed(&[0x20, 2, 0, 0]);
    peer.output();
    assert!(send(&mut peer, 0, b"x"));
    assert_eq!(peer.session.published(), 0);
    let written = peer.session.output().len() - 1;
    peer.session.wrote(written, peer.now);
    assert_eq!(peer.session.published(), 0);
    peer.session.wrote(1, peer.now);
    assert_eq!(peer.session.published(), 1);
}
