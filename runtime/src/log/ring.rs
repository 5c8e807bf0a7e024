//! The last lines of the log.

use super::{Origin, Utc};
use crate::encode::Rows;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use tracing::Level;

/// A line of the log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When.
    pub time: SystemTime,
    /// How severe.
    pub level: Level,
    /// From which part of the pipeline.
    pub origin: Origin,
    /// What, without control characters.
    pub message: Box<str>,
}

impl Entry {
    /// Appends it as a JSON line.
    pub fn write(&self, rows: &mut Rows) {
        let mut row = rows.row();
        row.field("{\"timestamp\":", Utc(self.time).to_string().as_str());
        row.field(",\"level\":", self.level.as_str());
        row.field(",\"connector\":", self.origin.connector);
        row.field(",\"connection\":", self.origin.connection);
        row.field(",\"message\":", &*self.message);
        row.raw("}");
        row.end();
    }
}

/// The last lines of the log, so many and so many bytes of them at most.
#[derive(Debug, Default)]
pub struct LogRing {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<Arc<Entry>>,
    /// Bytes of their messages.
    bytes: usize,
}

/// Lines that are kept …
pub const LINES: usize = 10_000;
/// … and bytes of their messages, at most.
pub const BYTES: usize = 4 << 20;
/// What of a longer message is kept.
pub const LINE_BYTES: usize = 8 << 10;

impl LogRing {
    /// Keeps a line, and forgets the oldest ones where there are too many.
    pub(super) fn push(&self, mut entry: Entry) {
        if entry.message.len() > LINE_BYTES {
            let end = entry.message.floor_char_boundary(LINE_BYTES);
            entry.message = format!("{}…", &entry.message[..end]).into();
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += entry.message.len();
        kept.entries.push_back(Arc::new(entry));
        while kept.entries.len() > LINES || kept.bytes > BYTES {
            let oldest = kept.entries.pop_front();
            kept.bytes -= oldest.map_or(0, |oldest| oldest.message.len());
        }
    }

    /// What is kept, the oldest first.
    pub fn entries(&self) -> Vec<Arc<Entry>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.entries.iter().map(Arc::clone).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(message: String) -> Entry {
        Entry {
            time: SystemTime::UNIX_EPOCH,
            level: Level::WARN,
            origin: Origin {
                connector: Some("mqtt_source"),
                connection: None,
            },
            message: message.into(),
        }
    }

    #[test]
    fn the_last_lines_are_kept() {
        let ring = LogRing::default();
        for number in 0..LINES + 5 {
            ring.push(entry(number.to_string()));
        }
        let kept = ring.entries();
        assert_eq!(kept.len(), LINES);
        assert_eq!(&*kept[0].message, "5");
        assert_eq!(&*kept[LINES - 1].message, (LINES + 4).to_string());
    }

    #[test]
    fn long_lines_take_no_more_memory() {
        let ring = LogRing::default();
        for _ in 0..2_000 {
            ring.push(entry("ü".repeat(LINE_BYTES)));
        }
        let kept = ring.entries();
        let bytes: usize = kept.iter().map(|entry| entry.message.len()).sum();
        assert!(bytes <= BYTES && bytes > BYTES - 2 * LINE_BYTES, "{bytes}");
        assert!(kept[0].message.ends_with("ü…"));
    }

    #[test]
    fn lines_are_json() {
        let mut rows = Rows::default();
        entry("a \"b\"".into()).write(&mut rows);
        let expected = "{\"timestamp\":\"1970-01-01T00:00:00.000Z\",\"level\":\"WARN\",\
                        \"connector\":\"mqtt_source\",\"connection\":null,\
                        \"message\":\"a \\\"b\\\"\"}\n";
        assert_eq!(String::from_utf8_lossy(&rows.bytes), expected);
    }
}
