//! The decoder against `serde_json`, on messages of every kind and on hundreds of thousands of
//! damaged ones. Both of the decoder's paths are held against the oracle, and against each other.

mod generate;
mod oracle;
mod tables;

use generate::Random;
use laminar_runtime::decode::json::{Cell, Decoder, Kind, StraightLine};
use laminar_runtime::error::{Place, Reason, RowError};
use oracle::Expected;
use tables::Table;

/// A table's decoder with the cells it fills.
struct Subject {
    table: Table,
    decoder: Decoder,
    cells: Vec<Cell>,
    straight_cells: Vec<Cell>,
    accepted: u64,
    straight: u64,
    messages: u64,
}

impl Subject {
    fn new(table: Table) -> Self {
        Self {
            decoder: Decoder::new(table.shape),
            cells: vec![Cell::default(); table.shape.slots],
            straight_cells: vec![Cell::default(); table.shape.slots],
            table,
            accepted: 0,
            straight: 0,
            messages: 0,
        }
    }

    /// Decodes `payload` on both paths and compares all there is to compare.
    fn check(&mut self, payload: &[u8]) {
        self.messages += 1;
        // What stands in the cells from before must not matter.
        self.cells.fill(Cell::default());
        let outcome = self.decoder.decode(payload, &mut self.cells);
        let shown = || String::from_utf8_lossy(payload).into_owned();
        match oracle::expected(payload, &self.table.paths) {
            Expected::Rejected(reasons) => {
                let error = outcome.expect_err(&shown());
                assert!(reasons.contains(&error.reason), "{error:?}: {}", shown());
                assert_offset(error, payload);
            }
            Expected::Cells(expected) => {
                assert_eq!(outcome, Ok(()), "{}", shown());
                self.accepted += 1;
                for (cell, (path, expected)) in self
                    .cells
                    .iter()
                    .zip(self.table.paths.iter().zip(&expected))
                {
                    expected.check(*cell, payload, path);
                }
            }
        }
        let mut line = StraightLine::new(payload, &mut self.straight_cells);
        if (self.table.straight_line)(&mut line).is_some() {
            self.straight += 1;
            assert_eq!(outcome, Ok(()), "{}", shown());
            assert_eq!(self.straight_cells, self.cells, "{}", shown());
        }
    }
}

fn assert_offset(error: RowError, payload: &[u8]) {
    match error.place {
        Place::Payload { offset } => assert!(offset as usize <= payload.len()),
        place => panic!("a decoder's error is in the payload, not at {place:?}"),
    }
}

/// Bytes that mean something in JSON or in UTF-8, or almost do.
const BYTES: &[u8] = b"\"\\{}[]:,-+.0159eEtfnu/ \t\n\r\x00\x1f\x7f\x80\xbf\xc3\xe2\xed\xf0\xff";

#[test]
fn every_byte_replaced_and_every_length() {
    for table in tables::all() {
        let mut subject = Subject::new(table);
        for seed in subject.table.seeds.clone() {
            let seed = seed.as_bytes();
            subject.check(seed);
            for len in 0..seed.len() {
                subject.check(&seed[..len]);
            }
            let mut payload = seed.to_vec();
            for at in 0..seed.len() {
                for &byte in BYTES {
                    payload[at] = byte;
                    subject.check(&payload);
                }
                payload[at] = seed[at];
            }
        }
        assert!(subject.accepted > 0 && subject.accepted < subject.messages);
    }
}

#[test]
fn random_messages_and_mutants() {
    const MESSAGES: u64 = 60_000;
    for (number, table) in tables::all().into_iter().enumerate() {
        let mut random = Random::new(number as u64 + 1);
        let mut subject = Subject::new(table);
        for _ in 0..MESSAGES {
            let mut payload = generate::message(&mut random, &subject.table.paths);
            for _ in 0..random.below(3) {
                generate::mutate(&mut random, &mut payload);
            }
            subject.check(&payload);
        }
        assert!(
            subject.accepted > MESSAGES / 5,
            "{} accepted",
            subject.accepted
        );
        assert!(subject.messages - subject.accepted > MESSAGES / 5);
    }
}

#[test]
fn random_messages_on_the_straight_line() {
    const MESSAGES: u64 = 60_000;
    let mut random = Random::new(7);
    let mut subject = Subject::new(tables::flat());
    for _ in 0..MESSAGES {
        let mut payload = generate::straight_message(&mut random);
        if random.below(2) == 0 {
            generate::mutate(&mut random, &mut payload);
        }
        subject.check(&payload);
    }
    assert!(
        subject.straight > MESSAGES / 6,
        "{} straight",
        subject.straight
    );
}

#[test]
fn nesting() {
    let mut subject = Subject::new(tables::nested());
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"pos\":", "}]")] {
        let levels = open.matches(['[', '{']).count();
        for depth in [1, 2, 63, 64, 126, 127, 128, 129, 130, 5_000, 100_000] {
            let count = depth / levels;
            for key in ["unknown", "pos", "tags"] {
                let (open, close) = (open.repeat(count), close.repeat(count));
                subject.check(format!("{{\"{key}\":{open}1{close}}}").as_bytes());
                subject.check(format!("{{\"{key}\":{open}").as_bytes());
            }
            subject.check(format!("{}1{}", open.repeat(count), close.repeat(count)).as_bytes());
        }
    }
    let at_limit = format!("{{\"x\":{}{}}}", "[".repeat(127), "]".repeat(127));
    assert_eq!(decode(&at_limit), Ok(()));
    let above = format!("{{\"x\":{}{}}}", "[".repeat(128), "]".repeat(128));
    assert_eq!(
        decode(&above),
        Err(RowError::payload(Reason::Depth, 5 + 127))
    );
}

fn decode(payload: &str) -> Result<(), RowError> {
    let table = tables::nested();
    let mut cells = vec![Cell::default(); table.shape.slots];
    Decoder::new(table.shape).decode(payload.as_bytes(), &mut cells)
}

#[test]
fn offsets_of_errors() {
    for (payload, reason, offset) in [
        ("", Reason::Syntax, 0),
        (" ", Reason::Syntax, 1),
        ("{", Reason::Syntax, 1),
        ("{]", Reason::Syntax, 1),
        ("{\"a\"", Reason::Syntax, 4),
        ("{\"a\" 1}", Reason::Syntax, 5),
        ("{\"a\":}", Reason::Syntax, 5),
        ("{\"a\":tru}", Reason::Syntax, 8),
        ("{\"a\":nul", Reason::Syntax, 8),
        ("{\"a\":01}", Reason::Syntax, 6),
        ("{\"a\":-}", Reason::Syntax, 6),
        ("{\"a\":1.}", Reason::Syntax, 7),
        ("{\"a\":1e+}", Reason::Syntax, 8),
        ("{\"a\":\"\\x\"}", Reason::Syntax, 7),
        ("{\"a\":\"\\u12g4\"}", Reason::Syntax, 10),
        ("{\"a\":\"\n\"}", Reason::Syntax, 6),
        ("{\"a\":\"", Reason::Syntax, 6),
        ("{\"a\":1,}", Reason::Syntax, 7),
        ("{\"a\":1}}", Reason::Syntax, 7),
        ("{\"a\":[1,]}", Reason::Syntax, 8),
        ("{\"a\":[1}}", Reason::Syntax, 7),
        ("{\"tags\":[1}}", Reason::Syntax, 10),
        ("{\"tags\":[,1]}", Reason::Syntax, 9),
        ("\u{feff}{}", Reason::Syntax, 0),
        ("  5", Reason::NotAnObject, 2),
        (" [1]", Reason::NotAnObject, 1),
        ("null", Reason::NotAnObject, 0),
        ("[1", Reason::Syntax, 2),
    ] {
        assert_eq!(
            decode(payload),
            Err(RowError::payload(reason, offset)),
            "{payload}"
        );
    }
}

#[test]
fn utf8_is_checked_first_and_everywhere() {
    let table = tables::nested();
    let mut cells = vec![Cell::default(); table.shape.slots];
    let mut decoder = Decoder::new(table.shape);
    for (payload, offset) in [
        (&b"{\"unused\":\"\xff\"}"[..], 11),
        (b"{\"\xc3\x28\":1}", 2),
        (b"{\"id\":\"\xed\xa0\x80\"}", 7),
        (b"{\"id\":\"\xf4\x90\x80\x80\"}", 7),
        (b"{\"id\":\"\xc0\x80\"}", 7),
        (b"not json at all \xff", 16),
        (b"{\"id\":1}\x80", 8),
    ] {
        let expected = Err(RowError::payload(Reason::Utf8, offset));
        assert_eq!(decoder.decode(payload, &mut cells), expected);
    }
}

#[test]
fn what_a_later_duplicate_clears() {
    let table = tables::nested();
    let mut cells = vec![Cell::default(); table.shape.slots];
    let mut decoder = Decoder::new(table.shape);
    let slot = |path: &str| {
        let shown = table
            .paths
            .iter()
            .position(|steps| tables::show(steps) == path);
        shown.unwrap_or_else(|| panic!("no path {path}"))
    };
    for (payload, path, kind) in [
        (r#"{"pos":{"lat":1},"pos":{}}"#, "$.pos.lat", Kind::Missing),
        (
            r#"{"pos":{"lat":1},"pos":null}"#,
            "$.pos.lat",
            Kind::Missing,
        ),
        (r#"{"pos":{"lat":1},"pos":5}"#, "$.pos.lat", Kind::Blocked),
        (r#"{"pos":{"lat":1},"pos":[1]}"#, "$.pos.lat", Kind::Blocked),
        (r#"{"pos":5,"pos":{"lat":1}}"#, "$.pos.lat", Kind::Integer),
        (r#"{"pos":{"lat":1,"lat":"x"}}"#, "$.pos.lat", Kind::String),
        (
            r#"{"pos":{"lat":1},"p\u006fs":{"lat":true}}"#,
            "$.pos.lat",
            Kind::True,
        ),
        (r#"{"tags":[1,2,3],"tags":[]}"#, "$.tags[2]", Kind::Missing),
        (r#"{"tags":[1,2,3],"tags":{}}"#, "$.tags[2]", Kind::Blocked),
        (r#"{"tags":[1,2,3]}"#, "$.tags[2]", Kind::Integer),
        (r#"{"tags":"abc"}"#, "$.tags[2]", Kind::Blocked),
        (r#"{"a.b":1}"#, "$.pos.lat", Kind::Missing),
    ] {
        decoder
            .decode(payload.as_bytes(), &mut cells)
            .expect(payload);
        assert_eq!(cells[slot(path)].kind, kind, "{payload}");
    }
}

#[test]
fn the_whole_document() {
    let table = tables::document();
    let mut cells = vec![Cell::default(); table.shape.slots];
    let mut decoder = Decoder::new(table.shape);
    for (payload, kind, text) in [
        (" {\"a\": [1]} ", Kind::Object, "{\"a\": [1]}"),
        ("[1,2]\n", Kind::Array, "[1,2]"),
        (" 5", Kind::Integer, "5"),
        ("\"x\\n\"", Kind::EscapedString, "\"x\\n\""),
        ("\"\"", Kind::String, "\"\""),
        ("null", Kind::Null, "null"),
        ("true", Kind::True, "true"),
    ] {
        decoder
            .decode(payload.as_bytes(), &mut cells)
            .expect(payload);
        assert_eq!(cells[0].kind, kind, "{payload}");
        assert_eq!(cells[0].text(payload.as_bytes()), text.as_bytes());
    }
}
