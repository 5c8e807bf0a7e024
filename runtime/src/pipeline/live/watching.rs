//! Whether the pipeline is as it should be, told to systemd as it changes.

use super::super::notify::Notify;
use crate::metrics::{Metrics, State};
use crate::source::heartbeat::Pulse;
use crate::spec::PipelineSpec;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often the state is looked at where somebody listens.
const INTERVAL: Duration = Duration::from_millis(200);

/// What watches, on the main thread.
pub(super) struct Watch {
    notify: Notify,
    spec: &'static PipelineSpec,
    metrics: Arc<Metrics>,
    loops: Vec<Loop>,
    is_ready: bool,
    /// What was said last.
    status: String,
    checked: Instant,
}

/// A loop that receives, and how often it had turned when it was last looked at.
struct Loop {
    pulse: Pulse,
    beats: u64,
}

/// What a loop must have done between two looks: it counts twice as often.
const LOOKS: u32 = 2;
const BEATS: u32 = 2 * LOOKS;

impl Watch {
    /// What watches over the pipeline, from before it opens anything.
    pub(super) fn new(spec: &'static PipelineSpec, metrics: &Arc<Metrics>, notify: Notify) -> Self {
        Self {
            notify,
            spec,
            metrics: Arc::clone(metrics),
            loops: Vec::new(),
            is_ready: false,
            status: String::new(),
            checked: Instant::now(),
        }
    }

    /// How often a loop must count; None: nobody wants to know.
    pub(super) fn beat(&self) -> Option<Duration> {
        self.notify.watchdog().map(|within| within / BEATS)
    }

    /// One more loop is watched.
    pub(super) fn add(&mut self) -> Pulse {
        let pulse = Pulse::default();
        self.loops.push(Loop {
            pulse: pulse.clone(),
            beats: 0,
        });
        pulse
    }

    /// Waits until it is time for [`Watch::look`]; where nobody listens, for ever.
    pub(super) async fn is_due(&self) {
        if !self.notify.is_heard() {
            std::future::pending::<()>().await;
        }
        let beat = self.notify.watchdog().map(|within| within / LOOKS);
        tokio::time::sleep(beat.map_or(INTERVAL, |beat| beat.min(INTERVAL))).await;
    }

    /// Tells what is new. `renewed`: every session has what it was told to present.
    pub(super) fn look(&mut self, renewed: bool) {
        let missing = self.missing();
        if !self.is_ready && missing.is_none() && renewed {
            self.is_ready = true;
            self.notify.send("READY=1");
        }
        let status = missing.unwrap_or_else(|| "connected and subscribed".to_owned());
        if status != self.status {
            self.notify.status(&status);
            self.status = status;
        }
        self.beat_if_well(Instant::now());
    }

    /// It presents something new from now on; what it says next is that it is ready again.
    pub(super) fn reloading(&mut self) {
        self.notify.send("RELOADING=1");
        self.is_ready = false;
    }

    /// What was to be presented is not: it stays as it was.
    pub(super) fn not_reloaded(&mut self) {
        self.is_ready = true;
        self.notify.send("READY=1");
        "reloading failed, see the log".clone_into(&mut self.status);
        self.notify.status(&self.status);
    }

    /// It stops.
    pub(super) fn stopping(&self) {
        self.notify
            .send("STOPPING=1\nSTATUS=stopping: handing over what was received");
    }

    /// Says that all is well, once every loop has turned since it was said last.
    fn beat_if_well(&mut self, now: Instant) {
        let Some(within) = self.notify.watchdog() else {
            return;
        };
        if now.duration_since(self.checked) < within / LOOKS {
            return;
        }
        if all_turned(&mut self.loops) {
            self.checked = now;
            self.notify.send("WATCHDOG=1");
        }
    }

    /// What sinks have not confirmed, as the end of a sentence; nothing where they have all.
    pub(super) fn unconfirmed(&self) -> String {
        let sinks = self.spec.sinks.iter().zip(&self.metrics.sinks);
        let sinks = sinks.map(|(spec, counted)| (format!("sink `{}`", spec.name), counted));
        let tables = self.spec.tables.iter().zip(&self.metrics.tables);
        let letters = tables.map(|(spec, counted)| {
            let what = format!("the dead letters of table `{}`", spec.name);
            (what, &counted.dead_letters)
        });
        let slow =
            sinks
                .chain(letters)
                .filter_map(|(what, counted)| match counted.batches.count() {
                    0 => None,
                    1 => Some(format!("{what} has 1 batch to confirm")),
                    count => Some(format!("{what} has {count} batches to confirm")),
                });
        let slow: Vec<String> = slow.collect();
        if slow.is_empty() {
            return String::new();
        }
        format!(": {}", slow.join(", "))
    }

    /// What keeps the pipeline from being ready.
    fn missing(&self) -> Option<String> {
        let connections = self.spec.connections.iter();
        let mut uses = connections
            .zip(&self.metrics.connections)
            .flat_map(|(spec, counted)| {
                let receiving = (spec.name, "", counted.receiving.state());
                let publishing = (spec.name, " to publish", counted.publishing.state());
                [receiving, publishing]
            });
        let is_missing = |(_, _, state): &(_, _, State)| state.wanted > 0 && !state.is_connected();
        let (name, what, state) = uses.find(is_missing)?;
        let error = state.last_error.map(|error| format!(": {error}"));
        let error = error.unwrap_or_default();
        Some(format!("connection `{name}`{what} is not open{error}"))
    }
}

/// Whether each loop that has not ended has turned since it was asked last.
fn all_turned(loops: &mut [Loop]) -> bool {
    let has_turned = |each: &Loop| each.pulse.beats().is_none_or(|beats| beats > each.beats);
    if !loops.iter().all(has_turned) {
        return false;
    }
    for each in loops {
        each.beats = each.pulse.beats().unwrap_or(each.beats);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::heartbeat::Heartbeat;

    #[test]
    fn one_loop_that_stands_still_is_enough() {
        let pulses = [Pulse::default(), Pulse::default()];
        let watched = |pulse: &Pulse| Loop {
            pulse: pulse.clone(),
            beats: 0,
        };
        let mut loops: Vec<Loop> = pulses.iter().map(watched).collect();
        let interval = Some(Duration::ZERO);
        let mut hearts = pulses.map(|pulse| Heartbeat::new(pulse, interval));
        let later = || Instant::now() + Duration::from_secs(1);
        assert!(!all_turned(&mut loops), "nobody has turned yet");
        hearts[0].tick(later());
        assert!(!all_turned(&mut loops), "one has not");
        hearts[1].tick(later());
        assert!(all_turned(&mut loops));
        hearts[0].tick(later());
        assert!(!all_turned(&mut loops), "the other stands still");
        drop(hearts);
        assert!(all_turned(&mut loops), "what has ended need not turn");
    }
}
