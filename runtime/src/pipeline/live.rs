//! The pipeline on its brokers: a thread per connection, until a signal comes.

mod destination;
mod publishing;

use super::arguments::BrokerOverride;
use super::bad_messages::BadMessages;
use super::environment;
use super::exit::{Exit, Failure};
use super::outlets::{self, OnEvent, Patience, SinkEvent};
use super::pool::{self, Entrance, Pool};
use super::settings::{Connection, Resolver, Target};
use super::signals::Signals;
use super::subscriptions::subscriptions;
use super::summary;
use super::worker::{Context, Worker};
use crate::metrics::Metrics;
use crate::mqtt::packet::{Connect, Will};
use crate::mqtt::session::Options;
use crate::mqtt::share::Share;
use crate::mqtt::topic::Filter;
use crate::rate_limit::LimitedWarnings;
use crate::sink::Progress;
use crate::source;
use crate::source::mqtt::{End, SourceOptions};
use crate::spec::{MqttVersion, PipelineSpec, TableSpec};
pub use publishing::start_publishers;
use publishing::{Publishing, publishing};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
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
pub fn run(spec: &'static PipelineSpec, brokers: &[BrokerOverride]) -> Result<Exit, Failure> {
    let mut resolver = Resolver::new(&environment::variable);
    let connections = resolver.connections(spec, brokers);
    let filters = resolver.filters(spec.tables);
    let mut targets = resolver.targets(spec.sinks);
    targets.extend(resolver.dead_letters(spec.tables));
    resolver.check_loops(spec, &connections, &filters, &targets);
    resolver.check_shares(spec.tables, &connections, &filters);
    resolver.finish()?;
    let targets: Vec<Target> = targets.into_iter().flatten().collect();
    let metrics = Arc::new(Metrics::new(spec));
    let sessions = sessions(spec, &connections);
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
    let mut publishing = publishing(&mut outlets, &targets, &connections, &on_event);
    let (stop, stopped) = watch::channel(false);
    let context = Context {
        spec,
        metrics: Arc::clone(&metrics),
        outlets: std::mem::take(&mut outlets.by_sink),
        bad_messages: BadMessages::new(spec),
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
    let mut help = None;
    for session in &sessions {
        let options = source_options(spec.tables, &filters, session);
        let is_alone = session.connection.sessions() == 1;
        let ours = |publishing: &mut Publishing| is_alone && publishing.connection == session.index;
        let company = publishing.extract_if(.., ours).next();
        let publishes = company.is_some();
        let thread = start_source(options, &filters, threads.clone(), &mut help, company);
        if publishes {
            outlets.threads.push(thread);
        }
    }
    for publishing in publishing {
        publishing.start(&mut outlets);
    }
    drop((threads, help));
    let main = Main {
        notices,
        signals,
        stop,
        running: sessions.len(),
        failure: None,
        deadline: None,
    };
    let exit = runtime.block_on(main.run(outlets.threads));
    summary::summary(spec, &metrics)
        .lines()
        .for_each(|line| tracing::info!("{line}"));
    exit
}

/// A session that receives.
struct Receiving<'c> {
    connection: &'c Connection,
    /// Its index.
    index: usize,
    /// Which of the connection's sessions it is, from 1.
    number: u16,
    /// Warnings of all of them.
    warnings: LimitedWarnings,
}

/// All sessions that receive: one for each connection of tables, or as many as share it.
fn sessions<'c>(spec: &PipelineSpec, connections: &'c [Option<Connection>]) -> Vec<Receiving<'c>> {
    let mut sessions = Vec::new();
    for (index, connection) in connections.iter().enumerate() {
        let (Some(connection), true) = (connection, has_tables(spec, index)) else {
            continue;
        };
        let warnings = LimitedWarnings::default();
        sessions.extend((1..=connection.sessions()).map(|number| Receiving {
            connection,
            index,
            number,
            warnings: warnings.clone(),
        }));
    }
    sessions
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
    let name = context.spec.connections[connection].name;
    let name = format!("in-{}{name}", number.unwrap_or_default());
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

fn has_tables(spec: &PipelineSpec, connection: usize) -> bool {
    spec.tables
        .iter()
        .any(|table| table.connection == connection)
}

fn source_options(
    tables: &[TableSpec],
    filters: &[Vec<Filter>],
    session: &Receiving<'_>,
) -> SourceOptions {
    let (connection, index, number) = (session.connection, session.index, session.number);
    let spec = connection.spec;
    let share = connection.share(number);
    let which = share
        .as_ref()
        .map(|share| format!(", session {number} of {}", share.sessions));
    let will = spec.last_will.as_ref().zip(connection.last_will.as_ref());
    // The pipeline is gone once, not once for each session.
    let will = will.filter(|_| number == 1);
    let will = will.map(|(spec, (topic, payload))| Will {
        topic: topic.clone(),
        payload: payload.clone().into_bytes(),
        qos: spec.qos,
        retain: spec.retain,
    });
    SourceOptions {
        name: format!(
            "connection `{}`{} ({})",
            spec.name,
            which.unwrap_or_default(),
            connection.broker.address
        ),
        connection: index,
        broker: connection.broker.clone(),
        session: Options {
            connect: Connect {
                clean: spec.clean_session,
                session_expiry_interval_s: session_expiry(connection),
                will,
                ..connect(connection, connection.client_id_of(number))
            },
            filters: subscriptions(tables, filters, index),
            share,
            max_packet_size: usize::try_from(spec.max_packet_size).unwrap_or(usize::MAX),
            publish_qos: 0,
            publish_retained: false,
        },
        reconnect: spec.reconnect,
        has_company: false,
        warnings: session.warnings.clone(),
        whole_name: format!("connection `{}` ({})", spec.name, connection.broker.address),
    }
}

/// A CONNECT for a clean session without a will.
fn connect(connection: &Connection, client_id: String) -> Connect {
    let spec = connection.spec;
    Connect {
        version: spec.mqtt_version,
        client_id,
        username: connection.username.clone(),
        password: connection.password.clone(),
        clean: true,
        session_expiry_interval_s: None,
        keep_alive_s: spec.keep_alive_s,
        receive_maximum: spec.receive_maximum,
        will: None,
    }
}

/// A session of MQTT 5 that is to be resumed would end with its connection, if nothing was said.
fn session_expiry(connection: &Connection) -> Option<u32> {
    let spec = connection.spec;
    match spec.mqtt_version {
        MqttVersion::V311 => None,
        MqttVersion::V5 if spec.clean_session => spec.session_expiry_interval_s,
        MqttVersion::V5 => Some(spec.session_expiry_interval_s.unwrap_or(u32::MAX)),
    }
}
