//! The MQTT sink: each row is a PUBLISH, and so is each dead letter. All sinks and dead letters of
//! a connection share one session, and so one task.

mod open;
mod poison;
mod shorten;

use super::{Batch, Refused};
use crate::clock::sleep_until;
use crate::metrics::Presence;
use crate::mqtt::event::{Event, Step};
use crate::mqtt::link::{Attempts, GivenUp, Link};
use crate::mqtt::packet::Publication;
use crate::mqtt::renewal::Renewal;
use crate::mqtt::session::{Options, Session};
use crate::mqtt::tls::Broker;
use crate::mqtt::topic_template::TopicTemplate;
use crate::mqtt::{Fault, MOST_ANSWERS};
use crate::rate_limit::LimitedWarnings;
use crate::spec::ReconnectSpec;
use open::{Open, publish};
use poison::{Blame, Closings};
pub use shorten::{Shorten, Shortened};
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Receiver;

/// Where a sink's rows, or the dead letters of a table, are published.
#[derive(Clone, Debug)]
pub struct Destination {
    /// Topic.
    pub topic: TopicTemplate,
    /// MQTT 5 properties of each row that has none of its own.
    pub properties: Vec<u8>,
    /// Quality of service.
    pub qos: u8,
    /// Retained.
    pub retain: bool,
    /// For dead letters, which are not given up: what the broker refuses is tried again until it
    /// does not, and cut by this where it is too large.
    pub shorten: Option<Shorten>,
}

impl Destination {
    /// Whether nothing of it can be given up.
    pub fn insists(&self) -> bool {
        self.shorten.is_some()
    }
}

/// What a publisher needs to know.
#[derive(Debug)]
pub struct PublisherOptions {
    /// The session's name in the log.
    pub name: String,
    /// Where the broker is.
    pub broker: Broker,
    /// The session.
    pub session: Options,
    /// When to try again.
    pub reconnect: ReconnectSpec,
    /// By outlet of the pipeline ([`Batch::sink`]); None: not one of this connection.
    pub destinations: Vec<Option<Destination>>,
    /// The session of the connection.
    pub presence: Presence,
    /// What it is to present from some time on.
    pub renewal: Renewal,
}

/// Publishes batches until all senders are gone and everything is confirmed, or until the broker
/// is given up.
pub async fn run(options: PublisherOptions, queue: Receiver<Batch>) -> Result<(), GivenUp> {
    let mut publisher = Publisher {
        attempts: Attempts::new(
            options.name,
            options.broker.address.transport,
            &options.session.connect,
            options.reconnect,
            options.presence,
        ),
        session: Session::new(options.session, Instant::now()),
        broker: options.broker,
        destinations: options.destinations,
        queue,
        open: VecDeque::new(),
        published: 0,
        done_before: 0,
        ended: false,
        needed: 0,
        closings: Closings::default(),
        warnings: LimitedWarnings::default(),
        topic: String::new(),
        renewal: options.renewal,
    };
    let ended = publisher.run().await;
    publisher.warnings.tick(None);
    ended
}

struct Publisher {
    session: Session,
    attempts: Attempts,
    broker: Broker,
    destinations: Vec<Option<Destination>>,
    queue: Receiver<Batch>,
    /// Batches that are not confirmed yet, in order.
    open: VecDeque<Open>,
    /// Messages given to the session so far.
    published: u64,
    /// How many of them were done when the last connection ended.
    done_before: u64,
    /// No more batches will come.
    ended: bool,
    needed: usize,
    closings: Closings,
    warnings: LimitedWarnings,
    /// Where the topics of rows are made: scratch memory.
    topic: String,
    renewal: Renewal,
}

/// Why a connection is left, other than by a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leave {
    /// Nobody has rows any more, and all are confirmed.
    Done,
    /// There is something new to present.
    Renew,
}

/// How long what was published may take to be confirmed where a connection is left for another.
/// What is not is published again.
const FAREWELL: Duration = Duration::from_secs(5);

/// Bytes that may wait for the socket before publishing pauses.
const OUTPUT: usize = 256 * 1024;

impl Publisher {
    async fn run(&mut self) -> Result<(), GivenUp> {
        loop {
            self.renew();
            let fault = match self.connect().await {
                Ok(mut link) => match self.serve(&mut link).await {
                    Ok(Leave::Done) => {
                        link.close(&mut self.session).await;
                        return Ok(());
                    }
                    Ok(Leave::Renew) => {
                        link.close(&mut self.session).await;
                        self.attempts.left();
                        continue;
                    }
                    Err(fault) => fault,
                },
                Err(Some(fault)) => fault,
                Err(None) => return Ok(()),
            };
            self.session.lost();
            match self.suspect(&fault) {
                Blame::Nobody => self.count_failure(&fault),
                Blame::Somebody => self.count_closing(None),
                Blame::Message { place, count } => self.count_closing(Some((place, count))),
            }
            if let Fault::TooLarge { place } = fault {
                self.shorten_sent(place);
            }
            let delay = self.attempts.failed(&fault, Instant::now())?;
            if self.pause(delay).await {
                return Ok(());
            }
        }
    }

    /// Takes what the session is to present from now on, if there is anything new.
    fn renew(&mut self) {
        if let Some(access) = self.renewal.take() {
            self.broker = access.broker;
            self.session.present(access.username, access.password);
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
                () = self.renewal.due() => return false,
                batch = self.queue.recv(), if !self.ended => self.enqueue(batch),
            }
            if self.is_done() {
                return true;
            }
        }
    }

    async fn serve(&mut self, link: &mut Link) -> Result<Leave, Fault> {
        let mut leaves_at = None;
        let mut renewed = std::pin::pin!(self.renewal.due());
        loop {
            self.get_on(link)?;
            if self.is_done() {
                return Ok(Leave::Done);
            }
            let is_late = leaves_at.is_some_and(|until| until <= Instant::now());
            if leaves_at.is_some() && (self.open.is_empty() || is_late) {
                return Ok(Leave::Renew);
            }
            let timeouts = [self.session.next_timeout(), self.warnings.due(), leaves_at];
            let writing = !self.session.output().is_empty();
            // Whoever does not take our answers gets no more of them.
            let reading = self.session.answers() < MOST_ANSWERS;
            tokio::select! {
                ready = link.ready(reading, writing) => {
                    ready.map_err(|error| Fault::Broken(error.to_string()))?;
                    if reading {
                        self.receive(link).await?;
                    }
                }
                batch = self.queue.recv(), if !self.ended && leaves_at.is_none() => {
                    self.enqueue(batch);
                }
                () = &mut renewed, if leaves_at.is_none() => {
                    leaves_at = Some(Instant::now() + FAREWELL);
                }
                () = sleep_until(timeouts.into_iter().flatten().min()) => {
                    let now = Instant::now();
                    self.session.handle_timeout(now, reading)?;
                    self.warnings.tick(Some(now));
                }
            }
        }
    }

    /// Publishes, writes and confirms until there are no more rows or something must be waited
    /// for: the socket or an answer. It ends, as it takes no more batches.
    fn get_on(&mut self, link: &mut Link) -> Result<(), Fault> {
        loop {
            let before = self.published;
            self.feed()?;
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
            Some(batch) => self.open.push_back(Open::new(batch)),
        }
    }

    fn is_done(&self) -> bool {
        self.ended && self.open.is_empty()
    }

    /// Publishes rows while the broker's window and the socket take them. A fault: the broker takes
    /// not even the topic of a dead letter, which may change; it is not lost.
    fn feed(&mut self) -> Result<(), Fault> {
        for open in &mut self.open {
            if open.confirmed_at.is_some() {
                continue;
            }
            let destination = self.destinations[open.batch.sink].as_ref();
            let destination = destination.expect("only sinks of this connection are sent here");
            if open.next_row == 0 {
                open.starts_at = self.published;
            }
            while let Some(row) = open.row_to_publish(&mut self.session, &mut self.published) {
                if !self.session.can_publish(destination.qos)
                    || self.session.output().len() >= OUTPUT
                {
                    return Ok(());
                }
                let name = self.attempts.name();
                let cut = |whole: &Publication<'_>, shortened: &Shortened| {
                    shorten::warn(&mut self.warnings, name, whole, shortened);
                };
                let place = (row, destination);
                let sent = publish(&mut self.session, open, place, &mut self.topic, cut)?;
                if let Err(unsent) = sent {
                    let details = || unsent.details(&destination.topic);
                    self.warnings
                        .warn(name, unsent.what(), Instant::now(), details);
                    let reason = unsent.reason().into();
                    open.refused.push(Refused { row, reason });
                }
                self.published += 1;
                open.next_row += 1;
            }
            open.confirmed_at = Some(self.published);
        }
        Ok(())
    }

    /// Confirms the batches whose last message is confirmed.
    fn confirm(&mut self) {
        let done = self.session.published();
        let is_done = |open: &Open| open.confirmed_at.is_some_and(|place| place <= done);
        while self.open.front().is_some_and(is_done) {
            let open = self.open.pop_front().expect("there is a front");
            open.batch.confirm_but(open.refused);
        }
        self.clear_suspicion();
    }

    /// The message at a place of all that were published was refused: its batch counts it.
    fn refused(&mut self, place: u64, reason: &'static str, now: Instant) {
        let Some(open) = self.open.iter_mut().find(|open| open.holds(place)) else {
            return;
        };
        let row = usize::try_from(place - open.starts_at).expect("it is a row of the batch");
        open.refused.push(Refused {
            row,
            reason: reason.into(),
        });
        let topic = self.destinations[open.batch.sink]
            .as_ref()
            .map(|to| to.topic.to_string());
        let subject = format!("{}: rows refused", self.attempts.name());
        let details = || topic.map_or_else(String::new, |topic| format!(" (`{topic}`)"));
        self.warnings.warn(&subject, reason, now, details);
    }

    /// A connection came to nothing. Rows that may be given up and have seen too many of these
    /// are. A connection on which anything was confirmed counts as a new beginning.
    fn count_failure(&mut self, fault: &Fault) {
        let got_on = self.done_before < self.session.published();
        for open in &mut self.open {
            let counted = open.batch.progress.metrics().outlet(open.batch.sink);
            counted.retries.add(1);
            // An answer to a single message is counted with that.
            if matches!(fault, Fault::NotPublished(_) | Fault::TooLarge { .. }) {
                continue;
            }
            open.failures = if got_on {
                1
            } else {
                open.failures.saturating_add(1)
            };
            let lost = open.give_up(&mut self.session, fault);
            if lost > 0 {
                const WHAT: &str = "rows are given up";
                let retries = open.failures - 1;
                let details = || format!(": {lost} after {retries} retries");
                let (name, now) = (self.attempts.name(), Instant::now());
                self.warnings.warn(name, WHAT, now, details);
            }
        }
        self.settle();
    }

    /// The broker has closed a connection on which it was sent what it has not confirmed. Only a
    /// message that was sent alone has done that, and only that one is given up.
    fn count_closing(&mut self, poison: Option<(u64, u32)>) {
        for open in &self.open {
            let counted = open.batch.progress.metrics().outlet(open.batch.sink);
            counted.retries.add(1);
        }
        if let Some((place, count)) = poison {
            if self.give_up_poison(place, count) {
                const WHAT: &str = "rows are given up";
                let details = || format!(": 1 after {} retries", count - 1);
                let (name, now) = (self.attempts.name(), Instant::now());
                self.warnings.warn(name, WHAT, now, details);
            } else if self.shorten_sent(place) {
                self.closings.begin_anew();
            }
        }
        self.settle();
    }

    /// Between two connections this publishes nothing, but passes over what was given up.
    fn settle(&mut self) {
        let _ = self.feed();
        self.done_before = self.session.published();
        self.confirm();
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
