//! `templates/Cargo.lock`, which every generated crate gets, fits the runtime's dependencies.
//!
//! After a change of the runtime's dependencies run
//! `UPDATE_GOLDEN=1 cargo test -p laminarc --test lock_file`: it takes the versions from the
//! workspace's lock file, so that both are tested with the same ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use laminarc::build;
use laminarc::emit::Package;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A crate as laminarc generates it, in a fresh folder.
fn generated_crate(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("laminarc-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    let package = Package {
        slug: "x".to_owned(),
        features: vec!["mqtt", "tls", "ws"],
        files: vec![("src/main.rs".to_owned(), "fn main() {}\n".to_owned())],
    };
    build::write_crate(&package, &folder, None).expect("the folder is writable");
    folder
}

fn metadata(folder: &Path, options: &[&str]) -> Result<(), String> {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["metadata", "--format-version", "1", "--offline"])
        .args(options);
    command.args(["--filter-platform", &host()]);
    let output = command
        .current_dir(folder)
        .output()
        .expect("cargo runs this test");
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn host() -> String {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .expect("rustc built this test");
    let text = String::from_utf8(output.stdout).expect("rustc prints UTF-8");
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc says so").to_owned()
}

/// Name and version of each locked crate that comes from a registry.
fn locked(text: &str) -> BTreeSet<(String, String)> {
    let field = |entry: &str, name: &str| {
        let line = entry.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim_matches([' ', '=', '"']).to_owned())
    };
    text.split("[[package]]")
        .filter(|entry| entry.contains("\nsource = "))
        .filter_map(|entry| Some((field(entry, "name")?, field(entry, "version")?)))
        .collect()
}

/// Makes cargo reduce the workspace's lock file to what a generated crate needs.
fn regenerate(shipped: &Path) {
    let folder = generated_crate("lock-new");
    let lock = folder.join("Cargo.lock");
    fs::copy(workspace().join("Cargo.lock"), &lock).expect("both are there");
    metadata(&folder, &[]).expect("the workspace's dependencies are downloaded");
    let text = fs::read_to_string(&lock).expect("cargo wrote it");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("it was written");
    let name = manifest
        .lines()
        .find_map(|line| line.strip_prefix("name = \"laminar-p-"));
    let name = name
        .expect("the manifest names the crate")
        .trim_end_matches('"');
    let text = text.replace(&format!("\"laminar-p-{name}\""), "\"laminar-p\"");
    fs::write(shipped, text).expect("the checkout is writable");
    fs::remove_dir_all(folder).expect("it is ours");
}

#[test]
fn the_shipped_lock_file_fits() {
    let shipped = workspace().join("templates/Cargo.lock");
    let text = fs::read_to_string(&shipped).expect("it is in the repository");
    let of_workspace = fs::read_to_string(workspace().join("Cargo.lock")).expect("it is too");
    let folder = generated_crate("lock");
    let fits = metadata(&folder, &["--locked"]);
    fs::remove_dir_all(folder).expect("it is ours");
    let only_shipped: Vec<_> = locked(&text)
        .difference(&locked(&of_workspace))
        .cloned()
        .collect();
    if (fits.is_err() || !only_shipped.is_empty()) && std::env::var_os("UPDATE_GOLDEN").is_some() {
        regenerate(&shipped);
        panic!("templates/Cargo.lock was rewritten: read the difference and run the test again");
    }
    let advice = "run UPDATE_GOLDEN=1 cargo test -p laminarc --test lock_file";
    assert_eq!(fits, Ok(()), "{advice}");
    assert_eq!(
        only_shipped,
        [],
        "versions that the workspace does not have: {advice}"
    );
}
