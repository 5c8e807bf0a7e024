//! The form of a broker URL: `scheme://host[:port][/path]`.

use super::literal::Problem;
use super::variable;
use crate::ir::logical::Transport;
use std::ops::Range;

/// The schemes.
const SCHEMES: &[(&str, Transport)] = &[
    ("tcp", Transport::Tcp),
    ("mqtt", Transport::Tcp),
    ("ssl", Transport::Tls),
    ("tls", Transport::Tls),
    ("mqtts", Transport::Tls),
    ("ws", Transport::WebSocket),
    ("wss", Transport::SecureWebSocket),
];

/// What is wrong with a broker URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BadBroker {
    /// Where, and what to say there.
    pub(super) problem: Problem,
    /// The way out.
    pub(super) help: String,
}

/// Checks `url`; what it asks for. What `${…}` will stand for is checked when the binary starts.
pub(super) fn check(url: &str) -> Result<Transport, BadBroker> {
    let has_variables = variable::is_template(url);
    if let Some(at) = url.find(char::is_whitespace).filter(|_| !has_variables) {
        let width = url[at..].chars().next().map_or(1, char::len_utf8);
        return Err(bad(
            at..at + width,
            "a URL has no spaces",
            "remove the space",
        ));
    }
    if url.starts_with("${") {
        if let Some(default) = sole_default(url) {
            let offset = url.len() - 1 - default.len();
            check(default).map_err(|bad| bad.moved(offset))?;
        }
        return Ok(Transport::Unknown);
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        let help = format!("write `tcp://{url}`");
        return Err(bad(0..url.len(), "expected `scheme://host:port`", &help));
    };
    if variable::is_template(scheme) {
        return Ok(Transport::Unknown);
    }
    let known = SCHEMES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(scheme));
    let Some(&(_, transport)) = known else {
        let help = "write `tcp://`, `ssl://` for TLS, `ws://` for WebSocket or `wss://` for both";
        return Err(bad(0..scheme.len(), "unknown scheme", help));
    };
    authority(scheme.len() + 3, rest, transport.may_be_web_socket())?;
    Ok(transport)
}

/// The default of a URL that is nothing but `${NAME:-default}`: it is what most starts use.
fn sole_default(url: &str) -> Option<&str> {
    let inner = url.strip_prefix("${")?.strip_suffix('}')?;
    let (name, default) = inner.split_once(":-")?;
    (!name.contains('}') && !default.contains(['{', '}'])).then_some(default)
}

impl BadBroker {
    /// The same, `offset` bytes further on.
    fn moved(mut self, offset: usize) -> Self {
        self.problem.range.start += offset;
        self.problem.range.end += offset;
        self
    }
}

/// Checks what stands behind `://`, at byte `start` of the URL.
fn authority(start: usize, rest: &str, takes_path: bool) -> Result<(), BadBroker> {
    let end = if rest.contains("${") {
        rest.len()
    } else {
        rest.find(['/', '?', '#']).unwrap_or(rest.len())
    };
    let (authority, path) = rest.split_at(end);
    if let Some(at) = authority.find('@') {
        let help = "give them as the options `username` and `password`";
        return Err(bad(
            start..start + at + 1,
            "user name and password do not belong here",
            help,
        ));
    }
    if !takes_path && !matches!(path, "" | "/") {
        let range = start + end..start + rest.len();
        return Err(bad(
            range,
            "a path has no meaning here",
            "end the URL behind the port",
        ));
    }
    check_path(start + end, path)?;
    if authority.contains("${") {
        return Ok(());
    }
    let (host, port) = host_and_port(authority);
    if host.is_empty() {
        let range = start..start + authority.len().max(1);
        let range = range.start..range.end.min(start + rest.len());
        return Err(bad(range, "no host name", "write `tcp://localhost:1883`"));
    }
    check_host(start, host)?;
    match port {
        Some(port) if port.parse::<u16>().is_ok_and(|port| port > 0) => Ok(()),
        Some(port) => {
            let at = start + authority.len() - port.len();
            let help = "MQTT brokers usually listen on 1883, with TLS on 8883";
            Err(bad(
                at..at + port.len(),
                "a port is a number from 1 to 65535",
                help,
            ))
        }
        None => Ok(()),
    }
}

/// What a WebSocket is asked for becomes a line of a request.
fn check_path(start: usize, path: &str) -> Result<(), BadBroker> {
    let is_odd = |c: char| !c.is_ascii_graphic() || c == '#';
    match path.char_indices().find(|(_, c)| is_odd(*c)) {
        Some((at, c)) => {
            let range = start + at..start + at + c.len_utf8();
            let help = "escape it as in other URLs: `%23` is `#`";
            Err(bad(range, "this does not belong in a path", help))
        }
        None => Ok(()),
    }
}

/// `host:port`, `[::1]:port`
fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    let host_end = authority.rfind(']').map_or(0, |at| at + 1);
    match authority[host_end..].find(':') {
        Some(colon) => {
            let colon = host_end + colon;
            (&authority[..colon], Some(&authority[colon + 1..]))
        }
        None => (authority, None),
    }
}

fn check_host(start: usize, host: &str) -> Result<(), BadBroker> {
    if let Some(address) = host.strip_prefix('[') {
        let inner = address.strip_suffix(']').unwrap_or(address);
        if inner.parse::<core::net::Ipv6Addr>().is_ok() {
            return Ok(());
        }
        let help = "write an IPv6 address in brackets: `tcp://[::1]:1883`";
        return Err(bad(start..start + host.len(), "not an IPv6 address", help));
    }
    let is_odd = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '_'));
    match host.char_indices().find(|(_, c)| is_odd(*c)) {
        Some((at, c)) => {
            let range = start + at..start + at + c.len_utf8();
            let help = "a host is a name, an IPv4 address, or an IPv6 address in brackets";
            Err(bad(range, "this does not belong in a host name", help))
        }
        None => Ok(()),
    }
}

fn bad(range: Range<usize>, text: &str, help: &str) -> BadBroker {
    BadBroker {
        problem: Problem {
            range,
            text: text.to_owned(),
        },
        help: help.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_checked() {
        let cases = [
            ("tcp://localhost", Transport::Tcp),
            ("mqtt://10.0.0.1:1883/", Transport::Tcp),
            ("tcp://[::1]:1883", Transport::Tcp),
            ("tcp://${HOST:-localhost}:${PORT}", Transport::Tcp),
            ("TCP://a_b.example:1", Transport::Tcp),
            ("ssl://h:8883", Transport::Tls),
            ("tls://h", Transport::Tls),
            ("MQTTS://${HOST}", Transport::Tls),
            ("ws://h", Transport::WebSocket),
            ("ws://h/${PATH_AND_TOKEN}", Transport::WebSocket),
            ("wss://h/mqtt?token=%20", Transport::SecureWebSocket),
            ("${BROKER}", Transport::Unknown),
            ("${BROKER:-tcp://localhost:1883}", Transport::Unknown),
            ("${X:-ssl://h}", Transport::Unknown),
            ("${SCHEME}${HOST:-h}", Transport::Unknown),
            ("${SCHEME}://x", Transport::Unknown),
        ];
        for (url, transport) in cases {
            assert_eq!(check(url), Ok(transport), "{url}");
        }
        let cases = [
            ("localhost:1883", 0..14),
            ("tcp://", 6..6),
            ("http://h", 0..4),
            ("tcp://h:99999", 8..13),
            ("${X:-tcp://h:99999}", 13..18),
            ("tcp://h:", 8..8),
            ("tcp://a b", 7..8),
            ("tcp://me:secret@h:1", 6..16),
            ("tcp://h/x", 7..9),
            ("ssl://h/mqtt", 7..12),
            ("ws://h/a#b", 8..9),
            ("wss://h/ü", 8..10),
            ("tcp://[::g]", 6..11),
            ("tcp://h,i", 7..8),
            ("", 0..0),
        ];
        for (bad, range) in cases {
            assert_eq!(check(bad).expect_err(bad).problem.range, range, "{bad}");
        }
    }
}
