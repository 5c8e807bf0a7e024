//! How long to wait before the next attempt to connect.

use crate::spec::ReconnectSpec;
use std::time::{Duration, Instant};

/// Exponential backoff with jitter: the delay is random below a ceiling that grows with each
/// failure, so that many clients do not come back at the same moment. It is at least a tenth of the
/// ceiling, or half of it where attempts are limited: they should last as long as one would think.
#[derive(Debug)]
pub struct Backoff {
    spec: ReconnectSpec,
    /// Failures since a connection last lasted: they make the ceiling.
    steps: u32,
    /// Attempts that failed since a session was last opened: they are limited.
    failures: u32,
    opened: Option<Instant>,
}

/// A connection that lasted this long was a good one. Shorter ones keep the backoff growing, so
/// that a broker that accepts and then fails is not hammered.
const STABLE: Duration = Duration::from_secs(5);

impl Backoff {
    /// A backoff without failures so far.
    pub fn new(spec: ReconnectSpec) -> Self {
        Self {
            spec,
            steps: 0,
            failures: 0,
            opened: None,
        }
    }

    /// A session was opened.
    pub fn opened(&mut self, now: Instant) {
        self.failures = 0;
        self.opened = Some(now);
    }

    /// A connection failed or was lost: the delay before the next attempt, `random` being evenly
    /// spread over all its values; None: give up.
    pub fn failed(&mut self, now: Instant, random: u64) -> Option<Duration> {
        match self.opened.take() {
            // An open session was lost, which is no failed attempt.
            Some(opened) if now.duration_since(opened) >= STABLE => self.steps = 0,
            Some(_) => {}
            None => self.failures = self.failures.saturating_add(1),
        }
        if self
            .spec
            .max_attempts
            .is_some_and(|limit| self.failures >= limit.max(1))
        {
            return None;
        }
        let ceiling = self.ceiling();
        self.steps = self.steps.saturating_add(1);
        let floor = match self.spec.max_attempts {
            None => 0.1,
            Some(_) => 0.5,
        };
        Some(ceiling.mul_f64(floor + (1.0 - floor) * unit(random)))
    }

    /// Attempts that failed one after the other.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    fn ceiling(&self) -> Duration {
        let exponent = i32::try_from(self.steps.min(1_000)).expect("at most 1,000");
        let factor = self.spec.multiplier.max(1.0).powi(exponent);
        let initial = Duration::from_millis(self.spec.initial_ms).as_secs_f64();
        let longest = Duration::from_millis(self.spec.max_ms).as_secs_f64();
        Duration::from_secs_f64((initial * factor).min(longest))
    }
}

/// A number from 0 up to 1.
fn unit(random: u64) -> f64 {
    let thirty_two_bits = u32::try_from(random >> 32).expect("32 bits are left");
    f64::from(thirty_two_bits) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(max_attempts: Option<u32>) -> ReconnectSpec {
        ReconnectSpec {
            initial_ms: 1_000,
            multiplier: 2.0,
            max_ms: 5_000,
            max_attempts,
        }
    }

    #[test]
    fn delays_grow_to_a_limit_and_are_spread() {
        let now = Instant::now();
        let cases = [
            (None, u64::MAX, [1_000, 2_000, 4_000, 5_000, 5_000]),
            (None, 0, [100, 200, 400, 500, 500]),
            (Some(9), u64::MAX, [1_000, 2_000, 4_000, 5_000, 5_000]),
            (Some(9), 0, [500, 1_000, 2_000, 2_500, 2_500]),
        ];
        for (max_attempts, random, delays_ms) in cases {
            let mut backoff = Backoff::new(spec(max_attempts));
            for delay_ms in delays_ms {
                let expected = Some(Duration::from_millis(delay_ms));
                assert_eq!(backoff.failed(now, random), expected);
            }
        }
        let mut long = Backoff::new(spec(None));
        for _ in 0..5_000 {
            assert!(long.failed(now, u64::MAX).expect("no limit") <= Duration::from_secs(5));
        }
    }

    #[test]
    fn consecutive_failed_attempts_are_limited() {
        let now = Instant::now();
        let mut backoff = Backoff::new(spec(Some(3)));
        assert!(backoff.failed(now, 0).is_some());
        assert!(backoff.failed(now, 0).is_some());
        for _ in 0..5 {
            backoff.opened(now);
            assert!(backoff.failed(now, 0).is_some(), "a loss is no attempt");
        }
        assert!(backoff.failed(now, 0).is_some());
        assert!(backoff.failed(now, 0).is_some());
        assert_eq!(backoff.failed(now, 0), None);
        assert_eq!(backoff.failures(), 3);
    }

    #[test]
    fn only_a_lasting_connection_starts_the_delays_anew() {
        let mut now = Instant::now();
        let mut backoff = Backoff::new(spec(None));
        backoff.failed(now, u64::MAX);
        backoff.opened(now);
        assert_eq!(backoff.failed(now, u64::MAX), Some(Duration::from_secs(2)));
        backoff.opened(now);
        now += STABLE;
        assert_eq!(backoff.failed(now, u64::MAX), Some(Duration::from_secs(1)));
    }
}
