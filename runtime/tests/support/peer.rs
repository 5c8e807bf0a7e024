//! A session of the protocol machine, driven with bytes and times: no socket, no clock.

use laminar_runtime::mqtt::event::{Event, Step};
use laminar_runtime::mqtt::packet::Connect;
use laminar_runtime::mqtt::session::{Options, Session};
use laminar_runtime::spec::MqttVersion::{self, V5, V311};
use std::time::{Duration, Instant};

/// A session, the bytes that have come for it, and what it told.
pub struct Peer {
    pub session: Session,
    pub now: Instant,
    buffer: Vec<u8>,
    pub told: Vec<String>,
    faulted: bool,
}

pub fn options(version: MqttVersion) -> Options {
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
        share: None,
        max_packet_size: 200,
        publish_qos: 0,
        publish_retained: false,
    }
}

impl Peer {
    pub fn new(options: Options) -> Self {
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
    pub fn ready(version: MqttVersion) -> Self {
        let mut peer = Self::new(options(version));
        peer.accept(version, 0);
        peer.told.clear();
        peer
    }

    /// CONNACK and SUBACK, the latter for the identifier that was asked with.
    pub fn accept(&mut self, version: MqttVersion, session_present: u8) {
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

    /// Ends the connection, whatever was wrong with it, and opens another one.
    pub fn reconnect(&mut self) {
        self.buffer.clear();
        self.faulted = false;
        self.session.connected(self.now);
        self.output();
    }

    pub fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
        let mut at = 0;
        while !self.faulted {
            // as a source does
            if let Some((publish, size)) = self.session.next_publish(&self.buffer[at..]) {
                self.told.push(tell(&Event::Publish(publish)));
                at += size;
                continue;
            }
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

    pub fn output(&mut self) -> Vec<u8> {
        let output = self.session.output().to_vec();
        if !output.is_empty() {
            self.session.wrote(output.len(), self.now);
        }
        output
    }

    pub fn told(&mut self) -> String {
        std::mem::take(&mut self.told).join("; ")
    }

    pub fn after(&mut self, seconds: u64, reading: bool) -> Result<(), String> {
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
        Event::Oversized { head, size } => format!("oversized {} {size}", head.topic),
        Event::Refused { place, reason } => format!("refused {place}: {reason}"),
    }
}

pub fn publish(first: u8, topic: &str, id: u16, payload: &[u8]) -> Vec<u8> {
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
