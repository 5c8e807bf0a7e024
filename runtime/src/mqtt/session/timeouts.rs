//! What a session does when time passes: it misses answers, and pings.

use super::{Phase, SUBACK_TIMEOUT, Session};
use crate::mqtt::{Fault, packet};
use std::time::Instant;

impl Session {
    /// Bytes have arrived: the broker is alive.
    pub fn heard(&mut self, now: Instant) {
        self.last_heard = now;
        self.ping_deadline = None;
    }

    /// When [`Session::handle_timeout`] must be called, if nothing happens before.
    pub fn next_timeout(&self) -> Option<Instant> {
        let answer = match self.phase {
            Phase::Disconnected => return None,
            Phase::Connecting { deadline } => return Some(deadline),
            Phase::Subscribing { deadline, .. } => Some(deadline),
            Phase::Ready => None,
        };
        [answer, self.next_ping(), self.ping_deadline]
            .into_iter()
            .flatten()
            .min()
    }

    /// Time has passed. While nothing is read (backpressure) no answer can be missed, but pings go
    /// on.
    pub fn handle_timeout(&mut self, now: Instant, reading: bool) -> Result<(), Fault> {
        self.check_answer(now, reading)?;
        let Some(keep_alive) = self.keep_alive else {
            return Ok(());
        };
        if self.ping_deadline.is_some_and(|deadline| deadline <= now) {
            if reading {
                return Err(Fault::Silent);
            }
            self.ping_deadline = Some(now + keep_alive);
        }
        let connecting = matches!(self.phase, Phase::Connecting { .. } | Phase::Disconnected);
        if !connecting && self.next_ping().is_some_and(|due| due <= now) {
            self.output.extend_from_slice(&packet::PINGREQ);
            // It counts as written: where the socket takes nothing, more pings would not help.
            self.last_write = now;
            self.last_heard = now;
            self.ping_deadline.get_or_insert(now + keep_alive);
        }
        Ok(())
    }

    /// The broker must hear from us, and we from it: a socket takes bytes for a long time after
    /// the other end is gone, so that writing alone shows nothing.
    fn next_ping(&self) -> Option<Instant> {
        let quiet_since = self.last_write.min(self.last_heard);
        self.keep_alive.map(|keep_alive| quiet_since + keep_alive)
    }

    fn check_answer(&mut self, now: Instant, reading: bool) -> Result<(), Fault> {
        match &mut self.phase {
            Phase::Connecting { deadline } if *deadline <= now => {
                return Err(Fault::NoAnswer("CONNACK"));
            }
            Phase::Subscribing { deadline, .. } if *deadline <= now => {
                if reading {
                    return Err(Fault::NoAnswer("SUBACK"));
                }
                *deadline = now + SUBACK_TIMEOUT;
            }
            Phase::Disconnected
            | Phase::Connecting { .. }
            | Phase::Subscribing { .. }
            | Phase::Ready => {}
        }
        Ok(())
    }
}
