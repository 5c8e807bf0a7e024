//! All contestants on the same messages, interleaved: whatever disturbs the machine for a moment
//! disturbs all of them.

use crate::data::{Chunk, Messages};
use crate::ours::Tally;
use crate::rivals::{Contestant, Entry, Job, OURS};
use serde_json::Value;
use std::hint::black_box;
use std::time::Instant;

/// What a contestant took for a workload.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Who.
    pub entry: Entry,
    /// Nanoseconds per message: of each chunk the fastest round.
    pub best_ns: f64,
    /// Nanoseconds per message: of all rounds the median.
    pub median_ns: f64,
}

/// Lets all `entries` find the rows of `messages` and asserts that they are the same.
///
/// # Panics
///
/// If they are not: a decoder that finds other rows is not worth measuring.
pub fn verify(entries: &[Entry], messages: &Messages) -> Tally {
    let mut batch = Vec::new();
    let mut contestants = make(entries, messages);
    let mut total = Tally::default();
    for index in 0..messages.chunks() {
        let chunk = messages.chunk(index, &mut batch);
        let mut expected: Option<(Tally, Vec<Value>)> = None;
        for (entry, contestant) in entries.iter().zip(&mut contestants) {
            if entry.job == Job::Bound {
                continue;
            }
            let tally = contestant.run(&chunk);
            let rows = parsed(contestant.rows());
            assert_eq!(
                rows.len() as u64,
                tally.rows,
                "{entry}: rows and their count"
            );
            match &expected {
                None => expected = Some((tally, rows)),
                Some(expected) => {
                    let place = format!("{}, chunk {index}: {entry}", messages.workload);
                    compare(&place, expected, &(tally, rows));
                }
            }
        }
        let tally = expected.map_or(Tally::default(), |(tally, _)| tally);
        total.rows += tally.rows;
        total.rejected += tally.rejected;
    }
    total
}

/// Asserts that a contestant found what the first one did.
fn compare(place: &str, first: &(Tally, Vec<Value>), other: &(Tally, Vec<Value>)) {
    for (row, expected) in other.1.iter().zip(&first.1) {
        assert_eq!(row, expected, "{place} has another row than the first");
    }
    assert_eq!(
        other.0, first.0,
        "{place} does not find what the first does"
    );
}

fn parsed(rows: &[u8]) -> Vec<Value> {
    let lines = rows.split(|byte| *byte == b'\n');
    lines
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("a row is JSON"))
        .collect()
}

/// Runs every contestant on every chunk in each of `rounds` rounds.
pub fn measure(entries: &[Entry], messages: &Messages, rounds: usize) -> Vec<Measured> {
    let mut contestants = make(entries, messages);
    let mut times = vec![Times::new(messages.chunks()); entries.len()];
    let mut batch = Vec::new();
    for round in 0..rounds {
        for index in 0..messages.chunks() {
            let chunk = messages.chunk(index, &mut batch);
            touch(&chunk);
            for turn in 0..entries.len() {
                // who comes first changes from chunk to chunk and from round to round
                let at = (turn + index + round) % entries.len();
                let start = Instant::now();
                black_box(contestants[at].run(&chunk));
                times[at].add(index, start.elapsed().as_secs_f64() * 1e9);
            }
        }
        for times in &mut times {
            times.end_round();
        }
    }
    let count = messages.len();
    let results = entries.iter().zip(times);
    results
        .map(|(entry, times)| times.result(*entry, count))
        .collect()
}

fn make(entries: &[Entry], messages: &Messages) -> Vec<Box<dyn Contestant>> {
    let make = |entry: &Entry| (entry.make)(messages.table);
    entries.iter().map(make).collect()
}

/// Brings the chunk into the cache, where a message is that has just been received.
fn touch(chunk: &Chunk<'_>) {
    let sum = chunk
        .bytes
        .iter()
        .fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    black_box(sum);
}

/// In nanoseconds.
#[derive(Clone)]
struct Times {
    /// Of each chunk the fastest round.
    best: Vec<f64>,
    /// Of each round.
    passes: Vec<f64>,
    /// Of the round that is under way.
    pass: f64,
}

impl Times {
    fn new(chunks: usize) -> Self {
        Self {
            best: vec![f64::INFINITY; chunks],
            passes: Vec::new(),
            pass: 0.0,
        }
    }

    fn add(&mut self, chunk: usize, ns: f64) {
        self.best[chunk] = self.best[chunk].min(ns);
        self.pass += ns;
    }

    fn end_round(&mut self) {
        self.passes.push(std::mem::take(&mut self.pass));
    }

    fn result(mut self, entry: Entry, messages: usize) -> Measured {
        #[allow(
            clippy::cast_precision_loss,
            reason = "a count of messages is far below 2^52"
        )]
        let messages = messages as f64;
        self.passes.sort_by(f64::total_cmp);
        Measured {
            entry,
            best_ns: self.best.iter().sum::<f64>() / messages,
            median_ns: self.passes[self.passes.len() / 2] / messages,
        }
    }
}

/// Ours among `results`.
///
/// # Panics
///
/// If it did not take part.
pub fn ours(results: &[Measured]) -> &Measured {
    let is_ours = |result: &&Measured| result.entry.rival == OURS;
    results
        .iter()
        .find(is_ours)
        .expect("ours always takes part")
}
