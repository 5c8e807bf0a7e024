//! `laminarc infer` from files and from brokers.

use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use laminarc::demo::broker::Broker;

use super::support::{Scratch, TIMEOUT, example, laminarc, laminarc_with, messages};

const INPUT: &str = "sensor_alerts/pipeline.input.jsonl";

#[test]
fn tables_of_a_file_are_printed_and_compile() {
    let run = laminarc(&["infer", &example(INPUT)]);
    assert_eq!(run.code, 0, "{}", run.err);
    for expected in [
        "CREATE CONNECTION mqtt FROM mqtt_source",
        "reading_time TIMESTAMP",
        "topics = '[\"sensors/+/readings\"]'",
        "sensor TEXT METADATA FROM 'topic.2'",
    ] {
        assert!(
            run.out.contains(expected),
            "{expected} is not in\n{}",
            run.out
        );
    }
    assert!(run.err.contains("inferred 1 table from"), "{}", run.err);
    assert!(
        run.err.contains("payload is not JSON and is rejected"),
        "{}",
        run.err
    );
    let checked = laminarc_with(&["check", "-"], run.out.as_bytes(), |_| {});
    assert_eq!(checked.code, 0, "{}", checked.err);
    assert!(!checked.err.contains("warning"), "{}", checked.err);
}

#[test]
fn lines_can_be_payloads_and_messages_can_be_left_out() {
    let lines = "{\"t\":21.5}\nonline\n\n{\"t\":22}\n{\"u\":1}\n";
    let infer = |more: &[&str]| {
        let call = [&["infer", "-"], more].concat();
        laminarc_with(&call, lines.as_bytes(), |_| {})
    };
    let run = infer(&["--topic", "home/t"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("t DOUBLE"), "{}", run.out);
    assert!(run.out.contains("\"home/t\""), "{}", run.out);
    let note = "1 payload is not JSON and is rejected (on \"home/t\": online, wrong at byte 0)";
    assert!(run.err.contains(note), "{}", run.err);
    let run = infer(&["--topic", "home/t", "--limit", "3", "--strict"]);
    assert!(run.out.contains("t DOUBLE NOT NULL"), "{}", run.out);
    let run = infer(&["--topic", "home/t", "--topics", "other/#"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(
        run.err.contains("--topics and --limit leave messages out"),
        "{}",
        run.err
    );
    let run = infer(&[]);
    assert_eq!(run.code, 2, "{}", run.err);
    let note = "4 lines are no records; line 1: there must be one of";
    assert!(run.err.contains(note), "{}", run.err);
    assert!(
        run.err.contains("name their topic with --topic"),
        "{}",
        run.err
    );
}

#[test]
fn mistakes_have_a_way_out() {
    let scratch = Scratch::new("infer");
    let empty = scratch.file("empty.jsonl", b"");
    let folder = scratch.text();
    let cases: [(&[&str], &str); 13] = [
        (&["/no/such.jsonl"], "cannot read /no/such.jsonl"),
        (&[&folder], "directory"),
        (&[&empty], "is a JSON object"),
        (&[&empty, "--for", "3s"], "--for goes with a broker"),
        (
            &[&empty, "--topics", "a/#/b"],
            "`a/#/b` is not a topic filter",
        ),
        (&["tcp://h", "--topic", "a"], "--topic goes with a file"),
        (
            &["wss://h.example:443/mqtt"],
            "another port: try ssl://h.example",
        ),
        (
            &["tcp://h", "--ca", &empty],
            "--ca goes with a broker over TLS",
        ),
        (&[&empty, "--ca", &empty], "--ca goes with a broker, not"),
        (
            &["ssl://h", "--ca", &empty],
            "has no certificates of authorities",
        ),
        (
            &["ssl://127.0.0.1:1", "--for", "10ms"],
            "cannot listen to ssl://127.0.0.1:1: ",
        ),
        (&["http://h"], "`http://` is no broker's URL"),
        (
            &["tcp://127.0.0.1:1", "--for", "10ms"],
            "cannot listen to tcp://127.0.0.1:1: ",
        ),
    ];
    for (arguments, expected) in cases {
        let run = laminarc(&[&["infer"], arguments].concat());
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(expected), "{arguments:?}: {}", run.err);
        assert_eq!(run.out, "", "{arguments:?}");
    }
}

/// TLS in front of a broker, for one connection after the other.
fn behind_tls(
    broker: u16,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> u16 {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("the key is the certificate's");
    let (config, listener) = (
        Arc::new(config),
        TcpListener::bind("127.0.0.1:0").expect("a port"),
    );
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // what a client that trusts nobody ends is none of a broker's business
            let _ = forward(client, broker, Arc::clone(&config));
        }
    });
    port
}

fn forward(mut client: TcpStream, broker: u16, config: Arc<ServerConfig>) -> io::Result<()> {
    let mut session = ServerConnection::new(config).map_err(io::Error::other)?;
    while session.is_handshaking() {
        session.complete_io(&mut client)?;
    }
    let mut broker = TcpStream::connect(("127.0.0.1", broker))?;
    let tick = Some(Duration::from_millis(2));
    client.set_read_timeout(tick)?;
    broker.set_read_timeout(tick)?;
    let mut client = StreamOwned::new(session, client);
    loop {
        pass(&mut client, &mut broker)?;
        pass(&mut broker, &mut client)?;
    }
}

fn pass(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut bytes = [0; 4096];
    match from.read(&mut bytes) {
        Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
        Ok(count) => to.write_all(&bytes[..count]).and_then(|()| to.flush()),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
        Err(error) => Err(error),
    }
}

#[test]
fn a_broker_is_listened_to_over_tls() {
    let broker = Broker::start().expect("loopback has a free port");
    let plain: u16 = broker
        .url()
        .rsplit(':')
        .next()
        .unwrap_or_default()
        .parse()
        .expect("a port");
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let port = behind_tls(plain, vec![made.cert.der().clone()], key);
    let scratch = Scratch::new("infer-tls");
    let authorities = scratch.file("ca.pem", made.cert.pem().as_bytes());
    let sent = messages(INPUT);
    let url = format!("ssl://localhost:{port}");
    let (call, trusted) = (url.clone(), authorities.clone());
    let listening =
        thread::spawn(move || laminarc(&["infer", &call, "--ca", &trusted, "--limit", "1"]));
    let start = Instant::now();
    while !broker.has_subscriber(&sent[0].0) {
        assert!(start.elapsed() < TIMEOUT, "it did not subscribe");
        thread::sleep(Duration::from_millis(1));
    }
    broker.publish(&sent[0].0, sent[0].1.as_bytes(), 0);
    let run = listening.join().expect("it does not panic");
    assert_eq!(run.code, 0, "{}", run.err);
    for option in [
        format!("broker = '{url}'"),
        format!("tls_ca_cert = '{authorities}'"),
    ] {
        assert!(run.out.contains(&option), "{}", run.out);
    }
    let told = |url: &str, arguments: &[&str], expected: &str| {
        let run = laminarc(&[&["infer", url, "--for", "1s"], arguments].concat());
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains(expected), "{}", run.err);
    };
    told(&url, &[], "is of an authority that is not trusted");
    told(&url, &[], "--ca FILE names a PEM file");
    let other_name = format!("ssl://127.0.0.1:{port}");
    told(&other_name, &["--ca", &authorities], "not valid for name");
    let no_tls = format!("ssl://localhost:{plain}");
    told(
        &no_tls,
        &["--ca", &authorities],
        "cannot listen to ssl://localhost",
    );
}

#[test]
fn a_broker_is_listened_to() {
    let broker = Broker::start().expect("loopback has a free port");
    let (url, sent) = (broker.url(), messages(INPUT));
    let limit = sent.len().to_string();
    let call = [
        "infer",
        &url,
        "--topics",
        "sensors/#",
        "--for",
        "30s",
        "--limit",
        &limit,
    ];
    let call: Vec<String> = call.iter().map(|&word| word.to_owned()).collect();
    let listening = thread::spawn(move || {
        let call: Vec<&str> = call.iter().map(String::as_str).collect();
        laminarc(&call)
    });
    let start = Instant::now();
    while !broker.has_subscriber(&sent[0].0) {
        assert!(start.elapsed() < TIMEOUT, "it did not subscribe");
        thread::sleep(Duration::from_millis(1));
    }
    for (topic, payload) in &sent {
        broker.publish(topic, payload.as_bytes(), 0);
    }
    let run = listening.join().expect("it does not panic");
    assert_eq!(run.code, 0, "{}", run.err);
    let of_file = laminarc(&["infer", &example(INPUT)]);
    let without_broker = |text: &str| text.split_once("-- ").map(|(_, rest)| rest.to_owned());
    assert_eq!(without_broker(&run.out), without_broker(&of_file.out));
    assert!(
        run.out.contains(&format!("broker = '{url}'")),
        "{}",
        run.out
    );
    let nothing = laminarc(&["infer", &url, "--for", "200ms"]);
    assert_eq!(nothing.code, 2, "{}", nothing.err);
}
