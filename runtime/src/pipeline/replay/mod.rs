//! `--replay`: recorded messages instead of a broker, one JSON object a line, through the same
//! [`Worker`] to the same sinks. Memory is bounded: one line at a time is read.

use super::arguments::{BrokerOverride, ReplayOptions};
use super::bad_messages::BadMessages;
use super::environment;
use super::exit::{Exit, Failure};
use super::outlets::{self, OnEvent, Outlets, Patience, SinkEvent};
use super::settings::{Resolver, Target};
use super::summary;
use super::wiring::Wiring;
use super::worker::{Context, Worker};
use crate::clock::now_us;
use crate::metrics::Metrics;
use crate::mqtt::topic::Filter;
use crate::rate_limit::RateLimit;
use crate::record::{Line, Lines, RecordReader};
use crate::sink::Progress;
use crate::source::Consumer as _;
use crate::spec::{BadData, PipelineSpec, SinkKind};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Runs the pipeline on a file of messages to its end.
pub fn run(
    spec: &'static PipelineSpec,
    options: &ReplayOptions,
    brokers: &[BrokerOverride],
) -> Result<Exit, Failure> {
    let input = open_input(options)?;
    let mut resolver = Resolver::new(&environment::variable);
    let filters = (!options.ignore_topics).then(|| resolver.filters(spec.tables));
    let targets = if options.with_sinks {
        let mut targets = resolver.targets(spec.sinks);
        targets.extend(resolver.dead_letters(spec.tables));
        targets
    } else {
        local_targets(&mut resolver, spec, options.dry_run)
    };
    let connections = options
        .with_sinks
        .then(|| resolver.connections(spec, brokers));
    resolver.finish()?;
    let targets: Vec<Target> = targets.into_iter().flatten().collect();
    let metrics = Arc::new(Metrics::new(spec));
    let events = Arc::new(Events::default());
    let on_event = events.callback();
    let mut outlets = outlets::open(spec, &targets, 1, Patience::Short, &on_event)?;
    if let Some(connections) = &connections {
        start_publishers(
            spec,
            &mut outlets,
            &targets,
            connections,
            &metrics,
            &on_event,
        )?;
    }
    let mut replay = Replay::start(spec, &metrics, &outlets, filters.as_deref(), events);
    replay.received_at_us = options.received_at_us;
    drop(outlets.by_sink);
    let ended = replay.run(input);
    if ended.is_ok() {
        for thread in outlets.threads {
            let _ = thread.join();
        }
    }
    eprint_summary(spec, &metrics);
    ended
}

fn open_input(options: &ReplayOptions) -> Result<Box<dyn Read>, Failure> {
    let Some(path) = &options.path else {
        return Ok(Box::new(io::stdin().lock()));
    };
    let failed = |error: io::Error| {
        Failure::configuration(format!(
            "--replay: cannot open `{}`: {error}",
            path.display()
        ))
    };
    let file = File::open(path).map_err(failed)?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    Ok(Box::new(file))
}

/// The targets where network sinks are printed, and in a dry run whatever else would be written:
/// what they would need is not asked for.
fn local_targets(
    resolver: &mut Resolver<'_>,
    spec: &'static PipelineSpec,
    dry_run: bool,
) -> Vec<Option<Target>> {
    let mut targets = Vec::with_capacity(spec.sinks.len());
    for sink in spec.sinks {
        match &sink.kind {
            SinkKind::Mqtt { .. } | SinkKind::Webhook(_) => targets.push(Some(Target::Printed)),
            SinkKind::File { .. } | SinkKind::Files(_) | SinkKind::Csv { path: Some(_), .. }
                if dry_run =>
            {
                targets.push(Some(Target::Printed));
            }
            SinkKind::Stdout
            | SinkKind::Blackhole
            | SinkKind::File { .. }
            | SinkKind::Files(_)
            | SinkKind::Table { .. }
            | SinkKind::Csv { .. } => {
                targets.extend(resolver.targets(std::slice::from_ref(sink)));
            }
        }
    }
    let dead_letters = spec.tables.iter().map(|table| match table.bad_data {
        BadData::DeadLetter(_) => Target::Printed,
        BadData::Drop | BadData::Fail if dry_run => Target::Printed,
        BadData::Drop | BadData::Fail => Target::Blackhole,
    });
    targets.extend(dead_letters.map(Some));
    targets
}

#[cfg(feature = "mqtt")]
use super::live::start_publishers;

#[cfg(not(feature = "mqtt"))]
fn start_publishers(
    _spec: &'static PipelineSpec,
    _outlets: &mut Outlets,
    _targets: &[Target],
    _connections: &[Option<super::settings::Connection>],
    _metrics: &Metrics,
    _on_event: &OnEvent,
) -> Result<(), Failure> {
    Err(Failure::configuration(
        "--with-sinks: this binary was built without the `mqtt` feature",
    ))
}

fn eprint_summary(spec: &PipelineSpec, metrics: &Metrics) {
    use std::io::Write as _;
    // A closed standard error is nobody's loss.
    let _ = io::stderr().write_all(summary::summary(spec, metrics).as_bytes());
}

/// What sinks have told so far.
#[derive(Default)]
struct Events {
    first: Mutex<Option<SinkEvent>>,
}

impl Events {
    /// Remembers the first event and wakes the thread that replays, which is the current one.
    fn callback(self: &Arc<Self>) -> OnEvent {
        let (events, thread) = (Arc::clone(self), std::thread::current());
        Arc::new(move |event| {
            let mut first = events.first.lock().unwrap_or_else(PoisonError::into_inner);
            first.get_or_insert(event);
            thread.unpark();
        })
    }

    fn check(&self) -> Result<(), Stop> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        match first.as_ref() {
            None => Ok(()),
            Some(SinkEvent::OutputClosed) => Err(Stop::Quietly),
            Some(SinkEvent::Failed(failure)) => Err(Stop::Failed(failure.clone())),
        }
    }
}

/// Why a replay ends before its input does.
enum Stop {
    Quietly,
    Failed(Failure),
}

struct Replay {
    worker: Worker,
    events: Arc<Events>,
    records: RecordReader,
    /// When messages were received that do not say it; None: now.
    received_at_us: Option<i64>,
    /// When the last part of the input was read; a clock for each of its messages would be a tenth
    /// of what they cost.
    read_at: (Instant, i64),
    good_lines: u64,
    bad_lines: u64,
    limit: RateLimit,
}

/// Sinks may be waited for this long before events are looked at again.
const WAIT: Duration = Duration::from_millis(100);

impl Replay {
    fn start(
        spec: &'static PipelineSpec,
        metrics: &Arc<Metrics>,
        outlets: &Outlets,
        filters: Option<&[Vec<Filter>]>,
        events: Arc<Events>,
    ) -> Self {
        let thread = std::thread::current();
        let wake = Box::new(move || thread.unpark());
        let context = Context {
            spec,
            wiring: Wiring::of(spec),
            metrics: Arc::clone(metrics),
            outlets: outlets.by_sink.clone(),
            bad_messages: BadMessages::new(spec, None),
            kept: None,
            // it asks after each record
            on_failure: Arc::new(|_| {}),
        };
        let progress = Arc::new(Progress::new(Arc::clone(metrics), wake));
        Self {
            worker: Worker::new(context, None, filters, progress),
            events,
            records: RecordReader::new(),
            received_at_us: None,
            read_at: (Instant::now(), now_us()),
            good_lines: 0,
            bad_lines: 0,
            limit: RateLimit::default(),
        }
    }

    /// Reads all lines; returns when the sinks have everything.
    fn run(mut self, input: Box<dyn Read>) -> Result<Exit, Failure> {
        let ended = self.feed(input).and_then(|()| self.drain());
        let ended = ended.and_then(|()| self.check_worker());
        self.worker.finish_log();
        let left_out = self.limit.take_left_out();
        if left_out > 0 {
            let lines = if left_out == 1 { "line" } else { "lines" };
            tracing::warn!("replay: {left_out} more {lines} like these");
        }
        match ended {
            Ok(()) if self.bad_lines > 0 => Err(self.incomplete()),
            Ok(()) | Err(Stop::Quietly) => Ok(Exit::Success),
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }

    /// All records are replayed, but some lines were none.
    fn incomplete(&self) -> Failure {
        let lines = self.bad_lines;
        let message = match lines {
            _ if self.good_lines == 0 => "--replay: no line is a record".to_owned(),
            1 => "--replay: 1 line is no record".to_owned(),
            _ => format!("--replay: {lines} lines are no records"),
        };
        Failure {
            exit: Exit::BadData,
            message,
        }
    }

    fn feed(&mut self, input: Box<dyn Read>) -> Result<(), Stop> {
        let mut lines = Lines::new(BufReader::with_capacity(64 * 1024, input));
        loop {
            match lines.next_line() {
                Ok(None) => return Ok(()),
                Ok(Some(line)) => self.replay_line(&line)?,
                Err(error) => {
                    let message = format!("--replay: cannot read: {error}");
                    return Err(Stop::Failed(Failure::configuration(message)));
                }
            }
        }
    }

    fn replay_line(&mut self, line: &Line<'_>) -> Result<(), Stop> {
        let Line {
            number,
            text,
            fresh,
        } = *line;
        if fresh {
            self.read_at = (Instant::now(), now_us());
            self.events.check()?;
        }
        let text = match text {
            Ok(text) => text,
            Err(too_long) => {
                self.bad_line(number, &too_long.to_string());
                return Ok(());
            }
        };
        if text.trim_ascii().is_empty() {
            return Ok(());
        }
        self.wait_for_room()?;
        let (now, now_us) = self.read_at;
        let worker = &mut self.worker;
        let received_at_us = self.received_at_us.unwrap_or(now_us);
        let taken = self.records.read(text, received_at_us, |message| {
            worker.take(std::slice::from_ref(message), now)
        });
        match taken {
            Ok(ControlFlow::Continue(())) => {
                self.good_lines += 1;
                Ok(())
            }
            Ok(ControlFlow::Break(())) => {
                self.check_worker()?;
                unreachable!("a worker that breaks says why")
            }
            Err(error) => {
                self.bad_line(number, &error.to_string());
                Ok(())
            }
        }
    }

    fn wait_for_room(&mut self) -> Result<(), Stop> {
        self.worker.confirmed();
        while self.worker.room() == 0 {
            self.check_worker()?;
            std::thread::park_timeout(WAIT);
            self.events.check()?;
            self.worker.confirmed();
            // what comes later was handed over later
            self.read_at = (Instant::now(), now_us());
        }
        Ok(())
    }

    fn drain(&mut self) -> Result<(), Stop> {
        self.worker.flush();
        while !self.worker.is_drained() {
            std::thread::park_timeout(WAIT);
            self.events.check()?;
        }
        self.events.check()
    }

    /// An error where the worker takes no more, and has handed over what it took before.
    fn check_worker(&mut self) -> Result<(), Stop> {
        let Some(failure) = self.worker.failure().cloned() else {
            return Ok(());
        };
        self.drain()?;
        Err(Stop::Failed(failure))
    }

    fn bad_line(&mut self, number: u64, error: &str) {
        self.bad_lines += 1;
        if self.limit.admit(Instant::now()) {
            tracing::warn!("replay: line {number}: {error}");
        }
    }
}
