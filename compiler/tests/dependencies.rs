//! What the packages stand on, as cargo tells it: who wants little is not to get more.

use std::path::Path;
use std::process::Command;

/// The packages below `arguments`' one, each once.
fn tree(arguments: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--quiet",
            "--locked",
            "--prefix",
            "none",
            "--no-dedupe",
        ])
        .args(["--edges", "normal,build", "--format", "{p}"])
        .args(arguments.split_whitespace())
        .current_dir(root)
        .output()
        .expect("cargo runs, as it runs this test");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments}: {problem}");
    let text = String::from_utf8(output.stdout).expect("names are text");
    let mut names: Vec<_> = text
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(ToOwned::to_owned)
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[track_caller]
fn without(arguments: &str, banned: &[&str]) {
    let names = tree(arguments);
    // otherwise a mistake in the arguments would find nothing, too
    let own = arguments.split_whitespace().nth(1).expect("a package");
    assert!(names.iter().any(|name| name == own), "{names:?}");
    let found: Vec<_> = names
        .iter()
        .filter(|name| banned.contains(&name.as_str()))
        .collect();
    assert!(found.is_empty(), "{arguments} depends on {found:?}");
}

const WORLD: &[&str] = &[
    "tokio",
    "rumqttc",
    "tracing",
    "mio",
    "socket2",
    "rustls",
    "ring",
    "rustix",
    "libc",
    "signal-hook",
    "httparse",
    "ureq",
    "rustls-native-certs",
    "chrono",
    "time",
];

#[test]
fn the_bare_runtime_has_no_sockets_threads_or_clock() {
    without("-p laminar-runtime --no-default-features", WORLD);
    without(
        "-p laminar-runtime --no-default-features --features serde",
        WORLD,
    );
    without(
        "-p laminar-runtime --no-default-features --features regex",
        WORLD,
    );
    // so it is for who takes the decoder alone
    without("-p decoder-only", WORLD);
}

#[test]
fn there_is_no_tls_where_brokers_speak_plain_tcp() {
    let tls = ["rustls", "ring", "rustls-native-certs"];
    without(
        "-p laminar-runtime --no-default-features --features mqtt",
        &tls,
    );
}

#[test]
fn there_is_no_http_where_no_table_is_a_webhook() {
    let features = "-p laminar-runtime --no-default-features --features mqtt,regex,tls,ws";
    without(features, &["ureq", "ureq-proto", "http"]);
}

#[test]
fn there_is_no_arrow_where_no_file_is_made_of_columns() {
    let columns = [
        "arrow",
        "arrow-array",
        "arrow-buffer",
        "arrow-ipc",
        "arrow-schema",
        "parquet",
    ];
    let features = "-p laminar-runtime --no-default-features \
                    --features gzip,mqtt,regex,table,tls,webhook,ws,zstd";
    without(features, &columns);
}

#[test]
fn nothing_compresses_where_no_file_is_compressed_so() {
    let codecs = [
        "flate2",
        "zlib-rs",
        "lz4_flex",
        "zstd",
        "zstd-safe",
        "zstd-sys",
    ];
    let all_others = "-p laminar-runtime --no-default-features \
                      --features arrow,mqtt,regex,table,tls,webhook,ws";
    without(all_others, &codecs);
    let columns = "-p laminar-runtime --no-default-features --features arrow,mqtt,zstd";
    without(columns, &["flate2", "zlib-rs", "lz4_flex"]);
    let lines = "-p laminar-runtime --no-default-features --features gzip,mqtt";
    without(lines, &["lz4_flex", "zstd", "zstd-safe", "zstd-sys"]);
}

/// Who uses the macros waits for the build of all of it, without optimisation.
#[test]
fn macros_stand_on_little() {
    let command_line = [
        "sqlparser",
        "syn",
        "prettyplease",
        "clap",
        "anstream",
        "serde_json",
        "serde",
        "sha2",
        "ureq",
        "rustls",
        "rustix",
        "aho-corasick",
    ];
    without("-p laminar-macros --no-default-features", &command_line);
    let names = tree("-p laminar-macros --no-default-features");
    assert!(names.len() <= 11, "{names:?}");
}
