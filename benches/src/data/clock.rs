//! The times in generated messages: they pass as messages come in.

use super::random::Random;
use std::fmt::{self, Display, Formatter};

/// Milliseconds since the first of the month. After thirty days it is the first again.
#[derive(Clone, Copy, Debug)]
pub struct Clock(u64);

impl Clock {
    /// The time of the first message.
    pub fn new() -> Self {
        Self(36_930_123)
    }

    /// Lets a second pass, more or less.
    pub fn tick(&mut self, random: &mut Random) -> Self {
        self.0 += random.below(2000);
        *self
    }

    /// A moment later.
    pub fn plus_ms(self, later_ms: u64) -> Self {
        Self(self.0 + later_ms)
    }

    /// Seconds since 1970.
    pub fn unix_s(self) -> u64 {
        // 2026-11-01T00:00:00Z
        1_793_491_200 + self.0 / 1000
    }
}

/// RFC 3339 with milliseconds.
impl Display for Clock {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (ms, seconds) = (self.0 % 1000, self.0 / 1000);
        let (day, hour) = (1 + seconds / 86400 % 30, seconds / 3600 % 24);
        let (minute, second) = (seconds / 60 % 60, seconds % 60);
        write!(
            f,
            "2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z"
        )
    }
}
