//! What the broker confirmed to a publisher must arrive: a publisher that knows what was confirmed
//! and kept, a collector of rows and dead letters, and the comparison of both.

use super::{Client, peer, rows_of};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks.
pub const PAUSE: Duration = Duration::from_millis(10);

/// What the message of a number holds; each tenth is bad.
fn payload(id: u64) -> String {
    let hash = id.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let filler = "x".repeat(usize::try_from(hash % 200).expect("small"));
    let bad = if id % 10 == 3 { "bad " } else { "" };
    format!("{bad}{id}:{hash:016x}{filler}")
}

/// CONNECT of 3.1.1; the broker's answer is awaited.
fn connect(port: u16, name: &str, clean: bool) -> Option<Client> {
    let mut client = Client::connect(port)?;
    let length = u8::try_from(name.len()).expect("short");
    let flags = u8::from(clean) << 1;
    let head = [0x10, 12 + length, 0, 4, b'M', b'Q', b'T', b'T', 4, flags];
    let packet = [&head[..], &[0, 60, 0, length], name.as_bytes()].concat();
    let answered = client.try_send(&packet) && client.any_packet()?[0] == 0x20;
    answered.then_some(client)
}

/// Publishes until it is told to stop, and counts what the broker has confirmed and kept.
pub struct Publisher {
    stop: Arc<AtomicBool>,
    kept: Arc<AtomicU64>,
    thread: JoinHandle<()>,
}

/// How many messages are under way at once.
const WINDOW: u64 = 20;

impl Publisher {
    pub fn start(port: u16) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let kept = Arc::new(AtomicU64::new(0));
        let (stopped, count) = (Arc::clone(&stop), Arc::clone(&kept));
        let thread = std::thread::spawn(move || {
            let mut client = None;
            while !stopped.load(Ordering::Relaxed) {
                let first = count.load(Ordering::Relaxed);
                if client.is_none() {
                    client = connect_publisher(port);
                }
                let done = client.as_mut().and_then(|client| window(client, first));
                if done.is_some() {
                    count.store(first + WINDOW, Ordering::Relaxed);
                } else {
                    client = None;
                    std::thread::sleep(PAUSE);
                }
            }
        });
        Self { stop, kept, thread }
    }

    pub fn kept(&self) -> u64 {
        self.kept.load(Ordering::Relaxed)
    }

    /// Waits until it gets on again.
    pub fn expect_progress(&self) {
        let (before, deadline) = (self.kept(), Instant::now() + PATIENCE);
        while self.kept() < before + 5 * WINDOW {
            assert!(Instant::now() < deadline, "nothing is published");
            std::thread::sleep(PAUSE);
        }
    }

    pub fn stop(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("it does not panic");
        self.kept.load(Ordering::Relaxed)
    }
}

/// Publishes a window and sees that it is on the disk. Mosquitto confirms what it has only in
/// memory. It writes its state once a message is removed from it, before it reads the next packet
/// of a client. So a message to ourselves is taken, and then a ping is answered.
fn window(client: &mut Client, first: u64) -> Option<()> {
    let mut packets = Vec::new();
    for (packet, id) in (1..).zip(first..first + WINDOW) {
        let payload = payload(id);
        packets.extend(peer::publish(0x32, "first/a", packet, payload.as_bytes()));
    }
    packets.extend(peer::publish(0x32, "written", 100, b""));
    client.try_send(&packets).then_some(())?;
    let (mut confirmed, mut written) = (0, None);
    while confirmed <= WINDOW || written.is_none() {
        let packet = client.any_packet()?;
        match packet[0] & 0xf0 {
            0x40 => confirmed += 1,
            0x30 => written = packet.last_chunk::<2>().copied(),
            _ => {}
        }
    }
    let [high, low] = written?;
    let answers = [0x40, 2, high, low, 0xc0, 0];
    client.try_send(&answers).then_some(())?;
    (client.any_packet()?[0] == 0xd0).then_some(())
}

/// Connects the publisher, which subscribes to what it writes to itself.
fn connect_publisher(port: u16) -> Option<Client> {
    let mut client = connect(port, "publisher", true)?;
    let subscribe = b"\x82\x0c\x00\x01\x00\x07written\x01";
    let answered = client.try_send(subscribe) && client.any_packet()?[0] == 0x90;
    answered.then_some(client)
}

/// A subscriber with a session of its own, which takes rows and dead letters.
pub struct Collector {
    taken: Arc<Mutex<Vec<String>>>,
    subscribed: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
}

impl Collector {
    pub fn start(port: u16) -> Self {
        let collector = Self {
            taken: Arc::default(),
            subscribed: Arc::default(),
            stop: Arc::default(),
        };
        let taken = Arc::clone(&collector.taken);
        let subscribed = Arc::clone(&collector.subscribed);
        let stop = Arc::clone(&collector.stop);
        std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                let _ = collect(port, &taken, &subscribed);
                std::thread::sleep(PAUSE);
            }
        });
        let deadline = Instant::now() + PATIENCE;
        while !collector.subscribed.load(Ordering::Relaxed) {
            assert!(Instant::now() < deadline, "the collector cannot subscribe");
            std::thread::sleep(PAUSE);
        }
        collector
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Takes messages until the connection ends. A message is noted before it is acknowledged.
fn collect(port: u16, taken: &Mutex<Vec<String>>, subscribed: &AtomicBool) -> Option<()> {
    let mut client = connect(port, "collector", false)?;
    let subscribe = b"\x82\x0f\x00\x01\x00\x03out\x01\x00\x04dead\x01";
    client.try_send(subscribe).then_some(())?;
    loop {
        let packet = client.any_packet()?;
        if packet[0] & 0xf0 != 0x30 {
            subscribed.store(true, Ordering::Relaxed);
            continue;
        }
        let head = 1 + packet[1..].iter().position(|byte| *byte < 0x80)? + 1;
        let topic = usize::from(u16::from_be_bytes([packet[head], packet[head + 1]]));
        let id = head + 2 + topic;
        let text = String::from_utf8_lossy(&packet[id + 2..]).into_owned();
        taken.lock().expect("nobody panics").push(text);
        client
            .try_send(&[0x40, 2, packet[id], packet[id + 1]])
            .then_some(())?;
    }
}

/// What a reader finds in a file, or in all whole files of a folder.
fn written(path: &Path) -> String {
    let Ok(entries) = std::fs::read_dir(path) else {
        return std::fs::read_to_string(path).unwrap_or_default();
    };
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    let is_hidden = |path: &Path| {
        path.file_name()
            .is_some_and(|n| n.as_encoded_bytes()[0] == b'.')
    };
    let whole = paths.filter(|path| !is_hidden(path)).map(|path| {
        let text = if path.is_dir() {
            written(&path)
        } else {
            rows_of(&path)
        };
        assert!(
            text.is_empty() || text.ends_with('\n'),
            "{}: half a row",
            path.display()
        );
        text
    });
    whole.collect()
}

/// The first line of a file of CSV.
const CSV_HEADER: &str = "topic,payload,qos,retain";

/// All that arrived: by number, how often; and what is not as it was sent.
fn arrived(collector: &Collector, file: &Path) -> (BTreeMap<u64, u64>, Vec<String>) {
    let written = written(file);
    let whole = written.rsplit_once('\n').map_or("", |(lines, _)| lines);
    // A kill may tear a line; the next process cuts it off and writes the row again, so that a
    // reader sees whole ones only, those of CSV below the header.
    let mut lines = whole.lines().peekable();
    let as_csv = lines.next_if_eq(&CSV_HEADER).is_some();
    // each file of a folder has one
    let lines = lines.filter(|line| !as_csv || *line != CSV_HEADER);
    let (rows, torn): (Vec<_>, Vec<_>) = lines.partition(|line| as_csv || line.ends_with('}'));
    assert!(torn.is_empty(), "torn: {torn:?}");
    let taken = collector.taken.lock().expect("nobody panics");
    let (mut counts, mut altered) = (BTreeMap::new(), Vec::new());
    for text in rows.into_iter().chain(taken.iter().map(String::as_str)) {
        let value = text
            .strip_prefix(r#"{"topic":"first/a","payload":""#)
            .and_then(|rest| rest.strip_suffix(r#"","qos":1,"retain":false}"#))
            .or_else(|| text.strip_prefix("first/a,")?.strip_suffix(",1,false"))
            .unwrap_or(text);
        if text.contains("first/hello") {
            continue;
        }
        let number = value.trim_start_matches("bad ").split(':').next();
        match number.and_then(|number| number.parse().ok()) {
            Some(id) if value == payload(id) => *counts.entry(id).or_default() += 1,
            _ => altered.push(text.to_owned()),
        }
    }
    (counts, altered)
}

/// Waits until all of `kept` messages have arrived, or for long nothing does: a broker that writes
/// its whole state on each change is slow with a long queue.
pub fn all_that_arrives(
    collector: &Collector,
    file: &Path,
    kept: u64,
) -> (BTreeMap<u64, u64>, Vec<String>) {
    let (mut most, mut deadline) = (0, Instant::now() + PATIENCE);
    loop {
        let (counts, altered) = arrived(collector, file);
        let complete = (0..kept).all(|id| counts.contains_key(&id));
        if complete || Instant::now() > deadline {
            return (counts, altered);
        }
        if counts.len() > most {
            (most, deadline) = (counts.len(), Instant::now() + PATIENCE);
        }
        std::thread::sleep(10 * PAUSE);
    }
}

/// The number before a word in a line about table `first`, in the last summary: there is one for
/// each minute, too.
fn told(log: &str, line: &str, word: &str) -> u64 {
    let summary = log.rfind("table first: ").map(|start| &log[start..]);
    let summary = summary.unwrap_or_else(|| panic!("no summary in {log}"));
    let found = summary.lines().find(|text| text.contains(line));
    let line = found.unwrap_or_else(|| panic!("{line} in {log}"));
    let before = line
        .split_once(&format!(" {word}"))
        .map(|(before, _)| before);
    let number = before.and_then(|text| text.rsplit([' ', ',']).next());
    number.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Every message is emitted, filtered or rejected once the process has drained.
pub fn check_balance(log: &str) {
    let received = told(log, "table first: ", "received") - told(log, "table first: ", "empty");
    let parts = ["emitted", "filtered", "rejected"].map(|word| told(log, "flow echo: ", word));
    assert_eq!(received, parts.iter().sum::<u64>(), "{parts:?} in {log}");
    assert!(received > 0, "nothing was fresh: {log}");
}

/// Waits for the retained message, which comes with the subscription.
pub fn expect_subscribed(collector: &Collector, file: &Path) {
    let deadline = Instant::now() + PATIENCE;
    while !written(file).contains("first/hello")
        && collector.taken.lock().expect("nobody panics").is_empty()
    {
        assert!(Instant::now() < deadline, "it does not subscribe");
        std::thread::sleep(PAUSE);
    }
}
