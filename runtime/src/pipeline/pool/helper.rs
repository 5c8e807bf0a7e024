//! A worker that gets its messages from the thread of another session.

use super::{Chunk, Entrance};
use crate::clock::sleep_until;
use crate::pipeline::worker::Worker;
use crate::source::Consumer as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::Notify;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// A helper as its pool sees it.
#[derive(Debug)]
pub struct Helper {
    queue: Sender<Chunk>,
    state: Arc<State>,
    spare: Vec<Chunk>,
    /// Chunks that it was given so far, and messages.
    chunks: u64,
    messages: u64,
}

/// How far a helper is.
#[derive(Debug, Default)]
struct State {
    /// Messages that are done, with all that it was given before them.
    confirmed: AtomicU64,
    /// Chunks whose messages it has all taken, or will not take any more.
    taken: AtomicU64,
    /// Chunks of which nothing is under way any more.
    drained: AtomicU64,
    has_failed: AtomicBool,
    emptied: Mutex<Vec<Chunk>>,
}

/// Chunks of a helper, the one in work included, and one more for a single message.
pub(super) const CHUNKS: usize = 3;

impl Helper {
    /// Whether another chunk can be given.
    pub fn has_room(&self) -> bool {
        self.load() < CHUNKS as u64
    }

    /// Whether a chunk of a single message can be given.
    pub fn has_room_for_one(&self) -> bool {
        self.load() <= CHUNKS as u64
    }

    /// Chunks that it has still to do.
    pub fn load(&self) -> u64 {
        self.chunks - self.state.taken.load(Ordering::Acquire)
    }

    /// Whether it takes no more messages.
    pub fn has_failed(&self) -> bool {
        self.state.has_failed.load(Ordering::Acquire)
    }

    /// Whether nothing of what it was given is under way.
    pub fn is_drained(&self) -> bool {
        self.state.drained.load(Ordering::Acquire) == self.chunks
    }

    /// How many messages are done, from the first one on.
    pub fn confirmed(&self) -> u64 {
        self.state.confirmed.load(Ordering::Acquire)
    }

    /// Gives it a chunk that `fill` fills with so many messages: how many it was given then.
    pub fn give(&mut self, fill: impl FnOnce(&mut Chunk), messages: usize) -> u64 {
        if self.spare.is_empty() {
            std::mem::swap(&mut self.spare, &mut lock(&self.state.emptied));
        }
        let mut chunk = self.spare.pop().unwrap_or_default();
        fill(&mut chunk);
        let sent = self.queue.try_send(chunk);
        assert!(sent.is_ok(), "a helper has room, and ends after its pool");
        self.chunks += 1;
        self.messages += messages as u64;
        self.messages
    }
}

fn lock(chunks: &Mutex<Vec<Chunk>>) -> std::sync::MutexGuard<'_, Vec<Chunk>> {
    chunks.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Helps the pool behind `entrance` until that ends and everything is drained. `wake` wakes this
/// worker and `pool` the pool; the worker is drained to begin with.
pub async fn help(worker: &mut Worker, wake: &Notify, entrance: &Entrance, pool: &Notify) {
    let (sender, queue) = channel(CHUNKS + 1);
    let state = Arc::new(State::default());
    let helper = Helper {
        queue: sender,
        state: Arc::clone(&state),
        spare: Vec::new(),
        chunks: 0,
        messages: 0,
    };
    // A pool that has ended needs no help.
    if entrance.send(helper).await.is_err() {
        return;
    }
    pool.notify_one();
    let before = worker.taken();
    let helping = Helping {
        worker,
        queue,
        current: None,
        given: 0,
        has_ended: false,
        before,
        state: &state,
        pool,
    };
    helping.run(wake).await;
}

/// A helper at work.
struct Helping<'h> {
    worker: &'h mut Worker,
    queue: Receiver<Chunk>,
    /// The chunk in work, and how many of its messages are taken.
    current: Option<(Chunk, usize)>,
    /// Chunks that have come.
    given: u64,
    /// No more will come.
    has_ended: bool,
    /// Messages that the worker had taken before it helped.
    before: u64,
    state: &'h State,
    pool: &'h Notify,
}

impl Helping<'_> {
    async fn run(mut self, wake: &Notify) {
        loop {
            self.get_on();
            self.tell();
            if self.has_ended && self.is_drained() {
                return;
            }
            let deadline = self.worker.deadline();
            let is_free = self.current.is_none() && !self.has_ended;
            tokio::select! {
                chunk = self.queue.recv(), if is_free => match chunk {
                    Some(chunk) => self.begin(chunk),
                    None => self.has_ended = true,
                },
                () = wake.notified() => {}
                () = sleep_until(deadline) => self.worker.tick(Instant::now()),
            }
        }
    }

    fn begin(&mut self, chunk: Chunk) {
        self.given += 1;
        self.current = Some((chunk, 0));
    }

    /// Takes what there is room for, and hands it over when there is no more.
    fn get_on(&mut self) {
        loop {
            if self.current.is_none() {
                match self.queue.try_recv() {
                    Ok(chunk) => self.begin(chunk),
                    Err(error) => {
                        self.has_ended |= error == TryRecvError::Disconnected;
                        self.worker.idle();
                        return;
                    }
                }
            }
            if !self.take() {
                return;
            }
            self.tell();
        }
    }

    /// Takes messages of the present chunk; false: there is no room for all of them.
    fn take(&mut self) -> bool {
        let Some((mut chunk, mut at)) = self.current.take() else {
            return true;
        };
        let messages = chunk.messages();
        let now = Instant::now();
        while at < chunk.count() && !self.worker.has_failed() {
            // What was confirmed since makes room.
            self.worker.confirmed();
            let room = self.worker.room();
            if room == 0 {
                drop(messages);
                self.current = Some((chunk, at));
                return false;
            }
            let end = chunk.count().min(at + room);
            match chunk.oversized() {
                Some(size) => self.worker.take_oversized(&messages[at], size, now),
                None => {
                    let _ = self.worker.take(&messages[at..end], now);
                }
            }
            at = end;
        }
        drop(messages);
        chunk.clear();
        lock(&self.state.emptied).push(chunk);
        self.state.taken.fetch_add(1, Ordering::Release);
        self.pool.notify_one();
        // Where chunk follows chunk, nobody asks the timer.
        if self.worker.deadline().is_some_and(|due| due <= now) {
            self.worker.tick(now);
        }
        true
    }

    /// Nothing is under way. What a worker that has failed does not take is not, either.
    fn is_drained(&mut self) -> bool {
        self.current.is_none() && self.worker.is_drained()
    }

    /// Tells the pool what has changed.
    fn tell(&mut self) {
        let confirmed = self.worker.confirmed() - self.before;
        let drained = if self.is_drained() { self.given } else { 0 };
        let has_failed = self.worker.has_failed();
        let state = self.state;
        let before = (
            state.confirmed.swap(confirmed, Ordering::AcqRel),
            state.drained.fetch_max(drained, Ordering::AcqRel),
            state.has_failed.swap(has_failed, Ordering::AcqRel),
        );
        if before != (confirmed, drained.max(before.1), has_failed) {
            self.pool.notify_one();
        }
    }
}
