//! `history`: which of a table's last messages are kept for those who ask.

use super::Binder;
use super::files::bytes;
use super::interval;
use super::options::Options;
use crate::diagnostics::{Diagnostic, code};
use crate::ir::limits::{HISTORY_AGE_MS, HISTORY_BYTES, HISTORY_LEAST_BYTES};
use crate::ir::logical::{History, Value};

const DEFAULT: History = History {
    max_bytes: HISTORY_BYTES,
    max_age_ms: Some(HISTORY_AGE_MS),
};

impl Binder<'_> {
    /// What is kept of a table.
    pub(super) fn history(&mut self, options: &Options<'_>) -> Option<History> {
        let Some(given) = options.given("history") else {
            return Some(DEFAULT);
        };
        let value = given.span();
        let text = options.text("history")?;
        let Ok(history) = read(&text) else {
            let message = "wrong value for option `history`";
            self.report(
                Diagnostic::new(code::OPTION_VALUE, message, value)
                    .at("expected a length of time, a size of at least 64kB, or `off`")
                    .help("write `history = '10 minutes'`, `'16MB'`, `'10 minutes within 16MB'`"),
            );
            return None;
        };
        history
    }
}

/// It is none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Malformed;

/// A length of time, a size, both, or nothing at all.
fn read(text: &str) -> Result<Option<History>, Malformed> {
    let text = text.trim().to_ascii_lowercase();
    if matches!(text.as_str(), "off" | "0") {
        return Ok(None);
    }
    kept(&text).map(Some).ok_or(Malformed)
}

fn kept(text: &str) -> Option<History> {
    if let Some((age, size)) = text.split_once(" within ") {
        return Some(History {
            max_bytes: size_of(size)?,
            max_age_ms: Some(age_ms(age)?),
        });
    }
    if let Some(max_bytes) = size_of(text) {
        return Some(History {
            max_bytes,
            max_age_ms: None,
        });
    }
    Some(History {
        max_age_ms: Some(age_ms(text)?),
        ..DEFAULT
    })
}

/// A number with a unit: what a bare one counts is not guessed.
fn size_of(text: &str) -> Option<u64> {
    let has_unit = text.ends_with('b');
    bytes(text).filter(|&size| has_unit && size >= HISTORY_LEAST_BYTES)
}

/// The same of time, without months, which have no length.
fn age_ms(text: &str) -> Option<u64> {
    let has_unit = text.contains(|letter: char| letter.is_ascii_alphabetic() || letter == ':');
    let Some(Value::Interval {
        months: 0,
        days,
        micros,
    }) = interval::parse(text).ok().filter(|_| has_unit)
    else {
        return None;
    };
    let age = u64::try_from(interval::size(0, days, micros) / 1_000).ok();
    age.filter(|&age| age > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, max_bytes: u64, max_age_ms: Option<u64>) {
        let expected = History {
            max_bytes,
            max_age_ms,
        };
        assert_eq!(read(text), Ok(Some(expected)), "{text}");
    }

    #[test]
    fn times_and_sizes() {
        check("10 minutes", 4 << 20, Some(600_000));
        check("1 day 00:00:01", 4 << 20, Some(86_401_000));
        check("16MB", 16 << 20, None);
        check("65536 B", 65_536, None);
        check("1 hour within 1 GiB", 1 << 30, Some(3_600_000));
        for off in ["off", "OFF", "0"] {
            assert_eq!(read(off), Ok(None));
        }
    }

    #[test]
    fn what_is_neither() {
        for wrong in [
            "",
            "on",
            "true",
            "90",
            "65536",
            "1 month",
            "-1 minute",
            "1 kB",
            "1 minute within",
            "within 4MB",
            "4MB within 1 minute",
            "1 minute within 90",
        ] {
            assert_eq!(read(wrong), Err(Malformed), "{wrong}");
        }
    }
}
