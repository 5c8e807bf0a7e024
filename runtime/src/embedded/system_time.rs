//! TIMESTAMP and the system's clock, which nobody here asks.

use crate::value::{Timestamp, TimestampNanos};
use std::time::{Duration, SystemTime};

impl Timestamp {
    /// The same instant as the system counts; None where it cannot.
    pub fn system_time(self) -> Option<SystemTime> {
        let distance = Duration::from_micros(self.0.unsigned_abs());
        moved(distance, self.0 < 0)
    }
}

impl TimestampNanos {
    /// The same instant as the system counts; None where it cannot.
    pub fn system_time(self) -> Option<SystemTime> {
        let distance = Duration::from_nanos(self.0.unsigned_abs());
        moved(distance, self.0 < 0)
    }
}

fn moved(distance: Duration, before: bool) -> Option<SystemTime> {
    if before {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    }
}

/// To the microsecond; the least or greatest there is for what lies beyond.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let micros = |distance: Duration| i64::try_from(distance.as_micros()).unwrap_or(i64::MAX);
        Self(match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => micros(since),
            Err(before) => -micros(before.duration()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_go_there_and_back() {
        for micros in [0, 1, -1, 1_795_000_000_000_001, -62_135_596_800_000_000] {
            let timestamp = Timestamp(micros);
            let time = timestamp.system_time().expect("the system counts that far");
            assert_eq!(Timestamp::from(time), timestamp);
            if let Some(nanos) = micros.checked_mul(1_000) {
                assert_eq!(TimestampNanos(nanos).system_time(), Some(time));
            }
        }
    }
}
