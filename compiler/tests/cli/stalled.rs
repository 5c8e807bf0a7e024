//! A built pipeline whose sinks stand still stays below the ceiling that `laminarc explain --cost`
//! prints, and has lost nothing when they get on.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::support::{Scratch, TIMEOUT, laminarc};
use super::wire::packet;

/// Two sinks that stand still: a pipe that nobody reads, and a broker that does not read.
const SQL: &str = "
CREATE CONNECTION plant FROM mqtt_source
WITH (broker = 'tcp://localhost', keep_alive = 2, max_packet_size = 65536);

CREATE TABLE readings (number BIGINT, sensor TEXT)
WITH (connector = 'mqtt_source', connection = 'plant', topics = '[\"readings/#\"]');

CREATE TABLE published
WITH (connector = 'mqtt_sink', connection = 'plant', topic = 'out')
AS SELECT number, sensor FROM readings;

SELECT sensor, number FROM readings;
";

/// Several times the ceiling, at a kilobyte each.
const MESSAGES: usize = 60_000;

/// What the broker has seen.
#[derive(Default)]
struct Seen {
    sent: AtomicUsize,
    acknowledged: AtomicUsize,
    pings: AtomicUsize,
    /// The broker reads the session that rows are published on.
    reads_rows: AtomicBool,
    rows: AtomicUsize,
}

impl Seen {
    fn load(counter: &AtomicUsize) -> usize {
        counter.load(Ordering::Relaxed)
    }

    fn wait_until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_so(self) {
            assert!(start.elapsed() < TIMEOUT, "{what}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Serves whoever connects: a subscriber gets all messages, a publisher is heard when it is time.
fn serve(listener: &TcpListener, seen: &Arc<Seen>) {
    for stream in listener.incoming().map_while(Result::ok) {
        let seen = Arc::clone(seen);
        thread::spawn(move || {
            let mut rows = BTreeSet::new();
            while let Some((first, body)) = packet(&stream) {
                let answered = answer(&stream, first, &body, &mut rows, &seen);
                if answered.is_none() {
                    return;
                }
            }
        });
    }
}

fn answer(
    mut stream: &TcpStream,
    first: u8,
    body: &[u8],
    rows: &mut BTreeSet<u64>,
    seen: &Arc<Seen>,
) -> Option<()> {
    match first & 0xf0 {
        0x10 => {
            stream.write_all(&[0x20, 2, 0, 0]).ok()?;
            if body.ends_with(b"-out") {
                seen.wait_until("rows are never read", |seen| {
                    seen.reads_rows.load(Ordering::Relaxed)
                });
            }
        }
        0x80 => {
            stream.write_all(&[0x90, 3, body[0], body[1], 1]).ok()?;
            let (sender, seen) = (stream.try_clone().ok()?, Arc::clone(seen));
            thread::spawn(move || send(sender, &seen));
        }
        0x30 => {
            // Behind two bytes of length, the topic `out` and the identifier.
            let row = std::str::from_utf8(&body[7..]).expect("rows are text");
            rows.insert(number(row));
            seen.rows.fetch_max(rows.len(), Ordering::Relaxed);
            stream.write_all(&[0x40, 2, body[5], body[6]]).ok()?;
        }
        0x40 => drop(seen.acknowledged.fetch_add(1, Ordering::Relaxed)),
        // An answer would stand in the middle of a message.
        0xc0 => drop(seen.pings.fetch_add(1, Ordering::Relaxed)),
        _ => return None,
    }
    Some(())
}

fn send(mut stream: TcpStream, seen: &Seen) {
    for number in 0..MESSAGES {
        let payload = format!("{{\"number\":{number},\"sensor\":\"{number:x>1000}\"}}");
        let id = u16::try_from(number % 65_535 + 1).expect("16 bits");
        let length = 2 + 10 + 2 + payload.len();
        let mut bytes = vec![0x32, u8::try_from(length % 128).expect("7 bits") | 0x80];
        bytes.push(u8::try_from(length / 128).expect("7 bits"));
        bytes.extend_from_slice(b"\0\x0areadings/a");
        bytes.extend_from_slice(&id.to_be_bytes());
        bytes.extend_from_slice(payload.as_bytes());
        if stream.write_all(&bytes).is_err() {
            return;
        }
        seen.sent.fetch_add(1, Ordering::Relaxed);
    }
}

/// The `number` of a row.
fn number(row: &str) -> u64 {
    let row: serde_json::Value = serde_json::from_str(row).expect("rows are JSON");
    row["number"].as_u64().expect("it is there")
}

/// What `laminarc explain --cost` says, in bytes.
fn ceiling(path: &str) -> u64 {
    let run = laminarc(&["explain", "--cost", path]);
    assert_eq!(run.code, 0, "{}", run.err);
    let (_, after) = run
        .out
        .split_once("these ceilings together: ")
        .expect("it is told");
    let digits = after.split(" bytes").next().expect("there is a first part");
    digits.replace(',', "").parse().expect("a number")
}

/// The most that a process ever had in memory, in bytes.
fn most_resident(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    let status = status.expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    let kilobytes: u64 = number.expect("it is told").parse().expect("a number");
    kilobytes * 1024
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn memory_stays_below_the_printed_ceiling_while_sinks_stand_still() {
    let scratch = Scratch::new("stalled");
    let sql = scratch.file("stalled.sql", SQL.as_bytes());
    let binary = scratch.path("stalled");
    let built = laminarc(&["build", &sql, "-o", &binary]);
    assert_eq!(built.code, 0, "{}", built.err);
    let ceiling = ceiling(&sql);
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let url = format!("tcp://{}", listener.local_addr().expect("it is bound"));
    let seen = Arc::new(Seen::default());
    let serving = Arc::clone(&seen);
    thread::spawn(move || serve(&listener, &serving));
    let mut command = Command::new(binary);
    command.args(["--broker", &url]).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = Killed(command.spawn().expect("the pipeline was built"));

    seen.wait_until("no pings", |seen| Seen::load(&seen.pings) >= 2);
    let sent = Seen::load(&seen.sent);
    let most = most_resident(&child.0);
    println!("{most} of {ceiling} bytes, {sent} messages sent");
    assert!(sent < MESSAGES, "the stalled sinks stop the reading");
    assert_eq!(Seen::load(&seen.acknowledged), 0);
    assert!(most < ceiling, "{most} of {ceiling} bytes");

    seen.reads_rows.store(true, Ordering::Relaxed);
    let stdout = BufReader::new(child.0.stdout.take().expect("it is piped"));
    for (expected, row) in stdout.lines().take(MESSAGES).enumerate() {
        let row = row.expect("it is text");
        assert_eq!(number(&row), expected as u64, "none is missing");
    }
    seen.wait_until("rows are missing, or acknowledgements", |seen| {
        Seen::load(&seen.rows) == MESSAGES && Seen::load(&seen.acknowledged) == MESSAGES
    });
    let most = most_resident(&child.0);
    assert!(most < ceiling, "{most} of {ceiling} bytes in the end");
}
