//! Where the endpoint listens.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, ToSocketAddrs as _};

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// Nowhere.
    Off,
    /// At [`DEFAULT`], or at the next port that is free.
    Default,
    /// Here and nowhere else: `host:port`.
    At(String),
}

/// Where it listens unless it is told otherwise.
pub const DEFAULT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9898);

/// So many ports are tried.
const PORTS: u16 = 100;

impl Listen {
    /// Reads `off` or `host:port`; an error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("off") {
            return Ok(Self::Off);
        }
        let parts = text.rsplit_once(':').filter(|(host, _)| !host.is_empty());
        let port = parts.and_then(|(_, port)| port.parse::<u16>().ok());
        match port {
            Some(_) => Ok(Self::At(text.to_owned())),
            None => Err("it is neither `off` nor `host:port`".to_owned()),
        }
    }
}

/// Opens the socket; None: it is off, or all of the ports that may be taken by default are busy,
/// which is logged.
pub fn listen(listen: &Listen) -> Result<Option<TcpListener>, String> {
    match listen {
        Listen::Off => Ok(None),
        Listen::At(text) => {
            let addresses = text.to_socket_addrs();
            let addresses: Vec<_> = addresses.map_err(|error| error.to_string())?.collect();
            let bound = TcpListener::bind(&addresses[..]);
            bound.map(Some).map_err(|error| error.to_string())
        }
        Listen::Default => Ok(next_free(DEFAULT)),
    }
}

fn next_free(first: SocketAddr) -> Option<TcpListener> {
    for offset in 0..PORTS {
        let address = SocketAddr::new(first.ip(), first.port() + offset);
        match TcpListener::bind(address) {
            Ok(listener) => return Some(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => {
                tracing::warn!("control: cannot listen on {address}: {error}");
                return None;
            }
        }
    }
    let last = first.port() + PORTS - 1;
    tracing::warn!("control: all ports from {first} to {last} are busy: nothing can be asked");
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_a_host_and_a_port() {
        assert_eq!(Listen::parse("OFF"), Ok(Listen::Off));
        for good in ["127.0.0.1:9898", "[::1]:0", "localhost:1", "0.0.0.0:65535"] {
            assert_eq!(Listen::parse(good), Ok(Listen::At(good.into())));
        }
        for bad in [
            "",
            "9898",
            ":9898",
            "localhost",
            "localhost:65536",
            "http://x",
        ] {
            assert!(Listen::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_busy_port_is_passed_over() {
        let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let taken = taken.local_addr().expect("it is bound");
        let listener = next_free(taken).expect("one of the next ports is free");
        let address = listener.local_addr().expect("it is bound");
        assert_ne!(address, taken);
        let busy = listen(&Listen::At(address.to_string()));
        assert!(busy.is_err(), "an explicit place is not passed over");
    }
}
