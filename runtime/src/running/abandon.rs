//! The end that waits for nobody.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Tells the threads of handlers that the pipeline has ended, whatever they are at.
#[derive(Clone, Debug, Default)]
pub(super) struct Abandon(Arc<(Mutex<bool>, Condvar)>);

impl Abandon {
    /// It has.
    pub(super) fn tell(&self) {
        *self.lock() = true;
        self.0.1.notify_all();
    }

    /// Whether it has.
    pub(super) fn is_told(&self) -> bool {
        *self.lock()
    }

    /// Waits for so long, or until it has: whether it has.
    pub(super) fn wait(&self, time: Duration) -> bool {
        let waited = self
            .0
            .1
            .wait_timeout_while(self.lock(), time, |told| !*told);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn whoever_waits_is_woken() {
        let abandon = Abandon::default();
        assert!(!abandon.wait(Duration::from_millis(1)));
        let (other, began) = (abandon.clone(), Instant::now());
        let waiting = std::thread::spawn(move || other.wait(Duration::from_mins(1)));
        abandon.tell();
        assert!(waiting.join().expect("it ends") && abandon.is_told());
        assert!(began.elapsed() < Duration::from_secs(30));
    }
}
