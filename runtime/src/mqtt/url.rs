//! Broker URLs.

use std::fmt;

/// Where a broker listens, and what is spoken below MQTT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerAddress {
    /// What is spoken below MQTT.
    pub transport: Transport,
    /// Host name or IP address, without brackets.
    pub host: String,
    /// TCP port, never 0.
    pub port: u16,
    /// What a WebSocket is asked for: a path, perhaps with a query. Empty without WebSocket.
    pub path: String,
}

/// What is spoken below MQTT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Plain TCP: `tcp://`, `mqtt://`.
    Tcp,
    /// TLS: `ssl://`, `tls://`, `mqtts://`.
    Tls,
    /// WebSocket: `ws://`.
    WebSocket,
    /// WebSocket over TLS: `wss://`.
    SecureWebSocket,
}

impl Transport {
    /// Whether TLS is part of it.
    pub fn is_secure(self) -> bool {
        match self {
            Self::Tls | Self::SecureWebSocket => true,
            Self::Tcp | Self::WebSocket => false,
        }
    }

    /// Whether WebSocket is part of it.
    pub fn is_web_socket(self) -> bool {
        match self {
            Self::WebSocket | Self::SecureWebSocket => true,
            Self::Tcp | Self::Tls => false,
        }
    }

    /// Its scheme; of several, the one that is shown.
    pub fn scheme(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Tls => "ssl",
            Self::WebSocket => "ws",
            Self::SecureWebSocket => "wss",
        }
    }

    /// The port where none is given.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Tcp => 1883,
            Self::Tls => 8883,
            Self::WebSocket => 80,
            Self::SecureWebSocket => 443,
        }
    }
}

/// What is wrong with a broker URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlError {
    /// No `scheme://`.
    NoScheme,
    /// Not a scheme of MQTT.
    UnknownScheme(String),
    /// `user:password@` before the host.
    Credentials,
    /// No host.
    NoHost,
    /// The host is not a name or an address.
    BadHost(String),
    /// The port is not a number from 1 to 65535.
    BadPort(String),
    /// Something behind the port, though it is no WebSocket.
    Path(String),
    /// The path of a WebSocket has a character that must be escaped, or a fragment.
    BadPath(String),
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoScheme => write!(f, "it must begin with {SCHEMES}"),
            Self::UnknownScheme(scheme) => {
                write!(f, "unknown scheme `{scheme}://`, use {SCHEMES}")
            }
            Self::Credentials => {
                f.write_str("no credentials in the URL, use the options `username` and `password`")
            }
            Self::NoHost => f.write_str("it has no host"),
            Self::BadHost(host) => write!(f, "`{host}` is not a host name or address"),
            Self::BadPort(port) => write!(f, "`{port}` is not a port from 1 to 65535"),
            Self::Path(path) => write!(f, "nothing can follow the port, found `{path}`"),
            Self::BadPath(path) => write!(
                f,
                "`{}` is not a path: spaces, letters beyond ASCII and `#` must be escaped as `%20`",
                path.escape_debug()
            ),
        }
    }
}

/// For messages about schemes.
const SCHEMES: &str = "`tcp://`, `ssl://`, `ws://` or `wss://`";

/// The path of a WebSocket where none is given: what brokers and clients agree on.
const DEFAULT_PATH: &str = "/mqtt";

impl BrokerAddress {
    /// Reads a broker URL: `tcp://host:port`, `mqtts://host`, `wss://[::1]:8443/path`.
    pub fn parse(url: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = url.split_once("://").ok_or(UrlError::NoScheme)?;
        let transport = transport(scheme)?;
        let path_at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(path_at);
        if authority.contains('@') {
            return Err(UrlError::Credentials);
        }
        let path = if transport.is_web_socket() {
            web_socket_path(path)?
        } else if matches!(path, "" | "/") {
            String::new()
        } else {
            return Err(UrlError::Path(path.to_owned()));
        };
        let (host, port) = split_port(authority)?;
        Ok(Self {
            transport,
            host: host.to_owned(),
            port: port.map_or(Ok(transport.default_port()), parse_port)?,
            path,
        })
    }

    /// A URL for a log that [`BrokerAddress::parse`] refused: user and password are left out.
    pub fn shown(url: &str) -> String {
        let start = url.find("://").map_or(0, |at| at + "://".len());
        let (scheme, rest) = url.split_at(start);
        match rest.rsplit_once('@') {
            Some((_, host)) => format!("{scheme}…@{host}"),
            None => url.to_owned(),
        }
    }

    /// The path for a log: what stands in its query may be a secret.
    pub fn shown_path(&self) -> String {
        match self.path.split_once('?') {
            Some((path, _)) => format!("{path}?…"),
            None => self.path.clone(),
        }
    }

    /// Host and port as in a URL.
    pub fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Display for BrokerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.transport.scheme();
        write!(f, "{scheme}://{}{}", self.authority(), self.shown_path())
    }
}

fn transport(scheme: &str) -> Result<Transport, UrlError> {
    match scheme.to_ascii_lowercase().as_str() {
        "tcp" | "mqtt" => Ok(Transport::Tcp),
        "ssl" | "tls" | "mqtts" => Ok(Transport::Tls),
        "ws" => Ok(Transport::WebSocket),
        "wss" => Ok(Transport::SecureWebSocket),
        _ => Err(UrlError::UnknownScheme(scheme.to_owned())),
    }
}

/// It becomes a line of a request, so it must not be able to end that line.
fn web_socket_path(path: &str) -> Result<String, UrlError> {
    if !path.bytes().all(|byte| byte.is_ascii_graphic()) || path.contains('#') {
        return Err(UrlError::BadPath(path.to_owned()));
    }
    Ok(match path {
        "" => DEFAULT_PATH.to_owned(),
        query if query.starts_with('?') => format!("/{query}"),
        path => path.to_owned(),
    })
}

fn split_port(authority: &str) -> Result<(&str, Option<&str>), UrlError> {
    if let Some(bracketed) = authority.strip_prefix('[') {
        let bad = || UrlError::BadHost(authority.to_owned());
        let (host, after) = bracketed.split_once(']').ok_or_else(bad)?;
        host.parse::<std::net::Ipv6Addr>().map_err(|_| bad())?;
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if after.is_empty() => Ok((host, None)),
            None => Err(bad()),
        };
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    if host.is_empty() {
        return Err(UrlError::NoHost);
    }
    if host.contains(|c: char| c.is_whitespace() || c.is_control() || "[]\\<>\"%".contains(c)) {
        return Err(UrlError::BadHost(host.to_owned()));
    }
    Ok((host, port))
}

fn parse_port(text: &str) -> Result<u16, UrlError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u16>() {
        Ok(port) if digits && port != 0 => Ok(port),
        Ok(_) | Err(_) => Err(UrlError::BadPort(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read() {
        let cases = [
            ("tcp://localhost:1884", "tcp://localhost:1884"),
            ("mqtt://broker.example", "tcp://broker.example:1883"),
            ("MQTT://broker.example/", "tcp://broker.example:1883"),
            ("tcp://10.0.0.1:1", "tcp://10.0.0.1:1"),
            ("tcp://[::1]:1885", "tcp://[::1]:1885"),
            ("tcp://[::1]", "tcp://[::1]:1883"),
            ("ssl://h", "ssl://h:8883"),
            ("tls://h:1", "ssl://h:1"),
            ("MQTTS://h/", "ssl://h:8883"),
            ("ws://h", "ws://h:80/mqtt"),
            ("ws://h:8080/", "ws://h:8080/"),
            ("wss://h", "wss://h:443/mqtt"),
            ("wss://[::1]/a/b?c=%20", "wss://[::1]:443/a/b?…"),
            ("ws://h?token=x", "ws://h:80/?…"),
        ];
        for (url, expected) in cases {
            let address = BrokerAddress::parse(url).expect(url);
            assert_eq!(address.to_string(), expected, "{url}");
        }
    }

    #[test]
    fn a_query_is_kept_and_not_shown() {
        let address = BrokerAddress::parse("wss://h?token=x").expect("a URL");
        assert_eq!(address.path, "/?token=x");
        assert!(!address.to_string().contains("token"));
    }

    #[test]
    fn credentials_are_not_shown() {
        let shown = BrokerAddress::shown;
        assert_eq!(shown("tcp://u:p@q@h:1"), "tcp://…@h:1");
        assert_eq!(shown("u:p@h"), "…@h");
        assert_eq!(shown("http://h/x"), "http://h/x");
    }

    #[test]
    fn wrong_urls_are_named() {
        let cases = [
            ("localhost:1883", UrlError::NoScheme),
            ("", UrlError::NoScheme),
            ("http://h", UrlError::UnknownScheme("http".into())),
            ("tcp://", UrlError::NoHost),
            ("tcp://:1883", UrlError::NoHost),
            ("tcp://u:p@h", UrlError::Credentials),
            ("tcp://h:0", UrlError::BadPort("0".into())),
            ("tcp://h:65536", UrlError::BadPort("65536".into())),
            ("tcp://h:", UrlError::BadPort(String::new())),
            ("tcp://h:+1", UrlError::BadPort("+1".into())),
            ("tcp://h:1:2", UrlError::BadPort("1:2".into())),
            ("tcp://h:1/x", UrlError::Path("/x".into())),
            ("ssl://h/mqtt", UrlError::Path("/mqtt".into())),
            ("ws://h/a b", UrlError::BadPath("/a b".into())),
            ("ws://h/ü", UrlError::BadPath("/ü".into())),
            ("ws://h/\r\nX: y", UrlError::BadPath("/\r\nX: y".into())),
            ("ws://h/a#b", UrlError::BadPath("/a#b".into())),
            ("ws://u:p@h/", UrlError::Credentials),
            ("tcp://a b", UrlError::BadHost("a b".into())),
            ("tcp://[::1", UrlError::BadHost("[::1".into())),
            ("tcp://[::1]x", UrlError::BadHost("[::1]x".into())),
            ("tcp://[zz]:1", UrlError::BadHost("[zz]:1".into())),
        ];
        for (url, expected) in cases {
            assert_eq!(BrokerAddress::parse(url), Err(expected), "{url}");
        }
    }
}
