//! Whoever asks a running pipeline. What answers here is the endpoint of the runtime, of a pipeline
//! whose messages are put into its history by hand.

mod support;

use laminar_runtime::control::TlsServer;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;
use support::{pipeline, started};

/// What the program prints for people and programs, and whether it was content.
fn ask(arguments: &[&str]) -> (String, String, bool) {
    let output = Command::new(env!("CARGO_BIN_EXE_laminarc-query"))
        .args(arguments)
        .env_remove("LAMINAR_CONTROL_TOKEN")
        .stdin(Stdio::null())
        .output()
        .expect("it was built for this test");
    let text = |bytes| String::from_utf8(bytes).expect("it prints UTF-8");
    let is_content = output.status.success();
    (text(output.stdout), text(output.stderr), is_content)
}

/// Rows as JSON lines; nothing may be said beside them but notes.
fn rows(address: &str, sql: &str) -> (Vec<String>, String) {
    let (rows, said, is_content) = ask(&["--addr", address, "--format", "json", sql]);
    assert!(is_content, "{sql}: {said}");
    assert!(
        said.lines().all(|line| line.starts_with("note: ")),
        "{said}"
    );
    (rows.lines().map(str::to_owned).collect(), said)
}

/// The queries of the document, as they stand there.
#[test]
fn the_documents_queries_run() {
    let address = pipeline(None);
    let (status, said) = rows(
        &address,
        "SELECT * FROM system.connector_status\nWHERE connector_name = 'mqtt_source';",
    );
    assert_eq!((status.len(), said.as_str()), (3, ""));
    assert!(
        status[0].contains(r#""table_name":"iot_telemetry""#),
        "{status:?}"
    );
    let (logs, _) = rows(
        &address,
        "-- Check connection status
SELECT * FROM system.connector_logs
WHERE connector = 'mqtt_source'
AND level = 'ERROR'
ORDER BY timestamp DESC
LIMIT 10;",
    );
    assert_eq!(logs.len(), 1, "{logs:?}");
    assert!(logs[0].contains("not authorized"), "{logs:?}");
    let (rates, said) = rows(
        &address,
        "-- Monitor message rates
SELECT
    COUNT(*) as messages_per_minute,
    MIN(timestamp) as window_start,
    MAX(timestamp) as window_end
FROM iot_telemetry
WHERE timestamp > NOW() - INTERVAL '1 minute';",
    );
    // those 50, 40, 30, 20 and 10 s ago, and that of a minute ago if it was less
    assert!(
        rates[0].starts_with(r#"{"messages_per_minute":5,"window_start":"2"#),
        "{rates:?}"
    );
    assert_eq!(said, "", "a minute is kept");
}

#[test]
fn what_is_not_kept_is_said() {
    let address = pipeline(None);
    let kept = "`iot_telemetry`: rows are asked from ";
    for (condition, is_said) in [
        ("timestamp > NOW() - INTERVAL '1 hour'", true),
        ("NOW() - INTERVAL '1 hour' <= timestamp", true),
        (
            "timestamp BETWEEN NOW() - INTERVAL '1 hour' AND NOW()",
            true,
        ),
        (
            "timestamp >= NOW() - INTERVAL '30 seconds' AND temperature > 1",
            false,
        ),
        ("timestamp > '2020-01-01T00:00:00Z'", true),
    ] {
        let sql = format!("SELECT count(*) FROM iot_telemetry WHERE {condition}");
        let (_, said) = rows(&address, &sql);
        assert_eq!(said.contains(kept), is_said, "{condition}: {said}");
    }
    let (all, said) = rows(&address, "SELECT * FROM iot_telemetry");
    assert_eq!(all.len(), 9);
    assert!(said.contains("received since"), "{said}");
}

#[test]
fn names_are_written_as_in_a_pipeline() {
    let address = pipeline(None);
    let sql = "SELECT PUMPID, bar, hall, mbar FROM pumps WHERE pumpid = 'p3'";
    let (found, said) = rows(&address, sql);
    assert_eq!(
        found,
        [r#"{"pumpId":"p3","bar":3.25,"hall":"h4","mbar":3250.0}"#]
    );
    assert!(said.contains("1 that the table's rules reject"), "{said}");
    let (found, _) = rows(
        &address,
        "SELECT \"raw\" FROM \"Pumps\" ORDER BY bar DESC LIMIT 1",
    );
    assert_eq!(found, [r#"{"raw":"{\"x\":[8]}"}"#]);
}

#[test]
fn several_tables_and_queries() {
    let address = pipeline(None);
    let (found, _) = rows(
        &address,
        "SELECT c.column_name, t.history IS NULL AS off FROM system.columns c
         JOIN system.tables t USING (table_name) WHERE t.table_name = 'silent'
         ORDER BY c.position LIMIT 1; SELECT 1 AS one",
    );
    assert_eq!(
        found,
        [r#"{"column_name":"pumpId","off":true}"#, r#"{"one":1}"#]
    );
}

#[test]
fn rows_are_printed_in_three_ways() {
    let address = pipeline(None);
    let sql = "SELECT device_id, humidity FROM iot_telemetry WHERE device_id < 'd2' ORDER BY 1";
    let print = |format| ask(&["--addr", &address, "--format", format, sql]).0;
    let json =
        "{\"device_id\":\"d0\",\"humidity\":null}\n{\"device_id\":\"d1\",\"humidity\":null}\n";
    assert_eq!(print("json"), json);
    assert_eq!(print("csv"), "device_id,humidity\nd0,\nd1,\n");
    let table = print("table");
    assert!(
        table.contains("| device_id | humidity |") && table.ends_with("2 rows\n"),
        "{table}"
    );
    let none = ask(&[
        "--addr",
        &address,
        "SELECT message FROM system.connector_logs LIMIT 0",
    ])
    .0;
    assert!(
        none.contains("| message |") && none.ends_with("0 rows\n"),
        "{none}"
    );
}

#[test]
fn mistakes_are_explained() {
    let address = pipeline(None);
    let url = format!("http://{address}");
    for (sql, expected) in [
        (
            "SELECT * FROM pump",
            format!(
                "error: no table `pump` at {url}\n  = help: a table with a similar name \
                 exists: `Pumps`"
            ),
        ),
        (
            "SELECT * FROM system.metric",
            "a table with a similar name exists: `system.metrics`".into(),
        ),
        (
            "SELECT * FROM xyz",
            "there are Pumps, iot_telemetry, silent, system.connector_status".into(),
        ),
        (
            "SELECT * FROM silent",
            "error: table `silent` keeps no history".into(),
        ),
        (
            "SELECT devic_id FROM iot_telemetry",
            "No field named devic_id".into(),
        ),
        ("SELEC 1", "error: ".into()),
        (
            "CREATE TABLE t AS SELECT 1",
            "nothing else is done here".into(),
        ),
        (
            "COPY (SELECT 1) TO '/tmp/x.csv'",
            "nothing else is done here".into(),
        ),
        (
            "SET datafusion.execution.batch_size = 1",
            "nothing else is done here".into(),
        ),
        ("", "error: there is no query".into()),
    ] {
        let (rows, said, is_content) = ask(&["--addr", &address, sql]);
        assert!(!is_content && rows.is_empty(), "{sql}");
        assert!(said.contains(&expected), "{sql}: {said}");
    }
    let (_, said, _) = ask(&["--addr", "127.0.0.1:1", "SELECT * FROM system.tables"]);
    assert!(
        said.contains("cannot ask a pipeline at http://127.0.0.1:1"),
        "{said}"
    );
}

#[test]
fn a_token_is_given() {
    let address = pipeline(Some("open-sesame"));
    let sql = "SELECT * FROM system.tables";
    let (_, said, _) = ask(&["--addr", &address, sql]);
    assert!(
        said.contains("asks for a token") && said.contains("--token"),
        "{said}"
    );
    let (_, said, _) = ask(&["--addr", &address, "--token", "x", sql]);
    assert!(
        said.contains("the token is not that of the pipeline"),
        "{said}"
    );
    let (rows, said, is_content) = ask(&["--addr", &address, "--token", "open-sesame", sql]);
    assert!(is_content && rows.ends_with("3 rows\n"), "{said}");
}

#[test]
fn a_certificate_is_trusted() {
    let names = ["localhost", "127.0.0.1"].map(str::to_owned);
    let made = rcgen::generate_simple_self_signed(names).expect("it can be signed");
    let key = made.signing_key.serialize_der().try_into();
    let tls = TlsServer::new(vec![made.cert.der().clone()], key.expect("it is a key"));
    let address = started(None, Some(tls.expect("they belong together")));
    let url = format!("https://{address}");
    let folder = std::env::temp_dir();
    let path = |name: &str| folder.join(format!("laminar-{name}-{}.pem", std::process::id()));
    let (good, empty) = (path("good"), path("empty"));
    std::fs::write(&good, made.cert.pem()).expect("it can be written");
    std::fs::write(&empty, "").expect("it can be written");
    let [good, empty] = [&good, &empty].map(|path| path.to_str().expect("it is UTF-8"));
    let sql = "SELECT table_name FROM system.tables";
    let (rows, said, is_content) = ask(&["--addr", &url, "--ca", good, sql]);
    assert!(is_content && rows.ends_with("3 rows\n"), "{said}");
    let (_, said, is_content) = ask(&["--addr", &url, sql]);
    assert!(!is_content && said.contains("UnknownIssuer"), "{said}");
    let (_, said, _) = ask(&["--addr", &url, "--ca", empty, sql]);
    assert!(said.contains("holds no certificate in PEM form"), "{said}");
    let (_, said, _) = ask(&["--addr", &url, "--ca", "/nowhere", sql]);
    assert!(said.contains("`--ca /nowhere` cannot be read"), "{said}");
    let (_, said, _) = ask(&["--addr", &address, sql]);
    assert!(said.contains("here TLS is spoken"), "{said}");
    for path in [good, empty] {
        std::fs::remove_file(path).expect("it was written");
    }
}

/// A program that answers each connection with these bytes, and hangs up.
fn imposter(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound").to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("it comes");
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer);
        }
    });
    address
}

#[test]
fn what_is_no_pipeline_is_said() {
    for (answer, expected) in [
        (b"".as_slice(), "cannot ask a pipeline"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "cannot ask a pipeline"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
            "ended early",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "ended early",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "is no table",
        ),
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            "answers 302",
        ),
        (
            b"HTTP/1.1 500 Oh\r\nContent-Length: 13\r\n\r\n\x1b[31mred\x1b[0m\n",
            "answers 500",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nhello",
            "the answer of",
        ),
    ] {
        let address = imposter(answer);
        let (rows, said, is_content) = ask(&["--addr", &address, "SELECT * FROM system.tables"]);
        assert!(!is_content && rows.is_empty(), "{rows}");
        assert!(
            said.starts_with("error: ") && said.contains(expected),
            "{said}"
        );
        assert!(!said.contains('\x1b'), "{said:?}");
    }
}

/// Queries that would take all there is, and texts that would do something on a terminal.
#[test]
fn queries_have_limits() {
    let address = pipeline(None);
    let deep = format!("SELECT {}1{}", "(".repeat(20_000), ")".repeat(20_000));
    let long = format!("SELECT 1{}", " + 1".repeat(4_000));
    let longer = format!("SELECT 1{}", " + 1".repeat(6_000));
    for (sql, expected) in [
        (
            "SELECT * FROM generate_series(1, 1000000000000)",
            "the answer is larger than 256 MiB",
        ),
        (deep.as_str(), "error: "),
        (longer.as_str(), "more than 10000 words"),
        ("SELECT * FROM '/etc/passwd'", "error: "),
    ] {
        let (rows, said, is_content) = ask(&["--addr", &address, sql]);
        assert!(!is_content && rows.is_empty(), "{sql:.60}: {rows:.200}");
        assert!(
            said.starts_with("error: ") && said.contains(expected),
            "{sql:.60}: {said}"
        );
    }
    let (rows, said, is_content) = ask(&["--addr", &address, "--format", "csv", &long]);
    assert!(is_content && rows.ends_with("4001\n"), "{said:.200}");
    let (rows, _, _) = ask(&["--addr", &address, "SELECT chr(27) || ']0;owned' AS text"]);
    assert!(rows.contains("\\u{1b}]0;owned"), "{rows}");
}
