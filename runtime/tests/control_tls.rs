//! The control endpoint over TLS: who trusts its certificate, who does not, who speaks something
//! else, and who holds on.

mod support;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::certificates::Certificates;
use support::control::Control;
use support::{Broker, PATIENCE, Pipeline};

/// A pipeline that presents the certificate of this name.
fn start(broker: &Broker, control: &Control, files: &Certificates, name: &str) -> Pipeline {
    let (cert, key) = (format!("{name}.pem"), format!("{name}.key"));
    Pipeline::start(
        &[
            ("BROKER", &broker.url),
            ("CONTROL", &control.address),
            ("CONTROL_TOKEN", "open-sesame"),
            ("CONTROL_CERT", &files.path(&cert)),
            ("CONTROL_KEY", &files.path(&key)),
        ],
        &[],
    )
}

/// A client that trusts the authorities of this file.
fn client(files: &Certificates, authority: &str) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let pem = std::fs::read(files.path(authority)).expect("it was written");
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.expect("it is a certificate");
        roots.add(certificate).expect("it is whole");
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("there are some")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

fn connect(
    control: &Control,
    config: &Arc<ClientConfig>,
) -> StreamOwned<ClientConnection, TcpStream> {
    let name = ServerName::try_from("localhost").expect("it is a name");
    let session = ClientConnection::new(Arc::clone(config), name).expect("it is complete");
    StreamOwned::new(session, control.connect())
}

/// What a page is answered with; an error of TLS where it comes to that.
fn get(control: &Control, config: &Arc<ClientConfig>, path: &str) -> Result<String, String> {
    let mut stream = connect(control, config);
    let request = format!("GET {path} HTTP/1.1\r\nAuthorization: Bearer open-sesame\r\n\r\n");
    let written = stream.write_all(request.as_bytes());
    written.map_err(|error| error.to_string())?;
    let mut answer = Vec::new();
    // an end without a farewell would be an error
    let read = stream.read_to_end(&mut answer);
    read.map_err(|error| error.to_string())?;
    Ok(String::from_utf8(answer).expect("pages are text"))
}

#[test]
fn those_who_trust_it_are_answered() {
    let files = Certificates::new("control-tls");
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker, &control, &files, "good");
    let mut sender = broker.accept_subscribed(0);
    sender.publish(0x32, "first/a", 1, b"good");
    assert_eq!(pipeline.payload(), "good");
    let trusting = client(&files, "ca.pem");
    let metrics = get(&control, &trusting, "/metrics").expect("it is trusted");
    assert!(metrics.starts_with("HTTP/1.1 200 OK\r\n"), "{metrics}");
    assert!(
        metrics.contains("laminar_mqtt_messages_received"),
        "{metrics}"
    );
    let parts = get(&control, &trusting, "/tables/system.metrics").expect("it is trusted");
    assert!(parts.ends_with("\r\n0\r\n\r\n"), "{parts}");
    let missing = get(&control, &trusting, "/nothing").expect("it is trusted");
    assert!(missing.starts_with("HTTP/1.1 404"), "{missing}");
    let error = get(&control, &client(&files, "foreign.pem"), "/metrics");
    let error = error.expect_err("it is not trusted");
    assert!(error.contains("invalid peer certificate"), "{error}");
    let plain = control.get("/metrics");
    assert_eq!(
        (plain.status, plain.body.as_str()),
        (400, "here TLS is spoken: ask for `https://…`\n")
    );
    let log = pipeline.stop().log;
    assert!(
        log.contains("control: listening on https://127.0.0.1:"),
        "{log}"
    );
}

#[test]
fn files_that_do_not_fit_are_mistakes() {
    let files = Certificates::new("control-tls-files");
    files.write("empty.pem", "");
    let path = |name: &str| files.path(name);
    for (cert, key, expected) in [
        ("nowhere.pem", "good.key", "setting `control.tls_cert`: `"),
        ("empty.pem", "good.key", "holds no certificate in PEM form"),
        ("good.pem", "good.pem", "holds no private key in PEM form"),
        (
            "good.pem",
            "other.key",
            "it does not go with `control.tls_cert`",
        ),
    ] {
        let variables = [
            ("BROKER", "tcp://127.0.0.1:1"),
            ("CONTROL", "127.0.0.1:0"),
            ("CONTROL_CERT", &path(cert)),
            ("CONTROL_KEY", &path(key)),
        ];
        let ended = Pipeline::start(&variables, &["--check-config"]).wait();
        assert_eq!(ended.code, 78, "{cert} {key}: {}", ended.log);
        assert!(ended.log.contains(expected), "{cert} {key}: {}", ended.log);
    }
}

#[test]
fn a_new_certificate_is_presented_after_a_signal() {
    let files = Certificates::new("control-tls-new");
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker, &control, &files, "expired");
    let _client = broker.accept_subscribed(0);
    let trusting = client(&files, "ca.pem");
    let error = get(&control, &trusting, "/health").expect_err("it is of 2019");
    assert!(error.contains("certificate expired"), "{error}");
    for ending in ["pem", "key"] {
        let fresh = std::fs::read_to_string(files.path(&format!("good.{ending}")));
        files.write(
            &format!("expired.{ending}"),
            &fresh.expect("it was written"),
        );
    }
    pipeline.signal("HUP");
    let deadline = Instant::now() + PATIENCE;
    while let Err(error) = get(&control, &trusting, "/health") {
        assert!(Instant::now() < deadline, "{error}");
        std::thread::sleep(Duration::from_millis(20));
    }
    pipeline.stop();
}

/// Handshakes that stop halfway, bytes that are none, heads without an end, many connections.
#[test]
fn clients_that_mean_harm_do_none() {
    let files = Certificates::new("control-tls-harm");
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker, &control, &files, "good");
    let mut sender = broker.accept_subscribed(0);
    let trusting = client(&files, "ca.pem");
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
    for bytes in [
        hello.as_slice(),
        b"\x16",
        &vec![0x16; 40_000],
        &vec![0xff; 40_000],
        b"GET /",
    ] {
        // it may have hung up before the last byte
        let _ = control.connect().write_all(bytes);
    }
    let mut long = connect(&control, &trusting);
    let _ = write!(long, "GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(20_000));
    let mut answer = String::new();
    let _ = long.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let begun = Instant::now();
    let mut silent: Vec<TcpStream> = (0..16).map(|_| control.connect()).collect();
    for stream in &mut silent {
        stream.write_all(hello).expect("it is let in");
    }
    let flood: Vec<TcpStream> = (0..2_000).map(|_| control.connect()).collect();
    sender.publish(0x32, "first/a", 1, b"still here");
    assert_eq!(pipeline.payload(), "still here");
    drop(flood);
    while get(&control, &trusting, "/health").is_err() {
        assert!(begun.elapsed() < PATIENCE, "silence ends soon");
        std::thread::sleep(Duration::from_millis(50));
    }
    pipeline.stop();
}
