//! The demo's broker against a client of bytes written by hand, as the standard lays them out.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use laminarc::demo::broker::Broker;

const TIMEOUT: Duration = Duration::from_secs(10);

struct Client(TcpStream);

impl Client {
    fn connect(broker: &Broker) -> Self {
        let mut client = Self::silent(broker);
        client.send(b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00");
        client.expect(b"\x20\x02\x00\x00");
        client
    }

    fn silent(broker: &Broker) -> Self {
        let stream = TcpStream::connect(broker.address()).expect("the broker listens");
        stream
            .set_read_timeout(Some(TIMEOUT))
            .expect("a timeout above zero");
        Self(stream)
    }

    fn subscribe(&mut self, filter: &str, qos: u8) {
        let length = u8::try_from(filter.len()).expect("a short filter");
        self.send(&[0x82, length + 5, 0, 1, 0, length]);
        self.send(filter.as_bytes());
        self.send(&[qos]);
        self.expect(&[0x90, 3, 0, 1, qos.min(1)]);
    }

    fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).expect("the broker reads");
    }

    fn expect(&mut self, bytes: &[u8]) {
        let mut found = vec![0; bytes.len()];
        self.0.read_exact(&mut found).expect("the broker answers");
        assert_eq!(found, bytes);
    }

    /// The connection ends, and nothing comes before.
    fn expect_end(&mut self) {
        let mut rest = Vec::new();
        let _ = self.0.read_to_end(&mut rest);
        assert_eq!(rest, b"", "an answer where none was due");
    }
}

fn eventually(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < TIMEOUT, "it did not come about");
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn messages_reach_those_who_subscribed() {
    let broker = Broker::start().expect("loopback has a free port");
    let (mut receiver, mut sender) = (Client::connect(&broker), Client::connect(&broker));
    receiver.subscribe("a/+", 1);
    assert!(broker.has_subscriber("a/b") && !broker.has_subscriber("b"));

    sender.send(b"\x30\x06\x00\x03a/bX"); // QoS 0
    receiver.expect(b"\x30\x06\x00\x03a/bX");
    sender.send(b"\x32\x08\x00\x03a/b\x12\x34Y"); // QoS 1, id 0x1234
    sender.expect(b"\x40\x02\x12\x34");
    receiver.expect(b"\x32\x08\x00\x03a/b\x00\x01Y");
    sender.send(b"\x30\x07\x00\x05b/b/cZ"); // nobody wants it
    broker.publish("a/c", b"Z", 1);
    receiver.expect(b"\x32\x08\x00\x03a/c\x00\x02Z");
    assert!(
        !broker.drain(Duration::from_millis(20)),
        "two wait for their acknowledgement"
    );
    receiver.send(b"\x40\x02\x00\x01\x40\x02\x00\x02\x40\x02\x00\x02");
    assert!(broker.drain(TIMEOUT));
    assert_eq!((broker.acknowledged(), broker.dropped()), (2, 0));

    receiver.send(b"\xa2\x07\x00\x07\x00\x03a/+");
    receiver.expect(b"\xb0\x02\x00\x07");
    broker.publish("a/c", b"Z", 0);
    receiver.send(b"\xc0\x00");
    receiver.expect(b"\xd0\x00");
    receiver.send(b"\xe0\x00");
    receiver.expect_end();
    eventually(|| broker.acknowledged() == 2);
}

#[test]
fn packets_may_arrive_byte_by_byte() {
    let broker = Broker::start().expect("loopback has a free port");
    let mut client = Client::silent(&broker);
    client.0.set_nodelay(true).expect("it is a TCP stream");
    for byte in b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00\x82\x06\x00\x01\x00\x01#\x00" {
        client.send(&[*byte]);
    }
    client.expect(b"\x20\x02\x00\x00\x90\x03\x00\x01\x00");
}

#[test]
fn the_publisher_waits_for_a_slow_client() {
    let broker = Broker::start().expect("loopback has a free port");
    let mut client = Client::connect(&broker);
    client.subscribe("#", 1);
    let count = 30_000_u64;
    thread::scope(|scope| {
        scope.spawn(|| (0..count).for_each(|_| broker.publish("t", b"", 1)));
        let mut acks = Vec::new();
        for at in 0..count {
            let mut packet = [0; 7];
            client.0.read_exact(&mut packet).expect("the next message");
            acks.extend([0x40, 2, packet[5], packet[6]]);
            if at % 100 == 99 {
                client.send(&acks);
                acks.clear();
            }
        }
    });
    assert!(broker.drain(TIMEOUT));
    assert_eq!((broker.acknowledged(), broker.dropped()), (count, 0));
}

#[test]
fn what_is_not_mqtt_ends_the_connection_and_nothing_else() {
    let broker = Broker::start().expect("loopback has a free port");
    let mut healthy = Client::connect(&broker);
    let first: [&[u8]; 5] = [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x10\xff\xff\xff\xff\xff",
        b"\x10\x04\x00\x09MQ",
        b"\x82\x06\x00\x01\x00\x01#\x00",
        b"\x10\x0a\x00\x04HTTP\x04\x02\x00\x00",
    ];
    for bytes in first {
        let mut client = Client::silent(&broker);
        client.send(bytes);
        client.expect_end();
    }
    let later: [&[u8]; 7] = [
        b"\x00\x00",
        b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00",
        b"\x34\x07\x00\x01a\x00\x01XX",
        b"\x30\x04\x00\x02a#",
        b"\x80\x06\x00\x01\x00\x01#\x00",
        b"\x82\x02\x00\x01",
        b"\x40\x01\x00",
    ];
    for bytes in later {
        let mut client = Client::connect(&broker);
        client.send(bytes);
        client.expect_end();
    }
    // An invalid filter is refused without ending the connection.
    healthy.send(b"\x82\x08\x00\x01\x00\x03a#b\x00");
    healthy.expect(b"\x90\x03\x00\x01\x80");
    healthy.send(b"\xc0\x00");
    healthy.expect(b"\xd0\x00");
}

#[test]
fn a_connect_that_is_not_served_is_answered() {
    let broker = Broker::start().expect("loopback has a free port");
    let cases: [(&[u8], u8); 2] = [
        (b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x00", 1),
        (b"\x10\x0c\x00\x04MQTT\x04\x00\x00\x3c\x00\x00", 2),
    ];
    for (connect, code) in cases {
        let mut client = Client::silent(&broker);
        client.send(connect);
        client.expect(&[0x20, 2, 0, code]);
        client.expect_end();
    }
}

#[test]
fn a_client_takes_the_place_of_its_former_self() {
    let broker = Broker::start().expect("loopback has a free port");
    let connect = b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01x";
    let (mut old, mut new) = (Client::silent(&broker), Client::silent(&broker));
    old.send(connect);
    old.expect(b"\x20\x02\x00\x00");
    old.subscribe("t", 0);
    new.send(connect);
    new.expect(b"\x20\x02\x00\x00");
    old.expect_end();
    eventually(|| !broker.has_subscriber("t"));
    broker.disconnect_all();
    new.expect_end();
}
