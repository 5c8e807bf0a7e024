//! Source tables as they are asked for: the messages that are kept of them, decoded with all of
//! their columns, as a stream of Arrow's.
//!
//! What is known before the first row stands with the schema; how many messages gave no row, with
//! the last batch, which may have no rows.

use super::facts::Facts;
use crate::declared::{Layout, Reader};
use crate::history::{Copied, Extent, Shared, locked};
use crate::ipc::{self, Batch};
use crate::spec::{HistorySpec, TableSpec};
use crate::value::{Timestamp, text};
use std::collections::VecDeque;

/// A table's rows, or why there are none.
pub fn rows(
    facts: &Facts,
    name: &str,
    now_us: i64,
) -> Option<Result<impl Iterator<Item = Vec<u8>> + Send + use<>, String>> {
    let tables = &facts.spec.tables;
    let index = tables.iter().position(|table| table.name == name)?;
    Some(answer(facts, index, now_us))
}

fn answer(
    facts: &Facts,
    index: usize,
    now_us: i64,
) -> Result<impl Iterator<Item = Vec<u8>> + Send + use<>, String> {
    let table = &facts.spec.tables[index];
    let layout = facts.layouts[index].get_or_init(|| Layout::new(&table.declared));
    let kept = facts.history.of(index);
    let (Some(layout), Some((spec, rings))) = (layout, kept) else {
        return Err(why_not(table));
    };
    let answer = Answer::new(layout, spec, rings, now_us);
    let about = answer.about(table);
    let schema = ipc::schema(&layout.fields(), &about);
    let end = std::iter::once(ipc::END.to_vec());
    Ok(std::iter::once(schema).chain(answer).chain(end))
}

fn why_not(table: &TableSpec) -> String {
    let name = table.name;
    format!("table `{name}` keeps no history: `history` is off in its CREATE TABLE")
}

/// The bytes of messages that a batch is made of, but for the last one.
const BATCH_BYTES: usize = 256 << 10;

/// What is left to be told.
struct Answer {
    reader: Reader,
    batch: Batch,
    rings: VecDeque<(Shared, Extent)>,
    /// The next block of the first ring.
    block: u64,
    copied: Copied,
    oldest_us: i64,
    now_us: i64,
    since_us: i64,
    counts: Counts,
    told: bool,
}

/// Messages that gave no row.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    /// They break a rule of their table, which the pipeline has seen.
    rejected: u64,
    /// A column that no query reads could not be, or their rows take too much.
    unreadable: u64,
    /// They were larger than what may be kept.
    too_large: u64,
}

impl Answer {
    fn new(layout: &Layout, spec: HistorySpec, rings: Vec<Shared>, now_us: i64) -> Self {
        let extents = rings.into_iter().map(|ring| {
            let extent = locked(&ring).extent();
            (ring, extent)
        });
        let rings: VecDeque<_> = extents.collect();
        let age = spec.max_age_ms.map(|age| age.saturating_mul(1_000));
        let age = age.map(|age| i64::try_from(age).unwrap_or(i64::MAX));
        let oldest_us = age.map_or(i64::MIN, |age| now_us.saturating_sub(age));
        let since = rings.iter().map(|(_, extent)| extent.since_us);
        Self {
            reader: Reader::new(layout),
            batch: Batch::new(&layout.fields()),
            block: rings.front().map_or(0, |(_, extent)| extent.first_block),
            counts: Counts {
                too_large: rings.iter().map(|(_, extent)| extent.too_large).sum(),
                ..Counts::default()
            },
            since_us: since.max().unwrap_or(now_us).max(oldest_us),
            rings,
            copied: Copied::default(),
            oldest_us,
            now_us,
            told: false,
        }
    }

    /// What is known before the first row.
    fn about(&self, table: &TableSpec) -> Vec<(String, String)> {
        let declared = &table.declared;
        let columns = declared.columns.iter();
        let left_out: Vec<_> = columns
            .filter(|column| declared.leaves_out(column))
            .map(|column| column.name)
            .collect();
        let mut about = vec![
            pair("table", table.name.to_owned()),
            pair("since", instant(self.since_us)),
            pair("until", instant(self.now_us)),
        ];
        if !left_out.is_empty() {
            about.push(pair("columns_left_out", left_out.join(", ")));
        }
        about
    }

    /// Reads messages until there are enough for a batch; whether there may be more.
    fn fill(&mut self) -> bool {
        let mut bytes = 0;
        while bytes < BATCH_BYTES {
            let Some((ring, extent)) = self.rings.front() else {
                return false;
            };
            if self.block >= extent.end_block {
                self.rings.pop_front();
                let next = self.rings.front();
                self.block = next.map_or(0, |(_, extent)| extent.first_block);
                continue;
            }
            let ring = locked(ring);
            if !ring.copy(self.block, self.oldest_us, &mut self.copied) {
                // what was there when the answer began has made room meanwhile
                self.since_us = self.since_us.max(ring.extent().since_us);
            }
            drop(ring);
            self.block += 1;
            bytes += self.read_block();
        }
        true
    }

    /// Makes rows of the block that was copied; how many bytes its messages have.
    fn read_block(&mut self) -> usize {
        let mut bytes = 0;
        while let Some(kept) = self.copied.next_message() {
            let received = kept.message.received_at_us;
            if received < self.oldest_us || received > self.now_us {
                continue;
            }
            bytes += kept.message.payload.len();
            if kept.bad_as_a_whole {
                self.counts.rejected += 1;
            } else if self.reader.push(&kept.message, &mut self.batch).is_err() {
                self.counts.unreadable += 1;
            }
        }
        bytes
    }

    /// What is known behind the last row.
    fn summary(&self) -> Vec<(String, String)> {
        let number = |number: u64| number.to_string();
        vec![
            pair("since", instant(self.since_us)),
            pair("rejected", number(self.counts.rejected)),
            pair("unreadable", number(self.counts.unreadable)),
            pair("too_large", number(self.counts.too_large)),
        ]
    }
}

impl Iterator for Answer {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        if self.told {
            return None;
        }
        if self.fill() {
            return Some(self.batch.take(&[]));
        }
        self.told = true;
        Some(self.batch.take(&self.summary()))
    }
}

fn pair(key: &str, value: String) -> (String, String) {
    (format!("laminar.history.{key}"), value)
}

/// RFC 3339.
fn instant(micros: i64) -> String {
    String::from_utf8_lossy(text::timestamp(Timestamp(micros)).as_bytes()).into_owned()
}
