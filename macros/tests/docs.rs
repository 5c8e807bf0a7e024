//! The Rust blocks of `docs/library.md` are programs of a crate outside of the workspace, made as a
//! user would make it, which forbids what users forbid. They run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_programs_of_the_documentation_run() {
    run("rust", "pushed", "");
}

/// There is no broker, which is no error: they try again until they are told to stop.
#[test]
fn the_programs_that_connect_to_a_broker_run() {
    run("rust,mqtt", "connected", "features = ['mqtt']");
}

/// Runs the programs in blocks fenced so, in a crate of this name.
fn run(fence: &str, name: &str, features: &str) {
    let text = fs::read_to_string(root().join("docs/library.md")).expect("the page is there");
    let folder = prepare(name, &blocks(&text, "sql")[0], features);
    let programs = blocks(&text, fence);
    assert!(programs.len() >= 2, "only {} programs", programs.len());
    for (at, program) in programs.iter().enumerate() {
        let path = folder.join(format!("src/bin/program_{at}.rs"));
        fs::write(path, format!("{FORBIDDEN}{program}")).expect("a program is written");
    }
    for at in 0..programs.len() {
        let program = format!("program_{at}");
        cargo(&folder, &["run", "--quiet", "--offline", "--bin", &program]);
    }
}

/// What crates forbid that take it seriously. None of it may hit what a macro makes.
const FORBIDDEN: &str = "//! A program of the documentation.
#![deny(warnings, missing_docs, missing_debug_implementations, clippy::pedantic)]
#![forbid(unsafe_code)]

";

/// What a crate needs that pushes messages, and what it must not: sockets, threads of an executor,
/// clocks.
#[test]
fn a_crate_that_holds_a_pipeline_depends_on_little() {
    let text = fs::read_to_string(root().join("docs/library.md")).expect("the page is there");
    let folder = prepare("documented", &blocks(&text, "sql")[0], "");
    fs::write(folder.join("src/bin/program_0.rs"), "fn main() {}\n").expect("it is written");
    let options = [
        "tree",
        "--offline",
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
    ];
    let tree = cargo(&folder, &options);
    let mut crates: Vec<_> = tree
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    crates.sort_unstable();
    crates.dedup();
    let expected = [
        "bumpalo",
        "documented",
        "itoa",
        "laminar-runtime",
        "memchr",
        "zmij",
    ];
    assert_eq!(crates, expected);
}

/// Editors expand macros while their users type: that must show nowhere but in the editor.
#[test]
fn a_macro_prints_nothing_writes_nothing_and_sees_what_changes() {
    let text = fs::read_to_string(root().join("docs/library.md")).expect("the page is there");
    let sql = &blocks(&text, "sql")[0];
    let folder = prepare("silent", sql, "");
    let program = "laminar_macros::include_sql!(\"pipeline.sql\");\n\n\
                   fn main() {\n    drop(pipeline::Pipeline::builder());\n}\n";
    fs::write(folder.join("src/main.rs"), program).expect("a program is written");
    // the first run completes the lock file
    check(&folder).expect("the documentation's SQL is good");
    let before = files(&folder);
    let silent = Ok(String::new());
    let touched = |path: &str, text: &str| {
        fs::write(folder.join(path), text).expect("the file is written");
        check(&folder)
    };
    assert_eq!(touched("src/main.rs", &format!("{program}\n")), silent);
    let mistaken = sql.replace("WHERE temperature", "WHERE temprature");
    let error = touched("pipeline.sql", &mistaken).expect_err("there is no such column");
    assert!(
        error.contains("error[E0201]: no column `temprature`"),
        "{error}"
    );
    assert_eq!(touched("pipeline.sql", sql), silent);
    assert_eq!(touched("src/main.rs", program), silent);
    assert_eq!(files(&folder), before);
}

/// What `cargo check` prints: where it fails, that is the error. Another test builds the same
/// dependencies.
fn check(folder: &Path) -> Result<String, String> {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline"])
        .current_dir(folder)
        .env(
            "CARGO_TARGET_DIR",
            folder.with_file_name("pushed").join("target"),
        )
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .expect("cargo can be started");
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    if output.status.success() {
        Ok(printed)
    } else {
        Err(printed)
    }
}

/// All files below a folder: their paths and what is in them.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("it is a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.append(&mut files(&path));
        } else {
            let content = fs::read(&path).expect("the file can be read");
            found.insert(path, content);
        }
    }
    found
}

/// The text of each block fenced as `language`.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let blocks = text.split(fence.as_str()).skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap_or_default().to_owned())
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// An empty crate of an older edition that has the SQL, and the runtime with these features.
fn prepare(name: &str, sql: &str, features: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.join("src").exists() {
        fs::remove_dir_all(folder.join("src")).expect("what an earlier run left can be removed");
    }
    fs::create_dir_all(folder.join("src/bin")).expect("the crate's folder can be made");
    let mut manifest = String::from(
        "[package]\nname = \"documented\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n\
         [workspace]\n\n[profile.dev]\ndebug = false\nincremental = false\n\n[dependencies]\n",
    );
    let crates = [
        ("laminar-runtime", "runtime", features),
        ("laminar-macros", "macros", ""),
    ];
    for (name, folder, features) in crates {
        let path = root().join(folder);
        let features = if features.is_empty() {
            String::new()
        } else {
            format!(", {features}")
        };
        writeln!(
            manifest,
            "{name} = {{ path = '{}'{features} }}",
            path.display()
        )
        .expect("a String takes it");
    }
    fs::write(folder.join("Cargo.toml"), manifest).expect("the manifest is written");
    fs::write(folder.join("pipeline.sql"), sql).expect("the SQL is written");
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock is copied");
    folder
}

/// Runs cargo there; what it printed.
fn cargo(folder: &Path, options: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(options)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .expect("cargo can be started");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{options:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
