//! A real broker, where one is installed.

use super::PATIENCE;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How often ports are looked for.
const ATTEMPTS: u32 = 10;

/// A mosquitto of our own.
pub struct Mosquitto {
    child: Child,
    port: u16,
    /// Of the listeners beside the plain one, in their order.
    pub ports: Vec<u16>,
    config: std::path::PathBuf,
}

impl Mosquitto {
    /// Starts one; None: it is not installed, and that is allowed.
    pub fn start(name: &str) -> Option<Self> {
        Self::start_with(name, &[])
    }

    /// Starts one that has on the disk what it confirmed before it takes the next packet, so that
    /// it can be killed and revived.
    pub fn start_persistent(name: &str) -> Option<Self> {
        let folder = format!("laminar-{name}-{}.kept", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("the folder is writable");
        // The listener's lines come last, and what is said there of the whole broker counts too.
        let lines = format!(
            "user root\npersistence true\npersistence_location {}/\n\
             autosave_on_changes true\nautosave_interval 1\n",
            folder.display()
        );
        Self::start_with(name, &[lines])
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends it at once, with SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Starts it again where it was.
    pub fn revive(&mut self) {
        self.child = Self::spawn(Self::program().expect("it was found"), &self.config);
        self.wait_until_it_listens();
    }

    fn program() -> Option<&'static str> {
        ["mosquitto", "/usr/sbin/mosquitto"]
            .into_iter()
            .find(|program| {
                let asked = Command::new(program)
                    .arg("-h")
                    .stdout(Stdio::null())
                    .status();
                asked.is_ok()
            })
    }

    /// Starts one with more listeners, each with these lines of configuration.
    pub fn start_with(name: &str, listeners: &[String]) -> Option<Self> {
        let Some(program) = Self::program() else {
            assert!(
                std::env::var_os("LAMINAR_REQUIRE_MOSQUITTO").is_none(),
                "mosquitto is required but not installed"
            );
            eprintln!("skipped: mosquitto not found");
            return None;
        };
        // another process may take a port between its being found free and being listened on
        let started = (0..ATTEMPTS).find_map(|_| Self::start_somewhere(program, name, listeners));
        Some(started.expect("some free ports stay free for a moment"))
    }

    /// Starts one on free ports; None: somebody else has taken one of them meanwhile.
    fn start_somewhere(program: &str, name: &str, listeners: &[String]) -> Option<Self> {
        // all are bound before one is given back, so that they differ
        let free: Vec<_> = (0..=listeners.len()).map(|_| free_port()).collect();
        let ports: Vec<u16> = free.iter().map(|(_, port)| *port).collect();
        drop(free);
        let file = format!("laminar-{name}-{}.conf", std::process::id());
        let config = std::env::temp_dir().join(file);
        // What nobody has taken yet is kept, however much it is.
        let mut text = String::from(
            "allow_anonymous true\nper_listener_settings false\nmax_queued_messages 0\n",
        );
        let plain = String::new();
        for (port, lines) in ports.iter().zip([&plain].into_iter().chain(listeners)) {
            let listener = ["listener ", &port.to_string(), " 127.0.0.1\n", lines, "\n"];
            text.extend(listener);
        }
        std::fs::write(&config, text).expect("the folder is writable");
        let mut broker = Self {
            child: Self::spawn(program, &config),
            port: ports[0],
            ports: ports[1..].to_vec(),
            config,
        };
        broker.wait_until_it_listens();
        // whoever answers may be that other process: then ours ends, but not at once
        std::thread::sleep(Duration::from_millis(20));
        let runs = broker.child.try_wait().expect("it is ours").is_none();
        runs.then_some(broker)
    }

    fn spawn(program: &str, config: &std::path::Path) -> Child {
        Command::new(program)
            .arg("-c")
            .arg(config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it was found")
    }

    fn wait_until_it_listens(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        for port in [self.port].into_iter().chain(self.ports.iter().copied()) {
            let has_ended = |child: &mut Child| child.try_wait().is_ok_and(|ended| ended.is_some());
            while TcpStream::connect(("127.0.0.1", port)).is_err() && !has_ended(&mut self.child) {
                assert!(Instant::now() < deadline, "mosquitto does not listen");
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }

    pub fn url(&self) -> String {
        format!("tcp://127.0.0.1:{}", self.port)
    }

    /// Publishes each line.
    pub fn publish(&self, topic: &str, qos: &str, lines: &str) {
        let port = self.port.to_string();
        let mut publisher = Command::new("mosquitto_pub")
            .args(["-p", &port, "-t", topic, "-q", qos, "-l"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("the clients are installed with the broker");
        let mut input = publisher.stdin.take().expect("it is piped");
        input.write_all(lines.as_bytes()).expect("it reads");
        drop(input);
        assert!(publisher.wait().expect("it ends").success(), "it publishes");
    }

    /// The next `count` messages on a topic, each as `mosquitto_sub` writes it by `format`, once
    /// `then` has run. The subscription is there before.
    pub fn receive(
        &self,
        topic: &str,
        count: usize,
        format: &str,
        then: impl FnOnce(),
    ) -> Vec<String> {
        // A retained message says that the subscriptions are there.
        self.retain("subscribed", "subscribed");
        let (port, count) = (self.port.to_string(), (count + 1).to_string());
        let arguments = [
            "-V",
            "5",
            "-p",
            &port,
            "-t",
            topic,
            "-t",
            "subscribed",
            "-q",
            "1",
            "-C",
            &count,
            "-F",
            format,
            "-W",
            "60",
        ];
        let mut subscriber = Command::new("mosquitto_sub")
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the clients are installed with the broker");
        let output = BufReader::new(subscriber.stdout.take().expect("it is piped"));
        let mut lines = output.lines().map_while(Result::ok);
        let first = lines.next().expect("the retained message comes");
        assert!(first.contains("subscribed"), "{first}");
        then();
        let lines: Vec<String> = lines.collect();
        assert!(subscriber.wait().expect("it ends").success(), "it gets all");
        lines
    }

    /// Waits until a pipeline has subscribed: a retained message comes with the subscription.
    pub fn retain(&self, topic: &str, payload: &str) {
        let port = self.port.to_string();
        let arguments = ["-p", &port, "-t", topic, "-q", "1", "-r", "-m", payload];
        let published = Command::new("mosquitto_pub").args(arguments).status();
        assert!(
            published.is_ok_and(|status| status.success()),
            "it publishes"
        );
    }
}

fn free_port() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = listener.local_addr().expect("it is bound").port();
    (listener, port)
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(self.config.with_extension("kept"));
        let _ = std::fs::remove_file(&self.config);
    }
}
