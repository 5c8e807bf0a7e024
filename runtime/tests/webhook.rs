//! Webhooks: against a server that does what a test wants, over TCP and TLS, and with `kill -9`.

mod support;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use support::certificates::Certificates;
use support::{Broker, Client, PATIENCE, Pipeline};

/// A server on a free port.
struct Server {
    listener: TcpListener,
    port: u16,
    tls: Option<Arc<ServerConfig>>,
}

trait Stream: Read + Write {}
impl<S: Read + Write> Stream for S {}

/// The server's end of a connection.
struct Connection(Box<dyn Stream>);

/// What was posted.
struct Request {
    head: String,
    body: String,
}

impl Server {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        listener.set_nonblocking(true).expect("sockets can");
        Self {
            port: listener.local_addr().expect("it is bound").port(),
            listener,
            tls: None,
        }
    }

    fn secure(certificates: &Certificates) -> Self {
        let chain = CertificateDer::pem_file_iter(certificates.path("good.pem"));
        let chain: Result<Vec<_>, _> = chain.expect("a file").collect();
        let key = PrivateKeyDer::from_pem_file(certificates.path("good.key")).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain.expect("certificates"), key);
        Self {
            tls: Some(Arc::new(config.expect("they go together"))),
            ..Self::new()
        }
    }

    /// A connection that is there already.
    fn try_accept(&self) -> Option<Connection> {
        let (stream, _) = self.listener.accept().ok()?;
        stream.set_nonblocking(false).expect("sockets can");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("sockets can");
        Some(Connection(self.spoken(stream)))
    }

    fn spoken(&self, stream: TcpStream) -> Box<dyn Stream> {
        let Some(config) = &self.tls else {
            return Box::new(stream);
        };
        let connection = ServerConnection::new(Arc::clone(config)).expect("a connection");
        Box::new(StreamOwned::new(connection, stream))
    }

    fn accept(&self) -> Connection {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(connection) = self.try_accept() {
                return connection;
            }
            assert!(Instant::now() < deadline, "nobody connects");
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Connection {
    /// The next request; None: the connection has ended.
    fn request(&mut self) -> Option<Request> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.read(&mut bytes)?;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1).expect("a length");
        let length = length.split("\r\n").next().expect("a line");
        let length: usize = length.parse().expect("a number");
        while bytes.len() < end + length {
            self.read(&mut bytes)?;
        }
        let body = String::from_utf8_lossy(&bytes[end..]).into_owned();
        Some(Request { head, body })
    }

    fn read(&mut self, bytes: &mut Vec<u8>) -> Option<()> {
        let mut part = [0; 4096];
        let read = self.0.read(&mut part).ok().filter(|&read| read > 0)?;
        bytes.extend_from_slice(&part[..read]);
        Some(())
    }

    fn answer(&mut self, status: &str) {
        let text = format!("HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nok");
        // Whoever asked may be gone.
        let _ = self.0.write_all(text.as_bytes());
        let _ = self.0.flush();
    }
}

fn start(broker: &Broker, url: &str, variables: &[(&str, &str)]) -> (Pipeline, Client) {
    let mut all = vec![("BROKER", broker.url.as_str()), ("SINK", "webhook")];
    all.extend_from_slice(&[("URL", url), ("TOKEN", "hunter2"), ("CLEAN", "false")]);
    all.extend_from_slice(&[("CLIENT_ID", "w")]);
    all.extend_from_slice(variables);
    let pipeline = Pipeline::start(&all, &[]);
    let source = broker.accept_subscribed(0);
    (pipeline, source)
}

/// A row is sent until the server has it, whatever becomes of the requests before, and its message
/// is not acknowledged earlier. One that is refused is not sent again.
#[test]
fn a_message_is_acknowledged_when_the_server_has_its_row() {
    let (broker, server) = (Broker::new(), Server::new());
    let url = format!("http://127.0.0.1:{}/s3cret?a=b", server.port);
    let (pipeline, mut source) = start(&broker, &url, &[("TIMEOUT_MS", "700")]);
    source.publish(0x32, "first/a", 1, b"one");
    let mut connection = server.accept();
    let first = connection.request().expect("a request");
    assert!(first.head.starts_with("post /s3cret?a=b http/1.1\r\n"));
    for header in [
        "\r\nauthorization: bearer hunter2\r\n",
        "\r\ncontent-type: application/json\r\n",
    ] {
        assert!(first.head.contains(header), "{}", first.head);
    }
    let row = r#"[{"topic":"first/a","payload":"one","qos":1,"retain":false}]"#;
    assert_eq!(first.body, row);
    for answer in ["500 Internal Server Error", "302 Found\r\nLocation: /x"] {
        connection.answer(answer);
        let again = connection.request().expect("on the same connection");
        assert_eq!((&*again.body, &again.head), (row, &first.head));
    }
    connection.answer("429 Too Many Requests\r\nRetry-After: 1");
    assert_eq!(connection.request().expect("a request").body, row);
    // cut in the middle of an answer
    connection.0.write_all(b"HTTP/1.1 2").expect("it is there");
    drop(connection);
    let mut silent = server.accept();
    assert_eq!(silent.request().expect("a request").body, row);
    source.expect_silence();
    // no answer at all: the client gives up
    assert!(silent.request().is_none());
    let mut connection = server.accept();
    assert_eq!(connection.request().expect("a request").body, row);
    connection.answer("204 No Content");
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);

    source.publish(0x32, "first/a", 2, b"two");
    assert!(server_takes(&mut connection, &server, "400 Bad Request").contains("two"));
    assert_eq!(source.packet(), [0x40, 2, 0, 2]);
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    let counted = "sink out: 1 rows, 5 retries, 1 refused";
    let counted = [counted, "sink out: 1 row, 5 retries, 1 refused"];
    let is_counted = counted.iter().any(|text| ended.log.contains(text));
    assert!(is_counted, "{}", ended.log);
    for secret in ["hunter2", "s3cret"] {
        assert!(!ended.log.contains(secret), "{}", ended.log);
    }
}

/// The body of the next request, on this connection or a new one, which is answered.
fn server_takes(connection: &mut Connection, server: &Server, answer: &str) -> String {
    let request = connection.request().or_else(|| {
        *connection = server.accept();
        connection.request()
    });
    connection.answer(answer);
    request.expect("a request").body
}

/// A server is trusted for the sake of the authority that the file names, and for no other.
#[test]
fn certificates_are_checked() {
    let certificates = Certificates::new("webhook");
    for (authority, is_trusted) in [("ca.pem", true), ("foreign.pem", false)] {
        let (broker, server) = (Broker::new(), Server::secure(&certificates));
        let url = format!("https://localhost:{}/rows", server.port);
        let authority = certificates.path(authority);
        let variables = [("WEBHOOK_CA", &*authority), ("FORMAT", "json_lines")];
        let (pipeline, mut source) = start(&broker, &url, &variables);
        source.publish(0x32, "first/a", 1, b"one");
        let request = server.accept().request_answered("200 OK");
        if is_trusted {
            let request = request.expect("a request");
            assert!(request.body.ends_with("}\n"), "{}", request.body);
            let lines = "content-type: application/x-ndjson";
            assert!(request.head.contains(lines), "{}", request.head);
            assert_eq!(source.packet(), [0x40, 2, 0, 1]);
            assert_eq!(pipeline.stop().code, 0);
        } else {
            assert!(request.is_none(), "nothing is sent");
            source.expect_silence();
            pipeline.signal("TERM");
            pipeline.signal("TERM");
            let ended = pipeline.wait();
            assert!(ended.log.contains("certificate"), "{}", ended.log);
            assert_eq!(ended.code, 75);
            let waits = "not everything is acknowledged: sink `out` has 1 batch to confirm";
            assert!(ended.log.contains(waits), "{}", ended.log);
        }
    }
}

/// SIGHUP: an authority that was replaced, a token that has expired and a path are read again, also
/// while a row waits for them. A server elsewhere is for the next start.
#[test]
fn what_is_presented_is_read_again() {
    let certificates = Certificates::new("webhook-renewed");
    let (broker, server) = (Broker::new(), Server::secure(&certificates));
    let file = |name: &str, text: &str| {
        certificates.write(name, text);
        certificates.path(name)
    };
    let trust = |authority: &str| {
        let (from, to) = (
            certificates.path(authority),
            certificates.path("trusted.pem"),
        );
        std::fs::copy(from, to).expect("the file can be written");
    };
    trust("foreign.pem");
    let url = |path: &str| format!("https://localhost:{}/{path}\n", server.port);
    let (url_file, token_file) = (file("url", &url("first")), file("token", "old\n"));
    let pipeline = Pipeline::start(
        &[
            ("BROKER", &*broker.url),
            ("SINK", "webhook"),
            ("URL_FILE", &*url_file),
            ("TOKEN_FILE", &*token_file),
            ("WEBHOOK_CA", &*certificates.path("trusted.pem")),
            ("CLEAN", "false"),
            ("CLIENT_ID", "w"),
        ],
        &[],
    );
    let mut source = broker.accept_subscribed(0);
    source.publish(0x32, "first/a", 1, b"one");
    assert!(server.accept().request().is_none(), "nothing is sent");
    trust("ca.pem");
    pipeline.signal("HUP");
    let (mut connection, request) = server.next_request();
    assert!(request.head.starts_with("post /first "), "{}", request.head);
    assert!(request.head.contains("\r\nauthorization: bearer old\r\n"));
    file("token", "new\n");
    file("url", &url("second"));
    pipeline.signal("HUP");
    source.expect_silence();
    connection.answer("401 Unauthorized");
    let (mut connection, request) = server.next_request();
    assert!(
        request.head.starts_with("post /second "),
        "{}",
        request.head
    );
    assert!(request.head.contains("\r\nauthorization: bearer new\r\n"));
    connection.answer("200 OK");
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    assert_eq!(source.packet(), [0xe0, 0], "DISCONNECT");
    source.expect_end();

    let mut source = broker.accept_subscribed(1);
    file("url", "https://elsewhere.invalid/second");
    pipeline.signal("HUP");
    assert_eq!(source.packet(), [0xe0, 0], "DISCONNECT");
    source.expect_end();
    let mut source = broker.accept_subscribed(1);
    source.publish(0x32, "first/a", 2, b"two");
    assert!(server_takes(&mut connection, &server, "200 OK").contains("two"));
    assert_eq!(source.packet(), [0x40, 2, 0, 2]);
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    let stays = "https://elsewhere.invalid is for the next start";
    assert!(ended.log.contains(stays), "{}", ended.log);
}

impl Server {
    /// The next request on whatever connection.
    fn next_request(&self) -> (Connection, Request) {
        loop {
            let mut connection = self.accept();
            if let Some(request) = connection.request() {
                return (connection, request);
            }
        }
    }
}

impl Connection {
    fn request_answered(&mut self, answer: &str) -> Option<Request> {
        let request = self.request()?;
        self.answer(answer);
        Some(request)
    }
}

/// Whatever was acknowledged to the broker, the server had said that it has it: over five lives of
/// a process that is killed while a server takes some requests and not others.
#[test]
fn nothing_that_is_acknowledged_is_lost() {
    const LIVES: u16 = 5;
    const MESSAGES: u16 = 60;
    let (broker, server) = (Broker::new(), Server::new());
    let url = format!("http://127.0.0.1:{}/", server.port);
    let (taken, stop) = (Arc::new(Mutex::new(String::new())), AtomicBool::new(false));
    let mut acknowledged = BTreeSet::new();
    std::thread::scope(|scope| {
        let all = Arc::clone(&taken);
        let (server, stop) = (&server, &stop);
        scope.spawn(move || serve(server, stop, &all));
        for life in 0..LIVES {
            let (pipeline, mut source) = start(&broker, &url, &[("ROWS", "7")]);
            for number in 1..=MESSAGES {
                let payload = format!("<{life}-{number}>");
                source.publish(0x32, "first/a", number, payload.as_bytes());
            }
            let enough = usize::from(life) * 10 + 5;
            let mut count = 0;
            while let Some(packet) = source.any_packet() {
                if packet[0] != 0x40 {
                    continue;
                }
                acknowledged.insert((life, u16::from_be_bytes([packet[2], packet[3]])));
                count += 1;
                if count == enough {
                    pipeline.signal("KILL");
                }
            }
            assert!(count >= enough, "{count} of {enough}");
        }
        stop.store(true, Ordering::Relaxed);
    });
    let taken = taken.lock().expect("nobody has panicked");
    for (life, number) in &acknowledged {
        let payload = format!("<{life}-{number}>");
        assert!(taken.contains(&payload), "{payload} is lost");
    }
    assert!(acknowledged.len() >= 5 + 15 + 25 + 35 + 45);
}

/// Takes two requests of three, and remembers what it takes before it says so.
fn serve(server: &Server, stop: &AtomicBool, taken: &Mutex<String>) {
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        let Some(mut connection) = server.try_accept() else {
            std::thread::sleep(Duration::from_millis(2));
            continue;
        };
        while let Some(request) = connection.request() {
            count += 1;
            if count % 3 == 0 {
                connection.answer("503 Service Unavailable\r\nRetry-After: 0");
                continue;
            }
            let mut taken = taken.lock().expect("nobody has panicked");
            taken.push_str(&request.body);
            drop(taken);
            connection.answer("200 OK");
        }
    }
}
