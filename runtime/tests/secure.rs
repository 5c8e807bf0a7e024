//! The whole process against a real broker over TLS and WebSocket, where one is installed.

mod support;

use support::Pipeline;
use support::certificates::Certificates;
use support::dribble::dribble;
use support::mosquitto::Mosquitto;

/// Lines of a listener's configuration.
fn tls(files: &Certificates, name: &str) -> String {
    format!(
        "certfile {}\nkeyfile {}\n",
        files.path(&format!("{name}.pem")),
        files.path(&format!("{name}.key"))
    )
}

const WEB_SOCKET: &str = "protocol websockets\n";

/// A broker with three listeners: TLS, WebSocket, and both.
fn secure(name: &str, files: &Certificates) -> Option<Mosquitto> {
    let listeners = [
        tls(files, "good"),
        WEB_SOCKET.to_owned(),
        format!("{WEB_SOCKET}{}", tls(files, "good")),
    ];
    Mosquitto::start_with(name, &listeners)
}

/// The log of a pipeline that gives up after one attempt.
fn refused(variables: &[(&str, &str)]) -> String {
    let all = [variables, &[("ATTEMPTS", "1")]].concat();
    let ended = Pipeline::start(&all, &[]).wait();
    assert_eq!(ended.code, 69, "{}", ended.log);
    ended.log
}

#[test]
fn rows_come_over_every_transport_wherever_the_stream_is_cut() {
    let files = Certificates::new("transports");
    let Some(broker) = secure("transports", &files) else {
        return;
    };
    broker.retain("first/retained", "hello");
    let ca = files.path("ca.pem");
    let large = "x".repeat(600_000);
    for (scheme, port, path) in [
        ("ssl", broker.ports[0], ""),
        ("mqtts", dribble(broker.ports[0], 7), "/"),
        ("ws", broker.ports[1], ""),
        ("ws", dribble(broker.ports[1], 3), "/any?x"),
        ("wss", broker.ports[2], ""),
        ("wss", dribble(broker.ports[2], 11), "/mqtt"),
    ] {
        let url = format!("{scheme}://localhost:{port}{path}");
        for version in ["3.1.1", "5"] {
            let mut variables = vec![("BROKER", url.as_str()), ("MQTT", version), ("QOS", "2")];
            if scheme != "ws" {
                variables.push(("CA", &ca));
            }
            let pipeline = Pipeline::start(&variables, &[]);
            assert_eq!(pipeline.payload(), "hello", "{url} {version}");
            let numbers: Vec<String> = (0..300).map(|number| number.to_string()).collect();
            broker.publish("first/a", "2", &(numbers.join("\n") + "\n"));
            for number in numbers {
                assert_eq!(pipeline.payload(), number, "{url} {version}");
            }
            // more than the receive buffer holds; mosquitto sends 4 KB a tick over WebSocket, and
            // in small pieces it would take minutes
            let longest = if scheme.starts_with("ws") {
                20_000
            } else {
                large.len()
            };
            if path.is_empty() {
                let large = &large[..longest];
                broker.publish("first/large", "1", &format!("{large}\n"));
                assert!(pipeline.payload() == large, "{url} {version}");
            }
            let ended = pipeline.stop();
            assert_eq!(ended.code, 0, "{url}: {}", ended.log);
            assert_eq!(ended.rows, Vec::<String>::new());
            assert!(!ended.log.contains("WARN"), "{}", ended.log);
        }
    }
}

#[test]
fn sinks_publish_over_every_transport() {
    let files = Certificates::new("publishing");
    let Some(broker) = secure("publishing", &files) else {
        return;
    };
    broker.retain("first/retained", "hello");
    let (ca, plain) = (files.path("ca.pem"), broker.url());
    let urls = [
        plain.clone(),
        format!("ssl://127.0.0.1:{}", broker.ports[0]),
        format!("ws://127.0.0.1:{}", broker.ports[1]),
        format!("wss://127.0.0.1:{}", broker.ports[2]),
    ];
    for url in &urls {
        for qos in ["0", "1", "2"] {
            let printer = Pipeline::start(&[("BROKER", &plain), ("QOS", "2")], &[]);
            assert_eq!(printer.payload(), "hello");
            let mut variables = vec![("BROKER", url.as_str()), ("FIRST", "third/#")];
            variables.extend([("SINK", "mqtt"), ("OUT", "second/out"), ("SECOND", "none")]);
            variables.push(("QOS", qos));
            if !url.starts_with("ws:") && !url.starts_with("tcp:") {
                variables.push(("CA", &ca));
            }
            // QoS 0 has no memory: what is published must find the session
            let retained = format!("third/{qos}");
            broker.retain(&retained, "there");
            let publisher = Pipeline::start(&variables, &[]);
            assert!(printer.row().contains("there"), "{url} {qos}");
            // mosquitto mixes up QoS 2 beyond its window, over plain TCP as well
            let count = if qos == "2" { 15 } else { 200 };
            let lines: Vec<String> = (0..count).map(|number| format!("n{number}")).collect();
            broker.publish("third/x", qos, &(lines.join("\n") + "\n"));
            for line in lines {
                let row = printer.row();
                let there = row.contains(&format!("\\\"{line}\\\""));
                assert!(there, "{url} {qos}: {line} in {row}");
            }
            broker.retain(&retained, "");
            assert_eq!(publisher.stop().code, 0);
            assert_eq!(printer.stop().code, 0);
        }
    }
}

#[test]
fn a_certificate_of_ours_is_shown_whatever_the_form_of_its_key() {
    let files = Certificates::new("clients");
    let wanting = format!(
        "{}require_certificate true\ncafile {}\n",
        tls(&files, "good"),
        files.path("ca.pem")
    );
    let older = format!("{wanting}tls_version tlsv1.2\n");
    let Some(broker) = Mosquitto::start_with("clients", &[wanting, older]) else {
        return;
    };
    broker.retain("first/retained", "hello");
    let ca = files.path("ca.pem");
    let clients = files.clients();
    for port in &broker.ports {
        let url = format!("ssl://localhost:{port}");
        for name in &clients {
            let (cert, key) = (format!("{name}.pem"), format!("{name}.key"));
            let (cert, key) = (files.path(&cert), files.path(&key));
            let identity = [("CERT", cert.as_str()), ("KEY", key.as_str())];
            let variables = [[("BROKER", url.as_str()), ("CA", &ca)], identity].concat();
            let pipeline = Pipeline::start(&variables, &[]);
            assert_eq!(pipeline.payload(), "hello", "{name}");
            assert_eq!(pipeline.stop().code, 0);
        }
        // one that the broker's authority has not signed, and none
        let (cert, key) = (files.path("self.pem"), files.path("self.key"));
        let foreign = [("CERT", cert.as_str()), ("KEY", key.as_str())];
        let log = refused(&[[("BROKER", url.as_str()), ("CA", &ca)], foreign].concat());
        assert!(log.contains("does not accept our certificate"), "{log}");
        let log = refused(&[("BROKER", &url), ("CA", &ca)]);
        assert!(
            log.contains("`tls_client_cert`") || log.contains("handshake"),
            "{log}"
        );
    }
}

#[test]
fn wrong_certificates_are_refused_and_the_log_says_what_to_do() {
    let files = Certificates::new("wrong");
    let names = ["good", "expired", "other", "self"];
    let listeners = names.map(|name| tls(&files, name));
    let Some(broker) = Mosquitto::start_with("wrong", &listeners) else {
        return;
    };
    broker.retain("first/retained", "hello");
    let ca = files.path("ca.pem");
    let [foreign, itself] = ["foreign.pem", "self.pem"].map(|file| files.path(file));
    let url = |at: usize| format!("ssl://localhost:{}", broker.ports[at]);
    let cases = [
        (
            0,
            &foreign,
            "name the file with its authority in `tls_ca_cert`",
        ),
        (1, &ca, "certificate has expired"),
        (2, &ca, "is for another name than the host in `broker`"),
        (3, &ca, "name the file with its authority in `tls_ca_cert`"),
    ];
    for (at, ca, expected) in cases {
        let url = url(at);
        let log = refused(&[("BROKER", &url), ("CA", ca)]);
        assert!(log.contains(expected), "{log}");
        assert!(log.contains("given up after 1 attempt"), "{log}");
        let unverified = [("BROKER", url.as_str()), ("VERIFY", "false")];
        let pipeline = Pipeline::start(&unverified, &[]);
        assert_eq!(pipeline.payload(), "hello", "{url}");
        let ended = pipeline.stop();
        assert!(ended.log.contains("ANYBODY CAN PRETEND"), "{}", ended.log);
    }
    // the system's authorities have not signed it either
    let log = refused(&[("BROKER", &url(0))]);
    assert!(log.contains("nobody who is trusted has signed"), "{log}");
    // one that signed itself is an authority of its own
    let trusting = [("BROKER", url(3)), ("CA", itself)];
    let trusting = trusting
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let pipeline = Pipeline::start(&trusting, &[]);
    assert_eq!(pipeline.payload(), "hello");
}

#[test]
fn a_refused_certificate_is_tried_again() {
    let files = Certificates::new("repair");
    let listener = [tls(&files, "expired")];
    let Some(broken) = Mosquitto::start_with("repair-1", &listener) else {
        return;
    };
    let repaired = Mosquitto::start_with("repair-2", &[tls(&files, "good")]).expect("another one");
    repaired.retain("first/retained", "hello");
    // the same address, first with the one broker behind it and then with the other
    let port = support::dribble::switch(&[broken.ports[0], repaired.ports[0]]);
    let url = format!("ssl://localhost:{port}");
    let ca = files.path("ca.pem");
    let pipeline = Pipeline::start(&[("BROKER", &url), ("CA", &ca)], &[]);
    assert_eq!(pipeline.payload(), "hello");
    let log = pipeline.stop().log;
    assert!(log.contains("certificate has expired"), "{log}");
    assert!(log.contains("next attempt in"), "{log}");
}

#[test]
fn the_wrong_port_is_told() {
    let files = Certificates::new("ports");
    let Some(broker) = secure("ports", &files) else {
        return;
    };
    let plain = broker.url();
    let plain = plain.rsplit_once(':').expect("a port").1;
    let [tls, ws, wss] = [0, 1, 2].map(|at| broker.ports[at].to_string());
    let ca = files.path("ca.pem");
    for (scheme, port, expected) in [
        ("ssl", plain, "TLS: "),
        ("ssl", &ws, "TLS: "),
        ("wss", plain, "TLS: "),
        ("tcp", &tls, "TLS"),
        ("tcp", &ws, "WebSocket"),
        ("ws", &wss, "WebSocket: "),
        ("ws", plain, "WebSocket: "),
        ("ws", &tls, "WebSocket: "),
        ("wss", &tls, "WebSocket: "),
    ] {
        let url = format!("{scheme}://localhost:{port}");
        let mut variables = vec![("BROKER", url.as_str())];
        if scheme.ends_with('s') && scheme != "ws" || scheme == "ssl" {
            variables.push(("CA", &ca));
        }
        let log = refused(&variables);
        assert!(
            log.contains(expected) && log.contains("port"),
            "{url}: {log}"
        );
    }
}

#[test]
fn authorities_that_were_replaced_are_trusted_after_sighup() {
    let files = Certificates::new("replaced");
    let Some(broker) = secure("replaced", &files) else {
        return;
    };
    broker.retain("first/retained", "hello");
    // the wrong authority at first: no attempt can succeed
    let trusted = files.path("trusted.pem");
    std::fs::copy(files.path("foreign.pem"), &trusted).expect("writable");
    let url = format!("ssl://localhost:{}", broker.ports[0]);
    let variables = [
        ("BROKER", url.as_str()),
        ("CA", &trusted),
        ("RETRY_MS", "60000"),
        ("RETRY_MAX_MS", "60000"),
    ];
    let pipeline = Pipeline::start(&variables, &[]);
    pipeline.expect_no_row();
    std::fs::copy(files.path("ca.pem"), &trusted).expect("writable");
    pipeline.signal("HUP");
    // long before the next attempt would be due
    assert_eq!(pipeline.payload(), "hello");
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    assert!(ended.log.contains("next attempt in"), "{}", ended.log);
}
