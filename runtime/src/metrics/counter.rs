//! The numbers that a pipeline keeps of itself.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds `count`.
    #[inline]
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// Its value now.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number that grows and shrinks.
#[derive(Debug, Default)]
pub struct Gauge(AtomicI64);

impl Gauge {
    /// Adds `count`, which is far below 2⁶³.
    #[inline]
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count.cast_signed(), Ordering::Relaxed);
    }

    /// Takes `count` away.
    #[inline]
    pub fn sub(&self, count: u64) {
        self.0.fetch_sub(count.cast_signed(), Ordering::Relaxed);
    }

    /// Replaces it.
    #[inline]
    pub fn set(&self, value: i64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// Its value now.
    pub fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Its value now, as a count: what is taken away before it is added shows as 0.
    pub fn count(&self) -> u64 {
        self.get().max(0).cast_unsigned()
    }
}

/// How many of some times were how long.
#[derive(Debug, Default)]
pub struct Histogram {
    /// By the first of [`Histogram::BOUNDS_MS`] that is not less; the last one is for all others.
    buckets: [Counter; Self::BOUNDS_MS.len() + 1],
    sum_us: Counter,
}

impl Histogram {
    /// Upper bounds of the buckets in milliseconds, ascending.
    pub const BOUNDS_MS: [u64; 14] = [
        1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000,
    ];

    /// Counts a time.
    pub fn observe(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let bucket = Self::BOUNDS_MS.partition_point(|bound| bound * 1_000 < micros);
        self.buckets[bucket].add(1);
        self.sum_us.add(micros);
    }

    /// How many were not longer than each bound, and how many there were in all.
    pub fn cumulative(&self) -> Vec<u64> {
        let mut total = 0;
        let counts = self.buckets.iter().map(|bucket| {
            total += bucket.get();
            total
        });
        counts.collect()
    }

    /// All of them together, in microseconds.
    pub fn sum_us(&self) -> u64 {
        self.sum_us.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_fall_into_buckets_up_to_their_bounds() {
        let histogram = Histogram::default();
        for micros in [0, 1_000, 1_001, 60_000_000, 60_000_001] {
            histogram.observe(Duration::from_micros(micros));
        }
        let counts = histogram.cumulative();
        assert_eq!(counts[..2], [2, 3]);
        assert_eq!(counts[13..], [4, 5]);
        assert_eq!(histogram.sum_us(), 120_002_002);
    }

    #[test]
    fn a_gauge_is_never_shown_below_zero() {
        let gauge = Gauge::default();
        gauge.sub(1);
        assert_eq!(gauge.count(), 0);
        gauge.add(3);
        assert_eq!((gauge.count(), gauge.get()), (2, 2));
    }
}
