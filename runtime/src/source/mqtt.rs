//! The MQTT source: one session of one connection, its messages given to a [`Consumer`].

mod chunk;
mod cycle;
mod waiting;

use super::Consumer;
use super::coalescing::{Coalescing, Nap};
use super::heartbeat::Heartbeat;
use super::timer::Timer;
use crate::clock::now_us;
use crate::message::Message;
use crate::metrics::{Metrics, Presence};
use crate::mqtt::event::{Event, Step};
use crate::mqtt::link::{Attempts, GivenUp, Link};
use crate::mqtt::renewal::Renewal;
use crate::mqtt::session::{Options, Session};
use crate::mqtt::tls::Broker;
use crate::mqtt::{Fault, MOST_ANSWERS};
use crate::rate_limit::LimitedWarnings;
use crate::spec::ReconnectSpec;
use chunk::{Chunk, emptied, message};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{Notify, watch};
use waiting::stopped;

/// What a source needs to know.
#[derive(Debug)]
pub struct SourceOptions {
    /// The connection's name in the log.
    pub name: String,
    /// Index of the connection in [`Metrics::connections`].
    pub connection: usize,
    /// Where the broker is.
    pub broker: Broker,
    /// The session.
    pub session: Options,
    /// When to try again.
    pub reconnect: ReconnectSpec,
    /// Whether a sink of the consumer runs on the same thread, and must get its turn.
    pub has_company: bool,
    /// Warnings that all sessions of the connection give, under the name of that.
    pub warnings: LimitedWarnings,
    /// The connection's name in them.
    pub whole_name: String,
    /// The session among those of the connection.
    pub presence: Presence,
    /// What it is to present from some time on.
    pub renewal: Renewal,
    /// What tells whether its loop turns.
    pub heartbeat: Heartbeat,
}

/// Why a source ends, other than by a broker that is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was told to stop, or the consumer takes no more.
    Stopped,
    /// The broker shares no subscriptions, and another session has those of this one.
    NotShared,
}

/// Receives until it is told to stop, the consumer breaks, or the broker is given up. At the end
/// what was taken is drained, and acknowledged where there is a connection.
pub async fn run(
    options: SourceOptions,
    consumer: &mut impl Consumer,
    wake: Arc<Notify>,
    stop: watch::Receiver<bool>,
    metrics: Arc<Metrics>,
) -> Result<End, GivenUp> {
    let now = Instant::now();
    let qos = options.session.filters.iter().map(|(_, qos)| *qos).max();
    let mut source = Source {
        attempts: Attempts::new(
            options.name,
            options.broker.address.transport,
            &options.session.connect,
            options.reconnect,
            options.presence,
        ),
        session: Session::new(options.session, now),
        broker: options.broker,
        connection: options.connection,
        consumer,
        wake,
        stop,
        metrics,
        needed: 0,
        received_at_us: 0,
        read_at: now,
        spare: Vec::new(),
        coalescing: Coalescing::new(qos.unwrap_or(0), now),
        nap: None,
        holds_answers: false,
        has_company: options.has_company,
        warnings: options.warnings,
        whole_name: options.whole_name,
        renewal: options.renewal,
        heartbeat: options.heartbeat,
    };
    let ended = source.run().await;
    source.warnings.tick(None);
    ended
}

struct Source<'c, C> {
    session: Session,
    attempts: Attempts,
    broker: Broker,
    connection: usize,
    consumer: &'c mut C,
    wake: Arc<Notify>,
    stop: watch::Receiver<bool>,
    metrics: Arc<Metrics>,
    /// Bytes of the packet at the start of the buffer, where more of it must be read.
    needed: usize,
    /// When the last bytes came, in microseconds since 1970-01-01T00:00:00Z.
    received_at_us: i64,
    /// The same by the clock that timers go by.
    read_at: Instant,
    /// The memory of a chunk's messages, which holds none between chunks.
    spare: Vec<Message<'static>>,
    coalescing: Coalescing,
    /// How to wait before the next read, so that it finds more.
    nap: Option<Nap>,
    /// What could be acknowledged waits for the next read.
    holds_answers: bool,
    has_company: bool,
    warnings: LimitedWarnings,
    whole_name: String,
    renewal: Renewal,
    heartbeat: Heartbeat,
}

/// Messages that are parsed before they are decoded: few enough that they are still in the nearest
/// cache when they are.
const CHUNK: usize = 128;

/// Why a connection is left, other than by a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leave {
    /// It was asked to stop.
    Stop,
    /// The consumer takes no more.
    Break,
    /// There is something new to present.
    Renew,
}

/// What parsing came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parsed {
    /// The next packet is not complete.
    Everything,
    /// The consumer has no room for what is left in the buffer.
    NoRoom,
    /// The consumer takes no more.
    Break,
}

impl<C: Consumer> Source<'_, C> {
    /// Receives on a connection until it ends.
    async fn serve(&mut self, link: &mut Link) -> Result<Leave, Fault> {
        let mut stop = self.stop.clone();
        let mut stopped = std::pin::pin!(stopped(&mut stop));
        let mut renewed = std::pin::pin!(self.renewal.due());
        let mut timer = Timer::new();
        let mut parsed = Parsed::Everything;
        loop {
            self.acknowledge(parsed);
            if self.consumer.has_failed() {
                parsed = Parsed::Break;
            }
            if parsed == Parsed::NoRoom && self.consumer.room() > 0 {
                parsed = self.parse(link)?;
                if parsed == Parsed::Everything {
                    self.consumer.idle();
                }
                continue;
            }
            link.write(&mut self.session)?;
            if parsed == Parsed::Break {
                return Ok(Leave::Break);
            }
            if self.has_company && self.consumer.is_waiting() {
                // what is always ready to be read would leave it no turn
                tokio::task::yield_now().await;
            }
            // Whoever does not take our answers gets no more of them.
            let answers = self.session.output().len();
            let takes = self.consumer.room() > 0 || self.session.is_connecting();
            let reading = parsed == Parsed::Everything && takes && answers < MOST_ANSWERS;
            let writing = answers > 0;
            if let Some(nap) = self.nap.take().filter(|_| reading && !writing) {
                // Tokio's timers are too coarse. Whoever shares this thread had its turn.
                std::thread::sleep(nap.length);
            }
            let deadlines = [
                self.session.next_timeout(),
                self.consumer.deadline(),
                self.warnings.due(),
                self.heartbeat.due(),
            ];
            let due = deadlines.into_iter().flatten().min();
            timer.set(due);
            tokio::select! {
                biased;
                () = &mut stopped => return Ok(Leave::Stop),
                // what was read is taken before
                () = &mut renewed, if parsed == Parsed::Everything => {
                    return Ok(Leave::Renew);
                }
                ready = link.ready(reading, writing) => {
                    ready.map_err(|error| Fault::Broken(error.to_string()))?;
                    if reading {
                        parsed = self.receive(link).await?;
                        // where there is always more to read, nobody asks the timer
                        if due.is_some_and(|due| due <= self.read_at) {
                            self.elapsed(self.read_at, reading)?;
                        }
                    }
                }
                () = self.wake.notified() => {}
                () = timer.elapsed() => self.elapsed(Instant::now(), reading)?,
                // what is held back waits for what has come meanwhile, and for nothing else
                () = tokio::task::yield_now(), if self.holds_answers => {}
            }
        }
    }

    /// Acknowledges what the sinks have, unless it can wait for the next read.
    fn acknowledge(&mut self, parsed: Parsed) {
        let place = self.consumer.confirmed();
        self.holds_answers = parsed == Parsed::Everything
            && !self.holds_answers
            && !self.consumer.has_failed()
            && self.nap.is_some_and(|nap| nap.holds_answers);
        if !self.holds_answers {
            self.session.acknowledge_through(place);
        }
    }

    /// Does what is due at `now`.
    fn elapsed(&mut self, now: Instant, reading: bool) -> Result<(), Fault> {
        self.session.handle_timeout(now, reading)?;
        self.consumer.tick(now);
        self.warnings.tick(Some(now));
        self.heartbeat.tick(now);
        Ok(())
    }

    /// Reads what is there, and hands it over when there is no more.
    async fn receive(&mut self, link: &mut Link) -> Result<Parsed, Fault> {
        let read = link.read(self.needed).await?;
        if read.bytes > 0 {
            let now = Instant::now();
            self.session.heard(now);
            self.read_at = now;
            self.received_at_us = now_us();
            self.nap = self.coalescing.read(read.bytes, now);
        }
        let parsed = self.parse(link)?;
        if read.is_all && parsed == Parsed::Everything {
            self.consumer.idle();
        }
        Ok(parsed)
    }

    /// Gives all complete messages of the buffer to the consumer, as far as it takes them. What
    /// came before a fault is given too.
    fn parse(&mut self, link: &mut Link) -> Result<Parsed, Fault> {
        let now = Instant::now();
        loop {
            let room = self.consumer.room();
            if room == 0 && !self.session.is_connecting() {
                return Ok(Parsed::NoRoom);
            }
            let mut chunk = Chunk {
                messages: emptied(std::mem::take(&mut self.spare)),
                consumed: 0,
                needed: 0,
                ready: None,
                oversized: None,
            };
            let outcome = self.fill(&mut chunk, link, room.min(CHUNK), now);
            if let Some((session_present, granted)) = chunk.ready.take() {
                self.ready(session_present, &granted, now);
            }
            let taken = match chunk.messages.as_slice() {
                [] => ControlFlow::Continue(()),
                messages => self.consumer.take(messages, now),
            };
            let Chunk {
                messages,
                consumed,
                needed,
                oversized,
                ready: _,
            } = chunk;
            self.spare = emptied(messages);
            if let Some((head, size)) = oversized
                && taken.is_continue()
            {
                self.consumer.take_oversized(&head, size, now);
                self.skipped(head.topic, size, now);
            }
            self.needed = needed;
            link.consume(consumed);
            if taken.is_break() {
                return Ok(Parsed::Break);
            }
            outcome?;
            if needed > 0 {
                return Ok(Parsed::Everything);
            }
        }
    }

    /// Parses up to `room` messages, or up to one that is too large and stands behind them. The
    /// answer to CONNECT is no message: it is read where there is no room, too.
    fn fill<'b>(
        &mut self,
        chunk: &mut Chunk<'b>,
        link: &'b Link,
        room: usize,
        now: Instant,
    ) -> Result<(), Fault> {
        let (bytes, buffer) = (link.bytes(), link.bytes_and_behind());
        let received_at_us = self.received_at_us;
        while (chunk.messages.len() < room || self.session.is_connecting())
            && chunk.oversized.is_none()
        {
            let rest = &bytes[chunk.consumed..];
            if let Some((publish, size)) = self.session.next_publish(rest) {
                chunk.consumed += size;
                let message = message(&publish, buffer, received_at_us);
                chunk.messages.push(message);
                continue;
            }
            match self.session.receive(rest, now)? {
                Step::Incomplete { needed } => {
                    chunk.needed = needed;
                    return Ok(());
                }
                Step::Consumed {
                    bytes: consumed,
                    event,
                } => {
                    chunk.consumed += consumed;
                    match event {
                        None => {}
                        Some(Event::Publish(publish)) => {
                            chunk
                                .messages
                                .push(message(&publish, buffer, received_at_us));
                        }
                        Some(Event::Ready {
                            session_present,
                            granted,
                        }) => chunk.ready = Some((session_present, granted)),
                        Some(Event::Oversized { head, size }) => {
                            let head = message(&head, buffer, received_at_us);
                            chunk.oversized = Some((head, size));
                        }
                        Some(Event::Refused { .. }) => {
                            return Err(Fault::Malformed("an answer to what was not sent"));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn skipped(&mut self, topic: &str, size: usize, now: Instant) {
        self.metrics.connections[self.connection].oversized.add(1);
        let what = "messages larger than `max_packet_size` are not read";
        let details = || format!(": one of {size} bytes on `{}`", topic.escape_debug());
        self.warnings.warn(&self.whole_name, what, now, details);
    }

    fn ready(&mut self, session_present: bool, granted: &[u8], now: Instant) {
        self.metrics.connections[self.connection].connects.add(1);
        self.attempts.opened(now, session_present);
        let name = self.attempts.name();
        if let Some(sessions) = self.session.alone_of() {
            tracing::warn!(
                "{name}: the broker does not support shared subscriptions: one connection instead \
                 of {sessions}, whose messages as many threads decode"
            );
        }
        for ((filter, asked), granted) in self.session.filters().iter().zip(granted) {
            if granted < asked {
                tracing::warn!(
                    "{name}: the broker grants quality of service {granted} instead of {asked} \
                     for `{filter}`"
                );
            }
        }
        let filters = match granted.len() {
            1 => "1 topic filter".to_owned(),
            count => format!("{count} topic filters"),
        };
        tracing::info!("{name}: subscribed to {filters}");
    }
}
