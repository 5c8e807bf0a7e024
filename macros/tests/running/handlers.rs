//! Rows in the hands of closures, and what is acknowledged when.

use super::broker::{Broker, Client, PATIENCE};
use super::{at, block_on, plant, wait_until};
use laminar_runtime::embedded::Handled;
use laminar_runtime::running::{RunErrorKind, Running};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

fn hot(number: u32) -> Vec<u8> {
    format!(r#"{{"sensor":"s{number}","temperature":41}}"#).into_bytes()
}

/// A pipeline whose handler of hot rows waits for leave before it returns.
fn waiting(broker: &Broker) -> (Running, Receiver<String>, std::sync::mpsc::Sender<()>) {
    let (rows, seen) = channel();
    let (leave, may_return) = channel::<()>();
    let running = plant::Pipeline::builder()
        .on_hot(move |row| {
            rows.send(row.sensor.to_owned()).expect("the test listens");
            may_return.recv().map_err(|_| "the test is over")
        })
        .start_with(at(&broker.url));
    (running.expect("it starts"), seen, leave)
}

fn acknowledged(client: &mut Client, id: u8) {
    assert_eq!(client.packet(), [0x40, 2, 0, id]);
}

#[test]
fn a_message_is_acknowledged_when_its_handler_has_returned() {
    let broker = Broker::new();
    let (running, seen, leave) = waiting(&broker);
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "readings", 1, &hot(1));
    assert_eq!(seen.recv_timeout(PATIENCE), Ok("s1".to_owned()));
    // the handler blocks, and the connection lives on: a ping comes, and no acknowledgement
    assert_eq!(client.ping(), <[Vec<u8>; 0]>::default());
    let counts = running.counts();
    let flow = counts.flow("hot").expect("it is one");
    assert_eq!((flow.in_flight, flow.emitted), (1, 0));
    leave.send(()).expect("it waits");
    acknowledged(&mut client, 1);
    // what no handler wants, and what is bad, is acknowledged, too
    client.publish(
        0x32,
        "readings",
        2,
        br#"{"sensor":"mild","temperature":20}"#,
    );
    client.publish(0x32, "readings", 3, b"{}");
    acknowledged(&mut client, 2);
    acknowledged(&mut client, 3);
    let counts = running.counts();
    let table = counts.table("readings").expect("it is one");
    assert_eq!((table.received, table.rejected), (3, 1));
    let flow = counts.flow("hot").expect("it is one");
    assert_eq!((flow.emitted, flow.filtered, flow.rejected), (1, 1, 1));
    let connection = counts.connection("plant").expect("it is one");
    assert!(connection.is_connected && connection.connects == 1);
    block_on(running.stop()).expect("all is acknowledged");
    assert_eq!(client.packet(), [0xe0, 0], "it says farewell");
}

#[test]
fn a_stop_waits_for_handlers_that_are_at_work() {
    let broker = Broker::new();
    let (running, seen, leave) = waiting(&broker);
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "readings", 1, &hot(1));
    client.publish(0x32, "readings", 2, &hot(2));
    assert_eq!(seen.recv_timeout(PATIENCE), Ok("s1".to_owned()));
    running.request_stop();
    running.request_stop();
    let stopped = std::thread::spawn(move || running.join());
    leave.send(()).expect("it waits");
    leave.send(()).expect("it waits");
    acknowledged(&mut client, 1);
    acknowledged(&mut client, 2);
    stopped
        .join()
        .expect("it ends")
        .expect("all is acknowledged");
}

#[test]
fn an_error_is_tried_again_until_the_row_is_taken() {
    let broker = Broker::new();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let running = plant::Pipeline::builder()
        .on_hot(move |_| match counted.fetch_add(1, Ordering::SeqCst) {
            0 | 1 => Err("not yet"),
            _ => Ok(()),
        })
        .start_with(at(&broker.url))
        .expect("it starts");
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "readings", 1, &hot(1));
    acknowledged(&mut client, 1);
    assert_eq!(calls.load(Ordering::SeqCst), 3);
    let flow = *running.counts().flow("hot").expect("it is one");
    assert_eq!((flow.retries, flow.refused, flow.emitted), (2, 0, 1));
    running.join_after_stop();
}

#[test]
fn what_is_refused_is_counted_and_gone_where_there_are_no_dead_letters() {
    let broker = Broker::new();
    let running = plant::Pipeline::builder()
        .on_hot(|_| Handled::Refuse("never".to_owned()))
        .start_with(at(&broker.url))
        .expect("it starts");
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "readings", 1, &hot(1));
    acknowledged(&mut client, 1);
    assert_eq!(running.counts().flow("hot").expect("it is one").refused, 1);
    running.join_after_stop();
}

laminar_macros::sql!(mod letters = "
    CREATE CONNECTION plant FROM mqtt_source WITH (
        broker = '${BROKER}', client_id = 'letters', clean_session = false
    );
    CREATE TABLE readings (sensor TEXT NOT NULL, n INT[])
    WITH (connector = 'mqtt_source', connection = 'plant',
          topics = '[\"readings\", \"extra\"]', format = 'json',
          batch_timeout_ms = 10, dead_letter_topic = 'bad', max_retries = 1);
    CREATE VIEW numbers AS SELECT sensor, element FROM readings, UNNEST(n) AS u(element);
");

#[test]
fn what_a_handler_does_not_take_becomes_a_dead_letter() {
    let broker = Broker::new();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let rows = Arc::clone(&seen);
    let running = letters::Pipeline::builder()
        .on_numbers(move |row| {
            rows.lock().expect("nobody panics").push(row.element);
            match row.element {
                Some(2) => Handled::Retry("two is too much".to_owned()),
                Some(4) => Handled::Refuse("four is never taken".to_owned()),
                _ => Handled::Done,
            }
        })
        .start_with(at(&broker.url))
        .expect("it starts");
    let (mut source, mut letters) = super::broker::two_sessions(&broker);
    source.publish(0x32, "readings", 1, br#"{"sensor":"a","n":[1,2,3]}"#);
    source.publish(0x32, "readings", 2, br#"{"sensor":"a","n":[4,5]}"#);
    for reason in ["two is too much", "four is never taken"] {
        let letter = letters.packet();
        let text = String::from_utf8_lossy(&letter);
        assert!(text.contains(reason) && text.contains("numbers"), "{text}");
        // its length takes two bytes
        assert_eq!(letter[3..8], *b"\0\x03bad");
        source.expect_silence();
        letters.send(&[0x40, 2, letter[8], letter[9]]);
    }
    acknowledged(&mut source, 1);
    acknowledged(&mut source, 2);
    let seen = seen.lock().expect("nobody panics").clone();
    let want = [1, 2, 2, 3, 4, 5].map(Some);
    assert_eq!(seen, want, "a row is given once more, and no other is");
    running.join_after_stop();
}

#[test]
fn a_panic_ends_the_pipeline_and_acknowledges_nothing() {
    let broker = Broker::new();
    let running = plant::Pipeline::builder()
        .on_hot(|row| assert!(row.sensor.is_empty(), "a bug"))
        .start_with(at(&broker.url))
        .expect("it starts");
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "readings", 1, &hot(1));
    let error = block_on(running.finished()).expect_err("it panicked");
    assert_eq!(error.kind(), RunErrorKind::OutputFailed);
    assert_eq!(error.to_string(), "the handler of `hot` panicked: a bug");
    // nothing outlives it
    while let Some(packet) = client.any_packet() {
        assert_ne!(packet[0], 0x40, "an acknowledgement");
    }
}

#[test]
fn a_handler_that_never_takes_a_row_does_not_hinder_the_end() {
    let broker = Broker::new();
    let running = plant::Pipeline::builder()
        .on_hot(|_| Err("never"))
        .start_with(at(&broker.url))
        .expect("it starts");
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "readings", 1, &hot(1));
    wait_until("a retry", || {
        running
            .counts()
            .flow("hot")
            .is_some_and(|flow| flow.retries > 0)
    });
    let error = block_on(running.stop()).expect_err("a row is left");
    assert_eq!(error.kind(), RunErrorKind::Unfinished);
    assert!(
        error.to_string().contains("not everything is acknowledged"),
        "{error}"
    );
    client.expect_closed("the pipeline has ended");
}

#[test]
fn mistakes_of_the_configuration_are_told_at_once_and_together() {
    let error = plant::Pipeline::builder()
        .start_with(|name| match name {
            "BROKER" => Some("http://localhost".to_owned()),
            "EXTRA" => Some("a#b".to_owned()),
            _ => None,
        })
        .expect_err("both are wrong");
    assert_eq!(error.kind(), RunErrorKind::Configuration);
    let text = error.to_string();
    assert!(
        text.contains("option `broker`") && text.contains("option `topics`"),
        "{text}"
    );
}

#[test]
fn it_runs_within_an_executor_until_it_is_told_to_stop() {
    let broker = Broker::new();
    let url = broker.url.clone();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (rows, seen) = channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .build();
        runtime.expect("an executor").block_on(async move {
            let running = plant::Pipeline::builder()
                .on_cold(move |row| rows.send(row.sensor.to_owned()))
                .start_with(at(&url))?;
            let _ = stopped.await;
            running.stop().await
        })
    });
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "readings", 7, br#"{"sensor":"ice","temperature":-4}"#);
    assert_eq!(seen.recv_timeout(PATIENCE), Ok("ice".to_owned()));
    acknowledged(&mut client, 7);
    stop.send(()).expect("it waits");
    thread
        .join()
        .expect("it ends")
        .expect("all is acknowledged");
}

/// What tests do at their end.
trait JoinAfterStop {
    fn join_after_stop(self);
}

impl JoinAfterStop for Running {
    fn join_after_stop(self) {
        block_on(self.stop()).expect("all is acknowledged");
    }
}
