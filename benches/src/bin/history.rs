//! What it costs a message to be kept for ad-hoc queries: the decoder with and without the ring of
//! its table, in turns, at the usual size of 4 MiB. The messages stand in buffers as a broker sends
//! them. The least time of each counts, since a busy machine only makes things slower.
//!
//! `cargo run --release -p laminar-benches --no-default-features --features history --bin history`

use laminar_benches::data::{Chunk, Messages, WORKLOADS, payload};
use laminar_benches::ours::Ours;
use laminar_runtime::history::Ring;
use laminar_runtime::message::Message;
use laminar_runtime::mqtt::frame::whole_publish;
use laminar_runtime::payload::{Payload, READABLE_BEHIND};
use laminar_runtime::spec::MqttVersion;
use std::time::{Duration, Instant};

/// Messages in thousands, and how often all of them are decoded in each way.
const THOUSANDS: usize = 40;
const ROUNDS: usize = 15;

/// The default of the option `history`.
const RING_BYTES: u64 = 4 << 20;

/// Messages that a connection hands over at a time.
const CHUNK: usize = 128;

fn main() {
    println!(
        "{:<16}{:>10}{:>12}{:>12}{:>12}",
        "workload", "bytes", "without", "kept", "ns more"
    );
    for workload in WORKLOADS {
        let messages = workload.messages(THOUSANDS * 1_000);
        let buffers: Vec<_> = (0..THOUSANDS).map(|at| packets(&messages, at)).collect();
        let chunks: Vec<_> = buffers.iter().map(|buffer| parsed(buffer)).collect();
        let (name, bytes) = (workload.name, messages.mean_length());
        let [without, kept] = least_times(Ours::new(workload.table), &chunks);
        let more = kept - without;
        println!("{name:<16}{bytes:>10}{without:>12.1}{kept:>12.1}{more:>12.1}");
    }
}

/// A chunk as QoS 0 packets, with what can be read behind the last.
fn packets(messages: &Messages, index: usize) -> Vec<u8> {
    const TOPIC: &[u8] = b"sensors/0123/readings";
    let mut buffer = Vec::new();
    for message in messages.chunk(index, &mut Vec::new()).messages {
        let mut length = 2 + TOPIC.len() + message.payload.len();
        buffer.push(0x30);
        while length >= 0x80 {
            buffer.push(length.to_le_bytes()[0] | 0x80);
            length >>= 7;
        }
        buffer.push(length.to_le_bytes()[0]);
        buffer.extend([0, TOPIC.len().to_le_bytes()[0]]);
        buffer.extend(TOPIC);
        buffer.extend(payload(message));
    }
    buffer.resize(buffer.len() + READABLE_BEHIND, 0);
    buffer
}

/// The messages of such a buffer.
fn parsed(buffer: &[u8]) -> Vec<Message<'_>> {
    let (mut messages, mut at) = (Vec::new(), 0);
    while let Some((publish, length)) = whole_publish(&buffer[at..], MqttVersion::V311) {
        at += length;
        messages.push(Message {
            payload: Payload::within(buffer, publish.payload),
            ..Message::new(publish.topic, &[])
        });
    }
    assert_eq!(messages.len(), 1_000, "a chunk of them");
    messages
}

/// Nanoseconds per message: decoded, and kept as well.
fn least_times(mut ours: Ours, chunks: &[Vec<Message<'_>>]) -> [f64; 2] {
    let mut ring = Ring::new(RING_BYTES, false, 0);
    let mut least = [Duration::MAX; 2];
    for round in 0..ROUNDS * 2 {
        let is_kept = round % 2 == 1;
        let start = Instant::now();
        for messages in chunks {
            for part in messages.chunks(CHUNK) {
                ours.run(&Chunk {
                    messages: part,
                    bytes: &[],
                });
                if is_kept {
                    ring.push(part, &[]);
                }
            }
        }
        let time = &mut least[usize::from(is_kept)];
        *time = start.elapsed().min(*time);
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "shown with one digit behind the point"
    )]
    least.map(|time| time.as_nanos() as f64 / (THOUSANDS * 1_000) as f64)
}
