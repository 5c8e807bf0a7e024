//! The messages that decoders are measured on.

mod clock;
mod position;
pub(crate) mod random;
mod telemetry;
mod uplink;
mod vehicle;

use clock::Clock;
use laminar_runtime::message::Message;
use laminar_runtime::payload::Payload;
use random::Random;
use std::ops::Range;
use std::path::Path;
use vehicle::Mess;

/// Messages that are handed over together: what a batch of the runtime holds by default.
pub const CHUNK_MESSAGES: usize = 1000;

/// Readable bytes before and behind the messages, as a receive buffer has them.
const FRONT_PADDING: usize = 64;
const BACK_PADDING: usize = 1024;

/// Which table a workload's messages belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableName {
    /// `pipelines/w1.sql`
    W1,
    /// `pipelines/w2.sql`
    W2,
    /// `pipelines/w3.sql`
    W3,
    /// `pipelines/hsl.sql`
    Hsl,
}

/// A workload: messages, and the table that they belong to.
#[derive(Clone, Copy, Debug)]
pub struct Workload {
    /// As tables of results name it.
    pub name: &'static str,
    /// Its table.
    pub table: TableName,
    generate: fn(usize) -> Vec<String>,
}

/// All workloads that need no file.
pub const WORKLOADS: &[Workload] = &[
    Workload::new("w1", TableName::W1, telemetry::uniform),
    Workload::new("w1-any", TableName::W1, telemetry::any),
    Workload::new("w2-clean", TableName::W2, |count| {
        vehicle::vehicles(count, Mess::Clean)
    }),
    Workload::new("w2-messy", TableName::W2, |count| {
        vehicle::vehicles(count, Mess::Everything)
    }),
    Workload::new("w2-shuffled", TableName::W2, |count| {
        vehicle::vehicles(count, Mess::Shuffled)
    }),
    Workload::new("w2-extras", TableName::W2, |count| {
        vehicle::vehicles(count, Mess::Extras)
    }),
    Workload::new("w2-whitespace", TableName::W2, |count| {
        vehicle::vehicles(count, Mess::Whitespace)
    }),
    Workload::new("w3", TableName::W3, uplink::uplinks),
    Workload::new("hsl-like", TableName::Hsl, position::positions),
];

/// The name of the workload whose messages come from a file.
pub const RECORDED: &str = "hsl";

impl Workload {
    const fn new(name: &'static str, table: TableName, generate: fn(usize) -> Vec<String>) -> Self {
        Self {
            name,
            table,
            generate,
        }
    }

    /// `count` messages, the same ones every time.
    pub fn messages(&self, count: usize) -> Messages {
        Messages::new(self.name, self.table, &(self.generate)(count))
    }
}

/// Real positions of [`RECORDED`]; see [`position::recorded`] for the file.
pub fn recorded(path: &Path, count: usize) -> std::io::Result<Messages> {
    let texts = position::recorded(path, count)?;
    Ok(Messages::new(RECORDED, TableName::Hsl, &texts))
}

/// Messages in one buffer, back to back.
#[derive(Debug)]
pub struct Messages {
    /// The workload's name.
    pub workload: &'static str,
    /// The table that they belong to.
    pub table: TableName,
    buffer: Vec<u8>,
    /// Where each message ends; the first starts behind the padding.
    ends: Vec<usize>,
}

impl Messages {
    /// A buffer of `texts`.
    pub fn new<T: AsRef<[u8]>>(workload: &'static str, table: TableName, texts: &[T]) -> Self {
        let mut buffer = vec![0; FRONT_PADDING];
        let mut ends = Vec::with_capacity(texts.len());
        for text in texts {
            buffer.extend_from_slice(text.as_ref());
            ends.push(buffer.len());
        }
        buffer.resize(buffer.len() + BACK_PADDING, 0);
        Self {
            workload,
            table,
            buffer,
            ends,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes per message.
    pub fn mean_length(&self) -> usize {
        let bytes = self.buffer.len() - FRONT_PADDING - BACK_PADDING;
        bytes / self.len().max(1)
    }

    /// How many chunks they make.
    pub fn chunks(&self) -> usize {
        self.len().div_ceil(CHUNK_MESSAGES)
    }

    /// Chunk `index`, as `messages` holds it from now on.
    pub fn chunk<'m, 'c>(&'m self, index: usize, messages: &'c mut Vec<Message<'m>>) -> Chunk<'c> {
        let first = index * CHUNK_MESSAGES;
        let after = self.len().min(first + CHUNK_MESSAGES);
        messages.clear();
        messages.extend((first..after).map(|at| self.message(self.range(at))));
        Chunk {
            messages,
            bytes: &self.buffer[self.range(first).start..self.range(after - 1).end],
        }
    }

    fn range(&self, at: usize) -> Range<usize> {
        let start = at.checked_sub(1).map_or(FRONT_PADDING, |at| self.ends[at]);
        start..self.ends[at]
    }

    /// A message as the source hands it over.
    fn message(&self, range: Range<usize>) -> Message<'_> {
        Message {
            payload: Payload::new(&self.buffer, range),
            ..Message::new("bench", &[])
        }
    }
}

/// The bytes of a message, wherever its payload keeps them.
#[inline]
pub fn payload<'m>(message: &Message<'m>) -> &'m [u8] {
    message.payload.bytes()
}

/// What a contestant gets at a time.
#[derive(Clone, Copy, Debug)]
pub struct Chunk<'m> {
    /// The messages.
    pub messages: &'m [Message<'m>],
    /// All of them in a row, without anything between them.
    pub bytes: &'m [u8],
}

fn rounded(value: f64, decimals: usize) -> f64 {
    let text = format!("{value:.decimals$}");
    text.parse().expect("a number was written")
}

/// A temperature in degrees Celsius; one in a hundred is beyond -10 to 40.
fn temperature(random: &mut Random, decimals: usize) -> f64 {
    let value = match random.below(1000) {
        0..5 => 40.01 + random.unit() * 20.0,
        5..10 => -10.01 - random.unit() * 20.0,
        _ => random.normal(18.0, 8.0).clamp(-9.99, 39.99),
    };
    rounded(value, decimals)
}

fn humidity(random: &mut Random, decimals: usize) -> f64 {
    rounded(random.normal(48.0, 18.0).clamp(1.0, 100.0), decimals)
}
