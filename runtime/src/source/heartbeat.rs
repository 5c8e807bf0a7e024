//! Whether the loop that receives still turns, for whoever watches over the process.
//!
//! The loop itself counts, each time its own timer is due: a loop that waits for a socket, a slow
//! sink or a broker that is down is well, one that never comes back is not. Without a watcher there
//! is no timer, and nothing is counted.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The turns of a loop, as its watcher sees them.
#[derive(Clone, Debug, Default)]
pub struct Pulse(Arc<AtomicU64>);

/// What stands for a loop that ended: nobody expects anything of it.
const ENDED: u64 = u64::MAX;

impl Pulse {
    /// A number that grows while the loop turns; None: it has ended.
    pub fn beats(&self) -> Option<u64> {
        let beats = self.0.load(Ordering::Relaxed);
        (beats != ENDED).then_some(beats)
    }
}

/// The loop's side.
#[derive(Debug)]
pub struct Heartbeat {
    pulse: Pulse,
    interval: Option<Duration>,
    due: Option<Instant>,
}

impl Heartbeat {
    /// One that counts every `interval`; None: nobody watches.
    pub fn new(pulse: Pulse, interval: Option<Duration>) -> Self {
        Self {
            pulse,
            interval,
            due: interval.map(|_| Instant::now()),
        }
    }

    /// When it is due.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Counts, if it is due at `now`.
    pub fn tick(&mut self, now: Instant) {
        if self.due.is_some_and(|due| due <= now) {
            self.pulse.0.fetch_add(1, Ordering::Relaxed);
            self.due = self.interval.map(|interval| now + interval);
        }
    }

    /// Waits for `future`, and counts meanwhile.
    pub async fn during<F: Future>(&mut self, future: F) -> F::Output {
        let mut future = pin!(future);
        loop {
            let Some(due) = self.due else {
                return future.await;
            };
            tokio::select! {
                biased;
                output = &mut future => return output,
                () = tokio::time::sleep_until(due.into()) => self.tick(Instant::now()),
            }
        }
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.pulse.0.store(ENDED, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_when_it_is_due_and_ends_with_its_loop() {
        let pulse = Pulse::default();
        let interval = Duration::from_secs(1);
        let mut heartbeat = Heartbeat::new(pulse.clone(), Some(interval));
        let now = Instant::now();
        heartbeat.tick(now);
        heartbeat.tick(now);
        assert_eq!(pulse.beats(), Some(1));
        heartbeat.tick(now + interval);
        assert_eq!(pulse.beats(), Some(2));
        drop(heartbeat);
        assert_eq!(pulse.beats(), None);
        let mut unwatched = Heartbeat::new(Pulse::default(), None);
        unwatched.tick(now);
        assert_eq!((unwatched.due(), unwatched.pulse.beats()), (None, Some(0)));
    }

    #[test]
    fn waiting_for_something_long_does_not_stop_it() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        let pulse = Pulse::default();
        let mut heartbeat = Heartbeat::new(pulse.clone(), Some(Duration::from_millis(5)));
        runtime.expect("a runtime").block_on(async {
            let long = tokio::time::sleep(Duration::from_millis(60));
            heartbeat.during(long).await;
        });
        assert!(pulse.beats() > Some(2), "{pulse:?}");
    }
}
