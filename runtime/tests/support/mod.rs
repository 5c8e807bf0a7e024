//! What the integration tests share: the hand-made pipeline as a process, and a broker that does
//! what a test tells it to.

#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod broker;
pub mod certificates;
pub mod control;
pub mod dribble;
pub mod mosquitto;
pub mod oracle;
pub mod peer;
pub mod proxy;

#[allow(unused_imports, reason = "each test binary uses a part of it")]
pub use broker::{Broker, Client, PATIENCE, two_sessions, two_sessions_5};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A running pipeline.
pub struct Pipeline {
    child: Child,
    rows: Receiver<String>,
    log: Option<JoinHandle<String>>,
}

/// How a pipeline ended.
pub struct Ended {
    pub code: i32,
    pub rows: Vec<String>,
    pub log: String,
}

impl Pipeline {
    /// Starts the hand-made pipeline with these variables and arguments.
    pub fn start(variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        Self::start_by(command(), variables, arguments)
    }

    /// The same by a command that starts it.
    pub fn start_by(mut command: Command, variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        let mut child = command
            .args(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example `hand_made` starts");
        let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut stderr = child.stderr.take().expect("it is piped");
        let (sender, rows) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        });
        Self {
            child,
            rows,
            log: Some(log),
        }
    }

    /// The next row.
    pub fn row(&self) -> String {
        self.rows.recv_timeout(PATIENCE).expect("a row comes")
    }

    /// The next row, if one comes in time.
    pub fn row_within(&self, time: Duration) -> Option<String> {
        self.rows.recv_timeout(time).ok()
    }

    /// The payload of the next row.
    pub fn payload(&self) -> String {
        let row = self.row();
        let after = row
            .split_once("\"payload\":\"")
            .expect("rows have payloads")
            .1;
        after.split_once('"').expect("it ends").0.to_owned()
    }

    /// That no row comes for a while.
    pub fn expect_no_row(&self) {
        let row = self.rows.recv_timeout(Duration::from_millis(300));
        assert!(row.is_err(), "unexpected {row:?}");
    }

    /// How much memory it has in use, where the system tells.
    pub fn resident_kilobytes(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill works");
    }

    /// Stops it with SIGTERM.
    pub fn stop(self) -> Ended {
        self.signal("TERM");
        self.wait()
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Ended {
        let code = wait(&mut self.child).code().expect("no signal ended it");
        let log = self.log.take().expect("it is taken once");
        Ended {
            code,
            rows: self.rows.iter().collect(),
            log: log.join().expect("the log is read"),
        }
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A process that does not outlive its test.
pub struct Mortal(pub Child);

impl Drop for Mortal {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn wait(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            return status;
        }
        assert!(Instant::now() < deadline, "the process does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The example, which cargo builds beside the tests, with an environment of its own.
pub fn command() -> Command {
    let test = std::env::current_exe().expect("this test has a path");
    let target = test
        .parent()
        .and_then(|deps| deps.parent())
        .expect("target/debug/deps");
    let path: PathBuf = target.join("examples").join("hand_made");
    assert!(
        path.exists(),
        "build the example first: cargo build --examples"
    );
    let mut command = Command::new(path);
    command.env_clear();
    command
}

/// The rows of a file as the echo writes them, each on a line, whatever the file's format. What is
/// compressed must be one whole member or frame.
pub fn rows_of(path: &std::path::Path) -> String {
    let is = |wanted: &str| path.extension().is_some_and(|end| end == wanted);
    let file = || std::fs::File::open(path).expect("it is there");
    if is("parquet") || is("arrow") {
        return columnar_rows(file(), is("parquet"));
    }
    let mut text = String::new();
    if is("gz") {
        let mut reader = flate2::bufread::GzDecoder::new(std::io::BufReader::new(file()));
        reader.read_to_string(&mut text).expect("whole gzip");
        let rest = reader.into_inner().bytes().count();
        assert_eq!(rest, 0, "{}: more than one member", path.display());
    } else if is("zst") {
        let reader = zstd::Decoder::new(file()).expect("a frame");
        let mut reader = reader.single_frame();
        reader.read_to_string(&mut text).expect("whole Zstandard");
        let rest = reader.finish().bytes().count();
        assert_eq!(rest, 0, "{}: more than one frame", path.display());
    } else {
        file().read_to_string(&mut text).expect("it is text");
    }
    text
}

/// The rows of a file of Parquet or Arrow as the echo writes them, each on a line.
pub fn columnar_rows(file: std::fs::File, is_parquet: bool) -> String {
    use arrow_array::cast::AsArray as _;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    let batches: Vec<arrow_array::RecordBatch> = if is_parquet {
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("a Parquet file");
        let reader = reader.build().expect("it can be read");
        reader.collect::<Result<_, _>>().expect("it is whole")
    } else {
        let reader = arrow_ipc::reader::FileReader::try_new(file, None);
        let reader = reader.expect("an Arrow file");
        reader.collect::<Result<_, _>>().expect("it is whole")
    };
    let mut rows = String::new();
    for batch in batches {
        let [topic, payload] = [0, 1].map(|column| batch.column(column).as_string::<i32>());
        let qos = batch
            .column(2)
            .as_primitive::<arrow_array::types::UInt8Type>();
        let retain = batch.column(3).as_boolean();
        for row in 0..batch.num_rows() {
            let (topic, payload) = (topic.value(row), payload.value(row));
            let (qos, retain) = (qos.value(row), retain.value(row));
            let flags = format!("\"qos\":{qos},\"retain\":{retain}");
            let row = format!("\"topic\":\"{topic}\",\"payload\":\"{payload}\",{flags}");
            rows.extend(["{", &row, "}\n"]);
        }
    }
    rows
}
