//! The thread that waits for all others, until it is told to stop.

use super::reloading::Reloading;
use super::watching::Watch;
use crate::clock::sleep_until;
use crate::pipeline::exit::{Exit, Failure};
use crate::pipeline::outlets::SinkEvent;
use crate::pipeline::signals::{Asked, Signals};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};

/// How long a stop may take until what is not acknowledged is left to the broker.
const DRAIN: Duration = Duration::from_secs(10);

/// What the threads tell the main thread.
pub(super) enum Notice {
    /// The thread of a connection takes no more messages, and ends when it is drained.
    SourceFails(Failure),
    /// The thread of a connection ended.
    SourceEnded(Result<(), Failure>),
    /// Something happened to a sink.
    Sink(SinkEvent),
}

/// Who asks for a stop, or to read everything again.
pub trait Requests {
    /// Waits for the next time that something is asked for. The second stop does not wait for what
    /// is under way.
    fn next(&mut self) -> impl Future<Output = Asked>;
}

impl Requests for Signals {
    async fn next(&mut self) -> Asked {
        self.next_signal().await
    }
}

/// What the main thread does: it waits.
pub struct Main<R> {
    pub(super) notices: mpsc::Receiver<Notice>,
    pub(super) requests: R,
    pub(super) stop: watch::Sender<bool>,
    /// Sessions that receive.
    pub(super) running: usize,
    /// Those of sinks.
    pub(super) threads: Vec<JoinHandle<()>>,
    pub(super) failure: Option<Failure>,
    pub(super) deadline: Option<Instant>,
    pub(super) reloading: Reloading,
    pub(super) watch: Watch,
}

impl<R: Requests> Main<R> {
    /// Waits until it is told to stop and all is drained, or something cannot go on.
    ///
    /// # Errors
    /// Why it could not go on, or was not drained.
    pub async fn run(mut self) -> Result<Exit, Failure> {
        while self.running > 0 {
            let deadline = self.deadline;
            tokio::select! {
                asked = self.requests.next() => match asked {
                    Asked::Reload => self.reload(),
                    Asked::Stop if self.deadline.is_some() => {
                        return Err(self.unfinished("stopped by a second signal"));
                    }
                    Asked::Stop => {
                        tracing::info!("stopping");
                        self.stop();
                    }
                },
                () = self.watch.is_due() => self.watch.look(self.reloading.is_done()),
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
        self.join().await
    }

    /// Reads files and variables again. While it stops there is nobody left to tell.
    fn reload(&mut self) {
        if self.deadline.is_some() {
            return;
        }
        self.watch.reloading();
        match self.reloading.reload() {
            Ok(()) => tracing::info!("SIGHUP: every session connects anew"),
            Err(failure) => {
                let lines = failure.message.lines();
                lines.for_each(|line| tracing::error!("SIGHUP: {line}"));
                tracing::error!("SIGHUP: everything stays as it was");
                self.watch.not_reloaded();
            }
        }
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
        if self.deadline.is_none() {
            self.watch.stopping();
        }
        self.deadline.get_or_insert(Instant::now() + DRAIN);
        self.stop.send_replace(true);
    }

    /// Waits for the sinks; all workers have ended, so they only say farewell.
    async fn join(mut self) -> Result<Exit, Failure> {
        self.stop();
        while self.threads.iter().any(|thread| !thread.is_finished()) {
            let deadline = self.deadline;
            tokio::select! {
                asked = self.requests.next() => match asked {
                    Asked::Reload => {}
                    Asked::Stop => return Err(self.unfinished("stopped by a second signal")),
                },
                () = sleep_until(deadline) => return Err(self.unfinished(TOO_SLOW)),
                () = self.watch.is_due() => self.watch.look(true),
                () = tokio::time::sleep(Duration::from_millis(2)) => {}
            }
        }
        self.failure.map_or(Ok(Exit::Success), Err)
    }

    fn unfinished(&mut self, message: &str) -> Failure {
        let waits_for = self.watch.unconfirmed();
        self.failure.take().unwrap_or_else(|| Failure {
            exit: Exit::Unfinished,
            message: format!("{message}, not everything is acknowledged{waits_for}"),
        })
    }
}

const TOO_SLOW: &str = "draining took more than 10 s";

/// Tells the main thread, which may have ended.
pub(super) fn tell(sender: &mpsc::Sender<Notice>, notice: Notice) {
    match sender.try_send(notice) {
        Ok(()) | Err(TrySendError::Closed(_)) => {}
        Err(TrySendError::Full(_)) => panic!("there is room for all notices of all threads"),
    }
}
