//! The broker's end of MQTT, as far as tests of built pipelines need it.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Instant;

use super::support::TIMEOUT;

/// The next packet: its first byte, and what stands behind its length. None: there is no more.
pub(crate) fn packet(mut stream: &TcpStream) -> Option<(u8, Vec<u8>)> {
    let mut byte = [0];
    stream.read_exact(&mut byte).ok()?;
    let first = byte[0];
    let (mut length, mut shift) = (0, 0);
    loop {
        stream.read_exact(&mut byte).ok()?;
        length |= usize::from(byte[0] & 0x7f) << shift;
        shift += 7;
        if byte[0] < 0x80 {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((first, body))
}

/// Sends a packet.
pub(crate) fn send(mut stream: &TcpStream, first: u8, body: &[u8]) {
    stream.write_all(&framed(first, body)).expect("it reads");
}

/// A packet with its length.
pub(crate) fn framed(first: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let mut length = body.len();
    while length > 127 {
        bytes.push(u8::try_from(length % 128).expect("seven bits") | 0x80);
        length /= 128;
    }
    bytes.push(u8::try_from(length).expect("seven bits"));
    bytes.extend_from_slice(body);
    bytes
}

/// What stands behind the length of a PUBLISH of MQTT 5 without properties.
pub(crate) fn publish_5(topic: &str, id: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(topic.len()).expect("short");
    [&[0, length], topic.as_bytes(), &[0, id, 0], payload].concat()
}

/// The next connection.
pub(crate) fn accept(listener: &TcpListener) -> TcpStream {
    listener.set_nonblocking(true).expect("sockets can");
    let start = Instant::now();
    loop {
        if let Ok((stream, _)) = listener.accept() {
            stream.set_nonblocking(false).expect("sockets can");
            stream.set_read_timeout(Some(TIMEOUT)).expect("sockets can");
            return stream;
        }
        assert!(start.elapsed() < TIMEOUT, "nobody connects");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}
