//! The balance of a flow holds whatever happens to its connection and its sink: received = empty +
//! emitted + filtered + rejected + in flight.

mod support;

use std::collections::BTreeMap;
use support::control::{Control, of_first};
use support::{Broker, Client, Pipeline, two_sessions};

fn start(url: &str, control: &Control, more: &[(&str, &str)]) -> Pipeline {
    let given = [
        ("BROKER", url),
        ("CONTROL", &control.address),
        ("RETRY_MS", "10"),
        ("RETRY_MAX_MS", "50"),
    ];
    let variables: Vec<_> = given.iter().chain(more).copied().collect();
    Pipeline::start(&variables, &[])
}

/// Whether so many messages were received, and how many of them are in flight.
fn is_so(metrics: &BTreeMap<String, f64>, received: u32, in_flight: u32) -> bool {
    let near = |what: &str, count: u32| (of_first(metrics, what) - f64::from(count)).abs() < 0.5;
    near("received", received) && near("in flight", in_flight)
}

/// The identifier of a PUBLISH at QoS 1 of less than 128 bytes.
fn identifier(packet: &[u8]) -> [u8; 2] {
    assert_eq!(packet[0] & !8, 0x32, "a PUBLISH at QoS 1: {packet:02x?}");
    let topic = usize::from(packet[3]);
    [packet[4 + topic], packet[5 + topic]]
}

fn confirm(sink: &mut Client, [high, low]: [u8; 2]) {
    sink.send(&[0x40, 2, high, low]);
}

#[test]
fn messages_that_come_again_after_a_cut_are_counted_again() {
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker.url, &control, &[]);
    let mut client = broker.accept_subscribed(0);
    for (id, payload) in [(1, "a"), (2, "skip"), (3, "bad")] {
        client.publish(0x32, "first/a", id, payload.as_bytes());
    }
    control.wait_for("three came", |metrics| is_so(metrics, 3, 0));
    // in the middle of a packet
    client.send(&[0x32, 40, 0, 7]);
    drop(client);
    let mut client = broker.accept_subscribed(0);
    client.publish(0x3a, "first/a", 1, b"a");
    client.publish(0x32, "first/a", 4, b"");
    control.wait_for("two more came", |metrics| is_so(metrics, 5, 0));
    let attempts = "laminar_mqtt_reconnect_attempts{connection=\"plant\",table=\"first\"}";
    assert!((control.metrics()[attempts] - 1.0).abs() < 0.5);
    pipeline.stop();
}

#[test]
fn what_a_sink_has_not_confirmed_is_in_flight() {
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker.url, &control, &[("SINK", "mqtt"), ("OUT", "out")]);
    let (mut source, mut sink) = two_sessions(&broker);
    for (id, payload) in [(1, "a"), (2, "skip"), (3, "b"), (4, "bad")] {
        source.publish(0x32, "first/a", id, payload.as_bytes());
    }
    let first = identifier(&sink.packet());
    let second = identifier(&sink.packet());
    control.wait_for("two wait", |metrics| is_so(metrics, 4, 2));
    let waiting = control.metrics()["laminar_sink_batches_in_flight{sink=\"out\"}"];
    assert!(waiting > 0.5, "{waiting}");
    confirm(&mut sink, first);
    confirm(&mut sink, second);
    control.wait_for("none waits", |metrics| is_so(metrics, 4, 0));
    let metrics = control.metrics();
    assert!((of_first(&metrics, "emitted") - 2.0).abs() < 0.5);
    assert!(metrics["laminar_sink_batches_in_flight{sink=\"out\"}"] < 0.5);
    assert!((metrics["laminar_sink_rows_total{sink=\"out\"}"] - 2.0).abs() < 0.5);
    pipeline.stop();
}

#[test]
fn bad_messages_are_rejected_once_whatever_becomes_of_their_dead_letters() {
    let (broker, control) = (Broker::new(), Control::new());
    let dead = [
        ("BAD_DATA", "dead_letter"),
        ("DEAD", "dead"),
        ("DEAD_FORMAT", "raw"),
    ];
    let pipeline = start(&broker.url, &control, &dead);
    let (mut source, mut sink) = two_sessions(&broker);
    for (id, payload) in [(1, "bad"), (2, "good"), (3, "")] {
        source.publish(0x32, "first/a", id, payload.as_bytes());
    }
    let letter = identifier(&sink.packet());
    let waits = "laminar_dead_letter_batches_in_flight{table=\"first\"}";
    control.wait_for("the letter is under way", |metrics| {
        of_first(metrics, "received") > 2.5 && metrics[waits] > 0.5
    });
    confirm(&mut sink, letter);
    control.wait_for("it has arrived", |metrics| {
        is_so(metrics, 3, 0) && metrics[waits] < 0.5
    });
    let delivered = control.metrics()["laminar_dead_letters_total{table=\"first\"}"];
    assert!((delivered - 1.0).abs() < 0.5, "{delivered}");
    pipeline.stop();
}

#[test]
fn a_broker_that_is_gone_shows_and_comes_back() {
    let (broker, control) = (Broker::new(), Control::new());
    let pipeline = start(&broker.url, &control, &[]);
    let url = broker.url.clone();
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "first/a", 1, b"a");
    control.wait_until_ready();
    control.wait_for("it came", |metrics| is_so(metrics, 1, 0));
    client.reset();
    drop(broker);
    let labels = "{connection=\"plant\",table=\"first\"}";
    let status = format!("laminar_mqtt_connection_status{labels}");
    let attempts = format!("laminar_mqtt_reconnect_attempts{labels}");
    control.wait_for("it is gone", |metrics| {
        metrics[&status] < 0.5 && metrics[&attempts] > 1.5
    });
    let ready = control.get("/ready");
    assert_eq!(ready.status, 503);
    let told = control.get("/tables/system.connector_status").body;
    assert!(
        told.contains("\"state\":\"disconnected\",\"connected_since\":null"),
        "{told}"
    );
    assert!(told.contains("\"last_error\":\""), "{told}");
    let broker = Broker::again(&url);
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "first/a", 1, b"b");
    control.wait_for("it is back", |metrics| {
        metrics[&status] > 0.5 && is_so(metrics, 2, 0)
    });
    pipeline.stop();
}
