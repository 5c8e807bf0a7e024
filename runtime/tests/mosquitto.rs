//! The whole process against a real broker, where one is installed.

mod support;

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use support::{PATIENCE, Pipeline};

/// A mosquitto of our own.
struct Mosquitto {
    child: Child,
    port: u16,
    config: std::path::PathBuf,
}

impl Mosquitto {
    /// Starts one; None: it is not installed, and that is allowed.
    fn start(name: &str) -> Option<Self> {
        let found = ["mosquitto", "/usr/sbin/mosquitto"]
            .into_iter()
            .find(|program| {
                let asked = Command::new(program)
                    .arg("-h")
                    .stdout(Stdio::null())
                    .status();
                asked.is_ok()
            });
        let Some(program) = found else {
            assert!(
                std::env::var_os("LAMINAR_REQUIRE_MOSQUITTO").is_none(),
                "mosquitto is required but not installed"
            );
            eprintln!("skipped: mosquitto not found");
            return None;
        };
        let free = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = free.local_addr().expect("it is bound").port();
        drop(free);
        let file = format!("laminar-{name}-{}.conf", std::process::id());
        let config = std::env::temp_dir().join(file);
        let text = format!("listener {port} 127.0.0.1\nallow_anonymous true\n");
        std::fs::write(&config, text).expect("the folder is writable");
        let mut broker = Self {
            child: Self::spawn(program, &config),
            port,
            config,
        };
        broker.wait_until_it_listens();
        Some(broker)
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
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < deadline, "mosquitto does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn url(&self) -> String {
        format!("tcp://127.0.0.1:{}", self.port)
    }

    /// Publishes each line.
    fn publish(&self, topic: &str, qos: &str, lines: &str) {
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

    /// Waits until a pipeline has subscribed: a retained message comes with the subscription.
    fn retain(&self, topic: &str, payload: &str) {
        let port = self.port.to_string();
        let arguments = ["-p", &port, "-t", topic, "-q", "1", "-r", "-m", payload];
        let published = Command::new("mosquitto_pub").args(arguments).status();
        assert!(
            published.is_ok_and(|status| status.success()),
            "it publishes"
        );
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.config);
    }
}

#[test]
fn rows_come_in_order_at_every_version_and_quality_of_service() {
    let Some(broker) = Mosquitto::start("order") else {
        return;
    };
    broker.retain("first/retained", "hello");
    let url = broker.url();
    for version in ["3.1.1", "5"] {
        for qos in ["0", "1", "2"] {
            let variables = [("BROKER", url.as_str()), ("MQTT", version), ("QOS", qos)];
            let pipeline = Pipeline::start(&variables, &[]);
            assert_eq!(pipeline.payload(), "hello", "{version} {qos}");
            let numbers: Vec<String> = (0..500).map(|number| number.to_string()).collect();
            broker.publish("first/a", qos, &(numbers.join("\n") + "\n"));
            for number in numbers {
                assert_eq!(pipeline.payload(), number, "{version} {qos}");
            }
            let ended = pipeline.stop();
            assert_eq!(ended.code, 0, "{}", ended.log);
            assert_eq!(ended.rows, Vec::<String>::new());
        }
    }
}

#[test]
fn what_was_sent_meanwhile_comes_with_the_resumed_session() {
    let Some(broker) = Mosquitto::start("session") else {
        return;
    };
    let url = broker.url();
    for version in ["3.1.1", "5"] {
        let variables = [
            ("BROKER", url.as_str()),
            ("MQTT", version),
            ("CLEAN", "false"),
            ("CLIENT_ID", if version == "5" { "five" } else { "four" }),
        ];
        broker.retain("first/retained", "hello");
        let first = Pipeline::start(&variables, &[]);
        assert_eq!(first.payload(), "hello");
        assert_eq!(first.stop().code, 0);
        broker.retain("first/retained", "");
        broker.publish("first/a", "1", "one\ntwo\n");
        let second = Pipeline::start(&variables, &[]);
        assert_eq!(second.payload(), "one", "{version}");
        assert_eq!(second.payload(), "two", "{version}");
        let ended = second.stop();
        assert!(ended.log.contains("session resumed"), "{}", ended.log);
    }
}

#[test]
fn rows_are_published_and_come_back_unchanged() {
    let Some(broker) = Mosquitto::start("sink") else {
        return;
    };
    let url = broker.url();
    for (version, qos) in [
        ("3.1.1", "1"),
        ("3.1.1", "2"),
        ("5", "1"),
        ("5", "2"),
        ("5", "0"),
    ] {
        broker.retain("first/retained", "hello");
        let of = |sink: &'static str, first: &'static str| {
            let all = [
                ("BROKER", url.as_str()),
                ("MQTT", version),
                ("QOS", qos),
                ("SINK", sink),
                ("OUT", "second/out"),
                ("FIRST", first),
            ];
            Pipeline::start(&all, &[])
        };
        // One prints what the other publishes.
        let printer = of("stdout", "first/retained");
        assert_eq!(printer.payload(), "hello");
        let publisher = of("mqtt", "third/#");
        let deadline = Instant::now() + PATIENCE;
        let row = loop {
            broker.publish("third/x", qos, "again\n");
            if let Some(row) = printer.row_within(Duration::from_millis(200)) {
                break row;
            }
            assert!(Instant::now() < deadline, "nothing comes");
        };
        assert!(row.contains(r#""topic":"second/out""#), "{row}");
        assert!(
            row.contains(r#"{\"topic\":\"third/x\",\"payload\":\"again\""#),
            "{row}"
        );
        assert_eq!(publisher.stop().code, 0);
        assert_eq!(printer.stop().code, 0);
    }
}
