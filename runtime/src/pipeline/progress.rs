//! What a person at a terminal sees of a running pipeline: a line that is drawn each second.

use crate::metrics::{ConnectionMetrics, Metrics};
use crate::spec::PipelineSpec;
use crate::terminal;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often it is drawn.
const EVERY: Duration = Duration::from_secs(1);

/// The line, for as long as this is kept.
pub struct Shown {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Draws the line, where both outputs are terminals that can: what is piped stays as it is.
pub fn show(spec: &'static PipelineSpec, metrics: &Arc<Metrics>) -> Option<Shown> {
    let is_seen = io::stdout().is_terminal() && io::stderr().is_terminal();
    let kind = std::env::var_os("TERM").filter(|kind| !kind.is_empty() && kind != "dumb");
    let is_able = is_seen && kind.is_some();
    is_able.then(|| Shown::start(spec, metrics)).flatten()
}

impl Shown {
    fn start(spec: &'static PipelineSpec, metrics: &Arc<Metrics>) -> Option<Self> {
        let metrics = Arc::clone(metrics);
        let (stop, stopped) = mpsc::channel();
        let draw = move || {
            let mut last = Counts::of(&metrics);
            let mut at = Instant::now();
            while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                let (now, elapsed) = (Counts::of(&metrics), at.elapsed());
                at += elapsed;
                terminal::show(line(spec.name, &now, &last, elapsed));
                last = now;
            }
            terminal::hide();
        };
        let thread = std::thread::Builder::new().name("progress".into());
        // without it there is no line, and nothing else is missing
        let thread = thread.spawn(draw).ok()?;
        Some(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What was counted up to a moment.
#[derive(Clone, Debug, Default)]
struct Counts {
    received: u64,
    /// Messages that gave rows, for each flow.
    matched: u64,
    rejected: u64,
    batches: u64,
    lag_us: u64,
    is_connected: bool,
}

impl Counts {
    fn of(metrics: &Metrics) -> Self {
        let tables = &metrics.tables;
        let flows = tables.iter().flat_map(|table| &table.flows);
        let lags = metrics.connections.iter().map(|counted| &counted.lag);
        Self {
            received: tables.iter().map(|table| table.received.get()).sum(),
            matched: flows.map(|flow| flow.emitted.get()).sum(),
            rejected: tables.iter().map(|table| table.rejected.get()).sum(),
            batches: lags.clone().filter_map(|lag| lag.cumulative().pop()).sum(),
            lag_us: lags.map(crate::metrics::Histogram::sum_us).sum(),
            is_connected: metrics.connections.iter().all(is_connected),
        }
    }
}

fn is_connected(counted: &ConnectionMetrics) -> bool {
    let sessions = [&counted.receiving, &counted.publishing];
    let mut states = sessions.into_iter().map(|sessions| sessions.state());
    states.all(|state| state.wanted == 0 || state.is_connected())
}

fn line(name: &str, now: &Counts, last: &Counts, elapsed: Duration) -> String {
    let per_second = |now: u64, last: u64| {
        #[expect(clippy::cast_precision_loss, reason = "it is shown to a person")]
        let since = now.saturating_sub(last) as f64;
        since / elapsed.as_secs_f64()
    };
    let received = per_second(now.received, last.received);
    let matched = per_second(now.matched, last.matched);
    let mut text = format!(
        "{name}: {} received ({received:.0}/s), {} matched ({matched:.0}/s), {} rejected, ",
        now.received, now.matched, now.rejected
    );
    let batches = now.batches.saturating_sub(last.batches);
    match now.lag_us.saturating_sub(last.lag_us).checked_div(batches) {
        Some(lag_us) => {
            let _ = write!(text, "lag {}.{} ms", lag_us / 1_000, lag_us % 1_000 / 100);
        }
        None => text.push_str("lag -"),
    }
    if !now.is_connected {
        text.push_str(", not connected");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_lag_are_those_since_the_last_line() {
        let last = Counts {
            received: 1_000,
            matched: 10,
            batches: 5,
            lag_us: 9_000,
            is_connected: true,
            ..Counts::default()
        };
        let now = Counts {
            received: 3_000,
            matched: 20,
            rejected: 1,
            batches: 7,
            lag_us: 12_500,
            is_connected: true,
        };
        assert_eq!(
            line("p", &now, &last, Duration::from_secs(2)),
            "p: 3000 received (1000/s), 20 matched (5/s), 1 rejected, lag 1.7 ms"
        );
        let away = Counts {
            is_connected: false,
            ..now.clone()
        };
        assert_eq!(
            line("p", &away, &now, Duration::from_secs(1)),
            "p: 3000 received (0/s), 20 matched (0/s), 1 rejected, lag -, not connected"
        );
    }
}
