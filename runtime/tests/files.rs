//! A sink of files that are finished one after another, in whole processes.

mod support;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

/// A folder that goes when the test does.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("laminar-files-{name}.{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("the folder can be made");
        Self(folder)
    }

    fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.join(name);
        let above = path.parent().expect("it is in a folder");
        fs::create_dir_all(above).expect("the folder can be made");
        fs::write(&path, content).expect("the file can be written");
        path
    }

    /// All files below it, by their path from here, and what they hold.
    fn files(&self) -> Vec<(String, String)> {
        let mut files = Vec::new();
        gather(&self.0, &self.0, &mut files);
        files.sort();
        files
    }

    /// Replays messages of these payloads into it.
    fn replay(&self, payloads: &[String], variables: &[(&str, &str)]) -> Output {
        let line =
            |payload: &String| format!("{{\"topic\":\"first/a\",\"payload\":\"{payload}\"}}\n");
        let input: String = payloads.iter().map(line).collect();
        let folder = self.0.to_str().expect("the path is UTF-8");
        let mut child = support::command()
            .args(["--replay", "-"])
            .envs([("SINK", "files"), ("FILE", folder)])
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example starts");
        let mut stdin = child.stdin.take().expect("it is piped");
        let writer = std::thread::spawn(move || {
            // a process that ends early does not read all
            let _ = stdin.write_all(input.as_bytes());
        });
        let output = child.wait_with_output().expect("it ends");
        writer.join().expect("it does not panic");
        output
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn gather(folder: &Path, root: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            gather(&path, root, files);
        } else {
            let name = path.strip_prefix(root).expect("it is below");
            let name = name.to_str().expect("the path is UTF-8").to_owned();
            files.push((name, fs::read_to_string(&path).expect("it is text")));
        }
    }
}

fn row(payload: &str) -> String {
    format!("{{\"topic\":\"first/a\",\"payload\":\"{payload}\",\"qos\":0,\"retain\":false}}\n")
}

#[test]
fn rows_go_where_their_values_and_the_time_say() {
    let folder = Folder::new("paths");
    let payloads = ["a", "bb", "cc", "d"].map(str::to_owned);
    let output = folder.replay(&payloads, &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let files = folder.files();
    let expected = [("1", ["a", "d"]), ("2", ["bb", "cc"])];
    assert_eq!(files.len(), expected.len(), "{files:?}");
    for ((name, content), (length, payloads)) in files.iter().zip(expected) {
        let parts: Vec<&str> = name.split('/').collect();
        let [date, by_length, file] = parts[..] else {
            panic!("{name}");
        };
        let is_date = date.len() == "dt=2026-11-22".len() && date.starts_with("dt=20");
        assert!(is_date && by_length == format!("length={length}"), "{name}");
        let begun = file
            .strip_prefix("rows-")
            .and_then(|rest| rest.strip_suffix("Z-001.jsonl"));
        assert!(
            begun.is_some_and(|begun| begun.len() == "20261122T101500".len()),
            "{name}"
        );
        assert_eq!(*content, payloads.map(row).concat());
    }
}

#[test]
fn a_file_that_is_large_enough_is_finished() {
    let folder = Folder::new("size");
    let payloads: Vec<String> = (100..1_000).map(|number| number.to_string()).collect();
    let variables = [("BATCH", "1"), ("ROTATE_SIZE", "500")];
    assert_eq!(folder.replay(&payloads, &variables).status.code(), Some(0));
    let files = folder.files();
    // a group of batches goes to the disk at once, and then it is looked how large the file is
    assert!(files.len() > 5, "{} files", files.len());
    let (mut names, mut all) = (Vec::new(), String::new());
    for (name, content) in files {
        assert!(content.ends_with('\n') && !name.contains("/."), "{name}");
        names.push(name);
        all.push_str(&content);
    }
    let mut rows: Vec<&str> = all.split_inclusive('\n').collect();
    rows.sort_unstable();
    let expected: Vec<String> = payloads.iter().map(|payload| row(payload)).collect();
    assert_eq!(rows, expected);

    let one = Folder::new("one");
    assert_eq!(
        one.replay(&payloads, &[("BATCH", "1")]).status.code(),
        Some(0)
    );
    assert_eq!(one.files().len(), 1, "without a size there is one");
}

#[test]
fn what_a_crash_left_is_finished() {
    let folder = Folder::new("left");
    let begun = format!("{}{{\"topic\":\"fir", row("old"));
    folder.write("dt=2020-01-01/length=3/.rows-1.jsonl.part", &begun);
    folder.write(".rows-2.jsonl.part", "{\"topic\"");
    folder.write(".rows-3.csv.part", "another sink's");
    folder.write(".rows-4.jsonl", "somebody's");
    folder.write(".rows-6.jsonl.part", "");
    let held = folder.write(".rows-5.jsonl.part", &row("of a process that lives"));
    let held = fs::File::open(held).expect("it is there");
    held.lock().expect("it can be locked");
    assert_eq!(folder.replay(&[], &[]).status.code(), Some(0));
    let files = folder.files();
    let expected = [
        (".rows-3.csv.part", "another sink's".to_owned()),
        (".rows-4.jsonl", "somebody's".to_owned()),
        (".rows-5.jsonl.part", row("of a process that lives")),
        ("dt=2020-01-01/length=3/rows-1.jsonl", row("old")),
    ];
    let expected = expected.map(|(name, content)| (name.to_owned(), content));
    assert_eq!(files, expected);
}

#[test]
fn the_folder_must_be_there() {
    let folder = Folder::new("missing");
    let missing = folder.0.join("missing");
    let missing = missing.to_str().expect("the path is UTF-8");
    let output = folder.replay(&[], &[("FILE", missing)]);
    assert_eq!(output.status.code(), Some(78));
    let log = String::from_utf8_lossy(&output.stderr);
    let expected = format!("table `out`, option `path`: cannot use folder `{missing}`: No such");
    assert!(log.contains(&expected), "{log}");
}

#[test]
fn more_files_than_may_be_open_at_once() {
    let folder = Folder::new("many");
    let mut payloads: Vec<String> = (1..=100).map(|length| "x".repeat(length)).collect();
    payloads.extend(payloads.clone());
    assert_eq!(folder.replay(&payloads, &[]).status.code(), Some(0));
    let files = folder.files();
    let mut rows: Vec<&str> = files
        .iter()
        .flat_map(|(_, text)| text.split_inclusive('\n'))
        .collect();
    let mut expected: Vec<String> = payloads.iter().map(|payload| row(payload)).collect();
    rows.sort_unstable();
    expected.sort_unstable();
    assert_eq!(rows, expected);
    assert!(
        files.iter().all(|(name, _)| !name.contains("/.")),
        "{files:?}"
    );
}
