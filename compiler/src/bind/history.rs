//! `history`: which of a table's last messages are kept for those who ask.

use super::Binder;
use super::files::bytes;
use super::interval;
use super::options::Options;
use crate::diagnostics::{Diagnostic, code};
use crate::ir::limits::{HISTORY_AGE_MS, HISTORY_BYTES, HISTORY_LEAST_BYTES};
use crate::ir::logical::{Format, History, Value};

const DEFAULT: History = History {
    max_bytes: HISTORY_BYTES,
    max_age_ms: Some(HISTORY_AGE_MS),
};

impl Binder<'_> {
    /// What is kept of a table of this format.
    pub(super) fn history(
        &mut self,
        options: &mut Options<'_>,
        format: Option<&Format>,
    ) -> Option<History> {
        let is_avro = matches!(format, Some(Format::Avro(_)));
        let Some(given) = options.given("history") else {
            return Some(DEFAULT).filter(|_| !is_avro);
        };
        let value = given.span();
        let text = options.text("history")?;
        let Some(history) = read(&text) else {
            let message = "wrong value for option `history`";
            self.report(
                Diagnostic::new(code::OPTION_VALUE, message, value)
                    .at("expected a length of time, a size of at least 64kB, or `off`")
                    .help("write `history = '10 minutes'`, `'16MB'`, `'10 minutes within 16MB'`"),
            );
            return None;
        };
        if history.is_some() && is_avro {
            let option = options.span("history").expect("it was given");
            options.later(option, "not supported yet for Avro");
        }
        history
    }
}

/// A length of time, a size, both, or nothing at all.
fn read(text: &str) -> Option<Option<History>> {
    let text = text.trim().to_ascii_lowercase();
    if matches!(text.as_str(), "off" | "0") {
        return Some(None);
    }
    if let Some((age, size)) = text.split_once(" within ") {
        let (max_age_ms, max_bytes) = (Some(age_ms(age)?), size_of(size)?);
        return Some(Some(History {
            max_bytes,
            max_age_ms,
        }));
    }
    if let Some(max_bytes) = size_of(&text) {
        return Some(Some(History {
            max_bytes,
            max_age_ms: None,
        }));
    }
    let max_age_ms = Some(age_ms(&text)?);
    Some(Some(History {
        max_age_ms,
        ..DEFAULT
    }))
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

    fn kept(max_bytes: u64, max_age_ms: Option<u64>) -> Option<Option<History>> {
        Some(Some(History {
            max_bytes,
            max_age_ms,
        }))
    }

    #[test]
    fn times_and_sizes() {
        assert_eq!(read("10 minutes"), kept(4 << 20, Some(600_000)));
        assert_eq!(read("1 day 00:00:01"), kept(4 << 20, Some(86_401_000)));
        assert_eq!(read("16MB"), kept(16 << 20, None));
        assert_eq!(read("65536 B"), kept(65_536, None));
        assert_eq!(read("1 hour within 1 GiB"), kept(1 << 30, Some(3_600_000)));
        for off in ["off", "OFF", "0"] {
            assert_eq!(read(off), Some(None));
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
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
