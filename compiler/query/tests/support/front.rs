//! The program that answers clients of PostgreSQL, started for a test, and psql.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

/// A front of a pipeline.
pub struct Front {
    pub process: Child,
    pub port: String,
}

impl Front {
    pub fn new(pipeline: &str, token: Option<&str>) -> Self {
        Self::with(pipeline, token, &[])
    }

    pub fn with(pipeline: &str, token: Option<&str>, more: &[&str]) -> Self {
        let mut process = command(pipeline, token, "127.0.0.1:0")
            .args(more)
            .stderr(Stdio::piped())
            .spawn()
            .expect("it was built for this test");
        let said = process.stderr.take().expect("it is a pipe");
        let mut line = String::new();
        let mut said = BufReader::new(said);
        said.read_line(&mut line).expect("it says where it listens");
        let port = line
            .split(['`', ' '])
            .skip_while(|word| *word != "-p")
            .nth(1);
        let port = port.unwrap_or_else(|| panic!("it listens: {line}"));
        // what it says later is nobody's business, but it has to go somewhere
        thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self {
            process,
            port: port.to_owned(),
        }
    }

    /// What psql prints, says, and whether it was content.
    pub fn psql(&self, password: Option<&str>, arguments: &[&str]) -> (String, String, bool) {
        let mut command = Command::new("psql");
        command.args([
            "-X",
            "-h",
            "127.0.0.1",
            "-p",
            &self.port,
            "-U",
            "me",
            "-d",
            "laminar",
            "-w",
        ]);
        command.args(arguments).env("PGCONNECT_TIMEOUT", "30");
        command.env("PAGER", "").env_remove("PGPASSWORD");
        if let Some(password) = password {
            command.env("PGPASSWORD", password);
        }
        let output = command.stdin(Stdio::null()).output();
        text(&output.expect("psql is installed"))
    }

    /// Rows without decoration; nothing may be wrong.
    pub fn rows(&self, sql: &str) -> String {
        let (rows, said, is_content) = self.psql(None, &["-At", "-c", sql]);
        assert!(is_content, "{sql}: {said}");
        rows
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(format!("127.0.0.1:{}", self.port));
        let stream = stream.expect("it listens");
        let patience = Some(Duration::from_secs(90));
        stream.set_read_timeout(patience).expect("it is some time");
        stream
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub fn command(pipeline: &str, token: Option<&str>, place: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_laminarc-query"));
    command.args(["--addr", pipeline, "--serve-postgres", place]);
    command
        .env_remove("LAMINAR_CONTROL_TOKEN")
        .stdin(Stdio::null());
    if let Some(token) = token {
        command.args(["--token", token]);
    }
    command
}

pub fn text(output: &Output) -> (String, String, bool) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let is_content = output.status.success();
    (text(&output.stdout), text(&output.stderr), is_content)
}

/// Whether there is a psql to test with.
pub fn has_psql() -> bool {
    let found = Command::new("psql").arg("--version").output().is_ok();
    let is_required = std::env::var_os("LAMINAR_REQUIRE_POSTGRES").is_some();
    assert!(found || !is_required, "psql is not installed");
    if !found {
        eprintln!("skipped: psql is not installed");
    }
    found
}
