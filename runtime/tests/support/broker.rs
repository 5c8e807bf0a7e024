//! A broker that does what a test tells it to, and its ends of connections.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// Anything that does not happen within this time fails a test.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A broker on a free port of this machine.
pub struct Broker {
    listener: TcpListener,
    pub url: String,
}

impl Broker {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let url = format!("tcp://{}", listener.local_addr().expect("it is bound"));
        Self { listener, url }
    }

    /// Where another one was.
    pub fn again(url: &str) -> Self {
        let address = url.strip_prefix("tcp://").expect("one of ours");
        let listener = TcpListener::bind(address).expect("the port is still free");
        let url = url.to_owned();
        Self { listener, url }
    }

    /// The next connection.
    pub fn accept(&self) -> Client {
        self.listener.set_nonblocking(true).expect("sockets can");
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Ok((stream, _)) = self.listener.accept() {
                stream.set_nonblocking(false).expect("sockets can");
                stream
                    .set_read_timeout(Some(PATIENCE))
                    .expect("sockets can");
                stream.set_nodelay(true).expect("sockets can");
                return Client { stream };
            }
            assert!(Instant::now() < deadline, "nobody connects");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The next connection, accepted and subscribed (3.1.1, two filters).
    pub fn accept_subscribed(&self, session_present: u8) -> Client {
        let mut client = self.accept();
        assert_eq!(client.packet()[0], 0x10, "CONNECT is first");
        client.send(&[0x20, 2, session_present, 0]);
        client.grant();
        client
    }

    /// The same of MQTT 5.
    pub fn accept_subscribed_5(&self, session_present: u8) -> Client {
        let mut client = self.accept();
        assert_eq!(client.packet()[0], 0x10, "CONNECT is first");
        client.send(&[0x20, 3, session_present, 0, 0]);
        client.grant_5();
        client
    }
}

/// The broker's end of a connection.
pub struct Client {
    stream: TcpStream,
}

impl Client {
    /// The other end of a connection that somebody else has opened.
    pub fn on(stream: TcpStream) -> Self {
        Self { stream }
    }

    /// The other way round: connects to a broker; None: nobody listens.
    pub fn connect(port: u16) -> Option<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        stream.set_nodelay(true).ok()?;
        Some(Self { stream })
    }

    /// The same connection, for another thread.
    pub fn another(&self) -> Self {
        let stream = self.stream.try_clone().expect("sockets can");
        Self { stream }
    }

    /// Its socket, for what is spoken below MQTT.
    pub fn into_stream(self) -> TcpStream {
        self.stream
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the pipeline reads");
    }

    /// Sends to a client that may have gone; whether it has not.
    pub fn try_send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// The next packet, pings answered and left out.
    pub fn packet(&mut self) -> Vec<u8> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let packet = self.any_packet().expect("a packet comes");
            if packet != [0xc0, 0] {
                return packet;
            }
            self.send(&[0xd0, 0]);
        }
        panic!("only pings come");
    }

    /// Waits for a ping and answers it; the packets before it are returned.
    pub fn ping(&mut self) -> Vec<Vec<u8>> {
        let mut before = Vec::new();
        loop {
            let packet = self.any_packet().expect("a ping comes");
            if packet == [0xc0, 0] {
                self.send(&[0xd0, 0]);
                return before;
            }
            before.push(packet);
        }
    }

    /// The next packet; None: the connection is closed.
    pub fn any_packet(&mut self) -> Option<Vec<u8>> {
        let mut packet = vec![0];
        self.stream.read_exact(&mut packet).ok()?;
        let (mut length, mut shift) = (0, 0);
        loop {
            let mut byte = [0];
            self.stream.read_exact(&mut byte).ok()?;
            packet.push(byte[0]);
            length |= usize::from(byte[0] & 0x7f) << shift;
            shift += 7;
            if byte[0] < 0x80 {
                break;
            }
        }
        let body = packet.len();
        packet.resize(body + length, 0);
        self.stream.read_exact(&mut packet[body..]).ok()?;
        Some(packet)
    }

    /// The next packet, unless nothing is sent for so long.
    pub fn quiet_for(&mut self, time: Duration) -> Option<Vec<u8>> {
        self.stream
            .set_read_timeout(Some(time))
            .expect("sockets can");
        let packet = self.any_packet();
        self.stream
            .set_read_timeout(Some(PATIENCE))
            .expect("sockets can");
        packet
    }

    /// That nothing is sent for a while.
    pub fn expect_silence(&mut self) {
        let short = Duration::from_millis(300);
        self.stream
            .set_read_timeout(Some(short))
            .expect("sockets can");
        let read = self.stream.read(&mut [0]);
        assert!(read.is_err(), "unexpected bytes, or the end: {read:?}");
        self.stream
            .set_read_timeout(Some(PATIENCE))
            .expect("sockets can");
    }

    /// That the pipeline closes the connection in time, whatever it sends before; `why` it should.
    pub fn expect_closed(&mut self, why: &str) {
        let deadline = Instant::now() + PATIENCE;
        let mut bytes = [0; 4_096];
        loop {
            match self.stream.read(&mut bytes) {
                Ok(0) => return,
                Ok(_) => assert!(Instant::now() < deadline, "it goes on: {why}"),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return,
                Err(error) => panic!("{error}: {why}"),
            }
        }
    }

    /// Ends the connection as a host does that has forgotten it: with RST.
    pub fn reset(self) {
        super::proxy::reset(&self.stream);
    }

    /// That the pipeline closes the connection.
    pub fn expect_end(&mut self) {
        while self.any_packet().is_some() {}
    }

    /// Takes SUBSCRIBE and answers it.
    pub fn grant(&mut self) {
        let subscribe = self.packet();
        assert_eq!(subscribe[0], 0x82, "SUBSCRIBE comes");
        self.send(&[0x90, 4, subscribe[2], subscribe[3], 2, 2]);
    }

    /// The same of MQTT 5.
    pub fn grant_5(&mut self) {
        let subscribe = self.packet();
        assert_eq!(subscribe[0], 0x82, "SUBSCRIBE comes");
        self.send(&[0x90, 5, subscribe[2], subscribe[3], 0, 2, 2]);
    }

    pub fn publish(&mut self, first: u8, topic: &str, id: u16, payload: &[u8]) {
        self.send(&super::peer::publish(first, topic, id, payload));
    }
}

/// The source's session, and the one that sinks publish on, in whatever order they connect.
pub fn two_sessions(broker: &Broker) -> (Client, Client) {
    let (mut source, sink) = two_connections(broker, &[0x20, 2, 0, 0]);
    source.grant();
    (source, sink)
}

/// The same of MQTT 5. `properties` are those of CONNACK.
pub fn two_sessions_5(broker: &Broker, properties: &[u8]) -> (Client, Client) {
    let length = u8::try_from(properties.len()).expect("short");
    let connack = [&[0x20, 3 + length, 0, 0, length], properties].concat();
    let (mut source, sink) = two_connections(broker, &connack);
    source.grant_5();
    (source, sink)
}

fn two_connections(broker: &Broker, connack: &[u8]) -> (Client, Client) {
    let mut sessions: Vec<_> = (0..2)
        .map(|_| {
            let mut client = broker.accept();
            let connect = client.packet();
            client.send(connack);
            (connect.ends_with(b"-out"), client)
        })
        .collect();
    sessions.sort_by_key(|(is_sink, _)| *is_sink);
    let (_, sink) = sessions.pop().expect("there are two");
    let (_, source) = sessions.pop().expect("there are two");
    (source, sink)
}
