//! Files of columns that are made of the cases' rows, and what others read in them.

use super::cases::CASES;
use super::run::Pipeline;
use super::{folder, messages};
use laminar_runtime::columns;
use laminar_runtime::spec::{ColumnsSpec, Conversion, FileContent, SinkKind};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The rows of each sink of columns of a case.
fn columnar(case: &super::Case) -> Vec<(&'static str, &'static ColumnsSpec, Vec<u8>)> {
    let rows = Pipeline::new(case.spec).rows_by_sink(&messages(case));
    let sinks = case.spec.sinks.iter().zip(rows);
    let columnar = sinks.filter_map(|(sink, rows)| match &sink.kind {
        SinkKind::Files(files) => match &files.content {
            FileContent::Columns(columns) => Some((sink.name, columns, rows)),
            FileContent::Json | FileContent::Csv { .. } => None,
        },
        SinkKind::Stdout
        | SinkKind::Blackhole
        | SinkKind::File { .. }
        | SinkKind::Csv { .. }
        | SinkKind::Table { .. }
        | SinkKind::Mqtt { .. }
        | SinkKind::Webhook(_) => None,
    });
    columnar.collect()
}

fn made(conversion: Conversion, columns: &ColumnsSpec, rows: &[u8]) -> Vec<u8> {
    let head = (conversion.head)(columns.fields);
    let (spool, mut file) = ([head.as_bytes(), rows].concat(), Vec::new());
    let written = (conversion.write)(columns, &mut spool.as_slice(), &mut file);
    written.unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(rows)));
    file
}

/// What a flow writes for a file of columns is what such a file can be made of.
#[test]
fn columns_can_be_made_of_rows() {
    let mut rows_made = 0;
    for case in CASES {
        for (_, columns, rows) in columnar(case) {
            assert!(!made(columns.conversion, columns, &rows).is_empty());
            rows_made += String::from_utf8_lossy(&rows).lines().count();
        }
    }
    assert!(rows_made > 10, "{rows_made} rows");
}

/// Two other implementations find the values of every type as they were written.
#[test]
fn others_read_what_was_written() {
    let Some(python) = python() else {
        return;
    };
    let case = CASES.iter().find(|case| case.name == "columnar_files");
    let scratch = std::env::temp_dir().join(format!("laminar-readers-{}", std::process::id()));
    fs::create_dir_all(&scratch).expect("the folder can be made");
    let mut told = String::new();
    for (name, columns, rows) in columnar(case.expect("it is there")) {
        let path = |end: &str| scratch.join(format!("{name}.{end}"));
        let (lines, parquet, arrow) = (path("jsonl"), path("parquet"), path("arrow"));
        fs::write(&lines, &rows).expect("it can be written");
        fs::write(&parquet, made(columns::PARQUET, columns, &rows)).expect("it can be written");
        fs::write(&arrow, made(columns::ARROW, columns, &rows)).expect("it can be written");
        let mut command = Command::new(&python);
        let script = folder_of_readers().join("read.py");
        let output = command
            .arg(script)
            .args([&lines, &parquet, &arrow])
            .output();
        let output = output.expect("Python starts");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}: {error}");
        told.push_str(name);
        told.push('\n');
        told.push_str(&String::from_utf8_lossy(&output.stdout));
    }
    fs::remove_dir_all(scratch).expect("it is ours");
    let golden = folder_of_readers().join("types.txt");
    if fs::read_to_string(&golden).unwrap_or_default() != told {
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &told).expect("a golden file can be written");
        }
        panic!("types are not as recorded: {told}");
    }
}

fn folder_of_readers() -> PathBuf {
    folder(&CASES[0]).join("../../readers")
}

/// A Python with both readers; None where there is none, unless the environment insists.
fn python() -> Option<PathBuf> {
    let chosen = std::env::var_os("LAMINAR_PYTHON");
    let python = PathBuf::from(chosen.unwrap_or_else(|| "python3".into()));
    let import = ["-c", "import pyarrow, duckdb"];
    let found = Command::new(&python).args(import).output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    let required = std::env::var_os("LAMINAR_REQUIRE_PYARROW").is_some();
    assert!(!required, "{} has no pyarrow and duckdb", python.display());
    eprintln!("skipped: there is no Python with pyarrow and duckdb");
    None
}
