//! Servers on loopback that take everything.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A server.
#[derive(Debug)]
pub struct Server {
    /// Its port.
    pub port: u16,
    rows: Arc<AtomicUsize>,
}

impl Server {
    /// How many rows it has taken so far.
    pub fn rows(&self) -> usize {
        self.rows.load(Ordering::Acquire)
    }
}

/// A broker that confirms what is published at quality of service 1.
pub fn broker() -> io::Result<Server> {
    serve(|stream, rows| confirm_all(&stream, rows))
}

/// An HTTP server that answers 204; each line that it is sent is a row.
pub fn http() -> io::Result<Server> {
    serve(|stream, rows| answer_all(&stream, rows))
}

/// A thread for each connection, for as long as the process lives.
fn serve(connection: fn(TcpStream, &AtomicUsize) -> io::Result<()>) -> io::Result<Server> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let rows = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&rows);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let counted = Arc::clone(&counted);
            // who leaves without a word is a client at its end
            std::thread::spawn(move || connection(stream, &counted));
        }
    });
    Ok(Server { port, rows })
}

fn confirm_all(stream: &TcpStream, rows: &AtomicUsize) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut input, mut answers) = (BufReader::with_capacity(1 << 16, stream), Vec::new());
    loop {
        let mut kind = [0];
        input.read_exact(&mut kind)?;
        let length = remaining(&mut input)?;
        let mut body = vec![0; length];
        input.read_exact(&mut body)?;
        match kind[0] >> 4 {
            1 => answers.extend_from_slice(&[0x20, 2, 0, 0]),
            3 if kind[0] & 6 != 0 => {
                let id = 2 + usize::from(u16::from_be_bytes([body[0], body[1]]));
                answers.extend_from_slice(&[0x40, 2, body[id], body[id + 1]]);
                rows.fetch_add(1, Ordering::Release);
            }
            8 => answers.extend_from_slice(&[0x90, 3, body[0], body[1], 1]),
            10 => answers.extend_from_slice(&[0xb0, 2, body[0], body[1]]),
            12 => answers.extend_from_slice(&[0xd0, 0]),
            14 => return Ok(()),
            _ => {}
        }
        // many answers at once, but none waits
        if input.buffer().is_empty() {
            (&*stream).write_all(&answers)?;
            answers.clear();
        }
    }
}

/// The length of a packet's rest: seven bits a byte, the lowest first.
fn remaining(input: &mut impl io::Read) -> io::Result<usize> {
    let (mut length, mut shift, mut byte) = (0, 0, [0x80]);
    while byte[0] & 0x80 != 0 {
        input.read_exact(&mut byte)?;
        length |= usize::from(byte[0] & 0x7f) << shift;
        shift += 7;
    }
    Ok(length)
}

fn answer_all(stream: &TcpStream, rows: &AtomicUsize) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut input, mut body) = (BufReader::with_capacity(1 << 16, stream), Vec::new());
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if input.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
            if line.is_empty() {
                break;
            }
        }
        body.clear();
        input.by_ref().take(length).read_to_end(&mut body)?;
        let lines = body.split(|byte| *byte == b'\n').count() - 1;
        rows.fetch_add(lines, Ordering::Release);
        (&*stream).write_all(b"HTTP/1.1 204 No Content\r\n\r\n")?;
    }
}
