//! Sinks of files where the disk has no room, or a file must not grow further. A limit on the size
//! of files stands for the disk.
#![cfg(target_os = "linux")]

mod support;

use laminar_runtime::columns;
use laminar_runtime::spec::{FieldSpec, Type};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use support::{Broker, PATIENCE, Pipeline};

/// A folder that goes when the test does.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("laminar-room-{name}.{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("the folder can be made");
        Self(folder)
    }

    /// Its files, with those in its folders.
    fn files(&self) -> Vec<PathBuf> {
        fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(folder).expect("it can be read") {
                let path = entry.expect("it can be read").path();
                if path.is_dir() {
                    gather(&path, files);
                } else {
                    files.push(path);
                }
            }
        }
        let mut files = Vec::new();
        gather(&self.0, &mut files);
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Starts the example with so many blocks of 512 bytes for each file.
fn start(broker: &Broker, sink: &str, folder: &Folder, blocks: u32) -> Pipeline {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &format!(r#"ulimit -S -f {blocks}; exec "$0""#)]);
    command.arg(support::command().get_program());
    command.env_clear();
    let variables = [
        ("BROKER", broker.url.as_str()),
        ("SINK", sink),
        ("FILE", folder.0.to_str().expect("the path is UTF-8")),
    ];
    Pipeline::start_by(command, &variables, &[])
}

fn row(payload: &str) -> String {
    format!(r#"{{"topic":"first/a","payload":"{payload}","qos":1,"retain":false}}"#) + "\n"
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

/// A crash left rows and the disk is full: the pipeline starts all the same, and makes their file
/// when there is room.
#[test]
fn what_there_is_no_room_to_finish_waits() {
    const CSV: &str = "topic,payload,qos,retain\n";
    let left = row("left");
    let in_csv = format!("{CSV}first/a,left,1,false\n");
    let spool = spool_head() + &left;
    for (sink, hidden, content, rows) in [
        ("gzip", "d/.rows-1.jsonl.gz.jsonl-spool", &left, &left),
        ("zstd", "d/.rows-1.csv.zst.csv-spool", &in_csv, &in_csv),
        ("parquet", "d/.rows-1.parquet.spool", &spool, &left),
        ("arrow", ".rows-1.arrow.spool", &spool, &left),
    ] {
        let (broker, folder) = (Broker::new(), Folder::new(sink));
        let hidden = folder.0.join(hidden);
        fs::create_dir_all(hidden.parent().expect("it is in a folder")).expect("it can be made");
        fs::write(&hidden, content).expect("it can be written");
        let pipeline = start(&broker, sink, &folder, 0);
        let _source = broker.accept_subscribed(0);
        assert_eq!(folder.files(), [hidden.as_path()], "{sink}");

        let limit = ["--pid", &pipeline.pid().to_string(), "--fsize=unlimited:"];
        let raised = Command::new("prlimit").args(limit).status();
        assert!(raised.is_ok_and(|status| status.success()), "prlimit works");
        let deadline = Instant::now() + PATIENCE;
        while hidden.exists() {
            assert!(Instant::now() < deadline, "{sink}: it is not made");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let ended = pipeline.stop();
        assert_eq!(ended.code, 0, "{sink}: {}", ended.log);
        let told = "cannot finish what another process left";
        assert!(ended.log.contains(told), "{sink}: {}", ended.log);
        let files = folder.files();
        let [file] = files.as_slice() else {
            panic!("{sink}: {files:?}");
        };
        assert_eq!(support::rows_of(file), *rows, "{sink}");
    }
}

/// Some file systems have no files beyond 2 or 4 GB: rows go on in another one.
#[test]
fn a_file_that_must_not_grow_further_is_finished() {
    const MESSAGES: u8 = 20;
    for sink in ["files", "gzip"] {
        let (broker, folder) = (Broker::new(), Folder::new(&format!("grow-{sink}")));
        let pipeline = start(&broker, sink, &folder, 8);
        let mut source = broker.accept_subscribed(0);
        let payload = |number: u8| format!("{number:>500}");
        for number in 1..=MESSAGES {
            source.publish(0x32, "first/a", number.into(), payload(number).as_bytes());
            assert_eq!(source.packet(), [0x40, 2, 0, number], "{sink}");
        }
        let ended = pipeline.stop();
        assert_eq!(ended.code, 0, "{sink}: {}", ended.log);
        let files = folder.files();
        assert!(files.len() > 1, "{sink}: {files:?}");
        let mut rows: Vec<String> = Vec::new();
        for file in files {
            let text = support::rows_of(&file);
            rows.extend(text.split_inclusive('\n').map(str::to_owned));
        }
        rows.sort();
        let expected: Vec<String> = (1..=MESSAGES).map(|number| row(&payload(number))).collect();
        assert_eq!(rows, expected, "{sink}");
    }
}

/// A folder below that only somebody else may read, such as `lost+found`, keeps no sink from its
/// start. Who may read everything is not asked.
#[test]
fn folders_of_others_are_passed_over() {
    use std::os::unix::fs::PermissionsExt as _;
    let (broker, folder) = (Broker::new(), Folder::new("others"));
    let closed = folder.0.join("lost+found");
    fs::create_dir(&closed).expect("it can be made");
    let permit = |mode| {
        let permitted = fs::set_permissions(&closed, fs::Permissions::from_mode(mode));
        permitted.expect("it is ours");
    };
    permit(0);
    let is_closed = fs::read_dir(&closed).is_err();
    let pipeline = start(&broker, "files", &folder, 1024);
    let _source = broker.accept_subscribed(0);
    let ended = pipeline.stop();
    permit(0o700);
    assert_eq!(ended.code, 0, "{}", ended.log);
    assert_eq!(ended.log.contains("files are not looked for in"), is_closed);
}
