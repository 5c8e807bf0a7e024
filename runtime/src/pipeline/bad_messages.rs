//! Log lines about bad messages, few of each kind.

use super::logging::Excerpt;
use crate::error::{Place, Reason, RowError};
use crate::message::Message;
use crate::rate_limit::RateLimit;
use crate::spec::{PipelineSpec, TableSpec};
use std::time::Instant;

/// Tells about bad messages. A kind is a table and a reason.
#[derive(Debug)]
pub struct BadMessages {
    tables: &'static [TableSpec],
    limits: Vec<RateLimit>,
    /// Whether any limit has left something out since it was last reported.
    holds_back: bool,
}

impl BadMessages {
    /// For the tables of a pipeline.
    pub fn new(spec: &PipelineSpec) -> Self {
        let kinds = spec.tables.len() * Reason::ALL.len();
        Self {
            tables: spec.tables,
            limits: (0..kinds).map(|_| RateLimit::default()).collect(),
            holds_back: false,
        }
    }

    /// Logs a bad message, or counts it where there were too many of its kind.
    pub fn log(&mut self, table: usize, message: &Message<'_>, error: RowError, now: Instant) {
        let kind = table * Reason::ALL.len() + error.reason as usize;
        if self.limits[kind].due().is_some_and(|due| due <= now) {
            self.report(kind);
        }
        if self.limits[kind].admit(now) {
            tracing::warn!("{}", describe(&self.tables[table], message, error));
        } else {
            self.holds_back = true;
        }
    }

    /// When the next count of what was left out should be logged.
    pub fn due(&self) -> Option<Instant> {
        if !self.holds_back {
            return None;
        }
        self.limits.iter().filter_map(RateLimit::due).min()
    }

    /// Logs what was left out and is due; at the end (no time given) all of it.
    pub fn tick(&mut self, now: Option<Instant>) {
        if !self.holds_back {
            return;
        }
        for kind in 0..self.limits.len() {
            let due = self.limits[kind].due();
            if due.is_some_and(|due| now.is_none_or(|now| due <= now)) {
                self.report(kind);
            }
        }
        self.holds_back = self.limits.iter().any(|limit| limit.due().is_some());
    }

    fn report(&mut self, kind: usize) {
        let table = self.tables[kind / Reason::ALL.len()].name;
        let reason = Reason::ALL[kind % Reason::ALL.len()];
        let count = self.limits[kind].take_left_out();
        let messages = if count == 1 { "message" } else { "messages" };
        tracing::warn!("table `{table}`: {count} more bad {messages} like these: {reason}");
    }
}

/// One line about a bad message.
pub fn describe(table: &TableSpec, message: &Message<'_>, error: RowError) -> String {
    let topic = Excerpt(message.topic.as_bytes());
    let start = format!(
        "table `{}`: bad message on `{topic}`: {}",
        table.name, error.reason
    );
    match error.place {
        Place::Payload { offset } => {
            format!(
                "{start}, at byte {offset}: {}",
                around(message.payload, offset)
            )
        }
        Place::Column { column, offset } => {
            let name = table
                .columns
                .get(usize::from(column))
                .copied()
                .unwrap_or("?");
            let excerpt = around(message.payload, offset);
            format!("{start}, column `{name}`, at byte {offset}: {excerpt}")
        }
        Place::Expression { site } => match table.sites.get(usize::from(site)) {
            Some(site) => {
                let (line, column, text) = (site.line, site.column, site.text);
                format!("{start}, in `{text}` (line {line}:{column} of the SQL)")
            }
            None => start,
        },
    }
}

const BYTES_BEFORE: usize = 24;
const BYTES_BEHIND: usize = 48;

/// The payload around an offset.
fn around(payload: &[u8], offset: u32) -> String {
    let offset = usize::try_from(offset)
        .unwrap_or(usize::MAX)
        .min(payload.len());
    let start = character_start(payload, offset.saturating_sub(BYTES_BEFORE));
    let end = character_start(payload, (offset + BYTES_BEHIND).min(payload.len()));
    let before = if start > 0 { "…" } else { "" };
    let behind = if end < payload.len() { "…" } else { "" };
    format!("{before}{}{behind}", Excerpt(&payload[start..end]))
}

/// The nearest start of a UTF-8 character at or before `at`, so that no character is cut.
fn character_start(payload: &[u8], at: usize) -> usize {
    let is_start = |&at: &usize| payload.get(at).is_none_or(|byte| byte & 0xc0 != 0x80);
    (at.saturating_sub(3)..=at)
        .rev()
        .find(is_start)
        .unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{BadData, SiteSpec};

    const TABLE: TableSpec = TableSpec {
        name: "t",
        connection: 0,
        topics: &[],
        qos: 0,
        batch_size: 1,
        batch_timeout_ms: 1,
        bad_data: BadData::Drop,
        columns: &["a", "b"],
        sites: &[SiteSpec {
            line: 3,
            column: 8,
            text: "a / b",
        }],
        flows: &[],
        program: || unreachable!("nothing runs in these tests"),
    };

    #[test]
    fn a_line_says_what_where_and_shows_it() {
        let expression = RowError {
            reason: Reason::DivisionByZero,
            place: Place::Expression { site: 0 },
        };
        let cases = [
            (
                RowError::payload(Reason::Syntax, 5),
                "table `t`: bad message on `x\\ny`: the payload is not valid JSON, at byte 5: \
                 {\"b\": tru\\u{0}}",
            ),
            (
                RowError::column(Reason::WrongKind, 1, 5),
                "table `t`: bad message on `x\\ny`: a JSON value of the wrong kind, column `b`, \
                 at byte 5: {\"b\": tru\\u{0}}",
            ),
            (
                expression,
                "table `t`: bad message on `x\\ny`: division by zero, in `a / b` (line 3:8 of \
                 the SQL)",
            ),
        ];
        let message = Message::new("x\ny", b"{\"b\": tru\0}");
        for (error, expected) in cases {
            assert_eq!(describe(&TABLE, &message, error), expected);
        }
    }

    #[test]
    fn excerpts_are_short_and_cut_no_character() {
        let umlauts = "ü".repeat(100);
        let cases: [(&[u8], u32, &str); 4] = [
            (b"", 7, ""),
            (b"abc", u32::MAX, "abc"),
            (umlauts.as_bytes(), 0, "üüüüüüüüüüüüüüüüüüüüüüüü…"),
            (umlauts.as_bytes(), 200, "…üüüüüüüüüüüü"),
        ];
        for (payload, offset, expected) in cases {
            assert_eq!(around(payload, offset), expected);
        }
    }
}
