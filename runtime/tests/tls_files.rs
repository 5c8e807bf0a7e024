//! Files and options for TLS are checked before anything is connected to.

mod support;

use std::time::Duration;
use support::Pipeline;
use support::certificates::Certificates;

/// That a configuration with these files ends with 78 and says `expected`.
fn refused(files: &Certificates, ca: &str, (cert, key): (&str, &str), expected: &str) {
    let (cert, key) = (files.path(cert), files.path(key));
    let variables = [
        ("BROKER", "ssl://h"),
        ("CA", ca),
        ("CERT", &cert),
        ("KEY", &key),
    ];
    let ended = Pipeline::start(&variables, &["--check-config"]).wait();
    assert_eq!(ended.code, 78, "{expected}: {}", ended.log);
    assert!(ended.log.contains(expected), "{expected} in {}", ended.log);
}

/// PEM of this kind that holds this.
fn pem(kind: &str, base64: &str) -> String {
    format!("-----BEGIN {kind}-----\n{base64}\n-----END {kind}-----\n")
}

#[test]
fn mistakes_in_authorities_end_with_78_and_name_option_and_path() {
    let files = Certificates::new("authorities");
    files.write("garbage", &pem("CERTIFICATE", "!"));
    files.write("damaged", &pem("CERTIFICATE", "AAAA"));
    files.write("prose", "a certificate");
    let cases = [
        ("nowhere", "nowhere` cannot be read: No such file"),
        ("garbage", "garbage` is a damaged PEM file"),
        ("damaged", "damaged` holds a damaged certificate"),
        ("prose", "prose` holds no certificate in PEM form"),
        ("good.key", "good.key` holds no certificate in PEM form"),
    ];
    for (ca, expected) in cases {
        let path = files.path(ca);
        refused(&files, &path, ("good.pem", "good.key"), expected);
        let option = format!("connection `plant`, option `tls_ca_cert`: `{path}`");
        refused(&files, &path, ("good.pem", "good.key"), &option);
    }
}

#[test]
fn mistakes_in_our_identity_end_with_78_and_name_option_and_path() {
    let files = Certificates::new("identity");
    files.write("locked", &pem("ENCRYPTED PRIVATE KEY", "AAAA"));
    files.write("nonsense", &pem("PRIVATE KEY", "AAAA"));
    let ca = files.path("ca.pem");
    let cases = [
        ("nowhere", "good.key", "option `tls_client_cert`: `"),
        ("good.pem", "nowhere", "option `tls_client_key`: `"),
        ("good.pem", "ca.pem", "ca.pem` holds no private key"),
        ("good.pem", "locked", "holds a key that is encrypted"),
        ("good.pem", "nonsense", "option `tls_client_key`"),
        (
            "good.pem",
            "other.key",
            "does not go with `tls_client_cert`",
        ),
    ];
    for (cert, key, expected) in cases {
        refused(&files, &ca, (cert, key), expected);
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
