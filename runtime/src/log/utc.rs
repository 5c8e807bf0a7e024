//! Times in the log.

use crate::value::calendar::Civil;
use std::fmt;
use std::time::SystemTime;

/// Seconds in a day.
const DAY: u64 = 86_400;

/// A time in RFC 3339 with milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Utc(pub SystemTime);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self
            .0
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let (days, of_day) = (since.as_secs() / DAY, since.as_secs() % DAY);
        let days = i64::try_from(days).expect("all seconds that there can be are fewer days");
        let Civil { year, month, day } = Civil::from_days(days);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
            of_day / 3600,
            of_day / 60 % 60,
            of_day % 60,
            since.subsec_millis()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn times_are_written_in_rfc3339() {
        let cases = [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_001, "2000-02-29T00:00:00.001Z"),
            (951_868_799_999, "2000-02-29T23:59:59.999Z"),
            (1_795_343_400_000, "2026-11-22T10:30:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ];
        for (milliseconds, expected) in cases {
            let time = SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds);
            assert_eq!(Utc(time).to_string(), expected);
        }
    }
}
