//! A built pipeline against brokers: the demo's own, and mosquitto where it is installed
//! (`LAMINAR_REQUIRE_MOSQUITTO=1` makes that one mandatory).

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use laminarc::demo::broker::Broker;

use super::end_to_end::sensor_alerts;
use super::support::{Pipeline, Scratch, TIMEOUT, example_lines, messages};

#[test]
fn rows_from_the_demo_broker_are_those_of_a_replay() {
    let broker = Broker::start().expect("loopback has a free port");
    let pipeline = Pipeline::start(sensor_alerts(), &["--broker", &broker.url()]);
    let start = Instant::now();
    let messages = messages("sensor_alerts/pipeline.input.jsonl");
    while !broker.has_subscriber(&messages[0].0) {
        assert!(start.elapsed() < TIMEOUT, "it did not subscribe");
        thread::sleep(Duration::from_millis(1));
    }
    for (topic, payload) in &messages {
        broker.publish(topic, payload.as_bytes(), 1);
    }
    assert!(broker.drain(TIMEOUT), "messages were not acknowledged");
    let (status, rows) = pipeline.stop();
    assert_eq!(status.code(), Some(0), "stopped on request");
    assert_eq!(rows, example_lines("sensor_alerts/pipeline.expected.jsonl"));
}

#[test]
fn a_pipeline_comes_back_after_a_lost_connection() {
    let broker = Broker::start().expect("loopback has a free port");
    let pipeline = Pipeline::start(sensor_alerts(), &["--broker", &broker.url()]);
    let hot = br#"{"sensor_id":"x","temperature":50.0}"#;
    for round in 0..3 {
        pipeline.wait_until_said("subscribed");
        broker.publish("sensors/x/readings", hot, 1);
        let rows = pipeline.rows(1);
        assert!(
            rows[0].contains("\"temperature\":50.0"),
            "round {round}: {rows:?}"
        );
        broker.disconnect_all();
    }
    pipeline.wait_until_said("subscribed");
    assert_eq!(pipeline.stop().0.code(), Some(0));
}

#[test]
fn rows_from_mosquitto_are_those_of_a_replay() {
    let scratch = Scratch::new("mosquitto");
    let Some(mosquitto) = Mosquitto::start_or_skip(&scratch) else {
        return;
    };
    let pipeline = Pipeline::start(sensor_alerts(), &["--broker", &mosquitto.url()]);
    pipeline.wait_until_said("subscribed");
    for (topic, payload) in messages("sensor_alerts/pipeline.input.jsonl") {
        mosquitto.publish(&topic, &payload);
    }
    let expected = example_lines("sensor_alerts/pipeline.expected.jsonl");
    assert_eq!(pipeline.rows(expected.len()), expected);
    let (status, more) = pipeline.stop();
    assert_eq!((status.code(), more), (Some(0), Vec::new()));
}

/// A mosquitto on loopback; killed at the end.
pub(crate) struct Mosquitto {
    child: Child,
    port: u16,
}

impl Mosquitto {
    /// None where it is not installed, unless the environment insists.
    pub(crate) fn start_or_skip(scratch: &Scratch) -> Option<Self> {
        let started = Self::start(scratch);
        if started.is_none() {
            let required = std::env::var_os("LAMINAR_REQUIRE_MOSQUITTO").is_some();
            assert!(!required, "mosquitto and mosquitto_pub are not installed");
            eprintln!("skipped: mosquitto is not installed");
        }
        started
    }

    /// None where it is not installed.
    pub(crate) fn start(scratch: &Scratch) -> Option<Self> {
        Command::new("mosquitto_pub")
            .arg("--version")
            .output()
            .ok()?;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = free.local_addr().expect("it is bound").port();
        drop(free);
        let text = format!("listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n");
        let configuration = scratch.file("mosquitto.conf", text.as_bytes());
        let mut command = Command::new("mosquitto");
        command
            .args(["-c", &configuration])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let started = Self {
            child: command.spawn().ok()?,
            port,
        };
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(start.elapsed() < TIMEOUT, "mosquitto does not listen");
            thread::sleep(Duration::from_millis(10));
        }
        Some(started)
    }

    pub(crate) fn url(&self) -> String {
        format!("tcp://127.0.0.1:{}", self.port)
    }

    fn publish(&self, topic: &str, payload: &str) {
        self.publish_with(topic, ["-m", payload]);
    }

    pub(crate) fn publish_bytes(&self, scratch: &Scratch, topic: &str, payload: &[u8]) {
        let file = scratch.file("payload", payload);
        self.publish_with(topic, ["-f", &file]);
    }

    /// Publishes a message for each line.
    pub(crate) fn publish_lines(&self, scratch: &Scratch, topic: &str, lines: &str) {
        let lines = scratch.file("lines", lines.as_bytes());
        let port = self.port.to_string();
        let mut command = Command::new("mosquitto_pub");
        command
            .args(["-p", &port, "-h", "127.0.0.1", "-q", "1", "-t", topic, "-l"])
            .stdin(std::fs::File::open(lines).expect("it was just written"));
        let status = command.status().expect("it was found before");
        assert!(status.success(), "{status}");
    }

    fn publish_with(&self, topic: &str, payload: [&str; 2]) {
        let port = self.port.to_string();
        let mut command = Command::new("mosquitto_pub");
        command
            .args(["-p", &port, "-h", "127.0.0.1", "-q", "1", "-t", topic])
            .args(payload);
        let status = command.status().expect("it was found before");
        assert!(status.success(), "{status}");
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
