//! Rows that are published on topics of their own, and what is published beside them.

mod support;

use support::{Broker, Client, Pipeline, two_sessions_5};

/// The next PUBLISH at QoS 1: topic, identifier, and what stands behind.
fn published(out: &mut Client) -> (String, [u8; 2], Vec<u8>) {
    let packet = out.packet();
    assert_eq!(packet[0] & !8, 0x32, "a PUBLISH at QoS 1: {packet:02x?}");
    let length = packet[1..].iter().position(|byte| byte & 0x80 == 0);
    let at = length.expect("a length") + 4;
    let end = at + usize::from(packet[at - 1]);
    let topic = String::from_utf8_lossy(&packet[at..end]).into_owned();
    let rest = packet[end + 2..].to_vec();
    (topic, [packet[end], packet[end + 1]], rest)
}

/// Each row goes where its values say. One whose topic would be the broker's own is never sent, and
/// its message becomes a dead letter; all are acknowledged in their order.
#[test]
fn rows_have_topics_of_their_own() {
    let broker = Broker::new();
    let pipeline = Pipeline::start(
        &[
            ("BROKER", broker.url.as_str()),
            ("MQTT", "5"),
            ("SINK", "mqtt"),
            ("BY_ROW", "yes"),
            ("EXPIRY", "258"),
            ("BAD_DATA", "dead_letter"),
            ("DEAD", "dead"),
            // none that such a topic could match
            ("FIRST", "first/a/b"),
            ("SECOND", "second/a/b"),
        ],
        &[],
    );
    let (mut source, mut out) = two_sessions_5(&broker, &[]);
    let payloads = ["one", "$SYS", "two", "one"];
    for (id, payload) in (1..).zip(payloads) {
        source.publish(0x32, "first/a/b", id, format!("\0{payload}").as_bytes());
    }
    let (mut topics, mut letters) = (Vec::new(), Vec::new());
    while topics.len() + letters.len() < payloads.len() {
        let (topic, id, rest) = published(&mut out);
        out.send(&[0x40, 2, id[0], id[1]]);
        if topic == "dead" {
            letters.push(String::from_utf8_lossy(&rest).into_owned());
        } else {
            assert_eq!(rest[..6], [5, 2, 0, 0, 1, 2], "it expires: {rest:02x?}");
            topics.push(topic);
        }
    }
    assert_eq!(topics, ["one/row", "two/row", "one/row"]);
    let why = "sink `out` did not take a row of it: its topic begins with `$`";
    assert!(letters[0].contains(why), "{}", letters[0]);
    for id in 1..=4 {
        assert_eq!(source.packet(), [0x40, 2, 0, id]);
    }
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    let counted = "sink out: 3 rows, 1 refused";
    assert!(ended.log.contains(counted), "{}", ended.log);
    let warned = "rows have no topic";
    assert!(ended.log.contains(warned), "{}", ended.log);
}

/// What the SQL says of each row stands in each packet, in the order of the specification.
#[test]
fn rows_say_what_they_are() {
    let broker = Broker::new();
    let pipeline = Pipeline::start(
        &[
            ("BROKER", broker.url.as_str()),
            ("MQTT", "5"),
            ("SINK", "mqtt"),
            ("OUT", "rows"),
            ("EXPIRY", "258"),
            ("CONTENT", "application/json"),
            ("ANSWERS", "answers/a"),
            ("SITE", "hall 4"),
            ("FIRST", "first/a"),
            ("SECOND", "second/a"),
        ],
        &[],
    );
    let (mut source, mut out) = two_sessions_5(&broker, &[]);
    for id in 1..=2 {
        source.publish(0x32, "first/a", id, b"\0x");
        let (topic, packet, rest) = published(&mut out);
        assert_eq!(topic, "rows");
        let text = |text: &str| {
            [
                &[0, u8::try_from(text.len()).expect("short")][..],
                text.as_bytes(),
            ]
            .concat()
        };
        let expected = [
            &[2, 0, 0, 1, 2][..],
            &[3],
            &text("application/json"),
            &[8],
            &text("answers/a"),
            &[0x26],
            &text("site"),
            &text("hall 4"),
            &[0x26],
            &text("kind"),
            &text("row"),
        ]
        .concat();
        assert_eq!(usize::from(rest[0]), expected.len(), "{rest:02x?}");
        assert_eq!(rest[1..=expected.len()], expected, "{rest:02x?}");
        assert_eq!(rest[expected.len() + 1], b'{', "the row follows");
        out.send(&[0x40, 2, packet[0], packet[1]]);
        assert_eq!(
            source.packet(),
            [0x40, 2, 0, u8::try_from(id).expect("small")]
        );
    }
    assert_eq!(pipeline.stop().code, 0);
}
