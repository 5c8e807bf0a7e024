//! A worker's last messages of a table, in a bounded number of bytes.
//!
//! Messages stand one behind the other in blocks of equal size, those that were neighbours when
//! they were received in one piece. When all blocks are full, the oldest is emptied and becomes
//! the newest; so a message costs a copy of its bytes and little else, and what is kept is the
//! ceiling less one block at least. A message that is larger than a
//! block has one of its own, as large as itself, for which as many of the oldest go as must.

use super::run::{Kept, Reading, Run, size_of_one};
use crate::message::Message;
use crate::payload::READABLE_BEHIND;
use std::collections::VecDeque;

/// Into how many blocks a ring is divided.
const BLOCKS: u64 = 16;

/// A message that was rejected: its place in the batch, and whether as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bad {
    /// Index into the batch.
    pub index: usize,
    /// No flow saw it: it breaks a rule of its table. Otherwise a flow could not make its row.
    pub whole: bool,
}

/// The last messages.
#[derive(Debug)]
pub struct Ring {
    blocks: VecDeque<Block>,
    /// The first one's number; they are counted from the beginning.
    first: u64,
    block_bytes: usize,
    max_bytes: usize,
    /// Room of all blocks.
    taken_bytes: usize,
    keeps_properties: bool,
    /// Messages received at this time and later are there, but for those that were too large.
    since_us: i64,
    too_large: u64,
}

#[derive(Debug)]
struct Block {
    bytes: Vec<u8>,
    /// When its last message was received.
    last_us: i64,
}

impl Block {
    fn room(&self) -> usize {
        self.bytes.capacity() - self.bytes.len()
    }
}

/// A copy of a block, to be read without the ring.
#[derive(Debug, Default)]
pub struct Copied {
    bytes: Vec<u8>,
    /// The end of what was copied; behind it stands what can be read.
    length: usize,
    reading: Reading,
}

/// What a ring keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Messages received at this time and later are there, microseconds since 1970.
    pub since_us: i64,
    /// Messages that were larger than all there is room for.
    pub too_large: u64,
    /// The number of the first block.
    pub first_block: u64,
    /// The number behind that of the last.
    pub end_block: u64,
}

impl Ring {
    /// A ring of at most so many bytes. Everything from `now_us` on is there.
    pub fn new(max_bytes: u64, keeps_properties: bool, now_us: i64) -> Self {
        let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        Self {
            blocks: VecDeque::new(),
            first: 0,
            block_bytes: size(max_bytes / BLOCKS).max(1),
            max_bytes: size(max_bytes),
            taken_bytes: 0,
            keeps_properties,
            since_us: now_us,
            too_large: 0,
        }
    }

    /// Keeps a batch, of which some were rejected: those are in the order of the messages.
    pub fn push(&mut self, messages: &[Message<'_>], bad: &[Bad]) {
        let mut marks = bad;
        let mut at = 0;
        while let Some(first) = messages.get(at) {
            if first.payload.is_empty() {
                at += 1;
                continue;
            }
            let room = self.blocks.back().map_or(0, Block::room);
            let batch = (at, &mut marks);
            let space = (room, self.keeps_properties);
            match Run::gather(&messages[at..], batch, space) {
                Some((run, taken)) => {
                    let block = self.blocks.back_mut().expect("it has room");
                    run.write(&mut block.bytes);
                    block.last_us = first.received_at_us;
                    at += taken;
                }
                None if self.make_room(size_of_one(first, self.keeps_properties)) => {}
                None => {
                    self.too_large += 1;
                    at += 1;
                }
            }
        }
    }

    /// Makes the last block one with room for so many bytes; false where none can have it.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self, length: usize) -> bool {
        if length > self.max_bytes {
            return false;
        }
        let wanted = self.block_bytes.max(length);
        let mut reused = Vec::new();
        while self.taken_bytes + wanted > self.max_bytes {
            let oldest = self.blocks.pop_front();
            let oldest = oldest.expect("what is taken, blocks have taken");
            self.taken_bytes -= oldest.bytes.capacity();
            self.first += 1;
            // others of the same read may have been received at the very same time
            self.since_us = self.since_us.max(oldest.last_us.saturating_add(1));
            if oldest.bytes.capacity() == wanted {
                reused = oldest.bytes;
            }
        }
        reused.clear();
        reused.reserve_exact(wanted);
        self.taken_bytes += reused.capacity();
        self.blocks.push_back(Block {
            bytes: reused,
            last_us: i64::MIN,
        });
        true
    }

    /// Bytes of all that is kept.
    #[cfg(test)]
    pub(super) fn taken(&self) -> usize {
        self.blocks.iter().map(|block| block.bytes.len()).sum()
    }

    /// What is kept now.
    pub fn extent(&self) -> Extent {
        Extent {
            since_us: self.since_us,
            too_large: self.too_large,
            first_block: self.first,
            end_block: self.first + self.blocks.len() as u64,
        }
    }

    /// Copies the block with this number, unless it is gone or everything in it is older than
    /// `oldest_us`. True where it is there.
    pub fn copy(&self, number: u64, oldest_us: i64, to: &mut Copied) -> bool {
        to.bytes.clear();
        (to.length, to.reading) = (0, Reading::default());
        let index = number.checked_sub(self.first);
        let index = index.and_then(|index| usize::try_from(index).ok());
        let Some(block) = index.and_then(|index| self.blocks.get(index)) else {
            return false;
        };
        if block.last_us >= oldest_us {
            to.bytes.extend_from_slice(&block.bytes);
            to.length = block.bytes.len();
            to.bytes.resize(to.length + READABLE_BEHIND, 0);
        }
        true
    }
}

impl Copied {
    /// The next message of the block.
    pub fn next_message(&mut self) -> Option<Kept<'_>> {
        self.reading.next(&self.bytes, self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message<'m>(topic: &'m str, payload: &'m [u8], received_at_us: i64) -> Message<'m> {
        Message {
            received_at_us,
            ..Message::new(topic, payload)
        }
    }

    /// What is kept, from the oldest on: topic, payload, time, and whether it was bad.
    fn kept(ring: &Ring, oldest_us: i64) -> Vec<(String, Vec<u8>, i64, bool, bool)> {
        let Extent {
            first_block,
            end_block,
            ..
        } = ring.extent();
        let mut copied = Copied::default();
        let mut all = Vec::new();
        for block in first_block..end_block {
            assert!(ring.copy(block, oldest_us, &mut copied));
            while let Some(kept) = copied.next_message() {
                let Message {
                    topic,
                    payload,
                    received_at_us,
                    ..
                } = kept.message;
                all.push((
                    topic.to_owned(),
                    payload.bytes().to_vec(),
                    received_at_us,
                    kept.bad,
                    kept.bad_as_a_whole,
                ));
            }
        }
        all
    }

    #[test]
    fn all_of_a_message_is_kept() {
        let mut ring = Ring::new(1 << 16, true, 5);
        let mut sent = message("a/b", b"{\"x\":1}", 7);
        sent.qos = 2;
        sent.retain = true;
        sent.properties.encoded = b"\x03\x00\x01t";
        let mut again = message("", b"\xff", 8);
        again.duplicate = true;
        ring.push(&[sent, message("c", b"", 8), again], &[]);
        let mut copied = Copied::default();
        assert!(ring.copy(0, i64::MIN, &mut copied));
        let first = copied.next_message().expect("it was kept").message;
        assert_eq!(
            (first.topic, first.payload.bytes()),
            ("a/b", &b"{\"x\":1}"[..])
        );
        assert_eq!((first.qos, first.retain, first.duplicate), (2, true, false));
        assert_eq!(first.received_at_us, 7);
        assert_eq!(first.properties.encoded, b"\x03\x00\x01t");
        assert!(first.payload.and_behind().len() >= READABLE_BEHIND);
        let second = copied
            .next_message()
            .expect("the empty one was not")
            .message;
        assert_eq!((second.topic, second.payload.bytes()), ("", &b"\xff"[..]));
        assert!(second.duplicate && !second.retain);
        assert!(copied.next_message().is_none());
        assert_eq!(ring.extent().since_us, 5);
    }

    #[test]
    fn properties_are_kept_where_a_column_reads_them() {
        let mut ring = Ring::new(1 << 16, false, 0);
        let mut sent = message("t", b"1", 1);
        sent.properties.encoded = b"\x03\x00\x01t";
        ring.push(&[sent], &[]);
        let mut copied = Copied::default();
        assert!(ring.copy(0, i64::MIN, &mut copied));
        let message = copied.next_message().expect("it was kept").message;
        assert!(message.properties.encoded.is_empty());
    }

    #[test]
    fn bad_ones_are_marked() {
        let mut ring = Ring::new(1 << 16, false, 0);
        let messages: Vec<_> = (0..5).map(|at| message("t", b"x", at)).collect();
        let bad = |index, whole| Bad { index, whole };
        ring.push(&messages, &[bad(1, true), bad(3, false)]);
        let marks: Vec<_> = kept(&ring, i64::MIN).iter().map(|m| (m.3, m.4)).collect();
        let none = (false, false);
        assert_eq!(marks, [none, (false, true), none, (true, false), none]);
    }

    /// Whatever the sizes: never more bytes than the ceiling, always the last messages in their
    /// order, and all that came since the time that the ring tells.
    #[test]
    fn the_last_messages_are_kept_within_the_ceiling() {
        let mut random = 9_u64;
        for ceiling in [4_096, 10_000, 1 << 16] {
            let mut ring = Ring::new(ceiling, false, 0);
            let mut sent = Vec::new();
            for at in 0..3_000_i64 {
                random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
                let length = match random >> 60 {
                    0 => 2_000,
                    1 => 5_000,
                    _ => 1 + (random >> 58) as usize,
                };
                // messages of one read have one time
                let (payload, time) = (vec![b'p'; length], at / 7);
                let message = self::message("topic", &payload, time);
                ring.push(&[message], &[]);
                if size_of_one(&message, false) <= usize::try_from(ceiling).expect("it is small") {
                    sent.push((payload, time));
                }
                let taken: usize = ring.blocks.iter().map(|block| block.bytes.capacity()).sum();
                assert_eq!(taken, ring.taken_bytes);
                assert!(taken <= ring.max_bytes, "{taken} of {ceiling}");
            }
            let kept = kept(&ring, i64::MIN);
            let last = &sent[sent.len() - kept.len()..];
            let same = kept
                .iter()
                .zip(last)
                .all(|(k, s)| (&k.1, k.2) == (&s.0, s.1));
            assert!(same, "{ceiling}");
            let since = ring.extent().since_us;
            let told = sent.iter().filter(|message| message.1 >= since).count();
            assert!(told <= kept.len() && since > 0, "{ceiling}");
            assert_eq!(ring.extent().too_large > 0, ceiling == 4_096);
        }
    }

    #[test]
    fn what_is_too_old_or_gone_is_not_copied() {
        let mut ring = Ring::new(1 << 16, false, 0);
        ring.push(&[message("t", b"x", 10)], &[]);
        let mut copied = Copied::default();
        assert!(ring.copy(0, 11, &mut copied));
        assert!(copied.next_message().is_none());
        assert!(!ring.copy(1, 0, &mut copied));
        let large = vec![b'x'; 1 << 14];
        for at in 0..16 {
            ring.push(&[message("t", &large, 20 + at)], &[]);
        }
        assert!(!ring.copy(0, 0, &mut copied));
        assert!(copied.next_message().is_none());
        assert!(ring.extent().since_us > 10);
    }
}
