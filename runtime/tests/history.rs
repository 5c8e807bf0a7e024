//! The last messages of tables, as those who ask a running pipeline get them.

mod support;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int64Type, TimestampMicrosecondType};
use arrow_array::{Array as _, RecordBatch};
use arrow_ipc::reader::StreamReader;
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use support::control::{Control, of_first};
use support::{Broker, Pipeline};

const ARROW: &str = "Accept: application/vnd.apache.arrow.stream\r\n";

fn start(broker: &Broker, control: &Control, more: &[(&str, &str)]) -> Pipeline {
    let given = [
        ("BROKER", broker.url.as_str()),
        ("CONTROL", &control.address),
    ];
    let variables: Vec<_> = given.iter().chain(more).copied().collect();
    Pipeline::start(&variables, &[])
}

/// What a request is answered with: the head, and the body's bytes.
fn ask(control: &Control, path: &str, header: &str) -> (String, Vec<u8>) {
    let mut stream = control.connect();
    let request = format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n{header}\r\n");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let body = answer.split_off(end.expect("a head") + 4);
    (String::from_utf8_lossy(&answer).into_owned(), body)
}

/// A table's rows, and what is said about them at the beginning and at the end.
struct Told {
    rows: RecordBatch,
    about: BTreeMap<String, String>,
}

fn told(control: &Control, table: &str) -> Told {
    let (head, body) = ask(control, &format!("/tables/{table}"), ARROW);
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(head.contains("Content-Type: application/vnd.apache.arrow.stream"));
    let reader = StreamReader::try_new(Cursor::new(&body), None).expect("a stream");
    let schema = reader.schema();
    let batches: Vec<_> = reader.collect::<Result<_, _>>().expect("it is whole");
    let [rows] = batches.as_slice() else {
        panic!("so few rows are one batch");
    };
    let rows = rows.clone();
    let mut about: BTreeMap<_, _> = schema.metadata().clone().into_iter().collect();
    about.extend(last_metadata(&body));
    Told { rows, about }
}

/// The keys and values of a stream's last message.
fn last_metadata(mut stream: &[u8]) -> Vec<(String, String)> {
    let mut last = Vec::new();
    loop {
        let (prefix, rest) = stream.split_at(8);
        let length = u32::from_le_bytes(prefix[4..].try_into().expect("four bytes"));
        if length == 0 {
            return last;
        }
        let (head, rest) = rest.split_at(length as usize);
        let message = arrow_ipc::root_as_message(head).expect("a message");
        let pairs = message.custom_metadata().into_iter().flatten();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        last = pairs
            .map(|pair| (text(pair.key()), text(pair.value())))
            .collect();
        let body = usize::try_from(message.bodyLength()).expect("a length");
        stream = &rest[body..];
    }
}

impl Told {
    fn values(&self) -> Vec<Option<i64>> {
        let values = self.rows.column_by_name("value").expect("it is declared");
        values.as_primitive::<Int64Type>().iter().collect()
    }

    fn about(&self, key: &str) -> &str {
        &self.about[&format!("laminar.history.{key}")]
    }
}

#[test]
fn messages_are_told_with_all_columns() {
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker, &control, &[("HISTORY", "65536")]);
    let mut client = broker.accept_subscribed(0);
    let before = told(&control, "first");
    assert_eq!(before.rows.num_rows(), 0);
    for (id, payload) in [
        (1, r#"{"value":7}"#),
        (2, r#"{"value":"seven"}"#),
        (3, "{}"),
        (4, ""),
        (5, "bad"),
        (6, "skip"),
        (7, r#"{"value":-7}"#),
    ] {
        client.publish(0x32, "first/a", id, payload.as_bytes());
    }
    control.wait_for("all are counted", |metrics| {
        of_first(metrics, "received") > 6.5 && of_first(metrics, "in flight") < 0.5
    });
    let first = told(&control, "first");
    assert_eq!(first.values(), [Some(7), None, Some(-7)]);
    let at = first.rows.column_by_name("at").expect("it is declared");
    assert!(!at.is_nullable() && at.null_count() == 0);
    let at = at.as_primitive::<TimestampMicrosecondType>();
    assert!(at.value(0) <= at.value(2) && at.value(0) > 1_700_000_000_000_000);
    let json = first
        .rows
        .column_by_name("payload")
        .expect("it is declared");
    assert_eq!(json.as_string::<i32>().value(1), "{}");
    // the pipeline has rejected `bad`; the others have no place in columns that it never reads
    assert_eq!(
        (first.about("rejected"), first.about("unreadable")),
        ("1", "2")
    );
    assert_eq!(
        (first.about("table"), first.about("too_large")),
        ("first", "0")
    );
    let (since, until) = (first.about("since"), first.about("until"));
    assert!(since < until && since.ends_with('Z'), "{since} {until}");
    assert_eq!(told(&control, "second").rows.num_rows(), 0);
    pipeline.stop();
}

#[test]
fn what_does_not_fit_makes_room() {
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker, &control, &[("HISTORY", "16384"), ("QOS", "0")]);
    let mut client = broker.accept_subscribed(0);
    let filler = "x".repeat(200);
    let first = told(&control, "first");
    for value in 0..1_000 {
        let payload = format!("{{\"value\":{value},\"filler\":\"{filler}\"}}");
        client.publish(0x30, "first/a", 0, payload.as_bytes());
    }
    let large = format!("{{\"filler\":\"{}\"}}", "x".repeat(17_000));
    client.publish(0x30, "first/a", 0, large.as_bytes());
    control.wait_for("all are counted", |metrics| {
        of_first(metrics, "received") > 1_000.5
    });
    let last = told(&control, "first");
    let values: Vec<i64> = last.values().into_iter().flatten().collect();
    assert!((40..=70).contains(&values.len()), "{}", values.len());
    let expected = 1_000 - i64::try_from(values.len()).expect("a few")..1_000;
    assert_eq!(values, expected.collect::<Vec<_>>());
    assert_eq!(last.about("too_large"), "1");
    assert!(last.about("since") > first.about("since"));
    pipeline.stop();
}

#[test]
fn old_messages_are_not_told() {
    let (broker, control) = (Broker::new(), Control::new());
    let limits = [("HISTORY", "65536"), ("HISTORY_MS", "500")];
    let pipeline = start(&broker, &control, &limits);
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "first/a", 1, br#"{"value":1}"#);
    control.wait_for("it is counted", |metrics| {
        of_first(metrics, "received") > 0.5
    });
    std::thread::sleep(std::time::Duration::from_millis(600));
    client.publish(0x32, "first/a", 2, br#"{"value":2}"#);
    control.wait_for("it is counted", |metrics| {
        of_first(metrics, "received") > 1.5
    });
    assert_eq!(told(&control, "first").values(), [Some(2)]);
    pipeline.stop();
}

#[test]
fn nothing_is_kept_unless_it_is_said() {
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker, &control, &[]);
    let _client = broker.accept_subscribed(0);
    let answer = control.get("/tables/first");
    assert_eq!(answer.status, 404);
    assert!(
        answer.body.contains("`first` keeps no history"),
        "{}",
        answer.body
    );
    assert!(!control.get("/").body.contains("/tables/first"));
    pipeline.stop();
}

#[test]
fn system_tables_come_as_arrow_if_accepted() {
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker, &control, &[("HISTORY", "65536")]);
    let _client = broker.accept_subscribed(0);
    control.wait_until_ready();
    for table in [
        "connector_status",
        "connector_logs",
        "metrics",
        "tables",
        "columns",
    ] {
        let name = format!("system.{table}");
        let rows = told(&control, &name).rows;
        let (_, lines) = ask(&control, &format!("/tables/{name}"), "");
        let lines = String::from_utf8(lines).expect("JSON lines");
        let lines = lines.lines().count();
        // the log may have grown meanwhile
        assert!(rows.num_rows() > 0 && rows.num_rows() <= lines, "{name}");
    }
    let columns = told(&control, "system.columns").rows;
    assert_eq!(columns.num_rows(), 6, "three columns of two tables");
    let text = |name: &str, row| {
        let column = columns.column_by_name(name).expect("it is declared");
        column.as_string::<i32>().value(row).to_owned()
    };
    assert_eq!(text("column_name", 2), "value");
    assert_eq!(text("data_type", 2), "BIGINT");
    assert_eq!(
        (text("origin", 2), text("source", 2)),
        ("payload".into(), "$.value".into())
    );
    assert_eq!(
        (text("origin", 1), text("source", 1)),
        ("metadata".into(), "received_at".into())
    );
    pipeline.stop();
}

/// With several workers each keeps its share.
#[test]
fn workers_share_what_may_be_kept() {
    let (broker, control) = (Broker::new(), Control::new());
    let more = [("HISTORY", "65536"), ("PARALLELISM", "2"), ("MQTT", "5")];
    let pipeline = start(&broker, &control, &more);
    let mut clients = [broker.accept_subscribed_5(0), broker.accept_subscribed_5(0)];
    for (value, client) in clients.iter_mut().enumerate() {
        // no properties
        let payload = format!("\0{{\"value\":{value}}}");
        client.publish(0x32, "first/a", 1, payload.as_bytes());
    }
    control.wait_for("both are counted", |metrics| {
        of_first(metrics, "received") > 1.5
    });
    let mut values = told(&control, "first").values();
    values.sort_unstable();
    assert_eq!(values, [Some(0), Some(1)]);
    pipeline.stop();
}
