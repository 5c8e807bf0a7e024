//! Our packets beside those of a second implementation: what one writes the other reads.

use bytes::BytesMut;
use laminar_runtime::mqtt::frame::{self, Header};
use laminar_runtime::mqtt::packet::{self, Connect, Publication, Will};
use laminar_runtime::secret::Secret;
use laminar_runtime::spec::MqttVersion::{V5, V311};
use rumqttc::mqttbytes::{QoS, v4};
use rumqttc::v5::mqttbytes::{QoS as QoS5, v5};

const LIMIT: usize = 1 << 20;

/// CONNECT packets with every combination of options.
fn connects(version: laminar_runtime::spec::MqttVersion) -> Vec<Connect> {
    let mut all = Vec::new();
    for bits in 0..16 {
        let set = |bit: u8| bits & (1 << bit) != 0;
        all.push(Connect {
            version,
            client_id: "client-ü".into(),
            username: set(0).then(|| "user".into()),
            password: set(0).then(|| Secret::new("pass".into())),
            clean: set(1),
            session_expiry_interval_s: set(2).then_some(3_600),
            keep_alive_s: 30,
            receive_maximum: 1_024,
            will: set(3).then(|| Will {
                topic: "w/t".into(),
                payload: b"gone".to_vec(),
                qos: 2,
                retain: true,
            }),
        });
    }
    all
}

#[test]
fn connect_is_read_by_the_other() {
    for ours in connects(V311) {
        let mut bytes = Vec::new();
        packet::connect(&mut bytes, &ours);
        let read = v4::Packet::read(&mut BytesMut::from(&bytes[..]), LIMIT).expect("CONNECT");
        let v4::Packet::Connect(theirs) = read else {
            panic!("{read:?}");
        };
        assert_eq!(theirs.client_id, ours.client_id);
        assert_eq!(theirs.keep_alive, ours.keep_alive_s);
        assert_eq!(theirs.clean_session, ours.clean);
        let password = ours.password.as_ref().map(Secret::reveal);
        let login = theirs.login;
        assert_eq!(login.as_ref().map(|it| it.password.as_str()), password);
        let will = theirs
            .last_will
            .map(|will| (will.topic, will.message.to_vec(), will.retain));
        assert_eq!(
            will,
            ours.will
                .map(|will| (will.topic, will.payload, will.retain))
        );
    }
    for ours in connects(V5) {
        let mut bytes = Vec::new();
        packet::connect(&mut bytes, &ours);
        let read = v5::Packet::read(&mut BytesMut::from(&bytes[..]), None).expect("CONNECT");
        let v5::Packet::Connect(theirs, will, login) = read else {
            panic!("{read:?}");
        };
        assert_eq!(theirs.client_id, ours.client_id);
        assert_eq!(theirs.clean_start, ours.clean);
        let properties = theirs.properties.expect("there are some");
        assert_eq!(
            properties.session_expiry_interval,
            ours.session_expiry_interval_s
        );
        assert_eq!(properties.receive_maximum, Some(1_024));
        assert_eq!(login.map(|login| login.username), ours.username);
        assert_eq!(
            will.map(|will| will.message.to_vec()),
            ours.will.map(|will| will.payload)
        );
    }
}

#[test]
fn subscribe_is_read_by_the_other() {
    let filters = [("a/+".to_owned(), 0), ("b/#".to_owned(), 2)];
    let mut bytes = Vec::new();
    packet::subscribe(&mut bytes, V311, 513, &filters);
    let read = v4::Packet::read(&mut BytesMut::from(&bytes[..]), LIMIT).expect("SUBSCRIBE");
    let v4::Packet::Subscribe(theirs) = read else {
        panic!("{read:?}");
    };
    assert_eq!(theirs.pkid, 513);
    let read: Vec<_> = theirs
        .filters
        .into_iter()
        .map(|one| (one.path, one.qos as u8))
        .collect();
    assert_eq!(read, filters);
    bytes.clear();
    packet::subscribe(&mut bytes, V5, 513, &filters);
    let read = v5::Packet::read(&mut BytesMut::from(&bytes[..]), None).expect("SUBSCRIBE");
    let v5::Packet::Subscribe(theirs) = read else {
        panic!("{read:?}");
    };
    let read: Vec<_> = theirs
        .filters
        .into_iter()
        .map(|one| (one.path, one.qos as u8))
        .collect();
    assert_eq!(read, filters);
}

#[test]
fn publish_is_byte_for_byte_the_same() {
    for (number, qos) in [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce]
        .iter()
        .enumerate()
    {
        for size in [0, 1, 100, 127, 128, 16_383, 16_384, 100_000] {
            let payload = vec![b'x'; size];
            let mut theirs = v4::Publish::new("some/topic", *qos, payload.clone());
            theirs.pkid = if number == 0 { 0 } else { 700 };
            theirs.retain = size % 2 == 1;
            let mut expected = BytesMut::new();
            theirs.write(&mut expected).expect("it is valid");
            let mut ours = Vec::new();
            let publication = Publication {
                topic: "some/topic",
                payload: &payload,
                qos: u8::try_from(number).expect("0 to 2"),
                retain: theirs.retain,
                properties: &[],
            };
            packet::publish(&mut ours, V311, 700, &publication);
            assert_eq!(ours, expected, "{number} {size}");
            let header = Header::read(&ours).expect("valid").expect("complete");
            let read = frame::publish(header, &ours[header.length..], V311).expect("valid");
            assert_eq!((read.topic, read.payload), ("some/topic", &payload[..]));
            assert_eq!((read.id, read.retain), (theirs.pkid, theirs.retain));
        }
    }
}

#[test]
fn messages_of_mqtt_5_are_read_with_their_properties() {
    let mut theirs = v5::Publish::new(
        "some/topic",
        QoS5::AtLeastOnce,
        "payload",
        Some(v5::PublishProperties {
            payload_format_indicator: Some(1),
            message_expiry_interval: Some(60),
            topic_alias: None,
            response_topic: Some("answer".into()),
            correlation_data: Some("id".into()),
            user_properties: vec![("k".into(), "v".into()), ("k".into(), String::new())],
            subscription_identifiers: vec![1, 300],
            content_type: Some("application/json".into()),
        }),
    );
    theirs.pkid = 9;
    let mut bytes = BytesMut::new();
    theirs.write(&mut bytes).expect("it is valid");
    let header = Header::read(&bytes).expect("valid").expect("complete");
    assert_eq!(header.total(), bytes.len());
    let read = frame::publish(header, &bytes[header.length..], V5).expect("valid");
    assert_eq!(
        (read.topic, read.payload, read.id),
        ("some/topic", &b"payload"[..], 9)
    );
    let identifiers = laminar_runtime::mqtt::property::walk(read.properties);
    let mut identifiers: Vec<u8> = identifiers.map(|one| one.expect("valid").id).collect();
    identifiers.sort_unstable();
    assert_eq!(
        identifiers,
        [0x01, 0x02, 0x03, 0x08, 0x09, 0x0b, 0x0b, 0x26, 0x26]
    );
}
