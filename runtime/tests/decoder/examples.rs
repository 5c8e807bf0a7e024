//! Single messages and what exactly they give, at every level and with every choice of tiers.

use crate::documents;
use crate::harness::Harness;
use crate::mutate;
use crate::random::Random;
use crate::tables;
use laminar_runtime::decode::json::Kind;
use laminar_runtime::error::{Reason, RowError};

/// What `payload` gives, the first time and again.
fn outcome(harness: &mut Harness, payload: &[u8]) -> Result<(), RowError> {
    let first = harness.check(payload).map(|_| ());
    for _ in 0..3 {
        assert_eq!(harness.check(payload).map(|_| ()), first);
    }
    first
}

#[test]
fn nesting() {
    let mut harness = Harness::everywhere(tables::elements());
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"pos\":", "}]")] {
        let levels = open.matches(['[', '{']).count();
        for depth in [1, 2, 63, 64, 126, 127, 128, 129, 130, 5_000, 100_000] {
            let count = depth / levels;
            let (open, close) = (open.repeat(count), close.repeat(count));
            for key in ["unknown", "pos", "tags"] {
                let whole = format!("{{\"{key}\":{open}1{close}}}");
                let _ = outcome(&mut harness, whole.as_bytes());
                let _ = outcome(&mut harness, format!("{{\"{key}\":{open}").as_bytes());
            }
            let _ = outcome(&mut harness, format!("{open}1{close}").as_bytes());
        }
    }
    let at_limit = format!("{{\"x\":{}{}}}", "[".repeat(127), "]".repeat(127));
    assert_eq!(outcome(&mut harness, at_limit.as_bytes()), Ok(()));
    let above = format!("{{\"x\":{}{}}}", "[".repeat(128), "]".repeat(128));
    let too_deep = RowError::payload(Reason::Depth, 5 + 127);
    assert_eq!(outcome(&mut harness, above.as_bytes()), Err(too_deep));
}

#[test]
fn offsets_of_errors() {
    let mut harness = Harness::everywhere(tables::elements());
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
        let expected = Err(RowError::payload(reason, offset));
        assert_eq!(
            outcome(&mut harness, payload.as_bytes()),
            expected,
            "{payload}"
        );
    }
}

#[test]
fn utf8_is_checked_first_and_everywhere() {
    let mut harness = Harness::everywhere(tables::elements());
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
        assert_eq!(outcome(&mut harness, payload), expected);
    }
}

#[test]
fn what_a_later_duplicate_clears() {
    let mut harness = Harness::everywhere(tables::elements());
    for (payload, path, kind) in [
        (r#"{"pos":{"lat":1},"pos":{}}"#, "$.pos.lat", Kind::Missing),
        (
            r#"{"pos":{"lat":1},"pos":null}"#,
            "$.pos.lat",
            Kind::Missing,
        ),
        (r#"{"pos":{"lat":1},"pos":5}"#, "$.pos.lat", Kind::Blocked),
        (r#"{"pos":{"lat":1},"pos":[1]}"#, "$.pos.lat", Kind::Blocked),
        (r#"{"pos":[1,2],"id":3}"#, "$.pos.lat", Kind::Blocked),
        (r#"{"pos":5,"pos":{"lat":1}}"#, "$.pos.lat", Kind::Number),
        (r#"{"pos":{"lat":1,"lat":"x"}}"#, "$.pos.lat", Kind::String),
        (
            r#"{"pos":{"lat":1},"p\u006fs":{"lat":true}}"#,
            "$.pos.lat",
            Kind::True,
        ),
        (r#"{"tags":[1,2,3],"tags":[]}"#, "$.tags[2]", Kind::Missing),
        (r#"{"tags":[1,2,3],"tags":{}}"#, "$.tags[2]", Kind::Blocked),
        (r#"{"tags":[1,2,3]}"#, "$.tags[2]", Kind::Number),
        (r#"{"tags":"abc"}"#, "$.tags[2]", Kind::Blocked),
        (r#"{"a.b":1}"#, "$.pos.lat", Kind::Missing),
    ] {
        let slot = harness.table.slot(path);
        for _ in 0..4 {
            let cells = harness.check(payload.as_bytes()).expect(payload);
            assert_eq!(cells[slot].kind, kind, "{payload}");
        }
    }
}

#[test]
fn the_whole_document() {
    let mut harness = Harness::everywhere(tables::document());
    for (payload, kind, text) in [
        (" {\"a\": [1]} ", Kind::Object, "{\"a\": [1]}"),
        ("[1,2]\n", Kind::Array, "[1,2]"),
        (" 5", Kind::Number, "5"),
        ("12345678.25", Kind::Number, "12345678.25"),
        ("\"x\\n\"", Kind::EscapedString, "\"x\\n\""),
        ("\"\"", Kind::String, "\"\""),
        ("null", Kind::Null, "null"),
        ("true", Kind::True, "true"),
    ] {
        for _ in 0..4 {
            let cells = harness.check(payload.as_bytes()).expect(payload);
            assert_eq!(cells[0].kind, kind, "{payload}");
            assert_eq!(cells[0].text(payload.as_bytes()), text.as_bytes());
        }
    }
}

/// Errors that an earlier version made: the first messages teach, the last one must not be taken.
#[test]
fn once_wrong() {
    for (table, messages) in [
        // a point in a string of a layout is a mark, and so is a quote
        (
            tables::one(),
            &[&b"{\"v\":\"a.b\"}"[..], b"{\"v\":\"a\"b\"}"][..],
        ),
        (tables::one(), &[b"{\"v\":\"a-b\"}", b"{\"v\":\"a\\b\"}"]),
        // an array where an object should be blocks the way, and is not just empty
        (
            tables::elements(),
            &[b"{\"pos\":[1,2],\"id\":3}", b"{\"pos\":[4,5],\"id\":6}"],
        ),
    ] {
        let mut harness = Harness::everywhere(table);
        for message in messages {
            let _ = harness.check(message);
        }
    }
}

/// Documents of every form, with keys of the table here and there, and damaged ones.
#[test]
fn random_documents() {
    const MESSAGES: u64 = 4_000;
    for (number, table) in tables::all().into_iter().enumerate() {
        let mut random = Random::new(number as u64 + 1);
        let mut harness = Harness::everywhere(table);
        for _ in 0..MESSAGES {
            let mut payload = documents::message(&mut random, &harness.table.paths);
            for _ in 0..random.below(3) {
                mutate::damage(&mut random, &mut payload);
            }
            let _ = harness.check(&payload);
        }
        let accepted = harness.accepted;
        assert!(
            accepted > MESSAGES / 5 && accepted < MESSAGES * 4 / 5,
            "{accepted} accepted"
        );
    }
}
