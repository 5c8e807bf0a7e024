//! Avro's schemas from the outside: files, registries and the lock file, and the document's tables
//! of other formats against a broker.

use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::broker::Mosquitto;
use super::support::{Pipeline, Scratch, laminarc};

const SCHEMA: &str = r#"{"type": "record", "name": "Reading", "fields": [
    {"name": "device_id", "type": "string"},
    {"name": "temperature", "type": ["null", "double"]}]}"#;

/// A registry on loopback that answers as Confluent's does, until the test's process ends.
struct Registry {
    port: u16,
    asked: Arc<AtomicUsize>,
}

impl Registry {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let lines = BufReader::new(stream.try_clone().expect("a second handle")).lines();
                let head: Vec<String> = lines
                    .map_while(Result::ok)
                    .take_while(|line| !line.is_empty())
                    .collect();
                counted.fetch_add(1, Ordering::SeqCst);
                let (status, body) = answer(&head);
                // whoever asked may have gone
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                );
            }
        });
        Self { port, asked }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// What the registry says to a request.
fn answer(head: &[String]) -> (&'static str, String) {
    let path = head[0].split(' ').nth(1).expect("a path");
    // `me:p@ss`
    let known = |line: &String| line.eq_ignore_ascii_case("authorization: Basic bWU6cEBzcw==");
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    match path {
        "/schemas/ids/100" => ("200 OK", format!("{{\"schema\": {}}}", quoted(SCHEMA))),
        "/schemas/ids/101" if head.iter().any(known) => {
            ("200 OK", format!("{{\"schema\": {}}}", quoted("\"long\"")))
        }
        "/schemas/ids/101" => ("401 Unauthorized", String::new()),
        "/schemas/ids/102" => ("200 OK", "<html>".to_owned()),
        "/schemas/ids/103" => (
            "200 OK",
            r#"{"schema": "syntax", "schemaType": "PROTOBUF"}"#.to_owned(),
        ),
        "/schemas/ids/105" => ("200 OK", r#"{"schema": "\"longs\""}"#.to_owned()),
        "/schemas/ids/104" => ("500 Internal Server Error", String::new()),
        _ => ("404 Not Found", String::new()),
    }
}

fn document(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/document");
    fs::read_to_string(folder.join(format!("{name}.sql"))).expect("the block is there")
}

fn table(url: &str, id: u32) -> String {
    format!(
        "CREATE TABLE t (schema_registry_url = '{url}', value_schema_id = {id}) WITH (
             connector = 'mqtt', broker = 'tcp://localhost', topic = 'a', format = 'avro');"
    )
}

#[test]
fn a_registry_is_asked_once() {
    let (registry, scratch) = (Registry::start(), Scratch::new("registry"));
    let sql = scratch.file("one.sql", table(&registry.url(), 100).as_bytes());
    for _ in 0..2 {
        let checked = laminarc(&["check", &sql]);
        assert_eq!((checked.code, registry.asked()), (0, 1), "{}", checked.err);
    }
    let lock = fs::read_to_string(scratch.path("one.lock")).expect("it was written");
    assert!(lock.contains("device_id"), "{lock}");
    // anew, and without the file
    let locked = laminarc(&["lock", &sql]);
    assert_eq!((locked.code, registry.asked()), (0, 2), "{}", locked.err);
    assert!(locked.err.contains("1 schema"), "{}", locked.err);
    scratch.file("one.lock", b"{}");
    let refused = laminarc(&["check", &sql]);
    assert_eq!(refused.code, 1);
    assert!(
        refused.err.contains("no lock file of this version"),
        "{}",
        refused.err
    );
}

#[test]
fn what_a_registry_refuses_is_said() {
    let (registry, scratch) = (Registry::start(), Scratch::new("refusals"));
    let cases = [
        (7, "has no schema 7"),
        (101, "refuses (401 Unauthorized)"),
        (102, "none that a registry gives"),
        (103, "of type PROTOBUF, not Avro"),
        (104, "answers 500"),
        (105, "schema 105 is none: there is no type `longs`"),
    ];
    for (id, expected) in cases {
        let sql = scratch.file(&format!("s{id}.sql"), table(&registry.url(), id).as_bytes());
        let checked = laminarc(&["check", &sql]);
        assert_eq!(checked.code, 1);
        assert!(checked.err.contains(expected), "{id}: {}", checked.err);
        assert!(!Path::new(&scratch.path(&format!("s{id}.lock"))).exists());
        assert_eq!(laminarc(&["lock", &sql]).code, 2);
    }
    let nobody = scratch.file("nobody.sql", table("http://127.0.0.1:1", 1).as_bytes());
    let checked = laminarc(&["check", &nobody]);
    assert!(checked.err.contains("gives no answer"), "{}", checked.err);
    let unset = scratch.file(
        "unset.sql",
        table("http://${LAMINAR_NO_SUCH}/", 1).as_bytes(),
    );
    let checked = laminarc(&["check", &unset]);
    assert!(
        checked.err.contains("LAMINAR_NO_SUCH, which is not set"),
        "{}",
        checked.err
    );
}

#[test]
fn a_password_reaches_the_registry_and_nothing_else() {
    let (registry, scratch) = (Registry::start(), Scratch::new("password"));
    let url = format!("http://me:p%40ss@127.0.0.1:{}", registry.port);
    let sql = scratch.file("secret.sql", table(&url, 101).as_bytes());
    let folder = scratch.path("crate");
    let built = laminarc(&["explain", &sql, "--stage", "rust"]);
    assert_eq!(built.code, 0, "{}", built.err);
    assert!(built.err.contains("W0501"), "{}", built.err);
    let lock = fs::read_to_string(scratch.path("secret.lock")).expect("it was written");
    for text in [&built.out, &lock] {
        assert!(!text.contains("p%40ss") && !text.contains("p@ss"), "{text}");
    }
    assert!(!Path::new(&folder).exists());
}

#[test]
fn tables_of_other_formats_run_against_mosquitto() {
    let scratch = Scratch::new("formats");
    let Some(mosquitto) = Mosquitto::start(&scratch) else {
        let required = std::env::var_os("LAMINAR_REQUIRE_MOSQUITTO").is_some();
        assert!(!required, "mosquitto and mosquitto_pub are not installed");
        eprintln!("skipped: mosquitto is not installed");
        return;
    };
    // as the document has them; a file of tables alone shows each
    let sql = document("prelude") + &document("raw_bytes") + &document("avro");
    let sql = sql.replace("${MQTT_PASSWORD}", "${MQTT_PASSWORD:-none}");
    let sql = scratch.file("formats.sql", sql.as_bytes());
    let registry = Registry::start();
    let locked = laminarc(&["lock", &sql, "--registry-url", &registry.url()]);
    assert_eq!(locked.code, 0, "{}", locked.err);
    let binary = scratch.path("formats");
    let built = laminarc(&["build", &sql, "-o", &binary, "--target-cpu", "native"]);
    assert_eq!((built.code, registry.asked()), (0, 1), "{}", built.err);

    let pipeline = Pipeline::start(&binary, &["--broker", &mosquitto.url()]);
    pipeline.wait_until_said("subscribed");
    mosquitto.publish_bytes(&scratch, "data/binary", b"\x00\xff\x10");
    let rows = pipeline.rows(1);
    assert!(
        rows[0].contains(r#""topic":"data/binary","payload":"AP8Q","timestamp":""#),
        "{rows:?}"
    );
    let mut avro = b"\x00\x00\x00\x00\x64\x08s-17\x02".to_vec();
    avro.extend(21.5f64.to_le_bytes());
    mosquitto.publish_bytes(&scratch, "data/avro", &avro);
    mosquitto.publish_bytes(&scratch, "data/avro", b"\x00\x00\x00\x00\x65\x08s-17\x00");
    mosquitto.publish_bytes(&scratch, "data/avro", b"\x00\x00\x00\x00\x64\x08s-18\x00");
    assert_eq!(
        pipeline.rows(2),
        [
            r#"{"mqtt_avro":{"device_id":"s-17","temperature":21.5}}"#,
            r#"{"mqtt_avro":{"device_id":"s-18","temperature":null}}"#
        ]
    );
    pipeline.wait_until_said("another schema");
    assert_eq!(pipeline.stop().0.code(), Some(0));
}
