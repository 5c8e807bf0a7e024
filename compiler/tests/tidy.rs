//! The house rules that a machine can check: who may import whom, how long files, functions and
//! lines may be, where `unsafe` may stand.

#[path = "tidy/bans.rs"]
mod bans;

use bans::BANS;
use std::fs;
use std::path::{Path, PathBuf};

const MAX_FILE_LINES: usize = 500;
const MAX_FUNCTION_LINES: usize = 70;
const MAX_LINE_CHARACTERS: usize = 100;

#[test]
fn rooms_import_only_what_they_may() {
    let mut broken = Vec::new();
    for (path, text) in rust_files(&root()) {
        for ban in BANS {
            if !inside(&path, ban.within) || inside(&path, ban.except) {
                continue;
            }
            for (number, line) in code_lines(&text) {
                for word in ban.words.iter().filter(|word| line.contains(**word)) {
                    broken.push(format!(
                        "{}:{number}: `{word}`: {}",
                        path.display(),
                        ban.why
                    ));
                }
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn manifests_keep_compiler_and_runtime_apart() {
    let root = root();
    let dependencies = |manifest: &str| -> String {
        let text = fs::read_to_string(root.join(manifest)).expect("the manifest is there");
        let start = text
            .find("\n[dependencies]")
            .expect("a [dependencies] table")
            + 1;
        let rest = &text[start..];
        rest[..rest.find("\n[").unwrap_or(rest.len())].to_owned()
    };
    let banned = [
        (
            "compiler/Cargo.toml",
            ["laminar-runtime", "tokio", "rumqttc", "simd-json", "arrow"],
        ),
        (
            "runtime/Cargo.toml",
            ["laminarc", "sqlparser", "syn", "quote", "prettyplease"],
        ),
    ];
    for (manifest, names) in banned {
        let table = dependencies(manifest);
        for name in names {
            let listed = table.lines().any(|line| {
                line.strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with([' ', '=', '.']))
            });
            assert!(!listed, "{manifest} must not depend on {name}");
        }
    }
}

#[test]
fn files_functions_and_lines_are_short() {
    let mut broken = Vec::new();
    for (path, text) in rust_files(&root()) {
        let lines: Vec<&str> = text.lines().collect();
        if lines.len() > MAX_FILE_LINES {
            broken.push(format!("{}: {} lines", path.display(), lines.len()));
        }
        for (at, line) in lines.iter().enumerate() {
            let width = line.chars().count();
            if width > MAX_LINE_CHARACTERS {
                broken.push(format!("{}:{}: {width} characters", path.display(), at + 1));
            }
        }
        for (at, length) in functions(&lines) {
            if length > MAX_FUNCTION_LINES {
                let name = lines[at].trim();
                broken.push(format!(
                    "{}:{}: {length} lines: {name}",
                    path.display(),
                    at + 1
                ));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_allow_has_a_reason() {
    let mut broken = Vec::new();
    for (path, text) in rust_files(&root()) {
        for (at, _) in text
            .match_indices("[allow(")
            .chain(text.match_indices("[expect("))
        {
            let attribute = &text[at..text[at..].find(")]").map_or(text.len(), |end| at + end)];
            if !attribute.contains("reason") && !path.ends_with("tidy.rs") {
                let line = text[..at].lines().count();
                broken.push(format!(
                    "{}:{line}: an allow without a reason",
                    path.display()
                ));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

fn inside(path: &Path, rooms: &[&str]) -> bool {
    rooms.iter().any(|room| path.starts_with(room))
}

/// Start (index of the line with `fn`) and length of each function. Relies on rustfmt: a body
/// ends with a brace at the indentation of its signature.
fn functions(lines: &[&str]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let words: Vec<&str> = trimmed.split(' ').take(4).collect();
        let starts = words
            .iter()
            .position(|word| *word == "fn")
            .is_some_and(|fn_at| {
                words[..fn_at]
                    .iter()
                    .all(|word| word.starts_with("pub") || MODIFIERS.contains(word))
            });
        if !starts {
            continue;
        }
        let indent = &line[..line.len() - trimmed.len()];
        let closing = format!("{indent}}}");
        // a declaration without a body that takes several lines
        let declared = |line: &str| line.starts_with(&format!("{indent})")) && line.ends_with(';');
        let one_line = line.ends_with('}') || line.ends_with(';');
        let end = if one_line {
            Some(at)
        } else {
            (at..lines.len()).find(|&i| lines[i] == closing || declared(lines[i]))
        };
        found.push((at, end.map_or(1, |end| end + 1 - at)));
    }
    found
}

const MODIFIERS: &[&str] = &["const", "async", "unsafe", "extern"];

/// Lines that are not comments, with their numbers.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Every Rust file written by hand: relative path and text.
fn rust_files(root: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for room in ["compiler", "runtime", "macros", "benches", "examples"] {
        collect(&root.join(room), &mut files);
    }
    files.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file can be read");
        (
            path.strip_prefix(root).expect("below the root").to_owned(),
            text,
        )
    };
    files.into_iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a source folder can be read") {
        let path = entry.expect("an entry can be read").path();
        // goldens are generated; target folders are not ours
        let generated = ["cases", "target"].iter().any(|name| path.ends_with(name));
        if path.is_dir() && !generated {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_owned()
}
