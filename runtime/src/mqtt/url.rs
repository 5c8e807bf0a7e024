//! Broker URLs.

use std::fmt;

/// Where a broker listens, in plain TCP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerAddress {
    /// Host name or IP address, without brackets.
    pub host: String,
    /// TCP port, never 0.
    pub port: u16,
}

/// What is wrong with a broker URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlError {
    /// No `scheme://`.
    NoScheme,
    /// A scheme of MQTT that this version cannot speak yet. There is no fall back to plain TCP.
    NotSupported(String),
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
    /// Something behind the port.
    Path(String),
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoScheme => f.write_str("it must begin with `tcp://` or `mqtt://`"),
            Self::NotSupported(scheme) => write!(
                f,
                "`{scheme}://` is not supported yet, only `tcp://` and `mqtt://`"
            ),
            Self::UnknownScheme(scheme) => {
                write!(f, "unknown scheme `{scheme}://`, use `tcp://` or `mqtt://`")
            }
            Self::Credentials => {
                f.write_str("no credentials in the URL, use the options `username` and `password`")
            }
            Self::NoHost => f.write_str("it has no host"),
            Self::BadHost(host) => write!(f, "`{host}` is not a host name or address"),
            Self::BadPort(port) => write!(f, "`{port}` is not a port from 1 to 65535"),
            Self::Path(path) => write!(f, "nothing can follow the port, found `{path}`"),
        }
    }
}

/// The port of MQTT without TLS.
const DEFAULT_PORT: u16 = 1883;

impl BrokerAddress {
    /// Reads a broker URL: `tcp://host:port`, `mqtt://host`, `tcp://[::1]:1883`.
    pub fn parse(url: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = url.split_once("://").ok_or(UrlError::NoScheme)?;
        check_scheme(scheme)?;
        let path_at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(path_at);
        if authority.contains('@') {
            return Err(UrlError::Credentials);
        }
        if !matches!(path, "" | "/") {
            return Err(UrlError::Path(path.to_owned()));
        }
        let (host, port) = split_port(authority)?;
        Ok(Self {
            host: host.to_owned(),
            port: port.map_or(Ok(DEFAULT_PORT), parse_port)?,
        })
    }
}

impl fmt::Display for BrokerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "tcp://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "tcp://{}:{}", self.host, self.port)
        }
    }
}

fn check_scheme(scheme: &str) -> Result<(), UrlError> {
    let lower = scheme.to_ascii_lowercase();
    match lower.as_str() {
        "tcp" | "mqtt" => Ok(()),
        "ssl" | "tls" | "mqtts" | "ws" | "wss" => Err(UrlError::NotSupported(lower)),
        _ => Err(UrlError::UnknownScheme(scheme.to_owned())),
    }
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
        ];
        for (url, expected) in cases {
            let address = BrokerAddress::parse(url).expect(url);
            assert_eq!(address.to_string(), expected, "{url}");
        }
    }

    #[test]
    fn wrong_urls_are_named() {
        let cases = [
            ("localhost:1883", UrlError::NoScheme),
            ("", UrlError::NoScheme),
            ("ssl://h", UrlError::NotSupported("ssl".into())),
            ("MQTTS://h", UrlError::NotSupported("mqtts".into())),
            ("tls://h", UrlError::NotSupported("tls".into())),
            ("ws://h", UrlError::NotSupported("ws".into())),
            ("wss://h/mqtt", UrlError::NotSupported("wss".into())),
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
