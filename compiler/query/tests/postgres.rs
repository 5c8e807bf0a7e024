//! Clients of PostgreSQL that ask a running pipeline: psql as Debian has it, and some that mean
//! harm. Skipped, with a word, where psql is not installed. Where `LAMINAR_REQUIRE_POSTGRES` is
//! set, that fails.

#[path = "support/front.rs"]
mod front;
mod support;

use front::{Front, command, has_psql, text};
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use support::pipeline;

/// The queries of the document, as they stand there.
#[test]
fn the_documents_queries_run() {
    if !has_psql() {
        return;
    }
    let front = Front::new(&pipeline(None), None);
    let status = "SELECT * FROM system.connector_status
WHERE connector_name = 'mqtt_source';";
    let status = front.rows(status);
    assert_eq!(status.lines().count(), 3, "{status}");
    assert!(status.contains("|iot_telemetry|"), "{status}");
    let logs = front.rows(
        "-- Check connection status
SELECT * FROM system.connector_logs
WHERE connector = 'mqtt_source'
AND level = 'ERROR'
ORDER BY timestamp DESC
LIMIT 10;",
    );
    assert_eq!(logs.lines().count(), 1, "{logs}");
    assert!(logs.contains("not authorized"), "{logs}");
    let rates = "-- Monitor message rates
SELECT 
    COUNT(*) as messages_per_minute,
    MIN(timestamp) as window_start,
    MAX(timestamp) as window_end
FROM iot_telemetry
WHERE timestamp > NOW() - INTERVAL '1 minute';";
    let (rates, said, is_content) = front.psql(None, &["-A", "-c", rates]);
    assert!(is_content, "{said}");
    assert!(
        rates.starts_with("messages_per_minute|window_start|window_end\n5|2"),
        "{rates}"
    );
    assert_eq!(said, "", "a minute is kept");
}

#[test]
fn what_is_not_kept_is_said() {
    if !has_psql() {
        return;
    }
    let front = Front::new(&pipeline(None), None);
    let (rows, said, _) = front.psql(None, &["-At", "-c", "SELECT count(*) FROM iot_telemetry"]);
    assert_eq!(rows, "9\n");
    assert!(
        said.starts_with("NOTICE:  `iot_telemetry`: the rows are those of messages received since"),
        "{said}"
    );
}

/// What psql asks for to describe what there is.
#[test]
fn tables_are_described() {
    if !has_psql() {
        return;
    }
    let front = Front::new(&pipeline(None), None);
    let describe = |command| {
        let (rows, said, is_content) = front.psql(None, &["-At", "-c", command]);
        assert!(is_content && said.is_empty(), "{command}: {said}");
        rows
    };
    let tables = describe("\\d");
    assert!(tables.contains("public|iot_telemetry|table|"), "{tables}");
    assert!(tables.contains("public|Pumps|table|"), "{tables}");
    assert!(!tables.contains("silent"), "it cannot be asked: {tables}");
    let system = describe("\\dt system.*");
    assert_eq!(system.lines().count(), 5, "{system}");
    assert!(
        system.contains("system|connector_status|table|"),
        "{system}"
    );
    let columns = describe("\\d iot_telemetry");
    for column in [
        "device_id|text|",
        "timestamp|timestamp",
        "temperature|double precision|",
    ] {
        assert!(columns.contains(column), "{column}: {columns}");
    }
    let columns = front.rows(
        "SELECT column_name, data_type FROM information_schema.columns
         WHERE table_name = 'iot_telemetry' ORDER BY ordinal_position",
    );
    assert!(columns.starts_with("device_id|"), "{columns}");
    assert!(describe("\\dn").contains("system|"));
    assert!(describe("\\l").contains("laminar|"));
}

#[test]
fn mistakes_are_errors() {
    if !has_psql() {
        return;
    }
    let front = Front::new(&pipeline(None), None);
    for (sql, code, expected) in [
        ("SELEC 1", "42601", "Expected"),
        (
            "SELECT devic_id FROM iot_telemetry",
            "42703",
            "No field named devic_id",
        ),
        ("SELECT 1 / 0", "22012", "Divide by zero"),
        (
            "SELECT * FROM pump",
            "58030",
            "HINT:  a table with a similar name exists: `Pumps`",
        ),
        ("SELECT * FROM silent", "58030", "keeps no history"),
        (
            "CREATE TABLE t AS SELECT 1",
            "25006",
            "nothing else is done here",
        ),
        (
            "INSERT INTO iot_telemetry VALUES (1)",
            "25006",
            "nothing else",
        ),
        (
            "COPY (SELECT 1) TO '/tmp/laminar-written.csv'",
            "25006",
            "nothing else",
        ),
        (
            "EXPLAIN ANALYZE DELETE FROM iot_telemetry",
            "25006",
            "nothing else",
        ),
        (
            "SET datafusion.execution.batch_size = 1",
            "25006",
            "not changed here",
        ),
        ("SELECT 1 AS a INTO t", "", "ERROR"),
        ("PREPARE p AS SELECT 1", "25006", "nothing else"),
        ("SELECT * FROM '/etc/passwd'", "", "ERROR"),
        ("SELECT pg_read_file('/etc/passwd')", "", "ERROR"),
    ] {
        let arguments = ["-At", "-v", "VERBOSITY=verbose", "-c", sql];
        let (rows, said, is_content) = front.psql(None, &arguments);
        assert!(!is_content && rows.is_empty(), "{sql}: {rows}");
        assert!(said.contains(&format!("ERROR:  {code}")), "{sql}: {said}");
        assert!(said.contains(expected), "{sql}: {said}");
    }
    let after = ["-At", "-c", "SELEC 1", "-c", "SELECT 1"];
    assert_eq!(front.psql(None, &after).0, "1\n", "a mistake does no harm");
}

/// Names without quotes, parameters, settings and transactions that clients send unasked.
#[test]
fn clients_find_what_they_are_used_to() {
    if !has_psql() {
        return;
    }
    let front = Front::new(&pipeline(None), None);
    let sql = "SELECT PUMPID, bar, hall FROM pumps WHERE pumpid = 'p3'";
    assert_eq!(front.rows(sql), "p3|3.25|h4\n");
    let script = "SET application_name = 'x'; BEGIN; SELECT 1; COMMIT; DISCARD ALL;
                  SHOW server_version";
    assert!(
        front
            .rows(script)
            .starts_with("SET\nBEGIN\n1\nCOMMIT\nDISCARD ALL\n")
    );
    let bound = "SELECT device_id, temperature FROM iot_telemetry
                 WHERE device_id = $1 AND temperature > $2 \\bind d3 1.5 \\g\n";
    let file = std::env::temp_dir().join(format!("laminar-bound-{}.sql", std::process::id()));
    std::fs::write(&file, bound).expect("it can be written");
    let path = file.to_str().expect("it is UTF-8");
    let (rows, said, is_content) = front.psql(None, &["-At", "-f", path]);
    std::fs::remove_file(&file).expect("it was written");
    // a psql before 16 binds nothing
    if !said.contains("invalid command \\bind") {
        assert!(is_content && rows == "d3|3.5\n", "{rows} {said}");
    }
}

#[test]
fn several_clients_at_once() {
    if !has_psql() {
        return;
    }
    let front = Front::new(&pipeline(None), None);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..3 {
                    let sql = "SELECT count(*) FROM iot_telemetry t JOIN pumps p
                               ON p.bar = t.temperature - 0.25";
                    assert_eq!(front.rows(sql), "9\n");
                }
            });
        }
    });
}

#[test]
fn the_token_is_the_password() {
    if !has_psql() {
        return;
    }
    let front = Front::new(&pipeline(Some("open-sesame")), Some("open-sesame"));
    let ask = |password| front.psql(password, &["-At", "-c", "SELECT 1"]);
    let (_, said, is_content) = ask(None);
    assert!(
        !is_content && said.contains("no password supplied"),
        "{said}"
    );
    let (_, said, is_content) = ask(Some("open-sesam"));
    assert!(
        !is_content && said.contains("assword authentication failed"),
        "{said}"
    );
    assert_eq!(
        ask(Some("open-sesame")),
        ("1\n".into(), String::new(), true)
    );
}

/// The beginning of a connection.
const STARTUP: &[u8] = b"\0\0\0\x11\0\x03\0\0user\0me\0\0";

/// All that comes back.
fn heard(front: &Front, said: &[&[u8]]) -> String {
    let mut stream = front.connect();
    for part in said {
        // it may have hung up before the last one
        let _ = stream.write_all(part);
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Whoever was refused and hangs on asks in vain: the pipeline hears nothing of it.
#[test]
fn those_who_are_not_let_in_have_nothing_run() {
    let pipeline = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let place = pipeline.local_addr().expect("it is bound").to_string();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    thread::spawn(move || {
        for _ in pipeline.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    let front = Front::new(&place, Some("open-sesame"));
    let refused = b"p\0\0\0\x0dNONE\0\xff\xff\xff\xff";
    let query = b"Q\0\0\0\x21SELECT * FROM system.metrics\0";
    let answer = heard(&front, &[STARTUP, refused, query]);
    assert!(answer.contains("FATAL"), "{answer}");
    let before = asked.load(Ordering::SeqCst);
    let answer = heard(&front, &[STARTUP, refused, query, query]);
    assert!(answer.contains("FATAL"), "{answer}");
    thread::sleep(Duration::from_millis(500));
    assert_eq!(asked.load(Ordering::SeqCst), before);
}

/// A message is not waited for that is too long to be meant.
#[test]
fn messages_have_limits() {
    let pipeline = pipeline(None);
    let front = Front::new(&pipeline, None);
    let answer = heard(&front, &[STARTUP, b"Q\0\x20\0\0SELECT"]);
    assert!(answer.contains("more than 1048576 bytes"), "{answer}");
    let front = Front::new(&pipeline, Some("open-sesame"));
    // before the login it is hung up on without a word, long before the time for that is over
    let start = Instant::now();
    let answer = heard(&front, &[STARTUP, b"p\0\0\x28\0SCRAM"]);
    assert!(answer.contains("SCRAM-SHA-256"), "{answer}");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_certificate_is_shown() {
    if !has_psql() {
        return;
    }
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]);
    let made = made.expect("it can be made");
    let file = |name: &str, text: &str| {
        let name = format!("laminar-postgres-{}-{name}.pem", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).expect("the file can be written");
        path.to_str().expect("text").to_owned()
    };
    let chain = file("chain", &made.cert.pem());
    let key = file("key", &made.signing_key.serialize_pem());
    let (pipeline, token) = (pipeline(Some("open-sesame")), Some("open-sesame"));
    let front = Front::with(&pipeline, token, &["--tls-cert", &chain, "--tls-key", &key]);
    let ask = |how: &str| {
        let place = format!(
            "host=127.0.0.1 port={} dbname=laminar user=me {how}",
            front.port
        );
        let mut command = Command::new("psql");
        command.args(["-X", "-w", "-At", "-c", "SELECT 1", &place]);
        command.env("PGPASSWORD", "open-sesame");
        text(&command.output().expect("psql is installed"))
    };
    let trusting = format!("sslmode=verify-full sslrootcert={chain}");
    assert_eq!(ask(&trusting), ("1\n".into(), String::new(), true));
    let (_, said, is_content) = ask("sslmode=disable");
    assert!(!is_content && said.contains("here TLS is spoken"), "{said}");
    let output = command(&pipeline, None, "127.0.0.1:0")
        .args(["--tls-cert", &key, "--tls-key", &key])
        .output();
    let (_, said, is_content) = text(&output.expect("it was built for this test"));
    assert!(
        !is_content && said.contains("holds no certificate"),
        "{said}"
    );
    for path in [&chain, &key] {
        let _ = std::fs::remove_file(path);
    }
}

#[test]
fn others_are_not_let_in_unasked() {
    let output = command("127.0.0.1:1", None, "0.0.0.0:0").output();
    let (_, said, is_content) = text(&output.expect("it was built for this test"));
    assert!(!is_content, "{said}");
    assert!(
        said.contains("whoever reaches 0.0.0.0:0 could ask this pipeline"),
        "{said}"
    );
    let output = command("127.0.0.1:1", None, "nowhere").output();
    let (_, said, is_content) = text(&output.expect("it was built for this test"));
    assert!(
        !is_content && said.contains("is no place to listen at"),
        "{said}"
    );
}

#[test]
fn a_pipeline_that_is_gone_is_an_error() {
    if !has_psql() {
        return;
    }
    let front = Front::new("127.0.0.1:1", None);
    let (_, said, is_content) = front.psql(None, &["-c", "SELECT * FROM system.metrics"]);
    assert!(!is_content, "{said}");
    assert!(
        said.contains("cannot ask a pipeline at http://127.0.0.1:1"),
        "{said}"
    );
    assert!(said.contains("HINT:  is it running?"), "{said}");
}

/// Queries that would never end, or need more than there is, end alone.
#[test]
fn queries_have_limits() {
    if !has_psql() {
        return;
    }
    let front = Front::new(&pipeline(None), None);
    let slow = "SELECT count(*) FROM generate_series(1, 100000) a(x)
                JOIN generate_series(1, 100000) b(y) ON a.x % 7 <> b.y % 5";
    let begun = Instant::now();
    let limited = ["-c", "SET statement_timeout = '500ms'", "-c", slow];
    let (_, said, is_content) = front.psql(None, &limited);
    assert!(
        !is_content && said.contains("took longer than 500 ms"),
        "{said}"
    );
    assert!(begun.elapsed() < Duration::from_mins(1));
    let huge = "SELECT * FROM generate_series(1, 1000000000000)";
    let (_, said, is_content) = front.psql(None, &["-At", "-c", huge]);
    assert!(
        !is_content && said.contains("the answer is larger than"),
        "{said}"
    );
    assert_eq!(front.rows("SELECT 1"), "1\n");
}

/// Bytes that are no questions, silence, and more connections than are served.
#[test]
fn hostile_clients_do_no_harm() {
    if !has_psql() {
        return;
    }
    let front = Front::new(&pipeline(None), None);
    let startup = b"\x00\x00\x00\x15\x00\x03\x00\x00user\x00me\x00\x00\x00\x00\x00\x00";
    for bytes in [
        b"GET / HTTP/1.1\r\n\r\n".as_slice(),
        b"\x16\x03\x01\x00\x00",
        &[0xff; 64],
        &[0; 64],
        b"\x7f\xff\xff\xff\x00\x03\x00\x00",
        &startup[..12],
        startup,
        &[startup.as_slice(), b"Q\x7f\xff\xff\xffSELECT"].concat(),
        &[startup.as_slice(), b"E\x00\x00\x00\x09\x00\x7f\xff\xff\xff"].concat(),
        &[startup.as_slice(), b"P\x00\x00\x00\x08\x00\x00\xff\xff"].concat(),
    ] {
        let mut stream = front.connect();
        // it may have hung up before the last byte
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
    }
    assert_eq!(front.rows("SELECT 1"), "1\n");
    let silent: Vec<_> = (0..150).map(|_| front.connect()).collect();
    thread::sleep(Duration::from_millis(500));
    let (_, said, is_content) = front.psql(None, &["-c", "SELECT 1"]);
    assert!(!is_content, "{said}");
    drop(silent);
    let patience = Instant::now();
    while !front.psql(None, &["-c", "SELECT 1"]).2 {
        assert!(
            patience.elapsed() < Duration::from_mins(1),
            "it never recovers"
        );
        thread::sleep(Duration::from_millis(100));
    }
}
