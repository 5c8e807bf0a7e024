//! The line that a person at a terminal sees, below rows and log. The terminal is that of
//! `script`, which belongs to each Debian; where there is none, this is skipped with a word.

mod support;

use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use support::{Broker, Mortal, PATIENCE, Pipeline, command};

/// What is seen of a pipeline on a terminal.
struct Terminal {
    script: Mortal,
    seen: Arc<Mutex<Vec<u8>>>,
    pid: PathBuf,
}

impl Terminal {
    /// Starts the hand-made pipeline on a terminal of this kind, if there can be one.
    fn start(broker: &Broker, kind: &str) -> Option<Self> {
        let name = format!("laminar-terminal-{kind}-{}", std::process::id());
        let pid = std::env::temp_dir().join(name);
        let pipeline = command().get_program().to_owned();
        let pipeline = pipeline.into_string().expect("a path of tests is text");
        let run = format!("echo $$ > '{}'; exec '{pipeline}'", pid.display());
        let mut script = Command::new("script");
        script.args(["-qefc", &run, "/dev/null"]).env_clear();
        script.envs([("BROKER", broker.url.as_str()), ("TERM", kind)]);
        script.env("SHELL", "/bin/sh").env("PATH", "/usr/bin:/bin");
        let started = script.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let Ok(mut child) = started else {
            eprintln!("skipped: there is no `script`");
            return None;
        };
        let mut output = child.stdout.take().expect("it is piped");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                let mut into = into.lock().expect("nobody panics with it");
                into.extend_from_slice(&bytes[..count]);
            }
        });
        Some(Self {
            script: Mortal(child),
            seen,
            pid,
        })
    }

    fn seen(&self) -> String {
        let seen = self.seen.lock().expect("nobody panics with it");
        String::from_utf8_lossy(&seen).into_owned()
    }

    fn wait_for(&self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.seen().contains(text) {
            assert!(Instant::now() < deadline, "no {text:?}: {:?}", self.seen());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Stops the pipeline; what has been seen to the end.
    fn stop(mut self) -> String {
        let pid = std::fs::read_to_string(&self.pid).expect("it was started");
        let sent = Command::new("kill")
            .args(["-s", "TERM", pid.trim()])
            .status();
        assert!(sent.is_ok_and(|status| status.success()), "kill works");
        self.script.0.wait().expect("it is ours");
        let _ = std::fs::remove_file(&self.pid);
        // what was read last may still be on its way from the reading thread
        self.wait_for("connection plant, 1 connect");
        self.seen()
    }
}

/// What stands on the terminal in the end, and what stood in lines that were taken away.
fn screen(seen: &str) -> (Vec<String>, Vec<String>) {
    let mut lines = vec![String::new()];
    let mut gone = Vec::new();
    let seen = seen.replace("\x1b[?7l", "").replace("\x1b[?7h", "");
    let mut rest = seen.as_str();
    while let Some(letter) = rest.chars().next() {
        let last = lines.last_mut().expect("there is one");
        if let Some(after) = rest.strip_prefix("\r\x1b[K") {
            gone.push(std::mem::take(last));
            rest = after;
            continue;
        }
        match letter {
            '\n' => lines.push(String::new()),
            '\r' => {}
            letter => last.push(letter),
        }
        rest = &rest[letter.len_utf8()..];
    }
    (lines, gone)
}

#[test]
fn a_terminal_shows_how_it_goes_below_the_rows() {
    let broker = Broker::new();
    let Some(terminal) = Terminal::start(&broker, "xterm") else {
        return;
    };
    let mut client = broker.accept_subscribed(0);
    for id in 1..=60 {
        client.publish(0x32, "first/a", id, format!("row{id}").as_bytes());
        std::thread::sleep(Duration::from_millis(50));
    }
    terminal.wait_for("\"payload\":\"row60\"");
    terminal.wait_for("hand_made: 60 received");
    let (lines, gone) = screen(&terminal.stop());
    let rows: Vec<&String> = lines.iter().filter(|line| line.starts_with('{')).collect();
    assert_eq!(rows.len(), 60, "{lines:#?}");
    for (id, row) in (1..).zip(rows) {
        let payload = format!("\"payload\":\"row{id}\"");
        assert!(row.contains(&payload) && row.ends_with('}'), "{row}");
    }
    let others = lines.iter().filter(|line| !line.starts_with('{'));
    for line in others.filter(|line| !line.is_empty()) {
        assert!(line.starts_with("20"), "it is a line of the log: {line}");
    }
    let shown: Vec<&String> = gone.iter().filter(|line| !line.is_empty()).collect();
    assert!(shown.len() >= 3, "{gone:#?}");
    for line in shown {
        assert!(
            line.starts_with("hand_made: ") && line.contains(" received (") && line.contains("lag"),
            "{line}"
        );
    }
}

#[test]
fn nothing_is_drawn_where_it_cannot_be() {
    let broker = Broker::new();
    let Some(terminal) = Terminal::start(&broker, "dumb") else {
        return;
    };
    let _client = broker.accept_subscribed(0);
    std::thread::sleep(Duration::from_millis(1_500));
    let seen = terminal.stop();
    assert!(
        !seen.contains("\x1b[K") && !seen.contains(" received ("),
        "{seen}"
    );
    let broker = Broker::new();
    let pipeline = Pipeline::start(&[("BROKER", &broker.url), ("TERM", "xterm")], &[]);
    let _client = broker.accept_subscribed(0);
    std::thread::sleep(Duration::from_millis(1_500));
    let log = pipeline.stop().log;
    assert!(
        !log.contains("\x1b[K") && !log.contains(" received ("),
        "{log}"
    );
}
