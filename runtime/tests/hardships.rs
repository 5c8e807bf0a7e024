//! The process under conditions that last: a broker that is not there or does not answer, a sink
//! that is stalled, packets that are nonsense.

mod support;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use support::{Broker, Mortal, PATIENCE, Pipeline, peer};

fn start(broker: &Broker, variables: &[(&str, &str)]) -> Pipeline {
    let mut all = vec![
        ("BROKER", broker.url.as_str()),
        ("RETRY_MS", "1"),
        ("RETRY_MAX_MS", "10"),
    ];
    all.extend_from_slice(variables);
    Pipeline::start(&all, &[])
}

/// User and system time, in hundredths of a second, where the system tells.
#[cfg(target_os = "linux")]
fn cpu_ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let (_, after) = stat.rsplit_once(')').expect("the name is in parentheses");
    let numbers = after.split_whitespace().skip(11).take(2);
    numbers
        .map(|text| text.parse::<u64>().expect("a number"))
        .sum()
}

/// What a process has in memory, in KB.
#[cfg(target_os = "linux")]
fn resident_now(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.expect("it is told").parse().expect("a number")
}

#[cfg(target_os = "linux")]
#[test]
fn a_broker_that_is_down_costs_next_to_nothing_and_is_told_once_a_step() {
    let broker = Broker::new();
    let url = broker.url.clone();
    drop(broker);
    let variables = [
        ("BROKER", url.as_str()),
        ("RETRY_MS", "100"),
        ("RETRY_MAX_MS", "400"),
    ];
    let pipeline = Pipeline::start(&variables, &[]);
    // What starting costs is not what waiting costs.
    std::thread::sleep(Duration::from_millis(500));
    let before = cpu_ticks(pipeline.pid());
    std::thread::sleep(Duration::from_secs(3));
    let ticks = cpu_ticks(pipeline.pid()) - before;
    let mut client = Broker::again(&url).accept_subscribed(0);
    client.publish(0x32, "first/a", 1, b"fresh");
    assert_eq!(pipeline.payload(), "fresh");
    let ended = pipeline.stop();
    assert!(ticks < 5, "{ticks} hundredths of a second in three seconds");
    assert_eq!(ended.code, 0, "{}", ended.log);
    let told: Vec<_> = ended
        .log
        .lines()
        .filter(|line| line.contains("next attempt in"))
        .collect();
    // Full jitter: a delay is anything up to its step.
    assert!((5..200).contains(&told.len()), "{}", ended.log);
    let refused = ended.log.lines().filter(|line| line.contains("refused"));
    assert!(refused.count() <= told.len(), "{}", ended.log);
}

/// The reader of standard output stops reading; memory stays bounded, pings go on, and all rows
/// are there once it reads again.
#[cfg(target_os = "linux")]
#[test]
fn a_stalled_reader_of_rows_bounds_memory_and_loses_nothing() {
    use std::io::{BufRead as _, BufReader};
    const MESSAGES: u16 = 30_000;
    // Eight batches of 512 KiB and the rows of a chunk of 1024 messages more, eight spare ones of
    // 1 MiB, and 8 MiB for the process itself.
    const CEILING_KB: u64 = 8 * (512 + 1_100) + 8 * 1_024 + 8 * 1_024;
    let broker = Broker::new();
    let mut child = support::command()
        .envs([("BROKER", broker.url.as_str()), ("KEEP_ALIVE", "1")])
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .map(Mortal)
        .expect("the example starts");
    let mut source = broker.accept_subscribed(0);
    let mut sender = source.another();
    let writer = std::thread::spawn(move || {
        for id in 1..=MESSAGES {
            let payload = format!("{id:>1000}");
            sender.publish(0x32, "first/a", id, payload.as_bytes());
        }
    });
    let mut most = 0;
    let mut acknowledged = 0;
    // Pings cannot be answered behind what is not read, and need not be.
    for _ in 0..3 {
        while source.any_packet().expect("a ping comes") != [0xc0, 0] {
            acknowledged += 1;
        }
        most = most.max(resident_now(child.0.id()));
    }
    assert!(!writer.is_finished(), "the stalled sink stops the reading");
    println!("{most} KB of {CEILING_KB} KB, {acknowledged} acknowledged");
    assert!(most < CEILING_KB, "{most} KB of {CEILING_KB} KB");
    let stdout = BufReader::new(child.0.stdout.take().expect("it is piped"));
    let acknowledgements = std::thread::spawn(move || {
        while acknowledged < MESSAGES {
            match source.any_packet().expect("it goes on")[0] {
                0x40 => acknowledged += 1,
                _ => drop(source.try_send(&[0xd0, 0])),
            }
        }
    });
    for (id, row) in (1..=MESSAGES).zip(stdout.lines()) {
        let row = row.expect("it is text");
        assert!(row.contains(&format!("\"{id:>1000}\"")), "{id}: {row}");
    }
    writer.join().expect("all is sent");
    acknowledgements.join().expect("all is acknowledged");
}

/// The disk is full in the middle of a row, and has room again later.
#[cfg(target_os = "linux")]
#[test]
fn rows_for_a_disk_that_was_full_are_whole_and_none_is_missing() {
    use std::process::{Command, Stdio};
    const MESSAGES: u16 = 40;
    let broker = Broker::new();
    let file = std::env::temp_dir().join(format!("laminar-full.{}", std::process::id()));
    let _ = std::fs::remove_file(&file);
    let script = r#"ulimit -S -f 8; exec "$0""#;
    let child = Command::new("/bin/sh")
        .env_clear()
        .args(["-c", script])
        .arg(support::command().get_program())
        .envs([("BROKER", broker.url.as_str()), ("SINK", "file")])
        .env("FILE", &file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(Mortal)
        .expect("there is a shell");
    let mut source = broker.accept_subscribed(0);
    for id in 1..=MESSAGES {
        source.publish(0x32, "first/a", id, format!("{id:>500}").as_bytes());
    }
    let mut acknowledged = 0;
    while source.quiet_for(Duration::from_millis(500)).is_some() {
        acknowledged += 1;
    }
    let full = std::fs::read_to_string(&file).expect("it is there");
    assert!(acknowledged < MESSAGES, "the disk is full");
    assert!(
        full.lines().count() > usize::from(acknowledged),
        "{acknowledged} of {full}"
    );
    let arguments = ["--pid", &child.0.id().to_string(), "--fsize=unlimited:"];
    let raised = Command::new("prlimit").args(arguments).status();
    assert!(raised.is_ok_and(|status| status.success()), "prlimit works");
    while acknowledged < MESSAGES {
        acknowledged += 1;
        let packet = source.packet();
        assert_eq!(packet[..2], [0x40, 2]);
        assert_eq!(u16::from_be_bytes([packet[2], packet[3]]), acknowledged);
    }
    let text = std::fs::read_to_string(&file).expect("it is there");
    for id in 1..=MESSAGES {
        let row = format!(r#"{{"topic":"first/a","payload":"{id:>500}","qos":1,"retain":false}}"#);
        assert!(text.lines().any(|line| line == row), "{id} in {text}");
    }
    let _ = std::fs::remove_file(&file);
}

#[test]
fn packets_of_every_type_that_are_malformed_end_the_connection_and_not_the_process() {
    // Every type with flags that it does not have, with an empty body where it has one, and what a
    // client sends and a broker does not.
    let mut cases: Vec<Vec<u8>> = Vec::new();
    for kind in 0..=15_u8 {
        cases.push(vec![kind << 4, 0xff, 0xff, 0xff, 0xff, 1]);
        // PINGRESP is the one that may be empty.
        if kind != 13 {
            cases.push(vec![kind << 4 | u8::from(kind == 6) << 1, 0]);
        }
        if kind != 3 {
            cases.push(vec![kind << 4 | 0x0d, 2, 0, 1]);
        }
    }
    cases.extend([
        vec![0x20, 2, 0, 0],
        vec![0x32, 5, 0, 1, b'a', 0, 0],
        vec![0x36, 5, 0, 1, b'a', 0, 1],
        vec![0x30, 2, 0xff, 0xff],
        vec![0x30, 4, 0, 2, 0xc3, 0x28],
        vec![0x32, 4, 0, 1, b'a', 0],
        vec![0x40, 3, 0, 1, 0],
        vec![0x62, 2, 0, 0],
        vec![0x90, 2, 0, 1],
        vec![0xd0, 1, 0],
    ]);
    let broker = Broker::new();
    let pipeline = start(&broker, &[("CLEAN", "false"), ("CLIENT_ID", "malformed")]);
    let begun = Instant::now();
    for (number, bytes) in cases.iter().enumerate() {
        // The session comes and goes.
        let mut client = broker.accept_subscribed(u8::from(number % 2 == 1));
        client.publish(0x32, "first/a", 7, number.to_string().as_bytes());
        assert_eq!(pipeline.payload(), number.to_string());
        client.send(bytes);
        client.expect_closed(&format!("{bytes:x?}"));
    }
    let mut client = broker.accept_subscribed(1);
    client.publish(0x3a, "first/a", 7, b"after");
    assert_eq!(pipeline.payload(), "after");
    assert_eq!(client.packet(), [0x40, 2, 0, 7]);
    println!("{} connections in {:?}", cases.len(), begun.elapsed());
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    assert!(!ended.log.contains("panicked"), "{}", ended.log);
}

/// What may stand where an MQTT 5 broker has subscribed us, and ends the connection.
const MALFORMED_5: &[&[u8]] = &[
    // PUBLISH: properties that are longer than the packet, or longer than they say; their length
    // without an end; unknown, of another packet, cut, twice, not UTF-8; an alias, though none is
    // allowed; no properties at all.
    &[0x32, 7, 0, 1, b'a', 0, 1, 9, 0],
    &[0x32, 9, 0, 1, b'a', 0, 1, 1, 1, 0, b'x'],
    &[0x32, 10, 0, 1, b'a', 0, 1, 0xff, 0xff, 0xff, 0xff, 1],
    &[0x32, 8, 0, 1, b'a', 0, 1, 2, 0x7f, 0],
    &[0x32, 9, 0, 1, b'a', 0, 1, 3, 0x13, 0, 9],
    &[0x32, 10, 0, 1, b'a', 0, 1, 4, 0x03, 0, 9, b'x'],
    &[0x32, 10, 0, 1, b'a', 0, 1, 4, 0x01, 0, 0x01, 0],
    &[0x32, 11, 0, 1, b'a', 0, 1, 5, 0x03, 0, 2, 0xc3, 0x28],
    &[0x32, 9, 0, 1, b'a', 0, 1, 3, 0x23, 0, 1],
    &[0x32, 8, 0, 0, 0, 1, 3, 0x23, 0, 1],
    &[0x32, 5, 0, 1, b'a', 0, 1],
    // Lengths that are not that of the packet, so that the next one begins in the wrong place.
    &[0x40, 1, 0, 1, 0, 0],
    &[0xd0, 3, 0, 0, 0],
    // Answers: to packet 0, with properties that are cut, unknown, or followed by something.
    &[0x40, 3, 0, 0, 0],
    &[0x40, 5, 0, 1, 0, 9, 0],
    &[0x50, 6, 0, 1, 0, 2, 0x7f, 0],
    &[0x62, 5, 0, 1, 0, 0, 9],
    &[0x70, 4, 0, 1, 0, 4],
    // SUBACK that nobody asked for; CONNACK again; AUTH; DISCONNECT with reasons, known or not.
    &[0x90, 5, 0, 9, 0, 2, 2],
    &[0x20, 3, 0, 0, 0],
    &[0xf0, 2, 0x18, 0],
    &[0xe0, 0],
    &[0xe0, 2, 0x8e, 0],
    &[0xe0, 1, 0x42],
    &[0xe0, 3, 0x82, 9, 0],
];

/// CONNACK with reserved flags, without properties, with properties that are cut, unknown or not
/// possible there, with a property twice, and with a reason that does not exist.
const BAD_CONNACK_5: &[&[u8]] = &[
    &[0x20, 3, 2, 0, 0],
    &[0x20, 2, 0, 0],
    &[0x20, 3, 0, 0, 4],
    &[0x20, 5, 0, 0, 2, 0x7f, 0],
    &[0x20, 5, 0, 0, 2, 0x01, 0],
    &[0x20, 6, 0, 0, 3, 0x21, 0, 0],
    &[0x20, 8, 0, 0, 5, 0x27, 0, 0, 0, 0],
    &[0x20, 9, 0, 0, 6, 0x21, 0, 9, 0x21, 0, 9],
    &[0x20, 5, 0, 0, 2, 0x24, 2],
    &[0x20, 5, 0, 0, 2, 0x25, 7],
    &[0x20, 4, 0, 0, 0, 0],
    &[0x20, 3, 0, 0x42, 0],
];

#[test]
fn packets_of_mqtt_5_that_are_malformed_end_the_connection_and_not_the_process() {
    let broker = Broker::new();
    let variables = [
        ("MQTT", "5"),
        ("CLEAN", "false"),
        ("CLIENT_ID", "malformed"),
    ];
    let pipeline = start(&broker, &variables);
    for bytes in BAD_CONNACK_5 {
        let mut client = broker.accept();
        assert_eq!(client.packet()[0], 0x10);
        client.send(bytes);
        client.expect_closed(&format!("{bytes:x?}"));
    }
    // SUBACK: too few codes, too many, properties that are cut, codes that do not exist.
    for answer in [
        &[0, 2][..],
        &[0, 2, 2, 2],
        &[9, 2, 2],
        &[0, 2, 3],
        &[0, 0x42, 2],
    ] {
        let mut client = broker.accept();
        assert_eq!(client.packet()[0], 0x10);
        client.send(&[0x20, 3, 0, 0, 0]);
        let subscribe = client.packet();
        let length = u8::try_from(2 + answer.len()).expect("short");
        client.send(&[&[0x90, length, subscribe[2], subscribe[3]], answer].concat());
        client.expect_closed(&format!("{answer:x?}"));
    }
    for (number, bytes) in MALFORMED_5.iter().enumerate() {
        let mut client = broker.accept_subscribed_5(u8::from(number % 2 == 1));
        let payload = format!("\0{number}");
        client.publish(0x32, "first/a", 7, payload.as_bytes());
        assert_eq!(pipeline.payload(), number.to_string());
        client.send(bytes);
        client.expect_closed(&format!("{bytes:x?}"));
    }
    let mut client = broker.accept_subscribed_5(1);
    client.publish(0x3a, "first/a", 7, b"\0after");
    assert_eq!(pipeline.payload(), "after");
    assert_eq!(client.packet(), [0x40, 2, 0, 7]);
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    assert!(!ended.log.contains("panicked"), "{}", ended.log);
    let connections = BAD_CONNACK_5.len() + 5 + MALFORMED_5.len();
    let told = ended.log.matches("next attempt in").count();
    assert_eq!(told, connections, "one line for each: {}", ended.log);
}

/// A message of 256 MB is announced and never comes, then one of 10 MB does: neither takes memory.
#[test]
fn huge_messages_take_no_memory_and_hold_up_nothing() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("KEEP_ALIVE", "1")]);
    let mut announced = broker.accept_subscribed(0);
    announced.publish(0x32, "first/a", 1, b"before");
    assert_eq!(pipeline.payload(), "before");
    let before = pipeline.resident_kilobytes();
    let head = [0x33, 0xff, 0xff, 0xff, 0x7f, 0, 7];
    announced.send(&[&head[..], b"first/a\0\x02", &vec![b'x'; 100_000]].concat());
    // The rest never comes; the ping is not answered.
    announced.expect_closed("256 MB announced");
    let mut client = broker.accept_subscribed(0);
    client.publish(0x33, "first/a", 3, &vec![b'y'; 10 << 20]);
    client.publish(0x32, "first/a", 4, b"good");
    assert_eq!(pipeline.payload(), "good");
    assert_eq!(client.packet(), [0x40, 2, 0, 3]);
    assert_eq!(client.packet(), [0x40, 2, 0, 4]);
    if let (Some(before), Some(after)) = (before, pipeline.resident_kilobytes()) {
        assert!(after < before + 4_096, "{before} KB became {after} KB");
    }
    assert_eq!(pipeline.stop().code, 0);
}

/// A broker may end a session of which it hears nothing, however much it sends itself.
#[test]
fn pings_are_sent_while_there_is_always_more_to_read() {
    let broker = Broker::new();
    let variables = [("KEEP_ALIVE", "1"), ("QOS", "0"), ("SINK", "blackhole")];
    let pipeline = start(&broker, &variables);
    let mut client = broker.accept_subscribed(0);
    // packets are written as a whole, by one thread at a time
    let flood = Arc::new(Mutex::new(client.another()));
    let answers = Arc::clone(&flood);
    let flooding = std::thread::spawn(move || {
        let messages = peer::publish(0x30, "first/a", 0, b"one of many").repeat(2_000);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(5) {
            let mut flood = flood.lock().expect("nobody panics");
            assert!(flood.try_send(&messages), "it goes on reading");
        }
    });
    let begun = Instant::now();
    for _ in 0..2 {
        let packet = client.any_packet();
        assert_eq!(packet, Some(vec![0xc0, 0]), "while it is flooded");
        let mut answers = answers.lock().expect("nobody panics");
        answers.send(&[0xd0, 0]);
    }
    let taken = begun.elapsed();
    assert!(taken < Duration::from_secs(4), "{taken:?}");
    flooding.join().expect("it reads all of it");
    assert_eq!(pipeline.stop().code, 0);
}

#[test]
fn a_broker_that_never_answers_connect_is_left() {
    let broker = Broker::new();
    let pipeline = start(&broker, &[("KEEP_ALIVE", "1")]);
    let mut silent = broker.accept();
    assert_eq!(silent.packet()[0], 0x10);
    let begun = Instant::now();
    silent.expect_closed("no CONNACK");
    assert!(
        begun.elapsed() < PATIENCE,
        "it waits for {:?}",
        begun.elapsed()
    );
    println!("left after {:?}", begun.elapsed());
    let mut client = broker.accept_subscribed(0);
    client.publish(0x32, "first/a", 1, b"fresh");
    assert_eq!(pipeline.payload(), "fresh");
    assert_eq!(pipeline.stop().code, 0);
}
