//! Log lines about bad messages, few of each kind.

use crate::error::{Place, Reason, RowError};
use crate::log::Excerpt;
use crate::message::Message;
use crate::rate_limit::RateLimit;
use crate::samples::{Rejected, Samples};
use crate::spec::{ColumnSpec, PipelineSpec, TableSpec};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Tells about bad messages. A kind is a table and a reason; its limit is for all workers of the
/// process, each of which has a clone of this.
#[derive(Clone, Debug)]
pub struct BadMessages {
    tables: &'static [TableSpec],
    limits: Arc<Mutex<Vec<RateLimit>>>,
    /// Where some are kept for whoever looks; None: nobody can.
    samples: Option<Arc<Samples>>,
    /// Whether this worker has left something out that may not be reported yet.
    holds_back: bool,
}

impl BadMessages {
    /// For the tables of a pipeline.
    pub fn new(spec: &PipelineSpec, samples: Option<Arc<Samples>>) -> Self {
        let kinds = spec.tables.len() * Reason::ALL.len();
        let limits = (0..kinds).map(|_| RateLimit::default()).collect();
        Self {
            tables: spec.tables,
            limits: Arc::new(Mutex::new(limits)),
            samples,
            holds_back: false,
        }
    }

    /// Logs a bad message, or counts it where there were too many of its kind.
    pub fn log(&mut self, table: usize, message: &Message<'_>, error: RowError, now: Instant) {
        let kind = table * Reason::ALL.len() + error.reason as usize;
        self.show(table, message, error, now);
        let limit = &mut lock(&self.limits)[kind];
        if limit.due().is_some_and(|due| due <= now) {
            self.report(kind, limit);
        }
        if limit.admit(now) {
            tracing::warn!("{}", describe(&self.tables[table], message, error));
        } else {
            self.holds_back = true;
        }
    }

    /// Keeps a bad message for whoever looks, unless one came a moment ago.
    fn show(&self, table: usize, message: &Message<'_>, error: RowError, now: Instant) {
        let samples = self.samples.as_ref();
        let Some(samples) = samples.filter(|samples| samples.is_rejected_due(now)) else {
            return;
        };
        let table = &self.tables[table];
        let (offset, payload) = split(message.payload.bytes(), error);
        let rejected = Rejected {
            received_at_us: message.received_at_us,
            table: table.name,
            topic: Excerpt(message.topic.as_bytes()).to_string(),
            // what stands there is shown below it
            why: why(table, message, error),
            offset,
            payload,
        };
        samples.note_rejected(rejected, now);
    }

    /// When the next count of what was left out should be logged.
    pub fn due(&self) -> Option<Instant> {
        if !self.holds_back {
            return None;
        }
        lock(&self.limits).iter().filter_map(RateLimit::due).min()
    }

    /// Logs what was left out and is due; at the end (no time given) all of it.
    pub fn tick(&mut self, now: Option<Instant>) {
        if !self.holds_back {
            return;
        }
        let mut limits = lock(&self.limits);
        for (kind, limit) in limits.iter_mut().enumerate() {
            let due = limit.due();
            if due.is_some_and(|due| now.is_none_or(|now| due <= now)) {
                self.report(kind, limit);
            }
        }
        self.holds_back = limits.iter().any(|limit| limit.due().is_some());
    }

    fn report(&self, kind: usize, limit: &mut RateLimit) {
        let table = self.tables[kind / Reason::ALL.len()].name;
        let reason = Reason::ALL[kind % Reason::ALL.len()];
        let count = limit.take_left_out();
        let messages = if count == 1 { "message" } else { "messages" };
        tracing::warn!("table `{table}`: {count} more bad {messages} like these: {reason}");
    }
}

fn lock(limits: &Mutex<Vec<RateLimit>>) -> MutexGuard<'_, Vec<RateLimit>> {
    limits.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One line about a bad message.
pub fn describe(table: &TableSpec, message: &Message<'_>, error: RowError) -> String {
    let topic = match message.topic {
        "" => "without a topic".to_owned(),
        topic => format!("on `{}`", Excerpt(topic.as_bytes())),
    };
    let why = explain(table, message, error);
    format!("table `{}`: bad message {topic}: {why}", table.name)
}

/// Why a message is bad, where, and what stands there.
pub fn explain(table: &TableSpec, message: &Message<'_>, error: RowError) -> String {
    let why = why(table, message, error);
    let known = |column: u16| table.columns.get(usize::from(column)).is_some();
    match error.place {
        Place::Payload { .. } if error.reason == Reason::Oversized => why,
        Place::Column { column, .. } if !known(column) => why,
        Place::Payload { offset } | Place::Column { offset, .. } => {
            format!("{why}: {}", around(message.payload.bytes(), offset))
        }
        Place::Expression { .. } => why,
    }
}

/// Why a message is bad, and where.
fn why(table: &TableSpec, message: &Message<'_>, error: RowError) -> String {
    let reason = error.reason.to_string();
    match error.place {
        Place::Payload { .. } if error.reason == Reason::Oversized => reason,
        Place::Payload { offset } => format!("{reason}, at byte {offset}"),
        Place::Column { column, offset } => {
            let Some(ColumnSpec { name, sql_type }) = table.columns.get(usize::from(column)) else {
                return reason;
            };
            let what = match Found::at(message.payload.bytes(), offset) {
                Some(found) if error.reason == Reason::WrongKind => {
                    let (kind, hint) = (found.kind, found.hint(sql_type));
                    format!("column `{name}` is {sql_type}, found {kind}{hint}")
                }
                Some(_) | None => format!("{reason}, column `{name}` ({sql_type})"),
            };
            format!("{what}, at byte {offset}")
        }
        Place::Expression { site } => match table.sites.get(usize::from(site)) {
            Some(site) => {
                let (line, column, text) = (site.line, site.column, site.text);
                format!("{reason}, in `{text}` (line {line}:{column} of the SQL)")
            }
            None => reason,
        },
    }
}

/// A JSON value in a payload.
struct Found<'m> {
    kind: &'static str,
    /// The bytes of a string.
    text: &'m [u8],
}

impl<'m> Found<'m> {
    /// The value at `offset`, which for a string may be behind its opening quote.
    fn at(payload: &'m [u8], offset: u32) -> Option<Self> {
        let offset = usize::try_from(offset).ok()?;
        let before = offset.checked_sub(1).and_then(|at| payload.get(at));
        let start = if before == Some(&b'"') {
            offset - 1
        } else {
            offset
        };
        let (first, rest) = payload.get(start..)?.split_first()?;
        let kind = match first {
            b'"' => "a string",
            b'{' => "an object",
            b'[' => "an array",
            b't' | b'f' => "a boolean",
            b'-' | b'0'..=b'9' => "a number",
            _ => return None,
        };
        let text = match first {
            b'"' => rest.split(|&byte| byte == b'"').next().unwrap_or_default(),
            _ => &[],
        };
        Some(Self { kind, text })
    }

    /// What helps where the string holds a number and the column wants one.
    fn hint(&self, sql_type: &str) -> &'static str {
        let wants_number = ["TINYINT", "SMALLINT", "INT", "BIGINT", "REAL", "DOUBLE"]
            .iter()
            .any(|number| sql_type.starts_with(number));
        let number = std::str::from_utf8(self.text).map(str::parse::<f64>);
        if wants_number && matches!(number, Ok(Ok(_))) {
            " with a number in it (declare the column TEXT and CAST it)"
        } else {
            ""
        }
    }
}

/// Bytes of a payload that are kept before the place of an error, and behind it.
const KEPT_BEFORE: usize = 200;
const KEPT_BEHIND: usize = 200;

/// The place of an error in a payload, and what stands before it and behind.
fn split(payload: &[u8], error: RowError) -> (Option<usize>, (String, String)) {
    let offset = match error.place {
        Place::Payload { offset } | Place::Column { offset, .. } => usize::try_from(offset).ok(),
        Place::Expression { .. } => None,
    };
    let at = offset.unwrap_or_default().min(payload.len());
    let start = character_start(payload, at.saturating_sub(KEPT_BEFORE));
    let end = character_start(payload, (at + KEPT_BEHIND).min(payload.len()));
    let before = if start > 0 { "…" } else { "" };
    let behind = if end < payload.len() { "…" } else { "" };
    let parts = (
        format!("{before}{}", Excerpt(&payload[start..at])),
        format!("{}{behind}", Excerpt(&payload[at..end])),
    );
    (offset, parts)
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
    use crate::spec::{BadData, DeclaredSpec, SettingsSpec, SiteSpec};

    const TABLE: TableSpec = TableSpec {
        name: "t",
        connection: 0,
        topics: &[],
        qos: 0,
        batch_size: 1,
        batch_timeout_ms: 1,
        bad_data: BadData::Drop,
        columns: &[ColumnSpec::new("a", "TEXT"), ColumnSpec::new("b", "DOUBLE")],
        sites: &[SiteSpec {
            line: 3,
            column: 8,
            text: "a / b",
        }],
        flows: &[],
        declared: DeclaredSpec::json(&[]),
        history: None,
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
                RowError::column(Reason::OutOfRange, 1, 5),
                "table `t`: bad message on `x\\ny`: a value out of the column's range, column `b` \
                 (DOUBLE), at byte 5: {\"b\": tru\\u{0}}",
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
    fn a_wrong_kind_is_told_with_what_was_found() {
        let cases = [
            (0, "1.5", "column `a` is TEXT, found a number, at byte 5: "),
            (1, "true", "column `b` is DOUBLE, found a boolean, at"),
            (1, "[1]", "column `b` is DOUBLE, found an array, at"),
            (1, "{}", "column `b` is DOUBLE, found an object, at"),
            (1, "\"x\"", "column `b` is DOUBLE, found a string, at"),
            (
                1,
                "\"-1e3\"",
                "column `b` is DOUBLE, found a string with a number in it (declare the column \
                 TEXT and CAST it), at",
            ),
        ];
        for (column, value, expected) in cases {
            let payload = format!("{{\"x\":{value}}}");
            let message = Message::new("", payload.as_bytes());
            // The offset of a string is that of its text.
            let offset = if value.starts_with('"') { 6 } else { 5 };
            let error = RowError::column(Reason::WrongKind, column, offset);
            let told = describe(&TABLE, &message, error);
            let start = format!("table `t`: bad message without a topic: {expected}");
            assert!(told.starts_with(&start), "{told}");
        }
    }

    #[test]
    fn workers_share_the_limits() {
        static PIPELINE: PipelineSpec = PipelineSpec {
            name: "p",
            sql: "",
            sql_hash: "",
            compiler_version: "",
            settings: SettingsSpec::DEFAULT,
            connections: &[],
            tables: &[TABLE],
            sinks: &[],
        };
        let mut workers = vec![BadMessages::new(&PIPELINE, None); 3];
        let error = RowError::payload(Reason::Syntax, 0);
        let (message, now) = (Message::new("x", b"bad"), Instant::now());
        for worker in &mut workers {
            worker.log(0, &message, error, now);
        }
        let due = |workers: &[BadMessages]| workers.iter().map(BadMessages::due).max().flatten();
        assert_eq!(due(&workers), None, "three lines pass, one of each");
        workers[1].log(0, &message, error, now);
        let after = workers[1].due().expect("one was left out");
        assert!(
            workers[0].due().is_none(),
            "who left nothing out need not wake up"
        );
        workers[1].tick(Some(after));
        assert_eq!(due(&workers), None, "it is reported once");
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
