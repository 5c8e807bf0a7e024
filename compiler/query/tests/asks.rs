//! Whoever asks a running pipeline. What answers here is the endpoint of the runtime, of a pipeline
//! whose messages are put into its history by hand.

use laminar_runtime::control::{self, Access, ConnectionFacts, Facts};
use laminar_runtime::history::{Bad, History, locked};
use laminar_runtime::log;
use laminar_runtime::message::Message;
use laminar_runtime::metrics::Metrics;
use laminar_runtime::mqtt::secret::Secret;
use laminar_runtime::samples::Samples;
use laminar_runtime::spec::{
    BadData, ConnectionSpec, DeclaredColumn, DeclaredSpec, HistorySpec, Metadata, Origin,
    PipelineSpec, SettingsSpec, TableSpec, Type,
};
use std::net::TcpListener;
use std::process::{Command, Stdio};
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
        table("Pumps", PUMPS, KEPT),
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
fn pipeline(token: Option<&str>) -> String {
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
            is_unverified: false,
        }],
        started: SystemTime::now(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound").to_string();
    let token = token.map(|token| Secret::new(token.into()));
    let (_, token) = watch::channel(token);
    control::start(listener, Access { token, tls: None }, facts).expect("it can be served");
    address
}

fn rfc3339(micros: i64) -> String {
    let time = chrono::DateTime::from_timestamp_micros(micros).expect("it is in range");
    time.to_rfc3339()
}

/// What the program prints for people and programs, and whether it was content.
fn ask(arguments: &[&str]) -> (String, String, bool) {
    let output = Command::new(env!("CARGO_BIN_EXE_laminarc-query"))
        .args(arguments)
        .env_remove("LAMINAR_CONTROL_TOKEN")
        .stdin(Stdio::null())
        .output()
        .expect("it was built for this test");
    let text = |bytes| String::from_utf8(bytes).expect("it prints UTF-8");
    let is_content = output.status.success();
    (text(output.stdout), text(output.stderr), is_content)
}

/// Rows as JSON lines; nothing may be said beside them but notes.
fn rows(address: &str, sql: &str) -> (Vec<String>, String) {
    let (rows, said, is_content) = ask(&["--addr", address, "--format", "json", sql]);
    assert!(is_content, "{sql}: {said}");
    assert!(
        said.lines().all(|line| line.starts_with("note: ")),
        "{said}"
    );
    (rows.lines().map(str::to_owned).collect(), said)
}

/// The queries of the document, as they stand there.
#[test]
fn the_documents_queries_run() {
    let address = pipeline(None);
    let (status, said) = rows(
        &address,
        "SELECT * FROM system.connector_status\nWHERE connector_name = 'mqtt_source';",
    );
    assert_eq!((status.len(), said.as_str()), (3, ""));
    assert!(
        status[0].contains(r#""table_name":"iot_telemetry""#),
        "{status:?}"
    );
    let (logs, _) = rows(
        &address,
        "-- Check connection status
SELECT * FROM system.connector_logs
WHERE connector = 'mqtt_source'
AND level = 'ERROR'
ORDER BY timestamp DESC
LIMIT 10;",
    );
    assert_eq!(logs.len(), 1, "{logs:?}");
    assert!(logs[0].contains("not authorized"), "{logs:?}");
    let (rates, said) = rows(
        &address,
        "-- Monitor message rates
SELECT
    COUNT(*) as messages_per_minute,
    MIN(timestamp) as window_start,
    MAX(timestamp) as window_end
FROM iot_telemetry
WHERE timestamp > NOW() - INTERVAL '1 minute';",
    );
    // those 50, 40, 30, 20 and 10 s ago, and that of a minute ago if it was less
    assert!(
        rates[0].starts_with(r#"{"messages_per_minute":5,"window_start":"2"#),
        "{rates:?}"
    );
    assert_eq!(said, "", "a minute is kept");
}

#[test]
fn what_is_not_kept_is_said() {
    let address = pipeline(None);
    let kept = "`iot_telemetry`: rows are asked from ";
    for (condition, is_said) in [
        ("timestamp > NOW() - INTERVAL '1 hour'", true),
        ("NOW() - INTERVAL '1 hour' <= timestamp", true),
        (
            "timestamp BETWEEN NOW() - INTERVAL '1 hour' AND NOW()",
            true,
        ),
        (
            "timestamp >= NOW() - INTERVAL '30 seconds' AND temperature > 1",
            false,
        ),
        ("timestamp > '2020-01-01T00:00:00Z'", true),
    ] {
        let sql = format!("SELECT count(*) FROM iot_telemetry WHERE {condition}");
        let (_, said) = rows(&address, &sql);
        assert_eq!(said.contains(kept), is_said, "{condition}: {said}");
    }
    let (all, said) = rows(&address, "SELECT * FROM iot_telemetry");
    assert_eq!(all.len(), 9);
    assert!(said.contains("received since"), "{said}");
}

#[test]
fn names_are_written_as_in_a_pipeline() {
    let address = pipeline(None);
    let sql = "SELECT PUMPID, bar, hall FROM pumps WHERE pumpid = 'p3'";
    let (found, said) = rows(&address, sql);
    assert_eq!(
        found,
        [r#"{"pumpId":"p3","bar":"3.25","hall":"h4"}"#.replace("\"3.25\"", "3.25")]
    );
    assert!(said.contains("1 that the table's rules reject"), "{said}");
    let (found, _) = rows(
        &address,
        "SELECT \"raw\" FROM \"Pumps\" ORDER BY bar DESC LIMIT 1",
    );
    assert_eq!(found, [r#"{"raw":"{\"x\":[8]}"}"#]);
}

#[test]
fn several_tables_and_queries() {
    let address = pipeline(None);
    let (found, _) = rows(
        &address,
        "SELECT c.column_name, t.history IS NULL AS off FROM system.columns c
         JOIN system.tables t USING (table_name) WHERE t.table_name = 'silent'
         ORDER BY c.position LIMIT 1; SELECT 1 AS one",
    );
    assert_eq!(
        found,
        [r#"{"column_name":"pumpId","off":true}"#, r#"{"one":1}"#]
    );
}

#[test]
fn rows_are_printed_in_three_ways() {
    let address = pipeline(None);
    let sql = "SELECT device_id, humidity FROM iot_telemetry WHERE device_id < 'd2' ORDER BY 1";
    let print = |format| ask(&["--addr", &address, "--format", format, sql]).0;
    let json =
        "{\"device_id\":\"d0\",\"humidity\":null}\n{\"device_id\":\"d1\",\"humidity\":null}\n";
    assert_eq!(print("json"), json);
    assert_eq!(print("csv"), "device_id,humidity\nd0,\nd1,\n");
    let table = print("table");
    assert!(
        table.contains("| device_id | humidity |") && table.ends_with("2 rows\n"),
        "{table}"
    );
    let none = ask(&[
        "--addr",
        &address,
        "SELECT message FROM system.connector_logs LIMIT 0",
    ])
    .0;
    assert!(
        none.contains("| message |") && none.ends_with("0 rows\n"),
        "{none}"
    );
}

#[test]
fn mistakes_are_explained() {
    let address = pipeline(None);
    let url = format!("http://{address}");
    for (sql, expected) in [
        (
            "SELECT * FROM pump",
            format!(
                "error: no table `pump` at {url}\n  = help: a table with a similar name \
                 exists: `Pumps`"
            ),
        ),
        (
            "SELECT * FROM system.metric",
            "a table with a similar name exists: `system.metrics`".into(),
        ),
        (
            "SELECT * FROM xyz",
            "there are Pumps, iot_telemetry, silent, system.connector_status".into(),
        ),
        (
            "SELECT * FROM silent",
            "error: table `silent` keeps no history".into(),
        ),
        (
            "SELECT devic_id FROM iot_telemetry",
            "No field named devic_id".into(),
        ),
        (
            "SELECT mbar FROM pumps",
            "`mbar` of `Pumps` is a generated column".into(),
        ),
        ("SELEC 1", "error: ".into()),
        (
            "CREATE TABLE t AS SELECT 1",
            "nothing else is done here".into(),
        ),
        (
            "COPY (SELECT 1) TO '/tmp/x.csv'",
            "nothing else is done here".into(),
        ),
        (
            "SET datafusion.execution.batch_size = 1",
            "nothing else is done here".into(),
        ),
        ("", "error: there is no query".into()),
    ] {
        let (rows, said, is_content) = ask(&["--addr", &address, sql]);
        assert!(!is_content && rows.is_empty(), "{sql}");
        assert!(said.contains(&expected), "{sql}: {said}");
    }
    let (_, said, _) = ask(&["--addr", "127.0.0.1:1", "SELECT * FROM system.tables"]);
    assert!(
        said.contains("cannot ask a pipeline at http://127.0.0.1:1"),
        "{said}"
    );
}

#[test]
fn a_token_is_given() {
    let address = pipeline(Some("open-sesame"));
    let sql = "SELECT * FROM system.tables";
    let (_, said, _) = ask(&["--addr", &address, sql]);
    assert!(
        said.contains("asks for a token") && said.contains("--token"),
        "{said}"
    );
    let (_, said, _) = ask(&["--addr", &address, "--token", "x", sql]);
    assert!(
        said.contains("the token is not that of the pipeline"),
        "{said}"
    );
    let (rows, said, is_content) = ask(&["--addr", &address, "--token", "open-sesame", sql]);
    assert!(is_content && rows.ends_with("3 rows\n"), "{said}");
}
