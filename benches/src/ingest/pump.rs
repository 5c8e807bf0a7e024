//! What has been sent of a load, what was acknowledged, and what may be sent next. No sockets.

use super::packets::{Packets, RING};
use super::{Load, Writes};
use std::ops::Range;
use std::time::{Duration, Instant};

/// Bytes of one write, at most.
const WRITE: usize = 256 * 1024;

/// Sends a load.
#[derive(Debug)]
pub struct Pump<'p> {
    packets: &'p Packets,
    load: Load,
    total: usize,
    start: Instant,
    sent: usize,
    acknowledged: usize,
    /// Messages that count against the window no more.
    completed: usize,
    /// Bytes of the ring that are being written.
    unwritten: Range<usize>,
}

impl<'p> Pump<'p> {
    /// Begins to send.
    pub fn new(packets: &'p Packets, load: Load, start: Instant) -> Self {
        Self {
            packets,
            load,
            total: packets.count(load.messages),
            start,
            sent: 0,
            acknowledged: 0,
            completed: 0,
            unwritten: 0..0,
        }
    }

    /// How many messages it sends in all.
    pub fn total(&self) -> usize {
        self.total
    }

    /// How many were sent and acknowledged.
    pub fn counts(&self) -> (usize, usize) {
        (self.sent, self.acknowledged)
    }

    /// Whether everything is sent, and completed where that is told.
    pub fn is_done(&self) -> bool {
        let completed = self.load.qos == 0 || self.completed == self.total;
        self.sent == self.total && self.unwritten.is_empty() && completed
    }

    /// Whether it stands between two packets, so that others can be written.
    pub fn is_between(&self) -> bool {
        self.unwritten.is_empty()
    }

    /// What is to be written now; nothing: see [`Pump::pause`], or wait for answers.
    pub fn next(&mut self, now: Instant) -> &'p [u8] {
        if self.unwritten.is_empty() {
            let place = self.sent % RING;
            let count = self.may_send(now).min(RING - place);
            if count > 0 {
                let start = self.packets.start(place);
                let mut last = place + count - 1;
                while last > place && self.packets.end(last) - start > WRITE {
                    last = place + (last - place) / 2;
                }
                self.sent += last + 1 - place;
                self.unwritten = start..self.packets.end(last);
            }
        }
        &self.packets.bytes[self.unwritten.clone()]
    }

    /// So many bytes of what was next are written.
    pub fn wrote(&mut self, bytes: usize) {
        self.unwritten.start += bytes;
    }

    fn may_send(&self, now: Instant) -> usize {
        let left = self.total - self.sent;
        let window = match self.load.qos {
            0 => left,
            _ => (self.load.window + self.completed).saturating_sub(self.sent),
        };
        let due = self.load.rate.map_or(left, |rate| {
            let seconds = now.duration_since(self.start).as_secs_f64();
            let due = seconds * f64::from(rate);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a count of messages that were sent within minutes"
            )]
            let due = due as usize;
            due.saturating_sub(self.sent)
        });
        let most = match self.load.writes {
            Writes::Many => left,
            Writes::Single => 1,
        };
        left.min(window).min(due).min(most)
    }

    /// How long to wait for the pace to allow another message; None: it is not the pace.
    pub fn pause(&self, now: Instant) -> Option<Duration> {
        let rate = self.load.rate?;
        let next = u32::try_from(self.sent + 1).ok()?;
        let due = self.start + Duration::from_secs(1) * next / rate;
        (self.sent < self.total && self.unwritten.is_empty() && due > now).then(|| due - now)
    }

    /// PUBACK or PUBREC of `id`.
    pub fn acknowledged(&mut self, kind: u8, id: u16) -> Result<(), String> {
        let expected = if self.load.qos == 1 { 0x40 } else { 0x50 };
        if kind != expected || self.load.qos == 0 || usize::from(id) != self.acknowledged % RING + 1
        {
            return Err(format!(
                "answer {kind:#04x} of {id} after {} of {} messages",
                self.acknowledged, self.sent
            ));
        }
        self.acknowledged += 1;
        if self.acknowledged > self.sent {
            return Err(format!("{id} was acknowledged before it was sent"));
        }
        if self.load.qos == 1 {
            self.completed += 1;
        }
        Ok(())
    }

    /// PUBCOMP of `id`.
    pub fn completed(&mut self, id: u16) -> Result<(), String> {
        if usize::from(id) != self.completed % RING + 1 || self.completed == self.acknowledged {
            return Err(format!("PUBCOMP of {id} after {}", self.completed));
        }
        self.completed += 1;
        Ok(())
    }
}
