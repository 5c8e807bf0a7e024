//! One connection of the load broker, or of a publisher to another broker.

use super::Digest;
use super::packets::{V5, publish};
use super::pump::Pump;
use std::io::ErrorKind::WouldBlock;
use std::time::Instant;
use tokio::net::TcpStream;

/// Bytes that are read at a time, and the largest packet that is taken.
const INPUT: usize = 256 * 1024;

/// Rows that were published on a session.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows {
    /// How many.
    pub count: u64,
    /// Their digest.
    pub digest: Digest,
}

/// A connection.
#[derive(Debug)]
pub struct Session<'p> {
    /// Its socket.
    pub stream: TcpStream,
    input: Vec<u8>,
    filled: usize,
    /// Packets other than those of the load.
    control: Vec<u8>,
    /// The version that the client's CONNECT says.
    version: u8,
    /// Whether CONNECT (or CONNACK) has come.
    pub connected: bool,
    /// Whether SUBSCRIBE (or SUBACK) has come.
    pub subscribed: bool,
    /// Whether the other side has ended.
    pub ended: bool,
    /// What came back.
    pub rows: Rows,
    /// The load, where this session sends it.
    pub pump: Option<Pump<'p>>,
}

impl Session<'_> {
    /// A client's connection.
    pub fn new(stream: TcpStream) -> Result<Self, String> {
        stream.set_nodelay(true).map_err(|e| e.to_string())?;
        Ok(Self {
            stream,
            input: vec![0; INPUT],
            filled: 0,
            control: Vec::new(),
            version: 4,
            connected: false,
            subscribed: false,
            ended: false,
            rows: Rows::default(),
            pump: None,
        })
    }

    /// Asks a broker for a session of MQTT 3.1.1 with one subscription at QoS 1.
    pub fn subscribe(&mut self, client_id: &str, filter: &str) {
        let mut connect = b"\0\x04MQTT\x04\x02\0\0\0".to_vec();
        connect.push(u8::try_from(client_id.len()).expect("a short name"));
        connect.extend_from_slice(client_id.as_bytes());
        let mut subscribe = vec![0, 1, 0, u8::try_from(filter.len()).expect("a short filter")];
        subscribe.extend_from_slice(filter.as_bytes());
        subscribe.push(1);
        for (first, body) in [(0x10, connect), (0x82, subscribe)] {
            let length = u8::try_from(body.len()).expect("short packets");
            self.control.extend_from_slice(&[first, length]);
            self.control.extend_from_slice(&body);
        }
    }

    /// Publishes something outside of the load, at QoS 0.
    pub fn publish(&mut self, topic: &str, payload: &[u8]) {
        publish(&mut self.control, 0, self.version, topic, 0, payload);
    }

    /// Reads what is there; whether anything was.
    pub fn read(&mut self) -> Result<bool, String> {
        match self.stream.try_read(&mut self.input[self.filled..]) {
            Ok(0) => {
                self.ended = true;
                Ok(false)
            }
            Ok(bytes) => {
                self.filled += bytes;
                self.parse()?;
                Ok(true)
            }
            Err(error) if error.kind() == WouldBlock => Ok(false),
            Err(error) => Err(format!("cannot read: {error}")),
        }
    }

    /// Whether there is something to write.
    pub fn has_output(&mut self, now: Instant) -> bool {
        let next = self.pump.as_mut().is_some_and(|p| !p.next(now).is_empty());
        next || !self.control.is_empty()
    }

    /// Writes once, where there is something and the socket takes it; whether that was so.
    pub fn write(&mut self, now: Instant) -> Result<bool, String> {
        let is_between = self.pump.as_ref().is_none_or(Pump::is_between);
        let next = match &mut self.pump {
            Some(pump) if self.control.is_empty() || !is_between => pump.next(now),
            Some(_) | None => &self.control,
        };
        if next.is_empty() {
            return Ok(false);
        }
        let written = match self.stream.try_write(next) {
            Ok(written) => written,
            Err(error) if error.kind() == WouldBlock => return Ok(false),
            Err(error) => return Err(format!("cannot write: {error}")),
        };
        match &mut self.pump {
            Some(pump) if self.control.is_empty() || !is_between => pump.wrote(written),
            Some(_) | None => drop(self.control.drain(..written)),
        }
        Ok(true)
    }

    fn parse(&mut self) -> Result<(), String> {
        let mut at = 0;
        while let Some((length, total)) = header(&self.input[at..self.filled])? {
            if self.filled - at < total {
                break;
            }
            let packet = at..at + total;
            self.packet(packet.start, packet.start + length, packet.end)?;
            at += total;
        }
        self.input.copy_within(at..self.filled, 0);
        self.filled -= at;
        if self.filled == self.input.len() {
            return Err("a packet larger than is taken".into());
        }
        Ok(())
    }

    /// A packet from `start`, its body from `body` to `end`.
    fn packet(&mut self, start: usize, body: usize, end: usize) -> Result<(), String> {
        let first = self.input[start];
        let body = &self.input[body..end];
        match (first >> 4, body) {
            (1, [0, 4, b'M', b'Q', b'T', b'T', version, ..]) => {
                self.version = *version;
                self.connected = true;
                let connack: &[u8] = match *version {
                    V5 => &[0x20, 3, 0, 0, 0],
                    _ => &[0x20, 2, 0, 0],
                };
                self.control.extend_from_slice(connack);
            }
            (2, _) => self.connected = true,
            (3, _) => self.publication(start, body.len(), end)?,
            (4 | 5, [high, low, ..]) => {
                let (id, kind) = (u16::from_be_bytes([*high, *low]), first & 0xf0);
                if kind == 0x50 {
                    self.control.extend_from_slice(&[0x62, 2, *high, *low]);
                }
                let pump = self.pump.as_mut().ok_or("an answer to nothing")?;
                pump.acknowledged(kind, id)?;
            }
            (6, [high, low, ..]) => self.control.extend_from_slice(&[0x70, 2, *high, *low]),
            (7, [high, low, ..]) => {
                let pump = self.pump.as_mut().ok_or("an answer to nothing")?;
                pump.completed(u16::from_be_bytes([*high, *low]))?;
            }
            (8, [high, low, ..]) => {
                self.subscribed = true;
                let suback: &[u8] = match self.version {
                    V5 => &[0x90, 4, *high, *low, 0, 2],
                    _ => &[0x90, 3, *high, *low, 2],
                };
                self.control.extend_from_slice(suback);
            }
            (9, _) => self.subscribed = true,
            (12, []) => self.control.extend_from_slice(&[0xd0, 0]),
            (13, []) => {}
            (14, _) => self.ended = true,
            _ => return Err(format!("a packet that begins with {first:#04x}")),
        }
        Ok(())
    }

    /// A row that is published back.
    fn publication(&mut self, start: usize, length: usize, end: usize) -> Result<(), String> {
        let qos = self.input[start] >> 1 & 3;
        let body = &self.input[end - length..end];
        let rest = body.get(2 + usize::from(body[1])..).unwrap_or(&[]);
        let (id, rest) = match (qos, rest) {
            (0, rest) => (None, rest),
            (_, [high, low, rest @ ..]) => (Some([*high, *low]), rest),
            _ => return Err("PUBLISH that ends within its head".into()),
        };
        let payload = if self.version == V5 { &rest[1..] } else { rest };
        self.rows.count += 1;
        self.rows.digest.add(payload);
        if let Some([high, low]) = id {
            let answer = if qos == 1 { 0x40 } else { 0x50 };
            self.control.extend_from_slice(&[answer, 2, high, low]);
        }
        Ok(())
    }
}

/// The length of the header at the start of `bytes`, and that of its packet.
fn header(bytes: &[u8]) -> Result<Option<(usize, usize)>, String> {
    let mut value = 0;
    for (index, &byte) in bytes.iter().skip(1).take(4).enumerate() {
        value |= usize::from(byte & 127) << (7 * index);
        if byte < 128 {
            return Ok(Some((index + 2, index + 2 + value)));
        }
    }
    if bytes.len() > 4 {
        return Err("a length of more than four bytes".into());
    }
    Ok(None)
}
