//! The control endpoint of a running pipeline, as its clients see it: those that mean well, and
//! the others.

mod support;

use std::io::Write as _;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::control::{Answer, Control, of_first};
use support::{Broker, Pipeline};

fn start(broker: &Broker, control: &Control, more: &[(&str, &str)]) -> Pipeline {
    let given = [
        ("BROKER", broker.url.as_str()),
        ("CONTROL", &control.address),
    ];
    let variables: Vec<_> = given.iter().chain(more).copied().collect();
    Pipeline::start(&variables, &[])
}

#[test]
fn a_pipeline_tells_how_it_does() {
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker, &control, &[]);
    assert_eq!(control.get("/health").status, 200);
    let ready = control.get("/ready");
    assert_eq!(ready.status, 503);
    assert!(
        ready.body.contains("connection `plant`: not connected"),
        "{}",
        ready.body
    );
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "first/a", 1, b"good");
    client.publish(0x32, "first/a", 2, b"");
    client.publish(0x32, "first/a", 3, b"bad");
    client.publish(0x32, "first/a", 4, b"skip");
    assert_eq!(pipeline.payload(), "good");
    control.wait_until_ready();
    control.wait_for("all four are counted", |metrics| {
        of_first(metrics, "received") > 3.5 && of_first(metrics, "in flight") < 0.5
    });
    let metrics = control.metrics();
    let labels = "{connection=\"plant\",table=\"first\"}";
    for (name, value) in [
        ("laminar_mqtt_bytes_received", 11.0),
        ("laminar_mqtt_connection_status", 1.0),
        ("laminar_mqtt_subscription_count", 1.0),
        ("laminar_mqtt_reconnect_attempts", 0.0),
    ] {
        let found = metrics[&format!("{name}{labels}")];
        assert!((found - value).abs() < 0.1, "{name}: {found}");
    }
    let lag = "laminar_batch_lag_seconds_count{connection=\"plant\"}";
    assert!(metrics[lag] >= 1.0, "{metrics:#?}");
    assert!(metrics["process_start_time_seconds"] > 1.6e9);
    let status = control.get("/tables/system.connector_status");
    assert!(
        status
            .body
            .starts_with("{\"connector_name\":\"mqtt_source\",\"connection\":\"plant\"")
    );
    assert!(
        status
            .body
            .contains("\"state\":\"connected\",\"connected_since\":\"20")
    );
    assert_eq!(status.body.lines().count(), 2, "two tables");
    let logs = control.get("/tables/system.connector_logs");
    let connected = "\"connector\":\"mqtt_source\",\"connection\":\"plant\",\
                     \"message\":\"connection `plant`";
    assert!(logs.body.contains(connected), "{}", logs.body);
    assert_eq!(control.get("/sql").body, "SELECT 1");
    assert_eq!(control.get("/tables/nothing").status, 404);
    pipeline.stop();
}

/// A page that browsers load from elsewhere, a body that is not read, another protocol.
#[test]
fn what_is_no_good_request_is_refused() {
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker, &control, &[]);
    let long = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(20_000));
    let post = format!(
        "POST /metrics HTTP/1.1\r\nContent-Length: 9999\r\n\r\n{}",
        "x".repeat(9_999)
    );
    for (request, status) in [
        ("GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
        (post.as_str(), 405),
        (long.as_str(), 431),
        ("\x16\x03\x01\x02\x00\x01\x00", 400),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        ("GET /../etc/passwd HTTP/1.1\r\n\r\n", 404),
        (
            "GET http://evil.example/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
            421,
        ),
        ("GET / HTTP/1.1\r\nHost: [::1]:1\r\n\r\n", 200),
    ] {
        assert_eq!(control.ask(request).status, status, "{request:.50}");
    }
    let head = control.ask("HEAD /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let chunked = control.ask("GET /tables/system.metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(chunked.head.contains("Transfer-Encoding: chunked"));
    assert!(chunked.body.ends_with("\r\n0\r\n\r\n"));
    pipeline.stop();
}

#[test]
fn a_token_is_asked_for_where_there_is_one() {
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker, &control, &[("CONTROL_TOKEN", "open-sesame")]);
    assert_eq!(control.get("/metrics").status, 401);
    assert_eq!(control.get("/health").status, 200);
    assert_eq!(
        control.get("/ready").body,
        "{\"ready\":false,\"reasons\":[]}\n"
    );
    for (token, status) in [("open-sesame", 200), ("open-sesamf", 401), ("", 401)] {
        let request = format!("GET /sql HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\r\n");
        assert_eq!(control.ask(&request).status, status, "{token}");
    }
    pipeline.stop();
}

/// SIGHUP: the file that holds it is read again.
#[test]
fn another_token_is_asked_for_once_it_is_read() {
    let (broker, control) = (Broker::new(), Control::new());
    let file = format!("laminar-token-{}", std::process::id());
    let file = std::env::temp_dir().join(file);
    let write = |token: &str| std::fs::write(&file, token).expect("the file can be written");
    write("first\n");
    let path = file.to_str().expect("text");
    let pipeline = start(&broker, &control, &[("CONTROL_TOKEN_FILE", path)]);
    let mut client = broker.accept_subscribed(0);
    let status = |token: &str| {
        let request = format!("GET /sql HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\r\n");
        control.ask(&request).status
    };
    assert_eq!((status("first"), status("second")), (200, 401));
    write("second");
    pipeline.signal("HUP");
    assert_eq!(client.packet(), [0xe0, 0], "DISCONNECT");
    assert_eq!((status("first"), status("second")), (401, 200));
    let _client = broker.accept_subscribed(0);
    pipeline.stop();
    let _ = std::fs::remove_file(&file);
}

/// What is asked first when no messages come: errors of the connector, while it still tries.
#[test]
fn a_missing_connection_is_an_error_in_the_log() {
    let control = Control::new();
    let variables = [
        ("BROKER", "tcp://127.0.0.1:1"),
        ("CONTROL", &control.address),
    ];
    let pipeline = Pipeline::start(&variables, &[]);
    let deadline = Instant::now() + Duration::from_secs(30);
    let wanted = "\"level\":\"ERROR\",\"connector\":\"mqtt_source\",\"connection\":\"plant\"";
    while !control
        .get("/tables/system.connector_logs")
        .body
        .contains(wanted)
    {
        assert!(Instant::now() < deadline, "it is told");
        std::thread::sleep(Duration::from_millis(20));
    }
    pipeline.stop();
}

/// Whoever says nothing, or takes nothing, is in nobody's way.
#[test]
fn clients_that_hold_on_do_no_harm() {
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker, &control, &[]);
    let mut client = broker.accept_subscribed(0);
    let start = Instant::now();
    let mut silent: Vec<_> = (0..100).map(|_| control.connect()).collect();
    for stream in &mut silent {
        stream.write_all(b"GET /").expect("it is let in");
    }
    let health = "GET /health HTTP/1.1\r\n\r\n";
    assert_eq!(control.ask(health).status, 200, "there is room left");
    let more: Vec<_> = (0..400).map(|_| control.connect()).collect();
    assert_eq!(control.ask(health).status, 200, "and others make it");
    client.publish(0x32, "first/a", 1, b"still here");
    assert_eq!(pipeline.payload(), "still here");
    assert_eq!(Answer::read(&mut silent[0]).status, 0, "it had to go");
    let mut last = more.into_iter().next_back().expect("there are some");
    assert_eq!(Answer::read(&mut last).status, 408);
    assert!(
        start.elapsed() < Duration::from_secs(15),
        "silence ends soon"
    );
    pipeline.stop();
}

/// What stands behind the head of a request does not take the answer away from whoever sent it.
#[test]
fn a_request_with_more_behind_it_is_answered() {
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker, &control, &[]);
    let body = "x".repeat(30_000);
    for head in [
        format!(
            "GET /health HTTP/1.1\r\nContent-Length: {}\r\n\r\n",
            body.len()
        ),
        "GET http://localhost/health HTTP/1.1\r\n\r\n".to_owned(),
    ] {
        let mut stream = control.connect();
        // it may be done before the last byte
        let _ = stream.write_all(format!("{head}{body}").as_bytes());
        assert_eq!(Answer::read(&mut stream).status, 200, "{head}");
    }
    pipeline.stop();
}

#[test]
fn a_place_that_was_asked_for_must_be_free() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("it is bound").to_string();
    let busy = Pipeline::start(
        &[("BROKER", "tcp://127.0.0.1:1"), ("CONTROL", &address)],
        &[],
    );
    let ended = busy.wait();
    assert_eq!(ended.code, 78, "{}", ended.log);
    assert!(ended.log.contains("control.listen"), "{}", ended.log);
    for wrong in ["nowhere", "127.0.0.1:99999"] {
        let ended = Pipeline::start(
            &[("BROKER", "tcp://127.0.0.1:1"), ("CONTROL", wrong)],
            &["--check-config"],
        )
        .wait();
        assert_eq!(ended.code, 78, "{}", ended.log);
    }
}

/// What must not be seen is in no page, no log line and no configuration.
#[test]
fn secrets_are_seen_nowhere() {
    let (broker, control) = (Broker::new(), Control::new());
    let secrets = [
        ("USERNAME", "reader"),
        ("PASSWORD", "canary-in-the-mine"),
        ("CONTROL_TOKEN", "canary-in-the-cage"),
    ];
    let pipeline = start(&broker, &control, &secrets);
    // a broker that refuses them is told about, more than once
    for _ in 0..2 {
        let mut client = broker.accept();
        assert!(
            client.packet().windows(6).any(|part| part == b"canary"),
            "it is sent"
        );
        client.send(&[0x20, 2, 0, 3]);
        drop(client);
    }
    broker.accept_subscribed(0);
    let mut seen = String::new();
    for path in [
        "/",
        "/metrics",
        "/ready",
        "/sql",
        "/tables/system.connector_status",
        "/tables/system.connector_logs",
        "/tables/system.metrics",
        "/tables/system.tables",
    ] {
        let answer = control.ask(&format!(
            "GET {path} HTTP/1.0\r\nAuthorization: Bearer canary-in-the-cage\r\n\r\n"
        ));
        assert_eq!(
            answer.status,
            if path == "/ready" { answer.status } else { 200 },
            "{path}"
        );
        seen += &answer.body;
    }
    seen += &pipeline.stop().log;
    let variables: Vec<_> = secrets
        .iter()
        .chain(&[("BROKER", "tcp://b")])
        .copied()
        .collect();
    for argument in ["--about", "--check-config"] {
        let ended = Pipeline::start(&variables, &[argument]).wait();
        seen += &ended.rows.join("\n");
        seen += &ended.log;
    }
    assert!(
        seen.contains("reader") && seen.contains("[hidden]"),
        "{seen}"
    );
    assert!(!seen.contains("canary"), "{seen}");
}

/// The text is what Prometheus' own client takes for its format.
#[test]
fn prometheus_reads_the_metrics() {
    let has = "import prometheus_client.parser";
    let chosen = std::env::var_os("LAMINAR_PYTHON").unwrap_or_else(|| "python3".into());
    let found = Command::new(&chosen)
        .args(["-c", has])
        .stderr(Stdio::null())
        .status();
    if !found.is_ok_and(|status| status.success()) {
        assert!(
            std::env::var_os("LAMINAR_REQUIRE_PROMETHEUS").is_none(),
            "{} has no prometheus_client",
            chosen.display()
        );
        eprintln!("skipped: there is no Python with prometheus_client");
        return;
    }
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker, &control, &[("SINK", "mqtt"), ("OUT", "out/x")]);
    let text = control.get("/metrics").body;
    let program = "
import sys
from prometheus_client.parser import text_string_to_metric_families
families = list(text_string_to_metric_families(sys.stdin.read()))
assert all(family.documentation for family in families)
assert all(family.type in ('counter', 'gauge', 'histogram') for family in families)
names = [family.name for family in families]
assert len(names) == len(set(names)), names
print(*names)
";
    let mut python = Command::new(&chosen)
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it ran before");
    let mut input = python.stdin.take().expect("it is piped");
    input.write_all(text.as_bytes()).expect("it reads");
    drop(input);
    let output = python.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{text}");
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    for name in [
        "laminar_mqtt_messages_received",
        "laminar_batch_lag_seconds",
    ] {
        assert!(names.contains(name), "{names}");
    }
    pipeline.stop();
}
