//! Where messages come from and rows go: connections and sinks as both plans hold them.

use super::ast::Text;
use super::logical::OutputColumn;
use crate::source::Span;
use std::ops::Range;

/// An MQTT connection. Text fields marked *template* may hold `${NAME}`, resolved at start.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// Broker URL (template).
    pub broker: String,
    /// What that asks for.
    pub transport: Transport,
    /// Client id (template); None: generated at start.
    pub client_id: Option<String>,
    /// User name (template).
    pub username: Option<String>,
    /// Password (template).
    pub password: Option<String>,
    /// Start with a clean session.
    pub clean_session: bool,
    /// Seconds the broker keeps the session (MQTT 5).
    pub session_expiry_interval_s: Option<u32>,
    /// Keep-alive interval in seconds, 0: off.
    pub keep_alive_s: u16,
    /// Protocol version.
    pub mqtt_version: MqttVersion,
    /// What is said of TLS, if anything is.
    pub tls: Option<Tls>,
    /// Last will.
    pub last_will: Option<LastWill>,
    /// Reconnection policy.
    pub reconnect: Reconnect,
    /// Largest packet taken, in bytes.
    pub max_packet_size: u32,
    /// Receive maximum (MQTT 5).
    pub receive_maximum: u16,
    /// Sessions that share what its tables subscribe to; 1: one that has it for itself.
    pub parallelism: u16,
}

/// What is spoken below MQTT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Plain TCP.
    Tcp,
    /// TLS.
    Tls,
    /// WebSocket.
    WebSocket,
    /// WebSocket over TLS.
    SecureWebSocket,
    /// Whatever a variable says when the binary starts.
    Unknown,
}

/// Whom to trust, and who we are. Paths are templates of PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// Authorities that are trusted instead of the system's.
    pub ca_cert: Option<String>,
    /// Our certificate; given with its key or not at all.
    pub client_cert: Option<String>,
    /// The key of that.
    pub client_key: Option<String>,
    /// Whether the broker's certificate is checked.
    pub verify: bool,
}

impl Transport {
    /// Whether TLS is part of it, or may be.
    pub fn may_be_secure(self) -> bool {
        match self {
            Self::Tls | Self::SecureWebSocket | Self::Unknown => true,
            Self::Tcp | Self::WebSocket => false,
        }
    }

    /// Whether WebSocket is part of it, or may be.
    pub fn may_be_web_socket(self) -> bool {
        match self {
            Self::WebSocket | Self::SecureWebSocket | Self::Unknown => true,
            Self::Tcp | Self::Tls => false,
        }
    }
}

/// Protocol version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MqttVersion {
    /// MQTT 3.1.1 (OASIS standard, 2014)
    V311,
    /// MQTT 5.0 (OASIS standard, 2019)
    V5,
}

/// Last will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastWill {
    /// Topic (template).
    pub topic: String,
    /// Payload (template).
    pub payload: String,
    /// Quality of service.
    pub qos: Qos,
    /// Retained.
    pub retain: bool,
}

/// When and how often to try again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reconnect {
    /// First delay in milliseconds.
    pub initial_ms: u64,
    /// Factor from one delay to the next.
    pub multiplier: f64,
    /// Greatest delay in milliseconds.
    pub max_ms: u64,
    /// Consecutive failures before giving up; None: never.
    pub max_attempts: Option<u32>,
}

impl Reconnect {
    /// Where the file says nothing.
    pub const DEFAULT: Self = Self {
        initial_ms: 1_000,
        multiplier: 2.0,
        max_ms: 60_000,
        max_attempts: None,
    };
}

/// Quality of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Qos {
    /// 0
    AtMostOnce,
    /// 1
    AtLeastOnce,
    /// 2
    ExactlyOnce,
}

/// The last messages of a source that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct History {
    /// Of at most so many bytes.
    pub max_bytes: u64,
    /// Not older than so many milliseconds; None: as long as there is room.
    pub max_age_ms: Option<u64>,
}

/// What becomes of a bad message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadData {
    /// Counted, logged, dropped.
    Drop,
    /// The binary ends with code 65.
    Fail,
    /// Published on a topic of its own.
    DeadLetter(DeadLetter),
}

/// Where and how bad messages are published, on the connection of their table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Topic (template).
    pub topic: String,
    /// What is published; None: what the connection's version suggests.
    pub format: Option<DeadLetterFormat>,
    /// How often the delivery of a row is tried again before its message becomes a dead letter.
    pub max_retries: u32,
}

/// What a dead letter looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadLetterFormat {
    /// The original payload, with user properties in MQTT 5.
    Raw,
    /// A JSON object that holds the payload.
    Envelope,
}

impl DeadLetter {
    /// What is published on a connection of this version.
    pub fn format_on(&self, version: MqttVersion) -> DeadLetterFormat {
        self.format.unwrap_or(match version {
            MqttVersion::V311 => DeadLetterFormat::Envelope,
            MqttVersion::V5 => DeadLetterFormat::Raw,
        })
    }
}

/// A sink.
#[derive(Clone, Debug)]
pub struct Sink {
    /// The table's name; `stdout` for the implicit one.
    pub name: String,
    /// Where it is declared; None for the implicit one.
    pub span: Option<Span>,
    /// Declared columns (name, type, NOT NULL), empty where the query's are taken; of a format
    /// that names them once, those of the query.
    pub columns: Vec<OutputColumn>,
    /// What it is.
    pub kind: SinkKind,
}

/// What the rows of a sink look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    /// A JSON object on a line.
    Json,
    /// Fields between commas, below a line with the names of the columns.
    Csv,
    /// A table for a person to look at.
    Table,
    /// Columns of Apache Parquet.
    Parquet {
        /// Rows of a row group, at most.
        row_group_rows: u32,
    },
    /// Columns of Apache Arrow's IPC file format.
    Arrow,
}

impl RowFormat {
    /// Whether the columns are named once, for all rows.
    pub fn names_columns(self) -> bool {
        match self {
            Self::Json => false,
            Self::Csv | Self::Table | Self::Parquet { .. } | Self::Arrow => true,
        }
    }

    /// Whether rows are kept as columns, each of one type.
    pub fn is_columnar(self) -> bool {
        match self {
            Self::Json | Self::Csv | Self::Table => false,
            Self::Parquet { .. } | Self::Arrow => true,
        }
    }
}

/// How a file of lines is compressed, or the parts of a file of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// Snappy, for Parquet alone.
    Snappy,
    /// LZ4, for columns.
    Lz4,
    /// Gzip, for lines and Parquet.
    Gzip,
    /// Zstandard.
    Zstd,
}

impl Compression {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::None, Self::Snappy, Self::Lz4, Self::Gzip, Self::Zstd];

    /// What the SQL calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Snappy => "snappy",
            Self::Lz4 => "lz4",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// Whether files of this format can be compressed so.
    pub fn fits(self, format: RowFormat) -> bool {
        match self {
            Self::None => true,
            Self::Snappy => matches!(format, RowFormat::Parquet { .. }),
            Self::Lz4 => format.is_columnar(),
            Self::Gzip => !matches!(format, RowFormat::Arrow | RowFormat::Table),
            Self::Zstd => format != RowFormat::Table,
        }
    }
}

impl Sink {
    /// Whether the SQL says where its rows go, such as a file: standard output is where rows go of
    /// which nothing is said, and nowhere is no place.
    pub fn is_named(&self) -> bool {
        match self.kind {
            SinkKind::Stdout { .. } | SinkKind::Blackhole => false,
            SinkKind::File { .. }
            | SinkKind::Files(_)
            | SinkKind::Mqtt { .. }
            | SinkKind::Webhook(_) => true,
        }
    }
}

impl SinkKind {
    /// What its rows look like.
    pub fn format(&self) -> RowFormat {
        match self {
            Self::Stdout { format } | Self::File { format, .. } => *format,
            Self::Files(files) => files.format,
            Self::Blackhole | Self::Mqtt { .. } | Self::Webhook(_) => RowFormat::Json,
        }
    }
}

/// Where rows go.
#[derive(Clone, Debug, PartialEq)]
pub enum SinkKind {
    /// Rows on standard output.
    Stdout {
        /// What they look like.
        format: RowFormat,
    },
    /// Nowhere.
    Blackhole,
    /// Rows appended to a file.
    File {
        /// Path (template).
        path: String,
        /// What they look like.
        format: RowFormat,
        /// Whether they are on the disk before they are confirmed.
        sync: bool,
    },
    /// Files that are finished one after another.
    Files(FilesSink),
    /// One PUBLISH per row.
    Mqtt {
        /// Index into [`LogicalPlan::connections`].
        connection: usize,
        /// Topic.
        topic: Topic,
        /// Quality of service.
        qos: Qos,
        /// Retained.
        retain: bool,
        /// What MQTT 5 says of each row beside that.
        properties: Properties,
    },
    /// Many rows per HTTP request.
    Webhook(Webhook),
}

/// Properties of what is published (MQTT 5, section 3.3.2.3): the same for all rows of a sink.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties {
    /// Seconds after which the broker drops what nobody has taken.
    pub message_expiry_interval_s: Option<u32>,
    /// What the payload is, such as `application/json` (template).
    pub content_type: Option<String>,
    /// Where an answer is expected (template).
    pub response_topic: Option<String>,
    /// Names and values (templates).
    pub user_properties: Vec<(String, String)>,
}

/// A webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhook {
    /// Where to (template).
    pub url: String,
    /// Names and values (templates).
    pub headers: Vec<(String, String)>,
    /// Rows per request, at most.
    pub batch_rows: u32,
    /// Milliseconds that a request may take.
    pub timeout_ms: u64,
    /// What a request looks like.
    pub format: WebhookFormat,
    /// Authorities that are trusted instead of the system's (path, template).
    pub tls_ca_cert: Option<String>,
}

impl Webhook {
    /// Scheme, host and port of the URL, as written: users, paths and queries may be secret.
    pub fn shown(&self) -> String {
        let Some((scheme, rest)) = self.url.split_once("://") else {
            return "${…}".to_owned();
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        format!("{scheme}://{host}")
    }
}

/// What a request of a webhook looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookFormat {
    /// One JSON array.
    Json,
    /// A JSON object per line.
    JsonLines,
}

/// A topic that rows are published on.
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    /// As written (template).
    pub text: String,
    /// What stands before the first column, between two, and behind the last one (templates).
    pub pieces: Vec<String>,
    /// Columns whose values stand in each row's topic.
    pub columns: Vec<TopicColumn>,
}

/// A column in a topic.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicColumn {
    /// Its name as written.
    pub name: String,
    /// Where.
    pub span: Span,
}

/// A column of a flow whose values stand in the topics of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicPart {
    /// Which, of the columns of the flow.
    pub column: usize,
    /// Where the topic names it.
    pub span: Span,
}

/// Files that are finished one after another, by size, by time, or when the time in their path is
/// over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilesSink {
    /// What the paths begin with (template): the folder that is there.
    pub prefix: String,
    /// What follows: text, parts of a time (`%Y`), and `{}` for each value.
    pub pattern: String,
    /// The values of a row that stand in its path.
    pub values: Vec<PathValue>,
    /// The path as written.
    pub path: Text,
    /// What the files hold.
    pub format: RowFormat,
    /// How that is compressed.
    pub compression: Compression,
    /// A file of so many bytes is finished.
    pub rotate_size: Option<u64>,
    /// A file is finished so many seconds after it was begun.
    pub rotate_interval_s: Option<u64>,
    /// Whether rows are on the disk before they are confirmed.
    pub sync: bool,
}

/// A value in a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathValue {
    /// The column as written.
    pub name: String,
    /// Its index among the sink's columns.
    pub column: usize,
    /// Where it stands in the path.
    pub range: Range<usize>,
}
