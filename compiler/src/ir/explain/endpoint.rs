//! Connections and sinks, alike in both plans.

use super::{Outline, named, shown};
use crate::ir::endpoint::{
    BadData, Compression, Connection, DeadLetterFormat, FilesSink, MqttVersion, Properties, Qos,
    RowFormat, Sink, SinkKind, Tls, Transport, WebhookFormat,
};
use crate::ir::format::{AvroFormat, AvroFraming};
use crate::ir::settings::Settings;

/// What SET says, where that is not as it is by default.
pub(super) fn settings(outline: &mut Outline, settings: &Settings) {
    let defaults = Settings::default();
    let level = (settings.log_level != defaults.log_level).then(|| settings.log_level.name());
    let format = (settings.log_format != defaults.log_format).then(|| settings.log_format.name());
    let listen = settings.control_listen.as_deref();
    // the token may be the secret itself
    let token = settings.control_token.as_ref().map(|_| "[hidden]");
    let tls = settings.control_tls.as_ref();
    for (name, value) in [
        ("log.level", level),
        ("log.format", format),
        ("control.listen", listen),
        ("control.token", token),
        ("control.tls_cert", tls.map(|pair| pair.cert.as_str())),
        ("control.tls_key", tls.map(|pair| pair.key.as_str())),
    ] {
        if let Some(value) = value {
            outline.line(0, format!("set {name}: {}", shown(value)));
        }
    }
}

/// `connection name` and what it says.
pub(super) fn connection(outline: &mut Outline, connection: &Connection) {
    let session = if connection.clean_session {
        "clean session"
    } else {
        "kept session"
    };
    let version = match connection.mqtt_version {
        MqttVersion::V311 => "MQTT 3.1.1",
        MqttVersion::V5 => "MQTT 5",
    };
    let (name, broker) = (named(&connection.name), shown(&connection.broker));
    outline.line(
        0,
        format!("connection {name}: {broker}, {version}, {session}"),
    );
    let mut options = vec![format!("keep alive {} s", connection.keep_alive_s)];
    options.extend(
        connection
            .client_id
            .as_ref()
            .map(|id| format!("client id {}", shown(id))),
    );
    options.extend(
        connection
            .username
            .as_ref()
            .map(|name| format!("user {}", shown(name))),
    );
    options.extend(
        connection
            .password
            .as_ref()
            .map(|_| "password ***".to_owned()),
    );
    let expiry = connection.session_expiry_interval_s;
    options.extend(expiry.map(|seconds| format!("session kept for {seconds} s")));
    outline.line(1, options.join(", "));
    if connection.transport.may_be_secure() {
        outline.line(1, security(connection.transport, connection.tls.as_ref()));
    }
    let reconnect = connection.reconnect;
    let attempts = match reconnect.max_attempts {
        Some(attempts) => format!("{attempts} attempts"),
        None => "for ever".to_owned(),
    };
    let (first, last) = (reconnect.initial_ms, reconnect.max_ms);
    let factor = reconnect.multiplier;
    outline.line(
        1,
        format!("reconnects after {first} ms times {factor} up to {last} ms, {attempts}"),
    );
    let (packet, receive) = (connection.max_packet_size, connection.receive_maximum);
    outline.line(
        1,
        format!("packets up to {packet} bytes, receive maximum {receive}"),
    );
    if connection.parallelism > 1 {
        let sessions = connection.parallelism;
        outline.line(1, format!("{sessions} sessions share the subscriptions"));
    }
    if let Some(will) = &connection.last_will {
        let (topic, qos) = (shown(&will.topic), number(will.qos));
        let retained = if will.retain { ", retained" } else { "" };
        let payload = shown(&will.payload);
        outline.line(
            1,
            format!("last will on {topic} (qos {qos}{retained}): {payload}"),
        );
    }
}

/// Whom a connection with TLS trusts, and who we are.
fn security(transport: Transport, tls: Option<&Tls>) -> String {
    let when = match transport {
        Transport::Unknown => "TLS, if the broker's URL asks for it",
        Transport::Tcp | Transport::Tls | Transport::WebSocket | Transport::SecureWebSocket => {
            "TLS"
        }
    };
    let trust = match tls {
        Some(Tls { verify: false, .. }) => "certificate NOT CHECKED".to_owned(),
        Some(Tls {
            ca_cert: Some(path),
            ..
        }) => format!("authorities of {}", shown(path)),
        Some(Tls { .. }) | None => "the system's authorities".to_owned(),
    };
    let ours = tls.and_then(|tls| tls.client_cert.as_ref().zip(tls.client_key.as_ref()));
    let ours = ours.map(|(cert, key)| format!(", our {} with {}", shown(cert), shown(key)));
    format!("{when}: {trust}{}", ours.unwrap_or_default())
}

/// `sink name: what it is`
pub(super) fn sink(outline: &mut Outline, sink: &Sink, connections: &[Connection]) {
    let kind = destination(sink, connections);
    outline.line(0, format!("sink {}: {kind}", named(&sink.name)));
}

/// Where a sink's rows go.
pub(super) fn destination(sink: &Sink, connections: &[Connection]) -> String {
    match &sink.kind {
        SinkKind::Stdout { format } => {
            format!("standard output{}", as_format(*format, Compression::None))
        }
        SinkKind::Blackhole => "nowhere".to_owned(),
        SinkKind::File { path, format, sync } => {
            let unsynced = unsynced(*sync);
            format!(
                "file {}{}{unsynced}",
                shown(path),
                as_format(*format, Compression::None)
            )
        }
        SinkKind::Files(files) => self::files(files),
        SinkKind::Webhook(webhook) => format!(
            "webhook {} (up to {} rows and {} ms each, {})",
            webhook.shown(),
            webhook.batch_rows,
            webhook.timeout_ms,
            match webhook.format {
                WebhookFormat::Json => "JSON arrays",
                WebhookFormat::JsonLines => "JSON lines",
            }
        ),
        SinkKind::Mqtt {
            connection,
            topic,
            qos,
            retain,
            properties,
        } => {
            let connection = named(&connections[*connection].name);
            let retained = if *retain { ", retained" } else { "" };
            format!(
                "topic {} on {connection} (qos {}{retained}{})",
                shown(&topic.text),
                number(*qos),
                self::properties(properties)
            )
        }
    }
}

/// What is said of each row in MQTT 5.
fn properties(properties: &Properties) -> String {
    let expiry = properties.message_expiry_interval_s;
    let expiry = expiry.map(|seconds| format!("dropped after {seconds} s"));
    let content_type = properties.content_type.as_deref();
    let content_type = content_type.map(|text| format!("content type {}", shown(text)));
    let response = properties.response_topic.as_deref();
    let response = response.map(|topic| format!("answers to {}", shown(topic)));
    // values may be secret
    let user = properties.user_properties.iter();
    let user = user.map(|(name, _)| format!("user property {}", shown(name)));
    let all = expiry.into_iter().chain(content_type).chain(response);
    let parts = all.chain(user).map(|text| format!(", {text}"));
    parts.collect::<Vec<_>>().concat()
}

/// Where files go, and when they are finished.
fn files(files: &FilesSink) -> String {
    let path = shown(&files.path.value);
    let size = files.rotate_size.map(|size| format!("at {size} bytes"));
    let interval = files.rotate_interval_s;
    let interval = interval.map(|seconds| format!("after {seconds} s"));
    let when: Vec<String> = size.into_iter().chain(interval).collect();
    let format = as_format(files.format, files.compression);
    let unsynced = unsynced(files.sync);
    format!(
        "files {path}{format}, finished {}{unsynced}",
        when.join(" or ")
    )
}

/// What is said of rows that are not synchronised to the disk.
fn unsynced(sync: bool) -> &'static str {
    if sync { "" } else { ", without fsync" }
}

/// What is said of a format, where it is not the usual one.
fn as_format(format: RowFormat, compression: Compression) -> String {
    let packed = match compression {
        Compression::None => String::new(),
        packed => format!(", compressed ({})", packed.name()),
    };
    match format {
        RowFormat::Json => packed,
        RowFormat::Csv => format!(", as CSV{packed}"),
        RowFormat::Table => ", as a table".to_owned(),
        RowFormat::Parquet { row_group_rows } => {
            let compression = match compression {
                Compression::None => "uncompressed",
                packed => packed.name(),
            };
            format!(", as Parquet ({compression}, row groups of {row_group_rows})")
        }
        RowFormat::Arrow => format!(", as Arrow{packed}"),
    }
}

/// What a table says about its messages.
pub(super) fn subscription(
    topics: &[String],
    qos: Qos,
    batch: (u32, u32),
    bad_data: &BadData,
    connection: &Connection,
) -> String {
    let topics = topics
        .iter()
        .map(|topic| shown(topic))
        .collect::<Vec<_>>()
        .join(", ");
    let (size, timeout_ms) = batch;
    let bad_data = match bad_data {
        BadData::Drop => "are dropped".to_owned(),
        BadData::Fail => "end the process".to_owned(),
        BadData::DeadLetter(letter) => {
            let format = match letter.format_on(connection.mqtt_version) {
                DeadLetterFormat::Raw => "raw",
                DeadLetterFormat::Envelope => "envelope",
            };
            let (topic, retries) = (shown(&letter.topic), letter.max_retries);
            format!("go to topic {topic} ({format}, max retries {retries})")
        }
    };
    let qos = number(qos);
    format!(
        "topics {topics} (qos {qos}), batches of {size} or {timeout_ms} ms, bad messages {bad_data}"
    )
}

/// What stands in front of Avro data.
pub(super) fn framing(avro: &AvroFormat) -> String {
    match avro.framing {
        AvroFraming::Confluent(id) => format!("schema {id} of a registry"),
        AvroFraming::SingleObject(print) => format!("single objects of schema {print:016x}"),
        AvroFraming::Bare => "nothing in front".to_owned(),
    }
}

pub(super) fn number(qos: Qos) -> u8 {
    match qos {
        Qos::AtMostOnce => 0,
        Qos::AtLeastOnce => 1,
        Qos::ExactlyOnce => 2,
    }
}
