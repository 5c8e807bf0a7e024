//! Sinks that stand still, and what the source does meanwhile: it reads nothing more, is heard of
//! by its broker, and sees when that is gone.
#![cfg(target_os = "linux")]

mod support;

use std::collections::BTreeSet;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};
use support::{Broker, Client, Mortal, PATIENCE, Pipeline, peer, two_sessions};

/// Fills the connection until its other end takes no more.
fn fill(source: &Client) {
    let mut sender = source.another().into_stream();
    let patience = Some(Duration::from_secs(1));
    sender.set_write_timeout(patience).expect("sockets can");
    let message = peer::publish(0x32, "first/a", 1, &[b'x'; 1_000]);
    while std::io::Write::write_all(&mut sender, &message).is_ok() {}
}

/// Pings would show it only after a minute.
#[test]
fn a_connection_that_is_reset_while_nothing_is_read_is_left_at_once() {
    let broker = Broker::new();
    let child = support::command()
        .envs([("BROKER", broker.url.as_str()), ("KEEP_ALIVE", "60")])
        .env("RETRY_MS", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map(Mortal)
        .expect("the example starts");
    let source = broker.accept_subscribed(0);
    fill(&source);
    let begun = Instant::now();
    source.reset();
    broker.accept_subscribed(0);
    let elapsed = begun.elapsed();
    drop(child);
    assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");
}

const MESSAGES: u16 = 30_000;

/// What was seen of a source's session.
#[derive(Default)]
struct Seen {
    acknowledged: AtomicU16,
    pings: AtomicU16,
}

/// Sends all messages, as far as the pipeline reads them, and takes their acknowledgements.
fn feed(mut source: Client, seen: &Seen) {
    let mut sender = source.another();
    std::thread::spawn(move || {
        for id in 1..=MESSAGES {
            let payload = format!("{id:>1000}");
            sender.publish(0x32, "first/a", id, payload.as_bytes());
        }
    });
    // An answer to a ping would stand in the middle of a message.
    while let Some(packet) = source.any_packet() {
        match packet[0] {
            0x40 => seen.acknowledged.fetch_add(1, Ordering::Relaxed),
            _ => seen.pings.fetch_add(1, Ordering::Relaxed),
        };
    }
}

/// Takes rows and confirms them until all have come, on the connections that there are; how many
/// came more than once.
fn take_rows(broker: &Broker, mut sink: Client) -> u16 {
    let mut rows = BTreeSet::new();
    let mut repeated = 0;
    while rows.len() < usize::from(MESSAGES) {
        let Some(packet) = sink.any_packet() else {
            // It has given this one up, and perhaps some that nobody has accepted so far.
            sink = broker.accept();
            continue;
        };
        match packet[0] {
            0x10 => drop(sink.try_send(&[0x20, 2, 0, 0])),
            0xc0 => drop(sink.try_send(&[0xd0, 0])),
            _ => {
                let text = String::from_utf8_lossy(&packet);
                let (_, payload) = text.split_once("\"payload\":\"").expect("a row");
                let number = payload.split('"').next().expect("its end").trim();
                let number: u16 = number.parse().expect("a number");
                repeated += u16::from(!rows.insert(number));
                // Behind two bytes of length and the topic `out`.
                sink.try_send(&[0x40, 2, packet[8], packet[9]]);
            }
        }
    }
    repeated
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The sink's broker does not read its socket any more. What is published to it fills that, then
/// the output, then the batches under way; then the source reads nothing. Its own broker hears of
/// it, and all rows come once that of the sink reads again. How many of them repeat.
fn stall(keep_alive_s: &str, pings: u16) -> u16 {
    // Batches and spare ones, three buffers and what waits for both sockets, as
    // `laminarc explain --cost` counts them, and 8 MiB for the process itself.
    const CEILING_KB: u64 = 8 * (512 + 1_100) + 8 * 1_024 + 3 * 256 + 2 * 1_024 + 8 * 1_024;
    let broker = Broker::new();
    let variables = [
        ("BROKER", broker.url.as_str()),
        ("SINK", "mqtt"),
        ("OUT", "out"),
        ("KEEP_ALIVE", keep_alive_s),
        ("RETRY_MS", "1"),
        ("RETRY_MAX_MS", "100"),
    ];
    let pipeline = Pipeline::start(&variables, &[]);
    let (source, sink) = two_sessions(&broker);
    let seen = Arc::new(Seen::default());
    let noting = Arc::clone(&seen);
    std::thread::spawn(move || feed(source, &noting));
    wait_until("no pings of the source", || {
        seen.pings.load(Ordering::Relaxed) >= pings
    });
    assert_eq!(seen.acknowledged.load(Ordering::Relaxed), 0);
    let most = pipeline.resident_kilobytes().expect("it runs");
    println!("{most} KB of {CEILING_KB} KB");
    assert!(most < CEILING_KB, "{most} KB of {CEILING_KB} KB");
    let repeated = take_rows(&broker, sink);
    wait_until("not all is acknowledged", || {
        seen.acknowledged.load(Ordering::Relaxed) == MESSAGES
    });
    assert_eq!(pipeline.stop().code, 0);
    repeated
}

#[test]
fn a_broker_of_a_sink_that_does_not_read_bounds_memory_and_loses_nothing() {
    assert_eq!(stall("4", 1), 0, "it was not gone for long");
}

#[test]
fn nor_does_one_that_does_not_read_until_it_is_given_up() {
    let repeated = stall("1", 4);
    println!("{repeated} rows came twice");
}

/// Sends PUBREL until the other end takes no more of them, or so many bytes: how many it took. Each
/// is sent whole before that is told.
fn flood(sink: &Client, most: usize) -> usize {
    const RELEASES: [u8; 4_096] = {
        let mut bytes = [0; 4_096];
        let mut at = 0;
        while at < bytes.len() {
            bytes[at] = [0x62, 2, 0, 1][at % 4];
            at += 1;
        }
        bytes
    };
    let mut sender = sink.another().into_stream();
    let patience = Some(Duration::from_secs(1));
    sender.set_write_timeout(patience).expect("sockets can");
    let mut taken = 0;
    while taken < most {
        match std::io::Write::write(&mut sender, &RELEASES[taken % 4..]) {
            Ok(bytes) => taken += bytes,
            Err(_) => break,
        }
    }
    std::thread::spawn(move || {
        sender.set_write_timeout(None).expect("sockets can");
        let rest = &RELEASES[taken % 4..4];
        std::io::Write::write_all(&mut sender, if rest.len() < 4 { rest } else { &[] })
    });
    taken.next_multiple_of(4)
}

/// A broker that wants answers and reads none: what waits for it is bounded, and all of them come
/// once it reads.
#[test]
fn a_flood_of_releases_that_nobody_reads_the_answers_of_bounds_memory() {
    const FLOOD: usize = 64 << 20;
    let broker = Broker::new();
    let variables = [
        ("BROKER", broker.url.as_str()),
        ("SINK", "mqtt"),
        ("OUT", "out"),
        ("QOS", "2"),
    ];
    let pipeline = Pipeline::start(&variables, &[]);
    let (mut source, mut sink) = two_sessions(&broker);
    let idle = pipeline.resident_kilobytes().expect("it runs");
    let taken = flood(&sink, FLOOD);
    let most = pipeline.resident_kilobytes().expect("it runs");
    println!("{taken} bytes of PUBREL; {idle} KB became {most} KB");
    assert!(taken < FLOOD, "nothing more is read");
    assert!(most < idle + 6 * 1_024, "{idle} KB became {most} KB");
    let mut answers = sink.another().into_stream();
    let mut left = taken;
    while left > 0 {
        let mut bytes = vec![0; left.min(1 << 16)];
        std::io::Read::read_exact(&mut answers, &mut bytes).expect("the answers come");
        assert!(bytes.chunks(4).all(|answer| answer == [0x70, 2, 0, 1]));
        left -= bytes.len();
    }
    source.publish(0x30, "first/a", 0, b"m");
    assert_eq!(sink.packet()[0], 0x34, "it goes on");
    drop(pipeline);
}
