//! The limits that `laminarc explain --cost` tells of are the runtime's.

mod allocator;

use allocator::measured;
use laminar_runtime::decode::json::level::{Cpu, Job, Level};
use laminar_runtime::decode::json::{
    Decoder, Line, Lined, MAX_SCANNED, Node, PADDING, Padded, Shape, Text, Tiers, Validation,
};
use laminar_runtime::payload::Payload;
use laminar_runtime::spec::{ConnectionSpec, MqttVersion};
use laminarc::ir::limits::{self, Part};
use laminarc::source::SourceFile;
use std::fmt::Write as _;

/// `const NAME: usize = 2 * 64;` in a source of the runtime, as the number that it is.
#[track_caller]
fn constant(source: &str, name: &str) -> u64 {
    let declared = format!("const {name}: ");
    let line = source.lines().find(|line| line.contains(&declared));
    let line = line.unwrap_or_else(|| panic!("no constant {name}"));
    let value = line.split_once(" = ").expect("a value").1;
    let factors = value.trim_end_matches(';').split(" * ");
    let number = |text: &str| {
        let (number, shift) = text.split_once(" << ").unwrap_or((text, "0"));
        let number: u64 = match number {
            "BLOCK" => 64,
            "BYTES - 1" => 127,
            number => number.replace('_', "").parse().expect("a number"),
        };
        number << shift.parse::<u32>().expect("a number")
    };
    factors.map(number).product()
}

#[test]
fn constants_are_the_runtimes() {
    let layout = include_str!("../../../runtime/src/decode/json/layout.rs");
    let index = include_str!("../../../runtime/src/decode/json/index.rs");
    let template = include_str!("../../../runtime/src/decode/json/template/mod.rs");
    let members = include_str!("../../../runtime/src/decode/json/members/mod.rs");
    let lines = include_str!("../../../runtime/src/sink/lines.rs");
    let columns = include_str!("../../../runtime/src/columns/mod.rs");
    let link = include_str!("../../../runtime/src/mqtt/link.rs");
    let tls = include_str!("../../../runtime/src/mqtt/link/tls.rs");
    let web_socket = include_str!("../../../runtime/src/mqtt/web_socket.rs");
    let mqtt = include_str!("../../../runtime/src/mqtt/mod.rs");
    let worker = include_str!("../../../runtime/src/pipeline/worker.rs");
    let sink = include_str!("../../../runtime/src/sink/progress.rs");
    let publisher = include_str!("../../../runtime/src/sink/mqtt.rs");
    let inbound = include_str!("../../../runtime/src/mqtt/inbound.rs");
    let outbound = include_str!("../../../runtime/src/mqtt/outbound.rs");
    let pool = include_str!("../../../runtime/src/pipeline/pool.rs");
    let chunk = include_str!("../../../runtime/src/pipeline/pool/chunk.rs");
    let helper = include_str!("../../../runtime/src/pipeline/pool/helper.rs");
    for (source, name, ours) in [
        (layout, "LAYOUTS", limits::LAYOUTS_KEPT),
        (layout, "MAX_LEN", limits::LAYOUT_LONGEST),
        (layout, "MAX_SLOTS", limits::LAYOUT_SLOTS as u64),
        (layout, "BYTES", limits::LAYOUT_LONGEST + 1),
        (index, "MAX_LEN", limits::INDEX_LONGEST),
        (index, "MAX_SEGMENTS", limits::INDEX_SEGMENTS),
        (template, "TEMPLATES", limits::TEMPLATES_KEPT),
        (members, "ENTRIES", limits::MEMBERS_KEPT),
        (members, "MAX_NODES", limits::MEMBERS_NODES as u64),
        (link, "BUFFER", limits::RECEIVE_BUFFER),
        (tls, "INCOMING", limits::TLS_INCOMING),
        (web_socket, "MAX_WAITING", limits::FRAMES),
        (web_socket, "CHUNK", limits::FRAME),
        (mqtt, "MOST_ANSWERS", limits::ANSWERS),
        (helper, "CHUNKS", limits::CHUNKS - 1),
        (pool, "CHUNK", limits::CHUNK_HEADS / constant(chunk, "HEAD")),
        (worker, "BATCH_BYTES", limits::BATCH_BYTES),
        (worker, "CHUNK", limits::CHUNK),
        (worker, "FLIGHTS", limits::FLIGHTS),
        (lines, "GROUP", limits::FILE_GROUP),
        (columns, "BATCH_BYTES", limits::SPOOL_BATCH),
        (columns, "ROW_GROUP_BYTES", limits::ROW_GROUP),
        (sink, "SPARE_BATCHES", limits::SPARE_BATCHES),
        (sink, "SPARE_BYTES", limits::SPARE_BYTES),
        (publisher, "OUTPUT", limits::PUBLISHED),
        (inbound, "MOST_PENDING", limits::ACKNOWLEDGEMENTS - 1),
        (inbound, "PENDING", limits::ACKNOWLEDGEMENT),
        (outbound, "SPARE_PACKETS", limits::SPARE_PACKETS),
        (outbound, "SPARE_BYTES", limits::SPARE_PACKET),
    ] {
        assert_eq!(constant(source, name), ours, "{name}");
    }
    assert_eq!(PADDING as u64, limits::PADDING);
    assert_eq!(MAX_SCANNED, limits::LINE_SCANNED);
}

/// A line of two keys.
struct Two;

impl Lined for Two {
    const KEYS: usize = 2;

    #[inline(always)]
    fn walk<W: Line>(line: &mut W) -> bool {
        line.key(b"{\"n\":").number(0);
        line.key(b",\"s\":\"").string(1);
        line.end(b"\"}")
    }
}

/// Whether a message is on the line, which is the only tier.
struct OnTheLine<'t> {
    text: Text<'t>,
}

impl Job<bool> for OnTheLine<'_> {
    #[inline(always)]
    fn run<L: Level>(self, level: L) -> bool {
        let tiers = Tiers {
            line: true,
            ..Tiers::NONE
        };
        let mut decoder = Decoder::with_tiers(shape(2), Validation::Strict, tiers);
        decoder.expect(1);
        let hit = decoder.decode_line::<L, Two>(level, self.text);
        hit.expect("the message is valid");
        decoder.ways().reference == 0
    }
}

/// What generated code leaves out of a connection is what the runtime has in its place.
#[test]
fn a_connection_that_says_nothing_is_the_runtimes() {
    let sql = "CREATE CONNECTION c FROM mqtt_source WITH (broker = 'tcp://h');";
    let (plan, _) = laminarc::check(&SourceFile::new("c.sql", sql));
    let ours = &plan.expect("it is a pipeline").connections[0];
    let runtimes = ConnectionSpec::new("c", "tcp://h");
    assert_eq!(ours.clean_session, runtimes.clean_session);
    assert_eq!(ours.keep_alive_s, runtimes.keep_alive_s);
    assert_eq!(ours.mqtt_version, laminarc::ir::logical::MqttVersion::V311);
    assert_eq!(runtimes.mqtt_version, MqttVersion::V311);
    let reconnect = runtimes.reconnect;
    assert_eq!(ours.reconnect.initial_ms, reconnect.initial_ms);
    assert_eq!(
        ours.reconnect.multiplier.to_bits(),
        reconnect.multiplier.to_bits()
    );
    assert_eq!(ours.reconnect.max_ms, reconnect.max_ms);
    assert_eq!(ours.reconnect.max_attempts, reconnect.max_attempts);
    assert_eq!(ours.max_packet_size, runtimes.max_packet_size);
    assert_eq!(ours.receive_maximum, runtimes.receive_maximum);
    assert_eq!(ours.parallelism, runtimes.parallelism);
    assert!(ours.tls.is_none() && runtimes.tls.is_none());
}

#[test]
fn the_line_takes_what_is_said() {
    let repeated = |text: &str, count: u64| text.repeat(usize::try_from(count).expect("few"));
    let is_taken = |digits: u64, characters: u64| {
        let (number, string) = (repeated("7", digits), repeated("x", characters));
        let message = format!("{{\"n\":{number},\"s\":\"{string}\"}}");
        let mut padded = Padded::default();
        let text = padded.text(Payload::from(message.as_bytes()));
        Cpu::detect().run(OnTheLine { text })
    };
    let (number, string) = (limits::LINE_NUMBER, limits::LINE_STRING);
    assert!(is_taken(number, string));
    assert!(!is_taken(number + 1, string));
    assert!(!is_taken(number, string + 1));
}

struct Decode<'d, 't> {
    decoder: &'d mut Decoder,
    text: Text<'t>,
}

impl Job<()> for Decode<'_, '_> {
    #[inline(always)]
    fn run<L: Level>(self, level: L) {
        // so many that no tier is ever switched off for its misses
        self.decoder.expect(usize::MAX);
        let decoded = self.decoder.decode(level, self.text);
        decoded.expect("the messages are valid");
    }
}

/// A table of so many flat columns.
fn shape(columns: u16) -> &'static Shape {
    let key = |column: u16| -> &'static str { Box::leak(format!("k{column}").into_boxed_str()) };
    let keys: Vec<_> = (0..columns).map(|at| (key(at), at + 1)).collect();
    let root = Node {
        slot: None,
        slots: (0, columns),
        keys: Box::leak(keys.into_boxed_slice()),
        elements: &[],
    };
    let leaves = (0..columns).map(Node::leaf);
    let nodes: Vec<_> = std::iter::once(root).chain(leaves).collect();
    Box::leak(Box::new(Shape {
        slots: usize::from(columns),
        nodes: Box::leak(nodes.into_boxed_slice()),
    }))
}

/// A message of as many segments as there may be, with white space behind each scalar.
fn long(columns: u16, key: &str, form: usize) -> String {
    let mut message = String::from("{");
    for column in 0..columns {
        let value = ["true ", "\"x\" ", "null ", "1 "][usize::from(column) % 4];
        write!(message, "\"k{column}\":{value},").expect("a String takes it");
    }
    write!(message, "\"{key}\":[").expect("a String takes it");
    let segments = usize::try_from(limits::INDEX_SEGMENTS).expect("few");
    for at in usize::from(columns) + 1..segments {
        message.push_str(["\"y\" ,", "[] ,", "7 ,", "false ,"][(at + form) % 4]);
    }
    message + "0]}"
}

/// Messages that fill the tiers of a table of so many columns.
fn messages(columns: u16) -> Vec<String> {
    // a key that takes several blocks
    let key = "x".repeat(2000 - 3 * usize::from(columns));
    let mut messages: Vec<_> = (0..4).map(|form| long(columns, &key, form)).collect();
    // members that are known, in an order that comes again and again
    messages.push(long(columns, "x", 0));
    messages.extend((0..32).map(|at| long(columns, "x", 1 + at / 8)));
    // each of other members and another layout
    messages.extend((0..300).map(|at| format!("{{\"{at}\":{}}}", "1".repeat(1 + at / 5))));
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(120), close.repeat(120));
    messages.push(deep("{\"x\":", "}"));
    messages.push(format!("{{\"x\":{}}}", deep("[", "]")));
    messages
}

/// What a decoder for so many columns holds when it has learned all it can, and the most that it
/// held on the way.
fn full(columns: u16) -> (u64, u64) {
    let (shape, messages) = (shape(columns), messages(columns));
    let mut padded = Padded::default();
    let longest = messages.iter().map(String::len).max().expect("some");
    assert!(longest as u64 <= limits::INDEX_LONGEST);
    // the copies are counted apart
    padded.text(Payload::from(&vec![b' '; 2 * longest][..]));
    let (_decoder, held, most) = measured(|| {
        let mut decoder = Decoder::new(shape, Validation::Strict);
        for message in &messages {
            Cpu::detect().run(Decode {
                decoder: &mut decoder,
                text: padded.text(Payload::from(message.as_bytes())),
            });
        }
        decoder
    });
    (held, most)
}

#[test]
fn decoders_stay_below_their_ceilings() {
    for columns in [1, 10, 60, 300] {
        let bytes = |part: &Part| part.bytes(usize::from(columns));
        let ceiling: u64 = limits::PARTS.iter().map(bytes).sum();
        let (held, most) = full(columns);
        let shown = format!("{columns} columns: {held} bytes, {most} meanwhile, of {ceiling}");
        println!("{shown}");
        assert!(most <= ceiling, "{shown}");
        assert!(ceiling <= 5 * held / 2, "too generous: {shown}");
    }
}
