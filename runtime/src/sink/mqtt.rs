//! The MQTT sink: each row is a PUBLISH. All sinks of a connection share one session, and so one
//! thread.

use super::Batch;
use crate::mqtt::Fault;
use crate::mqtt::event::{Event, Step};
use crate::mqtt::link::{Attempts, GivenUp, Link};
use crate::mqtt::packet::Publication;
use crate::mqtt::session::{Options, Session};
use crate::mqtt::url::BrokerAddress;
use crate::rate_limit::LimitedWarnings;
use crate::spec::ReconnectSpec;
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Receiver;

/// Where a sink's rows are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// Topic.
    pub topic: String,
    /// Quality of service.
    pub qos: u8,
    /// Retained.
    pub retain: bool,
}

/// What a publisher needs to know.
#[derive(Debug)]
pub struct PublisherOptions {
    /// The session's name in the log.
    pub name: String,
    /// Where the broker is.
    pub broker: BrokerAddress,
    /// The session.
    pub session: Options,
    /// When to try again.
    pub reconnect: ReconnectSpec,
    /// By sink of the pipeline; None: not a sink of this connection.
    pub destinations: Vec<Option<Destination>>,
}

/// Publishes batches until all senders are gone and everything is confirmed, or until the broker
/// is given up.
pub async fn run(options: PublisherOptions, queue: Receiver<Batch>) -> Result<(), GivenUp> {
    let mut publisher = Publisher {
        attempts: Attempts::new(options.name, &options.session.connect, options.reconnect),
        session: Session::new(options.session, Instant::now()),
        broker: options.broker,
        destinations: options.destinations,
        queue,
        open: VecDeque::new(),
        published: 0,
        ended: false,
        needed: 0,
        warnings: LimitedWarnings::default(),
    };
    let ended = publisher.run().await;
    publisher.warnings.tick(None);
    ended
}

struct Publisher {
    session: Session,
    attempts: Attempts,
    broker: BrokerAddress,
    destinations: Vec<Option<Destination>>,
    queue: Receiver<Batch>,
    /// Batches that are not confirmed yet, in order.
    open: VecDeque<Open>,
    /// Messages given to the session so far.
    published: u64,
    /// No more batches will come.
    ended: bool,
    needed: usize,
    warnings: LimitedWarnings,
}

struct Open {
    batch: Batch,
    next_row: usize,
    /// How many messages were published before its first row; known once that is published.
    starts_at: u64,
    /// Rows that the broker has refused for good.
    refused: u64,
    /// How many messages of all must be confirmed for this batch to be; known once its last row
    /// is published.
    confirmed_at: Option<u64>,
}

/// Bytes that may wait for the socket before publishing pauses.
const OUTPUT: usize = 256 * 1024;

impl Publisher {
    async fn run(&mut self) -> Result<(), GivenUp> {
        loop {
            let fault = match self.connect().await {
                Ok(mut link) => match self.serve(&mut link).await {
                    Ok(()) => {
                        link.close(&mut self.session).await;
                        return Ok(());
                    }
                    Err(fault) => fault,
                },
                Err(Some(fault)) => fault,
                Err(None) => return Ok(()),
            };
            self.session.lost();
            let delay = self.attempts.failed(&fault, Instant::now())?;
            if self.pause(delay).await {
                return Ok(());
            }
        }
    }

    /// Opens a connection; no fault: there is nothing left to do meanwhile.
    async fn connect(&mut self) -> Result<Link, Option<Fault>> {
        let broker = self.broker.clone();
        let opening = Link::open(&broker);
        tokio::pin!(opening);
        loop {
            tokio::select! {
                link = &mut opening => {
                    let link = link.map_err(Some)?;
                    self.needed = 0;
                    self.session.connected(Instant::now());
                    return Ok(link);
                }
                batch = self.queue.recv(), if !self.ended => self.enqueue(batch),
            }
            if self.is_done() {
                return Err(None);
            }
        }
    }

    /// Waits before the next attempt; true: there is nothing left to do.
    async fn pause(&mut self, delay: Duration) -> bool {
        let until = tokio::time::Instant::now() + delay;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(until) => return false,
                batch = self.queue.recv(), if !self.ended => self.enqueue(batch),
            }
            if self.is_done() {
                return true;
            }
        }
    }

    async fn serve(&mut self, link: &mut Link) -> Result<(), Fault> {
        loop {
            self.get_on(link)?;
            if self.is_done() {
                return Ok(());
            }
            let timeouts = [self.session.next_timeout(), self.warnings.due()];
            let writing = !self.session.output().is_empty();
            tokio::select! {
                ready = link.ready(true, writing) => {
                    ready.map_err(|error| Fault::Io(error.to_string()))?;
                    self.receive(link).await?;
                }
                batch = self.queue.recv(), if !self.ended => self.enqueue(batch),
                () = sleep_until(timeouts.into_iter().flatten().min()) => {
                    let now = Instant::now();
                    self.session.handle_timeout(now, true)?;
                    self.warnings.tick(Some(now));
                }
            }
        }
    }

    /// Publishes, writes and confirms until there are no more rows or something must be waited
    /// for: the socket or an answer. It ends, as it takes no more batches.
    fn get_on(&mut self, link: &Link) -> Result<(), Fault> {
        loop {
            let before = self.published;
            self.feed();
            link.write(&mut self.session)?;
            self.confirm();
            if self.published == before || !self.session.output().is_empty() {
                return Ok(());
            }
        }
    }

    fn enqueue(&mut self, batch: Option<Batch>) {
        match batch {
            None => self.ended = true,
            Some(batch) => self.open.push_back(Open {
                batch,
                next_row: 0,
                starts_at: 0,
                refused: 0,
                confirmed_at: None,
            }),
        }
    }

    fn is_done(&self) -> bool {
        self.ended && self.open.is_empty()
    }

    /// Publishes rows while the broker's window and the socket take them.
    fn feed(&mut self) {
        for open in &mut self.open {
            if open.confirmed_at.is_some() {
                continue;
            }
            let sink = open.batch.sink;
            let destination = self.destinations[sink].as_ref();
            let destination = destination.expect("only sinks of this connection are sent here");
            let rows = &open.batch.rows;
            if open.next_row == 0 {
                open.starts_at = self.published;
            }
            while open.next_row < rows.ends.len() {
                if !self.session.can_publish(destination.qos)
                    || self.session.output().len() >= OUTPUT
                {
                    return;
                }
                let start = open
                    .next_row
                    .checked_sub(1)
                    .map_or(0, |last| rows.ends[last]);
                let row = &rows.bytes[start..rows.ends[open.next_row]];
                let taken = self.session.publish(&Publication {
                    topic: &destination.topic,
                    payload: row.strip_suffix(b"\n").unwrap_or(row),
                    qos: destination.qos,
                    retain: destination.retain,
                });
                if !taken {
                    open.refused += 1;
                    let (name, bytes) = (self.attempts.name(), row.len());
                    let details = || format!(": one of {bytes} bytes for `{}`", destination.topic);
                    let now = Instant::now();
                    self.warnings
                        .warn(name, "rows are too large for the broker", now, details);
                }
                self.published += 1;
                open.next_row += 1;
            }
            open.confirmed_at = Some(self.published);
        }
    }

    /// Confirms the batches whose last message is confirmed.
    fn confirm(&mut self) {
        let done = self.session.published();
        let is_done = |open: &Open| open.confirmed_at.is_some_and(|place| place <= done);
        while self.open.front().is_some_and(is_done) {
            let open = self.open.pop_front().expect("there is a front");
            open.batch.confirm_but(open.refused);
        }
    }

    /// The message at a place of all that were published was refused: its batch counts it.
    fn refused(&mut self, place: u64, reason: &'static str, now: Instant) {
        let holds = |open: &&mut Open| {
            (open.starts_at..open.starts_at + open.next_row as u64).contains(&place)
        };
        let Some(open) = self.open.iter_mut().find(holds) else {
            return;
        };
        open.refused += 1;
        let topic = self.destinations[open.batch.sink]
            .as_ref()
            .map(|to| &to.topic);
        let subject = format!("{}: rows refused", self.attempts.name());
        let details = || topic.map_or_else(String::new, |topic| format!(" (`{topic}`)"));
        self.warnings.warn(&subject, reason, now, details);
    }

    async fn receive(&mut self, link: &mut Link) -> Result<(), Fault> {
        let read = link.read(self.needed).await?;
        let now = Instant::now();
        if read.bytes > 0 {
            self.session.heard(now);
        }
        loop {
            match self.session.receive(link.bytes(), now)? {
                Step::Incomplete { needed } => {
                    self.needed = needed;
                    return Ok(());
                }
                Step::Consumed { bytes, event } => {
                    match event {
                        None => {}
                        Some(Event::Ready {
                            session_present, ..
                        }) => self.attempts.opened(now, session_present),
                        Some(Event::Refused { place, reason }) => {
                            self.refused(place, reason, now);
                        }
                        Some(Event::Publish(_) | Event::Oversized { .. }) => {
                            return Err(Fault::Malformed("a message, though none was asked for"));
                        }
                    }
                    link.consume(bytes);
                }
            }
        }
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}
