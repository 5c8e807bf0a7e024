//! What is subscribed to for several tables, and that a message counts once for each of them.

mod support;

use laminar_runtime::spec::MqttVersion::{self, V5, V311};
use support::mosquitto::Mosquitto;
use support::peer::{Peer, options};
use support::{Broker, Pipeline};

fn start(broker: &Broker, variables: &[(&str, &str)]) -> Pipeline {
    let mut all = vec![("BROKER", broker.url.as_str())];
    all.extend_from_slice(variables);
    Pipeline::start(&all, &[])
}

#[test]
fn a_filter_within_another_is_not_subscribed_to() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("FIRST", "a/+"), ("SECOND", "a/#")]);
    let mut client = broker.accept();
    client.packet();
    client.send(&[0x20, 2, 0, 0]);
    let subscribe = client.packet();
    assert_eq!(
        subscribe[4..],
        *b"\0\x03a/#\x01",
        "one filter for both tables"
    );
    client.send(&[0x90, 3, subscribe[2], subscribe[3], 1]);
    client.publish(0x32, "a/b", 1, b"m");
    assert_eq!(
        (pipeline.payload(), pipeline.payload()),
        ("m".into(), "m".into())
    );
    assert_eq!(client.packet(), [0x40, 2, 0, 1]);
    pipeline.expect_no_row();
    assert_eq!(pipeline.stop().code, 0);
}

/// An identifier as bytes of a property, taken from a SUBSCRIBE of MQTT 5.
fn identifier(subscribe: &[u8]) -> Vec<u8> {
    // Before it are two bytes of header, two of packet identifier, and the length.
    let length = usize::from(subscribe[4]);
    assert_eq!(subscribe[5], 0x0b, "{subscribe:02x?}");
    subscribe[5..5 + length].to_vec()
}

#[test]
fn copies_for_overlapping_filters_count_once() {
    let broker = Broker::new();
    let filters = [("MQTT", "5"), ("FIRST", "a/+/x"), ("SECOND", "a/b/+")];
    let pipeline = start(&broker, &filters);
    let mut client = broker.accept();
    client.packet();
    client.send(&[0x20, 3, 0, 0, 0]);
    let mut copies = Vec::new();
    for filter in ["a/+/x", "a/b/+"] {
        let subscribe = client.packet();
        assert!(subscribe.ends_with(&[filter.as_bytes(), &[1]].concat()));
        let properties = identifier(&subscribe);
        let length = u8::try_from(properties.len()).expect("short");
        copies.push([&[length], properties.as_slice(), b"m"].concat());
        client.send(&[0x90, 4, subscribe[2], subscribe[3], 0, 1]);
    }
    client.publish(0x32, "a/b/x", 1, &copies[1]);
    client.publish(0x32, "a/b/x", 2, &copies[0]);
    let rows = (pipeline.payload(), pipeline.payload());
    assert_eq!(rows, ("m".into(), "m".into()), "one for each table");
    for id in [1, 2] {
        assert_eq!(client.packet(), [0x40, 2, 0, id], "both are acknowledged");
    }
    pipeline.expect_no_row();
    client.publish(0x32, "a/b/y", 3, &copies[1]);
    assert_eq!(pipeline.payload(), "m", "the second filter alone matches");
    assert_eq!(pipeline.stop().code, 0);
}

#[test]
fn a_broker_without_subscription_identifiers_gets_none() {
    let broker = Broker::new();
    let filters = [("MQTT", "5"), ("FIRST", "a/+/x"), ("SECOND", "a/b/+")];
    let pipeline = start(&broker, &filters);
    let mut client = broker.accept();
    client.packet();
    client.send(&[0x20, 5, 0, 0, 2, 0x29, 0]);
    let subscribe = client.packet();
    assert_eq!(subscribe[4..], *b"\0\0\x05a/+/x\x01\0\x05a/b/+\x01");
    client.send(&[0x90, 5, subscribe[2], subscribe[3], 0, 1, 1]);
    client.publish(0x32, "a/b/y", 3, b"\0m");
    assert_eq!(pipeline.payload(), "m");
    assert_eq!(pipeline.stop().code, 0);
}

#[test]
fn a_real_broker_counts_overlapping_filters_once() {
    let Some(broker) = Mosquitto::start("overlap") else {
        return;
    };
    let url = broker.url();
    for (version, clean) in [("3.1.1", "true"), ("5", "true"), ("5", "false")] {
        for qos in ["1", "2"] {
            let client_id = format!("{version}-{clean}-{qos}");
            let variables = [
                ("BROKER", url.as_str()),
                ("MQTT", version),
                ("QOS", qos),
                ("CLEAN", clean),
                ("CLIENT_ID", client_id.as_str()),
                ("FIRST", "a/+/x"),
                ("SECOND", "a/b/+"),
            ];
            broker.retain("a/b/only", "hello");
            let pipeline = Pipeline::start(&variables, &[]);
            assert_eq!(pipeline.payload(), "hello", "{version} {qos}");
            let numbers: Vec<String> = (0..100).map(|number| number.to_string()).collect();
            broker.publish("a/b/x", qos, &(numbers.join("\n") + "\n"));
            for number in numbers {
                for table in ["first", "second"] {
                    assert_eq!(pipeline.payload(), number, "{version} {qos} {table}");
                }
            }
            pipeline.expect_no_row();
            assert_eq!(pipeline.stop().code, 0);
        }
    }
}

/// The sizes of the SUBSCRIBEs that a session asks with, all of which are granted.
fn asked_at_a_time(version: MqttVersion, connack: &[u8], filters: usize) -> Vec<usize> {
    let mut options = options(version);
    options.filters = (0..filters).map(|n| (format!("a/{n:08}"), 1)).collect();
    let mut peer = Peer::new(options);
    peer.output();
    peer.feed(connack);
    let mut sizes = Vec::new();
    while peer.told.is_empty() {
        let subscribe = peer.output();
        assert_eq!(subscribe[0], 0x82, "SUBSCRIBE comes");
        let no_properties = usize::from(version == V5);
        let asked = (subscribe.len() - 4 - no_properties) / (2 + 10 + 1);
        sizes.push(asked);
        let rest = [&subscribe[2..4], &[0][..no_properties], &vec![1; asked]].concat();
        let length = u8::try_from(rest.len()).expect("a short packet");
        peer.feed(&[&[0x90, length][..], &rest].concat());
    }
    assert_eq!(peer.told(), "ready false");
    sizes
}

#[test]
fn no_more_is_subscribed_to_at_a_time_than_brokers_take() {
    assert_eq!(asked_at_a_time(V311, &[0x20, 2, 0, 0], 20), [8, 8, 4]);
    assert_eq!(asked_at_a_time(V5, &[0x20, 3, 0, 0, 0], 8), [8]);
    let packets_of_40 = [0x20, 8, 0, 0, 5, 0x27, 0, 0, 0, 40];
    assert_eq!(asked_at_a_time(V5, &packets_of_40, 5), [2, 2, 1]);
    let packets_of_10 = [0x20, 8, 0, 0, 5, 0x27, 0, 0, 0, 10];
    assert_eq!(
        asked_at_a_time(V5, &packets_of_10, 2),
        [1, 1],
        "the broker may refuse them"
    );
}
