//! The pipeline on its brokers: a thread per connection, until a signal comes.

mod destination;
mod publishing;
mod sessions;

use super::arguments::BrokerOverride;
use super::asking::Asking;
use super::bad_messages::BadMessages;
use super::environment;
use super::exit::{Exit, Failure};
use super::kept::Kept;
use super::outlets::{self, OnEvent, Outlets, Patience, SinkEvent};
use super::pool::{self, Entrance, Pool};
use super::settings::control::Control;
use super::settings::{Connection, Resolver, Target};
use super::signals::Signals;
use super::summary;
use super::worker::{Context, Worker};
use crate::log::{self, LogRing};
use crate::metrics::Metrics;
use crate::mqtt::share::Share;
use crate::mqtt::topic::Filter;
use crate::sink::Progress;
use crate::source;
use crate::source::mqtt::{End, SourceOptions};
use crate::spec::PipelineSpec;
pub use publishing::start_publishers;
use publishing::{Publishing, publishing};
use sessions::{Receiving, connect, sessions, source_options};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::Instant;

/// How long a stop may take until what is not acknowledged is left to the broker.
const DRAIN: Duration = Duration::from_secs(10);

/// What the threads tell the main thread.
enum Notice {
    /// The thread of a connection takes no more messages, and ends when it is drained.
    SourceFails(Failure),
    /// The thread of a connection ended.
    SourceEnded(Result<(), Failure>),
    /// Something happened to a sink.
    Sink(SinkEvent),
}

/// Runs until it is stopped or cannot go on.
pub fn run(
    spec: &'static PipelineSpec,
    brokers: &[BrokerOverride],
    logged: Arc<LogRing>,
) -> Result<Exit, Failure> {
    let Resolved {
        connections,
        filters,
        targets,
        control,
    } = resolve(spec, brokers)?;
    let asking = control.map(Asking::open).transpose()?;
    let metrics = Arc::new(Metrics::new(spec));
    // nothing is kept where nobody can ask
    let is_asked = asking.as_ref().is_some_and(Asking::is_open);
    let kept = is_asked.then(|| Kept::new(spec, now_us()));
    let sessions = sessions(spec, &connections, &metrics);
    // A thread tells one thing: publishers and the writers of lines; sources two.
    let threads = 2 * sessions.len() + connections.len() + spec.sinks.len();
    let (sender, notices) = mpsc::channel(threads.max(1));
    let on_event: OnEvent = {
        let sender = sender.clone();
        Arc::new(move |event| tell(&sender, Notice::Sink(event)))
    };
    let runtime = runtime();
    // Signals are caught from here on, before anything is opened that a stop should close.
    let signals = runtime.block_on(Signals::new());
    let patience = Patience::Endless;
    let workers = sessions.len();
    let mut outlets = outlets::open(spec, &targets, workers, patience, &on_event)?;
    let mut publishing = publishing(&mut outlets, &targets, &connections, &metrics, &on_event);
    if let (Some(asking), Some(kept)) = (asking, &kept) {
        asking.start((spec, &metrics, kept), &connections, logged)?;
    }
    let (stop, stopped) = watch::channel(false);
    let context = Context {
        spec,
        metrics: Arc::clone(&metrics),
        outlets: std::mem::take(&mut outlets.by_sink),
        bad_messages: BadMessages::new(spec, kept.as_ref().map(|kept| Arc::clone(&kept.samples))),
        kept,
        on_failure: {
            let sender = sender.clone();
            Arc::new(move |failure| tell(&sender, Notice::SourceFails(failure.clone())))
        },
    };
    let threads = Threads {
        context,
        notices: sender,
        stopped,
    };
    let running = sessions.len();
    start_sources(
        spec,
        &filters,
        sessions,
        (&threads, &mut publishing),
        &mut outlets,
    );
    for publishing in publishing {
        publishing.start(&mut outlets);
    }
    drop(threads);
    let main = Main::new(notices, signals, stop, running);
    let exit = runtime.block_on(main.run(outlets.threads));
    summary::log(spec, &metrics);
    exit
}

/// The pipeline's constants with their templates filled in.
struct Resolved {
    connections: Vec<Option<Connection>>,
    filters: Vec<Vec<Filter>>,
    targets: Vec<Target>,
    control: Option<Control>,
}

/// Fills them in; an error tells all mistakes.
fn resolve(spec: &'static PipelineSpec, brokers: &[BrokerOverride]) -> Result<Resolved, Failure> {
    let mut resolver = Resolver::new(&environment::variable);
    let connections = resolver.connections(spec, brokers);
    let filters = resolver.filters(spec.tables);
    let mut targets = resolver.targets(spec.sinks);
    targets.extend(resolver.dead_letters(spec.tables));
    resolver.check_loops(spec, &connections, &filters, &targets);
    resolver.check_shares(spec.tables, &connections, &filters);
    let control = resolver.control(&spec.settings);
    resolver.finish()?;
    Ok(Resolved {
        connections,
        filters,
        targets: targets.into_iter().flatten().collect(),
        control,
    })
}

/// Starts the threads of all sessions that receive. What publishes for one of them alone goes
/// along on its thread, and is not among `publishing` any more.
fn start_sources(
    spec: &PipelineSpec,
    filters: &[Vec<Filter>],
    sessions: Vec<Receiving<'_>>,
    (threads, publishing): (&Threads, &mut Vec<Publishing>),
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
    let body = move || {
        log::speak_for("mqtt_source", Some(of));
        let runtime = runtime();
        let company = company.map(|publishing| runtime.spawn(publishing.run()));
        let receive = source::mqtt::run(options, &mut pool, Arc::clone(&wake), stopped, metrics);
        let ended = runtime.block_on(receive);
        let mut worker = pool.into_own();
        if let (Ok(End::NotShared), Some((entrance, first))) = (&ended, help) {
            runtime.block_on(pool::help(&mut worker, &wake, &entrance, &first));
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
        company.map(|publishing| runtime.block_on(publishing));
    };
    let thread = std::thread::Builder::new().name(name).spawn(body);
    thread.expect("the system can start a thread")
}

/// Tells the main thread, which may have ended.
fn tell(sender: &mpsc::Sender<Notice>, notice: Notice) {
    match sender.try_send(notice) {
        Ok(()) | Err(TrySendError::Closed(_)) => {}
        Err(TrySendError::Full(_)) => panic!("there is room for all notices of all threads"),
    }
}

/// What the main thread does: it waits.
struct Main {
    notices: mpsc::Receiver<Notice>,
    signals: Signals,
    stop: watch::Sender<bool>,
    running: usize,
    failure: Option<Failure>,
    deadline: Option<Instant>,
}

impl Main {
    fn new(
        notices: mpsc::Receiver<Notice>,
        signals: Signals,
        stop: watch::Sender<bool>,
        running: usize,
    ) -> Self {
        Self {
            notices,
            signals,
            stop,
            running,
            failure: None,
            deadline: None,
        }
    }

    async fn run(mut self, threads: Vec<JoinHandle<()>>) -> Result<Exit, Failure> {
        while self.running > 0 {
            let deadline = self.deadline;
            tokio::select! {
                () = self.signals.next() => {
                    if self.deadline.is_some() {
                        return Err(self.unfinished("stopped by a second signal"));
                    }
                    tracing::info!("stopping");
                    self.stop();
                }
                () = sleep_until(deadline) => return Err(self.unfinished(TOO_SLOW)),
                notice = self.notices.recv() => match notice {
                    Some(Notice::Sink(SinkEvent::OutputClosed)) => return Ok(Exit::Success),
                    Some(Notice::Sink(SinkEvent::Failed(failure))) => {
                        // This sink confirms nothing any more: waiting would be in vain.
                        return Err(failure);
                    }
                    Some(Notice::SourceFails(failure)) => self.fail(failure),
                    Some(Notice::SourceEnded(ended)) => self.source_ended(ended),
                    None => unreachable!("each source tells its end"),
                },
            }
        }
        self.join(threads).await
    }

    fn source_ended(&mut self, ended: Result<(), Failure>) {
        self.running -= 1;
        if let Err(failure) = ended {
            self.fail(failure);
        }
    }

    fn fail(&mut self, failure: Failure) {
        self.failure.get_or_insert(failure);
        self.stop();
    }

    fn stop(&mut self) {
        self.deadline.get_or_insert(Instant::now() + DRAIN);
        self.stop.send_replace(true);
    }

    /// Waits for the sinks; all workers have ended, so they only say farewell.
    async fn join(mut self, threads: Vec<JoinHandle<()>>) -> Result<Exit, Failure> {
        self.stop();
        while threads.iter().any(|thread| !thread.is_finished()) {
            let deadline = self.deadline;
            tokio::select! {
                () = self.signals.next() => {
                    return Err(self.unfinished("stopped by a second signal"));
                }
                () = sleep_until(deadline) => return Err(self.unfinished(TOO_SLOW)),
                () = tokio::time::sleep(Duration::from_millis(2)) => {}
            }
        }
        self.failure.map_or(Ok(Exit::Success), Err)
    }

    fn unfinished(&mut self, message: &str) -> Failure {
        self.failure.take().unwrap_or_else(|| Failure {
            exit: Exit::Unfinished,
            message: format!("{message}, not everything is acknowledged"),
        })
    }
}

/// Microseconds since 1970-01-01T00:00:00Z.
fn now_us() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_micros()).unwrap_or(i64::MAX)
}

const TOO_SLOW: &str = "draining took more than 10 s";

fn runtime() -> Runtime {
    let built = Builder::new_current_thread().enable_all().build();
    built.expect("the system gives a file descriptor for events")
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

fn unavailable(message: String) -> Failure {
    Failure {
        exit: Exit::Unavailable,
        message,
    }
}
