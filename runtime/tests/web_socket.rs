//! The whole process against a WebSocket that does what a test wants it to do, good or bad.

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;
use support::{Broker, PATIENCE, Pipeline};
use tungstenite::handshake::derive_accept_key;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use tungstenite::protocol::frame::{Frame, FrameHeader};

const BINARY: OpCode = OpCode::Data(Data::Binary);
const CONTINUE: OpCode = OpCode::Data(Data::Continue);
const PING: OpCode = OpCode::Control(Control::Ping);
const PONG: OpCode = OpCode::Control(Control::Pong);
const CLOSE: OpCode = OpCode::Control(Control::Close);

fn url(broker: &Broker) -> String {
    broker.url.replace("tcp://", "ws://") + "/way?in=1"
}

/// The broker's end of a WebSocket.
struct Peer {
    stream: TcpStream,
    request: String,
    /// MQTT that was received and not looked at.
    mqtt: Vec<u8>,
}

impl Peer {
    /// Takes a connection and its request.
    fn accept(broker: &Broker) -> Self {
        let mut stream = broker.accept().into_stream();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("a request comes");
            request.push(byte[0]);
        }
        Self {
            stream,
            request: String::from_utf8(request).expect("UTF-8"),
            mqtt: Vec::new(),
        }
    }

    fn key(&self) -> &str {
        let line = self
            .request
            .lines()
            .find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "));
        line.expect("a key")
    }

    fn answer(&mut self) {
        let accept = derive_accept_key(self.key().as_bytes());
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
             sec-websocket-accept: {accept}\r\nsec-websocket-protocol: mqtt\r\n\r\n"
        );
        self.send(answer.as_bytes());
    }

    /// Takes a connection, answers it, and lets the pipeline subscribe.
    fn subscribed(broker: &Broker) -> Self {
        let mut peer = Self::accept(broker);
        peer.answer();
        assert_eq!(peer.packet()[0], 0x10, "CONNECT is first");
        peer.send(&frame(BINARY, true, &[0x20, 2, 0, 0]));
        let subscribe = peer.packet();
        assert_eq!(subscribe[0], 0x82, "SUBSCRIBE comes");
        let granted = [0x90, 4, subscribe[2], subscribe[3], 2, 2];
        peer.send(&frame(BINARY, true, &granted));
        peer
    }

    fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the pipeline reads");
    }

    /// The next frame, unmasked.
    fn frame(&mut self) -> (OpCode, Vec<u8>) {
        let (header, length) = loop {
            let mut head = vec![0; 2];
            self.stream.read_exact(&mut head).expect("a frame comes");
            let more = match head[1] & 0x7f {
                126 => 2,
                127 => 8,
                _ => 0,
            };
            head.resize(2 + more + 4, 0);
            self.stream
                .read_exact(&mut head[2..])
                .expect("its head is whole");
            let parsed = FrameHeader::parse(&mut std::io::Cursor::new(&head));
            if let Some(parsed) = parsed.expect("a valid head") {
                break parsed;
            }
        };
        let mask = header.mask.expect("clients mask");
        let mut payload = vec![0; usize::try_from(length).expect("short")];
        self.stream.read_exact(&mut payload).expect("it is whole");
        for (byte, mask) in payload.iter_mut().zip(mask.iter().cycle()) {
            *byte ^= mask;
        }
        (header.opcode, payload)
    }

    /// The next packet; all are short here.
    fn packet(&mut self) -> Vec<u8> {
        loop {
            if let [_, length, ..] = self.mqtt[..] {
                let end = 2 + usize::from(length);
                if self.mqtt.len() >= end {
                    return self.mqtt.drain(..end).collect();
                }
            }
            let (opcode, payload) = self.frame();
            assert_eq!(opcode, BINARY, "{payload:?}");
            self.mqtt.extend(payload);
        }
    }
}

fn frame(opcode: OpCode, is_final: bool, payload: &[u8]) -> Vec<u8> {
    let header = FrameHeader {
        is_final,
        opcode,
        ..FrameHeader::default()
    };
    let mut bytes = Vec::new();
    Frame::from_payload(header, payload.to_vec().into())
        .format(&mut bytes)
        .expect("a Vec takes it");
    bytes
}

/// A message of QoS 1 on `first/a`.
fn publish(id: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(2 + 7 + 2 + payload.len()).expect("short");
    [
        &[0x32, length, 0, 7],
        b"first/a".as_slice(),
        &[0, id],
        payload,
    ]
    .concat()
}

#[test]
fn frames_and_packets_need_not_end_together() {
    let broker = Broker::new();
    let pipeline = Pipeline::start(&[("BROKER", &url(&broker))], &[]);
    let mut peer = Peer::subscribed(&broker);
    assert!(peer.request.starts_with("GET /way?in=1 HTTP/1.1\r\n"));
    assert!(
        peer.request
            .contains("\r\nSec-WebSocket-Protocol: mqtt\r\n")
    );
    // several packets in a frame
    let two = [publish(1, b"one"), publish(2, b"two")].concat();
    peer.send(&frame(BINARY, true, &two));
    // a packet over several frames, over a message in fragments, and a ping within
    let three = publish(3, b"three");
    for byte in &three[..5] {
        peer.send(&frame(BINARY, true, &[*byte]));
    }
    peer.send(&frame(BINARY, false, &three[5..8]));
    peer.send(&frame(PING, true, b"there?"));
    peer.send(&frame(CONTINUE, false, &[]));
    peer.send(&frame(CONTINUE, true, &three[8..]));
    for expected in ["one", "two", "three"] {
        assert_eq!(pipeline.payload(), expected);
    }
    let mut pong = None;
    while peer.mqtt.len() < 12 || pong.is_none() {
        match peer.frame() {
            (BINARY, payload) => peer.mqtt.extend(payload),
            (PONG, payload) => pong = Some(payload),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(peer.mqtt, [0x40, 2, 0, 1, 0x40, 2, 0, 2, 0x40, 2, 0, 3]);
    assert_eq!(pong.as_deref(), Some(b"there?".as_slice()));
    peer.mqtt.clear();
    // every byte of the stream in a segment of its own
    let four = [
        frame(PONG, true, b"x"),
        frame(BINARY, true, &publish(4, b"four")),
    ]
    .concat();
    for byte in four {
        peer.send(&[byte]);
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(pipeline.payload(), "four");
    assert_eq!(peer.packet(), [0x40, 2, 0, 4]);
    // the farewell: DISCONNECT, a close frame, the end
    pipeline.signal("TERM");
    assert_eq!(peer.packet(), [0xe0, 0]);
    assert_eq!(peer.frame(), (CLOSE, vec![0x03, 0xe8]));
    assert_eq!(peer.stream.read(&mut [0]).expect("the end"), 0);
    let ended = pipeline.wait();
    assert_eq!(ended.code, 0, "{}", ended.log);
}

#[test]
fn a_message_larger_than_is_taken_is_skipped_in_whatever_frame_it_comes() {
    let broker = Broker::new();
    let variables = [("BROKER", url(&broker)), ("MAX_PACKET", "1000".to_owned())];
    let variables = variables
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let pipeline = Pipeline::start(&variables, &[]);
    let mut peer = Peer::subscribed(&broker);
    // 4 MB in one frame, much more than the receive buffer
    let body = [[0, 7].as_slice(), b"first/a", &[0, 1], &vec![b'x'; 4 << 20]].concat();
    let mut packet = vec![0x32];
    let mut length = body.len();
    while length > 127 {
        packet.push(u8::try_from(length % 128).expect("seven bits") | 0x80);
        length /= 128;
    }
    packet.push(u8::try_from(length).expect("seven bits"));
    packet.extend(body);
    packet.extend(publish(2, b"small"));
    peer.send(&frame(BINARY, true, &packet));
    assert_eq!(pipeline.payload(), "small");
    for id in [1, 2] {
        assert_eq!(peer.packet(), [0x40, 2, 0, id]);
    }
    let ended = pipeline.stop();
    assert!(ended.log.contains("are not read"), "{}", ended.log);
}

#[test]
fn what_is_no_mqtt_ends_the_connection_after_what_came_before() {
    let broker = Broker::new();
    let pipeline = Pipeline::start(&[("BROKER", &url(&broker))], &[]);
    let mut id = 0;
    let cases = [
        (frame(OpCode::Data(Data::Text), true, b"hello"), 1003_u16),
        (frame(CONTINUE, true, b"x"), 1002),
        (frame(PING, false, b"x"), 1002),
        (vec![0x82, 0x80, 1, 2, 3, 4], 1002),
        (frame(CLOSE, true, &[0x03, 0xf0, b'n', b'o']), 1008),
        (frame(CLOSE, true, &[0x03, 0xe9]), 1001),
    ];
    for (wrong, code) in &cases {
        let mut peer = Peer::subscribed(&broker);
        id += 1;
        let message = frame(BINARY, true, &publish(id, b"before"));
        peer.send(&[message, wrong.clone()].concat());
        assert_eq!(pipeline.payload(), "before", "{code}");
        let close = loop {
            match peer.frame() {
                (CLOSE, payload) => break payload,
                (BINARY, _) => {}
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(close, code.to_be_bytes());
    }
    let peer = Peer::subscribed(&broker);
    let log = pipeline.stop().log;
    drop(peer);
    for expected in [
        "WebSocket: the broker sent a text frame, though MQTT is binary; next attempt",
        "the broker sent fragments out of order",
        "the broker sent a masked frame from a server",
        "the broker closed it with code 1008 no",
        "the broker closed the connection",
    ] {
        assert!(log.contains(expected), "{expected} in {log}");
    }
}

#[test]
fn answers_that_are_no_web_socket_are_told() {
    let no_key = "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                  Sec-WebSocket-Accept: x\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
    for (answer, expected) in [
        (
            "HTTP/1.1 404 Not Found\r\n\r\n",
            "404 Not Found (is the path `/way?…` right",
        ),
        (no_key, "belongs to another request"),
        ("\u{20}\u{2}\0\0", "the answer is not HTTP"),
        ("", "is this a port for `tcp://`"),
    ] {
        let broker = Broker::new();
        let variables = [("BROKER", url(&broker)), ("ATTEMPTS", "1".to_owned())];
        let variables = variables
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let pipeline = Pipeline::start(&variables, &[]);
        let mut peer = Peer::accept(&broker);
        peer.send(answer.as_bytes());
        drop(peer);
        let ended = pipeline.wait();
        assert_eq!(ended.code, 69, "{}", ended.log);
        assert!(ended.log.contains(expected), "{expected} in {}", ended.log);
    }
}

#[test]
fn a_broker_that_stops_in_the_middle_of_a_frame_is_left() {
    let broker = Broker::new();
    let pipeline = Pipeline::start(&[("BROKER", &url(&broker))], &[]);
    let message = frame(BINARY, true, &publish(1, b"cut"));
    for cut in 0..message.len() {
        let mut peer = Peer::subscribed(&broker);
        peer.send(&message[..cut]);
    }
    let mut peer = Peer::subscribed(&broker);
    peer.send(&message);
    assert_eq!(pipeline.payload(), "cut");
    assert_eq!(peer.packet(), [0x40, 2, 0, 1]);
    peer.stream
        .set_read_timeout(Some(PATIENCE))
        .expect("sockets can");
    assert_eq!(pipeline.stop().code, 0);
}
