//! The timer of a connection. Its deadline moves on with everything that is read, so it is only
//! touched when it would ring too late.

use std::pin::Pin;
use std::time::{Duration, Instant};
use tokio::time::Sleep;

/// A timer that may ring too early.
#[derive(Debug)]
pub struct Timer {
    sleep: Pin<Box<Sleep>>,
    is_set: bool,
}

impl Timer {
    /// One that does not ring yet.
    pub fn new() -> Self {
        Self {
            sleep: Box::pin(tokio::time::sleep(Duration::ZERO)),
            is_set: false,
        }
    }

    /// It rings at `deadline` or before.
    pub fn set(&mut self, deadline: Option<Instant>) {
        let Some(deadline) = deadline else {
            return;
        };
        if !self.is_set || deadline < self.sleep.deadline().into_std() {
            self.sleep.as_mut().reset(deadline.into());
            self.is_set = true;
        }
    }

    /// Returns when it rings.
    pub async fn elapsed(&mut self) {
        if !self.is_set {
            std::future::pending::<()>().await;
        }
        self.sleep.as_mut().await;
        self.is_set = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rings_at_the_earliest_deadline_or_before_a_later_one() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        runtime.expect("a runtime").block_on(async {
            let mut timer = Timer::new();
            let start = Instant::now();
            let hour = Duration::from_hours(1);
            let soon = Duration::from_millis(20);
            timer.set(Some(start + hour));
            timer.set(Some(start + soon));
            timer.set(Some(start + hour));
            timer.set(None);
            timer.elapsed().await;
            assert!((soon..hour).contains(&start.elapsed()));
            timer.set(Some(start + hour));
            let again = tokio::time::timeout(soon, timer.elapsed()).await;
            assert!(again.is_err(), "it rings once");
        });
    }
}
