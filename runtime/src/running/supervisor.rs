//! The thread that starts all others, waits for the end, and sees that nothing outlives it.

use super::abandon::Abandon;
use super::error::RunError;
use super::handle::{Outcome, Running};
use super::split::Split;
use super::taker::{Calls, Kind, Taker};
use super::{RunSpec, Variables};
use crate::metrics::Metrics;
use crate::pipeline::exit::{Exit, Failure};
use crate::pipeline::live::{Asked, Main, Opened, Requests};
use crate::pipeline::notify::Notify;
use crate::pipeline::outlets::SinkEvent;
use crate::pipeline::panics;
use crate::pipeline::settings::{Resolved, Resolver};
use crate::pipeline::wiring::Wiring;
use crate::program::Program;
use crate::sink::Outlet;
use crate::spec::FlowSpec;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use tokio::runtime::Builder;
use tokio::sync::{mpsc as async_mpsc, watch};

/// What is started.
pub(super) struct Launch {
    pub(super) spec: &'static RunSpec,
    /// Those of its flows.
    pub(super) takers: Vec<Taker>,
    pub(super) variables: Variables,
}

/// Starts it. Whoever calls may be within an executor, which must not be blocked on another one:
/// so all is done on a thread of its own.
pub(super) fn launch(launch: Launch) -> Result<Running, RunError> {
    let spec = &launch.spec.pipeline;
    let metrics = Arc::new(Metrics::new(spec));
    let outcome = Arc::new(Outcome::default());
    let (stop, requests) = async_mpsc::channel(1);
    let (end, ended) = watch::channel(false);
    let (sender, started) = mpsc::sync_channel(1);
    let (counted, told) = (Arc::clone(&metrics), Arc::clone(&outcome));
    let supervisor = move || {
        let run = AssertUnwindSafe(|| supervise(launch, &counted, requests, &sender));
        let result = catch_unwind(run).unwrap_or_else(|panic| {
            let why = panics::text(panic.as_ref());
            Err(RunError::from(Failure {
                exit: Exit::OutputFailed,
                message: format!("the pipeline's thread panicked: {why}"),
            }))
        });
        // who has not heard of the start hears of the failure
        if let Err(error) = &result {
            let _ = sender.try_send(Err(error.clone()));
        }
        told.set(result);
        end.send_replace(true);
    };
    let thread = std::thread::Builder::new().name(format!("laminar-{}", spec.name));
    let spawned = thread.spawn(supervisor);
    spawned.map_err(|error| {
        RunError::from(Failure {
            exit: Exit::Unavailable,
            message: format!("cannot start a thread: {error}"),
        })
    })?;
    let running = Running::new(spec, metrics, stop, ended, outcome);
    let started = started.recv();
    let started = started.expect("the thread of a pipeline says whether it has started");
    started.map(|()| running)
}

/// Runs it from its start to its end.
fn supervise(
    launch: Launch,
    metrics: &Arc<Metrics>,
    requests: async_mpsc::Receiver<()>,
    started: &mpsc::SyncSender<Result<(), RunError>>,
) -> Result<(), RunError> {
    let Launch {
        spec,
        takers,
        variables,
    } = launch;
    let taken: Vec<_> = takers.iter().map(Taker::is_somebody).collect();
    let wiring = Wired::new(spec, &taken);
    let spec = &spec.pipeline;
    let mut resolver = Resolver::new(&variables);
    let mut filled = Resolved::new(&mut resolver, spec, &[]);
    resolver.finish()?;
    let named = taken.len()..spec.sinks.len();
    filled.leave_out(|sink| named.contains(&sink) && !wiring.is_used(sink))?;
    let (abandon, abandoned) = (Abandon::default(), watch::channel(false));
    // what is around is somebody else's process: systemd hears nothing of this pipeline
    let systemd = Notify::default();
    let mut opened = Opened::new(spec, &filled, metrics, takers.len(), &[], systemd)?;
    for (sink, taker) in takers.into_iter().enumerate() {
        connect(&mut opened, spec.sinks[sink].name, (sink, taker), &abandon);
    }
    let requests = StopRequests(Some(requests));
    let main = opened.start(wiring.into_wiring(), None, requests, Some(&abandoned.1));
    let _ = started.send(Ok(()));
    let ended = wait(main);
    // threads that are not done by now would never be
    abandon.tell();
    abandoned.0.send_replace(true);
    ended
}

/// Where rows go: to what takes them, otherwise to the sink that the SQL names.
struct Wired {
    spec: &'static RunSpec,
    /// By table, by flow.
    sinks: Vec<Vec<usize>>,
}

impl Wired {
    /// `taken` says of each flow whether something takes its rows.
    fn new(spec: &'static RunSpec, taken: &[bool]) -> Self {
        let tables = spec.pipeline.tables.iter().zip(spec.written);
        let sinks = tables.map(|(table, written)| {
            let flows = table.flows.iter().enumerate();
            let sink = |(flow, spec): (usize, &FlowSpec)| {
                let written = written.iter().flat_map(|written| written.flows);
                let mut named = written.filter(|(of, _)| *of == flow && !taken[spec.sink]);
                named.next().map_or(spec.sink, |(_, sink)| *sink)
            };
            flows.map(sink).collect()
        });
        Self {
            sinks: sinks.collect(),
            spec,
        }
    }

    fn is_used(&self, sink: usize) -> bool {
        self.sinks.iter().flatten().any(|used| *used == sink)
    }

    fn into_wiring(self) -> Wiring {
        let Self { spec, sinks } = self;
        let to_sink = spec
            .pipeline
            .tables
            .iter()
            .zip(&sinks)
            .map(|(table, sinks)| {
                let flows = table.flows.iter().zip(sinks);
                let to_sink = flows.map(|(flow, &sink)| sink != flow.sink);
                to_sink.collect::<Vec<bool>>()
            });
        let to_sink: Vec<_> = to_sink.collect();
        let program = move |table: usize| -> Box<dyn Program> {
            let gathering = spec.pipeline.tables[table].program;
            match &spec.written[table] {
                Some(written) if to_sink[table].contains(&true) => {
                    Box::new(Split::new(gathering, written, to_sink[table].clone()))
                }
                Some(_) | None => gathering(),
            }
        };
        Wiring::new(Arc::new(program), sinks)
    }
}

fn wait(main: Main<StopRequests>) -> Result<(), RunError> {
    let runtime = Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("timers need nothing of the system");
    runtime.block_on(main.run())?;
    Ok(())
}

/// Lets a flow's rows go to what takes them.
fn connect(
    opened: &mut Opened<'_>,
    flow: &'static str,
    (sink, taker): (usize, Taker),
    abandon: &Abandon,
) {
    let on_event = Arc::clone(&opened.on_event);
    let outlets = &mut opened.outlets;
    match taker.0 {
        Kind::Nobody => {}
        Kind::Handler(handler) => {
            let (sender, queue) = mpsc::sync_channel(outlets.capacity(&[sink]));
            outlets.by_sink[sink] = Outlet::Lines(sender);
            let calls = Calls {
                flow,
                handler,
                abandon: abandon.clone(),
            };
            let on_end = on_event.clone();
            outlets.start(&format!("on-{flow}"), &on_event, move || {
                if let Err(failure) = calls.run(&queue) {
                    on_end(SinkEvent::Failed(failure));
                }
            });
        }
        Kind::Stream(source) => {
            outlets.by_sink[sink] = source.outlet.clone();
            source.on_drop(move || {
                on_event(SinkEvent::Failed(Failure {
                    exit: Exit::Unfinished,
                    message: format!(
                        "the stream of `{flow}` was dropped before the pipeline ended"
                    ),
                }));
            });
        }
    }
}

/// Stops that the program asks for.
struct StopRequests(Option<async_mpsc::Receiver<()>>);

impl Requests for StopRequests {
    /// The first one; when nobody can ask any more, nobody wants it to go on. There is no second.
    async fn next(&mut self) -> Asked {
        match &mut self.0 {
            Some(requests) => {
                requests.recv().await;
                self.0 = None;
                Asked::Stop
            }
            None => std::future::pending().await,
        }
    }
}
