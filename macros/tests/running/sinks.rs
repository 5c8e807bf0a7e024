//! Sinks that the SQL names, beside handlers.

use super::broker::{Broker, PATIENCE};
use super::{at, block_on};
use std::fs;
use std::path::PathBuf;
use std::sync::mpsc::channel;

laminar_macros::sql!(mod mixed = "
    CREATE CONNECTION plant FROM mqtt_source WITH (
        broker = '${BROKER}', client_id = 'mixed', clean_session = false
    );
    CREATE TABLE readings (sensor TEXT NOT NULL, value DOUBLE, divisor INT)
    WITH (connector = 'mqtt_source', connection = 'plant',
          topics = '[\"readings\", \"extra\"]', format = 'json',
          batch_timeout_ms = 10);
    CREATE TABLE archive (sensor TEXT, value DOUBLE)
    WITH (connector = 'file', path = '${FOLDER}/archive.csv', format = 'csv');
    CREATE TABLE relay (sensor TEXT)
    WITH (connector = 'mqtt_sink', connection = 'plant', topic = 'relay/{sensor}');
    INSERT INTO archive SELECT sensor, value FROM readings WHERE value > 1;
    INSERT INTO relay SELECT sensor FROM readings WHERE value > 10;
    INSERT INTO archive SELECT sensor, value / divisor FROM readings WHERE divisor IS NOT NULL;
    SELECT sensor, value FROM readings WHERE value > 0;
");

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder is writable");
    folder
}

fn variables(
    broker: &Broker,
    folder: &std::path::Path,
) -> impl Fn(&str) -> Option<String> + Send + 'static + use<> {
    let (broker, folder) = (at(&broker.url), folder.display().to_string());
    move |name| match name {
        "FOLDER" => Some(folder.clone()),
        _ => broker(name),
    }
}

#[test]
fn a_message_waits_for_the_handler_and_for_the_sinks() {
    let (broker, folder) = (Broker::new(), folder("mixed"));
    let (rows, seen) = channel();
    let running = mixed::Pipeline::builder()
        .on_select_1(move |row| rows.send((row.sensor.to_owned(), row.value)))
        .start_with(variables(&broker, &folder))
        .expect("it starts");
    let (mut source, mut relay) = super::broker::two_sessions(&broker);
    source.publish(
        0x32,
        "readings",
        1,
        br#"{"sensor":"a","value":20.50,"divisor":2}"#,
    );
    assert_eq!(
        seen.recv_timeout(PATIENCE),
        Ok(("a".to_owned(), Some(20.5)))
    );
    let row = relay.packet();
    assert!(row.ends_with(br#"{"sensor":"a"}"#), "{row:?}");
    assert_eq!(row[2..11], *b"\0\x07relay/a");
    source.expect_silence();
    relay.send(&[0x40, 2, row[11], row[12]]);
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    // an error of a flow that writes is told as one of the table's
    source.publish(
        0x32,
        "readings",
        2,
        br#"{"sensor":"b","value":2,"divisor":0}"#,
    );
    assert_eq!(source.packet(), [0x40, 2, 0, 2]);
    // a message that is bad for all is bad once
    source.publish(0x32, "readings", 3, b"{}");
    assert_eq!(source.packet(), [0x40, 2, 0, 3]);
    source.publish(0x32, "readings", 4, b"");
    assert_eq!(source.packet(), [0x40, 2, 0, 4]);
    let counts = running.counts();
    let table = counts.table("readings").expect("it is one");
    assert_eq!((table.received, table.rejected, table.empty), (4, 2, 1));
    for flow in &table.flows {
        let known = flow.emitted + flow.filtered + flow.rejected + flow.in_flight + table.empty;
        assert_eq!(known, table.received, "{flow:?}");
    }
    let rejected: Vec<_> = table
        .flows
        .iter()
        .map(|flow| (flow.flow, flow.rejected))
        .collect();
    let want = [
        ("archive", 1),
        ("relay", 1),
        ("archive_2", 2),
        ("select_1", 1),
    ];
    assert_eq!(rejected, want);
    block_on(running.stop()).expect("all is acknowledged");
    let written = fs::read_to_string(folder.join("archive.csv")).expect("it is there");
    assert_eq!(written, "sensor,value\na,20.50\na,10.25\nb,2\n");
}

#[test]
fn a_handler_takes_the_place_of_a_sink() {
    let (broker, folder) = (Broker::new(), folder("replaced"));
    let (rows, seen) = channel();
    let running = mixed::Pipeline::builder()
        .on_archive(move |row| rows.send((row.sensor.to_owned(), row.value)))
        .start_with(variables(&broker, &folder))
        .expect("it starts");
    let (mut source, mut relay) = super::broker::two_sessions(&broker);
    source.publish(
        0x32,
        "readings",
        1,
        br#"{"sensor":"a","value":20.5,"divisor":2}"#,
    );
    let row = seen.recv_timeout(PATIENCE);
    assert_eq!(row, Ok(("a".to_owned(), Some(20.5))));
    let row = relay.packet();
    relay.send(&[0x40, 2, row[11], row[12]]);
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    block_on(running.stop()).expect("all is acknowledged");
    let written = fs::read_to_string(folder.join("archive.csv")).expect("it is there");
    assert_eq!(written, "sensor,value\na,10.25\n", "of the other INSERT");
}

#[test]
fn a_sink_that_nobody_writes_to_is_not_opened() {
    let (broker, nowhere) = (Broker::new(), PathBuf::from("/no/such/folder"));
    let running = mixed::Pipeline::builder()
        .on_archive(|_| ())
        .on_archive_2(|_| ())
        .start_with(variables(&broker, &nowhere))
        .expect("it starts");
    let (mut source, mut relay) = super::broker::two_sessions(&broker);
    source.publish(
        0x32,
        "readings",
        1,
        br#"{"sensor":"a","value":20.5,"divisor":2}"#,
    );
    let row = relay.packet();
    relay.send(&[0x40, 2, row[11], row[12]]);
    assert_eq!(source.packet(), [0x40, 2, 0, 1]);
    block_on(running.stop()).expect("all is acknowledged");
}

#[test]
fn a_file_that_cannot_be_opened_is_an_error_of_the_start() {
    let broker = Broker::new();
    let nowhere = PathBuf::from("/no/such/folder");
    let started = mixed::Pipeline::builder().start_with(variables(&broker, &nowhere));
    let error = started.expect_err("there is no folder");
    assert!(error.to_string().contains("there is no folder"), "{error}");
}
