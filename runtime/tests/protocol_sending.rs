//! When the protocol machine speaks by itself: pings, time-outs, and what it publishes.

mod support;

use laminar_runtime::mqtt::outbound::Insistence;
use laminar_runtime::mqtt::packet::Publication;
use laminar_runtime::mqtt::session::Options;
use laminar_runtime::spec::MqttVersion::{V5, V311};
use std::time::Duration;
use support::peer::{Peer, options};

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
    peer.session.heard(peer.now);
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
fn a_broker_that_only_takes_bytes_is_found_out() {
    let mut peer = Peer::new(Options {
        filters: Vec::new(),
        ..options(V311)
    });
    peer.feed(&[0x20, 2, 0, 0]);
    peer.output();
    // A row is written every second, and nothing ever comes back.
    let mut pings = 0;
    for second in 1..20 {
        assert!(send(&mut peer, 0, b"x"));
        let nothing_wrong = peer.after(1, true);
        assert_eq!(nothing_wrong, Ok(()), "second {second}");
        pings += usize::from(peer.output().ends_with(&[0xc0, 0]));
    }
    assert_eq!(pings, 1);
    assert_eq!(
        peer.after(1, true),
        Err("the broker does not answer pings".into())
    );
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
        peer.session.heard(peer.now);
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
    assert!(!peer.session.can_publish(1), "the window is full");
    peer.feed(&[0x40, 2, 0, 1]);
    assert!(peer.session.can_publish(1));
    assert!(!send(&mut peer, 1, &[0; 20]), "too large for the broker");
    peer.feed(&[0x40, 2, 0, 2]);
    assert_eq!(peer.session.published(), 3, "what is refused is done");
}

fn send(peer: &mut Peer, qos: u8, payload: &[u8]) -> bool {
    send_insisting(peer, qos, payload, Insistence::Patient)
}

fn send_insisting(peer: &mut Peer, qos: u8, payload: &[u8], insistence: Insistence) -> bool {
    let publication = Publication {
        topic: "o",
        payload,
        qos,
        retain: false,
        properties: &[],
    };
    peer.session.publish(&publication, insistence)
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

#[test]
fn qos_0_is_not_held_back_by_the_window() {
    let mut sink = options(V5);
    sink.filters.clear();
    let mut peer = Peer::new(sink);
    // Receive Maximum 2
    peer.feed(&[0x20, 6, 0, 0, 3, 0x21, 0, 2]);
    peer.output();
    for payload in [b"1", b"2"] {
        assert!(peer.session.can_publish(1) && send(&mut peer, 1, payload));
    }
    assert!(!peer.session.can_publish(1));
    for _ in 0..5 {
        assert!(peer.session.can_publish(0) && send(&mut peer, 0, b"x"));
    }
    peer.output();
    peer.feed(&[0x40, 2, 0, 1]);
    assert_eq!(peer.session.published(), 1);
    assert!(peer.session.can_publish(1), "one place is free");
    peer.feed(&[0x40, 2, 0, 2]);
    assert_eq!(peer.session.published(), 7);
}

#[test]
fn qos_0_that_was_not_written_is_written_on_the_next_connection() {
    let mut peer = Peer::new(Options {
        filters: Vec::new(),
        ..options(V311)
    });
    peer.feed(&[0x20, 2, 0, 0]);
    peer.output();
    assert!(send(&mut peer, 0, b"x"));
    let packet = peer.session.output().to_vec();
    peer.session.connected(peer.now);
    assert_eq!(peer.output()[0], 0x10, "CONNECT");
    assert_eq!(peer.session.published(), 0);
    peer.feed(&[0x20, 2, 0, 0]);
    assert_eq!(peer.output(), packet);
    assert_eq!(peer.session.published(), 1);
}

#[test]
fn what_is_written_in_parts_comes_whole_and_in_order() {
    let mut peer = Peer::new(Options {
        filters: Vec::new(),
        ..options(V311)
    });
    peer.feed(&[0x20, 2, 0, 0]);
    peer.output();
    let mut expected = Vec::new();
    let mut written = Vec::new();
    for number in 0..1_000_u16 {
        let payload = [number.to_be_bytes().as_slice(), &[0; 1_000]].concat();
        let before = peer.session.output().len();
        assert!(send(&mut peer, 0, &payload));
        expected.extend_from_slice(&peer.session.output()[before..]);
        let bytes = peer.session.output().len().saturating_sub(10);
        written.extend_from_slice(&peer.session.output()[..bytes]);
        peer.session.wrote(bytes, peer.now);
    }
    written.extend(peer.output());
    assert!(written == expected, "every byte once and in order");
    assert_eq!(peer.session.published(), 1_000);
}

/// What a message is insisted on with, the codes of the answers to it, and what each is told as.
fn check_insistence(insistence: Insistence, answers: &[(u8, &str)]) {
    let sink = || Options {
        filters: Vec::new(),
        ..options(V5)
    };
    let mut peer = Peer::new(sink());
    peer.feed(&[0x20, 3, 0, 0, 0]);
    assert!(send_insisting(&mut peer, 1, b"m", insistence));
    for (code, expected) in answers {
        peer.told();
        peer.feed(&[0x40, 3, 0, 1, *code]);
        assert_eq!(peer.told(), *expected, "{insistence:?} {code:#x}");
        if expected.starts_with("fault") {
            peer.reconnect();
            peer.feed(&[0x20, 3, 0, 0, 0]);
            assert!(peer.output().contains(&0x3a), "it is sent again");
        }
    }
    assert_eq!(peer.session.published(), 1);
}

#[test]
fn what_is_not_taken_is_sent_again_as_it_is_insisted_on() {
    const AGAIN: &str = "fault: the broker did not take a message: quota exceeded";
    const INSISTED: &str = "fault: the broker did not take a message: not authorized";
    let patient = [(0x97, AGAIN), (0x97, AGAIN), (0x97, AGAIN), (0x00, "")];
    check_insistence(Insistence::Patient, &patient);
    check_insistence(Insistence::Patient, &[(0x87, "refused 0: not authorized")]);
    check_insistence(
        Insistence::Limited(1),
        &[(0x97, AGAIN), (0x97, "refused 0: quota exceeded")],
    );
    check_insistence(
        Insistence::Limited(0),
        &[(0x97, "refused 0: quota exceeded")],
    );
    check_insistence(
        Insistence::Limited(5),
        &[(0x87, "refused 0: not authorized")],
    );
    let unconditional = [
        (0x87, INSISTED),
        (0x97, AGAIN),
        (0x87, INSISTED),
        (0x00, ""),
    ];
    check_insistence(Insistence::Unconditional, &unconditional);
}

#[test]
fn what_is_given_up_is_done_and_not_sent_again() {
    let mut peer = Peer::new(Options {
        filters: Vec::new(),
        ..options(V311)
    });
    peer.feed(&[0x20, 2, 0, 0]);
    for payload in [b"1", b"2", b"3"] {
        assert!(send(&mut peer, 1, payload));
    }
    peer.feed(&[0x40, 2, 0, 3]);
    peer.output();
    peer.session.lost();
    assert!(!peer.session.give_up(2), "the broker has it");
    assert!(peer.session.give_up(0));
    assert!(!peer.session.give_up(0), "it is done already");
    assert!(!peer.session.give_up(9), "there is none");
    assert_eq!(peer.session.published(), 1);
    peer.reconnect();
    peer.feed(&[0x20, 2, 0, 0]);
    let again = peer.output();
    assert!(
        again.ends_with(b"2") && !again.contains(&b'1'),
        "{again:02x?}"
    );
    peer.feed(&[0x40, 2, 0, 2]);
    assert_eq!(peer.session.published(), 3);
}
