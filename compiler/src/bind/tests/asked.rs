//! Options that are given are asked for.

use super::{CONNECTION, TABLE};
use crate::avro::Schemas;
use crate::connectors::{
    CONNECTION as CONNECTION_OPTIONS, CONNECTORS, Connector, MQTT_SINK, MQTT_SOURCE, OptionKind,
    OptionSpec, Support,
};
use crate::source::SourceFile;

/// A value that an option takes, and what must be given with it.
fn example(spec: &OptionSpec) -> (String, &'static str) {
    let value = match (spec.support, spec.kind) {
        (Support::Only(values), _) => format!("'{}'", values[values.len() - 1]),
        (Support::Full, kind) => match kind {
            OptionKind::Text | OptionKind::AnyText | OptionKind::Any => match spec.name {
                "broker" => "'tcp://h'".to_owned(),
                "connection" => "'c'".to_owned(),
                "url" => "'https://h'".to_owned(),
                "dead_letter_topic" => "'bad'".to_owned(),
                "history" => "'10 minutes'".to_owned(),
                "rotate_size" => "'64MB'".to_owned(),
                "rotate_interval" => "'1 hour'".to_owned(),
                _ => "'x'".to_owned(),
            },
            OptionKind::Boolean => "false".to_owned(),
            OptionKind::Integer { greatest, .. } => greatest.to_string(),
            OptionKind::Number { greatest, .. } => greatest.to_string(),
            OptionKind::Choice(choices) => format!("'{}'", choices[0]),
            OptionKind::Qos => "1".to_owned(),
            OptionKind::List if matches!(spec.name, "headers" | "user_properties") => {
                "['a: b']".to_owned()
            }
            OptionKind::List => "['x']".to_owned(),
            OptionKind::TimestampFormat => "'unix_s'".to_owned(),
        },
    };
    let companion = match spec.name {
        "clean_session" => ", client_id = 'x'",
        "compression" | "row_group_size" => ", format = 'parquet'",
        // with a schema a number is needed, or none
        "format" if value.contains("avro") => ", schema_file = 'x', value_schema_id = 1",
        "avro.framing" => ", value_schema_id = 1",
        "session_expiry_interval" => ", client_id = 'x', clean_session = false",
        "password" => ", username = 'x'",
        "lwt_payload" | "lwt_qos" | "lwt_retain" => ", lwt_topic = 'x'",
        "dead_letter_format" | "max_retries" => ", dead_letter_topic = 'bad'",
        "reconnect_interval" => ", reconnect_max_interval = 86400",
        "tls_ca_cert" | "tls_verify" => ", broker = 'ssl://h'",
        "tls_client_cert" => ", tls_client_key = 'x', broker = 'ssl://h'",
        "tls_client_key" => ", tls_client_cert = 'x', broker = 'ssl://h'",
        _ => "",
    };
    (value, companion)
}

/// Binds a statement for each option of a table that is built; `statement` makes it of the option
/// and its companions.
fn give_each(specs: &[OptionSpec], statement: impl Fn(&str, &str) -> String) {
    for spec in specs {
        if spec.name == "connector" {
            continue;
        }
        let (value, companion) = example(spec);
        let given = format!("{} = {value}{companion}", spec.name);
        let sql = format!("{CONNECTION}{TABLE}{}", statement(spec.name, &given));
        let source = SourceFile::new("t.sql", sql.clone());
        let mut schemas = Schemas::default();
        for reference in crate::schemas_of(&source) {
            schemas.insert(reference, Ok("\"int\"".to_owned()));
        }
        let (plan, diagnostics) = crate::check_with(&source, &schemas);
        assert!(plan.is_some(), "{sql}: {diagnostics:?}");
    }
}

/// A source table with an option.
fn source(name: &str, given: &str) -> String {
    let connection = match name {
        "connection" => "",
        // the other table of the connection has one session
        "parallelism" => ", broker = 'tcp://h'",
        _ => ", connection = 'c'",
    };
    let format = match name {
        "raw_bytes.include_topic" => ", format = 'raw_bytes'",
        "value_schema_id" => ", format = 'avro', schema_file = 'x'",
        _ if name.starts_with("avro.") => ", format = 'avro', schema_file = 'x'",
        "schema_registry_url" | "schema_file" => ", format = 'avro', value_schema_id = 1",
        _ => "",
    };
    let column = match format.contains("avro") {
        true => "x TEXT METADATA FROM 'topic'",
        false if format.is_empty() => "x JSON",
        false => "x BYTEA",
    };
    let has_topic = matches!(name, "topic" | "topics");
    let topic = if has_topic { "" } else { ", topic = 'a'" };
    let given = format!("{given}{connection}{topic}{format}");
    format!("CREATE TABLE r ({column}) WITH (connector = 'mqtt', {given});")
}

/// The binder panics over an option that was given and that it never asked for.
#[test]
fn every_option_is_asked_for() {
    let unless = |name: &str, option: &str, text: &'static str| {
        if name == option { "" } else { text }
    };
    // these bring a broker with TLS along
    let has_broker = |name: &str| name == "broker" || name.starts_with("tls_");
    let broker = ", broker = 'tcp://h'";
    give_each(CONNECTION_OPTIONS, |name, given| {
        let broker = if has_broker(name) { "" } else { broker };
        format!("CREATE CONNECTION d FROM mqtt WITH ({given}{broker});")
    });
    give_each(CONNECTION_OPTIONS, |name, given| {
        let broker = if has_broker(name) { "" } else { broker };
        format!(
            "CREATE TABLE r (x INT) WITH (connector = 'mqtt', topic = 'a', {given}{broker});
             CREATE TABLE w WITH (connector = 'mqtt_sink', topic = 'b', {given}{broker})
             AS SELECT x FROM r;"
        )
    });
    let connection = ", connection = 'c'";
    give_each(MQTT_SOURCE, source);
    give_each(MQTT_SINK, |name, given| {
        let connection = unless(name, "connection", connection);
        let topic = unless(name, "topic", ", topic = 'a'");
        format!(
            "CREATE TABLE w WITH (connector = 'mqtt_sink', {given}{connection}{topic})
             AS SELECT s FROM t;"
        )
    });
    for connector in CONNECTORS.iter().filter(|spec| !spec.takes_connection) {
        let (needed, option) = match connector.connector {
            Connector::File => ("path", ", path = 'p'"),
            Connector::Webhook => ("url", ", url = 'https://h'"),
            Connector::Mqtt | Connector::MqttSink | Connector::Stdout | Connector::Blackhole => {
                ("", "")
            }
        };
        give_each(connector.sink_options, |name, given| {
            let option = unless(name, needed, option);
            let connector = connector.name();
            let given = given.replace(", broker = 'ssl://h'", "");
            format!(
                "CREATE TABLE w WITH (connector = '{connector}', {given}{option})
                 AS SELECT s FROM t;"
            )
        });
    }
}
