//! Files that a built pipeline leaves: of Parquet and of compressed lines, from a real broker, with
//! a `kill -9` on the way.

use super::broker::Mosquitto;
use super::support::{Pipeline, Scratch, TIMEOUT, laminarc};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::RowAccessor as _;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const SQL: &str = "
    CREATE CONNECTION plant FROM mqtt_source WITH (
        broker = '${BROKER}', client_id = 'archive', clean_session = false
    );
    CREATE TABLE readings (sensor TEXT NOT NULL, number BIGINT NOT NULL, note TEXT)
    WITH (connector = 'mqtt_source', connection = 'plant', topic = 'readings', qos = 1);
    CREATE TABLE columns WITH (
        connector = 'file', path = '${OUT}/a folder/dt=%Y-%m-%d/readings.parquet',
        format = 'parquet', row_group_size = 50
    ) AS SELECT sensor, number, note FROM readings;
    CREATE TABLE packed WITH (
        connector = 'file', path = '${OUT}/a folder/{sensor}/readings.jsonl.gz',
        compression = 'gzip'
    ) AS SELECT sensor, number, note FROM readings;
    CREATE TABLE csv WITH (
        connector = 'file', path = '${OUT}/a folder/readings.csv.zst', format = 'csv',
        compression = 'zstd'
    ) AS SELECT sensor, number, note FROM readings;
";

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// The rows of a file, as sensor and number.
fn rows(path: &Path) -> Vec<(String, i64)> {
    let file = File::open(path).expect("it is there");
    let name = path.to_string_lossy();
    if name.ends_with(".parquet") {
        let reader = SerializedFileReader::new(file).expect("a Parquet file");
        let rows = reader.get_row_iter(None).expect("it has rows");
        let row = |row: Result<parquet::record::Row, _>| {
            let row = row.expect("it is whole");
            let sensor = row.get_string(0).expect("TEXT").clone();
            (sensor, row.get_long(1).expect("BIGINT"))
        };
        return rows.map(row).collect();
    }
    let mut text = String::new();
    if name.ends_with(".gz") {
        let mut reader = flate2::read::GzDecoder::new(file);
        reader.read_to_string(&mut text).expect("whole gzip");
        let row = |line: &str| {
            let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let sensor = row["sensor"].as_str().expect("TEXT").to_owned();
            (sensor, row["number"].as_i64().expect("BIGINT"))
        };
        return text.lines().map(row).collect();
    }
    assert!(name.ends_with(".csv.zst"), "{name}");
    let mut reader = zstd::Decoder::new(file).expect("Zstandard");
    reader.read_to_string(&mut text).expect("whole Zstandard");
    let row = |line: &str| {
        let mut fields = line.split(',');
        let sensor = fields.next().expect("TEXT").to_owned();
        let number = fields.next().and_then(|number| number.parse().ok());
        (sensor, number.expect("BIGINT"))
    };
    let (header, lines) = text.split_once('\n').expect("a header");
    assert_eq!(header, "sensor,number,note");
    lines.lines().map(row).collect()
}

fn messages(numbers: std::ops::Range<i64>) -> String {
    let message = |number| {
        let sensor = number % 2;
        format!("{{\"sensor\":\"s-{sensor}\",\"number\":{number},\"note\":\"n\"}}\n")
    };
    numbers.map(message).collect()
}

#[test]
fn files_of_a_pipeline_hold_each_row_whatever_kills_it() {
    let scratch = Scratch::new("files");
    let Some(mosquitto) = Mosquitto::start_or_skip(&scratch) else {
        return;
    };
    let (sql, binary) = (scratch.file("p.sql", SQL.as_bytes()), scratch.path("p"));
    let out = scratch.path("out");
    let folder = PathBuf::from(&out).join("a folder");
    fs::create_dir_all(&folder).expect("writable");
    let built = laminarc(&["build", &sql, "-o", &binary]);
    assert_eq!(built.code, 0, "{}", built.err);
    let variables = [("BROKER", mosquitto.url()), ("OUT", out)];
    let start = || {
        let pipeline = Pipeline::start_with(&binary, &[], &variables);
        pipeline.wait_until_said("subscribed");
        pipeline
    };

    let killed = start();
    mosquitto.publish_lines(&scratch, "readings", &messages(0..200));
    let begun = Instant::now();
    // what is in a spool has not its file yet
    let grown = |path: &PathBuf| fs::metadata(path).is_ok_and(|found| found.len() > 500);
    while files(&folder).iter().filter(|path| grown(path)).count() < 4 {
        assert!(begun.elapsed() < TIMEOUT, "nothing is written");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(files(&folder).iter().all(|path| is_hidden(path)));
    drop(killed);

    let pipeline = start();
    let left = files(&folder);
    assert!(left.iter().any(|path| !is_hidden(path)), "{left:?}");
    mosquitto.publish_lines(&scratch, "readings", &messages(200..300));
    let begun = Instant::now();
    let has_last = |path: &PathBuf| {
        let is_csv = path.to_string_lossy().ends_with(".csv-spool");
        is_csv && fs::read_to_string(path).is_ok_and(|text| text.contains("s-1,299,"))
    };
    while !files(&folder).iter().any(has_last) {
        assert!(begun.elapsed() < TIMEOUT, "the last message does not come");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(pipeline.stop().0.code(), Some(0));

    let files = files(&folder);
    assert!(!files.iter().any(|path| is_hidden(path)), "{files:?}");
    for end in [".parquet", ".jsonl.gz", ".csv.zst"] {
        let of_sink = files
            .iter()
            .filter(|path| path.to_string_lossy().ends_with(end));
        let mut found: Vec<_> = of_sink.flat_map(|path| rows(path)).collect();
        found.sort_by_key(|(_, number)| *number);
        // what was not acknowledged when it was killed came again
        found.dedup();
        let expected: Vec<_> = (0..300).map(|n| (format!("s-{}", n % 2), n)).collect();
        assert_eq!(found, expected, "{end}");
    }
}
