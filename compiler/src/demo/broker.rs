//! A small MQTT 3.1.1 broker on loopback, for the demo and for tests: no dependencies, two threads
//! for each client.
//!
//! It speaks quality of service 0 and 1 and clean sessions. It keeps no retained messages and no
//! wills, asks for no password, and never drops a message that [`Broker::publish`] was given: that
//! call waits instead.

use std::io::{self, Read as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use super::session::{Session, WhenBusy};
use crate::mqtt::packet::{self, Fields, Malformed, Packet};

/// The largest packet taken, in bytes.
const MAX_PACKET: usize = 1 << 20;

/// How long a connection may stay silent before it says who it is.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A running broker; it stops when dropped.
pub struct Broker {
    shared: Arc<Shared>,
    address: SocketAddr,
}

struct Shared {
    /// Replaced as a whole, so that publishing holds no lock while it waits for a client.
    sessions: RwLock<Arc<Vec<Arc<Session>>>>,
    /// Deliveries acknowledged by clients that are gone.
    acknowledged_before: AtomicU64,
    stopping: AtomicBool,
}

impl Broker {
    /// Listens on a free port of 127.0.0.1.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            sessions: RwLock::default(),
            acknowledged_before: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accepting.accept(&listener));
        Ok(Self { shared, address })
    }

    /// `tcp://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("tcp://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends a message to whoever subscribed, with quality of service 0 or 1. Waits for clients
    /// whose window is full.
    ///
    /// # Panics
    /// If `topic` is not a topic to publish to.
    pub fn publish(&self, topic: &str, payload: &[u8], qos: u8) {
        assert!(packet::is_topic(topic), "not a topic: {topic:?}");
        for session in self.shared.sessions().iter() {
            session.deliver(topic, payload, qos, WhenBusy::Wait);
        }
    }

    /// Whether a client has a subscription that matches `topic`.
    pub fn has_subscriber(&self, topic: &str) -> bool {
        self.shared
            .sessions()
            .iter()
            .any(|session| session.wants(topic))
    }

    /// How many deliveries clients have acknowledged, those that are gone included.
    pub fn acknowledged(&self) -> u64 {
        // A client that leaves between the two is missed for a moment, never counted twice.
        let before = self.shared.acknowledged_before.load(Ordering::SeqCst);
        let sessions = self.shared.sessions();
        before
            + sessions
                .iter()
                .map(|session| session.acknowledged())
                .sum::<u64>()
    }

    /// How many deliveries between the clients of now were dropped because the receiver was too
    /// slow.
    pub fn dropped(&self) -> u64 {
        self.shared
            .sessions()
            .iter()
            .map(|session| session.dropped())
            .sum()
    }

    /// Waits until all clients have got, and where they must acknowledged, all that was published.
    /// False if that is not so within `timeout`, or if a client went away meanwhile.
    pub fn drain(&self, timeout: Duration) -> bool {
        let deadline = Instant::now() + timeout;
        self.shared
            .sessions()
            .iter()
            .all(|session| session.drain(deadline))
    }

    /// Ends all connections at once, as a failing network would; clients may come back.
    pub fn disconnect_all(&self) {
        for session in self.shared.sessions().iter() {
            session.abort();
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.disconnect_all();
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn sessions(&self) -> Arc<Vec<Arc<Session>>> {
        Arc::clone(
            &self
                .sessions
                .read()
                .expect("no thread panics while it holds this"),
        )
    }

    fn change_sessions(&self, change: impl FnOnce(&mut Vec<Arc<Session>>)) {
        let mut sessions = self.sessions.write().expect("as in `sessions`");
        change(Arc::make_mut(&mut sessions));
    }

    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming() {
            if self.stopping.load(Ordering::SeqCst) {
                return;
            }
            // A client that is gone again is no reason to stop.
            let Ok(stream) = stream else { continue };
            let shared = Arc::clone(self);
            thread::spawn(move || shared.serve(stream));
        }
    }

    /// Serves a client until it leaves or breaks the rules.
    fn serve(&self, mut stream: TcpStream) {
        let mut pending = Vec::new();
        let Some(session) = self.greet(&mut stream, &mut pending) else {
            return;
        };
        let writing = Arc::clone(&session);
        thread::spawn(move || writing.write_loop());
        while let Ok(handled) = self.handle_all(&session, &pending) {
            pending.drain(..handled);
            if !read_more(&mut stream, &mut pending) {
                break;
            }
        }
        self.change_sessions(|all| all.retain(|other| !Arc::ptr_eq(other, &session)));
        self.acknowledged_before
            .fetch_add(session.acknowledged(), Ordering::SeqCst);
        session.abort();
    }

    /// Reads a CONNECT and answers it. What follows it stays in `pending`.
    fn greet(&self, stream: &mut TcpStream, pending: &mut Vec<u8>) -> Option<Arc<Session>> {
        let _ = stream.set_nodelay(true);
        stream.set_read_timeout(Some(CONNECT_TIMEOUT)).ok()?;
        let (connect, length) = loop {
            if pending
                .first()
                .is_some_and(|first| first >> 4 != packet::CONNECT)
            {
                return None;
            }
            if let Some((packet, length)) = packet::next(pending, MAX_PACKET).ok()? {
                break (Connect::parse(&packet)?, length);
            }
            if !read_more(stream, pending) {
                return None;
            }
        };
        pending.drain(..length);
        // One and a half times the keep-alive interval [MQTT-3.1.2-24].
        let patience = Duration::from_millis(u64::from(connect.keep_alive_s) * 1500);
        stream
            .set_read_timeout((!patience.is_zero()).then_some(patience))
            .ok()?;
        let session = Arc::new(Session::new(&connect.client_id, stream.try_clone().ok()?));
        session.reply(&[0x20, 2, 0, connect.code]);
        if connect.code != 0 {
            session.close();
            session.write_loop();
            return None;
        }
        self.change_sessions(|all| {
            // A client that comes again takes its old connection's place [MQTT-3.1.4-2].
            let same = |other: &Session| {
                !other.client_id.is_empty() && other.client_id == session.client_id
            };
            all.iter()
                .filter(|other| same(other))
                .for_each(|other| other.abort());
            all.push(Arc::clone(&session));
        });
        Some(session)
    }

    /// Handles all complete packets in `bytes` and gives their length.
    fn handle_all(&self, session: &Session, bytes: &[u8]) -> Result<usize, Malformed> {
        let mut at = 0;
        let mut acknowledged = Vec::new();
        while let Some((packet, length)) = packet::next(&bytes[at..], MAX_PACKET)? {
            at += length;
            match packet.kind {
                packet::PUBACK => acknowledged.push(Fields(packet.body).number()?),
                packet::PUBLISH => self.publish(session, &packet)?,
                packet::SUBSCRIBE if packet.flags == 2 => subscribe(session, packet.body)?,
                packet::UNSUBSCRIBE if packet.flags == 2 => unsubscribe(session, packet.body)?,
                packet::PINGREQ => session.reply(&[0xd0, 0]),
                // DISCONNECT, and whatever a client must not send.
                _ => return Err(Malformed),
            }
        }
        session.acknowledge(&acknowledged);
        Ok(at)
    }

    fn publish(&self, from: &Session, packet: &Packet<'_>) -> Result<(), Malformed> {
        let qos = (packet.flags >> 1) & 3;
        let mut fields = Fields(packet.body);
        let topic = fields.text()?;
        if qos > 1 || !packet::is_topic(topic) {
            return Err(Malformed);
        }
        let id = (qos == 1).then(|| fields.number()).transpose()?;
        for session in self.sessions().iter() {
            session.deliver(topic, fields.0, qos, WhenBusy::Queue);
        }
        if let Some([high, low]) = id.map(u16::to_be_bytes) {
            from.reply(&[0x40, 2, high, low]);
        }
        Ok(())
    }
}

/// What the broker needs to know of a CONNECT.
struct Connect {
    client_id: String,
    keep_alive_s: u16,
    /// The return code for the answer (section 3.2.2.3); 0 if the client is welcome.
    code: u8,
}

impl Connect {
    /// None if it deserves no answer.
    fn parse(packet: &Packet<'_>) -> Option<Self> {
        let mut fields = Fields(packet.body);
        if packet.kind != packet::CONNECT || fields.text().ok()? != "MQTT" {
            return None;
        }
        let level = fields.byte().ok()?;
        let flags = fields.byte().ok()?;
        let keep_alive_s = fields.number().ok()?;
        if level != 4 {
            return Some(Self {
                client_id: String::new(),
                keep_alive_s,
                code: 1,
            });
        }
        let client_id = fields.text().ok()?.to_owned();
        let clean_session = flags & 2 != 0;
        let code = if client_id.is_empty() && !clean_session {
            2
        } else {
            0
        };
        Some(Self {
            client_id,
            keep_alive_s,
            code,
        })
    }
}

fn subscribe(session: &Session, body: &[u8]) -> Result<(), Malformed> {
    let mut fields = Fields(body);
    let [high, low] = fields.number()?.to_be_bytes();
    if fields.0.is_empty() {
        return Err(Malformed);
    }
    let mut codes = Vec::new();
    while !fields.0.is_empty() {
        let (filter, qos) = (fields.text()?, fields.byte()?);
        let granted = qos.min(1);
        if packet::is_filter(filter) {
            session.subscribe(filter, granted);
            codes.push(granted);
        } else {
            codes.push(0x80);
        }
    }
    // The answer's length has to fit one byte.
    let length = u8::try_from(2 + codes.len())
        .ok()
        .filter(|length| *length < 0x80);
    let mut answer = vec![0x90, length.ok_or(Malformed)?, high, low];
    answer.extend(codes);
    session.reply(&answer);
    Ok(())
}

fn unsubscribe(session: &Session, body: &[u8]) -> Result<(), Malformed> {
    let mut fields = Fields(body);
    let [high, low] = fields.number()?.to_be_bytes();
    while !fields.0.is_empty() {
        session.unsubscribe(fields.text()?);
    }
    session.reply(&[0xb0, 2, high, low]);
    Ok(())
}

/// Appends what arrives. False at the end of the connection.
fn read_more(stream: &mut TcpStream, pending: &mut Vec<u8>) -> bool {
    let mut chunk = [0; 16 << 10];
    match stream.read(&mut chunk) {
        Ok(0) | Err(_) => false,
        Ok(read) => {
            pending.extend(&chunk[..read]);
            true
        }
    }
}
