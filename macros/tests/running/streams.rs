//! Rows for whoever asks for them.

use super::broker::Broker;
use super::{at, block_on, plant};
use laminar_runtime::running::RunErrorKind;
use std::pin::Pin;

fn hot(sensor: &str) -> Vec<u8> {
    format!(r#"{{"sensor":"{sensor}","temperature":41}}"#).into_bytes()
}

#[test]
fn a_row_is_taken_when_the_next_one_is_asked_for() {
    let broker = Broker::new();
    let mut builder = plant::Pipeline::builder();
    let mut rows = builder.stream_hot();
    let running = builder.start_with(at(&broker.url)).expect("it starts");
    let mut client = broker.accept_subscribed(0);
    let payload = br#"{"sensor":"a","temperature":41,"seen":[1,null]}"#;
    client.publish(0x32, "readings", 1, payload);
    let row = block_on(rows.next()).expect("a row");
    assert_eq!((row.sensor.as_str(), row.temperature), ("a", Some(41.0)));
    assert_eq!(row.seen, Some(vec![Some(1), None]));
    client.expect_silence();
    let stop = running.stop_handle();
    let asks = std::thread::spawn(move || {
        let next = block_on(rows.next());
        (next, rows)
    });
    assert_eq!(client.packet(), [0x40, 2, 0, 1]);
    client.publish(0x32, "readings", 2, &hot("b"));
    let (next, mut rows) = asks.join().expect("it gets one");
    assert_eq!(next.expect("a row").sensor, "b");
    // a stop waits for rows that are under way, and ends the stream
    stop.stop();
    assert!(block_on(rows.next()).is_none());
    assert_eq!(client.packet(), [0x40, 2, 0, 2]);
    running.join().expect("all is acknowledged");
}

#[test]
fn rows_that_nobody_asks_for_stop_the_reading() {
    let broker = Broker::new();
    let mut builder = plant::Pipeline::builder();
    let mut rows = builder.stream_hot();
    let running = builder.start_with(at(&broker.url)).expect("it starts");
    let mut client = broker.accept_subscribed(0);
    let total = 30_000_u32;
    let sender = {
        let mut client = client.another();
        std::thread::spawn(move || {
            for number in 0..total {
                client.publish(0x30, "readings", 0, &hot(&format!("{number:0>200}")));
            }
        })
    };
    super::wait_until("some are received", || {
        running.counts().tables[0].received > 0
    });
    std::thread::sleep(std::time::Duration::from_millis(500));
    let before = running.counts().tables[0].received;
    assert!(before < u64::from(total), "there is a limit");
    for number in 0..total {
        let row = block_on(rows.next()).expect("a row");
        assert_eq!(row.sensor, format!("{number:0>200}"));
    }
    sender.join().expect("all is sent");
    running.request_stop();
    assert!(block_on(rows.next()).is_none());
    running.join().expect("all is acknowledged");
    client.expect_end();
}

#[test]
fn a_stream_that_is_dropped_ends_the_pipeline() {
    let broker = Broker::new();
    let mut builder = plant::Pipeline::builder();
    let rows = builder.stream_cold();
    let running = builder.start_with(at(&broker.url)).expect("it starts");
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "readings", 1, br#"{"sensor":"ice","temperature":-4}"#);
    drop(rows);
    let error = block_on(running.finished()).expect_err("rows of it are left");
    assert_eq!(error.kind(), RunErrorKind::Unfinished);
    assert!(
        error
            .to_string()
            .starts_with("the stream of `cold` was dropped"),
        "{error}"
    );
    client.expect_closed("the pipeline has ended");
}

#[test]
fn a_stream_of_a_pipeline_that_never_starts_is_empty() {
    let mut builder = plant::Pipeline::builder();
    let mut first = builder.stream_hot();
    let mut second = builder.stream_hot();
    assert!(
        block_on(first.next()).is_none(),
        "the second one has its place"
    );
    drop(builder);
    assert!(block_on(second.next()).is_none());
}

#[test]
fn it_is_a_stream_like_others() {
    let broker = Broker::new();
    let mut builder = plant::Pipeline::builder();
    let mut rows = builder.stream_hot();
    let running = builder.start_with(at(&broker.url)).expect("it starts");
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "readings", 1, &hot("a"));
    let first = block_on(std::future::poll_fn(|context| {
        futures_core::Stream::poll_next(Pin::new(&mut rows), context)
    }));
    assert_eq!(first.expect("a row").sensor, "a");
    running.request_stop();
    assert!(block_on(rows.next()).is_none());
    running.join().expect("all is acknowledged");
}
