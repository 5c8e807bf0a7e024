//! The options of MQTT connections, sources and sinks (dialect §2, §3, §3b).

use super::{OptionKind as Kind, OptionSpec as Spec};

const SECONDS_PER_DAY: f64 = 86_400.0;
/// The longest MQTT string, in bytes.
const U16_MAX: u64 = 65_535;
const U32_MAX: u64 = 4_294_967_295;
/// The longest MQTT packet: one byte of type, four of length, 268,435,455 behind them.
const PACKET_MAX: u64 = 268_435_460;

/// `CREATE CONNECTION … FROM mqtt_source WITH (…)`; also inside a table.
pub const CONNECTION: &[Spec] = &[
    Spec::template("broker", Kind::Text),
    Spec::template("client_id", Kind::Text),
    Spec::template("username", Kind::AnyText),
    Spec::template("password", Kind::AnyText),
    Spec::new("clean_session", Kind::Boolean),
    Spec::new("session_expiry_interval", integer(0, U32_MAX)),
    Spec::new("keep_alive", integer(0, U16_MAX)),
    Spec::new("mqtt_version", Kind::Choice(&["3.1.1", "5"])),
    Spec::template("tls_ca_cert", Kind::Text),
    Spec::template("tls_client_cert", Kind::Text),
    Spec::template("tls_client_key", Kind::Text),
    Spec::new("tls_verify", Kind::Boolean),
    Spec::template("lwt_topic", Kind::Text),
    Spec::template("lwt_payload", Kind::AnyText),
    Spec::new("lwt_qos", Kind::Qos),
    Spec::new("lwt_retain", Kind::Boolean),
    Spec::new("reconnect_interval", seconds()),
    Spec::new(
        "reconnect_backoff_multiplier",
        Kind::Number {
            least: 1.0,
            greatest: 100.0,
        },
    ),
    Spec::new("reconnect_max_interval", seconds()),
    Spec::new("max_reconnect_attempts", integer(1, U32_MAX)),
    Spec::new("max_packet_size", integer(64, PACKET_MAX)),
    Spec::new("receive_maximum", integer(1, U16_MAX)),
];

/// A table that is read.
pub const MQTT_SOURCE: &[Spec] = &[
    Spec::new("connector", Kind::Text),
    Spec::new("connection", Kind::Text),
    Spec::template("topics", Kind::List),
    Spec::template("topic", Kind::Text),
    Spec::new("qos", Kind::Qos),
    Spec::new(
        "format",
        Kind::Choice(&["json", "raw_bytes", "raw_string", "avro"]),
    ),
    Spec::new("batch_size", integer(1, 1_000_000)),
    Spec::new("batch_timeout_ms", integer(1, 3_600_000)),
    Spec::new("parallelism", integer(1, 1024)),
    Spec::new("shared_subscription", Kind::Boolean),
    Spec::new("bad_data", Kind::Choice(&["drop", "fail", "dead_letter"])),
    Spec::template("dead_letter_topic", Kind::Text),
    Spec::new("dead_letter_format", Kind::Choice(&["envelope", "raw"])),
    Spec::new("max_retries", integer(0, U32_MAX)),
    Spec::new("json.validation", Kind::Choice(&["strict", "lazy"])),
    Spec::new("json.unstructured", Kind::Boolean),
    Spec::new("json.root", Kind::Choice(&["object", "array"])),
    Spec::new("json.trim", Kind::Boolean),
    Spec::new("timestamp_format", Kind::TimestampFormat),
    Spec::new("history", Kind::Any),
    Spec::new("raw_bytes.include_topic", Kind::Boolean),
    Spec::new(
        "avro.framing",
        Kind::Choice(&["confluent", "single_object", "bare"]),
    ),
    Spec::template("schema_registry_url", Kind::Text),
    Spec::new("value_schema_id", integer(0, U32_MAX)),
    Spec::new("schema_file", Kind::Text),
];

/// A table that is written.
pub const MQTT_SINK: &[Spec] = &[
    Spec::new("connector", Kind::Text),
    Spec::new("connection", Kind::Text),
    Spec::template("topic", Kind::Text),
    Spec::new("qos", Kind::Qos),
    Spec::new("retain", Kind::Boolean),
    Spec::new("message_expiry_interval", integer(0, U32_MAX)),
    Spec::template("content_type", Kind::Text),
    Spec::template("response_topic", Kind::Text),
    Spec::template("user_properties", Kind::List),
    Spec::only(
        "format",
        Kind::Choice(&["json", "raw_bytes", "raw_string", "avro"]),
        &["json"],
    ),
];

const fn integer(least: u64, greatest: u64) -> Kind {
    Kind::Integer { least, greatest }
}

/// A delay: a millisecond to a day.
const fn seconds() -> Kind {
    Kind::Number {
        least: 0.001,
        greatest: SECONDS_PER_DAY,
    }
}
