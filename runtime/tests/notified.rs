//! systemd's notifications and SIGHUP, with a socket in its place and a scripted broker.

mod support;

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use support::{Broker, Client, PATIENCE, Pipeline};

/// A folder for sockets and files, which goes with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("laminar-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir(&path).expect("a folder can be made");
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("text").to_owned()
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).expect("writable");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What systemd would hear.
struct Listener(UnixDatagram);

impl Listener {
    fn at(path: &str) -> Self {
        Self::on(UnixDatagram::bind(path).expect("the path is free"))
    }

    fn on(socket: UnixDatagram) -> Self {
        socket
            .set_read_timeout(Some(PATIENCE))
            .expect("sockets can");
        Self(socket)
    }

    fn next(&self) -> String {
        let mut bytes = [0; 4_096];
        let length = self.0.recv(&mut bytes).expect("a notification comes");
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }

    /// Waits for one that begins so; what came before is returned, too.
    fn until(&self, start: &str) -> Vec<String> {
        let deadline = Instant::now() + PATIENCE;
        let mut heard = Vec::new();
        while Instant::now() < deadline {
            heard.push(self.next());
            if heard.last().is_some_and(|last| last.starts_with(start)) {
                return heard;
            }
        }
        panic!("no {start} among {heard:?}");
    }

    /// What comes within a time.
    fn within(&self, time: Duration) -> Vec<String> {
        let end = Instant::now() + time;
        let mut heard = Vec::new();
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            let wait = left.max(Duration::from_millis(1));
            self.0.set_read_timeout(Some(wait)).expect("sockets can");
            let mut bytes = [0; 4_096];
            if let Ok(length) = self.0.recv(&mut bytes) {
                heard.push(String::from_utf8_lossy(&bytes[..length]).into_owned());
            }
        }
        self.0
            .set_read_timeout(Some(PATIENCE))
            .expect("sockets can");
        heard
    }
}

#[test]
fn systemd_hears_when_it_is_ready_how_it_is_and_when_it_stops() {
    let folder = Folder::new("notified");
    let path = folder.path("socket");
    let systemd = Listener::at(&path);
    let broker = Broker::new();
    let variables = [("BROKER", broker.url.as_str()), ("NOTIFY_SOCKET", &path)];
    let pipeline = Pipeline::start(&variables, &[]);
    let mut client = broker.accept();
    assert_eq!(client.packet()[0], 0x10, "CONNECT is first");
    client.send(&[0x20, 2, 0, 0]);
    // connected is not enough
    let before = systemd.until("STATUS=connection `plant` is not open");
    assert!(
        !before.iter().any(|it| it.starts_with("READY")),
        "{before:?}"
    );
    client.grant();
    let heard = systemd.until("STATUS=connected and subscribed");
    assert!(heard.contains(&"READY=1".to_owned()), "{heard:?}");
    // a connection that is lost is told, and is no reason to be started again
    client.reset();
    systemd.until("STATUS=connection `plant` is not open: ");
    let again = broker.accept_subscribed(0);
    let heard = systemd.until("STATUS=connected and subscribed");
    assert!(!heard.contains(&"READY=1".to_owned()), "twice: {heard:?}");
    pipeline.signal("TERM");
    systemd.until("STOPPING=1");
    assert_eq!(pipeline.wait().code, 0);
    drop(again);
}

#[test]
fn names_of_the_abstract_namespace_are_sockets_too() {
    let name = format!("laminar-test-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).expect("a name");
    let systemd = Listener::on(UnixDatagram::bind_addr(&address).expect("it is free"));
    let broker = Broker::new();
    let socket = format!("@{name}");
    let variables = [("BROKER", broker.url.as_str()), ("NOTIFY_SOCKET", &socket)];
    let pipeline = Pipeline::start(&variables, &[]);
    let _client = broker.accept_subscribed(0);
    systemd.until("READY=1");
    assert_eq!(pipeline.stop().code, 0);
}

#[test]
fn the_watchdog_hears_from_a_loop_that_turns_whatever_it_waits_for() {
    let folder = Folder::new("watchdog");
    let path = folder.path("socket");
    let systemd = Listener::at(&path);
    let broker = Broker::new();
    let variables = [
        ("BROKER", broker.url.as_str()),
        ("NOTIFY_SOCKET", &path),
        ("WATCHDOG_USEC", "400000"),
        ("RETRY_MS", "300"),
        // nobody takes the rows: the pipeline takes no more messages after a while
        ("SINK", "mqtt"),
        ("OUT", "out"),
        ("OUT_BROKER", "tcp://127.0.0.1:9"),
    ];
    let pipeline = Pipeline::start(&variables, &[]);
    let beats = || {
        let heard = systemd.within(Duration::from_secs(2));
        heard.iter().filter(|it| *it == "WATCHDOG=1").count()
    };
    // a broker that does not answer
    let mut client = broker.accept();
    assert_eq!(client.packet()[0], 0x10, "CONNECT is first");
    assert!(beats() >= 4, "while it waits for CONNACK");
    client.send(&[0x20, 2, 0, 0]);
    client.grant();
    assert!(beats() >= 4, "while nothing comes");
    let payload = vec![b'x'; 60_000];
    for id in 1..=100 {
        client.publish(0x32, "first/a", id, &payload);
    }
    assert!(beats() >= 4, "while rows wait for their broker");
    client.reset();
    assert!(beats() >= 4, "while it waits to connect again");
    // a process that stands still is silent
    pipeline.signal("STOP");
    let _ = systemd.within(Duration::from_millis(300));
    assert_eq!(beats(), 0, "while it is stopped");
    pipeline.signal("CONT");
    assert!(beats() >= 4, "once it goes on");
}

/// User name and password of a CONNECT of 3.1.1 that ends with them.
fn credentials(connect: &[u8]) -> (String, String) {
    let text = String::from_utf8_lossy(connect);
    let user = ["alice", "bob"]
        .into_iter()
        .find(|user| text.contains(user));
    let password = ["one", "two"].into_iter().find(|it| text.ends_with(it));
    let found = |word: Option<&str>| word.unwrap_or("nothing").to_owned();
    (found(user), found(password))
}

fn pair(user: &str, password: &str) -> (String, String) {
    (user.to_owned(), password.to_owned())
}

#[test]
fn sighup_presents_what_files_hold_now_and_loses_nothing() {
    let folder = Folder::new("reload");
    let (user, password) = (
        folder.write("user", "alice\n"),
        folder.write("password", "one\n"),
    );
    let path = folder.path("socket");
    let systemd = Listener::at(&path);
    let broker = Broker::new();
    let variables = [
        ("BROKER", broker.url.as_str()),
        ("NOTIFY_SOCKET", &path),
        ("CLEAN", "false"),
        ("CLIENT_ID", "kept"),
        ("USERNAME_FILE", &user),
        ("PASSWORD_FILE", &password),
    ];
    let pipeline = Pipeline::start(&variables, &[]);
    let mut client = broker.accept();
    assert_eq!(credentials(&client.packet()), pair("alice", "one"));
    client.send(&[0x20, 2, 0, 0]);
    client.grant();
    systemd.until("READY=1");
    client.publish(0x32, "first/a", 7, b"before");
    assert_eq!(pipeline.payload(), "before");
    assert_eq!(client.packet(), [0x40, 2, 0, 7]);
    folder.write("user", "bob");
    folder.write("password", "two");
    pipeline.signal("HUP");
    assert_eq!(client.packet(), [0xe0, 0], "DISCONNECT");
    client.expect_end();
    systemd.until("RELOADING=1");
    let mut next = broker.accept();
    let connect = next.packet();
    assert_eq!(credentials(&connect), pair("bob", "two"));
    assert!(String::from_utf8_lossy(&connect).contains("kept"));
    next.send(&[0x20, 2, 1, 0]);
    let not_yet = systemd.within(Duration::from_millis(500));
    assert!(!not_yet.iter().any(|it| it == "READY=1"), "{not_yet:?}");
    next.grant();
    systemd.until("READY=1");
    next.publish(0x32, "first/a", 8, b"after");
    assert_eq!(pipeline.payload(), "after");

    // a mistake changes nothing
    std::fs::remove_file(&password).expect("it is there");
    pipeline.signal("HUP");
    let heard = systemd.until("STATUS=reloading failed");
    assert!(heard.contains(&"READY=1".to_owned()), "{heard:?}");
    next.publish(0x32, "first/a", 9, b"still");
    assert_eq!(pipeline.payload(), "still");
    let ended = pipeline.stop();
    assert_eq!(ended.code, 0, "{}", ended.log);
    for text in ["`PASSWORD_FILE`: cannot read", "everything stays as it was"] {
        assert!(ended.log.contains(text), "{text} in {}", ended.log);
    }
}

/// Two connections, in whatever order they come: the one that publishes is the second.
fn both(broker: &Broker, session_present: u8) -> (Client, Client) {
    let mut found: Vec<(bool, Client)> = (0..2)
        .map(|_| {
            let mut client = broker.accept();
            let connect = client.packet();
            let is_sink = String::from_utf8_lossy(&connect).contains("-out");
            client.send(&[0x20, 2, if is_sink { 0 } else { session_present }, 0]);
            (is_sink, client)
        })
        .collect();
    found.sort_by_key(|(is_sink, _)| *is_sink);
    let (_, sink) = found.pop().expect("there are two");
    let (_, mut source) = found.pop().expect("there are two");
    source.grant();
    (source, sink)
}

#[test]
fn sighup_waits_for_rows_that_are_published() {
    let broker = Broker::new();
    let variables = [
        ("BROKER", broker.url.as_str()),
        ("CLEAN", "false"),
        ("CLIENT_ID", "kept"),
        ("SINK", "mqtt"),
        ("OUT", "out"),
    ];
    let pipeline = Pipeline::start(&variables, &[]);
    let (mut source, mut sink) = both(&broker, 0);
    source.publish(0x32, "first/a", 7, b"row");
    let row = sink.packet();
    assert_eq!(row[0] & 0xf0, 0x30, "the row");
    pipeline.signal("HUP");
    source.expect_silence();
    sink.send(&[0x40, 2, 0, 1]);
    assert_eq!(
        source.packet(),
        [0x40, 2, 0, 7],
        "acknowledged once the row is"
    );
    assert_eq!(source.packet(), [0xe0, 0], "DISCONNECT");
    assert_eq!(sink.packet(), [0xe0, 0], "DISCONNECT");
    let (mut source, mut sink) = both(&broker, 1);
    source.publish(0x32, "first/a", 8, b"another");
    let row = sink.packet();
    assert!(String::from_utf8_lossy(&row).contains("another"));
    let id = row
        .windows(3)
        .position(|part| part == b"out")
        .expect("a topic")
        + 3;
    sink.send(&[0x40, 2, row[id], row[id + 1]]);
    assert_eq!(source.packet(), [0x40, 2, 0, 8]);
    assert_eq!(pipeline.stop().code, 0);
}
