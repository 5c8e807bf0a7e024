//! What the protocol machine makes of received bytes.

mod support;

use laminar_runtime::mqtt::session::{Options, Session};
use laminar_runtime::mqtt::share::Share;
use laminar_runtime::spec::MqttVersion::{self, V5, V311};
use std::time::Instant;
use support::peer::{Peer, options, publish};

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
            if random.is_multiple_of(7) {
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
fn nobody_else_names_a_session() {
    let mut peer = Peer::new(options(V5));
    peer.feed(&[0x20, 7, 0, 0, 4, 0x12, 0, 1, b'x']);
    assert!(peer.told().contains("another client identifier"));
    let mut unnamed = options(V5);
    unnamed.connect.client_id.clear();
    let mut peer = Peer::new(unnamed);
    peer.feed(&[0x20, 7, 0, 0, 4, 0x12, 0, 1, b'x']);
    assert_eq!(peer.told(), "");
    peer.reconnect();
    peer.session.connected(peer.now);
    assert!(peer.session.output().ends_with(&[0, 1, b'x']));
}

#[test]
fn another_service_is_recognized_at_its_first_byte() {
    for (answer, expected) in [
        ("HTTP/1.1 400 Bad Request", "the answer is HTTP"),
        ("\x15\x03\x01\0\x02", "the answer is TLS"),
        ("SSH-2.0", "the answer is not MQTT"),
        ("-ERR", "the answer is not MQTT"),
    ] {
        let mut peer = Peer::new(options(V311));
        peer.feed(&answer.as_bytes()[..1]);
        assert!(peer.told().contains(expected), "{answer}");
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
    assert_eq!(peer.output(), [0x40, 2, 0, 1]);
    peer.session.acknowledge_through(3);
    assert_eq!(peer.output(), [0x40, 2, 0, 2, 0x40, 2, 0, 3]);
}

/// Copies of a message for filters that overlap: one of them counts, however large they are, and
/// however their properties are cut in pieces.
#[test]
fn an_oversized_message_is_told_once_for_filters_that_overlap() {
    let mut peer = Peer::new(Options {
        filters: vec![("a/+".into(), 1), ("+/x".into(), 1)],
        ..options(V5)
    });
    peer.output();
    peer.feed(&[0x20, 3, 0, 0, 0]);
    let mut copies = Vec::new();
    for _ in 0..2 {
        let subscribe = peer.output();
        // Its properties are the identifier, and come back as they are.
        let properties = &subscribe[4..5 + usize::from(subscribe[4])];
        copies.push([properties, &[b'x'; 3_000]].concat());
        peer.feed(&[0x90, 4, subscribe[2], subscribe[3], 0, 1]);
    }
    assert_eq!(peer.told(), "ready false");
    let stream = [
        publish(0x32, "a/x", 1, &copies[1]),
        publish(0x32, "a/x", 2, &copies[0]),
        publish(0x32, "b/x", 3, &copies[1]),
    ];
    for byte in stream.concat() {
        peer.feed(&[byte]);
    }
    let size = stream[1].len();
    assert_eq!(
        peer.told(),
        format!("oversized a/x {size}; oversized b/x {size}")
    );
    peer.session.acknowledge_through(0);
    assert_eq!(
        peer.output(),
        [0x40, 2, 0, 1],
        "what does not count is done"
    );
    peer.session.acknowledge_through(2);
    assert_eq!(peer.output(), [0x40, 2, 0, 2, 0x40, 2, 0, 3]);
}

/// One of two sessions of ours that share a filter, beside one that the author has shared.
fn sharing(number: u16) -> Peer {
    let filters = vec![("a/#".to_owned(), 2), ("$share/theirs/b".to_owned(), 2)];
    let group = "ours".to_owned();
    let mut peer = Peer::new(Options {
        filters,
        share: Some(Share {
            group,
            sessions: 2,
            number,
        }),
        ..options(V5)
    });
    peer.output();
    peer
}

const SHARED: &[u8] = b"\0\x0f$share/ours/a/#\x02\0\x0f$share/theirs/b\x02";
const PLAIN: &[u8] = b"\0\x03a/#\x02\0\x0f$share/theirs/b\x02";

#[test]
fn of_the_sessions_that_cannot_share_the_first_goes_on_alone() {
    let mut peer = sharing(1);
    peer.feed(&[0x20, 3, 0, 0, 0]);
    assert!(peer.output().ends_with(SHARED));
    peer.feed(&[0x90, 5, 0, 1, 0, 0x9e, 2]);
    assert!(peer.output().ends_with(PLAIN));
    assert_eq!(peer.session.alone_of(), Some(2));
    peer.feed(&[0x90, 5, 0, 2, 0, 2, 2]);
    assert_eq!(peer.told(), "ready false");
    // the others are gone, so a broker that has learned to share makes no difference
    peer.reconnect();
    peer.feed(&[0x20, 3, 0, 0, 0]);
    assert!(peer.output().ends_with(PLAIN));
}

#[test]
fn the_other_sessions_that_cannot_share_end() {
    let refused: [&[&[u8]]; 2] = [
        &[&[0x20, 5, 0, 0, 2, 0x2a, 0]],
        &[&[0x20, 3, 0, 0, 0], &[0x90, 5, 0, 1, 0, 0x9e, 2]],
    ];
    for packets in refused {
        let mut peer = sharing(2);
        for packet in packets {
            peer.feed(packet);
        }
        let told = "fault: the broker does not support shared subscriptions";
        assert_eq!(peer.told(), told);
        peer.output();
        peer.session.disconnect();
        assert_eq!(peer.output(), [0xe0, 0], "it leaves in peace");
    }
}

#[test]
fn a_filter_that_the_author_has_shared_is_refused_like_any_other() {
    for number in [1, 2] {
        let mut peer = sharing(number);
        peer.feed(&[0x20, 3, 0, 0, 0]);
        peer.feed(&[0x90, 5, 0, 1, 0, 2, 0x9e]);
        let told = "fault: the broker refused the subscription to `$share/theirs/b`";
        assert!(peer.told().starts_with(told));
        assert_eq!(peer.session.alone_of(), None);
    }
}
