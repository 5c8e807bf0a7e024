//! What `--about` and `--check-config` print.

use super::exit::Failure;
use super::settings::{Connection, Properties, Resolved, Target};
use super::{bill, outlets};
use crate::mqtt::topic::Filter;
use crate::spec::{MqttVersion, PipelineSpec, TlsSpec};
use std::fmt::Write as _;

/// The pipeline's name and the versions it was made with.
pub fn version(spec: &PipelineSpec) -> String {
    let runtime = env!("CARGO_PKG_VERSION");
    format!(
        "{} (laminarc {}, runtime {runtime})\n",
        spec.name, spec.compiler_version
    )
}

/// What this binary is: versions, hash, what each flow guarantees, the crates that are linked, the
/// SQL.
pub fn about(spec: &PipelineSpec, components: &str) -> String {
    let mut text = format!("pipeline   {}\n", spec.name);
    let _ = writeln!(text, "compiler   laminarc {}", spec.compiler_version);
    let _ = writeln!(
        text,
        "runtime    laminar-runtime {}",
        env!("CARGO_PKG_VERSION")
    );
    let _ = writeln!(text, "SQL        SHA-256 {}", spec.sql_hash);
    text.push_str("\nFlows:\n");
    for table in spec.tables {
        for flow in table.flows {
            let sink = spec.sinks[flow.sink].name;
            let _ = writeln!(text, "  {} -> {} -> {sink}", table.name, flow.name);
            for line in flow.guarantee {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
    if !components.is_empty() {
        text.push_str("\nLinked crates:\n");
    }
    for component in bill::components(components) {
        let _ = writeln!(text, "  {} {}", component.name, component.version);
    }
    let _ = write!(text, "\nSQL:\n{}", spec.sql);
    if !spec.sql.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// What the configuration came to, passwords hidden.
pub fn configuration(spec: &'static PipelineSpec, filled: &Resolved) -> String {
    let mut text = String::new();
    for connection in filled.connections.iter().flatten() {
        connection_lines(&mut text, connection);
    }
    for (table, filters) in spec.tables.iter().zip(&filled.filters) {
        let topics: Vec<&str> = filters.iter().map(Filter::as_str).collect();
        let connection = spec.connections[table.connection].name;
        let _ = writeln!(text, "table {}", table.name);
        let _ = writeln!(text, "  connection = {connection}");
        let _ = writeln!(text, "  topics = {}", topics.join(", "));
        let _ = writeln!(text, "  qos = {}", table.qos);
    }
    for (outlet, target) in filled.targets.iter().enumerate() {
        let Some(name) = outlets::name(spec, outlet) else {
            continue;
        };
        let target = match target {
            Target::Stdout | Target::Printed => "standard output".to_owned(),
            Target::Blackhole => "nowhere".to_owned(),
            Target::File(path) => format!("file {}", path.display()),
            Target::Files { spec, prefix } => format!("files {prefix}{}", spec.pattern),
            Target::Webhook(options) => format!("webhook {}", options.shown),
            Target::Mqtt {
                connection,
                topic,
                qos,
                retain,
                properties,
            } => {
                let connection = spec.connections[*connection].name;
                let retained = if *retain { ", retained" } else { "" };
                let properties = self::properties(properties);
                format!("topic {topic} on connection {connection}, qos {qos}{retained}{properties}")
            }
            Target::DeadLetters {
                connection, topic, ..
            } => {
                let connection = spec.connections[*connection].name;
                format!("topic {topic} on connection {connection}, qos 1")
            }
        };
        let _ = writeln!(text, "sink {name}\n  to = {target}");
    }
    text
}

/// What is said of each row in MQTT 5.
fn properties(properties: &Properties) -> String {
    let expiry = properties.message_expiry_interval_s;
    let expiry = expiry.map(|seconds| format!("dropped after {seconds} s"));
    let content_type = properties.content_type.as_ref();
    let content_type = content_type.map(|text| format!("content type {text}"));
    let response = properties.response_topic.as_ref();
    let response = response.map(|topic| format!("answers to {topic}"));
    // values may be secret
    let user = properties.user_properties.iter();
    let user = user.map(|(name, _)| format!("user property {name}"));
    let all = expiry.into_iter().chain(content_type).chain(response);
    let parts = all.chain(user).map(|text| format!(", {text}"));
    parts.collect::<Vec<_>>().concat()
}

fn connection_lines(text: &mut String, connection: &Connection) {
    let spec = connection.spec;
    let version = match spec.mqtt_version {
        MqttVersion::V311 => "3.1.1",
        MqttVersion::V5 => "5",
    };
    let _ = writeln!(text, "connection {}", spec.name);
    let _ = writeln!(text, "  broker = {}", connection.broker.address);
    if connection.broker.tls.is_some() {
        let _ = writeln!(text, "  tls = {}", tls(spec.tls.as_ref()));
    }
    let _ = writeln!(text, "  mqtt_version = {version}");
    if let Some(share) = connection.share(1) {
        let (last, group) = (connection.client_id_of(share.sessions), share.group);
        let first = connection.client_id_of(1);
        let _ = writeln!(text, "  sessions = {} in group {group}", share.sessions);
        let _ = writeln!(text, "  client_id = {first} to {last}");
    } else {
        let _ = writeln!(text, "  client_id = {}", connection.client_id);
    }
    if let Some(username) = &connection.username {
        let _ = writeln!(text, "  username = {username}");
    }
    if connection.password.is_some() {
        let _ = writeln!(text, "  password = [hidden]");
    }
    let _ = writeln!(text, "  clean_session = {}", spec.clean_session);
    let _ = writeln!(text, "  keep_alive = {} s", spec.keep_alive_s);
    if let Some((topic, payload)) = &connection.last_will {
        let _ = writeln!(text, "  last will = {} bytes on {topic}", payload.len());
    }
}

fn tls(spec: Option<&TlsSpec>) -> String {
    let trust = match spec {
        Some(TlsSpec { verify: false, .. }) => "the broker's certificate is NOT CHECKED",
        Some(TlsSpec {
            ca_cert: Some(_), ..
        }) => "authorities of `tls_ca_cert`",
        Some(TlsSpec { .. }) | None => "the system's authorities",
    };
    match spec.and_then(|spec| spec.client_cert) {
        Some(_) => format!("{trust}, with a certificate of ours"),
        None => trust.to_owned(),
    }
}

/// Whether each file sink can be opened: an error names the first that cannot. Nothing is created
/// or written.
pub fn check_files(spec: &'static PipelineSpec, targets: &[Target]) -> Result<(), Failure> {
    for (sink, target) in spec.sinks.iter().zip(targets) {
        match target {
            Target::File(path) if path.exists() => {
                let opened = std::fs::OpenOptions::new().append(true).open(path);
                opened.map_err(|error| outlets::cannot_open(path, sink.name, &error))?;
            }
            Target::File(path) => {
                let folder = path
                    .parent()
                    .filter(|folder| !folder.as_os_str().is_empty());
                if folder.is_some_and(|folder| !folder.is_dir()) {
                    let error = std::io::ErrorKind::NotFound.into();
                    return Err(outlets::cannot_open(path, sink.name, &error));
                }
            }
            Target::Files { spec, prefix } => {
                let root = outlets::files_root(spec, prefix);
                if !root.is_dir() {
                    let error = std::io::ErrorKind::NotFound.into();
                    return Err(outlets::cannot_open(&root, sink.name, &error));
                }
            }
            Target::Stdout
            | Target::Printed
            | Target::Blackhole
            | Target::Webhook(_)
            | Target::Mqtt { .. }
            | Target::DeadLetters { .. } => {}
        }
    }
    Ok(())
}
