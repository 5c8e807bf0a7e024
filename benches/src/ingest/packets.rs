//! PUBLISH packets, prepared once: a ring in which each packet has its identifier already, so that
//! sending is nothing but writing.

use super::Digest;
use crate::data::{WORKLOADS, payload};
use serde::Deserialize;

/// Packets in the ring: one for each identifier, so that they repeat with the ring.
pub const RING: usize = 65_535;

/// The version of MQTT as CONNECT says it.
pub const V5: u8 = 5;

/// Messages of W1 as packets.
#[derive(Debug)]
pub struct Packets {
    /// All packets, back to back.
    pub bytes: Vec<u8>,
    /// Where each packet ends.
    ends: Vec<usize>,
    /// The rows of the messages that pass the filter, by their place in the ring.
    rows: Vec<(usize, Vec<u8>)>,
}

/// What the filter and the row need, read by a decoder that is none of the contestants'.
#[derive(Deserialize)]
struct Fields<'m> {
    sensor_id: &'m str,
    reading_time: &'m str,
    temperature: f64,
}

impl Packets {
    /// For a client of this version of MQTT (4 or 5).
    pub fn new(qos: u8, version: u8) -> Self {
        let messages = WORKLOADS[0].messages(RING);
        let mut packets = Self {
            bytes: Vec::new(),
            ends: Vec::with_capacity(RING),
            rows: Vec::new(),
        };
        let mut batch = Vec::new();
        for chunk in 0..messages.chunks() {
            for message in messages.chunk(chunk, &mut batch).messages {
                packets.add(payload(message), qos, version);
            }
        }
        packets
    }

    fn add(&mut self, payload: &[u8], qos: u8, version: u8) {
        let place = self.ends.len();
        let reading: Fields<'_> = serde_json::from_slice(payload).expect("W1 is valid JSON");
        let number = reading.sensor_id.trim_start_matches("sensor-");
        let topic = format!("sensors/{number}/readings");
        let id = u16::try_from(place + 1).expect("the ring is as long as there are identifiers");
        publish(&mut self.bytes, qos, version, &topic, id, payload);
        self.ends.push(self.bytes.len());
        if !(-10.0..=40.0).contains(&reading.temperature) {
            let row = format!(
                r#"{{"sensor_id":"{}","temperature":{:?},"reading_time":"{}"}}"#,
                reading.sensor_id, reading.temperature, reading.reading_time
            );
            self.rows.push((place, row.into_bytes()));
        }
    }

    /// Where the packet at a place of the ring begins.
    pub fn start(&self, place: usize) -> usize {
        place.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// Where the packet at a place of the ring ends.
    pub fn end(&self, place: usize) -> usize {
        self.ends[place]
    }

    /// The least number of messages from `at_least` on of which the last one gives a row.
    pub fn count(&self, at_least: usize) -> usize {
        let (rounds, rest) = (at_least / RING, at_least % RING);
        let next = self.rows.iter().find(|(place, _)| place + 1 >= rest);
        match next {
            Some((place, _)) => rounds * RING + place + 1,
            None => (rounds + 1) * RING + self.rows[0].0 + 1,
        }
    }

    /// How many rows so many messages give, and their digest.
    pub fn expected(&self, messages: usize) -> (u64, u64) {
        let mut digest = Digest::default();
        let mut rows = 0;
        for first in (0..messages).step_by(RING) {
            for (_, row) in self.rows.iter().filter(|(at, _)| first + at < messages) {
                digest.add(row);
                rows += 1;
            }
        }
        (rows, digest.value())
    }
}

/// Appends a PUBLISH.
pub fn publish(out: &mut Vec<u8>, qos: u8, version: u8, topic: &str, id: u16, payload: &[u8]) {
    let mut body = Vec::with_capacity(topic.len() + payload.len() + 5);
    let length = u16::try_from(topic.len()).expect("topics are short");
    body.extend_from_slice(&length.to_be_bytes());
    body.extend_from_slice(topic.as_bytes());
    if qos > 0 {
        body.extend_from_slice(&id.to_be_bytes());
    }
    if version == V5 {
        body.push(0);
    }
    body.extend_from_slice(payload);
    out.push(0x30 | qos << 1);
    let mut length = body.len();
    while length > 127 {
        out.push(u8::try_from(length & 127).expect("seven bits") | 128);
        length >>= 7;
    }
    out.push(u8::try_from(length).expect("seven bits"));
    out.append(&mut body);
}
