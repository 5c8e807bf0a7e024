//! The workers behind one session of a broker.
//!
//! Usually there is one, and messages go to it as they are. Where the broker shares no
//! subscriptions, the sessions that were to share them end all but the first, and their workers
//! help that one: each *helper* stays on its thread and gets messages in chunks, copied out of the
//! receive buffer. The session's thread has the protocol and the acknowledgements for itself, and a
//! worker as before, which takes what is not worth another thread and what no helper has room for.
//!
//! Each worker counts the messages that it was given. The pool remembers which of them got which
//! messages, as *portions* in the order of receipt, so a message is acknowledged when it and all
//! before it are done, whoever did them.
//!
//! Nothing here is unbounded: a helper has a few chunks, and a pool without room stops the reading.

mod chunk;
mod helper;

pub use chunk::Chunk;
pub use helper::help;

use super::exit::Failure;
use super::worker::Worker;
use crate::message::Message;
use crate::source::Consumer;
use helper::Helper;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::time::Instant;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// The workers of a session.
pub struct Pool {
    /// The one on the session's own thread.
    own: Worker,
    helpers: Vec<Helper>,
    /// Helpers that may still come.
    joining: Option<Receiver<Helper>>,
    /// What is not confirmed, from the place `confirmed` on.
    portions: VecDeque<Portion>,
    taken: u64,
    confirmed: u64,
}

/// Where helpers join the pool of the first session of their connection.
pub type Entrance = Sender<Helper>;

/// Messages that follow each other and went to the same worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Portion {
    worker: Who,
    /// The place behind the last of them, as the pool counts.
    end: u64,
    /// The same as the worker counts.
    end_of_worker: u64,
}

/// A worker of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Own,
    Helper(usize),
}

/// Messages in a chunk at most.
const CHUNK: usize = 128;
/// What is less than so many messages and so many bytes is not worth a helper: to wake a thread
/// costs more.
const FEW: usize = 16;
const SMALL: usize = 16 * 1024;

impl Pool {
    /// A worker that is alone.
    pub fn new(own: Worker) -> Self {
        Self {
            own,
            helpers: Vec::new(),
            joining: None,
            portions: VecDeque::new(),
            taken: 0,
            confirmed: 0,
        }
    }

    /// Lets at most so many helpers in.
    pub fn open(&mut self, helpers: u16) -> Entrance {
        let (entrance, joining) = channel(usize::from(helpers).max(1));
        self.joining = Some(joining);
        entrance
    }

    /// Why the session's own worker takes no more messages, where that is so.
    pub fn failure(&self) -> Option<&Failure> {
        self.own.failure()
    }

    /// The session's own worker. Its helpers end.
    pub fn into_own(self) -> Worker {
        self.own
    }

    /// Takes in the helpers that have come since.
    fn admit(&mut self) {
        let next = |joining: &mut Receiver<Helper>| joining.try_recv().ok();
        while let Some(helper) = self.joining.as_mut().and_then(next) {
            if self.helpers.is_empty() {
                // So far the worker's count was the pool's.
                self.taken = self.own.taken();
                self.note(Who::Own, self.taken);
            }
            self.helpers.push(helper);
        }
    }

    /// The next messages, up to `taken`, went to a worker, which has been given as many as
    /// `end_of_worker` says.
    fn note(&mut self, worker: Who, end_of_worker: u64) {
        let portion = Portion {
            worker,
            end: self.taken,
            end_of_worker,
        };
        match self.portions.back_mut() {
            Some(last) if last.worker == worker => *last = portion,
            Some(_) | None => self.portions.push_back(portion),
        }
    }

    /// The helper with the least to do that has room.
    fn idlest(&self) -> Option<usize> {
        let helpers = self.helpers.iter().enumerate();
        let with_room = helpers.filter(|(_, helper)| helper.has_room());
        let idlest = with_room.min_by_key(|(_, helper)| helper.load());
        idlest.map(|(index, _)| index)
    }

    /// Which helper gets these messages; None: the own worker.
    fn helper_for(&self, messages: &[Message<'_>]) -> Option<usize> {
        let size = |message: &Message<'_>| message.payload.len();
        let is_little = messages.len() < FEW && messages.iter().map(size).sum::<usize>() < SMALL;
        if is_little && messages.len() <= self.own.room() {
            return None;
        }
        self.idlest()
    }

    fn take_here(&mut self, messages: &[Message<'_>], now: Instant) -> ControlFlow<()> {
        let before = self.own.taken();
        let taken = self.own.take(messages, now);
        let end = self.own.taken();
        if end > before {
            self.taken += end - before;
            self.note(Who::Own, end);
        }
        taken
    }
}

impl Consumer for Pool {
    fn room(&self) -> usize {
        let own = self.own.room();
        if self.helpers.is_empty() {
            return own;
        }
        if self.has_failed() {
            return 0;
        }
        self.idlest().map_or(own, |_| own.max(CHUNK))
    }

    fn take(&mut self, messages: &[Message<'_>], now: Instant) -> ControlFlow<()> {
        if self.helpers.is_empty() {
            return self.own.take(messages, now);
        }
        let Some(index) = self.helper_for(messages) else {
            return self.take_here(messages, now);
        };
        let helper = &mut self.helpers[index];
        let end = helper.give(|chunk| chunk.fill(messages), messages.len());
        self.taken += messages.len() as u64;
        self.note(Who::Helper(index), end);
        ControlFlow::Continue(())
    }

    fn take_oversized(&mut self, head: &Message<'_>, size: usize, now: Instant) {
        if self.helpers.is_empty() {
            return self.own.take_oversized(head, size, now);
        }
        self.taken += 1;
        // The messages ahead of it may have taken the room of a chunk.
        let helper = self.helpers.iter().position(Helper::has_room_for_one);
        if let Some(index) = helper.filter(|_| self.own.room() == 0) {
            let end = self.helpers[index].give(|chunk| chunk.fill_oversized(head, size), 1);
            self.note(Who::Helper(index), end);
        } else {
            self.own.take_oversized(head, size, now);
            self.note(Who::Own, self.own.taken());
        }
    }

    fn has_failed(&self) -> bool {
        self.own.has_failed() || self.helpers.iter().any(Helper::has_failed)
    }

    fn idle(&mut self) {
        self.own.idle();
    }

    fn deadline(&self) -> Option<Instant> {
        self.own.deadline()
    }

    fn tick(&mut self, now: Instant) {
        self.own.tick(now);
    }

    fn is_waiting(&self) -> bool {
        self.own.is_waiting()
    }

    fn is_drained(&mut self) -> bool {
        self.own.is_drained() && self.helpers.iter().all(Helper::is_drained)
    }

    fn confirmed(&mut self) -> u64 {
        self.admit();
        let own = self.own.confirmed();
        if self.helpers.is_empty() {
            return own;
        }
        while let Some(portion) = self.portions.front() {
            let done = match portion.worker {
                Who::Own => own,
                Who::Helper(index) => self.helpers[index].confirmed(),
            };
            let left = portion.end_of_worker.saturating_sub(done);
            // What the worker did before this portion says nothing of it.
            self.confirmed = self.confirmed.max(portion.end.saturating_sub(left));
            if left > 0 {
                break;
            }
            self.portions.pop_front();
        }
        self.confirmed
    }
}
