//! Embeds the runtime's sources into laminarc, so that one executable is all that a user installs.
//!
//! What is written to `OUT_DIR` is a Rust expression of type `&[(&str, &str)]`: path and text of
//! each file, sorted by path. The manifest is rewritten to stand alone: what it inherits from the
//! workspace is filled in, and what only the workspace needs is left out.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Sections of the runtime's manifest that mean nothing outside the workspace, by a part of their
/// headers. Dependencies of tests may stand under a target.
const LEFT_OUT: [&str; 5] = [
    "[lints",
    "dev-dependencies",
    "[[bench",
    "[[test",
    "[[example",
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // The macros use the library without its command line: they build nothing.
    if env::var_os("CARGO_FEATURE_CLI").is_none() {
        return;
    }
    let compiler = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let workspace = compiler
        .parent()
        .expect("the compiler is a member")
        .to_owned();
    let runtime = workspace.join("runtime");
    for watched in ["Cargo.toml", "runtime/Cargo.toml", "runtime/src"] {
        println!(
            "cargo::rerun-if-changed={}",
            workspace.join(watched).display()
        );
    }
    let mut list = String::from("&[\n");
    let manifest = standalone(
        &read(&runtime.join("Cargo.toml")),
        &read(&workspace.join("Cargo.toml")),
    );
    writeln!(list, "    (\"Cargo.toml\", {manifest:?}),").expect("a String takes it");
    for file in files_below(&runtime.join("src")) {
        let relative = file.strip_prefix(&runtime).expect("it is below");
        let relative = relative
            .to_str()
            .expect("source names are UTF-8")
            .replace('\\', "/");
        let absolute = file.to_str().expect("the checkout's path is UTF-8");
        writeln!(list, "    ({relative:?}, include_str!({absolute:?})),").expect("as above");
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("runtime_files.rs"), list).expect("OUT_DIR is writable");
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            files.append(&mut files_below(&path));
        } else {
            files.push(path);
        }
    }
    // as text, not component by component: `a-b/c` stands before `a/c`
    files.sort_by(|a, b| a.as_os_str().cmp(b.as_os_str()));
    files
}

/// The runtime's manifest without anything that refers to the workspace.
fn standalone(manifest: &str, workspace: &str) -> String {
    let inherited = package_values(workspace);
    let mut text = String::new();
    let mut skipping = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            skipping = LEFT_OUT.iter().any(|section| line.contains(section));
        }
        if skipping {
            continue;
        }
        match line.strip_suffix(".workspace = true") {
            Some(key) => {
                let value = inherited.get(key);
                let value = value.unwrap_or_else(|| panic!("the workspace has no `{key}`"));
                writeln!(text, "{key} = {value}").expect("a String takes it");
            }
            None => writeln!(text, "{line}").expect("as above"),
        }
    }
    assert!(
        !text.contains("workspace"),
        "the manifest still refers to the workspace:\n{text}"
    );
    text
}

/// Keys and values, as written, of `[workspace.package]`.
fn package_values(workspace: &str) -> BTreeMap<&str, &str> {
    let section = workspace
        .lines()
        .skip_while(|line| *line != "[workspace.package]")
        .skip(1);
    section
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = "))
        .collect()
}
