//! What the options of the SQL do in a built pipeline: each of them here is not at its default, and
//! a broker sees what follows from it.
//!
//! Others have tests of their own. In a running process: `parallelism` and `shared_subscription`
//! (`runtime/tests/parallel.rs`), everything about TLS (`secure.rs`, `tls_files.rs`), `bad_data`
//! and `mqtt_version` (`scripted_broker.rs`); `batch_timeout_ms` in `backpressure.rs`, since an
//! idle line ends a batch before. In rows that are compared: `json.validation`,
//! `json.unstructured` and `timestamp_format` (`compiler/tests/cases`).

use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use super::support::{Scratch, laminarc};
use super::wire::{accept, framed, packet, publish_5, send};

const SQL: &str = r#"
CREATE CONNECTION plant FROM mqtt_source
WITH (
    broker = 'tcp://localhost',
    client_id = '${CLIENT}',
    username = 'iot_reader',
    password = '${SECRET}',
    clean_session = false,
    session_expiry_interval = 3600,
    keep_alive = 7,
    lwt_topic = 'clients/gone',
    lwt_payload = '{"bye":1}',
    lwt_qos = 2,
    lwt_retain = true,
    reconnect_interval = 0.2,
    reconnect_backoff_multiplier = 4,
    reconnect_max_interval = 0.9,
    max_reconnect_attempts = 4,
    max_packet_size = 300,
    receive_maximum = 77
);

CREATE TABLE readings (n INT, s TEXT)
WITH (
    connector = 'mqtt_source',
    connection = 'plant',
    topics = '["a/+", "b/#"]',
    qos = 2,
    batch_size = 3,
    dead_letter_topic = 'bad/things',
    dead_letter_format = 'envelope',
    max_retries = 2
);

CREATE TABLE published
WITH (
    connector = 'mqtt_sink', connection = 'plant', topic = 'out', qos = 1, retain = true
)
AS SELECT n, s FROM readings;
"#;

/// The CONNECT of the session that receives: version 5, all flags but that for a clean start, 7 s;
/// session expiry and receive maximum; client id, will, name and password.
const SOURCE: &[u8] = b"\0\x04MQTT\x05\xf4\0\x07\x08\x21\0\x4d\x11\0\0\x0e\x10\0\x02me\
    \0\0\x0cclients/gone\0\x09{\"bye\":1}\0\x0aiot_reader\0\x07hunter2";

/// That of the session that publishes: clean, and without a will.
const SINK: &[u8] = b"\0\x04MQTT\x05\xc2\0\x07\x03\x21\0\x4d\0\x06me-out\
    \0\x0aiot_reader\0\x07hunter2";

/// Both sessions of the pipeline, in whatever order they connect.
fn sessions(listener: &TcpListener) -> (TcpStream, TcpStream) {
    let mut both = [accept(listener), accept(listener)].map(|stream| {
        let (first, body) = packet(&stream).expect("CONNECT comes");
        assert_eq!(first, 0x10);
        send(&stream, 0x20, &[0, 0, 0]);
        (body, stream)
    });
    both.sort_by_key(|(body, _)| body.len());
    let [(sink_said, sink), (source_said, source)] = both;
    assert_eq!(
        source_said.escape_ascii().to_string(),
        SOURCE.escape_ascii().to_string()
    );
    assert_eq!(
        sink_said.escape_ascii().to_string(),
        SINK.escape_ascii().to_string()
    );
    (source, sink)
}

/// The session that publishes once more.
fn sink_again(listener: &TcpListener) -> TcpStream {
    let sink = accept(listener);
    assert_eq!(packet(&sink), Some((0x10, SINK.to_vec())));
    send(&sink, 0x20, &[0, 0, 0]);
    sink
}

fn subscribe(source: &TcpStream) {
    let (first, body) = packet(source).expect("SUBSCRIBE comes");
    assert_eq!(first, 0x82);
    assert_eq!(&body[2..], b"\0\0\x03a/+\x02\0\x03b/#\x02");
    send(source, 0x90, &[body[0], body[1], 0, 2, 2]);
}

/// The next PUBLISH: its first byte, its identifier, and its payload.
fn published(sink: &TcpStream, topic: &str) -> (u8, [u8; 2], String) {
    let (first, body) = packet(sink).expect("a PUBLISH comes");
    let head = [
        &[0, u8::try_from(topic.len()).expect("short")],
        topic.as_bytes(),
    ]
    .concat();
    let rest = body.strip_prefix(&head[..]).expect("it is on its topic");
    assert_eq!(rest[2], 0, "no properties");
    let payload = String::from_utf8(rest[3..].to_vec()).expect("it is text");
    (first, [rest[0], rest[1]], payload)
}

fn confirm(sink: &TcpStream, id: [u8; 2]) {
    send(sink, 0x40, &id);
}

fn expect_received(source: &TcpStream, id: u8) {
    assert_eq!(packet(source), Some((0x50, vec![0, id])));
}

/// Seven messages at once are three batches: `batch_size`. Rows are retained: `retain`.
fn batches(source: &TcpStream, sink: &TcpStream) {
    use std::io::Write as _;
    let messages = (1..=7).map(|id| {
        let payload = format!("{{\"n\":{id}}}");
        framed(0x34, &publish_5("b/c/d", id, payload.as_bytes()))
    });
    let mut stream = source;
    let messages: Vec<u8> = messages.flatten().collect();
    stream.write_all(&messages).expect("it reads");
    let rows: Vec<_> = (1..=7).map(|_| published(sink, "out")).collect();
    for (number, (first, _, row)) in (1..).zip(&rows) {
        assert_eq!(
            (*first, row.as_str()),
            (0x33, &*format!("{{\"n\":{number},\"s\":null}}"))
        );
    }
    rows[..3].iter().for_each(|(_, id, _)| confirm(sink, *id));
    (1..=3).for_each(|id| expect_received(source, id));
    source
        .set_read_timeout(Some(Duration::from_millis(300)))
        .expect("sockets can");
    assert_eq!(packet(source), None, "the next batch is not confirmed");
    source
        .set_read_timeout(Some(super::support::TIMEOUT))
        .expect("sockets can");
    rows[3..].iter().for_each(|(_, id, _)| confirm(sink, *id));
    (4..=7).for_each(|id| expect_received(source, id));
}

/// A bad message, and one that is larger than `max_packet_size`, in envelopes on
/// `dead_letter_topic`.
fn dead_letters(source: &TcpStream, sink: &TcpStream) {
    let large = format!("{{\"s\":\"{}\"}}", "x".repeat(300));
    let fits = format!("{{\"s\":\"{}\"}}", "x".repeat(270));
    send(source, 0x34, &publish_5("a/x", 8, b"{\"n\":\"no\"}"));
    send(source, 0x34, &publish_5("a/x", 9, large.as_bytes()));
    for (id, reason) in [
        (8, "\"reason\":\"wrong_kind\""),
        (9, "\"reason\":\"oversized\""),
    ] {
        let (first, letter, text) = published(sink, "bad/things");
        assert_eq!(first, 0x32);
        assert!(
            text.starts_with('{') && text.contains(reason),
            "{reason}: {text}"
        );
        assert!(text.contains("\"topic\":\"a/x\""), "{text}");
        confirm(sink, letter);
        expect_received(source, id);
    }
    send(source, 0x34, &publish_5("a/x", 10, fits.as_bytes()));
    let (_, row, _) = published(sink, "out");
    confirm(sink, row);
    expect_received(source, 10);
}

/// A row that the broker does not take is tried twice more, then it is a dead letter:
/// `max_retries`.
fn retries(listener: &TcpListener, source: &TcpStream, mut sink: TcpStream) -> TcpStream {
    const QUOTA_EXCEEDED: u8 = 0x97;
    send(source, 0x34, &publish_5("a/x", 11, b"{\"n\":11}"));
    for attempt in 0..3 {
        let (_, id, row) = published(&sink, "out");
        assert_eq!(row, "{\"n\":11,\"s\":null}");
        send(&sink, 0x40, &[id[0], id[1], QUOTA_EXCEEDED]);
        if attempt < 2 {
            assert_eq!(
                packet(&sink),
                None,
                "it is sent again on another connection"
            );
            sink = sink_again(listener);
        }
    }
    let (_, letter, text) = published(&sink, "bad/things");
    assert!(text.contains("\"payload\":\"{\\\"n\\\":11}\""), "{text}");
    confirm(&sink, letter);
    expect_received(source, 11);
    sink
}

/// The delays before each attempt, and that no more are made than may be.
fn check_attempts(output: &Output) {
    let log = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(69), "{log}");
    assert!(log.contains("given up after 4 attempts"), "{log}");
    let ours = log
        .lines()
        .filter(|line| line.contains("connection `plant` ("));
    let delays = ours.filter_map(|line| line.split_once("next attempt in ")?.1.strip_suffix(" s"));
    let delays: Vec<f64> = delays.map(|text| text.parse().expect("a number")).collect();
    // The first follows the loss of the connection. With a limit each is at least half its step.
    let steps = [0.2, 0.8, 0.9, 0.9];
    assert_eq!(delays.len(), steps.len(), "{log}");
    for (delay, step) in delays.into_iter().zip(steps) {
        assert!(
            (step * 0.49..=step + 0.01).contains(&delay),
            "{delay} of {step}: {log}"
        );
    }
}

#[test]
fn no_option_is_ignored() {
    let scratch = Scratch::new("options");
    let sql = scratch.file("options.sql", SQL.as_bytes());
    let binary = scratch.path("options");
    let built = laminarc(&["build", &sql, "-o", &binary]);
    assert_eq!(built.code, 0, "{}", built.err);
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let url = format!("tcp://{}", listener.local_addr().expect("it is bound"));
    let mut command = Command::new(binary);
    command
        .args(["--broker", &url])
        .envs([("CLIENT", "me"), ("SECRET", "hunter2")]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let running = thread::spawn(move || command.output().expect("it was just built"));
    let (source, sink) = sessions(&listener);
    subscribe(&source);
    batches(&source, &sink);
    dead_letters(&source, &sink);
    let sink = retries(&listener, &source, sink);
    drop((listener, source, sink));
    check_attempts(&running.join().expect("it ends by itself"));
}
