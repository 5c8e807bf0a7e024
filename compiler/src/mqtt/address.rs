//! Where a broker is, from its URL.

use crate::percent::decoded;

/// A broker that can be spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// TLS is spoken.
    pub(crate) tls: bool,
    /// Name or number, without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) username: Option<String>,
    pub(crate) password: Option<String>,
}

/// What is wrong with a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BadUrl {
    /// WebSocket.
    NotSpoken(String),
    /// No scheme that a pipeline knows either.
    UnknownScheme(String),
    /// No host, or no port.
    Host,
}

const PORT: u16 = 1883;
const TLS_PORT: u16 = 8883;

impl Address {
    /// Reads `tcp://[user[:password]@]host[:port]`, or `ssl://` for TLS.
    pub(crate) fn parse(url: &str) -> Result<Self, BadUrl> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "tcp" | "mqtt" => false,
            "ssl" | "tls" | "mqtts" => true,
            "ws" | "wss" => return Err(BadUrl::NotSpoken(scheme.to_owned())),
            _ => return Err(BadUrl::UnknownScheme(scheme.to_owned())),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (credentials, place) = match rest.rsplit_once('@') {
            Some((credentials, place)) => (Some(credentials), place),
            None => (None, rest),
        };
        let default_port = if tls { TLS_PORT } else { PORT };
        let (host, port) = host_and_port(place, default_port).ok_or(BadUrl::Host)?;
        let credentials = credentials.map(|both| match both.split_once(':') {
            Some((username, password)) => (decoded(username), Some(decoded(password))),
            None => (decoded(both), None),
        });
        let (username, password) = credentials.map_or((None, None), |(u, p)| (Some(u), p));
        Ok(Self {
            tls,
            host,
            port,
            username,
            password,
        })
    }

    /// The URL without credentials.
    pub(crate) fn url(&self) -> String {
        let Self { host, port, .. } = self;
        let scheme = if self.tls { "ssl" } else { "tcp" };
        if host.contains(':') {
            return format!("{scheme}://[{host}]:{port}");
        }
        format!("{scheme}://{host}:{port}")
    }
}

/// `host:1883`, `host`, `[::1]:1883`
fn host_and_port(place: &str, default_port: u16) -> Option<(String, u16)> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => place.split_at(place.find(':').unwrap_or(place.len())),
    };
    let port = match port.strip_prefix(':') {
        Some(port) => port.parse().ok()?,
        None if port.is_empty() => default_port,
        None => return None,
    };
    let is_host = !host.is_empty() && !host.contains(['/', ' ']);
    is_host.then(|| (host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read() {
        let cases = [
            ("tcp://h", ("h", 1883, None, None), "tcp://h:1883"),
            ("mqtt://h:1/", ("h", 1, None, None), "tcp://h:1"),
            ("tcp://[::1]:9", ("::1", 9, None, None), "tcp://[::1]:9"),
            ("mqtts://h", ("h", 8883, None, None), "ssl://h:8883"),
            ("TLS://h:1", ("h", 1, None, None), "ssl://h:1"),
            ("tcp://u@h", ("h", 1883, Some("u"), None), "tcp://h:1883"),
            (
                "tcp://u:p%40:x@h:2",
                ("h", 2, Some("u"), Some("p@:x")),
                "tcp://h:2",
            ),
        ];
        for (url, (host, port, username, password), shown) in cases {
            let address = Address::parse(url).expect(url);
            assert_eq!((address.host.as_str(), address.port), (host, port), "{url}");
            assert_eq!(address.username.as_deref(), username, "{url}");
            assert_eq!(address.password.as_deref(), password, "{url}");
            assert_eq!(address.url(), shown);
        }
    }

    #[test]
    fn mistakes_are_told_apart() {
        let cases = [
            ("wss://h", BadUrl::NotSpoken("wss".to_owned())),
            ("http://h", BadUrl::UnknownScheme("http".to_owned())),
            ("h:1883", BadUrl::UnknownScheme(String::new())),
            ("tcp://", BadUrl::Host),
            ("tcp://h:x", BadUrl::Host),
            ("tcp://h/a", BadUrl::Host),
        ];
        for (url, expected) in cases {
            assert_eq!(Address::parse(url), Err(expected), "{url}");
        }
    }
}
