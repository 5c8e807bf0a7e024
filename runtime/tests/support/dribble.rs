//! A network that delivers what a broker sends in pieces, wherever they are cut.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

/// Stands between a pipeline and a broker on port `to` of this machine; the port to connect to.
/// What the broker sends arrives in pieces of 1 to `longest` bytes.
pub fn dribble(to: u16, longest: usize) -> u16 {
    stand_between(move |_| to, Some(longest))
}

fn stand_between(to: impl Fn(usize) -> u16 + Send + 'static, longest: Option<usize>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = listener.local_addr().expect("it is bound").port();
    std::thread::spawn(move || {
        for (at, client) in listener.incoming().map_while(Result::ok).enumerate() {
            let broker = TcpStream::connect(("127.0.0.1", to(at)));
            let broker = broker.expect("the broker listens");
            for socket in [&client, &broker] {
                socket.set_nodelay(true).expect("sockets can");
            }
            let up = (client.try_clone(), broker.try_clone());
            let (Ok(from), Ok(into)) = up else { return };
            std::thread::spawn(move || copy(from, into, None));
            std::thread::spawn(move || copy(broker, client, longest));
        }
    });
    port
}

/// Stands before several brokers on ports of this machine: the first connection goes to the first
/// of them, the next to the next, and all that follow to the last. The port to connect to.
pub fn switch(to: &[u16]) -> u16 {
    let to = to.to_vec();
    stand_between(move |at| to[at.min(to.len() - 1)], None)
}

/// With no `longest`, as it comes.
fn copy(mut from: TcpStream, mut into: TcpStream, longest: Option<usize>) {
    let mut buffer = [0; 4096];
    let mut length = 0;
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        let mut rest = &buffer[..read];
        while !rest.is_empty() {
            // every length in turn, so that each place is a cut sooner or later
            length = longest.map_or(rest.len(), |longest| length % longest + 1);
            let (piece, behind) = rest.split_at(length.min(rest.len()));
            rest = behind;
            if into.write_all(piece).is_err() {
                return;
            }
        }
    }
    let _ = into.shutdown(std::net::Shutdown::Both);
}
