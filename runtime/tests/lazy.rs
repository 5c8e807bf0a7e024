//! `json.validation = 'lazy'`: what no query needs is skipped unchecked, everything else is as
//! strict as ever, and no tier, CPU level or history of messages shows in the outcome.

use bumpalo::Bump;
use laminar_runtime::decode::json::level::{Cpu, Job, Level};
use laminar_runtime::decode::json::{
    Cell, Decoder, Kind, Node, Padded, Reference, Shape, Text, Tiers, Validation,
};
use laminar_runtime::encode::Encode as _;
use laminar_runtime::error::{Place, Reason, RowError};
use laminar_runtime::message::Message;
use laminar_runtime::payload::Payload;
use laminar_runtime::row::{Column, Row};

/// `a.b.c`, `id`, `pos` as a whole and `pos.lat` in it, `tags[1]`.
static SHAPE: Shape = Shape {
    slots: 5,
    nodes: &[
        Node {
            slot: None,
            slots: (0, 5),
            keys: &[("a", 1), ("id", 4), ("pos", 5), ("tags", 7)],
            elements: &[],
        },
        Node {
            slot: None,
            slots: (0, 1),
            keys: &[("b", 2)],
            elements: &[],
        },
        Node {
            slot: None,
            slots: (0, 1),
            keys: &[("c", 3)],
            elements: &[],
        },
        Node::leaf(0),
        Node::leaf(1),
        Node {
            slot: Some(2),
            slots: (2, 4),
            keys: &[("lat", 6)],
            elements: &[],
        },
        Node::leaf(3),
        Node {
            slot: None,
            slots: (4, 5),
            keys: &[],
            elements: &[(1, 8)],
        },
        Node::leaf(4),
    ],
};

type Outcome = Result<Vec<Cell>, RowError>;

/// A decoder under test.
struct Subject {
    cpu: Cpu,
    decoder: Decoder,
    padded: Padded,
}

impl Subject {
    fn new(cpu: Cpu, tiers: Tiers) -> Self {
        Self {
            cpu,
            decoder: Decoder::with_tiers(&SHAPE, Validation::Lazy, tiers),
            padded: Padded::default(),
        }
    }

    fn decode(&mut self, message: &[u8]) -> Outcome {
        self.cpu.run(Decode {
            decoder: &mut self.decoder,
            text: self.padded.text(Payload::from(message)),
        })
    }
}

struct Decode<'d, 't> {
    decoder: &'d mut Decoder,
    text: Text<'t>,
}

impl Job<Outcome> for Decode<'_, '_> {
    #[inline(always)]
    fn run<L: Level>(self, level: L) -> Outcome {
        // so many that no tier is ever switched off for its misses
        self.decoder.expect(usize::MAX);
        self.decoder.decode(level, self.text).map(<[Cell]>::to_vec)
    }
}

/// The lazy reference path alone.
fn lazy(message: &[u8]) -> Outcome {
    Subject::new(Cpu::detect(), Tiers::NONE).decode(message)
}

fn strict(message: &[u8]) -> Outcome {
    let mut cells = vec![Cell::default(); SHAPE.slots];
    let decoded = Reference::new(&SHAPE).decode(message, &mut cells);
    decoded.map(|()| cells)
}

/// A decoder for each level of this CPU: with all tiers, and with each of them alone.
fn subjects() -> Vec<Subject> {
    let none = Tiers::NONE;
    let choices = [
        Tiers::ALL,
        Tiers {
            layouts: true,
            ..none
        },
        Tiers {
            templates: true,
            ..none
        },
        Tiers {
            members: true,
            ..none
        },
        none,
    ];
    let levels = Cpu::all().into_iter();
    let subjects = levels.flat_map(|cpu| choices.map(|tiers| Subject::new(cpu, tiers)));
    subjects.collect()
}

/// The texts of the cells, None where nothing was found.
fn texts<'m>(message: &'m [u8], cells: &[Cell]) -> Vec<Option<&'m [u8]>> {
    let text = |cell: &Cell| match cell.kind {
        Kind::Missing | Kind::Blocked => None,
        _ => Some(cell.text(message)),
    };
    cells.iter().map(text).collect()
}

#[track_caller]
fn check(message: &[u8], want: Result<[Option<&str>; 5], (Reason, u32)>) {
    let shown = message.escape_ascii();
    for mut subject in subjects() {
        let got = subject.decode(message);
        match (&got, want) {
            (Ok(cells), Ok(want)) => {
                let want = want.map(|text| text.map(str::as_bytes));
                assert_eq!(texts(message, cells), want, "{shown}");
            }
            (Err(error), Err((reason, offset))) => {
                let place = Place::Payload { offset };
                assert_eq!((error.reason, error.place), (reason, place), "{shown}");
            }
            _ => panic!("{shown}: {got:?}, not {want:?}"),
        }
    }
}

const NOTHING: [Option<&str>; 5] = [None; 5];

fn id(text: &str) -> [Option<&str>; 5] {
    [None, Some(text), None, None, None]
}

#[test]
fn what_is_not_needed_is_skipped_unchecked() {
    let deep = "[".repeat(1000) + &"]".repeat(1000);
    for garbage in [
        "tru",
        "01",
        "-",
        "1.e5",
        "@",
        "\\",
        r#""\x""#,
        "\"\u{1}\n\"",
        "[}",
        "{]",
        "[1,,2 3:4]",
        r#"{"a" "b","c"}"#,
        r#"[tru,"]}\"",{]}"#,
        &deep,
    ] {
        let message = format!(r#"{{"x":{garbage},"id":"s","y":{garbage}}}"#);
        check(message.as_bytes(), Ok(id("\"s\"")));
        let message = format!(r#"{{"a":{{"x":{garbage} , "b":{{"c":1}}}},"tags":[{garbage},2]}}"#);
        let want = [Some("1"), None, None, None, Some("2")];
        check(message.as_bytes(), Ok(want));
        // in the place of a container on the way that is another
        let message = format!(r#"{{"a":[{garbage}],"id":"s","tags":{{"x":{garbage}}}}}"#);
        check(message.as_bytes(), Ok(id("\"s\"")));
    }
    check(
        b"{\"x\":\"\xff\",\"\xff\":\xff,\"id\":\"s\"}",
        Ok(id("\"s\"")),
    );
    check(b"{\"x\":[\"\xc3\xff]\"],\"id\":\"s\"}", Ok(id("\"s\"")));
}

#[test]
fn what_is_needed_is_as_strict_as_ever() {
    let reject = |message: &[u8], reason, offset| check(message, Err((reason, offset)));
    reject(br#"{"id":01}"#, Reason::Syntax, 7);
    reject(br#"{"id":tru}"#, Reason::Syntax, 9);
    reject(br#"{"id":"\x"}"#, Reason::Syntax, 8);
    reject(b"{\"id\":\"\n\"}", Reason::Syntax, 7);
    reject(b"{\"id\":\"ab\xff\"}", Reason::Utf8, 9);
    reject(b"{\"id\":\"\xed\xa0\x80\"}", Reason::Utf8, 7);
    reject(b"{\"pos\":{\"x\":\"\xff\"}}", Reason::Utf8, 13);
    reject(b"{\"pos\":{\"\xff\":1}}", Reason::Utf8, 9);
    reject(br#"{"pos":{"x":tru}}"#, Reason::Syntax, 15);
    reject(br#"{"pos":[tru]}"#, Reason::Syntax, 11);
    reject(br#"{"pos":{"x":[}]}}"#, Reason::Syntax, 13);
    // a value that a later one of the same key replaces was needed, too
    reject(b"{\"id\":\"\xff\",\"id\":1}", Reason::Utf8, 7);
    let deep = |levels: usize| {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        format!(r#"{{"pos":{{"x":{open}{close}}}}}"#)
    };
    reject(deep(127).as_bytes(), Reason::Depth, 138);
    assert!(lazy(deep(126).as_bytes()).is_ok());
}

#[test]
fn the_way_is_as_strict_as_ever() {
    let reject = |message: &[u8], reason, offset| check(message, Err((reason, offset)));
    reject(b"", Reason::Syntax, 0);
    reject(b"[]", Reason::NotAnObject, 0);
    reject(b" [}", Reason::NotAnObject, 1);
    reject(b"[", Reason::Syntax, 1);
    reject(b"1", Reason::NotAnObject, 0);
    reject(b"tru", Reason::Syntax, 3);
    reject(b"{", Reason::Syntax, 1);
    reject(br#"{"x":1"#, Reason::Syntax, 6);
    reject(br#"{"x":1}}"#, Reason::Syntax, 7);
    reject(br#"{"x":1}x"#, Reason::Syntax, 7);
    reject(br#"{"x":1,}"#, Reason::Syntax, 7);
    reject(br#"{"x":1 2}"#, Reason::Syntax, 7);
    reject(br#"{"x":"a""b"}"#, Reason::Syntax, 8);
    reject(br#"{"x":}"#, Reason::Syntax, 5);
    reject(br#"{"x" 1}"#, Reason::Syntax, 5);
    reject(b"{x:1}", Reason::Syntax, 1);
    reject(br#"{"\x":1}"#, Reason::Syntax, 3);
    reject(br#"{"a":{"x":1],"id":1}"#, Reason::Syntax, 11);
    reject(br#"{"x":["}"#, Reason::Syntax, 8);
    reject(br#"{"x":"\"}"#, Reason::Syntax, 9);
    check(b" {} \r\n\t", Ok(NOTHING));
}

#[test]
fn keys_and_duplicates_are_as_ever() {
    check(br#"{"id":1,"x":[}],"id":2}"#, Err((Reason::Syntax, 14)));
    check(br#"{"id":1,"x":[},"id":2}"#, Ok(id("2")));
    check(br#"{"id":1,"\u0069d":2}"#, Ok(id("2")));
    let pos = [None, None, Some("{}"), None, None];
    check(br#"{"pos":{"lat":1},"pos":{}}"#, Ok(pos));
    check(br#"{"a":{"b":{"c":1}},"a":null}"#, Ok(NOTHING));
    check(
        br#"{"a":{"b":{"c":1}},"a":{"x":{"b":{"c":2}}}}"#,
        Ok(NOTHING),
    );
}

/// Random numbers that are the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).expect("below a usize")
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// Values of one kind each, but for the last.
const VALUES: &[&[&[u8]]] = &[
    &[b"1", b"-20.5", b"3e7", b"0", b"77.25"],
    &[b"\"\"", b"\"ab\"", "\"ü\"".as_bytes(), b"\",]}\""],
    &[b"true", b"false", b"null"],
    &[b"1", b"\"\\n\"", b"null", b"\"\\\"]\""],
];
const FINE: &[&[u8]] = &[b"12", b"\"x,]}\"", b"[]", b"{\"id\":[{}]}", b"false"];
const GARBAGE: &[&[u8]] = &[
    b"tru",
    b"[}",
    b"{\"a\":]",
    b"\"\xff\"",
    b"\"\\q\"",
    b"[\"}\\\"\",,{]]",
];

/// A message, what its slots hold, and whether it is valid. There are some forms of messages, so
/// that most are known to the tiers after a while.
fn message(random: &mut Random) -> (Vec<u8>, [Option<Vec<u8>>; 5], bool) {
    let form = &mut Random(random.below(50) as u64);
    let messy = random.below(3) == 0;
    let mut valid = true;
    let mut unneeded = |form: &mut Random, random: &mut Random| -> Vec<u8> {
        let fine = form.pick(FINE);
        if messy && random.below(3) == 0 {
            valid = false;
            return random.pick(GARBAGE).to_vec();
        }
        fine.to_vec()
    };
    let needed = |form: &mut Random, random: &mut Random| random.pick(form.pick(VALUES));
    let mut slots: [Option<Vec<u8>>; 5] = Default::default();
    let space: &[u8] = form.pick(&[b"", b"", b" ", b"\n  "]);
    let mut members: Vec<Vec<u8>> = Vec::new();
    let member = |key: &str, value: &[u8]| [b"\"", key.as_bytes(), b"\":", value].concat();
    if form.below(4) > 0 {
        let value = needed(form, random);
        members.push(member("id", value));
        slots[1] = Some(value.to_vec());
    }
    if form.below(3) == 0 {
        let value = needed(form, random);
        let whole = [b"{\"n\":[0],\"lat\":", value, b"}"].concat();
        members.push(member("pos", &whole));
        slots[2] = Some(whole);
        slots[3] = Some(value.to_vec());
    }
    if form.below(3) == 0 {
        let (first, value) = (unneeded(form, random), needed(form, random));
        let array = [
            b"[",
            &first[..],
            b",",
            value,
            b",",
            &unneeded(form, random),
            b"]",
        ]
        .concat();
        members.push(member("tags", &array));
        slots[4] = Some(value.to_vec());
    }
    if form.below(3) > 0 {
        let (other, value) = (unneeded(form, random), needed(form, random));
        let object = [b"{\"x\":", &other[..], b",\"b\":{\"c\":", value, b"}}"].concat();
        members.push(member("a", &object));
        slots[0] = Some(value.to_vec());
    }
    for key in ["x", "longer key", "Ü"].iter().take(form.below(4)) {
        let value = unneeded(form, random);
        members.push(member(key, &value));
    }
    let turns = if random.below(3) == 0 { random } else { form };
    let turn = turns.below(members.len().max(1));
    members.rotate_left(turn);
    let comma = [b",", space].concat();
    let text = [b"{", &members.join(&comma[..])[..], b"}"].concat();
    (text, slots, valid)
}

#[test]
fn the_same_with_every_tier_at_every_level() {
    let mut subjects = subjects();
    let mut random = Random(1);
    let (mut valid_ones, mut garbage) = (0, 0);
    for _ in 0..30_000 {
        let (message, slots, valid) = message(&mut random);
        let want = lazy(&message);
        let shown = message.escape_ascii();
        let cells = want
            .as_ref()
            .unwrap_or_else(|error| panic!("{shown}: {error:?}"));
        let slots: Vec<_> = slots.iter().map(Option::as_deref).collect();
        assert_eq!(texts(&message, cells), slots, "{shown}");
        if valid {
            assert_eq!(strict(&message), want, "{shown}");
        } else {
            assert!(strict(&message).is_err(), "{shown}");
        }
        (valid_ones, garbage) = (
            valid_ones + usize::from(valid),
            garbage + usize::from(!valid),
        );
        for subject in &mut subjects {
            let got = subject.decode(&message);
            assert_eq!(got, want, "at level {}: {shown}", subject.cpu.name());
        }
    }
    assert!(valid_ones > 5_000 && garbage > 5_000);
    let ways = subjects[0].decoder.ways();
    assert!(ways.templates > 500 && ways.members > 100, "{ways:?}");
    assert!(ways.reference < 25_000, "{ways:?}");
}

/// A message with something wrong in it, mostly.
fn mutate(random: &mut Random, message: &mut Vec<u8>) {
    for _ in 0..=random.below(3) {
        let at = random.below(message.len().max(1));
        let byte = random.pick(b"{}[]\",:\\ 01-.eEtn\x00\x1f\x80\xc3\xff");
        match random.below(5) {
            0 => message.truncate(at),
            1 => message.insert(at.min(message.len()), byte),
            2 if !message.is_empty() => drop(message.remove(at)),
            _ if !message.is_empty() => message[at] = byte,
            _ => {}
        }
    }
}

#[test]
fn what_is_wrong_is_wrong_with_every_tier_at_every_level() {
    let mut subjects = subjects();
    let mut random = Random(2);
    let (mut accepted, mut only_lazily, mut rejected) = (0, 0, 0);
    for _ in 0..60_000 {
        let (mut message, ..) = message(&mut random);
        for subject in &mut subjects {
            // learned from, if it is worth it
            drop(subject.decode(&message));
        }
        mutate(&mut random, &mut message);
        let (want, strict) = (lazy(&message), strict(&message));
        let shown = message.escape_ascii();
        for subject in &mut subjects {
            let got = subject.decode(&message);
            assert_eq!(got, want, "at level {}: {shown}", subject.cpu.name());
        }
        match (&want, &strict) {
            (Ok(cells), Ok(strict)) => {
                accepted += 1;
                assert_eq!(cells, strict, "{shown}");
            }
            (Ok(cells), Err(_)) => {
                only_lazily += 1;
                for text in texts(&message, cells).into_iter().flatten() {
                    let value: Result<serde_json::Value, _> = serde_json::from_slice(text);
                    assert!(value.is_ok() || is_too_large(text), "{shown}");
                }
            }
            (Err(_), Ok(_)) => panic!("rejected though it is valid: {shown}"),
            (Err(_), Err(_)) => rejected += 1,
        }
        read(&message, &want);
    }
    assert!(accepted > 1_000 && only_lazily > 1_000 && rejected > 1_000);
}

/// Numbers beyond the range of DOUBLE are JSON, but not to `serde_json`.
fn is_too_large(text: &[u8]) -> bool {
    text.iter().all(|byte| b"+-.0123456789eE".contains(byte))
}

/// Reads every slot as text and as JSON: what was accepted can be read.
fn read(message: &[u8], outcome: &Outcome) {
    let Ok(cells) = outcome else { return };
    let (arena, mut padded) = (Bump::new(), Padded::default());
    let message = Message::new("t", message);
    let row = Row {
        message: &message,
        text: padded.text(message.payload),
        cells,
        arena: &arena,
    };
    let mut out = Vec::new();
    for slot in 0..5 {
        let column = Column { slot, index: 0 };
        if let Ok(text) = row.text(column) {
            text.encode(&mut out);
        }
        if let Ok(json) = row.json(column) {
            json.encode(&mut out);
        }
    }
    assert!(std::str::from_utf8(&out).is_ok());
}
