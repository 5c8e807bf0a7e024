//! What the demo's broker knows about one client: its subscriptions, and what is on its way to it.

use std::collections::VecDeque;
use std::io::Write as _;
use std::net::{Shutdown, TcpStream};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Instant;

use crate::mqtt::packet;

/// Messages of quality of service 1 that a client may leave unacknowledged.
const WINDOW: usize = 8192;

/// Messages kept for a client whose window is full; further ones from other clients are dropped.
const MAX_QUEUED: usize = 100_000;

/// Bytes waiting for the socket above which a client counts as busy.
const MAX_OUTGOING: usize = 1 << 20;

/// What to do with a message for a client that is busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WhenBusy {
    /// Wait until it is not.
    Wait,
    /// Queue it, or drop it if the queue is full: whoever reads a socket must not wait for another
    /// one, or two clients could wait for each other for ever.
    Queue,
}

/// A connected client.
pub(super) struct Session {
    /// Its client id.
    pub(super) client_id: String,
    stream: TcpStream,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Filters and granted qualities of service.
    filters: Vec<(String, u8)>,
    /// Bytes for the socket.
    outgoing: Vec<u8>,
    /// Whether the writer holds bytes that have not reached the socket.
    writing: bool,
    queue: VecDeque<(Box<str>, Box<[u8]>)>,
    in_flight: InFlight,
    acknowledged: u64,
    dropped: u64,
    closed: bool,
}

impl State {
    /// Whether a further message has to wait.
    fn is_busy(&self) -> bool {
        self.is_full() || !self.queue.is_empty()
    }

    fn is_full(&self) -> bool {
        self.in_flight.count >= WINDOW || self.outgoing.len() > MAX_OUTGOING
    }

    fn send(&mut self, topic: &str, payload: &[u8], qos: u8) {
        let id = (qos > 0).then(|| self.in_flight.take());
        packet::publish(&mut self.outgoing, topic, payload, id);
    }
}

impl Session {
    /// For a client that has just connected.
    pub(super) fn new(client_id: &str, stream: TcpStream) -> Self {
        Self {
            client_id: client_id.to_owned(),
            stream,
            state: Mutex::new(State {
                filters: Vec::new(),
                outgoing: Vec::new(),
                writing: false,
                queue: VecDeque::new(),
                in_flight: InFlight::new(),
                acknowledged: 0,
                dropped: 0,
                closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("no thread panics while it holds this")
    }

    /// Adds or replaces a subscription.
    pub(super) fn subscribe(&self, filter: &str, qos: u8) {
        let mut state = self.state();
        state.filters.retain(|(known, _)| known != filter);
        state.filters.push((filter.to_owned(), qos));
    }

    /// Removes a subscription.
    pub(super) fn unsubscribe(&self, filter: &str) {
        self.state().filters.retain(|(known, _)| known != filter);
    }

    /// Whether it subscribed to a filter that matches `topic`.
    pub(super) fn wants(&self, topic: &str) -> bool {
        let state = self.state();
        state
            .filters
            .iter()
            .any(|(filter, _)| packet::matches(filter, topic))
    }

    /// Queues a packet for the client.
    pub(super) fn reply(&self, bytes: &[u8]) {
        self.state().outgoing.extend(bytes);
        self.changed.notify_all();
    }

    /// Sends a message if a filter matches, with the lesser of both qualities of service.
    pub(super) fn deliver(&self, topic: &str, payload: &[u8], qos: u8, when_busy: WhenBusy) {
        let mut state = self.state();
        let matching = state
            .filters
            .iter()
            .filter(|(f, _)| packet::matches(f, topic));
        let Some(granted) = matching.map(|(_, granted)| *granted).max() else {
            return;
        };
        let qos = qos.min(granted);
        while when_busy == WhenBusy::Wait && state.is_busy() && !state.closed {
            state = self.changed.wait(state).expect("as in `state`");
        }
        if state.closed {
            return;
        }
        if !state.is_busy() {
            let idle = state.outgoing.is_empty();
            state.send(topic, payload, qos);
            if idle {
                self.changed.notify_all();
            }
        } else if qos > 0 && state.queue.len() < MAX_QUEUED {
            state.queue.push_back((topic.into(), payload.into()));
        } else {
            state.dropped += 1;
        }
    }

    /// Takes note of acknowledgements and fills the window again.
    pub(super) fn acknowledge(&self, ids: &[u16]) {
        if ids.is_empty() {
            return;
        }
        let mut state = self.state();
        for &id in ids {
            state.acknowledged += u64::from(state.in_flight.release(id));
        }
        while !state.is_full()
            && let Some((topic, payload)) = state.queue.pop_front()
        {
            state.send(&topic, &payload, 1);
        }
        self.changed.notify_all();
    }

    /// How many messages the client has acknowledged.
    pub(super) fn acknowledged(&self) -> u64 {
        self.state().acknowledged
    }

    /// How many messages were dropped because the client was too slow.
    pub(super) fn dropped(&self) -> u64 {
        self.state().dropped
    }

    /// Waits until everything sent has reached the socket and is acknowledged where it must be.
    /// False if it isn't by `deadline`.
    pub(super) fn drain(&self, deadline: Instant) -> bool {
        let mut state = self.state();
        loop {
            let unsent = state.writing || !state.outgoing.is_empty() || !state.queue.is_empty();
            if state.closed || !unsent && state.in_flight.count == 0 {
                return !state.closed;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self
                .changed
                .wait_timeout(state, left)
                .expect("as in `state`")
                .0;
        }
    }

    /// Writes what is queued until the session is closed.
    pub(super) fn write_loop(&self) {
        let mut bytes = Vec::new();
        loop {
            let mut state = self.state();
            state.writing = false;
            self.changed.notify_all();
            while state.outgoing.is_empty() && !state.closed {
                state = self.changed.wait(state).expect("as in `state`");
            }
            if state.outgoing.is_empty() {
                break;
            }
            std::mem::swap(&mut bytes, &mut state.outgoing);
            state.writing = true;
            drop(state);
            if (&self.stream).write_all(&bytes).is_err() {
                break;
            }
            bytes.clear();
        }
        self.abort();
    }

    /// Ends the session once what is to be sent has been written.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    /// Ends the session and its connection at once.
    pub(super) fn abort(&self) {
        self.close();
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// Packet identifiers that wait for their PUBACK.
struct InFlight {
    taken: Vec<bool>,
    last: u16,
    count: usize,
}

impl InFlight {
    fn new() -> Self {
        Self {
            taken: vec![false; 1 << 16],
            last: 0,
            count: 0,
        }
    }

    /// An identifier that is not in use. There is one: the window is smaller than 65,535.
    fn take(&mut self) -> u16 {
        loop {
            self.last = self.last.checked_add(1).unwrap_or(1);
            let taken = &mut self.taken[usize::from(self.last)];
            if !*taken {
                *taken = true;
                self.count += 1;
                return self.last;
            }
        }
    }

    /// Whether `id` was in use; it is not any more.
    fn release(&mut self, id: u16) -> bool {
        let taken = std::mem::take(&mut self.taken[usize::from(id)]);
        self.count -= usize::from(taken);
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_used_once_and_never_zero() {
        let mut in_flight = InFlight::new();
        assert_eq!(in_flight.take(), 1);
        let held = in_flight.take();
        for _ in 0..70_000 {
            let id = in_flight.take();
            assert!(id != 0 && id != 1 && id != held, "{id}");
            assert!(in_flight.release(id));
        }
        assert!(in_flight.release(held));
        assert!(
            !in_flight.release(held),
            "a second acknowledgement of one message"
        );
        assert_eq!(in_flight.count, 1);
    }
}
