//! Messages whose rows are under way, where a row that no sink takes makes its message a dead
//! letter.
//!
//! Sinks know rows by their number in a batch. Which message gave a row is not noted while rows
//! are made, which would cost each of them; a run of messages notes which rows it gave together,
//! and keeps their bytes. When a row is refused, which is seldom, its run goes through the program
//! once more, message by message: it gives the same rows again, as they depend on nothing else.

use crate::encode::Rows;
use crate::message::{Message, Properties};
use crate::sink::Limit;
use std::ops::Range;

/// The messages of one hand-over.
#[derive(Debug, Default)]
pub struct Origins {
    runs: Vec<Run>,
    /// The rows of all runs: of which sink, and which of its batch.
    spans: Vec<(usize, Range<usize>)>,
    originals: Vec<Original>,
    bytes: Vec<u8>,
}

/// Messages that went through a table's program together and gave rows.
#[derive(Clone, Debug)]
pub struct Run {
    /// Index of the table among those of the worker.
    pub table: usize,
    /// Which of the kept messages; none where the table does not need them.
    pub originals: Range<usize>,
    spans: Range<usize>,
}

/// A kept message. Its bytes follow those of the one before: topic, properties, payload.
#[derive(Debug)]
struct Original {
    topic: Range<usize>,
    properties: Range<usize>,
    payload: Range<usize>,
    replayed: Vec<(String, String)>,
    qos: u8,
    retain: bool,
    duplicate: bool,
    received_at_us: i64,
    is_dead_letter: bool,
}

/// How much memory is kept for reuse.
const SPARE_BYTES: usize = 1 << 20;

impl Origins {
    /// Nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Bytes that are kept.
    pub fn size(&self) -> usize {
        self.bytes.len() + self.originals.len() * size_of::<Original>()
    }

    /// Forgets everything and keeps the memory, unless that is large.
    pub fn clear(&mut self) {
        if self.bytes.capacity() > SPARE_BYTES {
            self.bytes = Vec::new();
        }
        self.runs.clear();
        self.spans.clear();
        self.originals.clear();
        self.bytes.clear();
    }

    /// Notes that the program of a table has made `outputs` what they are, which had `before` rows
    /// each, and keeps the messages that it was given. Where it gave no row there is nothing to
    /// note.
    pub fn note(
        &mut self,
        table: usize,
        messages: &[Message<'_>],
        before: &[usize],
        outputs: &[Rows],
    ) {
        let start = self.spans.len();
        for (sink, (rows, &before)) in outputs.iter().zip(before).enumerate() {
            if rows.len() > before {
                self.spans.push((sink, before..rows.len()));
            }
        }
        if self.spans.len() == start {
            return;
        }
        let first = self.originals.len();
        for message in messages {
            self.keep(message);
        }
        self.runs.push(Run {
            table,
            originals: first..self.originals.len(),
            spans: start..self.spans.len(),
        });
    }

    /// The rows of `sink` that each run gave, in order.
    pub fn rows_of(&self, sink: usize) -> impl Iterator<Item = (&Run, &Range<usize>)> {
        self.runs.iter().flat_map(move |run| {
            let spans = self.spans[run.spans.clone()].iter();
            let ours = spans.filter(move |(of, _)| *of == sink);
            ours.map(move |(_, rows)| (run, rows))
        })
    }

    /// Calls `then` with a kept message.
    pub fn with<T>(&self, original: usize, then: impl FnOnce(&Message<'_>) -> T) -> T {
        let kept = &self.originals[original];
        let replayed = kept.replayed.iter();
        let replayed: Vec<(&str, &str)> = replayed
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let topic = std::str::from_utf8(&self.bytes[kept.topic.clone()]);
        then(&Message {
            topic: topic.expect("it was text before"),
            payload: crate::payload::Payload::new(&self.bytes, kept.payload.clone()),
            qos: kept.qos,
            retain: kept.retain,
            duplicate: kept.duplicate,
            received_at_us: kept.received_at_us,
            properties: Properties {
                encoded: &self.bytes[kept.properties.clone()],
                replayed: &replayed,
            },
        })
    }

    /// A message becomes a dead letter; false: it is one already.
    pub fn bury(&mut self, original: usize) -> bool {
        !std::mem::replace(&mut self.originals[original].is_dead_letter, true)
    }

    fn keep(&mut self, message: &Message<'_>) {
        let replayed = message.properties.replayed.iter();
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let original = Original {
            topic: self.append(message.topic.as_bytes()),
            properties: self.append(message.properties.encoded),
            payload: self.append(message.payload.bytes()),
            replayed: replayed.map(owned).collect(),
            qos: message.qos,
            retain: message.retain,
            duplicate: message.duplicate,
            received_at_us: message.received_at_us,
            is_dead_letter: false,
        };
        self.originals.push(original);
    }

    fn append(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }
}

/// Adds a limit; one for the rows behind those of the last one is made one with that.
pub fn add_limit(limits: &mut Vec<Limit>, limit: Limit) {
    let Limit {
        rows,
        retries,
        while_unreachable,
    } = limit;
    if let Some(last) = limits.last_mut()
        && last.rows.end == rows.start
        && (last.retries, last.while_unreachable) == (retries, while_unreachable)
    {
        last.rows.end = rows.end;
        return;
    }
    limits.push(Limit {
        rows,
        retries,
        while_unreachable,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of sinks 0 and 1: so many.
    fn outputs(rows: [usize; 2]) -> [Rows; 2] {
        rows.map(|count| {
            let mut rows = Rows::default();
            (0..count).for_each(|_| rows.row().end());
            rows
        })
    }

    #[test]
    fn runs_know_their_rows_and_messages() {
        let mut origins = Origins::default();
        let replayed = [("k", "v")];
        let mut second = Message::new("b", b"two");
        second.properties.replayed = &replayed;
        second.properties.encoded = b"\x01\x01";
        second.retain = true;
        let messages = [Message::new("a", b"one"), second];
        origins.note(7, &messages[..1], &[0, 0], &outputs([0, 0]));
        assert!(origins.is_empty(), "no row, nothing to know");
        origins.note(7, &messages, &[0, 1], &outputs([2, 1]));
        origins.note(8, &[], &[2, 1], &outputs([2, 4]));
        let of = |sink| -> Vec<_> {
            let rows = origins.rows_of(sink);
            rows.map(|(run, rows)| (run.table, run.originals.clone(), rows.clone()))
                .collect()
        };
        assert_eq!(of(0), [(7, 0..2, 0..2)]);
        assert_eq!(of(1), [(8, 2..2, 1..4)]);
        origins.with(1, |kept| {
            assert_eq!((kept.topic, kept.payload.bytes()), ("b", &b"two"[..]));
            assert_eq!(kept.properties.replayed, replayed);
            assert_eq!(kept.properties.encoded, b"\x01\x01");
            assert!(kept.retain && !kept.duplicate);
        });
        assert!(origins.bury(1) && !origins.bury(1), "once a message");
        assert!(origins.size() > 8);
        origins.clear();
        assert!(origins.is_empty() && origins.size() == 0);
    }

    #[test]
    fn limits_alike_become_one() {
        let mut limits = Vec::new();
        let limit = |rows, retries| Limit {
            rows,
            retries,
            while_unreachable: true,
        };
        let added = [
            limit(0..2, 3),
            limit(2..5, 3),
            limit(6..7, 3),
            limit(7..8, 1),
        ];
        for each in added {
            add_limit(&mut limits, each);
        }
        assert_eq!(limits, [limit(0..5, 3), limit(6..7, 3), limit(7..8, 1)]);
    }
}
