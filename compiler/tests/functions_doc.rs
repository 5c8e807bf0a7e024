//! The examples of `docs/functions.md` are true. Those of each section are one pipeline among the
//! golden cases, where they are compiled and run; here the page, the pipelines and the rows are
//! held against each other.
//!
//! After a change run with `UPDATE_GOLDEN=1`: this test, which writes the pipelines; `golden` and
//! `generated`, which compile and run them; and this test again, which writes the results into
//! the page. Then read the differences.

use laminarc::functions;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The examples of a section.
struct Section<'p> {
    /// The folder of its case.
    case: String,
    title: &'p str,
    examples: Vec<Example<'p>>,
}

/// `` `sql` → `result` ``
struct Example<'p> {
    sql: String,
    result: &'p str,
    /// Both, as the page has them.
    text: &'p str,
}

const MESSAGE: &str = "{\"topic\":\"t\",\"payload\":\"{\\\"x\\\":1}\"}\n";

#[test]
fn every_example_gives_what_the_page_says() {
    let page = fs::read_to_string(page()).expect("docs/functions.md");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let (mut wrong, mut updated) = (Vec::new(), page.clone());
    for section in sections(&page) {
        let folder = folder().join(&section.case);
        for (file, text) in [
            ("pipeline.sql", pipeline(&section)),
            ("messages.jsonl", MESSAGE.to_owned()),
        ] {
            let path = folder.join(file);
            if fs::read_to_string(&path).unwrap_or_default() != text {
                wrong.push(format!("{} is not the page's", path.display()));
                if update {
                    fs::create_dir_all(&folder).expect("a folder can be made");
                    fs::write(&path, text).expect("a case can be written");
                }
            }
        }
        let rows = fs::read_to_string(folder.join("rows.jsonl")).unwrap_or_default();
        let results = results(&rows, section.examples.len());
        for (example, result) in section.examples.iter().zip(&results) {
            if example.result != *result {
                wrong.push(format!("{} → {result}", example.sql));
                let (before, _) = example.text.rsplit_once(" → ").expect("an arrow");
                let text = format!("{before} → `{}`", result.replace('|', "\\|"));
                updated = updated.replace(example.text, &text);
            }
        }
        if results.len() != section.examples.len() {
            wrong.push(format!("{}: not all examples have rows", section.case));
        }
    }
    if update && updated != page {
        fs::write(self::page(), updated).expect("the page can be written");
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Each name of a function stands in the page, and in an example.
#[test]
fn every_function_has_an_example() {
    let page = fs::read_to_string(page()).expect("docs/functions.md");
    let examples: String = sections(&page)
        .iter()
        .flat_map(|section| section.examples.iter().map(|example| &example.sql))
        .fold(String::new(), |all, sql| all + sql + "\n");
    let words: BTreeSet<&str> = examples
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .collect();
    let aliases = ["char_length", "character_length", "make_timestamptz"];
    let missing: Vec<_> = functions::names()
        .into_iter()
        .filter(|name| !words.contains(name) && !aliases.contains(name))
        .collect();
    assert!(missing.is_empty(), "no example of {}", missing.join(", "));
    assert!(examples.lines().count() > 150);
}

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/functions.md")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

fn sections(page: &str) -> Vec<Section<'_>> {
    let sections = page.split("\n## ").skip(1).map(|section| {
        let (title, body) = section.split_once('\n').unwrap_or((section, ""));
        Section {
            case: format!("functions_{}", title.to_lowercase().replace(' ', "_")),
            title,
            examples: examples(body),
        }
    });
    sections
        .filter(|section| !section.examples.is_empty())
        .collect()
}

/// What stands in the tables of a section. A result that is not known yet is a `?`.
fn examples(body: &str) -> Vec<Example<'_>> {
    let mut examples = Vec::new();
    for line in body.lines().filter(|line| line.starts_with("| ")) {
        let cell = line
            .trim_end_matches(" |")
            .rsplit(" | ")
            .next()
            .unwrap_or("");
        let mut rest = cell;
        while let Some(at) = rest.find("` → ") {
            let start = rest[..at].rfind('`').expect("code is in backticks");
            let behind = &rest[at + "` → ".len()..];
            let (result, len) = match behind.strip_prefix('`') {
                Some(code) => {
                    let end = code.find('`').expect("code is in backticks");
                    (&code[..end], end + 2)
                }
                None => ("?", 1),
            };
            let end = at + "` → ".len() + len;
            examples.push(Example {
                sql: rest[start + 1..at].replace("\\|", "|"),
                result,
                text: &rest[start..end],
            });
            rest = &rest[end..];
        }
    }
    examples
}

/// A view with a column for each example.
fn pipeline(section: &Section<'_>) -> String {
    let mut sql = format!(
        "-- {}: the examples of docs/functions.md.\n\
         CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');\n\
         CREATE TABLE t (x INT) WITH (\n    \
             connector = 'mqtt_source', connection = 'broker', topics = '[\"t\"]'\n\
         );\n\nCREATE VIEW examples AS\nSELECT",
        section.title
    );
    for (at, example) in section.examples.iter().enumerate() {
        let separator = if at > 0 { "," } else { "" };
        write!(sql, "{separator}\n    {} AS e{at}", example.sql).expect("a String takes it");
    }
    sql + "\nFROM t;\n"
}

/// The values of the row's columns, as they are written.
fn results(rows: &str, count: usize) -> Vec<&str> {
    let mut results = Vec::new();
    let Some(mut rest) = rows.trim_end().strip_prefix("{\"e0\":") else {
        return results;
    };
    for at in 1..count {
        let Some((value, behind)) = rest.split_once(&format!(",\"e{at}\":")) else {
            return results;
        };
        results.push(value);
        rest = behind;
    }
    results.push(rest.strip_suffix('}').unwrap_or(rest));
    results
}
