//! A pipeline written by hand, as a template for reading generated ones, and as the process that
//! the integration tests start. Two tables, `first` and `second`, echo what they receive; the
//! environment says how everything is set up, with these defaults:
//!
//! `MQTT=3.1.1 QOS=1 CLEAN=true KEEP_ALIVE=60 FIRST=first/# SECOND=second/# SINK=stdout` (`file`,
//! `csv`, `table`, `files`, `gzip`, `zstd`, `parquet`, `arrow`, `mqtt`, `blackhole`) `SYNC=true`
//! `BAD_DATA=drop BATCH=1000 MAX_PACKET=1048576 ATTEMPTS=` (no limit) `RETRY_MS=100
//! RETRY_MAX_MS=1000` `DEAD_FORMAT=raw` `CLIENT_ID=` (generated) `RETRIES=3 VERIFY=true
//! PARALLELISM=1 ROTATE_SIZE= ROTATE_S=` (never); `CONTROL` (off), `CONTROL_TOKEN`,
//! `CONTROL_CERT`, `CONTROL_KEY`, `HISTORY` (bytes; none), `HISTORY_MS`, `BROKER`, `USERNAME`,
//! `PASSWORD`, `CA`, `CERT`, `KEY`, `FILE`,
//! `OUT` (on `OUT_BROKER`, where it is given; `<OUT><payload>/row` with `BY_ROW=yes`, `EXPIRY` in
//! seconds, `CONTENT`, `ANSWERS`, `SITE`), `DEAD` (for `BAD_DATA=dead_letter`), and `URL`, `TOKEN`
//! and `WEBHOOK_CA` (for `SINK=webhook` with `ROWS=100 TIMEOUT_MS=5000 FORMAT=json`) are read as
//! templates by the pipeline itself.

#[cfg(feature = "arrow")]
use laminar_runtime::columns;
#[cfg(any(feature = "gzip", feature = "zstd"))]
use laminar_runtime::compress;
use laminar_runtime::encode::Rows;
use laminar_runtime::error::{Reason, RowError};
use laminar_runtime::message::Message;
use laminar_runtime::program::{Program, Report};
use laminar_runtime::row::Type;
use laminar_runtime::spec::Metadata::ReceivedAt;
use laminar_runtime::spec::Step::Key;
#[cfg(feature = "table")]
use laminar_runtime::spec::TableColumn;
use laminar_runtime::spec::{
    BadData, ColumnSpec, ConnectionSpec, DeadLetterFormat, DeadLetterSpec, DeclaredColumn,
    DeclaredSpec, FileContent, FilesSpec, FlowSpec, HistorySpec, KeyPairSpec, LastWillSpec,
    MqttVersion, Origin, PipelineSpec, PropertiesSpec, ReconnectSpec, SettingsSpec, SinkKind,
    SinkSpec, TableSpec, TlsSpec, WebhookFormat, WebhookSpec,
};
#[cfg(feature = "arrow")]
use laminar_runtime::spec::{ColumnsSpec, Compression, Conversion, FieldSpec};
#[cfg(any(feature = "gzip", feature = "zstd"))]
use laminar_runtime::spec::{CompressedSpec, Compressor};
use std::process::ExitCode;

fn main() -> ExitCode {
    laminar_runtime::pipeline::run(Box::leak(Box::new(pipeline())))
}

fn pipeline() -> PipelineSpec {
    PipelineSpec {
        name: "hand_made",
        sql: "SELECT 1",
        sql_hash: "none",
        compiler_version: "0.0.0",
        settings: SettingsSpec {
            control_listen: Some("${CONTROL:-off}"),
            control_token: std::env::var_os("CONTROL_TOKEN")
                .or_else(|| std::env::var_os("CONTROL_TOKEN_FILE"))
                .map(|_| "${CONTROL_TOKEN}"),
            control_tls: std::env::var_os("CONTROL_CERT").map(|_| KeyPairSpec {
                cert: "${CONTROL_CERT}",
                key: "${CONTROL_KEY}",
            }),
            ..SettingsSpec::DEFAULT
        },
        connections: Box::leak(Box::new([
            connection("plant", "${BROKER}"),
            ConnectionSpec {
                tls: None,
                ..connection("office", "${OUT_BROKER:-tcp://nowhere}")
            },
        ])),
        tables: Box::leak(Box::new([
            table("first", "FIRST"),
            table("second", "SECOND"),
        ])),
        sinks: Box::leak(Box::new([SinkSpec {
            name: "out",
            kind: sink(),
        }])),
    }
}

fn connection(name: &'static str, broker: &'static str) -> ConnectionSpec {
    let of_file = |name: &str| std::env::var_os(format!("{name}_FILE")).is_some();
    let present = |name: &str| std::env::var_os(name).is_some() || of_file(name);
    ConnectionSpec {
        name,
        broker,
        client_id: present("CLIENT_ID").then_some("${CLIENT_ID}"),
        username: present("USERNAME").then_some("${USERNAME}"),
        password: present("PASSWORD").then_some("${PASSWORD}"),
        clean_session: number("CLEAN", "true"),
        session_expiry_interval_s: Some(3_600),
        keep_alive_s: number("KEEP_ALIVE", "60"),
        mqtt_version: match text("MQTT", "3.1.1") {
            "5" => MqttVersion::V5,
            _ => MqttVersion::V311,
        },
        tls: (present("CA") || present("CERT") || present("VERIFY")).then(|| TlsSpec {
            ca_cert: present("CA").then_some("${CA}"),
            client_cert: present("CERT").then_some("${CERT}"),
            client_key: present("CERT").then_some("${KEY}"),
            verify: number("VERIFY", "true"),
        }),
        last_will: present("WILL").then_some(LastWillSpec {
            topic: "${WILL}",
            payload: "gone",
            qos: 1,
            retain: false,
        }),
        reconnect: ReconnectSpec {
            initial_ms: number("RETRY_MS", "100"),
            multiplier: 2.0,
            max_ms: number("RETRY_MAX_MS", "1000"),
            max_attempts: optional("ATTEMPTS"),
        },
        max_packet_size: number("MAX_PACKET", "1048576"),
        receive_maximum: 1_024,
        parallelism: number("PARALLELISM", "1"),
    }
}

fn table(name: &'static str, topics: &'static str) -> TableSpec {
    let filter = text(topics, name);
    let filter = if filter == name {
        format!("{name}/#").leak()
    } else {
        filter
    };
    TableSpec {
        name,
        connection: 0,
        topics: Box::leak(Box::new([filter])),
        qos: number("QOS", "1"),
        batch_size: number("BATCH", "1000"),
        batch_timeout_ms: 100,
        bad_data: match text("BAD_DATA", "drop") {
            "fail" => BadData::Fail,
            "dead_letter" => BadData::DeadLetter(DeadLetterSpec {
                topic: "${DEAD}",
                format: match text("DEAD_FORMAT", "raw") {
                    "envelope" => DeadLetterFormat::Envelope,
                    _ => DeadLetterFormat::Raw,
                },
                max_retries: number("RETRIES", "3"),
            }),
            _ => BadData::Drop,
        },
        columns: const { &[ColumnSpec::new("payload", "JSON")] },
        sites: &[],
        flows: &[FlowSpec {
            name: "echo",
            sink: 0,
            guarantee: &["at least once: rows are written before their messages are acknowledged"],
        }],
        declared: DeclaredSpec::json(
            const {
                &[
                    DeclaredColumn::new("payload", Type::Json, Origin::Payload(&[])),
                    DeclaredColumn::new("at", Type::Timestamp(6), Origin::Message(ReceivedAt))
                        .not_null(),
                    DeclaredColumn::new("value", Type::Int64, Origin::Payload(&[Key("value")])),
                ]
            },
        ),
        history: optional("HISTORY").map(|max_bytes| HistorySpec {
            max_bytes,
            max_age_ms: optional("HISTORY_MS"),
        }),
        program: || {
            Box::new(Echo {
                as_csv: matches!(text("SINK", "stdout"), "csv" | "table" | "zstd"),
                by_row: by_row(),
            })
        },
    }
}

fn sink() -> SinkKind {
    match text("SINK", "stdout") {
        "file" => SinkKind::File {
            path: "${FILE}",
            sync: number("SYNC", "true"),
        },
        "csv" => SinkKind::Csv {
            path: Some("${FILE}"),
            header: "topic,payload,qos,retain\n",
            sync: number("SYNC", "true"),
        },
        #[cfg(feature = "table")]
        "table" => SinkKind::Table {
            header: "topic,payload,qos,retain\n",
            columns: const {
                &[
                    column("topic", false),
                    column("payload", false),
                    column("qos", true),
                    column("retain", false),
                ]
            },
        },
        "files" => files("dt=%Y-%m-%d/length={}/rows.jsonl", FileContent::Json),
        #[cfg(feature = "gzip")]
        "gzip" => files("dt=%Y-%m-%d/rows.jsonl.gz", lines(None, compress::GZIP)),
        #[cfg(feature = "zstd")]
        "zstd" => {
            let header = Some("topic,payload,qos,retain\n");
            files("dt=%Y-%m-%d/rows.csv.zst", lines(header, compress::ZSTD))
        }
        #[cfg(feature = "arrow")]
        "parquet" => files("dt=%Y-%m-%d/rows.parquet", columns(columns::PARQUET)),
        #[cfg(feature = "arrow")]
        "arrow" => files("rows-%Y.arrow", columns(columns::ARROW)),
        "mqtt" => SinkKind::Mqtt {
            connection: usize::from(std::env::var_os("OUT_BROKER").is_some()),
            topic: if by_row() {
                &["${OUT:-}", "/row"]
            } else {
                &["${OUT}"]
            },
            qos: number("QOS", "1"),
            retain: false,
            properties: PropertiesSpec {
                message_expiry_interval_s: optional("EXPIRY"),
                content_type: std::env::var_os("CONTENT").map(|_| "${CONTENT}"),
                response_topic: std::env::var_os("ANSWERS").map(|_| "${ANSWERS}"),
                user_properties: match std::env::var_os("SITE") {
                    None => &[],
                    Some(_) => &[("site", "${SITE}"), ("kind", "row")],
                },
            },
        },
        "blackhole" => SinkKind::Blackhole,
        "webhook" => SinkKind::Webhook(WebhookSpec {
            url: "${URL}",
            headers: &[("Authorization", "Bearer ${TOKEN:-none}")],
            batch_rows: number("ROWS", "100"),
            timeout_ms: number("TIMEOUT_MS", "5000"),
            format: match text("FORMAT", "json") {
                "json_lines" => WebhookFormat::JsonLines,
                _ => WebhookFormat::Json,
            },
            tls_ca_cert: std::env::var_os("WEBHOOK_CA").map(|_| "${WEBHOOK_CA}"),
        }),
        _ => SinkKind::Stdout,
    }
}

#[cfg(feature = "table")]
const fn column(name: &'static str, is_number: bool) -> TableColumn {
    TableColumn { name, is_number }
}

fn files(pattern: &'static str, content: FileContent) -> SinkKind {
    SinkKind::Files(FilesSpec {
        prefix: "${FILE}/",
        pattern,
        content,
        rotate_size: optional("ROTATE_SIZE"),
        rotate_interval_s: optional("ROTATE_S"),
        sync: number("SYNC", "true"),
    })
}

#[cfg(any(feature = "gzip", feature = "zstd"))]
fn lines(header: Option<&'static str>, compressor: Compressor) -> FileContent {
    FileContent::Compressed(CompressedSpec { header, compressor })
}

#[cfg(feature = "arrow")]
fn columns(conversion: Conversion) -> FileContent {
    FileContent::Columns(ColumnsSpec {
        fields: const {
            &[
                FieldSpec::required("topic", Type::Text),
                FieldSpec::required("payload", Type::Text),
                FieldSpec::required("qos", Type::UInt8),
                FieldSpec::new("retain", Type::Boolean),
            ]
        },
        conversion,
        compression: Compression::Snappy,
        row_group_rows: 1_000,
    })
}

/// Whether each row has a topic of its own.
fn by_row() -> bool {
    std::env::var_os("BY_ROW").is_some()
}

fn text(name: &str, default: &'static str) -> &'static str {
    std::env::var(name).map_or(default, |value| value.leak())
}

/// None where it is not set.
fn optional<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().map(|_| number(name, ""))
}

fn number<T: std::str::FromStr>(name: &str, default: &'static str) -> T {
    let value = text(name, default).parse().ok();
    value.unwrap_or_else(|| panic!("{name} is not what it should be"))
}

/// A message becomes a row, unless it begins with `bad` or `skip`.
struct Echo {
    as_csv: bool,
    /// The payload is a part of the topic, too.
    by_row: bool,
}

impl Program for Echo {
    fn process(
        &mut self,
        messages: &[Message<'_>],
        sink_of: &[usize],
        outputs: &mut [Rows],
        report: &mut dyn Report,
    ) {
        let (mut emitted, mut filtered, mut empty) = (0, 0, 0);
        for (index, message) in messages.iter().enumerate() {
            match message.payload.bytes() {
                [] => empty += 1,
                [b'b', b'a', b'd', ..] => {
                    report.message_rejected(index, RowError::payload(Reason::Syntax, 3));
                }
                [b's', b'k', b'i', b'p', ..] => filtered += 1,
                _ => {
                    let rows = &mut outputs[sink_of[0]];
                    if self.as_csv {
                        echo_csv(message, rows);
                    } else {
                        echo(message, rows, self.by_row);
                    }
                    emitted += 1;
                }
            }
        }
        report.flow_done(0, emitted, filtered);
        report.empty(empty);
    }
}

fn echo(message: &Message<'_>, rows: &mut Rows, by_row: bool) {
    let mut json = rows.row();
    json.raw(r#"{"topic":"#);
    json.value(message.topic);
    json.raw(r#","payload":"#);
    json.value(String::from_utf8_lossy(message.payload.bytes()).as_ref());
    json.raw(r#","qos":"#);
    json.value(message.qos);
    json.raw(r#","retain":"#);
    json.value(message.retain);
    json.raw("}");
    // nobody but a sink of files asks for it
    json.key(message.payload.bytes().len() as u64);
    if by_row {
        json.topic(&String::from_utf8_lossy(message.payload.bytes()).as_ref());
    }
    json.end();
}

fn echo_csv(message: &Message<'_>, rows: &mut Rows) {
    let mut csv = rows.csv();
    csv.field(message.topic);
    csv.field(String::from_utf8_lossy(message.payload.bytes()).as_ref());
    csv.field(message.qos);
    csv.field(message.retain);
    csv.end();
}
