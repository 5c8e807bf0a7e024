//! What it costs a message to be kept for ad-hoc queries: the decoder with and without the ring of
//! its table, in turns, at the usual size of 4 MiB. The least time of each counts, since a busy
//! machine only makes things slower.
//!
//! `cargo run --release -p laminar-benches --no-default-features --features history --bin history`

use laminar_benches::data::WORKLOADS;
use laminar_benches::ours::Ours;
use laminar_runtime::history::Ring;
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
        let mut ours = Ours::new(workload.table);
        let mut ring = Ring::new(RING_BYTES, false, 0);
        let (mut batch, mut bytes) = (Vec::new(), 0);
        let mut least = [Duration::MAX; 2];
        for round in 0..ROUNDS * 2 {
            let is_kept = round % 2 == 1;
            let start = Instant::now();
            for index in 0..THOUSANDS {
                let chunk = messages.chunk(index, &mut batch);
                ours.run(&chunk);
                if is_kept {
                    chunk
                        .messages
                        .chunks(CHUNK)
                        .for_each(|part| ring.push(part, &[]));
                }
                if round == 0 {
                    bytes += chunk
                        .messages
                        .iter()
                        .map(|m| m.payload.len())
                        .sum::<usize>();
                }
            }
            let time = &mut least[usize::from(is_kept)];
            *time = start.elapsed().min(*time);
        }
        let count = THOUSANDS * 1_000;
        #[expect(
            clippy::cast_precision_loss,
            reason = "shown with one digit behind the point"
        )]
        let [without, kept] = least.map(|time| time.as_nanos() as f64 / count as f64);
        let (name, more) = (workload.name, kept - without);
        let bytes = bytes / count;
        println!("{name:<16}{bytes:>10}{without:>12.1}{kept:>12.1}{more:>12.1}");
    }
}
