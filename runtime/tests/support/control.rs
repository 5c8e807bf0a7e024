//! Asks a pipeline's control endpoint.

use super::PATIENCE;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// Where a pipeline is to listen: a port that was free a moment ago.
pub struct Control {
    pub address: String,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Control {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it is bound").to_string();
        Self { address }
    }

    /// A connection, as soon as the pipeline listens.
    pub fn connect(&self) -> TcpStream {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Ok(stream) = TcpStream::connect(&self.address) {
                stream
                    .set_read_timeout(Some(PATIENCE))
                    .expect("sockets can");
                return stream;
            }
            assert!(Instant::now() < deadline, "nobody listens");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What `request` is answered with, up to the end of the connection.
    pub fn ask(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).expect("it reads");
        Answer::read(&mut stream)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n"))
    }

    /// All metrics by name and labels, as they stand in the text.
    pub fn metrics(&self) -> BTreeMap<String, f64> {
        let answer = self.get("/metrics");
        assert_eq!(answer.status, 200, "{}", answer.body);
        let lines = answer.body.lines().filter(|line| !line.starts_with('#'));
        let sample = |line: &str| {
            let (name, value) = line.rsplit_once(' ').expect("a name and a value");
            (name.to_owned(), value.parse().expect("a number"))
        };
        lines.map(sample).collect()
    }

    /// Asks for metrics until they are as `wanted`, and for the balance of all flows then.
    pub fn wait_for(&self, what: &str, wanted: impl Fn(&BTreeMap<String, f64>) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let metrics = self.metrics();
            if wanted(&metrics) {
                return expect_balance(&metrics);
            }
            assert!(Instant::now() < deadline, "{what}: {metrics:#?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until the pipeline is ready.
    pub fn wait_until_ready(&self) {
        let deadline = Instant::now() + PATIENCE;
        while self.get("/ready").status != 200 {
            assert!(Instant::now() < deadline, "it gets ready");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Answer {
    pub fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8(bytes).expect("pages are text");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        Self {
            status: status.unwrap_or_default(),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }
}

/// The metric of the hand-made pipeline's table `first`, and of its one flow.
pub fn of_first(metrics: &BTreeMap<String, f64>, what: &str) -> f64 {
    let flow = "{table=\"first\",flow=\"echo\",sink=\"out\"";
    let name = match what {
        "received" => {
            "laminar_mqtt_messages_received{connection=\"plant\",table=\"first\"}".to_owned()
        }
        "empty" => "laminar_messages_empty_total{table=\"first\"}".to_owned(),
        "in flight" => format!("laminar_flow_messages_in_flight{flow}}}"),
        outcome => format!("laminar_flow_messages_total{flow},outcome=\"{outcome}\"}}"),
    };
    *metrics
        .get(&name)
        .unwrap_or_else(|| panic!("no {name} in {metrics:#?}"))
}

/// That nothing is lost between the counters of the table `first`.
pub fn expect_balance(metrics: &BTreeMap<String, f64>) {
    let parts = ["empty", "emitted", "filtered", "rejected", "in flight"];
    let parts: f64 = parts.iter().map(|what| of_first(metrics, what)).sum();
    assert!(
        (parts - of_first(metrics, "received")).abs() < 0.5,
        "the flow is balanced: {metrics:#?}"
    );
}
