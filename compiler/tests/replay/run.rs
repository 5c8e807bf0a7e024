//! Runs a pipeline's programs on messages as the replay of a binary does.

use laminar_runtime::encode::Rows;
use laminar_runtime::error::{Place, RowError};
use laminar_runtime::message::{Message, Properties};
use laminar_runtime::program::{Program, Report};
use laminar_runtime::spec::{
    CompressedSpec, FileContent, FilesSpec, PipelineSpec, SinkKind, SinkSpec, TableSpec,
};
use laminar_runtime::topic::Filter;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A message as `messages.jsonl` has it.
#[derive(Clone)]
pub struct Recorded {
    /// Its topic.
    pub topic: String,
    /// Its bytes.
    pub payload: Vec<u8>,
    qos: u8,
    retain: bool,
    user_properties: Vec<(String, String)>,
}

impl Recorded {
    /// Reads a line.
    pub fn parse(line: &str) -> Self {
        let record: Value = serde_json::from_str(line).expect("a message is a JSON object");
        let text = |value: &Value| value.as_str().expect("a string").to_owned();
        let properties = record["user_properties"].as_object().into_iter().flatten();
        Self {
            topic: text(&record["topic"]),
            payload: match record.get("payload_base64") {
                Some(encoded) => base64(&text(encoded)),
                // what is no text stands for itself
                None => match &record["payload"] {
                    Value::String(text) => text.clone().into_bytes(),
                    value => value.to_string().into_bytes(),
                },
            },
            qos: u8::try_from(record["qos"].as_u64().unwrap_or(1)).expect("0, 1 or 2"),
            retain: record["retain"].as_bool().unwrap_or(false),
            user_properties: properties
                .map(|(key, value)| (key.clone(), text(value)))
                .collect(),
        }
    }
}

impl Recorded {
    /// What `take` makes of it as the message with this index.
    #[allow(dead_code, reason = "not all that run pipelines need it")]
    pub fn with<T>(&self, index: usize, take: impl FnOnce(&Message<'_>) -> T) -> T {
        let properties: Vec<_> = self
            .user_properties
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        take(&message(self, index, &properties))
    }
}

/// Decodes Base64 (RFC 4648).
fn base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| -> u32 {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            other => panic!("{other} is no digit of Base64"),
        };
        value.into()
    };
    let decoded = text
        .trim_end_matches('=')
        .as_bytes()
        .chunks(4)
        .flat_map(|digits| {
            let bits = digits.iter().fold(0, |bits, &byte| bits << 6 | digit(byte));
            let bytes = (bits << (6 * (4 - digits.len()))).to_be_bytes();
            bytes[1..digits.len()].to_vec()
        });
    decoded.collect()
}

/// A pipeline at work.
pub struct Pipeline<'p> {
    spec: &'p PipelineSpec,
    /// A program for each table.
    programs: Vec<Box<dyn Program>>,
}

impl<'p> Pipeline<'p> {
    /// As a binary runs it.
    pub fn new(spec: &'p PipelineSpec) -> Self {
        let programs = spec.tables.iter().map(|table| (table.program)());
        Self::of(spec, programs.collect())
    }

    /// With these programs, one for each table.
    pub fn of(spec: &'p PipelineSpec, programs: Vec<Box<dyn Program>>) -> Self {
        assert_eq!(spec.tables.len(), programs.len());
        Self { spec, programs }
    }

    /// The rows of all sinks and what was rejected, a line each, in order. Rows of sinks other
    /// than standard output stand under the sink's name.
    pub fn run(&mut self, messages: &[Recorded]) -> String {
        let mut text = String::new();
        for (index, recorded) in messages.iter().enumerate() {
            for (table, program) in self.spec.tables.iter().zip(&mut self.programs) {
                if receives(table, &recorded.topic) {
                    let sinks = self.spec.sinks;
                    text.push_str(&process(sinks, table, program.as_mut(), recorded, index));
                }
            }
        }
        text
    }

    /// The rows of each sink as it gets them.
    #[allow(dead_code, reason = "each test binary uses a part of it")]
    pub fn rows_by_sink(&mut self, messages: &[Recorded]) -> Vec<Vec<u8>> {
        let mut all = vec![Vec::new(); self.spec.sinks.len()];
        for (index, recorded) in messages.iter().enumerate() {
            for (table, program) in self.spec.tables.iter().zip(&mut self.programs) {
                if receives(table, &recorded.topic) {
                    let (sinks, mut rejections) = (self.spec.sinks, Rejections::of(table, index));
                    let program = program.as_mut();
                    let outputs = outputs(sinks, table, program, recorded, &mut rejections);
                    for (all, rows) in all.iter_mut().zip(outputs) {
                        all.extend_from_slice(&rows.bytes);
                    }
                }
            }
        }
        all
    }
}

/// The rows that one table makes of one message, for each sink.
fn outputs(
    sinks: &[SinkSpec],
    table: &TableSpec,
    program: &mut dyn Program,
    recorded: &Recorded,
    rejections: &mut Rejections<'_>,
) -> Vec<Rows> {
    let properties: Vec<_> = recorded
        .user_properties
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    let message = message(recorded, rejections.index, &properties);
    let sink_of: Vec<_> = table.flows.iter().map(|flow| flow.sink).collect();
    let mut outputs: Vec<_> = sinks.iter().map(|_| Rows::default()).collect();
    program.process(&[message], &sink_of, &mut outputs, rejections);
    outputs
}

/// What one table makes of one message.
fn process(
    sinks: &[SinkSpec],
    table: &TableSpec,
    program: &mut dyn Program,
    recorded: &Recorded,
    index: usize,
) -> String {
    let mut rejections = Rejections::of(table, index);
    let outputs = outputs(sinks, table, program, recorded, &mut rejections);
    let mut text = String::new();
    for (sink, rows) in sinks.iter().zip(&outputs) {
        for (number, row) in rows.iter().enumerate() {
            let key = String::from_utf8_lossy(rows.key(number));
            let name = match (&*key, &sink.kind) {
                (_, SinkKind::Mqtt { topic, .. }) if topic.len() > 1 => {
                    let parts: Vec<&str> = rows.topics.of_row(number, topic.len() - 1).collect();
                    format!("{} on {}", sink.name, parts.join(" "))
                }
                ("", _) => sink.name.to_owned(),
                (key, _) => format!("{} in {key}", sink.name),
            };
            text.push_str(&line(&name, &sink.kind, row));
        }
    }
    text + &rejections.text
}

fn message<'m>(
    recorded: &'m Recorded,
    index: usize,
    properties: &'m [(&'m str, &'m str)],
) -> Message<'m> {
    let seconds = 1_795_000_000 + i64::try_from(index).expect("few messages");
    Message {
        qos: recorded.qos,
        retain: recorded.retain,
        received_at_us: seconds * 1_000_000,
        properties: Properties {
            replayed: properties,
            ..Properties::default()
        },
        ..Message::new(&recorded.topic, &recorded.payload)
    }
}

/// Whether a topic is one of the table's.
pub fn receives(table: &TableSpec, topic: &str) -> bool {
    let filters = table.topics.iter().map(|filter| Filter::parse(filter));
    filters
        .into_iter()
        .any(|filter| filter.expect("a checked filter").matches(topic))
}

/// The row as text, checked to be one line of JSON.
fn line(sink: &str, kind: &SinkKind, row: &[u8]) -> String {
    let row = std::str::from_utf8(row).expect("rows are UTF-8");
    if let SinkKind::Csv { header, .. }
    | SinkKind::Table { header, .. }
    | SinkKind::Files(FilesSpec {
        content:
            FileContent::Csv { header }
            | FileContent::Compressed(CompressedSpec {
                header: Some(header),
                ..
            }),
        ..
    }) = kind
    {
        let row = row.trim_end_matches('\n');
        return format!(
            "{{{}:{}}}\n",
            json!(sink),
            json!({ header.trim_end(): row })
        );
    }
    let value: Result<Value, _> = serde_json::from_str(row);
    assert!(
        value.is_ok_and(|value| value.is_object()),
        "not a JSON object: {row}"
    );
    match kind {
        SinkKind::Stdout => row.to_owned(),
        SinkKind::Blackhole
        | SinkKind::File { .. }
        | SinkKind::Csv { .. }
        | SinkKind::Table { .. }
        | SinkKind::Files(_)
        | SinkKind::Mqtt { .. }
        | SinkKind::Webhook(_) => {
            format!("{{{}:{}}}\n", json!(sink), row.trim_end())
        }
    }
}

struct Rejections<'t> {
    table: &'t TableSpec,
    index: usize,
    text: String,
}

impl<'t> Rejections<'t> {
    fn of(table: &'t TableSpec, index: usize) -> Self {
        Self {
            table,
            index,
            text: String::new(),
        }
    }
}

impl Rejections<'_> {
    fn line(&mut self, value: &Value) {
        writeln!(self.text, "{value}").expect("a String takes it");
    }

    fn add(&mut self, flow: Option<&str>, error: RowError) {
        let place = match error.place {
            Place::Payload { .. } => json!("payload"),
            Place::Column { column, .. } => json!(self.table.columns[usize::from(column)].name),
            Place::Expression { site } => {
                let site = self.table.sites[usize::from(site)];
                json!(format!("{}:{} {}", site.line, site.column, site.text))
            }
        };
        let rejected = json!({
            "message": self.index + 1,
            "flow": flow,
            "reason": error.reason.name(),
            "at": place,
        });
        self.line(&json!({ "rejected": rejected }));
    }
}

impl Report for Rejections<'_> {
    fn message_rejected(&mut self, _: usize, error: RowError) {
        self.add(None, error);
    }

    fn row_rejected(&mut self, _: usize, flow: usize, error: RowError) {
        self.add(Some(self.table.flows[flow].name), error);
    }

    fn flow_done(&mut self, _: usize, _: u64, _: u64) {}

    fn empty(&mut self, count: u64) {
        if count > 0 {
            self.line(&json!({ "empty": self.index + 1 }));
        }
    }
}
