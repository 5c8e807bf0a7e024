//! `parallelism` at a broker that shares no subscriptions: one session, and the workers of all.

mod support;

use laminar_runtime::mqtt::property;
use std::collections::{BTreeMap, VecDeque};
use std::io::Write as _;
use std::net::Shutdown;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use support::{Broker, Client, PATIENCE, Pipeline, peer};

/// CONNACK: Shared Subscription Available is 0.
const SHARES_NOTHING: [u8; 7] = [0x20, 5, 0, 0, 2, 0x2a, 0];

fn start(url: &str, variables: &[(&str, &str)]) -> Pipeline {
    let mut all = vec![
        ("BROKER", url),
        ("CLIENT_ID", "me"),
        ("MQTT", "5"),
        ("PARALLELISM", "3"),
        ("RETRY_MS", "5"),
        ("RETRY_MAX_MS", "50"),
    ];
    all.extend_from_slice(variables);
    Pipeline::start(&all, &[])
}

/// The client id of a CONNECT of MQTT 5.
fn client_id(packet: &[u8]) -> String {
    assert_eq!(packet[0], 0x10, "CONNECT is first");
    let at = 13 + usize::from(packet[12]);
    let length = usize::from(u16::from_be_bytes([packet[at], packet[at + 1]]));
    String::from_utf8_lossy(&packet[at + 2..at + 2 + length]).into_owned()
}

/// The source's session and that of the sink, of a pipeline whose other sessions have ended.
fn two_of_four(broker: &Broker) -> (Client, Client) {
    let mut sessions = BTreeMap::new();
    for _ in 0..4 {
        let mut client = broker.accept();
        let id = client_id(&client.packet());
        client.send(&SHARES_NOTHING);
        sessions.insert(id, client);
    }
    for other in ["me-2", "me-3"] {
        let mut other = sessions.remove(other).expect("it connects");
        assert_eq!(other.packet(), [0xe0, 0]);
        other.expect_end();
    }
    let mut source = sessions.remove("me-1").expect("it connects");
    source.grant_5();
    let sink = sessions.remove("me-out").expect("it connects");
    (source, sink)
}

/// Messages at QoS 1, from identifier 1 on, in one piece.
fn send_all(source: &mut Client, payloads: impl Iterator<Item = String>) {
    let mut bytes = Vec::new();
    for (id, payload) in (1..).zip(payloads) {
        let payload = format!("\0{payload}");
        bytes.extend(peer::publish(0x32, "first/a", id, payload.as_bytes()));
    }
    source.send(&bytes);
}

fn is_publish(packet: &[u8]) -> bool {
    packet[0] & 0xf0 == 0x30
}

/// Where the identifier stands in a PUBLISH on a topic.
fn identifier(packet: &[u8], topic: &str) -> usize {
    let length = packet[1..].iter().position(|byte| byte & 0x80 == 0);
    length.expect("a length") + 2 + 2 + topic.len()
}

/// A worker has eight batches under way at most, here of one message each.
#[test]
fn several_workers_take_the_messages_of_one_session() {
    const MESSAGES: u16 = 400;
    let broker = Broker::new();
    let variables = [("SINK", "mqtt"), ("OUT", "out"), ("BATCH", "1")];
    let pipeline = start(&broker.url, &variables);
    let (mut source, mut sink) = two_of_four(&broker);
    send_all(&mut source, (1..=MESSAGES).map(|number| number.to_string()));
    let unconfirmed: Vec<_> = (0..16).map(|_| sink.packet()).collect();
    source.expect_silence();
    let mut rows = Vec::new();
    let mut packets = VecDeque::from(unconfirmed);
    while rows.len() < usize::from(MESSAGES) {
        let row = packets.pop_front().unwrap_or_else(|| sink.packet());
        assert_eq!(row[0], 0x32);
        let text = String::from_utf8_lossy(&row);
        let payload = text.split_once(r#""payload":""#).expect("a row").1;
        let number = payload.split('"').next().expect("its end");
        rows.push(number.parse::<u16>().expect("a number"));
        let id = identifier(&row, "out");
        sink.send(&[0x40, 2, row[id], row[id + 1]]);
    }
    rows.sort_unstable();
    assert!(rows.into_iter().eq(1..=MESSAGES), "each once");
    for id in 1..=MESSAGES {
        let [high, low] = id.to_be_bytes();
        assert_eq!(
            source.packet(),
            [0x40, 2, high, low],
            "in the order of receipt"
        );
    }
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    assert!(ended.log.contains("400 received"), "{}", ended.log);
}

/// What came before a bad message is acknowledged, what came behind it is not, whichever worker has
/// it.
#[test]
fn bad_data_ends_the_process_from_any_worker() {
    const BAD: u16 = 1_000;
    let broker = Broker::new();
    let pipeline = start(
        &broker.url,
        &[("BAD_DATA", "fail"), ("SINK", "mqtt"), ("OUT", "out")],
    );
    let (mut source, mut sink) = two_of_four(&broker);
    let payload = |number| match number {
        BAD => "bad".to_owned(),
        _ => number.to_string(),
    };
    send_all(&mut source, (1..=2 * BAD).map(payload));
    std::thread::spawn(move || {
        while let Some(packet) = sink.any_packet().filter(|packet| is_publish(packet)) {
            let id = identifier(&packet, "out");
            sink.try_send(&[0x40, 2, packet[id], packet[id + 1]]);
        }
    });
    for id in 1..BAD {
        let [high, low] = id.to_be_bytes();
        assert_eq!(source.packet(), [0x40, 2, high, low]);
    }
    assert_eq!(source.packet(), [0xe0, 0], "nothing else is acknowledged");
    let ended = pipeline.wait();
    assert_eq!(ended.code, 65, "{}", ended.log);
    assert!(
        ended.log.contains("bad message on `first/a`"),
        "{}",
        ended.log
    );
}

const MESSAGES: u16 = 12_000;
/// Messages that are sent and not acknowledged.
const WINDOW: usize = 800;
/// A connection is cut after so many messages.
const CUT_AFTER: usize = 2_500;

fn is_large(number: u16) -> bool {
    number % 300 == 7
}

/// What the message of a number holds: some are bad, some larger than the pipeline takes.
fn payload(number: u16) -> String {
    let filler = usize::from(number.wrapping_mul(40_503) % 200);
    let filler = if is_large(number) { 3_000 } else { filler };
    let bad = if number % 10 == 3 { "bad " } else { "" };
    format!("{bad}{number}:{}", "x".repeat(filler))
}

/// A broker with one kept session, which it sends all messages, as often as it takes.
struct Sending {
    /// By number; the first one is not used.
    acknowledged: Mutex<Vec<bool>>,
    letters: Mutex<Vec<Vec<u8>>>,
    wrong: Mutex<Vec<String>>,
    connections: AtomicU16,
    stopped: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nobody panics")
}

impl Sending {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            acknowledged: Mutex::new(vec![false; usize::from(MESSAGES) + 1]),
            letters: Mutex::default(),
            wrong: Mutex::default(),
            connections: AtomicU16::new(0),
            stopped: AtomicBool::new(false),
        })
    }

    fn done(&self) -> usize {
        lock(&self.acknowledged)
            .iter()
            .filter(|done| **done)
            .count()
    }

    /// Serves whoever connects.
    fn serve(self: &Arc<Self>, broker: Broker) {
        let sending = Arc::clone(self);
        std::thread::spawn(move || {
            while !sending.stopped.load(Ordering::Relaxed) {
                let client = broker.accept();
                let sending = Arc::clone(&sending);
                std::thread::spawn(move || sending.client(client));
            }
        });
    }

    fn client(&self, mut client: Client) -> Option<()> {
        let id = client_id(&client.any_packet()?);
        let connack = match id.as_str() {
            "me-1" => [&[0x20, 5, 1], &SHARES_NOTHING[3..]].concat(),
            _ => SHARES_NOTHING.to_vec(),
        };
        client.try_send(&connack).then_some(())?;
        match id.as_str() {
            "me-out" => self.take_letters(client),
            "me-1" => self.send(client),
            _ => {
                client.expect_end();
                None
            }
        }
    }

    fn take_letters(&self, mut client: Client) -> Option<()> {
        loop {
            let packet = client.any_packet().filter(|packet| is_publish(packet))?;
            let id = identifier(&packet, "dead");
            let (_, payload) = property::split(&packet[id + 2..]).ok()?;
            lock(&self.letters).push(payload.to_vec());
            let answer = [0x40, 2, packet[id], packet[id + 1]];
            client.try_send(&answer).then_some(())?;
        }
    }

    /// Sends what is not acknowledged, from the first on, until the connection ends.
    fn send(&self, mut client: Client) -> Option<()> {
        let subscribe = client.any_packet()?;
        let answer = [0x90, 5, subscribe[2], subscribe[3], 0, 1, 1];
        client.try_send(&answer).then_some(())?;
        let number = self.connections.fetch_add(1, Ordering::Relaxed);
        let open: Vec<_> = {
            let acknowledged = lock(&self.acknowledged);
            (1..=MESSAGES)
                .filter(|&id| !acknowledged[usize::from(id)])
                .collect()
        };
        let mut sender = client.another().into_stream();
        let (mut unsent, mut sent) = (open.into_iter().peekable(), VecDeque::new());
        let mut left = CUT_AFTER;
        loop {
            let mut bytes = Vec::new();
            while sent.len() < WINDOW
                && left > 0
                && let Some(id) = unsent.next()
            {
                let first = if number > 0 { 0x3a } else { 0x32 };
                let payload = format!("\0{}", payload(id));
                bytes.extend(peer::publish(first, "first/a", id, payload.as_bytes()));
                sent.push_back(id);
                left -= 1;
            }
            if left == 0 && unsent.peek().is_some() {
                // The last one does not come in whole.
                bytes.truncate(bytes.len().saturating_sub(5));
                let _ = sender.write_all(&bytes);
                let _ = sender.shutdown(Shutdown::Both);
                return None;
            }
            sender.write_all(&bytes).ok()?;
            let packet = client.any_packet()?;
            let [0x40, 2, high, low] = packet[..] else {
                continue;
            };
            let id = u16::from_be_bytes([high, low]);
            if sent.pop_front() != Some(id) {
                let text = format!("{id} is acknowledged out of turn on connection {number}");
                lock(&self.wrong).push(text);
            }
            lock(&self.acknowledged)[usize::from(id)] = true;
        }
    }
}

/// By number, how often each message arrived in the file or as a dead letter; and what is not as it
/// was sent.
fn arrived(file: &Path, letters: &[Vec<u8>]) -> (BTreeMap<u16, u32>, Vec<String>) {
    let written = std::fs::read_to_string(file).expect("there is a file");
    // A kill may tear a line; the next process ends it and writes the row again.
    let rows = written
        .lines()
        .filter(|line| line.ends_with('}'))
        .map(|line| {
            let value = line.strip_prefix(r#"{"topic":"first/a","payload":""#);
            let value = value.and_then(|rest| rest.strip_suffix(r#"","qos":1,"retain":false}"#));
            value.unwrap_or(line).to_owned()
        });
    let letters = letters
        .iter()
        .map(|letter| String::from_utf8_lossy(letter).into_owned());
    let (mut counts, mut altered) = (BTreeMap::new(), Vec::new());
    for text in rows.chain(letters) {
        let number = text.trim_start_matches("bad ").split(':').next();
        let number = number.and_then(|number| number.parse::<u16>().ok());
        let is_right = |&number: &u16| {
            let whole = payload(number);
            whole == text || is_large(number) && whole.starts_with(&text)
        };
        match number.filter(is_right) {
            Some(number) => *counts.entry(number).or_default() += 1,
            None => altered.push(text),
        }
    }
    (counts, altered)
}

/// Cuts and kills under load: every message arrives, unaltered, in the sink or the dead letters,
/// and is acknowledged in its turn.
#[test]
fn nothing_is_lost_by_cuts_and_kills() {
    let broker = Broker::new();
    let url = broker.url.clone();
    let file = std::env::temp_dir().join(format!("laminar-alone.{}", std::process::id()));
    let path = file.to_str().expect("text");
    let variables = [
        ("CLEAN", "false"),
        ("SINK", "file"),
        ("FILE", path),
        ("BATCH", "50"),
        ("MAX_PACKET", "1000"),
        ("BAD_DATA", "dead_letter"),
        ("DEAD", "dead"),
    ];
    let sending = Sending::new();
    sending.serve(broker);
    let mut pipeline = start(&url, &variables);
    let (mut kills, mut most, mut deadline) = (0, 0, Instant::now() + PATIENCE);
    while sending.done() < usize::from(MESSAGES) {
        let done = sending.done();
        if done > 3_000 * (kills + 1) {
            drop(pipeline);
            pipeline = start(&url, &variables);
            kills += 1;
        }
        if done > most {
            (most, deadline) = (done, Instant::now() + PATIENCE);
        }
        assert!(Instant::now() < deadline, "it stands still at {done}");
        std::thread::sleep(Duration::from_millis(2));
    }
    sending.stopped.store(true, Ordering::Relaxed);
    let ended = pipeline.stop();
    let (counts, altered) = arrived(&file, &lock(&sending.letters));
    let connections = sending.connections.load(Ordering::Relaxed);
    let repeated = counts.values().sum::<u32>() - u32::try_from(counts.len()).expect("few");
    println!("{kills} kills, {connections} connections, {repeated} rows or letters came again");
    assert_eq!(ended.code, 0, "{}", ended.log);
    assert_eq!(*lock(&sending.wrong), Vec::<String>::new());
    assert!(altered.is_empty(), "{altered:?}");
    assert!(
        counts.keys().copied().eq(1..=MESSAGES),
        "{} arrived",
        counts.len()
    );
    assert!(kills >= 3 && connections >= 6, "{kills} {connections}");
    let _ = std::fs::remove_file(&file);
}
