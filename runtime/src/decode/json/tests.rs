//! The parts of the tiers one by one: the grammar of numbers, the index, outlines, and what
//! members and templates make of them.

use super::grammar::{self, Span};
use super::index::{Index, Summary};
use super::level::{Cpu, Job, Level};
use super::outline::{Contexts, Leaf, OUTSIDE, Outline, outline};
use super::reference::{Reference, Validation};
use super::shape::{Cell, Kind, Node, Shape};
use super::text::{Padded, Text};
use super::{Decoder, Tiers, Ways, scan};
use crate::error::RowError;

static NESTED: Shape = Shape {
    slots: 3,
    nodes: &[
        Node {
            slot: None,
            slots: (0, 3),
            keys: &[("id", 1), ("pos", 2), ("tags", 4)],
            elements: &[],
        },
        Node::leaf(0),
        Node {
            slot: None,
            slots: (1, 2),
            keys: &[("lat", 3)],
            elements: &[],
        },
        Node::leaf(1),
        Node {
            slot: None,
            slots: (2, 3),
            keys: &[],
            elements: &[(1, 5)],
        },
        Node::leaf(2),
    ],
};

fn cut(text: &str) -> Option<Outline> {
    outline(text.as_bytes(), &NESTED, &mut Contexts::new())
}

/// A scalar's text, kind and slot.
type Scalar<'t> = (&'t str, Leaf, Option<u16>);

/// The scalars of an outline with their slots, and whether it is unordered.
fn shown(text: &str) -> (Vec<Scalar<'_>>, bool) {
    let outline = cut(text).unwrap_or_else(|| panic!("{text} can be cut"));
    let segments = outline.segments.iter();
    let scalars = segments.map(|segment| {
        let scalar = &text[segment.start..segment.end];
        (scalar, segment.leaf, segment.slot)
    });
    (scalars.collect(), outline.unordered)
}

#[test]
fn outlines() {
    use Leaf::{Nothing, Number, String, Word};
    assert_eq!(
        shown(r#"{"id":"a,b", "x":[1 ,{"y":true}],"pos":{"lat" : -2.5}}"#),
        (
            vec![
                ("a,b", String, Some(0)),
                ("1", Number, None),
                ("true", Word, None),
                ("-2.5", Number, Some(1)),
            ],
            true
        )
    );
    // an element that is needed, containers without anything in them
    assert_eq!(
        shown(r#"{"tags":[{},7],"x":{},"y":[ ]}"#),
        (
            vec![
                ("", Nothing, None),
                ("7", Number, Some(2)),
                ("", Nothing, None),
                ("", Nothing, None),
            ],
            false
        )
    );
    // null in place of an object stays null; in place of a value it may become another
    assert_eq!(
        shown(r#"{"pos":null,"id":null}"#),
        (vec![("", Nothing, None), ("null", Word, Some(0))], true)
    );
    // what blocks the way to a value is no matter of keys alone
    assert!(
        !cut(r#"{"pos":[1],"id":2}"#)
            .expect("it can be cut")
            .unordered
    );
    assert!(
        !cut(r#"{"tags":{"x":1},"id":2}"#)
            .expect("it can be cut")
            .unordered
    );
    assert!(cut(r#"{"pos":5}"#).is_none());
    assert!(cut(r#"{"tags":"x"}"#).is_none());
    // a value that is needed and a container
    assert!(!cut(r#"{"id":{"a":1}}"#).expect("it can be cut").unordered);
}

#[test]
fn contexts_of_segments() {
    let mut contexts = Contexts::new();
    let text = br#"{"a":{"b":[1,2]},"pos":{"lat":1},"c":{"d":[3,4]}}"#;
    let outline = outline(text, &NESTED, &mut contexts).expect("it can be cut");
    let segments = &outline.segments;
    assert_eq!(segments[0].outer, OUTSIDE);
    // from one element to the next nothing opens or closes
    assert_eq!(
        (segments[1].outer, segments[1].inner),
        (segments[0].inner, segments[0].inner)
    );
    // what nothing is needed of is all the same, whatever its key; what is needed is not
    assert_eq!(segments[4].outer, segments[1].inner);
    assert_ne!(segments[2].inner, contexts.get(segments[0].inner).parent);
    assert_eq!(contexts.get(segments[0].inner).closing, b']');
    assert_eq!(contexts.get(segments[2].inner).closing, b'}');
    assert_eq!(contexts.get(segments[2].outer).parent, OUTSIDE);
}

#[test]
fn outlines_of_too_much() {
    let many = format!("{{\"x\":[0{}]}}", ",1".repeat(600));
    assert!(cut(&many).is_none());
    // more ways to nest than there are numbers for
    let mut contexts = Contexts::new();
    let nested = |bits: u32| -> String {
        let is_array = |level: u32| bits >> level & 1 == 1;
        let open: String = (0..9)
            .map(|at| if is_array(at) { "[" } else { "{\"x\":" })
            .collect();
        let close = (0..9).rev().map(|at| if is_array(at) { ']' } else { '}' });
        format!("{{\"x\":{open}1{}}}", close.collect::<String>())
    };
    let cut = (0..512).map(|bits| {
        outline(nested(bits).as_bytes(), &NESTED, &mut contexts).map(|outline| outline.segments)
    });
    let found = cut.flatten().count();
    assert!(found > 20 && found < 300, "{found}");
    // what nests deeper than devices do takes no number
    let mut contexts = Contexts::new();
    let deep = format!("{}1{}", "[".repeat(120), "]".repeat(120));
    assert!(outline(deep.as_bytes(), &NESTED, &mut contexts).is_none());
    assert!(!contexts.is_full());
}

/// Runs at a level what needs one.
struct Build<'a, 't>(&'a mut Index, Text<'t>);

impl Job<Option<Summary>> for Build<'_, '_> {
    #[inline]
    fn run<L: Level>(self, level: L) -> Option<Summary> {
        self.0.build(level, self.1)
    }
}

/// The commas outside of strings, and how many quotes there are.
fn naive(text: &[u8]) -> (Vec<u32>, u32) {
    let (mut commas, mut in_string, mut quotes) = (vec![0], false, 0);
    for (at, &byte) in (0..).zip(text) {
        in_string ^= byte == b'"';
        quotes += u32::from(byte == b'"');
        if byte == b',' && !in_string {
            commas.push(at);
        }
    }
    commas.push(u32::try_from(text.len()).expect("texts are short"));
    (commas, quotes)
}

/// Offsets of a text with far too many commas are written round and round. What they were written
/// over must not be there for the next text.
#[test]
fn what_was_refused_leaves_nothing_in_the_index() {
    let mut padded = Padded::default();
    for cpu in Cpu::all() {
        let mut index = Index::new();
        for (pad, width) in (0..64).flat_map(|pad| (1..8).map(move |width| (pad, width))) {
            let element = format!("{:width$},", 1);
            let many = format!("[{}{}1]", " ".repeat(pad), element.repeat(1_100));
            let summary = cpu.run(Build(&mut index, padded.text(many.as_bytes().into())));
            assert!(summary.is_none(), "too many commas");
            let few = padded.text(b"{\"a\":1,\"b\":2}"[..].into());
            assert!(cpu.run(Build(&mut index, few)).is_some());
            let found = [0, 1, 2].map(|number| index.commas().get(number));
            assert_eq!(
                found,
                [0, 6, 13],
                "pad {pad}, width {width}, {}",
                cpu.name()
            );
        }
    }
}

#[test]
fn indices() {
    let mut padded = Padded::default();
    for pad in 0..140 {
        let text = format!(
            "{{\"{}\":\"a,b\",\"c\":[1,2,\"x\"],\"ä\":1}}",
            "p".repeat(pad)
        );
        let (commas, quotes) = naive(text.as_bytes());
        for cpu in Cpu::all() {
            let mut index = Index::new();
            let summary = cpu.run(Build(&mut index, padded.text(text.as_bytes().into())));
            let summary = summary.map(|summary| (summary.segments(), summary.quotes));
            assert_eq!(summary, Some((commas.len() - 1, quotes)), "{text}");
            for (number, comma) in commas.iter().enumerate() {
                assert_eq!(index.commas().get(number), *comma, "{text}");
            }
        }
    }
}

#[test]
fn what_has_no_index() {
    let mut padded = Padded::default();
    let long = format!("[\"{}\"]", "x".repeat(9_000));
    let many = format!("[0{}]", ",".repeat(40));
    for text in [
        &b""[..],
        b"1",
        b",1",
        b"{\"a\":\"\\n\"}",
        b"{\"a\":\"\n\"}",
        b"{\"a\":\"\x1f\"}",
        b"{\"a\":\"",
        b"{\"a\":\"\xff\"}",
        b"{\"a\":\"\xc3\"}",
        b"{\"a\":\"\xed\xa0\x80\"}",
        long.as_bytes(),
        many.as_bytes(),
    ] {
        for cpu in Cpu::all() {
            let summary = cpu.run(Build(&mut Index::new(), padded.text(text.into())));
            assert_eq!(summary, None, "{}", text.escape_ascii());
        }
    }
}

struct AreNumbers<'t>(Text<'t>, [Span; 4]);

impl Job<bool> for AreNumbers<'_> {
    #[inline]
    fn run<L: Level>(self, level: L) -> bool {
        // SAFETY: the spans are made of the text.
        unsafe { grammar::are_short_numbers(level, self.0, self.1) }
    }
}

/// Every text of a few characters in each of the four lanes, with a comma behind it.
#[test]
fn short_numbers() {
    const CHARACTERS: &[u8] = b"0179-.e+ ,";
    let mut padded = Padded::default();
    let mut numbers = 0;
    for len in 0..=5_u32 {
        for code in 0..CHARACTERS.len().pow(len) {
            let digit = |at| CHARACTERS[code / CHARACTERS.len().pow(at) % CHARACTERS.len()];
            let number: Vec<u8> = (0..len).map(digit).collect();
            // what follows a number is in none
            if number.contains(&b',') && code % 7 > 0 {
                continue;
            }
            let text = [b"12,-3.5,", &number[..], b",\"x\""].concat();
            let exponent = number.contains(&b'e') || number.contains(&b'+');
            let whole = scan::number(&text, 8) == Ok(8 + number.len());
            let expected = whole && !exponent && len > 0 && number[0] != b' ' && number[0] != b',';
            numbers += u32::from(expected);
            let (one, two) = (Span::new(0, 2), Span::new(3, 4));
            let this = Span::new(8, u16::try_from(len).expect("few"));
            let lane = code % 4;
            let mut spans = [one, two, one, two];
            spans[lane] = this;
            for cpu in Cpu::all() {
                let found = cpu.run(AreNumbers(padded.text(text[..].into()), spans));
                assert_eq!(found, expected, "{}", number.escape_ascii());
                let found = cpu.run(AreNumbers(padded.text(text[..].into()), [this; 4]));
                assert_eq!(found, expected, "{}", number.escape_ascii());
            }
        }
    }
    assert!(numbers > 1_000, "{numbers}");
}

/// Numbers of every length, and what is longer than a lane.
#[test]
fn long_numbers() {
    let mut padded = Padded::default();
    for len in 1..40_u16 {
        let digits = "1234567890".repeat(4)[..usize::from(len)].to_owned();
        let text = format!("{digits},7");
        let spans = [
            Span::new(0, len),
            Span::new(len + 1, 1),
            Span::new(0, len),
            Span::new(0, len),
        ];
        for cpu in Cpu::all() {
            let found = cpu.run(AreNumbers(padded.text(text.as_bytes().into()), spans));
            assert_eq!(found, len <= 15, "{text}");
        }
        assert!(grammar::is_number(text.as_bytes(), Span::new(0, len)));
        assert!(!grammar::is_number(text.as_bytes(), Span::new(0, len + 1)));
    }
}

struct Decode<'a, 't>(&'a mut Decoder, Text<'t>);

impl Job<Result<Vec<Cell>, RowError>> for Decode<'_, '_> {
    #[inline]
    fn run<L: Level>(self, level: L) -> Result<Vec<Cell>, RowError> {
        self.0.decode(level, self.1).map(<[Cell]>::to_vec)
    }
}

/// Which way each of the messages takes, one after another: `t`emplates, `m`embers or the
/// `r`eference path.
fn ways(tiers: Tiers, messages: &[&str]) -> String {
    let mut ways = String::new();
    for cpu in Cpu::all() {
        let mut decoder = Decoder::with_tiers(&NESTED, Validation::Strict, tiers);
        let mut padded = Padded::default();
        let mut cells = vec![Cell::default(); NESTED.slots];
        let mut found = String::new();
        for message in messages {
            decoder.expect(1);
            let before = decoder.ways();
            let outcome = cpu.run(Decode(&mut decoder, padded.text(message.as_bytes().into())));
            let expected = Reference::new(&NESTED).decode(message.as_bytes(), &mut cells);
            assert_eq!(outcome, expected.map(|()| cells.clone()), "{message}");
            found.push(way(before, decoder.ways()));
        }
        assert!(
            ways.is_empty() || ways == found,
            "at {}: {found} and not {ways}",
            cpu.name()
        );
        ways = found;
    }
    ways
}

fn way(before: Ways, after: Ways) -> char {
    if after.templates > before.templates {
        't'
    } else if after.members > before.members {
        'm'
    } else if after.reference > before.reference {
        'r'
    } else {
        'l'
    }
}

const TEMPLATES: Tiers = Tiers {
    templates: true,
    ..Tiers::NONE
};

const MEMBERS: Tiers = Tiers {
    members: true,
    ..Tiers::NONE
};

#[test]
fn what_a_template_knows() {
    for (learned, message, way) in [
        // other scalars of the same kind, whatever their length
        (r#"{"id":1,"x":"abc"}"#, r#"{"id":-23.75,"x":""}"#, "rt"),
        (r#"{"id":true,"x":[1]}"#, r#"{"id":null,"x":[20]}"#, "rt"),
        (r#"{"id":1,"x":"abc"}"#, r#"{"id":1e5,"x":"{,}"}"#, "rt"),
        // another kind, key, order, bracket, white space
        (r#"{"id":1,"x":"abc"}"#, r#"{"id":"1","x":"abc"}"#, "rr"),
        (r#"{"id":1,"x":"abc"}"#, r#"{"id":1,"y":"abc"}"#, "rr"),
        (r#"{"id":1,"x":2}"#, r#"{"x":1,"id":2}"#, "rr"),
        (r#"{"id":1,"x":[2]}"#, r#"{"id":1,"x":{2}}"#, "rr"),
        (r#"{"id":1,"x":2}"#, r#"{"id":1 ,"x":2}"#, "rr"),
        (r#"{"id":1,"x":[]}"#, r#"{"id":1,"x":[2]}"#, "rr"),
        // more or less than it has
        (r#"{"id":1,"x":2}"#, r#"{"id":1,"x":2}}"#, "rr"),
        (r#"{"id":1,"x":2}"#, r#"{"id":1,"x":2"#, "rr"),
        (r#"{"id":1,"x":"a"}"#, r#"{"id":1,"x":"a","y":1}"#, "rr"),
    ] {
        assert_eq!(
            ways(TEMPLATES, &[learned, message]),
            way,
            "{learned} then {message}"
        );
    }
}

#[test]
fn what_members_know() {
    for (learned, message, way) in [
        // any order, any number of them, other closing brackets
        (r#"{"id":1,"x":"abc"}"#, r#"{"id":-23.75,"x":""}"#, "rm"),
        (
            r#"{"id":1,"a":{"b":2},"x":3}"#,
            r#"{"id":5,"x":4,"a":{"b":7}}"#,
            "rm",
        ),
        (
            r#"{"id":1,"x":"abc","y":true}"#,
            r#"{"id":2,"y":null}"#,
            "rm",
        ),
        // a needed key twice, what was never met, what is not closed
        (
            r#"{"id":1,"x":"abc","id":3}"#,
            r#"{"id":1,"x":"abc","id":3}"#,
            "rr",
        ),
        (r#"{"id":1,"x":2}"#, r#"{"id":1,"y":2}"#, "rr"),
        (r#"{"id":1,"x":2}"#, r#"{"id":1,"x":2"#, "rr"),
        (r#"{"id":1,"x":[2]}"#, r#"{"id":1,"x":[2}"#, "rr"),
        (r#"{"id":1,"x":[2]}"#, r#"{"id":1,"x":[2]]}"#, "rr"),
        // elements that are needed depend on their order
        (r#"{"tags":[1,2]}"#, r#"{"tags":[1,2]}"#, "rr"),
    ] {
        assert_eq!(
            ways(MEMBERS, &[learned, message]),
            way,
            "{learned} then {message}"
        );
    }
}

#[test]
fn kinds_of_cells() {
    assert!(size_of::<Cell>() <= 12);
    assert_eq!(Cell::default().kind, Kind::Missing);
}

/// However messages nest, the tiers learn on: what nests deeper than devices do is passed by, and
/// when all nestings are used up the members begin anew.
#[test]
fn nestings_do_not_end_learning() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(120), close.repeat(120));
    let mut messages = vec![
        deep("{\"x\":", "}"),
        format!("{{\"x\":{}}}", deep("[", "]")),
    ];
    for bits in 0..512_u32 {
        let is_array = |level: u32| bits >> level & 1 == 1;
        let open: String = (0..9)
            .map(|at| if is_array(at) { "[" } else { "{\"x\":" })
            .collect();
        let close = (0..9).rev().map(|at| if is_array(at) { ']' } else { '}' });
        messages.push(format!("{{\"x\":{open}1{}}}", close.collect::<String>()));
    }
    messages.extend(["{\"id\":1,\"z\":[{\"a\":[2]}]}"; 2].map(str::to_owned));
    let messages: Vec<_> = messages.iter().map(String::as_str).collect();
    let found = ways(MEMBERS, &messages);
    assert!(found.ends_with("rm"), "{found}");
}

/// What stands behind a message is not part of it, even where a template's literal would be.
#[test]
fn a_literal_behind_the_message() {
    let learned = format!("{{\"id\":\"x\"{},\"n\":12345}}", " ".repeat(20));
    let behind = format!("\"{}", " ".repeat(20));
    for message in [
        r#"{"id":"b","n":12345}"#,
        r#"{"id":"b"}}}},"n":12345}"#,
        r#"{"id":"b"zzz,"n":12345}"#,
    ] {
        for cpu in Cpu::all() {
            let mut decoder = Decoder::with_tiers(&NESTED, Validation::Strict, Tiers::ALL);
            let mut padded = Padded::default();
            cpu.run(Decode(&mut decoder, padded.text(learned.as_bytes().into())))
                .expect("it is valid");
            let mut buffer = format!("{message}{behind}").into_bytes();
            buffer.resize(buffer.len() + super::PADDING, b' ');
            let text = Text::new(&buffer, message.len()).expect("it is padded");
            let mut cells = vec![Cell::default(); NESTED.slots];
            let outcome = cpu.run(Decode(&mut decoder, text));
            let expected = Reference::new(&NESTED).decode(message.as_bytes(), &mut cells);
            assert_eq!(outcome, expected.map(|()| cells), "{message}");
        }
    }
}
