//! Each mistake of a configuration is told with its place.

use super::*;
use crate::spec::{
    BadData, DeclaredSpec, LastWillSpec, MqttVersion, PropertiesSpec, ReconnectSpec, SettingsSpec,
};

static PIPELINE: PipelineSpec = PipelineSpec {
    name: "p",
    sql: "",
    sql_hash: "",
    compiler_version: "",
    settings: SettingsSpec::DEFAULT,
    connections: &[ConnectionSpec {
        name: "plant",
        broker: "${BROKER}",
        client_id: Some("${ID}"),
        username: Some("u"),
        password: Some("${PASSWORD}"),
        clean_session: false,
        session_expiry_interval_s: None,
        keep_alive_s: 60,
        mqtt_version: MqttVersion::V311,
        tls: None,
        last_will: Some(LastWillSpec {
            topic: "${WILL}",
            payload: "gone",
            qos: 1,
            retain: true,
        }),
        reconnect: ReconnectSpec {
            initial_ms: 1000,
            multiplier: 2.0,
            max_ms: 60_000,
            max_attempts: None,
        },
        max_packet_size: 1 << 20,
        receive_maximum: 1024,
        parallelism: 1,
    }],
    tables: &[TableSpec {
        name: "t",
        connection: 0,
        topics: &["a/${TOPIC}", "b"],
        qos: 1,
        batch_size: 1,
        batch_timeout_ms: 1,
        bad_data: BadData::Drop,
        columns: &[],
        sites: &[],
        flows: &[],
        declared: DeclaredSpec::json(&[]),
        history: None,
        program: || unreachable!("nothing runs in these tests"),
    }],
    sinks: &[
        SinkSpec {
            name: "f",
            kind: SinkKind::File {
                path: "${FILE}",
                sync: true,
            },
        },
        SinkSpec {
            name: "m",
            kind: SinkKind::Mqtt {
                connection: 0,
                topic: &["out/${TOPIC}"],
                qos: 1,
                retain: false,
                properties: PropertiesSpec {
                    content_type: Some("${CONTENT:-text}"),
                    response_topic: Some("${ANSWERS:-a}"),
                    user_properties: &[("site", "${SITE:-hall}")],
                    ..PropertiesSpec::NONE
                },
            },
        },
    ],
};

/// The mistakes that a set of variables (`NAME=value` each) leads to.
fn mistakes(variables: &[&str], overrides: &[BrokerOverride]) -> String {
    let lookup = |name: &str| {
        let found = variables
            .iter()
            .find_map(|pair| pair.strip_prefix(&format!("{name}=")));
        found.map(|value| Ok(value.to_owned()))
    };
    let mut resolver = Resolver::new(&lookup);
    resolver.connections(&PIPELINE, overrides);
    resolver.filters(PIPELINE.tables);
    resolver.targets(PIPELINE.sinks);
    resolver
        .finish()
        .map_or_else(|failure| failure.message, |()| String::new())
}

const GOOD: [&str; 6] = [
    "BROKER=tcp://h",
    "ID=i",
    "PASSWORD=",
    "WILL=w",
    "TOPIC=x",
    "FILE=f",
];

/// [`GOOD`] with one variable changed; `NAME` alone takes it away.
fn changed(change: &str) -> String {
    let name = change.split('=').next().unwrap_or_default();
    let mut variables: Vec<&str> = GOOD
        .into_iter()
        .filter(|pair| !pair.starts_with(&format!("{name}=")))
        .collect();
    variables.push(change);
    mistakes(&variables, &[])
}

#[test]
fn each_mistake_names_its_option() {
    assert_eq!(mistakes(&GOOD, &[]), "");
    let cases = [
        (
            "BROKER",
            "connection `plant`, option `broker`: environment variable `BROKER`",
        ),
        ("BROKER=http://h", "unknown scheme `http://`"),
        (
            "ID",
            "option `client_id`: environment variable `ID` is not set",
        ),
        ("ID=", "option `client_id`: it is empty"),
        (
            "PASSWORD",
            "option `password`: environment variable `PASSWORD` is not set",
        ),
        (
            "CONTENT=a\0b",
            "table `m`, option `content_type`: it has a NUL in it, which MQTT cannot carry",
        ),
        (
            "SITE=\0",
            "table `m`, option `user_properties`: it has a NUL",
        ),
        (
            "ANSWERS=a/#",
            "table `m`, option `response_topic`: `a/#` is not a topic",
        ),
        ("WILL=a/+", "option `lwt_topic`: `a/+` is not a topic"),
        (
            "TOPIC=#/x",
            "table `t`, option `topics`: `a/#/x` is not a topic filter",
        ),
        (
            "TOPIC=+",
            "table `m`, option `topic`: `out/+` is not a topic",
        ),
        ("FILE=", "table `f`, option `path`: it is empty"),
    ];
    for (change, expected) in cases {
        let found = changed(change);
        assert!(found.contains(expected), "{change}: {found}");
    }
}

#[test]
fn files_have_names() {
    const FILES: FilesSpec = FilesSpec {
        prefix: "${FILE}",
        pattern: "",
        content: crate::spec::FileContent::Json,
        rotate_size: None,
        rotate_interval_s: Some(1),
        sync: true,
    };
    static PLAIN: [SinkSpec; 1] = [SinkSpec {
        name: "f",
        kind: SinkKind::Files(FILES),
    }];
    static BELOW: [SinkSpec; 1] = [SinkSpec {
        name: "f",
        kind: SinkKind::Files(FilesSpec {
            pattern: "%Y.jsonl",
            ..FILES
        }),
    }];
    for (file, is_one) in [
        ("rows", true),
        ("/a/.rows", true),
        ("", false),
        ("/", false),
        ("a/", false),
        (".", false),
        ("a/..", false),
    ] {
        let lookup = |_: &str| Some(Ok(file.to_owned()));
        let is_taken = |sinks| {
            let mut resolver = Resolver::new(&lookup);
            resolver.targets(sinks);
            resolver.finish().is_ok()
        };
        assert_eq!(is_taken(&PLAIN), is_one, "{file}");
        assert!(is_taken(&BELOW), "{file} is a folder");
    }
}

#[test]
fn what_does_not_fit_a_packet_is_refused() {
    let long = format!("PASSWORD={}", "a".repeat(65_536));
    assert!(changed(&long).contains("option `password`: it has 65536 bytes"));
    assert_eq!(changed(&long[..long.len() - 1]), "");
}

#[test]
fn all_mistakes_are_told_at_once() {
    assert_eq!(mistakes(&[], &[]).lines().count(), 7);
}

#[test]
fn a_broker_can_be_given() {
    let given = |connection: Option<&str>, url: &str| BrokerOverride {
        connection: connection.map(str::to_owned),
        url: url.to_owned(),
    };
    let without_broker = &GOOD[1..];
    let cases = [
        (given(None, "tcp://h"), ""),
        (given(Some("plant"), "tcp://h"), ""),
        (given(Some("plant"), "ssl:/h"), "--broker: `ssl:/h`"),
        (
            given(Some("plnt"), "tcp://h"),
            "no connection `plnt`, there is `plant`",
        ),
    ];
    for (given, expected) in cases {
        let found = mistakes(without_broker, std::slice::from_ref(&given));
        assert_eq!(expected.is_empty(), found.is_empty(), "{given:?}: {found}");
        assert!(found.contains(expected), "{given:?}: {found}");
    }
}

#[test]
fn a_broker_that_names_a_session_names_both() {
    for (id, publishes_as) in [("ID=plant", "plant-out"), ("ID=", "")] {
        let lookup = |name: &str| {
            let all = GOOD.iter().filter(|pair| !pair.starts_with("ID="));
            let mut all = all.chain([&id]);
            let found = all.find_map(|pair| pair.strip_prefix(&format!("{name}=")));
            found.map(|value| Ok(value.to_owned()))
        };
        let mut resolver = Resolver::new(&lookup);
        let connections = resolver.connections(&PIPELINE, &[]);
        // an id that is empty is a mistake where the session is kept, as it is here
        assert_eq!(resolver.finish().is_err(), publishes_as.is_empty());
        let connection = connections[0].as_ref().expect("it is known all the same");
        assert_eq!(connection.publisher_id(), publishes_as);
    }
}
