//! The form of a broker URL: `scheme://host[:port]`.

use super::literal::Problem;
use super::variable;
use std::ops::Range;

/// The schemes, and whether this version can connect with them.
const SCHEMES: &[(&str, bool)] = &[
    ("tcp", true),
    ("mqtt", true),
    ("ssl", false),
    ("tls", false),
    ("mqtts", false),
    ("ws", false),
    ("wss", false),
];

/// What a broker URL asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Broker {
    /// Plain TCP, or unknown until start.
    Plain,
    /// A scheme that is not supported yet.
    Later(&'static str),
}

/// What is wrong with a broker URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BadBroker {
    /// Where, and what to say there.
    pub(super) problem: Problem,
    /// The way out.
    pub(super) help: String,
}

/// Checks `url`. What `${…}` will stand for is checked when the binary starts.
pub(super) fn check(url: &str) -> Result<Broker, BadBroker> {
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
        return sole_default(url).map_or(Ok(Broker::Plain), |default| {
            let offset = url.len() - 1 - default.len();
            check(default).map_err(|bad| bad.moved(offset))
        });
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        let help = format!("write `tcp://{url}`");
        return Err(bad(0..url.len(), "expected `scheme://host:port`", &help));
    };
    if variable::is_template(scheme) {
        return Ok(Broker::Plain);
    }
    let known = SCHEMES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(scheme));
    let Some((name, supported)) = known else {
        let usable = SCHEMES.iter().filter(|(_, supported)| *supported);
        let names: Vec<String> = usable.map(|(name, _)| format!("`{name}://`")).collect();
        let names = names.join(" or ");
        let help = format!("write {names}: TLS and WebSocket come with a later version");
        return Err(bad(0..scheme.len(), "unknown scheme", &help));
    };
    authority(scheme.len() + 3, rest, matches!(*name, "ws" | "wss"))?;
    Ok(if *supported {
        Broker::Plain
    } else {
        Broker::Later(name)
    })
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
        for good in [
            "tcp://localhost",
            "mqtt://10.0.0.1:1883/",
            "tcp://[::1]:1883",
            "${BROKER}",
            "${BROKER:-tcp://localhost:1883}",
            "${SCHEME}${HOST:-h}",
            "${SCHEME}://x",
            "tcp://${HOST:-localhost}:${PORT}",
            "TCP://a_b.example:1",
        ] {
            assert_eq!(check(good), Ok(Broker::Plain), "{good}");
        }
        for (later, name) in [
            ("ssl://h:8883", "ssl"),
            ("wss://h/mqtt", "wss"),
            ("${X:-ssl://h}", "ssl"),
        ] {
            assert_eq!(check(later), Ok(Broker::Later(name)), "{later}");
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
            ("tcp://[::g]", 6..11),
            ("tcp://h,i", 7..8),
            ("", 0..0),
        ];
        for (bad, range) in cases {
            assert_eq!(check(bad).expect_err(bad).problem.range, range, "{bad}");
        }
    }
}
