//! `docs/errors.md` explains every code, and its examples are true: each SQL block gives the text
//! that follows it. With `UPDATE_GOLDEN=1` those texts are written anew, and the test fails so
//! that the difference is read.

mod schemas;

use laminarc::check_with;
use laminarc::diagnostics::{ALL, Style, render};
use laminarc::source::SourceFile;
use std::fs;
use std::path::{Path, PathBuf};

const SQL: &str = "```sql\n";
const TEXT: &str = "```text\n";
const END: &str = "```\n";

/// A section of the page.
struct Section<'a> {
    code: &'a str,
    body: &'a str,
}

#[test]
fn every_code_has_a_section() {
    let page = page();
    let sections: Vec<&str> = sections(&page).iter().map(|section| section.code).collect();
    let codes: Vec<&str> = ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(
        sections, codes,
        "sections of errors.md, and the codes in their order"
    );
}

#[test]
fn every_example_says_what_the_compiler_says() {
    let page = page();
    let mut updated = page.clone();
    let mut wrong = Vec::new();
    for section in sections(&page) {
        let (sql, shown) = example(&section);
        let (codes, actual) = explained(sql);
        if !codes.contains(&section.code) {
            wrong.push(format!("{}: the example gives {codes:?}", section.code));
        }
        if actual != shown {
            wrong.push(format!(
                "{}: the page shows another text than\n{actual}",
                section.code
            ));
            let block = |text: &str| format!("{TEXT}{text}{END}");
            let old = section.body.replace(&block(shown), &block(&actual));
            updated = updated.replace(section.body, &old);
        }
        assert!(
            section.body.contains("**Way out.**"),
            "{} has no way out",
            section.code
        );
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() && updated != page {
        fs::write(path(), updated).expect("the page can be written");
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The codes and the text of all diagnostics of a file.
fn explained(sql: &str) -> (Vec<&'static str>, String) {
    let source = SourceFile::new("pipeline.sql", sql);
    let (_, diagnostics) = check_with(&source, &schemas::of(&source, &PathBuf::new()));
    let codes = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code.as_str())
        .collect();
    let texts: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| render(diagnostic, &source, Style::Plain))
        .map(|text| format!("{}\n", text.trim_end()))
        .collect();
    (codes, texts.join("\n"))
}

/// The SQL and the text of a section.
fn example<'a>(section: &Section<'a>) -> (&'a str, &'a str) {
    let block = |start: &str| {
        let from = section.body.find(start);
        let from = from.unwrap_or_else(|| panic!("{} has no {start} block", section.code));
        let rest = &section.body[from + start.len()..];
        &rest[..rest.find(END).expect("the block ends")]
    };
    (block(SQL), block(TEXT))
}

fn sections(page: &str) -> Vec<Section<'_>> {
    let starts = page.split("\n## ").skip(1);
    starts
        .map(|section| {
            let (heading, body) = section.split_once('\n').expect("a section has a body");
            let code = heading
                .split(' ')
                .next()
                .expect("a heading starts with a code");
            Section { code, body }
        })
        .collect()
}

fn page() -> String {
    fs::read_to_string(path()).expect("docs/errors.md is there")
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors.md")
}
