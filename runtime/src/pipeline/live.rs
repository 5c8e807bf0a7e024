//! The pipeline on its brokers: a thread per connection, until it is told to stop.

mod destination;
mod main;
mod publishing;
mod reloading;
mod sessions;
mod watching;

use super::arguments::BrokerOverride;
use super::asking::Asking;
use super::bad_messages::BadMessages;
use super::environment;
use super::exit::{Exit, Failure};
use super::kept::Kept;
use super::notify::Notify as Systemd;
use super::outlets::{self, OnEvent, Outlets, Patience};
use super::panics;
use super::pool::{self, Entrance, Pool};
use super::progress;
use super::settings::{Resolved, Resolver};
pub use super::signals::Asked;
use super::signals::Signals;
use super::summary;
use super::wiring::Wiring;
use super::worker::{Context, Worker};
use crate::clock::now_us;
use crate::log::{self, LogRing};
use crate::metrics::Metrics;
use crate::mqtt::share::Share;
use crate::mqtt::topic::Filter;
use crate::sink::Progress;
use crate::source;
use crate::source::mqtt::{End, SourceOptions};
use crate::spec::PipelineSpec;
pub use main::{Main, Requests};
use main::{Notice, tell};
pub use publishing::start_publishers;
use publishing::{Publishing, publishing};
use reloading::Reloading;
use sessions::{Receiving, connect, sessions, source_options};
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Notify, mpsc, watch};
use watching::Watch;

/// Runs a process until a signal stops it or it cannot go on.
pub fn run(
    spec: &'static PipelineSpec,
    brokers: &[BrokerOverride],
    logged: Arc<LogRing>,
) -> Result<Exit, Failure> {
    let mut resolver = Resolver::new(&environment::variable);
    let filled = Resolved::new(&mut resolver, spec, brokers);
    let control = resolver.control(&spec.settings);
    resolver.finish()?;
    let presented = control.as_ref().and_then(|control| control.tls.clone());
    let asking = control.map(Asking::open).transpose()?;
    let metrics = Arc::new(Metrics::new(spec));
    // nothing is kept where nobody can ask
    let is_asked = asking.as_ref().is_some_and(Asking::is_open);
    let kept = is_asked.then(|| Kept::new(spec, now_us()));
    let runtime = runtime();
    // Signals are caught from here on, before anything is opened that a stop should close.
    let signals = runtime.block_on(Signals::new());
    let systemd = Systemd::new(&|name| std::env::var(name).ok());
    let mut opened = Opened::new(spec, &filled, &metrics, 0, brokers, systemd)?;
    opened.reloading.tell_endpoint(presented);
    if let (Some(asking), Some(kept)) = (asking, &kept) {
        let token = asking.start((spec, &metrics, kept), &filled.connections, logged)?;
        opened.reloading.tell_control(token);
    }
    let main = opened.start(Wiring::of(spec), kept, signals, None);
    let progress = progress::show(spec, &metrics);
    let exit = runtime.block_on(main.run());
    drop(progress);
    summary::log(spec, &metrics);
    exit
}

/// A pipeline whose sinks are open, before it receives anything.
pub struct Opened<'r> {
    spec: &'static PipelineSpec,
    filters: &'r [Vec<Filter>],
    metrics: Arc<Metrics>,
    /// What receives, and what publishes: wanted from now on, as whoever asks is told.
    sessions: Vec<Receiving<'r>>,
    publishing: Vec<Publishing>,
    /// The sinks. Those of flows may be replaced.
    pub outlets: Outlets,
    /// What a sink's thread tells.
    pub on_event: OnEvent,
    sender: mpsc::Sender<Notice>,
    notices: mpsc::Receiver<Notice>,
    reloading: Reloading,
    watch: Watch,
}

impl<'r> Opened<'r> {
    /// Opens the sinks of this machine. `more` sinks are to be added, each of which may tell
    /// something once. What is read again is read with `brokers`, and `systemd` hears how it is.
    pub fn new(
        spec: &'static PipelineSpec,
        resolved: &'r Resolved,
        metrics: &Arc<Metrics>,
        more: usize,
        brokers: &[BrokerOverride],
        systemd: Systemd,
    ) -> Result<Self, Failure> {
        let Resolved {
            connections,
            filters,
            targets,
        } = resolved;
        let mut reloading = Reloading::new(spec, brokers, connections, targets);
        let mut watch = Watch::new(spec, metrics, systemd);
        let sessions = sessions(spec, connections, metrics, &mut reloading, &mut watch);
        let workers = sessions.len();
        // A thread tells one thing: publishers and the writers of lines; sources two.
        let threads = 2 * workers + connections.len() + spec.sinks.len() + more;
        let (sender, notices) = mpsc::channel(threads.max(1));
        let on_event: OnEvent = {
            let sender = sender.clone();
            Arc::new(move |event| tell(&sender, Notice::Sink(event)))
        };
        let patience = Patience::Endless;
        let mut outlets = outlets::open(spec, targets, workers, patience, &on_event)?;
        let publishing = publishing(
            &mut outlets,
            targets,
            connections,
            metrics,
            &on_event,
            &mut reloading,
        );
        Ok(Self {
            spec,
            filters,
            metrics: Arc::clone(metrics),
            sessions,
            publishing,
            outlets,
            on_event,
            sender,
            notices,
            reloading,
            watch,
        })
    }

    /// Starts all threads; messages are kept where `kept` says. Those threads that the result waits
    /// for end without ado once `abandoned` says so; a process whose main thread ends takes them
    /// along.
    pub fn start<R: Requests>(
        mut self,
        wiring: Wiring,
        kept: Option<Kept>,
        requests: R,
        abandoned: Option<&watch::Receiver<bool>>,
    ) -> Main<R> {
        let (spec, metrics) = (self.spec, &self.metrics);
        let (filters, sessions) = (self.filters, self.sessions);
        let (outlets, mut publishing) = (&mut self.outlets, self.publishing);
        let (stop, stopped) = watch::channel(false);
        let context = Context {
            spec,
            wiring,
            metrics: Arc::clone(metrics),
            outlets: std::mem::take(&mut outlets.by_sink),
            bad_messages: BadMessages::new(
                spec,
                kept.as_ref().map(|kept| Arc::clone(&kept.samples)),
            ),
            kept,
            on_failure: {
                let sender = self.sender.clone();
                Arc::new(move |failure| tell(&sender, Notice::SourceFails(failure.clone())))
            },
        };
        let threads = Threads {
            context,
            notices: self.sender,
            stopped,
            abandoned: abandoned.cloned(),
        };
        let running = sessions.len();
        start_sources(spec, filters, sessions, &threads, &mut publishing, outlets);
        for publishing in publishing {
            publishing.start(outlets, abandoned.cloned());
        }
        drop(threads);
        Main {
            notices: self.notices,
            requests,
            stop,
            running,
            threads: std::mem::take(&mut outlets.threads),
            failure: None,
            deadline: None,
            reloading: self.reloading,
            watch: self.watch,
        }
    }
}

/// Starts the threads of all sessions that receive. What publishes for one of them alone goes
/// along on its thread, and is not among `publishing` any more.
fn start_sources(
    spec: &PipelineSpec,
    filters: &[Vec<Filter>],
    sessions: Vec<Receiving<'_>>,
    threads: &Threads,
    publishing: &mut Vec<Publishing>,
    outlets: &mut Outlets,
) {
    let mut help = None;
    for session in sessions {
        let (index, is_alone) = (session.index, session.connection.sessions() == 1);
        let options = source_options(spec.tables, filters, session);
        let ours = |publishing: &mut Publishing| is_alone && publishing.connection == index;
        let company = publishing.extract_if(.., ours).next();
        let publishes = company.is_some();
        let thread = start_source(options, filters, threads.clone(), &mut help, company);
        if publishes {
            outlets.threads.push(thread);
        }
    }
}

/// What the threads of sources have of the process.
#[derive(Clone)]
struct Threads {
    context: Context,
    notices: mpsc::Sender<Notice>,
    stopped: watch::Receiver<bool>,
    /// None: only the process ends.
    abandoned: Option<watch::Receiver<bool>>,
}

/// Where the workers of sessions that are not shared help the first one, and how it is woken.
type Help = (Entrance, Arc<Notify>);

/// Starts the thread of a session. `help` is that of the first session of the same connection, and
/// becomes that of this one where this is the first. `company` publishes on the same thread.
fn start_source(
    mut options: SourceOptions,
    filters: &[Vec<Filter>],
    threads: Threads,
    help: &mut Option<Help>,
    company: Option<Publishing>,
) -> JoinHandle<()> {
    let Threads {
        context,
        notices,
        stopped,
        abandoned,
    } = threads;
    let wake = Arc::new(Notify::new());
    let notify = Arc::clone(&wake);
    let metrics = Arc::clone(&context.metrics);
    let progress = Progress::new(Arc::clone(&metrics), Box::new(move || notify.notify_one()));
    options.has_company = company.is_some();
    let connection = options.connection;
    let share = options.session.share.as_ref();
    let number = share.map(|share| format!("{}-", share.number));
    let of = context.spec.connections[connection].name;
    let name = format!("in-{}{of}", number.unwrap_or_default());
    let mut worker = Worker::new(context, Some(connection), Some(filters), Arc::new(progress));
    let is_first = share.is_none_or(Share::is_first);
    if share.is_some() {
        worker.make_one_of_several(is_first, std::time::Instant::now());
    }
    let others = share.map_or(0, |share| share.sessions - 1);
    let mut pool = Pool::new(worker);
    if is_first {
        *help = (others > 0).then(|| (pool.open(others), Arc::clone(&wake)));
    }
    let help = help.clone().filter(|_| !is_first);
    let owed = notices.clone();
    let work = move || {
        log::speak_for("mqtt_source", Some(of));
        let runtime = runtime();
        let abandoned = abandoned.as_ref();
        let company = company.map(|publishing| runtime.spawn(publishing.run()));
        let receive = source::mqtt::run(options, &mut pool, Arc::clone(&wake), stopped, metrics);
        let Some(ended) = unless(abandoned, &runtime, receive) else {
            return;
        };
        let mut worker = pool.into_own();
        if let (Ok(End::NotShared), Some((entrance, first))) = (&ended, help) {
            let help = pool::help(&mut worker, &wake, &entrance, &first);
            unless(abandoned, &runtime, help);
        }
        worker.finish_log();
        let ended = match (worker.failure(), ended) {
            (Some(failure), _) => Err(failure.clone()),
            (None, Ok(_)) => Ok(()),
            (None, Err(given_up)) => Err(unavailable(given_up.message)),
        };
        drop(worker);
        tell(&notices, Notice::SourceEnded(ended));
        // other workers may still have rows for it
        company.map(|publishing| unless(abandoned, &runtime, publishing));
    };
    let panicked = move |failure| tell(&owed, Notice::SourceEnded(Err(failure)));
    let body = move || panics::told(panicked, work);
    let thread = std::thread::Builder::new().name(name).spawn(body);
    thread.expect("the system can start a thread")
}

fn runtime() -> Runtime {
    let built = Builder::new_current_thread().enable_all().build();
    built.expect("the system gives a file descriptor for events")
}

/// Does this work unless it is abandoned before it is done.
fn unless<T>(
    abandoned: Option<&watch::Receiver<bool>>,
    runtime: &Runtime,
    work: impl Future<Output = T>,
) -> Option<T> {
    let Some(abandoned) = abandoned else {
        return Some(runtime.block_on(work));
    };
    let mut abandoned = abandoned.clone();
    runtime.block_on(async {
        tokio::select! {
            biased;
            done = work => Some(done),
            _ = abandoned.wait_for(|abandoned| *abandoned) => None,
        }
    })
}

fn unavailable(message: String) -> Failure {
    Failure {
        exit: Exit::Unavailable,
        message,
    }
}
