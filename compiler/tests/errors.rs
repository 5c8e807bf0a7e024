//! What the compiler says about mistakes: each `NAME.sql` in `tests/errors`, checked, gives the
//! text of `NAME.txt`. With `UPDATE_GOLDEN=1` the texts are written anew, and the test fails so
//! that the difference is read.

mod schemas;

use laminarc::check_with;
use laminarc::diagnostics::{Style, render};
use laminarc::source::SourceFile;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn mistakes_are_explained() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut differences = Vec::new();
    for path in cases() {
        let sql = fs::read_to_string(&path).expect("the case can be read");
        let golden = path.with_extension("txt");
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        let actual = explained(&sql);
        assert!(!actual.is_empty(), "{} has no mistake", path.display());
        if actual != expected {
            differences.push(format!("{}\n{actual}", path.display()));
            if update {
                fs::write(&golden, &actual).expect("the golden can be written");
            }
        }
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn there_are_enough_cases() {
    assert!(cases().len() >= 80, "{} cases", cases().len());
}

/// A file is written bit by bit, and an editor may check it at any time: each beginning of a case,
/// and each case without one of its words, ends in diagnostics or a plan, never in a panic.
#[test]
fn unfinished_files_are_no_trouble() {
    for path in cases() {
        let sql = fs::read_to_string(&path).expect("the case can be read");
        let ends = sql
            .char_indices()
            .filter(|(_, c)| !c.is_alphanumeric())
            .map(|(at, _)| at);
        let ends: Vec<usize> = ends.collect();
        for pair in ends.windows(2) {
            explained(&sql[..pair[0]]);
            explained(&format!("{}{}", &sql[..pair[0]], &sql[pair[1]..]));
        }
    }
}

/// All diagnostics of a file, as the command line prints them.
fn explained(sql: &str) -> String {
    let source = SourceFile::new("pipeline.sql", sql);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let (_, diagnostics) = check_with(&source, &schemas::of(&source, &folder));
    let texts: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| render(diagnostic, &source, Style::Plain))
        .map(|text| format!("{}\n", text.trim_end()))
        .collect();
    texts.join("\n")
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    paths.sort();
    paths
}
