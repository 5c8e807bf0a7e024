//! A pipeline as constants: what the generated crate tells the runtime about itself.
//!
//! Text fields marked *template* may hold `${NAME}`, `${NAME:-default}` and `$$`; they are
//! resolved from the environment when the binary starts.

mod declared;
mod files;
mod key_pair;

pub use declared::{
    Constant, DeclaredColumn, DeclaredSpec, Form, HistorySpec, Metadata, Origin, PayloadSpec, Step,
};
pub use files::{
    ColumnsSpec, CompressedSpec, Compression, Compressor, Conversion, FieldSpec, FileContent,
    FilesSpec,
};
pub use key_pair::KeyPairSpec;

use crate::program::Program;
pub use crate::row::Type;

/// Everything there is to know about a pipeline.
#[derive(Debug)]
pub struct PipelineSpec {
    /// The pipeline's name.
    pub name: &'static str,
    /// The SQL it was built from, literal passwords blanked.
    pub sql: &'static str,
    /// SHA-256 of the SQL, in hexadecimal.
    pub sql_hash: &'static str,
    /// The version of the compiler.
    pub compiler_version: &'static str,
    /// Connections in use.
    pub connections: &'static [ConnectionSpec],
    /// Source tables in use.
    pub tables: &'static [TableSpec],
    /// Sinks in use.
    pub sinks: &'static [SinkSpec],
    /// How the process behaves around its flows.
    pub settings: SettingsSpec,
}

/// How the process behaves around its flows.
#[derive(Clone, Copy, Debug)]
pub struct SettingsSpec {
    /// The least level of what is logged.
    pub log_level: LogLevel,
    /// What a log line looks like.
    pub log_format: LogFormat,
    /// Where the process can be asked (template): `off` or `host:port`; None: on this machine, at
    /// a port that is free.
    pub control_listen: Option<&'static str>,
    /// What whoever asks must know (template); None: nothing.
    pub control_token: Option<&'static str>,
    /// Files (templates) with the endpoint's certificate and its key; None: HTTP without TLS.
    pub control_tls: Option<KeyPairSpec>,
}

impl SettingsSpec {
    /// As it is where the SQL says nothing.
    pub const DEFAULT: Self = Self {
        log_level: LogLevel::Info,
        log_format: LogFormat::Text,
        control_listen: None,
        control_token: None,
        control_tls: None,
    };
}

/// A level of the log, the most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// What ends the process.
    Error,
    /// And what someone should look at.
    Warn,
    /// And what happens now and then.
    Info,
    /// And what is asked of the process.
    Debug,
}

/// What a log line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Time, level and text, for a person.
    Text,
    /// A JSON object.
    Json,
}

/// An MQTT connection.
#[derive(Debug)]
pub struct ConnectionSpec {
    /// Its name.
    pub name: &'static str,
    /// Broker URL (template).
    pub broker: &'static str,
    /// Client id (template); None: generated.
    pub client_id: Option<&'static str>,
    /// User name (template).
    pub username: Option<&'static str>,
    /// Password (template).
    pub password: Option<&'static str>,
    /// Start with a clean session.
    pub clean_session: bool,
    /// Seconds the broker keeps the session (MQTT 5).
    pub session_expiry_interval_s: Option<u32>,
    /// Keep-alive interval in seconds, 0: off.
    pub keep_alive_s: u16,
    /// Protocol version.
    pub mqtt_version: MqttVersion,
    /// What the file says of TLS; None: nothing. Whether TLS is spoken, the broker's URL decides.
    pub tls: Option<TlsSpec>,
    /// Last will.
    pub last_will: Option<LastWillSpec>,
    /// Reconnection policy.
    pub reconnect: ReconnectSpec,
    /// Largest packet taken, in bytes.
    pub max_packet_size: u32,
    /// Receive maximum (MQTT 5).
    pub receive_maximum: u16,
    /// Sessions that receive and share the subscriptions; 1: one that has them for itself.
    pub parallelism: u16,
}

impl ConnectionSpec {
    /// A connection of which nothing else is said.
    pub const fn new(name: &'static str, broker: &'static str) -> Self {
        Self {
            name,
            broker,
            client_id: None,
            username: None,
            password: None,
            clean_session: true,
            session_expiry_interval_s: None,
            keep_alive_s: 60,
            mqtt_version: MqttVersion::V311,
            tls: None,
            last_will: None,
            reconnect: ReconnectSpec {
                initial_ms: 1_000,
                multiplier: 2.0,
                max_ms: 60_000,
                max_attempts: None,
            },
            max_packet_size: 1 << 20,
            receive_maximum: 1_024,
            parallelism: 1,
        }
    }
}

/// Protocol version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MqttVersion {
    /// MQTT 3.1.1
    V311,
    /// MQTT 5.0
    V5,
}

/// Whom to trust, and who we are. Paths of PEM files are read when the binary starts.
#[derive(Debug)]
pub struct TlsSpec {
    /// Authorities that are trusted instead of the system's (path, template).
    pub ca_cert: Option<&'static str>,
    /// Our certificate (path, template); given with its key or not at all.
    pub client_cert: Option<&'static str>,
    /// The key of that (path, template).
    pub client_key: Option<&'static str>,
    /// Whether the broker's certificate is checked.
    pub verify: bool,
}

/// Last will.
#[derive(Debug)]
pub struct LastWillSpec {
    /// Topic (template).
    pub topic: &'static str,
    /// Payload (template).
    pub payload: &'static str,
    /// Quality of service: 0, 1 or 2.
    pub qos: u8,
    /// Retained.
    pub retain: bool,
}

/// When and how often to try again.
#[derive(Clone, Copy, Debug)]
pub struct ReconnectSpec {
    /// First delay in milliseconds.
    pub initial_ms: u64,
    /// Factor from one delay to the next.
    pub multiplier: f64,
    /// Greatest delay in milliseconds.
    pub max_ms: u64,
    /// Consecutive failures before giving up; None: never.
    pub max_attempts: Option<u32>,
}

/// A source table.
#[derive(Debug)]
pub struct TableSpec {
    /// Its name.
    pub name: &'static str,
    /// Index into [`PipelineSpec::connections`].
    pub connection: usize,
    /// Topic filters (templates).
    pub topics: &'static [&'static str],
    /// Quality of service asked for: 0, 1 or 2.
    pub qos: u8,
    /// Messages per batch, at most.
    pub batch_size: u32,
    /// Milliseconds per batch, at most.
    pub batch_timeout_ms: u32,
    /// What becomes of a bad message.
    pub bad_data: BadData,
    /// The columns that are read, for messages about bad data.
    pub columns: &'static [ColumnSpec],
    /// Places in the SQL of expressions that can fail.
    pub sites: &'static [SiteSpec],
    /// The flows, in the order of the program's outcomes.
    pub flows: &'static [FlowSpec],
    /// All that it declares.
    pub declared: DeclaredSpec,
    /// Which of its last messages are kept; None: none.
    pub history: Option<HistorySpec>,
    /// Makes the table's program, one per worker.
    pub program: fn() -> Box<dyn Program>,
}

/// A column of a source table.
#[derive(Clone, Copy, Debug)]
pub struct ColumnSpec {
    /// Its name.
    pub name: &'static str,
    /// Its type as SQL spells it: `DOUBLE`, `BIGINT UNSIGNED` …
    pub sql_type: &'static str,
}

impl ColumnSpec {
    /// A column of this name and type; short, for a line each in the generated code.
    pub const fn new(name: &'static str, sql_type: &'static str) -> Self {
        Self { name, sql_type }
    }
}

/// What becomes of a bad message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadData {
    /// Counted, logged at a limited rate, dropped.
    Drop,
    /// The process ends with exit code 65.
    Fail,
    /// Counted, logged at a limited rate, and published on a topic of its own, on the table's
    /// connection. It is acknowledged when that is confirmed.
    DeadLetter(DeadLetterSpec),
}

/// Where and how bad messages are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadLetterSpec {
    /// Topic (template).
    pub topic: &'static str,
    /// What a dead letter looks like.
    pub format: DeadLetterFormat,
    /// How often a sink tries to deliver a row again, for a reason that may pass, before the
    /// row's message becomes a dead letter.
    pub max_retries: u32,
}

/// What a dead letter looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadLetterFormat {
    /// The original payload; what is known about it as user properties, where MQTT 5 is spoken.
    Raw,
    /// A JSON object that holds the payload and what is known about it.
    Envelope,
}

/// A place in the SQL.
#[derive(Clone, Copy, Debug)]
pub struct SiteSpec {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// The expression's text.
    pub text: &'static str,
}

/// A flow of a table.
#[derive(Clone, Copy, Debug)]
pub struct FlowSpec {
    /// Its name.
    pub name: &'static str,
    /// Index into [`PipelineSpec::sinks`].
    pub sink: usize,
    /// What holds for the delivery of its rows, and what weakens that: short texts, the level
    /// (`at least once: …`) first.
    pub guarantee: &'static [&'static str],
}

/// A sink.
#[derive(Debug)]
pub struct SinkSpec {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: SinkKind,
}

/// Where rows go.
#[derive(Debug)]
pub enum SinkKind {
    /// JSON lines on standard output.
    Stdout,
    /// Nowhere.
    Blackhole,
    /// JSON lines appended to a file.
    File {
        /// Path (template).
        path: &'static str,
        /// Whether rows are on the disk before they are confirmed.
        sync: bool,
    },
    /// CSV on standard output, or appended to a file.
    Csv {
        /// Path (template); None: standard output.
        path: Option<&'static str>,
        /// The names of the columns as a row, its line feed included. It stands once in a file.
        header: &'static str,
        /// Whether rows of a file are on the disk before they are confirmed.
        sync: bool,
    },
    /// A table on standard output.
    Table {
        /// The names of the columns as a row of CSV.
        header: &'static str,
        /// The columns.
        columns: &'static [TableColumn],
    },
    /// Files that are finished one after another.
    Files(FilesSpec),
    /// One PUBLISH per row.
    Mqtt {
        /// Index into [`PipelineSpec::connections`].
        connection: usize,
        /// Topic: what stands before the first part that each row has of its own, between two,
        /// and behind the last one (templates). One piece alone is the topic of all rows.
        topic: &'static [&'static str],
        /// Quality of service: 0, 1 or 2.
        qos: u8,
        /// Retained.
        retain: bool,
        /// What MQTT 5 says of each row beside that.
        properties: PropertiesSpec,
    },
    /// Many rows per HTTP request.
    Webhook(WebhookSpec),
}

impl SinkKind {
    /// The connection that rows are published on: an index into [`PipelineSpec::connections`].
    pub fn connection(&self) -> Option<usize> {
        match self {
            Self::Mqtt { connection, .. } => Some(*connection),
            Self::Stdout
            | Self::Blackhole
            | Self::File { .. }
            | Self::Csv { .. }
            | Self::Table { .. }
            | Self::Files(_)
            | Self::Webhook(_) => None,
        }
    }
}

/// Properties of what is published (MQTT 5, section 3.3.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PropertiesSpec {
    /// Seconds after which the broker drops what nobody has taken.
    pub message_expiry_interval_s: Option<u32>,
    /// What the payload is (template).
    pub content_type: Option<&'static str>,
    /// Where an answer is expected (template).
    pub response_topic: Option<&'static str>,
    /// Names and values (templates).
    pub user_properties: &'static [(&'static str, &'static str)],
}

impl PropertiesSpec {
    /// Nothing.
    pub const NONE: Self = Self {
        message_expiry_interval_s: None,
        content_type: None,
        response_topic: None,
        user_properties: &[],
    };
}

/// A column of a table on a terminal.
#[derive(Debug, PartialEq, Eq)]
pub struct TableColumn {
    /// Its name.
    pub name: &'static str,
    /// Whether its values are numbers, which end below each other.
    pub is_number: bool,
}

/// A webhook.
#[derive(Debug)]
pub struct WebhookSpec {
    /// Where to (template).
    pub url: &'static str,
    /// Names and values (templates).
    pub headers: &'static [(&'static str, &'static str)],
    /// Rows per request, at most.
    pub batch_rows: u32,
    /// Milliseconds that a request may take.
    pub timeout_ms: u64,
    /// What a request looks like.
    pub format: WebhookFormat,
    /// Authorities that are trusted instead of the system's (path, template).
    pub tls_ca_cert: Option<&'static str>,
}

/// What a request of a webhook looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookFormat {
    /// One JSON array.
    Json,
    /// A JSON object per line.
    JsonLines,
}
