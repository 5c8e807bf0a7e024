//! Inferred tables, whatever the messages are: they compile, each topic has one table, and no
//! column rejects a value that was seen.

mod columns;
#[path = "../compiles/random.rs"]
mod random;

use laminarc::diagnostics::{Style, render_all};
use laminarc::infer::{Messages, Options};
use laminarc::ir::logical::LogicalPlan;
use laminarc::source::SourceFile;
use random::Random;
use sqlparser::keywords::ALL_KEYWORDS;

/// Keys and levels that mean something elsewhere.
const HOSTILE: &[&str] = &[
    "a",
    "A",
    "deviceId",
    "switch:0",
    "odd key",
    "größe",
    "",
    "0",
    "it's",
    "a\"b",
    "a\\b",
    "--",
    "*/",
    "a\nb",
    "$",
    "${X}",
    "$$",
    "select",
    "ORDER",
    "watermark",
    "topic",
    "topic_2",
    "a_2",
    "_",
    "😀",
    "\u{1}",
    ".",
    "[0]",
];

const VALUES: &[&str] = &[
    "null",
    "true",
    "1",
    "-2.5",
    "1e400",
    "\"x\"",
    "\"it's\"",
    "\"\\n--\"",
    "[]",
    "[1]",
    "{}",
    "{\"a\":1,\"b c\":{\"d\":null}}",
    "\"2026-11-22T10:15:00Z\"",
    "1795342530",
    "\"ON\"",
];

/// The plan of inferred SQL, which must be one.
pub fn plan(sql: &str) -> LogicalPlan {
    let source = SourceFile::new("inferred.sql", sql);
    let (plan, diagnostics) = laminarc::check(&source);
    plan.unwrap_or_else(|| {
        let told = render_all(&diagnostics, &source, Style::Plain);
        panic!("{told}\n{sql}")
    })
}

fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn object(random: &mut Random) -> String {
    let count = random.below(6);
    let members: Vec<String> = (0..count)
        .map(|_| {
            let key = random.pick(HOSTILE);
            let value = random.pick(VALUES);
            format!("{}:{value}", json_string(key))
        })
        .collect();
    format!("{{{}}}", members.join(","))
}

fn topic(random: &mut Random) -> String {
    let levels: Vec<&str> = (0..=random.below(4))
        .map(|_| *random.pick(HOSTILE))
        .filter(|level| !level.contains(['+', '#', '\0']))
        .collect();
    levels.join("/")
}

/// An option's text without variables as a pipeline reads it: two dollar signs stand for one.
fn resolved(text: &str) -> String {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        resolved += &rest[..=at];
        rest = &rest[at + 1..];
        assert!(!rest.starts_with('{'), "a variable in {text}");
        rest = rest.strip_prefix('$').unwrap_or(rest);
    }
    resolved + rest
}

fn matches(filter: &str, topic: &str) -> bool {
    let (filter, topic): (Vec<&str>, Vec<&str>) =
        (filter.split('/').collect(), topic.split('/').collect());
    let mut pairs = filter.iter().zip(&topic);
    filter.len() == topic.len() && pairs.all(|(want, is)| *want == "+" || want == is)
}

#[test]
fn tables_for_hostile_messages_compile_and_share_no_topic() {
    let mut random = Random::new(7);
    for round in 0..400 {
        let mut messages = Messages::new();
        let mut topics = Vec::new();
        for _ in 0..=random.below(12) {
            let topic = topic(&mut random);
            messages.add(&topic, object(&mut random).as_bytes());
            topics.push(topic);
        }
        let options = Options {
            strict: random.chance(50),
            ..Options::default()
        };
        let inferred = messages.infer(&options);
        assert_eq!(inferred, messages.infer(&options), "round {round}");
        let Some(sql) = inferred.sql else { continue };
        let plan = plan(&sql);
        for topic in topics.iter().filter(|topic| !topic.is_empty()) {
            let of_table = |table: &&laminarc::ir::logical::Source| {
                let mut filters = table.topics.iter();
                filters.any(|filter| matches(&resolved(filter), topic))
            };
            let tables = plan.sources.iter().filter(of_table).count();
            assert_eq!(tables, 1, "{topic:?} in\n{sql}");
        }
    }
}

#[test]
fn every_keyword_can_be_a_key() {
    let words: Vec<&str> = ALL_KEYWORDS
        .iter()
        .copied()
        .filter(|word| !word.contains('-'))
        .collect();
    for words in words.chunks(50) {
        let members: Vec<String> = words.iter().map(|word| format!("\"{word}\":1")).collect();
        let mut messages = Messages::new();
        messages.add("a", format!("{{{}}}", members.join(",")).as_bytes());
        let sql = messages.infer(&Options::default()).sql.expect("a table");
        let names: Vec<String> = plan(&sql).sources[0]
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        assert_eq!(names, words, "each under its own name");
    }
}

#[test]
fn wide_payloads_stay_readable() {
    let mut messages = Messages::new();
    for message in 0..60 {
        let common = (0..20).map(|key| format!("\"c{key}\":{message}"));
        let rare = (0..10).map(|key| format!("\"r{}\":1", message * 10 + key));
        let members: Vec<String> = common.chain(rare).collect();
        messages.add("wide", format!("{{{}}}", members.join(",")).as_bytes());
    }
    let sql = messages.infer(&Options::default()).sql.expect("a table");
    assert_eq!(plan(&sql).sources[0].columns.len(), 100);
    assert!(sql.contains("-- … and 470 more rare keys\n"), "{sql}");
    assert!(sql.lines().count() < 180, "{sql}");
    assert!(
        sql.contains(" r5 BIGINT,       -- 1; rare: in 1 of 60\n"),
        "{sql}"
    );
}

#[test]
fn what_a_column_never_lacks_is_not_null_when_asked() {
    let mut messages = Messages::new();
    messages.add("a", br#"{"id":1,"x":null,"y":{"z":true}}"#);
    messages.add("a", br#"{"id":2,"y":{"z":false}}"#);
    for (strict, expected) in [(false, 0), (true, 2)] {
        let options = Options {
            strict,
            ..Options::default()
        };
        let sql = messages.infer(&options).sql.expect("a table");
        assert_eq!(sql.matches(" NOT NULL").count(), expected, "{sql}");
        plan(&sql);
    }
}

/// All there is in one file.
#[test]
fn the_file_reads_well() {
    let mut messages = Messages::new();
    let lines = [
        (
            "plant/h1/press/state",
            r#"{"on":"ON","ts":1795342530,"rf":{"rssi":-70},"load":"1.5"}"#,
        ),
        (
            "plant/h2/press/state",
            r#"{"on":"OFF","ts":1795342531,"rf":{"rssi":-71},"load":"2"}"#,
        ),
        (
            "plant/h2/press/state",
            r#"{"on":"ON","ts":1795342532,"rf":null,"x":{}}"#,
        ),
        ("plant/h2/press/state", "[1]"),
        (
            "plant/h2/door",
            r#"{"open":true,"at":"2026-11-22T10:15:00Z","tags":["a"]}"#,
        ),
    ];
    for (topic, payload) in lines {
        messages.add(topic, payload.as_bytes());
    }
    let inferred = messages.infer(&Options::default());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/infer/expected.sql");
    let expected = std::fs::read_to_string(path).expect("it is in the repository");
    let sql = inferred.sql.expect("there are objects");
    if sql != expected && std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &sql).expect("a golden file can be written");
    }
    assert_eq!(sql, expected);
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/infer.md");
    let page = std::fs::read_to_string(page).expect("it is in the repository");
    let (shown, _) = sql.split_once("\n-- 1 message").expect("the second table");
    assert!(page.contains(shown), "docs/infer.md does not show\n{shown}");
    let note = "1 payload is an array and is rejected: a table takes objects \
                (on \"plant/h2/press/state\": [1])";
    assert_eq!(inferred.notes, [note]);
    assert_eq!((inferred.tables, inferred.messages), (2, 4));
}
