//! Files and options for TLS are checked before anything is connected to.

mod support;

use std::time::Duration;
use support::Pipeline;
use support::certificates::Certificates;

#[test]
fn mistakes_in_files_end_with_78_and_name_option_and_path() {
    let files = Certificates::new("files");
    files.write(
        "garbage",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    );
    files.write("prose", "a certificate");
    let encrypted = "ENCRYPTED PRIVATE KEY-----";
    files.write(
        "locked",
        &format!("-----BEGIN {encrypted}\nAAAA\n-----END {encrypted}\n"),
    );
    let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    files.write("damaged", damaged);
    let path = |file: &str| files.path(file);
    let cases = [
        (
            "/no/such.pem",
            "good.pem",
            "good.key",
            "`tls_ca_cert`: `/no/such.pem` cannot be read",
        ),
        (
            &path("garbage"),
            "good.pem",
            "good.key",
            "garbage` is a damaged PEM file",
        ),
        (
            &path("damaged"),
            "good.pem",
            "good.key",
            "holds a damaged certificate",
        ),
        (
            &path("prose"),
            "good.pem",
            "good.key",
            "prose` holds no certificate in PEM form",
        ),
        (
            &path("ca.pem"),
            "nowhere",
            "good.key",
            "option `tls_client_cert`: `",
        ),
        (
            &path("ca.pem"),
            "good.pem",
            "nowhere",
            "option `tls_client_key`: `",
        ),
        (
            &path("ca.pem"),
            "good.pem",
            "ca.pem",
            "ca.pem` holds no private key",
        ),
        (
            &path("ca.pem"),
            "good.pem",
            "locked",
            "holds a key that is encrypted",
        ),
        (
            &path("ca.pem"),
            "good.pem",
            "other.key",
            "does not go with `tls_client_cert`",
        ),
    ];
    for (ca, cert, key, expected) in cases {
        let (cert, key) = (files.path(cert), files.path(key));
        let all = [
            ("BROKER", "ssl://h"),
            ("CA", ca),
            ("CERT", &cert),
            ("KEY", &key),
        ];
        let ended = Pipeline::start(&all, &["--check-config"]).wait();
        assert_eq!(ended.code, 78, "{expected}: {}", ended.log);
        assert!(ended.log.contains(expected), "{expected} in {}", ended.log);
    }
}

#[test]
fn options_for_tls_need_a_broker_with_tls() {
    let files = Certificates::new("plain");
    let ca = files.path("ca.pem");
    let plain = [("BROKER", "ws://h"), ("CA", ca.as_str())];
    let ended = Pipeline::start(&plain, &["--check-config"]).wait();
    assert_eq!(ended.code, 78);
    let expected = "option `tls_ca_cert`: the broker `ws://h:80/mqtt` is without TLS";
    assert!(ended.log.contains(expected), "{}", ended.log);
    // who names another broker on the command line knows what it speaks, but is told
    let given = ["--broker", "tcp://h", "--check-config"];
    let ended = Pipeline::start(&plain, &given).wait();
    assert_eq!(ended.code, 0, "{}", ended.log);
    assert!(ended.log.contains("have no effect"), "{}", ended.log);
}

#[test]
fn a_configuration_says_whom_it_trusts() {
    let files = Certificates::new("shown");
    let (ca, cert, key) = (
        files.path("ca.pem"),
        files.path("good.pem"),
        files.path("good.key"),
    );
    let cases: [(&[(&str, &str)], &str); 3] = [
        (&[("CA", &ca)], "  tls = authorities of `tls_ca_cert`"),
        (
            &[("CA", &ca), ("CERT", &cert), ("KEY", &key)],
            "  tls = authorities of `tls_ca_cert`, with a certificate of ours",
        ),
        (
            &[("VERIFY", "false")],
            "  tls = the broker's certificate is NOT CHECKED",
        ),
    ];
    for (variables, expected) in cases {
        let all = [&[("BROKER", "mqtts://h")], variables].concat();
        let pipeline = Pipeline::start(&all, &["--check-config"]);
        let mut lines = Vec::new();
        while let Some(line) = pipeline.row_within(Duration::from_secs(2)) {
            lines.push(line);
        }
        assert!(lines.iter().any(|line| line == expected), "{lines:?}");
        assert!(
            lines.contains(&"  broker = ssl://h:8883".to_owned()),
            "{lines:?}"
        );
    }
}
