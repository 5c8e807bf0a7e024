//! Several sessions of one connection, which share what its tables subscribe to.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use support::mosquitto::Mosquitto;
use support::{Broker, Client, PATIENCE, Pipeline};

/// What a CONNECT says: client id, and whether it has a last will.
fn connect(packet: &[u8]) -> (String, bool) {
    assert_eq!(packet[0], 0x10, "CONNECT is first");
    let flags = packet[9];
    // Behind the fixed part and the keep-alive interval are properties, in MQTT 5.
    let at = match packet[8] {
        5 => 13 + usize::from(packet[12]),
        _ => 12,
    };
    let length = usize::from(packet[at]) << 8 | usize::from(packet[at + 1]);
    let id = &packet[at + 2..at + 2 + length];
    let id = String::from_utf8(id.to_vec()).expect("it is text");
    (id, flags & 4 != 0)
}

/// The topic filters of a SUBSCRIBE, behind `from`, its properties or its packet identifier.
fn filters(packet: &[u8], from: usize) -> Vec<String> {
    assert_eq!(packet[0], 0x82, "SUBSCRIBE comes");
    let mut filters = Vec::new();
    let mut rest = &packet[from..];
    while let [high, low, behind @ ..] = rest {
        let (filter, behind) = behind.split_at(usize::from(*high) << 8 | usize::from(*low));
        filters.push(String::from_utf8(filter.to_vec()).expect("it is text"));
        rest = &behind[1..];
    }
    filters
}

fn start(broker: &Broker, variables: &[(&str, &str)]) -> Pipeline {
    let mut all = vec![
        ("BROKER", broker.url.as_str()),
        ("CLIENT_ID", "me"),
        ("WILL", "gone"),
        ("PARALLELISM", "2"),
    ];
    all.extend_from_slice(variables);
    Pipeline::start(&all, &[])
}

/// The connections of a pipeline by client id, each accepted with these bytes; and whether they
/// have a last will.
fn accept(broker: &Broker, count: usize, connack: &[u8]) -> BTreeMap<String, (Client, bool)> {
    let mut clients = BTreeMap::new();
    for _ in 0..count {
        let mut client = broker.accept();
        let (id, will) = connect(&client.packet());
        client.send(connack);
        clients.insert(id, (client, will));
    }
    clients
}

#[test]
fn two_sessions_share_the_filters_in_the_group_of_the_pipeline() {
    let broker = Broker::new();
    let variables = [
        ("MQTT", "5"),
        ("CLEAN", "false"),
        ("SECOND", "$share/mine/b/#"),
    ];
    let pipeline = start(&broker, &variables);
    let mut clients = accept(&broker, 2, &[0x20, 3, 0, 0, 0]);
    let known: Vec<_> = clients
        .iter()
        .map(|(id, (_, will))| (id.as_str(), *will))
        .collect();
    assert_eq!(known, [("me-1", true), ("me-2", false)]);
    for (number, (client, _)) in (1..).zip(clients.values_mut()) {
        let subscribe = client.packet();
        let expected = ["$share/hand_made-plant/first/#", "$share/mine/b/#"];
        assert_eq!(filters(&subscribe, 5), expected);
        client.send(&[0x90, 5, subscribe[2], subscribe[3], 0, 1, 1]);
        client.publish(0x32, "first/a", number, b"\0m");
        assert_eq!(pipeline.payload(), "m");
        assert_eq!(client.packet()[0], 0x40, "each acknowledges its own");
    }
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    assert!(ended.log.contains("first: 2 received"), "{}", ended.log);
    assert!(
        ended.log.contains("connection plant, 2 connects"),
        "{}",
        ended.log
    );
}

#[test]
fn clean_sessions_share_in_a_group_of_their_own() {
    let broker = Broker::new();
    let mut groups = Vec::new();
    for _ in 0..2 {
        let pipeline = start(&broker, &[("MQTT", "5")]);
        let mut clients = accept(&broker, 2, &[0x20, 3, 0, 0, 0]);
        for (client, _) in clients.values_mut() {
            let subscribed = filters(&client.packet(), 5).remove(0);
            let group = subscribed.strip_suffix("/first/#").expect("the filter");
            assert!(group.starts_with("$share/hand_made-plant-"), "{group}");
            groups.push(group.to_owned());
        }
        pipeline.signal("TERM");
        pipeline.wait();
    }
    assert_eq!(groups[0], groups[1], "one process");
    assert_eq!(groups[2], groups[3], "one process");
    assert_ne!(groups[0], groups[2], "another process");
}

/// A broker that shares nothing says so with CONNACK …
#[test]
fn a_broker_that_does_not_share_gets_one_connection() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("MQTT", "5")]);
    let mut clients = accept(&broker, 2, &[0x20, 5, 0, 0, 2, 0x2a, 0]);
    let (mut second, _) = clients.remove("me-2").expect("it connects");
    assert_eq!(second.packet(), [0xe0, 0], "DISCONNECT, and nothing else");
    second.expect_end();
    let (first, _) = clients.remove("me-1").expect("it connects");
    goes_on_alone(first, pipeline);
}

/// … or with SUBACK.
#[test]
fn a_refused_shared_subscription_gets_one_connection() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("MQTT", "5")]);
    let mut clients = accept(&broker, 2, &[0x20, 3, 0, 0, 0]);
    for (client, _) in clients.values_mut() {
        let subscribe = client.packet();
        assert!(filters(&subscribe, 5)[0].starts_with("$share/"));
        client.send(&[0x90, 5, subscribe[2], subscribe[3], 0, 0x9e, 0x9e]);
    }
    let (mut second, _) = clients.remove("me-2").expect("it connects");
    assert_eq!(second.packet(), [0xe0, 0], "DISCONNECT, and nothing else");
    second.expect_end();
    let (first, _) = clients.remove("me-1").expect("it connects");
    goes_on_alone(first, pipeline);
}

fn goes_on_alone(mut first: Client, pipeline: Pipeline) {
    let subscribe = first.packet();
    assert_eq!(filters(&subscribe, 5), ["first/#", "second/#"]);
    first.send(&[0x90, 5, subscribe[2], subscribe[3], 0, 1, 1]);
    first.publish(0x32, "first/a", 1, b"\0m");
    assert_eq!(pipeline.payload(), "m");
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    let warning = "does not support shared subscriptions: one connection instead of 2";
    assert_eq!(ended.log.matches(warning).count(), 1, "{}", ended.log);
}

/// Copies of a message for filters that overlap come to any of the sessions; each knows whether
/// its copy is the one that counts.
#[test]
fn copies_for_overlapping_filters_count_once_over_all_sessions() {
    let broker = Broker::new();
    let variables = [("MQTT", "5"), ("FIRST", "a/+/x"), ("SECOND", "a/b/+")];
    let pipeline = start(&broker, &variables);
    let mut clients = accept(&broker, 2, &[0x20, 3, 0, 0, 0]);
    let mut copies = Vec::new();
    for (client, _) in clients.values_mut() {
        copies.clear();
        for filter in ["a/+/x", "a/b/+"] {
            let subscribe = client.packet();
            let length = usize::from(subscribe[4]);
            assert!(filters(&subscribe, 5 + length)[0].ends_with(filter));
            copies.push([&subscribe[4..5 + length], b"m".as_slice()].concat());
            client.send(&[0x90, 4, subscribe[2], subscribe[3], 0, 1]);
        }
    }
    let mut clients = clients.into_values().map(|(client, _)| client);
    let (mut one, mut other) = (clients.next().expect("two"), clients.next().expect("two"));
    one.publish(0x32, "a/b/x", 1, &copies[1]);
    assert_eq!(one.packet(), [0x40, 2, 0, 1], "acknowledged, and left out");
    other.publish(0x32, "a/b/x", 1, &copies[0]);
    let rows = (pipeline.payload(), pipeline.payload());
    assert_eq!(rows, ("m".into(), "m".into()), "one for each table");
    pipeline.expect_no_row();
    assert_eq!(pipeline.stop().code, 0);
}

/// Messages that are too large, over several connections of each session: all are counted, and few
/// are told, however many sessions and connections there are.
#[test]
fn messages_that_are_too_large_are_told_at_one_rate_for_all_sessions() {
    let begun = Instant::now();
    let broker = Broker::new();
    let variables = [
        ("MQTT", "5"),
        ("PARALLELISM", "4"),
        ("MAX_PACKET", "100"),
        ("RETRY_MS", "1"),
        ("RETRY_MAX_MS", "1"),
    ];
    let pipeline = start(&broker, &variables);
    let mut clients = BTreeMap::new();
    for _ in 0..3 {
        // They are closed before others are accepted.
        clients.clear();
        clients = accept(&broker, 4, &[0x20, 3, 0, 0, 0]);
        for (client, _) in clients.values_mut() {
            client.grant_5();
            for id in 1..=5 {
                client.publish(0x32, "first/a", id, &[0; 200]);
            }
            for id in 1..=5 {
                assert_eq!(client.packet(), [0x40, 2, 0, id]);
            }
        }
    }
    let ended = pipeline.stop();
    let windows = begun.elapsed().as_secs() + 2;
    drop(clients);
    let told = ended
        .log
        .matches("`max_packet_size` are not read: one of")
        .count() as u64;
    assert!(told <= 3 * windows, "{told} in {windows} s: {}", ended.log);
    let more = ended.log.split("`max_packet_size` are not read (").skip(1);
    let more = more.map(|rest| rest.split(' ').next().expect("a number").parse::<u64>());
    let more: u64 = more.map(|count| count.expect("a number")).sum();
    assert_eq!(told + more, 60, "{}", ended.log);
}

#[test]
fn one_session_that_fails_for_good_ends_all() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("MQTT", "5"), ("ATTEMPTS", "1")]);
    let mut clients = accept(&broker, 2, &[0x20, 3, 0, 0, 0]);
    for (id, (client, _)) in &mut clients {
        let subscribe = client.packet();
        let code = if id == "me-2" { 0x87 } else { 1 };
        client.send(&[0x90, 5, subscribe[2], subscribe[3], 0, 1, code]);
    }
    let ended = pipeline.wait();
    assert_eq!(ended.code, 69, "{}", ended.log);
    assert!(ended.log.contains("session 2 of 2"), "{}", ended.log);
}

#[test]
fn the_configuration_tells_of_all_sessions() {
    let variables = [
        ("BROKER", "tcp://localhost"),
        ("CLIENT_ID", "me"),
        ("CLEAN", "false"),
        ("PARALLELISM", "3"),
    ];
    let ended = Pipeline::start(&variables, &["--check-config"]).wait();
    assert_eq!(ended.code, 0, "{}", ended.log);
    let told = |line: &str| ended.rows.iter().any(|row| row.trim() == line);
    assert!(
        told("sessions = 3 in group hand_made-plant"),
        "{:?}",
        ended.rows
    );
    assert!(told("client_id = me-1 to me-3"), "{:?}", ended.rows);
}

#[test]
fn a_filter_that_is_too_long_to_be_shared_is_a_mistake() {
    let long = "a".repeat(65_530);
    for (sessions, code) in [("1", 0), ("2", 78)] {
        let variables = [
            ("BROKER", "tcp://localhost"),
            ("FIRST", long.as_str()),
            ("PARALLELISM", sessions),
        ];
        let ended = Pipeline::start(&variables, &["--check-config"]).wait();
        assert_eq!(ended.code, code, "{}", ended.log);
        assert_eq!(
            ended.log.contains("cannot be shared"),
            code != 0,
            "{}",
            ended.log
        );
    }
}

/// Listens to what a broker sends to each of its clients.
struct Tap {
    url: String,
    /// By connection: how many SUBACK and PUBLISH packets.
    sent: Arc<Mutex<Vec<[usize; 2]>>>,
}

impl Tap {
    /// In front of a broker, for so many connections.
    fn new(broker: &str, connections: usize) -> Self {
        let front = Broker::new();
        let (url, broker) = (front.url.clone(), broker.trim_start_matches("tcp://"));
        let (broker, sent) = (broker.to_owned(), Arc::new(Mutex::new(Vec::new())));
        let heard = Arc::clone(&sent);
        std::thread::spawn(move || {
            for index in 0..connections {
                let client = front.accept().into_stream();
                let broker = TcpStream::connect(&broker).expect("the broker listens");
                heard.lock().expect("no panic").push([0; 2]);
                let twin = |stream: &TcpStream| stream.try_clone().expect("sockets can");
                let (mut from, mut to) = (twin(&client), twin(&broker));
                std::thread::spawn(move || {
                    let _ = std::io::copy(&mut from, &mut to);
                    let _ = to.shutdown(Shutdown::Both);
                });
                let heard = Arc::clone(&heard);
                std::thread::spawn(move || forward(Client::on(broker), client, &heard, index));
            }
        });
        Self { url, sent }
    }

    /// Waits until all of so many connections have their SUBACK.
    fn wait_for_subscriptions(&self, connections: usize) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let sent = self.sent.lock().expect("no panic").clone();
            if sent.iter().filter(|[subacks, _]| *subacks > 0).count() == connections {
                return;
            }
            assert!(Instant::now() < deadline, "not all subscribe: {sent:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// How many messages were sent to each connection.
    fn messages(&self) -> Vec<usize> {
        let sent = self.sent.lock().expect("no panic");
        sent.iter().map(|[_, messages]| *messages).collect()
    }
}

fn forward(
    mut broker: Client,
    mut client: TcpStream,
    heard: &Mutex<Vec<[usize; 2]>>,
    index: usize,
) {
    while let Some(packet) = broker.any_packet() {
        let kind = match packet[0] >> 4 {
            9 => Some(0),
            3 => Some(1),
            _ => None,
        };
        if let Some(kind) = kind {
            heard.lock().expect("no panic")[index][kind] += 1;
        }
        if client.write_all(&packet).is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
}

/// Of all messages each comes once, and they go to more than one session.
#[test]
fn a_real_broker_shares_its_messages_among_three_sessions() {
    const COUNT: usize = 2_000;
    let Some(broker) = Mosquitto::start("parallel") else {
        return;
    };
    for (version, clean) in [("5", "true"), ("5", "false"), ("3.1.1", "true")] {
        let tap = Tap::new(&broker.url(), 3);
        let id = format!("shared-{version}-{clean}");
        let variables = [
            ("BROKER", tap.url.as_str()),
            ("MQTT", version),
            ("CLEAN", clean),
            ("CLIENT_ID", id.as_str()),
            ("PARALLELISM", "3"),
        ];
        let pipeline = Pipeline::start(&variables, &[]);
        tap.wait_for_subscriptions(3);
        let numbers: Vec<String> = (0..COUNT).map(|number| number.to_string()).collect();
        broker.publish("first/a", "1", &(numbers.join("\n") + "\n"));
        let mut received: Vec<usize> = (0..COUNT)
            .map(|_| pipeline.payload().parse().expect("a number"))
            .collect();
        pipeline.expect_no_row();
        let ended = pipeline.stop();
        assert_eq!(ended.code, 0, "{}", ended.log);
        received.sort_unstable();
        assert_eq!(
            received,
            (0..COUNT).collect::<Vec<_>>(),
            "{version} {clean}"
        );
        let messages = tap.messages();
        assert_eq!(messages.iter().sum::<usize>(), COUNT, "{messages:?}");
        let with_some = messages.iter().filter(|count| **count > 0).count();
        assert!(with_some > 1, "{messages:?}");
        let counted = "connection plant, 3 connects";
        assert!(ended.log.contains(counted), "{}", ended.log);
    }
}

/// Kept sessions are stopped while messages come, and resumed in the same group: none is lost.
#[test]
fn what_stopped_sessions_have_left_comes_when_they_are_resumed() {
    const COUNT: usize = 3_000;
    let Some(broker) = Mosquitto::start("parallel-resumed") else {
        return;
    };
    let mut missing: BTreeSet<usize> = (0..COUNT).collect();
    let numbers: Vec<String> = (0..COUNT).map(|number| number.to_string()).collect();
    let number = |row: &str| -> usize {
        let after = row.split_once("\"payload\":\"").expect("a payload").1;
        let digits = after.split_once('"').expect("it ends").0;
        digits.parse().expect("a number")
    };
    for round in 0..3 {
        let tap = Tap::new(&broker.url(), 3);
        let variables = [
            ("BROKER", tap.url.as_str()),
            ("MQTT", "5"),
            ("CLEAN", "false"),
            ("CLIENT_ID", "kept"),
            ("PARALLELISM", "3"),
            ("BATCH", "50"),
        ];
        let pipeline = Pipeline::start(&variables, &[]);
        tap.wait_for_subscriptions(3);
        std::thread::scope(|scope| {
            if round == 0 {
                scope.spawn(|| broker.publish("first/a", "1", &(numbers.join("\n") + "\n")));
            }
            let few = COUNT / 3 * (round + 1);
            while missing.len() > COUNT - few {
                missing.remove(&number(&pipeline.row()));
            }
            let ended = pipeline.stop();
            assert_eq!(ended.code, 0, "{}", ended.log);
            assert_eq!(
                ended.log.contains("session resumed"),
                round > 0,
                "{}",
                ended.log
            );
            for row in ended.rows {
                missing.remove(&number(&row));
            }
        });
    }
    assert_eq!(missing.len(), 0);
}

/// Three workers hand dead letters to one session that publishes.
#[test]
fn dead_letters_of_all_sessions_are_published() {
    const COUNT: usize = 600;
    let Some(broker) = Mosquitto::start("parallel-letters") else {
        return;
    };
    let tap = Tap::new(&broker.url(), 4);
    let variables = [
        ("BROKER", tap.url.as_str()),
        ("MQTT", "5"),
        ("PARALLELISM", "3"),
        ("BATCH", "10"),
        ("BAD_DATA", "dead_letter"),
        ("DEAD", "dead/letters"),
    ];
    let pipeline = Pipeline::start(&variables, &[]);
    tap.wait_for_subscriptions(3);
    let bad: Vec<String> = (0..COUNT).map(|number| format!("bad {number}\n")).collect();
    let mut letters = broker.receive("dead/letters", COUNT, "%p", || {
        broker.publish("first/a", "1", &bad.concat());
    });
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    letters.sort_unstable();
    letters.dedup();
    assert_eq!(letters.len(), COUNT);
    let counted = "600 received, 4090 bytes, 600 rejected (syntax 600), 600 dead letters";
    assert!(ended.log.contains(counted), "{}", ended.log);
}
