//! The road from messages to sinks, the same for a broker and for a replay.
//!
//! Messages are given to the programs of the tables whose filters match; rows gather per sink,
//! those of several tables in one place, so that they stay in the order of their messages. A
//! hand-over (flush) sends what gathered to the sinks under one sequence number and remembers
//! which place of the stream it reaches. When all sinks that it touched have confirmed, and those
//! before it too, the messages up to that place can be acknowledged.
//!
//! The dead letters of a table are rows for one more outlet. Those of messages whose rows a sink
//! did not take come later; the hand-over of those rows waits for them.

mod flight;
mod hand_over;
pub mod origins;
mod reporting;
mod table;
mod tally;
mod undelivered;

use super::bad_messages::BadMessages;
use super::dead_letter::Cause;
use super::exit::Failure;
use super::kept::Kept;
use super::wiring::Wiring;
use crate::encode::Rows;
use crate::error::{Reason, RowError};
use crate::history::{Bad, locked};
use crate::message::Message;
use crate::metrics::Metrics;
use crate::mqtt::topic::Filter;
use crate::samples::Samples;
use crate::sink::{Outlet, Progress};
use crate::source::Consumer;
use crate::spec::{BadData, PipelineSpec, TableSpec};
use flight::Flight;
use origins::Origins;
use reporting::Reporting;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};
use table::Table;
use tally::Tally;

/// Takes messages of one connection (or of a replay) through their tables to the sinks.
pub struct Worker {
    tables: Vec<Table>,
    outputs: Vec<Rows>,
    /// How many rows each output had before a run of messages: scratch memory.
    before: Vec<usize>,
    /// Messages of rows in `outputs`.
    origins: Origins,
    spare_origins: Vec<Origins>,
    outlets: Vec<Outlet>,
    progress: Arc<Progress>,
    metrics: Arc<Metrics>,
    connection: Option<usize>,
    bad_messages: BadMessages,
    samples: Option<Arc<Samples>>,
    /// Those of a run of messages: scratch memory.
    bad: Vec<Bad>,
    flights: VecDeque<Flight>,
    sequence: u64,
    taken: u64,
    handed_over: u64,
    confirmed: u64,
    deadline: Option<Instant>,
    /// When the first message since the last hand-over was received.
    first_received_us: Option<i64>,
    failure: Option<Failure>,
    on_failure: OnFailure,
    /// Nothing is handed over any more.
    stopped: bool,
    spec: &'static PipelineSpec,
    reporting: Reporting,
}

/// How long the acknowledgement of a message that was too large waits for company.
const OVERSIZED_TIMEOUT: Duration = Duration::from_millis(100);

/// What a message is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Destination {
    Nowhere,
    /// One table (an index into [`Worker::tables`]), which takes many messages at a time.
    Table(usize),
    /// Each of the matching tables, this message alone: rows of one sink stay in message order,
    /// and a table under `bad_data = 'fail'` stops at the very message.
    EachTable,
}

/// Hand-overs of a worker that are under way at a time. More would only delay acknowledgements.
/// Each gives a sink one batch at most, so this bounds the queues of sinks too; the dead letters of
/// a table get one, and another for each sink that does not take rows.
pub const FLIGHTS: usize = 8;
/// Messages that are taken at a time.
const CHUNK: usize = 1024;
/// Rows are handed over when they fill this many bytes, whatever the batch size; so are dead
/// letters, and messages that are kept until their rows are delivered.
const BATCH_BYTES: usize = 512 * 1024;

/// What a worker needs of the process.
#[derive(Clone)]
pub struct Context {
    /// The pipeline.
    pub spec: &'static PipelineSpec,
    /// Its code, and where its rows go.
    pub wiring: Wiring,
    /// Its counters.
    pub metrics: Arc<Metrics>,
    /// Where each sink takes batches, and behind them the dead letters of each table.
    pub outlets: Vec<Outlet>,
    /// What is logged about bad messages.
    pub bad_messages: BadMessages,
    /// Where the last messages and rows are kept; None: nobody can ask for them.
    pub kept: Option<Kept>,
    /// Whom a worker tells that it takes no more messages.
    pub on_failure: OnFailure,
}

/// Called at once, while what came before may still be on its way to the sinks.
pub type OnFailure = Arc<dyn Fn(&Failure) + Send + Sync>;

impl Worker {
    /// A worker for the tables of a connection, or for all tables. `filters` are by table; None:
    /// every message is for every table. `progress` must be fresh: sequence numbers begin at 1.
    pub fn new(
        context: Context,
        connection: Option<usize>,
        filters: Option<&[Vec<Filter>]>,
        progress: Arc<Progress>,
    ) -> Self {
        let Context {
            spec,
            wiring,
            metrics,
            outlets,
            bad_messages,
            kept,
            on_failure,
        } = context;
        let ours = |table: &TableSpec| connection.is_none_or(|index| table.connection == index);
        let tables = spec
            .tables
            .iter()
            .enumerate()
            .filter(|(_, table)| ours(table));
        let table = |(index, _): (usize, _)| Table {
            filters: filters.map(|filters| filters[index].clone()),
            history: kept.as_ref().and_then(|kept| kept.history.open(index)),
            ..Table::new(spec, index, &wiring, &outlets)
        };
        Self {
            tables: tables.map(table).collect(),
            outputs: spec.sinks.iter().map(|_| Rows::default()).collect(),
            before: Vec::with_capacity(spec.sinks.len()),
            origins: Origins::default(),
            spare_origins: Vec::new(),
            outlets,
            progress,
            metrics,
            connection,
            bad_messages,
            samples: kept.as_ref().map(|kept| Arc::clone(&kept.samples)),
            bad: Vec::new(),
            flights: VecDeque::with_capacity(FLIGHTS),
            sequence: 0,
            taken: 0,
            handed_over: 0,
            confirmed: 0,
            deadline: None,
            first_received_us: None,
            failure: None,
            on_failure,
            stopped: false,
            spec,
            reporting: Reporting::new(connection.is_some()),
        }
    }

    /// Why it takes no more messages, where that is so.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// How many messages it has taken.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Logs what the rate limit has held back.
    pub fn finish_log(&mut self) {
        self.bad_messages.tick(None);
    }

    fn destination(&self, topic: &str) -> Destination {
        let mut destination = Destination::Nowhere;
        for (index, table) in self.tables.iter().enumerate() {
            if !table.wants(topic) {
                continue;
            }
            destination = match destination {
                Destination::Nowhere if table.spec.bad_data != BadData::Fail => {
                    Destination::Table(index)
                }
                Destination::Nowhere | Destination::Table(_) | Destination::EachTable => {
                    Destination::EachTable
                }
            };
        }
        destination
    }

    fn run_each_table(&mut self, message: &Message<'_>, now: Instant) {
        for index in 0..self.tables.len() {
            if self.tables[index].wants(message.topic) && self.failure.is_none() {
                self.run_table(index, std::slice::from_ref(message), now);
            }
        }
    }

    fn run_table(&mut self, index: usize, messages: &[Message<'_>], now: Instant) {
        self.report_received(now);
        let table = &mut self.tables[index];
        let metrics = &self.metrics.tables[table.index];
        metrics.received.add(messages.len() as u64);
        metrics.bytes.add(
            messages
                .iter()
                .map(|message| message.payload.len() as u64)
                .sum(),
        );
        if let Some(last) = messages.last() {
            metrics.last_received_us.set(last.received_at_us);
        }
        table.in_batch += messages.len();
        let timeout = Duration::from_millis(u64::from(table.spec.batch_timeout_ms));
        let deadline = now + timeout;
        self.deadline = Some(
            self.deadline
                .map_or(deadline, |earlier| earlier.min(deadline)),
        );
        if table.notes_origins {
            self.before.clear();
            self.before.extend(self.outputs.iter().map(Rows::len));
        }
        let mut tally = Tally {
            messages,
            table: table.index,
            spec: table.spec,
            metrics,
            emitted: &mut table.emitted,
            bad_messages: &mut self.bad_messages,
            letters: table.keeps_bad_messages.then_some(&mut table.letters),
            bad: table.history.is_some().then_some(&mut self.bad),
            form: table.form,
            now,
            last_rejected: None,
            failure: None,
        };
        table
            .program
            .process(messages, &table.sink_of, &mut self.outputs, &mut tally);
        let failure = tally.failure;
        if let Some(history) = &table.history {
            locked(history).push(messages, &self.bad);
            self.bad.clear();
        }
        if table.notes_origins {
            let needed = match table.spec.bad_data {
                BadData::DeadLetter(_) => messages,
                BadData::Drop | BadData::Fail => &[],
            };
            let (origins, before) = (&mut self.origins, &self.before);
            origins.note(index, needed, before, &self.outputs);
        }
        if let Some(failure) = failure {
            self.fail(failure);
        }
    }

    fn fail(&mut self, failure: Failure) {
        if self.failure.is_none() {
            (self.on_failure)(&failure);
            self.failure = Some(failure);
        }
    }

    /// A message of which only the head came: a dead letter for tables that have these, and
    /// skipped by the others.
    fn run_oversized(&mut self, head: &Message<'_>, size: usize, now: Instant) {
        for table in &mut self.tables {
            let is_dead_letter = matches!(table.spec.bad_data, BadData::DeadLetter(_));
            if !is_dead_letter || !table.wants(head.topic) {
                continue;
            }
            let metrics = &self.metrics.tables[table.index];
            metrics.received.add(1);
            metrics.bytes.add(head.payload.len() as u64);
            metrics.rejected.add(1);
            metrics.reasons[Reason::Oversized as usize].add(1);
            metrics.flows.iter().for_each(|flow| flow.rejected.add(1));
            table.in_batch += 1;
            let error = RowError::payload(Reason::Oversized, 0);
            self.bad_messages.log(table.index, head, error, now);
            let cause = Cause::Oversized { size };
            table.letters.add(table.form, table.spec, head, cause);
        }
    }

    fn is_full(&self) -> bool {
        let full = |table: &Table| {
            table.in_batch >= table.batch_size() || table.letters.size() >= BATCH_BYTES
        };
        self.tables.iter().any(full)
            || self.origins.size() >= BATCH_BYTES
            || self
                .outputs
                .iter()
                .any(|rows| rows.bytes.len() >= BATCH_BYTES)
    }

    /// The run of messages from `start` that go to the same place.
    fn run_end(&self, messages: &[Message<'_>], start: usize, first: Destination) -> usize {
        let mut end = start + 1;
        while end < messages.len() && self.destination(messages[end].topic) == first {
            end += 1;
        }
        end
    }

    fn count_unmatched(&self, count: usize) {
        let unmatched = match self.connection {
            Some(connection) => &self.metrics.connections[connection].unmatched,
            None => &self.metrics.unmatched,
        };
        unmatched.add(count as u64);
    }
}

impl Consumer for Worker {
    fn room(&self) -> usize {
        if self.flights.len() >= FLIGHTS || self.failure.is_some() {
            return 0;
        }
        let left = |table: &Table| table.batch_size().saturating_sub(table.in_batch);
        self.tables
            .iter()
            .map(left)
            .min()
            .unwrap_or(CHUNK)
            .min(CHUNK)
    }

    fn take(&mut self, messages: &[Message<'_>], now: Instant) -> ControlFlow<()> {
        self.note_received(messages.first());
        let mut at = 0;
        while at < messages.len() {
            let destination = self.destination(messages[at].topic);
            let end = match destination {
                Destination::EachTable => at + 1,
                Destination::Nowhere | Destination::Table(_) => {
                    self.run_end(messages, at, destination)
                }
            };
            match destination {
                Destination::Nowhere => self.count_unmatched(end - at),
                Destination::Table(index) => self.run_table(index, &messages[at..end], now),
                Destination::EachTable => self.run_each_table(&messages[at], now),
            }
            if self.failure.is_some() {
                // The bad message itself stays unacknowledged; what came before it counts.
                self.flush();
                return ControlFlow::Break(());
            }
            self.taken += (end - at) as u64;
            at = end;
        }
        if self.is_full() {
            self.flush();
        }
        ControlFlow::Continue(())
    }

    fn take_oversized(&mut self, head: &Message<'_>, size: usize, now: Instant) {
        self.note_received(Some(head));
        self.run_oversized(head, size, now);
        self.taken += 1;
        self.deadline.get_or_insert(now + OVERSIZED_TIMEOUT);
        if self.is_full() {
            self.idle();
        }
    }

    fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    fn idle(&mut self) {
        if self.flights.len() < FLIGHTS {
            self.flush();
        }
    }

    fn deadline(&self) -> Option<Instant> {
        let batch = self.deadline.filter(|_| self.flights.len() < FLIGHTS);
        let waiting = self.reporting.waiting.due;
        let others = [self.bad_messages.due(), self.reporting.due, waiting];
        batch.into_iter().chain(others.into_iter().flatten()).min()
    }

    fn tick(&mut self, now: Instant) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.idle();
        }
        self.bad_messages.tick(Some(now));
        self.report(now);
        self.report_waiting(now);
    }

    fn is_waiting(&self) -> bool {
        !self.flights.is_empty()
    }

    fn is_drained(&mut self) -> bool {
        self.confirmed();
        self.flights.is_empty() && (self.stopped || self.handed_over == self.taken)
    }

    fn confirmed(&mut self) -> u64 {
        while let Some(flight) = self.flights.front() {
            let has =
                |&(outlet, sequence): &(usize, u64)| self.progress.confirmed(outlet) >= sequence;
            if !flight.waits.iter().all(has) {
                break;
            }
            // What was refused of these rows is known by now, and may be waited for.
            if self.look_after_refused() {
                continue;
            }
            let done = self.flights.pop_front().expect("there is a front");
            self.land(done);
        }
        self.confirmed
    }
}
