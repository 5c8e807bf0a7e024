//! Frames as tungstenite writes and reads them, cut everywhere.

use super::*;
use tungstenite::protocol::frame::coding::{CloseCode, Control, Data, OpCode};
use tungstenite::protocol::frame::{CloseFrame, Frame as Theirs, FrameHeader};
use tungstenite::protocol::{Role, WebSocket as Peer, WebSocketConfig};

fn frame(opcode: OpCode, is_final: bool, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let header = FrameHeader {
        is_final,
        opcode,
        ..FrameHeader::default()
    };
    Theirs::from_payload(header, payload.to_vec().into())
        .format(&mut bytes)
        .expect("a Vec takes it");
    bytes
}

fn binary(payload: &[u8]) -> Vec<u8> {
    frame(OpCode::Data(Data::Binary), true, payload)
}

/// What comes out of pieces of this length, and the socket behind it.
fn stripped(bytes: &[u8], piece: usize) -> (Vec<u8>, WebSocket) {
    let mut socket = WebSocket::default();
    let mut mqtt = Vec::new();
    for piece in bytes.chunks(piece) {
        let mut piece = piece.to_vec();
        let length = socket.strip(&mut piece);
        mqtt.extend_from_slice(&piece[..length]);
    }
    (mqtt, socket)
}

/// The frames that wait for the socket, as a server of tungstenite reads them.
fn sent(socket: &mut WebSocket) -> Vec<(OpCode, Vec<u8>)> {
    let bytes = socket.outgoing().to_vec();
    socket.wrote(bytes.len());
    let mut rest = std::io::Cursor::new(bytes);
    let mut frames = Vec::new();
    while let Some((header, length)) = FrameHeader::parse(&mut rest).expect("valid heads") {
        let start = usize::try_from(rest.position()).expect("short");
        let end = start + usize::try_from(length).expect("short");
        let mask = header.mask.expect("clients mask");
        let payload = rest.get_ref()[start..end].iter().zip(mask.iter().cycle());
        frames.push((
            header.opcode,
            payload.map(|(byte, mask)| byte ^ mask).collect(),
        ));
        rest.set_position(end as u64);
    }
    frames
}

#[test]
fn frames_are_stripped_wherever_they_are_cut() {
    let long = vec![7; 70_000];
    let bytes = [
        binary(b"one"),
        binary(b""),
        frame(OpCode::Control(Control::Ping), true, b"are you there"),
        // a message in fragments, a ping between them
        frame(OpCode::Data(Data::Binary), false, b"two"),
        frame(OpCode::Control(Control::Ping), true, b""),
        frame(OpCode::Data(Data::Continue), false, b"three"),
        frame(OpCode::Control(Control::Pong), true, b"unasked"),
        frame(OpCode::Data(Data::Continue), true, b""),
        binary(&[8; 126]),
        binary(&long),
        binary(b"end"),
    ]
    .concat();
    let expected = [b"onetwothree".as_slice(), &[8; 126], &long, b"end"].concat();
    for piece in [1, 2, 3, 5, 7, 11, 64, 4_096, bytes.len()] {
        let (mqtt, mut socket) = stripped(&bytes, piece);
        assert!(mqtt == expected, "pieces of {piece}");
        assert_eq!(socket.fault(), None);
        let pong = OpCode::Control(Control::Pong);
        let pongs = [(pong, b"are you there".to_vec()), (pong, Vec::new())];
        assert_eq!(sent(&mut socket), pongs);
    }
}

#[test]
fn what_comes_before_a_fault_is_delivered() {
    let ping = [0x89, 0x7e, 0, 126];
    let cases: [(Vec<u8>, &str, u16); 9] = [
        (
            frame(OpCode::Data(Data::Text), true, b"x"),
            "a text frame",
            1003,
        ),
        (vec![0x82, 0x81, 0, 0, 0, 0, 1], "a masked frame", 1002),
        (vec![0xc2, 1, 1], "reserved bits", 1002),
        (vec![0x83, 0], "an unknown kind", 1002),
        (vec![0x80, 1, 1], "out of order", 1002),
        (vec![0x02, 1, 1, 0x82, 1, 1], "out of order", 1002),
        (vec![0x09, 0], "a control frame", 1002),
        (ping.to_vec(), "a control frame", 1002),
        (
            [[0x82, 0x7f].as_slice(), &[0xff; 8]].concat(),
            "invalid length",
            1002,
        ),
    ];
    for (wrong, expected, code) in cases {
        let bytes = [binary(b"good"), wrong, binary(b"never")].concat();
        for piece in [1, bytes.len()] {
            let (mqtt, mut socket) = stripped(&bytes, piece);
            assert!(
                mqtt.starts_with(b"good") && mqtt.len() <= 5,
                "{expected}: {mqtt:?}"
            );
            let fault = socket.fault().expect(expected).to_string();
            assert!(fault.contains(expected), "{fault}");
            let close = (OpCode::Control(Control::Close), code.to_be_bytes().to_vec());
            assert_eq!(sent(&mut socket), [close], "{expected}");
        }
    }
}

#[test]
fn a_close_is_answered_and_told() {
    let close = |code, reason: &str| {
        let reason = reason.to_owned().into();
        let mut bytes = Vec::new();
        Theirs::close(Some(CloseFrame { code, reason }))
            .format(&mut bytes)
            .expect("a Vec takes it");
        bytes
    };
    let cases = [
        (
            close(CloseCode::Normal, "bye"),
            "the broker closed the connection",
        ),
        (
            close(CloseCode::Away, ""),
            "the broker closed the connection",
        ),
        (
            frame(OpCode::Control(Control::Close), true, b""),
            "the broker closed the connection",
        ),
        (
            close(CloseCode::Policy, "no\n"),
            r"closed it with code 1008 no\n",
        ),
    ];
    for (bytes, expected) in cases {
        let (mqtt, mut socket) = stripped(&[bytes.clone(), binary(b"never")].concat(), 1);
        assert!(mqtt.is_empty());
        let fault = socket.fault().expect(expected).to_string();
        assert!(fault.contains(expected), "{fault}");
        let code = bytes[2..].iter().take(2).copied().collect();
        assert_eq!(sent(&mut socket), [(OpCode::Control(Control::Close), code)]);
        socket.close();
        assert_eq!(socket.outgoing(), b"", "closed once");
    }
}

#[test]
fn what_we_send_is_read_by_another_implementation() {
    let mut socket = WebSocket::default();
    let payloads = [0, 1, 3, 4, 125, 126, 127, 65_535, 65_536].map(|length| vec![0x5a; length]);
    for payload in &payloads {
        socket.send(payload);
    }
    socket.close();
    let bytes = socket.outgoing().to_vec();
    // sent in pieces
    let mut pieces = Vec::new();
    while !socket.outgoing().is_empty() {
        let piece = &socket.outgoing()[..socket.outgoing().len().min(999)];
        pieces.extend_from_slice(piece);
        let length = piece.len();
        socket.wrote(length);
    }
    assert!(pieces == bytes);
    let stream = Duplex(std::io::Cursor::new(bytes));
    let config = WebSocketConfig::default();
    let mut peer = Peer::from_raw_socket(stream, Role::Server, Some(config));
    for payload in &payloads {
        let message = peer.read().expect("a message");
        assert!(message.is_binary() && message.into_data() == payload[..]);
    }
    assert!(peer.read().expect("a close").is_close());
}

#[test]
fn a_flood_of_pings_is_not_kept() {
    let ping = frame(OpCode::Control(Control::Ping), true, &[0; 125]);
    let (_, socket) = stripped(&ping.repeat(10_000), 4_096);
    assert!(socket.outgoing().len() <= MAX_WAITING + 200);
}

struct Duplex(std::io::Cursor<Vec<u8>>);

impl std::io::Read for Duplex {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(into)
    }
}

impl std::io::Write for Duplex {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
