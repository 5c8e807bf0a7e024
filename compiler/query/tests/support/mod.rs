//! A pipeline to be asked: its endpoint is that of the runtime, and its messages are put into its
//! history by hand.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use laminar_runtime::control::{self, Access, ConnectionFacts, Facts, TlsServer};
use laminar_runtime::generated::{Column, Decimal, Out, Outcome, Row, RowError, Table, json};
use laminar_runtime::history::{Bad, History, locked};
use laminar_runtime::log;
use laminar_runtime::message::Message;
use laminar_runtime::metrics::Metrics;
use laminar_runtime::program;
use laminar_runtime::samples::Samples;
use laminar_runtime::secret::Secret;
use laminar_runtime::spec::{
    BadData, ConnectionSpec, DeclaredColumn, DeclaredSpec, HistorySpec, Metadata, Origin,
    PipelineSpec, SettingsSpec, TableSpec, Type,
};
use std::net::TcpListener;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;
use tokio::sync::watch;

const TELEMETRY: &[DeclaredColumn] = &[
    DeclaredColumn::key("device_id", Type::Text),
    DeclaredColumn::key("timestamp", Type::Timestamp(6)),
    DeclaredColumn::key("temperature", Type::Float64),
    DeclaredColumn::key("humidity", Type::Float64),
    DeclaredColumn::key("location", Type::Text),
];

const PUMPS: &[DeclaredColumn] = &[
    DeclaredColumn::key("pumpId", Type::Text).not_null(),
    DeclaredColumn::key("bar", Type::Decimal(6, 2)),
    DeclaredColumn::new("hall", Type::Text, Origin::Message(Metadata::TopicLevel(2))),
    DeclaredColumn::new("mbar", Type::Float64, Origin::Computed("bar * 1000")),
    DeclaredColumn::key("raw", Type::Json),
];

/// What laminarc generates for `mbar`.
struct Mbar;

const BAR: Column = Column { slot: 0, index: 0 };
static NODES: [json::Node; 2] = json::Node::flat(&[("bar", 1)]);

impl Table for Mbar {
    const SHAPE: &'static json::Shape = &json::Shape::new(1, &NODES);
    const FLOWS: usize = 1;

    fn check(_: Row<'_>) -> Result<(), RowError> {
        Ok(())
    }

    fn flow(_: usize, row: Row<'_>, out: Out<'_>) -> Result<Outcome, RowError> {
        let bar = row.decimal::<2>(BAR, 6)?;
        let hundredths = bar.and_then(|Decimal(digits)| i32::try_from(digits).ok());
        let mut json = out.row();
        json.field("{\"mbar\":", hundredths.map(|bar| f64::from(bar) * 10.0));
        json.raw("}");
        json.end();
        Ok(Outcome::Emitted)
    }
}

const fn table(
    name: &'static str,
    columns: &'static [DeclaredColumn],
    history: Option<HistorySpec>,
) -> TableSpec {
    TableSpec {
        name,
        connection: 0,
        topics: &["#"],
        qos: 1,
        batch_size: 1_000,
        batch_timeout_ms: 100,
        bad_data: BadData::Drop,
        columns: &[],
        sites: &[],
        flows: &[],
        declared: DeclaredSpec::json(columns),
        history,
        program: || unreachable!("nothing runs in these tests"),
    }
}

const KEPT: Option<HistorySpec> = Some(HistorySpec::new(1 << 20, Some(120_000)));

static PIPELINE: PipelineSpec = PipelineSpec {
    name: "plant",
    sql: "",
    sql_hash: "",
    compiler_version: "",
    connections: &[ConnectionSpec::new("plant", "tcp://localhost")],
    tables: &[
        table("iot_telemetry", TELEMETRY, KEPT),
        TableSpec {
            declared: DeclaredSpec::json(PUMPS).generating(program::generated::<Mbar>),
            ..table("Pumps", PUMPS, KEPT)
        },
        table("silent", PUMPS, None),
    ],
    sinks: &[],
    settings: SettingsSpec::DEFAULT,
};

const SECOND_US: i64 = 1_000_000;

fn now_us() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let since = since.expect("the clock is set").as_micros();
    i64::try_from(since).expect("it is not that late")
}

/// A pipeline that has run for 90 seconds and has got a message of each kind every 10 seconds.
pub fn pipeline(token: Option<&str>) -> String {
    started(token, None)
}

/// The same, asked in this way.
pub fn started(token: Option<&str>, tls: Option<TlsServer>) -> String {
    static LOGGED: OnceLock<Arc<log::LogRing>> = OnceLock::new();
    let logged = LOGGED.get_or_init(|| {
        let logged = log::start(&SettingsSpec::DEFAULT);
        log::speak_for("mqtt_source", Some("plant"));
        tracing::error!("connection `plant`: not authorized");
        tracing::info!("connection `plant`: connected");
        logged
    });
    let now = now_us();
    let history = Arc::new(History::new(&PIPELINE, now - 90 * SECOND_US));
    let rings = [0, 1].map(|table| history.open(table).expect("it keeps some"));
    for at in 0..9 {
        let received_at_us = now - (90 - at * 10) * SECOND_US;
        let reading =
            format!(r#"{{"device_id":"d{at}","timestamp":{received_at_us},"temperature":{at}.5}}"#);
        // RFC 3339 of the time of receipt
        let reading = reading.replace(
            &received_at_us.to_string(),
            &format!("\"{}\"", rfc3339(received_at_us)),
        );
        let pump = format!(r#"{{"pumpId":"p{at}","bar":{at}.25,"raw":{{"x":[{at}]}}}}"#);
        let message = |topic, payload| Message {
            received_at_us,
            ..Message::new(topic, payload)
        };
        locked(&rings[0]).push(&[message("sensors/a/telemetry", reading.as_bytes())], &[]);
        locked(&rings[1]).push(&[message("pumps/h4", pump.as_bytes())], &[]);
    }
    let bad = Message {
        received_at_us: now,
        ..Message::new("pumps/h5", b"{}")
    };
    let mark = Bad {
        index: 0,
        whole: true,
    };
    locked(&rings[1]).push(&[bad], &[mark]);
    let facts = Facts {
        spec: &PIPELINE,
        metrics: Arc::new(Metrics::new(&PIPELINE)),
        logged: Arc::clone(logged),
        history,
        samples: Arc::new(Samples::new(0)),
        layouts: PIPELINE.tables.iter().map(|_| OnceLock::new()).collect(),
        connections: vec![ConnectionFacts {
            name: "plant",
            broker: "localhost:1883".into(),
            client_id: "me".into(),
            publisher_id: "me-out".into(),
            is_unverified: false,
        }],
        started: SystemTime::now(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound").to_string();
    let token = token.map(|token| Secret::new(token.into()));
    let (_, token) = watch::channel(token);
    control::start(listener, Access { token, tls }, facts).expect("it can be served");
    address
}

fn rfc3339(micros: i64) -> String {
    let time = chrono::DateTime::from_timestamp_micros(micros).expect("it is in range");
    time.to_rfc3339()
}
