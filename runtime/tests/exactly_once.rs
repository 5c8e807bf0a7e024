//! Quality of service 2 over a network that fails: within a process's lifetime each message gives
//! one row, however often the connection is cut, and wherever.
//!
//! The broker is one that keeps to the standard: what was released is never published again.
//! mosquitto 2.0.11 does that when a connection ends before it has sent its PUBRELs again, and
//! whoever would drop those would drop new messages of other brokers.

mod support;

use std::collections::BTreeMap;
use support::proxy::{Fault, Proxy};
use support::{Broker, Client, Pipeline, peer};

const MESSAGES: usize = 3_000;
const CUTS: usize = 150;
/// Messages under way at a time: identifiers are used again soon.
const WINDOW: u16 = 30;

/// Numbers that look random and are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit).expect("small")
    }
}

/// The connection ends anywhere: within CONNACK, a PUBLISH, a PUBREL, or between them.
fn faults(seed: u64) -> Vec<Fault> {
    let mut random = Random(seed);
    let cuts = (0..CUTS).map(|number| {
        let bytes = random.below(if number % 5 == 0 { 60 } else { 1_000 });
        match random.below(2) {
            0 => Fault::Cut(bytes),
            _ => Fault::Reset(bytes),
        }
    });
    cuts.chain([Fault::None]).collect()
}

/// A message that the client has not completed.
struct Waiting {
    number: usize,
    was_sent: bool,
    /// It was answered with PUBREC: from then on only PUBREL is sent.
    is_received: bool,
}

/// A broker with one session.
#[derive(Default)]
struct Session {
    has_state: bool,
    next: usize,
    waiting: BTreeMap<u16, Waiting>,
    /// Messages that were published with the duplicate flag, and PUBRELs that were sent again.
    repeated: [usize; 2],
}

impl Session {
    fn is_done(&self) -> bool {
        self.next == MESSAGES && self.waiting.is_empty()
    }

    /// Serves a connection until it ends, or until all is done.
    fn serve(&mut self, client: &mut Client) -> Option<()> {
        assert_eq!(client.any_packet()?[0], 0x10);
        client.try_send(&[0x20, 2, u8::from(self.has_state), 0]);
        self.has_state = true;
        let subscribe = client.any_packet()?;
        client.try_send(&[0x90, 4, subscribe[2], subscribe[3], 2, 2]);
        for (&id, waiting) in &mut self.waiting {
            self.repeated[usize::from(waiting.is_received)] += 1;
            waiting.send(client, id);
        }
        loop {
            self.fill(client);
            if self.is_done() {
                return Some(());
            }
            let packet = client.any_packet()?;
            let id = packet
                .get(2..4)
                .map(|id| u16::from_be_bytes([id[0], id[1]]));
            match (packet[0], id) {
                (0x50, Some(id)) => {
                    let waiting = self.waiting.get_mut(&id).expect("it is under way");
                    waiting.is_received = true;
                    waiting.send(client, id);
                }
                (0x70, Some(id)) => {
                    let completed = self.waiting.remove(&id).expect("it is under way");
                    assert!(completed.is_received, "PUBCOMP answers PUBREL");
                }
                _ => drop(client.try_send(&[0xd0, 0])),
            }
        }
    }

    /// Sends new messages, each with the first identifier that is free.
    fn fill(&mut self, client: &mut Client) {
        for id in 1..=WINDOW {
            if self.next == MESSAGES || self.waiting.contains_key(&id) {
                continue;
            }
            let mut waiting = Waiting {
                number: self.next,
                was_sent: false,
                is_received: false,
            };
            self.next += 1;
            waiting.send(client, id);
            self.waiting.insert(id, waiting);
        }
    }
}

impl Waiting {
    /// Sends what is due; the connection may be gone.
    fn send(&mut self, client: &mut Client, id: u16) {
        if self.is_received {
            let [high, low] = id.to_be_bytes();
            client.try_send(&[0x62, 2, high, low]);
            return;
        }
        let first = if self.was_sent { 0x3c } else { 0x34 };
        self.was_sent = true;
        let payload = format!("n{}", self.number);
        client.try_send(&peer::publish(first, "first/a", id, payload.as_bytes()));
    }
}

fn survive(seed: u64) {
    let broker = Broker::new();
    let proxy = Proxy::new(&broker.url, &faults(seed));
    let variables = [
        ("BROKER", proxy.url.as_str()),
        ("QOS", "2"),
        ("CLEAN", "false"),
        ("CLIENT_ID", "exactly-once"),
        ("RETRY_MS", "1"),
        ("RETRY_MAX_MS", "5"),
    ];
    let pipeline = Pipeline::start(&variables, &[]);
    let mut session = Session::default();
    while !session.is_done() {
        session.serve(&mut broker.accept());
    }
    let connections = proxy.connections();
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    let mut rows = vec![0; MESSAGES];
    for row in &ended.rows {
        let (_, after) = row.split_once("\"payload\":\"n").expect("it is a row");
        let number = after.split('"').next().expect("there is a first part");
        rows[number.parse::<usize>().expect("a number")] += 1;
    }
    let odd: Vec<_> = (0..MESSAGES).filter(|&number| rows[number] != 1).collect();
    assert!(odd.is_empty(), "not once: {odd:?}, {}", ended.log);
    let repeated = session.repeated;
    println!("seed {seed}: {connections} connections, {repeated:?} sent again");
    assert!(connections > CUTS / 2 && repeated.iter().all(|&count| count > 0));
}

#[test]
fn each_message_gives_one_row_over_connections_that_are_cut() {
    survive(0x9e37_79b9);
    survive(0x85eb_ca6b);
}
