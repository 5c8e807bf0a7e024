//! What the integration tests share: the hand-made pipeline as a process, and a broker that does
//! what a test tells it to.

#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod certificates;
pub mod control;
pub mod dribble;
pub mod mosquitto;
pub mod peer;
pub mod proxy;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Anything that does not happen within this time fails a test.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A running pipeline.
pub struct Pipeline {
    child: Child,
    rows: Receiver<String>,
    log: Option<JoinHandle<String>>,
}

/// How a pipeline ended.
pub struct Ended {
    pub code: i32,
    pub rows: Vec<String>,
    pub log: String,
}

impl Pipeline {
    /// Starts the hand-made pipeline with these variables and arguments.
    pub fn start(variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        let mut child = command()
            .args(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example `hand_made` starts");
        let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut stderr = child.stderr.take().expect("it is piped");
        let (sender, rows) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        });
        Self {
            child,
            rows,
            log: Some(log),
        }
    }

    /// The next row.
    pub fn row(&self) -> String {
        self.rows.recv_timeout(PATIENCE).expect("a row comes")
    }

    /// The next row, if one comes in time.
    pub fn row_within(&self, time: Duration) -> Option<String> {
        self.rows.recv_timeout(time).ok()
    }

    /// The payload of the next row.
    pub fn payload(&self) -> String {
        let row = self.row();
        let after = row
            .split_once("\"payload\":\"")
            .expect("rows have payloads")
            .1;
        after.split_once('"').expect("it ends").0.to_owned()
    }

    /// That no row comes for a while.
    pub fn expect_no_row(&self) {
        let row = self.rows.recv_timeout(Duration::from_millis(300));
        assert!(row.is_err(), "unexpected {row:?}");
    }

    /// How much memory it has in use, where the system tells.
    pub fn resident_kilobytes(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill works");
    }

    /// Stops it with SIGTERM.
    pub fn stop(self) -> Ended {
        self.signal("TERM");
        self.wait()
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Ended {
        let code = wait(&mut self.child).code().expect("no signal ended it");
        let log = self.log.take().expect("it is taken once");
        Ended {
            code,
            rows: self.rows.iter().collect(),
            log: log.join().expect("the log is read"),
        }
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A process that does not outlive its test.
pub struct Mortal(pub Child);

impl Drop for Mortal {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn wait(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            return status;
        }
        assert!(Instant::now() < deadline, "the process does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The example, which cargo builds beside the tests, with an environment of its own.
pub fn command() -> Command {
    let test = std::env::current_exe().expect("this test has a path");
    let target = test
        .parent()
        .and_then(|deps| deps.parent())
        .expect("target/debug/deps");
    let path: PathBuf = target.join("examples").join("hand_made");
    assert!(
        path.exists(),
        "build the example first: cargo build --examples"
    );
    let mut command = Command::new(path);
    command.env_clear();
    command
}

/// A broker on a free port of this machine.
pub struct Broker {
    listener: TcpListener,
    pub url: String,
}

impl Broker {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let url = format!("tcp://{}", listener.local_addr().expect("it is bound"));
        Self { listener, url }
    }

    /// Where another one was.
    pub fn again(url: &str) -> Self {
        let address = url.strip_prefix("tcp://").expect("one of ours");
        let listener = TcpListener::bind(address).expect("the port is still free");
        let url = url.to_owned();
        Self { listener, url }
    }

    /// The next connection.
    pub fn accept(&self) -> Client {
        self.listener.set_nonblocking(true).expect("sockets can");
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Ok((stream, _)) = self.listener.accept() {
                stream.set_nonblocking(false).expect("sockets can");
                stream
                    .set_read_timeout(Some(PATIENCE))
                    .expect("sockets can");
                stream.set_nodelay(true).expect("sockets can");
                return Client { stream };
            }
            assert!(Instant::now() < deadline, "nobody connects");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The next connection, accepted and subscribed (3.1.1, two filters).
    pub fn accept_subscribed(&self, session_present: u8) -> Client {
        let mut client = self.accept();
        assert_eq!(client.packet()[0], 0x10, "CONNECT is first");
        client.send(&[0x20, 2, session_present, 0]);
        client.grant();
        client
    }

    /// The same of MQTT 5.
    pub fn accept_subscribed_5(&self, session_present: u8) -> Client {
        let mut client = self.accept();
        assert_eq!(client.packet()[0], 0x10, "CONNECT is first");
        client.send(&[0x20, 3, session_present, 0, 0]);
        client.grant_5();
        client
    }
}

/// The broker's end of a connection.
pub struct Client {
    stream: TcpStream,
}

impl Client {
    /// The other end of a connection that somebody else has opened.
    pub fn on(stream: TcpStream) -> Self {
        Self { stream }
    }

    /// The other way round: connects to a broker; None: nobody listens.
    pub fn connect(port: u16) -> Option<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        stream.set_nodelay(true).ok()?;
        Some(Self { stream })
    }

    /// The same connection, for another thread.
    pub fn another(&self) -> Self {
        let stream = self.stream.try_clone().expect("sockets can");
        Self { stream }
    }

    /// Its socket, for what is spoken below MQTT.
    pub fn into_stream(self) -> TcpStream {
        self.stream
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the pipeline reads");
    }

    /// Sends to a client that may have gone; whether it has not.
    pub fn try_send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// The next packet, pings answered and left out.
    pub fn packet(&mut self) -> Vec<u8> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let packet = self.any_packet().expect("a packet comes");
            if packet != [0xc0, 0] {
                return packet;
            }
            self.send(&[0xd0, 0]);
        }
        panic!("only pings come");
    }

    /// Waits for a ping and answers it; the packets before it are returned.
    pub fn ping(&mut self) -> Vec<Vec<u8>> {
        let mut before = Vec::new();
        loop {
            let packet = self.any_packet().expect("a ping comes");
            if packet == [0xc0, 0] {
                self.send(&[0xd0, 0]);
                return before;
            }
            before.push(packet);
        }
    }

    /// The next packet; None: the connection is closed.
    pub fn any_packet(&mut self) -> Option<Vec<u8>> {
        let mut packet = vec![0];
        self.stream.read_exact(&mut packet).ok()?;
        let (mut length, mut shift) = (0, 0);
        loop {
            let mut byte = [0];
            self.stream.read_exact(&mut byte).ok()?;
            packet.push(byte[0]);
            length |= usize::from(byte[0] & 0x7f) << shift;
            shift += 7;
            if byte[0] < 0x80 {
                break;
            }
        }
        let body = packet.len();
        packet.resize(body + length, 0);
        self.stream.read_exact(&mut packet[body..]).ok()?;
        Some(packet)
    }

    /// The next packet, unless nothing is sent for so long.
    pub fn quiet_for(&mut self, time: Duration) -> Option<Vec<u8>> {
        self.stream
            .set_read_timeout(Some(time))
            .expect("sockets can");
        let packet = self.any_packet();
        self.stream
            .set_read_timeout(Some(PATIENCE))
            .expect("sockets can");
        packet
    }

    /// That nothing is sent for a while.
    pub fn expect_silence(&mut self) {
        let short = Duration::from_millis(300);
        self.stream
            .set_read_timeout(Some(short))
            .expect("sockets can");
        let read = self.stream.read(&mut [0]);
        assert!(read.is_err(), "unexpected bytes, or the end: {read:?}");
        self.stream
            .set_read_timeout(Some(PATIENCE))
            .expect("sockets can");
    }

    /// That the pipeline closes the connection in time, whatever it sends before; `why` it should.
    pub fn expect_closed(&mut self, why: &str) {
        let deadline = Instant::now() + PATIENCE;
        let mut bytes = [0; 4_096];
        loop {
            match self.stream.read(&mut bytes) {
                Ok(0) => return,
                Ok(_) => assert!(Instant::now() < deadline, "it goes on: {why}"),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return,
                Err(error) => panic!("{error}: {why}"),
            }
        }
    }

    /// Ends the connection as a host does that has forgotten it: with RST.
    pub fn reset(self) {
        proxy::reset(&self.stream);
    }

    /// That the pipeline closes the connection.
    pub fn expect_end(&mut self) {
        while self.any_packet().is_some() {}
    }

    /// Takes SUBSCRIBE and answers it.
    pub fn grant(&mut self) {
        let subscribe = self.packet();
        assert_eq!(subscribe[0], 0x82, "SUBSCRIBE comes");
        self.send(&[0x90, 4, subscribe[2], subscribe[3], 2, 2]);
    }

    /// The same of MQTT 5.
    pub fn grant_5(&mut self) {
        let subscribe = self.packet();
        assert_eq!(subscribe[0], 0x82, "SUBSCRIBE comes");
        self.send(&[0x90, 5, subscribe[2], subscribe[3], 0, 2, 2]);
    }

    pub fn publish(&mut self, first: u8, topic: &str, id: u16, payload: &[u8]) {
        self.send(&peer::publish(first, topic, id, payload));
    }
}

/// The source's session, and the one that sinks publish on, in whatever order they connect.
pub fn two_sessions(broker: &Broker) -> (Client, Client) {
    let (mut source, sink) = two_connections(broker, &[0x20, 2, 0, 0]);
    source.grant();
    (source, sink)
}

/// The same of MQTT 5. `properties` are those of CONNACK.
pub fn two_sessions_5(broker: &Broker, properties: &[u8]) -> (Client, Client) {
    let length = u8::try_from(properties.len()).expect("short");
    let connack = [&[0x20, 3 + length, 0, 0, length], properties].concat();
    let (mut source, sink) = two_connections(broker, &connack);
    source.grant_5();
    (source, sink)
}

fn two_connections(broker: &Broker, connack: &[u8]) -> (Client, Client) {
    let mut sessions: Vec<_> = (0..2)
        .map(|_| {
            let mut client = broker.accept();
            let connect = client.packet();
            client.send(connack);
            (connect.ends_with(b"-out"), client)
        })
        .collect();
    sessions.sort_by_key(|(is_sink, _)| *is_sink);
    let (_, sink) = sessions.pop().expect("there are two");
    let (_, source) = sessions.pop().expect("there are two");
    (source, sink)
}

/// The rows of a file of Parquet or Arrow as the echo writes them, each on a line.
pub fn columnar_rows(file: std::fs::File, is_parquet: bool) -> String {
    use arrow_array::cast::AsArray as _;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    let batches: Vec<arrow_array::RecordBatch> = if is_parquet {
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("a Parquet file");
        let reader = reader.build().expect("it can be read");
        reader.collect::<Result<_, _>>().expect("it is whole")
    } else {
        let reader = arrow_ipc::reader::FileReader::try_new(file, None);
        let reader = reader.expect("an Arrow file");
        reader.collect::<Result<_, _>>().expect("it is whole")
    };
    let mut rows = String::new();
    for batch in batches {
        let [topic, payload] = [0, 1].map(|column| batch.column(column).as_string::<i32>());
        let qos = batch
            .column(2)
            .as_primitive::<arrow_array::types::UInt8Type>();
        let retain = batch.column(3).as_boolean();
        for row in 0..batch.num_rows() {
            let (topic, payload) = (topic.value(row), payload.value(row));
            let (qos, retain) = (qos.value(row), retain.value(row));
            let flags = format!("\"qos\":{qos},\"retain\":{retain}");
            let row = format!("\"topic\":\"{topic}\",\"payload\":\"{payload}\",{flags}");
            rows.extend(["{", &row, "}\n"]);
        }
    }
    rows
}
