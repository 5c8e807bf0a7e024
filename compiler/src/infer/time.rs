//! Numbers that are times: by their size, which tells the unit, and by the name of their key.

use super::observed::Numbers;

/// The unit of a number that is a time since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

/// The plausible times: 2001-09-09 to 2099-12-31, in seconds. A thousand times as much is beyond
/// it, so no number is plausible in two units.
const PLAUSIBLE: std::ops::Range<f64> = 1e9..4_102_444_800.0;

impl Unit {
    const ALL: [Self; 4] = [
        Self::Seconds,
        Self::Milliseconds,
        Self::Microseconds,
        Self::Nanoseconds,
    ];

    /// The unit in which all numbers are plausible times; 0 may stand for "never".
    pub(super) fn of(numbers: &Numbers) -> Option<Self> {
        let (least, greatest) = numbers.nonzero?;
        let all_read = numbers.exponents == 0 && numbers.infinite == 0;
        let fits = |unit: &Self| {
            let seconds = |number: f64| number / unit.per_second();
            PLAUSIBLE.contains(&seconds(least)) && PLAUSIBLE.contains(&seconds(greatest))
        };
        Self::ALL.into_iter().find(fits).filter(|_| all_read)
    }

    fn per_second(self) -> f64 {
        match self {
            Self::Seconds => 1.0,
            Self::Milliseconds => 1e3,
            Self::Microseconds => 1e6,
            Self::Nanoseconds => 1e9,
        }
    }

    /// What FORMAT calls it.
    pub(super) fn format(self) -> &'static str {
        match self {
            Self::Seconds => "unix_s",
            Self::Milliseconds => "unix_ms",
            Self::Microseconds => "unix_us",
            Self::Nanoseconds => "unix_ns",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
            Self::Nanoseconds => "nanoseconds",
        }
    }
}

/// The day of a plausible time.
pub(super) fn day(number: f64, unit: Unit) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "days of this century"
    )]
    let days = (number / unit.per_second() / 86_400.0) as u32;
    // counted from 0000-03-01, so that a leap day ends its year
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let leap_days = day_of_era / 1460 + day_of_era / 146_096 - day_of_era / 36_524;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    format!(
        "{:04}-{month:02}-{day:02}",
        era * 400 + year_of_era + next_year
    )
}

/// Words in the names of times.
const WORDS: &[&str] = &[
    "time",
    "timestamp",
    "datetime",
    "date",
    "ts",
    "tst",
    "tsi",
    "dt",
    "at",
    "epoch",
    "utc",
    "unixtime",
    "clock",
    "created",
    "updated",
    "update",
    "modified",
    "changed",
    "seen",
    "lastseen",
    "since",
    "until",
    "expires",
    "expiry",
    "expiration",
    "eta",
    "etd",
    "start",
    "started",
    "end",
    "ended",
    "sent",
    "received",
    "sunrise",
    "sunset",
    "when",
    "last",
];

/// Whether the name of a key says that a time is behind it.
pub(super) fn is_about_time(key: &str) -> bool {
    words(key).iter().any(|word| WORDS.contains(&word.as_str()))
}

/// The words of `lastSeen`, `last_seen` and `last-seen`, in lower case.
pub(super) fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_is_lower = false;
    for c in key.chars() {
        let starts = !c.is_alphabetic() || (c.is_uppercase() && before_is_lower);
        if starts {
            words.push(String::new());
        }
        if c.is_alphabetic() {
            words
                .last_mut()
                .expect("there is one")
                .extend(c.to_lowercase());
        }
        before_is_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let cases = [
            (951_782_400.0, "2000-02-29"),
            (951_868_800.0, "2000-03-01"),
            (1_709_164_800.0, "2024-02-29"),
            (1_767_225_599.0, "2025-12-31"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(day(seconds, Unit::Seconds), expected);
            assert_eq!(day(seconds * 1e3, Unit::Milliseconds), expected);
        }
    }

    #[test]
    fn names_of_times_are_known() {
        for key in [
            "ts",
            "lastSeen",
            "created_at",
            "createdAt",
            "frame_time",
            "unixtime",
            "TS",
        ] {
            assert!(is_about_time(key), "{key}");
        }
        for key in [
            "uptime",
            "temperature",
            "state",
            "imo",
            "mmsi",
            "format",
            "bits",
            "",
        ] {
            assert!(!is_about_time(key), "{key}");
        }
    }
}
