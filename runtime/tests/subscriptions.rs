//! What is subscribed to for several tables, and that a message counts once for each of them.

mod support;

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
