//! A sink of files that are finished one after another, in whole processes.

mod support;

use laminar_runtime::columns;
use laminar_runtime::spec::{ColumnsSpec, Compression, FieldSpec, Type};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder that goes when the test does, and the sink that writes to it.
struct Folder(PathBuf, &'static str);

impl Folder {
    fn new(name: &str) -> Self {
        Self::of(name, "files")
    }

    fn of(name: &str, sink: &'static str) -> Self {
        let name = format!("laminar-files-{name}.{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("the folder can be made");
        Self(folder, sink)
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
        self.replay_by(support::command(), payloads, variables)
    }

    /// The same by a command that starts the example.
    fn replay_by(
        &self,
        mut command: Command,
        payloads: &[String],
        variables: &[(&str, &str)],
    ) -> Output {
        let line =
            |payload: &String| format!("{{\"topic\":\"first/a\",\"payload\":\"{payload}\"}}\n");
        let input: String = payloads.iter().map(line).collect();
        let folder = self.0.to_str().expect("the path is UTF-8");
        let mut child = command
            .args(["--replay", "-"])
            .envs([("SINK", self.1), ("FILE", folder)])
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
            files.push((name, support::rows_of(&path)));
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

/// Somebody removes the folder of files that grow: later rows go to new ones.
#[test]
fn a_folder_that_is_removed_meanwhile() {
    for sink in ["files", "gzip", "parquet"] {
        let folder = Folder::of(&format!("removed-{sink}"), sink);
        let root = folder.0.to_str().expect("the path is UTF-8");
        let mut child = support::command()
            .args(["--replay", "-"])
            .envs([("SINK", sink), ("FILE", root), ("BATCH", "1")])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example starts");
        let mut stdin = child.stdin.take().expect("it is piped");
        let mut send = |payload: &str| {
            let line = format!("{{\"topic\":\"first/a\",\"payload\":\"{payload}\"}}\n");
            // what is read is a whole block
            let filler = "\n".repeat(1 << 16);
            let sent = stdin.write_all(format!("{line}{filler}").as_bytes());
            sent.expect("it reads");
        };
        send("one");
        let day = wait_for(|| {
            let entry = fs::read_dir(&folder.0).ok()?.next()?.ok()?.path();
            let holds = |path: &Path| {
                let text = fs::read(path).unwrap_or_default();
                text.windows(5).any(|window| window == b"\"one\"")
            };
            let hidden = fs::read_dir(&entry).ok()?;
            let mut below = hidden.flat_map(|it| leaves(&it.expect("it can be read").path()));
            below.any(|path| holds(&path)).then_some(entry)
        });
        fs::remove_dir_all(day).expect("it can be removed");
        send("two");
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{sink}: {output:?}");
        let files = folder.files();
        let [(name, content)] = files.as_slice() else {
            panic!("{sink}: {files:?}");
        };
        // the first row comes again where it was not confirmed
        let rest = content.strip_suffix(&row("two"));
        assert!(
            rest.is_some_and(|rest| rest.is_empty() || rest == row("one")),
            "{content}"
        );
        assert!(!name.contains("/."), "{name}");
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(log.contains("removed"), "{sink}: {log}");
    }
}

/// The files at or below a path.
fn leaves(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else {
        return vec![path.to_owned()];
    };
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    paths.flat_map(|path| leaves(&path)).collect()
}

fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(std::time::Instant::now() < deadline, "it does not come");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[test]
fn more_files_than_may_be_open_at_once() {
    let folder = Folder::new("many");
    check_many(&folder, support::command());
}

#[test]
fn more_files_than_the_system_lets_be_open() {
    let folder = Folder::new("few");
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "ulimit -n 24; exec \"$0\" \"$@\""]);
    command.arg(support::command().get_program());
    command.env_clear();
    check_many(&folder, command);
}

fn check_many(folder: &Folder, command: Command) {
    let mut payloads: Vec<String> = (1..=100).map(|length| "x".repeat(length)).collect();
    payloads.extend(payloads.clone());
    let output = folder.replay_by(command, &payloads, &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
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

/// The first line of a spool of the echo's rows.
fn spool_head() -> String {
    let fields = [
        FieldSpec::required("topic", Type::Text),
        FieldSpec::required("payload", Type::Text),
        FieldSpec::required("qos", Type::UInt8),
        FieldSpec::new("retain", Type::Boolean),
    ];
    (columns::PARQUET.head)(&fields)
}

#[test]
fn columns_are_made_when_a_file_is_finished() {
    for sink in ["parquet", "arrow"] {
        let folder = Folder::of(sink, sink);
        let payloads: Vec<String> = (1_000..4_000).map(|number| number.to_string()).collect();
        let variables = [("BATCH", "10"), ("ROTATE_SIZE", "20000")];
        let output = folder.replay(&payloads, &variables);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let files = folder.files();
        assert!(files.len() > 3, "{} files", files.len());
        let is_whole = |(name, _): &(String, String)| {
            name.ends_with(&format!(".{sink}")) && !name.contains("/.") && !name.starts_with('.')
        };
        assert!(files.iter().all(is_whole), "{files:?}");
        let rows: String = files.into_iter().map(|(_, rows)| rows).collect();
        let expected: String = payloads.iter().map(|payload| row(payload)).collect();
        assert_eq!(rows, expected);
    }
}

/// Whatever step of finishing a kill came after: each row is in one file, and once.
#[test]
fn what_a_crash_left_of_columns_is_finished() {
    let folder = Folder::of("spools", "parquet");
    let head = spool_head();
    let spool = |rows: &str, end: &str| format!("{head}{rows}{end}");
    let folder_name = "dt=2020-01-01";
    let write = |name: &str, text: &str| folder.write(&format!("{folder_name}/{name}"), text);
    // while it grew, with half a row at its end
    write(".rows-1.parquet.spool", &spool(&row("grew"), "{\"topic\":"));
    // while the file was made of it, and when it was whole but for the note of that
    write(".rows-2.parquet.spool", &spool(&row("making"), ""));
    write(".rows-2.parquet.part", "PAR1 and not much more");
    write(".rows-3.parquet.spool", &spool(&row("torn note"), "mad"));
    write(".rows-3.parquet.part", "PAR1");
    // when it had its name already, and only the spool was left
    write(".rows-4.parquet.spool", &spool(&row("named"), "made\n"));
    // without a row, without its whole head, and empty
    write(".rows-6.parquet.spool", &head);
    write(".rows-7.parquet.spool", &head[..head.len() - 1]);
    write(".rows-8.parquet.spool", "");
    // when it was made, and somebody else has taken its name meanwhile
    write(".rows-5.parquet.spool", &spool(&row("made"), "made\n"));
    let mut whole = Vec::new();
    let lines = spool(&row("made"), "");
    let spec = ColumnsSpec {
        fields: &[],
        conversion: columns::PARQUET,
        compression: Compression::None,
        row_group_rows: 10,
    };
    (columns::PARQUET.write)(&spec, &mut lines.as_bytes(), &mut whole).expect("it can be made");
    let made = write(".rows-5.parquet.part", "");
    fs::write(&made, &whole).expect("it can be written");
    fs::write(made.with_file_name("rows-5.parquet"), &whole).expect("it can be written");
    // rows of a sink of lines, and of a process that lives
    write(".rows-9.parquet.part", "another sink's");
    let of_another = write(".rows-10.parquet.spool", &spool(&row("held"), ""));
    let of_another = fs::File::open(of_another).expect("it is there");
    of_another.lock().expect("it can be locked");

    for _ in 0..2 {
        let output = folder.replay(&[], &[]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    let mut left = Vec::new();
    let mut rows = Vec::new();
    for entry in fs::read_dir(folder.0.join(folder_name)).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        let name = path.file_name().expect("it has one").to_string_lossy();
        if name.starts_with('.') {
            left.push(name.into_owned());
        } else {
            let file = fs::File::open(&path).expect("it is there");
            rows.push(support::columnar_rows(file, true));
        }
    }
    left.sort();
    rows.sort();
    assert_eq!(left, [".rows-10.parquet.spool", ".rows-9.parquet.part"]);
    let expected = ["grew", "made", "made", "making", "torn note"].map(row);
    assert_eq!(rows, expected, "`made` is somebody else's, too");
}

/// The name of a file of the echo's lines, as JSON or CSV, and what stands before its first row.
const LINES: [(&str, &str, &str); 2] = [
    ("gzip", "jsonl.gz", ""),
    ("zstd", "csv.zst", "topic,payload,qos,retain\n"),
];

fn line(sink: &str, payload: &str) -> String {
    if sink == "gzip" {
        return row(payload);
    }
    format!("first/a,{payload},0,false\n")
}

#[test]
fn lines_are_compressed_when_a_file_is_finished() {
    for (sink, end, header) in LINES {
        let folder = Folder::of(sink, sink);
        let payloads: Vec<String> = (1_000..4_000).map(|number| number.to_string()).collect();
        let variables = [("BATCH", "10"), ("ROTATE_SIZE", "20000")];
        let output = folder.replay(&payloads, &variables);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let files = folder.files();
        assert!(files.len() > 1, "{} files", files.len());
        let mut rows = String::new();
        for (name, content) in files {
            let begun = name.split('/').next_back().expect("it has a name");
            let begun = begun.strip_prefix("rows-").expect("it is not hidden");
            let end = format!(".{end}");
            assert!(
                begun.ends_with(&end)
                    && begun[..begun.len() - end.len()].ends_with(|c: char| c.is_ascii_digit()),
                "{name}"
            );
            rows.push_str(content.strip_prefix(header).expect("the header"));
        }
        let expected: String = payloads.iter().map(|payload| line(sink, payload)).collect();
        assert_eq!(rows, expected);
    }
}

/// Whatever step of finishing a kill came after: each row is in one file, and once.
#[test]
fn what_a_crash_left_of_compressed_lines_is_finished() {
    for (sink, end, head) in LINES {
        let (spool, mark) = match sink {
            "gzip" => ("jsonl-spool", "made\n"),
            _ => ("csv-spool", "made\"\"\n"),
        };
        let folder = Folder::of(&format!("left-{sink}"), sink);
        let write =
            |name: &str, content: &str| folder.write(&format!("dt=2020-01-01/{name}"), content);
        let spooled = |number: u8, content: &str| {
            write(
                &format!(".rows-{number}.{end}.{spool}"),
                &format!("{head}{content}"),
            )
        };
        let row = |payload: &str| line(sink, payload);
        // while it grew, and in the middle of the note that its file is made
        spooled(1, &format!("{}{{\"topic\":\"fir", row("grew")));
        spooled(2, &format!("{}{}", row("noted"), &mark[..mark.len() - 1]));
        spooled(3, &row("making"));
        write(&format!(".rows-3.{end}.part"), "not much");
        // the file has its name already
        spooled(4, &format!("{}{mark}", row("named")));
        // nothing is in it
        spooled(5, "");
        // of a table whose format was another one
        let other = if sink == "gzip" {
            "csv-spool"
        } else {
            "jsonl-spool"
        };
        write(&format!(".rows-6.{end}.{other}"), "\"another\n");
        for _ in 0..2 {
            let output = folder.replay(&[], &[]);
            assert_eq!(output.status.code(), Some(0), "{output:?}");
        }
        let mut files = folder.files();
        let hidden = files.iter().position(|(name, _)| name.contains("/."));
        let (hidden, _) = files.remove(hidden.expect("the other's is left"));
        assert!(hidden.ends_with(other), "{hidden}");
        let expected = [(1, "grew"), (2, "noted"), (3, "making")].map(|(number, payload)| {
            let name = format!("dt=2020-01-01/rows-{number}.{end}");
            (name, format!("{head}{}", row(payload)))
        });
        assert_eq!(files, expected);
    }
}

#[test]
fn a_spool_that_is_damaged_is_kept_and_told() {
    let folder = Folder::of("damaged", "parquet");
    let spool = format!("{}{}{{\"topic\":1}}\n", spool_head(), row("good"));
    let name = "dt=2020-01-01/.rows-1.parquet.spool";
    let path = folder.write(name, &spool);
    let output = folder.replay(&[], &[]);
    assert_eq!(output.status.code(), Some(78), "{output:?}");
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(log.contains("its line 3 is no row"), "{log}");
    assert!(log.contains(name), "{log}");
    assert_eq!(fs::read_to_string(path).expect("it is there"), spool);
}
