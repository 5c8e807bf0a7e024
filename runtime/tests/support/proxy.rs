//! A TCP proxy that does to the bytes what networks do.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// What happens to a connection. Bytes are counted from the broker to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Each piece of at most so many bytes comes by itself, after a delay.
    Pieces(usize, Duration),
    /// It ends after so many bytes.
    Cut(usize),
    /// It is reset after so many bytes.
    Reset(usize),
    /// After so many bytes nothing passes any more, in either direction, and nobody is told.
    BlackHole(usize),
}

/// A proxy in front of a broker. Its threads end with their connections.
pub struct Proxy {
    pub url: String,
    connections: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
}

impl Proxy {
    /// In front of `broker` (a URL). The first connections have these faults, in their order;
    /// those that come later have the last one.
    pub fn new(broker: &str, faults: &[Fault]) -> Self {
        let broker = broker.trim_start_matches("tcp://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let url = format!("tcp://{}", listener.local_addr().expect("it is bound"));
        let mut faults = faults.to_vec();
        faults.reverse();
        let connections = Arc::new(AtomicUsize::new(0));
        let stopped = Arc::new(AtomicBool::new(false));
        let (count, stop) = (Arc::clone(&connections), Arc::clone(&stopped));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let fault = match faults.len() {
                    0 => Fault::None,
                    1 => faults[0],
                    _ => faults.pop().expect("there are some"),
                };
                count.fetch_add(1, Ordering::Relaxed);
                if let Ok(broker) = TcpStream::connect(&broker) {
                    connect(client, broker, fault);
                }
            }
        });
        Self {
            url,
            connections,
            stopped,
        }
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.url.trim_start_matches("tcp://"));
    }
}

/// The ends of a connection. Both threads hold both, so that a black hole keeps them open.
struct Ends {
    client: TcpStream,
    broker: TcpStream,
    fault: Fault,
    is_black: AtomicBool,
    is_reset: AtomicBool,
}

fn connect(client: TcpStream, broker: TcpStream, fault: Fault) {
    for stream in [&client, &broker] {
        stream.set_nodelay(true).expect("sockets can");
    }
    let ends = Arc::new(Ends {
        client,
        broker,
        fault,
        is_black: AtomicBool::new(false),
        is_reset: AtomicBool::new(false),
    });
    let other = Arc::clone(&ends);
    std::thread::spawn(move || other.up());
    std::thread::spawn(move || ends.down());
}

impl Ends {
    /// From the client to the broker.
    fn up(&self) {
        let mut buffer = [0; 16 * 1024];
        while let Ok(bytes @ 1..) = (&self.client).read(&mut buffer) {
            let passes = !self.is_black.load(Ordering::Relaxed);
            if passes && (&self.broker).write_all(&buffer[..bytes]).is_err() {
                break;
            }
        }
        let _ = self.broker.shutdown(Shutdown::Both);
        if !self.is_reset.load(Ordering::Relaxed) {
            let _ = self.client.shutdown(Shutdown::Both);
        }
    }

    /// From the broker to the client.
    fn down(&self) {
        let mut buffer = [0; 16 * 1024];
        let mut left = match self.fault {
            Fault::None | Fault::Pieces(..) => usize::MAX,
            Fault::Cut(bytes) | Fault::Reset(bytes) | Fault::BlackHole(bytes) => bytes,
        };
        while left > 0 {
            let Ok(bytes @ 1..) = (&self.broker).read(&mut buffer) else {
                break;
            };
            let bytes = bytes.min(left);
            left -= bytes;
            if self.pass_down(&buffer[..bytes]).is_err() {
                break;
            }
        }
        self.end(left == 0);
    }

    fn pass_down(&self, bytes: &[u8]) -> std::io::Result<()> {
        let Fault::Pieces(size, delay) = self.fault else {
            return (&self.client).write_all(bytes);
        };
        for piece in bytes.chunks(size) {
            std::thread::sleep(delay);
            (&self.client).write_all(piece)?;
        }
        Ok(())
    }

    fn end(&self, is_fault: bool) {
        match self.fault {
            Fault::BlackHole(_) if is_fault => {
                self.is_black.store(true, Ordering::Relaxed);
                // The broker's bytes go nowhere either.
                let mut buffer = [0; 4096];
                while let Ok(1..) = (&self.broker).read(&mut buffer) {}
                return;
            }
            Fault::Reset(_) if is_fault => {
                self.is_reset.store(true, Ordering::Relaxed);
                reset(&self.client);
                // The other thread gives its end up; nothing is sent before both are closed.
                let _ = self.client.shutdown(Shutdown::Read);
                let _ = self.broker.shutdown(Shutdown::Both);
                return;
            }
            Fault::None
            | Fault::Pieces(..)
            | Fault::Cut(_)
            | Fault::Reset(_)
            | Fault::BlackHole(_) => {}
        }
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.broker.shutdown(Shutdown::Both);
    }
}

/// Has the system send RST instead of FIN once all have closed it. Only tokio's sockets can be told
/// so without `unsafe`; the setting belongs to the socket, whoever holds it.
pub fn reset(stream: &TcpStream) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .expect("the system gives a file descriptor for events");
    let _runtime = runtime.enter();
    let again = stream.try_clone().expect("there are file descriptors");
    again.set_nonblocking(true).expect("sockets can");
    let again = tokio::net::TcpStream::from_std(again).expect("it does not block");
    again.set_zero_linger().expect("sockets can");
}
