//! When to wait a little before the next read, so that it finds more than a message or two.
//!
//! A broker that writes message by message wakes its reader for each of them, and a wake-up costs
//! far more than a message. A nap between two reads lets messages gather. It must not cost what it
//! is to save: a line on which little comes gains nothing from it, and a sender that waits for
//! acknowledgements is held up by it. Nothing that is known beforehand tells these apart, so it is
//! tried: the time is cut into periods; one without naps shows how fast bytes come and how often
//! they are read, the next one is a trial with naps. Naps stay where about as many bytes came in
//! far fewer reads. The boldest way is tried first, long naps with acknowledgements for every
//! second of them; where that holds the sender up, acknowledgements for each, and then a short nap:
//! it lets a small window fill. Naps are tried again after a while that doubles with each failure,
//! and questioned from time to time where they stay.

use std::time::{Duration, Instant};

/// What a period without naps is judged by, and one with naps against it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pace {
    bytes_per_s: f64,
    reads_per_s: f64,
}

/// What the present period is for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    /// No naps; a trial is due at the end of a period from this time on.
    Awake { trial_from: Instant },
    /// Naps of one of the [`WAYS`], to be judged against the period without.
    Trial { awake: Pace, way: usize },
    /// Naps that have proven worth it, until they are questioned.
    Napping {
        awake: Pace,
        way: usize,
        until: Instant,
    },
}

/// A pause before the next read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nap {
    /// How long it is to be. What the system adds is not in it.
    pub length: Duration,
    /// Acknowledgements may wait until the next read is done, where they did not wait already:
    /// writing them costs as much as the read.
    pub holds_answers: bool,
}

/// Decides on naps for one connection.
#[derive(Debug)]
pub struct Coalescing {
    ways: &'static [Nap],
    phase: Phase,
    /// The present period.
    start: Instant,
    bytes: usize,
    reads: u32,
    /// How long the next trial is put off when one fails.
    patience: Duration,
}

/// Ways to nap, the boldest first. What the system adds is taken off: it wakes a thread some 60
/// microseconds late, and a message shall wait for 200 microseconds at most where it is to be
/// acknowledged, for a millisecond where it is not. The last way is nearly all the system's.
const WAYS_ACKNOWLEDGED: &[Nap] = &[nap(140, true), nap(140, false), nap(10, false)];
const WAYS: &[Nap] = &[nap(900, false), nap(10, false)];

const fn nap(microseconds: u64, holds_answers: bool) -> Nap {
    Nap {
        length: Duration::from_micros(microseconds),
        holds_answers,
    }
}

/// How long a period is: long enough to hold several naps.
const PERIOD: Duration = Duration::from_millis(20);
/// A read of more bytes is worth its wake-up.
const SMALL: usize = 16 * 1024;
/// A trial is put off by this at first, and by this at most.
const FIRST_PATIENCE: Duration = Duration::from_millis(100);
const LONGEST_PATIENCE: Duration = Duration::from_secs(5);
/// Naps are questioned so often: the period without them costs a fiftieth.
const HOLD: Duration = Duration::from_secs(1);
/// The share of bytes that must come in spite of naps, and of reads that may be left.
const BYTES_KEPT: f64 = 0.85;
const READS_LEFT: f64 = 0.6;
/// The share of bytes that ends naps at once when less comes.
const BYTES_LEFT: f64 = 0.5;

impl Coalescing {
    /// For a connection whose messages have at most this quality of service.
    pub fn new(qos: u8, now: Instant) -> Self {
        Self {
            ways: if qos == 0 { WAYS } else { WAYS_ACKNOWLEDGED },
            phase: Phase::Awake { trial_from: now },
            start: now,
            bytes: 0,
            reads: 0,
            patience: FIRST_PATIENCE,
        }
    }

    /// So many bytes were read: how long to nap before the next read.
    pub fn read(&mut self, bytes: usize, now: Instant) -> Option<Nap> {
        self.bytes += bytes;
        self.reads += 1;
        let elapsed = now.saturating_duration_since(self.start);
        if elapsed >= PERIOD {
            self.judge(elapsed, now);
            self.start = now;
            self.bytes = 0;
            self.reads = 0;
        }
        match self.phase {
            Phase::Trial { way, .. } | Phase::Napping { way, .. } if bytes < SMALL => {
                Some(self.ways[way])
            }
            Phase::Awake { .. } | Phase::Trial { .. } | Phase::Napping { .. } => None,
        }
    }

    /// A period has ended.
    fn judge(&mut self, elapsed: Duration, now: Instant) {
        let seconds = elapsed.as_secs_f64();
        #[expect(
            clippy::cast_precision_loss,
            reason = "what one connection reads in a moment"
        )]
        let bytes = self.bytes as f64;
        let pace = Pace {
            bytes_per_s: bytes / seconds,
            reads_per_s: f64::from(self.reads) / seconds,
        };
        self.phase = match self.phase {
            Phase::Awake { trial_from } if now >= trial_from && self.is_worth_a_trial(pace) => {
                Phase::Trial {
                    awake: pace,
                    way: 0,
                }
            }
            Phase::Awake { trial_from } => Phase::Awake { trial_from },
            Phase::Trial { awake, way } if pays(awake, pace) => {
                self.patience = FIRST_PATIENCE;
                let until = now + HOLD;
                Phase::Napping { awake, way, until }
            }
            Phase::Trial { awake, way } if way + 1 < self.ways.len() => Phase::Trial {
                awake,
                way: way + 1,
            },
            Phase::Trial { .. } => {
                let trial_from = now + self.patience;
                self.patience = (self.patience * 2).min(LONGEST_PATIENCE);
                Phase::Awake { trial_from }
            }
            Phase::Napping { awake, way, until } if now < until && goes_on(awake, pace) => {
                Phase::Napping { awake, way, until }
            }
            // The pace has changed, or it is time to see how it would be without.
            Phase::Napping { .. } => Phase::Awake { trial_from: now },
        };
    }

    /// Small reads that come closer to each other than naps would put them.
    fn is_worth_a_trial(&self, pace: Pace) -> bool {
        let between = Duration::from_secs_f64(1.0 / pace.reads_per_s.max(1.0));
        #[expect(clippy::cast_precision_loss, reason = "a constant")]
        let small = SMALL as f64;
        between < self.ways[0].length && pace.bytes_per_s < small * pace.reads_per_s
    }
}

/// Whether naps are worth it: about as many bytes in far fewer reads.
fn pays(awake: Pace, napping: Pace) -> bool {
    napping.bytes_per_s >= awake.bytes_per_s * BYTES_KEPT
        && napping.reads_per_s <= awake.reads_per_s * READS_LEFT
}

/// Whether a line is still what naps were found worth it for. Senders are not steady.
fn goes_on(awake: Pace, napping: Pace) -> bool {
    napping.bytes_per_s >= awake.bytes_per_s * BYTES_LEFT
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: usize = 150;

    /// A sender.
    struct Line {
        /// Messages per second.
        rate: f64,
        /// Messages that may be unacknowledged.
        window: f64,
    }

    const UNLIMITED: f64 = 1e12;

    /// Reads a line for so long: how many messages and reads there were per second. A read takes 5
    /// microseconds, after which all is acknowledged unless that is held back; a nap takes 60
    /// longer than it should.
    fn run(coalescing: &mut Coalescing, from: Instant, line: &Line, seconds: f64) -> (f64, f64) {
        let (mut time, mut sent, mut read, mut reads) = (0.0, 0.0_f64, 0.0, 0.0);
        let (mut acknowledged, mut held) = (0.0, false);
        while time < seconds {
            let mut step: f64 = 5e-6;
            let come = sent.floor() - read;
            if come < 1.0 && held {
                held = false;
            } else if come < 1.0 {
                step = (1.0 - (sent - read)) / line.rate + 1e-9;
            } else {
                read += come;
                reads += 1.0;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a small number"
                )]
                let bytes = come as usize * MESSAGE;
                let now = from + Duration::from_secs_f64(time);
                let nap = coalescing.read(bytes, now);
                held = !held && nap.is_some_and(|nap| nap.holds_answers);
                if let Some(nap) = nap {
                    step += nap.length.as_secs_f64() + 60e-6;
                }
            }
            if !held {
                acknowledged = read;
            }
            time += step;
            sent = f64::min(sent + step * line.rate, acknowledged + line.window);
        }
        (read / seconds, reads / seconds)
    }

    fn check(qos: u8, line: &Line, least_rate: f64, most_reads_per_s: f64) {
        let start = Instant::now();
        let mut coalescing = Coalescing::new(qos, start);
        let (rate, reads) = run(&mut coalescing, start, line, 5.0);
        assert!(rate >= least_rate, "{rate} messages per second");
        assert!(reads <= most_reads_per_s, "{reads} reads per second");
    }

    #[test]
    fn a_stream_of_single_messages_is_read_in_far_fewer_reads() {
        let line = |rate| Line {
            rate,
            window: UNLIMITED,
        };
        check(1, &line(50_000.0), 49_000.0, 6_500.0);
        check(0, &line(50_000.0), 49_000.0, 2_500.0);
        check(1, &line(10_000.0), 9_800.0, 6_000.0);
    }

    #[test]
    fn a_sender_that_waits_for_acknowledgements_is_not_held_up() {
        // In 200 microseconds it could send more than its window.
        let line = Line {
            rate: 400_000.0,
            window: 20.0,
        };
        check(1, &line, 380_000.0, f64::INFINITY);
    }

    #[test]
    fn acknowledgements_are_held_back_where_the_window_is_wide_enough() {
        // Ten come in a nap.
        for (window, expected) in [(1_000.0, 0), (13.0, 1), (5.0, 2)] {
            let start = Instant::now();
            let mut coalescing = Coalescing::new(1, start);
            let rate = 50_000.0;
            let line = Line { rate, window };
            let (read, _) = run(&mut coalescing, start, &line, 0.5);
            assert!(read >= 0.8 * rate, "{read} messages per second");
            let Phase::Napping { way, .. } = coalescing.phase else {
                panic!("{:?} with {window}", coalescing.phase);
            };
            assert_eq!(way, expected, "{window}");
        }
    }

    #[test]
    fn there_is_no_nap_on_a_quiet_line_or_where_reads_are_large() {
        let start = Instant::now();
        for (gap, bytes) in [
            (Duration::from_millis(2), MESSAGE),
            (PERIOD / 100, SMALL * 4),
        ] {
            let mut coalescing = Coalescing::new(0, start);
            for read in 1..10_000 {
                assert_eq!(coalescing.read(bytes, start + gap * read), None);
            }
        }
    }

    #[test]
    fn naps_end_soon_after_the_line_goes_quiet() {
        let start = Instant::now();
        let mut coalescing = Coalescing::new(1, start);
        let line = Line {
            rate: 50_000.0,
            window: UNLIMITED,
        };
        // It may end while naps are questioned.
        let mut at = start;
        for _ in 0..10 {
            run(&mut coalescing, at, &line, 0.055);
            at += Duration::from_millis(55);
        }
        assert!(matches!(coalescing.phase, Phase::Napping { .. }));
        let naps = (1..100)
            .filter(|second| {
                let now = at + Duration::from_secs(*second);
                coalescing.read(MESSAGE, now).is_some()
            })
            .count();
        assert!(naps <= 1, "{naps} naps");
    }
}
