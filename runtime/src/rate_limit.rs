//! How many log lines of a kind are too many.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Lets the first few of each window pass and counts the others.
#[derive(Debug, Default)]
pub struct RateLimit {
    window_start: Option<Instant>,
    passed: u32,
    left_out: u64,
}

/// How many lines of one kind pass in a window.
const PASS: u32 = 3;
const WINDOW: Duration = Duration::from_secs(1);

impl RateLimit {
    /// Whether an event at `now` may be logged.
    pub fn admit(&mut self, now: Instant) -> bool {
        let fresh = self
            .window_start
            .is_none_or(|start| now.duration_since(start) >= WINDOW);
        if fresh {
            self.window_start = Some(now);
            self.passed = 0;
        }
        if self.passed < PASS {
            self.passed += 1;
            return true;
        }
        self.left_out += 1;
        false
    }

    /// When there will be something to report, if nothing else happens.
    pub fn due(&self) -> Option<Instant> {
        let start = self.window_start.filter(|_| self.left_out > 0)?;
        Some(start + WINDOW)
    }

    /// How many were left out since the last call.
    pub fn take_left_out(&mut self) -> u64 {
        std::mem::take(&mut self.left_out)
    }
}

/// Warnings about the same few things again and again, few of each kind. Clones share the limits.
#[derive(Clone, Debug, Default)]
pub struct LimitedWarnings {
    kinds: Arc<Mutex<Vec<Kind>>>,
    /// Whether this clone has left something out that may not be reported yet.
    holds_back: bool,
}

/// A kind: what it is about (a connection, a topic) and what is wrong. Both come from the
/// configuration and the standard, not from messages, so there are never many.
#[derive(Debug)]
struct Kind {
    subject: String,
    what: &'static str,
    limit: RateLimit,
}

impl LimitedWarnings {
    /// Warns `subject: what` with more about this case, or counts it where there were too many.
    pub fn warn(
        &mut self,
        subject: &str,
        what: &'static str,
        now: Instant,
        details: impl FnOnce() -> String,
    ) {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |kind: &Kind| kind.what == what && kind.subject == subject;
        let place = kinds.iter().position(same).unwrap_or_else(|| {
            kinds.push(Kind {
                subject: subject.to_owned(),
                what,
                limit: RateLimit::default(),
            });
            kinds.len() - 1
        });
        let kind = &mut kinds[place];
        kind.report(Some(now));
        if kind.limit.admit(now) {
            let details = details();
            tracing::warn!("{subject}: {what}{details}");
        } else {
            self.holds_back = true;
        }
    }

    /// When the next count of what was left out should be logged.
    pub fn due(&self) -> Option<Instant> {
        if !self.holds_back {
            return None;
        }
        let kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        kinds.iter().filter_map(|kind| kind.limit.due()).min()
    }

    /// Logs what was left out and is due; at the end (no time given) all of it.
    pub fn tick(&mut self, now: Option<Instant>) {
        if !self.holds_back {
            return;
        }
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        for kind in kinds.iter_mut() {
            kind.report(now);
        }
        self.holds_back = kinds.iter().any(|kind| kind.limit.due().is_some());
    }
}

impl Kind {
    fn report(&mut self, now: Option<Instant>) {
        let due = self.limit.due();
        if due.is_some_and(|due| now.is_none_or(|now| due <= now)) {
            let count = self.limit.take_left_out();
            tracing::warn!("{}: {} ({count} more)", self.subject, self.what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_not_logged() {
        let start = Instant::now();
        let mut limit = RateLimit::default();
        let admitted = (0..1000).filter(|_| limit.admit(start)).count();
        assert_eq!(admitted, 3);
        assert_eq!(limit.due(), Some(start + WINDOW));
        assert_eq!(limit.take_left_out(), 997);
        assert_eq!(limit.due(), None);
        assert!(limit.admit(start + WINDOW));
    }

    #[test]
    fn clones_share_the_limits_and_what_is_left_out_is_told_once() {
        let start = Instant::now();
        let mut clones = vec![LimitedWarnings::default(); 4];
        let mut shown = 0;
        for clone in &mut clones {
            for _ in 0..2 {
                clone.warn("a", "hot", start, || {
                    shown += 1;
                    String::new()
                });
            }
        }
        assert_eq!(shown, 3, "of eight");
        let due: Vec<_> = clones.iter().map(LimitedWarnings::due).collect();
        let end = Some(start + WINDOW);
        assert_eq!(due, [None, end, end, end], "the first has left out none");
        clones[2].tick(end);
        assert_eq!(clones[2].due(), None);
        assert_eq!(clones[3].due(), None, "it is told");
    }

    #[test]
    fn each_kind_of_warning_has_a_limit_of_its_own() {
        let start = Instant::now();
        let mut warnings = LimitedWarnings::default();
        let mut shown = 0;
        for subject in ["a", "b"] {
            for what in ["cold", "hot"] {
                for _ in 0..100 {
                    warnings.warn(subject, what, start, || {
                        shown += 1;
                        String::new()
                    });
                }
            }
        }
        assert_eq!(shown, 4 * 3);
        assert_eq!(warnings.due(), Some(start + WINDOW));
        warnings.tick(Some(start));
        assert_eq!(warnings.due(), Some(start + WINDOW), "it is not due yet");
        warnings.tick(Some(start + WINDOW));
        assert_eq!(warnings.due(), None);
    }
}
