//! Files of columns that are made of the cases' rows, and what others read in them.

use super::cases::CASES;
use super::run::Pipeline;
use super::{folder, messages};
use laminar_runtime::spec::{ColumnsSpec, CompressedSpec, Conversion, FileContent, SinkKind};
use laminar_runtime::{columns, compress};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The rows of each sink of files of a case.
fn by_file(case: &super::Case) -> Vec<(&'static str, &'static FileContent, Vec<u8>)> {
    let rows = Pipeline::new(case.spec).rows_by_sink(&messages(case));
    let sinks = case.spec.sinks.iter().zip(rows);
    let files = sinks.filter_map(|(sink, rows)| match &sink.kind {
        SinkKind::Files(files) => Some((sink.name, &files.content, rows)),
        SinkKind::Stdout
        | SinkKind::Blackhole
        | SinkKind::File { .. }
        | SinkKind::Csv { .. }
        | SinkKind::Table { .. }
        | SinkKind::Mqtt { .. }
        | SinkKind::Webhook(_) => None,
    });
    files.collect()
}

/// The rows of each sink of columns of a case.
fn columnar(case: &super::Case) -> Vec<(&'static str, &'static ColumnsSpec, Vec<u8>)> {
    let files = by_file(case).into_iter();
    let columnar = files.filter_map(|(name, content, rows)| match content {
        FileContent::Columns(columns) => Some((name, columns, rows)),
        FileContent::Json | FileContent::Csv { .. } | FileContent::Compressed(_) => None,
    });
    columnar.collect()
}

/// The lines of each sink of compressed lines of a case.
fn compressed(case: &super::Case) -> Vec<(&'static str, &'static CompressedSpec, Vec<u8>)> {
    let files = by_file(case).into_iter();
    let compressed = files.filter_map(|(name, content, rows)| match content {
        FileContent::Compressed(spec) => {
            let header = spec.header.unwrap_or_default();
            Some((name, spec, [header.as_bytes(), &rows].concat()))
        }
        FileContent::Json | FileContent::Csv { .. } | FileContent::Columns(_) => None,
    });
    compressed.collect()
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
    let scratch = std::env::temp_dir().join(format!("laminar-readers-{}", std::process::id()));
    fs::create_dir_all(&scratch).expect("the folder can be made");
    let mut told = String::new();
    let read = |files: &[&Path]| {
        let script = folder_of_readers().join("read.py");
        let output = Command::new(&python).arg(script).args(files).output();
        let output = output.expect("Python starts");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{files:?}: {error}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let write = |name: &str, end: &str, content: &[u8]| {
        let path = scratch.join(format!("{name}.{end}"));
        fs::write(&path, content).expect("it can be written");
        path
    };
    for case in cases_of_files() {
        for (name, columns, rows) in columnar(case) {
            let lines = write(name, "jsonl", &rows);
            let parquet = write(name, "parquet", &made(columns::PARQUET, columns, &rows));
            let arrow = write(name, "arrow", &made(columns::ARROW, columns, &rows));
            told.push_str(name);
            told.push('\n');
            told.push_str(&read(&[&lines, &parquet, &arrow]));
        }
        for (name, spec, lines) in compressed(case) {
            let plain = write(name, "txt", &lines);
            let is_gzip = spec.compressor == compress::GZIP;
            let mut packed = Vec::new();
            let written = (spec.compressor.write)(&mut lines.as_slice(), &mut packed);
            written.expect("memory can be written");
            let packed = write(name, if is_gzip { "gz" } else { "zst" }, &packed);
            read(&[&plain, &packed]);
        }
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

/// The cases whose files others read.
fn cases_of_files() -> impl Iterator<Item = &'static super::Case> {
    let names = ["columnar_files", "compressed_files"];
    let found = names.map(|name| CASES.iter().find(|case| case.name == name));
    found.into_iter().map(|case| case.expect("it is there"))
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
